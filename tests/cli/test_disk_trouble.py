"""What the commands that write evidence say when the disk is full, or may not be written to; and that they leave all as it was."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner, Result

import pbr.platform.limits
from pbr.cli.main import cli
from pbr.platform.files import RealFiles
from tests.golden import assert_golden

TINY = Path(__file__).parent / "tiny"
GOLDEN = Path(__file__).parent / "disk_trouble.txt"
DATA = ("--data", "people.csv", "--data", "jobs.csv", "--complete-to", "2022-06-30")
COMMANDS = (
    ("log", "append", "log", "submission", "jobs.csv", "--key", "agency"),
    ("log", "append", "log", "submission", "jobs.csv", "--key", "agency", "--receipt", "new.tlog-proof"),
    ("assess", "tiny", *DATA, "--out", "new", "--log", "log", "--key", "analyst"),
    ("pack", "a", "--out", "new", "--log", "log"),
    ("unpack", "packed", "--out", "new"),
    ("log", "witness", "log", "--key", "witness", "--kept", "new", "--add"),
)
CHANGES = ("write", "write_atomic", "write_pieces", "make_folder", "make_hidden_sibling", "replace", "rename")


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, list(words), prog_name="pbr")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("disk")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(home)
        patch.setenv("PBR_KEYS", "keys")
        shutil.copytree(TINY, "tiny")
        for name in ("people.csv", "jobs.csv"):
            shutil.copy(TINY / name, name)
        told = [run("key", "new", "pbr.example/tiny", "--for", "log"), run("key", "new", "witness", "--for", "witness")]
        told += [run("key", "new", name) for name in ("town", "analyst", "agency")]
        told.append(run("log", "init", "log", "--origin", "pbr.example/tiny", "--witness", "keys/witness.vkey"))
        keys = ("--commissioner", "keys/town.vkey", "--assessor", "keys/analyst.vkey", "--provider", "keys/agency.vkey")
        told.append(run("log", "append", "log", "contract", "tiny", "--key", "town", *keys, "--approver", "keys/town.vkey"))
        told.append(run("log", "append", "log", "submission", "people.csv", "--key", "agency"))
        told.append(run("assess", "tiny", *DATA, "--out", "a", "--log", "log", "--key", "analyst"))
        told.append(run("pack", "a", "--out", "packed", "--log", "log"))
        assert [one.exit_code for one in told] == [0] * len(told), [one.output for one in told]
        # received once more below, as something new
        Path("jobs.csv").write_text((TINY / "jobs.csv").read_text() + "j9,p5,2021-03-01\n")
    return home


def bytes_below(folder: Path) -> dict[str, bytes | None]:
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


def failing(monkeypatch: pytest.MonkeyPatch, number: int, where: str = "") -> None:
    """Every write to a path with ``where`` in it fails, as it does on a full disk (whose error names no file), or every change, as on one that may only be read."""
    full = number == errno.ENOSPC

    def broken(name: str) -> Callable[..., Any]:
        real = getattr(RealFiles, name)

        def fails(files: RealFiles, path: Path, *rest: Any, **more: Any) -> Any:
            if where not in str(path):
                return real(files, path, *rest, **more)
            raise OSError(number, os.strerror(number)) if full else OSError(number, os.strerror(number), str(path))

        return fails

    monkeypatch.setattr(pbr.platform.limits.shutil, "disk_usage", lambda path: SimpleNamespace(free=9_000_000))
    for name in CHANGES[: 3 if full else None]:
        monkeypatch.setattr(RealFiles, name, broken(name))


def test_a_full_disk_and_one_that_may_only_be_read(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(made)
    monkeypatch.setenv("PBR_KEYS", "keys")
    before, told = bytes_below(made), []
    for number in (errno.ENOSPC, errno.EROFS):
        for words in COMMANDS:
            with monkeypatch.context() as patch:
                failing(patch, number)
                result = run(*words)
            assert result.exit_code == 5 and "Traceback" not in result.output, result.output
            if "witness" in words and number == errno.ENOSPC:
                Path("new").rmdir()  # a folder in which nothing was kept yet: the next time is the first time still
            assert bytes_below(made) == before, words
            told.append(
                f"$ pbr {' '.join(words)}\n{result.stdout}{result.stderr}\n".replace(f"{made}{os.sep}", "").replace(str(made), "FOLDER")
            )
    assert_golden("".join(told), GOLDEN)


def test_an_assessment_that_could_be_written_and_not_logged(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The log is on another disk, which is full: it says what is there and what is not."""
    shutil.copytree(made, tmp_path / "w")
    monkeypatch.chdir(tmp_path / "w")
    monkeypatch.setenv("PBR_KEYS", "keys")
    log = bytes_below(Path("log"))
    with monkeypatch.context() as patch:
        failing(patch, errno.ENOSPC, f"log{os.sep}")
        result = run(*COMMANDS[2])
    assert result.exit_code == 1 and bytes_below(Path("log")) == log, result.output
    assert_golden(f"{result.stderr}\nwritten: {Path('new').exists()}\n", GOLDEN.with_name("disk_trouble_of_the_log.txt"))
