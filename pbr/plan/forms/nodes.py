"""Nodes of ordinary operations, put together by the forms: units, bounds and phrases as if a drafter had written them."""

from __future__ import annotations

from fractions import Fraction

from pbr.language.types import Type
from pbr.plan import quantities, shapes
from pbr.plan.node import Node
from pbr.plan.operators import SIGNS, hole
from pbr.plan.spoken import spoken
from pbr.plan.trouble import Mistake
from pbr.plan.typer import Typer


def compare(typer: Typer, op: str, a: Node, b: Node) -> Node:
    """``op``: eq, ne, lt, le, gt or ge. Numbers of one unit, or codes."""
    if quantities.same(a.type, b.type) is None:
        raise unlike(a, b)
    if a.shape is not None and b.shape is not None:
        shapes.compare(a.shape, b.shape)
    return typer.make(op, Type("truth"), (a, b), {}, None, f"{hole((a, b), 0)} {SIGNS[op]} {hole((a, b), 1)}")


def add(typer: Typer, a: Node, b: Node) -> Node:
    return _plus_minus(typer, "add", a, b)


def sub(typer: Typer, a: Node, b: Node) -> Node:
    return _plus_minus(typer, "sub", a, b)


def _plus_minus(typer: Typer, op: str, a: Node, b: Node) -> Node:
    type_ = quantities.add(a.type, b.type, op == "sub")
    if type_ is None:
        raise unlike(a, b)
    assert a.shape and b.shape
    return typer.make(op, type_, (a, b), {}, shapes.add(a.shape, b.shape), f"{hole((a, b), 0)} {SIGNS[op]} {hole((a, b), 1)}", ranged=True)


def mul(typer: Typer, a: Node, b: Node) -> Node | None:
    """The product, or None where these units have none."""
    type_ = quantities.mul(a.type, b.type) if a.type.numeric and b.type.numeric else None
    if type_ is None:
        return None
    assert a.shape and b.shape
    return typer.make("mul", type_, (a, b), {}, shapes.mul(a.shape, b.shape), f"{hole((a, b), 0)} * {hole((a, b), 1)}", ranged=True)


def extreme(typer: Typer, op: str, a: Node, b: Node) -> Node:
    """``op``: least or greatest, of two values of one unit."""
    kind = quantities.same(a.type, b.type)
    if kind is None:
        raise unlike(a, b)
    assert a.shape and b.shape
    shapes.compare(a.shape, b.shape)
    return typer.make(op, Type(kind.kind, per=kind.per), (a, b), {}, shapes.common([a.shape, b.shape]), f"{op}({{0}}, {{1}})", ranged=True)


def ratio(typer: Typer, node: Node, by: Fraction, phrase: str) -> Node:
    """A quantity over a fixed one of its own unit, as a number. ``phrase`` holds {0} for the one and {1} for the other."""
    inverse = typer.literal(Type("number"), 1 / by, str(by))
    assert node.shape and inverse.shape
    return typer.make("mul", Type("number"), (node, inverse), {}, shapes.mul(node.shape, inverse.shape), phrase, ranged=True)


def nothing(typer: Typer, type_: Type) -> Node:
    """Zero of a unit."""
    sign = typer.world.sign
    said = {"money": f"{sign}0.00", "percent": "0%", "points": "0 percentage points"}.get(type_.kind, "0")
    said = f"0 {type_.kind}" if type_.kind in ("days", "months", "minutes") else said
    return typer.literal(Type(type_.kind, per=type_.per), Fraction(0), said)


def fixed(node: Node) -> Fraction | None:
    """The value of a literal, or of a parameter with one value; None for anything else."""
    if node.op != "literal" or not node.type.numeric:
        return None
    return Fraction(int(node.params["value"]["n"]), int(node.params["value"]["d"]))


def folded(typer: Typer, node: Node) -> Node:
    """A sum, difference or product of two fixed values as the literal that it is; anything else as it stands."""
    values = [fixed(arg) for arg in node.args]
    if len(values) != 2 or node.op not in ("add", "sub", "mul"):
        return node
    a, b = values
    if a is None or b is None:
        return node
    value = a + b if node.op == "add" else a - b if node.op == "sub" else a * b
    return typer.literal(Type(node.type.kind, per=node.type.per), value, spoken(node))


def unlike(a: Node, b: Node) -> Mistake:
    return Mistake(
        "PBR840",
        f"`{spoken(a)}` is {a.type.phrase} and `{spoken(b)}` is {b.type.phrase}: they cannot be set against each other.",
        "Both need one type and one unit; nothing is converted silently.",
    )
