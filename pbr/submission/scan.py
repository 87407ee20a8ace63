"""One pass over a CSV file's bytes: its digest, whether it is UTF-8, and how many records its quotes and line ends amount to."""

from __future__ import annotations

import codecs
import gzip
import hashlib
import re
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from pbr.problem import Place, refuse

_CHUNK = 1 << 22
_LONGEST = 1 << 24
_BLANK = re.compile(rb"\n(?=\r?\n)")


@dataclass(frozen=True)
class Scanned:
    """``records``: lines that end outside quotes, blank ones not counted, header and preamble included. ``plain``: line ends are all
    alike and no record holds one, no line is blank: the record's number tells its line. ``even``: line ends are all alike
    (LF or CRLF), there is no NUL and no quote is misplaced (DuckDB and Python read such a record differently): the fast reader can be
    tried."""

    sha256: str
    size: int
    utf8: bool
    mark: bytes  # the first bytes, to recognise UTF-16
    records: int
    commas: int  # outside quotes
    plain: bool
    even: bool


def scan(path: Path, name: str) -> Scanned:
    """Raises Refused PBR403 (cannot be read) and PBR412 (broken compression)."""
    packed = path.name.lower().endswith(".gz")
    try:
        digest, size = hashlib.sha256(), path.stat().st_size
        with path.open("rb") as raw:
            if packed:
                while data := raw.read(_CHUNK):
                    digest.update(data)
                with gzip.open(path, "rb") as unpacked:
                    counted = _count(unpacked, None)  # type: ignore[arg-type]
            else:
                counted = _count(raw, digest)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise refuse("PBR412", f"the compressed file is broken: {error}", "compress it again", Place(name)) from error
    except OSError as error:
        raise refuse("PBR403", f"the file cannot be read: {error.strerror}", "see that you may read it", Place(name)) from error
    utf8, mark, records, commas, plain, even = counted
    return Scanned(digest.hexdigest(), size, utf8, mark, records, commas, plain, even)


def misplaced_quote(parts: list[bytes], quoted: bool) -> bool:
    """Whether a quote opens elsewhere than at a field's start, or closes elsewhere than at its end. ``parts``: text from the start of a
    line, split at its quotes; ``quoted``: a quote is open there. Nothing before the first misplaced quote can be read in two ways."""
    last = len(parts) - 1
    for place in range(1 if quoted else 0, len(parts), 2):
        part = parts[place]
        # an empty part between two quotes is a doubled quote
        if part and ((place > 0 and part[:1] not in (b",", b"\r", b"\n")) or (place < last and part[-1:] not in (b",", b"\n"))):
            return True
    return False


def _count(source: IO[bytes], digest: hashlib._Hash | None) -> tuple[bool, bytes, int, int, bool, bool]:
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    utf8, mark, rest, quoted = True, b"", b"", False
    endless = misplaced = begun = False
    ends = inner = commas = blank = returns = pairs = nuls = 0
    while data := source.read(_CHUNK):
        if digest is not None:
            digest.update(data)
        mark = mark or data[:4]
        if utf8:
            try:
                decoder.decode(data)
            except UnicodeDecodeError:
                utf8 = False
        # cut after the last line end, so that no pair of bytes that belongs together is cut
        data = rest + data
        cut = data.rfind(b"\n") + 1
        data, rest = data[:cut], data[cut:]
        if len(rest) > _LONGEST:
            rest, endless = b"", True  # no record is this long; the careful reader will say what it is
        if not data:
            continue
        if not begun:
            data, begun = data.removeprefix(codecs.BOM_UTF8), True
        nuls += data.count(b"\0")
        returns += data.count(b"\r")
        pairs += data.count(b"\r\n")
        if not quoted and data.startswith((b"\n", b"\r\n")):
            blank += 1
        parts = data.split(b'"') if b'"' in data else [data]
        misplaced = misplaced or misplaced_quote(parts, quoted)
        for part in parts:
            breaks = part.count(b"\n")
            if quoted:
                inner += breaks
            else:
                ends += breaks
                commas += part.count(b",")
                blank += len(_BLANK.findall(part)) if breaks > 1 else 0
            quoted = not quoted
        quoted = not quoted  # there is one part more than there are quotes
    parts = (rest if begun else rest.removeprefix(codecs.BOM_UTF8)).split(b'"')
    misplaced = misplaced or misplaced_quote(parts, quoted)
    commas += sum(part.count(b",") for part in parts[1 if quoted else 0 :: 2])
    nuls += rest.count(b"\0")
    returns += rest.count(b"\r")
    if utf8:
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            utf8 = False
    records = ends - blank + (1 if rest else 0)
    even = not endless and not misplaced and nuls == 0 and returns == pairs and pairs in (0, ends + inner)
    return utf8, mark, records, commas, inner == 0 and blank == 0 and even, even
