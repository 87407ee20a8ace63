"""The seed of an audit sample: was it fixed in the log before the assessment that is drawn from?"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pbr.audit import layout
from pbr.audit.logged.history import ASSESSMENT, SEED, Entry
from pbr.audit.logged.logbook import Logbook, read_logbook
from pbr.audit.logged.tying import digests_of, entry_of
from pbr.audit.sealing import digest_file
from pbr.log.commitments import Opening, read_opening
from pbr.platform.files import Files, files_here
from pbr.problem import Place, refuse
from pbr.statement import words

_HEX = re.compile(r"[0-9a-f]{64}")
MOST_SAID = 20
LONGEST = 1 << 16  # bytes of an opening's file


@dataclass(frozen=True)
class Seed:
    """``seed``: 32 bytes. ``manifest``: of the assessment, SHA-256 in hexadecimal. ``entry``: of the seed in the log; None: it was not looked up.
    ``says``: what is known of its age, in a sentence. ``unfair``: why it is no fair sample all the same, else empty; the reader must see it first."""

    seed: bytes
    manifest: str
    entry: int | None
    says: str
    unfair: str = ""

    def to_json(self) -> dict[str, Any]:
        return {"seed": self.seed.hex(), "manifest": self.manifest, "entry": self.entry, "says": self.says, "unfair": self.unfair or None}


def seed_for(folder: Path, log: Path | None, given: str, private: Path | None = None, files: Files | None = None) -> Seed:
    """The seed to draw with from the assessment in ``folder``. ``given``: a file with the opening of the seed's entry; or, without ``log``, 64
    hexadecimal digits.

    Raises Refused PBR592 for what is no seed, PBR593 where the log does not say that it was fixed before, PBR576 where the log does not know
    the folder.
    """
    files = files or files_here()
    if log is None:
        manifest = digest_file(folder / layout.MANIFEST, files)[0]
        seed = bytes.fromhex(given) if _HEX.fullmatch(given) else _seed_of(_read(Path(given), files), given)
        return Seed(
            seed,
            manifest,
            None,
            "Not checked: that the seed was fixed before the assessment. Give the log it was committed to, with --log.",
        )
    book = read_logbook(log, private, files)
    digests = digests_of(folder, files)
    assessment = entry_of(folder, str(log), digests, book.history, book.opened)
    if _HEX.fullmatch(given):
        says = "Hexadecimal digits do not say which entry of the log committed to them."
        raise refuse("PBR592", says, "Give the file with its opening.", Place(book.name))
    opening = _read(Path(given), files)
    seed = _seed_of(opening, given)
    entry = _entry(book, opening, given)
    where = Place(str(log))
    if entry.number > assessment:
        says = f"The seed was committed to in entry {entry.number}, after the assessment, which is entry {assessment}."
        raise refuse(
            "PBR593",
            says,
            "A sample convinces nobody whose seed could be chosen by what it draws. Commit to another one before the next assessment.",
            where,
        )
    if book.history.newest(entry.number).number != book.history.newest(assessment).number:
        says = f"The seed in entry {entry.number} is of another contract than the assessment in entry {assessment}."
        raise refuse("PBR593", says, "Give the entry of a seed of this contract.", where)
    told = f"The seed was committed to by {entry.by} in entry {entry.number} ({entry.when}), before the assessment in entry {assessment}."
    between = [one.number for one in book.history.of_kind(ASSESSMENT, first=entry.said.first) if entry.number < one.number < assessment]
    if between:
        told += f" But entry {between[0]} was assessed after it too: if a sample was drawn from that one, the seed was known when this one was made."
    seeds = book.history.of_kind(SEED, first=entry.said.first)
    if others := [one for one in seeds if one.number < assessment and one.number != entry.number]:
        listed = words.listed([f"entry {one.number} by {one.by}" for one in others[:MOST_SAID]])
        told += f" Other seeds were committed to before it that were not used here: {listed}. Who commits to several can choose among them."
    ran = book.history.entry(assessment)
    own = ran is not None and ran.said.key == entry.said.key
    return Seed(seed, digests["manifest"], entry.number, told, _unfair(entry, assessment) if own else "")


def _unfair(entry: Entry, assessment: int) -> str:
    return (
        f"This is no fair sample: its seed (entry {entry.number}) was committed to by {entry.by}, the same key that ran the assessment (entry {assessment}). "
        "Who knew the seed could see beforehand which lines it would draw."
    )


def _entry(book: Logbook, opening: Opening, given: str) -> Entry:
    """The seed's entry: the one that commits to what was given."""
    for entry in book.history.of_kind(SEED):
        if book.members(entry.number).get("commitment") == opening.commitment:
            return entry
    raise refuse(
        "PBR593", f"No entry of {book.name} commits to the seed in {given}.", "See that it is the log it was committed to.", Place(given)
    )


def _read(path: Path, files: Files) -> Opening:
    place = Place(str(path))
    if files.kind(path) != "file":
        raise refuse(
            "PBR592",
            "This is neither 64 digits of hex nor a file with an opening.",
            "Give the file that `pbr log append LOG seed --opening FILE` wrote.",
            place,
        )
    try:
        kept = json.loads(files.read_bytes(path)) if files.size(path) <= LONGEST else None
        return read_opening(kept["commitment"] if isinstance(kept, dict) and "commitment" in kept else kept)
    except (ValueError, RecursionError) as trouble:
        raise refuse("PBR592", f"This opening cannot be read: {str(trouble).splitlines()[0]}.", "Take it from a copy.", place) from None


def _seed_of(opening: Opening, given: str) -> bytes:
    seed = opening.document.get("seed")
    if not isinstance(seed, str) or not _HEX.fullmatch(seed):
        raise refuse("PBR592", "This is the opening of something else than a seed.", "Give that of an entry of kind seed.", Place(given))
    return bytes.fromhex(seed)
