"""How low and how high a number can be, as far as the compiler can see it: what ``exp`` needs, where a bound of the absolute value is not enough."""

from __future__ import annotations

from fractions import Fraction

from pbr.plan.naming import World
from pbr.plan.node import Node

Interval = tuple[Fraction, Fraction]


def interval(world: World, node: Node) -> Interval:
    """Two ends, in base units, that hold every value the node can take. Never wider than its shape allows."""
    assert node.shape is not None, node.op
    widest = Fraction(node.shape.top, node.shape.den or 1)
    low, high = _ends(world, node) or (-widest, widest)
    return max(low, -widest), min(high, widest)


def _ends(world: World, node: Node) -> Interval | None:
    op, args = node.op, node.args
    if op == "literal" and node.params["value"] is not None:
        value = _number(node.params["value"])
        return value, value
    if op == "column":
        return _column(world, node)
    if op == "item":
        return interval(world, world.steps[node.params["step"]].node)
    if op in ("dated", "lookup"):
        raw = [value for _, value in node.params.get("entries", node.params.get("rows", []))]
        numbers = [_number(value) for value in raw if value is not None]
        return (min(numbers), max(numbers)) if numbers else None
    if op in ("count", "count_different", "place", "divide", "whole_months", "whole_years", "sqrt", "exp"):
        return Fraction(0), _top(node)
    if op in ("share", "logistic"):
        return Fraction(0), Fraction(1)
    if op in ("smallest", "largest", "median", "first_of", "last_of"):
        return interval(world, args[0])
    ends = [interval(world, arg) for arg in args if arg.type.numeric]
    return _of_numbers(op, ends) if ends else None


def _of_numbers(op: str, ends: list[Interval]) -> Interval | None:
    lows, highs = [low for low, _ in ends], [high for _, high in ends]
    if op in ("if", "else"):
        return min(lows), max(highs)
    if op == "least":
        return min(lows), min(highs)
    if op == "greatest":
        return max(lows), max(highs)
    if op == "add":
        return sum(lows, Fraction(0)), sum(highs, Fraction(0))
    if op == "sub":
        return lows[0] - highs[1], highs[0] - lows[1]
    if op == "mul":
        products = [x * y for x in ends[0] for y in ends[1]]
        return min(products), max(products)
    if op == "rest":
        return 1 - highs[0], 1 - lows[0]
    return (lows[0], highs[0]) if op in ("as_percent", "as_number") else None


def _column(world: World, node: Node) -> Interval | None:
    table = world.tables.get(node.params["table"])
    if table is None:
        return None
    column, widest = table.column(node.params["column"]), _top(node)
    return (
        Fraction(column.at_least) if column.at_least is not None else -widest,
        Fraction(column.at_most) if column.at_most is not None else widest,
    )


def _top(node: Node) -> Fraction:
    assert node.shape is not None
    return Fraction(node.shape.top, node.shape.den or 1)


def _number(value: dict[str, str]) -> Fraction:
    return Fraction(int(value["n"]), int(value["d"]))
