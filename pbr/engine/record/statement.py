"""Lines of the payments, the caps of the statement, and the places of rows."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pbr.engine.record.demand import NotGiven
from pbr.engine.record.rows import Key, Row, text_key
from pbr.plan.node import Shape
from pbr.plan.plan import Cap, Payment
from pbr.values.value import KNOWN, UNKNOWN, Value

if TYPE_CHECKING:
    from pbr.engine.record.machine import Machine

Ends = tuple[int | None, int | None]
NO = Value.known(False)


@dataclass(frozen=True)
class Line:
    """A line of the statement, as ``payments.parquet`` has it (``pbr.plan.columns``). ``low`` and ``high``: before the caps, minor units
    (for a factor numerators over ``of``), None: unknown. ``after``: the same after each cap. ``amount``: None when held."""

    number: int
    payment: str
    grain: str
    key: tuple[str, ...]
    low: int | None
    high: int | None
    of: int
    after: tuple[Ends, ...]
    amount: int | None
    result: str
    why: int


@dataclass(frozen=True)
class _Draft:
    payment: int  # its number in plan order
    form: str
    name: str
    grain: str
    row: Key
    low: int | None
    high: int | None
    of: int
    why: int


def lines_of(machine: Machine, lacking: list[NotGiven] | None = None) -> list[Line]:
    """All lines, in the order of the payments and their keys. Under given, a line that cannot be computed raises NotGiven, or, when
    ``lacking`` is a list, is left out and named there. Caps need every line, so with lines left out they are not the contract's caps."""
    drafts: list[_Draft] = []
    for number, payment in enumerate(machine.plan.payments):
        for key in machine.keys(payment.grain):
            try:
                draft = _draft(machine, number, payment, key)
            except NotGiven as missing:
                if lacking is None:
                    raise
                lacking.append(missing)
                continue
            if draft is not None:
                drafts.append(draft)
    current: list[Ends] = [(draft.low, draft.high) for draft in drafts]
    history: list[list[Ends]] = [[] for _ in drafts]
    for cap in machine.plan.caps:
        current = _capped(machine, cap, drafts, current)
        for past, ends in zip(history, current, strict=True):
            past.append(ends)
    return [_line(number, draft, tuple(history[number - 1]), current[number - 1]) for number, draft in enumerate(drafts, 1)]


def _draft(machine: Machine, number: int, payment: Payment, key: Key) -> _Draft | None:
    """The line of one row before the caps; None for a row outside ``within``."""
    step = machine.plan.step(payment.amount)
    if payment.within is not None and machine.in_subset(payment.within, payment.grain, key) == NO:
        return None
    if machine.outside(step, key):
        return None
    amount = machine.value(payment.amount, key)
    low, high, of = _ends(payment, amount, step.node.shape)
    return _Draft(number, payment.form, payment.name, payment.grain, key, low, high, of, amount.why)


def _ends(payment: Payment, amount: Value, shape: Shape | None) -> tuple[int | None, int | None, int]:
    """Both ends as numerators, and what they are over: 1 for money; for a factor the denominator its plan fixed."""
    of = shape.den if shape is not None and shape.den is not None else 1
    if amount.state == UNKNOWN:
        return None, None, of
    if amount.low is None:
        raise ValueError(f"the payment {payment.name} has a row whose amount is {amount.state}")
    low, high = amount.low * of, amount.high * of
    if low.denominator != 1 or high.denominator != 1:
        raise ValueError(f"the payment {payment.name} is not in whole units of 1/{of}")
    return int(low), int(high), of


def _capped(machine: Machine, cap: Cap, drafts: list[_Draft], current: list[Ends]) -> list[Ends]:
    """Every line after a cap; lines of other payments as they were."""
    order, per, most = dict(cap.order), dict(cap.per), dict(cap.most)

    def sorting(number: int) -> tuple[Any, ...]:
        draft = drafts[number]
        values = [machine.value(step, draft.row) for step in order.get(draft.name, ())]
        # A line whose place in the order is not known comes last, as NULLs do.
        return ([(0, value.low) if value.state == KNOWN else (1, 0) for value in values], draft.payment, draft.row)

    under: dict[Any, list[int]] = defaultdict(list)
    for number, draft in enumerate(drafts):
        if draft.name in cap.over:
            value = machine.value(per[draft.name], draft.row) if draft.name in per else None
            under[value.low if value else None].append(number)
    out = list(current)
    for numbers in under.values():
        surely = perhaps = 0  # A and B: the lows and the highs of the lines before
        for number in sorted(numbers, key=sorting):
            low, high = current[number]
            low, high = 0 if low is None else low, most.get(drafts[number].name, cap.amount) if high is None else high
            out[number] = _room(cap, low, high, surely, perhaps)
            surely, perhaps = surely + low, perhaps + high
    return out


def _room(cap: Cap, low: int, high: int, surely: int, perhaps: int) -> Ends:
    if cap.last_line == "in part":
        return max(0, min(low, cap.amount - perhaps)), max(0, min(high, cap.amount - surely))
    return low if perhaps + high <= cap.amount else 0, high if surely + low <= cap.amount else 0


def _line(number: int, draft: _Draft, after: tuple[Ends, ...], final: Ends) -> Line:
    amount = final[0] if final[0] == final[1] else None
    if amount is None:
        result = "held"
    elif draft.form == "factor":
        result = "sets"
    else:
        result = "pays" if amount > 0 else "deducts" if amount < 0 else "pays_nothing"
    return Line(number, draft.name, draft.grain, text_key(draft.row), draft.low, draft.high, draft.of, after, amount, result, draft.why)


def places_of(machine: Machine, table: str) -> list[tuple[Row, str, str]]:
    """(row, used | excluded | unused, code of the exclusion or "") for each standing row of a table."""
    found = machine.plan.table(table)
    cohorts = [cohort for cohort in machine.plan.cohorts if cohort.of == table]
    out = []
    for row in machine.standing(table):
        place, code = "used", ""
        if found.use == "cohorts" and all(machine.value(cohort.member, row.key) == NO for cohort in cohorts):
            place = "excluded"
            reasons = [machine.value(cohort.excluded, row.key) for cohort in cohorts]
            told = [reason.low if reason.state == KNOWN else "" for reason in reasons]
            coded = [code for code, cohort in zip(told, cohorts, strict=True) if code in {name for name, _, _ in cohort.codes}]
            code = coded[0] if coded else told[0]
        elif found.use == "matches" and found.matched is not None and not machine.matches(found.matched, row.key, table):
            place = "unused"
        out.append((row, place, code))
    return out
