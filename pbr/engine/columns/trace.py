"""A finished grain as its trace file: the columns of ``pbr.plan.columns``, in the order of the key."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pbr.engine.columns.database import Database
from pbr.engine.columns.relations import Relation, internal_columns, suffixes
from pbr.engine.columns.text import DAYSET, plain_type, quote_name, quote_text, stored_type
from pbr.language.types import Type
from pbr.plan.columns import BIGINT_TOP, node_at, step_columns
from pbr.plan.node import Shape
from pbr.plan.plan import Plan, Step, Table
from pbr.platform.duck import glob_text

PLACE = "_n"  # of a row in its file, from 1: the order of the keys, as a number


def write_trace(plan: Plan, db: Database, relations: Mapping[str, Relation], relation: Relation, folder: Path) -> Relation:
    """Writes ``folder/trace/GRAIN.parquet`` and the view ``trace_GRAIN``; the relation that reads it from there, with the ``PLACE`` of each row."""
    key = plan.key_of(relation.grain)
    columns = _columns(plan, relation)
    table = next((table for table in plan.tables if table.name == relation.grain), None)
    place, join = _place(plan, relations, relation, table) if table is not None else ("", "")
    selected = [f"{_stored(f'o.{internal}', type_, inside)} AS {quote_name(name)}" for internal, name, type_, inside in columns]
    if table is not None:
        after = 1 + len(table.columns)
        selected[after:after] = [place]
    ordered = [f"o.{relation.column(name)}" for name in key] or ["o._row"]
    path = folder / "trace" / f"{relation.grain}.parquet"
    _copy(db, f"SELECT {', '.join(selected)} FROM {relation.view} AS o{join} ORDER BY {', '.join(ordered)}", path)
    return _from_file(plan, db, relation, columns, path)


def copy_trace(plan: Plan, db: Database, relation: Relation, source: str, folder: Path) -> Relation:
    """As ``write_trace``, of values that another engine has worked out. ``source``: a relation with the trace's columns under their names, sets
    of days as lists, the rows in any order. ``relation``: the grain with its steps; its view is not read."""
    key = plan.key_of(relation.grain)
    columns = _columns(plan, relation)
    selected = [f"{_stored(f'o.{quote_name(name)}', type_, inside)} AS {quote_name(name)}" for _, name, type_, inside in columns]
    table = next((table for table in plan.tables if table.name == relation.grain), None)
    if table is not None:
        selected.insert(1 + len(table.columns), "o._place AS _place, o._code AS _code")
    ordered = f" ORDER BY {', '.join(f'o.{quote_name(name)}' for name in key)}" if key else ""
    path = folder / "trace" / f"{relation.grain}.parquet"
    _copy(db, f"SELECT {', '.join(selected)} FROM {source} AS o{ordered}", path)
    return _from_file(plan, db, relation, columns, path)


def _copy(db: Database, query: str, path: Path) -> None:
    db.run(f"COPY ({query}) TO {quote_text(str(path))} (FORMAT parquet, ROW_GROUP_SIZE 122880)")


def _from_file(plan: Plan, db: Database, relation: Relation, columns: list[tuple[str, str, str, str]], path: Path) -> Relation:
    """The view ``trace_GRAIN`` of a file, and the relation that reads it."""
    source = f"read_parquet({glob_text(path)})"
    db.run(f"CREATE OR REPLACE VIEW {quote_name('trace_' + relation.grain)} AS SELECT * FROM {source}")
    back = [f"{_read(quote_name(name), inside)} AS {internal}" for internal, name, _, inside in columns]
    key = plan.key_of(relation.grain)
    if not any(
        table.name == relation.grain for table in plan.tables
    ):  # groups and the contract are few; their row numbers are those of the base
        number = "row_number() OVER ()" if not key else f"row_number() OVER (ORDER BY {', '.join(quote_name(name) for name in key)})"
        back.insert(0, f"CAST({number} AS BIGINT) AS _row")
    placed = f"read_parquet({glob_text(path)}, file_row_number = true)"
    view = db.view(f"SELECT {', '.join(back)}, file_row_number + 1 AS {PLACE} FROM {placed}")
    return Relation(relation.grain, view, relation.columns, relation.steps)


def _columns(plan: Plan, relation: Relation) -> list[tuple[str, str, str, str]]:
    """Number, name, stored type and inner type of each column: key, ``_row`` (data tables), other columns, steps in plan order."""
    key = plan.key_of(relation.grain)
    names = [column.name for column in relation.columns]
    own = [*key, *(name for name in names if name not in key)]
    out = []
    for name in own:
        column = relation.columns[names.index(name)]
        out.append((relation.column(name), name, *_types("", column.type, column.shape)))
    if any(table.name == relation.grain for table in plan.tables):
        out.insert(len(key), ("_row", "_row", "BIGINT", "BIGINT"))
    for step in sorted(relation.steps, key=lambda step: step.number):
        out += step_types(step)
    return out


def step_types(step: Step) -> list[tuple[str, str, str, str]]:
    """As ``_columns``, for the columns of a step."""
    types = _value_types(step.type, step.node.shape)
    for part in step.parts:
        node = node_at(step.node, part.path)
        types += _value_types(node.type, node.shape)
    return [(internal, name, *pair) for internal, name, pair in zip(internal_columns(step), step_columns(step), types, strict=True)]


def _value_types(type_: Type, shape: Shape | None) -> list[tuple[str, str]]:
    return [_types(suffix, type_, shape) for suffix in suffixes(type_, shape)]


def _types(suffix: str, type_: Type, shape: Shape | None) -> tuple[str, str]:
    """The type a column is stored in and the type it is computed in."""
    if suffix == "_w":
        return "BIGINT", "BIGINT"
    if type_.kind == "dayset":
        return "VARCHAR", DAYSET
    if not type_.numeric or shape is None:
        return plain_type(type_), plain_type(type_)
    top = shape.bottom if suffix.endswith("of") else shape.top
    return stored_type(top), "BIGINT" if top < BIGINT_TOP else "HUGEINT"


def _stored(column: str, stored: str, inside: str) -> str:
    """A column as the trace has it. Sets of days are text: ``2011-07-04..2011-10-30 2011-11-02..2011-11-27``, empty for no day."""
    if inside == DAYSET:
        return f"array_to_string(list_transform({column}, lambda x: CAST(x.f AS VARCHAR) || '..' || CAST(x.l AS VARCHAR)), ' ')"
    return f"CAST({column} AS {stored})"


def _read(column: str, inside: str) -> str:
    """A column as the engine has it, from the trace."""
    if inside == DAYSET:
        each = f"list_filter(string_split({column}, ' '), lambda x: x <> '')"
        return f"CAST(list_transform({each}, lambda x: struct_pack(f := CAST(x[1:10] AS DATE), l := CAST(x[13:22] AS DATE))) AS {DAYSET})"
    return f"CAST({column} AS {inside})"


def _place(plan: Plan, relations: Mapping[str, Relation], relation: Relation, table: Table) -> tuple[str, str]:
    """The columns ``_place`` and ``_code``, and what their row is joined to for them."""
    cohorts = [cohort for cohort in plan.cohorts if cohort.of == table.name]
    if table.use == "cohorts" and cohorts:
        used = " OR ".join(f"(o.s{plan.step(cohort.member).number} IS DISTINCT FROM FALSE)" for cohort in cohorts)
        said = [f"o.s{plan.step(cohort.excluded).number}" for cohort in cohorts]
        coded = [
            f"CASE WHEN {column} IN ({', '.join(quote_text(code) for code, _, _ in cohort.codes)}) THEN {column} END"
            for column, cohort in zip(said, cohorts, strict=True)
            if cohort.codes
        ]
        code = f"coalesce({', '.join([*coded, said[0]])}, '')"
        return f"CASE WHEN {used} THEN 'used' ELSE 'excluded' END AS _place, CASE WHEN {used} THEN '' ELSE {code} END AS _code", ""
    if table.use == "matches" and table.matched is not None:
        other = relations[table.matched.table]
        onto = table.matched.onto or plan.key_of(other.grain)
        picked = ", ".join(f"{other.column(name)} AS k{i}" for i, name in enumerate(onto))
        on = " AND ".join(f"(o.{relation.column(name)} = m.k{i})" for i, name in enumerate(table.matched.columns))
        join = f" LEFT JOIN (SELECT DISTINCT {picked} FROM {other.view}) AS m ON {on}"
        return "CASE WHEN m.k0 IS NOT NULL THEN 'used' ELSE 'unused' END AS _place, '' AS _code", join
    return "'used' AS _place, '' AS _code", ""
