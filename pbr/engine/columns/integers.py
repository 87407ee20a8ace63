"""Integers and fractions in SQL that know how large they can become: BIGINT while that is enough, HUGEINT from there on.

An overflow of either is an error of the query, never a wrapped number; nothing here can give a DOUBLE.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import lcm

from pbr.engine.columns.text import NULL, Sql, integer_type, sql
from pbr.plan.columns import BIGINT_TOP


@dataclass(frozen=True)
class Int:
    """``top``: the largest absolute value. ``value``: its value where that is known now (a constant)."""

    sql: Sql
    top: int
    value: int | None = None

    @property
    def big(self) -> bool:
        return self.top >= BIGINT_TOP

    def __add__(self, other: Int) -> Int:
        if self.value == 0 or other.value == 0:
            return other if self.value == 0 else self
        return self._with("{} + {}", other, self.top + other.top)

    def __sub__(self, other: Int) -> Int:
        return self if other.value == 0 else self._with("{} - {}", other, self.top + other.top)

    def __mul__(self, other: Int) -> Int:
        if self.value is not None and other.value is not None:
            return const(self.value * other.value)
        if self.value == 1 or other.value == 1:
            return other if self.value == 1 else self
        return self._with("{} * {}", other, self.top * other.top)

    def __floordiv__(self, other: Int) -> Int:
        """Quotient of numbers that are not negative; NULL for a divisor 0."""
        least = other.value or 1
        return self if other.value == 1 else self._with("{} // nullif({}, 0)", other, self.top // least, wide=self.big)

    def __mod__(self, other: Int) -> Int:
        return self._with("{} % nullif({}, 0)", other, min(self.top, other.top), wide=self.big or other.big)

    def __neg__(self) -> Int:
        return const(-self.value) if self.value is not None else Int(sql("-{}", self.sql), self.top)

    def absolute(self) -> Int:
        return const(abs(self.value)) if self.value is not None else Int(sql("abs({})", self.sql), self.top)

    def sign(self) -> Int:
        if self.value is not None:
            return const((self.value > 0) - (self.value < 0))
        return Int(sql("CASE WHEN {0} < 0 THEN CAST(-1 AS BIGINT) WHEN {0} >= 0 THEN CAST(1 AS BIGINT) END", self.sql), 1)

    def when(self, condition: Sql) -> Int:
        """This where the condition is yes, else no value."""
        return Int(sql("CASE WHEN {} THEN {} END", condition, self.sql), self.top)

    def fit(self, top: int) -> Int:
        """As a column whose bound is ``top``; a value that does not fit its type is an error of the query."""
        return Int(sql(f"CAST({{}} AS {integer_type(top)})", self.sql), top)

    def _with(self, template: str, other: Int, top: int, wide: bool = False) -> Int:
        left = self.sql
        if (wide or top >= BIGINT_TOP) and not self.big and not other.big:
            left = sql("CAST({} AS HUGEINT)", left)
        out = sql(template, left, other.sql)
        # a wide intermediate with a small bound must come back: the type of a value follows from its bound alone
        small = top < BIGINT_TOP and (wide or self.big or other.big)
        return Int(sql("CAST({} AS BIGINT)", out) if small else out, top)


def const(value: int) -> Int:
    return Int(Sql(f"CAST({value} AS {integer_type(abs(value))})"), abs(value), value)


def no_int() -> Int:
    return Int(NULL, 0)


@dataclass(frozen=True)
class Frac:
    """``n / d``; ``d`` is positive, and a constant where the denominator is static."""

    n: Int
    d: Int

    @property
    def static(self) -> bool:
        return self.d.value is not None


def cross(a: Frac, b: Frac) -> tuple[Int, Int]:
    """Two integers that compare as the fractions do."""
    if a.d.value is not None and b.d.value is not None:
        den = lcm(a.d.value, b.d.value)
        return a.n * const(den // a.d.value), b.n * const(den // b.d.value)
    return a.n * b.d, b.n * a.d


def compared(sign: str, a: Frac, b: Frac) -> Sql:
    left, right = cross(a, b)
    return sql(f"{{}} {sign} {{}}", left.sql, right.sql)
