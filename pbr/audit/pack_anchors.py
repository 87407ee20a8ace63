"""What ties a pack to a log: its receipts and the log in it (``docs/pack-format.md``, steps 6 and 7)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pbr.audit import layout
from pbr.audit import pack_layout as at
from pbr.audit.bag import Bag, read_small
from pbr.audit.finding import Finding
from pbr.audit.sealing import digest_file
from pbr.log.checking import CheckedLog, check_log
from pbr.log.kept import Kept
from pbr.log.policy import Policy
from pbr.log.receipts import Receipt, check_receipt
from pbr.log.tree import leaf_hash
from pbr.platform.files import Files

LONGEST = 262_144  # bytes of a receipt
RECEIPT = re.compile(r"data/receipts/(0|[1-9][0-9]{0,15})\.tlog-proof")


@dataclass
class Anchors:
    """``found``: of receipts, then of the log. ``receipts``: those that could be read, by entry. ``tied``: a receipt of the assessment with what the pack
    is compared with opened. ``log``: the answer about the log in the pack."""

    receipts_found: list[Finding] = field(default_factory=list)
    log_found: list[Finding] = field(default_factory=list)
    receipts: dict[int, Receipt] = field(default_factory=dict)
    tied: bool = False
    entry: int | None = None
    log: CheckedLog | None = None
    notes: list[str] = field(default_factory=list)

    def vouched(self, policy: bool, kept: Kept | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """What vouches from outside for the assessment, in words; and everything noted. A receipt is worth what vouches for its checkpoint."""
        notes = list(self.notes)
        if not self.tied:
            notes.insert(0, "no receipt ties the assessment to a log: what it says was not compared with anything from elsewhere")
            return (), tuple(notes)
        said = ["a policy from elsewhere"] if policy else []
        if kept is not None and self.log is not None and kept.size > 0:
            said.append(f"a view of the log kept when it had {kept.size:,} entries")
        elif kept is not None:
            notes.insert(0, "the kept view was not used: no log is in the pack, or nothing was in the log when it was kept")
        if not said:
            notes.insert(0, "it is tied to a log, and nothing from elsewhere vouches for the log: give a policy or a kept view of your own")
        return tuple(said), tuple(notes)


def check_anchors(
    pack: Path, told: Mapping[str, Any], manifest: Mapping[str, Any] | None, disclosure: Mapping[str, Any] | None,
    bag: Bag, files: Files, policy: Policy | None, kept: Kept | None,
) -> Anchors:  # fmt: skip
    """``manifest``: of the assessment, of a redacted pack its ``disclosure``; both None where they cannot be read: then a receipt is compared with nothing
    that they say."""
    out = Anchors()
    numbered = {int(found[1]): file for file in bag.there if (found := RECEIPT.fullmatch(file))}
    for number, file in sorted(numbered.items()):
        data = read_small(pack / file, files, LONGEST)
        answer, receipt = check_receipt(bytes(LONGEST + 1) if data is None else data, policy)
        out.receipts_found += [Finding(one.kind, one.says, file=file, entry=one.entry) for one in answer.findings]
        if receipt is not None and receipt.index != number:
            out.receipts_found.append(Finding("receipt", f"it is the receipt of entry {receipt.index}", file=file))
        elif receipt is not None:
            out.receipts[number] = receipt
    anchored: Iterator[tuple[int, str]]
    anchored = _redacted(out, pack, disclosure, bag, files) if told["redacted"] else _plain(out, pack, manifest, bag, files)
    out.receipts_found += [Finding("anchor", says, entry=entry) for entry, says in anchored]
    if any(file.startswith(at.LOG) for file in bag.there):
        _log(out, pack, files, policy, kept)
    return out


def _plain(out: Anchors, pack: Path, manifest: Mapping[str, Any] | None, bag: Bag, files: Files) -> Iterator[tuple[int, str]]:
    """Of the receipts of a pack that is not redacted: entry and what does not agree."""
    digests = {
        name: digest_file(pack / file, files)[0] if file in bag.there else ""
        for name in (layout.MANIFEST, layout.RUN)
        for file in [f"{at.ASSESSMENT}{name}"]
    }
    wanted = {"manifest": digests[layout.MANIFEST], "run": digests[layout.RUN]}
    assessments = {number: one for number, one in out.receipts.items() if one.entry.kind == "assessment"}
    contracts = {one.entry.members["contract"] for one in assessments.values()}
    submissions = {number for one in assessments.values() for number in one.entry.members["submissions"]}
    for number, receipt in out.receipts.items():
        members, document = receipt.entry.members, _document(receipt, "commitment")
        if receipt.entry.kind == "assessment" and document is not None:
            if document == wanted:
                out.tied, out.entry = True, number
            else:
                yield number, "it is about another assessment than the one in this pack"
        elif receipt.entry.kind == "submission" and document is not None and manifest is not None:
            inputs = {(one["sha256"], one["size"]) for one in manifest["inputs"]}
            if (number in submissions or not assessments) and not _files(document) <= inputs:
                yield number, "it has a file that is no input of the assessment"
        elif receipt.entry.kind in ("contract", "variation") and manifest is not None and number in contracts:
            terms, rules = members["terms"], manifest["rules"]
            if terms["sha256"] != manifest["contract"]["sha256"] or _named(terms["rules"]) != _named(rules):
                yield number, "its terms are not the contract in this pack"
        elif receipt.entry.kind in ("approval", "challenge") and document is not None and members["assessment"] in assessments:
            wrong = document.get("manifest") != wanted["manifest"]
            if wrong:
                yield number, "it is about another assessment than the one in this pack"


def _redacted(out: Anchors, pack: Path, disclosure: Mapping[str, Any] | None, bag: Bag, files: Files) -> Iterator[tuple[int, str]]:
    """Of the receipts of a redacted pack; nothing where its disclosure cannot be read."""
    if disclosure is None:
        return
    assessments = {number: one for number, one in out.receipts.items() if one.entry.kind == "assessment"}
    contracts = {one.entry.members["contract"] for one in assessments.values()}
    for number, receipt in out.receipts.items():
        document = _document(receipt, "disclosure")
        if receipt.entry.kind == "assessment" and document is not None:
            if document == disclosure:
                out.tied, out.entry = True, number
            else:
                yield number, "it commits to other tables than those in this pack"
        elif receipt.entry.kind in ("contract", "variation") and number in contracts:
            rules = {digest_file(pack / file, files)[0] for file in bag.there if file.startswith(f"{at.REDACTED}rules/")}
            contract = f"{at.REDACTED}contract.yaml"
            terms = receipt.entry.members["terms"]
            same = contract in bag.there and terms["sha256"] == digest_file(pack / contract, files)[0]
            if not same or {one["sha256"] for one in terms["rules"]} != rules:
                yield number, "its terms are not the contract in this pack"


def _log(out: Anchors, pack: Path, files: Files, policy: Policy | None, kept: Kept | None) -> None:
    """Step 7: the log in the pack, and that what the receipts prove is what stands in it."""
    folder = pack / at.LOG.rstrip("/")
    out.log = check_log(folder, files, policy=policy, kept=kept)
    out.log_found += [
        Finding(one.kind, one.says, file=None if one.file is None else f"{at.LOG}{one.file}", entry=one.entry)
        for one in out.log.answer.findings
    ]
    out.notes += [f"log: {note}" for note in out.log.answer.notes]
    if out.log.leaves is None or out.log.signed is None:
        return
    size = out.log.signed.checkpoint.size
    for number, receipt in out.receipts.items():
        there = out.log.leaves.hash_of(number) if number < size else b""
        if there is not None and there != leaf_hash(receipt.data):
            out.log_found.append(Finding("anchor", "the entry that its receipt shows is not the one in the log", entry=number))


def _document(receipt: Receipt, name: str) -> Mapping[str, Any] | None:
    """What a commitment of the entry is to, where it is opened and the opening is right."""
    opening = receipt.openings.get(name)
    return opening.document if opening is not None and opening.commitment == receipt.entry.members.get(name) else None


def _files(document: Mapping[str, Any]) -> set[tuple[Any, Any]]:
    """SHA-256 and size of each file of a submission; one that is none counts as one that no assessment has."""
    listed = document.get("files")
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        return {(None, None)}
    return {(str(one.get("sha256")), one.get("size") if isinstance(one.get("size"), int) else None) for one in listed}


def _named(rules: list[Mapping[str, Any]]) -> set[tuple[str, str]]:
    return {(one["rule"], one["sha256"]) for one in rules}
