"""Aggregates: counts, shares, and the quantifiers ``any`` and ``every``."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from pbr.engine.record.counted import (
    AS_NO,
    AS_YES,
    CANNOT_MATTER,
    COUNT_AS_NO,
    COUNT_AS_YES,
    HOLD,
    LEAVE_OUT,
    Group,
    Truth,
    truth_of,
)
from pbr.engine.record.summaries import SUMMARY
from pbr.engine.record.truth import NO, YES
from pbr.values.value import KNOWN, Value

Aggregate = Callable[[Group], Value]


def _count(group: Group) -> Value:
    yes = sum(row.belongs is True for row in group.rows)
    held = sum(row.belongs is None for row in group.rows)
    maybe = group.rejected if group.rejected_how == HOLD else 0
    if group.rejected_how == COUNT_AS_YES:
        yes += group.rejected
    if group.when_held == HOLD and (held or maybe):
        return Value.unknown(group.why(held > 0, maybe > 0))
    if group.when_held == AS_YES:
        yes += held
    open_rows = held if group.when_held == CANNOT_MATTER else 0
    return group.range(Fraction(yes), Fraction(yes + open_rows + maybe), group.why(open_rows > 0, maybe > 0))


def _count_different(group: Group) -> Value:
    """Distinct values: a held row, or one whose value is not known, may bring one value more or none."""
    mode = group.when_held
    certain: set[Any] = set()
    possible: set[Any] = set()
    nameless = 0  # rows that belong, or may, and whose value is not known
    held = False  # a row that makes the answer uncertain
    for row in group.rows:
        belongs = row.belongs
        if belongs is None and mode == AS_YES:
            belongs = True
        if belongs is False or (belongs is None and mode in (LEAVE_OUT, AS_NO)):
            continue
        (x,) = row.args
        if x.state == KNOWN:
            (certain if belongs else possible).add(x.low)
            held = held or belongs is None
        elif x.why:
            if mode == LEAVE_OUT:
                continue
            nameless += 1
            held = True
    maybe = group.rejected if group.rejected_how == HOLD else 0
    if mode != CANNOT_MATTER and (held or (mode == HOLD and maybe)):
        return Value.unknown(group.why(held, maybe > 0))
    surely = group.rejected if group.rejected_how == COUNT_AS_YES else 0
    low = len(certain) + surely
    high = len(certain | possible) + nameless + surely + maybe
    return group.range(Fraction(low), Fraction(high), group.why(held, maybe > 0))


def _share(group: Group) -> Value:
    """Counts by membership and condition: y, n, h for members, my, mn, mh for rows whose membership is unknown."""

    def number(member: Truth, where: Truth) -> int:
        return sum(row.member is member and row.where is where for row in group.rows)

    y, n, h = number(True, True), number(True, False), number(True, None)
    my, mn, mh = number(None, True), number(None, False), number(None, None)
    held = h + my + mn + mh > 0
    maybe = group.rejected if group.rejected_how == HOLD else 0
    if group.when_held == HOLD and (held or maybe):
        return Value.unknown(group.why(held, maybe > 0))
    if group.when_held == CANNOT_MATTER:
        low, low_of = y, y + n + h + mn + mh
        high, high_of = y + h + my + mh, y + n + h + my + mh
    else:
        low = high = y + h if group.when_held == AS_YES else y
        low_of = high_of = y + n if group.when_held in (HOLD, LEAVE_OUT) else y + n + h
    # R, by its own rule: it widens, or counts as yes, or counts as no.
    low_of, high_of = low_of + group.rejected, high_of + group.rejected
    if group.rejected_how == HOLD:
        high += group.rejected
    elif group.rejected_how == COUNT_AS_YES:
        low, high = low + group.rejected, high + group.rejected
    else:
        assert group.rejected_how == COUNT_AS_NO, group.rejected_how
    if low_of == 0 or high_of == 0:
        return Value.unknown(group.why(True)) if group.rows else group.empty()
    return group.range(Fraction(low, low_of), Fraction(high, high_of), group.why(held and group.when_held == CANNOT_MATTER, maybe > 0))


def _taken(truth: Truth, mode: str) -> Truth:
    """A truth under ``take as yes`` and ``take as no``."""
    return truth if truth is not None or mode not in (AS_YES, AS_NO) else mode == AS_YES


def _any(group: Group) -> Value:
    belong = [_taken(row.belongs, group.when_held) for row in group.rows]
    if True in belong:
        return YES
    held = None in belong and group.when_held != LEAVE_OUT
    return Value.unknown(group.why(held)) if held or group.rejected else NO


def _every(group: Group) -> Value:
    rows = []
    for row in group.rows:
        belongs = _taken(row.belongs, group.when_held)
        if belongs is False:
            continue
        satisfies = _taken(truth_of(row.args[0]), group.when_held)
        if group.when_held == LEAVE_OUT and (belongs is None or satisfies is None):
            continue
        rows.append((belongs, satisfies))
    if any(belongs and satisfies is False for belongs, satisfies in rows):
        return NO
    # A row that belongs and fails has answered already: what is left is not settled wherever it does not surely satisfy.
    held = any(satisfies is not True for _, satisfies in rows)
    if held or group.rejected:
        return Value.unknown(group.why(held))
    if any(belongs for belongs, _ in rows):
        return YES
    if_none = group.params["if_none"]
    if rows:  # all of them may belong, and all of them satisfy
        return YES if if_none == "yes" else Value.unknown(group.why(True))
    return {"yes": YES, "no": NO}[if_none] if if_none in ("yes", "no") else group.empty()


AGGREGATE: dict[str, Aggregate] = {
    "count": _count,
    "count_different": _count_different,
    "share": _share,
    "any": _any,
    "every": _every,
    **SUMMARY,
}
