"""Exact binomial limits for a funnel plot, after Spiegelhalter, Funnel plots for comparing institutional performance, Statistics in Medicine 24 (2005), appendix.

Where a share is the target and ``n`` are counted, the limit at ``p`` is (r - a) / n: r is the least number with P(X <= r) >= p, and a places it between
r - 1 and r, (P(X <= r) - p) / P(X = r), so that limits form a line and not steps.
"""

from __future__ import annotations

from decimal import Context, Decimal
from fractions import Fraction
from typing import Final

DIGITS: Final = 60
LEAST: Final = (
    Decimal(10) ** -45
)  # of the likeliest number's weight: what is less likely than this is left out, which moves a limit by far less than a pixel
LIMITS: Final = (("95%", Fraction(25, 1000), Fraction(975, 1000)), ("99.8%", Fraction(1, 1000), Fraction(999, 1000)))


def limits(target: Fraction, counted: int, *points: Fraction) -> list[Fraction]:
    """The limit at each of ``points`` (probabilities, ascending), between 0 and 1. ``target``: strictly between 0 and 1; ``counted``: at least 1. Raises ValueError for others."""
    if not 0 < target < 1 or counted < 1:
        raise ValueError(f"there are no limits around {target} of {counted}")
    weights = _weights(target, counted)
    context = Context(prec=DIGITS)
    total = Decimal(0)
    for weight in weights.values():
        total = context.add(total, weight)
    found: list[Fraction] = []
    below = Decimal(0)
    waiting = list(points)
    for number, weight in weights.items():
        upto = context.add(below, weight)
        while waiting and context.divide(upto, total) >= context.divide(Decimal(waiting[0].numerator), Decimal(waiting[0].denominator)):
            share = Fraction(upto) - waiting.pop(0) * Fraction(total)
            found.append(min(Fraction(1), max(Fraction(0), (number - share / Fraction(weight)) / counted)))
        below = upto
    return found


def _weights(target: Fraction, counted: int) -> dict[int, Decimal]:
    """By number, ascending, a weight in proportion to its probability; each follows from its neighbour, outwards from the likeliest."""
    context = Context(prec=DIGITS)
    odds = context.divide(Decimal(target.numerator), Decimal(target.denominator - target.numerator))
    likeliest = min(counted, int((counted + 1) * target))
    up: list[tuple[int, Decimal]] = []
    weight = Decimal(1)
    for number in range(likeliest, counted):
        weight = context.divide(context.multiply(context.multiply(weight, Decimal(counted - number)), odds), Decimal(number + 1))
        if weight < LEAST:
            break
        up.append((number + 1, weight))
    down: list[tuple[int, Decimal]] = []
    weight = Decimal(1)
    for number in range(likeliest, 0, -1):
        weight = context.divide(context.divide(context.multiply(weight, Decimal(number)), Decimal(counted - number + 1)), odds)
        if weight < LEAST:
            break
        down.append((number - 1, weight))
    return dict([*reversed(down), (likeliest, Decimal(1)), *up])
