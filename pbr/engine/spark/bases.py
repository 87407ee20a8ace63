"""The rows that a run starts from, under the engine's numbered columns; and the checks that take rows away first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from pbr.engine.spark.building import advance
from pbr.engine.spark.frames import Frames
from pbr.engine.spark.order import also_out_of_order
from pbr.engine.spark.relations import Facts, Gone, Relation, columns_of
from pbr.engine.spark.text import integer_type, plain_type, quote_name, quote_text
from pbr.plan.plan import Cohort, Column, Plan, Table
from pbr.plan.schedule import closure

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


@dataclass(frozen=True)
class Given:
    """The accepted rows where Spark can reach them, by table. ``accepted``: ``_row`` and the declared columns by their names, as the
    accepted tables of a submission hold them: numbers as the whole numerator over the column's ``shape.den``; NULL for the column's
    declared absence. ``rejected``: ``_row`` (NULL: a row that is missing) and the link columns. ``submitted``: rows that there are or
    should be, for limits on rejected ones. ``complete_to``: None or absent where it was not given."""

    accepted: Mapping[str, DataFrame]
    rejected: Mapping[str, DataFrame]
    submitted: Mapping[str, int]
    complete_to: Mapping[str, date | None] = field(default_factory=dict)


def links(table: Table) -> tuple[str, ...]:
    """The columns by which a table's rows reach others."""
    return tuple(dict.fromkeys(name for link in (table.parent, table.matched) if link is not None for name in link.columns))


@dataclass(frozen=True)
class Bases:
    """``relations``: the rows of every grain. ``asked``: per table with checks the rows for which one of them says yes: ``_row``, and what each
    says under the number of its step (``s12``)."""

    relations: dict[str, Relation]
    facts: Facts
    asked: Mapping[str, str]


def bases(plan: Plan, frames: Frames, given: Given) -> Bases:
    """Tables in the plan's order, parents first: children of a row that a check takes away leave with it, are rejected too, and are asked
    nothing; and so do later milestones that it stood for."""
    relations = {table.name: Relation(table.name, frames.view(_accepted(frames, given, table)), table.columns) for table in plan.tables}
    for cohort in plan.cohorts:
        if cohort.parts:
            relations[cohort.name] = Relation(cohort.name, frames.view(_groups(cohort)), columns_of(plan, cohort.name))
    relations["contract"] = Relation("contract", frames.view("SELECT CAST(1 AS BIGINT) AS _row"), ())
    gone = {table.name: Gone(frames.view(_rejected(frames, given, table)), links(table)) for table in plan.tables}
    facts = Facts(given.complete_to, {}, given.submitted, gone)
    left: dict[str, Relation] = {}
    asked: dict[str, str] = {}
    for table in plan.tables:
        whole, parts = relations[table.name], []
        if table.parent is not None and table.parent.table in left:
            orphans = frames.kept(_orphans(plan, table, whole, left[table.parent.table]))
            parts.append(f"SELECT _row FROM {orphans}")
            stay = f"SELECT a.* FROM {whole.view} AS a LEFT ANTI JOIN {orphans} AS x ON a._row = x._row"
            relations[table.name] = replace(whole, view=frames.view(stay), scans=2)
        checks = [step for step in plan.steps if step.grain == table.name and step.kind == "check"]
        if checks:
            after = advance(plan, frames, facts, relations, closure(plan, checks))[table.name]
            said = [f"s{step.number}" for step in checks]
            asked[table.name] = frames.kept(f"SELECT {', '.join(['_row', *said])} FROM {after.view} WHERE {' OR '.join(said)}")
            parts.append(f"SELECT _row FROM {asked[table.name]}")
        if parts:
            leaving = also_out_of_order(frames, table, whole, frames.kept(" UNION ".join(parts)))
            rows = f"SELECT a.* FROM {whole.view} AS a {{}} JOIN {leaving} AS x ON a._row = x._row"
            left[table.name] = replace(whole, view=frames.view(rows.format("LEFT SEMI")))
            relations[table.name] = replace(whole, view=frames.view(rows.format("LEFT ANTI")), scans=2)
            lost = ", ".join(["_row", *(f"{whole.column(name)} AS r{i}" for i, name in enumerate(gone[table.name].columns))])
            both = f"SELECT * FROM {gone[table.name].view} UNION ALL SELECT {lost} FROM {left[table.name].view}"
            gone[table.name] = replace(gone[table.name], view=frames.view(both))
    counted = " UNION ALL ".join(f"SELECT {number} AS number, count(*) AS rows FROM {one.view}" for number, one in enumerate(gone.values()))
    found = {int(row["number"]): int(row["rows"]) for row in frames.sql(counted).collect()} if gone else {}
    return Bases(relations, replace(facts, rejected={name: found[number] for number, name in enumerate(gone)}, gone=gone), asked)


def column_type(column: Column) -> str:
    return integer_type(column.shape.top) if column.type.numeric and column.shape is not None else plain_type(column.type)


def _accepted(frames: Frames, given: Given, table: Table) -> str:
    columns = "".join(f", CAST({quote_name(column.name)} AS {column_type(column)}) AS c{i}" for i, column in enumerate(table.columns))
    return f"SELECT CAST(_row AS BIGINT) AS _row{columns} FROM {frames.named(given.accepted[table.name])}"


def _rejected(frames: Frames, given: Given, table: Table) -> str:
    columns = "".join(f", CAST({quote_name(name)} AS {column_type(table.column(name))}) AS r{i}" for i, name in enumerate(links(table)))
    return f"SELECT CAST(_row AS BIGINT) AS _row{columns} FROM {frames.named(given.rejected[table.name])}"


def _groups(cohort: Cohort) -> str:
    width = len(cohort.parts)
    names = ", ".join(["_row", *(f"c{i}" for i in range(width + 2))])
    casts = ", ".join(
        ["CAST(_row AS BIGINT) AS _row", *(f"CAST(c{i} AS STRING) AS c{i}" for i in range(width)),
         f"CAST(c{width} AS DATE) AS c{width}", f"CAST(c{width + 1} AS DATE) AS c{width + 1}"]
    )  # fmt: skip
    rows = ", ".join(
        f"({number}, {', '.join(quote_text(text) for text in (*group.key, group.first_day, group.last_day))})"
        for number, group in enumerate(cohort.groups, 1)
    )
    if not rows:
        return f"SELECT {casts} FROM (VALUES ({', '.join(['NULL'] * (width + 3))})) AS v({names}) WHERE FALSE"
    return f"SELECT {casts} FROM (VALUES {rows}) AS v({names})"


def _orphans(plan: Plan, table: Table, relation: Relation, parents: Relation) -> str:
    assert table.parent is not None, f"{table.name} belongs to nothing"
    on = " AND ".join(
        f"(o.{relation.column(a)} = p.{parents.column(b)})"
        for a, b in zip(table.parent.columns, plan.key_of(table.parent.table), strict=True)
    )
    return f"SELECT o._row AS _row FROM {relation.view} AS o LEFT SEMI JOIN {parents.view} AS p ON {on}"
