"""What the entries of a log say, read in order: the five points that each must satisfy (docs/log-format.md, step 8).

An entry that fails ``form`` or ``references`` cannot be referred to; one that could not be read is unknown, and so is what rests on it.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from pbr.log.entries import ROLES, SIGNERS, Entry, NotAnEntry, parse_entry
from pbr.platform.signing import ED25519, ML_DSA_44
from pbr.platform.vkeys import NOTE, VerifierKey

HOLDERS: Final = ("contract", "variation")

Unknown = Literal["unknown"]
Useless = Literal["useless"]
UNKNOWN: Final = "unknown"
USELESS: Final = "useless"


@dataclass(slots=True)
class Said:
    """An entry that others may refer to. ``at`` in seconds since 1970; ``first``: the entry of kind ``contract`` at the end of its chain;
    ``by``: the keyid of its first signature, ``key`` that key's 32 bytes (empty while it is not known); ``good``: it satisfies all five points;
    ``varied``: the variation that took its place; ``listed``: of a contract or variation, its keys by keyid with the roles they have."""

    kind: str
    at: int
    contract: int
    first: int
    by: str
    key: bytes = b""
    good: bool = True
    assessment: int | None = None
    previous: int | None = None
    submissions: tuple[int, ...] = ()
    answers: tuple[int, ...] = ()
    varied: int | None = None
    listed: Mapping[str, tuple[VerifierKey, frozenset[str]]] | None = None
    terms: Mapping[str, Any] | None = None
    approvers: int = 1
    assessor_may: bool = True


@dataclass(frozen=True)
class Fault:
    """The first of the five points that an entry fails, and why."""

    kind: str
    says: str


class _Wrong(Exception):
    """A reference that is not as it must be."""


class Ledger:
    """``look`` is called for each entry in order, from 0. ``said`` then has for each a ``Said``, ``useless`` or ``unknown``; ``assessments`` the
    numbers of all entries of that kind that have a right form."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.said: list[Said | Unknown | Useless] = []
        self.times: list[int | None] = []
        self.assessments: list[int] = []

    def __len__(self) -> int:
        return len(self.said)

    def get(self, number: int) -> Said | None:
        """What can be referred to by this number, or None."""
        said = self.said[number] if 0 <= number < len(self.said) else UNKNOWN
        return said if isinstance(said, Said) else None

    def skip(self) -> None:
        """The next entry could not be read."""
        self.said.append(UNKNOWN)
        self.times.append(None)

    def look(self, data: bytes) -> Fault | None:
        """The next entry's bytes. Gives the first point that it fails."""
        number = len(self.said)
        try:
            entry = parse_entry(data)
            if entry.origin != self.origin:
                raise NotAnEntry(f"it belongs to another log, {entry.origin[:200]}")
        except NotAnEntry as why:
            self.said.append(USELESS)
            self.times.append(None)
            return Fault("form", str(why))
        if entry.kind == "assessment":
            self.assessments.append(number)
        before = self.times[-1] if self.times else None
        self.times.append(entry.at)
        late = Fault("time", "its time is before that of the entry before it") if before is not None and entry.at < before else None
        try:
            said = self._said(number, entry)
        except _Wrong as wrong:
            self.said.append(USELESS)
            return late or Fault("references", str(wrong))
        if said is None:
            self.said.append(UNKNOWN)
            return late
        self.said.append(said)
        if entry.kind == "variation":
            holder = self.get(said.contract)
            assert holder is not None
            holder.varied = number
        fault = late or self._signed(number, said, entry)
        said.good = fault is None
        return fault

    def trial(self, data: bytes) -> Fault | None:
        """The first point that these bytes would fail as the next entry. The ledger is then as it was."""
        assessments = len(self.assessments)
        fault = self.look(data)
        said = self.said.pop()
        self.times.pop()
        del self.assessments[assessments:]
        if isinstance(said, Said) and said.kind == "variation" and (holder := self.get(said.contract)) is not None:
            holder.varied = None
        return fault

    def _said(self, number: int, entry: Entry) -> Said | None:
        """What the entry says, its references followed; None when it rests on an entry that is unknown. Raises _Wrong."""
        members = entry.members
        said = Said(sys.intern(entry.kind), entry.at, number, number, sys.intern(entry.signatures[0].keyid))
        holder: Said | None = said
        if entry.kind != "contract":
            said.contract = members["contract"]
            holder = self._target(number, said.contract, HOLDERS)
            if holder is not None:
                if holder.varied is not None:
                    raise _Wrong(f"entry {said.contract}, which it names as its contract, was varied by entry {holder.varied}")
                said.first = holder.first
        known = holder is not None
        said.submissions = tuple(members.get("submissions", ()))
        said.previous = members.get("previous")
        said.assessment = members.get("assessment")
        said.answers = tuple(members.get("answers", ()))
        for kind, numbers in (
            ("submission", said.submissions),
            ("assessment", () if said.previous is None else (said.previous,)),
            ("assessment", () if said.assessment is None else (said.assessment,)),
            ("challenge", said.answers),
        ):
            for named in numbers:
                target = self._target(number, named, (kind,))
                if target is None:
                    known = False
                    continue
                if holder is not None and target.first != said.first:
                    raise _Wrong(f"entry {named}, to which it refers, belongs to another contract")
                if kind == "challenge" and target.assessment != said.assessment:
                    raise _Wrong(f"entry {named}, which it answers, is about another assessment")
        if not known:
            return None
        if entry.keys is not None:
            said.listed = _listed(entry.keys)
            said.terms = members["terms"]
            said.approvers = members["approval"]["approvers"]
            said.assessor_may = members["approval"]["assessor"] == "may be one"
        return said

    def _target(self, number: int, named: int, kinds: tuple[str, ...]) -> Said | None:
        """The entry referred to; None when it is unknown. Raises _Wrong."""
        if named >= number:
            raise _Wrong(f"it refers to entry {named}, which is not before it")
        said = self.said[named]
        if said == UNKNOWN:
            return None
        if not isinstance(said, Said) or said.kind not in kinds:
            raise _Wrong(f"it refers to entry {named} as {_article(kinds[0])}, which that is not")
        return said

    def _signed(self, number: int, said: Said, entry: Entry) -> Fault | None:
        holder = said if entry.kind == "contract" else self.get(said.contract)
        assert holder is not None and holder.listed is not None
        keys = []
        for place, signature in enumerate(entry.signatures):
            key, roles = holder.listed.get(signature.keyid, (None, frozenset[str]()))
            algorithm = (ED25519, ML_DSA_44)[place]
            if key is None or key.algorithm != algorithm or not roles & set(SIGNERS[entry.kind]):
                may = " or ".join(SIGNERS[entry.kind]) if SIGNERS[entry.kind] != ROLES else "anybody named there"
                where = "it" if entry.kind == "contract" else f"entry {said.contract}"
                return Fault("signer", f"{signature.keyid} signed it, which {where} does not list as {may}")
            keys.append(key)
            if key.kind == NOTE:
                said.key = key.public
        message = entry.signed
        for key, signature in zip(keys, entry.signatures, strict=True):
            if not key.verifies(signature.sig, message):
                return Fault("signature", f"its signature by {signature.keyid} does not hold")
        return None


def _listed(keys: Mapping[str, tuple[VerifierKey, ...]]) -> dict[str, tuple[VerifierKey, frozenset[str]]]:
    found: dict[str, tuple[VerifierKey, frozenset[str]]] = {}
    for role, listed in keys.items():
        for key in listed:
            _, roles = found.get(key.keyid, (key, frozenset()))
            found[key.keyid] = (key, roles | {role})
    return found


def _article(kind: str) -> str:
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"
