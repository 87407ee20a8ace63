"""Numbers: exact rational arithmetic on known values and ranges, and rounding."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor

from pbr.engine.record.call import Call, Function, all_known, all_numbers, whys, without_value
from pbr.values.value import KNOWN, RANGE, Value


def rounded(x: Fraction, quantum: Fraction, mode: str) -> Fraction:
    """The multiple of ``quantum`` (above 0) that ``mode`` says. Raises ValueError for a mode that does not exist."""
    quotient = x / quantum
    below = floor(quotient)
    part = quotient - below  # 0 <= part < 1, for negatives too
    if mode == "floor":
        count = below
    elif mode == "ceiling":
        count = ceil(quotient)
    elif mode == "toward zero":
        count = below if quotient >= 0 else ceil(quotient)
    elif mode == "away from zero":
        count = ceil(quotient) if quotient >= 0 else below
    elif mode in ("half up", "half even"):
        if part != Fraction(1, 2):
            count = below if part < Fraction(1, 2) else below + 1
        elif mode == "half up":
            count = below + 1 if quotient > 0 else below  # ties away from zero
        else:
            count = below if below % 2 == 0 else below + 1
    else:
        raise ValueError(f"no rounding mode is called {mode}")
    return count * quantum


def _ends(call: Call, low: Fraction, high: Fraction) -> Value:
    return Value.range(low, high, whys(call.args))


def _add(call: Call) -> Value:
    if not all_numbers(call.args):
        return without_value(call.args)
    a, b = call.args
    if a.state == b.state == KNOWN:
        return Value.known(a.low + b.low)
    return _ends(call, a.low + b.low, a.high + b.high)


def _sub(call: Call) -> Value:
    if not all_numbers(call.args):
        return without_value(call.args)
    a, b = call.args
    if a.state == b.state == KNOWN:
        return Value.known(a.low - b.low)
    return _ends(call, a.low - b.high, a.high - b.low)


def _mul(call: Call) -> Value:
    if not all_numbers(call.args):
        return without_value(call.args)
    a, b = call.args
    if a.state == b.state == KNOWN:
        return Value.known(a.low * b.low)
    products = [x * y for x in (a.low, a.high) for y in (b.low, b.high)]
    return _ends(call, min(products), max(products))


def _div(call: Call) -> Value:
    a, b = call.args
    if b.state == KNOWN and b.low == 0:
        return without_value(call.args, call.own if a.state in (KNOWN, RANGE) or a.why else 0)
    if not all_numbers(call.args) or b.state == RANGE:
        return without_value(call.args)
    if a.state == KNOWN:
        return Value.known(a.low / b.low)
    ends = sorted((a.low / b.low, a.high / b.low))
    return _ends(call, ends[0], ends[1])


def _change(call: Call, sign: int) -> Value:
    """``sign`` * (b / a - 1): the rise from a to b, or (sign -1) the fall."""
    a, b = call.args
    if a.state == KNOWN and a.low == 0:
        return without_value(call.args, call.own if b.state in (KNOWN, RANGE) or b.why else 0)
    if not all_numbers(call.args) or a.state == RANGE or (b.state == RANGE and a.low < 0):
        return without_value(call.args)
    ends = sorted((sign * (b.low / a.low - 1), sign * (b.high / a.low - 1)))
    return _ends(call, ends[0], ends[1])


def _fall(call: Call) -> Value:
    return _change(call, -1)


def _rise(call: Call) -> Value:
    return _change(call, 1)


def _rest(call: Call) -> Value:
    (p,) = call.args
    return _ends(call, 1 - p.high, 1 - p.low) if all_numbers(call.args) else without_value(call.args)


def _same(call: Call) -> Value:
    return call.args[0] if all_numbers(call.args) else without_value(call.args)


def _least(call: Call) -> Value:
    if not all_numbers(call.args):
        return without_value(call.args)
    low = min(arg.low for arg in call.args)
    return Value.known(low) if all_known(call.args) else _ends(call, low, min(arg.high for arg in call.args))


def _greatest(call: Call) -> Value:
    if not all_numbers(call.args):
        return without_value(call.args)
    low = max(arg.low for arg in call.args)
    return Value.known(low) if all_known(call.args) else _ends(call, low, max(arg.high for arg in call.args))


def _round(call: Call) -> Value:
    if not all_numbers(call.args):
        return without_value(call.args)
    (x,) = call.args
    quantum = Fraction(int(call.params["quantum"]["n"]), int(call.params["quantum"]["d"]))
    if x.state == KNOWN:
        return Value.known(rounded(x.low, quantum, call.params["mode"]))
    # Every mode is monotone, so the rounded ends hold every rounded value between them.
    return _ends(call, rounded(x.low, quantum, call.params["mode"]), rounded(x.high, quantum, call.params["mode"]))


NUMBER: dict[str, Function] = {
    "add": _add,
    "sub": _sub,
    "mul": _mul,
    "div": _div,
    "fall": _fall,
    "rise": _rise,
    "rest": _rest,
    "as_percent": _same,
    "as_number": _same,
    "least": _least,
    "greatest": _greatest,
    "round": _round,
}
