"""An assessment put into a log: with the submissions it was made from, in one batch, so that neither stands there alone."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pbr.audit import layout
from pbr.audit.canonical import read_json
from pbr.audit.disclosed import disclosure_of
from pbr.audit.logged import drafts
from pbr.audit.logged.adoption import adopted, terms_in, terms_of
from pbr.audit.logged.history import ASSESSMENT, SUBMISSION, Entry
from pbr.audit.logged.logbook import Logbook
from pbr.audit.logged.tying import digests_of, entry_of, whole
from pbr.platform.files import Files
from pbr.problem import Place, Problem, Refused, refuse
from pbr.terms.loading import Loaded


@dataclass(frozen=True)
class Recorder:
    """What ``pbr.assess`` asks before it begins and when the folder is whole. ``key``: the name of an assessor's key; ``entry``: the contract's, where the log
    has several alike."""

    book: Logbook
    key: str
    entry: int | None = None

    def ready(self, loaded: Loaded, contract: str, previous: Path | None) -> None:
        """Raises Refused PBR570 to PBR576, PBR584 when the assessment could not be logged afterwards."""
        under = adopted(self.book.history, terms_of(loaded), self.book.name, contract, self.entry)
        self.book.signer(self.key, ASSESSMENT, under)
        if previous is not None and (previous / layout.MANIFEST).is_file() and (previous / layout.RUN).is_file():
            self._previous(previous, under)

    def record(self, folder: Path, previous: Path | None) -> int:
        """Logs a whole folder; gives the number of the assessment's entry. Raises Refused PBR586 with why it is not in the log."""
        try:
            return record(self.book, folder, self.key, previous, self.entry)
        except (Refused, OSError) as trouble:
            problems = trouble.problems if isinstance(trouble, Refused) else []
            why = "" if problems else f": {getattr(trouble, 'strerror', None) or trouble}"
            says = f"The assessment is written, whole, to {folder}; it is not in the log {self.book.name}{why}."
            raise Refused([*problems, Problem("PBR586", says, later(self.book.name, folder, previous))]) from trouble

    def _previous(self, previous: Path, under: Entry) -> int:
        return previous_entry(self.book, previous, under, self.book.files)


def later(log: str, folder: Path, previous: Path | None) -> str:
    """How to log a folder that is not in the log yet."""
    after = f" --previous {shlex.quote(str(previous))}" if previous is not None else ""
    return f"When that is put right: pbr log append {shlex.quote(log)} assessment {shlex.quote(str(folder))}{after} --key NAME"


def record(book: Logbook, folder: Path, key: str, previous: Path | None = None, entry: int | None = None) -> int:
    """Put the assessment in ``folder`` into the log, and before it those of its inputs that no submission of the log has. ``previous``: the folder that it
    follows, where it names one. Gives the assessment's number. Raises Refused PBR570 to PBR576, PBR584."""
    book.read()
    digests = whole(folder, book.files)
    manifest = read_json(book.files.read_bytes(folder / layout.MANIFEST), layout.MANIFEST)
    under = adopted(book.history, terms_in(manifest), book.name, str(folder), entry)
    new_assessment(book, digests, str(folder))
    signer = book.signer(key, ASSESSMENT, under)
    follows = _follows(book, manifest, folder, previous, under)
    known, lacking = _received(book, manifest["inputs"], under)
    new = [drafts.submission(lacking, under.number)] if lacking else []
    secret = book.random(32)
    made = drafts.assessment(digests, disclosure_of(folder, secret), under.number, known, len(new), follows)
    return book.append([*new, made], signer, secret) + len(new)


def new_assessment(book: Logbook, digests: Mapping[str, Any], folder: str) -> None:
    """Raises Refused PBR573 where the assessment with these digests is in the log."""
    for one in book.history.of_kind(ASSESSMENT):
        if book.opened.get(one.number) == digests:
            says = f"{folder} is in {book.name} already: entry {one.number}."
            raise refuse("PBR573", says, "An assessment is logged once.", Place(folder))


def previous_entry(book: Logbook, previous: Path, under: Entry, files: Files) -> int:
    """The entry of the folder that an assessment follows. Raises Refused PBR576, PBR584."""
    number = entry_of(previous, book.name, digests_of(previous, files), book.history, book.opened)
    there = book.history.entry(number)
    if there is not None and there.said.first != under.said.first:
        says = f"{previous} is entry {number}, which belongs to the contract of entry {there.said.first}, and this one to entry {under.said.first}."
        raise refuse("PBR584", says, "An assessment follows one of the same contract.", Place(str(previous)))
    return number


def _follows(book: Logbook, manifest: Mapping[str, Any], folder: Path, previous: Path | None, under: Entry) -> int | None:
    named = manifest.get("previous")
    if named is None:
        if previous is not None:
            says = f"{folder} follows no other assessment, and --previous names one."
            raise refuse("PBR584", says, "Leave --previous out.", Place(str(folder)))
        return None
    if previous is not None:
        if digests_of(previous, book.files)["manifest"] != named["sha256"]:
            says = f"{folder} follows another assessment than {previous}: one whose {layout.MANIFEST} has SHA-256 {named['sha256'][:16]}..."
            raise refuse("PBR584", says, "Give the folder that it was made with.", Place(str(folder)))
        return previous_entry(book, previous, under, book.files)
    found = [
        one.number
        for one in book.history.of_kind(ASSESSMENT, first=under.said.first)
        if book.opened.get(one.number, {}).get("manifest") == named["sha256"]
    ]
    if not found:
        says = (
            f"{folder} follows an assessment that {book.name} does not have (SHA-256 of its {layout.MANIFEST}: {named['sha256'][:16]}...)."
        )
        raise refuse(
            "PBR584", says, f"Log that one first: pbr log append {shlex.quote(book.name)} assessment DIR --key NAME", Place(str(folder))
        )
    return found[-1]


def _received(book: Logbook, inputs: list[dict[str, Any]], under: Entry) -> tuple[list[int], list[dict[str, Any]]]:
    """The submissions of the log whose files are all among the inputs, the earliest of each; and the inputs that none of them has."""
    wanted = {(one["sha256"], one["size"]) for one in inputs}
    there: set[tuple[str, int]] = set()
    numbers = []
    for one in book.history.of_kind(SUBMISSION, first=under.said.first):
        document = book.opened.get(one.number)
        files = {(one["sha256"], one["size"]) for one in document["files"]} if document is not None else set()
        if files and files <= wanted and not files <= there:
            numbers.append(one.number)
            there |= files
    return numbers, [one for one in inputs if (one["sha256"], one["size"]) not in there]
