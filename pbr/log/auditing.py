"""Checking a log as a reader does it time after time: against what was kept last time, and keeping what is seen now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pbr.log.checking import CheckedLog, check_log
from pbr.log.findings import BROKEN, Checked
from pbr.log.kept import as_proposed, is_new, keep, read_kept
from pbr.log.policy import Policy, open_policy
from pbr.platform.files import Files
from pbr.problem import Place, refuse


@dataclass(frozen=True)
class Audited:
    """``kept``: what became of the view, as a sentence; empty where none was asked for. ``unkept``: nothing is wrong with the log, and yet its view was not
    kept, as no policy says whose signatures count."""

    answer: Checked
    seen: CheckedLog
    kept: str = ""
    unkept: bool = False


def open_log_folder(log: Path, files: Files) -> Path:
    """The folder, when it is one. Raises Refused (PBR530) when not."""
    if not log.is_dir():
        says = "There is a file, and a log is a folder." if files.exists(log) else "There is no such folder."
        raise refuse("PBR530", says, "Give the folder that holds the log's checkpoint.", Place(str(log)))
    return log


def audit(
    log: Path, files: Files, *, policy: Path | Policy | None, kept: Path | None, progress: Callable[[str], None] = lambda doing: None
) -> Audited:
    """Checks the log, with the policy (a file, or one that was read; else the one that was kept) and the view kept in the folder ``kept``; keeps the new view
    there when nothing is broken, with the policy it was judged by, and nothing where there is none. Raises Refused PBR530, PBR531 or PBR532 where one of them cannot be read, OSError where the machine will not."""
    open_log_folder(log, files)
    trusted = open_policy(policy, files) if isinstance(policy, Path) else policy
    first = kept is not None and is_new(kept, files)
    view = read_kept(kept, files) if kept is not None and not first else None
    seen = check_log(log, files, policy=trusted, kept=view, progress=progress)
    if kept is None:
        return Audited(seen.answer, seen)
    if seen.answer.verdict == BROKEN:
        return Audited(seen.answer, seen, "The view was not kept: what you kept before is as it was." if not first else "No view was kept.")
    if not first and not files.is_folder(kept):
        return Audited(seen.answer, seen, f"{kept} is a checkpoint alone: nothing was kept in its place.")
    counts = policy_to_keep(seen, first)
    if counts is None:
        whose = "the log has no policy" if first else "no policy was kept with the view that you have"
        says = f"Nothing was kept: {whose}, and none was given. Whoever wrote the last entry would be believed from then on. Give --policy FILE."
        return Audited(seen.answer, seen, says, unkept=True)
    keep_view(kept, seen, counts, files)
    if not first:
        assert view is not None
        return Audited(seen.answer, seen, f"It continues what you saw when it had {view.size:,} entries. Kept in {kept}.")
    says = f"First seen: nothing earlier to compare with. Kept in {kept}."
    if not seen.answer.judged:
        says += " The log's own policy was kept too: it is trusted from now on because it was the first."
    return Audited(seen.answer, seen, says)


def policy_to_keep(seen: CheckedLog, first: bool) -> Policy | None:
    """The policy that the next view is judged by: the reader's, or the first time the log's own; None where there is neither."""
    return seen.policy if first or seen.answer.judged else None


def keep_view(kept: Path, seen: CheckedLog, policy: Policy, files: Files) -> None:
    """Keeps what was seen of a log that is not broken, and the policy by which its signatures were judged."""
    assert seen.checkpoint is not None and seen.leaves is not None
    proposed = seen.own is not None and policy.data == seen.own.data
    keep(kept, seen.checkpoint, bytes(seen.leaves.hashes), as_proposed(policy.data) if proposed else policy.data, files)
