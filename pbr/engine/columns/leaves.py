"""Lowering of the leaves: literals, columns, items, and the tables of a contract, which become CASE and never a join."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pbr.engine.columns.cells import Cell, caused, constant, plain
from pbr.engine.columns.scope import Scope
from pbr.engine.columns.text import NULL, Sql, all_of, day, masks, plain_type, sql
from pbr.language.types import NONE, NOT_YET, UNKNOWN
from pbr.plan.node import Node


def literal(at: Scope, node: Node, args: list[Cell]) -> Cell:
    return constant(node.params["value"], node.type, node.shape)


def column(at: Scope, node: Node, args: list[Cell]) -> Cell:
    """NULL is the column's declared absence; a cohort that was not reached is unknown besides."""
    via = tuple(tuple(hop) for hop in node.params["via"])
    row = at.rows.reach(node.params["row"], via)
    v = at.rows.fetch(row, row.relation.column(node.params["column"]))
    if not node.type.numeric:  # columns of all grains are cast where they come from: a table's in its base, a file's where it is read
        at.layers.know(v.text, plain_type(node.type))
    why: Sql | None = None
    if UNKNOWN in node.type.absent:
        own = at.own(node)
        if not node.type.absent & {NONE, NOT_YET}:
            why = caused(sql("{} IS NULL", v), own)
        elif row.found is not None:
            why = caused(sql("NOT {}", row.found), own)
    declared = next(c for c in row.relation.columns if c.name == node.params["column"])
    cell = Cell(node.type, v, why, declared.shape)
    return at.reshaped(node, cell)


def item(at: Scope, node: Node, args: list[Cell]) -> Cell:
    """The state of another step; why it is so is that step's business, here it is one reason."""
    via = tuple(tuple(hop) for hop in node.params["via"])
    step = at.plan.step(node.params["step"])
    source, found = at.step(node.params["row"], via, step)
    causes = [] if found is None else [sql("NOT {}", found)]
    if source.w is not None:
        causes.append(sql("coalesce({}, 0) <> 0", source.w))
    why: Sql | None = None
    if causes and (UNKNOWN in node.type.absent or node.type.ranged):
        condition = causes[0] if len(causes) == 1 else sql("{} OR {}", *causes)
        why = caused(condition, at.own(node))
    return at.reshaped(node, replace(source, w=why))


def dated(at: Scope, node: Node, args: list[Cell]) -> Cell:
    """The entry in force on a day: the last that begins on it or before."""
    (on,) = args
    entries = node.params["entries"]
    cases = [(sql("{} >= {}", on.v, day(start)), constant(value, node.type, node.shape)) for start, value in reversed(entries)]
    early = caused(sql("{} < {}", on.v, day(entries[0][0])), at.own(node))
    return _cases(node, cases, masks(on.w, _zero_for_null(early)))


def lookup(at: Scope, node: Node, args: list[Cell]) -> Cell:
    """A keyed parameter: complete over its code lists, so no row is left without a value but where a key is unknown."""
    cases = []
    for keys, value in node.params["rows"]:
        same = [sql("{} = {}", arg.v, plain(key, arg.type)) for key, arg in zip(keys, args, strict=True)]
        cases.append((all_of(same), constant(value, node.type, node.shape)))
    return _cases(node, cases, masks(*(arg.w for arg in args)))


def period(at: Scope, node: Node, args: list[Cell]) -> Cell:
    (on,) = args
    cases = [
        (sql("{} BETWEEN {} AND {}", on.v, day(first), day(last)), Cell(node.type, plain(key, node.type)))
        for first, last, key in node.params["periods"]
    ]
    return _cases(node, cases, on.w)


def certain(at: Scope, node: Node, args: list[Cell]) -> Cell:
    """Not yet becomes unknown, with this node's reason."""
    (x,) = args
    return Cell(node.type, x.v, masks(x.w, caused(x.is_none, at.own(node))))


def _zero_for_null(mask: Sql) -> Sql:
    return sql("coalesce({}, CAST(0 AS BIGINT))", mask)


def _cases(node: Node, cases: Sequence[tuple[Sql, Cell]], why: Sql | None) -> Cell:
    """CASE over conditions in order, for the value and for its denominator."""

    def chosen(parts: Sequence[Sql | None]) -> Sql | None:
        pairs = [(condition, part) for (condition, _), part in zip(cases, parts, strict=True) if part is not None]
        if not pairs:
            return None
        return sql(f"CASE {'WHEN {} THEN {} ' * len(pairs)}END", *(operand for pair in pairs for operand in pair))

    v = chosen([cell.v for _, cell in cases]) or NULL
    of = chosen([cell.of for _, cell in cases])
    if node.type.ranged:  # never so for a table of the contract; the columns must agree with the type all the same
        return Cell(node.type, v, why, node.shape, of, v, of)
    return Cell(node.type, v, why, node.shape, of)
