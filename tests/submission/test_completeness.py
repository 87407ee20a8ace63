"""What should be here and is not: rows to be covered, control totals, too much rejected, lines, and files that change."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pbr.plan.plan import ControlTotal, Cover, Link, Plan, RowRule, Table
from pbr.platform.duck import connect
from pbr.problem import Refused
from pbr.submission import reading
from pbr.submission.accepted import Accepted
from pbr.submission.completeness import over_limit, over_problems, refuse_over
from pbr.submission.inputs import Input
from pbr.submission.reading import fill_lines, read_submission
from pbr.submission.rejected import REJECTED_COLUMNS, rejected_rows
from tests.golden import assert_golden
from tests.submission.submitting import accounted, found, number, plan_of, submitted, text

GOLDEN = Path(__file__).parent / "golden"
REFERRALS = Table("referrals", ("person",), (text("person"), text("on", "date")), "commissioner")
PEOPLE = Table(
    "people",
    ("person",),
    (text("person"), text("started", "date"), text("area", blank="unknown", link=True)),
    "provider",
    matched=Link("matched", "areas", ("area",), ("area",)),
    cover=Cover("referrals", ("person",), ("person",)),
)
AREAS = Table("areas", ("area",), (text("area"),), "independent")
HEAD = ["person", "started", "area"]
REFERRED = ("referrals", [["person", "on"], *([person, "2020-01-01"] for person in "abcd")])
NO_AREAS = ("areas", [["area"]])


def told(result: Accepted, where: str = "true") -> list[tuple[Any, ...]]:
    return result.con.execute(
        f'SELECT TABLE_NAME, "ROW", COLUMN_NAME, CODE, SEVERITY, VALUE, SAYS FROM findings WHERE {where} ORDER BY CODE, VALUE'
    ).fetchall()


def test_missing_and_extra_by_name() -> None:
    rows = [HEAD, ["a", "2020-01-01", "x"], ["b", "soon", "x"], ["a", "2020-01-01", "x"], ["z", "2020-01-01", "x"], ["", "2020-01-01", ""]]
    with submitted(plan_of(AREAS, PEOPLE, REFERRALS), NO_AREAS, ("people", rows), REFERRED) as result:
        assert (result.missing, result.extra, result.expected("people")) == ({"people": 2}, {"people": 1}, 6)
        assert told(result, "CODE IN ('PBR490', 'PBR491')") == [
            ("people", None, "person", "PBR490", "missing", "c", "referrals lists person c, and no row here has it"),
            ("people", None, "person", "PBR490", "missing", "d", "referrals lists person d, and no row here has it"),
            ("people", 4, "person", "PBR491", "flag", "z", "there is no row of referrals with person z"),
        ]
        # a missing row is like a rejected one whose links nobody knows
        lost = result.con.execute('SELECT * FROM "rejected_people" ORDER BY _row NULLS LAST').fetchall()
        assert lost == [(2, "x"), (5, None), (None, None), (None, None)]
        assert (result.submitted["people"], result.rejected["people"], result.unused["people"]) == (5, 2, 1)


def test_a_row_of_the_register_that_was_rejected_asks_for_nobody() -> None:
    referred = ("referrals", [["person", "on"], ["a", "2020-01-01"], ["b", "never"], ["c", ""]])
    rows = ("people", [HEAD, ["a", "2020-01-01", "x"], ["b", "2020-01-01", "x"]])
    with submitted(plan_of(AREAS, PEOPLE, REFERRALS), NO_AREAS, rows, referred) as result:
        assert (result.missing, result.extra) == ({"people": 0}, {"people": 1})
        assert told(result, "CODE = 'PBR491'")[0][-1] == "the row of referrals with person b was rejected"
        assert result.con.execute('SELECT * FROM "rejected_people"').fetchall() == []


def test_each_row_of_the_register_is_missing_where_each_could_have_a_row() -> None:
    register = Table("referrals", ("id",), (text("id"), text("person")), "commissioner")
    visits = Table(
        "visits", ("visit",), (text("visit"), text("person", link=True)), "provider", cover=Cover("referrals", ("person",), ("person",))
    )
    visits = replace(visits, matched=Link("matched", "referrals", ("person",), ("person",)))
    referred = ("referrals", [["id", "person"], ["1", "a"], ["2", "b"], ["3", "b"]])
    with submitted(plan_of(register, visits), referred, ("visits", [["visit", "person"], ["v", "a"]])) as result:
        assert result.missing == {"visits": 2}
        assert [one[-1] for one in told(result, "CODE = 'PBR490'")] == [
            f"referrals lists person b (the row with id {number}), and no row here has it" for number in (2, 3)
        ]
        assert result.con.execute('SELECT * FROM "rejected_visits"').fetchall() == [(None, "b"), (None, "b")]
    people = replace(PEOPLE, cover=Cover("referrals", ("person",), ("person",)))
    with submitted(plan_of(AREAS, people, register), NO_AREAS, referred, ("people", [HEAD, ["a", "2020-01-01", "x"]])) as result:
        assert result.missing == {"people": 1}, "a table with one row per person misses one row"


def test_rows_that_belong_to_nobody_are_not_flagged_twice() -> None:
    child = Table(
        "people", ("person",), (text("person", link=True),), "provider",
        parent=Link("children", "referrals", ("person",), ("person",)), cover=Cover("referrals", ("person",), ("person",)),
    )  # fmt: skip
    with submitted(plan_of(REFERRALS, child), REFERRED, ("people", [["person"], ["a"], ["z"]])) as result:
        assert (result.missing, result.extra) == ({"people": 3}, {"people": 0})
        assert [one[3] for one in told(result, '"ROW" IS NOT NULL')] == ["PBR461"]
        assert result.con.execute('SELECT person FROM "rejected_people" WHERE _row IS NULL ORDER BY 1').fetchall() == [
            ("b",),
            ("c",),
            ("d",),
        ]


PERSON = st.tuples(st.sampled_from(["a", "b", "c", "d", "e", "z", ""]), st.sampled_from(["2020-01-01", "2020-01-02", "x"]), st.just("x"))


@settings(max_examples=12, deadline=None)
@given(rows=st.lists(PERSON, max_size=8), ragged=st.booleans())
def test_everybody_is_here_or_missing(rows: list[tuple[str, ...]], ragged: bool) -> None:
    given_rows = [HEAD, *map(list, rows), *([["a"]] if ragged else [])]
    with submitted(plan_of(AREAS, PEOPLE, REFERRALS), NO_AREAS, ("people", given_rows), REFERRED) as result:
        here = {row[0] for row in rows} - {""}
        assert [one[5] for one in told(result, "SEVERITY = 'missing'")] == sorted(set("abcd") - here)
        extra = {one[5] for one in told(result, "CODE = 'PBR491'")}
        assert extra == here - set("abcd")
        (nobody,) = result.con.execute('SELECT count(*) FROM "rejected_people" WHERE _row IS NULL').fetchone()
        assert nobody == result.missing["people"] == len(set("abcd") - here)
        lost = result.con.execute('SELECT count(*) FROM "rejected_people" WHERE _row IS NOT NULL').fetchone()
        assert lost == (result.rejected["people"],)
        (taken,) = result.con.execute('SELECT count(*) FROM "accepted_people"').fetchone()
        assert taken + result.rejected["people"] + result.unused["people"] == len(given_rows) - 1


# ---- control totals -------------------------------------------------------------------------------------------------------------

HOURS = Table(
    "hours",
    ("id",),
    (text("id"), text("person"), number("worked", "number", 2, blank="none"), number("paid", "money", top=10**13), number("share", "percent", 1)),
    "provider",
    control_totals=(
        ControlTotal("records", "rows"), ControlTotal("people", "different", "person"), ControlTotal("time", "sum", "worked"),
        ControlTotal("money", "sum", "paid"), ControlTotal("part", "sum", "share"),
    ),
)  # fmt: skip
WORKED = [
    ["id", "person", "worked", "paid", "share"],
    ["1", "a", "1.5", "£1,000.00", "1.5%"],
    ["2", "a", "2.25", "-1.00", "1%"],
    ["2", "a", "2.25", "-1.00", "1%"],
    ["3", "b", "", "0", "0%"],
    ["4", "b", "0", "0", "0%"],
]
RIGHT = {"records": "5", "people": "2", "time": "6.00", "money": "£998", "part": "3.5%"}


def totals(controls: Mapping[str, Mapping[str, str]] | None, plan: Plan | None = None, rows: list[list[str]] = WORKED) -> str:
    """What is said about them, empty when they are right."""
    with tempfile.TemporaryDirectory() as folder:
        con = connect(Path(folder), [], threads=1)
        try:
            read_submission(plan or plan_of(HOURS), {}, [Input("hours", None, None, rows, "hours.csv")], {}, con, Path(folder), controls)
            notes = con.execute(
                "SELECT SEVERITY, COLUMN_NAME, CODE, SAYS FROM findings WHERE \"ROW\" IS NULL AND CODE <> 'PBR481' ORDER BY ALL"
            )
            found = notes.fetchall()
            assert {note[:1] + note[2:3] for note in found} <= {("flag", "PBR484")}
            return "".join(f"note {column}: {says}\n" for _, column, _, says in found)
        except Refused as refused:
            assert {problem.code for problem in refused.problems} == {"PBR419"}
            return "\n".join(str(problem) for problem in refused.problems) + "\n"
        finally:
            con.close()


def test_totals_that_are_right_stop_nothing_and_none_are_asked_when_nobody_could_give_them() -> None:
    assert totals({"hours": RIGHT}) == ""
    assert totals(None) == ""
    assert totals({}, plan_of(replace(HOURS, control_totals=()))) == ""
    assert totals({"hours": RIGHT | {"records": "0,005"}}) != "" != totals({"hours": RIGHT | {"people": "00,2"}})
    many = [WORKED[0], *([str(number), "a", "1000", "0", "0%"] for number in range(1, 1235))]
    grouped = {"records": "1,234", "people": "1", "time": "1,234,000.0", "money": "0", "part": "0%"}
    assert totals({"hours": grouped}, rows=many) == ""
    assert "which is not" in totals({"hours": grouped | {"records": "1,23,4"}}, rows=many)


@pytest.mark.parametrize(
    ("name", "controls"),
    [
        ("control_totals_differ", {"hours": {"records": "4", "people": "3", "time": "1234.5", "money": "-£2,000.00", "part": "3%"}}),
        ("control_totals_one_apart", {"hours": RIGHT | {"records": "6", "people": "1"}}),
        ("control_totals_not_given", {"hours": {"records": "5", "money": "998"}}),
        ("control_totals_none_given", {}),
        ("control_totals_not_asked", {"hours": RIGHT | {"rows": "5"}, "wages": {"rows": "5"}}),
        ("control_totals_unreadable", {"hours": {"records": "5.0", "people": "two", "time": "4.501", "money": "1 000", "part": "3.5"}}),
        ("control_totals_hostile", {"hours": {"records": "9" * 70, "people": "", "time": "1e999", "money": "9" * 40, "part": "\0"}}),
    ],
)
def test_what_is_said_about_totals(name: str, controls: Mapping[str, Mapping[str, str]]) -> None:
    assert_golden(totals(controls), GOLDEN / f"{name}.txt")


@settings(max_examples=8, deadline=None)
@given(st.integers(-(10**6), 10**6), st.booleans())
def test_a_total_that_is_not_the_sum_is_refused(cents: int, grouped: bool) -> None:
    text_ = f"{'-' if cents < 0 else ''}{abs(cents) // 100:{',' if grouped else ''}}.{abs(cents) % 100:02d}"
    assert (totals({"hours": RIGHT | {"money": text_}}) == "") == (cents == 99_800)


# a record that cannot be taken apart, a cell that is no number, one that is blank and may not be, one out of bounds
PART = Table(
    "hours",
    ("id",),
    (text("id"), text("person"), number("worked", "number", 1, at_least="0", at_most="24"), number("paid", "money", at_least="0", top=10**13)),
    "provider",
    control_totals=(
        ControlTotal("records", "rows"), ControlTotal("people", "different", "person"), ControlTotal("time", "sum", "worked"),
        ControlTotal("money", "sum", "paid"),
    ),
)  # fmt: skip
NAMES = ["id", "person", "worked", "paid"]
UNREAD = [NAMES, ["1", "a", "7.5", "10"], ["2", "b", "eight", "20.00"], ["3", "", "", "1,000"], ["4", "a", "1"]]
KNOWN = {"records": "4", "people": "2", "time": "8.5", "money": "1030"}


@pytest.mark.parametrize(
    ("name", "rows", "controls"),
    [
        ("not_confirmed", UNREAD, KNOWN | {"people": "4", "time": "16.5", "money": "1,034.50"}),
        ("not_confirmed_as_read", UNREAD, KNOWN | {"time": "7.5"}),
        ("impossible_too_little", UNREAD, {"records": "5", "people": "1", "time": "7.4", "money": "1029.99"}),
        ("impossible_too_much", UNREAD, KNOWN | {"people": "5", "time": "79.6"}),
        # an hour too many for a day was stated as it stands in the file, and so were tenths of tenths
        ("not_confirmed_out_of_bounds", [NAMES, ["1", "a", "7.5", "10"], ["2", "a", "900", "-5"]], {"records": "2", "people": "1", "time": "907.5", "money": "5"}),
        ("not_confirmed_too_many_decimals", [NAMES, ["1", "a", "7.5", "10"], ["2", "a", "30.25", "5"]], {"records": "2", "people": "1", "time": "37.7", "money": "15"}),
    ],
)  # fmt: skip
def test_totals_of_columns_that_could_not_all_be_read(name: str, rows: list[list[str]], controls: Mapping[str, str]) -> None:
    """What cannot be right is refused, what may be is said not to be confirmed; the number of rows is always exact."""
    printed = totals({"hours": controls}, plan_of(PART), rows)
    assert ("PBR419" in printed) == name.startswith("impossible")
    assert_golden(printed, GOLDEN / f"control_totals_{name}.txt")


CELLS = st.tuples(
    st.sampled_from(["0", "2.5", "24", "?"]), st.sampled_from(["0", "1.5", "24"])
)  # as written, and as meant where it is unread


@settings(max_examples=10, deadline=None)
@given(cells=st.lists(CELLS, min_size=1, max_size=5), off=st.sampled_from([0, 0, -1, 1, 30, 500]))
def test_a_total_is_refused_only_where_no_reading_of_the_cells_makes_it_right(cells: list[tuple[str, str]], off: int) -> None:
    rows = [NAMES, *([str(number), "a", written, "0"] for number, (written, _) in enumerate(cells))]
    meant = sum(Fraction(true if written == "?" else written) for written, true in cells) + off
    known, unread = sum(Fraction(written) for written, _ in cells if written != "?"), sum(written == "?" for written, _ in cells)
    controls = {
        "records": str(len(cells)),
        "people": "1",
        "time": f"{'-' if meant < 0 else ''}{abs(meant) // 1}.{abs(meant) % 1 * 10}",
        "money": "0",
    }
    printed = totals({"hours": controls}, plan_of(PART), rows)
    assert ("PBR419" in printed) == (not known <= meant <= known + 24 * unread)
    assert ("not confirmed" in printed) == (unread > 0 and "PBR419" not in printed)


# ---- too much rejected ----------------------------------------------------------------------------------------------------------


def test_the_limit_itself_is_within_the_limit() -> None:
    table = replace(PEOPLE, refused_over="1/20")
    assert not over_limit(table, 100, 5) and over_limit(table, 100, 6) and over_limit(table, 99, 5)
    assert not over_limit(PEOPLE, 1, 1), "a contract without a limit has none"
    assert not over_limit(replace(PEOPLE, refused_over="0/1"), 0, 0) and over_limit(replace(PEOPLE, refused_over="0/1"), 9, 1)


@given(st.integers(0, 50), st.integers(0, 50), st.fractions(0, 1, max_denominator=40))
def test_the_limit_is_exact(good: int, bad: int, limit: Fraction) -> None:
    table = replace(PEOPLE, refused_over=f"{limit.numerator}/{limit.denominator}")
    assert over_limit(table, good + bad, bad) == (good + bad > 0 and Fraction(bad, max(good + bad, 1)) > limit)


def test_missing_rows_count_and_the_reasons_are_said() -> None:
    rule = RowRule("repeated", "R1", "reject", ("started",), says="two people started on one day")
    people = replace(PEOPLE, refused_over="1/3", rules=(rule,))
    rows = [
        HEAD,
        ["a", "2020-01-01", "x"],
        ["b", "soon", "x"],
        ["f", "later", "x"],
        ["g", "2020-02-01", "x"],
        ["h", "2020-02-01", "x"],
        ["i", "2020-03-01", "x", ""],
    ]
    plan = plan_of(AREAS, people, REFERRALS)
    with submitted(plan, NO_AREAS, ("people", rows), REFERRED) as result:
        with pytest.raises(Refused) as caught:
            refuse_over(plan, result.submitted, result.rejected, result)
        assert_golden(str(caught.value) + "\n", GOLDEN / "refused_over.txt")
        few = {**result.rejected, "people": 0}
        assert over_problems(plan, result.submitted, few, result) == [], "2 of 8 are missing"
        assert over_problems(plan, result.submitted, result.rejected)[0].says.startswith("people: 5 of 6 rows are rejected; ")
    only_missing = plan_of(AREAS, replace(people, refused_over="0/1", rules=()), REFERRALS)
    with submitted(
        only_missing, NO_AREAS, ("people", [HEAD, *(["abc"[n], f"2020-01-0{n + 1}", "x"] for n in range(3))]), REFERRED
    ) as result:
        with pytest.raises(Refused) as caught:
            refuse_over(only_missing, result.submitted, result.rejected, result)
        assert_golden(str(caught.value) + "\n", GOLDEN / "refused_over_missing.txt")


# ---- rejected.csv and lines -----------------------------------------------------------------------------------------------------


def test_rejected_rows_hold_the_missing_and_what_the_contract_says_is_to_be_done() -> None:
    rules = (
        RowRule("repeated", "R1", "reject", ("started",), says="two on one day", correct="ask the office"),
        RowRule("repeated", "R2", "reject", ("started",), clause="Sch 2"),
        RowRule("repeated", "R3", "flag", ("started",)),
    )
    plan = plan_of(AREAS, replace(PEOPLE, rules=rules), REFERRALS)
    rows = [HEAD, ["a", "2020-01-01", "x"], ["b", "2020-01-01", "x"], ["c", "2020-01-02", "x"]]
    with submitted(plan, NO_AREAS, ("people", rows), REFERRED) as result:
        listed = [dict(zip(REJECTED_COLUMNS, row, strict=True)) for row in rejected_rows(result.con, plan)]
        assert [(row["row"], row["value"], row["code"], row["what to do"]) for row in listed] == [
            (1, "2020-01-01", "R1", "ask the office"),
            (1, "2020-01-01", "R2", "correct the record: the contract's check R2, clause Sch 2, says what is asked"),
            (2, "2020-01-01", "R1", "ask the office"),
            (2, "2020-01-01", "R2", "correct the record: the contract's check R2, clause Sch 2, says what is asked"),
            (None, "d", "PBR490", "submit the row; ask the commissioner if it is not yours to submit"),
        ]
        assert all(row["reason"] for row in listed)


def test_every_finding_about_a_row_has_its_line(tmp_path: Path) -> None:
    rule = RowRule("repeated", "R1", "flag", ("started",))
    (tmp_path / "people.csv").write_text('person,started,area\na,2020-01-01,"x\ny"\nb,2020-01-01,x\nz,never,x\n')
    (tmp_path / "referrals.csv").write_text("person,on\na,2020-01-01\nq,2020-01-01\n")
    plan = plan_of(AREAS, replace(PEOPLE, rules=(rule,)), REFERRALS)
    with submitted(plan, NO_AREAS, tmp_path / "people.csv", tmp_path / "referrals.csv") as result:
        lines = found(result, '"ROW", CODE, LINE')
        assert {(row, line) for row, _, line in lines} == {(1, 2), (2, 4), (3, 5)}
        assert {code for _, code, _ in lines} == {"PBR453", "PBR448", "PBR491", "R1"}
        assert result.locate("people", {1, 3}) == {1: 2, 3: 5} and result.locate("areas", {1}) == {}
        # what an engine adds later gets its line too
        result.con.execute(
            "INSERT INTO findings VALUES ('people', 2, NULL, '', 'C1', 'reject', '', ''), ('people', NULL, NULL, '', 'P1', 'flag', '', '')"
        )
        fill_lines(result)
        assert result.con.execute("SELECT CODE, LINE FROM findings WHERE CODE IN ('C1', 'P1') ORDER BY 1").fetchall() == [
            ("C1", 4),
            ("P1", None),
        ]


# ---- a file that changes --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["longer", "touched", "replaced", "removed", "broken"])
def test_a_file_that_changes_while_it_is_read_is_refused(how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "areas.csv"
    path.write_text("area\nx\n")
    judged = reading.judge

    def change(*args: Any) -> Any:
        if how == "longer":
            path.write_text("area\nx\ny\n")
        elif how == "touched":
            os.utime(path, ns=(1, 1))
        elif how == "replaced":
            about = path.stat()
            (tmp_path / "other").write_text("area\ny\n")
            os.utime(tmp_path / "other", ns=(about.st_atime_ns, about.st_mtime_ns))
            (tmp_path / "other").replace(path)
        elif how == "removed":
            path.unlink()
        else:
            path.write_text("")
            raise Refused([])
        return judged(*args)

    monkeypatch.setattr(reading, "judge", change)
    with pytest.raises(Refused) as caught, submitted(plan_of(AREAS), path):
        pass
    assert_golden(str(caught.value) + "\n", GOLDEN / "changed_while_read.txt")


def test_rows_are_accounted_for_with_every_kind_of_rule() -> None:
    rules = (RowRule("repeated", "R1", "reject", ("started",)),)
    table = replace(PEOPLE, once=("started", "area"), rules=rules)
    rows = [HEAD, ["a", "2020-01-01", "x"], ["b", "2020-01-01", "x"], ["c", "2020-01-01", "y"], ["d", "?", "x"], ["e", "2020-01-04", "x"]]
    with submitted(plan_of(AREAS, replace(table, cover=None)), NO_AREAS, ("people", rows)) as result:
        assert accounted(result, "people")
        assert (result.rejected, result.unused) == ({"areas": 0, "people": 3}, {"areas": 0, "people": 1})
