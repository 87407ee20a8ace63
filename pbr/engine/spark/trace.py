"""A finished grain as the trace has it: the columns of ``pbr.plan.columns``, under the names that the contract gives them, in no order."""

from __future__ import annotations

from collections.abc import Mapping

from pbr.engine.spark.relations import Relation, internal_columns
from pbr.engine.spark.text import quote_name, quote_text
from pbr.plan.columns import step_columns
from pbr.plan.plan import Plan, Table


def trace_query(plan: Plan, relations: Mapping[str, Relation], relation: Relation) -> str:
    """SQL: the rows of the grain, in any order. ``relations``: the rows that every grain starts from."""
    key = plan.key_of(relation.grain)
    names = [column.name for column in relation.columns]
    columns = [(relation.column(name), name) for name in (*key, *(name for name in names if name not in key))]
    table = next((table for table in plan.tables if table.name == relation.grain), None)
    if table is not None:
        columns.insert(len(key), ("_row", "_row"))
    for step in sorted(relation.steps, key=lambda step: step.number):
        columns += list(zip(internal_columns(step), step_columns(step), strict=True))
    selected = [f"o.{internal} AS {quote_name(name)}" for internal, name in columns]
    join = ""
    if table is not None:
        place, join = _place(plan, relations, relation, table)
        selected.insert(1 + len(table.columns), place)
    return f"SELECT {', '.join(selected)} FROM {relation.view} AS o{join}"


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
