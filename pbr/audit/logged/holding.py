"""Under what an assessment was made: the contract as it was adopted and varied, whether that was before the data came, and whether the folder's is the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pbr.audit.logged.adoption import ids_of, same_terms
from pbr.audit.logged.history import CONTRACT, SUBMISSION, VARIATION, Entry, History
from pbr.audit.logged.plain import plain
from pbr.log.changes import changes
from pbr.statement import words

MOST_SAID = 20


@dataclass(frozen=True)
class Held:
    """``said``: a sentence each about the adoption and every variation; ``late``: what came only after the data that it is applied to, a sentence each."""

    said: tuple[str, ...]
    late: tuple[str, ...]


def held(history: History, entry: Entry, inputs: set[tuple[str, int]], opened: Mapping[int, Mapping[str, Any]]) -> Held:
    """``entry``: the assessment's; ``inputs``: the SHA-256 and size of each file it was made from; ``opened``: the documents that are at hand.

    The first data of a contract is the first that was received under its id, whichever entry of the log adopts it, or the first of these very files:
    otherwise a contract that is adopted anew, after its data came, would be said to have been there before.
    """
    first = history.entry(entry.said.first, CONTRACT)
    assert first is not None
    received = sorted(_received(history, first, inputs, opened), key=lambda one: one.number)
    applied = [one for one in received if one.number in entry.said.submissions or _same_files(one, inputs, opened)]
    earlier = [one for one in received if one.number < first.number]
    adopted = f"the contract was adopted by {first.by}, {first.when} (entry {first.number})"
    late = []
    if earlier:
        text = f"{adopted}, AFTER data had been received for a contract of its id, or these very files: {_told(earlier, history, opened)}"
        late.append(text)
    elif received:
        text = f"{adopted}, before the first data was received (entry {received[0].number}, {received[0].when})"
    else:
        text = f"{adopted}; no data was received"
    said = [text]
    for old, new in _chain(history, entry):
        what = plain("; ".join(changes(old.said, new.said)))
        varied = f"it was varied ({what}) by {new.by}, {new.when} (entry {new.number})"
        before = [one for one in applied if one.number < new.number]
        if before:
            said.append(f"{varied}, AFTER data that it is applied to had been received: {_told(before, history, opened)}")
            late += [said[-1]] if not same_terms(old.terms, new.terms) or _approval(old) != _approval(new) else []
        elif applied:
            said.append(f"{varied}, before the data that it is applied to was received")
        else:
            said.append(varied)
    ids = ids_of(history, first.number)
    others = [one for one in history.of_kind(CONTRACT) if one.number != first.number and ids & ids_of(history, one.number)]
    if others:
        listed = "; ".join(
            f"entry {one.number}, version {plain(one.terms['version'], 200)}, {one.when}, by {one.by}" for one in others[:MOST_SAID]
        )
        said.append(
            f"the log has {words.counted(len(others), 'other contract')} of this id, under which the same may have been paid: {listed}"
        )
    elsewhere = [
        one for one in received if one.said.first != first.number and one.number < entry.number and _same_files(one, inputs, opened)
    ]
    if elsewhere:
        said.append(f"files that it was made from had been received under another contract before: {_told(elsewhere, history, opened)}")
    return Held(tuple(said), tuple(late))


def differing(under: Entry, terms: Mapping[str, Any], approval: Mapping[str, Any]) -> Iterator[str]:
    """Where the entry that adopts (or varies) a contract says other things than the contract in the folder, one clause each. ``terms`` and
    ``approval``: of the folder's."""
    for name, what in (("id", "id"), ("version", "version")):
        if under.terms[name] != terms[name]:
            yield f"the {what} of its contract is {plain(terms[name], 200)}, and entry {under.number} of the log says {plain(under.terms[name], 200)}"
    if approval != _approval(under):
        there, here = _rule(_approval(under)), _rule(approval)
        yield f"its contract says that it takes {here}, and entry {under.number} of the log says {there}"


def _rule(approval: Mapping[str, Any]) -> str:
    number = words.counted(approval["approvers"], "approver")
    return f"{number} and who ran it {'may not approve' if approval['assessor'] == 'may not' else 'may be one'}"


def _approval(one: Entry) -> dict[str, Any]:
    return {"approvers": one.said.approvers, "assessor": "may be one" if one.said.assessor_may else "may not"}


def _chain(history: History, entry: Entry) -> list[tuple[Entry, Entry]]:
    """The variations that hold for an assessment, the first of them first, each after what it varies."""
    out: list[tuple[Entry, Entry]] = []
    new = history.entry(entry.said.contract)
    while new is not None and new.kind == VARIATION:
        old = history.entry(new.said.contract)
        assert old is not None
        out.append((old, new))
        new = old
    return out[::-1]


def _received(history: History, first: Entry, inputs: set[tuple[str, int]], opened: Mapping[int, Mapping[str, Any]]) -> Iterator[Entry]:
    ids = ids_of(history, first.number)
    for one in history.of_kind(SUBMISSION):
        if one.said.first == first.number or ids & ids_of(history, one.said.first) or _same_files(one, inputs, opened):
            yield one


def _same_files(one: Entry, inputs: set[tuple[str, int]], opened: Mapping[int, Mapping[str, Any]]) -> bool:
    document = opened.get(one.number)
    return document is not None and any((file["sha256"], file["size"]) in inputs for file in document["files"])


def _told(received: Sequence[Entry], history: History, opened: Mapping[int, Mapping[str, Any]]) -> str:
    """entry 1, 1 July 2022, 02:00, from agency, under the contract of entry 0 (people.csv)."""
    out = []
    for one in received[:MOST_SAID]:
        document = opened.get(one.number)
        names = f" ({plain(words.listed([file['name'] for file in document['files']]))})" if document is not None else ""
        out.append(f"entry {one.number}, {one.when}, from {one.by}, under the contract of entry {one.said.first}{names}")
    more = len(received) - len(out)
    return "; ".join([*out, *([f"and {more:,} more"] if more else [])])
