"""The rejected and the missing rows as they are written out for the supplier: one reason of one row each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pbr.plan.plan import Plan
from pbr.submission.codes import FINDINGS, in_short, what_to_do

if TYPE_CHECKING:
    import duckdb

REJECTED_COLUMNS = ("table", "row", "line", "column", "value", "code", "reason", "what to do")


def rejected_rows(con: duckdb.DuckDBPyConnection, plan: Plan) -> Iterator[tuple[Any, ...]]:
    """What ``rejected.csv`` says, one reason of one row each, as ``REJECTED_COLUMNS``; nothing is escaped. Rows that are missing have no
    row and no line, and stand last in their table. ``plan`` gives what the contract says is to be done about its own checks."""
    own = corrections(plan)
    cursor = con.cursor()
    cursor.execute(
        "SELECT TABLE_NAME, \"ROW\", LINE, COLUMN_NAME, VALUE, CODE, SAYS FROM findings WHERE SEVERITY IN ('reject', 'missing') "
        'ORDER BY TABLE_NAME, "ROW" NULLS LAST, COLUMN_NAME NULLS FIRST, CODE, VALUE, SAYS'
    )
    while rows := cursor.fetchmany(10_000):
        for table, *place, code, sentence in rows:
            yield (table, *place, code, sentence or in_short(code), own.get((table, code)) or what_to_do(code))


def corrections(plan: Plan) -> dict[tuple[str, str], str]:
    """For each (table, code) of a check of the contract: what the supplier should do."""
    out: dict[tuple[str, str], str] = {}
    for table in plan.tables:
        for rule in table.rules:
            out[table.name, rule.code] = rule.correct or _default(rule.code, rule.clause)
    for step in plan.steps:
        if step.kind in ("check", "flag"):
            _, table_name, code = step.name.split(".", 2)
            out[table_name, code] = step.correct or _default(code, step.clause)
    return {key: text for key, text in out.items() if key[1] not in FINDINGS}


def _default(code: str, clause: str) -> str:
    where = f", clause {clause}," if clause else ""
    return f"correct the record: the contract's check {code}{where} says what is asked"
