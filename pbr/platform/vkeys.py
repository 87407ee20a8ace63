"""Keys as C2SP signed-note writes them: a public one as a *vkey*, ``name+ID+base64``, a secret one as ``PRIVATE+KEY+name+ID+base64``.

What base64 holds is one byte, the type of signature, and the key. The ID is the first four bytes of a SHA-256 of name, type and public key.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field

from pbr.platform.signing import ED25519, ML_DSA_44, PUBLIC, SEED, key_trouble, public_key, sign, verifies

# Types of signature.
NOTE = 0x01  # Ed25519 over a note's text, and over entries
COSIGNATURE = 0x04  # Ed25519 over a checkpoint and a time
COSIGNATURE_ML_DSA = 0x06  # ML-DSA-44 over a tree and a time, and over entries
ALGORITHMS = {NOTE: ED25519, COSIGNATURE: ED25519, COSIGNATURE_ML_DSA: ML_DSA_44}

# What Unicode calls White_Space. str.isspace has four control characters more, and those cannot stand in a note anyhow.
SPACES = frozenset(
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)
_SECRET = "PRIVATE+KEY+"


class NoKey(ValueError):
    """The text is no key, or a key under which a signature proves nothing. The message says why, as a sentence without a full stop."""


def name_trouble(name: str) -> str | None:
    """Why a key cannot have this name, in words that follow "the name"; None where it can."""
    if not name:
        return "is empty"
    if "+" in name:
        return "has a plus sign in it"
    if any(letter in SPACES for letter in name):
        return "has a space in it"
    if any(letter < " " for letter in name):
        return "has a control character in it"
    return None


def key_id(name: str, kind: int, public: bytes) -> bytes:
    """The four bytes of a key's ID."""
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


@dataclass(frozen=True)
class VerifierKey:
    """A public key that signatures can be checked with: it is canonical and not of low order. ``kind``: the type of signature."""

    name: str
    kind: int
    public: bytes

    def __post_init__(self) -> None:
        if trouble := name_trouble(self.name):
            raise NoKey(f"the key's name {trouble}")
        if self.kind not in ALGORITHMS:
            raise NoKey(f"the key is for signatures of type 0x{self.kind:02x}, which are not used here")
        if trouble := key_trouble(self.algorithm, self.public):
            raise NoKey(f"the key {trouble}")

    @property
    def algorithm(self) -> str:
        return ALGORITHMS[self.kind]

    @property
    def id(self) -> bytes:
        return key_id(self.name, self.kind, self.public)

    @property
    def keyid(self) -> str:
        """The vkey up to its second plus: how an entry names it."""
        return f"{self.name}+{self.id.hex()}"

    def __str__(self) -> str:
        return f"{self.keyid}+{base64.b64encode(bytes([self.kind]) + self.public).decode()}"

    def verifies(self, signature: bytes, message: bytes) -> bool:
        return verifies(self.algorithm, self.public, signature, message)


@dataclass(frozen=True)
class SigningKey:
    """A secret key. ``repr`` does not show it; only ``secret_text`` does, for the file that it is kept in."""

    name: str
    kind: int
    seed: bytes = field(repr=False)
    verifier: VerifierKey = field(init=False, compare=False)

    def __post_init__(self) -> None:
        if self.kind not in ALGORITHMS:
            raise NoKey(f"the key is for signatures of type 0x{self.kind:02x}, which are not used here")
        if len(self.seed) != SEED:
            raise NoKey(f"the secret key has {len(self.seed)} bytes, and {SEED} are needed")
        object.__setattr__(self, "verifier", VerifierKey(self.name, self.kind, public_key(ALGORITHMS[self.kind], self.seed)))

    def sign(self, message: bytes) -> bytes:
        return sign(ALGORITHMS[self.kind], self.seed, message)

    def secret_text(self) -> str:
        return f"{_SECRET}{self.verifier.keyid}+{base64.b64encode(bytes([self.kind]) + self.seed).decode()}"


def new_key(name: str, kind: int, random: Callable[[int], bytes]) -> SigningKey:
    """A new key. ``random(n)``: n bytes that nobody else can guess. Raises NoKey for a name that no key can have."""
    return SigningKey(name, kind, random(SEED))


def read_vkey(text: str) -> VerifierKey:
    """The key that a vkey writes. Raises NoKey: the text is none, its ID is not its own, or the key is refused."""
    name, kind, key, stated = _parts(text, "vkey")
    if kind in ALGORITHMS and len(key) != PUBLIC[ALGORITHMS[kind]]:
        raise NoKey(f"the key has {len(key):,} bytes, and {ALGORITHMS[kind]} has {PUBLIC[ALGORITHMS[kind]]:,}")
    if key_id(name, kind, key).hex() != stated:
        raise NoKey(f"the key's ID is {stated}, and its name and bytes give {key_id(name, kind, key).hex()}")
    return VerifierKey(name, kind, key)


def read_secret(text: str) -> SigningKey:
    """The secret key that a line of a key's file writes. Raises NoKey; the message never shows the key."""
    if not text.startswith(_SECRET):
        raise NoKey("it does not begin with PRIVATE+KEY+")
    name, kind, seed, stated = _parts(text.removeprefix(_SECRET), "secret key")
    key = SigningKey(name, kind, seed)
    if key.verifier.id.hex() != stated:
        raise NoKey(f"the key's ID is {stated}, and its name and bytes give {key.verifier.id.hex()}")
    return key


def _parts(text: str, what: str) -> tuple[str, int, bytes, str]:
    parts = text.split("+", 2)  # base64 has plus signs of its own
    if len(parts) != 3:
        raise NoKey(f"a {what} has three parts with plus signs between them")
    name, stated, encoded = parts
    if len(stated) != 8 or any(letter not in "0123456789abcdef" for letter in stated):
        raise NoKey("the key's ID is not eight digits of hex in lower case")
    data = read_base64(encoded)
    if data is None or len(data) < 2:
        raise NoKey("what stands after the second plus is not base64 of a type and a key")
    return name, data[0], data[1:], stated


def read_base64(text: str) -> bytes | None:
    """What ``text`` encodes, or None where it is not base64 with padding, exactly as it would be encoded again."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if base64.b64encode(data).decode() == text else None
