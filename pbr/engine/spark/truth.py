"""Lowering of yes and no: SQL's AND, OR and NOT are Kleene's, with NULL for unknown."""

from __future__ import annotations

from math import gcd

from pbr.engine.spark.cells import Cell, definite, fraction, plain, shaped
from pbr.engine.spark.cells import truth as yes_or_no
from pbr.engine.spark.integers import compared, const
from pbr.engine.spark.scope import Scope
from pbr.engine.spark.text import FALSE, NULL, Sql, all_of, any_of, masks, quote_text, sql
from pbr.language.types import NONE
from pbr.plan.node import Node

ZERO = Sql("CAST(0 AS BIGINT)")


def not_(at: Scope, node: Node, args: list[Cell]) -> Cell:
    return Cell(node.type, sql("NOT {}", args[0].v), args[0].w)


def and_(at: Scope, node: Node, args: list[Cell]) -> Cell:
    return yes_or_no(at, node, all_of([arg.v for arg in args]), *(arg.w for arg in args))


def or_(at: Scope, node: Node, args: list[Cell]) -> Cell:
    return yes_or_no(at, node, any_of([arg.v for arg in args]), *(arg.w for arg in args))


def if_(at: Scope, node: Node, args: list[Cell]) -> Cell:
    """The chosen branch, or where the condition is unknown the value both branches agree on."""
    c, x, y = args
    x, y = _branch(at, node, x), _branch(at, node, y)
    both_none = [sql("{} AND {}", x.is_none, y.is_none)] if NONE in x.type.absent and NONE in y.type.absent else []
    alike = sql("{} AND {} AND {}", x.is_known, y.is_known, equal(x, y))
    same = at.let(sql("coalesce({}, FALSE)", any_of([alike, *both_none])))

    def pick(a: Sql | None, b: Sql | None) -> Sql | None:
        if a is None or b is None:
            return None
        return sql("CASE WHEN {0} THEN {1} WHEN NOT {0} THEN {2} WHEN {3} THEN {1} END", c.v, a, b, same)

    v = pick(x.v, y.v)
    assert v is not None
    all_whys = masks(c.w, x.w, y.w)
    why = None
    if all_whys is not None:
        why = sql(
            "CASE WHEN {0} THEN {1} WHEN NOT {0} THEN {2} WHEN {3} THEN {4} ELSE {5} END",
            c.v, x.w or ZERO, y.w or ZERO, same, ZERO, all_whys,
        )  # fmt: skip
    return Cell(node.type, v, why, node.shape, pick(x.of, y.of), pick(x.hi, y.hi), pick(x.hi_of, y.hi_of))


def else_(at: Scope, node: Node, args: list[Cell]) -> Cell:
    x, y = args
    none = at.let(x.is_none)
    x, y = _branch(at, node, x), _branch(at, node, y)

    def pick(a: Sql | None, b: Sql | None) -> Sql | None:
        return None if a is None or b is None else sql("CASE WHEN {} THEN {} ELSE {} END", none, b, a)

    v = pick(x.v, y.v)
    assert v is not None
    why = None if x.w is None and y.w is None else pick(x.w or ZERO, y.w or ZERO)
    return Cell(node.type, v, why, node.shape, pick(x.of, y.of), pick(x.hi, y.hi), pick(x.hi_of, y.hi_of))


def known(at: Scope, node: Node, args: list[Cell]) -> Cell:
    """No for unknown and for a range, which are exactly what has a why."""
    w = args[0].w
    return Cell(node.type, Sql("TRUE") if w is None else sql("{} = 0", w))


def exists(at: Scope, node: Node, args: list[Cell]) -> Cell:
    (x,) = args
    v = sql("CASE WHEN {} IS NOT NULL THEN TRUE WHEN {} THEN FALSE END", x.v, x.is_none)
    return yes_or_no(at, node, v, x.w)


def in_(at: Scope, node: Node, args: list[Cell]) -> Cell:
    x = definite(args[0])
    return yes_or_no(
        at, node, sql("CASE WHEN {} IS NOT NULL THEN {} END", x.v, any_of([_is(x, item) for item in node.params["items"]])), x.w
    )


def has(at: Scope, node: Node, args: list[Cell]) -> Cell:
    (x,) = args
    return yes_or_no(at, node, sql("array_contains({}, {})", x.v, Sql(quote_text(str(node.params["item"])))), x.w)


def equal(a: Cell, b: Cell) -> Sql:
    """Equality of two known values of one type."""
    return compared("=", a.low, b.low) if a.type.numeric else sql("{} = {}", a.v, b.v)


def _is(x: Cell, item: object) -> Sql:
    if item is None:
        return FALSE
    if not x.type.numeric:
        return sql("{} = {}", x.v, plain(item, x.type))
    value = fraction(item)
    low = x.low
    if low.d.value is not None:
        common = gcd(low.d.value, value.denominator)
        if value.denominator != common:
            return sql("{} IS NULL", x.v)  # between two values this column can hold: never equal (and never asked of NULL)
        return sql("{} = {}", low.n.sql, const(value.numerator * (low.d.value // common)).sql)
    return sql("{} = {}", (low.n * const(value.denominator)).sql, (low.d * const(value.numerator)).sql)


def _branch(at: Scope, node: Node, x: Cell) -> Cell:
    """An operand that is passed on, written as the result is: same denominator, both ends where the result has both."""
    if not node.type.numeric:
        return x
    assert node.shape is not None
    if x.shape is None:  # the literal none
        ratio = node.shape.den is None
        return Cell(x.type, x.v, x.w, node.shape, NULL if ratio else None, NULL if node.type.ranged else None, NULL if ratio else None)
    if not node.type.ranged:
        x = definite(x)
    v, of = shaped(x.low, node.shape)
    if not node.type.ranged:
        return Cell(x.type, at.let(v), x.w, node.shape, _let(at, of))
    hi, hi_of = shaped(x.high, node.shape)
    return Cell(x.type, at.let(v), x.w, node.shape, _let(at, of), at.let(hi), _let(at, hi_of))


def _let(at: Scope, value: Sql | None) -> Sql | None:
    return None if value is None else at.let(value)


__all__ = ["and_", "else_", "equal", "exists", "has", "if_", "in_", "known", "not_", "or_"]
