"""The Windows branch, against a system that answers as Windows does. The same tests run on Windows itself with ``os``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from pbr.platform.files import RealFiles, WholeFolder, files_here, names_here
from pbr.platform.windows import LONGEST_PLAIN, TRIES, WindowsFiles, long_path, name_trouble
from pbr.problem import Refused
from tests.log.logs import entries_of, new_log, open_log

PREFIX = "\\\\?\\"


class Denied(PermissionError):
    """An error with the number that Windows gives."""

    def __init__(self, winerror: int) -> None:
        super().__init__(13, "The process cannot access the file because it is being used by another process")
        self.winerror = winerror


class Windows:
    """``os`` as Windows answers it, over the file system that is there. ``busy``: how many renames find the file held open."""

    def __init__(self, busy: int = 0, number: int = 32) -> None:
        self.busy, self.number, self.forced = busy, number, []  # type: ignore[var-annotated]

    def _plain(self, path: Any) -> str:
        text = str(path)
        if not text.startswith(PREFIX) and len(text) > LONGEST_PLAIN:
            raise FileNotFoundError(2, "The system cannot find the path specified", text)
        return text.removeprefix(PREFIX)

    def mkdir(self, path: Any) -> None:
        os.mkdir(self._plain(path))

    def open(self, path: Any, flags: int) -> int:
        plain = self._plain(path)
        if os.path.isdir(plain):
            raise PermissionError(13, "Permission denied", plain)
        if flags & (os.O_WRONLY | os.O_RDWR) == 0:
            self.read_only = True
        return os.open(plain, flags)

    def fsync(self, handle: int) -> None:
        assert not getattr(self, "read_only", False), "Windows forces only through a handle that may write"
        self.forced.append(handle)
        os.fsync(handle)

    def close(self, handle: int) -> None:
        os.close(handle)

    def rename(self, old: Any, new: Any) -> None:
        self._held()
        if os.path.lexists(self._plain(new)):
            raise FileExistsError(17, "Cannot create a file when that file already exists", str(new))
        os.rename(self._plain(old), self._plain(new))

    def replace(self, old: Any, new: Any) -> None:
        self._held()
        os.replace(self._plain(old), self._plain(new))

    def unlink(self, path: Any) -> None:
        self._held()
        os.unlink(self._plain(path))

    def rmdir(self, path: Any) -> None:
        os.rmdir(self._plain(path))

    def _held(self) -> None:
        if self.busy:
            self.busy -= 1
            raise Denied(self.number)


def test_output_is_whole(tmp_path: Path) -> None:
    system = Windows()
    files = WindowsFiles(system, wait=lambda milliseconds: None)
    with WholeFolder(files, tmp_path / "out", name_trouble) as folder:
        files.make_folder(folder / "trace")
        files.write_atomic(folder / "trace" / "a.parquet", b"a")
    assert (tmp_path / "out/trace/a.parquet").read_bytes() == b"a" and [path.name for path in tmp_path.iterdir()] == ["out"]
    assert len(system.forced) >= 1


def test_a_file_held_open_is_waited_for(tmp_path: Path) -> None:
    waits: list[int] = []
    files = WindowsFiles(Windows(busy=3), wait=waits.append)
    files.write_atomic(tmp_path / "a", b"a")
    assert (tmp_path / "a").read_bytes() == b"a" and waits == [20, 40, 80]


def test_a_log_is_written(tmp_path: Path) -> None:
    """Over the edge of a tile, so that files are removed too; each rename and removal finds the file held open once or more."""
    waits: list[int] = []
    new_log(tmp_path / "log", WindowsFiles(Windows()))
    for count in (254, 1, 3):
        open_log(tmp_path / "log", WindowsFiles(Windows(busy=7), wait=waits.append)).append([b"x"] * count)
    assert entries_of(tmp_path / "log") == [b"x"] * 258 and len(waits) == 21


def test_a_file_held_open_for_ever_leaves_nothing(tmp_path: Path) -> None:
    waits: list[int] = []
    with (
        pytest.raises(Refused, match="PBR603"),
        WholeFolder(WindowsFiles(Windows(busy=1_000), wait=waits.append), tmp_path / "out", name_trouble) as folder,
    ):
        (folder / "a").write_bytes(b"a")
    assert list(tmp_path.iterdir()) == [] and len(waits) == TRIES and 4_000 < sum(waits) < 6_000


def test_other_denials_are_not_waited_for(tmp_path: Path) -> None:
    waits: list[int] = []
    with pytest.raises(PermissionError):
        WindowsFiles(Windows(busy=1, number=1314), wait=waits.append).rename(tmp_path / "a", tmp_path / "b")
    assert waits == []


def test_nothing_is_renamed_over(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    with pytest.raises(FileExistsError):
        WindowsFiles(Windows()).rename(tmp_path / "a", tmp_path / "b")


def test_long_paths(tmp_path: Path) -> None:
    assert long_path(tmp_path / "a") == str(tmp_path / "a")
    deep = tmp_path / ("x" * 120) / ("y" * 120) / "z"
    assert long_path(deep) == PREFIX + str(deep)
    assert long_path(PREFIX + "C:\\a").endswith("C:\\a")


@pytest.mark.parametrize("name", ["con", "NUL.json", "Com1", "lpt9.txt", "aux .x", "a:b", "a?", "a|b", "a\tb", "end.", "end ", "CONIN$"])
def test_names_that_windows_lacks(tmp_path: Path, name: str) -> None:
    assert name_trouble(name)
    with pytest.raises(Refused, match="PBR604"), WholeFolder(WindowsFiles(Windows()), tmp_path / name, name_trouble):
        pass
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["2015-06", "console", "com", "com10", "a.b", ".hidden", "£ year 2011-12", "[table]"])
def test_names_that_windows_has(name: str) -> None:
    assert name_trouble(name) is None


def test_each_system_has_its_own() -> None:
    assert isinstance(files_here("nt"), WindowsFiles) and type(files_here("posix")) is RealFiles
    assert names_here("nt")("nul") and names_here("posix")("nul") is None
