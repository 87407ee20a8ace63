"""What a log says of the assessments that are published: draft, approved, challenged or superseded; by whom, and when. Without one: not logged."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pbr.log.state import APPROVED
from pbr.platform.files import Files, files_here
from pbr.problem import Place, refuse
from pbr.statement import words

if (
    TYPE_CHECKING
):  # what reads a log verifies folders too, and so brings half of the program: each process that publishes without a log would wait for it
    from pbr.audit.logged.logbook import Logbook
    from pbr.audit.logged.status import Status

NOT_LOGGED = "not logged"


@dataclass(frozen=True)
class Standing:
    """``state`` and ``says`` as the site shows them; ``entry``: in the log. What was said in a challenge is not repeated: it may be about somebody."""

    state: str
    says: str
    entry: int | None = None


class Register:
    """A log that is read once for all assessments. ``private``: where its openings are kept. Raises Refused where the log cannot be read."""

    def __init__(self, log: Path | None, private: Path | None = None, files: Files | None = None) -> None:
        self._files = files or files_here()
        self._book: Logbook | None = None
        self.origin = ""
        if log is not None:
            from pbr.audit.logged.logbook import read_logbook
            from pbr.audit.logged.plain import plain
            from pbr.log.folder import read_newest

            self._book = read_logbook(log, private, self._files)
            self.origin = plain(read_newest(self._files, log).checkpoint.origin)

    def standing(self, folder: Path, only_approved: bool = False) -> Standing:
        """Raises Refused PBR575 a folder that was changed, PBR576 one that the log does not have, PBR683 one that is not approved where ``only_approved``."""
        if self._book is None:
            found = Standing(NOT_LOGGED, "No log comes with this site, so it does not say who approved the payments.")
        else:
            found = self._in(self._book, folder)
        if only_approved and found.state != APPROVED:
            hint = (
                "Have it approved first (pbr approve), or publish without asking for approved ones alone: each page then says what it is."
            )
            raise refuse("PBR683", f"{folder} is not approved: it is {found.state}.", hint, Place(str(folder)))
        return found

    def _in(self, book: Logbook, folder: Path) -> Standing:
        from pbr.audit.logged.status import status_of
        from pbr.audit.logged.tying import entry_of, whole

        number = entry_of(folder, book.name, whole(folder, self._files), book.history, book.opened, signs=False)
        status = status_of(book.history, number, book.opened)
        return Standing(status.state, _says(status), number)


def _says(status: Status) -> str:
    """It is approved: by a.approver on 31 March 2026. It was worked out by an.analyst on 30 March 2026."""
    counted = [one for one in status.approvals if one.counts]
    by = words.listed([f"{one.entry.by} on {one.entry.when.partition(',')[0]}" for one in counted])
    standing = status.standing[:1].upper() + status.standing[1:]
    ran = f"It was worked out by {status.assessment.by} and logged on {status.assessment.when.partition(',')[0]} (entry {status.assessment.number})."
    return f"{standing}{f', by {by}' if by and status.state == APPROVED else ''}. {ran}"
