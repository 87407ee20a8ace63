"""Checkpoints (C2SP tlog-checkpoint) and cosignatures on them (tlog-cosignature): who says that a log had this tree at what time."""

from __future__ import annotations

import base64
from dataclasses import dataclass

from pbr.log.notes import NotANote, Note, SignatureLine, SigningKey, VerifierKey, read_note, sign_note, verifies
from pbr.log.tree import HASH
from pbr.platform.vkeys import COSIGNATURE, COSIGNATURE_ML_DSA, NOTE, name_trouble, read_base64

LARGEST = 2**53 - 1  # the largest size: what JavaScript counts exactly
LATEST = 2**63 - 1  # the latest time of a cosignature, in seconds since 1970
LONGEST_NAME = 255  # bytes of a name or origin that an ML-DSA cosignature can hold
_SUBTREE = b"subtree/v1\n\0"


class NotACheckpoint(ValueError):
    """The bytes are no checkpoint. The message says why, as a sentence without a full stop."""


@dataclass(frozen=True)
class Checkpoint:
    """What is signed: a log's origin, how many entries it has, and the root of its tree (32 bytes)."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


@dataclass(frozen=True)
class SignedCheckpoint:
    """A checkpoint with the signature lines that stand under it. Whether they are any good is asked of :func:`signed_by`."""

    checkpoint: Checkpoint
    signatures: tuple[SignatureLine, ...]

    @property
    def note(self) -> Note:
        return Note(self.checkpoint.text, self.signatures)

    def __bytes__(self) -> bytes:
        return bytes(self.note)


def origin_trouble(origin: str) -> str | None:
    """Why a log cannot have this origin, in words that follow "the origin"; None where it can. It is the name of the log's keys too."""
    if trouble := name_trouble(origin):
        return trouble
    if len(origin.encode()) > LONGEST_NAME:
        return f"has {len(origin.encode()):,} bytes, and at most {LONGEST_NAME} fit"
    return None


def read_checkpoint(data: bytes) -> SignedCheckpoint:
    """The checkpoint that ``data`` is, with its signatures not checked. Raises NotACheckpoint."""
    try:
        note = read_note(data)
    except NotANote as trouble:
        raise NotACheckpoint(str(trouble)) from None
    return SignedCheckpoint(read_text(note.text), note.signatures)


def read_text(text: str) -> Checkpoint:
    """The checkpoint that a note's text says. Raises NotACheckpoint: it has exactly three lines, none of them empty."""
    lines = text.split("\n")
    if len(lines) != 4 or lines[3]:
        raise NotACheckpoint(f"its text has {text.count(chr(10))} lines, and a checkpoint has three: origin, size, root")
    origin, size, root = lines[:3]
    if not origin:
        raise NotACheckpoint("its first line, the origin, is empty")
    if not size.isascii() or not size.isdigit() or len(size) > 16 or str(int(size)) != size or int(size) > LARGEST:
        raise NotACheckpoint("its second line, the size, is not a whole number below 2^53 without zeroes before it")
    data = read_base64(root)
    if data is None or len(data) != HASH:
        raise NotACheckpoint("its third line, the root, is not base64 of 32 bytes")
    return Checkpoint(origin, int(size), data)


def cosign(checkpoint: Checkpoint, key: SigningKey, time: int) -> SignatureLine:
    """A cosignature of type 0x04 or 0x06. ``time``: seconds since 1970, from 0. ValueError for a key or a time of another kind."""
    if not 0 <= time <= LATEST:
        raise ValueError(f"{time} is no time of a cosignature")
    message = _cosigned(checkpoint, key.verifier, time)
    return SignatureLine(key.name, key.verifier.id, time.to_bytes(8, "big") + key.sign(message))


def cosigned_at(checkpoint: Checkpoint, line: SignatureLine, key: VerifierKey) -> int | None:
    """The time, in seconds since 1970, of a cosignature by this key that verifies; None where it does not."""
    if not line.is_by(key) or key.kind == NOTE or len(line.signature) < 8:
        return None
    if key.kind == COSIGNATURE_ML_DSA and max(len(name.encode()) for name in (key.name, checkpoint.origin)) > LONGEST_NAME:
        return None  # no such cosignature can be made
    time = int.from_bytes(line.signature[:8], "big")
    if time > LATEST or not key.verifies(line.signature[8:], _cosigned(checkpoint, key, time)):
        return None
    return time


def signed_by(checkpoint: Checkpoint, line: SignatureLine, key: VerifierKey) -> bool:
    """Whether ``line`` is a signature or cosignature of this checkpoint by this key, of whichever type the key is for."""
    if key.kind == NOTE:
        return verifies(checkpoint.text, line, key)
    return cosigned_at(checkpoint, line, key) is not None


def sign_checkpoint(checkpoint: Checkpoint, keys: tuple[SigningKey, ...], time: int) -> SignedCheckpoint:
    """The checkpoint with the log's own signatures: a note signature by its Ed25519 key, a cosignature by its ML-DSA key."""
    lines = (sign_note(checkpoint.text, key) if key.kind == NOTE else cosign(checkpoint, key, time) for key in keys)
    return SignedCheckpoint(checkpoint, tuple(lines))


def with_signature(signed: SignedCheckpoint, line: SignatureLine) -> SignedCheckpoint:
    """With one more signature line; a line of the same key gives way to it."""
    kept = tuple(other for other in signed.signatures if (other.name, other.id) != (line.name, line.id))
    return SignedCheckpoint(signed.checkpoint, (*kept, line))


def subtree_message(name: str, time: int, origin: str, start: int, end: int, root: bytes) -> bytes:
    """What an ML-DSA-44 cosignature signs. ValueError for a name or an origin that has no place in it."""
    names = []
    for text in (name, origin):
        data = text.encode()
        if not 1 <= len(data) <= LONGEST_NAME:
            raise ValueError(f"a name of {len(data)} bytes does not fit in a cosignature")
        names.append(bytes([len(data)]) + data)
    return _SUBTREE + names[0] + time.to_bytes(8, "big") + names[1] + start.to_bytes(8, "big") + end.to_bytes(8, "big") + root


def _cosigned(checkpoint: Checkpoint, key: VerifierKey, time: int) -> bytes:
    if key.kind == COSIGNATURE:
        return f"cosignature/v1\ntime {time}\n{checkpoint.text}".encode()
    if key.kind == COSIGNATURE_ML_DSA:
        return subtree_message(key.name, time, checkpoint.origin, 0, checkpoint.size, checkpoint.root)
    raise ValueError(f"a key of type 0x{key.kind:02x} makes no cosignatures")
