"""Rows that are missing, control totals and the limit on rejected rows: what an assessment keeps of them, and what checking it makes of that."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path
from typing import Any

import duckdb
import jsonschema
import pytest

from pbr.audit import layout
from pbr.audit.verify import verify
from pbr.problem import Refused
from tests.audit.covered_case import COVERED, TOTALS, assess_covered
from tests.audit.tiny import change_json, reseal, reseal_run

SCHEMAS = Path(__file__).parents[2] / "docs" / "schema"


@pytest.fixture(scope="module")
def trail(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("covered") / "out"
    assess_covered(out)
    return out


def read(folder: Path, name: str) -> Any:
    return json.loads((folder / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", ["manifest", "plan", "statement", "measures"])
def test_agrees_with_its_schema(trail: Path, name: str) -> None:
    jsonschema.validate(read(trail, f"{name}.json"), read(SCHEMAS, f"{name}.json"), jsonschema.Draft202012Validator)


def test_missing_and_extra_rows_are_kept_beside_the_four_that_add_up(trail: Path) -> None:
    ends = {"submitted": 9, "used": 5, "excluded": {}, "rejected": 2, "unused": 2, "unattributed": 0, "missing": 2, "extra": 1}
    assert read(trail, layout.MANIFEST)["rows"]["ends"] == ends
    assert "missing" not in read(trail, layout.MANIFEST)["rows"]["referrals"]
    found = read(trail, layout.STATEMENT)["rows"]["ends"]
    assert {name: found[name] for name in ("covers", "missing", "extra", "flagged")} == {
        "covers": "referrals", "missing": 2, "extra": 1, "flagged": {"E2": 1, "PBR491": 1}}  # fmt: skip
    assert found["registers"] == [
        {"table": "referrals", "by": "must_cover", "matched": 5, "strangers": 1, "others_matched": 5, "others": 7}]  # fmt: skip


def test_findings_of_checks_say_where_and_what(trail: Path) -> None:
    with duckdb.connect() as con:
        found = con.execute(
            f"SELECT TABLE_NAME, \"ROW\", LINE, COLUMN_NAME, CODE, SEVERITY, VALUE FROM read_parquet('{trail / layout.FINDINGS}') "
            "WHERE CODE NOT LIKE 'PBR%' ORDER BY CODE"
        ).fetchall()
    assert found == [
        ("ends", 2, 3, "hours", "E1", "reject", "95"),
        ("ends", 3, 4, "hours", "E2", "flag", "61"),
        ("ends", None, None, None, "E3", "flag", "2020"),
        ("referrals", 8, 9, "referred_on", "R1", "reject", "2019-12-31"),
    ]
    rejected = list(csv.DictReader(io.StringIO((trail / layout.REJECTED).read_text())))
    assert [(row["line"], row["value"], row["code"]) for row in rejected if row["table"] == "ends"] == [
        ("3", "95", "E1"), ("10", "often", "PBR441"), ("", "r5", "PBR490"), ("", "r8", "PBR490")]  # fmt: skip


def test_who_is_left_out_is_held_and_not_spared(trail: Path) -> None:
    """r5 has no row and r2 a rejected one: neither is paid, and neither counts as one who did not work."""
    lines = {line["id"]: line["result"] for line in read(trail, layout.STATEMENT)["payments"]}
    assert (lines["placed_fee[r5]"], lines["placed_fee[r2]"], lines["placed_fee[r1]"], lines["placed_fee[r3]"]) == (
        "held", "held", "pays", "pays_nothing")  # fmt: skip
    measures = {(one["name"], *one["for"].values()): one for one in read(trail, layout.MEASURES)["measures"]}
    assert measures["long_hours",]["state"] == "range"  # 2 rejected and 2 missing of 11 are more than the 30% that may be left out


def test_a_rate_that_a_flag_names_is_a_note_with_its_figure(trail: Path) -> None:
    assert [note for note in read(trail, layout.STATEMENT)["notes"] if note["code"] != "PBR484"] == [
        {"table": "ends", "code": "E3", "says": "2020: share of referrals where area = n (80.0%) is above 60.0% (Many from the north)"}]  # fmt: skip


def test_whose_word_each_pound_and_each_answer_is(trail: Path) -> None:
    found = read(trail, layout.STATEMENT)["evidence_totals"]
    assert found["decided_by"] == {
        "provider": {"lines": 9, "held": 3, "paid": "200.00"},
        "commissioner": {"lines": 7, "held": 0, "paid": "6.00"},
    }
    assert found["decided_by"] == found["rests_on"]
    assert found["outcomes"] == {
        "placed": {"table": "referrals", "decided_by": "provider", "rests_on": "provider", "yes": 2, "no": 3, "held": 2}}  # fmt: skip


def test_it_is_consistent(trail: Path) -> None:
    found = verify(trail)
    assert found.state == "internally consistent" and not found.differences


def test_control_totals_are_part_of_the_result(trail: Path) -> None:
    assert read(trail, layout.MANIFEST)["control_totals"] == TOTALS


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda value: value.pop("control_totals"), "cannot be read again"),
        (lambda value: value["control_totals"]["ends"].update(rows="10"), "cannot be read again"),
        (lambda value: value["control_totals"].update(ends="9"), "hold what they may not: control_totals"),
        (lambda value: value["rows"]["ends"].update(missing=1), ""),
        (lambda value: value["rows"]["ends"].pop("extra"), ""),
        (lambda value: value["rows"]["referrals"].update(missing=0), ""),
        (lambda value: value["rows"]["ends"].update(lost=0), "hold what they may not: rows"),
    ],
)
def test_a_changed_manifest_is_noticed(trail: Path, tmp_path: Path, change: Any, says: str) -> None:
    folder = Path(shutil.copytree(trail, tmp_path / "copy"))
    change_json(folder, layout.MANIFEST, change)
    reseal_run(folder)
    found = verify(folder)
    assert found.state == "broken"
    assert any(says in str(difference) for difference in found.differences)


def test_a_contract_that_would_have_refused_is_noticed(trail: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(trail, tmp_path / "copy"))
    text = (folder / layout.CONTRACT).read_text()
    (folder / layout.CONTRACT).write_text(text.replace("refused_over: 60%", "refused_over: 10%"))
    reseal(folder)
    assert any("give no assessment" in str(difference) for difference in verify(folder).differences)


def test_more_rejected_rows_than_the_contract_lets_be_are_refused(tmp_path: Path) -> None:
    """2 rejected and 2 missing, of 9 submitted, 1 of them a copy, and 2 missing: 4 of 10 is 40%."""
    for limit, refused in (("39%", True), ("40%", False)):
        contract = tmp_path / f"{limit[:2]}.yaml"
        contract.write_text((COVERED / "contract.yaml").read_text().replace("refused_over: 60%", f"refused_over: {limit}"))
        if not refused:
            assert assess_covered(None, contract=contract).statement["lines"] == 16
            continue
        with pytest.raises(Refused) as caught:
            assess_covered(tmp_path / "out", contract=contract)
        assert [problem.code for problem in caught.value.problems] == ["PBR418"]
        assert "4 of the 10 rows" in caught.value.problems[0].says
        assert "run `pbr validate` with the same contract and data, and --mark TABLE=FILE" in caught.value.problems[0].hint
        assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("totals", [None, {}, {"ends": {"rows": "9"}}, {**TOTALS, "referrals": {"rows": "8"}}])
def test_totals_that_are_asked_for_and_not_given_or_the_other_way_round(tmp_path: Path, totals: Any) -> None:
    with pytest.raises(Refused) as caught:
        assess_covered(tmp_path / "out", control_totals=totals)
    assert {problem.code for problem in caught.value.problems} == {"PBR419"}
