"""What ties a pack to a log: its receipts and the log in it (``docs/pack-format.md``, steps 6 and 7)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
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
from pbr.log.vouching import whose_policy
from pbr.platform.files import Files

LONGEST = 262_144  # bytes of a receipt
MOST_NAMED = 5
RECEIPT = re.compile(r"data/receipts/(0|[1-9][0-9]{0,15})\.tlog-proof")


@dataclass
class Anchors:
    """``found``: of receipts, then of the log. ``receipts``: those that could be read, by entry. ``entry``: the newest assessment whose
    receipt, opened, is of what is in the pack; None: there is none. ``others``: receipts that show another entry
    than the log has there. ``log``: the answer about the log in the pack."""

    receipts_found: list[Finding] = field(default_factory=list)
    log_found: list[Finding] = field(default_factory=list)
    receipts: dict[int, Receipt] = field(default_factory=dict)
    entry: int | None = None
    others: set[int] = field(default_factory=set)
    log: CheckedLog | None = None
    notes: list[str] = field(default_factory=list)

    @property
    def state(self) -> str | None:
        """Of the assessment, by the log in the pack; None where that is not there, or broken, or has another entry at this number."""
        if self.entry is None or self.log is None or self.log.answer.findings or self.entry in self.others:
            return None
        return self.log.answer.states.get(self.entry)

    def lacking(self, policy: bool, kept: Kept | None, inputs: Sequence[Mapping[str, Any]]) -> list[str]:
        """Why it is not verified, though nothing is wrong: a sentence for each thing that is lacking. ``inputs``: those of the manifest; none of a redacted pack."""
        out = []
        if self.entry is None:
            out.append("no receipt ties the assessment to a log: what it says was not compared with anything from elsewhere")
        if not policy:
            out.append("no policy of yours says whose signatures count: give one (--policy), or a view that you kept with one (--kept)")
        if self.log is None:
            out.append("the log is not in the pack: nothing shows the assessment's state, nor that a witness has seen its entry")
            out += ["the kept view was not used"] if kept is not None else []
        elif policy and (self.log.answer.witnessed or 0) < (self.log.answer.size or 0):
            first = self.log.answer.witnessed or 0
            out.append(
                f"not witnessed yet from entry {first} on: only the log's owner vouches for what came then. Ask for the pack again later"
            )
        received = self._received()
        closed = [str(one["name"]) for one in inputs if (one["sha256"], one["size"]) not in received]
        if closed and self.entry is not None:
            more = f" and {len(closed) - MOST_NAMED} more" if len(closed) > MOST_NAMED else ""
            out.append(f"no opened receipt shows that these inputs were received: {', '.join(closed[:MOST_NAMED])}{more}")
        return out

    def _received(self) -> set[tuple[Any, Any]]:
        """SHA-256 and size of each file in an opened receipt of a submission that the assessment lists."""
        about = self.receipts.get(self.entry) if self.entry is not None else None
        out: set[tuple[Any, Any]] = set()
        for number in about.entry.members["submissions"] if about is not None else ():
            receipt = self.receipts.get(number)
            document = _document(receipt, "commitment") if receipt is not None and receipt.entry.kind == "submission" else None
            out |= _files(document) if document is not None else set()
        return out


def check_anchors(
    pack: Path, told: Mapping[str, Any], manifest: Mapping[str, Any] | None, disclosure: Mapping[str, Any] | None,
    bag: Bag, files: Files, policy: Policy | None, kept: Kept | None,
) -> Anchors:  # fmt: skip
    """``manifest``: of the assessment, of a redacted pack its ``disclosure``; both None where they cannot be read: then a receipt is compared with nothing
    that they say."""
    out = Anchors()
    readers, whose = policy or (kept.policy if kept is not None else None), whose_policy(policy, kept)
    numbered = {int(found[1]): file for file in bag.there if (found := RECEIPT.fullmatch(file))}
    for number, file in sorted(numbered.items()):
        data = read_small(pack / file, files, LONGEST)
        answer, receipt = check_receipt(bytes(LONGEST + 1) if data is None else data, readers, whose=whose)
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
                out.entry = number  # the newest, as they come rising
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
                out.entry = number  # the newest, as they come rising
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
            out.others.add(number)
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
    return {(str(one.get("sha256")), one.get("size") if type(one.get("size")) is int else None) for one in listed}


def _named(rules: list[Mapping[str, Any]]) -> set[tuple[str, str]]:
    return {(one["rule"], one["sha256"]) for one in rules}
