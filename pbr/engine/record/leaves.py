"""Leaves that need no row: literals, dated values, lookups, periods. (Columns and items are read by the machine.)"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from pbr.engine.record.call import Call, Function, all_known, without_value
from pbr.language.types import NUMERIC
from pbr.values.value import NO_SUCH, NOT_YET, Value


def decode_literal(raw: Any, kind: str) -> Value:
    """A literal as params write it: None is none; numbers {n, d} in base units; dates ISO; truths true or false."""
    if raw is None:
        return NO_SUCH
    if kind in NUMERIC:
        return Value.known(Fraction(int(raw["n"]), int(raw["d"])))
    if kind == "date":
        return Value.known(date.fromisoformat(raw))
    if kind == "truth":
        return Value.known(raw is True or raw == "true")
    return Value.known(tuple(sorted(set(raw)))) if kind == "codes" else Value.known(raw)


def _literal(call: Call) -> Value:
    return decode_literal(call.params["value"], call.type.kind)


def _dated(call: Call) -> Value:
    (day,) = call.args
    if not all_known(call.args):
        return without_value(call.args)
    in_force = [raw for start, raw in call.params["entries"] if date.fromisoformat(start) <= day.low]
    return decode_literal(in_force[-1], call.type.kind) if in_force else without_value(call.args, call.own)


def _lookup(call: Call) -> Value:
    if not all_known(call.args):
        return without_value(call.args)
    wanted = [arg.low for arg in call.args]
    found = next(raw for key, raw in call.params["rows"] if list(key) == wanted)  # complete over the code lists: proved
    return decode_literal(found, call.type.kind)


def _period(call: Call) -> Value:
    (day,) = call.args
    if not all_known(call.args):
        return without_value(call.args)
    for first, last, key in call.params["periods"]:
        if date.fromisoformat(first) <= day.low <= date.fromisoformat(last):
            return Value.known(key)
    return NO_SUCH


def _certain(call: Call) -> Value:
    (day,) = call.args
    return Value.unknown(call.own) if day.state == NOT_YET else day


LEAF: dict[str, Function] = {
    "literal": _literal,
    "dated": _dated,
    "lookup": _lookup,
    "period": _period,
    "certain": _certain,
}
