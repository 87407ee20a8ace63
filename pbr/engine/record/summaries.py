"""Aggregates of a value: sum, mean, median, smallest, largest, first and last."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from pbr.engine.record.counted import LEAVE_OUT, Counted, Group
from pbr.values.value import KNOWN, NO_SUCH, RANGE, Value


def _sum(group: Group) -> Value:
    """Ends are summed apart: a range is a value that is not settled, not one that is missing."""
    low = high = Fraction(0)
    missing = ranged = False
    for row in group.rows:
        if row.belongs is False:
            continue
        (x,) = row.args
        if row.belongs is None or x.state not in (KNOWN, RANGE):
            missing = True
            continue
        ranged = ranged or x.state == RANGE
        low, high = low + x.low, high + x.high
    missing = missing and group.when_held != LEAVE_OUT
    if missing or group.rejected:
        return Value.unknown(group.why(missing or ranged))
    return group.range(low, high, group.why(ranged))


def _known_values(group: Group) -> list[Any] | Value:
    """The values of the rows that belong, or the unknown that they make together."""
    values, missing = [], False
    for row in group.rows:
        if row.belongs is False:
            continue
        (x,) = row.args
        if row.belongs is None or x.state != KNOWN:
            missing = True
        else:
            values.append(x.low)
    missing = missing and group.when_held != LEAVE_OUT
    return Value.unknown(group.why(missing)) if missing or group.rejected else values


def _of_values(summary: Callable[[list[Any]], Any], when_empty: Callable[[Group], Value]) -> Callable[[Group], Value]:
    def function(group: Group) -> Value:
        values = _known_values(group)
        if isinstance(values, Value):
            return values
        return Value.known(summary(values)) if values else when_empty(group)

    return function


def _mean(values: list[Fraction]) -> Fraction:
    return sum(values, Fraction(0)) / len(values)


def _median(values: list[Fraction]) -> Fraction:
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def _unknown_empty(group: Group) -> Value:
    return group.empty()


def _none_empty(group: Group) -> Value:
    return NO_SUCH


def _at_the_end(choose: Callable[[Sequence[Counted]], Counted]) -> Callable[[Group], Value]:
    """x of the first or last row; args (x, d). ``leave out`` passes over rows that may not count or have no day; the chosen row's x is
    still the answer, known or not."""

    def function(group: Group) -> Value:
        rows = [row for row in group.rows if row.belongs is not False]
        open_ = [row.belongs is None or row.args[1].state != KNOWN for row in rows]
        if group.when_held == LEAVE_OUT:
            rows, open_ = [row for row, still in zip(rows, open_, strict=True) if not still], []
        held = any(open_)
        if held or group.rejected:
            return Value.unknown(group.why(held))
        if not rows:
            return NO_SUCH
        x = choose(rows).args[0]
        if not x.why:
            return x
        return group.range(x.low, x.high, group.held_bit) if x.state == RANGE else Value.unknown(group.held_bit)

    return function


def _order(row: Counted) -> tuple[Any, ...]:
    return (row.args[1].low, row.key)


_BEFORE_ALL: tuple[Any, ...] = ()  # where a row without a day may stand: before every (day,)


def _day_sum(group: Group) -> Value:
    """args (x, d, L). The day on which what is sure reaches L at the latest, and the day on which anything that may be could reach it."""
    sure: list[tuple[tuple[Any, ...], Fraction | None]] = []
    perhaps: list[tuple[tuple[Any, ...], Fraction | None]] = []  # None: as much as it takes
    open_ = False
    limit: Value | None = None
    for row in group.rows:
        if row.belongs is False:
            continue
        x, day, l_ = row.args
        if row.belongs is None or x.state not in (KNOWN, RANGE) or day.state != KNOWN:
            if group.when_held == LEAVE_OUT:
                continue
            open_ = True
        else:
            sure.append(((day.low,), x.low))
            open_ = open_ or x.state == RANGE
        limit = l_
        perhaps.append(((day.low,) if day.state == KNOWN else _BEFORE_ALL, x.high if x.state in (KNOWN, RANGE) else None))
    why = group.why(open_) | (0 if limit is None else limit.why)
    if group.rejected:
        return Value.unknown(why)
    if limit is None:
        return NO_SUCH
    if limit.state not in (KNOWN, RANGE):
        return Value.unknown(why)
    latest, earliest = _reached(sure, limit.high), _reached(perhaps, limit.low)
    if latest != earliest or earliest == _BEFORE_ALL:
        return Value.unknown(why)
    return NO_SUCH if latest is None else Value.known(latest[0])


def _reached(rows: Sequence[tuple[tuple[Any, ...], Fraction | None]], limit: Fraction) -> tuple[Any, ...] | None:
    """The first place by which the rows come to ``limit``; None when they never do."""
    added = Fraction(0)
    for day, x in sorted(rows, key=lambda row: row[0]):
        if x is None:
            return day
        added += x
        if added >= limit:
            return day
    return None


SUMMARY: dict[str, Callable[[Group], Value]] = {
    "sum": _sum,
    "mean": _of_values(_mean, _unknown_empty),
    "median": _of_values(_median, _unknown_empty),
    "smallest": _of_values(min, _none_empty),
    "largest": _of_values(max, _none_empty),
    "first_of": _at_the_end(lambda rows: min(rows, key=_order)),
    "last_of": _at_the_end(lambda rows: max(rows, key=_order)),
    "day_sum": _day_sum,
}
