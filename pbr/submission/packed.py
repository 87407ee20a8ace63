"""What a file really is, by its first bytes, and unpacking gzip and Zstandard without holding what comes out.

A packed file is unpacked once, to a scratch file that every later pass reads. DuckDB would unpack it
again, on one thread, each time it looks, and it looks two or three times; and what is counted is then, byte for byte, what is read.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from pbr.problem import Place, Refused, refuse

# Sheets of figures pack 5 to 30 times; the same line over and over 200 times (gzip). Below 200 MB even a bomb does no harm.
BOMB_BYTES = 200_000_000
BOMB_TIMES = 250
_PIECE = 1 << 20  # bytes that come out at once
_FED = 1 << 14  # bytes of gzip fed at once: what follows a part's end is copied for each part
_FED_ZSTD = 1 << 10  # four bytes of Zstandard may give 128 kB: 1 kB at once gives at most 32 MB
_WINDOW = 1 << 27  # what the zstd program takes by default; a frame may ask for gigabytes
_TINY_PARTS = 1_000

# first bytes -> what a person calls such a file
_KINDS: tuple[tuple[bytes, str], ...] = (
    (b"\x1f\x8b", "a gzip file"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard file"),
    (b"PK\x03\x04", "a ZIP archive or a workbook"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel workbook or another Office file"),
    (b"BZh91AY&SY", "a bzip2 file"),
    (b"\xfd7zXZ\x00", "an xz file"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"%PDF-", "a PDF document"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"\x89PNG\r\n\x1a\n", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"\x7fELF", "a program"),
)
_PAGES = (b"<!doctype html", b"<html")


class _Broken(Exception):
    """What is wrong with packed data, as a sentence after 'the compressed file is broken: '. ``short``: its end is missing."""

    def __init__(self, says: str, short: bool = False) -> None:
        super().__init__(says)
        self.short = short


def kind_of(path: Path) -> str:
    """What the file is by its bytes, when it is surely no text; else "". Raises OSError."""
    with path.open("rb") as file:
        first = file.read(512)
        if first.startswith(b"PAR1"):  # a header may begin so; no text ends so too
            size = file.seek(0, 2)
            file.seek(max(0, size - 4))
            return "a Parquet file" if size >= 12 and file.read(4) == b"PAR1" else ""
    if first.removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith(_PAGES):
        return "a web page"
    return next((kind for mark, kind in _KINDS if first.startswith(mark)), "")


def packing(path: Path) -> str:
    """gzip | zstd | "": what the file's name says."""
    name = path.name.lower()
    return "gzip" if name.endswith(".gz") else "zstd" if name.endswith(".zst") else ""


def check_kind(path: Path, name: str) -> None:
    """Raises Refused PBR404 (a text file that is none) and PBR412 (a packed file that is not packed so); OSError."""
    packed, kind = packing(path), kind_of(path)
    expected = {"gzip": "a gzip file", "zstd": "a Zstandard file", "": ""}[packed]
    if kind == expected or (packed == "zstd" and _skippable(path)):
        return
    if path.stat().st_size == 0:
        raise refuse("PBR405", f"{name} is empty: it has no header", "give a file with a header and its records", Place(name))
    if packed:
        says = f"{name} is not {expected}, whatever its name says" + (f": it is {kind}" if kind else "")
        raise refuse("PBR412", says, "give the file its right name, or compress it again", Place(name))
    hint = "save it as CSV UTF-8 and give that file"
    if kind in ("a gzip file", "a Zstandard file"):
        ending = ".csv.gz" if kind == "a gzip file" else ".csv.zst"
        hint = f"unpack it, or give it a name that ends in {ending}"
    elif kind == "a ZIP archive or a workbook":
        hint = "unpack it; if it is a workbook, give it a name that ends in .xlsx"
    elif kind == "a Parquet file":
        hint = "give it a name that ends in .parquet"
    raise refuse("PBR404", f"{name} is {kind}, whatever its name says", hint, Place(name))


def unpack(path: Path, name: str, target: Path) -> str:
    """Writes what is packed in ``path`` to ``target``; gives the digest of ``path``. Raises Refused PBR412 (broken), PBR420 (far more
    comes out than any CSV packs into so little); OSError."""
    digest, written = hashlib.sha256(), 0
    limit = max(BOMB_BYTES, BOMB_TIMES * path.stat().st_size)
    with path.open("rb") as source, target.open("wb") as out:
        try:
            for data in _gzip(source, digest) if packing(path) == "gzip" else _zstd(source, digest):
                written += len(data)
                if written > limit:
                    raise _bomb(name, path.stat().st_size, limit)
                out.write(data)
        except _Broken as error:
            hint = "copy it again: it may be cut short" if error.short else "compress it again"
            raise refuse("PBR412", f"the compressed file is broken: {error}", hint, Place(name)) from error
    return digest.hexdigest()


def _bomb(name: str, size: int, limit: int) -> Refused:
    says = (
        f"the compressed file has {size:,} bytes and holds more than {limit:,}: no real table packs more than {BOMB_TIMES} times. "
        "Unpacking was stopped"
    )
    return refuse("PBR420", says, "look at what the file holds; if it is right, give it unpacked", Place(name))


def _gzip(source: IO[bytes], digest: hashlib._Hash) -> Iterator[bytes]:
    """Parts (members) one after the other are one text, as the gzip program has it; NULs after the last are padding."""
    unpacker, begun, parts, total = zlib.decompressobj(31), False, 0, 0
    while fed := source.read(_FED):
        digest.update(fed)
        full = False
        while fed or full:
            fresh = not begun
            if fresh and parts:
                fed = fed.lstrip(b"\0")
                if not fed:
                    break
            begun = True
            try:
                data = unpacker.decompress(fed, _PIECE)
            except zlib.error as error:
                raise _Broken("something that is not gzip follows its end" if fresh and parts else _told(error)) from error
            total += len(data)
            yield data
            full, fed = len(data) == _PIECE, unpacker.unconsumed_tail
            if unpacker.eof:
                parts, begun, full, fed = parts + 1, False, False, unpacker.unused_data
                unpacker = zlib.decompressobj(31)
                if parts > _TINY_PARTS and total < parts * _TINY_PARTS:
                    raise _Broken(f"it is made of more than {_TINY_PARTS:,} parts that hold next to nothing")
    if begun or not parts:
        raise _Broken("it ends too early", short=True)


def _told(error: zlib.error) -> str:
    return str(error).rpartition(": ")[2]  # without the library's own words


def _zstd(source: IO[bytes], digest: hashlib._Hash) -> Iterator[bytes]:
    import zstandard

    maker = zstandard.ZstdDecompressor(max_window_size=_WINDOW)
    unpacker, begun, parts, total = maker.decompressobj(), False, 0, 0
    while fed := source.read(_FED_ZSTD):
        digest.update(fed)
        while fed:
            fresh, begun = not begun, True
            try:
                data = unpacker.decompress(fed)
            except zstandard.ZstdError as error:
                told = "something that is not Zstandard follows its end" if fresh and parts else str(error).rpartition(": ")[2]
                raise _Broken(told) from error
            total += len(data)
            yield data
            fed = b""
            if unpacker.eof:
                parts, begun, fed = parts + 1, False, unpacker.unused_data
                unpacker = maker.decompressobj()
                if parts > _TINY_PARTS and total < parts * _TINY_PARTS:
                    raise _Broken(f"it is made of more than {_TINY_PARTS:,} parts that hold next to nothing")
    if begun or not parts:
        raise _Broken("it ends too early", short=True)


def _skippable(path: Path) -> bool:
    """A Zstandard file may begin with a frame to be skipped."""
    with path.open("rb") as file:
        first = file.read(4)
    return len(first) == 4 and 0x50 <= first[0] <= 0x5F and first[1:] == b"\x2a\x4d\x18"
