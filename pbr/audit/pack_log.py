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
from pbr.log.commitments import Opening, read_opening
from pbr.log.ledger import Ledger
from pbr.log.receipts import make_receipt, openings_kept
from pbr.platform.files import Files
from pbr.problem import Place, refuse

KINDS = {"contract": "contract adopted", "variation": "contract varied", "submission": "data received", "assessment": "assessed"}
DECIDED = {"approval": "approved", "challenge": "challenged"}
REPLACED = "assessed before; this one takes its place"
OF_REPLACED = {"approval": "that earlier one approved", "challenge": "that earlier one challenged"}
UNUSED = "data received and not used"


@dataclass(frozen=True)
class Logged:
    """``log``: the folder of the log; ``private``: what its owner keeps beside it. ``entry``: the assessment's; ``concerned``: every entry that
    concerns it, rising, with what it is in words. ``manifest``: the SHA-256 of its manifest.json; ``closed``: submissions that an assessment whose place it takes was made from.
    ``follows``: the entry of the assessment before it, and what opens that; None where it follows none, or what opens it is not here."""

    log: Path
    private: Path | None
    entry: int
    concerned: Mapping[int, str]
    manifest: str
    closed: frozenset[int]
    follows: tuple[int, Opening] | None = None


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
    closed = _made_from(seen.ledger, replaced_by(seen.ledger, found))
    return Logged(log, private, found, concerned(seen.ledger, found), manifest, closed, _before(seen.ledger, found, log, private, files))


def _before(ledger: Ledger, number: int, log: Path, private: Path | None, files: Files) -> tuple[int, Opening] | None:
    said = ledger.get(number)
    if said is None or said.previous is None:
        return None
    opening = _opening(log, private, said.previous, "commitment", files)
    return (said.previous, opening) if opening is not None else None


def concerned(ledger: Ledger, number: int) -> dict[int, str]:
    """The entries that concern an assessment: its contract and what that varied, what was received before it, used or not, itself and those whose place it takes,
    and what was decided about each of them."""
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
    before = replaced_by(ledger, number)
    for place in range(len(ledger)):
        other = ledger.get(place)
        if other is None or not other.good:
            continue
        if other.kind in DECIDED and other.assessment == number:
            out[place] = DECIDED[other.kind]
        elif other.kind in DECIDED and other.assessment in before:
            out[place] = OF_REPLACED[other.kind]
        elif other.kind == "submission" and other.first == said.first and place < number:
            out.setdefault(place, UNUSED)
        elif place in before and other.contract == said.contract:
            # under other terms its receipt would say of the contract in the pack that it is another one: what was decided about it is shown alone
            out[place] = REPLACED
    return dict(sorted(out.items()))


def replaced_by(ledger: Ledger, number: int) -> list[int]:
    """The earlier assessments of the same contract that follow the same one: this one takes their place."""
    said = ledger.get(number)
    assert said is not None
    earlier = ((place, ledger.get(place)) for place in ledger.assessments if place < number)
    return [place for place, one in earlier if one is not None and one.good and (one.first, one.previous) == (said.first, said.previous)]


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
        if not _may_open(logged, number, files):
            shown = ()
        receipt = make_receipt(copied, number, {name: kept[name] for name in shown if name in kept}, files)
        bag.put(at.receipt_of(number), [bytes(receipt)])
    return dict(logged.concerned)


def _made_from(ledger: Ledger, assessments: list[int]) -> frozenset[int]:
    return frozenset(each for one in map(ledger.get, assessments) if one is not None for each in one.submissions)


def _may_open(logged: Logged, number: int, files: Files) -> bool:
    """Whether what the entry commits to is about the assessment in the pack, as a receipt in it that is opened has to be (step 6 of docs/pack-format.md). An
    assessment whose place this one took is shown closed; what was decided about it too, unless it has the same manifest."""
    what = logged.concerned[number]
    if what == REPLACED:
        return False
    if what in OF_REPLACED.values():
        document = _opened(logged.log, logged.private, number, "commitment", files)
        return document is not None and document.get("manifest") == logged.manifest
    return what != UNUSED or number not in logged.closed


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
    opening = _opening(log, private, number, name, files)
    return opening.document if opening is not None else None


def _opening(log: Path, private: Path | None, number: int, name: str, files: Files) -> Opening | None:
    kept = openings_kept(log, private, number, files)
    if name not in kept:
        return None
    try:
        return read_opening(kept[name])
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
