"""``--previous``: an assessment that this one cannot follow is refused in words. The messages stand beside this file."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pbr.cli.main import cli
from tests.audit.quarters_case import CONTRACT, JUNE, settle
from tests.golden import assert_golden

GOLDENS = Path(__file__).parent / "previous"


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, list(words), prog_name="pbr")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with an assessment ``q1``, its data and the contract: names without a place are printed as they are given."""
    monkeypatch.chdir(tmp_path)
    Path("contract.yaml").write_text(CONTRACT.read_text())
    settle(Path("q1"), "2023-06-30", JUNE, first=True, contract="contract.yaml")
    return tmp_path


def after(previous: str = "q1", day: str = "2023-09-30", *more: str) -> Result:
    data = ["--data", "q1-data/people.csv", "--data", "q1-data/jobs.csv"]
    return run("assess", "contract.yaml", *data, "--complete-to", day, "--previous", previous, "--out", "q2", *more)


def refused(result: Result, code: str) -> None:
    assert result.exit_code == 1 and code in result.stderr, result.output
    assert not Path("q2").exists()
    assert_golden(result.stderr, GOLDENS / f"{code}.txt")


def reworded(old: str, new: str) -> None:
    text = Path("contract.yaml").read_text()
    assert old in text
    Path("contract.yaml").write_text(text.replace(old, new))


def test_it_follows(here: Path) -> None:
    assert after().exit_code == 0
    told = run("verify", "q2", "--previous", "q1")
    assert told.exit_code == 0, told.output
    assert run("verify", "q2").exit_code == 4


def test_what_is_no_assessment(here: Path) -> None:
    refused(after("q1-data"), "PBR910")
    assert after("nowhere").exit_code == 1


def test_what_was_changed(here: Path) -> None:
    statement = Path("q1/statement.txt")
    statement.write_text(statement.read_text().replace("£800.00", "£0.00"))
    refused(after(), "PBR911")


def test_another_contract(here: Path) -> None:
    reworded("contract: quarters", "contract: other")
    refused(after(), "PBR912")


def test_another_currency(here: Path) -> None:
    reworded("currency: GBP", "currency: EUR")
    reworded("£400.00", "€400.00")
    reworded('"£1,000.00"', '"€1,000.00"')
    refused(after(), "PBR913")


def test_a_later_one(here: Path) -> None:
    refused(after(day="2023-05-31"), "PBR914")


def test_the_very_same(here: Path) -> None:
    refused(after(day="2023-06-30"), "PBR915")


def test_both_at_once(here: Path) -> None:
    refused(after("q1", "2023-09-30", "--first"), "PBR917")


def test_a_cap_for_life_wants_a_word_of_what_was_paid_before(here: Path) -> None:
    reworded("per: contract, allocate", "per: contract, for: life, allocate")
    data = ["--data", "q1-data/people.csv", "--data", "q1-data/jobs.csv"]
    words = ["assess", "contract.yaml", *data, "--complete-to", "2023-09-30", "--out", "q2"]
    refused(run(*words), "PBR916")
    assert run(*words, "--first").exit_code == 0
