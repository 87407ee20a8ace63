"""The rows that a run starts from, under the engine's numbered columns; and the checks that take rows away first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from pbr.engine.columns.database import Database
from pbr.engine.columns.findings import code_of, found_rows, link_text, write_rejected
from pbr.engine.columns.order import add_out_of_order, ordered
from pbr.engine.columns.relations import Facts, Relation, columns_of
from pbr.engine.columns.text import integer_type, plain_type, quote_name, quote_text
from pbr.plan.plan import Cohort, Column, Plan, Step, Table
from pbr.plan.schedule import closure

ORPHAN = "PBR462"  # as where a parent is rejected while the submission is read
LEAVING = "_row, columns, value, code, says"


@dataclass(frozen=True)
class Bases:
    """``relations``: per grain. ``left``: rows that checks took away, per table."""

    relations: dict[str, Relation]
    left: dict[str, int]


def column_type(column: Column) -> str:
    return integer_type(column.shape.top) if column.type.numeric and column.shape is not None else plain_type(column.type)


def typed(column: Column, source: str) -> str:
    return f"CAST({source} AS {column_type(column)})"


# Asks the checks of a table: its rows, of the relations as they stand, for which one of them says yes, with what each of them says.
Ask = Callable[[Table, list[Step], dict[str, Relation]], dict[str, Relation]]


def bases(plan: Plan, db: Database, facts: Facts, ask: Ask | None = None) -> Bases:
    """Tables in the plan's order, parents first: children of a row that leaves leave with it, and so do later milestones that it stood for.
    ``ask``: where another engine has asked the checks."""
    from pbr.engine.columns.building import advance

    def asked(table: Table, checks: list[Step], relations: dict[str, Relation]) -> dict[str, Relation]:
        return advance(plan, db, facts, dict(relations), closure(plan, checks), write=None)

    relations = {table.name: _accepted(db, table, None) for table in plan.tables}
    for cohort in plan.cohorts:
        if cohort.parts:
            relations[cohort.name] = Relation(cohort.name, db.view(_groups(cohort)), columns_of(plan, cohort.name))
    relations["contract"] = Relation("contract", db.view("SELECT CAST(1 AS BIGINT) AS _row"), ())
    left: dict[str, int] = {}
    gone: dict[str, str] = {}
    for table in plan.tables:
        checks = [step for step in plan.steps if step.grain == table.name and step.kind == "check"]
        parts: list[str] = []
        whole = relations[table.name]
        if table.parent is not None and table.parent.table in gone:
            orphans = db.table(_orphans(plan, table, whole, gone[table.parent.table]))
            relations[table.name] = _accepted(db, table, orphans)
            parts.append(f"SELECT {LEAVING} FROM {orphans}")
        if checks:
            after = (ask or asked)(table, checks, relations)
            for step in checks:
                code, says = quote_text(code_of(step)[1]), quote_text(step.says or step.text)
                parts.append(f"SELECT _row, columns, value, {code} AS code, {says} AS says FROM ({found_rows(plan, after, step)}) AS f")
        if not parts:
            continue
        leaving = db.table(" UNION ALL ".join(parts))
        number = _count(db, leaving)
        if number or db.con is None:
            if ordered(table):
                add_out_of_order(db, table, leaving)
                number = _count(db, leaving)
            left[table.name] = number
            gone[table.name] = db.table(f"SELECT o.* FROM {whole.view} AS o SEMI JOIN {leaving} AS x ON o._row = x._row")
            relations[table.name] = _accepted(db, table, leaving)
            _move(db, table, leaving)
    return Bases(relations, left)


def _count(db: Database, leaving: str) -> int:
    found = db.rows(f"SELECT count(DISTINCT _row) FROM {leaving}")
    return int(found[0][0]) if found else 0


def _accepted(db: Database, table: Table, without: str | None) -> Relation:
    columns = ", ".join(f"{typed(column, 'a.' + quote_name(column.name))} AS c{i}" for i, column in enumerate(table.columns))
    anti = "" if without is None else f" ANTI JOIN {without} AS x ON a._row = x._row"
    query = f"SELECT CAST(a._row AS BIGINT) AS _row, {columns} FROM {quote_name('accepted_' + table.name)} AS a{anti}"
    return Relation(table.name, db.view(query), table.columns)


def _groups(cohort: Cohort) -> str:
    width = len(cohort.parts)
    names = ", ".join(["_row", *(f"c{i}" for i in range(width + 2))])
    casts = ", ".join(
        ["CAST(_row AS BIGINT) AS _row", *(f"CAST(c{i} AS VARCHAR) AS c{i}" for i in range(width)),
         f"CAST(c{width} AS DATE) AS c{width}", f"CAST(c{width + 1} AS DATE) AS c{width + 1}"]
    )  # fmt: skip
    rows = ", ".join(
        f"({number}, {', '.join(quote_text(text) for text in (*group.key, group.first_day, group.last_day))})"
        for number, group in enumerate(cohort.groups, 1)
    )
    if not rows:
        return f"SELECT {casts} FROM (VALUES ({', '.join(['NULL'] * (width + 3))})) AS v({names}) WHERE FALSE"
    return f"SELECT {casts} FROM (VALUES {rows}) AS v({names})"


def _orphans(plan: Plan, table: Table, relation: Relation, gone: str) -> str:
    assert table.parent is not None
    parent = Relation(table.parent.table, gone, columns_of(plan, table.parent.table))
    on = " AND ".join(
        f"(o.{relation.column(a)} = p.{parent.column(b)})"
        for a, b in zip(table.parent.columns, plan.key_of(table.parent.table), strict=True)
    )
    says = quote_text(f"the row of {table.parent.table} with this key was rejected")
    source = {name: f"o.{relation.column(name)}" for name in table.parent.columns}
    columns, value = link_text(table.parent.columns, source, {column.name: column for column in table.columns})
    return (
        f"SELECT o._row AS _row, {columns} AS columns, {value} AS value, {quote_text(ORPHAN)} AS code, {says} AS says "
        f"FROM {relation.view} AS o SEMI JOIN {gone} AS p ON {on}"
    )


def _move(db: Database, table: Table, leaving: str) -> None:
    """The rows that leave, among the rejected; and one finding for each of their reasons."""
    links = dict.fromkeys(name for link in (table.parent, table.matched) if link is not None for name in link.columns)
    columns = ", ".join(["_row", *(quote_name(name) for name in links)])
    accepted, rejected = quote_name("accepted_" + table.name), quote_name("rejected_" + table.name)
    joined = f"SELECT {columns} FROM {rejected} UNION ALL SELECT {columns} FROM {accepted} AS a SEMI JOIN {leaving} AS x ON a._row = x._row"
    fresh = quote_name(f"fresh rejected_{table.name}")
    db.run(f"CREATE OR REPLACE TABLE {fresh} AS {joined}")
    db.drop(rejected)
    db.run(f"ALTER TABLE {fresh} RENAME TO {rejected}")
    write_rejected(db, table.name, leaving)


def with_rejected(plan: Plan, db: Database, facts: Facts) -> Facts:
    """The facts once checks have moved rows; rows that are missing are among the rejected."""
    counted: Mapping[str, int] = {
        table.name: int(found[0][0]) if (found := db.rows(f"SELECT count(*) FROM {quote_name('rejected_' + table.name)}")) else 1
        for table in plan.tables
    }
    return replace(facts, rejected=counted)
