"""A folder checked against a log: that it is what was logged, under the contract that was adopted, from what was received, and that the log holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pbr.audit import layout
from pbr.audit.canonical import read_json
from pbr.audit.difference import BROKEN, CONSISTENT, DIGESTS, Verification
from pbr.audit.logged.adoption import approval_of, same_terms, terms_in, terms_of
from pbr.audit.logged.history import ASSESSMENT, SUBMISSION, Entry, History
from pbr.audit.logged.holding import differing, held
from pbr.audit.logged.plain import plain
from pbr.audit.logged.seen_by import Mark, looked, marks_of, own_word
from pbr.audit.logged.status import Status, status_of
from pbr.audit.logged.tying import digests_of, tie
from pbr.log.auditing import Audited
from pbr.log.findings import VERIFIED, Checked, Finding
from pbr.log.wording import not_ruled_out
from pbr.platform.files import Files
from pbr.problem import Refused
from pbr.statement import words
from pbr.terms.loading import load_text
from pbr.terms.rulebook.files import Library

ANCHOR = "anchor"
GIVE = "Give --policy, or a view that you kept with one (--kept)."
MOST_SAID = 20


@dataclass
class Anchored:
    """``folder``: what was found of the folder by itself; ``answer``: of the log by itself, which the reader calls ``log``; ``kept``: what became of the view that
    is kept of it, as a sentence. ``findings``: where the two do not fit; ``said``: what fits, one sentence each; ``late``: what was agreed only
    after the data it is applied to had come, which the reader must see first; ``lacking``: why it is not known whether they fit, else empty.
    ``marks``: the entries whose times matter. ``received``: the submissions that it was made from, and of each whether the key that ran the assessment handed it in."""

    folder: Verification
    log: str
    answer: Checked
    kept: str = ""
    findings: list[Finding] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    lacking: str = ""
    status: Status | None = None
    received: list[tuple[Entry, bool]] = field(default_factory=list)
    elsewhere: str = "--private"
    marks: list[Mark] = field(default_factory=list)

    @property
    def verdict(self) -> str:
        if self.folder.state == BROKEN or self.answer.findings or self.findings:
            return BROKEN
        if self.folder.state == DIGESTS:
            return DIGESTS
        return VERIFIED if self._witnessed and not self.lacking else CONSISTENT

    @property
    def _witnessed(self) -> bool:
        """Whether, by the reader's policy, the assessment's entry and its approvals are under what was witnessed."""
        if self.status is None:
            return False
        decided = [self.status.assessment.number, *(one.entry.number for one in self.status.approvals)]
        return max(decided) < (self.answer.witnessed or 0)

    @property
    def incomplete(self) -> bool:
        """Whether something that was asked for was not compared."""
        return self.verdict != BROKEN and bool(self.lacking or self.folder.state == DIGESTS)

    def text(self) -> str:
        """The verdict first, then what stands against it, or what was done for it; then what vouches for it, and what that does not rule out."""
        name = self.folder.folder
        if self.verdict == BROKEN:
            return self._broken(name)
        head = {
            VERIFIED: f"{name} is verified{self._standing}Every value in it follows from the contract and the data, and these are the ones that were logged.",
            CONSISTENT: f"{name} is internally consistent{self._standing}Every value in it follows from the contract and the data it holds"
            + ("; it was not compared with the log." if self.lacking else ", and the log has them as they are here."),
            DIGESTS: self._digests_alone(),
        }[self.verdict]
        late = [f"  {text[0].upper()}{text[1:]}." for text in (*self.own_word, *self.late)]
        said = [*(text for text in self.said if text not in self.late), *self.looked]
        out = [head, *late, *(f"  {text}" for text in (*self.folder.done, *said, *self.answer.notes))]
        if self.status is not None:
            first, *rest = self.status.lines()
            out += [f"  state: {first}", *(f"  {text}" for text in rest)]
        if self.verdict == DIGESTS:
            out.append(self.folder.text().splitlines()[-1])  # what that does not mean
        if self.lacking:
            out.append(f"{self.lacking[0].upper()}{self.lacking[1:]}.")
        out += [" ".join((*self.answer.lacking, *(() if self.answer.judged else (GIVE,))))] if self.answer.lacking else []
        if self.answer.anchors:
            out.append(f"Vouched for by {words.listed(self.answer.anchors)}. Not ruled out: {not_ruled_out(self.answer)}.")
        if self.kept or self.answer.anchors:
            out.append(self.kept or "No view of the log was kept, to compare with next time (--kept DIR).")
        return "\n".join(out)

    @property
    def approved(self) -> bool:
        """Without a challenge that assessing again would have washed off."""
        return self.status is not None and self.status.settled

    @property
    def own_word(self) -> list[str]:
        """Of which entries no witness of the reader's policy says that they are as old as they say."""
        return own_word(self.marks, self.answer.seen)

    @property
    def looked(self) -> list[str]:
        """By when a witness had seen them."""
        return looked(self.marks, self.answer.seen)

    @property
    def _standing(self) -> str:
        """After the verdict, in the same sentence: what was decided about it. A draft can be verified, and nobody should pay by it."""
        return f", and {self.status.standing}. " if self.status is not None else ". "

    def _digests_alone(self) -> str:
        head = self.folder.text().splitlines()[0]
        return f"{head} {self.status.standing[0].upper()}{self.status.standing[1:]}." if self.status is not None else head

    def _broken(self, name: str) -> str:
        against = [*(f"{difference}" for difference in self.folder.differences), *(_told(one, "") for one in self.findings)]
        against += [_told(one, self.log) for one in self.answer.findings[:MOST_SAID]]
        more = len(self.answer.findings) - MOST_SAID
        number = len(self.folder.differences) + len(self.findings) + len(self.answer.findings)
        head = f"{name} is broken: {words.counted(number, 'difference')}."
        out = [head, *(f"  {text}" for text in against), *([f"  and {more:,} more in the log"] if more > 0 else [])]
        out += [f"  {text}" for text in (*self.folder.done, *self.said, *self.answer.notes, *([self.lacking] if self.lacking else []))]
        return "\n".join([*out, *([self.kept] if self.kept else [])])

    def to_json(self) -> dict[str, Any]:
        return {
            **self.folder.to_json(),
            "state": self.verdict,
            "log": {
                "log": self.log,
                "verdict": self.answer.verdict,
                "size": self.answer.size,
                "witnessed": self.answer.witnessed,
                "findings": [one.to_json() for one in self.answer.findings],
                "notes": list(self.answer.notes),
                "vouched_for_by": list(self.answer.anchors),
                "lacking": list(self.answer.lacking),
                "not_ruled_out": not_ruled_out(self.answer) if self.answer.anchors else None,
            },
            "findings": [one.to_json() for one in self.findings],
            "said": list(self.said),
            "agreed_after_the_data": list(self.late),
            "received": [{"entry": one.number, "at": one.at, "by": one.said.by, "by_who_ran_it": same} for one, same in self.received],
            "not_compared": self.lacking or self.folder.lacking or None,
            "decision": self.status.to_json() if self.status is not None else None,
        }


def anchored(
    verification: Verification, folder: Path, log: str, audited: Audited, opened: Mapping[int, Mapping[str, Any]], files: Files,
    *, previous: Path | None = None, elsewhere: str = "--private",
) -> Anchored:  # fmt: skip
    """``verification``: of the folder by itself; ``audited``: of the log; ``opened``: the documents of its commitments that are at hand. ``previous``: the folder
    that was given as the assessment before; ``elsewhere``: where openings that are not at hand may be."""
    out = Anchored(verification, log, audited.answer, audited.kept, elsewhere=elsewhere)
    if audited.seen.ledger is None:
        return out  # the log cannot be read, and its findings say so
    history = History(audited.seen.ledger)
    try:
        digests = digests_of(folder, files)
        manifest = read_json(files.read_bytes(folder / layout.MANIFEST), layout.MANIFEST)
        found = tie(digests, history, opened)
        if found.entry is not None:
            _compare(out, manifest, history, found.entry, opened)
            _given(out, history, found.entry, previous, opened, files)
            _agreed(out, folder, history, found.entry, files)
            return out
    except (OSError, Refused, KeyError, TypeError) as trouble:
        # what cannot be read was named already where the folder is broken; what was kept beside a log that is broken need not fit it
        if verification.state != BROKEN and not audited.answer.findings:
            raise
        why = trouble.problems[0].says if isinstance(trouble, Refused) else str(trouble)
        out.lacking = f"the folder cannot be compared with the log: {why.splitlines()[0].rstrip('.')}"
        return out
    if found.nearly is not None:
        says = f"entry {found.nearly} commits to this {layout.MANIFEST} with another {layout.RUN}"
        out.findings.append(Finding(ANCHOR, says, found.nearly, layout.RUN))
    elif found.closed:
        out.lacking = (
            f"it is not known whether this folder is in the log: the openings of {_entries(found.closed)} are not here ({out.elsewhere})"
        )
    elif audited.answer.findings:
        out.lacking = "it was not looked for in a log that is broken"
    else:
        out.findings.append(Finding(ANCHOR, f"no assessment in the log commits to this {layout.MANIFEST}", None, layout.MANIFEST))
    return out


def _compare(out: Anchored, manifest: Mapping[str, Any], history: History, number: int, opened: Mapping[int, Mapping[str, Any]]) -> None:
    entry = history.entry(number)
    assert entry is not None
    out.said.append(f"entry {number} of {out.log}, logged by {entry.by}, {entry.when}, commits to this folder")
    _terms(out, manifest, history, entry, opened)
    _inputs(out, manifest, history, entry, opened)
    _previous(out, manifest, entry, opened)
    for later in history.of_kind(ASSESSMENT, first=entry.said.first):
        if later.said.previous == number:
            out.said.append(f"a later assessment follows it: entry {later.number}, {later.when}")
    out.status = status_of(history, number, opened)
    out.marks = marks_of(history, out.status)


def _terms(out: Anchored, manifest: Mapping[str, Any], history: History, entry: Entry, opened: Mapping[int, Mapping[str, Any]]) -> None:
    under, terms = history.entry(entry.said.contract), terms_in(manifest)
    assert under is not None
    if not same_terms(under.terms, terms):
        says = f"its contract and rules are not those that entry {under.number} of the log adopts"
        out.findings.append(Finding(ANCHOR, says, entry.number, layout.CONTRACT))
        return
    found = held(history, entry, {(one["sha256"], one["size"]) for one in manifest["inputs"]}, opened)
    out.said += found.said
    out.late += found.late


def _agreed(out: Anchored, folder: Path, history: History, number: int, files: Files) -> None:
    """The id, the version and the rule for approvals that the log goes by are those of the contract in the folder, where it has the bytes that the log names."""
    entry = history.entry(number)
    under = history.entry(entry.said.contract) if entry is not None else None
    if under is None or any(one.file == layout.CONTRACT for one in out.findings):
        return
    try:
        loaded = load_text(files.read_bytes(folder / layout.CONTRACT), layout.CONTRACT, Library([folder / layout.RULES]))
    except Refused as refused:
        if out.folder.state != BROKEN:
            why = refused.problems[0].says.splitlines()[0].rstrip(".")
            out.lacking = f"the contract in it cannot be read, to compare what the log says of who must approve: {why}"
        return
    for says in differing(under, terms_of(loaded), approval_of(loaded)):
        out.findings.append(Finding(ANCHOR, says, under.number, layout.CONTRACT))


def _inputs(out: Anchored, manifest: Mapping[str, Any], history: History, entry: Entry, opened: Mapping[int, Mapping[str, Any]]) -> None:
    inputs = {(one["sha256"], one["size"]): one["name"] for one in manifest["inputs"]}
    logged: dict[tuple[str, int], int] = {}
    closed = []
    for number in entry.said.submissions:
        document = opened.get(number)
        if document is None:
            closed.append(number)
            continue
        for one in document["files"]:
            logged[one["sha256"], one["size"]] = number
            if (one["sha256"], one["size"]) not in inputs:
                says = f"{plain(one['name'])}, received in entry {number}, is none of its inputs, and the log says that it was made from it"
                out.findings.append(Finding(ANCHOR, says, number))
    lacking = [name for digest, name in inputs.items() if digest not in logged]
    if closed:
        out.lacking = (
            f"it is not known whether its inputs are what was received: the openings of {_entries(closed)} are not here ({out.elsewhere})"
        )
    else:
        for name in lacking:
            out.findings.append(
                Finding(ANCHOR, f"its input {plain(name)} was not received before it, by what the log says", entry.number, name)
            )
    if not lacking and entry.said.submissions:
        received = [one for number in entry.said.submissions if (one := history.entry(number)) is not None]
        out.received = [(one, one.said.key == entry.said.key) for one in received]
        out.said += _from_whom(out.received, entry)
    for one in history.of_kind(SUBMISSION, first=entry.said.first):
        if one.number < entry.number and one.number not in entry.said.submissions:
            out.said.append(f"not used: what was received in entry {one.number}, {one.when}, from {one.by}{_files(opened.get(one.number))}")


def _previous(out: Anchored, manifest: Mapping[str, Any], entry: Entry, opened: Mapping[int, Mapping[str, Any]]) -> None:
    named = (manifest.get("previous") or {}).get("sha256")
    follows = entry.said.previous
    if (named is None) != (follows is None):
        says = (
            "it follows an earlier assessment, and the log says that it follows none"
            if named
            else f"the log says that it follows entry {follows}, and it follows none"
        )
        out.findings.append(Finding(ANCHOR, says, entry.number, layout.MANIFEST))
    elif follows is not None:
        document = opened.get(follows)
        if document is None:
            out.lacking = (
                f"it is not known whether it follows entry {follows}, as the log says: that entry's opening is not here ({out.elsewhere})"
            )
        elif document.get("manifest") != named:
            out.findings.append(
                Finding(
                    ANCHOR,
                    f"the log says that it follows entry {follows}, and it follows another assessment",
                    entry.number,
                    layout.MANIFEST,
                )
            )
        else:
            out.said.append(f"it follows the assessment of entry {follows}")


def _given(
    out: Anchored, history: History, number: int, previous: Path | None, opened: Mapping[int, Mapping[str, Any]], files: Files
) -> None:
    """That the folder given as the assessment before is the one that was logged, to its last file: that its manifest is the one named is known already."""
    entry = history.entry(number)
    follows = entry.said.previous if entry is not None else None
    document = opened.get(follows) if follows is not None else None
    if previous is None or document is None:
        return
    given = digests_of(previous, files)
    if given["manifest"] == document["manifest"] and given["run"] != document["run"]:
        out.lacking = (
            f"{previous.name}, which you gave, is not the folder that entry {follows} commits to: its {layout.RUN} is another file"
        )


def _entries(numbers: Sequence[int]) -> str:
    """entry 7; entries 3 and 7."""
    return f"{'entry' if len(numbers) == 1 else 'entries'} {words.listed([str(number) for number in numbers[:MOST_SAID]])}"


def _from_whom(received: Sequence[tuple[Entry, bool]], entry: Entry) -> list[str]:
    """Who handed in what it was made from, and when; and where that was nobody else than who ran it, which a reader must not miss."""
    told = [f"entry {one.number}, {one.when}, from {one.by}" for one, _ in received[:MOST_SAID]]
    more = [f"and {len(received) - MOST_SAID:,} more"] if len(received) > MOST_SAID else []
    out = [f"made from what was received in {'; '.join([*told, *more])}"]
    if own := [one.number for one, same in received if same]:
        was = "was handed in by who ran it" if len(own) == 1 else "were handed in by who ran it"
        out.append(f"{_entries(own)} {was}: no other key than {entry.by} says that this is what the provider gave")
    return out


def _files(document: Mapping[str, Any] | None) -> str:
    return f" ({plain(words.listed([one['name'] for one in document['files']]))})" if document is not None else ""


def _told(one: Finding, log: str) -> str:
    place = [text for text in (log, f"entry {one.entry}" if one.entry is not None else "", one.file or "") if text]
    return f"{', '.join(place)}: {one.says}" if place else one.says
