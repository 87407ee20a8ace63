"""A cell: the Spark columns that hold one value. How cells are made from expressions, whatever the operation."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Protocol

from pbr.engine.spark.integers import Frac, Int, compared, const
from pbr.engine.spark.text import NULL, Sql, caused, day, integer_type, masks, plain_type, quote_text, sql
from pbr.language.types import NONE, UNKNOWN, Type
from pbr.plan.node import Node, Shape


@dataclass(frozen=True)
class Cell:
    """``v``: the value; for numbers the numerator, of the low end. NULL: no value. ``of``: the denominator where the shape is a
    ratio. ``hi``, ``hi_of``: the high end where the type is ranged. ``w``: the why mask (BIGINT, never NULL), or None where it
    can only be 0. No value and ``w`` 0: none, or not yet."""

    type: Type
    v: Sql
    w: Sql | None = None
    shape: Shape | None = None
    of: Sql | None = None
    hi: Sql | None = None
    hi_of: Sql | None = None

    @property
    def low(self) -> Frac:
        return self._end(self.v, self.of)

    @property
    def high(self) -> Frac:
        return self.low if self.hi is None else self._end(self.hi, self.hi_of)

    def _end(self, n: Sql, of: Sql | None) -> Frac:
        assert self.shape is not None, "a number has a shape"
        d = const(self.shape.den) if self.shape.den is not None else Int(of or NULL, self.shape.bottom)
        return Frac(Int(n, self.shape.top), d)

    @property
    def is_unknown(self) -> Sql:
        """No value, for a reason."""
        return Sql("FALSE") if self.w is None else sql("{} IS NULL AND {} <> 0", self.v, self.w)

    @property
    def is_none(self) -> Sql:
        """No value, definitely (none, or not yet)."""
        return sql("{} IS NULL", self.v) if self.w is None else sql("{} IS NULL AND {} = 0", self.v, self.w)

    @property
    def is_known(self) -> Sql:
        """One value: not a range."""
        there = sql("{} IS NOT NULL", self.v)
        return there if self.hi is None or self.w is None else sql("{} AND {} = 0", there, self.w)


class Letting(Protocol):
    """What an operation needs of the place it is written in."""

    def let(self, expression: Sql) -> Sql: ...


def definite(cell: Cell) -> Cell:
    """The cell for an operation that treats a range as unknown."""
    if cell.hi is None:
        return cell
    v = cell.v if cell.w is None else sql("CASE WHEN {} = 0 THEN {} END", cell.w, cell.v)
    return replace(cell, v=v, hi=None, hi_of=None, type=replace(cell.type, ranged=False))


def shaped(value: Frac, shape: Shape) -> tuple[Sql, Sql | None]:
    """Numerator and (ratio) denominator as columns of ``shape``. Raises ValueError where the plan's shape cannot hold the value."""
    if shape.den is None:
        return value.n.fit(shape.top).sql, value.d.fit(shape.bottom).sql
    if value.d.value is None or shape.den % value.d.value:
        raise ValueError(f"a plan gives the denominator {shape.den} to a value over {value.d.value or 'a ratio'}")
    return (value.n * const(shape.den // value.d.value)).fit(shape.top).sql, None


def number(at: Letting, node: Node, low: Frac, high: Frac | None, why: Sql | None) -> Cell:
    """A number, or a range where ``high`` is given: its ``why`` is 0 where both ends are equal, or there is neither value nor why."""
    assert node.shape is not None, f"{node.op} has no shape"
    v, of = shaped(low, node.shape)
    v = at.let(v)
    # a denominator without a numerator is no value
    of = None if of is None else at.let(sql("CASE WHEN {} IS NOT NULL THEN {} END", v, of))
    if high is None or not node.type.ranged:
        hi, hi_of, w = (v, of, why) if node.type.ranged else (None, None, why)
        return Cell(node.type, v, w, node.shape, of, hi, hi_of)
    hi, hi_of = shaped(high, node.shape)
    hi = at.let(sql("CASE WHEN {} IS NOT NULL THEN {} END", v, hi))
    hi_of = None if hi_of is None else at.let(sql("CASE WHEN {} IS NOT NULL THEN {} END", v, hi_of))
    cell = Cell(node.type, v, None, node.shape, of, hi, hi_of)
    same = at.let(compared("=", cell.low, cell.high))
    if hi_of is not None and of is not None:  # one value is written one way
        hi, hi_of = sql("CASE WHEN {} THEN {} ELSE {} END", same, v, hi), sql("CASE WHEN {} THEN {} ELSE {} END", same, of, hi_of)
    w = None if why is None else sql("CASE WHEN {} THEN CAST(0 AS BIGINT) ELSE {} END", same, why)
    return Cell(node.type, v, w, node.shape, of, hi, hi_of)


def kept(at: Letting, node: Node, cell: Cell, type_: Type | None = None) -> Cell:
    """The cell with every part named as a column of the next layers, typed, and with the absences its type allows: ``type_``, or the
    node's own (an outcome may be unknown where its node is not, while it is not settled)."""
    full = type_ or node.type
    may = full.ranged or UNKNOWN in full.absent

    def typed(value: Sql | None, type_: str) -> Sql | None:
        return None if value is None else at.let(sql(f"CAST({{}} AS {type_})", value))

    if node.type.numeric:
        assert node.shape is not None
        top, bottom = integer_type(node.shape.top), integer_type(node.shape.bottom)
    else:
        top, bottom = plain_type(node.type), ""
    v = typed(cell.v, top)
    assert v is not None
    return Cell(
        full,
        v,
        typed(cell.w, "BIGINT") if may else None,
        node.shape,
        typed(cell.of, bottom),
        typed(cell.hi, top),
        typed(cell.hi_of, bottom),
    )


def truth(at: Letting, node: Node, v: Sql, *whys: Sql | None) -> Cell:
    """A yes or no: where there is no answer, the whys are why."""
    v, why = at.let(v), masks(*whys)
    return Cell(node.type, v, None if why is None else sql("CASE WHEN {} IS NULL THEN {} ELSE CAST(0 AS BIGINT) END", v, why))


def constant(value: Any, type_: Type, shape: Shape | None) -> Cell:
    """A literal: numbers ``{"n", "d"}`` over ``shape``; None: none."""
    if value is None:
        type_ = type_.also(NONE)
        return Cell(type_, sql(f"CAST(NULL AS {plain_type(type_)})") if not type_.numeric else Sql("CAST(NULL AS BIGINT)"), None, shape)
    if not type_.numeric:
        return Cell(type_, plain(value, type_))
    assert shape is not None, "a number has a shape"
    exact = fraction(value)
    v, of = shaped(Frac(const(exact.numerator), const(exact.denominator)), shape)
    return Cell(type_, v, None, shape, of)


def fraction(value: Any) -> Fraction:
    return Fraction(int(value["n"]), int(value["d"]))


def plain(value: Any, type_: Type) -> Sql:
    """A literal that is not a number."""
    if type_.kind == "truth":
        return Sql("TRUE" if value else "FALSE")
    if type_.kind == "date":
        return day(str(value))
    if type_.kind == "codes":
        return Sql(f"CAST(array({', '.join(quote_text(code) for code in sorted(set(value)))}) AS ARRAY<STRING>)")
    return Sql(quote_text(str(value)))


__all__ = ["Cell", "Letting", "caused", "constant", "definite", "fraction", "kept", "number", "plain", "shaped", "truth"]
