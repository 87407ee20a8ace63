"""Pseudonyms of persons: HMAC-SHA-256 under a key that the commissioner keeps. Without a key there are none: a plain hash of an identifier can be guessed.

A key is a file ``NAME.pseudonyms`` in the folder of keys: 64 digits of hex and a newline, mode 0600. It signs nothing and has no public half.
Codes: PBR657 to PBR659.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from pbr.platform.files import Files
from pbr.problem import Place, refuse

ENDING = ".pseudonyms"
KEY = re.compile(rb"([0-9a-f]{64})\n")
SECRET = 32  # bytes
SHOWN = 32  # hex digits of a pseudonym
LONGEST = 200  # letters of the file's name


@dataclass(frozen=True)
class PseudonymKey:
    """``secret``: 32 bytes, shown nowhere."""

    name: str
    secret: bytes = field(repr=False)

    @property
    def key_id(self) -> str:
        """What tells which key pseudonyms were made with, and nothing about it: 8 digits of hex."""
        return hmac.new(self.secret, b"key id", hashlib.sha256).hexdigest()[:8]

    def __call__(self, text: str) -> str:
        """The pseudonym of an identifier: the same text has the same one in every table and every pack under this key."""
        return hmac.new(self.secret, b"pseudonym\n" + text.encode(), hashlib.sha256).hexdigest()[:SHOWN]


def pseudonym_path(folder: Path, name: str) -> Path:
    """Where the key of this name is, in the folder of keys."""
    escaped = quote(name, safe="", errors="replace")
    return folder / f"{'%2E' + escaped[1:] if escaped.startswith('.') else escaped}{ENDING}"


def new_pseudonym_key(folder: Path, name: str, files: Files, random: Callable[[int], bytes]) -> PseudonymKey:
    """Makes a key and keeps it in ``folder``, which is there. Raises Refused PBR659 where the name is taken or cannot be a file's."""
    path = pseudonym_path(folder, name)
    if not name or len(path.name) > LONGEST:
        raise refuse(
            "PBR659", f"A key for pseudonyms cannot be called {name!r}.", "Choose a short name: an office, not a person.", Place(str(path))
        )
    key = PseudonymKey(name, random(SECRET))
    try:
        files.write(path, key.secret.hex().encode() + b"\n", private=True, new=True)
    except FileExistsError:
        says = f"There is a key {name!r} for pseudonyms already; a key is never written over."
        raise refuse("PBR659", says, "Choose another name, or move the old key away yourself.", Place(str(path))) from None
    files.fsync(path)
    files.fsync(folder)
    return key


def read_pseudonym_key(folder: Path, name: str, files: Files) -> PseudonymKey:
    """Raises Refused PBR657 where there is no such key, PBR658 where its file is open to others or is no key."""
    path = pseudonym_path(folder, name)
    place = Place(str(path))
    if not files.exists(path):
        hint = "Make one with `pbr key new NAME --for pseudonyms`, and keep it: the same person has the same pseudonym under the same key."
        raise refuse("PBR657", f"There is no key {name!r} for pseudonyms.", hint, place)
    if files.open_to(path):
        raise refuse(
            "PBR658", "Others than its owner may read this key.", f"Close it (chmod 600 {path}), and think of who may have read it.", place
        )
    found = KEY.fullmatch(files.read_bytes(path)) if not files.is_folder(path) and files.size(path) == 2 * SECRET + 1 else None
    if found is None:
        says = "This is not a key for pseudonyms: it should be 64 digits of hex and nothing else."
        raise refuse("PBR658", says, "Take it from a copy. A new key gives other pseudonyms.", place)
    return PseudonymKey(name, bytes.fromhex(found[1].decode()))
