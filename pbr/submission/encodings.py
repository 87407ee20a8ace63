"""How the bytes of a text file are letters: the contract says, else the file's mark, else it is UTF-8 or, with a flag, Windows-1252."""

from __future__ import annotations

import codecs
import hashlib
from pathlib import Path

from pbr.problem import Place, Refused, refuse
from pbr.submission.raw import Note

_PIECE = 1 << 20
_SAVE = "save it as CSV UTF-8"
# the longer mark first: that of UTF-32 begins as that of UTF-16 does
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CALLED = {"utf-8": "UTF-8", "utf-16": "UTF-16", "utf-32": "UTF-32", "windows-1252": "Windows-1252"}
_PYTHON = {"utf-16": "utf-16", "windows-1252": "cp1252"}


def encoding_of(path: Path, name: str, declared: str) -> str:
    """utf-8 | utf-16 | windows-1252, or "" for what only the whole file can tell (UTF-8 or not). Raises Refused PBR409 where the file's mark
    is of another encoding than the contract says, of none that is read, or missing where it is needed; OSError."""
    with path.open("rb") as file:
        first = file.read(4)
    marked = next((encoding for mark, encoding in _MARKS if first.startswith(mark)), "")
    if marked == "utf-32":
        raise refuse("PBR409", f"{name} is UTF-32 text", _SAVE, Place(name, 1))
    if declared and marked and marked != declared:
        says = f"the contract says that {name} is {_CALLED[declared]}, and the file begins with the mark of {_CALLED[marked]}"
        raise refuse("PBR409", says, f"save it as {_CALLED[declared]}, or correct `encoding` in the contract's layout", Place(name, 1))
    if declared == "utf-16" and not marked and first and _looks_like_utf8(path):
        says = f"the contract says that {name} is UTF-16, and it looks like UTF-8: it has no mark, and none of the NUL bytes that UTF-16 is full of"
        raise refuse("PBR409", says, "take `encoding` out of the contract's layout, or save the file as UTF-16", Place(name, 1))
    if declared == "utf-16" and not marked and first:
        says = f"the contract says that {name} is UTF-16, and the file does not begin with a mark that tells the order of its bytes"
        raise refuse("PBR409", says, "save it as UTF-16 with a mark (Excel: Unicode Text), or as CSV UTF-8", Place(name, 1))
    return declared or marked


def _looks_like_utf8(path: Path) -> bool:
    """By its first bytes. UTF-16 has a NUL byte in every comma and line end, and every Latin letter."""
    with path.open("rb") as file:
        first = file.read(_PIECE)
    if b"\0" in first:
        return False
    try:
        codecs.getincrementaldecoder("utf-8")("strict").decode(first)  # a character may be cut off at the end
    except UnicodeDecodeError:
        return False
    return True


def not_utf8(path: Path, name: str, at: int, how: str) -> Refused:
    """What to raise when the byte at ``at`` is not UTF-8. ``how``: why it should be, to begin the sentence."""
    line, byte = _line_of(path, at)
    says = f"{how}, and byte {at + 1:,} of {name} is not: {byte:#04x} on line {line}"
    return refuse("PBR409", says, "save it as CSV UTF-8, or say its encoding in the contract's layout", Place(name, line))


def as_windows(path: Path, name: str, at: int) -> Note:
    """The finding for a file that was read as Windows-1252 though nobody says it is."""
    line, byte = _line_of(path, at)
    says = f"{name} is not UTF-8 (byte {byte:#04x} on line {line}) and was read as Windows-1252: look at its accents and pound signs"
    return Note("PBR480", line, "", says)


def transcode(path: Path, name: str, encoding: str, target: Path, says_so: bool) -> str:
    """Writes the text as UTF-8 to ``target``, its line ends as they are; gives the digest of ``path``. ``says_so``: the encoding is the
    contract's or the mark's, not assumed. Raises Refused PBR409 with the line; OSError."""
    digest, decoder, lines = hashlib.sha256(), codecs.getincrementaldecoder(_PYTHON[encoding])("strict"), 1
    read = 0
    with path.open("rb") as source, target.open("w", encoding="utf-8", newline="") as out:
        while True:
            data = source.read(_PIECE)
            digest.update(data)
            held = len(decoder.getstate()[0])
            try:
                text = decoder.decode(data, final=not data)
            except UnicodeDecodeError as error:
                good = error.object[: error.start].decode(error.encoding, "ignore")
                byte, at = error.object[error.start], read - held + error.start + 1
                line = lines + good.count("\n")
                if says_so:
                    says = f"{name} is {_CALLED[encoding]} text, and byte {at:,} ({byte:#04x}, on line {line}) does not fit: {_why(error)}"
                else:
                    says = f"{name} is neither UTF-8 nor Windows-1252: byte {byte:#04x} on line {line} stands for nothing in either"
                raise refuse("PBR409", says, _SAVE, Place(name, line)) from error
            if not data:
                return digest.hexdigest()
            out.write(text)
            lines += text.count("\n")
            read += len(data)


def _why(error: UnicodeDecodeError) -> str:
    return {"character maps to <undefined>": "it stands for nothing there", "truncated data": "the file ends within a character"}.get(
        error.reason, error.reason
    )


def _line_of(path: Path, at: int) -> tuple[int, int]:
    """The line of the byte at ``at``, and the byte."""
    line = 1
    with path.open("rb") as file:
        left = at
        while left > 0 and (data := file.read(min(left, _PIECE))):
            line += data.count(b"\n")
            left -= len(data)
        byte = file.read(1)
    return line, byte[0] if byte else 0
