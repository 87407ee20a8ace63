"""What the report says: counts that add up, causes in order, what is wrong with a file as a whole, and what it would come to."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from pbr.problem import refuse
from pbr.validation.validating import Outputs
from tests.golden import assert_golden
from tests.validation.validating_making import DAY, GOLDEN, GOOD, HEADER, SMALL, rows, validated

SCHEMA = Path(__file__).parents[2] / "docs" / "schema" / "validation.json"
SWAPPED = "\n".join(["began_on,person_id,hours,in_touch", *(f"{person},{text}" for person, text in GOOD.items())]) + "\n"
STRANGERS = "\n".join([HEADER, *(f"X{person},{text}" for person, text in GOOD.items())]) + "\n"
BRITISH = rows(**{person: f"{text[8:10]}/{text[5:7]}/{text[:4]}{text[10:]}" for person, text in GOOD.items()})
CASES = {
    "dirty": (SMALL / "dirty.csv", DAY),
    "nearly": (SMALL / "nearly.csv", DAY),
    "clean": (rows(), DAY),
    "no-day": (rows(P02="n/k,8,no"), None),
    "swapped": (SWAPPED, DAY),
    "strangers": (STRANGERS, DAY),
    "british-dates": (BRITISH, DAY),
    "long-values": (rows(P02=f'"{"x" * 300}\x1b[31m",8,no', P03="2024-05-13,31.0,maybe"), DAY),
}


@pytest.mark.parametrize("name", CASES)
def test_the_text(name: str, tmp_path: Path) -> None:
    mentoring, day = CASES[name]
    done = validated(mentoring, tmp_path, day)
    assert_golden(done.text(), GOLDEN / f"{name}.txt")


@pytest.mark.parametrize("name", CASES)
def test_the_json_agrees_with_its_schema_and_adds_up(name: str, tmp_path: Path) -> None:
    mentoring, day = CASES[name]
    report = json.loads(json.dumps(validated(mentoring, tmp_path, day).report))
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    # what may be added later must be told now: nothing is there that the schema does not name
    jsonschema.validate(report, {**schema, "additionalProperties": False}, jsonschema.Draft202012Validator)
    for one in report["tables"].values():
        assert one["accepted"] + one["rejected"] + one["unused"] == one["submitted"]
    assert report["ok"] is (name == "clean")


def test_swapped_columns_are_named(tmp_path: Path) -> None:
    kinds = {one["kind"]: one["says"] for one in validated(SWAPPED, tmp_path).report["suspicions"]}
    assert set(kinds) == {"swapped columns"}
    assert "began_on and person_id" in kinds["swapped columns"]


@pytest.mark.parametrize(("name", "kind"), [("strangers", "no match"), ("british-dates", "nothing usable")])
def test_a_whole_file_that_is_wrong_is_said_loudly(name: str, kind: str, tmp_path: Path) -> None:
    done = validated(CASES[name][0], tmp_path)
    assert [one["kind"] for one in done.report["suspicions"]] == [kind]
    assert done.text().count("LOOK AT THIS FIRST") == 1


def test_nothing_is_suspected_of_a_file_with_a_few_bad_rows(tmp_path: Path) -> None:
    assert validated(SMALL / "dirty.csv", tmp_path).report["suspicions"] == []


def test_a_missing_row_that_matters_holds_the_line_and_one_that_cannot_matter_does_not(tmp_path: Path) -> None:
    held = validated(rows(P09=None), tmp_path).report["prediction"]
    assert [line["id"] for line in held["held_because_of_rows"]] == ["bonus[2024/25]"]
    assert held["held_because_of_rows"][0]["tables"] == ["mentoring"]
    sure = validated(rows(P09=None, P02="2024-05-02,8,yes"), tmp_path).report["prediction"]
    assert sure["held_because_of_rows"] == [] and sure["held"] == 0 and sure["paid"] == "5000.00"


def test_a_line_held_for_another_reason_is_not_blamed_on_the_rows(tmp_path: Path) -> None:
    """P07's answer is blank; nothing is rejected or missing."""
    found = validated(rows(P07="2024-07-08,6,", P02="2024-05-02,8,yes"), tmp_path).report
    assert found["ok"] and found["prediction"]["held"] == 1 and found["prediction"]["held_because_of_rows"] == []


def test_the_prediction_is_what_the_assessment_says(tmp_path: Path) -> None:
    import pbr

    for changed in ({}, {"P09": None}):
        predicted = validated(rows(**changed), tmp_path).report["prediction"]
        files = {"mentoring": tmp_path / "mentoring.csv", "referrals": SMALL / "referrals.csv"}
        totals = {"mentoring": {"rows": str(len(GOOD) - (None in changed.values())), "hours": _hours(tmp_path / "mentoring.csv")}}
        statement = pbr.assess(SMALL, files, DAY, control_totals=totals).statement
        assert predicted["held"] == statement["totals"]["held"] and predicted["paid"] == statement["totals"]["paid"]


def _hours(path: Path) -> str:
    from decimal import Decimal

    return str(sum(Decimal(line.split(",")[2]) for line in path.read_text().splitlines()[1:]))


def test_too_much_that_is_bad_is_said_to_refuse_the_whole(tmp_path: Path) -> None:
    found = validated(SMALL / "dirty.csv", tmp_path).report
    assert found["tables"]["mentoring"]["refused"] and found["prediction"]["refused"] == ["mentoring"]


def test_control_totals_are_compared_when_they_are_given(tmp_path: Path) -> None:
    hours = {"mentoring": {"rows": "10", "hours": "162.5"}}
    assert validated(rows(), tmp_path, control_totals=hours).report["control_totals"]["compared"]


def test_a_control_total_that_is_wrong_hides_no_row(tmp_path: Path) -> None:
    text = rows(P02="n/k,8,no")
    done = validated(text, tmp_path, control_totals={"mentoring": {"rows": "12", "hours": "162.5"}})
    assert not done.ok and [one["code"] for one in done.report["control_totals"]["problems"]] == ["PBR419"]
    assert [one["code"] for one in done.report["causes"]] == ["PBR448"]
    assert_golden(done.text(), GOLDEN / "totals.txt")
    clean = validated(rows(), tmp_path, control_totals={"mentoring": {"rows": "12", "hours": "162.5"}})
    assert not clean.ok and not clean.report["causes"]


def test_a_total_that_cannot_be_confirmed_is_a_note(tmp_path: Path) -> None:
    done = validated(rows(P02="2024-05-02,eight,no"), tmp_path, control_totals={"mentoring": {"rows": "10", "hours": "162.5"}})
    assert done.report["control_totals"]["problems"] == [] and done.report["control_totals"]["unconfirmed"] == 1
    assert "not confirmed" in done.text() and "agree as far as they can be compared" in done.text()


def test_frames_are_validated_too(tmp_path: Path) -> None:
    import pandas

    import pbr

    frame = pandas.DataFrame({"person_id": ["P01"], "began_on": ["soon"], "hours": [1], "in_touch": [True]})
    report = pbr.validate(SMALL, {"mentoring": frame, "referrals": SMALL / "referrals.csv"}).report
    assert report["tables"]["mentoring"]["rejected"] == 1 and not report["prediction"]["tried"]
    assert 'row 1 "soon"' in pbr.validate(SMALL, {"mentoring": frame, "referrals": SMALL / "referrals.csv"}).text()


def test_nothing_that_a_terminal_would_obey_is_printed(tmp_path: Path) -> None:
    path = tmp_path / "men\x1b[2Jtoring.csv"
    path.write_text(rows(P02="\x1b[31mred,8,no", P03=None), encoding="utf-8")
    assert "\x1b" not in validated(path, tmp_path).text()


def test_pages_that_cannot_be_made_take_nothing_from_the_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object) -> None:
        raise refuse("PBR613", "Great Expectations cannot be loaded", "install it")

    monkeypatch.setattr("pbr.validation.validating.data_docs", failing)
    done = validated(rows(), tmp_path, outputs=Outputs(data_docs=tmp_path / "docs"))
    assert done.report["ok"] and not done.ok
    assert done.text().endswith("Not written: Great Expectations cannot be loaded (PBR613); install it\n")
    monkeypatch.setattr("pbr.validation.validating.data_docs", lambda plan, accepted, folder, files, layout: folder.mkdir())
    made = validated(rows(), tmp_path, outputs=Outputs(data_docs=tmp_path / "docs"))
    assert made.ok and made.report["written"] == [str(tmp_path / "docs")]


def test_nothing_is_left_behind(tmp_path: Path) -> None:
    validated(rows(), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mentoring.csv"]
