"""An entry that a party signed elsewhere, put into the log by who keeps it: looked at as if it was made here, and then appended as it is, or not at all.

Codes: PBR570 to PBR582 and PBR588, as for entries that are made here; PBR596 and PBR597.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from pbr.audit.logged.adopting import new_contract, new_submission, new_variation
from pbr.audit.logged.deciding import may_approve, may_challenge, reasoned
from pbr.audit.logged.history import APPROVAL, ASSESSMENT, CHALLENGE, CONTRACT, SUBMISSION, VARIATION, Entry
from pbr.audit.logged.logbook import Logbook
from pbr.audit.logged.plain import plain
from pbr.audit.logged.recording import new_assessment
from pbr.audit.logged.status import Status, status_of
from pbr.audit.logged.unlogged import HOURS, Unlogged
from pbr.log.ledger import Fault
from pbr.log.times import seconds_of
from pbr.problem import Place, Refused, refuse

AGAIN: Final = "Ask who signed it for one that is signed now, from a fresh copy of the log, and append that before anything else"


def take(book: Logbook, given: Unlogged, another: bool = False) -> int:
    """Appends the entry, with what its commitments are to; gives its number. ``another``: of a contract, that it truly is another one than the log's of the same id.
    Raises Refused where it is not one that the log can have next; then nothing is appended."""
    return book.append_signed(given.made, lambda now: _check(book, given, another, now))


def _check(book: Logbook, given: Unlogged, another: bool, now: str) -> None:
    place = Place(str(given.path))
    if given.entry.origin != book.history.ledger.origin:
        says = f"This entry was signed for the log {plain(given.entry.origin, 200)}, and this one is {book.history.ledger.origin}."
        raise refuse("PBR596", says, "Append it to the log that it was signed for.", place)
    if (number := book.number_of(given.data)) is not None:
        raise refuse("PBR573", f"This very entry is in {book.name} already: entry {number}.", "Nothing is to be done.", place)
    _in_time(book, given, now, place)
    if (fault := book.history.ledger.trial(given.data)) is not None:
        raise _not_next(book, given, fault, place)
    _KINDS.get(given.entry.kind, _nothing)(book, given, another, place)


def _in_time(book: Logbook, given: Unlogged, now: str, place: Place) -> None:
    """An entry is not older than the one before it, and not so old that a witness who has seen the log without it would contradict it."""
    at, present = given.entry.at, seconds_of(now)
    assert present is not None
    said = given.entry.members["at"]
    if at > present:
        says = f"It says that it was signed at {said}, and by this computer's clock it is {now}."
        raise refuse(
            "PBR597", says, "One of the two clocks is wrong. Set this one right; or append it after that time, where that is near.", place
        )
    times = book.history.ledger.times
    if times and times[-1] is not None and at < times[-1]:
        says = f"It was signed at {said}, and entry {len(times) - 1} of {book.name}, which is later, was appended meanwhile."
        raise refuse("PBR597", says, f"{AGAIN}: entries stand in the order of their times.", place)
    if present - at > HOURS * 3_600:
        says = f"It was signed at {said}, more than {HOURS} hours ago (it is {now})."
        raise refuse("PBR597", says, f"{AGAIN}: an entry a day old would look back-dated to who witnesses the log.", place)


def _not_next(book: Logbook, given: Unlogged, fault: Fault, place: Place) -> Refused:
    under = given.entry.members.get("contract")
    holder = book.history.entry(under, CONTRACT, VARIATION) if under is not None else None
    if fault.kind == "references" and holder is not None and (newest := book.history.newest(holder.number)).number != under:
        says = f"It was signed under entry {under}, and the contract was varied since: entry {newest.number} of {book.name}."
        return refuse("PBR570", says, f"{AGAIN}.", place)
    hint = {
        "signature": "The file was changed, or is of another key: take it as it was sent, or ask who signed it for another.",
        "signer": "It takes a key that is listed there for it: a variation can list another.",
    }.get(fault.kind, f"{AGAIN}.")
    return refuse("PBR596", f"It cannot be the next entry of {book.name}: {plain(fault.says)}.", hint, place)


def _nothing(book: Logbook, given: Unlogged, another: bool, place: Place) -> None:
    """Of a seed nothing more is to be looked at: nobody may see yet what it commits to."""


def _contract(book: Logbook, given: Unlogged, another: bool, place: Place) -> None:
    new_contract(book, given.entry.members["terms"], place, another)


def _variation(book: Logbook, given: Unlogged, another: bool, place: Place) -> None:
    old = book.history.entry(given.entry.members["contract"])
    assert old is not None
    new_variation(book, old, given.entry.members, place)


def _submission(book: Logbook, given: Unlogged, another: bool, place: Place) -> None:
    under = book.history.entry(given.entry.members["contract"])
    assert under is not None
    new_submission(book, given.document["files"], under.said.first)


def _assessment(book: Logbook, given: Unlogged, another: bool, place: Place) -> None:
    new_assessment(book, given.document, "This assessment")


def _decision(book: Logbook, given: Unlogged, place: Place) -> Status:
    """That its reason can be read, and that it is about the folder that the assessment's entry commits to."""
    number = given.entry.members["assessment"]
    reasoned(given.document["reason"])
    before = status_of(book.history, number, book.opened)
    document = book.opened.get(number)
    if document is None:
        says = f"What entry {number} of {book.name} commits to is not here, so it cannot be seen whether this is about it."
        raise refuse("PBR576", says, "Say where the openings are kept: --private DIR", place)
    if document["manifest"] != given.document["manifest"]:
        says = f"It names entry {number} of {book.name}, and was signed about another folder than that entry commits to."
        raise refuse("PBR576", says, "Ask who signed it which assessment is meant, and for another entry.", place)
    return before


def _approval(book: Logbook, given: Unlogged, another: bool, place: Place) -> None:
    members = given.entry.members
    before, under = _decision(book, given, place), book.history.entry(members["contract"])
    assert under is not None
    if given.document["line"] is not None:
        raise refuse("PBR596", "An approval is of a whole statement, and this one names a line.", f"{AGAIN}.", place)
    may_approve(before, given.by, _public(given, under), under, members["answers"])


def _challenge(book: Logbook, given: Unlogged, another: bool, place: Place) -> None:
    may_challenge(_decision(book, given, place))


def _public(given: Unlogged, under: Entry) -> bytes:
    """The key that signed it: it is listed, or it could not be the next entry."""
    keyid = given.entry.signatures[0].keyid
    return next(key.public for key in under.may_sign(given.entry.kind) if key.keyid == keyid)


_KINDS: Final[Mapping[str, Callable[[Logbook, Unlogged, bool, Place], None]]] = {
    CONTRACT: _contract,
    VARIATION: _variation,
    SUBMISSION: _submission,
    ASSESSMENT: _assessment,
    APPROVAL: _approval,
    CHALLENGE: _challenge,
}
