"""Checking an evidence pack: the seven steps of ``docs/pack-format.md``, and the verdict. Nothing is computed again, no Parquet is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pbr.audit import pack_layout as at
from pbr.audit.bag import Bag, read_bag
from pbr.audit.finding import Finding, Steps
from pbr.audit.pack_anchors import check_anchors
from pbr.audit.pack_contents import check_assessment, check_sums, check_tables
from pbr.audit.pack_json import is_canonical, read_json_file
from pbr.audit.pack_redacted_check import check_redacted
from pbr.log.checking import CheckedLog
from pbr.log.kept import Kept
from pbr.log.policy import Policy
from pbr.log.receipts import Receipt
from pbr.platform.files import Files

BROKEN, VERIFIED, CONSISTENT = "broken", "verified", "internally consistent"


@dataclass(frozen=True)
class PackChecked:
    """``verdict``: broken, verified or internally consistent. ``notes``: what was not checked, and why. ``log``: the answer about the
    log in the pack, as it is printed. ``payload``: the files that are as the manifests say. ``redacted``: None where pack.json does not say. ``anchors``: what vouches for it from outside, in words.
    ``entry``: which one of its log this assessment is, by a receipt that is opened and agrees, and its ``state`` by the log in the pack; None where there is none, or not known.
    ``receipts``: by entry, those that could be read. ``seen``: the log in it. ``says``: its manifest, or its disclosure, where it could be read.
    ``shown``: of a redacted pack how many cells are shown, of how many."""

    verdict: str
    findings: tuple[Finding, ...]
    notes: tuple[str, ...]
    payload: frozenset[str]
    redacted: bool | None
    log: Mapping[str, Any] = field(default_factory=dict)
    anchors: tuple[str, ...] = ()
    entry: int | None = None
    state: str | None = None
    receipts: Mapping[int, Receipt] = field(default_factory=dict)
    seen: CheckedLog | None = None
    says: Mapping[str, Any] | None = None
    shown: tuple[int, int] | None = None

    @property
    def assessments(self) -> list[dict[str, Any]]:
        """Entry and state of each assessment of the log in the pack."""
        return list(self.log.get("assessments", []))

    def to_json(self) -> dict[str, Any]:
        return {
            "verdict": self.verdict,
            **{name: self.log.get(name) for name in ("origin", "size", "root", "witnessed")},
            "assessment": {"entry": self.entry, "state": self.state} if self.entry is not None else None,
            "findings": [one.to_json() for one in self.findings],
            "assessments": self.assessments,
            "notes": list(self.notes),
        }


def check_pack(pack: Path, files: Files, *, policy: Policy | None = None, kept: Kept | None = None) -> PackChecked:
    """Everything that is wrong with the pack. ``policy``: the reader's own, from elsewhere; ``kept``: what the reader kept of the log, and without ``policy`` the one in it counts. Never writes;
    follows no link and looks at nothing outside. Raises OSError of the machine."""
    bag = read_bag(pack, files)
    found = Steps()
    found.add(bag.found)
    told = read_pack_json(pack, bag, files)
    if told is None:
        found.add([Finding("pack", "it is not the description of a pack of this format", file=at.PACK)])
        return PackChecked(BROKEN, found.kept(), (), frozenset(bag.payload), None)
    found.add(_as_told(told, bag))
    manifest = disclosure = shown = None
    if told["redacted"]:
        redacted, disclosure, shown = check_redacted(pack, bag, files)
        found.add(redacted)
    else:
        assessment, manifest = check_assessment(pack, bag, files)
        found.add(assessment)
        if manifest is not None:
            tables, readable = check_tables(pack, manifest, bag, files)
            found.add(tables)
            found.add(check_sums(pack, readable, manifest, bag, files))
    anchors = check_anchors(pack, told, manifest, disclosure, bag, files, policy, kept)
    found.add(anchors.receipts_found)
    found.add(anchors.log_found)
    readers = policy is not None or (kept is not None and kept.policy is not None)
    inputs = manifest["inputs"] if manifest is not None and not told["redacted"] else ()
    lacking = anchors.lacking(readers, kept, inputs)
    verdict = BROKEN if found.kept() else CONSISTENT if lacking else VERIFIED
    log = anchors.log.answer if anchors.log else None
    return PackChecked(
        verdict,
        found.kept(),
        (*lacking, *anchors.notes),
        frozenset(bag.payload),
        told["redacted"],
        log.to_json() if log else {},
        log.anchors if log and verdict == VERIFIED else (),
        anchors.entry,
        anchors.state,
        anchors.receipts,
        anchors.log,
        disclosure if told["redacted"] else manifest,
        shown,
    )


def read_pack_json(pack: Path, bag: Bag, files: Files) -> dict[str, Any] | None:
    """pack.json where it is one of this format; None where it is not."""
    if at.PACK not in bag.there:
        return None
    value, data = read_json_file(pack / at.PACK, files) or (None, b"")
    if not isinstance(value, dict) or set(value) != {"format", "redacted", "log", "receipts"} or value["format"] != at.FORMAT:
        return None
    receipts = value["receipts"]
    if not isinstance(value["redacted"], bool) or not isinstance(value["log"], bool) or not isinstance(receipts, list):
        return None
    if not all(isinstance(one, int) and not isinstance(one, bool) and one >= 0 for one in receipts):
        return None
    if receipts != sorted(set(receipts)) or not is_canonical(value, data):
        return None
    return value


def _as_told(told: dict[str, Any], bag: Bag) -> list[Finding]:
    """Whether what is there is what pack.json says, and nothing else."""
    kinds = [at.ASSESSMENT, at.TEXT] if not told["redacted"] else [at.REDACTED]
    others = [at.REDACTED] if not told["redacted"] else [at.ASSESSMENT, at.TEXT]
    receipts = {file for file in bag.there if file.startswith(at.RECEIPTS)}
    agree = (
        receipts == {at.receipt_of(entry) for entry in told["receipts"]}
        and any(file.startswith(at.LOG) for file in bag.there) == told["log"]
    )
    agree = agree and all(any(file.startswith(kind) for file in bag.there) for kind in kinds)
    agree = agree and not any(file.startswith(tuple(others)) for file in bag.there)
    out = [] if agree else [Finding("pack", "it does not agree with what is in the pack", file=at.PACK)]
    known = (at.ASSESSMENT, at.TEXT, at.REDACTED, at.LOG, at.RECEIPTS)
    for file in (at.README, at.CRATE):
        if file not in bag.there:
            out.append(Finding("file", "it is not there", file=file))
    return out + [
        Finding("file", "no such file is part of a pack", file=file)
        for file in bag.there
        if not file.startswith(known) and file not in (at.PACK, at.README, at.CRATE)
    ]
