"""A pack verified: it is checked, the assessment in it is computed again, and held against the log in it with the openings that its receipts show."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pbr.audit import pack_layout as at
from pbr.audit.difference import BROKEN, CONSISTENT, DIGESTS, Verification
from pbr.audit.logged.anchored import Anchored, anchored
from pbr.audit.logged.history import ASSESSMENT, History
from pbr.audit.logged.openings import is_shaped
from pbr.audit.logged.status import Status, status_of
from pbr.audit.pack_check import VERIFIED, PackChecked, check_pack
from pbr.audit.pack_earlier import folder_of, shown
from pbr.audit.unpack import require_pack
from pbr.audit.verify import Data, verify
from pbr.log.auditing import Audited
from pbr.log.kept import Kept
from pbr.log.policy import Policy
from pbr.log.receipts import Receipt
from pbr.platform.files import Files, files_here
from pbr.platform.limits import NO_LIMITS, Limits
from pbr.problem import Refused
from pbr.statement import words

WEAKEST = (BROKEN, DIGESTS, CONSISTENT, VERIFIED)
MOST_SAID = 20
NOT_ASKED = "nothing was computed again from the data (--digests-only): nobody has checked here that the payments follow from it"
ELSEWHERE = "ask for a pack that shows it"
REDACTED = (
    "redacted: nothing can be computed again from it, since the data are not in it. What it shows are rows that the assessor committed to when the assessment was "
    "logged; that they are the assessment's own is checked by whoever has the full folder (pbr verify DIR --log LOG)"
)


@dataclass(frozen=True)
class PackVerified:
    """``checked``: what the pack's own check found. ``folder``: the assessment in it, computed again; None of a redacted pack, and where there is none to compute.
    ``tied``: the folder and the log in the pack with each other; None where there is no log. ``asked``: computing again was asked for."""

    pack: str
    checked: PackChecked
    folder: Verification | None = None
    tied: Anchored | None = None
    asked: bool = True
    trouble: str = ""

    @property
    def verdict(self) -> str:
        """The weakest of what was found."""
        all_of_them = [self.checked.verdict]
        if self.folder is not None:
            # the folder by itself is never more than consistent: whether something vouches for it is what the pack's own check says
            all_of_them += [self.folder.state] if self.folder.state != CONSISTENT else []
        if self.tied is not None and (self.tied.findings or self.tied.lacking):
            all_of_them.append(BROKEN if self.tied.findings else CONSISTENT)
        return min(all_of_them, key=WEAKEST.index)

    @property
    def incomplete(self) -> bool:
        """Whether something that was asked for was not compared."""
        return self.verdict == DIGESTS or (self.verdict != BROKEN and self.tied is not None and bool(self.tied.lacking))

    @property
    def approved(self) -> bool:
        """By the log in it, without a challenge that assessing again would have washed off."""
        return self.status is not None and self.status.settled

    @property
    def status(self) -> Status | None:
        """Of its assessment, by the log in it; of a redacted pack, whose folder is not there to compare, with nothing opened."""
        if self.tied is not None:
            return self.tied.status
        seen, number = self.checked.seen, self.checked.entry
        if number is None or seen is None or seen.ledger is None or self.verdict == BROKEN:
            return None
        history = History(seen.ledger)
        return status_of(history, number, {}) if history.entry(number, ASSESSMENT) is not None else None

    def text(self) -> str:
        """The verdict first, and which assessment of the log it is about; then what stands against it, or what was done for it."""
        return "\n".join([self._head(), *(f"  {text}" for text in (*self._which(), *self._against(), *self._done()))])

    def _head(self) -> str:
        if self.verdict == BROKEN:
            number = len(self._against())
            return f"{self.pack} is broken: {words.counted(number, 'difference')}."
        standing = self._standing
        if self.checked.redacted:
            return f"{self.pack} is {self.verdict}{standing}It is redacted, and nothing can be computed again from it."
        if self.verdict == DIGESTS:
            return f"{self.pack}: the digests agree{standing}That the payments follow from the data was not checked in full."
        follows = "Every value in it follows from the contract and the data"
        if self.verdict == VERIFIED:
            return f"{self.pack} is verified{standing}{follows}, and these are the ones that were logged."
        return f"{self.pack} is internally consistent{standing}{follows} it holds."

    @property
    def _standing(self) -> str:
        """After the verdict, in the same sentence: what was decided about it. A draft can be verified, and nobody should pay by it."""
        if self.status is not None:
            return f", and {self.status.standing}. "
        if self.checked.state is not None:
            return f", and it is {self.checked.state}. "
        return ", and whether it was approved is not known. "

    def _which(self) -> list[str]:
        """Which entry of the log this assessment is, and its state: the log has others too."""
        number, state = self.checked.entry, self.checked.state
        if number is None:
            return ["which entry of a log it is, if any, is not shown: no receipt in it is about this assessment"]
        if self.tied is not None and self.tied.status is not None:
            first, *rest = self.tied.status.lines()
            return [*self.tied.own_word, f"its state: {first}", *rest, *self.tied.late]
        if state is None:
            return [f"it is entry {number} of its log, and nothing in the pack shows whether it was approved"]
        return [f"it is entry {number} of the log in it, and is {state}"]

    def _against(self) -> list[str]:
        out = [str(one) for one in self.checked.findings]
        if self.folder is not None:
            out += [f"{at.ASSESSMENT}{difference}" for difference in self.folder.differences]
        if self.tied is not None:
            told = {(one.entry, one.says) for one in self.checked.findings}
            new = [one for one in self.tied.findings if (one.entry, one.says) not in told]
            out += [f"the log, entry {one.entry}: {one.says}" if one.entry is not None else f"the log: {one.says}" for one in new]
        return out if len(out) <= MOST_SAID else [*out[:MOST_SAID], f"and {len(out) - MOST_SAID:,} more (--json lists them)"]

    def _done(self) -> list[str]:
        out = []
        if not self.checked.findings:
            out.append("every file is there as it was packed")
        if self.folder is not None:
            out += self.folder.done
            if self.folder.state == DIGESTS and self.asked:
                out += [text for text in (self.folder.lacking, self._unknown()) if text]
        if not self.asked:
            out.append(NOT_ASKED)
        if self.checked.redacted:
            out.append(REDACTED)
        if self.trouble:
            out.append(f"nothing was computed again: {self.trouble}")
        if self.tied is not None:
            out += [
                *(one for one in self.tied.said if one not in self.tied.late),
                *self.tied.looked,
                *([self.tied.lacking] if self.tied.lacking else []),
            ]
        out += [f"vouched for by {anchor}" for anchor in self.checked.anchors]
        return [*out, *(f"note: {note}" for note in self.checked.notes)]

    def _unknown(self) -> str:
        assert self.folder is not None
        return (
            f"it says that {self.folder.unknown} made it, which {self.folder.own} cannot compute again exactly"
            if self.folder.unknown
            else ""
        )

    def to_json(self) -> dict[str, Any]:
        return {
            **self.checked.to_json(),
            "verdict": self.verdict,
            "pack_verdict": self.checked.verdict,
            "computed_again": self.folder.to_json() if self.folder is not None and self.asked else None,
            "against_the_log": self._tied(),
        }

    def _tied(self) -> dict[str, Any] | None:
        if self.tied is None:
            return None
        return {
            "findings": [one.to_json() for one in self.tied.findings],
            "said": list(self.tied.said),
            "not_compared": self.tied.lacking or None,
            "decision": self.tied.status.to_json() if self.tied.status is not None else None,
        }


def verify_pack(
    pack: Path,
    data: Data = (),
    *,
    previous: Path | None = None,
    digests_only: bool = False,
    policy: Policy | None = None,
    kept: Kept | None = None,
    files: Files | None = None,
    progress: Callable[[str], None] = lambda doing: None,
    limits: Limits = NO_LIMITS,
    processes: int = 1,
) -> PackVerified:
    """``data``: the data, where the pack refers to it. ``previous``: the assessment before, its folder or its pack. ``policy`` and ``kept``: the reader's own. Never writes to the pack. Raises Refused PBR653 for what is no pack,
    OSError and duckdb.Error for troubles of the machine alone."""
    files = files or files_here()
    require_pack(pack, files)
    progress("Checking the pack")
    checked = check_pack(pack, files, policy=policy, kept=kept)
    if checked.redacted is not False:
        return PackVerified(str(pack), checked, asked=not digests_only)
    folder = pack / at.ASSESSMENT.rstrip("/")
    before = folder_of(previous, files) if previous is not None else None
    try:
        verification = verify(
            folder, data, previous=before, digests_only=digests_only, files=files, progress=progress, limits=limits, processes=processes
        )
    except Refused as refused:
        if not checked.findings:
            raise
        return PackVerified(str(pack), checked, asked=not digests_only, trouble=refused.problems[0].says)
    tied = None
    if checked.seen is not None:
        audited = Audited(checked.seen.answer, checked.seen)
        opened = _opened(checked.receipts)
        if at.CRATE in checked.payload and checked.seen.signed is not None:
            earlier = shown(pack, checked.seen.signed.checkpoint.size, previous, files)
            opened = {**{number: one for number, one in earlier.items() if is_shaped("assessment", one)}, **opened}
        tied = anchored(verification, folder, at.LOG.rstrip("/"), audited, opened, files, previous=before, elsewhere=ELSEWHERE)
    return PackVerified(str(pack), checked, verification, tied, not digests_only)


def _opened(receipts: Mapping[int, Receipt]) -> dict[int, Mapping[str, Any]]:
    """By entry, the documents that the receipts open, where they are what the entry commits to."""
    out: dict[int, Mapping[str, Any]] = {}
    for number, receipt in receipts.items():
        opening = receipt.openings.get("commitment")
        fits = opening is not None and opening.commitment == receipt.entry.members.get("commitment")
        if opening is not None and fits and is_shaped(receipt.entry.kind, opening.document):
            out[number] = opening.document
    return out
