"""What the log says of an assessment: draft, approved, challenged or superseded; by whom, and what is still missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pbr.audit.logged.history import APPROVAL, ASSESSMENT, Entry, History
from pbr.audit.logged.lines import line_text
from pbr.audit.logged.plain import plain
from pbr.log.state import APPROVED, CHALLENGED, SUPERSEDED
from pbr.statement import words

_NUMBERS: Final = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@dataclass(frozen=True)
class Decision:
    """An approval or challenge. ``document``: what its commitment is to, where its opening is at hand. Of an approval ``counts``: whether it is one of
    those that are needed, and ``since``: the variation that made who signed it an approver, where that came after the assessment; of a challenge ``answered``: the approval that answers it."""

    entry: Entry
    document: Mapping[str, Any] | None
    counts: bool = True
    answered: int | None = None
    since: int | None = None

    def to_json(self) -> dict[str, Any]:
        line, reason = ((self.document or {}).get(name) for name in ("line", "reason"))
        return {"entry": self.entry.number, "at": self.entry.at, "by": self.entry.said.by, "line": line, "reason": reason}

    @property
    def about(self) -> str:
        """What is challenged, and why."""
        if self.document is None:
            return "what about is not opened here"
        return plain(f"{line_text(self.document['line'])}: {self.document['reason']}")


@dataclass(frozen=True)
class Status:
    """``assessment``: its entry; ``needed``: how many approvers it takes; ``never``: who ran it may not be one; ``lacking``: how many are missing, of
    those that count. ``by``: the later assessment that took its place. ``replaced``: the assessments whose place this one took, each with the challenges of it that nobody answered. ``faulty``: entries of the log that say what they may not, which count for nothing."""

    assessment: Entry
    state: str
    needed: int
    never: bool
    lacking: int
    approvals: tuple[Decision, ...] = ()
    challenges: tuple[Decision, ...] = ()
    by: int | None = None
    replaced: tuple[tuple[int, tuple[int, ...]], ...] = ()
    faulty: tuple[int, ...] = ()

    @property
    def unanswered(self) -> list[int]:
        return [one.entry.number for one in self.challenges if one.answered is None]

    @property
    def standing(self) -> str:
        """The state as a clause: it is a draft: nobody has approved it."""
        if self.state == SUPERSEDED:
            return f"it is superseded: {f'entry {self.by}' if self.by is not None else 'another assessment'} took its place, and nothing is paid by it"
        if self.state == CHALLENGED:
            numbers = words.listed([str(number) for number in self.unanswered])
            return f"it is challenged: nobody has answered {'entry' if len(self.unanswered) == 1 else 'entries'} {numbers}"
        if self.state == APPROVED:
            return f"it is approved{self._lately}{self._washed_off}"
        if not any(one.counts for one in self.approvals):
            return "it is a draft: nobody has approved it" + (", by an approval that counts" if self.approvals else "")
        return f"it is a draft: it lacks {self.missing}"

    @property
    def settled(self) -> bool:
        """Approved, and no challenge is open that assessing again would have washed off."""
        return self.state == APPROVED and not self._shed

    @property
    def _shed(self) -> list[tuple[int, tuple[int, ...]]]:
        return [(number, left) for number, left in self.replaced if left]

    @property
    def _washed_off(self) -> str:
        """After an approval, in the same sentence: that what it took the place of was challenged, and nobody answered."""
        if not self._shed:
            return ""
        told = [
            f"{_entries([number])}, whose challenge{'' if len(left) == 1 else 's'} in {_entries(left)} nobody answered"
            for number, left in self._shed
        ]
        return f", but it took the place of {'; and of '.join(told)}"

    @property
    def _lately(self) -> str:
        """After an approval, in the same sentence: that who signed it was no approver when there was something to approve."""
        late = [one for one in self.approvals if one.counts and one.since is not None]
        if not late:
            return ""
        numbers = sorted({one.since for one in late if one.since is not None})
        entries = f"{'entry' if len(numbers) == 1 else 'entries'} {words.listed([str(number) for number in numbers])}"
        return f", by {words.listed([one.entry.by for one in late])}, an approver only since the variation in {entries}, after the assessment was logged"

    def lines(self) -> list[str]:
        """For people: the state first, then who, then what is missing."""
        one = self.assessment
        out = [f"{self.state}: entry {one.number} of the log, by {one.by}, {one.when}{self._after()}"]
        for number, unanswered in self.replaced:
            left = f", whose challenge in entry {words.listed([str(one) for one in unanswered])} nobody answered" if unanswered else ""
            out.append(f"  it took the place of entry {number}{left}")
        for challenge in self.challenges:
            said = f"challenged by {challenge.entry.by}, {challenge.entry.when} (entry {challenge.entry.number}): {challenge.about}"
            out.append(f"  {said}" + (f"; answered by entry {challenge.answered}" if challenge.answered is not None else ""))
        for approval in self.approvals:
            since = f", who became an approver by the variation in entry {approval.since}, after the assessment was logged"
            said = f"approved by {approval.entry.by}, {approval.entry.when} (entry {approval.entry.number})"
            said += since if approval.since is not None else ""
            reason = f": {plain(approval.document['reason'])}" if approval.document is not None else ""
            ran = approval.entry.said.key == self.assessment.said.key
            why = (
                "" if approval.counts else "; not counted: " + ("who ran it may not approve" if ran and self.never else "a key counts once")
            )
            out.append(f"  {said}{reason}{why}")
        if self.missing:
            out.append(f"  missing: {self.missing}")
        if self.faulty:
            listed = words.listed([str(number) for number in self.faulty[:10]])
            out.append(f"  the log is broken: entry {listed} cannot be right, and counts for nothing (pbr log audit)")
        return out

    def _after(self) -> str:
        return f"; entry {self.by} took its place" if self.by is not None else ""

    @property
    def missing(self) -> str:
        """What it still takes; empty where nothing is missing, or nothing would help."""
        if self.state == SUPERSEDED:
            return ""
        parts = []
        if self.unanswered:
            noun = "the challenge of entry" if len(self.unanswered) == 1 else "the challenges of entries"
            parts.append(f"an approval that answers {noun} {words.listed([str(number) for number in self.unanswered])}")
        if self.lacking:
            number = _NUMBERS[self.lacking] if self.lacking < len(_NUMBERS) else str(self.lacking)
            more = " more" if any(one.counts for one in self.approvals) else ""
            who = ", somebody else than who ran it" if self.never or (self.lacking == 1 and not self._others()) else ""
            parts.append(f"{number}{more} approver{'' if self.lacking == 1 else 's'}{who}")
        return " and ".join(parts)

    def _others(self) -> bool:
        """Whether somebody has approved it who did not run it."""
        return any(one.entry.said.key != self.assessment.said.key for one in self.approvals)

    def to_json(self) -> dict[str, Any]:
        return {
            "entry": self.assessment.number,
            "state": self.state,
            "at": self.assessment.at,
            "by": self.assessment.said.by,
            "approvers_needed": self.needed,
            "approvals": [one.to_json() | {"counts": one.counts, "became_approver_in": one.since} for one in self.approvals],
            "challenges": [one.to_json() | {"answered_by": one.answered} for one in self.challenges],
            "superseded_by": self.by,
            "took_the_place_of": [{"entry": number, "unanswered": list(unanswered)} for number, unanswered in self.replaced],
            "missing": self.missing,
            "faulty_entries": list(self.faulty),
        }


def status_of(history: History, number: int, opened: Mapping[int, Mapping[str, Any]]) -> Status:
    """The status of the assessment in entry ``number``. ``opened``: by entry, the documents whose openings are at hand."""
    about, one = history.about(number), history.entry(number)
    assert one is not None
    rule = history.entry(one.said.contract)
    assert rule is not None
    never, seen = not rule.said.assessor_may, {one.said.key} if not rule.said.assessor_may else set()
    approvals = []
    for entry in (history.entry(each) for each in about.approvals):
        assert entry is not None
        approvals.append(Decision(entry, opened.get(entry.number), entry.said.key not in seen, since=_since(history, rule, entry)))
        seen.add(entry.said.key)
    challenges = []
    for entry in (history.entry(each) for each in about.challenges):
        assert entry is not None
        answers = [later.entry.number for later in approvals if entry.number in later.entry.said.answers]
        challenges.append(Decision(entry, opened.get(entry.number), answered=answers[0] if answers else None))
    needed = rule.said.approvers
    return Status(
        one,
        about.state,
        needed,
        never,
        about.missing,
        tuple(approvals),
        tuple(challenges),
        about.by,
        tuple(_replaced(history, one)),
        history.faulty,
    )


def _entries(numbers: Sequence[int]) -> str:
    """entry 7; entries 3 and 7."""
    return f"{'entry' if len(numbers) == 1 else 'entries'} {words.listed([str(number) for number in numbers])}"


def _since(history: History, rule: Entry, approval: Entry) -> int | None:
    """The variation by which who signed an approval became an approver, where that was none under ``rule``, the contract that the assessment was logged under."""

    def has(under: Entry | None) -> bool:
        return under is not None and approval.said.key in {key.public for key in under.may_sign(APPROVAL)}

    one = history.entry(approval.said.contract)
    while not has(rule) and one is not None and one.number > rule.number:
        before = history.entry(one.said.contract)
        if not has(before):
            return one.number
        one = before
    return None


def _replaced(history: History, one: Entry) -> Iterator[tuple[int, tuple[int, ...]]]:
    for other in history.of_kind(ASSESSMENT, first=one.said.first):
        if other.number < one.number and other.said.previous == one.said.previous:
            yield other.number, tuple(history.about(other.number).open)
