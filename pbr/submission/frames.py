"""pandas DataFrames as exact text. pandas itself is never imported: what a cell is, its type's name says."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pbr.problem import Place, refuse
from pbr.submission.raw import BLANKS, Raw, create_empty, insert_columns, skipping

if TYPE_CHECKING:
    import duckdb

_SMALL = 64_000_000  # bytes of text that may be typed into a table and held
WHOLE = 2**53  # below it, every whole double is exactly the integer it prints as
_DIGITS = 1000  # nobody's numbers are longer
_BITS = 3322  # of a number with so many digits


def open_frame(
    con: duckdb.DuckDBPyConnection, frame: Any, name: str, number: int, find_skip: Callable[[list[str]], list[tuple[int, str]]]
) -> Raw:
    """A DataFrame, each cell as exact text (see ``cell_text``). Its index is not read."""
    header = [str(label).strip(BLANKS) for label in frame.columns]
    if not header:
        raise refuse("PBR405", f"{name} has no columns", "give a DataFrame with a table in it", Place(name))
    skip = find_skip(header)
    columns, unread = _texts(frame)
    rows = len(frame)
    digest, size = hashlib.sha256(), 0
    for line in [header, *zip(*columns, strict=True)]:
        data = json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass") + b"\n"
        digest.update(data)
        size += len(data)
    relation = f"_raw{number}"
    create_empty(con, f"{relation}_all", len(header))
    types = ["BIGINT", *["VARCHAR"] * len(header)]
    # a character that is no character (a lone surrogate) cannot be stored: it becomes a control character, which is refused by name
    safe = [[_storable(text) for text in column] for column in columns]
    if rows:
        insert_columns(con, f"{relation}_all", [list(range(1, rows + 1)), *safe], types)
    con.execute(f"CREATE VIEW {relation} AS SELECT * FROM {relation}_all WHERE {skipping(skip)}")
    counted = con.execute(f"SELECT count(*) FROM {relation}").fetchone()
    assert counted is not None
    records = int(counted[0])
    return Raw(name, None, relation, header, records, digest.hexdigest(), size, size <= _SMALL, unread=unread, left_out=rows - records)


def frame_rows(frame: Any) -> Iterator[list[str]]:
    """The frame as rows of text, the header first; a blank is the empty text. The rows of a CSV that reads the same as the frame.
    Refused PBR413 for a cell of a kind that is not read."""
    columns, unread = _texts(frame)
    if unread:
        index, why = min(unread.items())
        says = f"the column {str(frame.columns[index])!r} is of a kind that is not read: {why}"
        raise refuse("PBR413", says, "give text, numbers, Decimals, dates or True and False", Place("the DataFrame"))
    yield [str(label).strip(BLANKS) for label in frame.columns]
    for row in zip(*columns, strict=True):
        yield [text or "" for text in row]


def _texts(frame: Any) -> tuple[list[list[str | None]], dict[int, str]]:
    """Each column's cells as text, and why columns are not read (by position; their cells are None)."""
    columns: list[list[str | None]] = []
    unread: dict[int, str] = {}
    for index in range(len(frame.columns)):
        series = frame.iloc[:, index]
        # a narrow float prints shortest as itself; tolist() would widen it first
        cells = list(series.to_numpy()) if str(series.dtype) in ("float32", "float16") else series.tolist()
        texts: list[str | None] = []
        for row, cell in enumerate(cells, 1):
            try:
                texts.append(cell_text(cell))
            except TypeError:
                # only a fault when the contract reads the column: whoever maps the header refuses it
                unread.setdefault(index, f"row {row} holds a {type(cell).__name__}")
                texts.append(None)
        columns.append(texts)
    return columns, unread


def cell_text(cell: Any) -> str | None:
    """The text that stands for a cell, exactly: text as it is; True and False as yes and no; whole floats as digits, others by the
    shortest text that reads back the same; a date, or a moment at midnight without a zone, as YYYY-MM-DD. None, NaN, NaT and NA: None.
    Raises TypeError for anything else."""
    if cell is None:
        return None
    if isinstance(cell, str):
        return str(cell)
    kind = type(cell).__name__
    if kind in ("NAType", "NaTType"):
        return None
    if kind in ("bool", "bool_"):
        return "yes" if cell else "no"
    if isinstance(cell, int) or kind.startswith(("int", "uint")):
        whole = int(cell)
        if whole.bit_length() > _BITS:
            raise TypeError(f"number of more than {_DIGITS} digits")
        return str(whole)
    if isinstance(cell, Decimal):
        if cell.is_nan():
            return None
        # written out, 1E+999999999 would take a gigabyte
        return format(cell, "f") if cell.is_finite() and abs(cell.adjusted()) <= _DIGITS else str(cell)
    if isinstance(cell, float) or kind in ("float16", "float32", "float64"):
        if cell != cell:
            return None
        if cell in (float("inf"), float("-inf")):
            return str(float(cell))
        # a float subclass or numpy scalar prints as itself with str(), shortest for its own width
        return str(int(cell)) if abs(cell) < WHOLE and cell == int(cell) else str(cell)
    if isinstance(cell, datetime):
        midnight = cell.tzinfo is None and cell.time() == time() and not getattr(cell, "nanosecond", 0)
        return cell.date().isoformat() if midnight else cell.isoformat(" ")
    if isinstance(cell, date):
        return cell.isoformat()
    raise TypeError(kind)


def _storable(text: str | None) -> str | None:
    if text is None or text.isascii():
        return text
    return "".join("\x1a" if "\ud800" <= letter <= "\udfff" else letter for letter in text)
