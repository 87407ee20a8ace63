"""Assessments that follow one another: what is due is what a line comes to less what was paid, and nothing is edited."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from pbr.assessment import Assessment
from pbr.audit import layout
from pbr.audit.verify import verify
from pbr.problem import Refused
from pbr.statement.explain import explain
from tests.audit.quarters_case import CONTRACT, JUNE, PEOPLE, entries, settle
from tests.audit.tiny import change_table, reseal

SCHEMAS = Path(__file__).parents[2] / "docs" / "schema"
CORRECTED = ("j1,p1,2023-05-01,yes", "j2,p2,2023-08-02,yes", "j3,p3,2023-06-25,yes")  # j2 began a month too late; j3 was found right


def manifest(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / layout.MANIFEST).read_bytes())
    return found


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("quarters")
    settle(home / "q1", "2023-06-30", JUNE, first=True)
    settle(home / "q2", "2023-09-30", CORRECTED, previous=home / "q1")
    return home


def test_the_first_pays_what_its_lines_come_to(tmp_path: Path) -> None:
    first = settle(tmp_path / "q1", "2023-06-30", JUNE, first=True)
    assert entries(first) == [("p1", "paid", 40000, 40000), ("p2", "paid", 40000, 40000), ("p3", "held", 0, 0)]
    assert manifest(tmp_path / "q1")["previous"] is None


def test_a_changed_past_is_reversed_and_names_what_it_reverses(home: Path) -> None:
    second = Assessment(home / "q2", json.loads((home / "q2" / layout.STATEMENT).read_bytes()))
    assert entries(second) == [("p1", "unchanged", 0, 40000), ("p2", "reversal", -40000, 0), ("p3", "paid", 40000, 40000)]
    reversal = second.due.iloc[1]
    assert int(reversal["of_line"]) == 2 and reversal["of_assessment"] == manifest(home / "q2")["previous"]["sha256"]
    found = second.statement["settlement"]
    assert (found["to_date"], found["paid_before"], found["due"]) == ("800.00", "800.00", "0.00")


def test_documents_agree_with_their_schemas(home: Path) -> None:
    for folder in (home / "q1", home / "q2"):
        for name in ("manifest", "statement"):
            schema = json.loads((SCHEMAS / f"{name}.json").read_text())
            jsonschema.validate(json.loads((folder / f"{name}.json").read_text()), schema, jsonschema.Draft202012Validator)


def test_without_a_word_of_what_was_before_the_folder_is_as_it_was(tmp_path: Path) -> None:
    alone = settle(tmp_path / "alone", "2023-06-30", JUNE)
    assert not (alone.folder / layout.DUE).exists() and "previous" not in manifest(alone.folder) and "settlement" not in alone.statement
    with pytest.raises(Refused) as caught:
        _ = alone.due
    assert caught.value.problems[0].code == "PBR918"
    after = settle(tmp_path / "after", "2023-09-30", CORRECTED, previous=alone.folder)
    assert [kind for _, kind, _, _ in entries(after)] == ["unchanged", "reversal", "paid"]


def test_a_line_that_is_held_keeps_what_was_paid_until_it_is_decided(home: Path, tmp_path: Path) -> None:
    lost = ("j1,p1,2023-05-01,", *JUNE[1:])
    second = settle(tmp_path / "q2", "2023-06-30", lost, previous=home / "q1")
    assert entries(second)[0] == ("p1", "kept", 0, 40000)
    assert second.statement["settlement"]["kept_while_held"] == "400.00" and second.statement["settlement"]["due"] == "0.00"
    again = settle(tmp_path / "q3", "2023-07-31", ("j1,p1,2023-05-01,no", *JUNE[1:]), previous=tmp_path / "q2")
    reversal = again.due.iloc[0]
    assert entries(again)[0] == ("p1", "reversal", -40000, 0)
    assert reversal["of_assessment"] == manifest(tmp_path / "q2")["previous"]["sha256"]  # the one that paid it, not the one that kept it


def test_a_line_that_is_gone_is_reversed_whole(home: Path, tmp_path: Path) -> None:
    second = settle(tmp_path / "q2", "2023-06-30", JUNE[1:], PEOPLE[1:], previous=home / "q1")
    assert entries(second)[-1] == ("p1", "reversal", -40000, 0)
    assert second.due.iloc[-1].isna()["line"]


def test_a_chain_with_nothing_new_pays_nothing(home: Path, tmp_path: Path) -> None:
    before = home / "q1"
    for number, day in enumerate(("2023-07-05", "2023-07-06", "2023-07-07")):
        found = settle(tmp_path / f"n{number}", day, JUNE, previous=before)
        assert found.statement["settlement"]["due"] == "0.00" and found.statement["settlement"]["to_date"] == "800.00"
        before = found.folder
    assert found.due.iloc[0]["of_assessment"] == manifest(tmp_path / "n0")["previous"]["sha256"]


def test_another_version_of_the_contract_may_follow_and_says_what_it_changed(home: Path, tmp_path: Path) -> None:
    text = CONTRACT.read_text().replace('version: "1"', 'version: "2"').replace("£400.00", "£450.00")
    (tmp_path / "contract.yaml").write_text(text)
    second = settle(tmp_path / "q2", "2023-06-30", JUNE, previous=home / "q1", contract=tmp_path / "contract.yaml")
    assert entries(second)[:2] == [("p1", "reversal", -40000, 0), ("p1", "restatement", 45000, 45000)]
    changed = second.statement["settlement"]["previous"]["terms_changed"]
    assert {"what": "price", "was": "£400.00", "now": "£450.00", "clause": "2"} in changed
    assert "terms changed since: price (2) was £400.00, is £450.00" in (second.folder / layout.STATEMENT_TEXT).read_text()


def test_explain_says_why_what_was_paid_is_reversed(home: Path, tmp_path: Path) -> None:
    told = explain(home / "q2", ["job_found", "p2"]).text
    assert "what was paid before is reversed: -£400.00 (line 2 of" in told
    assert "because jobs j2: began_on was 1 June 2023, is 2 August 2023" in told
    assert "nothing is due now: £400.00 was paid before" in explain(home / "q2", ["job_found", "p1"]).text
    gone = settle(tmp_path / "gone", "2023-09-30", CORRECTED[1:], PEOPLE[1:], previous=home / "q1")
    told = explain(gone.folder, ["job_found", "p1"]).text
    assert told.startswith("p1: the line is no longer there.") and "people p1 was there (row 1), and is gone" in told


# ---- checking ----------------------------------------------------------------------------------------------------


def test_verify_wants_the_assessment_before(home: Path) -> None:
    assert verify(home / "q1").state == "internally consistent"
    assert verify(home / "q2", previous=home / "q1").state == "internally consistent"
    alone = verify(home / "q2")
    assert alone.state == "digests only" and "--previous" in alone.text()


def test_verify_knows_another_one_from_the_one_before(home: Path, tmp_path: Path) -> None:
    settle(tmp_path / "other", "2023-06-30", JUNE[:2], first=True)
    found = verify(home / "q2", previous=tmp_path / "other")
    assert found.state == "broken" and "is not the assessment that this one follows" in found.text()
    assert verify(home / "q1", previous=tmp_path / "other").state == "broken"


@pytest.mark.parametrize(
    "change",
    [
        "SELECT * REPLACE (0::BIGINT AS sum) FROM this",
        "SELECT * REPLACE (sum + 1 AS sum) FROM this",
        "SELECT * REPLACE (CASE WHEN kind = 'unchanged' THEN 'paid' ELSE kind END AS kind) FROM this",
        "SELECT * REPLACE (9::BIGINT AS of_line) FROM this",
        "SELECT * FROM this WHERE entry < 3",
        "SELECT entry, payment FROM this",
        "SELECT * REPLACE ('x' AS standing) FROM this",
    ],
)
def test_verify_finds_a_changed_entry(home: Path, tmp_path: Path, change: str) -> None:
    folder = Path(shutil.copytree(home / "q2", tmp_path / "q2"))
    change_table(folder, layout.DUE, change)
    reseal(folder)
    assert verify(folder, previous=home / "q1").state == "broken"
    if "of_line" not in change:  # what was paid before is the folder's own word, when nobody asks the one before
        assert verify(folder).state == "broken"


def test_verify_names_a_changed_entry_as_it_names_a_line(home: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(home / "q2", tmp_path / "q2"))
    change_table(folder, layout.DUE, "SELECT * REPLACE (sum + 1 AS sum) FROM this WHERE entry = 1 UNION ALL FROM this WHERE entry > 1")
    reseal(folder)
    found = [(one.file, one.key, one.column) for one in verify(folder, previous=home / "q1").differences]
    assert (layout.DUE, "job_found p1", "sum") in found and not [key for _, key, _ in found if "[" in key and "p1" in key]


@pytest.mark.parametrize("told", [None, 7, {"sha256": "0" * 64}, {"sha256": "x", "complete_to": {"people": "yesterday"}}])
def test_verify_bears_whatever_is_said_of_the_one_before(home: Path, tmp_path: Path, told: Any) -> None:
    folder = Path(shutil.copytree(home / "q2", tmp_path / "q2"))
    statement = json.loads((folder / layout.STATEMENT).read_bytes())
    statement["settlement"]["previous"] = told
    (folder / layout.STATEMENT).write_text(json.dumps(statement, indent=2, ensure_ascii=False) + "\n")
    reseal(folder)
    assert verify(folder).state == "broken" and verify(folder, previous=home / "q1").state == "broken"
