"""The careful way through a CSV file: one record at a time with Python's csv, every structural defect named with its line."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from pbr.problem import Place, Refused, refuse
from pbr.submission.raw import BLANKS, SHOWN, Defect
from pbr.submission.scan import misplaced_quote

# Characters of one record. A table's widest real records have some thousands; a file without line ends is one line of all it holds, and
# it must not be held. Four bytes a character are DuckDB's ``max_line_size``.
LONGEST_RECORD = 4_000_000


@dataclass(frozen=True)
class Record:
    """``number`` counts records from 1 after the header (blank lines are not records). ``fields`` or ``defect``, not both. ``skipped``: the layout
    says that it is none of the table's."""

    number: int
    line: int
    fields: list[str] | None
    defect: Defect | None = None
    skipped: bool = False


class _TooLong(Exception):
    """A record is longer than LONGEST_RECORD."""


class _Lines:
    """Physical lines, counted, with those of the record being read kept as they are."""

    def __init__(self, source: IO[str]) -> None:
        self.source = source
        self.line = 0
        self.length = 0
        self.taken: list[str] = []

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        text = self.source.readline(LONGEST_RECORD)
        if not text:
            raise StopIteration
        self.line += 1
        self.length += len(text)
        if self.length >= LONGEST_RECORD:
            raise _TooLong
        self.taken.append(text)
        return text

    def next_record(self) -> None:
        self.taken, self.length = [], 0


def read_header(path: Path, name: str, encoding: str, header_row: int, delimiter: str = ",") -> tuple[list[str], int, list[str]]:
    """The header's cells (trimmed), the last physical line it stands on, and the lines before it. Refused PBR405, PBR409, PBR410, PBR411."""
    with path.open(encoding=encoding, newline="") as source:
        lines = _Lines(source)
        before: list[str] = []
        try:
            while len(before) < header_row - 1 and (text := next(lines, "")):
                before.append(text)
                lines.next_record()
            cells = next(csv.reader(lines, delimiter=delimiter, strict=True), None)
        except _TooLong as error:
            raise _too_long(name, lines.line) from error
        except csv.Error as error:
            raise _broken(error, name, header_row) from error
    if cells is None:
        says = f"{name} has no line {header_row}, where its header should be" if before else f"{name} is empty: it has no header"
        raise refuse("PBR405", says, "give a file with a header and its records", Place(name))
    if any("\0" in cell for cell in cells):
        says = f"the header of {name} holds NUL characters: it is damaged, or UTF-16 without its mark"
        raise refuse("PBR409", says, "save it as CSV UTF-8", Place(name, header_row))
    if not any(cell.strip(BLANKS) for cell in cells):
        says = f"line {header_row} is blank, where the header should be"
        raise refuse("PBR405", says, "give header_row in the contract's layout if it stands elsewhere", Place(name, header_row))
    return [cell.strip(BLANKS) for cell in cells], lines.line, before


def read_records(
    path: Path,
    name: str,
    encoding: str,
    header_line: int,
    width: int,
    skip: list[tuple[int, str]],
    delimiter: str = ",",
    footer_rows: int = 0,
) -> Iterator[Record]:
    """Every record after the header; the last ``footer_rows`` are skipped. A quote that is never closed is Refused (PBR410), not a defect:
    nobody can tell how many records it swallowed, so rows could not be accounted for. A quote inside a field that does not begin with
    one is a defect: some programs take it for text and some for quoting, and a value must not depend on which of them reads. Refused
    PBR411: a field or a record that is longer than any can be."""
    last: deque[Record] = deque()
    for record in _records(path, name, encoding, header_line, width, skip, delimiter):
        last.append(record)
        if len(last) > footer_rows:
            yield last.popleft()
    for record in last:
        yield replace(record, skipped=True)


def _records(
    path: Path, name: str, encoding: str, header_line: int, width: int, skip: list[tuple[int, str]], delimiter: str
) -> Iterator[Record]:
    expected = "a comma" if delimiter == "," else "the delimiter"
    edge = delimiter.encode()
    with path.open(encoding=encoding, newline="") as source:
        lines = _Lines(source)
        for _ in range(header_line):
            next(lines, None)
            lines.next_record()
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        number = 0
        while True:
            lines.next_record()
            first = lines.line + 1
            try:
                fields = next(reader, None)
            except _TooLong as error:
                raise _too_long(name, first) from error
            except csv.Error as error:
                if "after" not in str(error):
                    raise _broken(error, name, first) from error
                if len(lines.taken) > 1 or lines.taken[0].count('"') != 2:
                    # a quote may stay open at the line's end: what follows could be the inside of a field passing for records
                    raise _broken(error, name, first) from error
                number += 1
                says = f"a closing quote is followed by something other than {expected}"
                yield _defect(number, first, "PBR432", lines.taken, says)
                continue
            if fields is None:
                return
            if not fields:
                continue
            number += 1
            if any(index < len(fields) and fields[index].strip(BLANKS) == text for index, text in skip):
                yield Record(number, first, fields, skipped=True)
            elif any("\0" in text for text in lines.taken):
                yield _defect(number, first, "PBR431", lines.taken, "the record holds a NUL character")
            elif len(fields) != width:
                says = f"the record has {len(fields)} field{'s' * (len(fields) > 1)} and the header {width}"
                yield _defect(number, first, "PBR430", lines.taken, says)
            elif any('"' in text for text in lines.taken) and misplaced_quote("".join(lines.taken).encode().split(b'"'), False, edge):
                says = "a quote stands inside a field that does not begin with one (a blank before the quote is enough)"
                yield _defect(number, first, "PBR432", lines.taken, says)
            else:
                yield Record(number, first, fields)


def _defect(number: int, line: int, code: str, taken: list[str], says: str) -> Record:
    text = "".join(taken).rstrip("\r\n")[:SHOWN]
    return Record(number, line, None, Defect(number, line, code, text, says))


def _too_long(name: str, line: int) -> Refused:
    says = (
        f"the record that begins here is longer than {LONGEST_RECORD:,} characters: a quote is never closed, or the file has no line ends"
    )
    return refuse("PBR411", says, "see that this is a table of text with one record a line", Place(name, line))


def _broken(error: csv.Error, name: str, line: int) -> Refused:
    if "field larger" in str(error):
        says = "a field is longer than 131,072 characters: most likely a quote is opened and never closed"
        return refuse("PBR411", says, "close the quote, or double quotes that belong to the text", Place(name, line))
    if "end of data" in str(error):
        says = "a quote is opened in the record that begins here and never closed: the rest of the file cannot be told apart"
        return refuse("PBR410", says, "close the quote, or double quotes that belong to the text", Place(name, line))
    says = "the quoting of the record that begins here is broken, and it cannot be told where the record ends"
    return refuse("PBR410", says, "quote whole fields, and double quotes that belong to the text", Place(name, line))
