"""Names of files and folders that are awkward: patterns, bytes that are no text, spreadsheets, broken copies."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pbr.cli.main import cli

TINY = Path(__file__).parent / "tiny"
JOBS = ["--data", f"jobs={TINY / 'jobs.csv'}", "--complete-to", "2022-06-30"]


def run(*words: object) -> Result:
    return CliRunner().invoke(cli, [str(word) for word in words], prog_name="pbr")


def test_a_folder_named_like_a_pattern(tmp_path: Path) -> None:
    out = tmp_path / "a[b]*?" / "out"
    out.parent.mkdir()
    assert run("assess", TINY, "--data", TINY / "people.csv", *JOBS, "--out", out).exit_code == 0
    assert run("verify", out).exit_code == 0
    assert run("explain", out, "bonus", "2020").exit_code == 0


@pytest.mark.parametrize(
    "words", [["\udc80"], ["explain", str(TINY), "\udc80"], ["assess", str(TINY), "--data", str(TINY / "people.csv"), "--out", "x\udc80"]]
)
def test_an_argument_that_is_no_text_ends_with_2(words: list[str]) -> None:
    done = subprocess.run([sys.executable, "-m", "pbr", *map(os.fsencode, words)], capture_output=True, check=False)
    assert done.returncode == 2 and b"Traceback" not in done.stderr
    assert b"\\x80' is not UTF-8" in done.stderr


def test_a_damaged_workbook_gets_one_message(tmp_path: Path) -> None:
    (tmp_path / "people.xlsx").write_bytes(b"PK")
    result = run("assess", TINY, "--data", tmp_path / "people.xlsx", *JOBS, "--out", tmp_path / "out")
    assert result.exit_code == 1 and result.stderr.count("PBR4") == 1
    assert "people.xlsx is damaged" in result.stderr and "1 problem. Nothing was assessed." in result.stderr


def test_a_bad_parquet_file_is_called_as_it_was_given(tmp_path: Path) -> None:
    (tmp_path / "people.parquet").write_bytes(b"PAR1 not at all")
    result = run("assess", TINY, "--data", tmp_path / "people.parquet", *JOBS, "--out", tmp_path / "out")
    assert result.exit_code == 1 and "people.parquet" in result.stderr
    assert ".part" not in result.stderr and "input0" not in result.stderr and "/inputs/" not in result.stderr
