"""Several processes at one log: some add to it, some are killed while they do, and a reader looks all the time. It never sees a log that is not whole."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import time
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from pathlib import Path
from random import Random

import pytest

from pbr.log.checking import check_log
from pbr.log.folder import Tree, read_newest
from pbr.log.store import Made
from pbr.problem import Refused
from tests.golden import assert_golden
from tests.log.faults import Unforced
from tests.log.logs import entries_of, new_log, open_log

FILES = Unforced()
NOT_OURS = {"form"}  # these entries are plain words, which is no fault of the log's files
pytestmark = pytest.mark.skipif(os.name != "posix", reason="processes are forked and killed as POSIX does it")


def begin(work: Callable[..., None], *given: object) -> BaseProcess:
    process = multiprocessing.get_context("fork").Process(target=work, args=given)
    process.start()
    return process


def add(folder: Path, who: str, times: int, at_once: int = 1) -> None:
    for number in range(times):
        open_log(folder).append([f"{who}/{number * at_once + each}".encode() for each in range(at_once)])


def add_until_killed(folder: Path, who: str) -> None:
    add(folder, who, 10_000, 3)


def look(folder: Path, size: int) -> int:
    """Reads the whole log, and its last entry the short way; how many entries it has, never fewer than ``size``."""
    found = check_log(folder, FILES).answer
    assert [finding for finding in found.findings if finding.kind not in NOT_OURS] == []
    assert found.size is not None and found.size >= size
    checkpoint = read_newest(FILES, folder).checkpoint
    tree = Tree(FILES, folder, checkpoint.size)
    assert tree.root() == checkpoint.root
    assert not checkpoint.size or tree.entry(checkpoint.size - 1)
    return found.size


def own(entries: list[bytes], who: str) -> list[int]:
    """The numbers of the entries of one process, as they stand in the log."""
    return [int(entry.split(b"/")[1]) for entry in entries if entry.startswith(f"{who}/".encode())]


def test_many_processes_append_while_it_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "log"
    new_log(folder)
    writers = [begin(add, folder, str(who), 40) for who in range(3)] + [begin(add, folder, "many", 15, 50)]
    size = times = 0
    while any(writer.is_alive() for writer in writers):
        size = look(folder, size)
        times += 1
    assert [writer.exitcode for writer in writers] == [0] * 4 and times > 3
    entries = entries_of(folder)
    assert all(own(entries, str(who)) == list(range(40)) for who in range(3)) and own(entries, "many") == list(range(750))
    assert len(entries) == 3 * 40 + 750


def test_processes_are_killed_while_they_append(tmp_path: Path) -> None:
    folder, rng = tmp_path / "log", Random(8)
    new_log(folder)
    size = 0
    for turn in range(15):
        writer = begin(add_until_killed, folder, f"{turn}")
        ends = time.monotonic() + 10
        while read_newest(FILES, folder).checkpoint.size == size and time.monotonic() < ends:
            time.sleep(0.001)
        time.sleep(rng.random() * 0.02)
        writer.kill()
        writer.join()
        size = look(folder, size)
    with open_log(folder).opened():
        pass
    entries = entries_of(folder)
    assert len(entries) >= 15 * 3
    for turn in range(15):  # three at a time, or none of them
        found = own(entries, f"{turn}")
        assert found == list(range(len(found))) and len(found) % 3 == 0
    assert look(folder, size) == len(entries)


def test_a_tile_that_became_full_meanwhile_stands_for_its_beginning(tmp_path: Path) -> None:
    folder = tmp_path / "log"
    new_log(folder).append([b"%d" % number for number in range(250)])
    before = read_newest(FILES, folder).checkpoint
    early = Tree(FILES, folder, before.size)
    open_log(folder).append([b"x"] * 10)
    assert not (folder / "tile/0/000.p").exists()
    assert early.root() == before.root and early.entry(249) == b"249" and early.inclusion(3)


def test_small_tiles_may_go_while_they_are_looked_at(tmp_path: Path) -> None:
    folder = tmp_path / "log"
    new_log(folder).append([b"x"] * 255)
    kept = {path: path.read_bytes() for path in (folder / "tile/0/000.p/255", folder / "tile/entries/000.p/255")}
    open_log(folder).append([b"y"])
    for path, data in kept.items():  # as they are before an append has put everything in order
        path.parent.mkdir()
        path.write_bytes(data)

    class Tidied(Unforced):
        """Each is gone when it was listed, or just before its folder is."""

        def __init__(self, gone: str) -> None:
            self.gone = gone

        def kind(self, path: Path) -> str:
            found = super().kind(path)
            if path.as_posix().endswith(self.gone):
                shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
            return found

    for gone in ("tile/0/000.p/255", "tile/entries/000.p"):
        assert {finding.kind for finding in check_log(folder, Tidied(gone)).answer.findings} == NOT_OURS


def test_a_log_that_does_not_stand_still_is_not_called_broken(tmp_path: Path) -> None:
    folder = tmp_path / "log"
    new_log(folder).append([b"x"] * 255)

    class Hasty(Unforced):
        """Somebody fills the last bundle each time that the checkpoint has just been read twice."""

        reads = 0

        def open_read(self, path: Path):  # type: ignore[no-untyped-def]
            if path.name == "checkpoint":
                self.reads += 1
                opened = super().open_read(path)
                if self.reads % 3 == 2:
                    open_log(folder).append([b"y"] * 256)
                return opened
            return super().open_read(path)

    with pytest.raises(Refused) as refused:
        check_log(folder, Hasty())
    assert_golden(str(refused.value).replace(f"{tmp_path}{os.sep}", "") + "\n", Path(__file__).parent / "restless.txt")


@pytest.mark.parametrize("path", ["checkpoint", "tile/entries/000.p/1"])
def test_what_is_no_file_is_not_read(tmp_path: Path, path: str) -> None:
    folder = tmp_path / "log"
    new_log(folder).append([b"x"])
    (folder / path).unlink()
    for make in (lambda: os.mkfifo(folder / path), lambda: (folder / path).symlink_to("/dev/zero")):
        make()
        with pytest.raises(Refused, match=r"it is (no plain file|a link)"):
            open_log(folder).append([b"y"])
        (folder / path).unlink()


def test_what_opens_an_entry_is_a_file(tmp_path: Path) -> None:
    log = new_log(tmp_path / "log")
    log.append([Made(b"x", b"{}")])
    path = log.private.opening_path(0)
    assert log.private.opening(0) == b"{}"
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(Refused, match="PBR551"):
        log.private.opening(0)
