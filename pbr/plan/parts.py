"""Which nodes of an expression the trace records beside its value: aggregates, both sides of each comparison, what a
least or greatest is taken of, and what is read from another table. An explanation prints these; it never computes them."""

from __future__ import annotations

from pbr.plan.node import Node
from pbr.plan.plan import Part

_SIDED = ("eq", "ne", "lt", "le", "gt", "ge", "within", "between", "in", "has", "least", "greatest")


def parts_of(node: Node) -> tuple[Part, ...]:
    """Numbered from 1 in the order in which they are met, outermost first."""
    found: list[tuple[tuple[int, ...], str]] = []

    def visit(here: Node, path: tuple[int, ...], side: bool) -> None:
        if "aggregate" in here.params:
            found.append((path, "aggregate"))
            return  # what stands inside belongs to other rows
        if here.op in ("column", "item"):
            if here.params["via"]:
                found.append((path, "read"))
            return
        if here.op == "literal":
            return
        if side or here.op in ("lookup", "dated"):
            found.append((path, "side" if side else "read"))
        if here.op == "weigh":  # as many values again as the family has columns would say less than their sum
            if not side:
                found.append((path, "side"))
            return
        for index, arg in enumerate(here.args):
            visit(arg, (*path, index), here.op in _SIDED)

    visit(node, (), False)
    return tuple(Part(number, path, role) for number, (path, role) in enumerate(found, 1))
