"""Writing a log: a new one, entries added to it, cosignatures added to it; and what an interruption left behind, put in order.

The order of an append, each step on the disk before the next begins:

1. ``writing`` says that it has begun
2. openings, then bundles, then tiles: none of these names is one that the checkpoint needs
3. all of that is read again from the disk and must give the root that was worked out in memory
4. ``pending`` says which root is to be signed
5. the checkpoint is signed and replaced; ``pending`` becomes ``signed``
6. partial tiles whose full tile is there are removed, then ``writing``

Interrupted before 4, it is as if it had never been; from 4 on, the next one who opens the log finishes it. So a checkpoint never stands over
a leaf that is missing, and no size ever has two roots. Codes: PBR540 to PBR555.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from pbr.log import tiles, tree
from pbr.log.checkpoints import (
    Checkpoint,
    NotACheckpoint,
    SignedCheckpoint,
    read_checkpoint,
    sign_checkpoint,
    with_signature,
)
from pbr.log.checkpoints import signed_by as is_signed_by
from pbr.log.folder import CHECKPOINT, Tree, Unreadable, read_limited, read_newest
from pbr.log.growing import fault_on_disk, grown_root, new_files
from pbr.log.leftovers import clear_leftovers, clear_partials
from pbr.log.notes import LONGEST, SignatureLine
from pbr.log.private import Private, Step, half_written, private_folder, replace_durably
from pbr.log.standing import check_edge, check_signature, last_bundle
from pbr.log.tiles import Tile
from pbr.log.times import seconds_of, time_in, time_text
from pbr.platform.clock import Clock
from pbr.platform.files import Files
from pbr.platform.locking import Locked, locked
from pbr.platform.vkeys import NOTE, SigningKey, VerifierKey
from pbr.problem import Place, Refused, refuse


@dataclass(frozen=True)
class Made:
    """An entry's bytes, and what opens its commitments (JSON), which is kept in the private folder."""

    entry: bytes
    openings: bytes | None = None


# Bytes as they are, or a function of the time of the append (as entries write it) and the number that the entry will have. It is called while
# the log is locked, and may read the log and refuse: then nothing is added.
Item = bytes | Made | Callable[[str, int], bytes | Made]


class Log:
    """A log that is written to. ``keys``: the log's own, the Ed25519 one first; none are needed to add cosignatures. ``lock``: how the lock on a
    file is taken."""

    def __init__(
        self,
        folder: Path,
        *,
        files: Files,
        clock: Clock,
        keys: tuple[SigningKey, ...] = (),
        private: Path | None = None,
        lock: Callable[[Path], AbstractContextManager[None]] = locked,
    ) -> None:
        self.folder = folder
        self.private = Private(files, private_folder(folder) if private is None else private)
        self._files = files
        self._clock = clock
        self._keys = keys
        self._lock = lock

    def checkpoint(self) -> SignedCheckpoint:
        """The newest checkpoint as it stands there, its signatures not checked."""
        return read_newest(self._files, self.folder)

    def tree(self) -> Tree:
        """The tree of the newest checkpoint."""
        return Tree(self._files, self.folder, self.checkpoint().checkpoint.size)

    def append(self, items: Sequence[Item]) -> int:
        """Adds entries and publishes a checkpoint over them. The number of the first; the others follow it. Raises Refused, and OSError where the
        disk would not: then nothing was added (but PBR549 says that everything was)."""
        if not items:
            raise ValueError("nothing to append")
        with self.opened() as before:
            size = before.checkpoint.size
            standing = Tree(self._files, self.folder, size)
            bundle = last_bundle(self.folder, standing)
            at = self._now(bundle)
            made = [_made(item, at, size + number) for number, item in enumerate(items)]
            for one in made:
                _fits(one.entry)
            entries = [one.entry for one in made]
            edge = standing.edge()
            root = grown_root(edge, [tree.leaf_hash(entry) for entry in entries])
            step = Step(size, size + len(entries), root.hex(), at, before.checkpoint.origin)
            try:
                self.private.write("writing", step)
                self.private.keep_openings({size + number: one.openings for number, one in enumerate(made) if one.openings is not None})
                self._write_files(new_files(size, edge, bundle if size % tiles.WIDTH else [], entries))
                self._read_again(step)
                self.private.write("pending", step)
            except (OSError, Refused, KeyboardInterrupt):
                # what cannot be cleared away now is cleared away by the next one who opens the log: ``writing`` is still there
                with suppress(OSError):
                    self._undo(step)
                raise
            try:
                self._publish(step, before.checkpoint.origin)
            except (OSError, KeyboardInterrupt) as trouble:
                raise self._unfinished(step, trouble) from trouble
            return size

    def add_cosignatures(self, cosigned: SignedCheckpoint, keys: Sequence[VerifierKey]) -> int:
        """Adds the signature lines of these keys that verify to ``cosigned/SIZE``, and to the checkpoint itself if it is of that size. How many
        there were. ``keys``: of witnesses, and the log's own if the checkpoint is of an earlier size that was not cosigned before."""
        checkpoint = cosigned.checkpoint
        with self.opened() as newest:
            tree_now = Tree(self._files, self.folder, newest.checkpoint.size)
            if checkpoint.origin != newest.checkpoint.origin:
                raise self._foreign(f"it is of the log {checkpoint.origin}, and this one is {newest.checkpoint.origin}")
            if checkpoint.size > tree_now.size or tree_now.root(checkpoint.size) != checkpoint.root:
                raise self._foreign(f"this log never had a tree of {checkpoint.size:,} entries with that root")
            lines = [line for line in cosigned.signatures if any(is_signed_by(checkpoint, line, key) for key in keys)]
            witnesses = [key for key in keys if key.kind != NOTE]
            if not any(line.is_by(key) for line in lines for key in witnesses):
                raise self._foreign("it has no cosignature that verifies by a witness that is known here")
            place = self.folder / "cosigned" / str(checkpoint.size)
            standing = newest if checkpoint.size == newest.checkpoint.size else SignedCheckpoint(checkpoint, ())
            if self._files.exists(place):
                standing = self._read_cosigned(place, checkpoint)
            self._write_cosigned(place, with_signatures(standing, lines))
            if checkpoint.size == newest.checkpoint.size:
                self._replace_checkpoint(with_signatures(newest, lines))
            return len(lines)

    @contextmanager
    def opened(self) -> Iterator[SignedCheckpoint]:
        """Holds the lock on the log while the block runs; what an interruption left is put in order first. Gives the newest checkpoint, which
        was checked: the log's signature, if its keys are here, and that the tree on the disk has this root."""
        if not self._files.is_folder(self.private.folder):
            read_newest(self._files, self.folder)  # a folder that is no log is said first
            raise refuse(
                "PBR551",
                f"the private folder of this log is not there: {self.private.folder}",
                "say where it is with --private; if it is lost, make an empty folder there: what opened earlier entries is then lost too",
                Place(str(self.folder)),
            )
        try:
            with self._lock(self.private.lock):
                yield self._ready()
        except Locked:
            raise refuse(
                "PBR547",
                "another process is writing to this log, and did not finish within five seconds",
                "run the command again when it has finished",
                Place(str(self.folder)),
            ) from None

    # -- what stands there

    def _ready(self) -> SignedCheckpoint:
        newest = read_newest(self._files, self.folder)
        self.private.check_origin(newest.checkpoint.origin)  # before anything is put in order by what stands in it
        check_signature(self.folder, newest, self._keys)
        newest = self._finish_interrupted(newest)
        checkpoint = newest.checkpoint
        standing = Tree(self._files, self.folder, checkpoint.size)
        check_edge(self.folder, standing, checkpoint.root)
        signed = self.private.read("signed")
        if signed and (signed.size > checkpoint.size or standing.root(signed.size).hex() != signed.root):
            raise refuse(
                "PBR548",
                f"a tree of {signed.size:,} entries was signed for this log at {signed.at}, and what is here does not continue it",
                f"take the newest copy of the log, and its own private folder (here {self.private.folder}); signing this one would give two histories for one log",
                Place(str(self.folder / CHECKPOINT)),
            )
        return newest

    def _finish_interrupted(self, newest: SignedCheckpoint) -> SignedCheckpoint:
        """Rolls an append that was interrupted forward, where everything of it is on the disk, or else back."""
        step = self.private.read("pending")
        forward = step is not None
        step = step or self.private.read("writing")
        if step is None:
            return newest
        checkpoint = newest.checkpoint
        if (checkpoint.size, checkpoint.root.hex()) == (step.size, step.root):
            self._settle(step)
        elif checkpoint.size != step.since:
            raise refuse(
                "PBR548",
                f"an append from {step.since:,} to {step.size:,} entries was interrupted, and this log has {checkpoint.size:,}",
                "take log and private folder from the same copy",
                Place(str(self.folder / CHECKPOINT)),
            )
        elif forward and self._whole(step):
            if not self._keys:
                raise refuse(
                    "PBR555",
                    f"an append was interrupted: {_entries(step)} on the disk and not yet signed",
                    "run any command that adds to the log, with the log's key: it finishes this first",
                    Place(str(self.folder)),
                )
            return self._publish(step, checkpoint.origin)
        else:
            self._undo(step)
        return read_newest(self._files, self.folder)

    def _now(self, bundle: list[bytes]) -> str:
        """The time of this append, which is not before the last entry's."""
        now = time_text(self._clock.now())
        signed = self.private.read("signed")
        last = time_in(bundle[-1]) if bundle else None
        last = max(filter(None, [last, signed.at if signed else None]), default=None)
        if last is not None and now < last:
            raise refuse(
                "PBR545",
                f"the clock goes backwards: it is {now} by this computer's clock, and the last entry of this log was added at {last}",
                "set the clock right and run the command again; nothing was added",
                Place(str(self.folder)),
            )
        return now

    # -- writing

    def _write_files(self, wanted: Iterable[tuple[Tile, bytes]]) -> None:
        changed: set[Path] = set()
        for tile, data in wanted:
            path = self.folder / tile.path
            missing = []
            parent = path.parent
            while not self._files.is_folder(parent):
                missing.append(parent)
                parent = parent.parent
            for made in reversed(missing):
                self._files.make_folder(made, private=False)
                changed.add(made.parent)
            # renamed when it is whole: somebody may be reading the folder
            self._files.write(half_written(path), data)
            self._files.fsync(half_written(path))
            self._files.replace(half_written(path), path)
            changed.add(path.parent)
        for parent in sorted(changed):
            self._files.fsync(parent)

    def _whole(self, step: Step) -> bool:
        """Whether everything that ``step`` adds is on the disk, read from there, with the root that is to be signed."""
        written = Tree(self._files, self.folder, step.size, again=True)
        try:
            return fault_on_disk(written, step.since) is None and tree.fold(tiles.subtrees(written.edge())).hex() == step.root
        except Refused:
            return False

    def _read_again(self, step: Step) -> None:
        if not self._whole(step):
            raise refuse(
                "PBR550",
                "what was read back from the disk is not what was written to it, so nothing was signed",
                "look at the disk and the memory of this computer before you write to this log again",
                Place(str(self.folder)),
            )

    def _publish(self, step: Step, origin: str) -> SignedCheckpoint:
        seconds = seconds_of(step.at)
        assert seconds is not None
        signed = sign_checkpoint(Checkpoint(origin, step.size, bytes.fromhex(step.root)), self._keys, seconds)
        self._replace_checkpoint(signed)
        self._settle(step)
        return signed

    def _settle(self, step: Step) -> None:
        """What follows a published checkpoint, and may be done twice."""
        if self._files.exists(self.private.folder / "pending"):
            self.private.rename("pending", "signed")
        clear_partials(self._files, self.folder, step.since, step.size)
        self.private.remove("writing")

    def _undo(self, step: Step) -> None:
        """As if the append had never been. It was never signed."""
        try:
            self.private.remove("pending")
        except OSError as trouble:
            raise self._unfinished(step, trouble) from trouble
        clear_leftovers(self._files, self.folder, step.since, step.size)
        self.private.forget_openings(step.since, step.size)
        self.private.remove("writing")

    def _unfinished(self, step: Step, trouble: BaseException) -> Refused:
        why = (trouble.strerror or str(trouble)) if isinstance(trouble, OSError) else "it was stopped"
        return refuse(
            "PBR549",
            f"{_entries(step)} on the disk, but publishing could not be finished: {why}",
            "do not add this again: the next command that writes to this log finishes it. See that the disk has room and can be written",
            Place(str(self.folder)),
        )

    def _replace_checkpoint(self, signed: SignedCheckpoint) -> None:
        replace_durably(self._files, self.folder / CHECKPOINT, bytes(signed), private=False)

    # -- cosignatures

    def _read_cosigned(self, place: Path, checkpoint: Checkpoint) -> SignedCheckpoint:
        try:
            standing = read_checkpoint(read_limited(self._files, place, LONGEST))
        except (NotACheckpoint, Unreadable) as trouble:
            raise refuse("PBR544", f"this file cannot be read: {trouble}", "take it from a copy of the log", Place(str(place))) from None
        if standing.checkpoint != checkpoint:
            raise refuse(
                "PBR544", "this file holds another checkpoint than its name says", "take it from a copy of the log", Place(str(place))
            )
        return standing

    def _write_cosigned(self, place: Path, signed: SignedCheckpoint) -> None:
        if not self._files.is_folder(place.parent):
            self._files.make_folder(place.parent, private=False)
            self._files.fsync(self.folder)
        replace_durably(self._files, place, bytes(signed), private=False)

    def _foreign(self, why: str) -> Refused:
        return refuse(
            "PBR554",
            f"this cosignature cannot be added: {why}",
            "ask the witness for one of this log's own checkpoint",
            Place(str(self.folder)),
        )


def with_signatures(signed: SignedCheckpoint, lines: Iterable[SignatureLine]) -> SignedCheckpoint:
    for line in lines:
        signed = with_signature(signed, line)
    return signed


def _made(item: Item, at: str, number: int) -> Made:
    found = item(at, number) if callable(item) else item
    return found if isinstance(found, Made) else Made(found)


def _entries(step: Step) -> str:
    return f"entry {step.since:,} is" if step.size == step.since + 1 else f"entries {step.since:,} to {step.size - 1:,} are"


def _fits(entry: bytes) -> None:
    if not 1 <= len(entry) <= tiles.LONGEST_ENTRY:
        raise refuse(
            "PBR546",
            f"an entry of a log has 1 to {tiles.LONGEST_ENTRY:,} bytes, and this one has {len(entry):,}",
            "name fewer files, rules or keys in one entry; nothing was added",
        )
