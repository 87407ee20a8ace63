"""The cells of a table as they were submitted: text, for those who look at them with tools of their own."""

from __future__ import annotations

from pbr.platform.sqltext import quote_name, quote_text
from pbr.submission.mapping import Mapped
from pbr.submission.raw import trimmed


def cell_texts(mapped: Mapped) -> str:
    """A query: ``_row`` and each column of the table by name, as text without the blanks around it; NULL where nothing is left or where it
    is a missing marker. Every record whose fields could be told apart, whatever became of it."""
    marks = ", ".join(quote_text(mark) for mark in mapped.missing if mark)
    cells = []
    for number, column in enumerate(mapped.table.columns):
        text = trimmed(f"_r{number}")
        given = f"CASE WHEN {text} IN ({marks}) THEN NULL ELSE {text} END" if marks else text
        cells.append(f"{given} AS {quote_name(column.name)}")
    return f"SELECT _row, {', '.join(cells)} FROM ({mapped.sql})"
