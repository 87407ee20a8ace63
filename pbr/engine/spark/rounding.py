"""Lowering of ``round``: quotient and remainder of absolute values, and one rule per mode. Nothing doubles, so nothing overflows."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import gcd

from pbr.engine.spark.cells import Cell, fraction, number
from pbr.engine.spark.integers import Int, Num, const
from pbr.engine.spark.numbers import ends
from pbr.engine.spark.scope import Scope
from pbr.engine.spark.text import sql
from pbr.plan.node import Node

# whether the quotient goes one further from zero: {0} quotient, {1} remainder, {2} divisor - remainder, {3} the number with its sign
FURTHER = {
    "half up": "{1} >= {2}",
    "half even": "{1} > {2} OR ({1} = {2} AND {0} % 2 = 1)",
    "toward zero": "FALSE",
    "away from zero": "{1} > 0",
    "floor": "{1} > 0 AND {3} < 0",
    "ceiling": "{1} > 0 AND {3} > 0",
}


def round_(at: Scope, node: Node, args: list[Cell]) -> Cell:
    (x,), why = ends(node, args)
    quantum, mode = fraction(node.params["quantum"]), node.params["mode"]
    low = rounded(at, x.low, quantum, mode)
    return number(at, node, low, low if x.hi is None else rounded(at, x.high, quantum, mode), why)


def rounded(at: Scope, x: Num, quantum: Fraction, mode: str) -> Num:
    """The multiple of ``quantum``, over the quantum's denominator."""
    common = gcd(quantum.denominator, x.den)
    divisor = x.den // common * quantum.numerator
    number_ = _named(at, x.n * const(quantum.denominator // common))
    whole = _named(at, number_.absolute())
    q, r = _named(at, whole.over(divisor)), _named(at, whole.rest(divisor))
    gap = _named(at, const(divisor) + -r)
    further = sql(FURTHER[mode], q.sql, r.sql, gap.sql, number_.sql)
    one = Int(sql("CASE WHEN {} THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END", further), 1)
    count = _named(at, (q + one) * number_.sign())
    return Num(count * const(quantum.numerator), quantum.denominator)


def _named(at: Scope, x: Int) -> Int:
    return x if x.value is not None else replace(x, sql=at.let(x.sql))
