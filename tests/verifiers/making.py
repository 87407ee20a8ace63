"""Writes small logs by the page, apart from the program and from the verifiers. Its keys are made of their names: they protect nothing."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

ORIGIN = "pbr.example/test"
TYPE = "application/vnd.pbr-log.entry.v1+json"
START = 1_770_000_000
SALT = "5a" * 32


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def canonical(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def root(leaves: list[bytes]) -> bytes:
    """RFC 6962 section 2.1, as it is written there."""
    if len(leaves) < 2:
        return leaves[0] if leaves else sha(b"")
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return sha(b"\x01" + root(leaves[:half]) + root(leaves[half:]))


def path(index: int, leaves: list[bytes]) -> list[bytes]:
    if len(leaves) < 2:
        return []
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    if index < half:
        return [*path(index, leaves[:half]), root(leaves[half:])]
    return [*path(index - half, leaves[half:]), root(leaves[:half])]


def growth(old: int, leaves: list[bytes], whole: bool = True) -> list[bytes]:
    """The consistency proof from the first `old` leaves."""
    if old == len(leaves):
        return [] if whole else [root(leaves)]
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    if old <= half:
        return [*growth(old, leaves[:half], whole), root(leaves[half:])]
    return [*growth(old - half, leaves[half:], False), root(leaves[:half])]


@dataclass(frozen=True)
class Signer:
    name: str
    kind: int = 1

    @cached_property
    def private(self) -> Any:
        seed = sha(f"{self.name} {self.kind}".encode())
        return MLDSA44PrivateKey.from_seed_bytes(seed) if self.kind == 6 else Ed25519PrivateKey.from_private_bytes(seed)

    @cached_property
    def public(self) -> bytes:
        return bytes([self.kind]) + self.private.public_key().public_bytes_raw()

    @cached_property
    def id(self) -> bytes:
        return sha(self.name.encode() + b"\n" + self.public)[:4]

    @property
    def keyid(self) -> str:
        return f"{self.name}+{self.id.hex()}"

    @property
    def vkey(self) -> str:
        return f"{self.keyid}+{b64(self.public)}"

    def line(self, text: str, time: int = 0) -> str:
        message, stamp = text.encode(), b""
        if self.kind != 1:
            stamp = time.to_bytes(8, "big")
        if self.kind == 4:
            message = f"cosignature/v1\ntime {time}\n{text}".encode()
        if self.kind == 6:
            origin, size, digest, _ = text.split("\n")
            name = self.name.encode()
            message = b"subtree/v1\n\0" + bytes([len(name)]) + name + stamp + bytes([len(origin)]) + origin.encode()
            message += bytes(8) + int(size).to_bytes(8, "big") + base64.b64decode(digest)
        return f"\u2014 {self.name} {b64(self.id + stamp + self.private.sign(message))}\n"


LOG, LOG_PQ = Signer(ORIGIN), Signer(ORIGIN, 6)
WITNESSES = [Signer(f"witness.example/{number}", 4) for number in (1, 2)] + [Signer("witness.example/3", 6)]
OFFICES = {role: Signer(f"{role}.example") for role in ("commissioner", "assessor", "approver", "provider", "auditor")}
SECOND = Signer("approver.example/2")
POLICY = f"""log {LOG.vkey}
log {LOG_PQ.vkey}
witness one {WITNESSES[0].vkey} https://witness.example/
witness two {WITNESSES[1].vkey}
witness three {WITNESSES[2].vkey}
# two of three
group all-of-them 2 one two three
quorum all-of-them
"""


def time(at: int) -> str:
    return datetime.fromtimestamp(START + at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def commitment(document: object) -> str:
    return hashlib.sha256(b"pbr-log/1 commitment\n" + bytes.fromhex(SALT) + canonical(document)).hexdigest()


def opening(document: object) -> dict[str, object]:
    return {"salt": SALT, "document": document}


def envelope(says: dict[str, Any], *signers: Signer) -> bytes:
    body = canonical(says)
    message = f"DSSEv1 {len(TYPE)} {TYPE} {len(body)} ".encode() + body
    signatures = [{"keyid": signer.keyid, "sig": b64(signer.private.sign(message))} for signer in signers]
    return canonical({"payload": b64(body), "payloadType": TYPE, "signatures": signatures})


@dataclass
class Making:
    """A log in the making. `add` takes an entry's kind and what it says beyond the first four members."""

    entries: list[bytes] = field(default_factory=list)
    cosigned: list[int] = field(default_factory=list)  # by all witnesses
    times: tuple[int | None, ...] = (0, 0, 0)  # of the witnesses on the newest checkpoint

    def add(self, kind: str, *signers: Signer, at: int | None = None, **says: Any) -> int:
        number = len(self.entries)
        whole = {"format": "pbr-log/1", "origin": ORIGIN, "kind": kind, "at": time(number * 60 if at is None else at), **says}
        self.entries.append(envelope({name: value for name, value in whole.items() if value is not ...}, *signers))
        return number

    def contract(self, kind: str = "contract", approvers: int = 1, assessor: str = "may not", **says: Any) -> int:
        keys = {role: [signer.vkey] for role, signer in OFFICES.items()}
        keys["approver"] += [SECOND.vkey, OFFICES["assessor"].vkey]
        terms = {"id": "c", "version": "1", "sha256": "ab" * 32, "rules": [{"rule": "r", "sha256": "cd" * 32}]}
        given = {"terms": terms, "keys": keys, "approval": {"approvers": approvers, "assessor": assessor}, **says}
        return self.add(kind, OFFICES["commissioner"], **given)

    def submission(self, contract: int = 0, document: object = None, **says: Any) -> int:
        return self.add("submission", OFFICES["provider"], **{"contract": contract, "commitment": commitment(document), **says})

    def assessment(self, contract: int = 0, document: object = None, **says: Any) -> int:
        given = {"contract": contract, "submissions": [], "previous": None, "commitment": commitment(document), "disclosure": "ef" * 32}
        return self.add("assessment", OFFICES["assessor"], **{**given, **says})

    def approval(self, assessment: int, signer: Signer = OFFICES["approver"], contract: int = 0, **says: Any) -> int:
        given = {"contract": contract, "assessment": assessment, "answers": [], "commitment": "12" * 32}
        return self.add("approval", signer, **{**given, **says})

    def challenge(self, assessment: int, contract: int = 0, **says: Any) -> int:
        given = {"contract": contract, "assessment": assessment, "commitment": "12" * 32}
        return self.add("challenge", OFFICES["provider"], **{**given, **says})

    def leaves(self, size: int | None = None) -> list[bytes]:
        return [sha(b"\x00" + entry) for entry in self.entries[:size]]

    def text(self, size: int) -> str:
        return f"{ORIGIN}\n{size}\n{b64(root(self.leaves(size)))}\n"

    def checkpoint(
        self, size: int | None = None, times: tuple[int | None, ...] | None = None, log: tuple[Signer, ...] = (LOG, LOG_PQ)
    ) -> bytes:
        """`times`: of the witnesses, after the last entry; None for one that does not cosign."""
        size = len(self.entries) if size is None else size
        text, now = self.text(size), START + size * 60
        lines = [signer.line(text) for signer in log]
        given = self.times if times is None else times
        lines += [who.line(text, now + at) for who, at in zip(WITNESSES, given, strict=False) if at is not None]
        return (text + "\n" + "".join(lines)).encode()

    def receipt(self, number: int, openings: dict[str, object]) -> bytes:
        extra = b64(canonical({"entry": b64(self.entries[number]), "openings": openings}))
        hashes = "".join(b64(item) + "\n" for item in path(number, self.leaves()))
        return f"c2sp.org/tlog-proof@v1\nextra {extra}\nindex {number}\n{hashes}\n".encode() + self.checkpoint()

    def write(self, folder: Path, policy: bool = True) -> Path:
        for name, data in self.files().items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)
        if policy:
            (folder / "policy").write_text(POLICY, encoding="utf-8")
        return folder

    def files(self) -> dict[str, bytes]:
        files = {"checkpoint": self.checkpoint()}
        files |= {f"cosigned/{size}": self.checkpoint(size, (0, 0, 0)) for size in self.cosigned}
        hashes = self.leaves()
        level = 0
        while hashes:
            full = []
            for number in range(0, len(hashes), 256):
                tile = hashes[number : number + 256]
                end = f"{number // 256:03d}" + ("" if len(tile) == 256 else f".p/{len(tile)}")
                files[f"tile/{level}/{end}"] = b"".join(tile)
                if level == 0:
                    rows = self.entries[number : number + 256]
                    bundle = b"".join(len(entry).to_bytes(2, "big") + entry for entry in rows)
                    files[f"tile/entries/{end}"] = bundle
                if len(tile) == 256:
                    full.append(root(tile))
            hashes, level = full, level + 1
        return files
