"""A log with what its owner keeps beside it: read whole, and written to with a party's key. The one place where ``pbr.log`` and contracts meet."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from pbr.audit.logged.drafts import Draft
from pbr.audit.logged.history import Entry, History
from pbr.audit.logged.openings import COMMITMENT, Openings
from pbr.log import tiles
from pbr.log.commitments import commit
from pbr.log.entries import SIGNERS, make_entry, parse_entry
from pbr.log.folder import Tree, read_newest
from pbr.log.ledger import Ledger
from pbr.log.receipts import make_receipt
from pbr.log.store import Log, Made
from pbr.log.tree import leaf_hash, root
from pbr.platform.clock import Clock, RealClock
from pbr.platform.files import Files
from pbr.platform.vkeys import NOTE, NoKey, SigningKey, VerifierKey, read_vkey
from pbr.problem import Place, Refused, refuse
from pbr.statement import words


@dataclass(frozen=True)
class Signer:
    """Who signs: the Ed25519 key, and an ML-DSA key of the same name where there is one and it may sign too."""

    first: SigningKey
    second: SigningKey | None = None

    @property
    def name(self) -> str:
        return self.first.name

    @property
    def public(self) -> bytes:
        return self.first.verifier.public


class Keys(Protocol):
    """Where secret keys are kept."""

    def signing(self, name: str) -> Sequence[SigningKey]:
        """The keys of that name, the Ed25519 one first. Raises Refused where there is none."""
        ...


class _Moved(Exception):
    """Somebody else has appended since the log was read."""


class Logbook:
    """``name``: the log as the reader names it. ``keys``: where secret keys are kept; ``random``: bytes that nobody can guess."""

    def __init__(self, log: Log, name: str, keys: Keys | None, files: Files, random: Callable[[int], bytes]) -> None:
        self.name, self.files, self.random = name, files, random
        self._log, self._keys = log, keys
        self._entries: list[bytes] = []
        self.history = History(Ledger(log.checkpoint().checkpoint.origin))
        log.private.check_origin(self.history.ledger.origin)
        self.opened = Openings(lambda: len(self._entries), log.private.opening, log.private.opening_path, self.members)
        self.read()

    def read(self) -> None:
        """Reads the entries that were not read yet, and compares all of them with what the checkpoint says. Raises Refused PBR540, PBR541, PBR544."""
        checkpoint = self._log.checkpoint().checkpoint
        tree = Tree(self.files, self._log.folder, checkpoint.size)
        while len(self._entries) < tree.size:
            number, place = divmod(len(self._entries), tiles.WIDTH)
            hashes = tree.hashes(0, number)
            for data in tree.entries(number)[place:]:
                at = len(self._entries)
                if leaf_hash(data) != hashes[at % tiles.WIDTH]:
                    tree.entry(at)  # refuses: what was damaged is not read as something that was said
                if self.history.ledger.look(data) is not None:
                    self.history.faulty = (*self.history.faulty, at)
                self._entries.append(data)
        if root(leaf_hash(data) for data in self._entries) != checkpoint.root:
            says = "The entries of this log are not those that its checkpoint was signed for."
            hint = f"`pbr log audit {self.name}` says everything that is wrong; take what is damaged from a copy of the log."
            raise refuse("PBR544", says, hint, Place(self.name))

    def signer(self, key: str, kind: str, under: Entry) -> Signer:
        """The key named ``key``, which may sign an entry of that kind under the contract or variation ``under``. Raises Refused PBR574, and what the
        store of keys raises."""
        return self._listed(key, kind, under.may_sign(kind), f"entry {under.number} of {self.name}")

    def signer_in(self, key: str, kind: str, lists: Mapping[str, Sequence[str]]) -> Signer:
        """The same, where the keys are those of an entry that is not logged yet. ``lists``: vkeys by role."""
        allowed = [read_vkey(vkey) for role in SIGNERS[kind] for vkey in lists[role]]
        return self._listed(key, kind, allowed, "this entry")

    def _listed(self, key: str, kind: str, allowed: Sequence[VerifierKey], where: str) -> Signer:
        found = [one for one in (self._keys.signing(key) if self._keys is not None else ()) if one.verifier in allowed]
        if not found or found[0].kind != NOTE:
            roles = "in any role" if len(SIGNERS[kind]) == len(SIGNERS["seed"]) else f"as {words.listed(SIGNERS[kind], 'or')}"
            says = f"The key {key} is not listed {roles} in {where}, so it cannot sign {_article(kind)}."
            names = sorted(
                {str(one) if one.name == key else one.name for one in allowed}
            )  # of the same name it is another key, and the name says nothing
            hint = f"Listed: {words.listed(names)}." if names else "Nobody is listed."
            raise refuse("PBR574", says, hint)
        return Signer(found[0], found[1] if len(found) > 1 else None)

    def append(self, drafts: Sequence[Draft], signer: Signer, secret: bytes | None = None) -> int:
        """Signs and appends; gives the number of the first. ``secret``: what the cells of a disclosure were salted with, kept with its opening. Raises Refused
        where the log would not take them (PBR540 to PBR555), and PBR570 when the contract was varied meanwhile."""
        for _ in range(5):
            expected = len(self._entries)
            items = [self._item(draft, signer, secret, expected + place) for place, draft in enumerate(drafts)]
            try:
                first = self._log.append(items)
            except _Moved:
                self.read()
                self._still(drafts)
                continue
            self.read()
            return first
        raise self._busy()

    def append_signed(self, made: Made, check: Callable[[str], None]) -> int:
        """Appends an entry that was signed elsewhere, as it is; gives its number. ``check`` is called with the present time while the log is locked and read to its
        end, and refuses what must not be appended."""
        for _ in range(5):
            expected = len(self._entries)

            def item(at: str, place: int, expected: int = expected) -> Made:
                if place != expected:
                    raise _Moved
                check(at)
                return made

            try:
                number = self._log.append([item])
            except _Moved:
                self.read()
                continue
            self.read()
            return number
        raise self._busy()

    def holds(self, number: int, data: bytes) -> bool:
        """Whether entry ``number`` has these very bytes."""
        return number < len(self._entries) and self._entries[number] == data

    def number_of(self, data: bytes) -> int | None:
        """The entry that has these very bytes."""
        return self._entries.index(data) if data in self._entries else None

    def _busy(self) -> Refused:
        return refuse("PBR570", f"Others append to {self.name} faster than it can be read.", "Run it again.", Place(self.name))

    def _still(self, drafts: Sequence[Draft]) -> None:
        for draft in drafts:
            under = draft.members.get("contract")
            if under is not None and self.history.newest(under).number != under:
                says = f"The contract of entry {under} was varied while this was made: entry {self.history.newest(under).number} of {self.name}."
                raise refuse("PBR570", says, "Look at the variation, and run it again.")

    def _item(self, draft: Draft, signer: Signer, secret: bytes | None, number: int) -> Callable[[str, int], Made]:
        opened = {}
        committed = {}
        for name, document in (("commitment", draft.document), ("disclosure", draft.disclosed)):
            if document is not None:
                opening = commit(dict(document), self.random)
                opened[name], committed[name] = opening.to_json(), opening.commitment
        if secret is not None and "disclosure" in opened:
            opened["cells"] = {"secret": secret.hex()}

        def made(at: str, place: int) -> Made:
            if place != number:
                raise _Moved
            members = draft.numbered(number) | committed
            data = make_entry(draft.kind, self.history.ledger.origin, at, members, signer.first, signer.second)
            return Made(data, json.dumps(opened, ensure_ascii=False).encode() if opened else None)

        return made

    def free(self, path: Path) -> None:
        """Raises Refused PBR601 where ``path`` is taken: said before anything is appended."""
        if self.files.exists(path):
            raise refuse("PBR601", f"{path} exists already; nothing is ever written over", "choose a name that is free", Place(str(path)))

    def write_receipt(self, number: int, path: Path) -> None:
        """The receipt of an entry, with what its commitment is to, in a file that is not there yet. What a disclosure is to is not shown: that is for a redacted pack."""
        self.free(path)
        opening = self.opened.opening(number, COMMITMENT)
        shown = {} if opening is None else {COMMITMENT: opening.to_json()}
        self.files.write_atomic(path, bytes(make_receipt(self._log.folder, number, shown, self.files)))

    def members(self, number: int) -> Mapping[str, Any]:
        """The members of an entry that are its kind's own."""
        return parse_entry(self._entries[number]).members


def read_logbook(folder: Path, private: Path | None, files: Files) -> Logbook:
    """The log in ``folder``, to be read only: no key is at hand."""
    log = Log(folder, files=files, clock=RealClock(), private=private)
    return Logbook(log, str(folder), None, files, os.urandom)


def open_logbook(
    folder: Path, keys: Keys, private: Path | None = None, *, files: Files, clock: Clock, random: Callable[[int], bytes] = os.urandom
) -> Logbook:
    """The log in ``folder``, to be written to. ``keys``: has the log's own key, under its origin, and the signer's; ``private``: where openings are kept, beside
    the log when left out. Raises Refused PBR540, PBR541, and PBR587 where the log's key is not there."""
    origin = read_newest(files, folder).checkpoint.origin
    log = Log(folder, files=files, clock=clock, keys=_own(keys, origin), private=private)
    with log.opened():
        pass  # an append that was cut off is finished first: whatever is decided next must know of it, or it would be done twice
    return Logbook(log, str(folder), keys, files, random)


def _own(keys: Keys, origin: str) -> tuple[SigningKey, ...]:
    try:
        return tuple(keys.signing(origin))
    except Refused as refused:
        if {problem.code for problem in refused.problems} != {"PBR560"}:
            raise
        places = [problem.place for problem in refused.problems]
        says = f"The key of the log itself, {origin}, is not here: whoever appends to a log signs its new checkpoint."
        hint = "--keys or PBR_KEYS says in which folder keys are; or ask the log's owner to append it."
        raise refuse("PBR587", says, hint, places[0]) from None


def vkeys(given: Sequence[str]) -> list[str]:
    """Public keys as a person gives them: each a vkey, or a file that holds one, or that and the ML-DSA key of the same name. Raises Refused PBR583."""
    return [vkey for text in given for vkey in _vkeys(text)]


def _vkeys(text: str) -> list[str]:
    path = Path(text)
    try:
        if path.is_file():
            text = path.read_text(encoding="utf-8")
        if not text.split():
            raise NoKey("it is empty")
        return [str(read_vkey(line)) for line in text.split()]
    except (NoKey, UnicodeError, OSError) as trouble:
        says = f"{str(path)[:80]!r} is no public key, and no file that holds one: {trouble}."
        raise refuse("PBR583", says, "Give a vkey, NAME+ID+KEY, or the file NAME.vkey that `pbr key new` wrote.") from None


def _article(kind: str) -> str:
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"
