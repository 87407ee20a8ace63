"""The rows of a table that are not the same in two assessments, by key, in the columns that matter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pbr.comparison.sides import Side, Sides
from pbr.plan.columns import value_columns
from pbr.platform.sqltext import quote_name as quote

Condition = tuple[tuple[str, ...], tuple[Any, ...]]


def differing_rows(
    sides: Sides, table: str, conditions: Sequence[Condition], columns: Sequence[str], steps: Sequence[str], most: int
) -> tuple[list[tuple[str, ...]], int]:
    """Keys, at most ``most``, and how many there are. ``conditions``: which rows are looked at on the old side, and on the new. A column that only one
    side has is not compared."""
    if not sides.old.columns(table) or not sides.new.columns(table):
        return [], 0
    names = [*columns, *(name for step in steps for name in _stored(sides, step))]
    shared = [name for name in dict.fromkeys(names) if name in sides.old.columns(table) and name in sides.new.columns(table)]
    sql, values = _joined(sides, table, conditions, shared)
    differ = ["o.here IS NULL", "n.here IS NULL", *(f"o.{quote(name)} IS DISTINCT FROM n.{quote(name)}" for name in shared)]
    found = sides.con.execute(f"{sql} WHERE {' OR '.join(differ)} ORDER BY ALL LIMIT {most}", values).fetchall()
    if len(found) < most:
        return [tuple(row) for row in found], len(found)
    number = sides.con.execute(f"SELECT count(*) FROM ({sql} WHERE {' OR '.join(differ)})", values).fetchone()
    return [tuple(row) for row in found], int(number[0])


def _joined(sides: Sides, table: str, conditions: Sequence[Condition], shared: Sequence[str]) -> tuple[str, list[Any]]:
    parts = sides.plan.key_of(table)
    values: list[Any] = []
    sources = []
    for side, (where, given) in zip((sides.old, sides.new), conditions, strict=True):
        sources.append(
            f"(SELECT {_columns(side, table, shared)} FROM {side.view(table)}" + (f" WHERE {' AND '.join(where)})" if where else ")")
        )
        values += given
    keys = [f"k{n}" for n in range(len(parts))]
    on = " AND ".join(f"o.{key} = n.{key}" for key in keys) or "true"
    told = ", ".join(f"coalesce(o.{key}, n.{key})" for key in keys) or "''"
    return f"SELECT {told} FROM {sources[0]} o FULL OUTER JOIN {sources[1]} n ON {on}", values


def _columns(side: Side, table: str, shared: Sequence[str]) -> str:
    keys = [f"{text} AS k{n}" for n, text in enumerate(side.key_text(table))]
    return ", ".join([*keys, "true AS here", *(quote(name) for name in shared)])


def _stored(sides: Sides, name: str) -> list[str]:
    step = sides.plan._by_name().get(name)
    return value_columns(step.name, step.type, step.node.shape) if step is not None else []
