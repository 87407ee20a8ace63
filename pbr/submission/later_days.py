"""Days after the one that their table is complete to: the supplier says that something has happened, or will, on a day nobody has seen yet.

Flagged, never rejected: a lease may well end next year. What a span has beyond that day is held by itself; a single event is taken at its
word, so whoever pays for it should look.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from pbr.plan.plan import Table
from pbr.platform.sqltext import quote_name, quote_text
from pbr.submission.codes import FINDINGS

if TYPE_CHECKING:
    import duckdb

CODE = "PBR487"
MOST = 10_000  # findings of one column


def flag_later_days(con: duckdb.DuckDBPyConnection, table: Table, complete_to: date | None) -> None:
    """Adds to ``findings``: of the rows that stand, those with a day after ``complete_to``; nothing where that was not said. At most ``MOST``
    rows of a column, in their order; a finding without a row says how many there are in all."""
    dates = [column for column in table.columns if column.type.kind == "date"]
    if complete_to is None or not dates:
        return
    rows, said = quote_name(f"accepted_{table.name}"), complete_to.isoformat()
    after = {column.name: f"{quote_name(column.name)} > CAST({quote_text(said)} AS DATE)" for column in dates}
    counted = con.execute(f"SELECT {', '.join(f'count(*) FILTER ({test})' for test in after.values())} FROM {rows}").fetchone()
    assert counted is not None
    sentence = quote_text(f" is after {said}, the day up to which {table.name} is complete")
    for name, number in zip(after, counted, strict=True):
        if not number:
            continue
        about = ", ".join(quote_text(text) for text in (name, CODE, FINDINGS[CODE][0]))
        value = f"CAST({quote_name(name)} AS VARCHAR)"
        con.execute(
            f"INSERT INTO findings SELECT {quote_text(table.name)}, _row, NULL, {about}, {value}, "
            f"{quote_text(name + ': ')} || {value} || {sentence} FROM {rows} WHERE {after[name]} ORDER BY _row LIMIT {MOST}"
        )
        if number > MOST:
            told = f"{name}: {number:,} rows have a day after {said}; the first {MOST:,} are listed"
            con.execute(f"INSERT INTO findings SELECT ?, NULL, NULL, {about}, '', ?", [table.name, told])
