"""A sample's seed counts only if the log says that it was fixed before the assessment. PBR_UPDATE_GOLDEN=1 writes the messages anew."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from pbr.audit.logged.adopting import plant
from pbr.audit.logged.logbook import Logbook
from pbr.audit.logged.recording import Recorder
from pbr.audit.logged.seeds import seed_for
from pbr.cli.main import cli
from pbr.problem import Refused
from tests.audit.logged_case import adopted, assess_it, book
from tests.golden import assert_golden

GOLDENS = Path(__file__).parent / "seeds"
A, LOG = Path("a"), Path("log")


def _book(begin: int) -> Logbook:
    """A logbook whose bytes, which are counted, are not those of another."""
    opened = book()
    for _ in range(begin):
        opened.random(32)
    return opened


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``log``: the contract (0), people.csv (1), a seed (2), jobs.csv (3), the assessment ``a`` (4), another seed (5)."""
    home = tmp_path_factory.mktemp("seeds")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(home)
        adopted("{approvers: 1}")
        assert plant(_book(100), "auditor", Path("mine.json")) == 2
        assess_it("a", recorder=Recorder(book(), "analyst"))
        assert plant(_book(200), "auditor", Path("late.json")) == 5
    return home


@pytest.fixture
def here(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(made, tmp_path / "w")
    monkeypatch.chdir(tmp_path / "w")
    return tmp_path / "w"


def test_a_seed_from_before_counts_and_stands_nowhere_but_with_the_auditor(here: Path) -> None:
    found = seed_for(A, LOG, "mine.json")
    assert (found.entry, len(found.seed)) == (2, 32)
    assert found.says.startswith("The seed was committed to by auditor in entry 2 (") and found.says.endswith(
        "before the assessment in entry 4."
    )
    assert Path("mine.json").stat().st_mode & 0o777 == 0o600
    beside = [path for path in here.rglob("*") if path.is_file() and found.seed.hex().encode() in path.read_bytes()]
    assert beside == [here / "mine.json"]


def test_a_seed_that_may_have_been_shown_is_told(here: Path) -> None:
    assess_it("b", jobs="later.csv" if Path("later.csv").exists() else "", day="2022-07-31", recorder=Recorder(book(), "analyst"))
    found = seed_for(Path("b"), LOG, "mine.json")
    assert "entry 4 was assessed after it too" in found.says


def test_a_seed_of_who_ran_it_is_no_fair_sample_and_other_seeds_are_named(here: Path) -> None:
    assert plant(_book(300), "analyst", Path("own.json")) == 6
    assess_it("b", day="2022-07-31", recorder=Recorder(book(), "analyst"))
    done = CliRunner().invoke(cli, ["sample", "b", "--items", "1", "--log", "log", "--seed", "own.json"])
    first, *rest = done.output.splitlines()
    assert first.startswith("This is no fair sample: its seed (entry 6) was committed to by analyst, the same key that ran"), done.output
    assert "not used here: entry 2 by auditor and entry 5 by auditor." in rest[-1], done.output


def test_a_refused_seed_leaves_no_file(here: Path) -> None:
    with pytest.raises(Refused):
        plant(book(), "nobody", Path("new.json"))
    assert not Path("new.json").exists()


def test_without_the_log_it_is_said_that_nothing_was_checked(here: Path) -> None:
    assert "Not checked" in seed_for(A, None, "ab" * 32).says


REFUSED = {
    "after": (LOG, "late.json"),
    "digits": (LOG, "ab" * 32),
    "nothing": (None, "nothing-there"),
    "other-opening": (LOG, "other.json"),
    "not-an-opening": (None, "text.json"),
    "of-a-file": (None, "log.private/openings/1.json"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_any_other_is_refused(here: Path, name: str) -> None:
    Path("other.json").write_text(json.dumps({"salt": "00" * 32, "document": {"seed": "ab" * 32}}))
    Path("text.json").write_text("[")
    log, given = REFUSED[name]
    with pytest.raises(Refused) as refused:
        seed_for(A, log, given)
    assert_golden(str(refused.value) + "\n", GOLDENS / f"{name}.txt")


def test_the_command_prints_the_lines_and_writes_the_paper(here: Path) -> None:
    done = CliRunner().invoke(
        cli, ["sample", "a", "--items", "2", "--others", "1", "--log", "log", "--seed", "mine.json", "--paper", "paper.csv"]
    )
    assert done.exit_code == 0, done.output
    assert_golden(done.output, GOLDENS / "printed.txt")
    assert "money units" in Path("paper.csv").read_text(encoding="utf-8")


def test_a_statement_that_is_none_is_said_in_words(here: Path) -> None:
    (A / "statement.json").write_text("{}")
    done = CliRunner().invoke(cli, ["sample", "a", "--items", "2", "--seed", "ab" * 32])
    assert done.exit_code == 1 and "PBR753\n   statement.json does not say its currency." in done.output, done.output
