"""The canonical text of a table (``docs/pack-format.md``): written from Parquet, and read again by anybody who can count bytes.

The first line is the columns as canonical JSON; then each row's cells, one after the other as the table's digest takes them, and a newline.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from pbr.audit.canonical import canonical
from pbr.audit.digest import BLOCK, TableDigest, cell_text
from pbr.audit.merkle import root
from pbr.platform.duck import glob_text
from pbr.platform.sqltext import quote_name

AT_ONCE = 32 * BLOCK  # rows whose text is in memory together
MOST_HEADER = 1 << 20  # bytes of the first line
MOST_CELL = 1 << 28  # bytes of one cell: more is nothing that an assessment wrote
PIECE = 1 << 20  # bytes read at a time

_HEAD = re.compile(rb"n|([itdbl])(0|[1-9][0-9]{0,11}):")
_WHOLE = re.compile(r"0|-?[1-9][0-9]{0,37}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

Cell = str | int | bool | None | tuple["Cell", ...]


class Unreadable(Exception):
    """The text cannot be taken apart. Says where and why, in words that end without a full stop."""


@dataclass(frozen=True)
class Row:
    """``text``: the row's canonical text, without its newline. ``cells``: each cell's canonical text."""

    text: bytes
    cells: tuple[bytes, ...]


def text_pieces(con: Any, path: Path, without: tuple[str, ...] = ()) -> Iterator[bytes]:
    """The canonical text of a Parquet file, piece by piece, leaving the columns ``without`` out as its digest does.

    Raises Refused (PBR702) for a column whose type a trail may not hold, duckdb.Error for a file that is not Parquet.
    """
    names, texts = columns_of(con, path, without)
    yield canonical(names) + b"\n"
    row = " || ".join(texts) or "''"
    for chunk in chunks_of(con, path, [row]):
        yield b"".join(f"{text}\n".encode() for (text,) in chunk)


def columns_of(con: Any, path: Path, without: tuple[str, ...] = ()) -> tuple[list[str], list[str]]:
    """The names of a Parquet file's columns but those left out, and SQL for the canonical text of a cell of each. Raises as ``text_pieces``."""
    types = [(str(row[0]), str(row[1])) for row in con.execute(f"DESCRIBE SELECT * FROM {_parquet(path)}").fetchall()]
    kept = [(name, kind) for name, kind in types if name not in without]
    return [name for name, _ in kept], [cell_text(name, kind, path.name) for name, kind in kept]


def numbered_rows(con: Any, path: Path, selected: list[str]) -> str:
    """A query for ``selected`` (SQL) of each row of a Parquet file, as t0, t1 ..., and its place in the file, from 0, as r."""
    names = {str(row[0]) for row in con.execute(f"DESCRIBE SELECT * FROM {_parquet(path)}").fetchall()}
    number, source = "file_row_number", f"(SELECT *, file_row_number FROM {_parquet(path)})"
    if number in names:  # a contract may call a column so; then rows are numbered the slow way
        while number in names:
            number += "_"
        source = f"(SELECT *, row_number() OVER () - 1 AS {quote_name(number)} FROM {_parquet(path)})"
    shown = [f"{text} AS t{place}" for place, text in enumerate(selected)]
    return f"SELECT {', '.join([*shown, f'{quote_name(number)} AS r'])} FROM {source}"


def chunks_of(con: Any, path: Path, selected: list[str], at_once: int = AT_ONCE) -> Iterator[list[tuple[Any, ...]]]:
    """The rows of a Parquet file in their order, ``selected`` (SQL) of each, at most ``at_once`` of them in memory."""
    rows = int(con.execute(f"SELECT count(*) FROM {_parquet(path)}").fetchone()[0])
    query = numbered_rows(con, path, selected)
    for first in range(0, rows, at_once):
        sql = f"SELECT * EXCLUDE (r) FROM ({query}) WHERE r >= {first} AND r < {first + at_once} ORDER BY r"
        yield con.execute(sql).fetchall()


def _parquet(path: Path) -> str:
    return f"read_parquet({glob_text(path)}, hive_partitioning = false)"


# ---- reading ------------------------------------------------------------------------------------------------------------------


class Reading:
    """The canonical text of a table, row by row. Raises Unreadable for a first line that is no list of names.

    ``columns``: the names. Iterating gives each Row, and raises Unreadable where a cell is not one, or something stands after the last row.
    """

    def __init__(self, source: BinaryIO) -> None:
        self._source, self._held, self._at = source, b"", 0
        line = self._line()
        try:
            columns = json.loads(line)
        except (ValueError, RecursionError) as trouble:
            raise Unreadable("its first line is not the list of its columns") from trouble
        if not isinstance(columns, list) or not all(isinstance(name, str) for name in columns) or len(set(columns)) != len(columns):
            raise Unreadable("its first line is not the list of its columns")
        if canonical(columns) != line:
            raise Unreadable("its first line is not canonical JSON")
        self.columns: tuple[str, ...] = tuple(columns)

    def __iter__(self) -> Iterator[Row]:
        number = 0
        while self._more(1):
            number += 1
            try:
                cells = tuple(self._cell(nested=False) for _ in self.columns)
                if self._take(1) != b"\n":
                    raise Unreadable("more stands in it than its columns")
            except Unreadable as trouble:
                raise Unreadable(f"row {number}: {trouble}") from trouble
            yield Row(b"".join(cells), cells)

    def _cell(self, nested: bool) -> bytes:
        self._more(16)
        head = _HEAD.match(self._held, self._at)
        if head is None:
            raise Unreadable("a cell does not begin with what it is and how long")
        if head[1] is None:
            return self._take(1)
        begin, size = self._take(head.end() - self._at), int(head[2])
        if head[1] == b"l" and not nested:
            return begin + b"".join(self._cell(nested=True) for _ in range(size))
        if size > MOST_CELL:
            raise Unreadable("a cell is longer than any that an assessment writes")
        text = self._take(size)
        _checked(head[1], text, nested)
        return begin + text

    def _line(self) -> bytes:
        while (end := self._held.find(b"\n", self._at)) < 0:
            if len(self._held) - self._at > MOST_HEADER or not self._fill():
                raise Unreadable("it has no first line")
        line = self._held[self._at : end]
        self._at = end + 1
        return line

    def _take(self, size: int) -> bytes:
        if not self._more(size):
            raise Unreadable("it ends within a row")
        text = self._held[self._at : self._at + size]
        self._at += size
        return text

    def _more(self, size: int) -> bool:
        """Whether so many bytes are left, which are then at hand."""
        while len(self._held) - self._at < size:
            if not self._fill(size):
                return False
        return True

    def _fill(self, size: int = 0) -> bool:
        data = self._source.read(max(PIECE, size))
        self._held, self._at = self._held[self._at :] + data, 0
        return bool(data)


def _checked(tag: bytes, text: bytes, nested: bool) -> None:
    try:
        words = text.decode("utf-8")
    except UnicodeDecodeError as trouble:
        raise Unreadable("a text is not UTF-8") from trouble
    if tag == b"t":
        return
    good = {b"i": _WHOLE, b"d": _DAY}.get(tag)
    if nested or (words not in ("y", "n") if good is None else good.fullmatch(words) is None):
        raise Unreadable(f"{words[:20]!r} is not what its cell says it is")


def is_cell(text: bytes) -> bool:
    """Whether this is the canonical text of one cell, and nothing more."""
    reading = Reading(io.BytesIO(b'["c"]\n' + text + b"\n"))
    try:
        return [row.text for row in reading] == [text]
    except Unreadable:
        return False


def value_of(cell: bytes) -> Cell:
    """What a cell's canonical text says: None, a number, text, yes or no; a day stays text, a list is a tuple."""
    tag = cell[:1]
    if tag == b"n":
        return None
    if tag == b"l":
        size, _, rest = cell[1:].partition(b":")
        items = []
        for _ in range(int(size)):
            head = _HEAD.match(rest)
            assert head is not None
            end = head.end() + (int(head[2]) if head[2] else 0)
            items.append(value_of(rest[:end]))
            rest = rest[end:]
        return tuple(items)
    text = cell.partition(b":")[2].decode("utf-8")
    return int(text) if tag == b"i" else text == "y" if tag == b"b" else text


def digest_of(columns: Iterable[str], rows: Iterable[bytes]) -> TableDigest:
    """The digest of a table from the canonical texts of its rows: the one that the manifest holds. In memory: one block."""
    counted = 0

    def blocks() -> Iterator[bytes]:
        nonlocal counted
        block: list[bytes] = []
        for text in rows:
            counted += 1
            block.append(hashlib.sha256(text).digest())
            if len(block) == BLOCK:
                yield b"".join(block)
                block.clear()
        if block:
            yield b"".join(block)

    found = root(blocks())
    return TableDigest(tuple(columns), counted, found)
