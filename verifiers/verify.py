#!/usr/bin/env python3
"""Checks logs (pbr-log/1), receipts, consistency proofs and evidence packs (pbr-pack/1) by their description alone.

The law is docs/log-format.md and docs/pack-format.md; for the cells of tables also docs/trail-format.md. This file does
what those pages say and nothing else, in their order, and each part is headed by the page and the section that it does:

    WORDS        limits, base64, canonical JSON, times      CONSISTENCY  a newer checkpoint against an older one
    SHAPES       what a value of JSON must be               PACK 1       the bag
    FILES        reading, and never through a link          PACK 2       pack.json
    TREE         RFC 6962 and RFC 9162                      PACK 3       the assessment's folder
    KEYS         vkeys and signatures                       PACK 4       texts: cells, rows, the root of a table
    CHECKPOINT   signed notes and their signature lines     PACK 5       arithmetic: payments, totals, due
    POLICY       whom the reader trusts, the quorum         REDACTED     in place of PACK 3 to 5
    ANSWER       findings, notes, the verdict               PACK 6       receipts and what they are tied to
    ENTRIES      the five points; states of assessments     PACK 7       the log, the assessment, the verdict
    LOG 1 - 9    the steps of "Checking a log"              COMMANDS     the command line, words for people
    RECEIPTS     an entry and its proof

To audit the log alone, read WORDS to LOG 9. For receipts, RECEIPTS after that. For packs, PACK 1 to 7, after WORDS,
SHAPES, FILES, TREE, ANSWER and RECEIPTS. Three words to know: `need(...)` refuses what was read (ValueError); its
nearest caller makes one finding of that (`report.find(step, class, place)`); what the reader gave and cannot be used is
a Misuse (exit code 1).

Python 3.11 or newer, the standard library. `cryptography` is loaded where a signature is checked; without it all else
is checked, and the answer says which signatures were not. Nothing is written but with --keep.
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
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple

# ==== WORDS: log-format.md, "Words", and the limits that the pages name ==============================================

NOTE_LIMIT = 262_144  # bytes of a checkpoint or a proof
POLICY_LIMIT = 262_144
LINES_LIMIT = 64  # signature lines of a checkpoint
HASHES_LIMIT = 63  # of a proof
ENTRY_LIMIT = 65_535
WIDTH = 256  # hashes of a full tile, entries of a full bundle
BUNDLE_LIMIT = WIDTH * (ENTRY_LIMIT + 2)
WHOLE = 1 << 53  # whole numbers stay below this
DEPTH = 100  # maps and lists within each other
FINDINGS = 1000
MANIFEST_LIMIT = 1 << 26  # of a bag
JSON_LIMIT = 1 << 30
HEAD_LIMIT = 1 << 20  # the first line of a table's text
CELL_LIMIT = 1 << 28
BLOCK = 1024  # rows of a block of a table's tree

UNREADABLE = (ValueError, OSError)  # what reading raises when what is read is not as the pages say


class Misuse(Exception):
    """What the reader gave cannot be used: exit code 1, no finding."""


class Unchecked(Exception):
    """The algorithm of a signature is not to be had on this machine."""


def need(condition: object) -> None:
    if not condition:
        raise ValueError("it is not as the page says")


def unbase64(text: str) -> bytes:
    """RFC 4648 section 4, with padding, and nothing that decodes otherwise than back to itself."""
    data = base64.b64decode(text.encode("ascii"), validate=True)
    need(base64.b64encode(data).decode() == text)
    return data


def decimal(text: str) -> int:
    """A whole number below 2^53 in ASCII digits, without leading zeroes."""
    need(re.fullmatch("0|[1-9][0-9]{0,15}", text) and int(text) < WHOLE)
    return int(text)


def seconds(text: str) -> int:
    """A time, `2026-03-31T17:00:00Z`, as seconds since 1970: a real date of the years 1970 to 9999."""
    need(re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z", text))
    since = datetime(*map(int, re.findall("[0-9]+", text))) - datetime(1970, 1, 1)
    need(since.days >= 0)
    return since.days * 86_400 + since.seconds


def json_map(pairs: list[tuple[str, object]]) -> dict[str, object]:
    need(len(dict(pairs)) == len(pairs))  # no name twice
    return dict(pairs)


DECODER = json.JSONDecoder(object_pairs_hook=json_map)
ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def in_order(value: Any, least: int, room: int = DEPTH) -> Any:
    """Names of maps are in the order of their UTF-16 units (RFC 8785). Numbers are whole, from `least` to 2^53 - 1;
    at most 100 maps and lists lie within each other."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, int):
        need(least <= value < WHOLE)
        return value
    need(room > 0 and isinstance(value, (dict, list)))
    if isinstance(value, list):
        return [in_order(item, least, room - 1) for item in value]
    names = sorted(value, key=lambda name: name.encode("utf-16-be"))
    return {name: in_order(value[name], least, room - 1) for name in names}


def canonical(value: object, least: int = 0) -> bytes:
    """RFC 8785. (Half of a pair cannot be written in UTF-8: ValueError.)"""
    return ENCODER.encode(in_order(value, least)).encode("utf-8")


def parse_json(data: bytes, is_canonical: bool = False) -> Any:
    """JSON that need not be canonical is as pack-format.md says (step 3): its numbers may be below 0."""
    try:
        value = DECODER.decode(data.decode("utf-8"))
        written = canonical(value, 0 if is_canonical else 1 - WHOLE)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    need(written == data or not is_canonical)
    return value


def parse_canonical(data: bytes) -> Any:
    """Byte for byte: parse it, write it canonically again, compare."""
    return parse_json(data, True)


# ==== SHAPES: what a value of JSON must be. The pages' tables of members are written in these ========================
#
#   str, bool, object   of this type (object: anything)     [shape]          a list, each item of which has the shape
#   a function          that is true of the value           {name: shape}    a map of these members and no others
#   (shape, shape)      one of them                         AtLeast(...)     a map of these members, and perhaps others
#   "text", None        exactly this                        Each(shape)      a map of any names to values of the shape


class AtLeast(dict[str, Any]):
    pass


@dataclass(frozen=True)
class Each:
    shape: Any


def fits(value: Any, shape: Any) -> bool:
    if isinstance(shape, type):
        return isinstance(value, shape)
    if callable(shape):
        return bool(shape(value))
    if isinstance(shape, dict):
        names_fit = isinstance(value, dict) and shape.keys() <= value.keys()
        if not names_fit or (len(value) > len(shape) and not isinstance(shape, AtLeast)):
            return False
        wrong = [name for name, part in shape.items() if not fits(value[name], part)]
        return not wrong
    if isinstance(shape, Each):
        return isinstance(value, dict) and all(fits(item, shape.shape) for item in value.values())
    if isinstance(shape, list):
        return isinstance(value, list) and all(fits(item, shape[0]) for item in value)
    if isinstance(shape, tuple):
        return any(fits(value, one) for one in shape)
    return type(value) is type(shape) and value == shape


def is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < WHOLE


def is_hex(value: object, digits: int) -> bool:
    return isinstance(value, str) and len(value) == digits and re.fullmatch("[0-9a-f]*", value) is not None


def is_digest(value: object) -> bool:
    """32 bytes."""
    return is_hex(value, 64)


def is_rising(value: object) -> bool:
    """Numbers, each above the one before it."""
    return fits(value, [is_whole]) and value == sorted(set(value))


def as_map(value: object) -> dict[str, Any]:
    """For what may be absent or of another type: it is then as if it held nothing."""
    return value if isinstance(value, dict) else {}


def as_list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


# ==== FILES: "No link is followed; what is not a plain file cannot be read" ==========================================
def open_plain(path: str, buffering: int = -1) -> Any:
    handle = os.open(
        path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    )
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise ValueError("not a plain file")
    return os.fdopen(handle, "rb", buffering=buffering)


def read_start(path: str, limit: int) -> tuple[bytes, int]:
    """At most `limit` bytes of a plain file, and how long it is."""
    with open_plain(path) as file:
        size = os.fstat(file.fileno()).st_size
        return file.read(min(size, limit)), size


def read_file(path: str, limit: int) -> bytes:
    data, size = read_start(path, limit)
    need(size <= limit)
    return data


PLAIN, EMPTY_FOLDER, OTHER = "a plain file", "an empty folder", "a link, or no plain file"


def walk(folder: str) -> dict[str, str]:
    """All files below a folder by their path with `/`, and its empty folders: what each of them is."""
    found, todo = {}, [""]
    while todo:
        here = todo.pop()
        try:
            with os.scandir(os.path.join(folder, here)) as items:
                names = list(items)
        except OSError:
            found[here.rstrip("/")] = OTHER
            continue
        if not names and here:
            found[here.rstrip("/")] = EMPTY_FOLDER
        for item in names:
            if item.is_dir(follow_symlinks=False):
                todo.append(f"{here}{item.name}/")
            else:
                found[here + item.name] = PLAIN if item.is_file(follow_symlinks=False) else OTHER
    return found


def utf8(name: str) -> str:
    """A name of a file, with U+FFFD for what is not UTF-8."""
    return os.fsencode(name).decode("utf-8", "replace")


# ==== TREE: "the Merkle tree of RFC 6962 section 2.1 (SHA-256)" ======================================================
def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def hashes_of(data: bytes) -> Iterator[bytes]:
    return (data[at : at + 32] for at in range(0, len(data), 32))


class Tree:
    """It grows leaf by leaf, and keeps the roots of the full subtrees of which its size is the sum, largest first."""

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
            return hashlib.sha256(b"").digest()
        node = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            node = node_hash(peak, node)
        return node


def tree_root(leaf_hashes: Iterable[bytes]) -> bytes:
    tree = Tree()
    for leaf in leaf_hashes:
        tree.add(leaf)
    return tree.root()


def climb(number: int, last: int, start: bytes, hashes: list[bytes]) -> tuple[bytes, bytes, bool]:
    """The loop of RFC 9162 sections 2.1.3.2 and 2.1.4.2: the older and the newer root, and whether it ended on top."""
    old = new = start
    for item in hashes:
        if last == 0:
            return old, new, False
        if number & 1 or number == last:
            old, new = node_hash(item, old), node_hash(item, new)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            new = node_hash(new, item)
        number, last = number >> 1, last >> 1
    return old, new, last == 0


def check_inclusion(index: int, size: int, leaf: bytes, hashes: list[bytes], root: bytes) -> bool:
    """RFC 9162 section 2.1.3.2: what it calls r is the newer root of `climb`."""
    if not 0 <= index < size or any(len(item) != 32 for item in (leaf, root, *hashes)):
        return False
    return climb(index, size - 1, leaf, hashes)[1:] == (root, True)


def check_consistency(size1: int, size2: int, root1: bytes, root2: bytes, hashes: list[bytes]) -> bool:
    """RFC 9162 section 2.1.4.2. From size 0 anything follows, equal sizes have equal roots: neither has hashes."""
    if not 0 <= size1 <= size2 or any(len(item) != 32 for item in (root1, root2, *hashes)):
        return False
    if size1 == 0 or size1 == size2:
        return not hashes and (size1 != size2 or root1 == root2)
    path = (
        [root1, *hashes] if size1 & (size1 - 1) == 0 else hashes
    )  # the root of a power of two is a node of the newer tree
    number, last = size1 - 1, size2 - 1
    while number & 1:
        number, last = number >> 1, last >> 1
    return bool(path) and climb(number, last, path[0], path[1:]) == (root1, root2, True)


# ==== KEYS: log-format.md, "Words" (vkeys) and "The checkpoint" (keys that are refused) ==============================

ED25519, COSIGNATURE, ML_DSA = 0x01, 0x04, 0x06
KEY_LENGTHS = {ED25519: 32, COSIGNATURE: 32, ML_DSA: 1312}
NOT_IN_NAMES = re.compile("[+\x00- \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")
LOW_ORDER = set(
    hashes_of(
        bytes.fromhex("""
0100000000000000000000000000000000000000000000000000000000000000
0100000000000000000000000000000000000000000000000000000000000080
ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f
ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff
0000000000000000000000000000000000000000000000000000000000000000
0000000000000000000000000000000000000000000000000000000000000080
26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05
26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85
c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a
c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa
""")
    )
)  # points P of which 8P is the identity


@dataclass(frozen=True)
class Key:
    """A vkey. `keyid` is its text up to its second `+`; `public` is without the byte of its type."""

    keyid: str
    name: str
    kind: int
    public: bytes


def is_keyid(value: object) -> bool:
    name, _, key_id = str(value).partition("+")
    return isinstance(value, str) and name != "" and not NOT_IN_NAMES.search(name) and is_hex(key_id, 8)


def is_refused(public: bytes) -> bool:
    """An Ed25519 key that is not canonical (its low 255 bits are 2^255 - 19 or more), or of low order."""
    return int.from_bytes(public, "little") % (1 << 255) >= (1 << 255) - 19 or public in LOW_ORDER


@lru_cache(maxsize=1024)
def parse_vkey(text: str) -> Key:
    name, key_id, encoded = text.split("+", 2)
    need(is_keyid(f"{name}+{key_id}"))
    data = unbase64(encoded)
    need(data and len(data) - 1 == KEY_LENGTHS.get(data[0]))
    need(hashlib.sha256(name.encode("utf-8") + b"\n" + data).hexdigest()[:8] == key_id)
    need(data[0] == ML_DSA or not is_refused(data[1:]))
    return Key(f"{name}+{key_id}", name, data[0], data[1:])


def need_distinct(keys: list[Key]) -> None:
    """No two different vkeys have the same name and key ID."""
    need(len({key.keyid for key in keys}) == len(set(keys)))


@lru_cache(maxsize=8192)  # what stands in many logs of a batch is checked once
def _verifies(kind: int, public: bytes, message: bytes, signature: bytes) -> bool:
    try:
        from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

        if kind == ML_DSA:
            from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey as PublicKey
        else:
            from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey as PublicKey
    except ImportError:
        raise Unchecked from None
    try:
        PublicKey.from_public_bytes(public).verify(signature, message)
    except UnsupportedAlgorithm:
        raise Unchecked from None
    except (InvalidSignature, ValueError):
        return False
    return True


def check_ed25519(public: bytes, message: bytes, signature: bytes) -> bool:
    """RFC 8032, under a key that is not refused."""
    if len(public) != 32 or len(signature) != 64 or is_refused(public):
        return False
    return _verifies(ED25519, public, message, signature)


def check_ml_dsa(public: bytes, message: bytes, signature: bytes) -> bool:
    """ML-DSA-44 with an empty context."""
    return len(public) == 1312 and len(signature) == 2420 and _verifies(ML_DSA, public, message, signature)


# ==== CHECKPOINT: log-format.md, "The checkpoint"; C2SP signed-note, tlog-checkpoint, tlog-cosignature ===============
@dataclass(frozen=True)
class Checkpoint:
    data: bytes
    text: bytes  # what is signed
    origin: str
    size: int
    root: bytes
    lines: list[tuple[str, bytes]]  # of each signature: keyid, and what stands after the key ID


def parse_checkpoint(data: bytes) -> Checkpoint:
    need(len(data) <= NOTE_LIMIT and not re.search(rb"[\x00-\x09\x0b-\x1f]", data))
    text, blank, signatures = data.decode("utf-8").rpartition("\n\n")
    need(blank and signatures.endswith("\n") and text.count("\n") == 2)
    origin, size, root = text.split("\n")
    need(origin and len(unbase64(root)) == 32)
    lines = []
    for line in signatures[:-1].split("\n"):
        dash, name, encoded = line.split(" ")
        signature = unbase64(encoded)
        lines.append((f"{name}+{signature[:4].hex()}", signature[4:]))
        need(dash == "\u2014" and len(signature) >= 5 and is_keyid(lines[-1][0]))
    need(len(lines) <= LINES_LIMIT)
    return Checkpoint(data, text.encode("utf-8") + b"\n", origin, decimal(size), unbase64(root), lines)


def check_line(key: Key, checkpoint: Checkpoint, signature: bytes) -> tuple[bool, int]:
    """Whether a line verifies under the key of its name and key ID, and the time that a cosignature says."""
    if key.kind == ED25519:
        return check_ed25519(key.public, checkpoint.text, signature), 0
    stamp, signature = signature[:8], signature[8:]
    time = int.from_bytes(stamp, "big")
    if time >= 1 << 63:
        return False, 0
    if key.kind == COSIGNATURE:
        message = b"cosignature/v1\ntime %d\n" % time + checkpoint.text
        return check_ed25519(key.public, message, signature), time
    name, origin = key.name.encode("utf-8"), checkpoint.origin.encode("utf-8")
    if len(name) > 255 or len(origin) > 255:
        return False, 0
    message = b"subtree/v1\n\0" + bytes([len(name)]) + name + stamp + bytes([len(origin)]) + origin
    message += bytes(8) + checkpoint.size.to_bytes(8, "big") + checkpoint.root  # start 0, end, hash
    return check_ml_dsa(key.public, message, signature), time


# ==== POLICY: log-format.md, "The checkpoint" (at its end); C2SP tlog-policy =========================================
@dataclass
class Policy:
    data: bytes
    keys: dict[str, tuple[str, Key]]  # by keyid: the witness's name (empty: a log's key), and the key
    groups: dict[str, tuple[int, list[str]]]  # how many it takes of which; each names only what is defined before it
    quorum: str
    whose: str = "the policy given"

    def met(self, witnesses: set[str]) -> bool:
        """Whether these witnesses are a quorum."""
        have = {"none", *witnesses}
        for name, (enough, names) in self.groups.items():
            if len(have & set(names)) >= enough:
                have.add(name)
        return self.quorum in have


def parse_policy(data: bytes) -> Policy:
    need(not re.search(rb"[^\t\n\x20-\x7e\x80-\xff]", data))
    logs: list[Key] = []
    witnesses: dict[str, Key] = {}
    groups: dict[str, tuple[int, list[str]]] = {}
    quorums: list[str] = []
    grouped: list[str] = []  # all that are in a group: a name is in one at most
    for line in data.decode("utf-8").split("\n"):
        words = [word for word in re.split("[ \t]+", line) if word]
        defined = {"none", *witnesses, *groups}
        match words:
            case []:
                pass
            case [first, *_] if first.startswith("#"):
                pass
            case ["log", vkey] | ["log", vkey, _]:
                logs.append(parse_vkey(vkey))
                need(logs[-1].kind in (ED25519, ML_DSA))
            case ["witness", name, vkey] | ["witness", name, vkey, _]:
                need(name not in defined)
                witnesses[name] = parse_vkey(vkey)
                need(witnesses[name].kind in (COSIGNATURE, ML_DSA))
            case ["group", name, number, _, *_]:
                names = words[3:]
                enough = {"any": 1, "all": len(names)}.get(number) or decimal(number)
                need(name not in defined and 1 <= enough <= len(names) and set(names) <= defined - {"none"})
                groups[name], grouped = (enough, names), grouped + names
            case ["quorum", name]:
                need(name in defined)
                quorums.append(name)
            case _:
                raise ValueError("a line that is none of a policy")
    need(len(quorums) == 1 and len(set(grouped)) == len(grouped))
    for keys in (logs, list(witnesses.values())):  # no key twice, under whatever name
        need(len({key.public for key in keys}) == len(keys))
    need_distinct([*logs, *witnesses.values()])
    known = {key.keyid: (name, key) for name, key in witnesses.items()} | {key.keyid: ("", key) for key in logs}
    return Policy(data, known, groups, quorums[0])


def load_policy(path: str, whose: str = "the policy given") -> Policy:
    """The reader's: one that cannot be read is a misuse."""
    try:
        policy = parse_policy(read_file(path, POLICY_LIMIT))
    except UNREADABLE as error:
        raise Misuse(f"the policy {path} cannot be read: {error}") from None
    policy.whose = whose
    return policy


# ==== ANSWER: log-format.md, "Findings have a class ...", "Witnessed", "The verdict", "What a verifier prints" =======

SAYS = {
    "checkpoint": "no checkpoint can be read here",
    "unsigned": "no valid signature of a key that the policy has for this",
    "signature": "a signature does not verify, may not stand here, or is of no known key",
    "file": "not there, not as it should be, or nothing that belongs here",
    "entry": "not whole, or not the one whose hash is in the tile",
    "root": "neither the tiles nor the entries give the checkpoint's root",
    "origin": "what was seen earlier is of another log",
    "rollback": "the log is smaller than it was",
    "history": "not what was there when it was kept or cosigned",
    "form": "not written as an entry must be",
    "time": "earlier than the entry before it",
    "references": "it names entries that it may not name",
    "signer": "signed by a key that may not sign it",
    "time-ahead": "its time is later than that at which a witness had seen it",
    "back-dated": "a day after its time a witness saw that it was not there",
    "receipt": "no receipt of this entry can be read here",
    "proof": "its hashes do not lead from the entry to the checkpoint's root",
    "opening": "it does not give the commitment in the entry",
    "data": "none of the files that an opened commitment names",
    "consistency": "it does not prove that the newer tree continues the older one",
    "bag": "not what BagIt and the page ask for",
    "path": "it names a path that may not be, or two that differ in capitals only",
    "pack": "it does not say what is in the pack",
    "assessment": "not there, or not what the assessment says of it",
    "table": "not the rows and columns that were said of this table",
    "sum": "it does not follow from the lines",
    "anchor": "what is logged is not what is here",
}


class Finding(NamedTuple):
    step: int
    kind: str
    entry: int | None
    file: str  # empty: none
    key: str  # empty: none

    def order(self) -> tuple[object, ...]:
        return self.step, -1 if self.entry is None else self.entry, utf8(self.file).encode(), self.kind, self.key

    def printed(self) -> dict[str, object]:
        places = {"entry": self.entry, "file": utf8(self.file) or None, "key": self.key or None}
        there = {name: at for name, at in places.items() if at is not None}
        return {"class": self.kind, **there, "says": SAYS[self.kind]}


@dataclass
class Report:
    """What is found. Of a part of a pack, `step` is its step, `place` stands before each file, `file` where none is."""

    step: int | None = None
    place: str = ""
    file: str = ""
    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    checkpoint: Checkpoint | None = None
    witnessed: int | None = None
    assessments: list[dict[str, object]] = field(default_factory=list)
    vouched: str = ""  # what makes it verified; empty: something is lacking
    of_pack: bool = False
    assessment: dict[str, object] | None = None  # that of a pack
    limit: str = "its payments were not computed again from the data (pbr verify does)"  # of a pack, in its first line
    about: list[str] = field(default_factory=list)  # what it is of, in its own words: for people only

    def find(self, step: int, kind: str, *, entry: int | None = None, file: str = "", key: str = "") -> None:
        self.findings.append(Finding(self.step or step, kind, entry, self.place + file if file else self.file, key))

    def find_if(self, wrong: object, step: int, kind: str, **place: Any) -> None:
        if wrong:
            self.find(step, kind, **place)

    def note(self, says: str) -> None:
        if says not in self.notes:
            self.notes.append(says)

    def take(self, checkpoint: Checkpoint) -> None:
        self.checkpoint, self.witnessed = checkpoint, 0

    def verdict(self) -> str:
        return "broken" if self.findings else "verified" if self.vouched else "internally consistent"

    def answer(self) -> dict[str, object]:
        first: dict[tuple[object, ...], Finding] = {}
        for item in sorted(self.findings, key=Finding.order):
            first.setdefault((item.kind, item.entry, item.file, item.key), item)
        vouched = [self.vouched] if self.verdict() == "verified" else []
        return {
            "verdict": self.verdict(),
            "origin": self.checkpoint and self.checkpoint.origin,
            "size": self.checkpoint and self.checkpoint.size,
            "root": self.checkpoint and self.checkpoint.root.hex(),
            "witnessed": self.witnessed,
            "findings": [item.printed() for item in list(first.values())[:FINDINGS]],
            "assessments": self.assessments,
            "notes": [printable(text) for text in vouched + self.notes],
            **({"assessment": self.assessment} if self.of_pack else {}),
        }


def printable(text: str) -> str:
    """Names are other people's: what could do harm on a terminal is left out."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)


@dataclass
class Judged:
    """What the keys of a policy say of a checkpoint. None, and `maybe`: of a signature that could not be checked."""

    logged: bool | None = False  # a valid Ed25519 signature by a log's key whose name is the origin
    witnesses: set[str] = field(default_factory=set)  # of valid cosignatures
    maybe: set[str] = field(default_factory=set)
    failed: bool = False  # a line does not verify, or is of no known key
    times: list[int] = field(default_factory=list)  # of valid cosignatures, where they say one


def judge(report: Report, checkpoint: Checkpoint, policy: Policy, own: Policy | None) -> Judged:
    """`own`: the log's own policy, which lists all keys whose signatures the log carries."""
    judged = Judged()
    for keyid, signature in checkpoint.lines:
        if keyid not in policy.keys:
            judged.failed |= own is not None and keyid not in own.keys
            continue
        witness, key = policy.keys[keyid]
        valid: bool | None = None
        try:
            valid, time = check_line(key, checkpoint, signature)
        except Unchecked:
            report.note(f"not checked, for lack of the algorithm: the signature of {keyid} on checkpoints")
        if valid is False:
            judged.failed = True
        elif witness:  # the log itself is none
            (judged.witnesses if valid else judged.maybe).add(witness)
            judged.times += [time] if valid and time > 0 else []
        elif key.kind == ED25519 and key.name == checkpoint.origin:
            judged.logged = valid or judged.logged or None
    return judged


def check_signatures(report: Report, checkpoint: Checkpoint, policy: Policy, own: Policy | None, file: str) -> Judged:
    """LOG 2 for the newest checkpoint. (Whether there are enough cosignatures is no finding.)"""
    judged = judge(report, checkpoint, policy, own)
    report.find_if(judged.logged is False, 2, "unsigned", file=file)
    report.find_if(judged.failed, 2, "signature", file=file)
    return judged


def count_witnessed(report: Report, judged: Judged, policy: Policy, size: int) -> None:
    """The largest size of a checkpoint with a valid signature of the log and a quorum. `policy`: the reader's."""
    if judged.logged and policy.met(judged.witnesses):
        report.witnessed = max(report.witnessed or 0, size)


def conclude(report: Report, policy: Policy | None, enough: bool, what: str = "it is signed and witnessed") -> None:
    """`policy`: the reader's; `enough`: what has to be witnessed is, or else a note says what is not."""
    if policy is None:
        report.note("lacking: a policy from elsewhere, which says whose signatures are to be believed")
    elif enough:
        doubt = (
            "those who hold its keys together showed you another log than others, nor that what was logged is untrue"
        )
        report.vouched = f"{what} as {policy.whose} demands; this does not rule out that {doubt}"


# ==== ENTRIES: log-format.md, "Entries" ==============================================================================

PAYLOAD_TYPE = "application/vnd.pbr-log.entry.v1+json"
ENVELOPE = {"payload": str, "payloadType": PAYLOAD_TYPE, "signatures": [{"keyid": is_keyid, "sig": str}]}
ROLES = ("commissioner", "assessor", "approver", "provider", "auditor")


EVERY = {"format": "pbr-log/1", "origin": str, "at": str}
ADOPTS = {
    "terms": {"id": str, "version": str, "sha256": is_digest, "rules": [{"rule": str, "sha256": is_digest}]},
    "keys": {role: [str] for role in ROLES},
    "approval": {"approvers": lambda value: is_whole(value) and value >= 1, "assessor": ("may be one", "may not")},
}
UNDER = {"contract": is_whole}
ABOUT = {"commitment": is_digest}
FOLLOWS = {"submissions": is_rising, "previous": (None, is_whole), "disclosure": is_digest}
KINDS: dict[str, dict[str, Any]] = {
    "contract": {**EVERY, "kind": "contract", **ADOPTS},
    "variation": {**EVERY, "kind": "variation", **ADOPTS, **UNDER},
    "submission": {**EVERY, "kind": "submission", **UNDER, **ABOUT},
    "seed": {**EVERY, "kind": "seed", **UNDER, **ABOUT},
    "assessment": {**EVERY, "kind": "assessment", **UNDER, **ABOUT, **FOLLOWS},
    "approval": {**EVERY, "kind": "approval", **UNDER, **ABOUT, "assessment": is_whole, "answers": is_rising},
    "challenge": {**EVERY, "kind": "challenge", **UNDER, **ABOUT, "assessment": is_whole},
}
MAY_SIGN = {  # of a contract the keys are those of this very entry, of a variation those of the entry that it varies
    "contract": ("commissioner",),
    "variation": ("commissioner",),
    "submission": ("provider", "commissioner", "assessor"),
    "seed": ROLES,
    "assessment": ("assessor",),
    "approval": ("approver",),
    "challenge": ROLES,
}


def commitment(salt: str, document: object) -> str:
    return hashlib.sha256(b"pbr-log/1 commitment\n" + bytes.fromhex(salt) + canonical(document)).hexdigest()


@dataclass
class Entry:
    number: int
    data: bytes
    body: bytes  # the payload's bytes
    says: dict[str, Any]  # the payload
    at: int
    signatures: list[tuple[str, bytes]]  # keyid, signature
    keys: dict[str, list[Key]]  # by role, of a contract or variation
    base: int | None = None  # the contract to which it belongs
    sound: bool = False  # none of the five points fails, nor is it unknown
    signer: bytes | None = None  # the Ed25519 key whose signature was found valid

    @property
    def kind(self) -> str:
        return str(self.says["kind"])


def parse_entry(number: int, data: bytes, origin: str) -> Entry:
    """Point 1, form."""
    need(1 <= len(data) <= ENTRY_LIMIT)
    envelope = parse_canonical(data)
    need(fits(envelope, ENVELOPE))
    signatures = [(item["keyid"], unbase64(item["sig"])) for item in envelope["signatures"]]
    need([len(signature) for _, signature in signatures] in ([64], [64, 2420]))
    need(len({keyid.partition("+")[0] for keyid, _ in signatures}) == 1)  # of one name
    body = unbase64(envelope["payload"])
    says = parse_canonical(body)
    kind = str(as_map(says).get("kind"))
    need(kind in KINDS and fits(says, KINDS[kind]) and says["origin"] == origin)
    keys = {}
    for role, texts in says.get("keys", {}).items():
        keys[role] = [parse_vkey(text) for text in texts]
        need(len(set(texts)) == len(texts) and all(key.kind in (ED25519, ML_DSA) for key in keys[role]))
    need("keys" not in says or keys["commissioner"])
    need_distinct([key for listed in keys.values() for key in listed])
    return Entry(number, data, body, says, seconds(says["at"]), signatures, keys)


class Entries:
    """ "What an entry must satisfy": the five points, for each entry that is looked at, in their order."""

    def __init__(self, report: Report, texts: dict[int, bytes], origin: str) -> None:
        self.report, self.texts, self.origin = report, texts, origin
        self.formed: dict[int, Entry] = {}  # of right form
        self.standing: dict[
            int, Entry
        ] = {}  # to which others may refer: form and references are right, and it is not unknown
        self.unknown: set[int] = set()  # from point 3 on; so are all that are not in `texts`
        self.varied: set[int] = set()
        self.unchecked = 0
        for number in sorted(texts):
            self.check(number)
        if self.unchecked:
            report.note(f"not checked, for lack of the algorithm: {self.unchecked} signatures of entries")

    def check(self, number: int) -> None:
        """Only the first of the five that fails is reported for an entry."""
        point, late = "form", False
        try:
            entry = self.formed[number] = parse_entry(number, self.texts[number], self.origin)
            before = self.formed.get(number - 1)
            if before is not None and entry.at < before.at:
                late = True
                self.report.find(8, "time", entry=number)
            point = "references"
            if not self.refers(entry):
                self.unknown.add(number)
                return
            self.standing[number] = entry
            if entry.kind == "variation":
                self.varied.add(entry.says["contract"])
            point = "signer"
            keys = self.signers(entry)
            point = "signature"
            self.check_signatures(entry, keys)
            entry.sound = not late
        except ValueError:
            if not late:
                self.report.find(8, point, entry=number)

    def target(self, entry: Entry, number: int, *kinds: str) -> Entry | None:
        """The entry to which one refers; None: it is unknown."""
        need(number < entry.number)
        if number not in self.texts or number in self.unknown:
            return None
        need(number in self.standing and self.standing[number].kind in kinds)
        return self.standing[number]

    def refers(self, entry: Entry) -> bool:
        """Point 3. False: one of its references is unknown, and the others do not fail."""
        says = entry.says
        if entry.kind == "contract":
            entry.base = entry.number
            return True
        named = [self.target(entry, says["contract"], "contract", "variation")]
        need(says["contract"] not in self.varied)  # it is the newest, and no two variations vary the same
        named += [self.target(entry, number, "submission") for number in says.get("submissions", [])]
        abouts = [says[member] for member in ("previous", "assessment") if says.get(member) is not None]
        named += [self.target(entry, number, "assessment") for number in abouts]
        challenges = [self.target(entry, number, "challenge") for number in says.get("answers", [])]
        need(all(item is None or item.says["assessment"] == says["assessment"] for item in challenges))
        named += challenges
        bases = {item.base for item in named if item is not None}
        need(len(bases) <= 1)  # all of them belong to one contract
        if None in named:
            return False
        entry.base = bases.pop()
        return True

    def signers(self, entry: Entry) -> list[Key]:
        """Point 4: each key is listed, in the entry that holds for this one, under a role that may sign it."""
        listed = entry.keys if entry.kind == "contract" else self.standing[entry.says["contract"]].keys
        may_sign = [key for role in MAY_SIGN[entry.kind] for key in listed[role]]
        keys = []
        for (keyid, _), kind in zip(entry.signatures, (ED25519, ML_DSA), strict=False):
            found = [key for key in may_sign if key.keyid == keyid and key.kind == kind]
            need(found)
            keys.append(found[0])
        return keys

    def check_signatures(self, entry: Entry, keys: list[Key]) -> None:
        """Point 5: the signatures are over DSSE's PAE."""
        message = b"DSSEv1 %d %s %d %s" % (len(PAYLOAD_TYPE), PAYLOAD_TYPE.encode(), len(entry.body), entry.body)
        for (_, signature), key in zip(entry.signatures, keys, strict=True):
            try:
                need((check_ed25519 if key.kind == ED25519 else check_ml_dsa)(key.public, message, signature))
                entry.signer = entry.signer or key.public
            except Unchecked:
                self.unchecked += 1


def states(formed: dict[int, Entry]) -> list[dict[str, object]]:
    """ "The state of an assessment", of each of right form. What is not sound counts for nothing and is a draft."""
    sound = [entry for _, entry in sorted(formed.items()) if entry.sound]
    newest = {(entry.base, entry.says["previous"]): entry.number for entry in sound if entry.kind == "assessment"}
    about: dict[int, list[Entry]] = {}
    for entry in sound:
        if entry.kind in ("approval", "challenge"):
            about.setdefault(entry.says["assessment"], []).append(entry)
    found: dict[int, str] = {}
    for number, entry in sorted(formed.items()):
        if entry.kind != "assessment":
            continue
        previous = entry.says["previous"]
        approvals = [item for item in about.get(number, []) if item.kind == "approval"]
        challenges = {item.number for item in about.get(number, []) if item.kind == "challenge"}
        answered = {challenge for item in approvals for challenge in item.says["answers"]}
        if not entry.sound:
            found[number] = "draft"
        elif newest[entry.base, previous] > number or found.get(previous) == "superseded":
            found[number] = "superseded"
        elif challenges - answered:
            found[number] = "challenged"
        else:
            rule = formed[entry.says["contract"]].says["approval"]
            signers = {item.signer for item in approvals if item.signer is not None}
            others = signers - {entry.signer}
            count = len(others if rule["assessor"] == "may not" else signers)
            found[number] = "approved" if count >= rule["approvers"] and others else "draft"
    return [{"entry": number, "state": state} for number, state in found.items()]


# ==== LOG 3: files ===================================================================================================
def tile_path(level: str, index: int, width: int) -> str:
    """`tile/L/N` or `tile/L/N.p/W` as tlog-tiles says; a thousand and more is `x001/000`."""
    text = f"{index % 1000:03d}"
    while index := index // 1000:
        text = f"x{index % 1000:03d}/{text}"
    return f"tile/{level}/{text}" + ("" if width == WIDTH else f".p/{width}")


TILE = re.compile(r"tile/(entries|[0-6])/((?:x[0-9]{3}/){0,5}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")


def hashes_at(level: str, size: int) -> int:
    """How many hashes a tree of this size has at a level (for "entries": how many entries)."""
    return size if level == "entries" else size >> (8 * int(level))


def split_bundle(data: bytes, width: int) -> tuple[list[bytes], int]:
    """The entries of a bundle up to the first that is not there whole or has length 0, and how many bytes they take."""
    entries, at = [], 0
    while len(entries) < width and at + 2 <= len(data):
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        if end == at + 2 or end > len(data):
            break
        entries.append(data[at + 2 : end])
        at = end
    return entries, at


Roots = dict[int, bytes]  # by size
Times = list[tuple[int, int]]  # sizes, and times of valid cosignatures on the checkpoints of these sizes


class Log:
    """A log's folder, as far as it was read."""

    def __init__(self, folder: str, checkpoint: Checkpoint) -> None:
        self.folder, self.checkpoint, self.size = folder, checkpoint, checkpoint.size
        self.files: dict[str, str] = {}
        self.tiles: dict[tuple[str, int], bytes] = {}  # by level and number: those of the right length
        self.texts: dict[int, bytes] = {}  # the entries, as far as bundles can be split
        self.leaves: dict[int, bytes] = {}  # their leaf hashes
        self.doubtful: set[int] = set()  # from the first entry of a bundle that is not as in the tile
        self.cosigned: dict[int, Checkpoint] = {}
        self.policy: Policy | None = None  # the one by which its signatures were judged: the reader's, or else its own
        self.signed = False  # the log's signature on its checkpoint was found valid

    def path(self, name: str) -> str:
        return os.path.join(self.folder, name)

    def wanted(self) -> Iterator[tuple[str, int, int, str]]:
        """Level, number, width and path: of the tiles by level and number, then of the bundles."""
        for level in [*"0123456", "entries"]:
            count = hashes_at(level, self.size)
            for index in range((count + WIDTH - 1) // WIDTH):
                width = min(WIDTH, count - index * WIDTH)
                yield level, index, width, tile_path(level, index, width)

    def leaf(self, number: int) -> bytes | None:
        """From the bundle; else from the tile."""
        if number in self.leaves:
            return self.leaves[number]
        tile, at = self.tiles.get(("0", number // WIDTH)), number % WIDTH * 32
        return None if tile is None else tile[at : at + 32]

    def roots(self, sizes: Iterable[int]) -> dict[int, bytes]:
        """The roots of the first leaf hashes, for each of these sizes up to which they can be taken."""
        tree, found = Tree(), {}
        for size in sorted(set(sizes)):
            while tree.size < size:
                leaf = self.leaf(tree.size)
                if leaf is None:
                    return found
                tree.add(leaf)
            found[size] = tree.root()
        return found


def check_files(report: Report, log: Log) -> bool:
    """From the size follow the names of all tiles and bundles and their lengths. False: nothing further is checked."""
    log.files, before = walk(log.folder), len(report.findings)
    wanted, missing, begun = {"checkpoint", "policy"}, [], 0
    for level, index, width, name in log.wanted():
        wanted.add(name)
        try:
            need(log.files.get(name) == PLAIN)
            if level == "entries":
                continue
            tile, size = read_start(log.path(name), width * 32)
        except UNREADABLE:
            missing.append(name)
            if len(missing) > FINDINGS:
                break
            continue
        if size == width * 32:
            log.tiles[level, index] = tile
        else:
            report.find(3, "file", file=name)
    if len(missing) > FINDINGS:
        del report.findings[before:]
    for name in missing[:FINDINGS]:
        report.find(3, "file", file=name)
    if len(missing) > FINDINGS:
        return False
    for name, what in log.files.items():
        if name in wanted or name.split("/")[0] == "cosigned":
            continue
        try:
            need(what != OTHER)
            begun += what == EMPTY_FOLDER or os.path.basename(name).startswith(".") or reaches_beyond(log, name)
        except UNREADABLE:
            report.find(3, "file", file=name)
    if begun:
        report.note(f"in the folder besides: {begun} files or folders of an append that is under way, or was cut off")
    return True


def reaches_beyond(log: Log, name: str) -> bool:
    """Of a plain file that this tree does not need. Tiles and bundles of smaller sizes may stay; others are noted."""
    match = TILE.fullmatch(name)
    need(match)
    level, index, wide = match[1], int(re.sub("[x/]", "", match[2])), int(match[3] or WIDTH)
    need(wide <= WIDTH and tile_path(level, index, wide) == name)
    count = hashes_at(level, log.size)
    width, end = min(WIDTH, count - index * WIDTH), index * WIDTH + wide
    there = tile_path(level, index, width) if width > 0 else ""  # what this tree has there
    if log.files.get(there) != PLAIN:
        there = ""
    if end > count:
        need(end <= hashes_at(level, WHOLE - 1))
        data = b"" if not there else read_start(log.path(there), BUNDLE_LIMIT if level == "entries" else width * 32)[0]
        data = data[: split_bundle(data, width)[1]] if level == "entries" else data
        need(not there or read_start(log.path(name), len(data))[0] == data)
        return True
    data = read_file(log.path(name), BUNDLE_LIMIT)
    entries, used = split_bundle(data, wide)
    need((len(entries), used) == (wide, len(data)) if level == "entries" else len(data) == wide * 32)
    need(not there or read_start(log.path(there), len(data))[0] == data)
    return False


# ==== LOG 4: entries and tiles =======================================================================================
def check_bundles(report: Report, log: Log) -> None:
    for level, index, width, name in log.wanted():
        if level != "entries" or log.files.get(name) != PLAIN:
            continue
        try:
            data, length = read_start(log.path(name), BUNDLE_LIMIT)
        except UNREADABLE:
            report.find(3, "file", file=name)
            continue
        entries, used = split_bundle(data, width)
        tile, right = log.tiles.get(("0", index)), True
        for number, entry in enumerate(entries, index * WIDTH):
            log.texts[number], log.leaves[number] = entry, leaf_hash(entry)
            if right and tile is not None and log.leaves[number] != tile[number % WIDTH * 32 :][:32]:
                right = False
                report.find(4, "entry", entry=number, file=name)
            if not right:
                log.doubtful.add(number)
        report.find_if(right and len(entries) < width, 4, "entry", entry=index * WIDTH + len(entries), file=name)
        report.find_if(len(entries) == width and used < length, 4, "file", file=name)
    for (level, index), tile in log.tiles.items():
        for number, node in enumerate(hashes_of(tile), index * WIDTH) if level != "0" else ():
            below = log.tiles.get((str(int(level) - 1), number))
            if below is not None and tree_root(hashes_of(below)) != node:
                report.find(4, "file", file=tile_path(level, index, len(tile) // 32))


# ==== LOG 5: root ====================================================================================================
def check_root(report: Report, log: Log) -> None:
    """From the level-0 tiles' hashes, or from the entries' leaf hashes, where all of them could be taken."""
    tiles = [tile for (level, _), tile in sorted(log.tiles.items()) if level == "0"]
    leaves = (log.leaves[number] for number in range(log.size))
    hashes, root = (leaf for tile in tiles for leaf in hashes_of(tile)), log.checkpoint.root
    from_tiles = sum(len(tile) for tile in tiles) == log.size * 32 and tree_root(hashes) == root
    from_entries = len(log.leaves) == log.size and tree_root(leaves) == root
    if not from_tiles and not from_entries:
        report.find(5, "root", file="checkpoint")
    elif from_tiles != from_entries:
        right, changed = ("tiles", "entries") if from_tiles else ("entries", "tiles")
        report.note(f"what was changed is among the {changed}: the {right} give the checkpoint's root")
    if not from_entries:  # for step 8: "else those before the first finding of step 4 in their bundle"
        log.texts = {number: text for number, text in log.texts.items() if number not in log.doubtful}


# ==== LOG 6: kept view ===============================================================================================
@dataclass
class Kept:
    checkpoint: Checkpoint
    hashes: str | None = None  # the file of leaf hashes
    policy: Policy | None = None  # the one by which its signatures were judged then


def read_hashes(path: str, count: int) -> Iterator[bytes]:
    """The first leaf hashes of a kept view."""
    with open_plain(path) as file:
        for _ in range(count):
            leaf = file.read(32)
            need(len(leaf) == 32)
            yield leaf


def load_kept(path: str) -> Kept:
    """A folder with the files `checkpoint`, `hashes` and perhaps `policy`, or the checkpoint's file alone."""
    file, hashes, policy = (os.path.join(path, name) for name in ("checkpoint", "hashes", "policy"))
    try:
        need(not is_link(path))
        if not os.path.isdir(path):
            return Kept(parse_checkpoint(read_file(path, NOTE_LIMIT)))
        checkpoint = parse_checkpoint(read_file(file, NOTE_LIMIT))
        need(tree_root(read_hashes(hashes, checkpoint.size)) == checkpoint.root)
    except UNREADABLE as error:
        raise Misuse(f"the kept view {path} cannot be read: {error}") from None
    has_policy = os.path.lexists(policy)
    return Kept(checkpoint, hashes, load_policy(policy, "the policy kept with the view") if has_policy else None)


def readers_policy(policy: Policy | None, kept: Kept | None) -> Policy | None:
    """The one given, or else the one in the kept view."""
    return policy if policy is not None or kept is None else kept.policy


def last_right(log: Log, roots: Roots, below: int) -> int:
    """The size of the largest cosigned checkpoint below a size whose root the entries do give, or else 0."""
    right = [size for size, checkpoint in log.cosigned.items() if size < below and roots.get(size) == checkpoint.root]
    return max(right, default=0)


def check_kept(report: Report, log: Log, kept: Kept, roots: Roots) -> None:
    old = kept.checkpoint
    if old.origin != log.checkpoint.origin:
        report.find(6, "origin", file="checkpoint")
        return
    report.find_if(log.size < old.size, 6, "rollback", entry=log.size)
    if kept.hashes is not None:
        for number, leaf in enumerate(read_hashes(kept.hashes, min(old.size, log.size))):
            if log.leaf(number) not in (None, leaf):
                report.find(6, "history", entry=number)
                break
    elif old.size <= log.size and roots.get(old.size, old.root) != old.root:
        report.find(6, "history", entry=last_right(log, roots, old.size))


# ==== LOG 7: cosigned checkpoints ====================================================================================
def read_cosigned(report: Report, log: Log) -> None:
    """Takes those that can be read and are of their size and of this origin."""
    for name, what in log.files.items():
        if name.split("/")[0] != "cosigned":
            continue
        if what == EMPTY_FOLDER or (what == PLAIN and os.path.basename(name).startswith(".")):
            report.note("an empty folder, or a file whose name begins with a point, is in cosigned")
            continue
        try:
            size = decimal(name.removeprefix("cosigned/"))
            checkpoint = parse_checkpoint(read_file(log.path(name), NOTE_LIMIT))
            need((checkpoint.size, checkpoint.origin) == (size, log.checkpoint.origin))
            log.cosigned[size] = checkpoint
        except UNREADABLE:
            report.find(7, "file", file=name)


def check_cosigned(report: Report, log: Log, reader: Policy | None, own: Policy | None, roots: Roots) -> Times:
    """Gives size and time of the valid cosignatures of those that are right."""
    times: Times = []
    for size, checkpoint in sorted(log.cosigned.items()):
        file, right = f"cosigned/{size}", roots.get(size) == checkpoint.root
        if size > log.size:
            report.find(7, "rollback", entry=log.size, file=file)
        elif size in roots and not right:
            report.find(7, "history", entry=last_right(log, roots, size), file=file)
        if log.policy is None:
            continue
        judged = judge(report, checkpoint, log.policy, own)
        report.find_if(judged.failed, 7, "signature", file=file)
        report.find_if(judged.logged is False and not judged.witnesses | judged.maybe, 7, "unsigned", file=file)
        times += [(size, time) for time in judged.times if right]
        if right and reader is not None:
            count_witnessed(report, judged, reader, size)
    return times


# ==== LOG 9: back-dating (step 8 is ENTRIES) =========================================================================
def check_times(report: Report, formed: dict[int, Entry], times: Times) -> None:
    numbers, latest = [], []  # of entries that are later than all before them: the first after any time is one of these
    for number, entry in sorted(formed.items()):
        if not latest or entry.at > latest[-1]:
            numbers.append(number)
            latest.append(entry.at)
    for size, time in times:
        ahead = bisect.bisect_right(latest, time + 300)
        if ahead < len(numbers) and numbers[ahead] < size:
            report.find(9, "time-ahead", entry=numbers[ahead])
        report.find_if(size in formed and formed[size].at < time - 86_400, 9, "back-dated", entry=size)


# ==== LOG 1 to 9: all steps, and --keep ==============================================================================
def check_log(report: Report, folder: str, policy: Policy | None, kept: Kept | None) -> Log | None:
    reader, own = readers_policy(policy, kept), None
    try:  # 1. Checkpoint
        checkpoint = parse_checkpoint(read_file(os.path.join(folder, "checkpoint"), NOTE_LIMIT))
    except UNREADABLE:
        report.find(1, "checkpoint", file="checkpoint")
        return None
    report.take(checkpoint)
    log, times = Log(folder, checkpoint), []
    if os.path.lexists(log.path("policy")):  # 2. Signatures on it
        try:
            own = parse_policy(read_file(log.path("policy"), POLICY_LIMIT))
        except UNREADABLE:
            report.find(2, "file", file="policy")
    log.policy = own if reader is None else reader
    if log.policy is None:
        report.note("not checked, for lack of a policy: the signatures on checkpoints")
    else:
        judged = check_signatures(report, checkpoint, log.policy, own, "checkpoint")
        times, log.signed = [(log.size, time) for time in judged.times], judged.logged is True
        if reader is None:
            report.note("the keys were taken from the log's own policy: whoever wrote the log chose its judges")
        else:
            count_witnessed(report, judged, reader, log.size)
    if not check_files(report, log):
        return None
    check_bundles(report, log)
    check_root(report, log)
    read_cosigned(report, log)
    sizes = [*log.cosigned, *([kept.checkpoint.size] if kept else [])]
    roots = log.roots(size for size in sizes if size <= log.size)
    if kept is not None:
        check_kept(report, log, kept, roots)
        if kept.checkpoint.size and not report.findings:
            report.note(f"it continues the kept view: its first {kept.checkpoint.size} entries are as they were")
        if reader is None:
            report.note("a kept view without a policy does not show who it is that went on with the history")
    times += check_cosigned(report, log, reader, own, roots)
    entries = Entries(report, log.texts, checkpoint.origin).formed  # 8. What entries say
    check_times(report, entries, times)
    report.assessments = states(entries)
    witnessed = report.witnessed or 0
    if reader is not None and witnessed < log.size:
        which = f"the entries from {witnessed} to {log.size - 1}"
        report.note(f"not witnessed as {reader.whose} demands: {which}, for which only the log's owner vouches")
    conclude(report, reader, log.signed and witnessed >= log.size)
    return log


def keep_view(report: Report, log: Log, folder: str, reader: Policy | None, first: bool) -> None:
    """To a new folder, or one with a view that this one continues; and the policy by which the signature was judged."""
    there = os.path.lexists(folder)
    if log.policy is None or not log.signed:
        raise Misuse(
            "not kept: without a policy, or a signature that was checked, whoever wrote last would be believed"
        )
    if reader is None and (there or not first):
        raise Misuse("only the first time a log's own policy is trusted, and this is not the first: give a policy")
    if there:
        old, trial = load_kept(folder), Report()
        check_kept(trial, log, old, {})
        if old.hashes is None or trial.findings:
            raise Misuse(f"{folder} holds no view that this log continues")
    leaves = (log.leaf(number) or b"" for number in range(log.size))
    parts = {"hashes": leaves, "policy": [log.policy.data], "checkpoint": [log.checkpoint.data]}
    os.makedirs(folder, exist_ok=True)
    for name, part in parts.items():
        with open(os.path.join(folder, name + ".new"), "wb") as file:
            file.writelines(part)
    for name in parts:  # the checkpoint last: until then the view is the one that was there
        os.replace(os.path.join(folder, name + ".new"), os.path.join(folder, name))
    report.note(f"the view was kept in {folder}")
    if reader is None:
        report.note("with it the log's own policy was kept: it is trusted from now on because it was the first")


# ==== RECEIPTS: log-format.md, "Receipts"; C2SP tlog-proof ===========================================================

RECEIPT = {"entry": str, "openings": Each({"salt": is_digest, "document": object})}
FILED = AtLeast(sha256=is_digest, size=is_whole)


@dataclass
class Receipt:
    index: int
    entry: Entry
    opened: dict[str, Any] = field(default_factory=dict)  # documents whose opening is right


def parse_head(data: bytes) -> tuple[list[str], Checkpoint]:
    """The lines before the first empty one, and the checkpoint after it."""
    head, _, rest = data.partition(b"\n\n")
    return head.decode("ascii").split("\n"), parse_checkpoint(rest)


def parse_hashes(lines: list[str]) -> list[bytes]:
    hashes = [unbase64(line) for line in lines]
    need(len(hashes) <= HASHES_LIMIT and all(len(item) == 32 for item in hashes))
    return hashes


def parse_proof(data: bytes) -> tuple[bytes, int, list[bytes], Checkpoint]:
    """Gives what is in its `extra` line, the index, the hashes and the checkpoint."""
    need(len(data) <= NOTE_LIMIT)
    lines, checkpoint = parse_head(data)
    need(lines.pop(0) == "c2sp.org/tlog-proof@v1" and lines)
    extra = unbase64(lines.pop(0).removeprefix("extra ")) if lines[0].startswith("extra ") else b""
    need(lines and lines[0].startswith("index "))
    return extra, decimal(lines[0].removeprefix("index ")), parse_hashes(lines[1:]), checkpoint


def check_newest(report: Report, checkpoint: Checkpoint, policy: Policy | None) -> None:
    """Point 2, of a consistency proof too: the checkpoint's signatures, and whether it is witnessed."""
    report.take(checkpoint)
    if policy is None:
        report.note("not checked, for lack of a policy: the signatures on the checkpoint")
    else:
        count_witnessed(report, check_signatures(report, checkpoint, policy, None, ""), policy, checkpoint.size)
        if not report.witnessed:
            report.note(f"lacking: witnesses as {policy.whose} demands; it proves less until it is asked for again")
    conclude(report, policy, report.witnessed != 0)


def check_receipt(report: Report, data: bytes, policy: Policy | None) -> Receipt | None:
    try:  # 1
        extra, index, hashes, checkpoint = parse_proof(data)
        says = parse_canonical(extra)
        need(fits(says, RECEIPT) and says["openings"].keys() <= {"commitment", "disclosure"})
        receipt = Receipt(index, parse_entry(index, unbase64(says["entry"]), checkpoint.origin))
    except ValueError:
        report.find(1, "receipt")
        return None
    check_newest(report, checkpoint, policy)
    if not check_inclusion(index, checkpoint.size, leaf_hash(receipt.entry.data), hashes, checkpoint.root):  # 3
        report.find(3, "proof", entry=index)
    for name, opening in says["openings"].items():  # 4
        if receipt.entry.says.get(name) == commitment(opening["salt"], opening["document"]):
            receipt.opened[name] = opening["document"]
        else:
            report.find(4, "opening", entry=index)
    return receipt


def digest_file(path: str) -> tuple[str, str, int]:
    """SHA-256, SHA-512 and size."""
    short, long, size = hashlib.sha256(), hashlib.sha512(), 0
    with open_plain(path, 0) as file:
        while block := file.read(1 << 20):
            short.update(block)
            long.update(block)
            size += len(block)
    return short.hexdigest(), long.hexdigest(), size


def filed(receipt: Receipt) -> list[tuple[str, int]]:
    """SHA-256 and size of the files of a submission's opened commitment."""
    document = receipt.opened.get("commitment") if receipt.entry.kind == "submission" else None
    return [(row["sha256"], row["size"]) for row in as_list(as_map(document).get("files")) if fits(row, FILED)]


# ==== CONSISTENCY: log-format.md, "Consistency proofs" ===============================================================
def check_growth(report: Report, data: bytes, policy: Policy | None, kept: Kept) -> None:
    try:
        lines, checkpoint = parse_head(data)
        need(lines[0].startswith("old "))
        size, hashes = decimal(lines[0].removeprefix("old ")), parse_hashes(lines[1:])
    except ValueError:
        report.find(1, "consistency")
        return
    check_newest(report, checkpoint, readers_policy(policy, kept))
    old = kept.checkpoint
    report.find_if(size != old.size, 3, "consistency")
    report.find_if(old.origin != checkpoint.origin, 4, "origin")
    report.find_if(not check_consistency(size, checkpoint.size, old.root, checkpoint.root, hashes), 5, "consistency")


# ==== PACK 1: pack-format.md, "Checking a pack", the bag; "What is in a pack", paths =================================

PAYLOAD_MANIFESTS = ("manifest-sha256.txt", "manifest-sha512.txt")
TAG_MANIFESTS = ("tagmanifest-sha256.txt", "tagmanifest-sha512.txt")
TAG_FILES = {"bagit.txt", "bag-info.txt", *PAYLOAD_MANIFESTS}
BAGIT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
WINDOWS = re.compile(r"(con|prn|aux|nul|com[1-9]|lpt[1-9])(\..*)?", re.IGNORECASE)


def is_path(path: str) -> bool:
    """(A part that does not end with a point is neither `.` nor `..`.)"""
    parts = path.split("/")
    return all(re.fullmatch("[A-Za-z0-9._+-]*[A-Za-z0-9_+-]", part) and not WINDOWS.fullmatch(part) for part in parts)


class Pack:
    """A pack's folder as it was found. `digests` has what is *there*: SHA-256, SHA-512 and size of each."""

    def __init__(self, folder: str) -> None:
        self.folder, self.files = folder, walk(folder)
        self.digests: dict[str, tuple[str, str, int]] = {}
        for name in [name for name, what in self.files.items() if what == PLAIN and is_path(name)]:
            try:
                self.digests[name] = digest_file(os.path.join(folder, name))
            except UNREADABLE:
                self.files[name] = OTHER

    def path(self, name: str) -> str:
        need(name in self.digests)
        return os.path.join(self.folder, name)

    def below(self, place: str) -> list[str]:
        return sorted(name for name in self.digests if name.startswith(place))

    def sha256(self, name: str) -> str | None:
        return self.digests[name][0] if name in self.digests else None

    def read(self, name: str, limit: int = JSON_LIMIT) -> bytes:
        return read_file(self.path(name), limit)


def parse_manifest(data: bytes, digits: int) -> dict[str, str]:
    """Each line, the last one too, is a digest in hex, two spaces, the path, and one newline. Gives digests by path."""
    *lines, rest = data.decode("utf-8").split("\n")
    found = {line[digits + 2 :]: line[:digits] for line in lines}
    need(not rest and len(found) == len(lines) and "" not in found and b"\r" not in data)
    need(all(is_hex(line[:digits], digits) and line[digits : digits + 2] == "  " for line in lines))
    return found


def check_bag(report: Report, pack: Pack) -> None:
    report.find_if(pack.sha256("bagit.txt") != hashlib.sha256(BAGIT).hexdigest(), 1, "bag", file="bagit.txt")
    named: dict[str, dict[str, str]] = {}  # by manifest
    for manifest in (*PAYLOAD_MANIFESTS, *TAG_MANIFESTS):
        start = "data/" if manifest in PAYLOAD_MANIFESTS else ""
        try:
            rows = parse_manifest(pack.read(manifest, MANIFEST_LIMIT), 64 if "256" in manifest else 128)
        except UNREADABLE:
            report.find(1, "bag", file=manifest)
            continue
        found = named[manifest] = {path: rows[path] for path in rows if is_path(path) and path.startswith(start)}
        alike = len(found) - len({path.lower() for path in found})
        report.find_if(len(found) < len(rows) or (start and alike), 1, "path", file=manifest)
        report.find_if(not start and set(found) != TAG_FILES, 1, "bag", file=manifest)
    first, second = (named.get(manifest) for manifest in PAYLOAD_MANIFESTS)
    if first is not None and second is not None and set(first) != set(second):
        report.find(1, "bag", file=PAYLOAD_MANIFESTS[1])
    known = {*TAG_MANIFESTS, *(path for paths in named.values() for path in paths)}
    for name, what in pack.files.items():
        report.find_if(what != PLAIN or name not in known, 1, "file", file=name)
    for manifest, paths in named.items():
        for path, digest in paths.items():
            if path not in pack.digests or pack.digests[path][0 if "256" in manifest else 1] != digest:
                report.find(1, "file", file=path)


# ==== PACK 2: pack.json ==============================================================================================

PACK_JSON = {"format": "pbr-pack/1", "redacted": bool, "log": bool, "receipts": is_rising}
PLACES = ("data/assessment/", "data/text/", "data/redacted/", "data/log/", "data/receipts/")
SINGLE = ("data/pack.json", "data/README.txt", "data/ro-crate-metadata.json")


def read_pack_json(report: Report, pack: Pack) -> dict[str, Any] | None:
    try:
        says = parse_canonical(pack.read("data/pack.json"))
        need(fits(says, PACK_JSON))
    except UNREADABLE:
        report.find(2, "pack", file="data/pack.json")
        return None
    whole = not says["redacted"]
    expected = {"data/assessment/": whole, "data/text/": whole, "data/redacted/": not whole, "data/log/": says["log"]}
    receipts = {f"data/receipts/{number}.tlog-proof" for number in says["receipts"]}
    agrees = all(bool(pack.below(place)) == there for place, there in expected.items())
    report.find_if(not agrees or set(pack.below("data/receipts/")) != receipts, 2, "pack", file="data/pack.json")
    unknown = [name for name in pack.below("data/") if not name.startswith(PLACES) and name not in SINGLE]
    for name in unknown + [name for name in SINGLE if name not in pack.digests]:
        report.find(2, "file", file=name)
    return says


# ==== PACK 3: the assessment =========================================================================================

HERE = "data/assessment/"
TABLE = AtLeast(columns=[str], rows=is_whole, root=is_digest)
MANIFEST = AtLeast(
    format="pbr-trail/1",
    contract=AtLeast(id=str, version=str, sha256=is_digest),
    rules=[AtLeast(rule=str, file=str, sha256=is_digest)],
    inputs=[AtLeast(name=str, file=(str, None), sha256=is_digest, size=is_whole)],
    tables=Each(TABLE),
    documents=Each(is_digest),
)
RUN = AtLeast(files=Each(FILED))


def check_assessment(report: Report, pack: Pack) -> dict[str, Any] | None:
    """Gives `manifest.json`, if it has what is read of it."""

    def wrong(name: str) -> None:
        report.find(3, "assessment", file=HERE + name)

    manifest, files = None, None
    try:
        data = pack.read(HERE + "manifest.json")
        says = parse_json(data)
        need(fits(says, MANIFEST))
        manifest = says
        need(canonical(says) == data)
    except UNREADABLE:
        wrong("manifest.json")
    try:
        says = parse_json(pack.read(HERE + "run.json"))
        need(fits(says, RUN))
        files = says["files"]
        need({HERE + name for name in files} == set(pack.below(HERE)) - {HERE + "run.json"})
    except UNREADABLE:
        wrong("run.json")
    for name, row in (files or {}).items():
        if HERE + name in pack.digests and pack.digests[HERE + name][::2] != (row["sha256"], row["size"]):
            wrong(name)
    if manifest is None:
        return None
    rows = [*manifest["documents"].items(), ("contract/contract.yaml", manifest["contract"]["sha256"])]
    given = [item for item in manifest["inputs"] if item["file"] is not None]
    rows += [(item["file"], item["sha256"]) for item in manifest["rules"] + given]
    for name, digest in rows:
        if pack.sha256(HERE + name) != digest:
            wrong(name)
    for item in given:
        if HERE + item["file"] in pack.digests and pack.digests[HERE + item["file"]][2] != item["size"]:
            wrong(item["file"])
    known = {name for name, _ in rows} | manifest["tables"].keys() | {"manifest.json", "run.json"}
    there = {name.removeprefix(HERE) for name in pack.below(HERE)}
    for name in (there - known) | (manifest["tables"].keys() - there):
        wrong(name)
    return manifest


# ==== PACK 4: texts; pack-format.md, "The canonical text of a table"; trail-format.md, "The digest of a table" =======

Cell = tuple[str, Any]  # tag and value; ("n", None) is NULL


class Text:
    """Takes cells by their lengths, never by lines."""

    def __init__(self, file: Any) -> None:
        self.file, self.taken = file, bytearray()

    def take(self, count: int) -> bytes:
        data: bytes = self.file.read(count)
        need(len(data) == count)
        self.taken += data
        return data

    def length(self) -> int:
        digits = b""
        while (byte := self.take(1)) != b":":
            digits += byte
            need(len(digits) < 10)
        need(re.fullmatch(b"0|[1-9][0-9]*", digits) and int(digits) <= CELL_LIMIT)
        return int(digits)

    def cell(self, tags: bytes = b"nitdbl") -> Cell:
        start, tag = len(self.taken), self.take(1)
        need(tag in tags)
        if tag == b"n":
            return "n", None
        length = self.length()
        if tag == b"l":
            items = [self.cell(b"nt")[1] for _ in range(length)]
            need(len(self.taken) - start <= CELL_LIMIT)
            return "l", items
        text = self.take(length).decode("utf-8")
        need(re.fullmatch(CELLS[tag], text, re.DOTALL))
        return tag.decode(), int(text) if tag == b"i" else text


CELLS = {b"i": "0|-?[1-9][0-9]{0,37}", b"t": ".*", b"d": "[0-9]{4}-[0-9]{2}-[0-9]{2}", b"b": "[yn]"}


@dataclass
class Table:
    columns: list[str]
    rows: int = 0
    root: str = ""
    cells: list[tuple[str, list[Any]]] = field(default_factory=list)  # of each row the tags, and the values
    shown: int = 0  # of a redacted table: the cells whose text is there


def table_root(digests: Iterable[bytes]) -> tuple[int, str]:
    """The number of rows, and the root: blocks of 1,024 rows' digests are the leaves of the tree."""
    tree, block, rows = Tree(), bytearray(), 0
    for rows, digest in enumerate(digests, 1):
        block += digest
        if rows % BLOCK == 0:
            tree.add(leaf_hash(bytes(block)))
            block.clear()
    if block:
        tree.add(leaf_hash(bytes(block)))
    return rows, tree.root().hex()


def read_table(path: str, keep: bool) -> Table:
    def digests() -> Iterator[bytes]:
        text = Text(file)
        while file.peek(1):
            text.taken.clear()
            cells = [text.cell() for _ in table.columns]
            need(file.read(1) == b"\n")
            if keep:
                table.cells.append(("".join(tag for tag, _ in cells), [value for _, value in cells]))
            yield hashlib.sha256(text.taken).digest()

    with open_plain(path, 1 << 16) as file:
        first = file.readline(HEAD_LIMIT)
        table = Table(parse_canonical(first.removesuffix(b"\n")))
        need(first.endswith(b"\n") and fits(table.columns, [str]) and table.columns)
        need(len(set(table.columns)) == len(table.columns))
        table.rows, table.root = table_root(digests())
    return table


def check_texts(report: Report, pack: Pack, manifest: dict[str, Any]) -> dict[str, Table]:
    """Gives `payments` and `due` where they can be parsed."""
    wanted = {f"data/text/{name.removesuffix('.parquet')}.txt": says for name, says in manifest["tables"].items()}
    read: dict[str, Table] = {}
    for file in set(pack.below("data/text/")) - wanted.keys():
        report.find(4, "file", file=file)
    for file, says in wanted.items():
        name = file.removeprefix("data/text/").removesuffix(".txt")
        try:
            table = read[name] = read_table(pack.path(file), name in ("payments", "due"))
            need((table.columns, table.rows, table.root) == (says["columns"], says["rows"], says["root"]))
        except UNREADABLE:
            report.find(4, "table", file=file)
    return read


# ==== PACK 5: "Arithmetic", payments and totals ======================================================================

RESULTS = ("pays", "pays_nothing", "deducts", "sets", "held")
KINDS_OF_DUE = ("paid", "nothing", "held", "unchanged", "kept", "reversal", "restatement")
DUE = ["entry", "payment", "grain", "key", "kind", "line", "sum", "standing", "of_assessment", "of_line"]
NUMBER = "-?[0-9]{1,400}([.][0-9]{1,400}|/(?=0*[1-9])[0-9]{1,400})?"
Known = tuple[str, str, str]  # payment, grain, key: by these a line is known
Due = dict[str, Any]  # an entry of `due`: its columns, and `at`, its place from 1
Lines = list[list[Due]]  # the entries of each line


def money(minor: int) -> str:
    """A sum in minor units with two decimals: -166000000 is `-1660000.00`."""
    return f"{'-' if minor < 0 else ''}{abs(minor) // 100}.{abs(minor) % 100:02d}"


def same(told: object, expected: object) -> bool:
    """Equal and of the same type (for Python true is 1); a map has the same members."""
    if isinstance(told, dict) and isinstance(expected, dict):
        return told.keys() == expected.keys() and all(same(told[name], expected[name]) for name in told)
    return type(told) is type(expected) and told == expected


def tells(place: dict[str, Any], name: str, expected: object) -> bool:
    """None is expected of what is to be left out."""
    return name not in place if expected is None else same(place.get(name), expected)


@dataclass
class Row:
    """A payment line. `ends`: low and high before the steps and after each of them."""

    line: int
    known: Known
    of: int
    amount: int | None
    result: str
    ends: list[tuple[int | None, int | None]]

    @property
    def payment(self) -> str:
        return self.known[0]


class Arithmetic:
    def __init__(self, report: Report, statement: dict[str, Any], payments: Table, due: Table | None) -> None:
        self.report, self.statement = report, statement
        self.steps = range(1, (len(payments.columns) - 10) // 2 + 1)
        ends = [f"{end}_{step}" for step in self.steps for end in ("low", "high")]
        columns = ["line", "payment", "grain", "key", "low", "high", "of", *ends, "amount", "result", "why"]
        if payments.columns != columns or (due is not None and due.columns != DUE):
            self.expect("columns", False)
            return
        self.totals = as_map(statement.get("totals"))
        self.forms = as_map(self.totals.get("payments"))
        self.told_steps = [as_map(step) for step in as_list(self.totals.get("steps"))]
        own = {told["name"] for told in self.told_steps[: len(self.steps)] if isinstance(told.get("name"), str)}
        self.own_lines = own & self.forms.keys()  # the names of steps with lines of their own
        self.rows = [self.row(number, *cells) for number, cells in enumerate(payments.cells, 1)]
        self.sound = [row for row in self.rows if row is not None]
        self.of: dict[str, list[Row]] = {}
        for row in self.sound:
            self.of.setdefault(row.payment, []).append(row)
        self.expect("lines", same(statement.get("lines"), len(self.rows)))
        for number, row in enumerate(self.rows, 1):
            if row is not None:
                self.check_line(f"line {number}", number, row)
        self.check_items()
        self.check_totals()
        for step in self.steps:
            self.check_step(step)
        if "evidence_totals" in statement:
            self.check_evidence()
        self.expect("settlement", ("settlement" in statement) == (due is not None))
        if due is not None:
            self.check_due(due)

    def expect(self, key: str, *right: object) -> None:
        if not all(right):
            self.report.find(5, "sum", key=key)

    def is_money(self, payment: str) -> bool:
        form = as_map(self.forms.get(payment)).get("form")
        return payment in self.own_lines or (payment in self.forms and form != "factor")

    def concerns(self, step: int, payment: str) -> bool:
        told = self.told_steps[step - 1] if step <= len(self.told_steps) else {}
        return payment in as_list(told.get("over")) or payment == told.get("name")

    def row(self, number: int, tags: str, values: list[Any]) -> Row | None:
        if not re.fullmatch("ittt[in][in]i" + "[in][in]" * len(self.steps) + "[in]t[in]", tags):
            self.expect(f"line {number}", False)
            return None
        line, payment, grain, key, low, high, of, *steps, amount, result, _ = values
        ends = [(low, high), *zip(steps[::2], steps[1::2], strict=True)]
        return Row(line, (payment, grain, key), of, amount, result, ends)

    def check_line(self, key: str, number: int, row: Row) -> None:
        low, high = row.ends[-1]
        held, of_step, amount = row.result == "held", row.payment in self.own_lines, row.amount
        self.expect(key, row.line == number, row.payment in self.forms)
        self.expect(key, *((low is None) == (high is None) and (low is None or low <= high) for low, high in row.ends))
        self.expect(key, held == (low is None or low != high), (amount is None or of_step) if held else amount == low)
        for step in self.steps:
            self.expect(key, self.concerns(step, row.payment) or row.ends[step] == row.ends[step - 1])
        if not self.is_money(row.payment):
            self.expect(key, held or row.result == "sets", row.of > 0)
            return
        self.expect(key, row.of == 1, not of_step or row.ends[0] == (0, 0))
        if not held and amount is not None:
            self.expect(key, row.result == ("pays" if amount > 0 else "deducts" if amount < 0 else "pays_nothing"))

    def check_items(self) -> None:
        if "payments" not in self.statement:
            self.expect("payments", self.statement.get("payments_file") == "payments.parquet")
            return
        items = self.statement["payments"]
        self.expect("payments", isinstance(items, list) and len(items) == len(self.rows))
        for number, (row, item) in enumerate(zip(self.rows, as_list(items), strict=False), 1):  # where there are both
            self.expect(f"payments {number}", row is None or self.item_is_right(row, as_map(item)))

    def item_is_right(self, row: Row, item: dict[str, Any]) -> bool:
        try:
            key = parse_json(row.known[2].encode("utf-8"))
        except ValueError:
            return False
        told = item.get("for")
        if not (isinstance(told, dict) and fits(key, [str]) and list(told.values()) == key):
            return False
        if item.get("payment") != row.payment or item.get("result") != row.result or "amount" not in item:
            return False
        amount = item["amount"]
        if self.is_money(row.payment):
            return bool(amount == (None if row.amount is None else money(row.amount)))
        if amount is None:
            return True
        if row.amount is None or row.of <= 0 or not isinstance(amount, str) or not re.fullmatch(NUMBER, amount):
            return False
        return Fraction(amount) == Fraction(row.amount, row.of)

    def sums(self, payments: Iterable[str]) -> dict[str, str | None]:
        """Of the money among these payments; None where there is none."""
        of_money = [payment for payment in payments if self.is_money(payment)]
        amounts = [row.amount for payment in of_money for row in self.of.get(payment, []) if row.amount is not None]
        above, below = [one for one in amounts if one > 0], [one for one in amounts if one < 0]
        parts = {"gross": above, "deducted": below, "paid": amounts}
        return {name: money(sum(part)) if of_money else None for name, part in parts.items()}

    def check_totals(self) -> None:
        for name, text in self.sums(self.forms).items():
            self.expect(f"totals.{name}", tells(self.totals, name, text))
        self.expect("totals.held", same(self.totals.get("held"), sum(row.result == "held" for row in self.sound)))
        for payment, told in self.forms.items():
            rows = self.of.get(payment, [])
            counts = {result: sum(row.result == result for row in rows) for result in RESULTS}
            for name, value in {"lines": len(rows), **counts, **self.sums([payment])}.items():
                self.expect(f"totals.{payment}.{name}", tells(as_map(told), name, value))
        numbers = [told.get("step") for told in self.told_steps]
        self.expect("totals.steps", fits(self.totals.get("steps"), [object]), fits(numbers, [is_whole]))
        self.expect("totals.steps", numbers == list(self.steps))

    def check_step(self, step: int) -> None:
        told = self.told_steps[step - 1] if step <= len(self.told_steps) else {}
        before, after, held, cut = 0, 0, [], 0
        for row in self.sound:
            if not self.concerns(step, row.payment):
                continue
            (old, top), (new, high) = row.ends[step - 1], row.ends[step]
            before, after = before + (old or 0), after + (new or 0)
            cut += old is not None and new is not None and old != new == high
            if old is not None and old == top and new is not None and high is not None and new != high:
                held.append(old)
        holds = {"lines": len(held), "sum": money(sum(held))} if held else None
        expected = {"before": money(before), "after": money(after), "lines_cut": cut, "holds": holds}
        self.expect(f"totals.steps {step}", *(tells(told, name, value) for name, value in expected.items()))

    def check_evidence(self) -> None:
        evidence, told = as_map(self.statement.get("evidence")), as_map(self.statement["evidence_totals"])
        for word in ("decided_by", "rests_on"):
            grades: dict[str, list[str]] = {}
            for payment in self.forms:
                grade = as_map(evidence.get(payment)).get(word)
                if isinstance(grade, str) and grade:
                    grades.setdefault(grade, []).append(payment)
            for grade in grades.keys() | as_map(told.get(word)).keys():
                payments = grades.get(grade, [])
                rows = [row for payment in payments for row in self.of.get(payment, [])]
                paid = self.sums(payments)["paid"]
                expected = {"lines": len(rows), "held": sum(row.result == "held" for row in rows)}
                expected |= {"paid": paid} if paid is not None else {}
                right = same(as_map(told.get(word)).get(grade), expected)
                self.expect(f"evidence_totals.{word}.{grade}", payments, right)

    # ---- "Of `due`, row by row"

    def check_due(self, due: Table) -> None:
        lines: Lines = []
        for at, (tags, values) in enumerate(due.cells, 1):
            entry = {"at": at, **dict(zip(DUE, values, strict=True))}
            typed = re.fullmatch("itttt[in]ii(ti|nn)", tags) and entry["kind"] in KINDS_OF_DUE
            self.expect(f"entry {at}", typed)
            if typed and lines and known(lines[-1][0]) == known(entry):
                lines[-1].append(entry)
            elif typed:
                lines.append([entry])
        self.check_order(lines, len(due.cells))
        settlement = as_map(self.statement.get("settlement"))
        for line in lines:
            self.check_entries(line, "previous" in settlement and settlement["previous"] is None)
        self.check_settlement(settlement, lines)

    def check_order(self, lines: Lines, count: int) -> None:
        places = [number for number, row in enumerate(self.rows, 1) if row is not None and self.is_money(row.payment)]
        paid = {row.known for row in self.sound if self.is_money(row.payment)}
        gone: set[Known] = set()
        last = 0
        for line in lines:
            first = line[0]
            if first["line"] is None:
                self.expect(f"entry {first['at']}", known(first) not in paid | gone)
                gone.add(known(first))
                continue
            left_out = bisect.bisect_left(places, first["line"]) > bisect.bisect_right(places, last)
            self.expect(f"entry {first['at']}", first["line"] > last, not left_out)
            last = max(last, first["line"])
            for entry in line if gone else []:
                self.expect(f"entry {entry['at']}", False)
        self.expect(f"entry {count + 1}", not places or places[-1] <= last)

    def paid_line(self, entry: Due) -> Row | None:
        """The line of money at the place that an entry names, if it is of its payment, grain and key."""
        row = self.rows[entry["line"] - 1] if 1 <= (entry["line"] or 0) <= len(self.rows) else None
        return row if row is not None and self.is_money(row.payment) and row.known == known(entry) else None

    def check_entries(self, line: list[Due], nothing_before: bool) -> None:
        """Of one line."""
        kinds, first, end, gone = [entry["kind"] for entry in line], line[0], line[-1], line[0]["line"] is None
        after_reversal = [["reversal", kind] for kind in ("restatement", "kept", "held")]
        alone = len(kinds) == 1 and kinds != ["restatement"]
        self.expect(f"entry {end['at']}", kinds == ["reversal"] if gone else alone or kinds in after_reversal)
        for name in ("line", "of_assessment", "of_line"):
            self.expect(f"entry {end['at']}", all(entry[name] == first[name] for entry in line))
        before: Due | None = None  # the reversal before this entry
        for entry in line:
            key, kind, total, standing = f"entry {entry['at']}", entry["kind"], entry["sum"], entry["standing"]
            row = self.paid_line(entry)
            amount, high = (row.amount, row.ends[-1][1]) if row is not None else (None, None)
            stood = kind in ("unchanged", "kept", "reversal", "restatement") or before is not None
            self.expect(key, entry["entry"] == entry["at"], entry["line"] is None or row is not None)
            self.expect(
                key, (entry["of_assessment"] is not None) == stood, before is None or -before["sum"] != standing
            )
            self.expect(key, entry["of_assessment"] is None or not nothing_before)
            if kind == "reversal":
                self.expect(key, total != 0, standing == 0, entry is not end or gone or amount in (0, None))
            elif kind in ("held", "kept"):
                self.expect(key, amount is None, (standing == 0) == (kind == "held"))
                self.expect(key, kind == "held" or high is None or standing <= high)
            else:
                self.expect(key, standing == amount, (standing == 0) == (kind == "nothing"))
            if kind == "unchanged" or (kind == "kept" and before is None):
                self.expect(key, total == 0)
            elif kind != "reversal":
                self.expect(key, total == standing)
            before = entry if kind == "reversal" else None

    def check_settlement(self, settlement: dict[str, Any], lines: Lines) -> None:
        for name, text in settled(lines).items():
            self.expect(f"settlement.{name}", same(settlement.get(name), text))
        told = as_map(settlement.get("payments"))
        for payment in {line[0]["payment"] for line in lines} | told.keys():
            own = [line for line in lines if line[0]["payment"] == payment]
            counts = {kind: sum(entry["kind"] == kind for line in own for entry in line) for kind in KINDS_OF_DUE}
            self.expect(f"settlement.{payment}", own, same(told.get(payment), {**settled(own), **counts}))
        if "entries" not in settlement:
            self.expect("settlement.entries", settlement.get("entries_file") == "due.parquet")
            return
        expected = []
        for entry in (entry for line in lines for entry in line):
            moved = entry["kind"] in ("paid", "reversal", "restatement", "kept")
            if moved or (entry["kind"] == "held" and entry["of_line"] is not None):
                plain = {name: entry[name] for name in ("entry", "payment", "kind", "line", "of_assessment", "of_line")}
                expected.append({**plain, "sum": money(entry["sum"]), "stands": money(entry["standing"])})
        items = settlement["entries"]
        self.expect("settlement.entries", isinstance(items, list) and len(items) == len(expected))
        for item, right in zip(as_list(items), expected, strict=False):
            told = {name: value for name, value in as_map(item).items() if name in right}
            self.expect("settlement.entries", same(told, right))


def known(entry: Due) -> Known:
    return entry["payment"], entry["grain"], entry["key"]


def settled(lines: Lines) -> dict[str, str]:
    due = sum(entry["sum"] for line in lines for entry in line)
    to_date = sum(line[-1]["standing"] for line in lines)
    kept = sum(entry["standing"] for line in lines for entry in line if entry["kind"] == "kept")
    sums = {"due": due, "to_date": to_date, "paid_before": to_date - due, "kept_while_held": kept}
    return {name: money(total) for name, total in sums.items()}


def in_short(says: dict[str, Any], statement: dict[str, Any]) -> str:
    """The contract and the day of `manifest.json` (or the disclosure), and the totals of `statement.json`, as written."""
    days = {table: str(day or "no day") for table, day in as_map(says.get("complete_to")).items()}
    each = set(days.values()) if len(set(days.values())) == 1 else [f"{day} ({name})" for name, day in days.items()]
    text = f"{says['contract']['id']}, version {says['contract']['version']}"
    text += f", complete to {', '.join(each)}" if each else ""
    totals, settlement = as_map(statement.get("totals")), as_map(statement.get("settlement"))
    if "paid" in totals:
        text += f": paid {totals['paid']} {statement.get('currency')}"
        told = [f"{name} {totals[name]}" for name in ("gross", "deducted") if name in totals]
        told += [f"lines held {totals['held']}"] if "held" in totals else []
        told += [f"due after what was paid before {settlement['due']}"] if "due" in settlement else []
        text += f" ({', '.join(told)})" if told else ""
    return text


def check_arithmetic(report: Report, pack: Pack, manifest: dict[str, Any], read: dict[str, Table]) -> None:
    try:
        statement = parse_json(pack.read(HERE + "statement.json"))
        need(isinstance(statement, dict))
    except UNREADABLE:
        report.find(5, "assessment", file=HERE + "statement.json")
        return
    report.about = [in_short(manifest, statement)]
    if "payments" in read and ("due" in read or "due.parquet" not in manifest["tables"]):
        Arithmetic(report, statement, read["payments"], read.get("due"))


# ==== REDACTED: pack-format.md, "Redacted packs", in place of PACK 3 to 5 ============================================

THERE = "data/redacted/"
DISCLOSURE = {
    "format": "pbr-disclosure/1",
    "contract": {"id": str, "version": str, "sha256": is_digest},
    "engine": {"name": str, "version": str},
    "complete_to": Each((str, None)),
    "currency": str,
    "tables": Each({"columns": [str], "rows": is_whole, "root": is_digest}),
}
HEAD = {"columns": [str], "treatment": [("open", "pseudonym", "withheld")]}
UNSUMMED = "its payments were neither computed again from the data nor added up"


def cell_commitment(cell: Any, treatment: str) -> bytes:
    """Of `[text,salt]`, `[pseudonym,commitment]` or `[commitment]`."""
    need(fits(cell, [str]) and len(cell) in (1, 2) and is_digest(cell[-1]))
    last = bytes.fromhex(cell[-1])
    if len(cell) == 1:
        return last
    need(treatment == "open" or (treatment == "pseudonym" and is_hex(cell[0], 32)))
    if treatment == "pseudonym":
        return last
    content = cell[0].encode("utf-8")
    text = Text(io.BytesIO(content))
    text.cell()
    need(len(text.taken) == len(content))
    return hashlib.sha256(last + content).digest()


def read_redacted(path: str) -> Table:
    def lines() -> Iterator[Any]:
        while line := file.readline(JSON_LIMIT):
            need(line.endswith(b"\n"))
            yield parse_canonical(line[:-1])

    def digests() -> Iterator[bytes]:
        for row in rows:
            need(isinstance(row, list) and len(row) == len(head["columns"]))
            sealed = [cell_commitment(cell, treatment) for cell, treatment in zip(row, head["treatment"], strict=True)]
            told = zip(row, head["treatment"], strict=True)
            table.shown += sum(len(cell) == 2 and treatment == "open" for cell, treatment in told)
            yield hashlib.sha256(b"".join(sealed)).digest()

    with open_plain(path) as file:
        rows = lines()
        head = next(rows, None)
        need(fits(head, HEAD) and head["columns"] and len(head["columns"]) == len(head["treatment"]))
        table = Table(head["columns"])
        table.rows, table.root = table_root(digests())
    return table


def check_redacted(report: Report, pack: Pack) -> Any:
    """Gives the document of the disclosure, if it is as it should be."""
    report.limit = f"redacted; {UNSUMMED}"
    try:
        says = parse_canonical(pack.read(THERE + "disclosure.json"))
        need(fits(says, DISCLOSURE))
    except UNREADABLE:
        report.find(3, "assessment", file=THERE + "disclosure.json")
        return None
    if pack.sha256(THERE + "contract.yaml") != says["contract"]["sha256"]:
        report.find(3, "assessment", file=THERE + "contract.yaml")
    wanted = {f"{THERE}{name.removesuffix('.parquet')}.jsonl": table for name, table in says["tables"].items()}
    for name in set(pack.below(THERE)) - wanted.keys() - {THERE + "disclosure.json", THERE + "contract.yaml"}:
        report.find_if(not name.startswith(THERE + "rules/"), 3, "file", file=name)
    report.about, shown, cells = [f"{in_short(says, {})}, in {says['currency']}"], 0, 0
    for name, told in wanted.items():
        cells += told["rows"] * len(told["columns"])
        try:
            table = read_redacted(pack.path(name))
            need((table.columns, table.rows, table.root) == (told["columns"], told["rows"], told["root"]))
            shown += table.shown
        except UNREADABLE:
            report.find(3, "table", file=name)
    report.limit = f"redacted: {shown} of {cells} cells are shown; {UNSUMMED}"
    return says


# ==== PACK 6: receipts, and what they are tied to ====================================================================

RECEIPT_PATH = re.compile(r"data/receipts/(0|[1-9][0-9]{0,15})\.tlog-proof")


def check_receipts(report: Report, pack: Pack, policy: Policy | None) -> dict[int, Receipt]:
    """By the number of the entry. (Whether they are witnessed is of no weight here: the log is in the pack.)"""
    receipts: dict[int, Receipt] = {}
    for file in pack.below("data/receipts/"):
        match, own, receipt = RECEIPT_PATH.fullmatch(file), Report(step=6, file=file), None
        if match is None:  # PACK 2 has said so
            continue
        try:
            receipt = check_receipt(own, pack.read(file, NOTE_LIMIT), policy)
            need(receipt is None or receipt.index == int(match[1]))
        except UNREADABLE:
            own.find(1, "receipt")
            receipt = None
        if receipt is not None:
            receipts[receipt.index] = receipt
        report.findings += own.findings
        for text in own.notes:
            if "lack of the algorithm" in text:
                report.note(text)
    return receipts


def check_anchors(
    report: Report, pack: Pack, manifest: dict[str, Any] | None, receipts: dict[int, Receipt]
) -> set[int]:
    """Of a pack that is not redacted. Gives the assessments' entries whose opened commitment is to this folder."""
    digests = {name: pack.sha256(f"{HERE}{name}.json") for name in ("manifest", "run")}
    assessments = {number: item for number, item in receipts.items() if item.entry.kind == "assessment"}
    listed = {number for item in assessments.values() for number in item.entry.says["submissions"]}
    adopted = {item.entry.says["contract"] for item in assessments.values()}
    inputs = {(given["sha256"], given["size"]) for given in manifest["inputs"]} if manifest else set()
    tied = set()
    for number, receipt in receipts.items():
        says, kind, is_opened = receipt.entry.says, receipt.entry.kind, "commitment" in receipt.opened
        document, right = as_map(receipt.opened.get("commitment")), True
        if kind == "assessment" and is_opened:
            right = document == digests and None not in digests.values()
            tied |= {number} if right else set()
        elif kind == "submission" and is_opened and manifest is not None and (number in listed or not assessments):
            files = document.get("files")
            right = isinstance(files, list) and len(filed(receipt)) == len(files) and set(filed(receipt)) <= inputs
        elif kind in ("contract", "variation") and manifest is not None and number in adopted:
            terms, rules = says["terms"], {(rule["rule"], rule["sha256"]) for rule in manifest["rules"]}
            right = terms["sha256"] == manifest["contract"]["sha256"]
            right = right and {(rule["rule"], rule["sha256"]) for rule in terms["rules"]} == rules
        elif kind in ("approval", "challenge") and is_opened and says["assessment"] in assessments:
            right = document.get("manifest") == digests["manifest"]
        report.find_if(not right, 6, "anchor", entry=number)
    return tied


def check_disclosed(report: Report, pack: Pack, document: Any, receipts: dict[int, Receipt]) -> set[int]:
    """Of a redacted pack. Gives the assessments' entries whose opened disclosure is `disclosure.json`."""
    adopted = {item.entry.says["contract"] for item in receipts.values() if item.entry.kind == "assessment"}
    rules = sorted(pack.digests[name][0] for name in pack.below(THERE + "rules/"))
    tied = set()
    for number, receipt in receipts.items():
        right, kind = True, receipt.entry.kind
        if kind == "assessment" and "disclosure" in receipt.opened:
            right = canonical(receipt.opened["disclosure"]) == canonical(document)
            tied |= {number} if right else set()
        elif kind in ("contract", "variation") and number in adopted:
            terms = receipt.entry.says["terms"]
            right = terms["sha256"] == pack.sha256(THERE + "contract.yaml")
            right = right and sorted(rule["sha256"] for rule in terms["rules"]) == rules
        report.find_if(not right, 6, "anchor", entry=number)
    return tied


# ==== PACK 7: the log; "The assessment of the pack"; "The verdict" ===================================================
def run_pack(path: str, policy: Policy | None, kept: Kept | None) -> Report:
    need_folder(path)
    report, pack, reader = Report(of_pack=True), Pack(path), readers_policy(policy, kept)
    check_bag(report, pack)
    says = read_pack_json(report, pack)
    if says is None:
        return report
    manifest = None
    if says["redacted"]:
        document = check_redacted(report, pack)
        receipts = check_receipts(report, pack, reader)
        tied = set() if document is None else check_disclosed(report, pack, document, receipts)
    else:
        manifest = check_assessment(report, pack)
        if manifest is not None:
            report.about = [in_short(manifest, {})]
            check_arithmetic(report, pack, manifest, check_texts(report, pack, manifest))
        receipts = check_receipts(report, pack, reader)
        tied = check_anchors(report, pack, manifest, receipts)
    number = max(tied, default=None)  # the newest
    report.assessment = None if number is None else {"entry": number, "state": None}
    has_log = bool(pack.below("data/log/"))
    if has_log:
        check_logged(report, os.path.join(path, "data/log"), policy, kept, receipts)
    elif kept is not None:
        report.note("not compared: the kept view, for lack of the log")
    lacking = []
    if not has_log:
        lacking.append("the log, which is not in the pack")
    elif reader is not None and report.checkpoint is not None and (report.witnessed or 0) < report.checkpoint.size:
        lacking.append(f"witnesses for all of the log, as {reader.whose} demands them")
    if number is None:
        lacking.append("an opened receipt that ties an assessment to what is here")
    listed = [] if number is None else receipts[number].entry.says["submissions"]
    logged = {row for submission in listed if submission in receipts for row in filed(receipts[submission])}
    inputs = manifest["inputs"] if manifest else []
    missing = [given["name"] for given in inputs if (given["sha256"], given["size"]) not in logged]
    if missing:
        more = f" and {len(missing) - 10} more" if len(missing) > 10 else ""
        lacking.append(f"opened receipts of submissions that the assessment lists, for {', '.join(missing[:10])}{more}")
    for text in lacking:
        report.note(f"lacking: {text}")
    conclude(
        report, reader, not lacking, f"it is logged{'' if says['redacted'] else ', so are its inputs,'} and witnessed"
    )
    return report


def check_logged(
    report: Report, folder: str, policy: Policy | None, kept: Kept | None, receipts: dict[int, Receipt]
) -> None:
    own = Report(step=7, place="data/log/")
    log = check_log(own, folder, policy, kept)
    report.findings += own.findings
    report.checkpoint, report.witnessed, report.assessments = own.checkpoint, own.witnessed, own.assessments
    for text in own.notes:
        if not text.startswith("lacking: "):
            report.note(text)
    for index, receipt in receipts.items() if log is not None else ():
        leaf = log.leaf(index) if index < log.size else b""
        if leaf not in (None, leaf_hash(receipt.entry.data)):
            report.find(7, "anchor", entry=index)
        elif report.assessment is not None and report.assessment["entry"] == index and not own.findings:
            report.assessment = next((item for item in own.assessments if item["entry"] == index), report.assessment)


# ==== COMMANDS: log-format.md, "What a verifier prints" ==============================================================
def read_given(path: str, limit: int) -> bytes:
    """A file that the reader named. One that is too long is cut: it is then of a wrong form anyway."""
    try:
        return read_start(path, limit + 1)[0]
    except UNREADABLE as error:
        raise Misuse(f"{path} cannot be read: {error}") from None


def is_link(path: str) -> bool:
    return os.path.islink(path.rstrip("/") or path)


def need_folder(path: str) -> None:
    if "\0" in path or is_link(path) or not os.path.isdir(path):
        raise Misuse(f"{path} is no folder")


def run_log(path: str, policy: Policy | None, kept: Kept | None, keep: str | None = None) -> Report:
    report = Report()
    need_folder(path)
    log = check_log(report, path, policy, kept)
    if keep is not None and log is not None and not report.findings:
        keep_view(report, log, keep, readers_policy(policy, kept), kept is None)
    return report


def run_receipt(path: str, policy: Policy | None, data: list[str]) -> Report:
    report, content = Report(), read_given(path, NOTE_LIMIT)
    try:
        digests = [digest_file(name)[::2] for name in data]
    except UNREADABLE as error:
        raise Misuse(f"a file of --data cannot be read: {error}") from None
    receipt = check_receipt(report, content, policy)
    if receipt is not None:
        report.about = [f"entry {receipt.index}, {receipt.entry.kind}, of {receipt.entry.says['at']} by its own word"]
        report.note("not checked: the entry's own signatures, as the keys stand in another entry")  # 5
        for name, digest in zip(data, digests, strict=True):  # 6
            report.find_if(digest not in filed(receipt), 6, "data", file=name)
            report.about += [f"{name} is one of its files: same SHA-256 and size"] if digest in filed(receipt) else []
    return report


def run_consistency(path: str, policy: Policy | None, kept: Kept) -> Report:
    report = Report()
    check_growth(report, read_given(path, 2 * NOTE_LIMIT), policy, kept)
    return report


BATCH: dict[str, Callable[[str, Policy | None, Kept | None], Report]] = {"log": run_log, "pack": run_pack}
FAILS = (Misuse, OSError, ValueError, RecursionError, MemoryError)


def run_batch(policy: Policy | None, kept: Kept | None) -> int:
    worst = 0
    for raw in sys.stdin.buffer:
        command, _, rest = os.fsdecode(raw.removesuffix(b"\n")).partition(" ")
        path, tab, view = rest.partition("\t")
        try:
            if not path or command not in BATCH or (tab and command != "log"):
                raise Misuse('a line that is not "log PATH", "log PATH<TAB>VIEW" or "pack PATH"')
            report = BATCH[command](path, policy, load_kept(view) if tab else kept)
            answer, code = report.answer(), 3 if report.findings else 0
        except FAILS as error:
            answer, code = {**Report().answer(), "verdict": None, "error": printable(str(error))}, 1
        print(json.dumps(answer), flush=True)
        worst = max(worst, code)
    return worst


def in_words(report: Report) -> Iterator[str]:
    """The verdict, with the state of a pack that is not broken and what was not checked of it; then what it is of, the
    findings, and what vouches or is lacking."""
    answer, subject = report.answer(), ""
    if report.of_pack and not report.findings:
        if report.assessment is None:
            subject = ": of no known assessment"
        elif report.assessment["state"] is None:
            subject = f": the assessment, entry {report.assessment['entry']}, in a state that only the log can tell"
        else:
            subject = f": the assessment, entry {report.assessment['entry']}, is {report.assessment['state']}"
    yield f"{answer['verdict']}{subject}" + (f"; {report.limit}" if report.of_pack else "")
    for text in report.about:
        yield f"  {'it says of itself: ' if report.findings else ''}{text}"
    if report.checkpoint is not None:
        place = f"{report.checkpoint.origin}, {report.checkpoint.size} entries, {report.witnessed} of them witnessed"
        yield f"  {place}, root {answer['root']}"
    for finding in as_list(answer["findings"]):
        places = [f"entry {finding['entry']}"] if "entry" in finding else []
        places += [finding[name] for name in ("file", "key") if name in finding]
        yield f"  {', '.join([finding['class'], *places])}: {finding['says']}"
    for item in [] if report.of_pack else report.assessments:
        yield f"  the assessment, entry {item['entry']}, is {item['state']}"
    for text in as_list(answer["notes"]):
        yield f"  {text}"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description="Checks logs, receipts, consistency proofs and packs.", allow_abbrev=False
    )
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
    commands.choices["receipt"].add_argument(
        "--data", metavar="FILE", action="append", default=[], help="a file that was submitted"
    )
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
            report = run_consistency(given.path, policy, kept)
        for line in [json.dumps(report.answer())] if given.json else in_words(report):
            print(line if given.json else printable(line))
        sys.stdout.flush()
        return 3 if report.findings else 0
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 1
    except FAILS as error:
        print(printable(str(error)) or type(error).__name__, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
