"""Lowering of arithmetic over static denominators. A range is computed at both of its ends."""

from __future__ import annotations

from dataclasses import replace

from pbr.engine.spark.cells import Cell, definite, number
from pbr.engine.spark.integers import Int, Num, plus, times
from pbr.engine.spark.scope import Scope
from pbr.engine.spark.text import Sql, masks, sql
from pbr.plan.node import Node


def ends(node: Node, args: list[Cell]) -> tuple[list[Cell], Sql | None]:
    """The arguments as the result takes them, and all their whys."""
    return (args if node.type.ranged else [definite(arg) for arg in args]), masks(*(arg.w for arg in args))


def add(at: Scope, node: Node, args: list[Cell]) -> Cell:
    (a, b), why = ends(node, args)
    return number(at, node, plus(a.low, b.low), plus(a.high, b.high), why)


def sub(at: Scope, node: Node, args: list[Cell]) -> Cell:
    (a, b), why = ends(node, args)
    return number(at, node, plus(a.low, _minus(b.high)), plus(a.high, _minus(b.low)), why)


def mul(at: Scope, node: Node, args: list[Cell]) -> Cell:
    """The least and the greatest of the products of the ends."""
    (a, b), why = ends(node, args)
    if a.hi is None and b.hi is None:
        product = times(a.low, b.low)
        return number(at, node, product, product, why)
    products = [_named(at, times(x, y)) for x in (a.low, a.high) for y in (b.low, b.high)]
    return number(at, node, _extreme("least", products), _extreme("greatest", products), why)


def _minus(x: Num) -> Num:
    return Num(-x.n, x.den)


def _named(at: Scope, x: Num) -> Num:
    return x if x.n.value is not None else Num(replace(x.n, sql=at.let(x.n.sql)), x.den)


def _extreme(function: str, products: list[Num]) -> Num:
    # least() skips NULLs, but the ends of a value are both there or both not, so either all four products are or none
    top = max(product.n.top for product in products)
    listed = [product.n.fit(top).sql for product in products]
    return Num(Int(sql(f"{function}({', '.join('{}' for _ in listed)})", *listed), top), products[0].den)
