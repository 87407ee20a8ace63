"""Truths: Kleene logic, branches, presence and membership of lists."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from pbr.engine.record.call import Call, Function, without_value
from pbr.engine.record.leaves import decode_literal
from pbr.values.value import KNOWN, NONE, RANGE, UNKNOWN, Value

YES = Value.known(True)
NO = Value.known(False)


def kleene_and(args: list[Value], own: int = 0) -> Value:
    """no if any is no; yes if all are yes; else unknown with the whys of all."""
    if NO in args:
        return NO
    return YES if all(arg == YES for arg in args) else without_value(args, own)


def _not(call: Call) -> Value:
    (x,) = call.args
    return Value.known(not x.low) if x.state == KNOWN else without_value(call.args)


def _and(call: Call) -> Value:
    return kleene_and(list(call.args))


def _or(call: Call) -> Value:
    if YES in call.args:
        return YES
    return NO if all(arg == NO for arg in call.args) else without_value(call.args)


def _if(call: Call) -> Value:
    condition, x, y = call.args
    if condition.state == KNOWN:
        return x if condition.low else y
    if x.state == y.state and x.state in (KNOWN, NONE) and x.low == y.low:
        return x
    return without_value(call.args)


def _known(call: Call) -> Value:
    return Value.known(call.args[0].state not in (UNKNOWN, RANGE))


def _exists(call: Call) -> Value:
    (x,) = call.args
    if x.state == NONE:
        return NO
    return YES if x.state in (KNOWN, RANGE) else without_value(call.args)


def _else(call: Call) -> Value:
    x, y = call.args
    return y if x.state == NONE else x


def _in(call: Call) -> Value:
    (x,) = call.args
    if x.state != KNOWN:
        return without_value(call.args)
    # An item is written as a literal of x's kind; only the shape of its text differs between the kinds.
    return Value.known(any(x.low == decode_literal(item, _kind_of(x)).low for item in call.params["items"]))


def _has(call: Call) -> Value:
    (x,) = call.args
    if x.state != KNOWN:
        return without_value(call.args)
    return Value.known(call.params["item"] in x.low)


def _kind_of(x: Value) -> str:
    if isinstance(x.low, Fraction):
        return "number"
    return "date" if isinstance(x.low, date) else "truth" if isinstance(x.low, bool) else "text"


TRUTH: dict[str, Function] = {
    "not": _not,
    "and": _and,
    "or": _or,
    "if": _if,
    "known": _known,
    "exists": _exists,
    "else": _else,
    "in": _in,
    "has": _has,
}
