"""Commitments: the digest of a document and 32 random bytes, so that a log can hold on to what it does not show.

Whoever has the opening (salt and document) can show that it was this document; whoever has not cannot find it out even by guessing.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from pbr.platform.canonical import canonical

LABEL: Final = b"pbr-log/1 commitment\n"
SALT: Final = 32  # bytes
_HEX = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Opening:
    """What shows a commitment. ``document`` is a map that canonical JSON can hold."""

    salt: bytes
    document: dict[str, Any]

    @property
    def commitment(self) -> str:
        """The commitment in hex."""
        return hashlib.sha256(LABEL + self.salt + canonical(self.document)).hexdigest()

    def to_json(self) -> dict[str, Any]:
        return {"salt": self.salt.hex(), "document": self.document}


def commit(document: dict[str, Any], random: Callable[[int], bytes]) -> Opening:
    """An opening with a fresh salt. ``random`` gives that many bytes that nobody can guess (``os.urandom``)."""
    salt = random(SALT)
    if len(salt) != SALT:
        raise ValueError("a salt has 32 bytes")
    return Opening(salt, document)


def read_opening(value: Any) -> Opening:
    """The opening that ``to_json`` wrote. Raises ValueError with a sentence when it is none."""
    if not isinstance(value, dict) or value.keys() != {"salt", "document"} or not isinstance(value["document"], dict):
        raise ValueError("an opening is a salt and a document")
    if not isinstance(value["salt"], str) or not _HEX.fullmatch(value["salt"]):
        raise ValueError("the salt of an opening is 64 digits of hex")
    return Opening(bytes.fromhex(value["salt"]), value["document"])
