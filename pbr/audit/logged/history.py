"""What the entries of a log say about its contracts, in the order in which they were logged: adopted, varied, received, assessed, decided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from pbr.audit.logged.plain import plain
from pbr.log.entries import ROLES, SIGNERS
from pbr.log.ledger import Ledger
from pbr.log.ledger import Said as Read
from pbr.log.state import About, assessments
from pbr.platform.vkeys import VerifierKey
from pbr.statement import words

CONTRACT, VARIATION, SUBMISSION, SEED = "contract", "variation", "submission", "seed"
ASSESSMENT, APPROVAL, CHALLENGE = "assessment", "approval", "challenge"
NOBODY: Final[Mapping[str, tuple[VerifierKey, frozenset[str]]]] = {}


@dataclass(frozen=True)
class Entry:
    """An entry that others may refer to: its ``number`` and what it says."""

    number: int
    said: Read

    @property
    def kind(self) -> str:
        return self.said.kind

    @property
    def by(self) -> str:
        """The name of the key that signed it, without its ID."""
        return plain(name_of(self.said.by))

    @property
    def when(self) -> str:
        """31 March 2026, 17:00."""
        moment = datetime.fromtimestamp(self.said.at, UTC)
        return f"{words.day(moment.date())}, {moment:%H:%M}"

    @property
    def at(self) -> str:
        """2026-03-31T17:00:00Z."""
        return f"{datetime.fromtimestamp(self.said.at, UTC):%Y-%m-%dT%H:%M:%SZ}"

    @property
    def terms(self) -> Mapping[str, Any]:
        """Of a contract or variation."""
        assert self.said.terms is not None
        return self.said.terms

    @property
    def keys(self) -> dict[str, list[str]]:
        """Of a contract or variation: the vkeys of each role."""
        listed = (self.said.listed or NOBODY).values()
        return {role: [str(key) for key, roles in listed if role in roles] for role in ROLES}

    def may_sign(self, kind: str) -> list[VerifierKey]:
        """Of a contract or variation: the keys that may sign an entry of that kind."""
        return [key for key, roles in (self.said.listed or NOBODY).values() if roles & set(SIGNERS[kind])]


@dataclass
class History:
    """``ledger``: the log's entries, read in order. ``faulty``: those that fail one of the five points of docs/log-format.md."""

    ledger: Ledger
    faulty: tuple[int, ...] = ()
    _about: dict[int, About] = field(default_factory=dict)
    _read: int = 0

    def entry(self, number: int, *kinds: str) -> Entry | None:
        """Entry ``number``, where it can be referred to and is of one of the kinds (of any, where none is named)."""
        said = self.ledger.get(number)
        return Entry(number, said) if said is not None and (not kinds or said.kind in kinds) else None

    def of_kind(self, *kinds: str, first: int | None = None) -> Iterator[Entry]:
        """The entries of these kinds in which nothing is wrong; ``first``: of the contract that was adopted there."""
        for number, said in enumerate(self.ledger.said):
            if isinstance(said, Read) and said.good and said.kind in kinds and first in (None, said.first):
                yield Entry(number, said)

    def newest(self, number: int) -> Entry:
        """The contract or variation that holds now, of the contract that entry ``number`` belongs to."""
        said = self.ledger.get(number)
        assert said is not None
        number = said.first
        while (found := self.ledger.get(number)) is not None and found.varied is not None:
            number = found.varied
        assert found is not None
        return Entry(number, found)

    def contracts(self) -> list[Entry]:
        """Each contract as it holds now, in the order of adoption."""
        return [self.newest(entry.number) for entry in self.of_kind(CONTRACT)]

    def about(self, number: int) -> About:
        """What was said of the assessment in entry ``number``."""
        if self._read != len(self.ledger):
            self._about, self._read = assessments(self.ledger), len(self.ledger)
        return self._about[number]


def name_of(keyid: str) -> str:
    return keyid.rpartition("+")[0] or keyid
