"""Each row is accepted, rejected or unused, with every reason."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from pbr.plan.plan import Link, Table
from pbr.submission.rejected import REJECTED_COLUMNS, rejected_rows
from tests.submission.submitting import EVENTS, PEOPLE, accepted, accounted, found, number, plan_of, submitted, text

HEAD = ["person", "started"]
EVENT = ["person", "day", "amount"]


def test_the_same_row_again_is_unused_and_a_different_one_rejects_all() -> None:
    rows = [
        HEAD,
        ["a", "2020-01-01"],
        ["a", " 2020-01-01"],
        ["b", "2020-01-01"],
        ["b", "2020-01-02"],
        ["b", "2020-01-01"],
        ["a", "2020-01-01"],
    ]
    with submitted(plan_of(PEOPLE), ("people", rows)) as result:
        assert [row[0] for row in accepted(result, "people")] == [1]
        assert (result.submitted, result.rejected, result.unused) == ({"people": 6}, {"people": 3}, {"people": 2})
        assert [(row, code) for _, row, _, code in found(result)] == [
            (2, "PBR470"),
            (3, "PBR460"),
            (4, "PBR460"),
            (5, "PBR460"),
            (6, "PBR470"),
        ]
        assert accounted(result, "people")


def test_a_damaged_copy_does_not_leave_its_original_standing() -> None:
    with submitted(plan_of(PEOPLE), ("people", [HEAD, ["a", "2020-01-01"], ["a", "soon"]])) as result:
        assert accepted(result, "people") == []
        assert [(row, code) for _, row, _, code in found(result)] == [(1, "PBR460"), (2, "PBR448"), (2, "PBR460")]


def test_values_that_are_equal_when_read_are_equal() -> None:
    table = Table("t", ("id",), (text("id"), number("x", "number", 2)), "provider")
    with submitted(plan_of(table), ("t", [["id", "x"], ["1", "5.0"], ["1", "5"], ["1", "+5.00"]])) as result:
        assert (result.rejected, result.unused) == ({"t": 0}, {"t": 2})


def test_orphans_are_rejected_also_under_a_rejected_parent_and_copies_once() -> None:
    people = [HEAD, ["a", "2020-01-01"], ["b", "never"]]
    events = [
        EVENT,
        ["a", "2020-02-01", "1"],
        ["b", "2020-02-01", "2"],
        ["c", "2020-02-01", "3"],
        ["c", "2020-02-01", "3"],
        ["", "2020-02-01", "x"],
    ]
    with submitted(plan_of(PEOPLE, EVENTS), ("people", people), ("events", events)) as result:
        assert [row[:2] for row in accepted(result, "events")] == [(1, "a")]
        assert [(row, code) for table, row, _, code in found(result) if table == "events"] == [
            (2, "PBR462"), (3, "PBR461"), (4, "PBR470"), (5, "PBR440"), (5, "PBR446"),
        ]  # fmt: skip
        assert result.con.execute('SELECT * FROM "rejected_events" ORDER BY 1').fetchall() == [(2, "b"), (3, "c"), (5, None)]
        assert accounted(result, "events")
        listed = [dict(zip(REJECTED_COLUMNS, row, strict=True)) for row in rejected_rows(result.con, plan_of(PEOPLE, EVENTS))]
        assert [(row["table"], row["row"], row["value"]) for row in listed][-1] == ("people", 2, "never")
        assert all(row["reason"] and row["what to do"] for row in listed)


def test_rejection_reaches_grandchildren_and_composite_links() -> None:
    visits = Table(
        "visits",
        ("id",),
        (text("id"), text("who", link=True), text("on", "date", link=True)),
        "provider",
        parent=Link("children", "events", ("who", "on"), ("person", "day")),
    )
    rows = ("visits", [["id", "who", "on"], ["1", "a", "2020-02-01"], ["2", "b", "2020-02-01"], ["3", "a", "2020-02-02"]])
    people = ("people", [HEAD, ["a", "2020-01-01"], ["b", ""]])
    events = ("events", [EVENT, ["a", "2020-02-01", ""], ["b", "2020-02-01", "2"]])
    with submitted(plan_of(PEOPLE, EVENTS, visits), people, events, rows) as result:
        assert [row[1] for row in accepted(result, "visits")] == ["1"]
        assert [(row, code) for table, row, _, code in found(result) if table == "visits"] == [(2, "PBR462"), (3, "PBR461")]


def test_rows_matched_to_another_table_are_never_orphans() -> None:
    register = Table(
        "register", ("id",), (text("id"), text("who", link=True)), "independent", matched=Link("matched", "people", ("who",), ("person",))
    )
    people = ("people", [HEAD, ["a", "2020-01-01"]])
    with submitted(plan_of(PEOPLE, register), people, ("register", [["id", "who"], ["1", "stranger"], ["2", ""]])) as result:
        assert [row[1] for row in accepted(result, "register")] == ["1"]
        assert result.con.execute('SELECT * FROM "rejected_register"').fetchall() == [(2, None)]


CELL = st.sampled_from(["a", "b", "c", "d", "", " a", "2020-01-01", "2020-02-30", "5", "5.00", "5.005", "£1,000", "\x01", "a'b", '"'])
PERSON = st.tuples(st.sampled_from(["a", "b", "c", "d", "", " a"]), st.sampled_from(["2020-01-01", "2020-01-02", "", "x"]))
HAPPENED = st.tuples(st.sampled_from(["a", "b", "c", "z", ""]), st.sampled_from(["2020-01-01", "2020-01-02", "x"]), CELL)


@settings(max_examples=30, deadline=None)
@given(
    people=st.lists(PERSON, max_size=10), events=st.lists(HAPPENED, max_size=14), ragged=st.lists(st.lists(CELL, max_size=4), max_size=2)
)
def test_every_row_is_accounted_for(people: list[tuple[str, ...]], events: list[tuple[str, ...]], ragged: list[list[str]]) -> None:
    rows = [EVENT, *map(list, events), *ragged]
    with submitted(plan_of(PEOPLE, EVENTS), ("people", [HEAD, *map(list, people)]), ("events", rows)) as result:
        assert accounted(result, "people") and accounted(result, "events")
        assert result.submitted == {"people": len(people), "events": len(rows) - 1}
        parents = [row[1] for row in accepted(result, "people")]
        taken = accepted(result, "events")
        assert len(set(parents)) == len(parents) and {row[1] for row in taken} <= set(parents)
        assert len({row[1:3] for row in taken}) == len(taken)
        # whoever was chosen among rows with one key, no other with that key said anything else
        for _, person, day, amount in taken:
            alike = {row[2] for row in map(list, events) if row[0] == person and row[1] == day.isoformat()}
            assert amount is None or len({cell.replace("£", "").replace(",", "").removesuffix(".00") for cell in alike}) == 1
