"""What has become of each assessment: draft, approved, challenged or superseded, from the entries alone (docs/log-format.md)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from pbr.log.ledger import Ledger, Said

DRAFT = "draft"
APPROVED = "approved"
CHALLENGED = "challenged"
SUPERSEDED = "superseded"


@dataclass
class About:
    """What was said about one assessment: the numbers of its approvals and challenges, of those challenges that nobody has answered since, and of
    the assessment that took its place. ``missing``: how many approvals it still lacks."""

    state: str = DRAFT
    approvals: list[int] = field(default_factory=list)
    challenges: list[int] = field(default_factory=list)
    open: list[int] = field(default_factory=list)
    by: int | None = None
    missing: int = 0


def states(ledger: Ledger) -> dict[int, str]:
    """The state of every assessment of the log that has a right form, by its entry."""
    return {number: about.state for number, about in assessments(ledger).items()}


def assessments(ledger: Ledger) -> dict[int, About]:
    """The same with what it follows from. An entry that fails one of the five points counts for nothing."""
    about = {number: About() for number in ledger.assessments}
    latest: dict[tuple[int, int | None], int] = {}
    for number, said in _good(ledger):
        if said.kind == "assessment":
            latest[said.first, said.previous] = number
        elif said.assessment is not None:
            (about[said.assessment].approvals if said.kind == "approval" else about[said.assessment].challenges).append(number)
    answered: defaultdict[int, set[int]] = defaultdict(set)
    for _, said in _good(ledger):
        if said.kind == "approval" and said.assessment is not None:
            answered[said.assessment].update(said.answers)
    for number, found in about.items():
        one = ledger.get(number)
        if one is None or not one.good:
            continue
        last = latest[one.first, one.previous]
        if last != number:
            found.by = last
        elif one.previous is not None:
            found.by = about[one.previous].by
        found.open = [challenge for challenge in found.challenges if challenge not in answered[number]]
        found.missing = _missing(ledger, one, found.approvals)
        if found.by is not None:
            found.state = SUPERSEDED
        elif found.open:
            found.state = CHALLENGED
        elif found.missing == 0:
            found.state = APPROVED
    return about


def _missing(ledger: Ledger, said: Said, approvals: list[int]) -> int:
    """How many more approvals are needed, by keys that have not given one and that count."""
    rule = ledger.get(said.contract)
    assert rule is not None
    keys = {approval.key for number in approvals if (approval := ledger.get(number)) is not None}
    others = keys - {said.key}
    counted = keys if rule.assessor_may else others
    return max(rule.approvers - len(counted), 0 if others else 1)


def _good(ledger: Ledger) -> list[tuple[int, Said]]:
    return [(number, said) for number, said in enumerate(ledger.said) if isinstance(said, Said) and said.good]
