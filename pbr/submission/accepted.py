"""What reading a submission hands to the engines: accepted rows, rejected rows, and what is known of their completeness.

In the DuckDB connection, for each data table T of the plan:

``accepted_T``  a relation: ``_row`` BIGINT (the record's number in its file, from 1, unique in the table), then every
    declared column by name, typed: numeric kinds as the integer numerator over the column's ``shape.den`` (BIGINT where
    ``shape.top`` < 9e18, else HUGEINT); date DATE; truth BOOLEAN; code, identifier, text VARCHAR; codes VARCHAR[] sorted,
    distinct. NULL is the column's declared absence (unknown, none or not yet), and is never there otherwise. The key is
    unique and never NULL. belongs_to always finds its parent among the parent's accepted rows.
``rejected_T``  ``_row`` and the table's link columns (belongs_to and matched_to), typed, NULL where not readable.
``findings``  TABLE_NAME, ROW, LINE, COLUMN_NAME, CODE, SEVERITY (reject | flag | unused), VALUE, SAYS: every reason of every row.
"""

from __future__ import annotations

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
    set aside, per table. ``rejected``: rows rejected, per table. ``complete_to``: None where it was not given."""

    con: Any
    submitted: dict[str, int]
    rejected: dict[str, int]
    unused: dict[str, int]
    complete_to: dict[str, date | None]
    sources: list[Source] = field(default_factory=list)
