"""A marked copy of a CSV file: every record as it came, byte for byte and in its place, with what became of it in further columns.

A record whose fields could not be told apart cannot stay as it is: columns added to it would come under other headers. Its cells are
left blank, and its text stands in one column more. Read again it is rejected again, since what tells rows apart is blank.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from pbr.submission.dialect import DELIMITERS
from pbr.submission.packed import packing, unpack
from pbr.submission.raw import BLANKS
from pbr.terms.models import TableLayout
from pbr.validation.marking import PROBLEMS, RECORD, RESULT, Mark, harmless

ADDED = (RESULT, PROBLEMS, RECORD)
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_ENCODINGS = {"utf-8": "utf-8", "windows-1252": "cp1252"}
_CHUNK = 1 << 20


@dataclass(frozen=True)
class _Record:
    """``text``: as it stands in the file, its line end included. ``fields``: None where they cannot be told apart."""

    line: int
    text: str
    fields: list[str] | None


def unpacked(path: Path, name: str, temp: Path) -> Path:
    """The file itself, or what is packed in it, in ``temp``. Raises Refused and OSError as reading does."""
    if not packing(path):
        return path
    target = temp / f"unpacked-{len(list(temp.iterdir()))}.csv"
    unpack(path, name, target)
    return target


def marked_csv(path: Path, layout: TableLayout, marks: dict[int, Mark]) -> bytes:
    """The bytes of the copy, in the encoding of the file. ``marks``: by the line a record begins on.

    The columns of an earlier marking are replaced. Raises OSError. The file has been read before, so its encoding is known to hold."""
    delimiter = DELIMITERS[layout.delimiter.text if layout.delimiter is not None else "comma"]
    mark, encoding = _encoding(path, layout)
    header_row = int(layout.header_row.text) if layout.header_row is not None else 1
    out = io.BytesIO()
    out.write(mark)
    width, old, torn = 0, 0, any(one.torn for one in marks.values())
    for record in _records(path, len(mark), encoding, delimiter, header_row):
        body = record.text.removesuffix("\n").removesuffix("\r")
        tail = record.text[len(body) :]
        if record.line < header_row or (not record.fields and record.line not in marks):
            text = record.text
        elif not width:
            assert record.fields is not None  # a header that cannot be read has stopped the submission
            old = _marked_before(record.fields)
            width = len(record.fields) - old
            torn = torn or old == len(ADDED)
            names = ADDED if torn else ADDED[:2]
            text = _joined([_first(body, delimiter, width, old), *names], delimiter) + tail
        else:
            text = _marked(record, body, tail, delimiter, width, old, torn, marks.get(record.line))
        # what the file's encoding does not have, in words of ours or of the contract, is shown by a question mark
        out.write(text.encode(encoding, "replace"))
    return out.getvalue()


def _marked(record: _Record, body: str, tail: str, delimiter: str, width: int, old: int, torn: bool, mark: Mark | None) -> str:
    if mark is None:
        # not a record of the table: the layout skips it
        if record.fields is None or len(record.fields) != width + old:
            return record.text
        return _joined([_first(body, delimiter, width, old), *[""] * (3 if torn else 2)], delimiter) + tail
    if not (mark.problems or old or torn):
        return f"{body}{delimiter}{mark.result}{delimiter}{tail}"  # nearly every record of a large file
    added = [mark.result, harmless(" / ".join(mark.problems))]
    if mark.torn or record.fields is None:
        cells = delimiter * (width - 1)
        whole = harmless(body.replace("\0", "\u2400"))
        return _joined([cells, *added, whole], delimiter) + tail
    kept = record.fields[width + 2] if old == len(ADDED) else ""
    return _joined([_first(body, delimiter, width, old), *added, *([kept] if torn else [])], delimiter) + tail


def _joined(parts: list[str], delimiter: str) -> str:
    """The first part as it is, and a field for each of the others."""
    line = io.StringIO()
    csv.writer(line, delimiter=delimiter, lineterminator="").writerow(parts[1:])
    return f"{parts[0]}{delimiter}{line.getvalue()}"


def _marked_before(header: list[str]) -> int:
    names = tuple(name.strip(BLANKS) for name in header)
    return next((number for number in (3, 2) if len(names) > number and names[-number:] == ADDED[:number]), 0)


def _first(body: str, delimiter: str, width: int, old: int) -> str:
    """The text of the first ``width`` fields, as it stands."""
    if not old:
        return body
    quoted, seen = False, 0
    for place, letter in enumerate(body):
        if letter == '"':
            quoted = not quoted
        elif letter == delimiter and not quoted:
            seen += 1
            if seen == width:
                return body[:place]
    return body


def _encoding(path: Path, layout: TableLayout) -> tuple[bytes, str]:
    """The byte order mark and the encoding, told as the reader tells them."""
    with path.open("rb") as source:
        start = source.read(4)
        for mark, name in _MARKS:
            if start.startswith(mark):
                return mark, name
        if layout.encoding is not None and layout.encoding.text in _ENCODINGS:
            return b"", _ENCODINGS[layout.encoding.text]
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            decoder.decode(start)
            while data := source.read(_CHUNK):
                decoder.decode(data)
            decoder.decode(b"", True)
        except UnicodeDecodeError:
            return b"", "cp1252"
    return b"", "utf-8"


def _records(path: Path, skip: int, encoding: str, delimiter: str, header_row: int) -> Iterator[_Record]:
    with path.open("rb") as source:
        source.read(skip)
        lines = _Lines(io.TextIOWrapper(source, encoding=encoding, newline=""))
        for _ in range(header_row - 1):
            text = next(lines, None)
            if text is None:
                return
            yield _Record(lines.line, text, [])
        reader = csv.reader(lines, strict=True, delimiter=delimiter)
        while True:
            lines.taken = []
            first = lines.line + 1
            try:
                fields = next(reader, None)
            except csv.Error:
                fields = []
                yield _Record(first, "".join(lines.taken), None)
                continue
            if fields is None:
                return
            yield _Record(first, "".join(lines.taken), fields)


class _Lines:
    """Physical lines, counted, with those of the record being read kept as they are."""

    def __init__(self, source: IO[str]) -> None:
        self.source, self.line = source, 0
        self.taken: list[str] = []

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        text = next(self.source)
        self.line += 1
        self.taken.append(text)
        return text
