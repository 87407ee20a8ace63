"""Under every operation of an append: it fails, fails for good, or the process dies before, in or after it. Whatever happened, the log opens
again, nothing in it is wrong, what was signed before still holds, no size has two roots, and the same append then succeeds."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pbr.log.checkpoints import read_checkpoint
from pbr.log.creating import create
from pbr.log.folder import Tree
from pbr.log.store import Made
from pbr.log.tree import check_consistency, leaf_hash, root
from pbr.platform.files import RealFiles
from pbr.problem import Refused
from tests.log.faults import FaultyFiles, Killed, Unforced, error
from tests.log.logs import LOG_KEY, clock, entries_of, new_log, open_log

BEFORE = [b"%d" % number for number in range(254)]
ADDED = [b"a", b"b", b"c", b"d"]  # over the edge of a tile: a full one is made, partial ones go
ITEMS = [Made(entry, b"{}") for entry in ADDED]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("base")
    log = new_log(folder / "log")
    log.append(BEFORE[:250])
    log.append(BEFORE[250:])
    return folder


def operations(base: Path, tmp_path: Path) -> int:
    files = FaultyFiles(0, error)
    shutil.copytree(base, tmp_path / "whole")
    open_log(tmp_path / "whole/log", files).append(ITEMS)
    return files.count


def as_a_reader_sees_it(folder: Path) -> None:
    """Leftovers apart: the checkpoint is over entries that are all there."""
    checkpoint = read_checkpoint((folder / "checkpoint").read_bytes()).checkpoint
    standing = Tree(RealFiles(), folder, checkpoint.size)
    entries = [entry for number in range(-(-checkpoint.size // 256)) for entry in standing.entries(number)]
    assert root(map(leaf_hash, entries)) == standing.root() == checkpoint.root


MODES = {
    "fails": {"fault": error},
    "fails after its work": {"fault": error, "half": True},
    "fails for good": {"fault": error, "lasting": True},
    "dies": {"fault": Killed, "half": True},
}


@pytest.mark.parametrize("mode", MODES)
def test_at_every_operation(base: Path, tmp_path: Path, mode: str) -> None:
    total = operations(base, tmp_path)
    assert total > 40
    outcomes = set()
    for n in range(1, total + 1, 1 if mode in ("fails", "dies") else 2):
        copy = tmp_path / f"{n}"
        shutil.copytree(base, copy)
        folder = copy / "log"
        older = open_log(folder).checkpoint().checkpoint
        files = FaultyFiles(n, **MODES[mode])  # type: ignore[arg-type]
        with pytest.raises((OSError, Refused, Killed)) as caught:
            open_log(folder, files).append(ITEMS)
        as_a_reader_sees_it(folder)
        with open_log(folder).opened() as newest:  # puts it in order
            standing = newest.checkpoint
        held = entries_of(folder)
        assert held in (BEFORE, BEFORE + ADDED)
        added = held != BEFORE
        if isinstance(caught.value, OSError):
            assert not added  # what was reported as failed is not there
        elif isinstance(caught.value, Refused):
            assert added and "PBR549" in str(caught.value)
        outcomes.add((type(caught.value).__name__, added))
        assert open_log(folder, FaultyFiles(0, error, roots=files.roots)).append(ITEMS) == len(held)
        assert entries_of(folder) == held + ADDED
        now = Tree(RealFiles(), folder, len(held) + 4)
        for seen in (older, standing):
            assert check_consistency(seen.size, seen.root, now.size, now.root(), now.consistency(seen.size))
        assert all(len(roots) == 1 for roots in files.roots.values()) and files.roots
        shutil.rmtree(copy)
    assert outcomes == ({("Killed", True), ("Killed", False)} if "dies" in mode else {("OSError", False), ("Refused", True)})


def test_while_it_is_put_in_order(base: Path, tmp_path: Path) -> None:
    total = operations(base, tmp_path)
    for n in range(2, total + 1, 6):
        killed = tmp_path / f"{n}"
        shutil.copytree(base, killed)
        with pytest.raises(Killed):
            open_log(killed / "log", FaultyFiles(n, Killed)).append(ITEMS)
        again = 0
        while True:
            again += 1
            copy = tmp_path / f"{n}-{again}"
            shutil.copytree(killed, copy)
            try:
                with open_log(copy / "log", FaultyFiles(again, Killed)).opened():
                    break
            except Killed:
                as_a_reader_sees_it(copy / "log")
                with open_log(copy / "log").opened():
                    assert entries_of(copy / "log") in (BEFORE, BEFORE + ADDED)
            shutil.rmtree(copy)


def test_a_new_log_is_whole_or_absent(tmp_path: Path) -> None:
    for n in range(1, 30):
        folder = tmp_path / f"{n}" / "log"
        folder.parent.mkdir()
        try:
            create(folder, files=FaultyFiles(n, error), clock=clock(), keys=(LOG_KEY,), policy=b"quorum none\n")
        except (OSError, Refused):
            if folder.exists():
                assert entries_of(folder) == []
            else:
                create(folder, files=RealFiles(), clock=clock(), keys=(LOG_KEY,))
        open_log(folder).append([b"x"])
        assert entries_of(folder) == [b"x"]


def test_a_flipped_bit_is_not_signed(base: Path, tmp_path: Path) -> None:
    class Flipping(Unforced):
        """What is written to the file whose path ends in ``name`` has one bit changed on its way to the disk."""

        def __init__(self, name: str) -> None:
            self.name = name

        def write(self, path: Path, data: bytes, *, private: bool = False, new: bool = False) -> None:
            if path.with_name(path.name.removeprefix(".").removesuffix(".new")).as_posix().endswith(self.name):
                data = data[:-1] + bytes([data[-1] ^ 1])
            super().write(path, data, private=private, new=new)

    for name in ("tile/entries/000", "tile/entries/001.p/2", "tile/0/000", "tile/0/001.p/2", "tile/1/000.p/1"):
        copy = tmp_path / name.replace("/", "-")
        shutil.copytree(base, copy)
        with pytest.raises(Refused, match="PBR550"):
            open_log(copy / "log", Flipping(name)).append(ITEMS)
        assert entries_of(copy / "log") == BEFORE
