"""The scripts in other tools give pbr's answers, and the comparison with them would see it if they did not."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

from pbr.assessment import assess
from tests.benchmarks.test_assess import HERE, load_run, module

Given = tuple[Path, Path]


@pytest.fixture(scope="module")
def beside() -> ModuleType:
    return module("beside")


@pytest.fixture(scope="module")
def answers() -> ModuleType:
    return module("answers")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str, float], Given]]:
    """A submission and pbr's folder for it, made once."""
    home, generate = tmp_path_factory.mktemp("beside"), module("generate")
    done: dict[tuple[str, float], Given] = {}

    def make(kind: str, dirty: float) -> Given:
        if (kind, dirty) not in done:
            given, out = home / f"given-{kind}-{dirty}", home / f"pbr-{kind}-{dirty}"
            files = generate.write(given, 12_000, kind, dirty)
            assess(HERE / "contract", files, generate.COMPLETE_TO, out)
            done[kind, dirty] = given, out
        return done[kind, dirty]

    yield make
    shutil.rmtree(home)


@pytest.mark.parametrize(
    ("script", "kind", "dirty"),
    [
        ("decimals", "csv", 0.0),
        ("decimals", "csv", 0.003),
        ("pandas_gx", "csv", 0.003),
        ("pandas_gx", "parquet", 0.0),
        ("polars_same", "csv", 0.003),
        ("polars_same", "parquet", 0.0),
    ],
)
def test_the_same_answers(
    tmp_path: Path, made: Callable[[str, float], Given], beside: ModuleType, answers: ModuleType, script: str, kind: str, dirty: float
) -> None:
    tool = next(tool for tool in beside.TOOLS if tool.script == script)
    if why := beside.why_not(tool, kind, beside.installed(sys.executable)):
        pytest.skip(f"{script} on {kind} was not checked: {why}")
    given, mine = made(kind, dirty)  # all kinds of dirt are in it
    done = subprocess.run(beside.command(sys.executable, tool, given, tmp_path / script), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    if tool.same_outputs:
        load_run(module("generate")).compare(mine, tmp_path / script)
    else:
        answers.compare(mine, tmp_path / script)


def changed(folder: Path, name: str, which: str, column: str, value: str) -> None:
    """Writes another value into the first row that has ``which`` somewhere."""
    path = folder / f"{name}.csv"
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    next(row for row in rows if which in row.values())[column] = value
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


@pytest.mark.parametrize(
    ("name", "which", "column", "value", "says"),
    [
        ("payments", "pays", "amount", "1.01", "lines that only one has"),
        ("payments", "held", "high", "1.01", "lines that only one has"),
        ("payments", "pays", "key", "somebody else", "lines that only one has"),
        ("findings", "reject", "row", "1", "findings that only one has"),
        ("findings", "flag", "value", "", "findings that only one has"),
    ],
)
def test_the_comparison_sees_one_cell(
    tmp_path: Path,
    made: Callable[[str, float], Given],
    beside: ModuleType,
    answers: ModuleType,
    name: str,
    which: str,
    column: str,
    value: str,
    says: str,
) -> None:
    given, mine = made("csv", 0.003)
    tool = next(tool for tool in beside.TOOLS if tool.script == "decimals")
    subprocess.run(beside.command(sys.executable, tool, given, tmp_path / "out"), check=True)
    changed(tmp_path / "out", name, which, column, value)
    with pytest.raises(SystemExit, match=says):
        answers.compare(mine, tmp_path / "out")


@pytest.mark.parametrize(("what", "says"), [("totals", "stayed_out: pbr"), ("rows", "rows of people: pbr")])
def test_the_comparison_sees_totals_and_counts(
    tmp_path: Path, made: Callable[[str, float], Given], beside: ModuleType, answers: ModuleType, what: str, says: str
) -> None:
    given, mine = made("csv", 0.003)
    tool = next(tool for tool in beside.TOOLS if tool.script == "decimals")
    subprocess.run(beside.command(sys.executable, tool, given, tmp_path / "out"), check=True)
    told = json.loads((tmp_path / "out" / "told.json").read_text())
    if what == "totals":
        told["totals"]["stayed_out"]["held"] += 1
    else:
        told["rows"]["people"]["rejected"] += 1
    (tmp_path / "out" / "told.json").write_text(json.dumps(told))
    with pytest.raises(SystemExit, match=says):
        answers.compare(mine, tmp_path / "out")


def test_what_is_not_installed_is_not_measured(beside: ModuleType) -> None:
    tools = {tool.script: tool for tool in beside.TOOLS}
    found = {"pandas": "3", "great_expectations": None, "pyarrow": None, "polars": None, "polars-hash": None}
    assert beside.why_not(tools["pandas_gx"], "csv", found) == "not installed: great_expectations"
    assert beside.why_not(tools["pandas_gx"], "parquet", found | {"great_expectations": "1"}) == "not installed: pyarrow"
    assert beside.why_not(tools["decimals"], "csv", found) == ""
    assert beside.why_not(tools["decimals"], "parquet", found) == "it reads no Parquet"
