"""Comparisons of values, ranges, and dates that are not yet."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from operator import eq, ge, gt, le, lt, ne
from typing import Any

from pbr.engine.record.call import Call, Function, all_numbers, any_unknown, without_value
from pbr.values.value import KNOWN, NOT_YET, Value

SIGNS: dict[str, Callable[[Any, Any], bool]] = {"eq": eq, "ne": ne, "lt": lt, "le": le, "gt": gt, "ge": ge}
MIRRORED = {"eq": "eq", "ne": "ne", "lt": "gt", "le": "ge", "gt": "lt", "ge": "le"}


def compare(
    sign: str,
    a: Value,
    b: Value,
    tables: Sequence[str | None] = (None, None),
    complete_to: Mapping[str, date | None] | None = None,
    own: int = 0,
) -> Value:
    """``a sign b``. ``tables``: per side, the table whose complete_to bounds a date that is not yet. ``own``: the node's own mask."""
    if a.state == b.state == KNOWN:
        return Value.known(SIGNS[sign](a.low, b.low))
    if any_unknown((a, b)):
        return without_value((a, b))
    if a.state == NOT_YET and b.state == NOT_YET:
        return without_value((a, b), own)
    if a.state == NOT_YET:
        return _not_yet(sign, _complete(tables[0], complete_to), b, own)
    if b.state == NOT_YET:
        return _not_yet(MIRRORED[sign], _complete(tables[1], complete_to), a, own)
    if not all_numbers((a, b)):
        return without_value((a, b))
    answer = _ranges(sign, a, b)
    return without_value((a, b)) if answer is None else Value.known(answer)


def _complete(table: str | None, complete_to: Mapping[str, date | None] | None) -> date | None:
    return (complete_to or {}).get(table or "")


def _ranges(sign: str, a: Value, b: Value) -> bool | None:
    """The answer that every pair of values in [a.low, a.high] and [b.low, b.high] gives; None when they differ."""
    if sign == "ne":
        equal = _ranges("eq", a, b)
        return None if equal is None else not equal
    if sign == "eq":
        if a.low == a.high == b.low == b.high:
            return True
        # Texts and codes are only ever known: two different ones are simply not equal.
        if a.low == a.high and b.low == b.high:
            return False
        return False if a.high < b.low or b.high < a.low else None
    holds = SIGNS[sign]
    # Ordered comparisons are monotone in both sides, so the two opposite corners hold the extreme answers.
    corners = {holds(a.low, b.high), holds(a.high, b.low)}
    return corners.pop() if len(corners) == 1 else None


def _not_yet(sign: str, complete: date | None, day: Value, own: int) -> Value:
    """``x sign day`` for x some day after ``complete``. The days after it go on without end."""
    if day.low is None:
        return without_value((day,))
    if complete is None:
        return without_value((day,), own)
    # No x is on or before ``complete``; the first that may be is the day after it.
    first_is_later_or_equal = day.low <= complete or (complete < date.max and day.low == complete + timedelta(days=1))
    if sign in ("eq", "le", "ne", "gt") and day.low <= complete:
        return Value.known(sign in ("ne", "gt"))
    if sign in ("lt", "ge") and first_is_later_or_equal:
        return Value.known(sign == "ge")
    return without_value((day,), own)


def _operation(sign: str) -> Function:
    def function(call: Call) -> Value:
        a, b = call.args
        return compare(sign, a, b, call.params.get("not_yet") or (None, None), call.complete_to, call.own)

    return function


COMPARISON: dict[str, Function] = {sign: _operation(sign) for sign in SIGNS}
