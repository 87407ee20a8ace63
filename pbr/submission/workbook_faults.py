"""Cells that have no value and are not blank: errors, formulas that were never worked out, digits that were lost.

Such a cell becomes a text that no type accepts, because it begins with a control character, and that carries the code and the sentence.
So it rejects its row where the contract reads the cell, and only there. Afterwards the findings get that code and sentence.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

MARK, BETWEEN = "\x1a", "\x1f"


def fault(code: str, says: str, value: str) -> str:
    """The text of a faulty cell. ``value``: what was found in it, as a person would see it."""
    return f"{MARK}{code}{BETWEEN}{says}{BETWEEN}{value}"


def shown(text: str) -> str:
    """A cell's text without what ``fault`` added."""
    return text.split(BETWEEN, 2)[-1] if text.startswith(MARK) else text


def name_faults(con: duckdb.DuckDBPyConnection, tables: Sequence[str]) -> None:
    """Gives the findings about faulty cells of these tables, which were read from workbooks, their own code, sentence and value."""
    for table in tables:
        con.execute(
            "UPDATE findings SET CODE = substr(string_split(VALUE, chr(31))[1], 2), SAYS = string_split(VALUE, chr(31))[2], "
            "VALUE = string_split(VALUE, chr(31))[3] WHERE TABLE_NAME = ? AND starts_with(VALUE, chr(26) || 'PBR')",
            [table],
        )
