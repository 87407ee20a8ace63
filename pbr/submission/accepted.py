"""What reading a submission hands to the engines: accepted rows, rejected rows, and what is known of their completeness.

In the DuckDB connection, for each data table T of the plan:

``accepted_T``  a relation: ``_row`` BIGINT (the record's number in its file, from 1, unique in the table), then every
    declared column by name, typed: numeric kinds as the integer numerator over the column's ``shape.den`` (BIGINT where
    ``shape.top`` < 9e18, else HUGEINT); date DATE; truth BOOLEAN; code, identifier, text VARCHAR; codes VARCHAR[] sorted,
    distinct. NULL is the column's declared absence (unknown, none or not yet), and is never there otherwise. The key is
    unique and never NULL. belongs_to always finds its parent among the parent's accepted rows.
``rejected_T``  ``_row`` and the table's link columns (belongs_to and matched_to), typed, NULL where not readable. Where the table must
    cover another, it also holds one row for each row that is missing: ``_row`` NULL, the link columns that the register gives (NULL for
    others). A missing row is like a rejected one to every population: leaving a failure out must not be better than spoiling it.
``findings``  TABLE_NAME, ROW, LINE, COLUMN_NAME, CODE, SEVERITY (reject | flag | unused | missing), VALUE, SAYS: every reason of every row.
    ``missing``: ROW NULL, VALUE the key that is missing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Source:
    """A file (or other input) as it came: ``sha256`` of its bytes, ``size`` in bytes, ``records`` read."""

    name: str
    path: Path | None
    sha256: str
    size: int
    records: int
    tables: tuple[str, ...]


@dataclass
class Accepted:
    """``con``: the DuckDB connection with the relations above. ``submitted``: rows submitted, per table. ``unused``: duplicates
    set aside, per table. ``rejected``: rows rejected, per table. ``complete_to``: None where it was not given. ``missing`` and ``extra``:
    per table with ``must_cover``, rows of the register without a row here (``completeness``), and rows here without one there. Limits such as "leave out
    up to 0.5%" are of what ``expected`` gives. ``locate``: physical lines of the given rows of a table, {} where it has none. ``plain_lines``: of tables whose records
    stand one to a line, the header's line and how many rows are made of a record.
    ``texts``: per table a query for its cells as submitted (``pbr.submission.texts``)."""

    con: Any
    submitted: dict[str, int]
    rejected: dict[str, int]
    unused: dict[str, int]
    complete_to: dict[str, date | None]
    sources: list[Source] = field(default_factory=list)
    missing: dict[str, int] = field(default_factory=dict)
    extra: dict[str, int] = field(default_factory=dict)
    plain_lines: dict[str, tuple[int, int]] = field(default_factory=dict)
    locate: Callable[[str, set[int]], dict[int, int]] = field(default=lambda table, rows: {}, repr=False)
    texts: dict[str, str] = field(default_factory=dict, repr=False)

    def expected(self, table: str) -> int:
        """Rows that were submitted or should have been; copies are not counted, or sending a row again would widen every limit."""
        return self.submitted[table] - self.unused.get(table, 0) + self.missing.get(table, 0)
