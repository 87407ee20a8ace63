"""A contract, its variations, the data received for it and the seeds of its samples, each put into a log."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pbr.audit.logged import drafts
from pbr.audit.logged.adoption import chosen, ids_of, same_terms, terms_of
from pbr.audit.logged.history import CONTRACT, SEED, SUBMISSION, VARIATION, Entry
from pbr.audit.logged.logbook import Logbook
from pbr.audit.logged.plain import plain
from pbr.audit.sealing import digest_file
from pbr.log.commitments import commit
from pbr.log.entries import ROLES
from pbr.plan.build import build
from pbr.platform.files import write_new
from pbr.problem import Place, Refused, refuse
from pbr.statement import words
from pbr.terms.loading import Loaded

UNFINISHED = "PBR549"  # the entry is on the disk, and will be published


def adopt(book: Logbook, loaded: Loaded, key: str, keys: Mapping[str, Sequence[str]], another: bool = False) -> int:
    """Log that a contract is adopted. ``keys``: by role, the vkeys of those who may do something under it; ``key``: the name of a commissioner's
    key, which signs. ``another``: it is another contract than the log's of the same id. Gives the entry's number. Raises Refused PBR573, PBR574, PBR583, PBR588, and what a contract that does not compile raises."""
    build(loaded)
    lists = _lists(keys)
    new_contract(book, terms_of(loaded), Place(loaded.source.file), another)
    signer = book.signer_in(key, CONTRACT, lists)
    return book.append([drafts.contract(loaded, lists)], signer)


def vary(book: Logbook, loaded: Loaded, key: str, keys: Mapping[str, Sequence[str]], adopted: int | None = None) -> int:
    """Log a variation of the contract that ``adopted`` belongs to, or of the log's only one. A role for which ``keys`` has none keeps those it had."""
    build(loaded)
    old = chosen(book.history, book.name, adopted)
    had: Mapping[str, Sequence[str]] = old.keys
    lists = _lists({role: keys.get(role) or had[role] for role in ROLES})
    draft = drafts.variation(loaded, lists, old.number)
    new_variation(book, old, draft.members, Place(loaded.source.file))
    return book.append([draft], book.signer(key, VARIATION, old))


def receive(book: Logbook, files: Sequence[tuple[str | None, Path]], key: str, adopted: int | None = None) -> int:
    """Log that files were received for a contract: each with the table it was given for, or None. Only their names, sizes and SHA-256 are taken,
    and those in a commitment. Raises Refused PBR573 where these very files were received already."""
    under = chosen(book.history, book.name, adopted)
    signer = book.signer(key, SUBMISSION, under)
    told = [drafts.file_of(path, table, digest_file(path, book.files)) for table, path in files]
    new_submission(book, told, under.said.first)
    return book.append([drafts.submission(told, under.number)], signer)


def plant(book: Logbook, key: str, opening: Path, adopted: int | None = None) -> int:
    """Log a commitment to 32 random bytes, from which a sample of the next assessment will be drawn. They are written to the new file ``opening``
    (mode 0600) and nowhere else: whoever assesses must not be able to read them. Raises Refused PBR601 to PBR604 where it cannot be written; it is
    taken away again where nothing is logged."""
    under = chosen(book.history, book.name, adopted)
    signer = book.signer(key, SEED, under)
    made = commit({"seed": book.random(32).hex()}, book.random)
    write_new(book.files, opening, (json.dumps(made.to_json()) + "\n").encode())
    try:
        return book.append([drafts.seed(made.commitment, under.number)], signer)
    except Refused as refused:
        if UNFINISHED not in {problem.code for problem in refused.problems}:
            book.files.remove(opening)
        raise


def new_contract(book: Logbook, terms: Mapping[str, Any], place: Place, another: bool) -> None:
    """Raises Refused PBR573, PBR588 where the log has this contract, or another of its id that is not asked for."""
    for one in book.history.contracts():
        if same_terms(one.terms, terms):
            says = f"This contract is adopted in {book.name} already, as entry {one.number}."
            hint = (
                f"To change who may do what: pbr log append {shlex.quote(book.name)} variation CONTRACT --adopted {one.number} --key NAME"
            )
            raise refuse("PBR573", says, hint, place)
    alike = [one for one in book.history.contracts() if terms["id"] in ids_of(book.history, one.said.first)]
    if alike and not another:
        raise _same_id(book.name, place, plain(terms["id"], 200), alike)


def new_variation(book: Logbook, old: Entry, members: Mapping[str, Any], place: Place) -> None:
    """``members``: of the variation of ``old``. Raises Refused PBR572 where it is of another contract, PBR573 where it varies nothing."""
    had, has = old.keys, members["keys"]
    if same_terms(old.terms, members["terms"]) and all(set(has[role]) == set(had[role]) for role in ROLES):
        says = f"Nothing differs from entry {old.number} of {book.name}: the same terms, and the same keys."
        raise refuse("PBR573", says, "Give the contract as it was varied, or other keys.", place)
    if old.terms["id"] != members["terms"]["id"]:
        says = f"This is the contract {plain(members['terms']['id'], 200)}; entry {old.number} is of {old.terms['id']}."
        raise refuse("PBR572", says, "A variation keeps the contract's id; a new contract is adopted.", place)


def new_submission(book: Logbook, told: Sequence[Mapping[str, Any]], first: int) -> None:
    """``told``: the files, as the log holds them; ``first``: the entry of their contract. Raises Refused PBR573 where they were received already."""
    for one in book.history.of_kind(SUBMISSION, first=first):
        if (book.opened.get(one.number) or {}).get("files") == told:
            what = "These files were" if len(told) > 1 else f"{plain(told[0]['name'], 200)} was"
            says = f"{what} received already: entry {one.number}, {one.when}."
            raise refuse("PBR573", says, "Nothing is to be done. The same data is logged once.", Place(book.name))


def _same_id(log: str, place: Place, name: str, alike: Sequence[Entry]) -> Refused:
    """Two contracts of one id can be paid by twice, from the same data, and neither knows of the other."""
    numbers = words.listed([str(one.said.first) for one in alike])
    says = f"{log} has a contract {name} already, adopted in entry {numbers}: with this one there would be {len(alike) + 1} of that id."
    hint = (
        f"If it has changed: pbr log append {shlex.quote(log)} variation CONTRACT --adopted {alike[0].number} --key NAME. "
        "If it truly is another contract of that name: --another"
    )
    return refuse("PBR588", says, hint, place)


def _lists(keys: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Raises Refused PBR583: no commissioner, or a key that stands twice in one list."""
    lists = {role: list(keys.get(role, ())) for role in ROLES}
    for role, given in lists.items():
        for vkey in given:
            if given.count(vkey) > 1:
                raise refuse("PBR583", f"The key {vkey.rsplit('+', 1)[0]} is given twice as {role}.", "Give each key once for each role.")
    if not lists["commissioner"]:
        raise refuse("PBR583", "No key of a commissioner is given: nobody could sign this entry.", "Give at least one: --commissioner VKEY")
    return lists
