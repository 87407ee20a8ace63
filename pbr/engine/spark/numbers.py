"""Lowering of arithmetic: exact integers over a static denominator, or ratios. A range is computed at both of its ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import gcd, lcm

from pbr.engine.spark.cells import Cell, caused, definite, number
from pbr.engine.spark.integers import Frac, compared, const
from pbr.engine.spark.scope import Scope
from pbr.engine.spark.text import Sql, bit, masks, sql
from pbr.plan.node import Node


def plus(a: Frac, b: Frac) -> Frac:
    if a.d.value is not None and b.d.value is not None:
        den = lcm(a.d.value, b.d.value)
        return Frac(a.n * const(den // a.d.value) + b.n * const(den // b.d.value), const(den))
    return Frac(a.n * b.d + b.n * a.d, a.d * b.d)


def minus(a: Frac, b: Frac) -> Frac:
    return plus(a, Frac(-b.n, b.d))


def times(a: Frac, b: Frac) -> Frac:
    return Frac(a.n * b.n, a.d * b.d)


def over(a: Frac, b: Frac) -> Frac:
    """The quotient, its sign in the numerator. The caller sees to b = 0. What two static denominators share is left out."""
    if a.d.value is not None and b.d.value is not None:
        g = gcd(a.d.value, b.d.value)
        a, b = Frac(a.n, const(a.d.value // g)), Frac(b.n, const(b.d.value // g))
    return Frac(a.n * b.d * b.n.sign(), a.d * b.n.absolute())


def is_zero(x: Frac) -> Sql:
    return sql("{} = 0", x.n.sql)


def named(at: Scope, x: Frac) -> Frac:
    """The same with its integers as columns."""
    n = x.n if x.n.value is not None else replace(x.n, sql=at.let(x.n.sql))
    return Frac(n, x.d if x.static else replace(x.d, sql=at.let(x.d.sql)))


def pick(at: Scope, op: str, a: Frac, b: Frac) -> Frac:
    """The lesser (``<=``) or the greater (``>=``) of two; neither where one has no value."""
    first = at.let(compared(op, a, b))

    def chosen(x: Sql, y: Sql) -> Sql:
        return at.let(sql("CASE WHEN {0} THEN {1} WHEN NOT {0} THEN {2} END", first, x, y))

    if a.d.value is not None and b.d.value is not None:
        den = lcm(a.d.value, b.d.value)
        an, bn = a.n * const(den // a.d.value), b.n * const(den // b.d.value)
        top = max(an.top, bn.top)
        return Frac(replace(an.fit(top), sql=chosen(an.fit(top).sql, bn.fit(top).sql), value=None), const(den))
    top, bottom = max(a.n.top, b.n.top), max(a.d.top, b.d.top)
    n = replace(a.n.fit(top), sql=chosen(a.n.fit(top).sql, b.n.fit(top).sql))
    return Frac(n, replace(a.d.fit(bottom), sql=chosen(a.d.fit(bottom).sql, b.d.fit(bottom).sql)))


def _args(node: Node, args: list[Cell]) -> tuple[list[Cell], Sql | None]:
    """The arguments as the result takes them, and all their whys."""
    return (args if node.type.ranged else [definite(arg) for arg in args]), masks(*(arg.w for arg in args))


def add(at: Scope, node: Node, args: list[Cell]) -> Cell:
    (a, b), why = _args(node, args)
    return number(at, node, plus(a.low, b.low), plus(a.high, b.high), why)


def sub(at: Scope, node: Node, args: list[Cell]) -> Cell:
    (a, b), why = _args(node, args)
    return number(at, node, minus(a.low, b.high), minus(a.high, b.low), why)


def mul(at: Scope, node: Node, args: list[Cell]) -> Cell:
    (a, b), why = _args(node, args)
    ends_a, ends_b = ([a.low] if a.hi is None else [a.low, a.high]), ([b.low] if b.hi is None else [b.low, b.high])
    products = [named(at, times(x, y)) for x in ends_a for y in ends_b]
    least = greatest = products[0]
    for product in products[1:]:
        least, greatest = pick(at, "<=", least, product), pick(at, ">=", greatest, product)
    return number(at, node, least, greatest, why)


def weigh(at: Scope, node: Node, args: list[Cell]) -> Cell:
    """The products are columns of their own, so that the text of the query grows with the family and no faster."""
    found = [definite(arg) for arg in args]
    total: Frac | None = None
    for x, b in zip(found[::2], found[1::2], strict=True):
        product = named(at, times(x.low, b.low))
        total = product if total is None else plus(total, product)
    assert total is not None, "a family has columns"
    return number(at, node, total, None, masks(*(arg.w for arg in args)))


def div(at: Scope, node: Node, args: list[Cell]) -> Cell:
    (a, b), why = _args(node, args)
    b = definite(b)
    return _divided(at, node, (a.low, a.high), b.low, why, a.hi is not None)


def _divided(at: Scope, node: Node, ends: tuple[Frac, Frac], by: Frac, why: Sql | None, ranged: bool) -> Cell:
    zero = at.let(sql("coalesce({}, FALSE)", is_zero(by)))  # a cause of its own, whatever the other argument is
    why = masks(why, caused(zero, bit(node.params["reason"])))

    def quotient(end: Frac) -> Frac:
        out = over(end, by)
        n, d = out.n.when(sql("NOT {}", zero)), out.d if out.static else out.d.when(sql("NOT {}", zero))
        return named(at, Frac(n, d))

    first = quotient(ends[0])
    if not ranged:
        return number(at, node, first, first, why)
    second = quotient(ends[1])
    return number(at, node, pick(at, "<=", first, second), pick(at, ">=", first, second), why)


def change(direction: str) -> Callable[[Scope, Node, list[Cell]], Cell]:
    """``fall from a to b`` is (a - b) / a, ``rise`` its negative."""

    def lowered(at: Scope, node: Node, args: list[Cell]) -> Cell:
        why = masks(*(arg.w for arg in args))
        a = definite(args[0])
        b = args[1] if node.type.ranged else definite(args[1])
        base = a.low
        zero = at.let(sql("coalesce({}, FALSE)", is_zero(base)))
        why = masks(why, caused(zero, bit(node.params["reason"])))
        usable = sql("NOT {}", zero)
        if b.hi is not None and b.w is not None:
            usable = sql("{} AND ({} = 0 OR {} > 0)", usable, b.w, base.n.sql)
        usable = at.let(usable)

        def end(to: Frac) -> Frac:
            gap = (base.n * to.d - to.n * base.d) * base.n.sign()
            n = gap if direction == "fall" else -gap
            d = base.n.absolute() * to.d
            return named(at, Frac(n.when(usable), d if d.value is not None else d.when(usable)))

        if b.hi is None:
            return number(at, node, end(b.low), end(b.low), why)
        low, high = (end(b.high), end(b.low)) if direction == "fall" else (end(b.low), end(b.high))
        return number(at, node, low, high, why)

    return lowered


def rest(at: Scope, node: Node, args: list[Cell]) -> Cell:
    (p,), why = _args(node, args)

    def left(x: Frac) -> Frac:
        return Frac(x.d - x.n, x.d)

    return number(at, node, left(p.high), left(p.low), why)


def same_ratio(at: Scope, node: Node, args: list[Cell]) -> Cell:
    (x,), why = _args(node, args)
    return number(at, node, x.low, x.high, why)


def extreme(op: str) -> Callable[[Scope, Node, list[Cell]], Cell]:
    def lowered(at: Scope, node: Node, args: list[Cell]) -> Cell:
        parts, why = _args(node, args)
        if not node.type.numeric:
            v = parts[0].v
            for part in parts[1:]:
                v = at.let(sql(f"CASE WHEN {{0}} {op} {{1}} THEN {{0}} WHEN NOT ({{0}} {op} {{1}}) THEN {{1}} END", v, part.v))
            return Cell(node.type, v, why)
        low, high = parts[0].low, parts[0].high
        for part in parts[1:]:
            low, high = pick(at, op, low, part.low), pick(at, op, high, part.high)
        return number(at, node, low, high, why)

    return lowered
