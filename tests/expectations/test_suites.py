"""Suites as data and as files."""

from __future__ import annotations

import json
import uuid
from dataclasses import replace
from pathlib import Path

import pytest

from pbr.expectations.mapping import expected
from pbr.expectations.suite import suite_json, suites
from pbr.expectations.writing import write_suites
from pbr.platform.files import RealFiles
from pbr.problem import Refused
from pbr.terms.models import TableLayout
from tests.expectations.wide import PLAN, RIGHT, VISITED, read
from tests.golden import assert_golden
from tests.submission.submitting import plan_of, scalar, submitted

HERE = Path(__file__).parent
LAYOUT = {"visits": TableLayout(missing=[scalar("n/k"), scalar(" - ")], columns={"day": scalar("Date of visit")})}


def test_a_suite_is_written_as_it_was() -> None:
    suite = suites(PLAN, LAYOUT)["visits"]
    assert suite["meta"]["pbr"].pop("plan") == PLAN.digest
    assert_golden(suite_json(suite).decode(), HERE / "visits.json")


def test_each_expectation_has_an_identity_of_its_own_that_stays() -> None:
    later = replace(PLAN, version="2", title="Another title")
    for table in PLAN.tables:
        before, after = (suites(plan)[table.name]["expectations"] for plan in (PLAN, later))
        identities = [one["id"] for one in before]
        assert len(set(identities)) == len(identities)
        assert identities == [one["id"] for one in after] == [one["meta"]["pbr"]["id"] for one in before]
        assert {uuid.UUID(one).version for one in identities} == {5}


def test_no_two_yes_no_columns_have_one_name() -> None:
    for table in PLAN.tables:
        told = [one.told for one in expected(PLAN, table) if one.told]
        assert len(set(told)) == len(told)


def test_the_file_is_text_in_which_everything_can_be_seen() -> None:
    data = suite_json(suites(PLAN)["wide"])
    assert json.loads(data) == suites(PLAN)["wide"]
    assert "£" in data.decode() and "\u200b" not in data.decode() and "\u00a0" not in data.decode()


def test_one_table_is_the_file_and_several_stand_beside_it(tmp_path: Path) -> None:
    one = plan_of(PLAN.tables[0])
    assert write_suites(one, tmp_path / "mine.json", RealFiles()) == [tmp_path / "mine.json"]
    several = write_suites(PLAN, tmp_path / "all.json", RealFiles())
    assert [path.name for path in several] == ["all-wide.json", "all-visits.json", "all-numbered.json"]
    named = write_suites(PLAN, {"visits": tmp_path / "v.json"}, RealFiles())
    assert json.loads(named[0].read_bytes())["meta"]["pbr"]["table"] == "visits"


def test_with_data_the_rows_stand_beside_the_suite(tmp_path: Path) -> None:
    with read([RIGHT], [["K900", "2012-01-01 ", "s", ""], ["K900", "=1+1", "u\rx", ""], ["short"]], []) as accepted:
        paths = write_suites(PLAN, {"visits": tmp_path / "visits.json"}, RealFiles(), accepted)
    assert [path.name for path in paths] == ["visits.json", "visits-rows.csv"]
    lines = paths[1].read_bytes().decode().split("\r\n")
    assert lines[0].startswith("_row,id,day,service,place,pbr: PBR464 id is in Unicode's usual form,pbr: PBR460 ")
    assert lines[1].startswith("1,K900,2012-01-01,s,,yes,")
    assert lines[2].startswith('2,K900,=1+1,"u\rx",,yes,') and lines[2].endswith(",no")
    assert lines[3:] == [""]  # the ragged record is in no frame


@pytest.mark.parametrize(
    ("targets", "code"),
    [
        ({"visits": "here.json"}, "PBR601"),
        ({"visits": "missing/v.json"}, "PBR602"),
        ({"nothing": "n.json"}, "PBR614"),
        ({"visits": "v.json", "wide": "v.json"}, "PBR601"),
    ],
)
def test_what_cannot_be_written_is_refused_and_nothing_is(targets: dict[str, str], code: str, tmp_path: Path) -> None:
    (tmp_path / "here.json").write_text("mine")
    with pytest.raises(Refused) as refused:
        write_suites(PLAN, {"numbered": tmp_path / "fresh.json", **{name: tmp_path / path for name, path in targets.items()}}, RealFiles())
    assert {problem.code for problem in refused.value.problems} == {code}
    assert [path.name for path in tmp_path.iterdir()] == ["here.json"] and (tmp_path / "here.json").read_text() == "mine"
    told = str(refused.value).replace(str(tmp_path), "FOLDER")
    assert_golden(told + "\n", HERE / f"{code}-{'-'.join(targets)}.txt")


def test_a_disk_that_will_not_is_said(tmp_path: Path) -> None:
    class Full(RealFiles):
        def write_atomic(self, path: Path, data: bytes) -> None:
            raise OSError(28, "No space left on device")

    with pytest.raises(Refused, match="PBR603"):
        write_suites(PLAN, tmp_path / "all.json", Full())


def test_rows_that_were_submitted_are_all_there() -> None:
    from pbr.expectations.frame import table_frame

    with read([RIGHT], VISITED, []) as accepted:
        frame = table_frame(PLAN, accepted, "visits")
    assert frame["_row"].tolist() == [1, 2, 3, 4, 5, 6]
    told = {name: frame[name].tolist() for name in frame.columns if name.startswith("pbr: ")}
    assert [name.removeprefix("pbr: ")[:6] for name in told] == [
        "PBR464",
        "PBR460",
        "PBR470",
        "PBR485",
        "PBR461",
        "PBR462",
        "PBR463",
        "PBR471",
        "R1 not",
        "accept",
    ]
    assert told["pbr: accepted"] == ["no", "no", "yes", "yes", "yes", "no"]


def test_a_check_of_the_contract_is_told_by_its_own_code() -> None:
    from pbr.engine.columns.checking import check_rows
    from pbr.expectations.frame import table_frame
    from pbr.plan.build import build
    from pbr.terms.loading import load_contract

    plan = build(load_contract(HERE.parents[1] / "contracts/justice/hmp-doncaster"))
    releases = [["release_id", "person_id", "released_on", "deported"], ["R1", "P1", "2012-01-01", "no"]]
    header = ["offence_id", "person_id", "committed_on", "convicted_on"]
    offences = [header, ["F1", "P1", "2012-02-01", "2012-01-31"], ["F2", "P1", "2012-02-01", ""], ["F3", "P1", "2012-02-01", "2012-02-01"]]
    with submitted(plan, ("releases", releases), ("offences", offences)) as accepted:
        check_rows(plan, accepted)
        frame = table_frame(plan, accepted, "offences")
    (one,) = (one for one in suites(plan)["offences"]["expectations"] if one["meta"]["pbr"]["code"] == "C1")
    assert one["severity"] == "warning" and one["meta"]["pbr"]["line"] and one["meta"]["pbr"]["says"].startswith("convicted before")
    assert frame[one["kwargs"]["column"]].tolist() == ["no", "yes", "yes"]
    assert frame["pbr: accepted"].tolist() == ["yes"] * 3
