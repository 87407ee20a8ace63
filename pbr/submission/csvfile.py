"""A CSV file becomes a relation of text: fast where two independent counts agree, carefully everywhere else."""

from __future__ import annotations

import csv
import re
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pbr.platform.duck import database_errors, glob_text
from pbr.problem import Place, refuse
from pbr.submission.raw import BLANKS, Defect, Note, Raw, skipping
from pbr.submission.records import open_text, read_header, read_records
from pbr.submission.scan import Scanned, scan
from pbr.terms.models import TableLayout

if TYPE_CHECKING:
    import duckdb

_SMALL = 64_000_000  # bytes of CSV that may be held in memory as text
_SMALL_PACKED = 8_000_000
_LONGEST_FIELD = 131_072  # characters; the careful reader's limit, so that both readers refuse the same files
_ENDS = re.compile("\r\n|\r")


def open_csv(con: duckdb.DuckDBPyConnection, path: Path, name: str, layout: TableLayout, number: int, temp: Path) -> Raw:
    """Raises Refused PBR403, 405, 408, 409, 410, 411, 412, 417."""
    scanned = scan(path, name)
    notes: list[Note] = []
    read_from, encoding = path, "utf-8-sig"
    if not scanned.utf8:
        read_from = _transcode(path, name, scanned, temp / f"text{number}.csv")
        notes.append(Note("PBR480", None, "", f"{name} is not UTF-8 and was read as Windows-1252: look at its accents and pound signs"))
    header_row = _header_row(layout, name)
    header, header_line, before = read_header(read_from, name, encoding, header_row)
    skip = find_skip(layout, header, name, header_line)
    small = scanned.size <= (_SMALL_PACKED if path.name.lower().endswith(".gz") else _SMALL)
    relation, records = f"_raw{number}", None
    defects: list[Defect] = []
    if scanned.even and header_line == header_row and not any('"' in text for text in before):
        expected = scanned.records - 1 - sum(bool(text.rstrip("\r\n")) for text in before)
        # DuckDB takes a field too many without a word when it is empty and the last (a test keeps this fact): commas tell
        commas = scanned.commas - sum(text.count(",") for text in before)
        if commas == (expected + 1) * (len(header) - 1):
            records = _fast(con, read_from, relation, len(header), header_line, skip, small, expected)
    plain = scanned.plain and records is not None
    if records is None:
        clean = temp / f"clean{number}.csv"
        defects, expected = _careful(read_from, name, encoding, header_line, len(header), skip, clean)
        records = _clean(con, clean, relation, len(header), small)
        if records != expected:
            says = f"of {expected} good records {max(records, 0)} could be read back"
            raise refuse("PBR417", says, "please report this file's shape as a fault of the program", Place(name))
    raw = Raw(name, path, relation, header, records + len(defects), scanned.sha256, scanned.size, small, header_line, defects, notes)
    raw.lines = partial(_plain_lines, header_line) if plain else partial(_found_lines, read_from, name, encoding, raw, skip)
    return raw


def find_skip(layout: TableLayout, header: list[str], name: str, header_line: int) -> list[tuple[int, str]]:
    """Positions and texts of ``skip_rows_where``; a column is named by its header, or by the contract's name for it. Refused PBR408."""
    out = []
    for column, text in (layout.skip_rows_where or {}).items():
        own = (layout.columns or {}).get(column)
        wanted = own.text if own is not None else column
        if wanted not in header:
            says = f"the layout skips rows by the column {wanted!r}, which the header does not have"
            raise refuse("PBR408", says, "correct the layout or the file", Place(name, header_line))
        out.append((header.index(wanted), text.text.strip(BLANKS)))
    return out


def _header_row(layout: TableLayout, name: str) -> int:
    text = layout.header_row.text if layout.header_row is not None else "1"
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 1000):
        place = layout.header_row.place if layout.header_row is not None else Place(name)
        raise refuse("PBR408", f"header_row is {text!r}: expected the header's line, a whole number from 1 to 1000", "", place)
    return int(text)


def _reader(path: Path, columns: list[str], skip_lines: int) -> str:
    """SQL: strict, all text, nothing sniffed. ``new_line`` is left alone: with it DuckDB 2.0.0 gives no rows of a CRLF file and no
    error (a test keeps this fact)."""
    types = ", ".join(f"'{column}': 'VARCHAR'" for column in columns)
    packed = ", compression='gzip'" if path.name.lower().endswith(".gz") else ""
    return (
        f"read_csv({glob_text(path)}, auto_detect=false, delim=',', quote='\"', escape='\"', comment='', header=false, skip={skip_lines}, "
        f"strict_mode=true, max_line_size=16000000, columns={{{types}}}{packed})"
    )


def _fast(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    relation: str,
    width: int,
    skip_lines: int,
    skip: list[tuple[int, str]],
    small: bool,
    expected: int,
) -> int | None:
    """Makes the relation and gives its number of rows, or None when DuckDB refuses the file or counts differently than ``scan``."""
    cells = [f"c{index}" for index in range(width)]
    # rows are numbered before any is skipped: the number is the record's place in the file
    numbered = f"SELECT row_number() OVER () AS _row, * FROM {_reader(path, cells, skip_lines)}"
    # A small file is held as text, because several tables and passes read it. A large one is a view: scanning it again costs less
    # than keeping it.
    kind = "TABLE" if small else "VIEW"
    try:
        con.execute(f"CREATE {kind} {relation}_all AS {numbered}")
        # every cell is touched, so that no fault of a column is found only later
        longest = f"max(greatest(0, {', '.join(f'coalesce(length({cell}), 0)' for cell in cells)}))"
        row = con.execute(
            f"SELECT count(*), count(*) FILTER ({skipping(skip)}), coalesce(max(_row), 0), {longest} FROM {relation}_all"
        ).fetchone()
    except database_errors():
        con.execute(f"DROP {kind} IF EXISTS {relation}_all")
        return None
    assert row is not None
    if row[0] != expected or row[2] != expected or (row[3] or 0) > _LONGEST_FIELD:
        con.execute(f"DROP {kind} {relation}_all")
        return None
    con.execute(f"CREATE VIEW {relation} AS SELECT * FROM {relation}_all WHERE {skipping(skip)}")
    return int(row[1])


def _careful(
    path: Path, name: str, encoding: str, header_line: int, width: int, skip: list[tuple[int, str]], clean: Path
) -> tuple[list[Defect], int]:
    """Writes the good records to ``clean``, each with its number first, everything quoted. Gives the defects and how many are good."""
    defects: list[Defect] = []
    good = 0
    with clean.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
        for record in read_records(path, name, encoding, header_line, width, skip):
            if record.skipped:
                continue
            if record.defect is not None:
                defects.append(record.defect)
            else:
                assert record.fields is not None
                # DuckDB tells line ends from the first ones it sees, quoted or not, so there must be one kind only. No value is changed:
                # line breaks around a cell are trimmed, and within one they are refused whichever they are.
                writer.writerow([str(record.number), *(_ENDS.sub("\n", field) for field in record.fields)])
                good += 1
    return defects, good


def _clean(con: duckdb.DuckDBPyConnection, clean: Path, relation: str, width: int, small: bool) -> int:
    """Makes the relation of the good records; gives how many there are, or -1 when DuckDB does not read them."""
    cells = [f"c{index}" for index in range(width)]
    kind = "TABLE" if small else "VIEW"
    select = f"SELECT CAST(n AS BIGINT) AS _row, {', '.join(cells)} FROM {_reader(clean, ['n', *cells], 0)}"
    try:
        con.execute(f"CREATE {kind} {relation} AS {select}")
        row = con.execute(f"SELECT count(_row), {', '.join(f'max({cell})' for cell in cells)} FROM {relation}").fetchone()
    except database_errors():
        return -1
    assert row is not None
    return int(row[0])


def _transcode(path: Path, name: str, scanned: Scanned, target: Path) -> Path:
    if scanned.mark[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise refuse("PBR409", f"{name} is UTF-16 text", "save it as CSV UTF-8", Place(name))
    line = 1
    try:
        with open_text(path, "cp1252") as source, target.open("w", encoding="utf-8", newline="") as out:
            while text := source.read(1 << 20):
                out.write(text)
                line += text.count("\n")
    except UnicodeDecodeError as error:
        says = f"{name} is neither UTF-8 nor Windows-1252: byte {error.object[error.start]:#04x} stands for nothing in either"
        raise refuse("PBR409", says, "save it as CSV UTF-8", Place(name)) from error
    return target


def _plain_lines(header_line: int, wanted: set[int]) -> dict[int, int]:
    return {row: header_line + row for row in wanted}


def _found_lines(path: Path, name: str, encoding: str, raw: Raw, skip: list[tuple[int, str]], wanted: set[int]) -> dict[int, int]:
    records = read_records(path, name, encoding, raw.header_line, len(raw.header), skip)
    return {record.number: record.line for record in records if record.number in wanted}
