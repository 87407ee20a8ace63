"""What a pack takes from a log: the log itself, and the receipt of every entry that concerns the assessment.

Codes: PBR660 to PBR662.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pbr.audit import pack_layout as at
from pbr.audit.bag_writing import BagWriter
from pbr.log.checking import check_log
from pbr.log.commitments import read_opening
from pbr.log.ledger import Ledger
from pbr.log.receipts import make_receipt, openings_kept
from pbr.platform.files import Files
from pbr.problem import Place, refuse

KINDS = {"contract": "contract adopted", "variation": "contract varied", "submission": "data received", "assessment": "assessed"}
DECIDED = {"approval": "approved", "challenge": "challenged"}


@dataclass(frozen=True)
class Logged:
    """``log``: the folder of the log; ``private``: what its owner keeps beside it. ``entry``: the assessment's; ``concerned``: every entry that
    concerns it, rising, with what it is in words."""

    log: Path
    private: Path | None
    entry: int
    concerned: Mapping[int, str]


def find_logged(log: Path, private: Path | None, manifest: str, run: str, files: Files) -> Logged:
    """Where the assessment with these digests of manifest.json and run.json stands in the log; the last place where it does. Raises Refused PBR660
    (it does not), PBR661 (the log is broken)."""
    place = Place(str(log))
    seen = check_log(log, files)
    if seen.answer.findings or seen.ledger is None:
        first = seen.answer.findings[0]
        where = first.file or (f"entry {first.entry}" if first.entry is not None else first.kind)
        says = f"The log is broken, so it is not packed: {where}: {first.says}."
        raise refuse("PBR661", says, f"`pbr log audit {log}` says more.", place)
    wanted = {"manifest": manifest, "run": run}
    found = None
    for number in seen.ledger.assessments:
        said = seen.ledger.get(number)
        if said is not None and said.good and _opened(log, private, number, "commitment", files) == wanted:
            found = number
    if found is None:
        says = "The log does not hold this assessment, as far as what is kept beside it opens."
        hint = "Log it first (`pbr log append LOG assessment DIR`), or give what is kept beside the log (--private DIR)."
        raise refuse("PBR660", says, hint, place)
    return Logged(log, private, found, concerned(seen.ledger, found))


def concerned(ledger: Ledger, number: int) -> dict[int, str]:
    """The entries that concern an assessment: its contract and what that varied, what was received for it, itself, and what was decided about it."""
    said = ledger.get(number)
    assert said is not None
    out = {number: KINDS["assessment"]}
    holder: int | None = said.contract
    while holder is not None:
        terms = ledger.get(holder)
        assert terms is not None
        out[holder] = KINDS[terms.kind]
        holder = terms.contract if terms.kind == "variation" else None
    out |= dict.fromkeys(said.submissions, KINDS["submission"])
    for place in range(len(ledger)):
        other = ledger.get(place)
        if other is not None and other.good and other.kind in DECIDED and other.assessment == number:
            out[place] = DECIDED[other.kind]
    return dict(sorted(out.items()))


def copy_log(bag: BagWriter, log: Path, files: Files) -> None:
    """The log into the bag, its checkpoint first: what is appended meanwhile reaches beyond it and is only noted. What a write that was cut off
    left, and empty folders, stay behind."""
    for path in _below(log, files):
        bag.copy(f"{at.LOG}{path}", log / path)


def put_receipts(bag: BagWriter, copied: Path, logged: Logged, names: tuple[str, ...], files: Files) -> dict[int, str]:
    """The receipts of all entries concerned, out of the log as it was copied (``copied``), so that receipts and log have one checkpoint. ``names``:
    which commitments of the assessment are opened. Those of other entries are, unless the pack is redacted."""
    for number in logged.concerned:
        kept = openings_kept(logged.log, logged.private, number, files)
        shown = names if number == logged.entry else tuple(name for name in names if name == "commitment")
        receipt = make_receipt(copied, number, {name: kept[name] for name in shown if name in kept}, files)
        bag.put(at.receipt_of(number), [bytes(receipt)])
    return dict(logged.concerned)


def disclosed(logged: Logged, files: Files) -> tuple[Mapping[str, Any], bytes]:
    """The disclosure that the log committed to, and the secret of its salts. Raises Refused PBR662 where they were not kept."""
    place = Place(str(logged.log))
    document = _opened(logged.log, logged.private, logged.entry, "disclosure", files)
    cells = openings_kept(logged.log, logged.private, logged.entry, files).get("cells")
    secret = cells.get("secret") if isinstance(cells, dict) else None
    if document is None or not isinstance(secret, str) or len(secret) != 64 or set(secret) - set("0123456789abcdef"):
        says = f"What opens single cells of the assessment (entry {logged.entry} of the log) is not kept beside the log."
        raise refuse("PBR662", says, "Give the folder that is (--private DIR): the commissioner's. Without it no row can be proved.", place)
    return document, bytes.fromhex(secret)


def _opened(log: Path, private: Path | None, number: int, name: str, files: Files) -> Mapping[str, Any] | None:
    """The document of a commitment, where what is kept opens it."""
    kept = openings_kept(log, private, number, files)
    if name not in kept:
        return None
    try:
        return read_opening(kept[name]).document
    except ValueError:
        return None


def _below(log: Path, files: Files) -> list[str]:
    out: list[str] = []
    waiting = [log]
    while waiting:
        for path in files.list(waiting.pop()):
            if files.is_folder(path):
                waiting.append(path)
            elif not path.name.startswith("."):
                out.append(path.relative_to(log).as_posix())
    return sorted(out, key=lambda path: (path != "checkpoint", path))
