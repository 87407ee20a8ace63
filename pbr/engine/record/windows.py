"""Windows over the rows of one table: a row's place among its like, and whether what must come first has been achieved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from pbr.engine.record.call import without_value
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
    """args (counts, needs, code, on, subject). For each subject and code only the earliest day matters: surely, and perhaps."""
    surely: dict[tuple[Any, Any], Any] = {}
    perhaps: dict[tuple[Any, Any], Any] = {}
    for row in rows:
        counts, _, code, on, subject = row.args
        if not (code.state == on.state == subject.state == KNOWN):
            continue
        for days, matters in ((surely, counts == YES), (perhaps, counts.state == UNKNOWN)):
            if matters:
                days[subject.low, code.low] = min(on.low, days.get((subject.low, code.low), on.low))

    def answer(row: WindowRow) -> Value:
        _, needs, _, on, subject = row.args
        if needs.state == NONE:
            return YES
        if not (needs.state == on.state == subject.state == KNOWN):
            return without_value(row.args, own)
        wanted = (subject.low, needs.low)
        if wanted in surely and surely[wanted] <= on.low:
            return YES
        return without_value(row.args, own) if wanted in perhaps and perhaps[wanted] <= on.low else NO

    return {row.key: answer(row) for row in rows}


WINDOW: dict[str, Window] = {"place": _place, "achieved": _achieved}
