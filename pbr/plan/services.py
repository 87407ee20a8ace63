"""What may not differ between rows that charge one service (``charged_once_per``): whatever a payment could be made by."""

from __future__ import annotations

from collections.abc import Iterable

from pbr.plan.node import Node
from pbr.plan.plan import Step, Table


def columns_that_decide(table: Table, steps: Iterable[Step]) -> tuple[str, ...]:
    """Columns of ``table`` beyond its key and ``once`` that say who or what in words, and that some step still reads, or reaches another
    table's rows through: of two rows that differ there, which one is kept would choose what is paid. Checks and flags decide nothing."""
    read: set[str] = set(table.cover.columns) if table.cover is not None else set()  # whom a row answers for is decided by them
    for step in steps:
        if step.kind not in ("check", "flag"):
            _read(step.node, step.grain, None, table, read)
    named = [column.name for column in table.columns if column.type.kind in ("identifier", "text")]
    return tuple(name for name in named if name in read and name not in (*table.key, *table.once))


def _read(node: Node, own: str, counted: str | None, table: Table, read: set[str]) -> None:
    params = node.params
    start = own if params.get("row") == "own" else counted
    hops = params.get("via", ())
    if start == table.name:
        if hops and hops[0][0] == "parent" and table.parent is not None:
            read.update(table.parent.columns)
        elif not hops and node.op == "column":
            read.add(params["column"])
    told = params.get("aggregate")
    if told is not None:
        link = told["link"]
        if link["table"] == table.name and link["kind"] in ("children", "matched"):
            read.update(link.get("columns", ()))
        if own == table.name and link["kind"] in ("children", "matched"):
            read.update(link.get("onto", ()))
    for arg in node.args:
        _read(arg, own, told["link"]["table"] if told is not None else counted, table, read)
