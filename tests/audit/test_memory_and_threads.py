"""``--memory`` and ``--threads``: no digest depends on them, and where the machine is not enough that is said in words and nothing is left. The messages
stand in ``limits/``."""

from __future__ import annotations

import errno
import importlib.util
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner, Result

import pbr.assessment
import pbr.platform.limits
from pbr.assessment import assess
from pbr.cli.main import cli
from pbr.engine.columns import database
from pbr.platform.limits import limits_of, memory_of
from pbr.problem import Refused
from tests.audit.tiny import DAY, TINY, assess_tiny
from tests.golden import assert_golden

GOLDENS = Path(__file__).parent / "limits"
BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "assess"
PEOPLE = 10_000
# as DuckDB 2.0.0 says it, where a disk of 30 MB was filled by a file, and by what did not fit in memory
FILLED = 'Async write failed for range [offset=27764674, size=3965416]: {"exception_message":"Could not write file \\"/a.parquet\\": No space left on device","errno":"28"}'
PUT_ASIDE = (
    "failed to offload data block of size 256.0 KiB (27.0 MiB/27.0 MiB used).\nThis limit was set by the 'max_temp_directory_size' setting."
)


def run(*words: str) -> Result:
    given = ("assess", str(TINY), "--data", str(TINY / "people.csv"), "--data", str(TINY / "jobs.csv"), "--complete-to", DAY.isoformat())
    return CliRunner().invoke(cli, [*given, "--out", "out", *words], prog_name="pbr")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def failing(monkeypatch: pytest.MonkeyPatch, trouble: BaseException) -> None:
    """The work ends so, when the data should be read; 1,234 MB are free on the disk."""

    def fails(*given: Any) -> None:
        raise trouble

    monkeypatch.setattr(pbr.assessment, "read_submission", fails)
    monkeypatch.setattr(pbr.platform.limits.shutil, "disk_usage", lambda path: SimpleNamespace(free=1_234_000_000))


def test_no_digest_depends_on_them(tmp_path: Path) -> None:
    """With so few rows two threads do not come between each other: that a table keeps the file's order is looked for in ``tests/platform/test_order_of_the_file.py``. This is about sums that are
    put aside on the disk and put together again."""
    spec = importlib.util.spec_from_file_location("bench_assess_generate_for_limits", BENCHMARK / "generate.py")
    assert spec is not None and spec.loader is not None
    generate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)
    files = generate.write(tmp_path / "data", PEOPLE, "csv", 0.01)
    made = []
    for threads, memory in [(1, None), (2, "48MB"), (4, "96MB")]:
        assess(BENCHMARK / "contract", files, generate.COMPLETE_TO, tmp_path / "out", threads=threads, memory=memory)
        made.append(json.loads((tmp_path / "out" / "manifest.json").read_bytes()))
        shutil.rmtree(tmp_path / "out")
        assert os.listdir(tmp_path) == ["data"]
    assert made[0]["tables"]["payments.parquet"]["rows"] > PEOPLE
    assert made[1:] == made[:1] * 2


def test_they_are_what_the_database_is_told(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told, real = [], pbr.assessment.read_submission

    def reads(plan: Any, layout: Any, inputs: Any, days: Any, con: Any, *rest: Any) -> Any:
        told.append(con.execute("SELECT current_setting('threads'), current_setting('memory_limit')").fetchone())
        return real(plan, layout, inputs, days, con, *rest)

    monkeypatch.setattr(pbr.assessment, "read_submission", reads)
    assert run("--threads", "3", "--memory", "512MiB").exit_code == 0
    assert told == [(3, "512.0 MiB")]


@pytest.mark.parametrize(
    ("text", "size"),
    [("1GB", 10**9), ("1 GiB", 2**30), ("256mb", 256 * 10**6), ("16MB", 16 * 10**6), ("2TB", 2 * 10**12), ("1.2GB", 12 * 10**8)],
)
def test_amounts_of_memory(text: str, size: int) -> None:
    assert memory_of(text) == size


@pytest.mark.parametrize("text", ["", "1", "GB", "1.GB", "-1GB", "1KB", "80%", "15MB", "1GB 1MB", "\u0661GB", "9999999GB"])  # fmt: skip
def test_what_is_none(text: str) -> None:
    with pytest.raises(Refused, match="PBR720"):
        memory_of(text)


@pytest.mark.parametrize("words", [("--memory", "lots"), ("--memory", "1MB"), ("--threads", "0"), ("--threads", "two")])
def test_a_bad_value_is_a_fault_of_the_command(here: Path, words: tuple[str, str]) -> None:
    result = run(*words)
    assert result.exit_code == 2 and words[0] in result.stderr and "Traceback" not in result.output
    assert os.listdir(here) == []


def test_what_is_said_of_bad_values() -> None:
    for name, memory, threads in (("PBR720", "1.5 gigs", None), ("PBR720-little", "1MB", None), ("PBR721", None, 0)):
        with pytest.raises(Refused) as refused:
            limits_of(memory, threads)
        assert_golden(f"{refused.value}\n", GOLDENS / f"{name}.txt")


def test_too_little_memory(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Truly too little: DuckDB cannot work with eight threads in 16 MB, run as many rows are."""
    monkeypatch.setattr(database, "FEW", -1)
    result = run("--memory", "16MB", "--threads", "8")
    assert result.exit_code == 5, result.output
    assert_golden(result.stderr, GOLDENS / "PBR722.txt")
    assert os.listdir(here) == []


TROUBLES: dict[str, Callable[[], BaseException]] = {
    "PBR722-machine": MemoryError,
    "PBR723": lambda: duckdb.IOException(FILLED),
    "PBR723-put-aside": lambda: duckdb.OutOfMemoryException(PUT_ASIDE),
    "PBR723-copying": lambda: OSError(errno.ENOSPC, "No space left on device"),
}


@pytest.mark.parametrize("name", TROUBLES)
def test_the_machine_is_not_enough(here: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    failing(monkeypatch, TROUBLES[name]())
    result = run()
    assert result.exit_code == 5, result.output
    assert_golden(result.stderr.replace(f"{here}", "FOLDER"), GOLDENS / f"{name}.txt")
    assert os.listdir(here) == []


def test_a_temporary_folder_is_chosen_by_tmpdir(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(here))
    failing(monkeypatch, duckdb.IOException(FILLED))
    with pytest.raises(Refused, match="TMPDIR"):
        assess_tiny(None)  # type: ignore[arg-type]  # no folder is a folder of its own
    assert os.listdir(here) == []


def test_other_troubles_stay_what_they_are(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, duckdb.IOException("Could not read file"))
    with pytest.raises(duckdb.IOException):
        assess_tiny(here / "out")
