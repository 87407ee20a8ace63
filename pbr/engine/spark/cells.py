"""A cell: the Spark columns that hold one value. How cells are made from expressions, whatever the operation."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Protocol

from pbr.engine.spark.integers import Int, Num, compared, const
from pbr.engine.spark.text import NO_WHY, Sql, all_of, day, integer_type, masks, plain_type, quote_text, sql
from pbr.language.types import NONE, UNKNOWN, Type
from pbr.plan.node import Node, Shape


@dataclass(frozen=True)
class Cell:
    """``v``: the value; for numbers the numerator over ``shape.den``, of the low end. NULL: no value. ``hi``: the high end where the type
    is ranged. ``w``: the why mask (BIGINT, never NULL), None where it can only be 0. No value and ``w`` 0: none, or not yet."""

    type: Type
    v: Sql
    w: Sql | None = None
    shape: Shape | None = None
    hi: Sql | None = None

    @property
    def low(self) -> Num:
        return self._end(self.v)

    @property
    def high(self) -> Num:
        return self._end(self.v if self.hi is None else self.hi)

    def _end(self, n: Sql) -> Num:
        den, top = static(self.shape)
        return Num(Int(n, top), den)

    @property
    def is_none(self) -> Sql:
        """No value, definitely: none, or not yet."""
        return sql("{} IS NULL", self.v) if self.w is None else sql("{} IS NULL AND {} = 0", self.v, self.w)


class Letting(Protocol):
    """What an operation needs of the place it is written in."""

    def let(self, expression: Sql) -> Sql: ...


def static(shape: Shape | None) -> tuple[int, int]:
    """The denominator that every row has, and the bound. Raises ValueError for a ratio, which ``lowering.refused`` keeps away."""
    if shape is None or shape.den is None:
        raise ValueError("a number is here without a denominator that every row has")
    return shape.den, shape.top


def definite(cell: Cell) -> Cell:
    """The cell for an operation that treats a range as unknown."""
    if cell.hi is None:
        return cell
    v = cell.v if cell.w is None else sql("CASE WHEN {} = 0 THEN {} END", cell.w, cell.v)
    return replace(cell, v=v, hi=None, type=replace(cell.type, ranged=False))


def number(at: Letting, node: Node, low: Num, high: Num, why: Sql | None) -> Cell:
    """A number of the node's type and shape; a range where the type has room for one. ``why`` counts where the ends differ or there is
    no value."""
    den, top = static(node.shape)
    v = at.let(low.at(den).fit(top).sql)
    if not node.type.ranged:
        return Cell(node.type, v, unless(v, why), node.shape)
    hi = at.let(sql("CASE WHEN {} IS NOT NULL THEN {} END", v, high.at(den).fit(top).sql))
    w = None if why is None else sql("CASE WHEN {} = {} THEN {} ELSE {} END", v, hi, NO_WHY, why)
    return Cell(node.type, v, w, node.shape, hi)


def unless(v: Sql, why: Sql | None) -> Sql | None:
    """The mask, where there is no value."""
    return None if why is None else sql("CASE WHEN {} IS NULL THEN {} ELSE {} END", v, why, NO_WHY)


def kept(at: Letting, node: Node, cell: Cell) -> Cell:
    """The cell with every part a typed column of the next layers, and with the absences that the node's type allows."""
    type_ = integer_type(static(node.shape)[1]) if node.type.numeric else plain_type(node.type)

    def typed(value: Sql, as_: str) -> Sql:
        return at.let(sql(f"CAST({{}} AS {as_})", value))

    hi = None if cell.hi is None else typed(cell.hi, type_)
    v = typed(cell.v, type_)
    may = node.type.ranged or UNKNOWN in node.type.absent
    why = typed(masks(cell.w) or NO_WHY, "BIGINT") if may else None
    return Cell(node.type, v, why, node.shape, (v if hi is None else hi) if node.type.ranged else None)


def constant(value: Any, type_: Type, shape: Shape | None) -> Cell:
    """A literal: numbers ``{"n", "d"}`` over ``shape``; None: none."""
    if value is None:
        return Cell(type_.also(NONE), Sql("NULL"), None, shape)
    if not type_.numeric:
        return Cell(type_, plain(value, type_))
    exact = fraction(value)
    return Cell(type_, Num(const(exact.numerator), exact.denominator).at(static(shape)[0]).sql, None, shape)


def fraction(value: Any) -> Fraction:
    return Fraction(int(value["n"]), int(value["d"]))


def plain(value: Any, type_: Type) -> Sql:
    """A literal that is not a number."""
    if type_.kind == "truth":
        return Sql("TRUE" if value is True or value == "true" else "FALSE")
    if type_.kind == "date":
        return day(str(value))
    if type_.kind == "codes":
        return Sql(f"CAST(array({', '.join(quote_text(code) for code in sorted(set(value)))}) AS ARRAY<STRING>)")
    return Sql(quote_text(str(value)))


def ranges_compared(sign: str, a: Cell, b: Cell) -> Sql:
    """Yes or no where every pair of values in two cells agrees, else NULL. ``sign``: = <> < <= > >=."""
    if a.hi is None and b.hi is None:
        return compared(sign, a.low, b.low)
    if sign in ("=", "<>"):
        same = all_of([compared("=", a.low, b.high), compared("=", a.high, b.low)])
        apart = sql("{} OR {}", compared("<", a.high, b.low), compared(">", a.low, b.high))
        yes, no = ("TRUE", "FALSE") if sign == "=" else ("FALSE", "TRUE")
        return sql(f"CASE WHEN {{}} THEN {yes} WHEN {{}} THEN {no} END", same, apart)
    corners = [compared(sign, a.low, b.high), compared(sign, a.high, b.low)]
    return sql("CASE WHEN {0} AND {1} THEN TRUE WHEN NOT {0} AND NOT {1} THEN FALSE END", *corners)
