"""A contract and its data through every command, in processes as a person starts them and inside one."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pbr.cli.main import cli

TINY = Path(__file__).parent / "tiny"
DATA = ["--data", str(TINY / "people.csv"), "--data", f"jobs={TINY / 'jobs.csv'}"]
DAY = ["--complete-to", "2022-06-30"]


def run(*words: object) -> Result:
    return CliRunner().invoke(cli, [str(word) for word in words], prog_name="pbr")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("way") / "out"
    result = run("assess", TINY, *DATA, *DAY, "--out", out)
    assert result.exit_code == 0, result.output
    return out


def test_assess_prints_the_statement_and_where_it_is(tmp_path: Path) -> None:
    result = run("assess", TINY, *DATA, *DAY, "--out", tmp_path / "out")
    assert result.exit_code == 0 and result.stderr == ""
    assert result.stdout.startswith("Jobs in a tiny town") and f"pbr verify {tmp_path / 'out'}" in result.stdout


def test_assess_as_json_is_the_statement(tmp_path: Path) -> None:
    result = run("assess", TINY, *DATA, *DAY, "--out", tmp_path / "out", "--json")
    assert json.loads(result.stdout) == json.loads((tmp_path / "out" / "statement.json").read_text())


def test_explain_and_verify(folder: Path) -> None:
    assert run("explain", folder).exit_code == 0
    told = run("explain", folder, "bonus", "2020")
    assert told.exit_code == 0 and "£500.00" in told.stdout
    assert json.loads(run("explain", folder, "bonus", "2020", "--json").stdout)
    assert run("explain", folder, "bonos", "2020").exit_code == 1
    assert run("verify", folder).exit_code == 0
    assert run("verify", folder, "--digests-only").exit_code == 4
    assert json.loads(run("verify", folder, "--json").stdout)["state"] == "internally consistent"


def test_verify_of_a_broken_folder_ends_with_3(folder: Path, tmp_path: Path) -> None:
    broken = Path(shutil.copytree(folder, tmp_path / "copy"))
    (broken / "statement.txt").write_text("all is well\n")
    result = run("verify", broken)
    assert result.exit_code == 3 and "statement.txt" in result.stdout


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ([*DATA, "--out", "{new}"], "--complete-to people=2015-06-30"),
        ([*DATA, *DAY, "--out", "{old}"], "exists already"),
        ([*DATA, *DAY, "--out", "{new}/deeper/down"], "does not exist"),
        (["--data", str(TINY / "people.csv"), *DAY, "--out", "{new}"], "jobs"),
        ([*DATA, *DAY, "--complete-to", "towns=2022-06-30", "--out", "{new}"], "towns"),
    ],
)
def test_what_was_given_wrongly_ends_with_1(words: list[str], says: str, folder: Path, tmp_path: Path) -> None:
    result = run("assess", TINY, *(word.format(new=tmp_path / "new", old=folder) for word in words))
    assert result.exit_code == 1, result.output
    assert says in result.stderr and result.stderr.rstrip().endswith("Nothing was assessed.")
    assert not (tmp_path / "new").exists()


def test_check(tmp_path: Path) -> None:
    result = run("check", TINY)
    assert result.exit_code == 0, result.output
    assert "1 of 1 pass" in result.stdout and "unverified terms: target" in result.stdout
    assert "no example reaches: job_found" in result.stdout
    text = (TINY / "contract.yaml").read_text().replace("bonus: {2020: £500.00", "bonus: {2020: £501.00")
    (tmp_path / "contract.yaml").write_text(text)
    failed = run("check", tmp_path)
    assert failed.exit_code == 1 and "half is enough" in failed.stderr
    assert json.loads(run("check", tmp_path, "--json").stdout)["ok"] is False


def test_in_processes_of_their_own(tmp_path: Path) -> None:
    """Nothing but the answer on stdout, nothing at all on stderr, no escape codes; and no traceback on a closed pipe."""
    env = os.environ | {"NO_COLOR": "1"}
    pbr = [sys.executable, "-m", "pbr"]
    made = subprocess.run([*pbr, "assess", TINY, *DATA, *DAY, "--out", tmp_path / "o"], capture_output=True, text=True, env=env)
    assert made.returncode == 0 and made.stderr == "" and "\x1b" not in made.stdout
    checked = subprocess.run([*pbr, "verify", tmp_path / "o"], capture_output=True, text=True, env=env)
    assert checked.returncode == 0 and checked.stderr == ""
    assert "verified" not in checked.stdout
