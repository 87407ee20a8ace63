"""Ctrl-C, SIGTERM: whenever they come, nothing is left of what was begun, in one line and with their exit code. And what is said while the work goes on."""

from __future__ import annotations

import io
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import pbr.assessment
import pbr.audit.digesting
from pbr.cli.main import cli
from pbr.cli.printing import Progress
from pbr.platform.files import RealFiles

if os.name != "posix":
    pytest.skip("not checked: signals (this system has none of that kind)", allow_module_level=True)

TINY = Path(__file__).parent / "tiny"
SAID = "Stopped. Nothing was half-written.\n"
ENDLESS = "SELECT md5(CAST(range AS VARCHAR)) AS x FROM range(100000000000)"


def run(*more: str) -> Result:
    data = ("--data", str(TINY / "people.csv"), "--data", str(TINY / "jobs.csv"), "--complete-to", "2022-06-30")
    return CliRunner().invoke(
        cli, ["assess", str(TINY), *data, "--out", "out", *(more or ("--threads", "1", "--memory", "64MB"))], prog_name="pbr"
    )


def stopped(here: Path, code: int = 130) -> None:
    result = run()
    assert (result.exit_code, result.stderr, result.stdout) == (code, SAID, ""), result.output
    assert os.listdir(here) == []
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Ctrl-C is heard here, where the tests were begun in the background too: a shell has it ignored there, and a query that never ends would never end."""
    monkeypatch.chdir(tmp_path)
    earlier = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield tmp_path
    signal.signal(signal.SIGINT, earlier)


def before(monkeypatch: pytest.MonkeyPatch, where: Any, name: str, sent: int = signal.SIGINT, times: int = 1) -> None:
    """The signal comes when that function is called."""
    real = getattr(where, name)

    def calls(*given: Any, **more: Any) -> Any:
        for _ in range(times):
            os.kill(os.getpid(), sent)
        return real(*given, **more)

    monkeypatch.setattr(where, name, calls)


PLACES = {
    "copying": (pbr.assessment, "store_inputs"),
    "opening": (pbr.assessment, "connect"),
    "reading": (pbr.assessment, "read_submission"),
    "deciding": (pbr.assessment, "write_results"),
    "digests": (pbr.assessment, "manifest_json"),
    "sealing": (pbr.assessment, "seal"),
    "making the folder": (RealFiles, "make_hidden_sibling"),
    "writing": (RealFiles, "write_atomic"),
    "forcing to the disk": (RealFiles, "fsync"),
    "renaming": (RealFiles, "rename"),
}


@pytest.mark.parametrize("place", PLACES)
def test_wherever_it_comes_nothing_is_left(here: Path, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    before(monkeypatch, *PLACES[place])
    stopped(here)


def test_a_folder_that_was_just_made_is_known(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = RealFiles.make_hidden_sibling

    def makes(files: RealFiles, path: Path) -> Path:
        made = real(files, path)
        os.kill(os.getpid(), signal.SIGINT)
        return made

    monkeypatch.setattr(RealFiles, "make_hidden_sibling", makes)
    stopped(here)


def test_taking_away_is_not_stopped_by_the_next(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before(monkeypatch, pbr.assessment, "seal")
    before(monkeypatch, RealFiles, "remove_tree", times=3)
    stopped(here)


def test_sigterm_too(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before(monkeypatch, pbr.assessment, "read_submission", signal.SIGTERM)
    stopped(here, 143)


@pytest.mark.parametrize("query", [f"CREATE TABLE t AS {ENDLESS}", f"SELECT count(*) FROM ({ENDLESS}) WHERE x > 'a'"])
def test_in_the_middle_of_a_query(here: Path, monkeypatch: pytest.MonkeyPatch, query: str) -> None:
    """The query would never end, so the signal always finds it running."""

    def reads(plan: Any, layout: Any, inputs: Any, days: Any, con: Any, *rest: Any) -> None:
        threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
        con.execute(query)

    monkeypatch.setattr(pbr.assessment, "read_submission", reads)
    began = time.monotonic()
    stopped(here)
    assert time.monotonic() - began < 60


def test_while_a_digest_is_taken_beside_it(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waits for a digest that would never end is stopped too, and so is who takes it."""

    def endless(con: Any, path: Path, without: tuple[str, ...] = ()) -> Any:
        threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
        return con.execute(f"SELECT count(*) FROM ({ENDLESS}) WHERE x > 'a'").fetchall()

    monkeypatch.setattr(pbr.audit.digesting, "digest_table", endless)
    result = run("--threads", "2")
    assert (result.exit_code, result.stderr, result.stdout) == (130, SAID, ""), result.output
    assert os.listdir(here) == [] and "digests" not in [thread.name for thread in threading.enumerate()]


def test_what_is_ignored_stays_ignored(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As under nohup."""
    earlier = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        before(monkeypatch, pbr.assessment, "seal", signal.SIGHUP)
        assert run().exit_code == 0
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, earlier)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown(monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, work: Callable[[Progress], None], **more: Any) -> str:
    monkeypatch.setattr(sys, "stderr", stream)
    progress = Progress(after=0.01, **more)
    work(progress)
    progress.done()
    return stream.getvalue()


def wait(stream: io.StringIO, text: str) -> None:
    until = time.monotonic() + 60
    while text not in stream.getvalue() and time.monotonic() < until:
        time.sleep(0.005)


def test_progress_on_a_terminal_is_one_line_that_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Terminal()

    def work(progress: Progress) -> None:
        progress("Reading")
        wait(stream, "Reading ... 0 s")
        progress("Writing")
        wait(stream, "Writing ... 0 s")

    said = shown(monkeypatch, stream, work)
    assert "Reading ... 0 s" in said and "Writing ... 0 s" in said and "\n" not in said and said.endswith("\r\033[K")


def test_progress_elsewhere_only_where_it_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    def work(progress: Progress) -> None:
        progress("Reading")
        time.sleep(0.05)

    assert shown(monkeypatch, io.StringIO(), work) == ""
    assert shown(monkeypatch, Terminal(), work, quiet=True) == ""
    assert shown(monkeypatch, Terminal(), work, wanted=False) == ""
    stream = io.StringIO()

    def longer(progress: Progress) -> None:
        progress("Reading")
        wait(stream, "Reading")
        time.sleep(0.05)
        progress("Writing")
        wait(stream, "Writing")

    assert shown(monkeypatch, stream, longer, wanted=True) == "0 s: Reading\n0 s: Writing\n"


def test_short_work_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    progress = Progress()
    progress("Reading")
    progress.done()
    assert stream.getvalue() == ""
