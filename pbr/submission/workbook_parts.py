"""The parts of an XLSX file, unpacked no further than is safe.

An XLSX file is a ZIP archive of XML parts. Its directory is looked at first; then the few parts that are needed are inflated, counted
while they are, and written to a scratch file of our own. Every later reader sees that file: what was looked at is what is read, whatever
another program would make of a directory that lies.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from pbr.problem import Place, Refused, refuse

# A directory of 4 MB has some 40,000 members; workbooks have tens, with pictures hundreds. zipfile holds it whole.
_MOST_DIRECTORY = 4_000_000
# Bytes of one part. A row of ten figures is some 400 bytes of XML: a million of them fit.
MOST_BYTES = 600_000_000
# Sheets pack 5 to 30 times, one value over and over 100 times. A part of 297 kB that unpacks to 300 MB is made to harm. Below 50 MB
# even that does none.
BOMB_BYTES = 50_000_000
BOMB_TIMES = 250
_PIECE = 1 << 20
_LONGEST_TOKEN = 8_000_000  # bytes without a ">": the parser holds a tag or a text whole
_MOST_TAGS = 25_000_000  # five for a cell; a million take half a second
_ENCRYPTED = 1
_FOLDER_OF_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class Parts:
    """The members of a workbook's archive by name. Raises Refused PBR405, PBR423, PBR424, PBR425; OSError."""

    def __init__(self, path: Path, name: str) -> None:
        self.path, self.name = path, name
        _check_kind(path, name)
        try:
            with zipfile.ZipFile(path) as archive:
                members = archive.infolist()
        except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error, EOFError, OverflowError) as error:
            raise self.damaged("its directory cannot be read") from error
        self.members: dict[str, zipfile.ZipInfo] = {}
        for member in members:
            said = member.orig_filename.replace("\\", "/")
            if said.startswith("/") or ".." in said.split("/") or "\0" in said or ":" in said:
                raise self.damaged(f"it has a part with the name {said[:80]!r}, which points outside it")
            key = said.casefold()
            if key in self.members:
                raise self.damaged(f"it has two parts with the name {said[:80]!r}, and programs differ in which they read")
            if member.flag_bits & _ENCRYPTED:
                raise refuse("PBR423", f"{name} is protected by a password", "save it without a password", Place(name))
            self.members[key] = member

    def __contains__(self, part: str) -> bool:
        return part.casefold() in self.members

    def damaged(self, what: str) -> Refused:
        return refuse(
            "PBR424", f"the workbook {self.name} is damaged: {what}", "open it, save it again as XLSX and give that file", Place(self.name)
        )

    def too_large(self, what: str, hint: str = "give the table as CSV UTF-8, or without what is not part of it") -> Refused:
        return refuse("PBR425", f"the workbook {self.name} {what}", hint, Place(self.name))

    def pieces(self, part: str, most: int = MOST_BYTES) -> Iterator[bytes]:
        """What the part holds, piece by piece, counted as it comes out and not as the directory says."""
        member = self.members.get(part.casefold())
        if member is None:
            raise self.damaged(f"its part {part[:80]!r} is missing")
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise self.damaged(f"its part {part[:80]!r} is packed in a way that workbooks are not")
        if member.file_size > most:
            raise self._bomb(part, member.file_size, member.compress_size)
        size, check, since, tags = 0, 0, 0, 0
        with self.path.open("rb") as file:
            for data in self._inflated(file, member, part):
                size, check = size + len(data), zlib.crc32(data, check)
                if size > most or size > max(BOMB_BYTES, BOMB_TIMES * member.compress_size):
                    raise self._bomb(part, size, member.compress_size)
                since = 0 if b">" in data else since + len(data)
                if since > _LONGEST_TOKEN:
                    raise self.damaged(f"its part {part[:80]!r} holds one text or tag of more than {_LONGEST_TOKEN:,} bytes")
                tags += data.count(b"<")
                if tags > _MOST_TAGS:
                    raise self.too_large(f"has too many cells: its part {part[:80]!r} has more than {_MOST_TAGS:,} tags")
                yield data
        if size != member.file_size:
            raise self.damaged(f"its part {part[:80]!r} has {size:,} bytes, and its directory says {member.file_size:,}")
        if check != member.CRC:
            raise self.damaged(f"its part {part[:80]!r} does not match its check sum")

    def _inflated(self, file: IO[bytes], member: zipfile.ZipInfo, part: str) -> Iterator[bytes]:
        if member.header_offset < 0:
            raise self.damaged(f"its part {part[:80]!r} is not where the directory says")
        file.seek(member.header_offset)
        head = file.read(30)
        if len(head) != 30 or not head.startswith(b"PK\x03\x04"):
            raise self.damaged(f"its part {part[:80]!r} is not where the directory says")
        file.seek(sum(struct.unpack("<HH", head[26:30])), 1)
        unpacker = zlib.decompressobj(-15) if member.compress_type == zipfile.ZIP_DEFLATED else None
        left = member.compress_size
        while left and (fed := file.read(min(left, 1 << 16))):
            left -= len(fed)
            if unpacker is None:
                yield fed
                continue
            while fed:
                try:
                    data = unpacker.decompress(fed, _PIECE)
                except zlib.error as error:
                    raise self.damaged(f"its part {part[:80]!r} cannot be unpacked") from error
                yield data
                fed = unpacker.unconsumed_tail
                if unpacker.eof:
                    break
        if unpacker is not None:
            yield unpacker.flush()

    def _bomb(self, part: str, size: int, packed: int) -> Refused:
        says = f"holds more than can be read: its part {part[:80]!r} has {packed:,} bytes and unpacks to {size:,} or more"
        return self.too_large(says)


def _check_kind(path: Path, name: str) -> None:
    """By its first and last bytes, before anything is held."""
    size = path.stat().st_size
    if size == 0:
        raise refuse("PBR405", f"{name} is empty: it has no header", "give a workbook with a header and its records", Place(name))
    with path.open("rb") as file:
        first = file.read(8)
        file.seek(max(0, size - 66_000))
        last = file.read()
    if first == _FOLDER_OF_OLD_OFFICE:
        says = f"{name} is protected by a password, or an old Excel workbook (XLS), whatever its name says"
        raise refuse("PBR423", says, "save it as XLSX without a password, or as CSV UTF-8", Place(name))
    at = last.rfind(b"PK\x05\x06")
    if at < 0 or len(last) < at + 22:
        if first.startswith(b"PK"):
            says = f"the workbook {name} is damaged: it ends too early, as after a download or copy that was cut off"
            raise refuse("PBR424", says, "copy it again", Place(name))
        raise refuse("PBR423", f"{name} is not an XLSX workbook, whatever its name says", "save it as XLSX or as CSV UTF-8", Place(name))
    count, directory = struct.unpack("<HI", last[at + 10 : at + 16])
    if directory > _MOST_DIRECTORY or count == 0xFFFF:
        says = f"the workbook {name} has {count:,} parts or more; no workbook has so many"
        raise refuse("PBR425", says, "give the table as CSV UTF-8", Place(name))
