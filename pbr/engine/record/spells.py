"""Sets of days: a set is a sorted tuple of runs (first day, last day) that neither overlap nor touch."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from pbr.engine.record.call import Call, Function, all_known, whys, without_value
from pbr.engine.record.counted import Group
from pbr.engine.record.dates import add_days, add_months
from pbr.engine.record.truth import NO, YES
from pbr.values.value import KNOWN, NO_SUCH, NONE, NOT_YET, RANGE, Value

Days = tuple[tuple[date, date], ...]
NO_DAY: Days = ()
EVERY_DAY: Days = ((date.min, date.max),)
ONE = timedelta(days=1)


def runs_of(spells: Iterable[tuple[date, date]], gap: int = 0) -> Days:
    """The days of all spells, gaps of up to ``gap`` days filled. A spell that ends before it begins has no day."""
    out: list[tuple[date, date]] = []
    for first, last in sorted(spell for spell in spells if spell[0] <= spell[1]):
        if out and first.toordinal() - out[-1][1].toordinal() <= gap + 1:
            out[-1] = (out[-1][0], max(out[-1][1], last))
        else:
            out.append((first, last))
    return tuple(out)


def either(a: Days, b: Days) -> Days:
    return runs_of([*a, *b])


def both(a: Days, b: Days) -> Days:
    """Walks along the two in step: what ends first is done with."""
    out, i, j = [], 0, 0
    while i < len(a) and j < len(b):
        first, last = max(a[i][0], b[j][0]), min(a[i][1], b[j][1])
        if first <= last:
            out.append((first, last))
        if a[i][1] <= b[j][1]:
            i += 1
        else:
            j += 1
    return tuple(out)


def less(a: Days, b: Days) -> Days:
    """Cuts the runs of ``b`` out of those of ``a``, one after the other."""
    out: list[tuple[date, date]] = []
    for first, last in a:
        start: date | None = first
        for cut_first, cut_last in b:
            if start is None or cut_last < start or cut_first > last:
                continue
            if cut_first > start:
                out.append((start, cut_first - ONE))
            start = cut_last + ONE if cut_last < last else None
        if start is not None:
            out.append((start, last))
    return tuple(out)


def ends(value: Value) -> tuple[Days, Days]:
    """The days surely in a set and those perhaps in it."""
    return (value.low, value.high) if value.state in (KNOWN, RANGE) else (NO_DAY, EVERY_DAY)


def days(low: Days, high: Days, why: int) -> Value:
    return Value.range(low, high, why)


# ---- out of the rows of a table ---------------------------------------------------------------------------------


def _spells(group: Group) -> Value:
    complete = [group.complete_to.get(table) if table else None for table in group.params["not_yet"]]
    seen_to = group.complete_to.get(group.params["aggregate"]["link"]["table"])
    sure: list[tuple[date, date]] = []
    perhaps: list[tuple[date, date]] = [EVERY_DAY[0]] if group.rejected else []
    held = False
    for row in group.rows:
        if row.belongs is False:
            continue
        first, last = (_end(value, end) for value, end in zip(row.args, complete, strict=True))
        open_row = row.belongs is None or first is None or last is None
        held = held or open_row
        if row.args[0].state == NOT_YET and first is not None:
            continue  # its days lie after the day that the table is complete to
        spell = (first or date.min, last or date.max)
        (perhaps if open_row else sure).append(spell)
        if not open_row and seen_to is not None and spell[0] <= spell[1] and spell[1] > seen_to:  # the days after it are only said to come
            sure[-1] = (spell[0], seen_to)
            perhaps.append(spell)
            held = True
    low = runs_of(sure)
    return days(low, runs_of([*sure, *perhaps]), group.why(held))


def _end(value: Value, complete_to: date | None) -> date | None:
    """A day, the day the table is complete to for one that is not yet, or None where it is not known."""
    if value.state == NOT_YET:
        return complete_to
    return value.low if value.state == KNOWN else None


# ---- out of other sets ------------------------------------------------------------------------------------------


def _pairwise(work: Callable[[Days, Days], Days], crossed: bool = False) -> Function:
    def combined(call: Call) -> Value:
        (a_low, a_high), (b_low, b_high) = (ends(arg) for arg in call.args)
        if crossed:
            b_low, b_high = b_high, b_low
        return days(work(a_low, b_low), work(a_high, b_high), whys(call.args))

    return combined


def _joined(call: Call) -> Value:
    low, high = ends(call.args[0])
    gap = max(0, int(call.args[1].low))
    return days(runs_of(low, gap), runs_of(high, gap), whys(call.args))


def _window(call: Call) -> tuple[date, date] | None:
    """First and last day of the window; None where it is not known, or has an edge outside the calendar. First is after last where the
    window has no day."""
    span, start = call.args[1], call.args[2]
    if not all_known((span, start)):
        return None
    size, mode = int(span.low), call.params["mode"]
    add = add_months if call.params["unit"] == "months" else add_days
    edge = add(start.low, -size if mode == "before" else size)
    if edge is None:
        return None
    try:
        if mode == "from":
            return start.low, edge - ONE
        return (start.low + ONE, edge) if mode == "after" else (edge, start.low - ONE)
    except OverflowError:
        return None


def _outside(call: Call) -> int:
    """The own reason of a window that is not known although what it is made of is."""
    return call.own if all_known(call.args[1:]) else 0


def _within(call: Call) -> Value:
    low, high = ends(call.args[0])
    window = _window(call)
    if window is None:
        return days(NO_DAY, high, whys(call.args) | _outside(call))
    there = runs_of([window])
    return days(both(low, there), both(high, there), whys(call.args))


def _begin(call: Call) -> Value:
    low, high = ends(call.args[0])
    window = _window(call)
    if window is None:
        return days(NO_DAY, high, whys(call.args) | _outside(call))
    first, last = window
    around = {run: next(other for other in high if other[0] <= run[0] <= other[1]) for run in low}
    surely = tuple(run for run in low if run[0] <= last and around[run][0] >= first)
    perhaps = tuple((max(run[0], first), run[1]) for run in high if run[0] <= last and run[1] >= first)
    return days(surely, less(perhaps, tuple(run for run in low if run[0] < first)), whys(call.args))


def _cut(call: Call) -> Value:
    (low, high), (_, after, every, most) = ends(call.args[0]), call.args
    if after.state == NONE:
        return Value.known(NO_DAY)
    known = all_known((every, most)) and every.low >= 1
    if known and after.state == KNOWN:
        surely, perhaps = (_periods(call, end, after.low, int(every.low), int(most.low)) for end in (low, high))
        return days(surely, perhaps, whys(call.args))
    number = int(most.low if most.state == KNOWN else call.params["limit"])
    return days(NO_DAY, _periods(call, high, None, max(1, int(every.low)), number), whys(call.args))


def _periods(call: Call, runs: Days, after: date | None, every: int, most: int) -> Days:
    out: list[tuple[date, date]] = []
    began: date | None = None
    counted = 0
    for first, last in runs:
        if after is not None and first <= after:
            if last <= after:
                continue
            first = after + ONE
        start: date | None = first
        ended = 0  # periods of this run
        while start is not None and len(out) < most:
            if call.params["unbroken"]:
                length = (ended + 1) * every  # from the run's first day in one step: a short month moves no later period
                beyond = add_months(first, length) if call.params["unit"] == "months" else add_days(first, length)
                if beyond is None or beyond - ONE > last:
                    break
                out.append((start, beyond - ONE))
                start, ended = beyond if beyond <= last else None, ended + 1
                continue
            began = began or start
            lacking = every - counted
            if (last - start).days + 1 < lacking:
                counted += (last - start).days + 1
                break
            end = start + timedelta(days=lacking - 1)
            out.append((began, end))
            began, counted = None, 0
            start = end + ONE if end < last else None
    return tuple(out)


# ---- read out ---------------------------------------------------------------------------------------------------


def _days_in(call: Call) -> Value:
    low, high = (Fraction(sum((last - first).days + 1 for first, last in end)) for end in ends(call.args[0]))
    if "most" in call.params:
        low, high = min(low, Fraction(call.params["most"])), min(high, Fraction(call.params["most"]))
    return Value.range(low, high, whys(call.args))


def _agreed(call: Call, find: Callable[[Days, int], date | None]) -> Value:
    """What low and high agree on: a day, or that there is none."""
    length = call.args[1]
    if length.state != KNOWN:
        return Value.unknown(whys(call.args)) if whys(call.args) else NO_SUCH
    size = int(length.low)
    if size < 1:
        return Value.unknown(whys(call.args) | call.own)
    low, high = ends(call.args[0])
    found, earliest = find(low, size), find(high, size)
    if found != earliest:
        return Value.unknown(whys(call.args))
    return NO_SUCH if found is None else Value.known(found)


def _day_reaches(call: Call) -> Value:
    def find(runs: Days, size: int) -> date | None:
        for first, last in runs:
            length = (last - first).days + 1
            if length >= size:
                return first + timedelta(days=size - 1)
            size -= length
        return None

    return _agreed(call, find)


def _day_lasted(call: Call) -> Value:
    def find(runs: Days, size: int) -> date | None:
        for first, last in runs:
            after = add_months(first, size) if call.params["unit"] == "months" else add_days(first, size)
            if after is not None and after - ONE <= last:
                return after - ONE
        return None

    return _agreed(call, find)


def _covers(call: Call) -> Value:
    if not all_known(call.args[1:]):
        return without_value(call.args)
    window = _window(call)
    if window is None or window[0] > window[1]:
        return Value.unknown(whys(call.args) | call.own)
    low, high = ends(call.args[0])
    if any(run[0] <= window[0] and window[1] <= run[1] for run in low):
        return YES
    if any(run[0] <= window[0] and window[1] <= run[1] for run in high):
        return Value.unknown(whys(call.args))
    return NO


DAYS: dict[str, Function] = {
    "days_both": _pairwise(both),
    "days_either": _pairwise(either),
    "days_less": _pairwise(less, crossed=True),
    "days_joined": _joined,
    "days_begin": _begin,
    "days_within": _within,
    "days_cut": _cut,
    "days_in": _days_in,
    "day_reaches": _day_reaches,
    "day_lasted": _day_lasted,
    "covers": _covers,
}
SPELLS: dict[str, Any] = {"spells": _spells}
