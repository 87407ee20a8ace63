"""Inputs that are tables already: rows of text and Parquet files, as relations of text."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pbr.platform.duck import database_errors, escaped, glob_text
from pbr.platform.sqltext import quote_name, quote_text
from pbr.problem import Place, Refused, refuse
from pbr.submission.csvfile import MOST_COLUMNS
from pbr.submission.frames import WHOLE
from pbr.submission.packed import BOMB_BYTES, BOMB_TIMES
from pbr.submission.raw import BLANKS, SHOWN, Defect, Raw, create_empty, skipping

if TYPE_CHECKING:
    import duckdb

_SMALL = 8_000_000  # bytes of Parquet that may be held in memory as text
MOST_ROWS = 10_000_000  # below it, rows that take no room do no harm
_ROWS_A_BYTE = 50


def open_rows(con: duckdb.DuckDBPyConnection, rows: list[list[str]], name: str, number: int) -> Raw:
    """Rows with the header first. Nothing is written anywhere but into the query itself. Refused PBR405."""
    if not rows or not any(cell.strip(BLANKS) for cell in rows[0]):
        raise refuse("PBR405", f"{name} has no header", "give the columns' names as the first row", Place(name))
    header = [cell.strip(BLANKS) for cell in rows[0]]
    defects: list[Defect] = []
    good: list[str] = []
    for index, row in enumerate(rows[1:], 1):
        if len(row) != len(header):
            says = f"the row has {len(row)} values and the header {len(header)}"
            defects.append(Defect(index, 0, "PBR430", ",".join(row)[:SHOWN], says))
        elif any("\0" in cell for cell in row):
            defects.append(Defect(index, 0, "PBR431", ",".join(row)[:SHOWN], "the row holds a NUL character"))
        else:
            good.append(f"({index}, {', '.join(quote_text(cell) for cell in row)})")
    relation = f"_raw{number}"
    names = ", ".join(["_row", *(f"c{index}" for index in range(len(header)))])
    if good:
        con.execute(
            f"CREATE VIEW {relation} AS SELECT CAST(_row AS BIGINT) AS _row, * EXCLUDE (_row) FROM (VALUES {', '.join(good)}) v({names})"
        )
    else:
        create_empty(con, relation, len(header))
    data = json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    return Raw(name, None, relation, header, len(rows) - 1, hashlib.sha256(data).hexdigest(), len(data), True, defects=defects)


def open_parquet(
    con: duckdb.DuckDBPyConnection, path: Path, name: str, number: int | str, find_skip: Callable[[list[str]], list[tuple[int, str]]]
) -> Raw:
    """A Parquet file. Refused PBR403 (may not be read), PBR405 (no columns), PBR414 (not readable), PBR420 (far more in it than any table has),
    PBR422 (too many columns)."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while data := file.read(1 << 22):
                digest.update(data)
        size = path.stat().st_size
    except OSError as error:
        raise refuse("PBR403", f"the file cannot be read: {error.strerror}", "see that you may read it", Place(name)) from error
    relation = f"_raw{number}"
    small = size <= _SMALL
    try:
        header = [column.strip(BLANKS) for column in _columns(con, path)]
        if not header:
            raise refuse("PBR405", f"{name} has no columns", "give a file with a table in it", Place(name))
        if len(header) > MOST_COLUMNS:
            says = f"the file has {len(header):,} columns, and a table has at most {MOST_COLUMNS:,}"
            raise refuse("PBR422", says, "see that this is the file that was meant", Place(name))
        # by place, not by name: DuckDB calls a second column of one name something else, and a name may hold what SQL cannot say
        given = [f"k{index}" for index in range(len(header))]
        source = (
            f"read_parquet({glob_text(path)}, file_row_number=true, hive_partitioning=false, binary_as_string=false) t({', '.join(given)})"
        )
        kinds = [row[1] for row in con.execute(f"DESCRIBE SELECT {', '.join(given)} FROM {source}").fetchall()]
        skip = find_skip(header)
        cells = [_as_text(column, kind) for column, kind in zip(given, kinds, strict=True)]
        unread = {index: f"it holds {kinds[index][:SHOWN]}" for index, cell in enumerate(cells) if cell is None}
        texts = [f"{cell or 'CAST(NULL AS VARCHAR)'} AS c{index}" for index, cell in enumerate(cells)]
        select = f"SELECT file_row_number + 1 AS _row, {', '.join(texts)} FROM {source}"
        rows = int(_one(con, f"SELECT coalesce(sum(num_rows), 0) FROM parquet_file_metadata({glob_text(path)})"))
        if rows > MOST_ROWS and rows > _ROWS_A_BYTE * size:
            raise _bomb(name, size, f"{rows:,} rows")
        # every cell is touched once, so that a damaged page is not found only later, and nothing is held before its size is known
        lengths = " + ".join(f"coalesce(sum(strlen(c{index})), 0)" for index in range(len(header)))
        letters = int(_one(con, f"SELECT {lengths} FROM ({select})"))
        if letters > BOMB_BYTES and letters > BOMB_TIMES * size:
            raise _bomb(name, size, f"{letters:,} bytes of text")
        con.execute(f"CREATE {'TABLE' if small else 'VIEW'} {relation}_all AS {select}")
        con.execute(f"CREATE VIEW {relation} AS SELECT * FROM {relation}_all WHERE {skipping(skip)}")
        counted = int(_one(con, f"SELECT count(c0) + count(*) FILTER (c0 IS NULL) FROM {relation}"))
    except database_errors() as error:
        # what was read may be a copy: it is called as it was given
        told = (str(error).splitlines() or [""])[0].replace(escaped(path), name).replace(os.path.abspath(path), name)
        says = f"the Parquet file cannot be read: {told[:SHOWN]}"
        raise refuse("PBR414", says, "write it again", Place(name)) from error
    return Raw(name, path, relation, header, counted, digest.hexdigest(), size, small, unread=unread, left_out=rows - counted)


def _columns(con: duckdb.DuckDBPyConnection, path: Path) -> list[str]:
    """The names of the table's columns as the file has them; those of fields within fields are left out."""
    names: list[str] = []
    within = 0
    listed = con.execute(f"SELECT name, num_children FROM parquet_schema({glob_text(path)})").fetchall()
    for name, children in listed[1:]:  # the first is the table itself
        if within:
            within -= 1
        else:
            names.append(name)
        within += children or 0
    return names


def _one(con: duckdb.DuckDBPyConnection, query: str) -> Any:
    row = con.execute(query).fetchone()
    assert row is not None
    return row[0]


def _bomb(name: str, size: int, holds: str) -> Refused:
    says = f"the Parquet file has {size:,} bytes and holds {holds}: no real table packs so much into so little"
    return refuse("PBR420", says, "look at what the file holds; if it is right, give it as CSV", Place(name))


def _as_text(column: str, kind: str) -> str | None:
    """SQL: the column's values as ``cell_text`` says; None for a kind that is not read (lists, structures, bytes, moments with a zone)."""
    quoted = quote_name(column)
    if kind.endswith("]"):  # lists, of decimals too
        return None
    if kind == '"NULL"':  # a column without a single value, as pandas writes it
        return "CAST(NULL AS VARCHAR)"
    if kind in ("FLOAT", "DOUBLE"):
        digits = f"CAST(CAST({quoted} AS BIGINT) AS VARCHAR)"
        whole = f"abs({quoted}) < {WHOLE} AND {quoted} = trunc({quoted})"
        return f"CASE WHEN {quoted} IS NULL OR isnan({quoted}) THEN NULL WHEN {whole} THEN {digits} ELSE CAST({quoted} AS VARCHAR) END"
    if kind == "BOOLEAN":
        return f"CASE WHEN {quoted} THEN 'yes' WHEN NOT {quoted} THEN 'no' END"
    if kind in ("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"):
        # by number: neither the day's first moment nor the time of an infinite moment need be a moment of the kind
        midnight = f"epoch_ns({quoted}) % 86400000000000 = 0" if kind.endswith("NS") else f"epoch_us({quoted}) % 86400000000 = 0"
        return f"CASE WHEN {midnight} THEN CAST(CAST({quoted} AS DATE) AS VARCHAR) ELSE CAST({quoted} AS VARCHAR) END"
    if kind in ("VARCHAR", "DATE", *(f"{sign}{size}INT" for sign in ("", "U") for size in ("TINY", "SMALL", "BIG", "HUGE"))):
        return f"CAST({quoted} AS VARCHAR)"
    if kind in ("INTEGER", "UINTEGER") or kind.startswith(("DECIMAL", "ENUM")):
        return f"CAST({quoted} AS VARCHAR)"
    return None
