"""The private side of a log: a folder beside it, mode 0700, with what readers may not see and what an interrupted append needs.

``openings/N.json``  what opens the commitments of entry N
``lock``             held while the log is written
``writing``          an append from one size to another has begun: files of the larger tree may be there
``pending``          the larger tree is whole on the disk and may be signed
``signed``           the largest tree that was signed

Codes: PBR551, PBR556.
"""

from __future__ import annotations

import json
import shlex
from dataclasses import asdict, dataclass
from pathlib import Path

from pbr.log.folder import Unreadable, read_limited
from pbr.log.times import seconds_of
from pbr.log.tree import HASH
from pbr.platform.files import Files
from pbr.problem import Place, Refused, refuse

LONGEST_OPENING = 1 << 26  # bytes


@dataclass(frozen=True)
class Step:
    """From a tree of ``since`` entries to one of ``size``. ``root``: in hex; ``at``: the time of the append, as entries write it; ``origin``: of the log, empty where
    an earlier version wrote it."""

    since: int
    size: int
    root: str
    at: str
    origin: str = ""


def private_folder(log: Path) -> Path:
    """Where the private side of a log is, unless somebody says otherwise."""
    return log.parent / f"{log.name}.private"


def half_written(path: Path) -> Path:
    """Where a file is written until it is whole. Readers of a log do not look at names that begin with a point."""
    return path.with_name(f".{path.name}.new")


def replace_durably(files: Files, path: Path, data: bytes, *, private: bool) -> None:
    """Writes ``data`` beside ``path`` and renames it there: after it, and after a crash in it, ``path`` holds all of it or what it held."""
    temporary = half_written(path)
    files.write(temporary, data, private=private)
    files.fsync(temporary)
    files.replace(temporary, path)
    files.fsync(path.parent)


def open_to_others(files: Files, folder: Path) -> str | None:
    """A warning, where others than its owner can read or write what is kept beside a log; None where they cannot, or there is nothing."""
    try:
        if not files.is_folder(folder):
            return None
        openings = folder / "openings"
        within = [openings, *files.list(openings)] if files.is_folder(openings) else []
        if not any(files.open_to(path) for path in (folder, *within)):
            return None
    except OSError:
        return None  # somebody else's, and closed: what cannot be read there is said when it is needed
    return (
        f"Warning: others on this computer can read or write {folder}. It holds what the log keeps from its readers: names of files, reasons, and what opens commitments.\n"
        f"`chmod -R go= {shlex.quote(str(folder))}` makes it yours alone; what others may have read already cannot be taken back."
    )


class Private:
    """Raises Refused PBR551 where a file in it is not as it was left."""

    def __init__(self, files: Files, folder: Path) -> None:
        self.folder = folder
        self.lock = folder / "lock"
        self._files = files

    def read(self, name: str) -> Step | None:
        """``writing``, ``pending`` or ``signed``; None where there is none."""
        path = self.folder / name
        if not self._files.exists(path):
            return None
        try:
            step = Step(**json.loads(self._files.read_bytes(path)))
            whole = len(bytes.fromhex(step.root)) == HASH and seconds_of(step.at) is not None and 0 <= int(step.since) <= int(step.size)
            whole = whole and isinstance(step.origin, str)
        except (ValueError, TypeError, RecursionError):
            whole = False
        if not whole:
            raise refuse(
                "PBR551",
                "this file says how far the log was written, and it cannot be read",
                "take the private folder from a copy; the log itself can still be read and checked",
                Place(str(path)),
            )
        return step

    def check_origin(self, origin: str) -> None:
        """Raises Refused PBR556 where this is the folder of another log than ``origin``. What cannot be read is passed over: it is said when it is needed."""
        for name in ("signed", "pending", "writing"):
            try:
                step = self.read(name)
            except (Refused, OSError):
                continue
            if step is not None and step.origin not in ("", origin):
                raise refuse(
                    "PBR556",
                    f"this is the private folder of the log {step.origin}, and not of this one, {origin}",
                    "give the folder of this log with --private; left out, it is the one beside the log, LOG.private",
                    Place(str(self.folder)),
                )

    def write(self, name: str, step: Step) -> None:
        text = json.dumps(asdict(step)) + "\n"
        replace_durably(self._files, self.folder / name, text.encode(), private=True)

    def rename(self, old: str, new: str) -> None:
        self._files.replace(self.folder / old, self.folder / new)
        self._files.fsync(self.folder)

    def remove(self, name: str) -> None:
        if self._files.exists(self.folder / name):
            self._files.remove(self.folder / name)
            self._files.fsync(self.folder)

    def keep_openings(self, openings: dict[int, bytes]) -> None:
        """Writes what opens the commitments of these entries, and forces it to the disk."""
        if not openings:
            return
        folder = self.folder / "openings"
        if not self._files.is_folder(folder):
            self._files.make_folder(folder)
            self._files.fsync(self.folder)
        for number, data in openings.items():
            self._files.write(self.opening_path(number), data, private=True)
            self._files.fsync(self.opening_path(number))
        self._files.fsync(folder)

    def opening(self, number: int) -> bytes | None:
        """What opens the commitments of an entry, or None where that was not kept here."""
        path = self.opening_path(number)
        if not self._files.exists(path):
            return None
        try:
            return read_limited(self._files, path, LONGEST_OPENING)
        except Unreadable as trouble:
            raise refuse(
                "PBR551",
                f"this file should hold what opens entry {number:,}: {trouble}",
                "take the private folder from a copy; the log itself can still be read and checked",
                Place(str(path)),
            ) from None

    def forget_openings(self, since: int, size: int) -> None:
        """Removes those of entries that never got into the log."""
        for number in range(since, size):
            if self._files.exists(self.opening_path(number)):
                self._files.remove(self.opening_path(number))

    def opening_path(self, number: int) -> Path:
        return self.folder / "openings" / f"{number}.json"
