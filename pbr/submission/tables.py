"""Inputs that are tables already: rows of text and Parquet files, as relations of text."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from pbr.platform.duck import database_errors, escaped, glob_text
from pbr.platform.sqltext import quote_name, quote_text
from pbr.problem import Place, refuse
from pbr.submission.frames import WHOLE
from pbr.submission.raw import BLANKS, SHOWN, Defect, Raw, create_empty, skipping

if TYPE_CHECKING:
    import duckdb

_SMALL = 8_000_000  # bytes of Parquet that may be held in memory as text


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
    con: duckdb.DuckDBPyConnection, path: Path, name: str, number: int, find_skip: Callable[[list[str]], list[tuple[int, str]]]
) -> Raw:
    """A Parquet file. Refused PBR414 when it is not readable."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while data := file.read(1 << 22):
            digest.update(data)
    size = path.stat().st_size
    source = f"read_parquet({glob_text(path)}, file_row_number=true, hive_partitioning=false, binary_as_string=false)"
    relation = f"_raw{number}"
    small = size <= _SMALL
    try:
        described = con.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
        columns = [(row[0], row[1]) for row in described if row[0] != "file_row_number"]
        header = [column.strip(BLANKS) for column, _ in columns]
        skip = find_skip(header)
        cells = [_as_text(column, kind) for column, kind in columns]
        unread = {index: f"it holds {columns[index][1]}" for index, cell in enumerate(cells) if cell is None}
        texts = [f"{cell or 'CAST(NULL AS VARCHAR)'} AS c{index}" for index, cell in enumerate(cells)]
        select = f"SELECT file_row_number + 1 AS _row, {', '.join(texts)} FROM {source}"
        con.execute(f"CREATE {'TABLE' if small else 'VIEW'} {relation}_all AS {select}")
        con.execute(f"CREATE VIEW {relation} AS SELECT * FROM {relation}_all WHERE {skipping(skip)}")
        counted = con.execute(f"SELECT count(*) FROM {relation}").fetchone()
    except database_errors() as error:
        # what was read may be a copy: it is called as it was given
        told = str(error).splitlines()[0].replace(escaped(path), name).replace(os.path.abspath(path), name)
        says = f"the Parquet file cannot be read: {told}"
        raise refuse("PBR414", says, "write it again", Place(name)) from error
    assert counted is not None
    return Raw(name, path, relation, header, int(counted[0]), digest.hexdigest(), size, small, unread=unread)


def _as_text(column: str, kind: str) -> str | None:
    """SQL: the column's values as ``cell_text`` says; None for a kind that is not read (lists, structures, bytes, moments with a zone)."""
    quoted = quote_name(column)
    if kind in ("FLOAT", "DOUBLE"):
        digits = f"CAST(CAST({quoted} AS BIGINT) AS VARCHAR)"
        whole = f"abs({quoted}) < {WHOLE} AND {quoted} = trunc({quoted})"
        return f"CASE WHEN {quoted} IS NULL OR isnan({quoted}) THEN NULL WHEN {whole} THEN {digits} ELSE CAST({quoted} AS VARCHAR) END"
    if kind == "BOOLEAN":
        return f"CASE WHEN {quoted} THEN 'yes' WHEN NOT {quoted} THEN 'no' END"
    if kind in ("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"):
        midnight = f"{quoted} = CAST(CAST({quoted} AS DATE) AS {kind})"
        return f"CASE WHEN {midnight} THEN CAST(CAST({quoted} AS DATE) AS VARCHAR) ELSE CAST({quoted} AS VARCHAR) END"
    if kind in ("VARCHAR", "DATE", *(f"{sign}{size}INT" for sign in ("", "U") for size in ("TINY", "SMALL", "BIG", "HUGE"))):
        return f"CAST({quoted} AS VARCHAR)"
    if kind in ("INTEGER", "UINTEGER") or kind.startswith(("DECIMAL", "ENUM")):
        return f"CAST({quoted} AS VARCHAR)"
    return None
