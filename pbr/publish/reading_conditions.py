"""A condition of an aggregate as a test of stored columns, so that the rows of which it is so can be counted; none where the run stored too little of it."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from pbr.plan.node import Node, Shape
from pbr.platform.sqltext import quote_name as quote
from pbr.platform.sqltext import quote_text
from pbr.statement.stored import Trail

SIGNS: Final = {"eq": "=", "ne": "<>", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}


def test_of(trail: Trail, table: str, node: Node) -> str | None:
    """SQL that is true, false, or NULL where it is not known."""
    if node.op in ("item", "column"):
        return stored_of(trail, table, node) if node.type.kind == "truth" else None
    if node.op in ("not", "and", "or"):
        parts = [test_of(trail, table, arg) for arg in node.args]
        if any(part is None for part in parts):
            return None
        if node.op == "not":
            return f"(NOT {parts[0]})"
        return "(" + f" {node.op.upper()} ".join(str(part) for part in parts) + ")"
    if node.op in SIGNS and len(node.args) == 2:
        sides = _sides(trail, table, node.args[0], node.args[1])
        return None if sides is None else f"({sides[0]} {SIGNS[node.op]} {sides[1]})"
    return None


def stored_of(trail: Trail, table: str, node: Node) -> str | None:
    """The stored column that a leaf reads of each row that is counted; None where there is none, or where one of them is a range."""
    if node.op not in ("item", "column") or node.params.get("row") != "counted" or node.params.get("via"):
        return None
    name = str(node.params["step"] if node.op == "item" else node.params["column"])
    columns = trail.columns(table)
    if name not in columns or f"{name}.of" in columns:
        return None
    if f"{name}.hi" in columns and trail.how_many(table, (f"{quote(name)} IS DISTINCT FROM {quote(name + '.hi')}",)):
        return None
    return quote(name)


def scale_of(trail: Trail, table: str, node: Node) -> int | None:
    """What a stored whole number is to be divided by."""
    if node.op == "item":
        shape: Shape | None = trail.plan.step(node.params["step"]).node.shape
    else:
        declared = [column for one in trail.plan.every_table if one.name == table for column in one.columns]
        shape = next((column.shape for column in declared if column.name == node.params["column"]), None)
    return None if shape is None else shape.den


def _sides(trail: Trail, table: str, one: Node, other: Node) -> tuple[str, str] | None:
    """Two stored columns, or a stored column and a literal, as they are compared."""
    columns = [None if side.op == "literal" else stored_of(trail, table, side) for side in (one, other)]
    scales = [
        scale_of(trail, table, side) if column and side.type.numeric else None for side, column in zip((one, other), columns, strict=True)
    ]
    if columns[0] and columns[1]:
        return (columns[0], columns[1]) if scales[0] == scales[1] and one.type.kind == other.type.kind else None
    for column, scale, literal, first in ((columns[0], scales[0], other, True), (columns[1], scales[1], one, False)):
        text = _written(literal, scale) if column and literal.op == "literal" else None
        if column and text:
            return (column, text) if first else (text, column)
    return None


def _written(literal: Node, scale: int | None) -> str | None:
    value = constant_of(literal)
    if value is not None:
        return None if scale is None or (value * scale).denominator != 1 else str(int(value * scale))
    plain = literal.params.get("value")
    return quote_text(plain) if isinstance(plain, str) and literal.type.kind in ("text", "code", "date") else None


def constant_of(node: Node) -> Fraction | None:
    """The value of a literal number."""
    value = node.params.get("value") if node.op == "literal" and node.type.numeric else None
    return None if value is None else Fraction(int(value["n"]), int(value["d"]))
