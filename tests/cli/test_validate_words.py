"""``pbr validate`` as a person types it: what it prints, how it ends, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pbr.cli.main import cli

SMALL = Path(__file__).parents[1] / "validation" / "small"
CITY = ["--data", str(SMALL / "referrals.csv")]
DIRTY = ["--data", f"mentoring={SMALL / 'dirty.csv'}"]
NEARLY = ["--data", f"mentoring={SMALL / 'nearly.csv'}"]


def run(*words: object) -> Result:
    return CliRunner().invoke(cli, ["validate", str(SMALL), *(str(word) for word in words)], prog_name="pbr")


def test_rows_to_correct_end_with_1() -> None:
    result = run(*CITY, *DIRTY)
    assert result.exit_code == 1 and result.stderr == ""
    assert "6 cannot be used" in result.stdout and "the whole submission would be refused" in result.stdout
    assert "Give --complete-to DAY" in run(*CITY, *NEARLY).stdout


def test_flags_alone_end_with_0(tmp_path: Path) -> None:
    text = (SMALL / "nearly.csv").read_text() + "P09,2024-09-09,9,no,\n"
    (tmp_path / "mentoring.csv").write_text(text)
    result = run(*CITY, "--data", tmp_path / "mentoring.csv", "--complete-to", "2025-06-30")
    assert result.exit_code == 0 and "1 has something to look at" in result.stdout


def test_json_is_the_report() -> None:
    report = json.loads(run(*CITY, *NEARLY, "--complete-to", "2025-06-30", "--json").stdout)
    assert report["format"] == "pbr-validation/1" and report["missing"] == {"mentoring": ["P09"]} and not report["ok"]


def test_a_submission_that_cannot_be_read_shows_every_problem(tmp_path: Path) -> None:
    (tmp_path / "mentoring.csv").write_text("person_id,began\n")
    result = run("--data", tmp_path / "mentoring.csv", "--data", f"referrals={tmp_path / 'mentoring.csv'}")
    assert result.exit_code == 1 and result.stdout == ""
    assert result.stderr.count("PBR406") == 2 and "2 problems. Rows were not looked at one by one." in result.stderr
    both = ["--data", tmp_path / "mentoring.csv", "--data", f"referrals={tmp_path / 'mentoring.csv'}", "--json"]
    assert [one["code"] for one in json.loads(run(*both).stdout)["problems"]] == ["PBR406"] * 4
    told = json.loads(run("--data", tmp_path / "mentoring.csv", "--json").stdout)
    assert told["ok"] is False and told["problems"][0]["code"] == "PBR400"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ([], "give the files of the submission"),
        (["--mark", "m.csv"], "give the files of the submission"),
        ([*CITY, "--control", "rows=3"], "is not a control total"),
        ([*CITY, "--control", "mentoring.rows=3", "--control", "mentoring.rows=4"], "given twice"),
        ([*CITY, "--complete-to", "June"], "write it as 2015-06-30"),
        (["--data", "nowhere.csv"], "there is no file"),
    ],
)
def test_words_that_are_not_a_command_end_with_2(words: list[str], says: str) -> None:
    result = run(*words)
    assert result.exit_code == 2 and says in result.stderr


def test_control_totals_are_compared(tmp_path: Path) -> None:
    right = ["--control", "mentoring.rows=9", "--control", "mentoring.hours=183.5"]
    assert "the control totals agree" in run(*CITY, *NEARLY, *right).stdout
    wrong = run(*CITY, *NEARLY, "--control", "mentoring.rows=12", *right[2:])
    assert wrong.exit_code == 1 and "PBR419" in wrong.stdout and "P09" in wrong.stdout and wrong.stderr == ""


def test_suites_need_no_data_and_are_never_written_over(tmp_path: Path) -> None:
    result = run("--suite", tmp_path / "s.json")
    written = sorted(path.name for path in tmp_path.iterdir())
    assert result.exit_code == 0 and written == ["s-mentoring.json", "s-referrals.json"]
    assert all(json.loads((tmp_path / name).read_text())["expectations"] for name in written)
    again = run("--suite", tmp_path / "s.json")
    assert again.exit_code == 1 and "PBR601" in again.stderr
    one = run("--suite", f"mentoring={tmp_path / 'm.json'}", *CITY, *NEARLY, "--json")
    assert one.exit_code == 1 and str(tmp_path / "m.json") in json.loads(one.stdout)["written"]
    twice = run("--suite", f"mentoring={tmp_path / 'a.json'}", "--suite", tmp_path / "b.json")
    assert twice.exit_code == 1 and "PBR605" in twice.stderr


def test_a_marked_file_is_said_and_written(tmp_path: Path) -> None:
    result = run(*CITY, *DIRTY, "--mark", f"mentoring={tmp_path / 'marked.csv'}")
    assert result.exit_code == 1 and f"Written: {tmp_path / 'marked.csv'}" in result.stdout
    assert (tmp_path / "marked.csv").read_text().splitlines()[2].startswith("P02,02/05/2024,8,no,,rejected,")
