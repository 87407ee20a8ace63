"""A CSV file becomes a relation of text: fast where two independent counts agree, carefully everywhere else."""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pbr.platform.duck import database_errors, glob_text
from pbr.platform.sqltext import quote_text
from pbr.problem import Place, Refused, refuse
from pbr.submission.dialect import Dialect, dialect_of, too_few_rows
from pbr.submission.encodings import as_windows, encoding_of, not_utf8, transcode
from pbr.submission.footers import footer_note
from pbr.submission.packed import check_kind, kind_of, packing, unpack
from pbr.submission.raw import BLANKS, Defect, Note, Raw, skipping
from pbr.submission.records import LONGEST_RECORD, Record, read_header, read_records
from pbr.submission.scan import scan
from pbr.terms.models import TableLayout

if TYPE_CHECKING:
    import duckdb

_SMALL = 8_000_000  # bytes of CSV that may be held in memory as text
_LONGEST_FIELD = 131_072  # characters; the careful reader's limit, so that both readers refuse the same files
# What cannot be told apart is kept with its text. A file with more of it is damaged throughout, or not separated as the layout says.
MOST_DEFECTS = 100_000
MOST_COLUMNS = 16_384  # as many as a workbook can have
_ENDS = re.compile("\r\n|\r")


@dataclass(frozen=True)
class _Text:
    """A file as it can be read: UTF-8 (perhaps with its mark), unpacked. ``path``: the file itself, or a scratch file made of it."""

    path: Path
    name: str
    dialect: Dialect
    header: list[str]
    header_line: int  # the last physical line of the header
    skip: list[tuple[int, str]]

    def records(self) -> Iterator[Record]:
        dialect = self.dialect
        return read_records(
            self.path, self.name, "utf-8-sig", self.header_line, len(self.header), self.skip, dialect.delimiter, dialect.footer_rows
        )


def open_csv(con: duckdb.DuckDBPyConnection, path: Path, name: str, layout: TableLayout, number: int, temp: Path) -> Raw:
    """Raises Refused PBR403, 404, 405, 408, 409, 410, 411, 412, 417, 420, 421, 422."""
    notes: list[Note] = []
    digest = ""  # of the file as it was given, where that is not what is scanned
    try:
        check_kind(path, name)
        dialect = dialect_of(layout, name)  # words that only a workbook can have are nothing to speak of before what the file is
        plain = path
        if packing(path):
            plain = temp / f"unpacked{number}.csv"
            digest = unpack(path, name, plain)
            if kind_of(plain):
                raise refuse("PBR404", f"what is packed in {name} is {kind_of(plain)}, and no text", "pack the CSV itself", Place(name))
        encoding = encoding_of(plain, name, dialect.encoding)
        if encoding == "utf-16":
            wide, plain = plain, temp / f"text{number}.csv"
            told = transcode(wide, name, encoding, plain, says_so=True)
            digest = digest or told
        # for its structure alone: delimiters, quotes and line ends are the same bytes in UTF-8 and Windows-1252
        found, header_line, before = read_header(plain, name, "latin-1", dialect.header_row, dialect.delimiter)
        if len(found) > MOST_COLUMNS:
            says = f"the header has {len(found):,} columns, and a table has at most {MOST_COLUMNS:,}"
            raise refuse("PBR422", says, "see that this is the file that was meant", Place(name, header_line))
        scanned = scan(plain, name, dialect.delimiter, header_line, len(found))
        if scanned.bad_byte is not None and encoding == "utf-8":
            why = "the contract says that it is UTF-8" if dialect.encoding else "the file begins with the mark of UTF-8"
            raise not_utf8(plain, name, scanned.bad_byte, why)
        if scanned.bad_byte is not None or (encoding == "windows-1252" and not scanned.ascii):
            bytes_, plain = plain, temp / f"text{number}.csv"
            transcode(bytes_, name, "windows-1252", plain, says_so=bool(encoding))
            if scanned.bad_byte is None:
                says = (
                    f"the contract says that {name} is Windows-1252, and all its bytes are good UTF-8: look at its accents and pound signs"
                )
                notes.append(Note("PBR482", None, "", says))
            elif not encoding:
                notes.append(as_windows(bytes_, name, scanned.bad_byte))
        size = path.stat().st_size
    except OSError as error:
        raise refuse("PBR403", f"the file cannot be read: {error.strerror}", "see that you may read it", Place(name)) from error
    header, header_line, before = read_header(plain, name, "utf-8-sig", dialect.header_row, dialect.delimiter)
    text = _Text(plain, name, dialect, header, header_line, find_skip(layout, header, name, header_line))
    small = scanned.size <= _SMALL
    relation, records = f"_raw{number}", None
    defects: list[Defect] = []
    known = scanned.records if scanned.level and scanned.short and not small else None
    # DuckDB takes a field too many without a word when it is empty and the last (a test keeps this fact): the delimiters tell
    filled = scanned.delimiters == scanned.records * (len(header) - 1)
    if scanned.even and filled and header_line == dialect.header_row and not any('"' in line for line in before):
        records = _fast(con, text, relation, small, scanned.records, known)
    fast = records is not None
    if records is None:
        clean = temp / f"clean{number}.csv"
        defects, expected, every = _careful(text, clean)
        records = _clean(con, clean, relation, len(header), small)
        if records != expected:
            says = f"of {expected} good records {max(records, 0)} could be read back"
            raise refuse("PBR417", says, "please report this file's shape as a fault of the program", Place(name))
    if dialect.footer_rows:
        notes += _footer_notes(text)
    raw = Raw(name, path, relation, header, records + len(defects), digest or scanned.sha256, size, small, header_line, defects, notes)
    raw.delimiter = dialect.delimiter
    raw.left_out = (scanned.records if fast else every) - dialect.footer_rows - raw.records
    if fast and known is not None and not text.skip and not dialect.footer_rows:
        raw.inorder = f"{relation}_inorder"
    raw.plain = scanned.plain and fast
    raw.lines = partial(_plain_lines, header_line) if raw.plain else partial(_found_lines, text)
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


def _reader(path: Path, columns: list[str], skip_lines: int, delimiter: str = ",", simple: bool = False) -> str:
    """SQL: strict, all text, nothing sniffed. ``new_line`` is left alone: with it DuckDB 2.0.0 gives no rows of a CRLF file and no
    error (a test keeps this fact). ``simple``: every record is a line of its own, so threads may begin at any line end: told of lines so long,
    DuckDB takes 256 MB at a time, and by far most files would be read by one thread."""
    types = ", ".join(f"'{column}': 'VARCHAR'" for column in columns)
    return (
        f"read_csv({glob_text(path)}, auto_detect=false, delim={quote_text(delimiter)}, quote='\"', escape='\"', comment='', header=false, "
        f"skip={skip_lines}, strict_mode=true, max_line_size={4 * LONGEST_RECORD}{', buffer_size=32000000' if simple else ''}, columns={{{types}}})"
    )


def _fast(con: duckdb.DuckDBPyConnection, text: _Text, relation: str, small: bool, expected: int, known: int | None) -> int | None:
    """Makes the relation and gives its number of rows, or None when DuckDB refuses the file or counts differently than ``scan``.
    ``known``: how many there are of a file in which every record has its fields on one line of its own. Such a file is not read here to
    be counted: whoever types it counts, and must find as many."""
    cells = [f"c{index}" for index in range(len(text.header))]
    # rows are numbered before any is skipped: the number is the record's place in the file
    source = _reader(text.path, cells, text.header_line, text.dialect.delimiter, known is not None)
    numbered = f"SELECT row_number() OVER () AS _row, * FROM {source}"
    footer = text.dialect.footer_rows
    if footer > expected:
        raise _short_of_footer(text, expected)
    keep = skipping(text.skip) + (f" AND _row <= {expected - footer}" if footer else "")
    # A small file is held as text, because several tables and passes read it. A large one is a view: scanning it again costs less
    # than keeping it.
    kind = "TABLE" if small else "VIEW"
    try:
        con.execute(f"CREATE {kind} {relation}_all AS {numbered}")
        if known is not None and not text.skip and not footer:
            con.execute(f"CREATE VIEW {relation} AS SELECT * FROM {relation}_all")
            con.execute(f"CREATE VIEW {relation}_inorder AS SELECT * FROM {source}")
            return known
        # every cell is touched, so that no fault of a column is found only later
        longest = f"max(greatest(0, {', '.join(f'coalesce(length({cell}), 0)' for cell in cells)}))"
        row = con.execute(f"SELECT count(*), count(*) FILTER ({keep}), coalesce(max(_row), 0), {longest} FROM {relation}_all").fetchone()
    except database_errors():
        con.execute(f"DROP {kind} IF EXISTS {relation}_all")
        return None
    assert row is not None
    if row[0] != expected or row[2] != expected or (row[3] or 0) > _LONGEST_FIELD:
        con.execute(f"DROP {kind} {relation}_all")
        return None
    con.execute(f"CREATE VIEW {relation} AS SELECT * FROM {relation}_all WHERE {keep}")
    return int(row[1])


def _careful(text: _Text, clean: Path) -> tuple[list[Defect], int, int]:
    """Writes the good records to ``clean``, each with its number first, everything quoted. Gives the defects, how many are good and
    how many records there are, with those left out."""
    defects: list[Defect] = []
    good = number = 0
    with clean.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
        for record in text.records():
            number = record.number
            if record.skipped:
                continue
            if record.defect is not None:
                defects.append(record.defect)
                if len(defects) > MOST_DEFECTS:
                    raise _too_many(text.name, record.number, defects)
            else:
                assert record.fields is not None
                # DuckDB tells line ends from the first ones it sees, quoted or not, so there must be one kind only. No value is changed:
                # line breaks around a cell are trimmed, and within one they are refused whichever they are.
                writer.writerow([str(record.number), *(_ENDS.sub("\n", field) for field in record.fields)])
                good += 1
    if number < text.dialect.footer_rows:
        raise _short_of_footer(text, number)
    return defects, good, number


def _footer_notes(text: _Text) -> list[Note]:
    last = deque(text.records(), maxlen=text.dialect.footer_rows)
    width = len(text.header)
    # a record that cannot be taken apart may be a person too
    cells = [
        (record.line, record.fields or record.defect.text.split(text.dialect.delimiter) if record.defect else record.fields)
        for record in last
    ]
    return footer_note(text.name, "line", [(line, fields) for line, fields in cells if fields is not None], width)


def _short_of_footer(text: _Text, records: int) -> Refused:
    says = too_few_rows(text.name, text.dialect.footer_rows, records)
    return refuse("PBR408", says, "correct the layout or the file", Place(text.name, text.header_line))


def _too_many(name: str, records: int, defects: list[Defect]) -> Refused:
    first = defects[0]
    says = (
        f"more than {MOST_DEFECTS:,} of the first {records:,} records cannot be told apart into the header's columns; "
        f"the first is on line {first.line}: {first.says}"
    )
    return refuse("PBR421", says, "see that the whole file has the header's columns and its delimiter", Place(name, first.line))


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


def _plain_lines(header_line: int, wanted: set[int]) -> dict[int, int]:
    return {row: header_line + row for row in wanted}


def _found_lines(text: _Text, wanted: set[int]) -> dict[int, int]:
    return {record.number: record.line for record in text.records() if record.number in wanted}
