"""The entries of a log as people look for them: number, time, kind, which contract, about what, by whom; of an assessment its state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pbr.log.changes import changes
from pbr.log.entries import ROLES
from pbr.log.ledger import Ledger, Said
from pbr.log.state import About, assessments
from pbr.log.times import time_text

UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Wanted:
    """Which entries: of the contract with this id or whose first entry has this number, of these kinds, from ``since`` on, before ``until`` (seconds
    since 1970), assessments in this state. None or empty: any."""

    contract: str | None = None
    kinds: tuple[str, ...] = ()
    since: int | None = None
    until: int | None = None
    state: str | None = None


@dataclass(frozen=True)
class Listed:
    """``at`` as the log writes it; ``contract``: the id of its contract; ``adopted``: the entry that adopted it, which tells contracts of one id apart; ``by``: the name of the key; ``about``: what it refers to, in words; ``state``: of an
    assessment; ``good``: it satisfies all five points; ``changed``: of a variation, what it changed; ``keys``: of a contract or variation, who may do what from then on, as (part, vkey)."""

    entry: int
    at: str
    kind: str
    contract: str
    by: str
    about: str
    state: str | None
    good: bool
    adopted: int | None = None
    changed: tuple[str, ...] = ()
    keys: tuple[tuple[str, str], ...] = ()

    @property
    def of(self) -> str:
        """The contract as a person finds it: justice (entry 0)."""
        return self.contract if self.adopted is None else f"{self.contract} (entry {self.adopted})"

    @property
    def when(self) -> str:
        """The time as people read it, in UTC."""
        return self.at.replace("T", " ").removesuffix("Z")

    def to_json(self) -> dict[str, Any]:
        shown: dict[str, Any] = {"entry": self.entry, "at": self.at, "kind": self.kind, "contract": self.contract, "by": self.by}
        shown |= {"adopted": self.adopted, "about": self.about, "state": self.state, "good": self.good}
        if self.kind in ("contract", "variation"):
            shown["keys"] = [{"part": part, "vkey": vkey} for part, vkey in self.keys]
        return shown | ({"changed": list(self.changed)} if self.kind == "variation" else {})


def listed(ledger: Ledger, wanted: Wanted) -> Iterator[Listed]:
    """The entries that are wanted, in their order. One that cannot be referred to is listed as unreadable where nothing in particular is asked for."""
    states = assessments(ledger)
    for number in range(len(ledger)):
        said = ledger.get(number)
        if said is None:
            if wanted == Wanted():
                yield Listed(number, "", UNREADABLE, "", "", "", None, False)
            continue
        terms = _terms(ledger, said)
        state = states[number].state if said.kind == "assessment" else None
        if _is_wanted(said, str(terms["id"]), state, wanted):
            at = time_text(datetime.fromtimestamp(said.at, UTC))
            by = said.by.partition("+")[0]
            about, adopted = _about(said, terms, states.get(number)), said.first
            yield Listed(number, at, said.kind, str(terms["id"]), by, about, state, said.good, adopted, _changed(ledger, said), _keys(said))


def _changed(ledger: Ledger, said: Said) -> tuple[str, ...]:
    old = ledger.get(said.contract) if said.kind == "variation" else None
    return tuple(changes(old, said)) if old is not None else ()


def _keys(said: Said) -> tuple[tuple[str, str], ...]:
    return tuple((role, str(key)) for role in ROLES for key, roles in (said.listed or {}).values() if role in roles)


def _terms(ledger: Ledger, said: Said) -> Mapping[str, Any]:
    holder = said if said.terms is not None else ledger.get(said.contract)
    assert holder is not None and holder.terms is not None
    return holder.terms


def _is_wanted(said: Said, contract: str, state: str | None, wanted: Wanted) -> bool:
    if wanted.contract is not None and wanted.contract not in (contract, str(said.first)):
        return False
    if wanted.kinds and said.kind not in wanted.kinds:
        return False
    if wanted.state is not None and state != wanted.state:
        return False
    return (wanted.since is None or said.at >= wanted.since) and (wanted.until is None or said.at < wanted.until)


def _about(said: Said, terms: Mapping[str, Any], about: About | None) -> str:
    if said.kind in ("contract", "variation"):
        varies = f", varies {said.contract}" if said.kind == "variation" else ""
        return f"version {terms['version']}{varies}"
    if said.kind == "assessment":
        parts = [f"of {_numbers(said.submissions)}" if said.submissions else ""]
        parts += [f"after {said.previous}" if said.previous is not None else ""]
        parts += [f"superseded by {about.by}" if about is not None and about.by is not None else ""]
        parts += [f"challenged by {_numbers(about.open)}" if about is not None and about.open else ""]
        return ", ".join(part for part in parts if part)
    if said.assessment is not None:
        return f"of {said.assessment}" + (f", answers {_numbers(said.answers)}" if said.answers else "")
    return ""


def _numbers(numbers: tuple[int, ...] | list[int]) -> str:
    shown = [str(number) for number in numbers[:6]]
    return ", ".join(shown) + (f" and {len(numbers) - 6} more" if len(numbers) > 6 else "")
