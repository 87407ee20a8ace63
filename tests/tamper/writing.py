"""Logs written by the format page alone (``docs/log-format.md``), without a line of the program: what the adversary of the campaign works with.

He holds every key but the witness's. A log is a list of entries' bytes; everything else of its folder follows from them.
"""

from __future__ import annotations

import base64
import hashlib
import json
import struct
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ORIGIN = "pbr.example/tampered"
PAYLOAD_TYPE = "application/vnd.pbr-log.entry.v1+json"
START = 1_767_225_600  # 2026-01-01T00:00:00Z
STEP = 60  # seconds between entries
WIDTH = 256

Files = dict[str, bytes]


class Key:
    """An Ed25519 key made from its name: public, and therefore worthless. ``kind``: the type byte of its vkey."""

    def __init__(self, name: str, kind: int = 1, again: str = "") -> None:
        self.name, self.kind = name, kind
        self._secret = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(f"{again}{name}".encode()).digest())
        self.public = self._secret.public_key().public_bytes_raw()
        self.id = hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + self.public).digest()[:4]

    @property
    def vkey(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(bytes([self.kind]) + self.public).decode()}"

    @property
    def keyid(self) -> str:
        return f"{self.name}+{self.id.hex()}"

    def sign(self, message: bytes) -> bytes:
        return self._secret.sign(message)

    def note_line(self, text: bytes) -> bytes:
        return f"— {self.name} ".encode() + base64.b64encode(self.id + self.sign(text)) + b"\n"

    def cosignature_line(self, text: bytes, at: int) -> bytes:
        message = f"cosignature/v1\ntime {at}\n".encode() + text
        return f"— {self.name} ".encode() + base64.b64encode(self.id + struct.pack(">Q", at) + self.sign(message)) + b"\n"


@dataclass
class Keys:
    """Everybody's. ``witness`` is the one that the adversary has not."""

    log: Key = field(default_factory=lambda: Key(ORIGIN))
    witness: Key = field(default_factory=lambda: Key("auditor.example/witness", 4))
    commissioner: Key = field(default_factory=lambda: Key("commissioner.example/contracts"))
    assessor: Key = field(default_factory=lambda: Key("commissioner.example/assessor"))
    approver: Key = field(default_factory=lambda: Key("commissioner.example/finance"))
    second: Key = field(default_factory=lambda: Key("commissioner.example/director"))
    provider: Key = field(default_factory=lambda: Key("provider.example/returns"))
    auditor: Key = field(default_factory=lambda: Key("auditor.example/office"))

    def policy(self) -> bytes:
        lines = [f"log {self.log.vkey}", f"witness W {self.witness.vkey}", "quorum W"]
        return ("\n".join(lines) + "\n").encode()


def canonical(value: Any) -> bytes:
    """RFC 8785 of what entries hold: ASCII keys, texts, whole numbers."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def time_text(seconds: int) -> str:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def envelope(payload: dict[str, Any], *keys: Key) -> bytes:
    body = canonical(payload)
    pae = b"DSSEv1 %d %s %d %s" % (len(PAYLOAD_TYPE), PAYLOAD_TYPE.encode(), len(body), body)
    signatures = [{"keyid": key.keyid, "sig": base64.b64encode(key.sign(pae)).decode()} for key in keys]
    return canonical({"payload": base64.b64encode(body).decode(), "payloadType": PAYLOAD_TYPE, "signatures": signatures})


def payload_of(entry: bytes) -> dict[str, Any]:
    found = json.loads(base64.b64decode(json.loads(entry)["payload"]))
    assert isinstance(found, dict)
    return found


def digest(*words: object) -> str:
    return hashlib.sha256("|".join(map(str, words)).encode()).hexdigest()


def signer_of(payload: dict[str, Any], keys: Keys, number: int = 0) -> Key:
    """Whose signature the story puts under an entry of this kind."""
    kind = payload["kind"]
    if kind == "approval":
        return keys.approver if number % 2 else keys.second
    return {
        "contract": keys.commissioner,
        "variation": keys.commissioner,
        "submission": keys.provider,
        "seed": keys.auditor,
        "assessment": keys.assessor,
        "challenge": keys.provider,
    }[kind]


def opening_of(kind: str, number: int) -> dict[str, Any]:
    """The opening of the commitment in entry ``number`` of the story. Its salt follows from the number: nothing here is secret."""
    document: dict[str, Any]
    if kind == "submission":
        name = f"returns-{number}.csv"
        file = file_of(number)
        document = {"files": [{"name": name, "table": None, "sha256": hashlib.sha256(file).hexdigest(), "size": len(file)}]}
    elif kind == "seed":
        document = {"seed": digest("seed", number)}
    elif kind == "assessment":
        document = {"manifest": digest("manifest", number), "run": digest("run", number)}
    else:
        document = {"manifest": digest("manifest", number), "line": None, "reason": f"seen by the office, note {number}"}
    return {"salt": digest("salt", number), "document": document}


def file_of(number: int) -> bytes:
    """The file that was submitted with entry ``number``."""
    return f"person_id,started_on\np{number},2026-01-01\n".encode()


def commitment_to(opening: dict[str, Any]) -> str:
    head = b"pbr-log/1 commitment\n"
    return hashlib.sha256(head + bytes.fromhex(opening["salt"]) + canonical(opening["document"])).hexdigest()


ROUND = ("submission", "submission", "assessment", "approval", "challenge", "approval", "seed", "submission", "assessment", "variation")


def story(size: int, keys: Keys) -> list[dict[str, Any]]:
    """The payloads of a log of ``size`` entries in which all is in order: one contract, submissions, assessments, approvals, challenges that are
    answered, seeds and variations."""
    out: list[dict[str, Any]] = []
    holds = 0
    submissions: list[int] = []
    assessment: int | None = None
    open_challenge: list[int] = []
    for number in range(size):
        base = {"format": "pbr-log/1", "origin": ORIGIN, "at": time_text(START + number * STEP)}
        kind = "contract" if number == 0 else ROUND[(number - 1) % len(ROUND)]
        if kind in ("contract", "variation"):
            payload = base | {
                "kind": kind,
                "terms": {"id": "sample", "version": str(number), "sha256": digest("terms", number), "rules": []},
                "keys": {
                    "commissioner": [keys.commissioner.vkey],
                    "assessor": [keys.assessor.vkey],
                    "approver": [keys.approver.vkey, keys.second.vkey],
                    "provider": [keys.provider.vkey],
                    "auditor": [keys.auditor.vkey],
                },
                "approval": {"approvers": 1, "assessor": "may be one"},
            }
            if kind == "variation":
                payload["contract"] = holds
            holds = number
        else:
            payload = base | {"kind": kind, "contract": holds, "commitment": commitment_to(opening_of(kind, number))}
            if kind == "submission":
                submissions.append(number)
            elif kind == "assessment":
                payload |= {"submissions": submissions[-2:], "previous": assessment, "disclosure": digest("tables", number)}
                assessment = number
            elif kind == "challenge":
                payload["assessment"] = assessment
                open_challenge = [number]
            elif kind == "approval":
                payload |= {"assessment": assessment, "answers": open_challenge}
                open_challenge = []
        out.append(payload)
    return out


def entries_of(payloads: list[dict[str, Any]], keys: Keys) -> list[bytes]:
    return [envelope(payload, signer_of(payload, keys, number)) for number, payload in enumerate(payloads)]


def leaf_hash(entry: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + entry).digest()


def root_of(leaves: list[bytes]) -> bytes:
    """RFC 6962 section 2.1, level by level: an odd one out goes up as it is, which gives the same tree."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    level = leaves
    while len(level) > 1:
        paired = [hashlib.sha256(b"\x01" + level[n] + level[n + 1]).digest() for n in range(0, len(level) - 1, 2)]
        level = paired + ([level[-1]] if len(level) % 2 else [])
    return level[0]


def place(number: int) -> str:
    parts = [f"{number % 1000:03d}"]
    while number >= 1000:
        number //= 1000
        parts.insert(0, f"x{number % 1000:03d}")
    return "/".join(parts)


def tiles_of(leaves: list[bytes]) -> Files:
    out: Files = {}
    level, hashes = 0, leaves
    while hashes:
        for number in range(0, len(hashes), WIDTH):
            held = hashes[number : number + WIDTH]
            part = "" if len(held) == WIDTH else f".p/{len(held)}"
            out[f"tile/{level}/{place(number // WIDTH)}{part}"] = b"".join(held)
        full = len(hashes) // WIDTH
        hashes = [root_of(hashes[number * WIDTH : (number + 1) * WIDTH]) for number in range(full)]
        level += 1
    return out


def bundles_of(entries: list[bytes]) -> Files:
    out: Files = {}
    for number in range(0, len(entries), WIDTH):
        held = entries[number : number + WIDTH]
        part = "" if len(held) == WIDTH else f".p/{len(held)}"
        out[f"tile/entries/{place(number // WIDTH)}{part}"] = b"".join(struct.pack(">H", len(entry)) + entry for entry in held)
    return out


def checkpoint_text(size: int, root: bytes) -> bytes:
    return f"{ORIGIN}\n{size}\n{base64.b64encode(root).decode()}\n".encode()


def last_time(size: int) -> int:
    return START + max(0, size - 1) * STEP + 30


def signed(size: int, root: bytes, log: Key, witness: Key | None) -> bytes:
    text = checkpoint_text(size, root)
    lines = log.note_line(text) + (witness.cosignature_line(text, last_time(size)) if witness else b"")
    return text + b"\n" + lines


@dataclass
class Log:
    """A log's folder in memory. ``files`` by path; ``leaves`` the leaf hashes of its entries."""

    entries: list[bytes]
    leaves: list[bytes]
    files: Files

    def view(self, size: int | None = None) -> Files:
        """The kept view of somebody who saw the log when it had ``size`` entries."""
        size = len(self.leaves) if size is None else size
        keys = Keys()
        return {"checkpoint": signed(size, root_of(self.leaves[:size]), keys.log, keys.witness), "hashes": b"".join(self.leaves[:size])}


def inclusion(leaves: list[bytes], index: int) -> list[bytes]:
    """RFC 6962 section 2.1.1: the hashes from the leaf's sibling up to the root's child."""
    if len(leaves) <= 1:
        return []
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    if index < half:
        return [*inclusion(leaves[:half], index), root_of(leaves[half:])]
    return [*inclusion(leaves[half:], index - half), root_of(leaves[:half])]


def receipt(log: Log, index: int, openings: dict[str, Any]) -> bytes:
    """A receipt for entry ``index``: C2SP tlog-proof, with the entry and these openings in its ``extra``."""
    told = canonical({"entry": base64.b64encode(log.entries[index]).decode(), "openings": openings})
    lines = ["c2sp.org/tlog-proof@v1", f"extra {base64.b64encode(told).decode()}", f"index {index}"]
    lines += [base64.b64encode(each).decode() for each in inclusion(log.leaves, index)]
    return ("\n".join(lines) + "\n\n").encode() + log.files["checkpoint"]


def log_of(entries: list[bytes], keys: Keys, *, witnessed: bool, cosigned: tuple[int, ...] = (), kept: Files | None = None) -> Log:
    """The folder that holds these entries. ``witnessed``: the checkpoint has the witness's cosignature. ``cosigned``: sizes of earlier
    checkpoints that have it. ``kept``: files to keep as they are where the adversary cannot make them again (cosigned ones)."""
    leaves = [leaf_hash(entry) for entry in entries]
    files = tiles_of(leaves) | bundles_of(entries)
    files["checkpoint"] = signed(len(entries), root_of(leaves), keys.log, keys.witness if witnessed else None)
    files["policy"] = keys.policy()
    for size in cosigned:
        files[f"cosigned/{size}"] = signed(size, root_of(leaves[:size]), keys.log, keys.witness)
    return Log(entries, leaves, files | (kept or {}))


@lru_cache(maxsize=8)
def sound(size: int) -> Log:
    """An untouched log of ``size`` entries, witnessed at full size and, where it is long enough, twice before."""
    keys = Keys()
    return log_of(entries_of(story(size, keys), keys), keys, witnessed=True, cosigned=tuple(sorted({size // 3, size // 2, size} - {0})))
