"""Witnesses: who looks at a log from time to time, and signs that it only ever went on from what was seen before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pbr.log.auditing import keep_view, open_log_folder, policy_to_keep
from pbr.log.checking import AHEAD, OLD, CheckedLog, check_log
from pbr.log.checkpoints import NotACheckpoint, SignedCheckpoint, cosign, read_checkpoint, with_signature
from pbr.log.contents import POLICY, Folder
from pbr.log.findings import Checked
from pbr.log.kept import is_new, read_kept
from pbr.log.notes import LONGEST
from pbr.log.policy import NotAPolicy, Policy, read_policy
from pbr.log.store import Log
from pbr.platform.clock import Clock
from pbr.platform.files import Files, never_ends
from pbr.platform.vkeys import SigningKey
from pbr.problem import Place, Refused, refuse


@dataclass(frozen=True)
class Witnessed:
    """``signed``: the checkpoint with this witness's cosignature, None where it gave none; ``before``: how many entries the log had when it was seen
    last, None when this was the first time. ``oldest``: the time (seconds since 1970) of the first entry that was not seen before, and ``aged``: how many of those are more than a day old."""

    answer: Checked
    signed: SignedCheckpoint | None
    before: int | None
    oldest: int | None = None
    aged: int = 0


def witness(
    log: Path,
    kept: Path,
    keys: tuple[SigningKey, ...],
    *,
    files: Files,
    clock: Clock,
    policy: Policy | None = None,
    progress: Callable[[str], None] = lambda doing: None,
) -> Witnessed:
    """Checks the whole log against the view in the folder ``kept``, keeps the new view, and only then gives a cosignature by each of ``keys`` (one witness's). With the view it keeps the policy that it went by:
    the one given, else the one kept before, else (the first time) the log's own. Raises Refused PBR535 where the log does not list the key or the clock is behind, PBR530 and PBR532."""
    open_log_folder(log, files)
    first = is_new(kept, files)
    view = None if first else read_kept(kept, files)
    if view is not None and view.hashes is None:
        raise refuse("PBR532", "A witness keeps a folder, with the hashes of all entries.", "Give that folder.", Place(str(kept)))
    seen = check_log(log, files, policy=policy, kept=view, progress=progress)
    before = view.size if view is not None else None
    if seen.answer.findings or seen.signed is None:
        return Witnessed(seen.answer, None, before)
    _listed(log, keys, files)
    time = int(clock.now().timestamp())
    _not_behind(log, seen, time)
    counts = policy_to_keep(seen, first)
    if counts is None:
        says = "No policy was kept with this view, so nobody knows whose log it was then."
        raise refuse("PBR532", says, "Give a policy that you trust (--policy); it is kept from then on.", Place(str(kept)))
    keep_view(kept, seen, counts, files)
    signed = seen.signed
    for key in keys:
        signed = with_signature(signed, cosign(signed.checkpoint, key, time))
    assert seen.ledger is not None
    new = [at for at in seen.ledger.times[before or 0 :] if at is not None]
    return Witnessed(seen.answer, signed, before, new[0] if new else None, sum(time - at > OLD for at in new))


def read_cosigned(path: Path, files: Files) -> SignedCheckpoint:
    """The checkpoint that a witness gave back in a file. Raises Refused PBR536."""
    try:
        if files.is_folder(path):
            raise NotACheckpoint("it is a folder")
        if never_ends(files, path):
            raise NotACheckpoint("it is a pipe or a device, and not a file")
        with files.open_read(path) as file:
            return read_checkpoint(file.read(LONGEST + 1))
    except FileNotFoundError:
        says = "There is no such file."
    except NotACheckpoint as why:
        says = f"This is no checkpoint with cosignatures: {why}."
    raise refuse("PBR536", says, "Give what `pbr log witness` wrote.", Place(str(path)))


def add_cosignatures(log: Log, signed: SignedCheckpoint, files: Files) -> int:
    """Adds to the log the cosignatures of the checkpoint that are by witnesses of the log's own policy. How many there were.
    Raises Refused PBR536, and what writing to a log raises."""
    place = Place(str(log.folder))
    policy = own_policy(log.folder, files)
    witnesses = tuple(policy.witnesses.values())
    if not any(line.is_by(key) for line in signed.signatures for key in witnesses):
        names = ", ".join(key.name for key in witnesses) or "none"
        raise refuse("PBR536", f"No witness of this log has signed it; its witnesses are {names}.", "Ask one of them to cosign.", place)
    return log.add_cosignatures(signed, (*witnesses, *policy.logs))


def own_policy(log: Path, files: Files) -> Policy:
    """The policy that the log itself proposes. Raises Refused PBR536 where it has none."""
    try:
        return read_policy(Folder(log, files).read(POLICY, LONGEST + 1))
    except FileNotFoundError:
        says = "The log has no policy, so nobody is its witness."
    except NotAPolicy as why:
        says = f"The log's policy cannot be read: {why}."
    raise refuse(
        "PBR536", says, "A log lists its witnesses in its file policy: see `pbr log init` and `pbr log policy`.", Place(str(log / POLICY))
    )


def _listed(log: Path, keys: tuple[SigningKey, ...], files: Files) -> None:
    known = tuple(own_policy(log, files).witnesses.values())
    for key in keys:
        if key.verifier not in known:
            says = f"The log does not list {key.verifier.keyid} as a witness: a signature line by it would be a stranger's."
            raise _refused(log, says, "Whoever keeps the log adds the witness's public key: pbr log policy LOG --witness VKEY")


def _not_behind(log: Path, seen: CheckedLog, time: int) -> None:
    assert seen.ledger is not None
    latest = max((at for at in seen.ledger.times if at is not None), default=0)
    if latest > time + AHEAD:
        says = "An entry of the log is of a time that has not come yet by this computer's clock."
        raise _refused(log, says, "Set the clock right; if it is right, the log is not.")


def _refused(log: Path, says: str, hint: str) -> Refused:
    return refuse("PBR535", says, hint, Place(str(log)))
