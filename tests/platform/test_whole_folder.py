"""Output is whole or absent, on a real file system and on one that fails at every step."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from pbr.platform.clock import FixedClock, RealClock
from pbr.platform.files import RealFiles, WholeFolder
from pbr.problem import Refused


class Failing(RealFiles):
    """Fails at the ``n``-th operation that changes the disk, and counts them."""

    def __init__(self, n: int) -> None:
        self.left = n

    def _step(self) -> None:
        self.left -= 1
        if self.left == 0:
            raise OSError(28, "No space left on device")

    def fsync(self, path: Path) -> None:
        self._step()
        super().fsync(path)

    def rename(self, old: Path, new: Path) -> None:
        self._step()
        super().rename(old, new)

    def make_hidden_sibling(self, path: Path) -> Path:
        self._step()
        return super().make_hidden_sibling(path)


def fill(folder: Path) -> None:
    (folder / "deep").mkdir()
    (folder / "deep" / "a").write_bytes(b"a")
    (folder / "b").write_bytes(b"b")


def test_whole(tmp_path: Path) -> None:
    with WholeFolder(RealFiles(), tmp_path / "out") as folder:
        assert folder.parent == tmp_path and folder.name.startswith(".") and folder.stat().st_mode & 0o777 == 0o700
        assert not (tmp_path / "out").exists()
        fill(folder)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert (tmp_path / "out/deep/a").read_bytes() == b"a"


@pytest.mark.parametrize("n", range(1, 7))
def test_absent_wherever_it_fails(tmp_path: Path, n: int) -> None:
    """Steps: make, fsync of a, deep, b and the folder in some order, rename. The step after the rename only reports."""
    with pytest.raises(Refused, match="PBR603") as caught, WholeFolder(Failing(n), tmp_path / "out") as folder:
        fill(folder)
    assert "No space left" in str(caught.value) and list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_absent_when_the_work_fails(tmp_path: Path, error: type[BaseException]) -> None:
    with pytest.raises(error), WholeFolder(RealFiles(), tmp_path / "out") as folder:
        fill(folder)
        raise error
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", ["file", "folder", "dangling link"])
def test_an_existing_target_is_refused_before_and_after_the_work(tmp_path: Path, kind: str) -> None:
    target = tmp_path / "out"

    def appear() -> None:
        if kind == "file":
            target.write_text("mine")
        elif kind == "folder":
            target.mkdir()
        else:
            target.symlink_to(tmp_path / "nowhere")

    with pytest.raises(Refused, match="PBR601"), WholeFolder(RealFiles(), target) as folder:
        fill(folder)
        appear()
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    with pytest.raises(Refused, match="PBR601"), WholeFolder(RealFiles(), target):
        raise AssertionError("the work began")
    assert kind != "file" or target.read_text() == "mine"


def test_a_missing_parent_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="PBR602"), WholeFolder(RealFiles(), tmp_path / "no" / "out"):
        raise AssertionError("the work began")


def test_write_atomic(tmp_path: Path) -> None:
    files, path = RealFiles(), tmp_path / "a"
    files.write_atomic(path, b"one")
    files.write_atomic(path, b"two")
    with pytest.raises(OSError, match="No such file"):
        files.write_atomic(tmp_path / "no" / "a", b"")
    assert files.list(tmp_path) == [path] and files.read_bytes(path) == b"two" and files.size(path) == 3
    with files.open_read(path) as file:
        assert file.read() == b"two"


def test_clock() -> None:
    assert RealClock().now().tzinfo is UTC
    moment = datetime(2020, 1, 1, 1, tzinfo=timezone(timedelta(hours=1)))
    assert FixedClock(moment).now().isoformat() == "2020-01-01T00:00:00+00:00"
    with pytest.raises(ValueError, match="zone"):
        FixedClock(datetime(2020, 1, 1))


def test_where_nobody_may_look_is_not_where_nothing_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a receipt would be made without what opens its entry, and nobody would be told."""

    def closed(path: object, **_: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    files = RealFiles()
    assert not files.exists(tmp_path / "nothing") and not files.exists(tmp_path / ("x" * 5000))
    monkeypatch.setattr(os, "lstat", closed)
    with pytest.raises(PermissionError):
        files.exists(tmp_path / "nothing")
