"""Signed notes, as C2SP signed-note says: a text, an empty line, and lines ``— name base64(key ID and signature)``.

Keys are those of :mod:`pbr.platform.vkeys`, named here too.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass

from pbr.platform.vkeys import NOTE, NoKey, SigningKey, VerifierKey, name_trouble, read_base64, read_vkey

__all__ = [
    "LONGEST",
    "MOST_LINES",
    "NoKey",
    "NotANote",
    "Note",
    "SignatureLine",
    "SigningKey",
    "VerifierKey",
    "read_note",
    "read_vkey",
    "sign_note",
]

LONGEST = 262_144  # bytes of a note
MOST_LINES = 64  # signature lines
_MARK = "— "


class NotANote(ValueError):
    """The bytes are no signed note. The message says why, as a sentence without a full stop."""


@dataclass(frozen=True)
class SignatureLine:
    """``id``: the four bytes of the key's ID. ``signature``: what follows them, in a form that the type of the key decides."""

    name: str
    id: bytes
    signature: bytes

    def __str__(self) -> str:
        return f"{_MARK}{self.name} {base64.b64encode(self.id + self.signature).decode()}"

    def is_by(self, key: VerifierKey) -> bool:
        """Whether it says that this key made it; not yet whether it did."""
        return self.name == key.name and self.id == key.id


@dataclass(frozen=True)
class Note:
    """``text`` ends with a newline; it is what is signed."""

    text: str
    signatures: tuple[SignatureLine, ...]

    def __bytes__(self) -> bytes:
        return (self.text + "\n" + "".join(f"{line}\n" for line in self.signatures)).encode()

    def by(self, key: VerifierKey) -> list[SignatureLine]:
        """The lines that name this key."""
        return [line for line in self.signatures if line.is_by(key)]


def sign_note(text: str, key: SigningKey) -> SignatureLine:
    """A signature of type 0x01 of a note's text. ValueError for a key of another type."""
    if key.kind != NOTE:
        raise ValueError(f"a note is signed with a key of type 0x01, not 0x{key.kind:02x}")
    return SignatureLine(key.name, key.verifier.id, key.sign(text.encode()))


def verifies(text: str, line: SignatureLine, key: VerifierKey) -> bool:
    """Whether ``line`` is a signature of type 0x01 of this text by this key."""
    return key.kind == NOTE and line.is_by(key) and key.verifies(line.signature, text.encode())


def read_note(data: bytes) -> Note:
    """The note that ``data`` is. Its signatures are taken apart and none of them is checked. Raises NotANote."""
    if len(data) > LONGEST:
        raise NotANote(f"it has {len(data):,} bytes, and at most {LONGEST:,} are read")
    try:
        whole = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotANote(f"it is not UTF-8 (byte {error.start:,})") from None
    if any(letter < " " and letter != "\n" for letter in whole):
        raise NotANote("it has a control character in it")
    text, found, rest = whole.rpartition("\n\n")
    if not found:
        raise NotANote("it has no empty line between text and signatures")
    if not rest:
        raise NotANote("it has no signature")
    if not rest.endswith("\n"):
        raise NotANote("its last line does not end: it has been cut short")
    lines = rest[:-1].split("\n")
    if len(lines) > MOST_LINES:
        raise NotANote(f"it has {len(lines):,} signature lines, and at most {MOST_LINES} are read")
    return Note(text + "\n", tuple(_line(line, number) for number, line in enumerate(lines, 1)))


def _line(text: str, number: int) -> SignatureLine:
    name, space, encoded = text.removeprefix(_MARK).partition(" ")
    data = read_base64(encoded)
    if not text.startswith(_MARK) or not space or name_trouble(name) or data is None or len(data) < 5:
        raise NotANote(f"its signature line {number} is not a dash, a name and base64")
    return SignatureLine(name, data[:4], data[4:])
