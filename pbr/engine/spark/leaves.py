"""Lowering of the leaves: literals, and the columns of the row at hand."""

from __future__ import annotations

from pbr.engine.spark.cells import Cell, constant, definite, static
from pbr.engine.spark.scope import Scope
from pbr.engine.spark.text import Sql, bit, caused, sql
from pbr.language.types import NONE, NOT_YET, UNKNOWN
from pbr.plan.node import Node


def literal(at: Scope, node: Node, args: list[Cell]) -> Cell:
    return constant(node.params["value"], node.type, node.shape)


def column(at: Scope, node: Node, args: list[Cell]) -> Cell:
    """NULL is the column's declared absence; unknown has this node's reason."""
    if at.table is None or node.params["row"] != at.row or node.params["table"] != at.table.name:
        raise ValueError(f"a plan reads {node.params['table']}.{node.params['column']} where no row of it is at hand")
    position, declared = next(found for found in enumerate(at.table.columns) if found[1].name == node.params["column"])
    v = Sql(f"c{position}")
    unknown = UNKNOWN in node.type.absent and not node.type.absent & {NONE, NOT_YET}
    why = caused(sql("{} IS NULL", v), bit(node.params["reason"])) if unknown else None
    if not node.type.numeric:
        return Cell(node.type, v, why)
    cell = Cell(node.type, v, why, declared.shape)
    return Cell(node.type, definite(cell).low.at(static(node.shape)[0]).sql, why, node.shape)
