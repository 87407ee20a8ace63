"""An assessment that several processes compute again: they say what one says, in the same order, and none is left behind. The messages stand in ``sharing/``."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner

import pbr.audit.verify
import pbr.platform.processes
from pbr.assessment import assess
from pbr.audit import sharing
from pbr.audit.compare_trace import Compared
from pbr.audit.difference import Verification
from pbr.audit.sharing import Told
from pbr.audit.verify import verify
from pbr.cli.main import cli
from pbr.platform.limits import Limits
from pbr.platform.processes import answer, helpers
from pbr.problem import Refused
from tests.audit.tiny import change_table, reseal
from tests.golden import assert_golden

GOLDENS = Path(__file__).parent / "sharing"
BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "assess"
PEOPLE = 120


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    spec = importlib.util.spec_from_file_location("bench_assess_generate_for_sharing", BENCHMARK / "generate.py")
    assert spec is not None and spec.loader is not None
    generate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)
    home = tmp_path_factory.mktemp("sharing")
    files = generate.write(home / "data", PEOPLE, "csv", 0.02)
    assess(BENCHMARK / "contract", files, generate.COMPLETE_TO, home / "whole", first=True)
    return home / "whole"


@pytest.fixture
def folder(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "copy"))


@pytest.fixture(autouse=True)
def small_data_is_shared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharing, "ENOUGH", 10)
    monkeypatch.setattr(sharing, "LEAST", 40)


def by(processes: int, folder: Path) -> Verification:
    return verify(folder, processes=processes)


def test_two_processes_say_what_one_says(whole: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = by(1, whole)
    own: list[Any] = []
    real = sharing.compare_part
    monkeypatch.setattr(sharing, "compare_part", lambda grains, part: own.append(part) or real(grains, part))
    assert by(2, whole) == one and one.state == "internally consistent", one.text()
    assert [part for part in own if part.whole] and len(own) < 3 * 10, "the other process did nothing"


PEOPLE_FILE, CLAIMS = "trace/people.parquet", "trace/claims.parquet"
LATE = "row_number() OVER () > 100"
# Each change is made to the file, and then every digest is made to agree with it.
CHANGES: dict[str, tuple[str, str]] = {
    "an answer in the first part": (
        PEOPLE_FILE,
        "SELECT * REPLACE (CASE WHEN row_number() OVER () = 3 THEN coalesce(NOT reconvicted, true) ELSE reconvicted END AS reconvicted) FROM this",
    ),
    "an answer in the last part": (
        CLAIMS,
        "SELECT * REPLACE (CASE WHEN row_number() OVER () = 230 THEN coalesce(milestone_payment, 0) + 1 ELSE milestone_payment END AS milestone_payment) FROM this",
    ),
    "more than are named": (CLAIMS, f"SELECT * REPLACE (CASE WHEN {LATE} THEN coalesce(milestone_payment, 0) + 1 ELSE milestone_payment END AS milestone_payment) FROM this"),
    "a row left out": (PEOPLE_FILE, "SELECT * FROM this QUALIFY row_number() OVER () <> 50"),
    "rows left out at the end": (PEOPLE_FILE, "SELECT * FROM this QUALIFY row_number() OVER () < 60"),
    "a row twice": (CLAIMS, "SELECT * FROM this UNION ALL SELECT * FROM this WHERE claim_id = (SELECT max(claim_id) FROM this)"),
    "a column less": (CLAIMS, "SELECT * EXCLUDE (milestone_payment) FROM this"),
}  # fmt: skip


class Here:
    """In the place of another process: asked in this one, which saves its start."""

    def ask(self, work: Callable[..., Told], *given: Any) -> Future[Told]:
        done: Future[Told] = Future()
        done.set_result(work(*given))
        return done


@contextmanager
def here(processes: int, given: Any) -> Iterator[Here]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(pbr.platform.processes, "_GIVEN", [given])
        sharing._opened.cache_clear()
        yield Here()
        sharing._opened.cache_clear()


@pytest.mark.parametrize("change", CHANGES)
def test_shared_work_finds_what_one_process_finds(folder: Path, monkeypatch: pytest.MonkeyPatch, change: str) -> None:
    change_table(folder, *CHANGES[change])
    reseal(folder)
    one = by(1, folder)
    assert one.state == "broken"
    monkeypatch.setattr(sharing, "helpers", here)
    assert by(3, folder) == one


def test_two_processes_find_what_one_finds(folder: Path) -> None:
    change_table(folder, *CHANGES["more than are named"])
    reseal(folder)
    one = by(1, folder)
    assert one.state == "broken" and len(one.differences) == 20
    assert by(2, folder) == one


def test_a_file_that_is_no_table(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / CLAIMS).write_bytes(b"PAR1 no PAR1")
    one = by(1, folder)
    monkeypatch.setattr(sharing, "helpers", here)
    assert one.state == "broken" and by(2, folder) == one


def test_few_rows_are_not_shared(whole: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def shares(*given: Any) -> None:
        raise AssertionError("another process was begun")

    monkeypatch.setattr(sharing, "ENOUGH", 8_000)
    monkeypatch.setattr(sharing, "helpers", shares)
    assert by(8, whole).state == "internally consistent"


def dies(*given: Any) -> Told:
    os._exit(9)


def fails(*given: Any) -> Told:
    raise ZeroDivisionError("of no use\nto anybody")


def finds_out_of_memory(*given: Any) -> Told:
    return Told(None, [], duckdb.OutOfMemoryException("failed to allocate"))


def says_all_is_well(part: Any, known: Any) -> Told:
    return Told(Compared(1, 1), [])


@pytest.mark.parametrize(("work", "name"), [(dies, "PBR724"), (fails, "PBR724-fault"), (finds_out_of_memory, "PBR722")])
def test_what_goes_wrong_elsewhere_is_said_in_words(whole: Path, monkeypatch: pytest.MonkeyPatch, work: Any, name: str) -> None:
    monkeypatch.setattr(sharing, "_helped", work)
    result = CliRunner().invoke(cli, ["verify", str(whole), "--threads", "2", "--memory", "512MB"], prog_name="pbr")
    assert result.exit_code == 5 and result.stdout == "", result.output
    assert_golden(result.stderr, GOLDENS / f"{name}.txt")


def test_what_is_asked_after_a_process_has_ended_is_said_in_words_too() -> None:
    with helpers(1) as others:
        for _ in range(2):  # the second is asked when it is known already
            with pytest.raises(Refused, match="PBR724"):
                answer(others.ask(os._exit, 9))


def test_what_another_process_says_is_believed_only_of_the_trace(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Made again are the files too, in this process: a helper that finds nothing hides nothing."""
    change_table(folder, *CHANGES["an answer in the first part"])
    reseal(folder)
    monkeypatch.setattr(sharing, "_helped", says_all_is_well)
    assert by(2, folder).state == "broken"


def test_too_little_memory_is_no_difference(whole: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """That the database had not enough says nothing of the folder."""

    def needs_more(*given: Any) -> None:
        raise duckdb.OutOfMemoryException("failed to allocate")

    for where, name in ((pbr.audit.verify, "compare_payments"), (pbr.audit.verify, "compare_tables"), (pbr.audit.checking, "digest_table")):
        with monkeypatch.context() as patched, pytest.raises(Refused, match="PBR722"):
            patched.setattr(where, name, needs_more)
            verify(whole, limits=Limits(512 * 10**6, 1))


@pytest.mark.skipif(os.name != "posix", reason="not checked: signals (this system has none of that kind)")
def test_ctrl_c_ends_every_process(whole: Path, tmp_path: Path) -> None:
    """As at a terminal: every process of the group hears it. The helpers are at work by then: they say so in a file."""
    program = f"""
    import sys, time
    from pathlib import Path
    from pbr.audit import sharing
    from tests.audit.test_sharing import takes_long
    sharing.ENOUGH, sharing.LEAST, sharing._helped = 10, 40, takes_long
    sys.argv = ["pbr", "verify", {str(whole)!r}, "--threads", "3"]
    from pbr.cli.main import main
    main()
    """
    begun = tmp_path / "begun"
    begun.mkdir()
    ran = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        env={**os.environ, "PBR_TEST_BEGUN": str(begun), "PYTHONPATH": os.pathsep.join(sys.path)},
        preexec_fn=hears_ctrl_c,
    )  # fmt: skip
    try:
        until = time.monotonic() + 120
        while not list(begun.iterdir()) and ran.poll() is None and time.monotonic() < until:
            time.sleep(0.05)
        assert list(begun.iterdir()), "no helper began"
        os.killpg(ran.pid, signal.SIGINT)
        said = ran.communicate(timeout=60)
        assert (ran.returncode, *said) == (130, "", "Stopped. Nothing was half-written.\n")
        until = time.monotonic() + 10
        while there(ran.pid) and time.monotonic() < until:
            time.sleep(0.05)
        assert not there(ran.pid), "a process was left behind"
    finally:
        if there(ran.pid):
            os.killpg(ran.pid, signal.SIGKILL)


def hears_ctrl_c() -> None:
    """Where the tests were begun in the background, a shell has it ignored."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def takes_long(*given: Any) -> Told:
    (Path(os.environ["PBR_TEST_BEGUN"]) / str(os.getpid())).touch()
    time.sleep(600)
    raise AssertionError


def there(group: int) -> bool:
    """Whether a process of the group is left."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
