"""What a log says of a folder, for those who only read: its state, and whether it is what was logged."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from pbr.audit.logged.anchored import Anchored, anchored
from pbr.audit.logged.disclosing import compare_disclosure
from pbr.audit.logged.logbook import read_logbook
from pbr.audit.logged.openings import Openings
from pbr.audit.logged.status import Status, status_of
from pbr.audit.logged.tying import entry_of, whole
from pbr.audit.verify import Data, verify
from pbr.log.auditing import audit
from pbr.log.findings import BROKEN
from pbr.log.folder import read_newest
from pbr.platform.files import Files, files_here
from pbr.platform.limits import NO_LIMITS, Limits
from pbr.problem import Refused


def status_in(folder: Path, log: Path, private: Path | None = None, files: Files | None = None) -> Status:
    """The state of the assessment in ``folder``, from the log as it is now. ``private``: where the log's openings are kept. Raises Refused PBR575, PBR576."""
    files = files or files_here()
    book = read_logbook(log, private, files)
    number = entry_of(folder, book.name, whole(folder, files), book.history, book.opened)
    return status_of(book.history, number, book.opened)


def kept_by_default(log: Path, folder: str | None, files: Files | None = None) -> Path | None:
    """Where the view of a log is kept when nobody says: under its origin in the folder that the environment names (PBR_KEPT); None where it names none, or the log
    cannot be read."""
    files = files or files_here()
    if not folder:
        return None
    try:
        return Path(folder) / quote(read_newest(files, log).checkpoint.origin, safe="")
    except Refused:
        return None  # what is wrong with it is said when it is checked


def verify_with_log(
    folder: Path,
    log: Path,
    data: Data = (),
    *,
    previous: Path | None = None,
    digests_only: bool = False,
    policy: Path | None = None,
    kept: Path | None = None,
    private: Path | None = None,
    files: Files | None = None,
    progress: Callable[[str], None] = lambda doing: None,
    limits: Limits = NO_LIMITS,
    processes: int = 1,
) -> Anchored:
    """``pbr.audit.verify.verify``, and the log checked, and the two with each other. ``policy``: whose signatures the reader trusts; ``kept``: the view that
    the reader kept of the log, kept anew where nothing is wrong with it. Raises what either raises for what cannot be read at all."""
    files = files or files_here()
    audited = audit(log, files, policy=policy, kept=kept, progress=progress)
    opened: Openings | None = None
    try:
        opened = read_logbook(log, private, files).opened
    except Refused:
        if audited.answer.verdict != BROKEN:
            raise
    verification = verify(
        folder, data, previous=previous, digests_only=digests_only, files=files, progress=progress, limits=limits, processes=processes
    )
    found = anchored(verification, folder, str(log), audited, opened if opened is not None else {}, files, previous=previous)
    if opened is not None:
        progress("Taking again what redacted packs would show")
        compare_disclosure(found, folder, opened, files)
    return found
