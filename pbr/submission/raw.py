"""An input as it was opened: a relation of text, and all that is known about the records it came from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pbr.platform.sqltext import quote_text

BLANKS = " \t\r\n\u00a0"  # what is trimmed around a cell; U+00A0 is what spreadsheets pad with
SHOWN = 2000  # characters of a cell or a record kept in findings


@dataclass(frozen=True)
class Defect:
    """A record that is not in the relation because its fields cannot be told apart. ``row``: the record's number."""

    row: int
    line: int
    code: str
    text: str
    says: str


@dataclass(frozen=True)
class Note:
    """A finding about a file as a whole."""

    code: str
    line: int | None
    column: str
    says: str


@dataclass
class Raw:
    """``relation``: ``_row`` BIGINT (number of the record in its input, from 1) and text columns c0, c1, ... as ``header``.
    ``records``: submitted, defects included, skipped ones not. ``lines``: physical lines of the given records, or None where
    an input has no lines. ``small``: cheap to hold in memory."""

    name: str
    path: Path | None
    relation: str
    header: list[str]
    records: int
    sha256: str
    size: int
    small: bool
    header_line: int = 0
    defects: list[Defect] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    unread: dict[int, str] = field(default_factory=dict)  # position in the header: why no value of the column is read
    lines: Callable[[set[int]], dict[int, int]] | None = None
    left_out: int = 0  # records that the layout's skip_rows_where leaves out; footers are not among them
    plain: bool = False  # record n stands on line header_line + n
    delimiter: str = ","  # between a text file's fields
    # the relation without _row, in its order, where the records are those of 1, 2, 3, ... without a gap: no thread has to wait to number them
    inorder: str = ""
    parts: list[Raw] = field(default_factory=list)  # the files of a table that came in several


def trimmed(expression: str) -> str:
    """SQL: the text without blanks around it, NULL when nothing is left."""
    blanks = " || ".join(["' '", *(f"chr({ord(letter)})" for letter in BLANKS[1:])])
    return f"nullif(trim({expression}, {blanks}), '')"


def skipping(skip: list[tuple[int, str]]) -> str:
    """SQL: a condition on c0, c1, ...: the record is not one of those the layout skips. Empty ``skip``: true."""
    tests = [f"coalesce({trimmed(f'c{index}')}, '') = {quote_text(text)}" for index, text in skip]
    return "NOT (" + " OR ".join(tests) + ")" if tests else "true"


def insert_columns(con: Any, table: str, columns: list[list[Any]], types: list[str], chunk: int = 50_000) -> None:
    """Inserts rows given column by column; values are bound, never written into the SQL."""
    for start in range(0, len(columns[0]), chunk):
        slots = ", ".join(f"unnest(CAST(? AS {kind}[]))" for kind in types)
        con.execute(f"INSERT INTO {table} SELECT {slots}", [column[start : start + chunk] for column in columns])


def create_empty(con: Any, relation: str, width: int) -> None:
    """An empty table ``relation`` of that many text columns."""
    con.execute(f"CREATE TABLE {relation} (_row BIGINT, {', '.join(f'c{index} VARCHAR' for index in range(width))})")
