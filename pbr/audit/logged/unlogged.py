"""An entry signed by a party that has not the log's key, in a file: made where the party is, and later put into the log by who keeps that.

The signature is over everything that the entry says, so who keeps the log can neither alter it nor make one up; only leave it out. Codes: PBR585, PBR589, PBR597, PBR598.
"""

from __future__ import annotations

import base64
import json
import os
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pbr.audit.logged.drafts import Draft
from pbr.audit.logged.history import SEED
from pbr.audit.logged.logbook import Keys, Logbook, Signer
from pbr.audit.logged.openings import COMMITMENT, Openings, is_shaped
from pbr.log.commitments import read_opening
from pbr.log.entries import HEX_32, Entry, NotAnEntry, parse_entry
from pbr.log.notes import LONGEST as LONGEST_RECEIPT
from pbr.log.receipts import NotAReceipt, read_receipt
from pbr.log.store import Log, Made
from pbr.log.times import seconds_of, time_text
from pbr.platform.canonical import canonical, parse_json
from pbr.platform.clock import Clock
from pbr.platform.files import Files, write_new
from pbr.platform.vkeys import read_base64
from pbr.problem import Place, refuse
from pbr.statement import words

FORMAT: Final = "pbr-unlogged/1"
LONGEST: Final = 1 << 24  # bytes of a file
HOURS: Final = 23  # how old an entry may be: no witness may have seen the log without it a day or more after the time that it claims
COMMITMENTS: Final = (COMMITMENT, "disclosure")


@dataclass(frozen=True)
class Unlogged:
    """``data``: the entry's bytes, ``entry`` what they say; ``openings``: what its commitments are to, as it is kept beside a log; ``path``: where it was read."""

    data: bytes
    entry: Entry
    openings: Mapping[str, Any]
    path: Path

    @property
    def made(self) -> Made:
        return Made(self.data, json.dumps(self.openings, ensure_ascii=False).encode() if self.openings else None)

    @property
    def document(self) -> Mapping[str, Any]:
        """What its commitment is to; empty where it has none, or is a seed."""
        return dict(self.openings[COMMITMENT]["document"]) if COMMITMENT in self.openings else {}

    @property
    def by(self) -> str:
        return self.entry.signatures[0].keyid.partition("+")[0]


class SigningApart(Logbook):
    """A log that is read, and never written to: what would be appended is signed, dated and written to the new file ``out``. ``shown``: receipts that open
    entries whose openings are not at hand. Raises Refused PBR585 for one that is of no entry of the log, PBR601 where ``out`` is taken."""

    def __init__(
        self, folder: Path, keys: Keys, out: Path, shown: Sequence[Path], private: Path | None, files: Files, clock: Clock,
        random: Callable[[int], bytes] = os.urandom,
    ) -> None:  # fmt: skip
        log = Log(folder, files=files, clock=clock, private=private)
        super().__init__(log, str(folder), keys, files, random)
        self._clock, self._out = clock, out
        self.free(out)
        receipts = dict(_shown(self, path) for path in shown)
        self.opened = Openings(
            lambda: len(self._entries),
            lambda number: receipts[number][1] if number in receipts else log.private.opening(number),
            lambda number: receipts[number][0] if number in receipts else log.private.opening_path(number),
            self.members,
        )

    def append(self, drafts: Sequence[Draft], signer: Signer, secret: bytes | None = None) -> int:
        """Signs, and writes the file; gives the number that the entry will have if nothing is appended before it. Raises Refused PBR597, PBR598, PBR601 to PBR604."""
        if len(drafts) > 1:
            files = [plain["name"] for draft in drafts[:-1] for plain in (draft.document or {}).get("files", [])]
            says = (
                f"Not known to be received, by what {self.name} and its openings say: {words.listed(files[:10])}. An assessment names the "
                "entries of the data that it was made from, so they are logged first."
            )
            hint = f"pbr log append {shlex.quote(self.name)} submission FILE --key NAME --unlogged OUT; or show what was received: --opened RECEIPT"
            raise refuse("PBR598", says, hint, Place(self.name))
        at, number = time_text(self._clock.now()), len(self._entries)
        last = self.history.ledger.times[-1] if number else None
        if last is not None and (seconds_of(at) or 0) < last:
            says = f"By this computer's clock it is {at}, and entry {number - 1} of {self.name} is later."
            raise refuse("PBR597", says, "Set the clock right: an entry is not older than the one before it.", Place(self.name))
        made = self._item(drafts[0], signer, secret, number)(at, number)
        openings = json.loads(made.openings) if made.openings is not None else {}
        told = {"format": FORMAT, "entry": base64.b64encode(made.entry).decode(), "openings": openings}
        write_new(self.files, self._out, canonical(told) + b"\n")
        return number


def read_unlogged(path: Path, files: Files) -> Unlogged:
    """The entry in a file, in which nothing is wrong by itself. Raises Refused PBR589."""
    place = Place(str(path))
    try:
        if (kind := files.kind(path)) != "file":
            raise ValueError("there is no file of that name" if kind == "nothing" else "it is no plain file")
        if files.size(path) > LONGEST:
            raise ValueError(f"it has more than {LONGEST:,} bytes")
        told = parse_json(files.read_bytes(path))
        if not isinstance(told, dict) or told.keys() != {"format", "entry", "openings"} or told["format"] != FORMAT:
            raise ValueError(f"it is not of the form {FORMAT}")
        data = read_base64(told["entry"]) if isinstance(told["entry"], str) else None
        if data is None:
            raise ValueError("its entry is not base64")
        entry = parse_entry(data)
        return Unlogged(data, entry, _openings(entry, told["openings"]), path)
    except (ValueError, NotAnEntry, RecursionError) as trouble:
        says = f"This is no entry that was signed to be logged: {str(trouble).splitlines()[0]}."
        raise refuse("PBR589", says, "Give the file that --unlogged wrote, as it was written; or have it signed again.", place) from None


def _openings(entry: Entry, openings: Any) -> Mapping[str, Any]:
    """As they are in the file, where they are what the entry commits to: all of them, but for a seed, which nobody may see yet. Raises ValueError."""
    wanted = [name for name in COMMITMENTS if name in entry.members and entry.kind != SEED]
    if not isinstance(openings, dict) or not set(wanted) <= openings.keys() <= {*wanted, *(("cells",) if "disclosure" in wanted else ())}:
        what = (
            f"what opens the {words.listed(wanted)} of its entry, and that alone"
            if wanted
            else f"no opening, as its entry is a {entry.kind}"
        )
        raise ValueError(f"it should hold {what}")
    for name in wanted:
        opening = read_opening(openings[name])
        if opening.commitment != entry.members[name]:
            raise ValueError(f"what it says to open the {name} of its entry does not")
        if name == COMMITMENT and not is_shaped(entry.kind, opening.document):
            raise ValueError(f"what its {name} is to is not what an entry of kind {entry.kind} is about")
    cells = openings.get("cells")
    if cells is not None and (not isinstance(cells, dict) or cells.keys() != {"secret"} or not HEX_32.fullmatch(str(cells["secret"]))):
        raise ValueError("its cells have no secret of 32 bytes")
    return openings


def _shown(book: Logbook, path: Path) -> tuple[int, tuple[Path, bytes]]:
    place = Place(str(path))
    try:
        if book.files.kind(path) != "file" or book.files.size(path) > LONGEST_RECEIPT:
            raise NotAReceipt("it is no file of that size")
        receipt = read_receipt(book.files.read_bytes(path))
    except NotAReceipt as trouble:
        raise refuse(
            "PBR585", f"This receipt cannot be read: {trouble}.", "Ask for it again: pbr log prove LOG ENTRY --out FILE", place
        ) from None
    if not book.holds(receipt.index, receipt.data):
        says = f"This is not the receipt of an entry of {book.name}."
        raise refuse("PBR585", says, "Give one of this log; and look whether yours is the newest copy of it.", place)
    kept = {name: opening.to_json() for name, opening in receipt.openings.items()}
    return receipt.index, (path, json.dumps(kept).encode())
