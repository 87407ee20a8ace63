"""Integers and fractions in Spark that know how large they can become: BIGINT while that is enough, DECIMAL(38,0) from there on.

Scale 0 everywhere: Spark rounds a product or quotient that is too wide by cutting its scale, so no value here ever has one, but for the
quotient of ``over``, which is exact. In ANSI mode an overflow of either type is an error of the query. What loses digits even so is never
written: ``div`` of decimals, and the minus sign and ``abs`` of wide ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import lcm

from pbr.engine.spark.text import Sql, integer_type, is_wide, sql

WIDE = "DECIMAL(38,0)"
# `/` of two DECIMAL(38,0) is a DECIMAL(38,6): 32 digits are left for a whole quotient.
QUOTIENT_LIMIT = 10**32


@dataclass(frozen=True)
class Int:
    """``top``: the largest absolute value; the SQL type follows from it alone. ``value``: its value where that is a constant."""

    sql: Sql
    top: int
    value: int | None = None

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

    def __neg__(self) -> Int:
        """0 - x: the minus sign and ``abs`` of a wide decimal round to 34 digits without an error."""
        return const(-self.value) if self.value is not None else Int(sql("{} - {}", const(0).fit(self.top).sql, self.sql), self.top)

    def absolute(self) -> Int:
        if self.value is not None:
            return const(abs(self.value))
        return Int(sql("CASE WHEN {0} < 0 THEN {1} ELSE {0} END", self.sql, (-self).sql), self.top)

    def sign(self) -> Int:
        """-1 or 1 (1 for 0, but for a constant)."""
        if self.value is not None:
            return const((self.value > 0) - (self.value < 0))
        return Int(sql("CASE WHEN {0} < 0 THEN CAST(-1 AS BIGINT) WHEN {0} >= 0 THEN CAST(1 AS BIGINT) END", self.sql), 1)

    def over(self, divisor: Int, least: int = 1) -> Int:
        """The whole part of the quotient of numbers that are not negative; NULL for a divisor 0. ``least``: the divisor is no smaller,
        unless it is 0. ``div`` of decimals is a BIGINT that wraps without an error, so a wide quotient is what is left after the
        remainder, divided. Raises ValueError where a plan has no proof that it fits."""
        if divisor.value == 1:
            return self
        top = self.top // (divisor.value or least)
        if not is_wide(self.top) and not is_wide(divisor.top):
            return Int(sql("{} div {}", self.sql, divisor.not_zero()), top)
        if top >= QUOTIENT_LIMIT:
            raise ValueError(f"a plan divides up to a quotient of {len(str(top))} digits, and Spark has room for 32")
        x, by = self.wide(), sql(f"CAST({{}} AS {WIDE})", divisor.not_zero())
        return Int(sql(f"CAST({{}} AS {integer_type(top)})", sql("{} / {}", sql("{} - {}", x, sql("{} % {}", x, by)), by)), top)

    def __mod__(self, divisor: Int) -> Int:
        """What is left of a number that is not negative after a division; NULL for a divisor 0."""
        top = min(self.top, divisor.top)
        if not is_wide(self.top) and not is_wide(divisor.top):
            return Int(sql("{} % {}", self.sql, divisor.not_zero()), top)
        by = sql(f"CAST({{}} AS {WIDE})", divisor.not_zero())
        return Int(sql(f"CAST({{}} AS {integer_type(top)})", sql("{} % {}", self.wide(), by)), top)

    def not_zero(self) -> Sql:
        """NULL in the place of 0: in ANSI mode a division by 0 is an error."""
        return self.sql if self.value else sql("nullif({}, 0)", self.sql)

    def when(self, condition: Sql) -> Int:
        """This where the condition is yes, else no value."""
        return Int(sql("CASE WHEN {} THEN {} END", condition, self.sql), self.top)

    def wide(self) -> Sql:
        return self.sql if is_wide(self.top) else sql(f"CAST({{}} AS {WIDE})", self.sql)

    def fit(self, top: int) -> Int:
        """As a column whose bound is ``top``; a value that does not fit its type is an error of the query."""
        return Int(sql(f"CAST({{}} AS {integer_type(top)})", self.sql), top)

    def _with(self, template: str, other: Int, top: int) -> Int:
        if not is_wide(top) and not is_wide(self.top) and not is_wide(other.top):
            return Int(sql(template, self.sql, other.sql), top)
        out = sql(template, self.wide(), other.wide())
        # a wide intermediate with a small bound comes back: the type of a value follows from its bound alone
        return Int(out if is_wide(top) else sql("CAST({} AS BIGINT)", out), top)


def const(value: int) -> Int:
    return Int(Sql(f"CAST({value} AS {integer_type(abs(value))})"), abs(value), value)


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
