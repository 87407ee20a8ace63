"""``pbr compare``: each kind of difference, made on purpose, is told as what it is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from pbr.cli.main import cli
from pbr.comparison import sides
from pbr.comparison.comparing import compare
from pbr.comparison.text import comparison_text
from pbr.problem import Refused
from tests.audit.quarters_case import CONTRACT, JUNE, PEOPLE, settle
from tests.golden import assert_golden

DAY = "2023-09-30"
WHOLE = (*JUNE[:2], "j3,p3,2023-06-25,yes")


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return settle(tmp_path_factory.mktemp("base") / "base", DAY, WHOLE).folder


def reworded(folder: Path, *changes: tuple[str, str]) -> Path:
    text = CONTRACT.read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (folder / "contract.yaml").write_text(text)
    return folder / "contract.yaml"


def causes(found: dict[str, Any], key: str) -> list[tuple[str, str]]:
    line = next(one for one in found["differences"] if one["key"] == [key])
    return [(cause["kind"], cause["says"]) for cause in line["because"]]


def test_nothing_differs(base: Path) -> None:
    found = compare(base, base)
    assert found["differences"] == [] and found["lines"] == {"compared": 3, "same": 3, "different": 0}
    assert "all 3 lines are the same" in comparison_text(found)


def test_a_changed_cell(base: Path, tmp_path: Path) -> None:
    new = settle(tmp_path / "new", DAY, ("j1,p1,2023-08-01,yes", *WHOLE[1:]))
    found = compare(base, new.folder)
    assert causes(found, "p1") == [("data", "jobs j1: began_on was 1 May 2023, is 1 August 2023")]
    assert found["data"]["jobs"] | {"first": []} == {
        "added": 0, "late": 0, "gone": 0, "changed": 1, "rejected": {"was": 0, "now": 0}, "complete_to": {"was": DAY, "now": DAY}, "first": [],
    }  # fmt: skip


def test_a_row_that_is_gone_and_one_that_came_late(base: Path, tmp_path: Path) -> None:
    new = settle(tmp_path / "new", DAY, WHOLE[1:])
    assert causes(compare(base, new.folder), "p1") == [("data", "jobs j1 was there (row 1), and is gone")]
    kind, says = causes(compare(new.folder, base), "p1")[0]
    assert kind == "data" and says.startswith("jobs j1 is new (row 1); late: its last day, 1 May 2023")


def test_a_row_that_is_rejected_now(base: Path, tmp_path: Path) -> None:
    new = settle(tmp_path / "new", DAY, ("j1,p1,2023-05-32,yes", *WHOLE[1:]))
    (kind, says), *_ = causes(compare(base, new.folder), "p1")
    assert kind == "data" and "Line 2 of jobs.csv holds `j1` and was rejected" in says


def test_a_line_that_is_gone(base: Path, tmp_path: Path) -> None:
    new = settle(tmp_path / "new", DAY, WHOLE[1:], PEOPLE[1:])
    found = compare(base, new.folder)
    assert ("data", "people p1 was there (row 1), and is gone") in causes(found, "p1")
    assert found["differences"][-1]["now"]["result"] == "not there"


def test_days(tmp_path: Path, base: Path) -> None:
    jobs = ("j1,p1,2023-08-01,yes",)
    old = settle(tmp_path / "old", "2023-06-30", jobs, PEOPLE[:1])
    new = settle(tmp_path / "new", "2023-07-31", jobs, PEOPLE[:1])
    (kind, says), *_ = causes(compare(old.folder, new.folder), "p1")
    assert kind == "days" and "was not settled then, and is now: it is final on 10 July 2023" in says


def test_a_figure_and_a_clause(base: Path, tmp_path: Path) -> None:
    figure = settle(tmp_path / "figure", DAY, WHOLE, contract=reworded(tmp_path, ("£400.00", "£300.00")))
    assert causes(compare(base, figure.folder), "p2") == [("terms", "price (2) was £400.00, is £300.00")]
    clause = settle(tmp_path / "clause", DAY, WHOLE, contract=reworded(tmp_path, ("within 3 months from", "within 2 weeks from")))
    (kind, says), *_ = causes(compare(base, clause.folder), "p1")
    assert kind == "terms" and says.startswith("in_work was any jobs where (checked and began_on within 3 months from")


def test_a_cap(base: Path, tmp_path: Path) -> None:
    lower = settle(tmp_path / "lower", DAY, WHOLE, contract=reworded(tmp_path, ("£1,000.00", "£900.00")))
    told = causes(compare(base, lower.folder), "p3")
    assert ("terms", "step 1 of the statement (3) was £1,000.00, is £900.00") in told
    other = settle(tmp_path / "other", DAY, ("j1,p1,2023-08-01,yes", *WHOLE[1:]))
    told = causes(compare(base, other.folder), "p3")
    assert told[0] == ("cap", "the cap of £1,000.00 per contract (3): 1 other line under it was not the same before it")
    assert ("data", "jobs j1: began_on was 1 May 2023, is 1 August 2023") in told


def test_two_contracts_are_not_compared(base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settle(Path("ours"), DAY, WHOLE)
    settle(Path("theirs"), DAY, WHOLE, contract=reworded(tmp_path, ("contract: quarters", "contract: other")))
    settle(
        Path("euros"),
        DAY,
        WHOLE,
        contract=reworded(tmp_path, ("currency: GBP", "currency: EUR"), ("£400.00", "€400.00"), ("£1,000", "€1,000")),
    )
    for other, code in (("theirs", "PBR920"), ("euros", "PBR921")):
        result = CliRunner().invoke(cli, ["compare", "ours", other], prog_name="pbr")
        assert result.exit_code == 1
        assert_golden(result.stderr, Path(__file__).parent / f"{code}.txt")


def test_a_damaged_folder_is_said_in_words(base: Path, tmp_path: Path) -> None:
    with pytest.raises(Refused) as caught:
        compare(base, tmp_path)
    assert caught.value.problems[0].code == "PBR752"


def test_the_command(base: Path, tmp_path: Path) -> None:
    new = settle(tmp_path / "new", DAY, WHOLE[1:])
    result = CliRunner().invoke(cli, ["compare", str(base), str(new.folder), "--json"], prog_name="pbr")
    assert result.exit_code == 0 and json.loads(result.stdout)["lines"]["different"] == 2
    assert "because jobs j1 was there" in CliRunner().invoke(cli, ["compare", str(base), str(new.folder)], prog_name="pbr").stdout


def test_memory_and_threads_bound_the_database_and_change_nothing_else(base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    new = settle(tmp_path / "new", DAY, WHOLE[1:]).folder
    given: list[tuple[Any, ...]] = []
    connect = sides.connect

    def connected(*words: Any, **named: Any) -> Any:
        con = connect(*words, **named)
        given.append(con.execute("SELECT current_setting('threads'), current_setting('memory_limit')").fetchone())
        return con

    monkeypatch.setattr(sides, "connect", connected)
    free = CliRunner().invoke(cli, ["compare", str(base), str(new), "--json"])
    bound = CliRunner().invoke(cli, ["compare", str(base), str(new), "--json", "--memory", "512MB", "--threads", "1"])
    assert (free.exit_code, free.output) == (bound.exit_code, bound.output) and '"differences"' in free.output
    assert given[1] == (1, "488.2 MiB") and given[0] != given[1]
