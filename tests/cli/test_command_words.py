"""What commands say and with which code they end, where nothing is computed."""

from __future__ import annotations

import errno
import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pbr.cli.main import cli
from pbr.problem import refuse

TINY = Path(__file__).parent / "tiny"


def run(*words: object) -> Result:
    return CliRunner().invoke(cli, [str(word) for word in words], prog_name="pbr")


def test_a_contract_with_problems_ends_with_1_and_says_how_many(tmp_path: Path) -> None:
    text = (TINY / "contract.yaml").read_text().replace("50%,", "5 per cent,").replace("6 months\n", "6 moths\n")
    (tmp_path / "contract.yaml").write_text(text)
    result = run("show", tmp_path)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.rstrip().splitlines()[-1].endswith("Nothing was shown.")
    assert "contract.yaml:" in result.stderr and "PBR" in result.stderr
    assert "Traceback" not in result.output


def test_problems_as_json(tmp_path: Path) -> None:
    (tmp_path / "contract.yaml").write_text("pbr: 1\npbr: 1\n")
    result = run("show", tmp_path, "--json")
    assert result.exit_code == 1
    told = json.loads(result.stdout)
    assert told["ok"] is False and any(one["line"] == 2 and one["code"].startswith("PBR") for one in told["problems"])


@pytest.mark.parametrize(
    "words",
    [
        ["nonsense"],
        ["check"],
        ["check", "no/such/contract"],
        ["assess", TINY, "--out", "x"],
        ["assess", TINY, "--data", "no-such.csv", "--out", "x"],
        ["assess", TINY, "--data", TINY / "contract.yaml", "--complete-to", "30/06/2015", "--out", "x"],
        ["assess", TINY, "--data", TINY / "contract.yaml", "--complete-to", "2015-02-30", "--out", "x"],
        ["assess", TINY, "--data", TINY / "contract.yaml", "--complete-to", "2015-06-30", "--complete-to", "2015-06-29", "--out", "x"],
        ["explain", "no/such/folder"],
        ["verify", "no/such/folder"],
        ["verify", TINY, "--data", "no-such.csv"],
    ],
)
def test_a_command_written_wrongly_ends_with_2(words: list[object]) -> None:
    result = run(*words)
    assert result.exit_code == 2, result.output
    assert result.stdout == "" and "Traceback" not in result.stderr


def test_show_prints_the_contract() -> None:
    result = run("show", TINY)
    assert result.exit_code == 0, result.output
    assert "Jobs in a tiny town" in result.stdout and result.stderr == ""
    plan = json.loads(run("show", TINY, "--json").stdout)
    assert plan["contract"] == "tiny-jobs"


@pytest.mark.parametrize(
    ("trouble", "code", "words"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "/x/y"), 5, ["While reading the contract", "half-written", "Free some space"]),
        (PermissionError(errno.EACCES, "Permission denied", "/x/y"), 5, ["Permission denied (/x/y)", "Ask for permission"]),
        (MemoryError(), 5, ["more memory"]),
        (refuse("PBR603", "x cannot be written: disk full"), 5, ["disk full", "Nothing was shown."]),
        (KeyboardInterrupt(), 130, ["Stopped", "half-written"]),
    ],
)
def test_what_the_machine_does_is_said_in_words(
    trouble: BaseException, code: int, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import pbr.terms.loading

    def fail(path: Path, rules: object = None) -> None:
        raise trouble

    monkeypatch.setattr(pbr.terms.loading, "load_contract", fail)
    result = run("show", TINY)
    assert result.exit_code == code
    assert all(word in result.stderr for word in words), result.stderr
    assert "Traceback" not in result.output and result.stdout == ""


def test_a_fault_of_ours_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    import pbr.terms.loading

    def fail(path: Path, rules: object = None) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(pbr.terms.loading, "load_contract", fail)
    assert isinstance(run("show", TINY).exception, ZeroDivisionError)


def test_help_in_a_process_of_its_own_loads_nothing_heavy() -> None:
    heavy = ("_duckdb", "duckdb", "sqlglot", "pandas", "great_expectations", "pydantic", "ruamel", "numpy")
    program = (
        "import sys\nfrom pbr.cli.main import cli\n"
        f"try:\n    cli(['--help'])\nexcept SystemExit as end:\n    assert end.code == 0\nprint([n for n in {heavy!r} if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
    assert done.stderr == ""


def test_python_m_pbr() -> None:
    done = subprocess.run([sys.executable, "-m", "pbr", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("pbr ")
