#!/usr/bin/env python3
"""Checks logs (pbr-log/1), receipts, consistency proofs and evidence packs (pbr-pack/1) from their written description alone.

One file, Python 3.11 or newer, nothing but the standard library. `cryptography` is loaded where a signature is checked; without it
everything else is checked, and the answer says which signatures were not. Nothing is written but with --keep, and no link is followed
inside a folder that is checked. The headings quote docs/log-format.md, and from the pack on docs/pack-format.md: those pages are what
this file does.
"""

from __future__ import annotations

import argparse
import base64
import bisect
import hashlib
import io
import json
import os
import re
import stat
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from fractions import Fraction
from functools import lru_cache
from json.encoder import encode_basestring
from typing import Any

NOTE_LIMIT = 262_144  # bytes of a checkpoint or a proof
POLICY_LIMIT = 262_144
LINES_LIMIT = 64  # signature lines of a checkpoint
ENTRY_LIMIT = 65_535
WIDTH = 256  # hashes of a full tile, entries of a full bundle
BUNDLE_LIMIT = WIDTH * (ENTRY_LIMIT + 2)
WHOLE = 1 << 53  # whole numbers stay below this
FINDINGS = 1000
DEPTH = 100  # maps and lists within each other

ED25519, COSIGNATURE, ML_DSA = 0x01, 0x04, 0x06
KEY_LENGTHS = {ED25519: 32, COSIGNATURE: 32, ML_DSA: 1312}


class Malformed(ValueError):
    """What was read is not what the page describes. Becomes a finding."""


class Misuse(Exception):
    """What the reader gave cannot be used: exit code 1, no finding."""


class Unchecked(Exception):
    """The algorithm of a signature is not to be had on this machine."""


def need(condition: object, says: str) -> None:
    if not condition:
        raise Malformed(says)


# ---- "Words": hex, base64, canonical JSON, times ---------------------------------------------------------------------------------


def unbase64(text: object) -> bytes:
    """RFC 4648 section 4, with padding, and nothing that decodes otherwise than back to itself."""
    try:
        data = base64.b64decode(str(text).encode("ascii"), validate=True)
    except ValueError:
        raise Malformed("not base64") from None
    need(base64.b64encode(data).decode() == text, "base64 that is not as it should be written")
    return data


def is_hex(value: object, length: int) -> bool:
    return isinstance(value, str) and len(value) == length and re.fullmatch(r"[0-9a-f]*", value) is not None


def is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < WHOLE


def decimal(text: str) -> int:
    """A whole number below 2^53 in ASCII digits, without leading zeroes."""
    need(re.fullmatch(r"0|[1-9][0-9]{0,15}", text) and int(text) < WHOLE, "not a whole number below 2^53")
    return int(text)


def seconds(value: object) -> int:
    """A time, `2026-03-31T17:00:00Z`: UTC, whole seconds, a real date of the years 1970 to 9999. Given as seconds since 1970."""
    match = re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})Z", str(value))
    if match is None:
        raise Malformed("not a time")
    year, month, day, hour, minute, second = (int(part) for part in match.groups())
    try:
        since = datetime(year, month, day, hour, minute, second, tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    except ValueError:
        raise Malformed("not a real date and time") from None
    need(year >= 1970, "a year before 1970")
    return since.days * 86_400 + since.seconds


def _members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    need(len(members) == len(pairs), "a member of a map is there twice")
    return members


def _whole(text: str) -> int:
    need(len(text) <= 17 and abs(int(text)) < WHOLE, "a number of 2^53 or more")
    return int(text)


def _refused(text: str) -> object:
    raise Malformed("a number that is not whole")


def _loads(data: bytes) -> Any:
    try:
        return json.loads(data.decode("utf-8"), object_pairs_hook=_members, parse_int=_whole, parse_float=_refused, parse_constant=_refused)
    except RecursionError:
        raise Malformed("nested too deeply") from None
    except ValueError as error:
        raise error if isinstance(error, Malformed) else Malformed("not JSON in UTF-8") from None


def parse_json(data: bytes) -> Any:
    """JSON that need not be canonical: no doubled members, no numbers that are not whole, at most 100 deep, texts that are UTF-8."""
    value, depth = _loads(data), 0
    level = [value]
    while level:
        need(depth <= DEPTH, "nested too deeply")
        need(not any(isinstance(item, str) and not is_text(item) for item in level), "a lone surrogate")
        maps = [item for item in level if isinstance(item, dict)]
        lists = [item for item in level if isinstance(item, list)]
        level = [part for item in maps for pair in item.items() for part in pair] + [part for item in lists for part in item]
        depth += bool(maps or lists)
    return value


def is_text(value: str) -> bool:
    """Half of a pair of surrogates cannot be written in UTF-8."""
    return re.search("[\ud800-\udfff]", value) is None


def canonical(value: object, depth: int = 0) -> str:
    """RFC 8785; there are no numbers in it but whole ones from 0 to 2^53 - 1. (As text: a lone surrogate fails when it is encoded.)"""
    if isinstance(value, str):
        return encode_basestring(value)
    if value is None or isinstance(value, bool):
        return "null" if value is None else "true" if value else "false"
    if isinstance(value, int):
        need(0 <= value < WHOLE, "a number that is not from 0 to 2^53 - 1")
        return str(value)
    need(depth < DEPTH, "nested too deeply")
    if isinstance(value, list):
        return "[" + ",".join([canonical(item, depth + 1) for item in value]) + "]"
    need(isinstance(value, dict), "no value of canonical JSON")
    assert isinstance(value, dict)
    try:  # names are ordered by their UTF-16 units
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
    except UnicodeEncodeError:
        raise Malformed("a lone surrogate") from None
    return "{" + ",".join([f"{encode_basestring(name)}:{canonical(value[name], depth + 1)}" for name in names]) + "}"


def parse_canonical(data: bytes) -> Any:
    """Byte for byte: parse it, write it canonically again, compare."""
    value = _loads(data)
    try:
        need(canonical(value).encode("utf-8") == data, "JSON that is not canonical")
    except UnicodeEncodeError:
        raise Malformed("a lone surrogate") from None
    return value


def members(value: object, *names: str) -> dict[str, Any]:
    """A map that has these members, all of them and no others."""
    need(isinstance(value, dict) and set(value) == set(names), f"not a map of {', '.join(names)}")
    assert isinstance(value, dict)
    return value


# ---- "the Merkle tree of RFC 6962 section 2.1 (SHA-256)" -------------------------------------------------------------------------

EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """A tree that grows leaf by leaf: it keeps the roots of the full subtrees of which its size is the sum, largest first."""

    def __init__(self) -> None:
        self.size = 0
        self.peaks: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        node, rest = leaf, self.size
        while rest & 1:
            node, rest = node_hash(self.peaks.pop(), node), rest >> 1
        self.peaks.append(node)
        self.size += 1

    def root(self) -> bytes:
        if not self.peaks:
            return EMPTY_ROOT
        node = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            node = node_hash(peak, node)
        return node


def tree_root(leaf_hashes: Iterable[bytes]) -> bytes:
    tree = Tree()
    for leaf in leaf_hashes:
        tree.add(leaf)
    return tree.root()


def check_inclusion(index: int, size: int, leaf: bytes, hashes: list[bytes], root: bytes) -> bool:
    """RFC 9162 section 2.1.3.2."""
    if not 0 <= index < size or any(len(item) != 32 for item in (leaf, root, *hashes)):
        return False
    number, last, node = index, size - 1, leaf
    for item in hashes:
        if last == 0:
            return False
        if number & 1 or number == last:
            node = node_hash(item, node)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            node = node_hash(node, item)
        number, last = number >> 1, last >> 1
    return last == 0 and node == root


def check_consistency(size1: int, size2: int, root1: bytes, root2: bytes, hashes: list[bytes]) -> bool:
    """RFC 9162 section 2.1.4.2. From size 0 anything follows, and between equal sizes the roots are equal; neither has hashes."""
    if not 0 <= size1 <= size2 or any(len(item) != 32 for item in (root1, root2, *hashes)):
        return False
    if size1 == 0 or size1 == size2:
        return not hashes and (size1 != size2 or root1 == root2)
    path = list(hashes)
    if size1 & (size1 - 1) == 0:  # a power of two: its root is a node of the newer tree, and is left out of the proof
        path.insert(0, root1)
    if not path:
        return False
    number, last = size1 - 1, size2 - 1
    while number & 1:
        number, last = number >> 1, last >> 1
    old = new = path[0]
    for item in path[1:]:
        if last == 0:
            return False
        if number & 1 or number == last:
            old, new = node_hash(item, old), node_hash(item, new)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            new = node_hash(new, item)
        number, last = number >> 1, last >> 1
    return last == 0 and old == root1 and new == root2


# ---- "A key is refused when its vkey's key ID is not the one its name and key give, or ..." --------------------------------------

# Points of low order: 8P is the identity. Under them a signature proves nothing.
LOW_ORDER = {
    bytes.fromhex(text + last)
    for text, *lasts in (
        ("01" + "00" * 30, "00", "80"),
        ("ec" + "ff" * 30, "7f", "ff"),
        ("00" * 31, "00", "80"),
        ("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc", "05", "85"),
        ("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03", "7a", "fa"),
    )
    for last in lasts
}


def refused(public: bytes) -> bool:
    """Not canonical (its low 255 bits are 2^255 - 19 or more), or of low order."""
    return int.from_bytes(public, "little") % (1 << 255) >= (1 << 255) - 19 or public in LOW_ORDER


@lru_cache(maxsize=1024)
def _public_key(kind: int, public: bytes) -> Any:
    """The key as `cryptography` has it; None for bytes that are no key."""
    try:
        if kind == ML_DSA:
            from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

            return MLDSA44PublicKey.from_public_bytes(public)
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        return Ed25519PublicKey.from_public_bytes(public)
    except ValueError:
        return None
    except ImportError:
        raise Unchecked from None
    except Exception as error:  # UnsupportedAlgorithm: its class cannot be named without the library
        raise Unchecked from error


@lru_cache(maxsize=8192)  # what stands in many logs of a batch is checked once
def _verifies(kind: int, public: bytes, message: bytes, signature: bytes) -> bool:
    key = _public_key(kind, public)
    if key is None:
        return False
    from cryptography.exceptions import InvalidSignature

    try:
        key.verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def check_ed25519(public: bytes, message: bytes, signature: bytes) -> bool:
    """RFC 8032, under a key that is not refused. Raises Unchecked without `cryptography`."""
    if len(public) != 32 or len(signature) != 64 or refused(public):
        return False
    return _verifies(ED25519, public, message, signature)


def check_ml_dsa(public: bytes, message: bytes, signature: bytes) -> bool:
    return len(public) == 1312 and len(signature) == 2420 and _verifies(ML_DSA, public, message, signature)


# ---- C2SP `signed-note` and `tlog-cosignature` -----------------------------------------------------------------------------------

# What no name of a key may hold: a plus, control characters, and the spaces of Unicode.
NO_NAME = re.compile("[+\x00- \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")


def is_key_name(name: str) -> bool:
    return name != "" and NO_NAME.search(name) is None


@dataclass(frozen=True)
class Key:
    """A vkey. `id` is 4 bytes; `public` is without the byte of its type."""

    name: str
    id: bytes
    kind: int
    public: bytes

    @property
    def keyid(self) -> str:
        return f"{self.name}+{self.id.hex()}"


@lru_cache(maxsize=1024)
def parse_vkey(text: str) -> Key:
    parts = text.split("+", 2)
    need(len(parts) == 3 and is_key_name(parts[0]) and is_hex(parts[1], 8), "not a vkey")
    name, key_id, data = parts[0], bytes.fromhex(parts[1]), unbase64(parts[2])
    need(data and len(data) - 1 == KEY_LENGTHS.get(data[0]), "a vkey of an unknown type or a wrong length")
    try:
        right = hashlib.sha256(name.encode("utf-8") + b"\n" + data).digest()[:4]
    except UnicodeEncodeError:
        raise Malformed("a vkey whose name is not UTF-8") from None
    need(right == key_id, "a vkey whose key ID is not that of its name and key")
    need(data[0] == ML_DSA or not refused(data[1:]), "an Ed25519 key under which a signature proves nothing")
    return Key(name, key_id, data[0], data[1:])


def need_distinct(keys: list[Key]) -> None:
    """Two different vkeys with the same name and key ID are refused in one policy, or in one entry's `keys`."""
    need(len({key.keyid for key in keys}) == len(set(keys)), "two different keys with the same name and key ID")


@dataclass(frozen=True)
class Line:
    """A signature line of a note."""

    name: str
    id: bytes
    signature: bytes


@dataclass(frozen=True)
class Note:
    text: bytes
    lines: tuple[Line, ...]


def parse_note(data: bytes) -> Note:
    need(len(data) <= NOTE_LIMIT, "a note that is too long")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        raise Malformed("a note that is not UTF-8") from None
    need(not re.search(rb"[\x00-\x09\x0b-\x1f]", data), "a note with control characters")
    text, blank, signatures = data.rpartition(b"\n\n")
    need(blank and signatures.endswith(b"\n"), "a note without signature lines")
    lines = []
    for line in signatures.decode("utf-8")[:-1].split("\n"):
        parts = line.split(" ")
        need(len(parts) == 3 and parts[0] == "\u2014" and is_key_name(parts[1]), "not a signature line")
        signature = unbase64(parts[2])
        need(len(signature) > 4, "a signature line without signature")
        lines.append(Line(parts[1], signature[:4], signature[4:]))
    need(len(lines) <= LINES_LIMIT, "too many signature lines")
    return Note(text + b"\n", tuple(lines))


def check_line(key: Key, note: Note, line: Line) -> tuple[bool | None, int]:
    """Whether a line holds under a key of its name and ID, and the time of a cosignature. None: not to be checked here."""
    time, message, signature = 0, note.text, line.signature
    try:
        if key.kind == ED25519:
            return check_ed25519(key.public, message, signature), 0
        time, signature = int.from_bytes(signature[:8], "big"), signature[8:]
        if len(signature) not in (64, 2420) or time >= 1 << 63:
            return False, 0
        if key.kind == COSIGNATURE:
            message = b"cosignature/v1\ntime %d\n" % time + note.text
            return check_ed25519(key.public, message, signature), time
        checkpoint = parse_checkpoint_text(note)
        name, origin = key.name.encode(), checkpoint.origin.encode()
        if len(name) > 255 or len(origin) > 255:
            return False, 0
        message = b"subtree/v1\n\0" + bytes([len(name)]) + name + time.to_bytes(8, "big") + bytes([len(origin)]) + origin
        message += bytes(8) + checkpoint.size.to_bytes(8, "big") + checkpoint.root  # start 0, end, hash
        return check_ml_dsa(key.public, message, signature), time
    except Unchecked:
        return None, time
    except Malformed:  # an ML-DSA cosignature of a note that is no checkpoint
        return False, 0


def open_note(data: bytes, keys: Iterable[Key]) -> tuple[bytes, list[str]]:
    """The text of a note, and the keyids that signed it. As signed-note says: refused if a known key's line fails, or none is there."""
    note, known, signers = parse_note(data), list(keys), []
    for line in note.lines:
        found = [key for key in known if (key.name, key.id) == (line.name, line.id)]
        if found:
            need(any(check_line(key, note, line)[0] for key in found), "a signature of a known key does not verify")
            signers.append(found[0].keyid)
    need(signers, "no signature of a known key")
    return note.text, signers


# ---- "The checkpoint": a signed note whose text has exactly three lines: origin, size, root in base64 ----------------------------


@dataclass(frozen=True)
class Checkpoint:
    origin: str
    size: int
    root: bytes
    note: Note
    data: bytes = b""


def parse_checkpoint_text(note: Note) -> Checkpoint:
    lines = note.text.decode("utf-8").split("\n")
    need(len(lines) == 4 and lines[3] == "", "a checkpoint that has not three lines")
    need(lines[0], "an origin that is empty")
    size, root = decimal(lines[1]), unbase64(lines[2])
    need(len(root) == 32, "a root that is not of 32 bytes")
    return Checkpoint(lines[0], size, root, note)


def parse_checkpoint(data: bytes) -> Checkpoint:
    return replace(parse_checkpoint_text(parse_note(data)), data=data)


# ---- C2SP `tlog-policy`: whom a reader trusts ------------------------------------------------------------------------------------


@dataclass
class Policy:
    logs: list[Key] = field(default_factory=list)
    witnesses: dict[str, Key] = field(default_factory=dict)
    groups: dict[str, tuple[int, list[str]]] = field(default_factory=dict)  # each refers to names before it only
    quorum: str = ""
    data: bytes = b""
    whose: str = "the policy given"

    def keyids(self) -> set[str]:
        return {key.keyid for key in [*self.logs, *self.witnesses.values()]}

    def met(self, cosigned: set[str]) -> bool:
        """Whether these witnesses are a quorum."""
        have = set(cosigned)
        for name, (enough, names) in self.groups.items():
            if len(have & set(names)) >= enough:
                have.add(name)
        return self.quorum == "none" or self.quorum in have


def parse_policy(data: bytes) -> Policy:
    need(not re.search(rb"[^\t\n\x20-\x7e\x80-\xff]", data), "a control character")
    policy = Policy(data=data)
    grouped: set[str] = set()
    try:
        lines = data.decode("utf-8").split("\n")
    except UnicodeDecodeError:
        raise Malformed("not UTF-8") from None
    for raw in lines:
        line = raw.strip(" \t")
        if not line or line.startswith("#"):
            continue
        words = re.split(r"[ \t]+", line)
        if words[0] == "log" and len(words) in (2, 3):
            key = parse_vkey(words[1])
            need(key.kind in (ED25519, ML_DSA), "a log's key of another type")
            need(key.public not in [other.public for other in policy.logs], "a log's key twice")
            policy.logs.append(key)
        elif words[0] == "witness" and len(words) in (3, 4):
            key = parse_vkey(words[2])
            need(key.kind in (COSIGNATURE, ML_DSA), "a witness's key of another type")
            need(key.public not in [other.public for other in policy.witnesses.values()], "a witness's key twice")
            need(words[1] not in ("none", *policy.witnesses, *policy.groups), "a name twice")
            policy.witnesses[words[1]] = key
        elif words[0] == "group" and len(words) >= 4:
            name, how, names = words[1], words[2], words[3:]
            need(name not in ("none", *policy.witnesses, *policy.groups), "a name twice")
            need(
                all(item in policy.witnesses or item in policy.groups for item in names), "a group of names that are not defined before it"
            )
            need(len(set(names)) == len(names) and not grouped & set(names), "a name in a group twice")
            grouped |= set(names)
            enough = {"all": len(names), "any": 1}.get(how) or decimal(how)
            need(1 <= enough <= len(names), "a group whose number cannot be reached")
            policy.groups[name] = (enough, names)
        elif words[0] == "quorum" and len(words) == 2:
            need(not policy.quorum, "two quorums")
            need(
                words[1] == "none" or words[1] in policy.witnesses or words[1] in policy.groups, "a quorum of a name not defined before it"
            )
            policy.quorum = words[1]
        else:
            raise Malformed(f"the line {raw[:60]!r}")
    need(policy.quorum, "no quorum")
    need_distinct([*policy.logs, *policy.witnesses.values()])
    return policy


# ---- Reading files: never through a link, never more than is wanted --------------------------------------------------------------


def open_plain(path: str, buffering: int = 0) -> Any:
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except (OSError, ValueError) as error:
        raise Malformed(f"cannot be opened ({getattr(error, 'strerror', None) or 'no such name'})") from None
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise Malformed("not a plain file")
    return os.fdopen(handle, "rb", buffering=buffering)


def read_start(path: str, limit: int) -> tuple[bytes, int]:
    """At most `limit` bytes of a plain file, and how long it is."""
    try:
        with open_plain(path) as file:
            size, parts, left = os.fstat(file.fileno()).st_size, [], limit
            while left and (part := file.read(min(left, 1 << 20))):
                parts.append(part)
                left -= len(part)
    except OSError as error:
        raise Malformed(f"cannot be read ({error.strerror})") from None
    data = b"".join(parts)
    return data, max(size, len(data))


def read_file(path: str, limit: int) -> bytes:
    data, size = read_start(path, limit)
    need(size <= limit, "too long")
    return data


def walk(folder: str) -> dict[str, str]:
    """Every file below a folder by its path with `/`: "file", or what is wrong with it. Empty folders too. Links are not followed."""
    found, todo = {}, [""]
    while todo:
        here = todo.pop()
        try:
            with os.scandir(os.path.join(folder, here)) as items:
                names = list(items)
        except OSError as error:
            found[here.rstrip("/")] = f"a folder that cannot be read ({error.strerror})"
            continue
        if not names and here:
            found[here.rstrip("/")] = "an empty folder"
        for item in names:
            if item.is_symlink():
                found[here + item.name] = "a link"
            elif item.is_dir(follow_symlinks=False):
                todo.append(f"{here}{item.name}/")
            else:
                found[here + item.name] = "file" if item.is_file(follow_symlinks=False) else "not a plain file"
    return found


# ---- "Findings have a class, and where they can have one an entry and a file" ----------------------------------------------------


@dataclass
class Finding:
    step: int
    kind: str
    says: str
    entry: int | None = None
    file: str | None = None
    key: str | None = None

    def printed(self) -> dict[str, object]:
        places = {"entry": self.entry, "file": None if self.file is None else utf8(self.file).decode(), "key": self.key}
        return {"class": self.kind, **{name: value for name, value in places.items() if value is not None}, "says": shown(self.says)}


@dataclass
class Report:
    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    assessments: list[dict[str, object]] = field(default_factory=list)
    origin: str | None = None
    size: int | None = None
    root: bytes | None = None
    witnessed: int | None = None
    proved: str = ""  # whose policy makes it verified, and what that does not rule out; empty: something is lacking
    unchecked: int = 0  # signatures of entries
    pack: bool = False
    assessment: dict[str, object] | None = None  # that of a pack

    def find(self, step: int, kind: str, says: str, entry: int | None = None, file: str | None = None, key: str | None = None) -> None:
        self.findings.append(Finding(step, kind, says, entry, file, key))

    def note(self, says: str) -> None:
        if says not in self.notes:
            self.notes.append(says)

    def verdict(self) -> str:
        """`broken` if there is a finding; `verified` if there is a reader's policy and it is witnessed; else `internally consistent`."""
        if self.findings:
            return "broken"
        return "verified" if self.proved else "internally consistent"

    def said(self) -> list[str]:
        return [*([self.proved] if self.verdict() == "verified" else []), *self.notes]

    def answer(self) -> dict[str, object]:
        """Findings in the order of the steps, then by entry, file and class; doubles are left out; the first 1,000 are kept."""
        self.findings.sort(
            key=lambda item: (item.step, -1 if item.entry is None else item.entry, utf8(item.file or ""), item.kind, item.key or "")
        )
        first = {(item.kind, item.entry, item.file, item.key): item for item in reversed(self.findings)}
        self.findings = [item for item in self.findings if first[item.kind, item.entry, item.file, item.key] is item][:FINDINGS]
        return {
            "verdict": self.verdict(),
            "origin": self.origin,
            "size": self.size,
            "root": None if self.root is None else self.root.hex(),
            "witnessed": self.witnessed,
            "findings": [item.printed() for item in self.findings],
            "assessments": self.assessments,
            "notes": [shown(text) for text in self.said()],
            **({"assessment": self.assessment} if self.pack else {}),
        }


def utf8(text: str) -> bytes:
    """A name of a file, with U+FFFD for what is not UTF-8."""
    return os.fsencode(text).decode("utf-8", "replace").encode("utf-8")


def shown(text: str) -> str:
    """Text that can be printed anywhere: names are other people's."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)


def take_checkpoint(report: Report, checkpoint: Checkpoint) -> None:
    report.origin, report.size, report.root, report.witnessed = checkpoint.origin, checkpoint.size, checkpoint.root, 0


# ---- "Checking a log", step 2. Signatures on the checkpoint ----------------------------------------------------------------------


@dataclass
class Judged:
    """What the keys of a policy say of a checkpoint."""

    logged: bool | None = False  # a valid Ed25519 signature by a log's key whose name is the origin; None: not checked
    witnesses: set[str] = field(default_factory=set)  # valid cosignatures
    maybe: set[str] = field(default_factory=set)  # cosignatures that could not be checked: they count as not there
    failed: list[str] = field(default_factory=list)  # keyids of lines that do not verify, or are of a key that they may not be of
    times: list[int] = field(default_factory=list)  # of valid cosignatures, where they say one
    unchecked: set[str] = field(default_factory=set)


def judge(checkpoint: Checkpoint, policy: Policy, own: Policy | None = None) -> Judged:
    """`own`: the log's own policy, which lists all keys whose signatures it carries."""
    judged = Judged()
    logs = {key.keyid: key for key in policy.logs}
    witnesses = {key.keyid: (name, key) for name, key in policy.witnesses.items()}
    for line in checkpoint.note.lines:
        keyid = f"{line.name}+{line.id.hex()}"
        name, key = ("", logs[keyid]) if keyid in logs else witnesses.get(keyid, ("", None))  # the log itself is no witness
        if key is None:
            if own is not None and keyid not in own.keyids():
                judged.failed.append(keyid)
            continue
        valid, time = check_line(key, checkpoint.note, line)
        if valid is False:
            judged.failed.append(keyid)
        elif valid is None:
            judged.unchecked.add(keyid)
        if name and valid is not False:
            (judged.witnesses if valid else judged.maybe).add(name)
            judged.times += [time] if valid and time else []
        elif key.kind == ED25519 and key.name == checkpoint.origin and valid is not False:
            judged.logged = True if valid else judged.logged or None
    return judged


def check_signatures(
    report: Report, step: int, checkpoint: Checkpoint, policy: Policy, file: str | None, own: Policy | None = None
) -> Judged:
    judged = judge(checkpoint, policy, own)
    if judged.logged is False:
        report.find(step, "unsigned", "no valid Ed25519 signature by a log's key of the policy", file=file)
    for keyid in judged.failed:
        report.find(step, "signature", f"the signature of {keyid} does not verify, or is of no known key", file=file)
    for keyid in sorted(judged.unchecked):
        report.note(f"not checked, for lack of the algorithm: the signature of {keyid} on the checkpoint")
    return judged


# ---- "Witnessed is a size", and "The verdict" ------------------------------------------------------------------------------------


def count_witnessed(report: Report, judged: Judged, policy: Policy, size: int) -> None:
    """The largest of the sizes at which a valid signature of the log and valid cosignatures that meet the quorum stand on one checkpoint.
    `policy`: the reader's."""
    if judged.logged and policy.met(judged.witnesses):
        report.witnessed = max(report.witnessed or 0, size)


def conclude(report: Report, policy: Policy | None, kept: Kept | None, judged: Judged | None, enough: bool) -> None:
    """What makes it verified, or what is lacking. `policy`: the reader's; `enough`: what has to be witnessed is."""
    if policy is None:
        report.note("what was lacking: a policy from elsewhere than the log, which says whose signatures are to be believed")
        if kept is not None:
            report.note("a kept view without a policy shows only that the history was not changed, whoever it is that went on with it")
    elif judged is not None and judged.logged and enough:
        report.proved = (
            f"signed and witnessed as {policy.whose} demands; that does not rule out that those who hold its keys together"
            " showed you another log than others, nor that what was logged is untrue"
        )


def load_policy(path: str, whose: str = "the policy given") -> Policy:
    """The reader's: one that cannot be read is a misuse."""
    try:
        return replace(parse_policy(read_file(path, POLICY_LIMIT)), whose=whose)
    except (Malformed, OSError, ValueError) as error:
        raise Misuse(f"the policy {shown(path)} cannot be read: {error}") from None


def readers_policy(policy: Policy | None, kept: Kept | None) -> Policy | None:
    """The reader's policy is the one given, or else the one in the kept view."""
    return policy if policy is not None or kept is None else kept.policy


# ---- "What an entry must satisfy", 1: form ---------------------------------------------------------------------------------------

PAYLOAD_TYPE = "application/vnd.pbr-log.entry.v1+json"
ROLES = ("commissioner", "assessor", "approver", "provider", "auditor")
MAY_SIGN = {  # of `contract` and `variation` the keys are of this very entry and of the entry that it varies
    "contract": ("commissioner",),
    "variation": ("commissioner",),
    "submission": ("provider", "commissioner", "assessor"),
    "seed": ROLES,
    "assessment": ("assessor",),
    "approval": ("approver",),
    "challenge": ROLES,
}
ALL = ("format", "origin", "kind", "at")
MEMBERS = {
    "contract": (*ALL, "terms", "keys", "approval"),
    "variation": (*ALL, "terms", "keys", "approval", "contract"),
    "submission": (*ALL, "contract", "commitment"),
    "seed": (*ALL, "contract", "commitment"),
    "assessment": (*ALL, "contract", "submissions", "previous", "commitment", "disclosure"),
    "approval": (*ALL, "contract", "assessment", "answers", "commitment"),
    "challenge": (*ALL, "contract", "assessment", "commitment"),
}


@dataclass
class Entry:
    number: int
    data: bytes
    body: bytes  # the payload's bytes
    says: dict[str, Any]  # the payload
    at: int
    signatures: list[tuple[str, bytes]]  # keyid, signature
    keys: dict[str, list[Key]]  # by role, of kinds that list some
    base: int | None = None  # the contract to which it belongs
    sound: bool = False  # none of the five points fails, nor is it unknown
    signer: bytes | None = None  # the Ed25519 key whose signature was found valid

    @property
    def kind(self) -> str:
        return str(self.says["kind"])


def is_rising(value: object) -> bool:
    return isinstance(value, list) and all(is_whole(item) for item in value) and value == sorted(set(value))


def check_terms(says: dict[str, Any]) -> dict[str, list[Key]]:
    """`terms`, `keys` and `approval` of a contract or variation. Gives its keys by role."""
    terms = members(says["terms"], "id", "version", "sha256", "rules")
    need(isinstance(terms["id"], str) and isinstance(terms["version"], str) and is_hex(terms["sha256"], 64), "terms without their parts")
    need(isinstance(terms["rules"], list), "rules that are no list")
    for rule in terms["rules"]:
        need(isinstance(members(rule, "rule", "sha256")["rule"], str) and is_hex(rule["sha256"], 64), "not a rule")
    keys = {}
    for role, texts in members(says["keys"], *ROLES).items():
        need(isinstance(texts, list) and all(isinstance(text, str) for text in texts), "keys that are no list of vkeys")
        need(len(set(texts)) == len(texts), "a key twice")
        keys[role] = [parse_vkey(text) for text in texts]
        need(all(key.kind in (ED25519, ML_DSA) for key in keys[role]), "a key that cannot sign entries")
    need(keys["commissioner"], "no commissioner")
    need_distinct([key for listed in keys.values() for key in listed])
    approval = members(says["approval"], "approvers", "assessor")
    need(is_whole(approval["approvers"]) and approval["approvers"] >= 1, "not a number of approvers")
    need(approval["assessor"] in ("may be one", "may not"), "not a rule about the assessor")
    return keys


def parse_entry(number: int, data: bytes, origin: str) -> Entry:
    """An entry is a DSSE envelope in canonical JSON, and nothing after it. Its payload is canonical JSON, a map."""
    need(1 <= len(data) <= ENTRY_LIMIT, "an entry of a wrong length")
    envelope = members(parse_canonical(data), "payload", "payloadType", "signatures")
    need(envelope["payloadType"] == PAYLOAD_TYPE, "another type of payload")
    need(isinstance(envelope["signatures"], list) and len(envelope["signatures"]) in (1, 2), "not one or two signatures")
    signatures = []
    for signature, length in zip(envelope["signatures"], (64, 2420), strict=False):
        keyid = str(members(signature, "keyid", "sig")["keyid"])
        name, plus, key_id = keyid.partition("+")
        need(keyid == signature["keyid"] and plus and is_key_name(name) and is_hex(key_id, 8), "not a keyid")
        signatures.append((keyid, unbase64(signature["sig"])))
        need(len(signatures[-1][1]) == length, "a signature of a wrong length")
        need(keyid.split("+")[0] == signatures[0][0].split("+")[0], "signatures of different names")
    body = unbase64(envelope["payload"])
    says = parse_canonical(body)
    need(isinstance(says, dict), "a payload that is no map")
    kind = says.get("kind")
    need(isinstance(kind, str) and kind in MEMBERS, "no known kind of entry")
    members(says, *MEMBERS[kind])
    need(says["format"] == "pbr-log/1", "another format")
    need(says["origin"] == origin, "the origin of another log")
    for name in ("commitment", "disclosure"):
        need(name not in says or is_hex(says[name], 64), f"{name} is not 64 hex digits")
    for name in ("contract", "assessment"):
        need(name not in says or is_whole(says[name]), f"{name} is not the number of an entry")
    for name in ("submissions", "answers"):
        need(name not in says or is_rising(says[name]), f"{name} are not numbers of entries, rising")
    need(says.get("previous") is None or is_whole(says["previous"]), "previous is not the number of an entry")
    keys = check_terms(says) if "terms" in says else {}
    return Entry(number, data, body, says, seconds(says["at"]), signatures, keys)


# ---- "What an entry must satisfy", 2 to 5 ----------------------------------------------------------------------------------------


class Entries:
    """The entries in their order, as far as they were looked at."""

    def __init__(self, report: Report, texts: dict[int, bytes], origin: str) -> None:
        self.report, self.texts, self.origin = report, texts, origin
        self.formed: dict[int, Entry] = {}  # of right form
        self.unknown: set[int] = set()  # from point 3 on; so are all that are not in `texts`
        self.standing: dict[int, Entry] = {}  # to which others may refer: neither form nor references fail, and not unknown
        self.varied: dict[int, int] = {}  # entry -> the variation of it
        for number in sorted(texts):
            self.check(number)
        if report.unchecked:
            report.note(f"not checked, for lack of the algorithm: {report.unchecked} signatures of entries")

    def check(self, number: int) -> None:
        """Only the first of the five that fails is reported for an entry."""
        point, late = "form", False
        try:
            entry = self.formed[number] = parse_entry(number, self.texts[number], self.origin)
            before = self.formed.get(number - 1)
            if before is not None and entry.at < before.at:
                late = True
                self.report.find(8, "time", "its time is before that of the entry before it", entry=number)
            point = "references"
            if not self.refers(entry):
                self.unknown.add(number)
                return
            self.standing[number] = entry
            if entry.kind == "variation":
                self.varied[entry.says["contract"]] = number
            point = "signer"
            keys = self.may_sign(entry)
            point = "signature"
            check_entry_signatures(self.report, entry, keys)
            entry.sound = not late
        except Malformed as error:
            if not late:
                self.report.find(8, point, str(error), entry=number)

    def target(self, entry: Entry, number: int, *kinds: str) -> Entry | None:
        """The entry to which one refers; None: it is unknown."""
        need(number < entry.number, f"it names entry {number}, which is not before it")
        if number not in self.texts or number in self.unknown:
            return None
        found = self.standing.get(number)
        need(found is not None and found.kind in kinds, f"entry {number} is no {' or '.join(kinds)}, or is none at all")
        return found

    def refers(self, entry: Entry) -> bool:
        """Point 3. False: one of its references is unknown, and the others do not fail."""
        says = entry.says
        if entry.kind == "contract":
            entry.base = entry.number
            return True
        holds = self.target(entry, says["contract"], "contract", "variation")
        need(holds is None or holds.number not in self.varied, "its contract is not the newest")
        named = [holds] + [self.target(entry, number, "submission") for number in says.get("submissions", [])]
        for member in ("previous", "assessment"):
            if says.get(member) is not None:
                named.append(self.target(entry, says[member], "assessment"))
        for number in says.get("answers", []):
            challenge = self.target(entry, number, "challenge")
            right = challenge is None or challenge.says["assessment"] == says["assessment"]
            need(right, f"the challenge {number} is about another assessment")
            named.append(challenge)
        bases = {item.base for item in named if item is not None}
        need(len(bases) <= 1, "it names entries of different contracts")
        if None in named:
            return False
        entry.base = bases.pop()
        return True

    def may_sign(self, entry: Entry) -> list[Key]:
        """Point 4: the key of each signature is listed, in the entry that holds for it, under a role that may sign it."""
        listed = entry.keys if entry.kind == "contract" else self.standing[entry.says["contract"]].keys
        keys = []
        for (keyid, _), kind in zip(entry.signatures, (ED25519, ML_DSA), strict=False):
            fits = [key for role in MAY_SIGN[entry.kind] for key in listed[role] if key.keyid == keyid and key.kind == kind]
            need(fits, f"{keyid} may not sign an entry of kind {entry.kind}")
            keys.append(fits[0])
        return keys


def check_entry_signatures(report: Report, entry: Entry, keys: list[Key]) -> None:
    """Point 5, over DSSE's PAE: the first is Ed25519, the second, if any, ML-DSA-44 with an empty context."""
    message = b"DSSEv1 %d %s %d %s" % (len(PAYLOAD_TYPE), PAYLOAD_TYPE.encode(), len(entry.body), entry.body)
    for (keyid, signature), key in zip(entry.signatures, keys, strict=True):
        try:
            if key.kind == ED25519:
                need(check_ed25519(key.public, message, signature), f"the signature of {keyid} does not verify")
                entry.signer = key.public
            else:
                need(check_ml_dsa(key.public, message, signature), f"the signature of {keyid} does not verify")
        except Unchecked:
            report.unchecked += 1


# ---- "The state of an assessment" ------------------------------------------------------------------------------------------------


def states(formed: dict[int, Entry]) -> list[dict[str, object]]:
    """Of every entry of kind `assessment` that has a right form. What is not sound counts for nothing, and is `draft` itself."""
    sound = [entry for number, entry in sorted(formed.items()) if entry.sound]
    last = {(entry.base, entry.says["previous"]): entry.number for entry in sound if entry.kind == "assessment"}
    about: dict[int, list[Entry]] = {}
    for entry in sound:
        if entry.kind in ("approval", "challenge"):
            about.setdefault(entry.says["assessment"], []).append(entry)
    found: dict[int, str] = {}
    for number, entry in sorted(formed.items()):
        if entry.kind == "assessment":
            approvals = [item for item in about.get(number, []) if item.kind == "approval"]
            challenges = {item.number for item in about.get(number, []) if item.kind == "challenge"}
            found[number] = "draft"
            if not entry.sound:
                continue
            if last[entry.base, entry.says["previous"]] > number or found.get(entry.says["previous"]) == "superseded":
                found[number] = "superseded"
            elif challenges - {answered for item in approvals for answered in item.says["answers"]}:
                found[number] = "challenged"
            elif is_approved(entry, approvals, formed[entry.says["contract"]].says["approval"]):
                found[number] = "approved"
    return [{"entry": number, "state": state} for number, state in found.items()]


def is_approved(entry: Entry, approvals: list[Entry], rule: dict[str, Any]) -> bool:
    """Enough different public keys that count, at least one of which did not sign the assessment. Unchecked signatures do not count."""
    signers = {item.signer for item in approvals if item.signer is not None}
    others = signers - {entry.signer}
    return len(others if rule["assessor"] == "may not" else signers) >= rule["approvers"] and len(others) >= 1


# ---- "The folder": tiles and bundles, as `tlog-tiles` says -----------------------------------------------------------------------


def tile_path(level: str, index: int, width: int) -> str:
    """`tile/L/N` or `tile/L/N.p/W`; a thousand and more is `x001/000`."""
    text = f"{index % 1000:03d}"
    while index := index // 1000:
        text = f"x{index % 1000:03d}/{text}"
    return f"tile/{level}/{text}" + ("" if width == WIDTH else f".p/{width}")


def hashes_at(level: str, size: int) -> int:
    """How many hashes a tree of this size has at a level (for "entries": how many entries)."""
    return size if level == "entries" else size >> (8 * int(level))


TILE = re.compile(r"tile/(entries|[0-6])/((?:x[0-9]{3}/){0,5}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")


def split_bundle(data: bytes, width: int) -> tuple[list[bytes], int]:
    """The entries of a bundle that are there whole and are not of length 0, and how many bytes they take."""
    entries: list[bytes] = []
    at = 0
    while len(entries) < width and at + 2 <= len(data):
        length = int.from_bytes(data[at : at + 2], "big")
        if length == 0 or at + 2 + length > len(data):
            break
        entries.append(data[at + 2 : at + 2 + length])
        at += 2 + length
    return entries, at


class Log:
    """A log's folder as it was read in steps 3 and 4."""

    def __init__(self, folder: str, checkpoint: Checkpoint, place: str) -> None:
        self.folder, self.checkpoint, self.place = folder, checkpoint, place
        self.size = checkpoint.size
        self.files: dict[str, str] = {}
        self.tiles: dict[tuple[str, int], bytes] = {}  # those of the right length
        self.leaves: dict[int, bytes] = {}  # leaf hashes taken from the entries, as far as bundles can be split
        self.texts: dict[int, bytes] = {}  # the entries themselves
        self.doubtful: set[int] = set()  # from the first one of a bundle that is not as in the tile
        self.cosigned: dict[int, Checkpoint] = {}
        self.entries: dict[int, Entry] = {}
        self.policy: Policy | None = None  # the one by which its signatures were judged: the reader's, or else its own
        self.signed = False  # the signature of the log on its checkpoint was found valid

    def wanted(self) -> Iterator[tuple[str, int, int, str]]:
        """Level, number, width and path: of the tiles by level and number, then of the bundles."""
        for level in [str(level) for level in range(7) if self.size >> (8 * level)] + ["entries"]:
            count = hashes_at(level, self.size)
            for index in range((count + WIDTH - 1) // WIDTH):
                width = min(WIDTH, count - index * WIDTH)
                yield level, index, width, tile_path(level, index, width)

    def path(self, name: str) -> str:
        return os.path.join(self.folder, name)

    def leaf(self, number: int) -> bytes | None:
        """From the bundle; else from the tile."""
        if number in self.leaves:
            return self.leaves[number]
        tile = self.tiles.get(("0", number // WIDTH))
        return None if tile is None else tile[number % WIDTH * 32 : number % WIDTH * 32 + 32]

    def roots(self, sizes: Iterable[int]) -> dict[int, bytes]:
        """The roots of the first leaf hashes, for each of these sizes up to which they can be had."""
        tree = Tree()
        found: dict[int, bytes] = {}
        for size in sorted(set(sizes)):
            while tree.size < size:
                leaf = self.leaf(tree.size)
                if leaf is None:
                    return found
                tree.add(leaf)
            found[size] = tree.root()
        return found


# ---- "Checking a log", steps 3 to 5 ----------------------------------------------------------------------------------------------


def check_files(report: Report, log: Log) -> bool:
    """3. Files. From the size follow the names of all tiles and bundles and their lengths. False: nothing further is checked."""
    log.files = walk(log.folder)
    wanted, missing = {"checkpoint", "policy"}, []
    for level, index, width, name in log.wanted():
        wanted.add(name)
        try:
            need(name in log.files, "not there")
            need(log.files[name] == "file", log.files[name])
            if level != "entries":
                data, length = read_start(log.path(name), width * 32)
                if length == width * 32:
                    log.tiles[level, index] = data
                else:
                    report.find(3, "file", f"a tile of {length} bytes, not {width * 32}", file=log.place + name)
        except Malformed as error:
            missing.append(Finding(3, "file", str(error), file=log.place + name))
            if len(missing) > FINDINGS:
                report.findings = [item for item in report.findings if item.step < 3] + missing[:FINDINGS]
                return False
    report.findings += missing
    noted = {"an empty folder": 0, "a hidden file": 0, "a tile or bundle beyond the checkpoint": 0}
    for name, what in log.files.items():
        if (name in wanted and what == "file") or name == "cosigned" or name.startswith("cosigned/"):
            continue
        problem: str | None = what if name in wanted or what != "file" else None
        if problem is None and os.path.basename(name).startswith("."):
            problem = "a hidden file"
        if problem is None:
            problem = besides(log, name)
        if problem in noted and name not in wanted:
            noted[problem] += 1
        elif problem is not None:
            report.find(3, "file", problem, file=log.place + name)
    for what, count in noted.items():
        if count:
            report.note(f"in the folder besides: {count} times {what}: an append is under way, or was cut off")
    return True


def besides(log: Log, name: str) -> str | None:
    """What is to be said of a plain file that this tree does not need: tiles of smaller sizes may stay, others may have been begun."""
    match = TILE.fullmatch(name)
    level, index = (match[1], int(re.sub("[x/]", "", match[2]))) if match else ("", 0)
    wide = int(match[3] or WIDTH) if match else 0
    if match is None or wide > WIDTH or (match[3] and wide == WIDTH) or tile_path(level, index, wide) != name:
        return "nothing of a log"
    count, end, start = hashes_at(level, log.size), index * WIDTH + wide, index * WIDTH
    width = min(WIDTH, count - start)
    beyond = end > count
    if beyond and end > hashes_at(level, WHOLE - 1):
        return "nothing of a log"
    there = tile_path(level, index, width) if width > 0 and log.files.get(tile_path(level, index, width)) == "file" else None
    try:
        if beyond:
            if there is not None:
                data = read_start(log.path(there), BUNDLE_LIMIT if level == "entries" else width * 32)[0]
                data = data[: split_bundle(data, width)[1]] if level == "entries" else data
                need(read_start(log.path(name), len(data))[0] == data, "it does not begin with what the tree has there")
            return "a tile or bundle beyond the checkpoint"
        data = read_file(log.path(name), wide * 32 if level != "entries" else wide * (ENTRY_LIMIT + 2))
        if level == "entries":
            entries, used = split_bundle(data, wide)
            need(len(entries) == wide and used == len(data), "a partial bundle of another length")
        else:
            need(len(data) == wide * 32, "a partial tile of another length")
        need(there is None or read_start(log.path(there), len(data))[0] == data, "not the beginning of what took its place")
    except Malformed as error:
        return str(error)
    return None


def check_bundles(report: Report, log: Log) -> None:
    """4. Entries and tiles."""
    for level, index, width, name in log.wanted():
        if level != "entries" or log.files.get(name) != "file":
            continue
        start, file = index * WIDTH, log.place + name
        try:
            data, length = read_start(log.path(name), BUNDLE_LIMIT)
        except Malformed as error:  # it is there and cannot be read
            report.find(3, "file", str(error), file=file)
            continue
        entries, used = split_bundle(data, width)
        tile, bad = log.tiles.get(("0", index)), False
        for number, entry in enumerate(entries, start):
            log.texts[number] = entry
            leaf = log.leaves[number] = leaf_hash(entry)
            if not bad and tile is not None and tile[(number - start) * 32 :][:32] != leaf:
                bad = True
                report.find(4, "entry", "its hash is not the one in the tile", entry=number, file=file)
            if bad:
                log.doubtful.add(number)
        if not bad and len(entries) < width:
            report.find(4, "entry", "it is not there whole", entry=start + len(entries), file=file)
        if len(entries) == width and used < length:
            report.find(4, "file", f"{length - used} bytes after its last entry", file=file)
    for (level, index), tile in log.tiles.items():
        for offset, node in enumerate(hashes_of(tile)) if level != "0" else ():
            below = log.tiles.get((str(int(level) - 1), index * WIDTH + offset))
            if below is not None and tree_root(hashes_of(below)) != node:
                says, name = f"its hash {offset} is not that of the tile below", tile_path(level, index, len(tile) // 32)
                report.find(4, "file", says, file=log.place + name)
                break


def hashes_of(data: bytes) -> Iterator[bytes]:
    return (data[at : at + 32] for at in range(0, len(data), 32))


def check_root(report: Report, log: Log) -> None:
    """5. Root: from the level-0 tiles' hashes, or from the entries' leaf hashes, where all of them could be taken."""
    from_tiles = from_entries = False
    tiles = [tile for (level, _), tile in sorted(log.tiles.items()) if level == "0"]
    if sum(len(tile) for tile in tiles) == log.size * 32:
        from_tiles = tree_root(leaf for tile in tiles for leaf in hashes_of(tile)) == log.checkpoint.root
    if len(log.leaves) == log.size:
        from_entries = tree_root(leaf for _, leaf in sorted(log.leaves.items())) == log.checkpoint.root
    if not from_tiles and not from_entries:
        report.find(5, "root", "neither the tiles nor the entries give the checkpoint's root", file=log.place + "checkpoint")
    elif from_tiles != from_entries:
        good, bad = ("tiles", "entries") if from_tiles else ("entries", "tiles")
        report.note(f"the {good} give the checkpoint's root, the {bad} do not: what was changed is among the {bad}")
    if not from_entries:  # 8. "else those before the first finding of step 4 in their bundle"
        log.texts = {number: text for number, text in log.texts.items() if number not in log.doubtful}


# ---- "Checking a log", step 6. Kept view -----------------------------------------------------------------------------------------


@dataclass
class Kept:
    checkpoint: Checkpoint
    hashes: str | None  # the file of leaf hashes
    policy: Policy | None = None  # the one by which its signatures were judged then


def read_hashes(path: str, count: int) -> Iterator[bytes]:
    """The leaf hashes of a kept view, a block at a time."""
    with open_plain(path) as file:
        left = count * 32
        while left:
            block = file.read(min(left, 1 << 13))
            while len(block) % 32:
                more = file.read(32 - len(block) % 32)
                need(more, "it ends too early")
                block += more
            need(block, "it ends too early")
            left -= len(block)
            yield from hashes_of(block)


def load_kept(path: str) -> Kept:
    """A folder with the files `checkpoint`, `hashes` and perhaps `policy`, or the checkpoint's file alone."""
    try:
        need(not is_link(path), "a link")
        if not os.path.isdir(path):
            return Kept(parse_checkpoint(read_file(path, NOTE_LIMIT)), None)
        checkpoint = parse_checkpoint(read_file(os.path.join(path, "checkpoint"), NOTE_LIMIT))
        hashes = os.path.join(path, "hashes")
        need(read_start(hashes, 0)[1] >= checkpoint.size * 32, "its hashes are fewer than its checkpoint says")
        need(tree_root(read_hashes(hashes, checkpoint.size)) == checkpoint.root, "its hashes do not give its root")
    except (Malformed, OSError, ValueError) as error:
        raise Misuse(f"the kept view {shown(path)} cannot be read: {error}") from None
    policy = os.path.join(path, "policy")
    return Kept(checkpoint, hashes, load_policy(policy, "the policy kept with the view") if os.path.lexists(policy) else None)


def last_right(log: Log, roots: dict[int, bytes], below: int) -> int:
    """The size of the largest cosigned checkpoint below a size whose root the entries do give, or else 0."""
    right = [size for size, checkpoint in log.cosigned.items() if size < below and roots.get(size) == checkpoint.root]
    return max(right, default=0)


def check_kept(report: Report, log: Log, kept: Kept, roots: dict[int, bytes]) -> None:
    old = kept.checkpoint
    if old.origin != log.checkpoint.origin:
        report.find(6, "origin", f"the kept view is of the log {old.origin}", file=log.place + "checkpoint")
        return
    if log.size < old.size:
        report.find(6, "rollback", f"it had {old.size} entries when the view was kept, and now has {log.size}", entry=log.size)
    if kept.hashes is not None:
        for number, leaf in enumerate(read_hashes(kept.hashes, min(old.size, log.size))):
            if log.leaf(number) not in (None, leaf):
                report.find(6, "history", "it is another entry than when the view was kept", entry=number)
                break
    elif old.size <= log.size and roots.get(old.size, old.root) != old.root:
        says = f"the first {old.size} entries are not those of the kept view"
        report.find(6, "history", says, entry=last_right(log, roots, old.size))


# ---- "Checking a log", step 7. Cosigned checkpoints ------------------------------------------------------------------------------


def read_cosigned(report: Report, log: Log) -> None:
    """Takes those that can be read and are of their size and of this origin."""
    for name, what in log.files.items():
        if name == "cosigned" or name.startswith("cosigned/"):
            if what == "an empty folder" or (what == "file" and os.path.basename(name).startswith(".")):
                report.note("an empty folder, or a file whose name begins with a point, is in cosigned")
                continue
            try:
                need(what == "file", what)
                size = decimal(name.removeprefix("cosigned/"))
                checkpoint = parse_checkpoint(read_file(log.path(name), NOTE_LIMIT))
                need(checkpoint.size == size and checkpoint.origin == log.checkpoint.origin, "a checkpoint of another size or log")
                log.cosigned[size] = checkpoint
            except Malformed as error:
                report.find(7, "file", str(error), file=log.place + name)


def check_cosigned(report: Report, log: Log, reader: Policy | None, own: Policy | None, roots: dict[int, bytes]) -> list[tuple[int, int]]:
    """Gives size and time of the valid cosignatures of those that are right."""
    times: list[tuple[int, int]] = []
    for size, checkpoint in sorted(log.cosigned.items()):
        file, right = f"{log.place}cosigned/{size}", False
        if size > log.size:
            report.find(7, "rollback", f"the log had {size} entries when this was cosigned", entry=log.size, file=file)
        elif roots.get(size, checkpoint.root) != checkpoint.root:
            report.find(7, "history", f"the first {size} entries do not give its root", entry=last_right(log, roots, size), file=file)
        else:
            right = size in roots
        if log.policy is not None:
            judged = judge(checkpoint, log.policy, own)
            for keyid in judged.failed:
                report.find(7, "signature", f"the signature of {keyid} does not verify, or is of no known key", file=file)
            if judged.logged is False and not judged.witnesses | judged.maybe:
                report.find(7, "unsigned", "neither the log's signature nor a known witness's is on it", file=file)
            for keyid in sorted(judged.unchecked):
                report.note(f"not checked, for lack of the algorithm: the signature of {keyid} on cosigned checkpoints")
            times += [(size, time) for time in judged.times if right]
            if right and reader is not None:
                count_witnessed(report, judged, reader, size)
    return times


# ---- "Checking a log", step 9. Back-dating ---------------------------------------------------------------------------------------


def check_times(report: Report, formed: dict[int, Entry], times: list[tuple[int, int]]) -> None:
    """`times`: size and time of the valid cosignatures of witnesses."""
    numbers: list[int] = []  # the entries whose time is later than that of all before them: the first after a T is one of them
    latest: list[int] = []
    for number, entry in sorted(formed.items()):
        if not latest or entry.at > latest[-1]:
            numbers.append(number)
            latest.append(entry.at)
    for size, time in times:
        ahead = bisect.bisect_right(latest, time + 300)
        if ahead < len(numbers) and numbers[ahead] < size:
            report.find(9, "time-ahead", "its time is later than that at which a witness had seen it", entry=numbers[ahead])
        if size in formed and formed[size].at < time - 86_400:
            report.find(9, "back-dated", "at its time, and a day later, a witness saw that it was not there", entry=size)


# ---- "Checking a log": all steps -------------------------------------------------------------------------------------------------


def check_log(report: Report, folder: str, policy: Policy | None, kept: Kept | None, place: str = "") -> Log | None:
    reader, own, judged = readers_policy(policy, kept), None, None
    try:  # 1. Checkpoint.
        checkpoint = parse_checkpoint(read_file(os.path.join(folder, "checkpoint"), NOTE_LIMIT))
    except Malformed as error:
        report.find(1, "checkpoint", str(error), file=place + "checkpoint")
        return None
    take_checkpoint(report, checkpoint)
    log = Log(folder, checkpoint, place)
    if os.path.lexists(os.path.join(folder, "policy")):
        try:
            own = parse_policy(read_file(os.path.join(folder, "policy"), POLICY_LIMIT))
        except Malformed as error:
            report.find(2, "file", f"a policy that cannot be read: {error}", file=place + "policy")
    times = []
    log.policy = own if reader is None else reader
    if log.policy is None:
        report.note("the signatures on checkpoints were not checked: there is no policy")
    else:
        judged = check_signatures(report, 2, checkpoint, log.policy, place + "checkpoint", own)
        times, log.signed = [(log.size, time) for time in judged.times], judged.logged is True
        if reader is not None:
            count_witnessed(report, judged, reader, log.size)
        else:
            report.note("the keys were taken from the log's own policy: whoever wrote the log chose its judges")
    if not check_files(report, log):
        return None
    check_bundles(report, log)
    check_root(report, log)
    read_cosigned(report, log)
    sizes = [size for size in log.cosigned if size <= log.size] + ([kept.checkpoint.size] if kept else [])
    roots = log.roots(size for size in sizes if size <= log.size)
    if kept is not None:
        check_kept(report, log, kept, roots)
        if kept.checkpoint.size and not report.findings:
            report.note(f"it continues the kept view: of its first {kept.checkpoint.size} entries none was altered or removed since")
    times += check_cosigned(report, log, reader, own, roots)
    log.entries = Entries(report, log.texts, checkpoint.origin).formed
    check_times(report, log.entries, times)
    report.assessments = states(log.entries)
    witnessed = report.witnessed or 0
    if reader is not None and witnessed < log.size:
        report.note(
            f"the entries from {witnessed} to {log.size - 1} are not known to be witnessed as {reader.whose} demands:"
            " for them only the log's owner vouches, and they could still be changed without a witness to contradict it"
        )
    conclude(report, reader, kept, judged, witnessed >= log.size)
    return log


def keep_view(log: Log, folder: str, report: Report, reader: Policy | None, first: bool) -> None:
    """--keep: the view of a log that was not broken, to a new folder, or to one that holds a view that this one continues; and with it
    the policy by which the log's signature was judged: the reader's, or, the first time, the log's own."""
    there = os.path.lexists(folder)
    if log.policy is None:
        raise Misuse("there is no policy, and whoever wrote the last entry would be believed from now on: nothing was kept")
    if not log.signed:
        raise Misuse("the log's signature could not be checked here: nothing was kept")
    if reader is None and (there or not first):
        raise Misuse("only the first time a log's own policy is trusted, and this is not the first: give a policy; nothing was kept")
    if there:
        old, trial = load_kept(folder), Report()
        if old.hashes is None or os.path.islink(folder):
            raise Misuse(f"{shown(folder)} is no folder with a kept view: nothing was written")
        check_kept(trial, log, old, {})
        if trial.findings:
            raise Misuse(f"the log does not continue the view in {shown(folder)} ({trial.findings[0].says}): nothing was written")
    try:
        os.makedirs(folder, exist_ok=True)
        leaves = (log.leaf(number) or b"" for number in range(log.size))
        parts: dict[str, Iterable[bytes]] = {"hashes": leaves, "policy": [log.policy.data], "checkpoint": [log.checkpoint.data]}
        for name, part in parts.items():
            with open(os.path.join(folder, name + ".new"), "wb") as file:
                file.writelines(part)
        for name in parts:  # the checkpoint last: until then the view is the one that was there
            os.replace(os.path.join(folder, name + ".new"), os.path.join(folder, name))
    except OSError as error:
        raise Misuse(f"{shown(folder)} cannot be written: {error.strerror}") from None
    report.note(f"the view was kept in {shown(folder)}")
    if reader is None:
        report.note("with it the log's own policy was kept: it is trusted from now on because it was the first")


# ---- "Receipts": a file of `tlog-proof` ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Proof:
    extra: bytes | None
    index: int
    hashes: list[bytes]
    checkpoint: Checkpoint


def parse_hashes(lines: list[str]) -> list[bytes]:
    need(len(lines) <= 63, "too many hashes")
    hashes = [unbase64(line) for line in lines]
    need(all(len(item) == 32 for item in hashes), "a hash that is not of 32 bytes")
    return hashes


def parse_head(data: bytes) -> tuple[list[str], Checkpoint]:
    """The lines before the first empty one, and the checkpoint after it."""
    head, blank, rest = data.partition(b"\n\n")
    need(blank, "no checkpoint in it")
    try:
        return head.decode("ascii").split("\n"), parse_checkpoint(rest)
    except UnicodeDecodeError:
        raise Malformed("other characters than ASCII") from None


def parse_proof(data: bytes) -> Proof:
    need(len(data) <= NOTE_LIMIT, "a proof that is too long")
    lines, checkpoint = parse_head(data)
    need(lines.pop(0) == "c2sp.org/tlog-proof@v1", "not a proof")
    extra = unbase64(lines.pop(0)[6:]) if lines and lines[0].startswith("extra ") else None
    need(lines and lines[0].startswith("index "), "no index")
    return Proof(extra, decimal(lines[0][6:]), parse_hashes(lines[1:]), checkpoint)


@dataclass
class Receipt:
    index: int
    entry: Entry
    opened: dict[str, Any] = field(default_factory=dict)  # documents whose opening is right


def commitment(salt: str, document: object) -> str:
    """The SHA-256 of 21 bytes and a newline, 32 random bytes of salt, the document in canonical JSON."""
    return hashlib.sha256(b"pbr-log/1 commitment\n" + bytes.fromhex(salt) + canonical(document).encode("utf-8")).hexdigest()


def check_newest(report: Report, checkpoint: Checkpoint, policy: Policy | None, file: str | None) -> None:
    """Of a receipt or a consistency proof: the checkpoint's signatures, and whether it is witnessed. Verified where that is not 0."""
    take_checkpoint(report, checkpoint)
    judged = None
    if policy is None:
        report.note("the signatures on the checkpoint were not checked: no policy was given")
    else:
        judged = check_signatures(report, 2, checkpoint, policy, file)
        count_witnessed(report, judged, policy, checkpoint.size)
        if not report.witnessed:
            report.note(
                f"its checkpoint is not known to be witnessed as {policy.whose} demands: it proves less until it is asked for again"
            )
    conclude(report, policy, None, judged, report.witnessed != 0)


def check_receipt(report: Report, data: bytes, policy: Policy | None, file: str | None) -> Receipt | None:
    """Points 1 to 5. `file` is the receipt's place in a pack."""
    try:
        proof = parse_proof(data)
        need(proof.extra is not None, "a receipt without its entry")
        extra = members(parse_canonical(proof.extra or b""), "entry", "openings")
        openings = extra["openings"]
        need(isinstance(openings, dict) and set(openings) <= {"commitment", "disclosure"}, "openings that are none")
        for opening in openings.values():
            need(is_hex(members(opening, "salt", "document")["salt"], 64), "an opening without salt")
        checkpoint, index = proof.checkpoint, proof.index
        receipt = Receipt(index, parse_entry(index, unbase64(extra["entry"]), checkpoint.origin))
    except Malformed as error:
        report.find(1, "receipt", str(error), file=file)
        return None
    check_newest(report, checkpoint, policy, file)
    if not check_inclusion(index, checkpoint.size, leaf_hash(receipt.entry.data), proof.hashes, checkpoint.root):
        report.find(3, "proof", "its hashes do not lead from the entry to the checkpoint's root", entry=index, file=file)
    for name, opening in openings.items():
        if receipt.entry.says.get(name) == commitment(opening["salt"], opening["document"]):
            receipt.opened[name] = opening["document"]
        else:
            report.find(4, "opening", f"it does not give the entry's {name}", entry=index, file=file)
    return receipt


def digest_file(path: str) -> tuple[str, str, int]:
    """SHA-256, SHA-512 and size."""
    short, long, size = hashlib.sha256(), hashlib.sha512(), 0
    try:
        with open_plain(path) as file:
            while block := file.read(1 << 20):
                short.update(block)
                long.update(block)
                size += len(block)
    except OSError as error:
        raise Malformed(f"cannot be read ({error.strerror})") from None
    return short.hexdigest(), long.hexdigest(), size


def submitted(document: object) -> list[tuple[str, int]]:
    """SHA-256 and size of the files of a submission's document."""
    files = document.get("files") if isinstance(document, dict) else None
    rows = files if isinstance(files, list) else []
    return [
        (row["sha256"], row["size"])
        for row in rows
        if isinstance(row, dict) and is_hex(row.get("sha256"), 64) and is_whole(row.get("size"))
    ]


def check_data(report: Report, receipt: Receipt, names: list[str], digests: list[tuple[str, int]]) -> None:
    """6. Each --data file has the SHA-256 and size of one of the files of a submission's opened commitment."""
    entry, document = receipt.entry, receipt.opened.get("commitment")
    files = submitted(document) if entry.kind == "submission" else []
    for name, digest in zip(names, digests, strict=True):
        if digest not in files:
            says = (
                "it is none of the files that were logged" if document is not None else "no opened commitment says which files were logged"
            )
            report.find(6, "data", says, file=name)


# ---- "Consistency proofs": the body of `add-checkpoint` --------------------------------------------------------------------------


def check_growth(report: Report, data: bytes, policy: Policy | None, kept: Kept) -> None:
    try:
        need(len(data) <= 2 * NOTE_LIMIT, "too long")
        lines, checkpoint = parse_head(data)
        need(lines[0].startswith("old "), "no old size")
        size, hashes = decimal(lines[0][4:]), parse_hashes(lines[1:])
    except Malformed as error:
        report.find(1, "consistency", f"not a consistency proof: {error}")
        return
    check_newest(report, checkpoint, readers_policy(policy, kept), None)
    old = kept.checkpoint
    if size != old.size:
        report.find(3, "consistency", f"it begins at size {size}, the kept view has {old.size}")
    if old.origin != checkpoint.origin:
        report.find(4, "origin", f"the kept view is of the log {old.origin}")
    if not check_consistency(size, checkpoint.size, old.root, checkpoint.root, hashes):
        report.find(5, "consistency", "it does not prove that the newer tree continues the older one")


# ==================================================================================================================================
# docs/pack-format.md: the evidence pack. Its headings are quoted from here on.
# ==================================================================================================================================

MANIFEST_LIMIT = 1 << 26
JSON_LIMIT = 1 << 30
HEAD_LIMIT = 1 << 20  # the first line of a text
CELL_LIMIT = 1 << 28
BLOCK = 1024  # rows of a block of a table's tree
PAYLOAD_MANIFESTS = ("manifest-sha256.txt", "manifest-sha512.txt")
TAG_MANIFESTS = ("tagmanifest-sha256.txt", "tagmanifest-sha512.txt")
TAG_FILES = {"bagit.txt", "bag-info.txt", *PAYLOAD_MANIFESTS}
BAGIT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
PLACES = ("data/assessment/", "data/text/", "data/redacted/", "data/log/", "data/receipts/")
SINGLE = ("data/pack.json", "data/README.txt", "data/ro-crate-metadata.json")


class Pack:
    """A pack's folder as it was found."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.files = walk(folder)
        self.digests: dict[str, tuple[str, str, int]] = {}  # of plain files whose path may be: SHA-256, SHA-512, size
        for name, what in self.files.items():
            if what == "file" and is_path(name):
                try:
                    self.digests[name] = digest_file(self.path(name))
                except Malformed as error:
                    self.files[name] = str(error)

    def below(self, place: str) -> list[str]:
        """What is there."""
        return sorted(name for name in self.digests if name.startswith(place))

    def sha256(self, name: str) -> str | None:
        return self.digests[name][0] if name in self.digests else None

    def path(self, name: str) -> str:
        return os.path.join(self.folder, name)

    def read(self, name: str, limit: int = JSON_LIMIT) -> bytes:
        need(name in self.digests, "not there, or not a plain file")
        return read_file(self.path(name), limit)


PART = re.compile(r"(?!(?:con|prn|aux|nul|com[1-9]|lpt[1-9])(?:\.|$))[A-Za-z0-9._+-]*[A-Za-z0-9_+-]", re.IGNORECASE | re.ASCII)


def is_path(path: str) -> bool:
    """Letters, digits and `._-+`; no part is empty, ends with a point (so none is `.` or `..`), or is a name that Windows keeps."""
    return all(PART.fullmatch(part) for part in path.split("/"))


def as_map(value: object) -> dict[str, Any]:
    """What the statement lacks, or has in another type, differs from what is expected."""
    return value if isinstance(value, dict) else {}


def as_list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


# ---- "Checking a pack", 1. Bag ---------------------------------------------------------------------------------------------------


def parse_manifest(data: bytes, digits: int) -> list[tuple[str, str]]:
    """Each line, the last one too, is a digest in hex, two spaces, the path, and one newline."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise Malformed("not UTF-8") from None
    need(text.endswith("\n") or not text, "a last line without its end")
    rows = []
    for line in text.split("\n")[:-1]:
        need(is_hex(line[:digits], digits) and line[digits : digits + 2] == "  " and line[digits + 2 :], "not a line of a manifest")
        need("\r" not in line, "a carriage return")
        rows.append((line[:digits], line[digits + 2 :]))
    need(len({path for _, path in rows}) == len(rows), "a path twice")
    return rows


def check_bag(report: Report, pack: Pack) -> None:
    if pack.sha256("bagit.txt") != hashlib.sha256(BAGIT).hexdigest():
        report.find(1, "bag", "not the two lines of BagIt 1.0", file="bagit.txt")
    named: dict[str, dict[str, str]] = {}  # manifest -> path -> digest
    for manifest in (*PAYLOAD_MANIFESTS, *TAG_MANIFESTS):
        start = "data/" if manifest in PAYLOAD_MANIFESTS else ""
        try:
            rows = parse_manifest(pack.read(manifest, MANIFEST_LIMIT), 64 if "256" in manifest else 128)
        except Malformed as error:
            report.find(1, "bag", str(error), file=manifest)
            continue
        found = named[manifest] = {path: digest for digest, path in rows if is_path(path) and path.startswith(start)}
        if len(found) < len(rows):
            report.find(1, "path", "a path that may not be", file=manifest)
        if start and len({path.lower() for path in found}) < len(found):
            report.find(1, "path", "two paths that differ in nothing but capitals", file=manifest)
        if not start and set(found) != TAG_FILES:
            report.find(1, "bag", "it does not name the four files that it must", file=manifest)
    first, second = (named.get(manifest) for manifest in PAYLOAD_MANIFESTS)
    if first is not None and second is not None and set(first) != set(second):
        report.find(1, "bag", "it does not name the files that manifest-sha256.txt names", file=PAYLOAD_MANIFESTS[1])
    everything = {path for paths in named.values() for path in paths}
    for name, what in pack.files.items():
        if what != "file":
            report.find(1, "file", what, file=name)
        elif name not in everything and name not in TAG_MANIFESTS:
            report.find(1, "file", "no manifest names it", file=name)
    for manifest, paths in named.items():
        for path, digest in paths.items():
            if path not in pack.digests:
                report.find(1, "file", f"{manifest} names it, and it is not there", file=path)
            elif pack.digests[path][0 if "256" in manifest else 1] != digest:
                report.find(1, "file", f"its digest is not that in {manifest}", file=path)


# ---- "Checking a pack", 2. `pack.json` -------------------------------------------------------------------------------------------

RECEIPT = re.compile(r"data/receipts/(0|[1-9][0-9]{0,15})\.tlog-proof")


def read_pack_json(report: Report, pack: Pack) -> dict[str, Any] | None:
    file = "data/pack.json"
    try:
        says = members(parse_canonical(pack.read(file)), "format", "redacted", "log", "receipts")
        need(says["format"] == "pbr-pack/1", "another format")
        need(isinstance(says["redacted"], bool) and isinstance(says["log"], bool) and is_rising(says["receipts"]), "members of other types")
    except Malformed as error:
        report.find(2, "pack", str(error), file=file)
        return None
    receipts = sorted(f"data/receipts/{number}.tlog-proof" for number in says["receipts"])
    places = [bool(pack.below(place)) for place in ("data/redacted/", "data/assessment/", "data/text/")]
    right = pack.below("data/receipts/") == receipts and bool(pack.below("data/log/")) == says["log"]
    if not right or places != [says["redacted"], not says["redacted"], not says["redacted"]]:
        report.find(2, "pack", "it does not agree with what is there", file=file)  # all else is checked as it says
    for name in SINGLE:
        if name not in pack.digests:
            report.find(2, "file", "not there", file=name)
    for name in pack.below("data/"):
        if not name.startswith(PLACES) and name not in SINGLE:
            report.find(2, "file", "nothing of a pack", file=name)
    return says


# ---- "Checking a pack", 3. The assessment ----------------------------------------------------------------------------------------

HERE = "data/assessment/"


@dataclass
class Manifest:
    """What this page reads of the assessment's `manifest.json`."""

    contract: str  # SHA-256
    rules: list[dict[str, Any]]
    inputs: list[dict[str, Any]]
    tables: dict[str, dict[str, Any]]
    documents: dict[str, str]


def has_texts(item: object, *names: str) -> bool:
    return all(isinstance(as_map(item).get(name), str) for name in names)


def check_identity(contract: Any, tables: Any) -> None:
    """What `manifest.json` and a disclosure have alike."""
    need(has_texts(contract, "id", "version") and is_hex(contract.get("sha256"), 64), "no contract")
    need(isinstance(tables, dict), "no tables")
    for table in tables.values():
        need(is_whole(as_map(table).get("rows")) and is_hex(table.get("root"), 64), "not a table")
        need(isinstance(table.get("columns"), list) and all(isinstance(name, str) for name in table["columns"]), "not a table")


def read_manifest(data: bytes) -> Manifest:
    says = parse_json(data)
    need(isinstance(says, dict) and says.get("format") == "pbr-trail/1", "another format")
    contract, rules, inputs, tables, documents = (says.get(name) for name in ("contract", "rules", "inputs", "tables", "documents"))

    check_identity(contract, tables)
    need(isinstance(rules, list) and all(has_texts(rule, "rule", "file") and is_hex(rule.get("sha256"), 64) for rule in rules), "no rules")
    need(isinstance(inputs, list), "no inputs")
    for given in inputs:
        need(has_texts(given, "name") and is_hex(given.get("sha256"), 64) and is_whole(given.get("size")), "not an input")
        need("file" in given and isinstance(given["file"], str | None), "not an input")
    need(isinstance(documents, dict) and all(is_hex(digest, 64) for digest in documents.values()), "no documents")
    return Manifest(contract["sha256"], rules, inputs, tables, documents)


def check_assessment(report: Report, pack: Pack) -> Manifest | None:
    def wrong(name: str, says: str) -> None:
        report.find(3, "assessment", says, file=HERE + name)

    manifest = None
    try:
        manifest = read_manifest(pack.read(HERE + "manifest.json"))
        parse_canonical(pack.read(HERE + "manifest.json"))
    except Malformed as error:
        wrong("manifest.json", str(error))
    files: object = None
    try:
        files = as_map(parse_json(pack.read(HERE + "run.json"))).get("files")
        need(isinstance(files, dict), "no files")
        for row in as_map(files).values():
            need(is_hex(as_map(row).get("sha256"), 64) and is_whole(row.get("size")), "a file without digest and size")
    except Malformed as error:
        wrong("run.json", str(error))
        files = None
    if isinstance(files, dict):
        if {HERE + name for name in files} != set(pack.below(HERE)) - {HERE + "run.json"}:
            wrong("run.json", "it does not name exactly the other files")
        for name, row in files.items():
            found = pack.digests.get(HERE + name)
            if found is not None and (found[0], found[2]) != (row["sha256"], row["size"]):
                wrong(name, "it is not what run.json says")
    if manifest is not None:
        rows = [*manifest.documents.items(), *((rule["file"], rule["sha256"]) for rule in manifest.rules)]
        rows += [(given["file"], given["sha256"]) for given in manifest.inputs if given["file"] is not None]
        rows.append(("contract/contract.yaml", manifest.contract))
        for name, digest in rows:
            if pack.sha256(HERE + name) != digest:
                wrong(name, "it is not what manifest.json says, or not there")
        for given in manifest.inputs:
            found = None if given["file"] is None else pack.digests.get(HERE + given["file"])
            if found is not None and found[2] != given["size"]:
                wrong(given["file"], "its size is not what manifest.json says")
        for name in manifest.tables:
            if HERE + name not in pack.digests:
                wrong(name, "not there")
        known = {name for name, _ in rows} | set(manifest.tables) | {"manifest.json", "run.json"}
        for name in pack.below(HERE):
            if name.removeprefix(HERE) not in known:
                wrong(name.removeprefix(HERE), "manifest.json does not name it")
    return manifest


# ---- "The canonical text of a table" and trail-format.md, "The digest of a table" ------------------------------------------------

Cell = tuple[str, Any]  # tag and value; ("n", None) is NULL


class Text:
    """A reader of cells: they are taken by their lengths, never by lines."""

    def __init__(self, file: Any) -> None:
        self.file, self.taken = file, bytearray()

    def take(self, count: int) -> bytes:
        data: bytes = self.file.read(count)
        need(len(data) == count, "it ends too early")
        self.taken += data
        return data

    def number(self) -> int:
        digits = b""
        while (byte := self.take(1)) != b":":
            digits += byte
            need(len(digits) < 10, "not a length")
        need(re.fullmatch(rb"0|[1-9][0-9]*", digits) and int(digits) <= CELL_LIMIT, "not a length")
        return int(digits)

    def cell(self, tags: str = "nitdbl") -> Cell:
        """A tag, the length of its text in bytes of UTF-8, `:`, the text."""
        start, tag = len(self.taken), self.take(1).decode("latin-1")
        need(tag in tags, "not a cell")
        if tag == "n":
            return tag, None
        length = self.number()
        if tag == "l":
            items = [self.cell("nt")[1] for _ in range(length)]
            need(len(self.taken) - start <= CELL_LIMIT, "a cell that is too long")
            return tag, items
        try:
            text = self.take(length).decode("utf-8")
        except UnicodeDecodeError:
            raise Malformed("text that is not UTF-8") from None
        if tag == "i":
            need(re.fullmatch(r"0|-?[1-9][0-9]{0,37}", text), "not a whole number")
            return tag, int(text)
        if tag == "d":
            need(re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text), "not a date")
        need(tag != "b" or text in ("y", "n"), "not yes or no")
        return tag, text


@dataclass
class Table:
    columns: list[str]
    rows: int = 0
    root: str = ""
    cells: list[list[Cell]] = field(default_factory=list)


class RowTree:
    """Blocks of 1,024 rows' digests are the leaves of the tree."""

    def __init__(self) -> None:
        self.rows, self.block, self.tree = 0, bytearray(), Tree()

    def add(self, digest: bytes) -> None:
        self.rows += 1
        self.block += digest
        if self.rows % BLOCK == 0:
            self.tree.add(leaf_hash(bytes(self.block)))
            self.block.clear()

    def root(self) -> str:
        if self.block:
            self.tree.add(leaf_hash(bytes(self.block)))
            self.block.clear()
        return self.tree.root().hex()


def read_table(path: str, keep: bool) -> Table:
    try:
        with open_plain(path, 1 << 16) as file:
            first = file.readline(HEAD_LIMIT)
            need(first.endswith(b"\n"), "a first line that is too long, or has no end")
            columns = as_list(parse_canonical(first[:-1]))
            need(columns and all(isinstance(name, str) for name in columns), "a first line that is no columns")
            need(len(set(columns)) == len(columns), "a column twice")
            table, text, rows = Table(columns), Text(file), RowTree()
            while file.peek(1):
                text.taken.clear()
                cells = [text.cell() for _ in columns]
                rows.add(hashlib.sha256(text.taken).digest())
                need(file.read(1) == b"\n", "a row that does not end where it should")
                if keep:
                    table.cells.append(cells)
    except OSError as error:
        raise Malformed(f"cannot be read ({error.strerror})") from None
    table.rows, table.root = rows.rows, rows.root()
    return table


def check_texts(report: Report, pack: Pack, manifest: Manifest) -> dict[str, Table]:
    """4. Texts. Gives `payments` and `due` where they can be parsed."""
    wanted = {f"data/text/{name.removesuffix('.parquet')}.txt": says for name, says in manifest.tables.items()}
    read: dict[str, Table] = {}
    for file in pack.below("data/text/"):
        if file not in wanted:
            report.find(4, "file", "a text of no table", file=file)
    for file, says in wanted.items():
        name = file.removeprefix("data/text/").removesuffix(".txt")
        try:
            need(file in pack.digests, "not there")
            table = read_table(pack.path(file), name in ("payments", "due"))
            read[name] = table
            need(table.columns == says["columns"], "other columns than manifest.json says")
            need(table.rows == says["rows"], "another number of rows than manifest.json says")
            need(table.root == says["root"], "other rows than those whose root is in manifest.json")
        except Malformed as error:
            report.find(4, "table", str(error), file=file)
    return read


# ---- "Arithmetic": payments ------------------------------------------------------------------------------------------------------

RESULTS = ("pays", "pays_nothing", "deducts", "sets", "held")
KINDS = ("paid", "nothing", "held", "unchanged", "kept", "reversal", "restatement")
DUE = ["entry", "payment", "grain", "key", "kind", "line", "sum", "standing", "of_assessment", "of_line"]


def money(minor: int) -> str:
    """A sum in minor units with two decimals: -166000000 is `-1660000.00`."""
    return f"{'-' if minor < 0 else ''}{abs(minor) // 100}.{abs(minor) % 100:02d}"


def same(left: object, right: object) -> bool:
    """Equal and of the same type: for Python true is 1."""
    if isinstance(left, dict) and isinstance(right, dict):
        return set(left) == set(right) and all(same(left[name], right[name]) for name in left)
    return type(left) is type(right) and left == right


@dataclass
class Row:
    """A payment line. `ends`: low and high before the steps and after each of them."""

    line: int
    payment: str
    grain: str
    key: str
    of: int
    amount: int | None
    result: str
    ends: list[tuple[int | None, int | None]]


class Arithmetic:
    def __init__(self, report: Report, statement: dict[str, Any], payments: Table, due: Table | None) -> None:
        self.report, self.statement, self.faults = report, statement, set[str]()
        self.steps = (len(payments.columns) - 10) // 2
        ends = [f"{end}_{step}" for step in range(1, self.steps + 1) for end in ("low", "high")]
        right = ["line", "payment", "grain", "key", "low", "high", "of", *ends, "amount", "result", "why"]
        if payments.columns != right or (due is not None and due.columns != DUE):
            self.expect("columns", False)
            return
        self.totals = as_map(statement.get("totals"))
        self.forms = as_map(self.totals.get("payments"))
        self.said_steps = [as_map(step) for step in as_list(self.totals.get("steps"))]
        names = {step["name"] for step in self.said_steps[: self.steps] if isinstance(step.get("name"), str)}
        self.names = names & set(self.forms)  # of steps with lines of their own
        self.over = [{text for text in (*as_list(says.get("over")), says.get("name")) if isinstance(text, str)} for says in self.said_steps]
        self.rows = [self.row(number, cells) for number, cells in enumerate(payments.cells, 1)]
        self.sound = [row for row in self.rows if row is not None]
        self.of: dict[str, list[Row]] = {}
        for row in self.sound:
            self.of.setdefault(row.payment, []).append(row)
        self.check_lines()
        self.check_totals()
        self.check_steps()
        self.check_evidence()
        self.expect("settlement", ("settlement" in statement) == (due is not None))
        if due is not None:
            self.check_due(due)

    def expect(self, key: str, right: object) -> None:
        """Each key is reported once."""
        if not right and key not in self.faults:
            self.faults.add(key)
            self.report.find(5, "sum", "it is not what follows from the lines", key=key)

    def is_money(self, payment: str) -> bool:
        return payment in self.names or (payment in self.forms and as_map(self.forms[payment]).get("form") != "factor")

    def concerns(self, step: int, payment: str) -> bool:
        """A step concerns the lines whose `payment` is in its `over` or is its `name`. Steps count from 1."""
        return step <= len(self.over) and payment in self.over[step - 1]

    def row(self, number: int, cells: list[Cell]) -> Row | None:
        tags = "".join(tag for tag, _ in cells)
        typed = re.fullmatch("ittt[in][in]i" + "[in][in]" * self.steps + "[in]t[in]", tags)
        self.expect(f"line {number}", typed)
        if not typed:
            return None
        values = [value for _, value in cells]
        ends = [(values[4], values[5]), *((values[7 + 2 * step], values[8 + 2 * step]) for step in range(self.steps))]
        return Row(values[0], values[1], values[2], values[3], values[6], values[-3], values[-2], ends)

    def check_lines(self) -> None:
        self.expect("lines", same(self.statement.get("lines"), len(self.rows)))
        for number, row in enumerate(self.rows, 1):
            if row is not None:
                self.expect(f"line {number}", self.line_is_right(number, row))
        items = self.statement.get("payments")
        if "payments" not in self.statement:
            self.expect("payments", self.statement.get("payments_file") == "payments.parquet")
            return
        self.expect("payments", isinstance(items, list) and len(items) == len(self.rows))
        for number, (row, item) in enumerate(zip(self.rows, as_list(items), strict=False), 1):  # where there are both
            self.expect(f"payments {number}", row is None or self.item_is_right(row, as_map(item)))

    def line_is_right(self, number: int, row: Row) -> bool:
        low, high = row.ends[-1]
        held = row.result == "held"
        right = row.line == number and row.payment in self.forms
        for one, other in row.ends:
            right = right and (one is None) == (other is None) and (one is None or other is None or one <= other)
        right = right and held == (low is None or low != high)
        right = right and (row.amount == low if not held else row.amount is None or row.payment in self.names)
        for step in range(1, self.steps + 1):
            right = right and (self.concerns(step, row.payment) or row.ends[step] == row.ends[step - 1])
        if not self.is_money(row.payment):
            return right and (held or row.result == "sets") and row.of > 0
        right = right and row.of == 1 and (row.payment not in self.names or row.ends[0] == (0, 0))
        if held or row.amount is None:
            return right
        return right and row.result == ("pays" if row.amount > 0 else "deducts" if row.amount < 0 else "pays_nothing")

    def item_is_right(self, row: Row, item: dict[str, Any]) -> bool:
        try:
            key = parse_json(row.key.encode("utf-8"))
        except Malformed:
            return False
        said = item.get("for")
        if not isinstance(said, dict) or not isinstance(key, list) or not all(isinstance(part, str) for part in key):
            return False
        if list(said.values()) != key:
            return False
        if item.get("payment") != row.payment or item.get("result") != row.result or "amount" not in item:
            return False
        if self.is_money(row.payment):
            return bool(item["amount"] == (None if row.amount is None else money(row.amount)))
        if item["amount"] is None:
            return True
        match = re.fullmatch(
            r"(-?[0-9]{1,400})(?:\.([0-9]{1,400})|/([0-9]{1,400}))?", item["amount"] if isinstance(item["amount"], str) else ""
        )
        if match is None or row.amount is None or row.of <= 0 or (match[3] and int(match[3]) == 0):
            return False
        written = Fraction(f"{match[1]}.{match[2]}") if match[2] else Fraction(int(match[1]), int(match[3] or 1))
        return written == Fraction(row.amount, row.of)

    def sums(self, rows: Iterable[Row]) -> dict[str, str]:
        amounts = [row.amount for row in rows if row.amount is not None and self.is_money(row.payment)]
        parts = {"gross": [one for one in amounts if one > 0], "deducted": [one for one in amounts if one < 0], "paid": amounts}
        return {name: money(sum(part)) for name, part in parts.items()}

    def check_totals(self) -> None:
        """`totals`: a member that should be left out is expected to be None."""
        whole: dict[str, object] = dict.fromkeys(("gross", "deducted", "paid"))
        if any(self.is_money(payment) for payment in self.forms):
            whole.update(self.sums(self.sound))
        for name, value in whole.items():
            self.expect(f"totals.{name}", same(self.totals.get(name), value) and (value is not None or name not in self.totals))
        self.expect("totals.held", same(self.totals.get("held"), sum(row.result == "held" for row in self.sound)))
        for payment, says in self.forms.items():
            rows = self.of.get(payment, [])
            counts = {"lines": len(rows), **{result: sum(row.result == result for row in rows) for result in RESULTS}}
            for name, count in counts.items():
                self.expect(f"totals.{payment}.{name}", same(as_map(says).get(name), count))
            for name, text in self.sums(rows).items():
                right = same(as_map(says).get(name), text) if self.is_money(payment) else name not in as_map(says)
                self.expect(f"totals.{payment}.{name}", right)

    def check_steps(self) -> None:
        numbers = [step.get("step") for step in self.said_steps]
        right = isinstance(self.totals.get("steps"), list) and all(is_whole(number) for number in numbers)
        self.expect("totals.steps", right and numbers == list(range(1, self.steps + 1)))
        for step in range(1, self.steps + 1):
            says = self.said_steps[step - 1] if step <= len(self.said_steps) else {}
            ends = [(*row.ends[step - 1], *row.ends[step]) for row in self.sound if self.concerns(step, row.payment)]
            cut = sum(None not in (old, new) and old != new and new == high for old, _, new, high in ends)
            holds = [old for old, top, new, high in ends if old is not None and old == top and None not in (new, high) and new != high]
            right = same(says.get("before"), money(sum(old or 0 for old, _, _, _ in ends)))
            right = right and same(says.get("after"), money(sum(new or 0 for _, _, new, _ in ends)))
            right = right and same(says.get("lines_cut"), cut)
            expected = {"lines": len(holds), "sum": money(sum(holds))} if holds else None
            self.expect(f"totals.steps {step}", right and same(says.get("holds"), expected) and ("holds" in says) == bool(holds))

    def check_evidence(self) -> None:
        if "evidence_totals" not in self.statement:
            return
        evidence, said = as_map(self.statement.get("evidence")), as_map(self.statement["evidence_totals"])
        for word in ("decided_by", "rests_on"):
            graded: dict[str, set[str]] = {}
            for payment in self.forms:
                grade = as_map(evidence.get(payment)).get(word)
                if isinstance(grade, str) and grade:
                    graded.setdefault(grade, set()).add(payment)
            for grade in {**graded, **as_map(said.get(word))}:
                payments = graded.get(grade, set())
                rows = [row for payment in payments for row in self.of.get(payment, [])]
                expected: dict[str, object] = {"lines": len(rows), "held": sum(row.result == "held" for row in rows)}
                if any(self.is_money(payment) for payment in payments):
                    expected["paid"] = self.sums(rows)["paid"]
                right = payments and same(as_map(said.get(word)).get(grade), expected)
                self.expect(f"evidence_totals.{word}.{grade}", right)

    # ---- "Of `due`, row by row"

    def check_due(self, due: Table) -> None:
        settlement = as_map(self.statement.get("settlement"))
        entries = []
        for number, cells in enumerate(due.cells, 1):
            row = dict(zip(DUE, (value for _, value in cells), strict=True))
            tags = "".join(tag for tag, _ in cells)
            typed = re.fullmatch("itttt[in]ii(ti|nn)", tags) and row["kind"] in KINDS
            self.expect(f"entry {number}", typed)
            if typed:
                entries.append((number, row))
        lines: list[list[tuple[int, dict[str, Any]]]] = []  # the entries of each line
        for number, row in entries:
            if lines and who(lines[-1][0][1]) == who(row):
                lines[-1].append((number, row))
            else:
                lines.append([(number, row)])
        self.check_order(lines, len(due.cells))
        for line in lines:
            self.check_line_entries(line)
        for number, row in entries:
            self.expect(f"entry {number}", row["entry"] == number)
            self.expect(f"entry {number}", row["of_assessment"] is None or settlement.get("previous", "") is not None)
        self.check_settlement(settlement, lines)

    def money_line(self, row: dict[str, Any]) -> Row | None:
        """The line of money in `payments` that an entry names, of its payment, grain and key."""
        at = row["line"]
        found = self.rows[at - 1] if at is not None and 1 <= at <= len(self.rows) else None
        fits = found is not None and self.is_money(found.payment) and (found.payment, found.grain, found.key) == who(row)
        return found if fits else None

    def check_order(self, lines: list[list[tuple[int, dict[str, Any]]]], rows: int) -> None:
        places = [number for number, row in enumerate(self.rows, 1) if row is not None and self.is_money(row.payment)]
        known = {(row.payment, row.grain, row.key) for row in self.sound if self.is_money(row.payment)}
        gone: set[tuple[str, str, str]] = set()
        last = 0
        for line in lines:
            number, first = line[0]
            if first["line"] is None:
                self.expect(f"entry {number}", who(first) not in known | gone)
                gone.add(who(first))
            else:
                left_out = bisect.bisect_left(places, first["line"]) > bisect.bisect_right(places, last)
                self.expect(f"entry {number}", first["line"] > last and not left_out)
                last = max(last, first["line"])
                for later, _ in line if gone else []:
                    self.expect(f"entry {later}", False)
        self.expect(f"entry {rows + 1}", not places or places[-1] <= last)

    def check_line_entries(self, line: list[tuple[int, dict[str, Any]]]) -> None:
        end, kinds = line[-1][0], tuple(row["kind"] for _, row in line)
        gone = line[0][1]["line"] is None
        if gone:
            self.expect(f"entry {end}", kinds == ("reversal",))
        elif len(kinds) == 1:
            self.expect(f"entry {end}", kinds[0] != "restatement")
        else:
            self.expect(f"entry {end}", kinds in [("reversal", after) for after in ("restatement", "kept", "held")])
        for name in ("line", "of_assessment", "of_line"):
            self.expect(f"entry {end}", all(row[name] == line[0][1][name] for _, row in line))
        reversed_sum: int | None = None  # of the row before, where that is a reversal
        for number, row in line:
            paid = self.money_line(row)
            right = row["line"] is None or paid is not None
            kind, standing, amount = row["kind"], row["standing"], None if paid is None else paid.amount
            stood = kind in ("unchanged", "kept", "reversal", "restatement") or reversed_sum is not None
            right = right and (row["of_assessment"] is not None) == stood
            right = right and (reversed_sum is None or -reversed_sum != standing)
            if kind == "reversal":
                right = right and row["sum"] != 0 and standing == 0
                right = right and (number != end or gone or amount in (0, None))
            elif kind in ("held", "kept"):
                high = None if paid is None else paid.ends[-1][1]
                right = right and amount is None and (standing == 0) == (kind == "held")
                right = right and (kind == "held" or high is None or standing <= high)
            else:
                right = right and standing == amount and (standing == 0) == (kind == "nothing")
            if kind == "unchanged" or (kind == "kept" and reversed_sum is None):
                right = right and row["sum"] == 0
            elif kind != "reversal":
                right = right and row["sum"] == standing
            self.expect(f"entry {number}", right)
            reversed_sum = row["sum"] if kind == "reversal" else None

    def check_settlement(self, settlement: dict[str, Any], lines: list[list[tuple[int, dict[str, Any]]]]) -> None:
        for name, text in settled(lines).items():
            self.expect(f"settlement.{name}", same(settlement.get(name), text))
        payments: dict[str, list[list[tuple[int, dict[str, Any]]]]] = {}
        for line in lines:
            payments.setdefault(line[0][1]["payment"], []).append(line)
        for payment in {**payments, **as_map(settlement.get("payments"))}:
            own = payments.get(payment, [])
            counts = {kind: sum(row["kind"] == kind for line in own for _, row in line) for kind in KINDS}
            right = payment in payments and same(as_map(settlement.get("payments")).get(payment), {**settled(own), **counts})
            self.expect(f"settlement.{payment}", right)
        if "entries" not in settlement:
            self.expect("settlement.entries", settlement.get("entries_file") == "due.parquet")
            return
        moved = ("paid", "reversal", "restatement", "kept")
        rows = [row for line in lines for _, row in line if row["kind"] in moved or (row["kind"] == "held" and row["of_line"] is not None)]
        plain = ("entry", "payment", "kind", "line", "of_assessment", "of_line")
        expected = [{**{name: row[name] for name in plain}, "sum": money(row["sum"]), "stands": money(row["standing"])} for row in rows]
        said = [{name: as_map(item).get(name, ...) for name in (*plain, "sum", "stands")} for item in as_list(settlement["entries"])]
        right = isinstance(settlement["entries"], list) and len(said) == len(expected)
        self.expect("settlement.entries", right and all(same(one, other) for one, other in zip(said, expected, strict=True)))


def who(row: dict[str, Any]) -> tuple[str, str, str]:
    return row["payment"], row["grain"], row["key"]


def settled(lines: list[list[tuple[int, dict[str, Any]]]]) -> dict[str, str]:
    due = sum(row["sum"] for line in lines for _, row in line)
    to_date = sum(line[-1][1]["standing"] for line in lines)
    kept = sum(row["standing"] for line in lines for _, row in line if row["kind"] == "kept")
    return {"due": money(due), "to_date": money(to_date), "paid_before": money(to_date - due), "kept_while_held": money(kept)}


def check_arithmetic(report: Report, pack: Pack, manifest: Manifest, read: dict[str, Table]) -> None:
    """5. Arithmetic."""
    try:
        statement = parse_json(pack.read(HERE + "statement.json"))
        need(isinstance(statement, dict), "no map")
    except Malformed as error:
        report.find(5, "assessment", str(error), file=HERE + "statement.json")
        return
    if "payments" in read and ("due" in read or "due.parquet" not in manifest.tables):
        Arithmetic(report, statement, read["payments"], read.get("due"))


# ---- "Redacted packs" ------------------------------------------------------------------------------------------------------------

THERE = "data/redacted/"


def read_redacted(path: str) -> Table:
    """Each cell is `[text,salt]`, `[pseudonym,commitment]` or `[commitment]`. A row's digest is that of its cells' commitments."""

    def line() -> bytes:
        data: bytes = file.readline(JSON_LIMIT)
        need(data.endswith(b"\n"), "a line that is too long, or has no end")
        return data[:-1]

    def commitment_of(cell: object, treatment: str) -> bytes:
        need(isinstance(cell, list) and all(isinstance(item, str) for item in cell) and len(cell) in (1, 2), "not a cell")
        assert isinstance(cell, list)
        need(is_hex(cell[-1], 64), "a cell without 64 hex digits")
        if len(cell) == 1:
            return bytes.fromhex(cell[0])
        need(treatment != "withheld", "a cell that should be withheld")
        if treatment == "pseudonym":
            need(is_hex(cell[0], 32), "not a pseudonym")
            return bytes.fromhex(cell[1])
        content = cell[0].encode("utf-8")
        text = Text(io.BytesIO(content))
        text.cell()
        need(len(text.taken) == len(content), "not the text of a cell")
        return hashlib.sha256(bytes.fromhex(cell[1]) + content).digest()

    try:
        with open_plain(path, 1 << 16) as file:
            head = members(parse_canonical(line()), "columns", "treatment")
            columns, treatments = as_list(head["columns"]), as_list(head["treatment"])
            need(columns and len(columns) == len(treatments), "not as many treatments as columns")
            need(all(item in ("open", "pseudonym", "withheld") for item in treatments), "an unknown treatment")
            rows = RowTree()
            while file.peek(1):
                cells = parse_canonical(line())
                need(isinstance(cells, list) and len(cells) == len(columns), "a row of another length")
                digests = [commitment_of(cell, treatment) for cell, treatment in zip(cells, treatments, strict=True)]
                rows.add(hashlib.sha256(b"".join(digests)).digest())
    except OSError as error:
        raise Malformed(f"cannot be read ({error.strerror})") from None
    return Table(columns, rows.rows, rows.root())


def check_redacted(report: Report, pack: Pack) -> Any:
    """In place of steps 3 to 5. Gives the document of the disclosure, if it is as it should be."""
    file = THERE + "disclosure.json"
    try:
        says = members(parse_canonical(pack.read(file)), "format", "contract", "engine", "complete_to", "currency", "tables")
        check_identity(members(says["contract"], "id", "version", "sha256"), says["tables"])
        need(says["format"] == "pbr-disclosure/1" and has_texts(says, "currency"), "another format")
        need(has_texts(members(says["engine"], "name", "version"), "name", "version"), "no engine")
        days = says["complete_to"]
        need(isinstance(days, dict) and all(isinstance(day, str | None) for day in days.values()), "no days")
        need(all(set(table) == {"columns", "rows", "root"} for table in says["tables"].values()), "not a table")
    except Malformed as error:
        report.find(3, "assessment", str(error), file=file)
        return None
    if pack.sha256(THERE + "contract.yaml") != says["contract"]["sha256"]:
        report.find(3, "assessment", "it is not the contract of disclosure.json, or not there", file=THERE + "contract.yaml")
    wanted = {f"{THERE}{name.removesuffix('.parquet')}.jsonl": table for name, table in says["tables"].items()}
    for name in pack.below(THERE):
        if name not in wanted and name not in (file, THERE + "contract.yaml") and not name.startswith(THERE + "rules/"):
            report.find(3, "file", "a file of no table", file=name)
    for name, table in wanted.items():
        try:
            need(name in pack.digests, "not there")
            found = read_redacted(pack.path(name))
            need(found.columns == table["columns"] and found.rows == table["rows"], "other columns or another number of rows")
            need(found.root == table["root"], "its rows do not give its root")
        except Malformed as error:
            report.find(3, "table", str(error), file=name)
    return says


# ---- "Checking a pack", 6. Receipts ----------------------------------------------------------------------------------------------


def check_receipts(report: Report, pack: Pack, policy: Policy | None) -> dict[int, Receipt]:
    """The receipts by the number of the entry. (Whether they are witnessed is of no weight here: the log is in the pack.)"""
    receipts: dict[int, Receipt] = {}
    for file in pack.below("data/receipts/"):
        match, own = RECEIPT.fullmatch(file), Report()
        if match is None:  # said in step 2
            continue
        try:
            receipt = check_receipt(own, read_file(pack.path(file), NOTE_LIMIT), policy, file)
        except Malformed as error:
            own.find(1, "receipt", str(error), file=file)
            receipt = None
        if receipt is not None and receipt.index != int(match[1]):
            own.find(1, "receipt", "it is that of another entry than its name says", file=file)
        elif receipt is not None:
            receipts[receipt.index] = receipt
        report.findings += [replace(item, step=6) for item in own.findings]
        for text in own.notes:
            if text.startswith("not checked"):
                report.note(text)
    return receipts


def check_anchors(report: Report, pack: Pack, manifest: Manifest | None, receipts: dict[int, Receipt]) -> set[int]:
    """Of a pack that is not redacted. Gives the assessments' entries whose opened commitment is to this folder."""
    digests = {name: pack.sha256(f"{HERE}{name}.json") for name in ("manifest", "run")}
    assessments = {number: item for number, item in receipts.items() if item.entry.kind == "assessment"}
    tied = set()

    def expect(number: int, right: object, says: str) -> None:
        if not right:
            report.find(6, "anchor", says, entry=number)

    for number, receipt in receipts.items():
        says, kind, opened = receipt.entry.says, receipt.entry.kind, receipt.opened.get("commitment")
        document = as_map(opened)
        if kind == "assessment" and "commitment" in receipt.opened:
            right = document == digests and None not in digests.values()
            expect(number, right, "it is about another manifest.json or run.json")
            tied |= {number} if right else set()
        elif kind == "submission" and "commitment" in receipt.opened and manifest is not None:
            listed = not assessments or any(number in item.entry.says["submissions"] for item in assessments.values())
            files = as_list(document.get("files"))
            right = isinstance(document.get("files"), list) and len(submitted(document)) == len(files)
            right = right and set(submitted(document)) <= {(given["sha256"], given["size"]) for given in manifest.inputs}
            expect(number, right or not listed, "it has files that are not among the inputs")
        elif kind in ("contract", "variation") and manifest is not None:
            rules = {(row["rule"], row["sha256"]) for row in says["terms"]["rules"]}
            right = says["terms"]["sha256"] == manifest.contract
            right = right and rules == {(rule["rule"], rule["sha256"]) for rule in manifest.rules}
            named = any(item.entry.says["contract"] == number for item in assessments.values())
            expect(number, right or not named, "its terms are not those of the assessment")
        elif kind in ("approval", "challenge") and "commitment" in receipt.opened and says["assessment"] in assessments:
            expect(number, document.get("manifest") == digests["manifest"], "it is about another manifest.json")
    return tied


def check_disclosed(report: Report, pack: Pack, document: Any, receipts: dict[int, Receipt]) -> set[int]:
    """Of a redacted pack: the document that was disclosed is `disclosure.json`; the terms are the contract and rules that are there."""
    tied = set()
    assessments = {number: item for number, item in receipts.items() if item.entry.kind == "assessment"}
    rules = sorted(pack.digests[name][0] for name in pack.below(THERE + "rules/"))
    for number, receipt in receipts.items():
        says, kind = receipt.entry.says, receipt.entry.kind
        if kind == "assessment" and "disclosure" in receipt.opened:
            if canonical(receipt.opened["disclosure"]) == canonical(document):
                tied.add(number)
            else:
                report.find(6, "anchor", "it disclosed another document than disclosure.json", entry=number)
        elif kind in ("contract", "variation") and any(item.entry.says["contract"] == number for item in assessments.values()):
            terms = says["terms"]
            if terms["sha256"] != pack.sha256(THERE + "contract.yaml") or sorted(rule["sha256"] for rule in terms["rules"]) != rules:
                report.find(6, "anchor", "its terms are not the contract and rules that are there", entry=number)
    return tied


# ---- "Checking a pack": all steps ------------------------------------------------------------------------------------------------


def check_proved(
    report: Report, receipts: dict[int, Receipt], number: int | None, inputs: list[dict[str, Any]], policy: Policy | None, has_log: bool
) -> None:
    """`verified` if all of this holds, with a note for each that does not. `number`: of the assessment's entry; `policy`: the reader's."""
    lacking: list[str] = []
    if policy is None:
        lacking.append("a policy from elsewhere than the pack, which says whose signatures are to be believed")
    if not has_log:
        lacking.append("the log: it is not in the pack")
    elif policy is not None and number is not None and (report.witnessed or 0) <= number:
        lacking.append(f"witnesses: the assessment, entry {number}, is not known to be witnessed as {policy.whose} demands")
    if number is None:
        lacking.append("the assessment: no opened receipt ties what is here to a log")
    listed = [] if number is None else [receipts[item] for item in receipts[number].entry.says["submissions"] if item in receipts]
    logged = {row for item in listed if item.entry.kind == "submission" for row in submitted(item.opened.get("commitment"))}
    missing = [given["name"] for given in inputs if (given["sha256"], given["size"]) not in logged]
    if missing:
        names = ", ".join(missing[:10]) + (f" and {len(missing) - 10} more" if len(missing) > 10 else "")
        lacking.append(f"inputs in an opened receipt of a submission that the assessment lists: {names}")
    for text in lacking:
        report.note(f"what was lacking: {text}")
    if policy is not None and not lacking:
        report.proved = (
            f"the assessment, and that its inputs were submitted, is in the log, witnessed as {policy.whose} demands; that does not rule out"
            " that those who hold its keys together showed you another log than others, nor that what was logged is untrue"
        )


def run_pack(path: str, policy: Policy | None, kept: Kept | None) -> Report:
    need_folder(path)
    report, pack, policy = Report(pack=True), Pack(path), readers_policy(policy, kept)
    check_bag(report, pack)
    says = read_pack_json(report, pack)
    if says is None:
        return report
    manifest = None
    if says["redacted"]:
        document = check_redacted(report, pack)
        receipts = check_receipts(report, pack, policy)
        tied = set() if document is None else check_disclosed(report, pack, document, receipts)
    else:
        manifest = check_assessment(report, pack)
        if manifest is not None:
            check_arithmetic(report, pack, manifest, check_texts(report, pack, manifest))
        receipts = check_receipts(report, pack, policy)
        tied = check_anchors(report, pack, manifest, receipts)
    number = max(tied, default=None)  # the newest
    report.assessment = None if number is None else {"entry": number, "state": None}
    has_log = bool(pack.below("data/log/"))
    if has_log:  # 7. The log
        own = Report()
        log = check_log(own, pack.path("data/log"), policy, kept, "data/log/")
        report.findings += [replace(item, step=7) for item in own.findings]
        report.origin, report.size, report.root, report.witnessed = own.origin, own.size, own.root, own.witnessed
        report.assessments = own.assessments
        for text in own.notes:
            if not text.startswith("what was lacking"):
                report.note(text)
        for index, receipt in receipts.items():
            leaf = log.leaf(index) if log is not None and index < log.size else None
            if log is not None and (index >= log.size or leaf not in (None, leaf_hash(receipt.entry.data))):
                report.find(7, "anchor", "it is not the log's entry of that number", entry=index)
            elif index == number and not own.findings:
                report.assessment = next((item for item in own.assessments if item["entry"] == number), report.assessment)
    elif kept is not None:
        report.note("the kept view was not compared: the log is not in the pack")
    check_proved(report, receipts, number, [] if manifest is None else manifest.inputs, policy, has_log)
    return report


# ---- The commands ----------------------------------------------------------------------------------------------------------------


def read_given(path: str, limit: int) -> bytes:
    """A file that the reader named. One that is too long is cut: it is then of a wrong form anyway."""
    try:
        return read_start(path, limit + 1)[0]
    except (Malformed, OSError, ValueError) as error:
        raise Misuse(f"{shown(path)} {error}") from None


def is_link(path: str) -> bool:
    return os.path.islink(path.rstrip("/") or path)


def need_folder(path: str) -> None:
    if "\0" in path or is_link(path) or not os.path.isdir(path):
        raise Misuse(f"{shown(path)} is no folder")


def run_log(path: str, policy: Policy | None, kept: Kept | None, keep: str | None = None) -> Report:
    report = Report()
    need_folder(path)
    log = check_log(report, path, policy, kept)
    if keep is not None and log is not None and not report.findings:
        keep_view(log, keep, report, readers_policy(policy, kept), kept is None)
    elif keep is not None:
        report.note("the view was not kept: the log is broken")
    return report


def run_receipt(path: str, policy: Policy | None, data: list[str]) -> Report:
    report = Report()
    content = read_given(path, NOTE_LIMIT)
    try:
        digests = [digest_file(name)[::2] for name in data]
    except (Malformed, OSError, ValueError) as error:
        raise Misuse(f"a file of --data {error}") from None
    receipt = check_receipt(report, content, policy, None)
    if receipt is not None:
        check_data(report, receipt, data, digests)
        report.note("the entry's own signatures were not checked: the keys stand in another entry")
    return report


def run_consistency(path: str, policy: Policy | None, kept: Kept) -> Report:
    report = Report()
    check_growth(report, read_given(path, 2 * NOTE_LIMIT), policy, kept)
    return report


def run_batch(policy: Policy | None, kept: Kept | None) -> int:
    """Lines "log PATH", "log PATH<TAB>VIEW" or "pack PATH"; one line of JSON for each."""
    worst = 0
    for raw in sys.stdin.buffer:
        line = os.fsdecode(raw.removesuffix(b"\n"))
        command, _, rest = line.partition(" ")
        path, tab, view = rest.partition("\t")
        try:
            if not path or command not in RUNS or (tab and command != "log"):
                raise Misuse('a line that is not "log PATH", "log PATH<TAB>VIEW" or "pack PATH"')
            report = RUNS[command](path, policy, load_kept(view) if tab else kept)
            answer, code = report.answer(), 3 if report.findings else 0
        except (Misuse, OSError, ValueError, RecursionError, MemoryError) as error:
            answer, code = {**Report().answer(), "verdict": None, "error": shown(str(error))}, 1
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
        worst = max(worst, code)
    return worst


RUNS: dict[str, Callable[[str, Policy | None, Kept | None], Report]] = {"log": run_log, "pack": run_pack}


def print_answer(report: Report, as_json: bool) -> None:
    answer = report.answer()
    if as_json:
        print(json.dumps(answer))
        return
    if report.pack:  # the words for people say first what the state of this assessment is
        entry, state = (None, None) if report.assessment is None else (report.assessment["entry"], report.assessment["state"])
        unknown = "has a state that is not known: the log is not in the pack, or is broken, or has another entry there"
        print(
            "No assessment is tied to a log here."
            if entry is None
            else f"The assessment, entry {entry}, {f'is {state}' if state else unknown}."
        )
    print(str(answer["verdict"]).upper())
    if report.origin is not None and report.root is not None:
        print(f"{shown(report.origin)}, {report.size} entries, {report.witnessed} of them witnessed, root {report.root.hex()}")
    for item in report.findings:
        places = [f"entry {item.entry}"] * (item.entry is not None) + [shown(text) for text in (item.file, item.key) if text is not None]
        print(f"  {item.kind}{': ' if places else ''}{', '.join(places)}: {shown(item.says)}")
    for assessment in report.assessments:
        print(f"  assessment {assessment['entry']}: {assessment['state']}")
    for text in report.said():
        print(f"  ({shown(text)})")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Checks logs, receipts, consistency proofs and packs.", allow_abbrev=False)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, what in (("log", "LOG"), ("receipt", "FILE"), ("consistency", "FILE"), ("pack", "BAG"), ("batch", None)):
        command = commands.add_parser(name, allow_abbrev=False)
        if what is not None:
            command.add_argument("path", metavar=what)
            command.add_argument("--json", action="store_true", help="one line of JSON")
        command.add_argument("--policy", metavar="FILE", help="whom to trust, in the form of tlog-policy")
        if name != "receipt":
            command.add_argument("--kept", metavar="VIEW", required=name == "consistency", help="what was seen earlier")
    commands.choices["log"].add_argument("--keep", metavar="DIR", help="write the view of a log that is not broken")
    commands.choices["receipt"].add_argument("--data", metavar="FILE", action="append", default=[], help="a file that was submitted")
    given = parser.parse_args(arguments)
    try:
        sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
        policy = load_policy(given.policy) if given.policy is not None else None
        kept = load_kept(given.kept) if getattr(given, "kept", None) is not None else None
        if given.command == "batch":
            return run_batch(policy, kept)
        if given.command == "log":
            report = run_log(given.path, policy, kept, given.keep)
        elif given.command == "pack":
            report = run_pack(given.path, policy, kept)
        elif given.command == "receipt":
            report = run_receipt(given.path, policy, given.data)
        else:
            assert kept is not None
            report = run_consistency(given.path, policy, kept)
        print_answer(report, given.json)
        sys.stdout.flush()
        return 3 if report.findings else 0
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 1
    except (Misuse, OSError, ValueError, RecursionError, MemoryError) as error:
        print(shown(str(error)) or type(error).__name__, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
