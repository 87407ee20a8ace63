"""Which contract of a log is meant, and whether it is the one at hand: by the bytes of its file and of its rules."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Any

from pbr.audit.logged.history import CONTRACT, VARIATION, Entry, History
from pbr.audit.logged.plain import plain
from pbr.problem import Refused, refuse
from pbr.terms.loading import Loaded


def terms_of(loaded: Loaded) -> dict[str, Any]:
    """``terms`` of an entry: the contract's id and version, and the SHA-256 of its file and of each rule's."""
    contract = loaded.contract
    return {
        "id": contract.contract.text,
        "version": contract.version.text,
        "sha256": loaded.source.sha256,
        "rules": [{"rule": rule.name, "sha256": rule.source.sha256} for rule in loaded.rules],
    }


def terms_in(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """The same, from the manifest of an assessment."""
    rules = [{"rule": rule["rule"], "sha256": rule["sha256"]} for rule in manifest["rules"]]
    return {name: manifest["contract"][name] for name in ("id", "version", "sha256")} | {"rules": rules}


def approval_of(loaded: Loaded) -> dict[str, Any]:
    """``approval`` of an entry: how many must approve, and whether who ran the assessment may be one of them."""
    said = loaded.contract.approval
    number = int(said.approvers.text) if said is not None and said.approvers is not None else 1
    never = said is not None and said.assessor is not None and said.assessor.text == "may not approve"
    return {"approvers": number, "assessor": "may not" if never else "may be one"}


def same_terms(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two ``terms`` are of the same bytes: the contract's file and its rules, in any order."""
    return one["sha256"] == other["sha256"] and _rules(one) == _rules(other)


def ids_of(history: History, first: int) -> set[str]:
    """The ids that the contract adopted in entry ``first`` has, or had before a variation (which another program may have let change it)."""
    return {one.terms["id"] for one in history.of_kind(CONTRACT, VARIATION, first=first)}


def adopted(history: History, terms: Mapping[str, Any], log: str, contract: str, entry: int | None = None) -> Entry:
    """The entry under which ``terms`` hold now. ``log`` and ``contract``: as the reader names them. ``entry``: the one that was asked for.

    Raises Refused PBR570 when they are not adopted in the log (or were varied since), PBR571 when two contracts of the log have them, PBR572 when
    ``entry`` is no contract or variation.
    """
    now = [chosen(history, log, entry)] if entry is not None else history.contracts()
    found = [one for one in now if same_terms(one.terms, terms)]
    if len(found) > 1:
        raise _several(found, log)
    if found:
        return found[0]
    raise _not_adopted(history, now, terms, log, contract)


def chosen(history: History, log: str, entry: int | None) -> Entry:
    """The contract as it holds now: of the chain that ``entry`` belongs to, or the only one. Raises Refused PBR570 to PBR572."""
    if entry is not None:
        if history.entry(entry, CONTRACT, VARIATION) is None:
            raise refuse("PBR572", f"Entry {entry} of {log} adopts and varies no contract.", f"{_has(history)} See `pbr log list {log}`.")
        return history.newest(entry)
    now = history.contracts()
    if not now:
        says = f"{log} has no contract yet."
        raise refuse(
            "PBR570", says, f"Adopt it first: pbr log append {shlex.quote(log)} contract CONTRACT --key NAME --commissioner VKEY ..."
        )
    if len(now) > 1:
        raise _several(now, log)
    return now[0]


def _several(found: list[Entry], log: str) -> Refused:
    listed = "; ".join(f"entry {one.number}: {_named(one)}" for one in found)
    return refuse("PBR571", f"{log} has several contracts that can be meant: {listed}.", f"Say which: --adopted {found[0].number}")


def _not_adopted(history: History, now: list[Entry], terms: Mapping[str, Any], log: str, contract: str) -> Refused:
    what, place = shlex.quote(contract), shlex.quote(log)
    for one in history.of_kind(CONTRACT, VARIATION):
        if same_terms(one.terms, terms):
            last = history.newest(one.number)
            says = f"These are the terms of entry {one.number} of {log}, and entry {last.number} has varied them since."
            return refuse("PBR570", says, f"Use the contract as it is now: {_named(last)}, SHA-256 {_short(last)}")
    alike = [one for one in now if one.terms["id"] == terms["id"]]
    if alike:
        old, rules = alike[0], alike[0].terms["sha256"] == terms["sha256"]
        differs = "the rules it uses are others" if rules else f"its file is another (SHA-256 {terms['sha256'][:16]}..., not {_short(old)})"
        says = f"{contract} is not the contract {terms['id']} that {log} holds in entry {old.number}: {differs}."
        hint = f"If the parties have agreed on the change: pbr log append {place} variation {what} --adopted {old.number} --key NAME"
        return refuse("PBR570", says, hint)
    says = f"The contract {terms['id']}, version {terms['version']}, is not adopted in {log}."
    hint = f"A contract is logged before any data is received: pbr log append {place} contract {what} --key NAME --commissioner VKEY ..."
    return refuse("PBR570", says, hint)


def _has(history: History) -> str:
    numbers = [str(one.number) for one in history.of_kind(CONTRACT, VARIATION)]
    return f"Those that do: {', '.join(numbers)}." if numbers else "It has none."


def _named(one: Entry) -> str:
    return plain(f"{one.terms['id']}, version {one.terms['version']}", 200)


def _short(one: Entry) -> str:
    return f"{one.terms['sha256'][:16]}..."


def _rules(terms: Mapping[str, Any]) -> list[tuple[str, str]]:
    return sorted((rule["rule"], rule["sha256"]) for rule in terms["rules"])
