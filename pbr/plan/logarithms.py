"""Typing of exp, ln, sqrt and logistic: numbers to numbers, with decimals that the contract says and bounds that the compiler proves."""

from __future__ import annotations

from fractions import Fraction
from math import isqrt

from pbr.language.tree import Operation
from pbr.language.types import Type
from pbr.plan import shapes
from pbr.plan.intervals import interval
from pbr.plan.node import Node, Shape
from pbr.plan.spoken import spoken
from pbr.plan.trouble import Mistake
from pbr.plan.typer import Typer
from pbr.values.logarithms import places_of

MOST_POWER = 80  # e**80 has 35 digits before the point


def curve(typer: Typer, syntax: Operation) -> Node:
    """``exp(x, 6 decimals)`` and its like."""
    op, places = syntax.op, int(syntax.words[0])
    x = typer.strict(typer.expression(syntax.args[0]), syntax.args[0])
    if x.type.kind not in ("whole", "number"):
        raise Mistake(
            "PBR820",
            f"`{op}` takes a plain number; this is {x.type.phrase}.",
            "Write `as number(x)` for a percentage, or divide by one unit (x / £1.00, x / 1 day).",
            syntax.args[0],
        )
    params: dict[str, object] = {"places": places}
    if op in ("ln", "sqrt"):
        params["reason"] = typer.reason("domain", f"{op} of {spoken(x)}")
    phrase = f"{op}({{0}}, {places} decimals)"
    return typer.make(op, Type("number"), (x,), params, _shape(typer, op, x, places), phrase, cause="reason" in params, ranged=True)


def _shape(typer: Typer, op: str, x: Node, places: int) -> Shape:
    assert x.shape is not None
    unit = 10**places
    if op == "logistic":
        return shapes.fits(Shape(unit, unit))
    if op == "sqrt":
        widest = x.shape.top // (x.shape.den or 1) + 1  # of a ratio the least denominator is 1
        return shapes.fits(Shape(unit, (isqrt(widest) + 1) * unit))
    if op == "ln":  # |ln(n / d)| is at most the greater of ln n and ln d
        widest = max(x.shape.top, x.shape.den or x.shape.bottom, 1)
        return shapes.fits(Shape(unit, (places_of("ln", Fraction(widest), 0) + 1) * unit))
    _, high = interval(typer.world, x)
    if high > MOST_POWER:
        raise Mistake(
            "PBR821",
            f"`exp` of up to {_said(high)} can have more digits than exact arithmetic has room for.",
            f"Declare `at_most` on its columns, or bound it here: exp(least({spoken(x) if '{' not in spoken(x) else 'x'}, 40), {places} decimals).",
        )
    return shapes.fits(Shape(unit, places_of("exp", high, places) + 1))


def _said(number: Fraction) -> str:
    whole = number.numerator // number.denominator
    return f"{whole:,}" if whole < 10**12 else f"10 to the power {len(str(whole)) - 1}"
