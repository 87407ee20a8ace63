"""What becomes of an assessment, from the entries alone; and entries that are signed twice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pbr.log.entries import NotAnEntry, make_entry, parse_entry
from pbr.log.ledger import Ledger
from pbr.log.state import assessments, states
from pbr.platform.vkeys import COSIGNATURE_ML_DSA, NOTE, SigningKey
from tests.log.written import check, writing

ORIGIN = writing.ORIGIN
NAMES = ("commissioner", "assessor", "finance", "director", "provider")
KEYS = {name: SigningKey(name, NOTE, name.encode().ljust(32, b".")) for name in NAMES}
ROLES = {
    "commissioner": ["commissioner"],
    "assessor": ["assessor"],
    "approver": ["assessor", "finance", "director"],
    "provider": ["provider"],
    "auditor": [],
}


class Told:
    """A story told entry by entry, a minute apart; ``then`` gives the number of the entry."""

    def __init__(self, approvers: int = 1, assessor: str = "may be one") -> None:
        self.entries: list[bytes] = []
        self.rule = {"approvers": approvers, "assessor": assessor}
        self.holds = self.then("contract", "commissioner", **self._held())

    def _held(self) -> dict[str, Any]:
        listed = {role: [str(KEYS[name].verifier) for name in names] for role, names in ROLES.items()}
        return {"terms": {"id": "a", "version": "1", "sha256": "0" * 64, "rules": []}, "keys": listed, "approval": self.rule}

    def then(self, kind: str, by: str, **members: Any) -> int:
        at = writing.time_text(writing.START + 60 * len(self.entries))
        self.entries.append(make_entry(kind, ORIGIN, at, members, KEYS[by]))
        return len(self.entries) - 1

    def vary(self, approvers: int) -> None:
        self.rule = self.rule | {"approvers": approvers}
        self.holds = self.then("variation", "commissioner", contract=self.holds, **self._held())

    def assess(self, previous: int | None = None) -> int:
        zero = "0" * 64
        return self.then("assessment", "assessor", contract=self.holds, submissions=[], previous=previous, commitment=zero, disclosure=zero)

    def approve(self, assessment: int, by: str = "finance", answers: tuple[int, ...] = ()) -> int:
        return self.then("approval", by, contract=self.holds, assessment=assessment, answers=list(answers), commitment="0" * 64)

    def challenge(self, assessment: int, by: str = "provider") -> int:
        return self.then("challenge", by, contract=self.holds, assessment=assessment, commitment="0" * 64)

    def read(self, faults: int = 0) -> Ledger:
        ledger = Ledger(ORIGIN)
        assert sum(ledger.look(entry) is not None for entry in self.entries) == faults
        return ledger

    def state(self, assessment: int = 1, faults: int = 0) -> str:
        return states(self.read(faults))[assessment]


def test_one_approval_makes_it_approved() -> None:
    told = Told()
    told.assess()
    assert told.state() == "draft"
    told.approve(1)
    assert told.state() == "approved"


def test_who_ran_it_is_never_the_only_approver() -> None:
    told = Told()
    told.assess()
    told.approve(1, "assessor")
    assert told.state() == "draft" and assessments(told.read())[1].missing == 1
    told.approve(1, "finance")
    assert told.state() == "approved"


@pytest.mark.parametrize(
    ("assessor", "by", "missing"),
    [
        ("may be one", ["assessor", "finance"], 0),
        ("may not", ["assessor", "finance"], 1),
        ("may not", ["director", "finance"], 0),
        ("may be one", ["finance", "finance"], 1),
        ("may be one", ["assessor"], 1),
    ],
)
def test_two_approvers_are_two_keys_that_count(assessor: str, by: list[str], missing: int) -> None:
    told = Told(2, assessor)
    told.assess()
    for name in by:
        told.approve(1, name)
    about = assessments(told.read())[1]
    assert (about.missing, about.state) == (missing, "draft" if missing else "approved")


def test_a_challenge_stands_until_an_approver_answers_it() -> None:
    told = Told()
    told.assess()
    told.approve(1)
    first, second = told.challenge(1), told.challenge(1, "assessor")
    assert told.state() == "challenged"
    told.approve(1, answers=(first,))
    assert told.state() == "challenged" and assessments(told.read())[1].open == [second]
    told.approve(1, answers=(first, second))
    assert told.state() == "approved"


def test_the_rule_is_that_of_the_assessments_own_contract() -> None:
    told = Told(1)
    told.assess()
    told.vary(2)
    later = told.assess(previous=1)
    told.approve(1)
    told.approve(later)
    assert (told.state(1), told.state(later)) == ("approved", "draft")


def test_a_second_assessment_of_the_same_takes_its_place_and_that_of_what_follows() -> None:
    told = Told()
    first, follows = told.assess(), told.assess(previous=1)
    told.approve(first)
    assert (told.state(first), told.state(follows)) == ("approved", "draft")
    again = told.assess()
    assert (told.state(first), told.state(follows), told.state(again)) == ("superseded", "superseded", "draft")
    assert assessments(told.read())[follows].by == again


def test_what_does_not_hold_counts_for_nothing() -> None:
    told = Told()
    told.assess()
    told.approve(1, "provider")
    told.then("challenge", "finance", contract=0, assessment=1, commitment="0" * 64)
    told.entries[3] = told.entries[3].replace(b'"sig":"', b'"sig":"AAAA', 1).replace(told.entries[3][-12:], told.entries[3][-16:])
    told.then("approval", "finance", contract=0, assessment=1, answers=[3], commitment="0" * 64)
    ledger = Ledger(ORIGIN)
    faults = {number: fault.kind for number, entry in enumerate(told.entries) if (fault := ledger.look(entry))}
    assert faults == {2: "signer", 3: "form", 4: "references"} and states(ledger) == {1: "draft"}
    told.approve(1)
    assert told.state(faults=3) == "approved"


def test_an_entry_can_be_signed_twice(tmp_path: Path) -> None:
    second = SigningKey("commissioner", COSIGNATURE_ML_DSA, bytes(32))
    other = SigningKey("commissioner", COSIGNATURE_ML_DSA, bytes([1]) * 32)
    told = Told()
    members = told._held()
    members["keys"]["commissioner"].append(str(second.verifier))
    at = writing.time_text(writing.START)
    right = make_entry("contract", ORIGIN, at, members, KEYS["commissioner"], second)
    assert len(parse_entry(right).signatures) == 2
    for entry, expected in (
        (right, []),
        (make_entry("contract", ORIGIN, at, members, KEYS["commissioner"], other), ["signer"]),
        (right.replace(right[-40:-8], b"A" * 32), ["signature"]),
    ):
        checked = check(tmp_path, writing.log_of([entry], writing.Keys(), witnessed=True).files)
        assert [finding.kind for finding in checked.answer.findings] == expected
    with pytest.raises(NotAnEntry):
        make_entry("contract", ORIGIN, at, members, second, KEYS["commissioner"])
    with pytest.raises(NotAnEntry):
        make_entry("contract", ORIGIN, at, members, KEYS["provider"], second)
    with pytest.raises(NotAnEntry):
        make_entry("contract", ORIGIN, "2026-1-1", members, KEYS["commissioner"])
