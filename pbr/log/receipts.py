"""Receipts: a file of C2SP tlog-proof that shows, without the log, that an entry is in it (docs/log-format.md)."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pbr.log.checkpoints import LARGEST, NotACheckpoint, SignedCheckpoint, read_checkpoint
from pbr.log.commitments import Opening, read_opening
from pbr.log.contents import COSIGNED, POLICY, Folder
from pbr.log.entries import Entry, NotAnEntry, parse_entry
from pbr.log.findings import Checked, Finding, Findings, verdict_of
from pbr.log.folder import CHECKPOINT, Tree, read_newest
from pbr.log.notes import LONGEST
from pbr.log.policy import NotAPolicy, Policy, read_policy
from pbr.log.private import Private, private_folder
from pbr.log.tree import HASH, check_inclusion, leaf_hash
from pbr.log.trust import judge
from pbr.log.vouching import GIVEN, Vouched
from pbr.platform.canonical import canonical, parse_canonical, parse_json
from pbr.platform.files import Files
from pbr.platform.vkeys import read_base64
from pbr.problem import Place, refuse

HEADER: Final = "c2sp.org/tlog-proof@v1"
MOST_HASHES: Final = 63
OPENED: Final = ("commitment", "disclosure")  # which commitments of an entry can be opened
SIGNED_APART: Final = "the signatures on the entry itself were not checked: the keys for it stand in another entry of the log"
_NUMBER = re.compile(r"0|[1-9][0-9]{0,15}")


class NotAReceipt(ValueError):
    """The bytes are no receipt. The message says why, as a sentence without a full stop."""


@dataclass(frozen=True)
class Receipt:
    """``data``: the entry's bytes, ``entry`` what they say. ``hashes``: from the leaf's sibling upwards."""

    data: bytes
    entry: Entry
    openings: Mapping[str, Opening]
    index: int
    hashes: tuple[bytes, ...]
    signed: SignedCheckpoint

    def __bytes__(self) -> bytes:
        openings = {name: opening.to_json() for name, opening in self.openings.items()}
        extra = canonical({"entry": base64.b64encode(self.data).decode(), "openings": openings})
        lines = [HEADER, f"extra {base64.b64encode(extra).decode()}", f"index {self.index}"]
        lines += [base64.b64encode(hash).decode() for hash in self.hashes]
        return ("\n".join(lines) + "\n\n").encode() + bytes(self.signed)


@dataclass(frozen=True)
class Submitted:
    """A file whose receipt it should be: ``name`` as given, ``sha256`` in hex, ``size`` in bytes."""

    name: str
    sha256: str
    size: int


def openings_kept(log: Path, private: Path | None, number: int, files: Files) -> dict[str, Any]:
    """What was kept beside the log to open the commitments of an entry, by their names; empty where nothing was. Raises Refused PBR537, PBR556."""
    kept_beside = Private(files, private_folder(log) if private is None else private)
    if files.exists(log / CHECKPOINT):
        kept_beside.check_origin(read_newest(files, log).checkpoint.origin)
    data = kept_beside.opening(number)
    if data is None:
        return {}
    try:
        kept = parse_json(data)
        if not isinstance(kept, dict):
            raise ValueError("it is no map")
    except ValueError as why:
        says = f"What was kept to open entry {number:,} cannot be read: {why}."
        raise refuse("PBR537", says, "Use --no-openings, or take the private folder from a copy.", Place(str(log))) from None
    return kept


def make_receipt(log: Path, number: int, openings: Mapping[str, Any], files: Files) -> Receipt:
    """The receipt for an entry. ``openings``: what may be shown, by the name of the commitment, as it was kept; other members are left out. The
    checkpoint is the newest that enough witnesses have cosigned, by the log's own policy; else the newest. Raises Refused PBR533, PBR534 and what
    reading a log raises."""
    newest = read_newest(files, log)
    size = newest.checkpoint.size
    if not 0 <= number < size:
        has = "it has none" if size == 0 else f"its entries are 0 to {size - 1:,}"
        raise refuse("PBR533", f"The log has no entry {number:,}: {has}.", "`pbr log list` prints them.", Place(str(log)))
    tree = Tree(files, log, size)
    signed = _best(Folder(log, files), newest, number)
    data = tree.entry(number)
    try:
        entry = parse_entry(data)
        shown = {name: read_opening(openings[name]) for name in OPENED if name in openings}
    except NotAnEntry as why:
        raise refuse("PBR534", f"Entry {number:,} is none of this format: {why}.", "`pbr log audit` says more.", Place(str(log))) from None
    except ValueError as why:
        raise refuse("PBR537", f"What opens entry {number:,} cannot be used: {why}.", "Use --no-openings.", Place(str(log))) from None
    receipt = Receipt(data, entry, shown, number, tuple(tree.inclusion(number, signed.checkpoint.size)), signed)
    checkpoint = signed.checkpoint
    if not check_inclusion(leaf_hash(data), number, checkpoint.size, receipt.hashes, checkpoint.root):
        says = f"The log's files do not prove that entry {number:,} is in the tree that was signed."
        raise refuse("PBR534", says, "`pbr log audit` says what is wrong with it.", Place(str(log)))
    wrong = [name for name, opening in shown.items() if entry.members.get(name) != opening.commitment]
    if wrong:
        says = f"What was kept to open entry {number:,} does not give its {wrong[0]}."
        raise refuse("PBR537", says, "Use --no-openings, or take the private folder of this log.", Place(str(log)))
    return receipt


def _best(folder: Folder, newest: SignedCheckpoint, number: int) -> SignedCheckpoint:
    try:
        policy = read_policy(folder.read(POLICY, LONGEST + 1))
    except (FileNotFoundError, NotAPolicy):
        return newest
    if judge(newest, policy, None).quorum or folder.files.kind(folder.root / COSIGNED) != "folder":
        return newest
    names = [path.removeprefix(f"{COSIGNED}/") for path, kind in folder.walk(COSIGNED) if kind == "file"]
    sizes = sorted((int(name) for name in names if _NUMBER.fullmatch(name) and number < int(name) <= newest.checkpoint.size), reverse=True)
    for size in sizes:
        try:
            signed = read_checkpoint(folder.read(f"{COSIGNED}/{size}", LONGEST + 1))
        except NotACheckpoint:
            continue
        judged = judge(signed, policy, None)
        if (signed.checkpoint.size, signed.checkpoint.origin) == (size, newest.checkpoint.origin) and judged.witnessed:
            return signed
    return newest


def read_receipt(data: bytes) -> Receipt:
    """The receipt that ``data`` is; nothing in it is proved yet. Raises NotAReceipt."""
    if len(data) > LONGEST:
        raise NotAReceipt(f"it has more than {LONGEST:,} bytes")
    head, empty, rest = data.partition(b"\n\n")
    if not empty or not head.isascii():
        raise NotAReceipt("it has not a proof, an empty line and a checkpoint")
    lines = head.decode().split("\n")
    if len(lines) < 3 or lines[0] != HEADER or not lines[1].startswith("extra ") or not lines[2].startswith("index "):
        raise NotAReceipt(f"it does not begin with the lines {HEADER}, extra and index")
    index = lines[2].removeprefix("index ")
    if not _NUMBER.fullmatch(index) or int(index) > LARGEST:
        raise NotAReceipt("its index is not the number of an entry")
    hashes = tuple(map(_hash, lines[3:]))
    if len(hashes) > MOST_HASHES:
        raise NotAReceipt(f"it has more than {MOST_HASHES} hashes")
    try:
        signed = read_checkpoint(rest)
    except NotACheckpoint as why:
        raise NotAReceipt(f"its checkpoint cannot be read: {why}") from None
    entry, parsed, openings = _extra(lines[1].removeprefix("extra "))
    if parsed.origin != signed.checkpoint.origin:
        raise NotAReceipt("its entry and its checkpoint are of different logs")
    return Receipt(entry, parsed, openings, int(index), hashes, signed)


def _hash(line: str) -> bytes:
    found = read_base64(line)
    if found is None or len(found) != HASH:
        raise NotAReceipt("a line of its proof is not base64 of a hash")
    return found


def _extra(text: str) -> tuple[bytes, Entry, dict[str, Opening]]:
    data = read_base64(text)
    if data is None:
        raise NotAReceipt("its extra line is not base64")
    try:
        told = parse_canonical(data)
        if not isinstance(told, dict) or told.keys() != {"entry", "openings"} or not isinstance(told["openings"], dict):
            raise ValueError("it is not an entry and openings")
        entry = read_base64(told["entry"]) if isinstance(told["entry"], str) else None
        if entry is None or not told["openings"].keys() <= set(OPENED):
            raise ValueError("it is not an entry in base64 and openings of its commitments")
        return entry, parse_entry(entry), {name: read_opening(one) for name, one in told["openings"].items()}
    except ValueError as why:  # of these are NotAnEntry and UnicodeDecodeError
        raise NotAReceipt(f"what its extra line holds cannot be used: {why}") from None


def check_receipt(
    data: bytes, policy: Policy | None = None, submitted: Iterable[Submitted] = (), *, whose: str = GIVEN
) -> tuple[Checked, Receipt | None]:
    """The answer about a receipt, and what it holds where it could be read. ``policy``: the reader's; ``whose``: where it is from."""
    findings = Findings()
    try:
        receipt = read_receipt(data)
    except NotAReceipt as why:
        findings.add(1, Finding("receipt", str(why)))
        found = findings.all()
        return Checked(verdict_of(found, False), None, None, None, found, {}, ()), None
    judged = judge(receipt.signed, policy, None) if policy is not None else None
    checkpoint, index = receipt.signed.checkpoint, receipt.index
    notes = [SIGNED_APART]
    if judged is None:
        notes.append("the signatures on its checkpoint were not checked: no policy was given")
    for kind, says in judged.faults() if judged is not None else ():
        findings.add(2, Finding(kind, says))
    if not check_inclusion(leaf_hash(receipt.data), index, checkpoint.size, receipt.hashes, checkpoint.root):
        findings.add(3, Finding("proof", "its hashes do not prove that the entry stands there in the tree that was signed", index))
    for name, opening in receipt.openings.items():
        if receipt.entry.members.get(name) != opening.commitment:
            findings.add(4, Finding("opening", f"what it shows is not what the entry's {name} was made of", index))
    files = _files(receipt)
    for one in submitted:
        if (one.sha256, one.size) not in files:
            findings.add(6, Finding("data", "this file is not among those that were received", file=one.name))
    found = findings.all()
    witnessed = checkpoint.size if judged is not None and judged.witnessed else 0
    vouched = Vouched.of_proof(policy, whose, witnessed)
    answer = Checked(
        verdict_of(found, vouched.whole),
        checkpoint.origin,
        checkpoint.size,
        checkpoint.root.hex(),
        found,
        {},
        tuple(notes),
        vouched.anchors,
        vouched.lacking,
        witnessed,
        policy is not None,
    )
    return answer, receipt


def _files(receipt: Receipt) -> set[tuple[str, int]]:
    """SHA-256 and size of each file of a submission whose commitment is opened."""
    opening = receipt.openings.get("commitment")
    listed = opening.document.get("files") if opening is not None and receipt.entry.kind == "submission" else None
    found = set()
    for file in listed if isinstance(listed, list) else []:
        if isinstance(file, dict) and isinstance(file.get("sha256"), str) and type(file.get("size")) is int:
            found.add((file["sha256"], file["size"]))
    return found
