"""Rows of one service, repeated rows, rates and held lines: where they stand, what the figure is, and what a line waits for."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from pbr.validation.validating import Outputs, Validation, validate
from tests.golden import assert_golden
from tests.validation.validating_making import GOLDEN, HERE

LESSONS = HERE / "lessons"
SCHEMA = HERE.parents[1] / "docs" / "schema" / "validation.json"
HEADER = "lesson_id,person_id,day,proof_id,attended"
PEOPLE = "person_id,listed_on\n" + "".join(f"p{number},2024-04-01\n" for number in range(1, 6))
DIRTY = [
    "l1,p1,2024-04-08,e1,yes",
    "l2,p1,2024-05-08,e2,yes",
    "l3,p2,2024-05-09,e3,yes",
    "l4,p2,2024-05-10,e1,yes",
    "l5,p3,2024-03-31,e5,yes",
    "l6,p4,2024-06-01,e6,yes",
    "l7,p4,2024-06-01,e7,yes",
    "l8,p4,2024-06-02,e8,no",
    "l9,p4,2024-06-02,e9,yes",
    "l10,p5,2024-06,03,e10,yes",
]


def lessons(tmp_path: Path, rows: list[str], day: str | None, mark: str = "", **more: Any) -> Validation:
    (tmp_path / "people.csv").write_text(PEOPLE)
    (tmp_path / "lessons.csv").write_text("\n".join([HEADER, *rows]) + "\n")
    outputs = Outputs(mark=(("lessons", tmp_path / mark),)) if mark else None
    return validate(LESSONS, [tmp_path / "people.csv", tmp_path / "lessons.csv"], day, outputs=outputs, **more)


@pytest.mark.parametrize(("name", "day"), [("lessons", "2024-11-20"), ("lessons-no-day", None)])
def test_the_text(name: str, day: str | None, tmp_path: Path) -> None:
    assert_golden(lessons(tmp_path, DIRTY, day).text(), GOLDEN / f"{name}.txt")


@pytest.mark.parametrize("day", ["2024-11-20", None])
def test_the_json_agrees_with_its_schema(day: str | None, tmp_path: Path) -> None:
    report = lessons(tmp_path, DIRTY, day, control_totals={"lessons": {"rows": "3"}}).report
    assert report["rates"] and report["control_totals"]["problems"]
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.validate(json.loads(json.dumps(report)), {**schema, "additionalProperties": False}, jsonschema.Draft202012Validator)


def cause(report: dict[str, Any], code: str) -> dict[str, Any]:
    return next(one for one in report["causes"] if one["code"] == code)


def test_every_row_of_one_value_is_named_and_the_rest_counted(tmp_path: Path) -> None:
    report = lessons(tmp_path, DIRTY, None).report
    assert cause(report, "R1")["examples"] == [{"lines": [2, 5], "rows": [1, 4], "places": 2, "value": "e1", "cells": {}}]
    (one,) = cause(report, "E1")["examples"]
    assert one["cells"] == {"day": "2024-03-31", "people.listed_on": "2024-04-01"}
    many = lessons(tmp_path, [f"l{n},p1,n/k,,yes" for n in range(1, 1235)], None)
    assert 'lines 2, 3, 4, 5 and 1,230 more "n/k"' in many.text()


def test_a_value_that_holds_what_separates_cells_is_not_taken_apart(tmp_path: Path) -> None:
    from pbr.validation.causes import cells_of

    assert cells_of("a, b", "x | y") == {"a": "x", "b": "y"} and cells_of("a, b", "x, y, z") == {} and cells_of("a", "x, y") == {}


def test_the_marked_file_names_the_partner(tmp_path: Path) -> None:
    lessons(tmp_path, DIRTY, None, mark="m.csv")
    said = {row["lesson_id"]: row["pbr problems"] for row in csv.DictReader(io.StringIO((tmp_path / "m.csv").read_text()))}
    assert "see line 5 (give each its own)" in said["l1"] and "see line 2 (" in said["l4"]
    assert said["l7"].endswith("; see line 7") and said["l6"] == "", "the row that is used is not told of its copy"
    assert "see line 10 (" in said["l8"] and "see line 9 (" in said["l9"]


def test_many_partners_are_counted(tmp_path: Path) -> None:
    lessons(tmp_path, [f"l{n},p1,2024-04-{n:02},e1,yes" for n in range(1, 9)], None, mark="m.csv")
    first = (tmp_path / "m.csv").read_text().splitlines()[1]
    assert "see lines 3, 4, 5, 6 and 3 more (" in first


def test_a_copy_is_no_partner(tmp_path: Path) -> None:
    lessons(tmp_path, [DIRTY[0], DIRTY[0], DIRTY[3]], None, mark="m.csv")
    assert "see line 4 (" in (tmp_path / "m.csv").read_text().splitlines()[1]


def test_the_share_that_is_refused_is_that_of_assess(tmp_path: Path) -> None:
    """Copies count nowhere: sending a row again would widen the limit."""
    from tests.validation.validating_making import SMALL, validated

    text = validated(SMALL / "dirty.csv", tmp_path).text()
    assert "6 rows of mentoring cannot be used and 2 are missing, 66.7% of 12; the contract allows 25.0%." in text


def test_a_workbook_has_rows_and_not_lines(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    for cells in [HEADER, *DIRTY[:4]]:
        book.active.append(cells.split(","))
    book.save(tmp_path / "lessons.xlsx")
    (tmp_path / "people.csv").write_text(PEOPLE)
    target = tmp_path / "m.xlsx"
    done = validate(LESSONS, [tmp_path / "people.csv", tmp_path / "lessons.xlsx"], outputs=Outputs(mark=(("lessons", target),)))
    assert 'rows 2 and 5 "e1"' in done.text() and "line" not in done.text().replace("lines of", "")
    assert "see row 5" in openpyxl.load_workbook(target).active.cell(2, 7).value


def test_a_rate_has_its_code_its_clause_and_its_figure(tmp_path: Path) -> None:
    rates = {one["code"]: one for one in lessons(tmp_path, DIRTY[:4], "2025-03-31").report["rates"]}
    assert rates["P1"]["clause"] == "2.2" and "(check P1, clause 2.2)" in rates["P1"]["do"]
    assert rates["P1"]["groups"] == [{"for": "", "figure": "share of lessons where attended (100.0%) is above 60.0%"}]
    assert rates["P2"]["groups"] == [{"for": "2024-05", "figure": "count of lessons (3) is above 2"}]
    untraced = {one["code"]: one for one in lessons(tmp_path, DIRTY[:4], None).report["rates"]}
    assert untraced["P1"]["says"] == "far more attended than before" and untraced["P2"]["groups"][0]["for"].startswith("2024-05")
    assert not lessons(tmp_path, [DIRTY[0].replace("yes", "no")], "2025-03-31").report["rates"]


def test_lines_held_for_another_reason_are_counted_with_it(tmp_path: Path) -> None:
    found = lessons(tmp_path, DIRTY[:4], "2024-10-31").report["prediction"]
    assert found["held"] == 3 and not found["held_because_of_rows"] and found["held_not_followed"] == 0
    assert found["held_for_other_reasons"] == [
        {"lines": 3, "because": "the data is complete only to 31 October 2024, and stayed is not settled by then"}
    ]
    rows = [f"l{n},p1,2024-{n % 9 + 4:02}-{n % 28 + 1:02},," for n in range(1, 200)]
    late = lessons(tmp_path, rows, "2026-03-31").report["prediction"]
    assert sum(one["lines"] for one in late["held_for_other_reasons"]) == late["held"] > 0
    assert "attended is missing" in late["held_for_other_reasons"][0]["because"]


def test_a_record_that_cannot_be_taken_apart_may_be_one_that_is_missing(tmp_path: Path) -> None:
    done = lessons(tmp_path, DIRTY, None)
    assert done.report["tables"]["lessons"]["torn"] == 1 and done.report["tables"]["lessons"]["missing"] == 1
    assert "The row that is missing may be the record whose fields could not be told apart." in done.text()
    assert "could not be told apart" not in lessons(tmp_path, DIRTY[:9], None).text()
