"""An XLSX workbook becomes a relation of text.

What a workbook shows and what it holds can differ: rows are hidden, cells merged, formulas not worked out. Where that would change which
records there are, the file is refused; where it changes one cell, the cell rejects its row. Only the contract's layout can allow it.
"""

from __future__ import annotations

import csv
import hashlib
import re
import zipfile
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING

from pbr.platform.duck import database_errors, glob_text
from pbr.problem import Place, refuse
from pbr.submission.csvfile import find_skip
from pbr.submission.dialect import footer_rows_of, header_row_of, too_few_rows
from pbr.submission.footers import footer_note
from pbr.submission.raw import BLANKS, Note, Raw, skipping
from pbr.submission.workbook_book import MOST_TEXT, Book, Sheet, Strings, choose_sheet, read_book, read_strings
from pbr.submission.workbook_cells import texts_of
from pbr.submission.workbook_faults import MARK, fault, shown
from pbr.submission.workbook_parts import MOST_BYTES, Parts
from pbr.submission.workbook_scan import Scanned, letters, scan_sheet
from pbr.terms.models import TableLayout

if TYPE_CHECKING:
    import duckdb

ALLOW = ("hidden rows", "merged cells", "error cells")
_SMALL = 64_000_000  # bytes of text that may be held in memory
_ENDS = re.compile("\r\n|\r")
# Names in the scratch workbook: the one sheet and the shared parts it needs, and nothing else of what was given.
_SHEET, _STRINGS, _STYLES = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="{}" Target="{}"/></Relationships>'


def open_workbook(con: duckdb.DuckDBPyConnection, path: Path, name: str, layout: TableLayout, number: int, temp: Path) -> Raw:
    """Raises Refused PBR403, 405, 408, 411, 417, 423 to 428."""
    for key, leaf in (("delimiter", layout.delimiter), ("encoding", layout.encoding)):
        if leaf is not None:
            says = f"the layout says `{key}`, which only a text file can have, and {name} is a workbook"
            raise refuse("PBR408", says, f"give the text file, or take `{key}` out of the contract's layout", leaf.place)
    for leaf in layout.allow or []:
        if leaf.text not in ALLOW:
            says = f"allow is {leaf.text!r}: expected {', '.join(ALLOW[:-1])} or {ALLOW[-1]}"
            raise refuse("PBR408", says, "correct the contract's layout", leaf.place)
    allow = frozenset(leaf.text for leaf in layout.allow or [])
    header_row, footer_rows = header_row_of(layout, name), footer_rows_of(layout, name)
    try:
        digest, size = _digest(path)
        parts = Parts(path, name)
        book = read_book(parts)
        sheet = choose_sheet(book, layout.sheet, name)
        scratch = temp / f"workbook{number}.xlsx"
        scanned, strings = _scan(parts, book, sheet, scratch)
    except OSError as error:
        raise refuse("PBR403", f"{name} cannot be read: {error.strerror}", "see that the file may be read", Place(name)) from error
    rows = _rows(scratch, parts, scanned, strings, book.from_1904, "error cells" in allow)
    header, first = _header(rows, name, scanned, header_row, "merged cells" in allow)
    records = _records(scanned, first, footer_rows, name)
    if "hidden rows" not in allow:
        _refuse_hidden(name, scanned, records, header_row)
    columns = _columns(scanned, header, first, records)
    covered = _covered(scanned, header_row, columns, records, name, "merged cells" in allow)
    clean = temp / f"cells{number}.csv"
    written = _write(clean, rows, records, columns, covered)
    # the footer's cells are read twice like all others
    footer = [(number, [shown(texts.get(column, "")) for column in columns]) for number, texts in rows]
    names = [shown(header.get(column, "")).strip(BLANKS) for column in columns]
    relation = f"_raw{number}"
    skip = find_skip(layout, names, name, header_row)
    counted, submitted = _relate(con, clean, relation, len(columns), skip)
    if counted != len(records) or written != counted:
        says = f"of {len(records)} records {max(counted, 0)} could be read back"
        raise refuse("PBR417", says, "please report this file's shape as a fault of the program", Place(name))
    raw = Raw(name, path, relation, names, submitted, digest, size, clean.stat().st_size <= _SMALL, header_row)
    raw.left_out = counted - submitted
    raw.notes = _notes(name, sheet, scanned, header, columns, header_row) + footer_note(name, "row", footer, len(header))
    raw.lines = lambda wanted: {row: records[row - 1] for row in wanted if 0 < row <= len(records)}
    return raw


def _digest(path: Path) -> tuple[str, int]:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while data := file.read(1 << 22):
            digest.update(data)
    return digest.hexdigest(), path.stat().st_size


def _scan(parts: Parts, book: Book, sheet: Sheet, scratch: Path) -> tuple[Scanned, Strings | None]:
    """Writes the parts of the sheet to ``scratch``, a workbook of one sheet that is not packed, and goes through them."""
    system = '<workbookPr date1904="1"/>' if book.from_1904 else ""
    whole = (
        '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
        f'xmlns:r="{_OFFICE}">{system}<sheets><sheet name="s" sheetId="1" r:id="r1"/></sheets></workbook>'
    )
    with zipfile.ZipFile(scratch, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("_rels/.rels", _RELATIONS.format(f"{_OFFICE}/officeDocument", "xl/workbook.xml"))
        archive.writestr("xl/workbook.xml", whole)
        archive.writestr("xl/_rels/workbook.xml.rels", _RELATIONS.format(f"{_OFFICE}/worksheet", "worksheets/sheet1.xml"))
        for source, target, most in (
            (book.styles, _STYLES, MOST_BYTES),
            (book.strings, _STRINGS, MOST_TEXT),
            (sheet.part, _SHEET, MOST_BYTES),
        ):
            if source is not None:
                with archive.open(target, "w", force_zip64=True) as out:
                    out.writelines(parts.pieces(source, most))
    with zipfile.ZipFile(scratch) as archive:
        strings = None
        if book.strings is not None:
            with archive.open(_STRINGS) as part:
                strings = read_strings(parts, book.strings, _pieces(part))
        with archive.open(_SHEET) as part:
            return scan_sheet(parts, sheet.part, _pieces(part), book, strings), strings


def _pieces(part: IO[bytes]) -> Iterator[bytes]:
    while data := part.read(1 << 18):
        yield data


def _rows(
    scratch: Path, parts: Parts, scanned: Scanned, strings: Strings | None, from_1904: bool, allow_errors: bool
) -> Iterator[tuple[int, dict[int, str]]]:
    import python_calamine

    try:
        sheet = python_calamine.CalamineWorkbook.from_path(str(scratch)).get_sheet_by_index(0)
    except python_calamine.CalamineError as error:
        raise parts.damaged(f"its cells cannot be read: {error}") from error
    start = sheet.start
    given = sheet.iter_rows() if start is not None else ()
    return texts_of(parts.name, scanned, strings, given, start[1] if start is not None else 0, from_1904, allow_errors)


def _header(
    rows: Iterator[tuple[int, dict[int, str]]], name: str, scanned: Scanned, header_row: int, merged: bool
) -> tuple[dict[int, str], int]:
    """The header's texts by column, and the index of the first row with a value after it. Refused PBR405, PBR428."""
    index = 0
    for number, texts in rows:  # noqa: B007 (the last is the header)
        index += 1
        if number < header_row:
            continue
        if number == header_row:
            break
        says = f"row {header_row} is blank, where the header should be; the first row with something in it from there on is row {number}"
        raise refuse("PBR405", says, "give header_row in the contract's layout if it stands elsewhere", Place(name, header_row))
    else:
        what = f"ends before row {header_row}, where its header should be" if index else "is empty: it has no header"
        raise refuse("PBR405", f"the sheet {what}", "give a workbook with a header and its records", Place(name))
    for column, text in texts.items():
        if text.startswith(MARK):
            says = f"the header cell {letters(column)}{header_row} has no name in it: {text.split(chr(31))[1]}"
            raise refuse("PBR428", says, "write the column's name into the cell", Place(name, header_row))
    for top, left, bottom, right in scanned.merged:
        if top <= header_row <= bottom and not merged:
            cells = f"{letters(left)}{top}:{letters(right)}{bottom}"
            says = f"the header in row {header_row} has merged cells, {cells}: it is not clear which columns the name is for"
            hint = "split them and name each column, or give header_row in the contract's layout if the header stands elsewhere"
            raise refuse("PBR428", says, hint, Place(name, header_row))
    return texts, index


def _records(scanned: Scanned, first: int, footer_rows: int, name: str) -> list[int]:
    """The sheet's row numbers of the table's records. Refused PBR408."""
    numbers = scanned.rows[first:].tolist()
    if footer_rows > len(numbers):
        raise refuse("PBR408", too_few_rows(name, footer_rows, len(numbers)), "correct the contract's layout or the file", Place(name))
    return numbers[: len(numbers) - footer_rows]


def _refuse_hidden(name: str, scanned: Scanned, records: list[int], header_row: int) -> None:
    """Whoever looked at the sheet did not see these rows, whoever made it may have meant them or not: nobody can tell. Refused PBR427."""
    hidden = [row for row in [header_row, *records] if row in scanned.hidden_rows]
    if hidden:
        says = f"{len(hidden):,} of its rows {'are' if len(hidden) > 1 else 'is'} hidden ({_spans(hidden)}): nobody can see whether they are meant to be read"
        hint = "show all rows (clear the filter) and delete those that are not meant; or say `allow: hidden rows` in the contract's layout"
        raise refuse("PBR427", says, hint, Place(name, hidden[0]))


def _spans(rows: list[int]) -> str:
    """``row 5, rows 7 to 9``, at most five of them."""
    spans: list[list[int]] = []
    for row in rows:
        if spans and row == spans[-1][1] + 1:
            spans[-1][1] = row
        else:
            spans.append([row, row])
    said = [f"row {first}" if first == last else f"rows {first} to {last}" for first, last in spans[:5]]
    return ", ".join(said) + (" and more" if len(spans) > 5 else "")


def _columns(scanned: Scanned, header: dict[int, str], first: int, records: list[int]) -> list[int]:
    """Columns with a name in the header or a value in a record, from 0."""
    begin = scanned.ends[first - 1]
    end = scanned.ends[first + len(records) - 1] if records else begin
    return sorted({*header, *scanned.columns[begin:end]})


def _covered(
    scanned: Scanned, header_row: int, columns: list[int], records: list[int], name: str, allowed: bool
) -> dict[int, dict[int, str | None]]:
    """By row and column the cells of records that lie under another cell, and what is wrong with them; None: nothing."""
    covered: dict[int, dict[int, str | None]] = {}
    total, most = 0, len(records) * len(columns)
    for top, left, bottom, right in scanned.merged:
        within = columns[bisect_left(columns, left) : bisect_right(columns, right)]
        rows = records[bisect_left(records, max(top, header_row + 1)) : bisect_right(records, bottom)]
        total += len(rows) * len(within)
        if total > most:
            says = f"the workbook {name} is damaged: its merged ranges lie over one another"
            raise refuse("PBR424", says, "open it, save it again as XLSX and give that file", Place(name))
        cells = f"{letters(left)}{top}:{letters(right)}{bottom}"
        for row in rows:
            for column in within:
                if (row, column) != (top, left):
                    says = (
                        f"cell {letters(column)}{row} is one of the merged cells {cells}: it is not clear whether their value is for it too"
                    )
                    covered.setdefault(row, {})[column] = None if allowed else says
    return covered


def _write(
    clean: Path,
    rows: Iterator[tuple[int, dict[int, str]]],
    records: list[int],
    columns: list[int],
    covered: dict[int, dict[int, str | None]],
) -> int:
    """Writes the records, each with its number first, everything quoted; gives how many."""
    written = 0
    with clean.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
        for record, row in enumerate(records, 1):
            number, texts = next(rows)
            assert number == row
            for column, says in covered.get(row, {}).items():
                under = texts.get(column)
                if says is not None:
                    texts[column] = fault("PBR435", says, shown(under or ""))
                elif under is not None:
                    texts[column] = fault("PBR435", f"cell {letters(column)}{row} holds a value that a merged cell hides", shown(under))
            # one kind of line end only, or DuckDB takes one for the other; none changes a value that is accepted
            writer.writerow([str(record), *(_ENDS.sub("\n", texts.get(column, "")) for column in columns)])
            written += 1
    return written


def _relate(con: duckdb.DuckDBPyConnection, clean: Path, relation: str, width: int, skip: list[tuple[int, str]]) -> tuple[int, int]:
    """Makes the relation; gives how many records were read and how many of them are not skipped; -1 where DuckDB does not read them."""
    cells = [f"c{index}" for index in range(width)]
    types = ", ".join(f"'{column}': 'VARCHAR'" for column in ["n", *cells])
    source = (
        f"read_csv({glob_text(clean)}, auto_detect=false, delim=',', quote='\"', escape='\"', comment='', header=false, skip=0, "
        f"strict_mode=true, max_line_size=64000000, columns={{{types}}})"
    )
    kind = "TABLE" if clean.stat().st_size <= _SMALL else "VIEW"
    try:
        con.execute(f"CREATE {kind} {relation}_all AS SELECT CAST(n AS BIGINT) AS _row, {', '.join(cells)} FROM {source}")
        con.execute(f"CREATE VIEW {relation} AS SELECT * FROM {relation}_all WHERE {skipping(skip)}")
        row = con.execute(f"SELECT count(_row), count(_row) FILTER ({skipping(skip)}) FROM {relation}_all").fetchone()
    except database_errors():
        return -1, -1
    assert row is not None
    return int(row[0]), int(row[1])


def _notes(name: str, sheet: Sheet, scanned: Scanned, header: dict[int, str], columns: list[int], header_row: int) -> list[Note]:
    notes = []
    if sheet.seen != "visible":
        notes.append(
            Note("PBR439", None, "", f"the sheet {sheet.name!r} of {name} is {sheet.seen}; the contract names it, and it was read")
        )
    for column in columns:
        if any(first <= column <= last for first, last in scanned.hidden_columns):
            called = header.get(column, "").strip(BLANKS) or f"column {letters(column)}"
            says = f"column {letters(column)} ({called!r}) of {name} is hidden: whoever looked at the sheet did not see what stands in it"
            notes.append(Note("PBR439", header_row, called, says))
    return notes
