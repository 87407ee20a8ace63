"""The rows that a row is in the way of: one service charged again, repeated rows. A sentence calls them by their keys; these are their places."""

from __future__ import annotations

from pbr.plan.plan import Plan, Table
from pbr.platform.sqltext import quote_name, quote_text
from pbr.submission.accepted import Accepted

MOST = 4  # of them named

Partners = dict[tuple[str, int], tuple[list[int], int]]


def partners_of(plan: Plan, accepted: Accepted, name: str) -> Partners:
    """By code and row: the first MOST other rows that share what the rule compares, and how many there are."""
    table = plan.table(name)
    out: Partners = {}
    for rule in table.rules:
        if rule.kind == "repeated":
            out |= _alike(accepted, table, rule.code, rule.columns)
    if table.once:
        for code in ("PBR463", "PBR471"):
            out |= _alike(accepted, table, code, table.once)
    return out


def _alike(accepted: Accepted, table: Table, code: str, columns: tuple[str, ...]) -> Partners:
    """Looked for among all rows but copies of one key: of rows charged again the one that is used has no finding of its own."""
    here, wanted = quote_text(table.name), ", ".join(quote_name(column) for column in columns)
    told = f'SELECT DISTINCT "ROW" AS r FROM findings WHERE TABLE_NAME = {here} AND CODE = {quote_text(code)} AND "ROW" IS NOT NULL'
    copies = f"SELECT \"ROW\" FROM findings WHERE TABLE_NAME = {here} AND CODE = 'PBR470'"
    typed = f"_typed_{table.name}"
    found = accepted.con.execute(
        f"WITH told AS ({told}), asked AS (SELECT _row, {wanted} FROM {typed} SEMI JOIN told ON _row = r), "
        f"groups AS (SELECT {wanted}, list(_row ORDER BY _row)[:{MOST + 1}] AS rows, count(*) AS n FROM {typed} "
        f"SEMI JOIN asked USING ({wanted}) WHERE _row NOT IN ({copies}) GROUP BY {wanted}) "
        f"SELECT _row, rows, n FROM asked JOIN groups USING ({wanted})"
    ).fetchall()
    return {(code, int(row)): ([int(other) for other in rows if other != row][:MOST], int(number) - 1) for row, rows, number in found}
