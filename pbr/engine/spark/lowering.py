"""The lowering table of Spark: for each operation that runs there, the function that writes its SQL. What is not in it is refused by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from pbr.engine.spark import aggregates, dates, leaves, numbers, rounding
from pbr.engine.spark.cells import Cell
from pbr.engine.spark.scope import Scope, Totals
from pbr.plan.node import Node
from pbr.plan.plan import Table
from pbr.problem import Problem

Lower = Callable[[Scope, Node, list[Cell]], Cell]
Aggregate = Callable[[Scope, Totals, Node], Cell]

LOWERING: Mapping[str, Lower] = MappingProxyType(
    {
        "literal": leaves.literal,
        "column": leaves.column,
        "eq": dates.comparison("eq"),
        "ne": dates.comparison("ne"),
        "lt": dates.comparison("lt"),
        "le": dates.comparison("le"),
        "gt": dates.comparison("gt"),
        "ge": dates.comparison("ge"),
        "within": dates.within,
        "add": numbers.add,
        "sub": numbers.sub,
        "mul": numbers.mul,
        "round": rounding.round_,
    }
)

AGGREGATES: Mapping[str, Aggregate] = MappingProxyType({"count": aggregates.count, "sum": aggregates.sum_})


def refused(nodes: Iterable[Node], table: Table, per_row: bool) -> list[Problem]:
    """One problem (PBR523) for each thing in ``nodes`` that Spark does not run: operations by name, and forms of those it does run."""
    said: dict[str, None] = {}
    for node in nodes:
        for part in node.walk():
            for what in _lacking(part, table, per_row):
                said.setdefault(what)
    hint = "Assess this contract with the columns engine, which runs every operation."
    return [Problem("PBR523", f"The Spark engine cannot run {what}.", hint) for what in said]


def _lacking(node: Node, table: Table, per_row: bool) -> Iterable[str]:
    if node.op not in LOWERING and node.op not in AGGREGATES:
        yield f"the operation `{node.op}`: it runs {', '.join((*LOWERING, *AGGREGATES))}"
        return
    if node.shape is not None and node.shape.den is None:
        yield f"`{node.op}` where its result is a ratio, whose denominator differs from row to row"
    if node.op == "column" and (node.params["via"] or node.params["table"] != table.name):
        yield f"`column` where it reads another table ({node.params['table']}.{node.params['column']}, from {table.name})"
    if node.op in AGGREGATES:
        spec = node.params["aggregate"]
        if per_row or spec["subset"] or spec["link"]["kind"] != "all" or spec["link"]["table"] != table.name:
            yield f"`{node.op}` over part of a table: it adds up all accepted rows of one table"
