"""exp, ln, sqrt, logistic and the verdict of a share: the reference engine's side."""

from __future__ import annotations

from fractions import Fraction

from pbr.engine.record.call import Call, Function, all_known, all_numbers, whys, without_value
from pbr.values.logarithms import in_domain, places_of
from pbr.values.value import Value


def _curve(op: str) -> Function:
    def evaluated(call: Call) -> Value:
        (x,) = call.args
        if not all_numbers(call.args):
            return without_value(call.args)
        if not in_domain(op, x.low):
            return without_value(call.args, call.own)
        places = call.params["places"]
        low, high = (Fraction(places_of(op, end, places), 10**places) for end in (x.low, x.high))
        return Value.range(low, high, whys(call.args))

    return evaluated


def signed(yes: Fraction, no: Fraction, p: Fraction, z: Fraction) -> int:
    """1: significantly more than ``p``; -1: significantly less; 0: neither."""
    n = yes + no
    gap = yes - n * p
    if gap * gap <= z * z * n * p * (1 - p):
        return 0
    return 1 if gap > 0 else -1


def signed_pair(yes: Fraction, no: Fraction, yes2: Fraction, no2: Fraction, z: Fraction) -> int:
    """The same for two shares: by the difference of the shares, and its variance when both are one share."""
    n, n2 = yes + no, yes2 + no2
    pooled = (yes + yes2) / (n + n2)
    gap = yes / n - yes2 / n2
    if gap * gap <= z * z * pooled * (1 - pooled) * (1 / n + 1 / n2):
        return 0
    return 1 if gap > 0 else -1


def _verdict(call: Call) -> Value:
    if not all_numbers(call.args):
        return without_value(call.args)
    counts = [arg for index, arg in enumerate(call.args) if index != 2 or len(call.args) == 4]
    percentage = [call.args[2]] if len(call.args) == 3 else []
    sizes = [a.low + b.low for a, b in zip(counts[::2], counts[1::2], strict=True)]
    if min(sizes) <= 0 or any(arg.low < 0 for arg in counts) or any(arg.low < 0 or arg.high > 1 for arg in percentage):
        return without_value(call.args, call.own)
    z = Fraction(int(call.params["z"]["n"]), int(call.params["z"]["d"]))
    yes, no, third, *fourth = call.args
    if not fourth:
        found = {signed(yes.low, no.high, third.high, z), signed(yes.high, no.low, third.low, z)}
    else:
        no2 = fourth[0]
        found = {signed_pair(yes.low, no.high, third.high, no2.low, z), signed_pair(yes.high, no.low, third.low, no2.high, z)}
    if len(found) > 1:
        return without_value(call.args)
    way = found.pop()
    good = 1 if call.params["better"] == "higher" else -1
    return Value.known("no_change" if way == 0 else "better" if way == good else "worse")


def _weigh(call: Call) -> Value:
    if not all_known(call.args):
        return without_value(call.args)
    return Value.known(sum((x.low * b.low for x, b in zip(call.args[::2], call.args[1::2], strict=True)), Fraction(0)))


CURVE: dict[str, Function] = {**{op: _curve(op) for op in ("exp", "ln", "sqrt", "logistic")}, "weigh": _weigh, "verdict": _verdict}
