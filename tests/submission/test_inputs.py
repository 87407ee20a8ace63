"""Which file is for which table; frames, Parquet and rows give the same as CSV."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pbr.plan.plan import Table
from pbr.platform.duck import connect
from pbr.problem import Refused
from pbr.submission.frames import cell_text, frame_rows
from pbr.submission.inputs import Input, match_inputs
from pbr.terms.models import TableLayout
from tests.submission.submitting import EVENTS, PEOPLE, accepted, found, number, plan_of, submitted, text

PLAN = plan_of(PEOPLE, EVENTS)
WIDE = Table(
    "t",
    ("id",),
    (text("id"), number("n", "number", 20, "half up", "none"), text("d", "date", "none"), text("b", "truth", "none")),
    "provider",
)


def files(folder: Path, *names: str) -> list[Input]:
    for name in names:
        (folder / name).write_text("person,started\n")
    return [Input(None, folder / name, None, None, name) for name in names]


def codes(inputs: list[Input], layout: dict[str, TableLayout] | None = None, days: dict[str, Any] | None = None) -> list[str]:
    with pytest.raises(Refused) as caught:
        match_inputs(PLAN, layout or {}, inputs, days or {})
    assert all(problem.says and (problem.hint or problem.code) for problem in caught.value.problems)
    return [problem.code for problem in caught.value.problems]


def test_a_folder_of_parquet_files_is_told_how_it_is_given(tmp_path: Path) -> None:
    (people,) = files(tmp_path, "people.csv")
    (tmp_path / "events").mkdir()
    (tmp_path / "events" / "part-0.parquet").touch()
    with pytest.raises(Refused) as caught:
        match_inputs(PLAN, {}, [people, Input("events", tmp_path / "events", None, None, "folder")], {})
    hint = f"give files, not folders; of a folder that is one table in Parquet files: 'TABLE={tmp_path}/events/*.parquet'"
    assert [problem.hint for problem in caught.value.problems] == [hint]


def test_matching(tmp_path: Path) -> None:
    people, events, other, sheet = files(tmp_path, "people.csv", "events.csv.gz", "Events (2).csv", "book.xlsm")
    assert [feed.tables for feed in match_inputs(PLAN, {}, [events, people], {})] == [("people",), ("events",)]
    named = Input("events", other.path, None, None, other.name)
    assert [feed.input.name for feed in match_inputs(PLAN, {}, [named, people], {})] == ["people.csv", "Events (2).csv"]
    copied = Input(None, other.path, None, None, "events.csv")
    assert [feed.tables for feed in match_inputs(PLAN, {}, [copied, people], {})] == [("people",), ("events",)]
    assert codes([people]) == ["PBR400"]
    assert codes([people, other]) == ["PBR402", "PBR400"]
    assert codes([people, events, named]) == ["PBR401"]
    assert codes([people, events, Input("peopel", people.path, None, None, "p.csv")]) == ["PBR402"]
    assert codes([people, Input("events", sheet.path, None, None, "book.xlsm")]) == ["PBR404"]
    assert codes([people, Input("events", tmp_path / "no.csv", None, None, "no.csv")]) == ["PBR403"]
    assert codes([people, Input("events", tmp_path, None, None, "folder")]) == ["PBR403"]
    assert codes([people, events], days={"peple": None}) == ["PBR402"]
    one = {"all_from_one_file": TableLayout()}
    assert [feed.tables for feed in match_inputs(PLAN, one, [other], {})] == [("people", "events")]
    assert codes([], one) == ["PBR400"]
    assert codes([people, other], one) == ["PBR401"]


def test_all_missing_columns_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("persn,started\n")
    (tmp_path / "events.csv").write_text("")
    with pytest.raises(Refused) as caught, submitted(PLAN, tmp_path / "people.csv", tmp_path / "events.csv"):
        pass
    told = str(caught.value)
    assert "events.csv   PBR405" in told and "people.csv:1   PBR406" in told and "did you mean the file's column 'persn'" in told


def test_cells_of_frames_are_exact() -> None:
    import numpy
    import pandas

    same = {
        "007": "007", "": "", 5: "5", 10**30: str(10**30), Decimal("1.10"): "1.10", Decimal("1E+2"): "100", 0.1: "0.1", 7.9e-05: "7.9e-05",
        -3.0: "-3", 1e22: "1e+22", date(2020, 1, 2): "2020-01-02", datetime(2020, 1, 2): "2020-01-02",
        datetime(2020, 1, 2, 3): "2020-01-02 03:00:00", pandas.Timestamp("2020-01-02"): "2020-01-02",
    }  # fmt: skip
    for cell, expected in same.items():
        assert cell_text(cell) == expected
    assert [cell_text(cell) for cell in (True, False, numpy.bool_(True), numpy.int64(4), numpy.float32(0.1))] == [
        "yes",
        "no",
        "yes",
        "4",
        "0.1",
    ]
    assert {cell_text(cell) for cell in (None, float("nan"), pandas.NA, pandas.NaT, Decimal("NaN"), numpy.float32("nan"))} == {None}
    with pytest.raises(TypeError):
        cell_text([1])


def test_a_frame_a_parquet_file_and_rows_give_the_same(tmp_path: Path) -> None:
    import pandas

    values: dict[str, list[Any]] = {
        "id": ["01", "02", "03", "04"],
        "n": [0.1, 7.9e-05, None, 12.0],
        "d": [pandas.Timestamp("2020-02-29"), None, pandas.Timestamp("1999-12-31"), None],
        "b": [True, False, None, None],
        "ignored": [[1], [2], [], None],
    }
    frame = pandas.DataFrame(values)
    con = connect(tmp_path, [])
    con.execute(
        f"COPY (SELECT * FROM (VALUES ('01', 0.1::DOUBLE, TIMESTAMP '2020-02-29', true, [1]), ('02', 7.9e-05, NULL, false, [2]), "
        f"('03', 'nan', TIMESTAMP '1999-12-31', NULL, []), ('04', 12, NULL, NULL, NULL)) v(id, n, d, b, ignored)) TO '{tmp_path}/t.parquet'"
    )
    rows = [line[:4] for line in frame_rows(frame[["id", "n", "d", "b"]])]
    expected = [
        (1, "01", 10**19, date(2020, 2, 29), True), (2, "02", 79 * 10**14, None, False), (3, "03", None, date(1999, 12, 31), None),
        (4, "04", 12 * 10**20, None, None),
    ]  # fmt: skip
    for one in (Input("t", None, frame, None, "t"), tmp_path / "t.parquet", ("t", rows)):
        with submitted(plan_of(WIDE), one) as result:
            assert accepted(result, "t") == expected and found(result) == []


def test_a_column_of_lists_is_refused_where_it_is_read() -> None:
    import pandas

    with (
        pytest.raises(Refused) as caught,
        submitted(plan_of(PEOPLE), Input("people", None, pandas.DataFrame({"person": [["a"]], "started": ["x"]}), None, "people")),
    ):
        pass
    assert [problem.code for problem in caught.value.problems] == ["PBR413"]


def test_broken_parquet(tmp_path: Path) -> None:
    path = tmp_path / "people.parquet"
    path.write_bytes(b"PAR1 not really")
    with pytest.raises(Refused) as caught, submitted(plan_of(PEOPLE), path):
        pass
    assert [problem.code for problem in caught.value.problems] == ["PBR414"]


def test_empty_frame_and_lone_surrogates() -> None:
    import pandas

    with submitted(plan_of(PEOPLE), Input("people", None, pandas.DataFrame({"person": [], "started": []}), None, "people")) as result:
        assert result.submitted == {"people": 0}
    frame = pandas.DataFrame({"person": ["\ud800", "é"], "started": ["2020-01-01"] * 2}, dtype=object)
    with submitted(plan_of(PEOPLE), Input("people", None, frame, None, "people")) as result:
        assert [code for *_, code in found(result)] == ["PBR453"] and len(accepted(result, "people")) == 1
