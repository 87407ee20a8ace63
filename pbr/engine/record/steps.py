"""What each step of ``statement: then:`` does to the lines, in plain numbers. The definition: ``pbr.plan.then``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING, Any

from pbr.engine.record.numbers import rounded
from pbr.engine.record.rows import Key, text_key
from pbr.plan.then import TAKES, StatementStep
from pbr.values.value import KNOWN, UNKNOWN

if TYPE_CHECKING:
    from pbr.engine.record.machine import Machine

Ends = tuple[int | None, int | None]
Both = tuple[int, int]


@dataclass(frozen=True)
class Draft:
    """A line before the steps. ``payment``: its number in plan order; a step's own lines come after those of all payments."""

    payment: int
    form: str
    name: str
    grain: str
    row: Key
    low: int | None
    high: int | None
    of: int
    why: int


def own_lines(machine: Machine, step: StatementStep, drafts: list[Draft]) -> list[Draft]:
    """A step's own lines, 0 until it is their turn: one for each group that has a line under it, in the order of the groups' text."""
    groups: set[Any] = {None} if step.per_name == "contract" else set()
    groups |= {group_of(machine, step, draft) for draft in drafts if draft.name in step.over}
    number = len(machine.plan.payments) + step.number
    keys = sorted((() if group is None else (group,) for group in groups), key=text_key)
    return [Draft(number, step.kind, step.name, step.per_name, key, 0, 0, 1, 0) for key in keys]


def group_of(machine: Machine, step: StatementStep, draft: Draft) -> Any:
    """What a line counts under: a value, or None where the step has one group."""
    if step.per_name == "contract" and not step.per:
        return None
    if machine.plan.adjustment(draft.name) is not None:
        return draft.row[0]
    found = [machine.value(name, draft.row) for payment, name in step.per if payment == draft.name]
    return found[0].low if len(found) == 1 else tuple(value.low for value in found)


def apply(machine: Machine, step: StatementStep, drafts: list[Draft], current: list[Ends], parts: dict[int, int]) -> list[Ends]:
    """Every line after a step; lines that it does not read as they were. ``parts``: what own lines that are held take now, by number of the line;
    the step adds its own."""
    groups: dict[Any, list[int]] = defaultdict(list)
    astray: dict[Any, list[int]] = defaultdict(list)  # lines without a place
    reads = {*step.over, *step.others, *([step.name] if step.name else [])}
    for number, draft in enumerate(drafts):
        if draft.name not in reads:
            continue
        if not (step.dated and draft.name in step.over and _nowhere(machine, step, draft)):
            groups[group_of(machine, step, draft)].append(number)
            continue
        astray[None if step.by_day else group_of(machine, step, draft)].append(number)
    out = list(current)
    least, most = dict(step.least), dict(step.most)

    def sum_of(numbers: list[int], names: tuple[str, ...]) -> Both:
        low = high = 0
        for number in numbers:
            name = drafts[number].name
            if name in names:
                a, b = current[number]
                low += least.get(name, 0) if a is None else a
                high += most[name] if b is None else b
        return low, high

    for group, numbers in groups.items():
        if step.name:
            total = sum_of(numbers, step.over)
            mine = next(number for number in numbers if drafts[number].name == step.name)
            amount = _amount(machine, step)
            out[mine] = TOTALS[step.kind](step, total, amount)
            if step.kind in TAKES and out[mine][0] != out[mine][1]:
                paid = sum(_paid(current[number], parts.get(number, 0)) for number in numbers if drafts[number].name in step.over)
                at = amount[1] if step.kind == "cap" else amount[0]
                parts[mine] = min(0, TOTALS[step.kind](step, (paid, paid), (at, at))[0])
            continue
        lines = [number for number in numbers if drafts[number].name in step.over]
        mixed = _mix(step, sum_of(numbers, step.others), sum_of(numbers, step.over)) if step.kind == "mix" else None
        # A and B: the lows and the highs of the lines before; a line without a place may be before any
        surely = perhaps = 0
        anywhere: dict[date | None, int] = defaultdict(int)  # the highs of those, by the day after which they are known to be earned
        for number in astray.get(None if step.by_day else group, []):
            anywhere[_after(machine, step, drafts[number])] += sum_of([number], step.over)[1]
        for number in sorted(lines, key=lambda number: _place(machine, step, drafts[number])):
            a, b = current[number]
            low = 0 if a is None else a
            high = most.get(drafts[number].name, step.amount) if b is None else b
            before = sum(sum_ for after, sum_ in anywhere.items() if after is None or _day(machine, step, drafts[number]) > after)
            out[number] = _room(step, mixed or _limit(machine, step, drafts[number]), low, high, surely, perhaps + before)
            surely, perhaps = surely + low, perhaps + high
    for number in (number for numbers in astray.values() for number in numbers):
        low, high = sum_of([number], step.over)
        out[number] = 0, _room(step, _limit(machine, step, drafts[number]), low, high, 0, 0)[1]
    return out


def _nowhere(machine: Machine, step: StatementStep, draft: Draft) -> bool:
    """Whether it has no place in a step that goes by days: no day, or no period."""
    names = [*dict(step.order).get(draft.name, ())[:1], *(name for payment, name in step.per if payment == draft.name)]
    return any(machine.value(name, draft.row).state != KNOWN for name in names)


def _day(machine: Machine, step: StatementStep, draft: Draft) -> Any:
    return machine.value(dict(step.order)[draft.name][0], draft.row).low


def _after(machine: Machine, step: StatementStep, draft: Draft) -> date | None:
    """The day after which a line without a day is earned, where that is known."""
    for payment, name, mask, tables in step.later:
        if payment == draft.name:
            value = machine.value(name, draft.row)
            days = [machine.rows.complete_to.get(table) for table in tables]
            complete = [day for day in days if day is not None]
            if value.state == UNKNOWN and not value.why & ~mask and complete and len(complete) == len(days):
                return min(complete)
    return None


def _paid(ends: Ends, part: int) -> int:
    """What a line pays as it stands: its amount where that is decided, else its part."""
    return ends[0] if ends[0] is not None and ends[0] == ends[1] else part


# ---- steps with an order -------------------------------------------------------------------------------------------


def _place(machine: Machine, step: StatementStep, draft: Draft) -> tuple[Any, ...]:
    values = [machine.value(name, draft.row) for name in dict(step.order).get(draft.name, ())]
    # A line whose place in the order is not known comes last, as NULLs do.
    return ([(0, value.low) if value.state == KNOWN else (1, 0) for value in values], draft.payment, draft.row)


def _limit(machine: Machine, step: StatementStep, draft: Draft) -> Both:
    if not step.limit:
        return step.amount, step.amount
    return _ends(machine, dict(step.limit)[draft.name], draft.row)


def _ends(machine: Machine, name: str, row: Key) -> Both:
    """Both ends of a sum that is never below zero; of an unknown one 0 and its bound."""
    value = machine.value(name, row)
    if value.state == UNKNOWN:
        shape = machine.plan.step(name).node.shape
        assert shape is not None
        return 0, shape.top
    return int(value.low), int(value.high)


def _mix(step: StatementStep, others: Both, own: Both) -> Both:
    share = Fraction(step.share)
    if step.of == "all achieved":
        low, high = share * (others[0] + own[0]), share * (others[1] + own[1])
    else:
        low, high = share / (1 - share) * others[0], share / (1 - share) * others[1]
    return floor(max(Fraction(0), low)), floor(max(Fraction(0), high))


def _room(step: StatementStep, limit: Both, low: int, high: int, surely: int, perhaps: int) -> Both:
    if step.last_line == "in part":
        return max(0, min(low, limit[0] - perhaps)), max(0, min(high, limit[1] - surely))
    return low if perhaps + high <= limit[0] else 0, high if surely + low <= limit[1] else 0


# ---- steps with lines of their own ---------------------------------------------------------------------------------


def _amount(machine: Machine, step: StatementStep) -> Both:
    return _ends(machine, step.amount_step, ()) if step.amount_step else (step.amount, step.amount)


def _whole(step: StatementStep, x: Fraction) -> int:
    """To the unit of the step, by its mode."""
    return int(rounded(x, Fraction(step.unit), step.mode))


def _over(step: StatementStep, total: Both, amount: Both) -> Both:
    return -max(0, total[1] - amount[0]), -max(0, total[0] - amount[1])


def _floor(step: StatementStep, total: Both, amount: Both) -> Both:
    return max(0, amount[0] - total[1]), max(0, amount[1] - total[0])


def _net(step: StatementStep, total: Both, amount: Both) -> Both:
    return max(0, -total[1]), max(0, -total[0])


def _deduct(step: StatementStep, total: Both, amount: Both) -> Both:
    def taken(sum_: int, at_most: int) -> int:
        there = max(0, sum_)
        return min(there, _whole(step, Fraction(step.share) * there) if step.share else at_most)

    return -taken(total[1], amount[1]), -taken(total[0], amount[0])


def _round(step: StatementStep, total: Both, amount: Both) -> Both:
    low, high = (_whole(step, Fraction(sum_)) for sum_ in total)
    if total[0] == total[1]:
        return low - total[0], low - total[0]
    return max(1 - step.unit, low - total[1]), min(step.unit - 1, high - total[0])


TOTALS: dict[str, Callable[[StatementStep, Both, Both], Both]] = {
    "cap": _over,
    "floor": _floor,
    "net": _net,
    "deduct": _deduct,
    "round": _round,
}
