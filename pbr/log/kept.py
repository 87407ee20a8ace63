"""What a reader keeps of a log to compare with next time: the checkpoint as it was seen, the leaf hash of every entry under it, and whose signatures counted then."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pbr.log.checkpoints import NotACheckpoint, SignedCheckpoint, read_checkpoint
from pbr.log.notes import LONGEST
from pbr.log.policy import NotAPolicy, Policy, read_policy
from pbr.log.tree import HASH, root
from pbr.platform.files import Files
from pbr.problem import Place, Refused, refuse

CHECKPOINT = "checkpoint"
HASHES = "hashes"
POLICY = "policy"
MARK = b"# pbr: the policy that the log itself proposed when it was first seen\n"  # a comment of tlog-policy


@dataclass(frozen=True)
class Kept:
    """``hashes``: 32 bytes for each entry, or None where the checkpoint alone was kept. ``policy``: the one by which the signatures were judged, None
    where none was kept."""

    signed: SignedCheckpoint
    hashes: bytes | None
    policy: Policy | None = None

    @property
    def origin(self) -> str:
        return self.signed.checkpoint.origin

    @property
    def size(self) -> int:
        return self.signed.checkpoint.size

    def hash_of(self, number: int) -> bytes:
        assert self.hashes is not None
        return self.hashes[number * HASH : (number + 1) * HASH]


def is_new(path: Path, files: Files) -> bool:
    """Whether nothing was kept there yet: there is no such folder, or it holds at most what a first view that was cut off has left."""
    if not files.exists(path):
        return True
    if not files.is_folder(path):
        return False
    there = {each.name for each in files.list(path) if not each.name.startswith(".")}
    return there <= {HASHES, POLICY} and there != {POLICY}  # a policy alone was put there by somebody, and is not written over


def read_kept(path: Path, files: Files) -> Kept:
    """The view kept in the folder ``path``, or the checkpoint in the file ``path``. Raises Refused (PBR532) when it cannot be used, its policy included.
    Nothing is said of its signatures: it is what this reader saw."""
    folder = path.is_dir()
    signed = _checkpoint(path / CHECKPOINT if folder else path, files)
    size = signed.checkpoint.size
    if not folder:
        return Kept(signed, None)
    if files.kind(path / HASHES) != "file" or files.size(path / HASHES) < size * HASH:
        raise _unusable(path, f"it has not the hashes of all {size:,} entries of its checkpoint")
    with files.open_read(path / HASHES) as file:
        hashes = file.read(size * HASH)
    if root(hashes[at : at + HASH] for at in range(0, len(hashes), HASH)) != signed.checkpoint.root:
        raise _unusable(path, "its hashes do not give the root of its checkpoint")
    return Kept(signed, hashes, _policy(path, files))


def _policy(path: Path, files: Files) -> Policy | None:
    kind = files.kind(path / POLICY)
    if kind == "nothing":
        return None
    if kind != "file":
        raise _unusable(path, "its policy is no plain file")
    with files.open_read(path / POLICY) as file:
        data = file.read(LONGEST + 1)
    try:
        return read_policy(data)
    except NotAPolicy as trouble:
        raise _unusable(path, f"its policy cannot be read: {trouble}") from None


def _checkpoint(path: Path, files: Files) -> SignedCheckpoint:
    if files.kind(path) != "file" and not path.is_file():
        raise _unusable(path, "there is no such file")
    with files.open_read(path) as file:
        data = file.read(LONGEST + 1)
    try:
        return read_checkpoint(data)
    except NotACheckpoint as trouble:
        raise _unusable(path, f"it is no checkpoint: {trouble}") from None


def _unusable(path: Path, says: str) -> Refused:
    return refuse("PBR532", f"The kept view cannot be used: {says}.", "Give the view that you kept last, or none.", Place(str(path)))


def is_proposed(policy: bytes) -> bool:
    """Whether this was kept as the log's own proposal."""
    return policy.startswith(MARK)


def as_proposed(policy: bytes) -> bytes:
    """The log's own policy, as it is kept: that it was nobody else's word must not be forgotten."""
    return policy if is_proposed(policy) or len(MARK) + len(policy) > LONGEST else MARK + policy


def keep(path: Path, signed: bytes, hashes: bytes, policy: bytes, files: Files) -> None:
    """Writes the view into the folder ``path``, made where it is not there, with those it is in. The new view was found to continue the one that is there: its hashes
    begin with the kept ones, so hashes first, checkpoint last leaves a view that can be read wherever this is cut off."""
    missing = []
    folder = path
    while not files.exists(folder):
        missing.append(folder)
        folder = folder.parent
    for made in reversed(missing):
        files.make_folder(made)
        files.fsync(made.parent)
    files.write_atomic(path / HASHES, hashes)
    files.write_atomic(path / POLICY, policy)
    files.write_atomic(path / CHECKPOINT, signed)
