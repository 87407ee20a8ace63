"""What a command imports when it starts: a heavy library that creeps in makes everybody wait."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parents[2]
HEAVY = ("_duckdb", "duckdb", "great_expectations", "highspy", "numpy", "openpyxl", "pandas", "pyarrow", "pyspark", "scipy", "sqlglot")
ASK = """
import contextlib, io, json, runpy, sys
sys.argv = ["pbr", *json.loads(sys.argv[1])]
try:
    with contextlib.redirect_stdout(io.StringIO()):
        runpy.run_module("pbr", run_name="__main__")
except SystemExit as ended:
    assert not ended.code, ended.code
print(json.dumps(sorted(sys.modules)))
"""


def modules(*arguments: str) -> set[str]:
    """The modules that stand in memory when the command has ended."""
    done = subprocess.run([sys.executable, "-c", ASK, json.dumps(arguments)], capture_output=True, text=True, check=True, cwd=REPO)
    return set(json.loads(done.stdout))


@pytest.mark.parametrize(
    ("arguments", "own", "every"),
    [(("--help",), 12, 150), (("assess", "--help"), 18, 170), (("check", "--help"), 18, 170)],
    ids=["pbr", "assess", "check"],
)  # fmt: skip
def test_help_imports_little(arguments: tuple[str, ...], own: int, every: int) -> None:
    found = modules(*arguments)
    assert not found & {*HEAVY, "pydantic", "ruamel.yaml", "cryptography"}
    assert sum(name.partition(".")[0] == "pbr" for name in found) <= own
    assert len(found) <= every


def test_the_command_looks_less_often_for_rings_of_objects() -> None:
    told = "from pbr.cli.main import main\nimport atexit, gc, sys\nsys.argv = ['pbr', '--version']\natexit.register(lambda: print(gc.get_threshold()))\nmain()"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True, cwd=REPO)
    assert done.stdout.splitlines()[-1] == "(10000, 10, 10)"


def test_check_imports_no_library_of_tables() -> None:
    """Rows of an example are read as a file is, by DuckDB; nothing else is needed."""
    found = modules("check", "contracts/health/readmissions-fy2025")
    assert not found & (set(HEAVY) - {"_duckdb"})
    assert len(found) <= 580


def test_check_does_without_duckdb_where_no_example_has_rows() -> None:
    assert not modules("check", "tests/bad/plan/example-no-such-table.good.yaml") & set(HEAVY)


def test_assess_imports_no_library_of_tables_but_the_database_itself(tmp_path: Path) -> None:
    """Not even for a verdict, where the plan's bounds let SQL work it out."""
    contract = "benchmarks/assess/contract"
    subprocess.run([sys.executable, "benchmarks/assess/generate.py", "20", str(tmp_path)], check=True, cwd=REPO)
    given = [word for name in ("people", "claims", "convictions") for word in ("--data", str(tmp_path / f"{name}.csv"))]
    found = modules("assess", contract, *given, "--complete-to", "2025-03-31", "--out", str(tmp_path / "out"))
    assert found & set(HEAVY) == {"_duckdb"}


def test_explain_reads_a_plan_without_the_words_of_contracts(tmp_path: Path) -> None:
    contract, out = "contracts/justice/hmp-doncaster", tmp_path / "out"
    given = [word for name in ("releases", "offences") for word in ("--data", f"{contract}/submission/{name}.csv")]
    words = ["assess", contract, *given, "--complete-to", "2015-06-30", "--out", str(out)]
    subprocess.run([sys.executable, "-m", "pbr", *words], capture_output=True, check=True, cwd=REPO)
    found = modules("explain", str(out), "fee_at_risk", "2012/13")
    assert not found & {*HEAVY, "pydantic", "ruamel.yaml", "cryptography"} - {"_duckdb"}
    assert len(found) <= 290
