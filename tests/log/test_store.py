"""Writing a log: what stands there after each append, and what is refused before anything is written."""

from __future__ import annotations

import json
import multiprocessing
import os
import time
from pathlib import Path

import pytest

from pbr.log.checkpoints import SignedCheckpoint, cosign, read_checkpoint, signed_by
from pbr.log.folder import Tree
from pbr.log.store import Made
from pbr.log.tree import check_consistency, check_inclusion, leaf_hash
from pbr.platform.files import RealFiles
from pbr.problem import Refused
from tests.log.logs import LOG_KEY, LOG_ML_DSA, WITNESS, entries_of, new_log, open_log


def some(count: int, start: int = 0) -> list[bytes]:
    return [f"entry {number}".encode() for number in range(start, start + count)]


@pytest.mark.parametrize("sizes", [[1, 1, 1], [255, 1, 1], [256, 256], [257, 254, 1, 600], [3, 300]])
def test_a_log_grows(tmp_path: Path, sizes: list[int]) -> None:
    log = new_log(tmp_path / "log")
    assert entries_of(tmp_path / "log") == []
    total, seen = 0, [log.checkpoint()]
    for count in sizes:
        assert log.append(some(count, total)) == total
        total += count
        assert entries_of(tmp_path / "log") == some(total)
        seen.append(log.checkpoint())
    standing = log.tree()
    for older in seen:
        proof = standing.consistency(older.checkpoint.size)
        assert check_consistency(older.checkpoint.size, older.checkpoint.root, total, standing.root(), proof)
    for index in {0, total // 2, total - 1}:
        assert standing.entry(index) == some(total)[index]
        assert check_inclusion(leaf_hash(some(total)[index]), index, total, standing.inclusion(index), standing.root())


def test_appending_reads_the_right_edge_only(tmp_path: Path) -> None:
    class Counting(RealFiles):
        read: list[str]

        def read_bytes(self, path: Path) -> bytes:
            self.read.append(path.name)
            return super().read_bytes(path)

        def read_again(self, path: Path) -> bytes:
            self.read.append(path.name)
            return super().read_again(path)

    files = Counting()
    files.read = []
    log = new_log(tmp_path / "log", files)
    counts = []
    for count in (1, 700, 1, 3000, 1):
        files.read = []
        log.append(some(count))
        counts.append(len(files.read))
    assert counts[4] <= counts[2] + 2 < 30  # 701 entries, and 3,702


def test_entries_are_made_when_their_time_and_number_are_known(tmp_path: Path) -> None:
    log = new_log(tmp_path / "log")
    log.append([b"first"])
    log.append([lambda at, number: Made(f"{number} at {at}".encode(), b'{"x":1}'), b"third"])
    assert entries_of(tmp_path / "log") == [b"first", b"1 at 2026-03-31T12:00:00Z", b"third"]
    private = tmp_path / "log.private"
    assert (
        (private / "openings/1.json").read_bytes() == b'{"x":1}' and log.private.opening(1) == b'{"x":1}' and log.private.opening(0) is None
    )
    if os.name == "posix":
        assert [path.stat().st_mode & 0o777 for path in (private, private / "openings", private / "openings/1.json")] == [
            0o700,
            0o700,
            0o600,
        ]


def test_partial_tiles_stay_until_the_full_one_is_there(tmp_path: Path) -> None:
    log = new_log(tmp_path / "log")
    for _ in range(3):
        log.append(some(1))
    tile = tmp_path / "log/tile/0"
    assert sorted(path.name for path in (tile / "000.p").iterdir()) == ["1", "2", "3"]
    log.append(some(253))
    assert sorted(path.name for path in tile.iterdir()) == ["000"]


def test_the_log_signs_with_both_its_keys(tmp_path: Path) -> None:
    log = new_log(tmp_path / "log", keys=(LOG_KEY, LOG_ML_DSA))
    log.append([b"x"])
    newest = log.checkpoint()
    assert [
        signed_by(newest.checkpoint, line, key.verifier) for line, key in zip(newest.signatures, (LOG_KEY, LOG_ML_DSA), strict=True)
    ] == [True] * 2


def test_a_function_that_refuses_leaves_nothing(tmp_path: Path) -> None:
    def refuses(at: str, number: int) -> bytes:
        raise Refused([])

    log = new_log(tmp_path / "log")
    with pytest.raises(Refused):
        log.append([b"x", refuses])
    assert entries_of(tmp_path / "log") == []


def test_cosignatures_are_added_to_a_tree_that_the_log_had(tmp_path: Path) -> None:
    log = new_log(tmp_path / "log")
    log.append(some(2))
    second = log.checkpoint()
    signed = SignedCheckpoint(second.checkpoint, (*second.signatures, cosign(second.checkpoint, WITNESS, 1_800_000_000)))
    keys = (WITNESS.verifier, LOG_KEY.verifier)
    assert log.add_cosignatures(signed, keys) == 2
    assert (tmp_path / "log/cosigned/2").read_bytes() == (tmp_path / "log/checkpoint").read_bytes() == bytes(signed)
    log.append(some(2))
    assert log.checkpoint().note.by(WITNESS.verifier) == []
    other = type(WITNESS)("other.example/w", WITNESS.kind, bytes(32))
    late = SignedCheckpoint(second.checkpoint, (cosign(second.checkpoint, other, 1_800_000_001),))
    assert log.add_cosignatures(late, (other.verifier,)) == 1
    held = read_checkpoint((tmp_path / "log/cosigned/2").read_bytes())
    assert [line.name for line in held.signatures] == [LOG_KEY.name, WITNESS.name, other.name]
    entries_of(tmp_path / "log")
    for bad, key in (
        (SignedCheckpoint(second.checkpoint, ()), WITNESS),
        (SignedCheckpoint(type(second.checkpoint)(LOG_KEY.name, 2, bytes(32)), signed.signatures), WITNESS),
        (SignedCheckpoint(type(second.checkpoint)("elsewhere", 2, second.checkpoint.root), signed.signatures), WITNESS),
        (signed, other),
    ):
        with pytest.raises(Refused, match="PBR554"):
            log.add_cosignatures(bad, (key.verifier,))


def test_an_older_copy_is_not_written_to(tmp_path: Path) -> None:
    folder = tmp_path / "log"
    log = new_log(folder)
    log.append(some(1))
    before = (folder / "checkpoint").read_bytes()
    log.append(some(1, 1))
    (folder / "checkpoint").write_bytes(before)
    with pytest.raises(Refused, match="PBR548"):
        log.append(some(1, 9))


def test_the_clock_may_stand_still_and_not_go_back(tmp_path: Path) -> None:
    new_log(tmp_path / "log").append([b"x"])
    open_log(tmp_path / "log").append([b"y"])
    with pytest.raises(Refused, match="PBR545"):
        open_log(tmp_path / "log", minutes=-1).append([b"z"])
    assert len(entries_of(tmp_path / "log")) == 2


def test_what_is_said_is_what_the_entry_says_too(tmp_path: Path) -> None:
    """The time of the last entry counts even where the private folder was lost."""
    import base64

    payload = base64.b64encode(json.dumps({"at": "2026-03-31T12:30:00Z"}).encode()).decode()
    new_log(tmp_path / "log").append([json.dumps({"payload": payload}).encode()])
    (tmp_path / "log.private/signed").unlink()
    with pytest.raises(Refused, match=r"2026-03-31T12:30:00Z"):
        open_log(tmp_path / "log", minutes=29).append([b"z"])
    open_log(tmp_path / "log", minutes=30).append([b"z"])


def _append(folder: str, process: int, count: int) -> None:
    for number in range(count):
        open_log(Path(folder)).append([f"{process}/{number}".encode()])


def test_two_processes_append_at_once(tmp_path: Path) -> None:
    new_log(tmp_path / "log")
    spawn = multiprocessing.get_context("fork" if os.name == "posix" else "spawn")
    workers = [spawn.Process(target=_append, args=(str(tmp_path / "log"), process, 10)) for process in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0]
    entries = entries_of(tmp_path / "log")
    assert sorted(entries) == sorted(f"{process}/{number}".encode() for process in range(2) for number in range(10))
    assert all(
        [entry for entry in entries if entry.startswith(b"%d/" % process)] == [b"%d/%d" % (process, n) for n in range(10)]
        for process in range(2)
    )


def test_a_batch_of_many_takes_seconds(tmp_path: Path) -> None:
    started = time.monotonic()
    log = new_log(tmp_path / "log", RealFiles())
    log.append(some(65_537))
    assert log.checkpoint().checkpoint.size == 65_537
    assert Tree(RealFiles(), tmp_path / "log", 65_537).entry(65_536) == b"entry 65536"
    assert time.monotonic() - started < 30
    assert (tmp_path / "log/tile/2/000.p/1").exists()
