"""Approvals and challenges: who may make one, about which folder, and what is then the state."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from pbr.audit.logged import drafts
from pbr.audit.logged.disclosing import not_compared, refuse_another
from pbr.audit.logged.history import APPROVAL, CHALLENGE, Entry, name_of
from pbr.audit.logged.lines import named_line
from pbr.audit.logged.logbook import Logbook
from pbr.audit.logged.recomputing import FOLDER_ALONE, Again, computed_again
from pbr.audit.logged.status import Status, status_of
from pbr.audit.logged.tying import entry_of, whole
from pbr.log.state import SUPERSEDED
from pbr.problem import refuse
from pbr.statement import words
from pbr.terms.bounds import hidden
from pbr.terms.bounds import name_of as name_of_character

LONGEST_REASON: Final = 10_000  # characters


def approve(book: Logbook, folder: Path, key: str, reason: str, answers: Sequence[int] = (), again: Again | None = FOLDER_ALONE) -> Status:
    """Sign and log an approval of the assessment in ``folder``. ``key``: the name of a key that is an approver. ``answers``: the challenges that were
    considered. ``again``: what it takes to compute everything in the folder again, which is done before anything is signed; None: only its digests are looked at.
    Gives what is then the state. Raises Refused PBR574 to PBR582, PBR594 (it does not come out) and PBR595 (it cannot be computed again)."""
    reasoned(reason)
    digests = whole(folder, book.files)
    number = entry_of(folder, book.name, digests, book.history, book.opened)
    before, under = status_of(book.history, number, book.opened), book.history.newest(number)
    signer = book.signer(key, APPROVAL, under)
    may_approve(before, signer.name, signer.public, under, answers)
    if again is not None:
        computed_again(folder, digests, again, book.files)
        again.progress("Taking again what redacted packs would show")
        if not refuse_another(folder, number, book.opened, book.files):
            again.note(not_compared(number))
    book.append([drafts.approval(digests["manifest"], reason, under.number, number, answers)], signer)
    return status_of(book.history, number, book.opened)


def challenge(book: Logbook, folder: Path, key: str, reason: str, line: str | None = None) -> Status:
    """Sign and log a challenge to the assessment in ``folder``, or to one ``line`` of it (``fee_at_risk[2012/13]``). ``key``: the name of a key that the
    contract lists in any role. Gives what is then the state. Raises Refused PBR574 to PBR582."""
    reasoned(reason)
    digests = whole(folder, book.files)
    about = named_line(folder, line) if line is not None else None
    number = entry_of(folder, book.name, digests, book.history, book.opened)
    before, under = status_of(book.history, number, book.opened), book.history.newest(number)
    signer = book.signer(key, CHALLENGE, under)
    may_challenge(before)
    book.append([drafts.challenge(digests["manifest"], reason, under.number, number, about)], signer)
    return status_of(book.history, number, book.opened)


def reasoned(reason: str) -> None:
    """Raises Refused PBR582 for a reason that is none, is too long, or holds what cannot be seen."""
    if not reason.strip():
        raise refuse("PBR582", "The reason is empty.", 'Say in a sentence why: --reason "..."')
    if len(reason) > LONGEST_REASON:
        says = f"The reason has {len(reason):,} characters, and at most {LONGEST_REASON:,} are kept."
        raise refuse("PBR582", says, "Say it shortly, and name the document that says it all.")
    if found := hidden(reason):
        raise refuse(
            "PBR582", f"In the reason stands {name_of_character(found.group())}.", "Leave it out: others have to read what you mean."
        )


def may_approve(before: Status, name: str, public: bytes, under: Entry, answers: Sequence[int]) -> None:
    """``name`` and ``public``: of the key that signs. Raises Refused PBR577 to PBR580 for an approval that would not count."""
    _standing(before, "Approve")
    _challenges(before, answers)
    _separate(before, name, public, under, answers)


def may_challenge(before: Status) -> None:
    """Raises Refused PBR579."""
    _standing(before, "Challenge")


def _standing(before: Status, what: str) -> None:
    if before.state == SUPERSEDED:
        says = f"The assessment in entry {before.assessment.number} is superseded: entry {before.by} took its place, and nothing is paid by it."
        raise refuse("PBR579", says, f"{what} the one that took its place.")


def _separate(before: Status, name: str, public: bytes, under: Entry, answers: Sequence[int]) -> None:
    """Separation of duties, before anything is signed: an approval that would not count is not asked for."""
    if public in {one.entry.said.key for one in before.approvals} and not set(answers) & set(before.unanswered):
        says = f"The key {name} has approved entry {before.assessment.number} already, and a key counts once."
        if before.unanswered:
            hint = f"To answer what was challenged since: --answers {before.unanswered[0]}"
        else:
            hint = "It takes another approver." if before.lacking else "It has all the approvals it needs."
        raise refuse("PBR577", says, hint)
    if public != before.assessment.said.key:
        return
    if before.never:
        says = f"The key {name} ran the assessment, and the contract says that who ran it may not approve it."
    elif before.needed == 1:
        says = f"The key {name} ran the assessment, and would be the only approver."
    else:
        return
    others = sorted({name_of(key.keyid) for key in under.may_sign(APPROVAL) if key.public != public and key.name != name})
    raise refuse(
        "PBR578",
        says,
        f"Somebody else has to approve it: {words.listed(others, 'or')}." if others else "The contract lists no other approver.",
    )


def _challenges(before: Status, answers: Sequence[int]) -> None:
    there = [one.entry.number for one in before.challenges]
    for number in answers:
        if number not in there:
            says = f"Entry {number} is no challenge to the assessment in entry {before.assessment.number}."
            listed = words.listed([str(one) for one in there])
            raise refuse("PBR580", says, f"Its challenges: {listed}." if there else "Nobody has challenged it: leave --answers out.")
