"""``if_none``: what a fact or measure is when there is nothing to divide by: no rows, or a denominator of 0.

It is written out as a condition before the expression, so it stands for what is certainly not there and never for what is unknown.
"""

from __future__ import annotations

from collections.abc import Iterator

from pbr.language.types import Type
from pbr.plan import quantities, shapes
from pbr.plan.codewords import code_for
from pbr.plan.leaves import Problems
from pbr.plan.node import Node
from pbr.plan.trouble import Mistake
from pbr.plan.typer import Typer
from pbr.terms import models

_THROUGH = ("round", "as_percent", "as_number", "rest", "add", "sub", "mul", "least", "greatest")
_LACKING = ("div", "fall", "rise", "share", "mean", "median", "verdict")


def with_if_none(typer: Typer, problems: Problems, leaf: models.Scalar, node: Node) -> Node:
    """The node, preceded by what it is when there is nothing. Raises Silent after reporting what is wrong."""
    tree = problems.tree(leaf)
    with problems.about(leaf):
        found = list(_lacking(node))
        if len(found) != 1:
            raise Mistake(
                "PBR828",
                f"`if_none` says what there is when nothing can be divided; here {'are several quotients or shares' if found else 'is no quotient, share, mean or verdict'}.",
                "It belongs to a fact or measure with one quotient, share, mean, median or verdict, not inside `if`. Give each a fact of its own.",
            )
        if node.type.kind == "code":
            value = typer.literal(node.type.without("unknown"), code_for(typer, node.type, tree), leaf.text)
        else:
            value = typer.strict(typer.expression(tree), tree)
        kind = quantities.same(value.type, node.type)
        if kind is None or value.op != "literal":
            raise Mistake(
                "PBR828",
                f"`{leaf.text}` is {value.type.phrase}; the value is {node.type.phrase}.",
                "Write a value of the same type and unit.",
            )
        shape = None
        if kind.numeric:
            assert value.shape and node.shape
            shape = shapes.choice(value.shape, node.shape, unsure=True)
        return typer.make("if", kind, (_nothing(typer, found[0]), value, node), {}, shape, "if {0} then {1} else ({2})", ranged=True)
    raise AssertionError


def _lacking(node: Node) -> Iterator[Node]:
    if node.op in _LACKING:
        yield node
    elif node.op in _THROUGH:
        for arg in node.args:
            yield from _lacking(arg)


def _nothing(typer: Typer, node: Node) -> Node:
    """That there is nothing to divide by."""
    if "aggregate" in node.params:
        return _is_zero(typer, _rows(node))
    if node.op == "verdict":
        sizes = [_sum(typer, *node.args[i : i + 2]) for i in (0, 2) if len(node.args) >= i + 2]
        empty = [_is_zero(typer, size) for size in sizes]
        return empty[0] if len(empty) == 1 else typer.make("or", Type("truth"), tuple(empty), phrase="({0}) or ({1})")
    return _is_zero(typer, node.args[1] if node.op == "div" else node.args[0])


def _sum(typer: Typer, a: Node, b: Node) -> Node:
    assert a.shape and b.shape
    return typer.make("add", Type("whole"), (a, b), {}, shapes.add(a.shape, b.shape), "{0} + {1}", ranged=True)


def _is_zero(typer: Typer, node: Node) -> Node:
    zero = typer.literal(Type(node.type.kind, per=node.type.per), 0, typer._nothing(node.type))
    assert node.shape and zero.shape
    shapes.compare(node.shape, zero.shape)
    return typer.make("eq", Type("truth"), (node, zero), phrase="{0} = {1}")


def _rows(node: Node) -> Node:
    """How many rows a share, mean or median is over. Of a share all of them count, whatever its condition says of them."""
    told = dict(node.params["aggregate"])
    args = node.args[1:]
    where = " where {0}" if args and node.op != "share" else ""
    if node.op == "share":
        told["has_where"] = False
    assert node.shape is not None
    top = max(node.shape.bottom, 2) if node.op == "share" else 2 * shapes.ROWS
    type_ = Type("whole", absent=frozenset({"unknown"}), ranged=node.op == "share" and node.type.ranged)
    return Node("count", type_, args, {"aggregate": told}, shapes.count(top // 2), f"count of {told['over']}{where}")
