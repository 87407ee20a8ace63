"""The accepted rows as plain Python: what the reference engine computes from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from pbr.language.types import NONE, NOT_YET, UNKNOWN
from pbr.plan.plan import Column, Plan, Table
from pbr.problem import refuse
from pbr.submission.accepted import Accepted
from pbr.values.value import KNOWN, NO_SUCH, NOT_YET_DAY, Value

Key = tuple[Any, ...]

# A blank that is unknown. Its bit means nothing by itself: the leaf that reads the column puts its own reason there.
BLANK_UNKNOWN = Value.unknown(1)
CONTRACT = "contract"
_PLAIN = {str, Fraction, date, bool, tuple}  # cells that are values as they stand


@dataclass(frozen=True)
class Row:
    """``key``: str, int, date, bool or Fraction per key column, in the key's order. ``number``: the record's number in its file, 0 for
    a row that a worked example made. ``values``: column name to Value."""

    key: Key
    number: int
    values: Mapping[str, Value]


@dataclass(frozen=True)
class Records:
    """What ``Rows`` are made of, as it stands in the database: for each accepted row its number and its cells, for each rejected one its number and its link columns.
    Another process can be handed them. ``submitted`` and ``complete_to``: of ``Rows``."""

    accepted: Mapping[str, list[tuple[Any, ...]]]
    rejected: Mapping[str, list[tuple[Any, ...]]]
    submitted: Mapping[str, int]
    complete_to: Mapping[str, date | None]

    @staticmethod
    def fetch(accepted: Accepted, plan: Plan) -> Records:
        """Every table of the plan, read through ``accepted.con``."""
        con = accepted.con
        return Records(
            {table.name: _records(con, f"accepted_{table.name}", [column.name for column in table.columns]) for table in plan.tables},
            {table.name: _records(con, f"rejected_{table.name}", link_columns(table)) for table in plan.tables},
            {table.name: accepted.expected(table.name) for table in plan.tables},
            dict(accepted.complete_to),
        )


@dataclass(frozen=True)
class Rows:
    """``tables``: accepted rows by table, ordered by key. ``rejected``: for each rejected row its link columns, None where not
    readable; rows that are missing are among them. ``submitted``: rows that were submitted or should have been, by table: what a limit is
    a share of. ``complete_to``: None (or absent) where it was not given."""

    tables: Mapping[str, Sequence[Row]]
    rejected: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    submitted: Mapping[str, int] = field(default_factory=dict)
    complete_to: Mapping[str, date | None] = field(default_factory=dict)

    @staticmethod
    def load(accepted: Accepted, plan: Plan) -> Rows:
        """Every table of the plan, read through ``accepted.con``. Raises ValueError where a NULL stands that no column allows."""
        return Rows.of(Records.fetch(accepted, plan), plan)

    @staticmethod
    def of(records: Records, plan: Plan) -> Rows:
        """Raises ValueError where a NULL stands that no column allows."""
        tables = {table.name: _accepted_rows(records.accepted[table.name], table) for table in plan.tables}
        rejected = {table.name: _rejected_rows(records.rejected[table.name], table) for table in plan.tables}
        return Rows(tables, rejected, records.submitted, records.complete_to)

    @staticmethod
    def by_hand(
        plan: Plan,
        tables: Mapping[str, Iterable[Mapping[str, Any]]],
        rejected: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
        complete_to: Mapping[str, date | None] | None = None,
        submitted: Mapping[str, int] | None = None,
    ) -> Rows:
        """Rows from plain Python: a cell is a Python value in base units, a Value, or None for the column's blank. A column that is
        left out is blank. ``submitted``, if not given, is accepted + rejected."""
        rejected = rejected or {}
        made: dict[str, list[Row]] = {}
        for table in plan.tables:
            rows = []
            for number, cells in enumerate(tables.get(table.name, ()), 1):
                values = {}
                for column in table.columns:
                    raw = cells.get(column.name)
                    values[column.name] = Value(KNOWN, raw, raw) if type(raw) in _PLAIN else _as_value(raw, column, table.name)
                rows.append(Row(_key(table, values), number, values))
            made[table.name] = sorted(rows, key=lambda row: row.key)
        counted = {name: len(rows) + len(rejected.get(name, ())) for name, rows in made.items()}
        return Rows(made, rejected, submitted or counted, complete_to or {})


def link_columns(table: Table) -> tuple[str, ...]:
    """Columns named in belongs_to and matched_to, each once."""
    named = [*(table.parent.columns if table.parent else ()), *(table.matched.columns if table.matched else ())]
    return tuple(dict.fromkeys(named))


def text_of(part: Any) -> str:
    """The canonical text of one part of a key."""
    if isinstance(part, bool):
        return "yes" if part else "no"
    return part.isoformat() if isinstance(part, date) else str(part)


def text_key(key: Key) -> tuple[str, ...]:
    """The canonical text of a key, part by part."""
    return tuple(text_of(part) for part in key)


def key_from_text(table: Table, texts: Sequence[str]) -> Key:
    """The inverse of ``text_key`` for a data table. Raises Refused (PBR524) where a text is no value of its column."""
    if len(texts) != len(table.key):
        says = f"{table.name} has a key of {len(table.key)} parts ({', '.join(table.key)}); found {len(texts)}: {' | '.join(texts)}."
        raise refuse("PBR524", says, "Write the parts in that order, with | between them.")
    return tuple(_part(table.column(name), text) for name, text in zip(table.key, texts, strict=True))


def _part(column: Column, text: str) -> Any:
    try:
        if column.type.numeric:
            return _plain(Fraction(text))
        if column.type.kind == "date":
            return date.fromisoformat(text)
        if column.type.kind == "truth":
            return {"yes": True, "no": False}[text]
    except (ValueError, KeyError, ZeroDivisionError):
        raise refuse("PBR524", f"`{text}` is given as a key, but {column.name} is {column.type.phrase}.", "Write such a value.") from None
    return text


def load(accepted: Accepted, plan: Plan) -> Rows:
    """``Rows.load`` as a function."""
    return Rows.load(accepted, plan)


def _accepted_rows(records: Iterable[tuple[Any, ...]], table: Table) -> list[Row]:
    rows = []
    for record in records:
        cells = zip(table.columns, record[1:], strict=True)
        values = {column.name: _as_value(_decode(raw, column), column, table.name) for column, raw in cells}
        rows.append(Row(_key(table, values), int(record[0]), values))
    return sorted(rows, key=lambda row: row.key)


def _rejected_rows(records: Iterable[tuple[Any, ...]], table: Table) -> list[Mapping[str, Any]]:
    columns = [table.column(name) for name in link_columns(table)]
    out: list[Mapping[str, Any]] = []
    for record in records:
        out.append({column.name: _decode(raw, column) for column, raw in zip(columns, record[1:], strict=True)})
    return out


def _records(con: Any, relation: str, names: Sequence[str]) -> list[tuple[Any, ...]]:
    selected = ", ".join(_quoted(name) for name in ["_row", *names])
    out: list[tuple[Any, ...]] = con.execute(f"SELECT {selected} FROM {_quoted(relation)}").fetchall()
    return out


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _decode(raw: Any, column: Column) -> Any:
    """What a cell of an accepted table holds, as Python; None for NULL."""
    if raw is None:
        return None
    if column.type.numeric:
        if column.shape is None or column.shape.den is None:
            raise ValueError(f"the column {column.name} has no fixed denominator")
        return Fraction(int(raw), column.shape.den)
    return tuple(sorted(raw)) if column.type.kind == "codes" else raw


def _as_value(raw: Any, column: Column, table: str) -> Value:
    if isinstance(raw, Value):
        return raw
    if raw is not None:
        return Value.known(raw)
    if UNKNOWN in column.type.absent:
        return BLANK_UNKNOWN
    if NOT_YET in column.type.absent:
        return NOT_YET_DAY
    if NONE in column.type.absent:
        return NO_SUCH
    raise ValueError(f"{table}.{column.name} is blank in an accepted row, but the column refuses blanks")


def _key(table: Table, values: Mapping[str, Value]) -> Key:
    return tuple(_plain(values[name].low) for name in table.key)


def _plain(part: Any) -> Any:
    return part.numerator if isinstance(part, Fraction) and part.denominator == 1 else part
