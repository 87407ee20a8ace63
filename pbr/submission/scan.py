"""One pass over a CSV file's bytes: its digest, whether it is UTF-8, and how many records its quotes and line ends amount to.

The pass is part of the time of every reading, so what is common is asked with a few passes of the language's own fast searches (measured:
330 to 350 MB/s without quotes, 115 to 265 with every field quoted, by how busy the machine is), and only a part of the file that is not so
simple is taken apart at its quotes. A doubtful part costs time, never an answer: both ways count the same (a test compares them).
"""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from pbr.problem import Place, refuse

_CHUNK = 1 << 22
_LONGEST = 1 << 24
_WINDOW = 1 << 16
_BLANK = re.compile(rb"\n(?=\r?\n)")


@dataclass(frozen=True)
class Scanned:
    """The counts are those of an ``even`` file. ``records``: after the header's lines, those that end outside quotes, blank ones not counted; ``delimiters``: outside quotes, there.
    ``plain``: line ends are all alike and no record holds one, no line is blank: the record's number tells its line. ``even``: line ends are all
    alike (LF or CRLF), there is no NUL, and no quote is misplaced (DuckDB and Python read such a record differently) or never closed: the
    fast reader can be tried. ``level``: every record has exactly the header's fields. ``short``: no record can have a field of 131,072 bytes."""

    sha256: str
    size: int
    bad_byte: int | None  # where the file stops being UTF-8
    ascii: bool
    records: int
    delimiters: int
    plain: bool
    even: bool
    level: bool
    short: bool


def scan(path: Path, name: str, delimiter: str = ",", skip_lines: int = 0, width: int = 0) -> Scanned:
    """``skip_lines``: physical lines before the first record; ``width``: fields of the header. Raises Refused PBR403 (cannot be read)."""
    counter = _Counter(delimiter.encode(), skip_lines, width)
    digest = hashlib.sha256()
    try:
        size = path.stat().st_size
        with ThreadPoolExecutor(1) as beside:  # the digest's work leaves the interpreter free
            done = beside.submit(digest.update, b"")
            for data in _chunks(path):
                done.result()
                done = beside.submit(digest.update, data)
                counter.take(data)
            done.result()
    except OSError as error:
        raise refuse("PBR403", f"the file cannot be read: {error.strerror}", "see that you may read it", Place(name)) from error
    return counter.end(digest.hexdigest(), size)


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while data := file.read(_CHUNK):
            yield data


def misplaced_quote(parts: list[bytes], quoted: bool, delimiter: bytes = b",") -> bool:
    """Whether a quote opens elsewhere than at a field's start, or closes elsewhere than at its end. ``parts``: text from the start of a
    line, split at its quotes; ``quoted``: a quote is open there. Nothing before the first misplaced quote can be read in two ways."""
    outside = parts[quoted::2]
    # an empty part between two quotes is a doubled quote
    begin = {part[0] for part in (outside if quoted else outside[1:]) if part}
    end = {part[-1] for part in (outside if len(parts) % 2 == quoted else outside[:-1]) if part}
    return not (begin <= {delimiter[0], 13, 10} and end <= {delimiter[0], 10})


def _blank_lines(data: bytes, quoted: bool) -> int:
    """``data``: lines, whole; ``quoted``: a quote is open where they begin."""
    if b"\n\n" not in data and b"\n\r\n" not in data and not data.startswith((b"\n", b"\r\n")):
        return 0
    outside = b'"'.join(data.split(b'"')[quoted::2])
    return (not quoted and data.startswith((b"\n", b"\r\n"))) + len(_BLANK.findall(outside))


class _Counter:
    """Takes a file chunk by chunk. Chunks are cut after their last line end, so that no pair of bytes that belongs together is cut."""

    def __init__(self, delimiter: bytes, skip_lines: int, width: int) -> None:
        self.delimiter, self.skip_lines = delimiter, skip_lines
        self.row = delimiter * (width - 1) + b"\n"
        self.others = bytes(byte for byte in range(256) if byte not in delimiter + b'"\n')
        self.rest = b""
        self.read = 0
        self.bad_byte: int | None = None
        self.ascii = True
        self.tail = b""  # bytes of a character that is not yet whole
        self.begun = self.quoted = self.endless = self.misplaced = self.nul = False
        self.level, self.short = width > 0, True
        self.ends = self.inner = self.delimiters = self.blank = self.returns = self.pairs = self.head = 0

    def take(self, data: bytes) -> None:
        self._decode(data)
        self.read += len(data)
        data = self.rest + data if self.rest else data
        cut = data.rfind(b"\n") + 1
        data, self.rest = data[:cut], data[cut:]
        if len(self.rest) > _LONGEST:
            self.rest, self.endless = b"", True  # no record is this long; the careful reader will say what it is
        if data:
            self._lines(data)

    def _lines(self, data: bytes) -> None:
        self.nul = self.nul or b"\0" in data
        if b"\r" in data:
            self.returns += data.count(b"\r")
            self.pairs += data.count(b"\r\n")
        if not self.begun:
            data, self.begun = data.removeprefix(codecs.BOM_UTF8), True
        if self.skip_lines:
            start = 0
            while self.skip_lines and start < len(data):
                start = data.index(b"\n", start) + 1
                self.skip_lines -= 1
                self.head += 1
            data = data[start:]
            if not data:
                return
        if self.short and len(data) > _WINDOW:
            # a line of 131,072 bytes covers one of these windows whole
            self.short = all(data.find(b"\n", at, at + _WINDOW) >= 0 for at in range(0, len(data) - _WINDOW + 1, _WINDOW))
        # once the careful reader must read the file, nobody asks for its counts
        if not (self.endless or self.misplaced or self.nul or self.returns != self.pairs):
            self._count(data)

    def _count(self, data: bytes) -> None:
        quoted = self.quoted
        # Runs of quotes, each cut down to one quote or none: that changes at no delimiter or line end whether it stands within quotes.
        marks = data.translate(None, self.others)
        left = marks.replace(b'""', b"") if b'"' in marks else marks
        quotes = len(marks) - len(left)
        if quoted or b'"' in left or (quotes and not self._tidy(data, quotes)):
            self.misplaced = self.misplaced or misplaced_quote(data.split(b'"'), quoted, self.delimiter)
            pieces = left.split(b'"')
            left = b"".join(pieces[quoted::2])
            self.quoted = quoted ^ (len(pieces) % 2 == 0)
        lines, odd = divmod(len(left), len(self.row))
        if len(self.row) > 1 and not odd and left == self.row * lines:
            self.delimiters += lines * (len(self.row) - 1)
        else:
            self.level = False
            lines = left.count(b"\n")
            self.delimiters += left.count(self.delimiter)
            self.blank += _blank_lines(data, quoted)
        self.ends += lines
        self.inner += data.count(b"\n") - lines

    def _tidy(self, data: bytes, quotes: int) -> bool:
        """Whether each of the quotes, of which every field has an even number, is the first or the last character of its field: a field has
        two of them or none."""
        between = data.count(b'"' + self.delimiter + b'"')
        across = data.count(b'"\r\n"' if self.returns else b'"\n"')
        edges = data.startswith(b'"') + data.endswith((b'"\n', b'"\r\n'))
        if 2 * (between + across) + edges == quotes:
            return True
        opening = data.count(self.delimiter + b'"') + data.count(b'\n"') + data.startswith(b'"')
        closing = data.count(b'"' + self.delimiter) + data.count(b'"\n') + data.count(b'"\r\n')
        return opening + closing == quotes

    def _decode(self, data: bytes) -> None:
        if self.bad_byte is not None or (not self.tail and data.isascii()):
            return
        self.ascii = False
        start, data, self.tail = self.read - len(self.tail), self.tail + data, b""
        try:
            _, used = codecs.utf_8_decode(data, "strict", False)
        except UnicodeDecodeError as error:
            self.bad_byte = start + error.start
        else:
            self.tail = data[used:]

    def end(self, sha256: str, size: int) -> Scanned:
        if self.tail and self.bad_byte is None:
            self.bad_byte = self.read - len(self.tail)
        rest = self.rest if self.begun else self.rest.removeprefix(codecs.BOM_UTF8)
        last = bool(rest) and not self.skip_lines
        self.nul = self.nul or b"\0" in rest
        self.returns += rest.count(b"\r")
        if last:
            parts = rest.split(b'"')
            self.misplaced = self.misplaced or misplaced_quote(parts, self.quoted, self.delimiter)
            delimiters = sum(part.count(self.delimiter) for part in parts[self.quoted :: 2])
            self.delimiters += delimiters
            self.level = self.level and delimiters == len(self.row) - 1
            self.short = self.short and len(rest) < _WINDOW
        records = self.ends - self.blank + last
        never_closed = self.quoted != (rest.count(b'"') % 2 == 1)
        even = not (self.endless or self.misplaced or self.nul or never_closed) and self.returns == self.pairs
        even = even and self.pairs in (0, self.head + self.ends + self.inner)
        plain = even and self.inner == 0 and self.blank == 0
        level, short = even and self.level and not self.blank, self.short and self.inner == 0
        return Scanned(sha256, size, self.bad_byte, self.ascii, records, self.delimiters, plain, even, level, short)
