"""``--control TABLE.NAME=VALUE``: read as it is written, and held against what was read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pbr.cli.main import cli
from tests.audit.covered_case import COVERED, TOTALS
from tests.golden import assert_golden

DATA = ["--data", str(COVERED / "referrals.csv"), "--data", str(COVERED / "ends.csv"), "--complete-to", "2021-12-31"]
GIVEN = [word for name, value in TOTALS["ends"].items() for word in ("--control", f"ends.{name}={value}")]
GOLDEN = Path(__file__).parent / "control_totals.txt"


def assess(out: Path, *words: str) -> Result:
    return CliRunner().invoke(cli, ["assess", str(COVERED), *DATA, "--out", str(out), *words], prog_name="pbr")


def test_totals_that_are_right_are_kept(tmp_path: Path) -> None:
    result = assess(tmp_path / "out", *GIVEN)
    assert result.exit_code == 0, result.output
    assert json.loads((tmp_path / "out" / "manifest.json").read_text())["control_totals"] == TOTALS


def test_every_total_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    result = assess(tmp_path / "out", "--control", "ends.rows=12", "--control", "ends.people=some", "--control", "ends.money=3")
    assert result.exit_code == 1 and result.stdout == "" and not (tmp_path / "out").exists()
    assert_golden(result.stderr, GOLDEN)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--control", "rows=9"], "'rows=9' is not a control total: write it as TABLE.NAME=VALUE, such as releases.rows=2981"),
        (["--control", "ends.rows="], "'ends.rows=' is not a control total"),
        (["--control", "ends.rows"], "'ends.rows' is not a control total"),
        ([*GIVEN, "--control", "ends.rows=10"], "--control is given twice with different values for ends.rows"),
    ],
)
def test_what_cannot_be_a_total_is_a_word_out_of_place(tmp_path: Path, words: list[str], says: str) -> None:
    result = assess(tmp_path / "out", *words)
    assert result.exit_code == 2 and says in result.stderr
