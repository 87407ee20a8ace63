"""Windows over the rows of one table: a row's place among its like, and whether what must come first has been achieved."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from pbr.engine.record.call import without_value
from pbr.engine.record.dates import add_days, add_months
from pbr.engine.record.truth import NO, YES
from pbr.values.value import KNOWN, NONE, UNKNOWN, Value

Key = tuple[Any, ...]


@dataclass(frozen=True)
class WindowRow:
    """A row of the table with the values of the window's arguments."""

    key: Key
    args: tuple[Value, ...]


Window = Callable[
    [Sequence[WindowRow], int, Mapping[str, Any]], dict[Key, Value]
]  # the rows, the mask of the own reason, the node's params


def _place(rows: Sequence[WindowRow], own: int, params: Mapping[str, Any]) -> dict[Key, Value]:
    """args (counts, on, then the values that must be equal). Each group is sorted once, and counted along."""
    out: dict[Key, Value] = {}
    groups: dict[tuple[Any, ...], list[WindowRow]] = defaultdict(list)
    for row in rows:
        if all(arg.state == KNOWN for arg in row.args[1:]):
            groups[tuple(arg.low for arg in row.args[2:])].append(row)
        else:
            out[row.key] = without_value(row.args, own)
    for group in groups.values():
        surely = perhaps = 0
        for row in sorted(group, key=lambda row: (row.args[1].low, row.key)):
            counts = row.args[0]
            out[row.key] = Value.range(Fraction(surely + 1), Fraction(surely + perhaps + 1), counts.why | own)
            surely += counts == YES
            perhaps += counts.state == UNKNOWN
    return out


def _achieved(rows: Sequence[WindowRow], own: int, params: Mapping[str, Any]) -> dict[Key, Value]:
    """args (counts, needs, code, on, subject). Of the days on or before a row's own, the latest is the one that a window reaches furthest from."""
    windows = {code: (unit, int(count)) for code, unit, count in params.get("windows", ())}
    surely: dict[tuple[Any, Any], list[date]] = defaultdict(list)
    perhaps: dict[tuple[Any, Any], list[date]] = defaultdict(list)
    for row in rows:
        counts, _, code, on, subject = row.args
        if not (code.state == on.state == subject.state == KNOWN):
            continue
        if counts == YES:
            surely[subject.low, code.low].append(on.low)
        elif counts.state == UNKNOWN:
            perhaps[subject.low, code.low].append(on.low)
    for days in (*surely.values(), *perhaps.values()):
        days.sort()

    def followed(days: Sequence[date], on: date, window: tuple[str, int] | None) -> bool:
        before = bisect_right(days, on)
        if not before or window is None:
            return before > 0
        unit, count = window
        end = add_months(days[before - 1], count) if unit == "months" else add_days(days[before - 1], count)
        return end is None or on < end

    def answer(row: WindowRow) -> Value:
        _, needs, code, on, subject = row.args
        if needs.state == NONE:
            return YES
        if not (needs.state == on.state == subject.state == KNOWN) or (windows and code.state != KNOWN):
            return without_value(row.args, own)
        wanted, window = (subject.low, needs.low), windows.get(code.low)
        if followed(surely.get(wanted, ()), on.low, window):
            return YES
        return without_value(row.args, own) if followed(perhaps.get(wanted, ()), on.low, window) else NO

    return {row.key: answer(row) for row in rows}


WINDOW: dict[str, Window] = {"place": _place, "achieved": _achieved}
