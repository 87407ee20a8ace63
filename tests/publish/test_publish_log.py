"""``pbr publish --log`` with a log that is damaged, that is another one, or that is none: what is said, and that nothing is written."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from pbr.audit.logged.recording import Recorder
from pbr.cli.main import cli
from tests.audit.logged_case import adopted, assess_it, book
from tests.golden import assert_golden

HERE = Path(__file__).parent
SAMPLE = HERE.parent / "samples" / "pbr-log-1" / "log-12"
BUNDLE, HASHES = "tile/entries/000.p/4", "tile/0/000.p/4"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A log, what is kept beside it, and an assessment that is in it."""
    made = tmp_path_factory.mktemp("publish-log")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(made)
        adopted()
        assess_it("assessment", recorder=Recorder(book(), "analyst"))
        yield made


def without(name: str) -> Callable[[Path], None]:
    return lambda log: (log / name).unlink()


def cut(name: str) -> Callable[[Path], None]:
    return lambda log: (log / name).write_bytes((log / name).read_bytes()[:-8]) and None


def altered(name: str) -> Callable[[Path], None]:
    def alter(log: Path) -> None:
        data = bytearray((log / name).read_bytes())
        data[len(data) // 2] ^= 1
        (log / name).write_bytes(data)

    return alter


def no_log(log: Path) -> None:
    shutil.rmtree(log)
    log.mkdir()
    (log / "notes.txt").write_text("not a log\n", encoding="utf-8")


def another(log: Path) -> None:
    shutil.rmtree(log)
    shutil.copytree(SAMPLE, log)


def another_with_its_own(log: Path) -> None:
    another(log)
    shutil.rmtree(log.parent / "log.private")


def without_openings(log: Path) -> None:
    shutil.rmtree(log.parent / "log.private")


WRONG = {
    "entries-missing": without(BUNDLE),
    "hashes-missing": without(HASHES),
    "entries-cut": cut(BUNDLE),
    "hashes-cut": cut(HASHES),
    "entries-altered": altered(BUNDLE),
    "hashes-altered": altered(HASHES),
    "checkpoint-missing": without("checkpoint"),
    "checkpoint-cut": cut("checkpoint"),
    "no-log": no_log,
    "another": another,
    "another-with-its-own": another_with_its_own,
    "without-openings": without_openings,
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_said_of_a_log_that_cannot_be_carried(name: str, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for part in ("log", "log.private", "assessment"):
        shutil.copytree(home / part, tmp_path / part)
    monkeypatch.chdir(tmp_path)
    WRONG[name](Path("log").absolute())
    run = CliRunner().invoke(cli, ["publish", "assessment", "--log", "log", "--out", "site"])
    assert run.exit_code == 1 and not Path("site").exists(), run.output
    assert "unlogged" not in run.output and str(tmp_path) not in run.output
    assert_golden(run.output, HERE / "golden" / f"log-{name}.txt")


def test_the_log_as_it_is_can_be_carried(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(home)
    run = CliRunner().invoke(cli, ["publish", "assessment", "--log", "log", "--out", "site"])
    assert run.exit_code == 0, run.output
