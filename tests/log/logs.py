"""Logs for tests, and a plain look at one: everything read and worked out again, nothing shared with what writes it but the tree."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from pbr.log import tree
from pbr.log.checkpoints import read_checkpoint, signed_by
from pbr.log.creating import create
from pbr.log.store import Log
from pbr.platform.clock import FixedClock
from pbr.platform.files import Files
from pbr.platform.vkeys import COSIGNATURE, COSIGNATURE_ML_DSA, NOTE, SigningKey
from tests.log.faults import Unforced

ORIGIN = "pbr.example/log"
LOG_KEY = SigningKey(ORIGIN, NOTE, bytes(31) + b"\1")
LOG_ML_DSA = SigningKey(ORIGIN, COSIGNATURE_ML_DSA, bytes(31) + b"\2")
WITNESS = SigningKey("witness.example/w", COSIGNATURE, bytes(31) + b"\3")
NOON = datetime(2026, 3, 31, 12, 0, tzinfo=UTC)


def clock(minutes: int = 0) -> FixedClock:
    return FixedClock(NOON + timedelta(minutes=minutes))


def new_log(folder: Path, files: Files | None = None, keys: tuple[SigningKey, ...] = (LOG_KEY,)) -> Log:
    return create(folder, files=files or Unforced(), clock=clock(), keys=keys)


def open_log(folder: Path, files: Files | None = None, minutes: int = 0) -> Log:
    return Log(folder, files=files or Unforced(), clock=clock(minutes), keys=(LOG_KEY,))


def entries_of(folder: Path) -> list[bytes]:
    """The entries of a log that is right in every respect, or AssertionError."""
    newest = read_checkpoint((folder / "checkpoint").read_bytes())
    checkpoint = newest.checkpoint
    (line,) = newest.note.by(LOG_KEY.verifier)
    assert checkpoint.origin == ORIGIN and signed_by(checkpoint, line, LOG_KEY.verifier)
    held = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    folders = [path for path in folder.rglob("*") if path.is_dir()]
    assert all(any(path.iterdir()) for path in folders), "an empty folder"
    del held["checkpoint"]
    held.pop("policy", None)

    def take(name: str, count: int) -> bytes:
        """The full tile, or the partial one of the last."""
        return held[f"tile/{name}" if count == 256 else f"tile/{name}.p/{count}"]

    entries: list[bytes] = []
    for number in range(-(-checkpoint.size // 256)):
        count = min(256, checkpoint.size - number * 256)
        data = take(f"entries/{number:03d}", count)
        for _ in range(count):
            length = int.from_bytes(data[:2], "big")
            entries.append(data[2 : 2 + length])
            assert len(entries[-1]) == length > 0
            data = data[2 + length :]
        assert not data
    hashes, level = [tree.leaf_hash(entry) for entry in entries], 0
    assert tree.root(hashes) == checkpoint.root
    needed = 0
    while hashes:
        for number in range(-(-len(hashes) // 256)):
            part = hashes[number * 256 : number * 256 + 256]
            assert take(f"{level}/{number:03d}", len(part)) == b"".join(part)
            needed += 1
        hashes = [tree.root(hashes[at : at + 256]) for at in range(0, len(hashes) - 255, 256)]
        level += 1
    for name, data in held.items():
        if name.startswith("cosigned/"):
            assert read_checkpoint(data).checkpoint.size == int(name.removeprefix("cosigned/"))
            continue
        full, dot, width = name.partition(".p/")
        if dot and full in held:
            raise AssertionError(f"{name} is there though {full} is full")
        if dot:  # the beginning of the widest one
            widest = max(int(other.partition(".p/")[2]) for other in held if other.startswith(f"{full}.p/"))
            assert held[f"{full}.p/{widest}"].startswith(data), name
        kind = full.split("/")[1]
        size = checkpoint.size if kind == "entries" else checkpoint.size >> (8 * int(kind))
        number = int("".join(full.split("/")[2:]).replace("x", ""))
        assert (int(width) if dot else 256) <= size - number * 256, f"{name} reaches beyond the tree"
    return entries
