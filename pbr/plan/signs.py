"""Proof that a value is never negative, as far as the compiler can see it: only what is proved may be paid without
``may_be: negative``."""

from __future__ import annotations

from fractions import Fraction

from pbr.plan.naming import World
from pbr.plan.node import Node


def never_negative(world: World, node: Node) -> bool:
    """True only when every value the node can take is zero or more."""
    op, args = node.op, node.args
    if op == "literal":
        return node.params["value"] is None or int(node.params["value"]["n"]) >= 0
    if op == "column":
        table = world.tables.get(node.params["table"])
        low = table.column(node.params["column"]).at_least if table is not None else None
        return low is not None and not low.startswith("-")
    if op == "item":
        return node.params["step"] in world.nonnegative  # proved once, when it was numbered: chains of items stay cheap
    if op in ("dated", "lookup"):
        values = [value for _, value in node.params.get("entries", node.params.get("rows", []))]
        return all(value is not None and int(value["n"]) >= 0 for value in values)
    if op in ("count", "count_different", "share", "place", "divide", "whole_months", "whole_years", "days_in", "exp", "sqrt", "logistic"):
        return True
    if op in ("add", "mul", "div", "least", "weigh"):
        return all(never_negative(world, arg) for arg in args)
    if op == "greatest":
        return any(never_negative(world, arg) for arg in args)
    if op in ("round", "as_percent", "as_number"):
        return never_negative(world, args[0])
    if op in ("if", "else"):
        return all(never_negative(world, arg) for arg in args if arg.type.numeric)
    if op in ("sum", "mean", "median", "smallest", "largest", "first_of", "last_of"):
        return never_negative(world, args[0])
    if op == "rest":
        return _no_more_than_all(world, args[0])
    return False


def _no_more_than_all(world: World, node: Node) -> bool:
    """True only when a percentage is never above 100%: what is left of it is then not negative."""
    if node.op == "literal":
        return Fraction(int(node.params["value"]["n"]), int(node.params["value"]["d"])) <= 1
    if node.op == "column":
        table = world.tables.get(node.params["table"])
        high = table.column(node.params["column"]).at_most if table is not None else None
        return high is not None and Fraction(high) <= 1
    if node.op in ("dated", "lookup"):
        values = [value for _, value in node.params.get("entries", node.params.get("rows", []))]
        return all(value is not None and Fraction(int(value["n"]), int(value["d"])) <= 1 for value in values)
    return node.op == "share"
