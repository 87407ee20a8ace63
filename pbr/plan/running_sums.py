"""Typing of a running sum: what ``day sum of (x) over T by d reaches L`` asks of x and of L, beyond what every aggregate asks."""

from __future__ import annotations

from pbr.language import printer
from pbr.language.tree import Aggregate, Syntax
from pbr.plan import quantities, shapes
from pbr.plan.intervals import interval
from pbr.plan.node import Node
from pbr.plan.operators import mismatch
from pbr.plan.signs import never_negative
from pbr.plan.trouble import Mistake
from pbr.plan.typer import Typer


def sum_to_reach(typer: Typer, syntax: Aggregate, added: Node) -> Node:
    """L, of the own row. Raises Mistake where what is added up may be negative (a sum that was reached could be lost again), or where L is of
    another unit, adds something up itself, or may be 0 or less (it would be reached before anything was added up)."""
    assert syntax.value is not None
    limit = syntax.extra[0]
    if not never_negative(typer.world, added):
        raise Mistake(
            "PBR861",
            f"`{printer.show(syntax.value)}` may be negative: a sum that was reached on one day could be lost again on a later one.",
            "Declare `at_least` on the column; or add up greatest(x, 0), in its unit, which leaves out what is taken back.",
            syntax.value,
        )
    node = _of_the_own_row(typer, limit)
    if node.type.kind in ("date", "codes", "dayset") or quantities.same(added.type, node.type) is None:
        raise mismatch(added, node, limit)
    if not node.type.numeric or interval(typer.world, node)[0] <= 0:
        raise Mistake(
            "PBR862",
            f"`{printer.show(limit)}` may be 0 or less, and such a sum is reached before anything is added up.",
            "Write what must be reached, more than nothing: £1,000.00; a column that says it declares `at_least`.",
            limit,
        )
    return node


def _of_the_own_row(typer: Typer, syntax: Syntax) -> Node:
    """Typed as if nothing were being added up, so that no name is one of the counted row's."""
    counted = typer.counted
    typer.counted = None
    try:
        node = typer.strict(typer.expression(syntax), syntax)
    finally:
        typer.counted = counted
    if any("aggregate" in part.params for part in node.walk()):
        raise Mistake(
            "PBR312",
            "Something is added up inside something else that is added up.",
            "Give the inner one a name as a fact of its own, and use the name here.",
            syntax,
        )
    return node


def reached_within(args: list[Node], rows: int) -> None:
    """Raises Mistake where the running sum, or setting it against L, has no room."""
    added, limit = args[0].shape, args[2].shape
    assert added is not None and limit is not None
    shapes.compare(shapes.total(added, rows), limit)
