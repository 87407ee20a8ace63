"""Lowering of ``round``: quotient and remainder of absolute values, and one rule per mode. Nothing doubles, so nothing overflows."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import gcd

from pbr.engine.spark.cells import Cell, definite, fraction, number
from pbr.engine.spark.integers import Frac, Int, const
from pbr.engine.spark.scope import Scope
from pbr.engine.spark.text import Sql, sql
from pbr.plan.node import Node

# whether the quotient goes one further from zero: {q} quotient, {r} remainder, {b} divisor, {n} the number with its sign
FURTHER = {
    "half up": "{1} >= {2} - {1}",
    "half even": "{1} > {2} - {1} OR ({1} = {2} - {1} AND {0} % 2 = 1)",
    "toward zero": "FALSE",
    "away from zero": "{1} > 0",
    "floor": "{1} > 0 AND {3} < 0",
    "ceiling": "{1} > 0 AND {3} > 0",
}


def round_(at: Scope, node: Node, args: list[Cell]) -> Cell:
    x = args[0] if node.type.ranged else definite(args[0])
    quantum, mode = fraction(node.params["quantum"]), node.params["mode"]
    low = rounded(at, x.low, quantum, mode)
    return number(at, node, low, low if x.hi is None else rounded(at, x.high, quantum, mode), args[0].w)


def rounded(at: Scope, x: Frac, quantum: Fraction, mode: str) -> Frac:
    """The multiple of ``quantum``, over the quantum's denominator."""
    common = 1 if x.d.value is None else gcd(quantum.denominator, x.d.value)
    dividend = x.n * const(quantum.denominator // common)
    divisor = const(x.d.value // common * quantum.numerator) if x.d.value is not None else x.d * const(quantum.numerator)
    whole, divisor = _named(at, dividend.absolute()), _named(at, divisor)
    q, r = _named(at, whole.over(divisor, quantum.numerator)), _named(at, whole % divisor)
    further = at.let(sql(FURTHER[mode], q.sql, r.sql, divisor.sql, dividend.sql)) if mode != "toward zero" else Sql("FALSE")
    one = Int(sql("CASE WHEN {} THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END", further), 1)
    count = _named(at, (q + one) * x.n.sign())
    return Frac(count * const(quantum.numerator), const(quantum.denominator))


def _named(at: Scope, x: Int) -> Int:
    return x if x.value is not None else replace(x, sql=at.let(x.sql))
