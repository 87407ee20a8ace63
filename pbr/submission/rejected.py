"""The rejected rows as they are written out for the supplier: one reason of one row each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pbr.submission.codes import in_short, what_to_do

if TYPE_CHECKING:
    import duckdb

REJECTED_COLUMNS = ("table", "row", "line", "column", "value", "code", "reason", "what to do")


def rejected_rows(con: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    """What ``rejected.csv`` says, one reason of one row each, as ``REJECTED_COLUMNS``; nothing is escaped."""
    cursor = con.cursor()
    cursor.execute(
        "SELECT TABLE_NAME, \"ROW\", LINE, COLUMN_NAME, VALUE, CODE, SAYS FROM findings WHERE SEVERITY = 'reject' "
        'ORDER BY TABLE_NAME, "ROW", COLUMN_NAME, CODE, SAYS'
    )
    while rows := cursor.fetchmany(10_000):
        for *place, code, sentence in rows:
            yield (*place, code, sentence or in_short(code), what_to_do(code))
