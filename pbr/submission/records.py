"""The careful way through a CSV file: one record at a time with Python's csv, every structural defect named with its line."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from pbr.problem import Place, Refused, refuse
from pbr.submission.raw import BLANKS, SHOWN, Defect
from pbr.submission.scan import misplaced_quote


@dataclass(frozen=True)
class Record:
    """``number`` counts records from 1 after the header (blank lines are not records). ``fields`` or ``defect``, not both."""

    number: int
    line: int
    fields: list[str] | None
    defect: Defect | None = None
    skipped: bool = False


class _Lines:
    """Physical lines, counted, with those of the record being read kept as they are."""

    def __init__(self, source: IO[str]) -> None:
        self.source = source
        self.line = 0
        self.taken: list[str] = []

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        text = next(self.source)
        self.line += 1
        self.taken.append(text)
        return text


def open_text(path: Path, encoding: str) -> IO[str]:
    """The file's text with its line ends as they are; .gz is unpacked on the way."""
    packed = path.name.lower().endswith(".gz")
    if packed:
        return gzip.open(path, "rt", encoding=encoding, newline="")
    return path.open(encoding=encoding, newline="")


def read_header(path: Path, name: str, encoding: str, header_row: int) -> tuple[list[str], int, list[str]]:
    """The header's cells (trimmed), the last physical line it stands on, and the lines before it. Refused PBR405, PBR410, PBR411."""
    with open_text(path, encoding) as source:
        lines = _Lines(source)
        before = [text for _, text in zip(range(header_row - 1), lines, strict=False)]
        lines.taken = []
        try:
            cells = next(csv.reader(lines, strict=True), None)
        except csv.Error as error:
            raise _broken(error, name, header_row) from error
    if cells is None:
        says = f"{name} has no line {header_row}, where its header should be" if before else f"{name} is empty: it has no header"
        raise refuse("PBR405", says, "give a file with a header and its records", Place(name))
    if not any(cell.strip(BLANKS) for cell in cells):
        says = f"line {header_row} is blank, where the header should be"
        raise refuse("PBR405", says, "give header_row in the contract's layout if it stands elsewhere", Place(name, header_row))
    return [cell.strip(BLANKS) for cell in cells], lines.line, before


def read_records(path: Path, name: str, encoding: str, header_line: int, width: int, skip: list[tuple[int, str]]) -> Iterator[Record]:
    """Every record after the header. A quote that is never closed is Refused (PBR410), not a defect: nobody can tell how many
    records it swallowed, so rows could not be accounted for. A quote inside a field that does not begin with one is a defect: some
    programs take it for text and some for quoting, and a value must not depend on which of them reads."""
    with open_text(path, encoding) as source:
        lines = _Lines(source)
        for _ in range(header_line):
            next(lines, None)
        reader = csv.reader(lines, strict=True)
        number = 0
        while True:
            lines.taken = []
            first = lines.line + 1
            try:
                fields = next(reader, None)
            except csv.Error as error:
                if "after" not in str(error):
                    raise _broken(error, name, first) from error
                if len(lines.taken) > 1 or lines.taken[0].count('"') != 2:
                    # a quote may stay open at the line's end: what follows could be the inside of a field passing for records
                    raise _broken(error, name, first) from error
                number += 1
                yield _defect(number, first, "PBR432", lines.taken, "a closing quote is followed by something other than a comma")
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
                says = f"the record has {len(fields)} fields and the header {width}"
                yield _defect(number, first, "PBR430", lines.taken, says)
            elif any('"' in text for text in lines.taken) and misplaced_quote("".join(lines.taken).encode().split(b'"'), False):
                says = "a quote stands inside a field that does not begin with one (a blank before the quote is enough)"
                yield _defect(number, first, "PBR432", lines.taken, says)
            else:
                yield Record(number, first, fields)


def _defect(number: int, line: int, code: str, taken: list[str], says: str) -> Record:
    text = "".join(taken).rstrip("\r\n")[:SHOWN]
    return Record(number, line, None, Defect(number, line, code, text, says))


def _broken(error: csv.Error, name: str, line: int) -> Refused:
    if "field larger" in str(error):
        says = "a field is longer than 131,072 characters: most likely a quote is opened and never closed"
        return refuse("PBR411", says, "close the quote, or double quotes that belong to the text", Place(name, line))
    if "end of data" in str(error):
        says = "a quote is opened in the record that begins here and never closed: the rest of the file cannot be told apart"
        return refuse("PBR410", says, "close the quote, or double quotes that belong to the text", Place(name, line))
    says = "the quoting of the record that begins here is broken, and it cannot be told where the record ends"
    return refuse("PBR410", says, "quote whole fields, and double quotes that belong to the text", Place(name, line))
