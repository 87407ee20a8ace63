"""How columns hold each result, and proof that nothing exact grows past what a 128-bit integer can carry.

The rules follow, digit for digit, how the columns engine computes; the reference engine has no bounds, but the same plan
is refused for both. Source of the limits: measured facts of DuckDB's HUGEINT and Spark's DECIMAL(38,0): everything exact
stays below 10**38, quotients below 10**32.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import gcd, lcm

from pbr.plan.node import Shape
from pbr.plan.trouble import Mistake

LIMIT = 10**38
QUOTIENT_LIMIT = 10**32
CHILDREN, ROWS = 10**6, 10**9  # rows per parent, rows per contract: the default bounds of a sum


def literal(value: Fraction) -> Shape:
    return Shape(value.denominator, abs(value.numerator))


def several(values: Sequence[Fraction]) -> Shape:
    """The shape that holds any of ``values`` (a rate card's column, dated values)."""
    den = lcm(*(value.denominator for value in values)) if values else 1
    return fits(Shape(den, max((abs(value.numerator) * (den // value.denominator) for value in values), default=0)))


def _ratio(shape: Shape) -> tuple[int, int]:
    """Bounds of numerator and denominator when the value is written as a ratio of two columns."""
    return (shape.top, shape.bottom) if shape.den is None else (shape.top, shape.den)


def smallest_of(wide: Shape, shapes: Sequence[Shape]) -> Shape:
    """The least of values that are never negative is no larger than the smallest bound. ``wide``: the shape of any one of them."""
    if wide.den is None:
        return wide
    return Shape(wide.den, min(shape.top * (wide.den // (shape.den or 1)) for shape in shapes))


def common(shapes: Sequence[Shape]) -> Shape:
    """A shape that holds the value of any one of ``shapes`` (if, else, least, greatest)."""
    if all(shape.den is not None for shape in shapes):
        den = lcm(*(shape.den or 1 for shape in shapes))
        return fits(Shape(den, max(shape.top * (den // (shape.den or 1)) for shape in shapes)))
    pairs = [_ratio(shape) for shape in shapes]
    return fits(Shape(None, max(top for top, _ in pairs), max(bottom for _, bottom in pairs)))


def choice(yes: Shape, no: Shape, *, unsure: bool) -> Shape:
    """The shape of ``if``. Where the condition may be unknown (``unsure``), the branches are compared, so that must fit too."""
    if unsure:
        compare(yes, no)
    return common([yes, no])


def add(a: Shape, b: Shape) -> Shape:
    if a.den is not None and b.den is not None:
        den = lcm(a.den, b.den)
        return fits(Shape(den, a.top * (den // a.den) + b.top * (den // b.den)))
    (an, ad), (bn, bd) = _ratio(a), _ratio(b)
    return fits(Shape(None, an * bd + bn * ad, ad * bd))


def mul(a: Shape, b: Shape) -> Shape:
    if a.den is not None and b.den is not None:
        return fits(Shape(a.den * b.den, a.top * b.top), _two(a, "times", b))
    (an, ad), (bn, bd) = _ratio(a), _ratio(b)
    return fits(Shape(None, an * bn, ad * bd), _two(a, "times", b))


def div(a: Shape, b: Shape) -> Shape:
    """Static denominators cancel as far as they can: a quotient of two sums over 10**14 is one of their numerators."""
    (an, ad), (bn, bd) = _ratio(a), _ratio(b)
    if a.den is not None and b.den is not None:
        g = gcd(ad, bd)
        ad, bd = ad // g, bd // g
    return fits(Shape(None, an * bd, ad * bn), _two(a, "divided by", b))


def fall(a: Shape, b: Shape) -> Shape:
    (an, ad), (bn, bd) = _ratio(a), _ratio(b)
    return fits(Shape(None, an * bd + bn * ad, an * bd))


def compare(a: Shape, b: Shape) -> None:
    """Both cross products of a comparison must fit."""
    if a.den is not None and b.den is not None:
        den = lcm(a.den, b.den)
        fits(Shape(den, max(a.top * (den // a.den), b.top * (den // b.den))))
        return
    (an, ad), (bn, bd) = _ratio(a), _ratio(b)
    fits(Shape(None, max(an * bd, bn * ad)))


def rounded(a: Shape, quantum: Fraction) -> Shape:
    """``round``: the count of quanta is |N| * (qd/g) // (den * qn/g), with g = gcd(qd, den) for a static den, 1 for a ratio."""
    top, bottom = _ratio(a)
    if a.den is not None:
        g = gcd(quantum.denominator, a.den)
        dividend, divisor = top * (quantum.denominator // g), (a.den // g) * quantum.numerator
        largest = dividend // divisor + 1
    else:
        dividend, divisor = top * quantum.denominator, bottom * quantum.numerator
        largest = dividend // quantum.numerator + 1  # the smallest denominator is 1
    if max(dividend, divisor) >= LIMIT or largest >= QUOTIENT_LIMIT:
        raise too_wide(max(dividend, divisor, largest * 10**6))
    return fits(Shape(quantum.denominator, largest * quantum.numerator))


def count(rows: int) -> Shape:
    return Shape(1, 2 * rows)


def share(rows: int) -> Shape:
    return Shape(None, 2 * rows, 2 * rows)


def total(a: Shape, rows: int) -> Shape:
    assert a.den is not None
    return fits(Shape(a.den, a.top * rows), f"A sum over up to {rows:,} rows of values of up to {_digits(a)} digits")


def mean(a: Shape, rows: int) -> Shape:
    assert a.den is not None
    return fits(Shape(None, a.top * rows, rows * a.den), f"A mean over up to {rows:,} rows of values of up to {_digits(a)} digits")


def median(a: Shape) -> Shape:
    assert a.den is not None
    return fits(Shape(2 * a.den, 2 * a.top))


def fits(shape: Shape, made: str = "This") -> Shape:
    """``made``: what it is made of, for the message where it does not fit."""
    widest = max(shape.top, shape.bottom, shape.den or 1)
    if widest >= LIMIT:
        raise too_wide(widest, made)
    return shape


def _two(a: Shape, verb: str, b: Shape) -> str:
    """``a`` and ``b`` in the order in which they are written, so that the wider of them can be found in the contract."""
    return f"A value of up to {_digits(a)} digits {verb} one of up to {_digits(b)}"


def _digits(a: Shape) -> int:
    return max(len(str(number)) for number in _ratio(a))


def too_wide(widest: int, made: str = "This") -> Mistake:
    return Mistake(
        "PBR340",
        f"{made} can grow to {len(str(widest))} digits; exact arithmetic here has room for 38.",
        "Round one of its parts first, for example round(x, 12 decimals, half up), or declare at_least and at_most (and fewer decimals) on its columns.",
    )
