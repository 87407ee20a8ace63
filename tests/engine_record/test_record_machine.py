"""The machine: rows reached, checks, cohorts, windows, settling, worked examples, and how far it can go."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb
import pytest
from record_making import (
    ALL_CLAIMS,
    LATER,
    NO,
    NONE,
    OF_PERSON,
    TABLES,
    YES,
    D,
    F,
    K,
    R,
    aggregate,
    column,
    day,
    item,
    kind,
    literal,
    machine,
    node,
    plan,
    steps,
)

from pbr.engine.record.machine import Machine, NotGiven
from pbr.engine.record.rows import Rows, key_from_text, text_key
from pbr.engine.record.tracing import trace
from pbr.plan.node import Node
from pbr.plan.plan import Cohort, Column, Group, Link, Part, Plan, Settles, Step, Table
from pbr.problem import Refused
from pbr.submission.accepted import Accepted
from pbr.values.value import Value

NUMBER = kind("number", "unknown")
WHOLE = kind("whole", "unknown", ranged=True)
TRUTH = kind("truth", "unknown")
OK = column("people", "ok", TRUTH)
CLAIM_OK = column("claims", "ok", TRUTH, row="counted")
PEOPLE = [{"person_id": p, "x": F(n), "ok": n != 2} for n, p in enumerate("abc", 1)]


def claim(key: str, person: str, **more: Any) -> dict[str, Any]:
    return {"claim_id": key, "person_id": person, **more}


def test_children_are_found_by_their_link_and_rejected_rows_under_it() -> None:
    body = aggregate("count", WHOLE, OF_PERSON, where=CLAIM_OK)
    m = machine(
        plan(TABLES, steps(("n", "people", body))),
        people=PEOPLE,
        claims=[claim("1", "a", ok=True), claim("2", "a", ok=False), claim("3", "a"), claim("4", "b", ok=True)],
        rejected_claims=[{"person_id": "b"}, {"person_id": None}, {"person_id": "z"}],
    )
    assert m.value("n", ("a",)) == R(1, 3, 3)  # one may be hers, and one rejected row cannot say whose it is
    assert m.value("n", ("b",)) == R(1, 3, 2)
    assert m.value("n", ("c",)) == R(0, 1, 2)


def test_own_and_counted_rows_meet_in_a_matched_aggregate() -> None:
    link = Link("matched", "events", ("person_id",), ("person_id",))
    later = node("gt", TRUTH, column("events", "happened", kind("date"), row="counted"), column("people", "on", kind("date"), reason=3))
    m = machine(
        plan(TABLES, steps(("seen", "people", aggregate("any", TRUTH, link, where=later)))),
        people=[{"person_id": "a", "on": day("2020-01-01")}, {"person_id": "b", "on": day("2021-01-01")}],
        events=[
            {"event_id": "1", "person_id": "a", "happened": day("2020-06-01")},
            {"event_id": "2", "person_id": "b", "happened": day("2020-06-01")},
            {"event_id": "3", "person_id": "stranger", "happened": day("2020-06-01")},
        ],
    )
    assert (m.value("seen", ("a",)), m.value("seen", ("b",))) == (YES, NO)
    assert [place for _, place, _ in m.place_of("events")] == ["used", "used", "unused"]


@pytest.mark.parametrize(("up_to", "expected"), [(Fraction(1, 5), F(4)), (Fraction(1, 6), R(4, 5, 2)), (None, F(4))])
def test_rejected_rows_are_left_out_up_to_a_limit(up_to: Fraction | None, expected: Value) -> None:
    made = plan(TABLES, steps(("n", "contract", aggregate("count", WHOLE, ALL_CLAIMS, rejected="leave out", up_to=up_to))))
    m = machine(made, people=PEOPLE, claims=[claim(str(n), "a") for n in range(4)], rejected_claims=[{"person_id": "a"}])
    assert m.value("n", ()) == expected


def test_checks_reject_rows_and_their_children_go_with_them() -> None:
    made = plan(
        TABLES,
        steps(
            Step(0, "people.check", "check", "people", node("not", TRUTH, OK), ""),
            Step(0, "claims.check", "check", "claims", node("not", TRUTH, column("claims", "ok", TRUTH)), ""),
            ("n", "contract", aggregate("count", WHOLE, ALL_CLAIMS)),
        ),
    )
    m = machine(
        made, people=PEOPLE, claims=[claim("1", "a", ok=True), claim("2", "a", ok=False), claim("3", "b", ok=False), claim("4", "c")]
    )
    assert m.checks() == [("people", 2, "people.check"), ("claims", 2, "claims.check")]
    assert m.keys("people") == [("a",), ("c",)]
    assert [row.key for row in m.standing("claims")] == [("1",), ("4",)]  # an unknown check rejects nobody
    assert m.rejected("claims") == [{"person_id": "a"}, {"person_id": "b"}]
    assert m.value("n", ()) == R(2, 4, 2)


def test_items_give_their_own_reason_and_hops_reach_parent_group_and_contract() -> None:
    made = plan(
        TABLES,
        steps(
            ("x", "people", column("people", "x", NUMBER, reason=5)),
            ("half", "contract", literal(Fraction(1, 2))),
            ("up", "claims", item("x", "people", NUMBER, via=[["parent", "people"]], reason=2)),
            ("top", "claims", item("half", "contract", kind("number"), via=[["contract"]])),
        ),
    )
    m = machine(made, people=[{"person_id": "a"}, {"person_id": "b", "x": F(3)}], claims=[claim("1", "a"), claim("2", "b")])
    assert m.value("x", ("a",)) == Value.unknown(32)
    assert m.value("up", ("1",)) == Value.unknown(4)
    assert m.value("up", ("2",)) == F(3)
    assert m.value("top", ("2",)) == F(1, 2)


CODE = kind("code", "unknown")


def years() -> Plan:
    """People in groups g and h by code; in when ``ok``; a subset ``good`` of those with x above 1; shares and hops."""
    groups = (Group(("g",), "2020-01-01", "2020-12-31"), Group(("h",), "2021-01-01", "2021-12-31"))
    share = aggregate(
        "share", kind("percent", "unknown", ranged=True), Link("group", "people"), where=item("big", "people", TRUTH, "counted")
    )
    return plan(
        TABLES,
        steps(
            Step(0, "year.member", "member", "people", OK, ""),
            Step(
                0,
                "year.excluded",
                "exclusion",
                "people",
                node("if", kind("text", "none"), OK, literal(None, "text"), literal("D1", "text")),
                "",
            ),
            Step(0, "year.key", "key", "people", column("people", "group", CODE), ""),
            ("big", "people", node("gt", TRUTH, column("people", "x", NUMBER), literal(1))),
            Step(0, "good.excluded", "exclusion", "people", literal("D2", "text"), ""),
            ("rate", "year", share),
            ("rates", "contract", aggregate("mean", NUMBER, Link("groups", "year"), item("rate", "year", NUMBER, "counted"))),
            ("of_my_year", "people", item("rate", "year", NUMBER, via=[["cohort", "year"]], reason=6)),
            ("first", "people", column("year", "first_day", kind("date", "unknown"), via=[["cohort", "year"]], reason=6)),
            Step(0, "for_good", "fact", "claims", item("big", "people", TRUTH, via=[["parent", "people"]]), "", within="good"),
            ("good_claims", "contract", aggregate("count", WHOLE, ALL_CLAIMS, subset="good")),
        ),
        cohorts=(
            Cohort("year", "people", "year.member", "year.excluded", ("year",), ("year.key",), (CODE,), groups),
            Cohort("good", "people", "big", "good.excluded"),
        ),
    )


def grouped() -> Machine:
    rows = [
        {"person_id": "1", "ok": True, "x": F(2), "group": "g"},
        {"person_id": "2", "ok": True, "x": F(0), "group": "g"},
        {"person_id": "3", "ok": False, "x": F(2), "group": "g"},
        {"person_id": "4", "x": F(2), "group": "g"},
        {"person_id": "5", "ok": True, "x": F(2), "group": "elsewhere"},
        {"person_id": "6", "ok": True, "group": "h"},
    ]
    return machine(years(), people=rows, claims=[claim("a", "1"), claim("b", "2"), claim("c", "6")])


def test_groups_hold_members_and_those_who_may_be() -> None:
    m = grouped()
    assert m.keys("year") == [("g",), ("h",)]
    assert m.value("rate", ("g",)) == R(Fraction(1, 2), Fraction(2, 3), 1)
    assert m.value("rate", ("h",)) == R(0, 1, 1)
    assert m.value("rates", ()) == Value.unknown(1)
    assert m.value("of_my_year", ("1",)) == R(Fraction(1, 2), Fraction(2, 3), 64)
    assert m.value("of_my_year", ("3",)) == Value.unknown(64)
    assert m.value("first", ("5",)) == Value.unknown(64)
    assert m.value("first", ("6",)) == D("2021-01-01")


def test_outside_a_subset_there_is_no_value() -> None:
    m = grouped()
    assert m.value("for_good", ("b",)) == NONE
    assert m.value("for_good", ("a",)) == YES
    assert m.value("for_good", ("c",)) == Value.unknown(1)
    assert m.value("good_claims", ()) == R(1, 2, 1)


def test_the_trace_holds_every_step_and_part_of_every_row() -> None:
    m = grouped()
    found = trace(m)
    assert sorted(found) == ["claims", "contract", "events", "people", "year"]
    assert [row["key"] for row in found["people"]] == [(str(n),) for n in range(1, 7)]
    assert found["year"][1]["values"] == {"rate": R(0, 1, 1)}
    again = grouped()
    for grain, rows in found.items():
        for row in rows:
            for name, value in row["values"].items():  # asked for in another order, the same
                assert again.value(name, row["key"]) == value, (grain, name)


def test_parts_are_values_of_nodes_and_none_outside() -> None:
    compared = node("gt", TRUTH, column("claims", "x", NUMBER, reason=1), literal(1))
    body = node("and", TRUTH, literal(False, "truth"), compared)
    step = Step(
        0, "s", "fact", "claims", body, "", within="good", parts=(Part(1, (1,), "side"), Part(2, (1, 0), "read"), Part(3, (), "side"))
    )
    made = years()
    made = plan(TABLES, steps(*made.steps, step), made.cohorts)
    m = machine(
        made, people=[{"person_id": "1", "x": F(2)}, {"person_id": "2", "x": F(0)}], claims=[claim("a", "1"), claim("b", "2", x=F(3))]
    )
    assert m.value("s", ("a",)) == NO
    assert [m.part("s", n, ("a",)) for n in (1, 2, 3)] == [Value.unknown(2), Value.unknown(2), NO]
    assert [m.part("s", n, ("b",)) for n in (1, 2, 3)] == [NONE] * 3


@pytest.mark.parametrize(
    ("how", "answer", "complete", "expected"),
    [
        ("day", True, "2020-06-01", YES),
        ("day", True, "2020-05-31", Value.unknown(8)),
        ("when seen", True, "2020-05-31", YES),
        ("when seen", False, "2020-05-31", Value.unknown(8)),
        ("when seen", False, "2020-06-01", NO),
        ("day", True, None, Value.unknown(8)),
        ("day", None, "2020-06-01", Value.unknown(1)),
        ("day", None, "2020-05-31", Value.unknown(9)),
    ],
)
def test_settling(how: str, answer: bool | None, complete: str | None, expected: Value) -> None:
    made = plan(
        TABLES,
        steps(
            ("due", "people", literal(day("2020-06-01"), "date")),
            Step(0, "out", "outcome", "people", OK, "", settles=Settles(how, "due", ("people", "claims"), 3)),
        ),
    )
    known = {"people": day("2030-01-01"), "claims": None if complete is None else day(complete)}
    m = machine(made, known, people=[{"person_id": "a", "ok": answer}])
    assert m.value("out", ("a",)) == expected


def test_places_among_the_same_claims() -> None:
    body = node("place", kind("whole", "unknown", ranged=True), *(column("claims", c, NUMBER) for c in ("ok", "on", "person_id")), reason=4)
    one, two = day("2020-01-01"), day("2020-01-02")
    m = machine(
        plan(TABLES, steps(("at", "claims", body))),
        people=PEOPLE,
        claims=[
            claim("1", "a", ok=True, on=two),
            claim("2", "a", ok=True, on=one),
            claim("3", "a", on=one),
            claim("4", "a", ok=False, on=two),
            claim("5", "a", ok=True),
            claim("6", "b", ok=True, on=two),
        ],
    )
    expected = {"1": R(2, 3, 16), "2": F(1), "3": R(2, 2), "4": R(3, 4, 16), "5": Value.unknown(17), "6": F(1)}
    assert {key: m.value("at", (key,)) for key in expected} == expected


def test_what_must_come_first() -> None:
    body = node("achieved", TRUTH, *(column("claims", c, CODE) for c in ("ok", "needs", "code", "on", "person_id")), reason=4)
    one, two, three = (day(f"2020-01-0{n}") for n in (1, 2, 3))
    m = machine(
        plan(TABLES, steps(("may", "claims", body))),
        people=PEOPLE,
        claims=[
            claim("1", "a", ok=True, on=two, code="L1"),
            claim("2", "a", ok=True, on=two, code="L2", needs="L1"),
            claim("3", "a", ok=True, on=one, code="L2", needs="L1"),
            claim("4", "b", on=one, code="L1"),
            claim("5", "b", ok=True, on=three, code="L2", needs="L1"),
            claim("6", "c", ok=True, on=three, code="L2", needs="L1"),
            claim("7", "c", ok=True, code="L2", needs="L1"),
            claim("8", "c", ok=False, on=one, code="L1"),
            claim("9", "a", ok=True, code="L1"),
        ],
    )
    own = Value.unknown(16)
    expected = {"1": YES, "2": YES, "3": NO, "4": YES, "5": own, "6": NO, "7": Value.unknown(17), "9": YES}
    assert {key: m.value("may", (key,)) for key in expected} == expected


def test_given_values_are_not_computed() -> None:
    given = {"rate": {("g",): F(1, 2)}, "big": {("p",): YES}, "people.group": {("p",): K("h")}}
    m = Machine(years(), Rows({}), given)
    assert m.value("rate", ("g",)) == F(1, 2)
    assert m.value("rate", ("h",)) == F(1)  # p is in h, and a member because it is given
    assert m.keys("people") == [("p",)]
    assert m.value("of_my_year", ("p",)) == F(1)
    with pytest.raises(NotGiven) as caught:
        Machine(years(), Rows({}), {"big": {("p",): YES}}).value("rate", ("g",))
    assert (caught.value.name, caught.value.key) == ("people.group", ("p",))
    with pytest.raises(Refused, match=r"PBR524\n.*no row of year"):
        Machine(years(), Rows({}), {"rate": {("i",): YES}})
    with pytest.raises(Refused, match="key of 1 parts"):
        Machine(years(), Rows({}), {"big": {("p", "q"): YES}})
    assert Machine(years(), Rows({}), {"people": {("p",): NONE}}).keys("people") == [("p",)]


def test_keys_are_read_from_their_text() -> None:
    typed = Table("t", ("n", "d", "b"), (Column("n", kind("whole")), Column("d", kind("date")), Column("b", kind("truth"))), "provider")
    key = (-3, day("2020-02-29"), True)
    assert text_key(key) == ("-3", "2020-02-29", "yes")
    assert key_from_text(typed, text_key(key)) == key
    for texts in (("x", "2020-02-29", "yes"), ("1/0", "2020-02-29", "yes"), ("1", "2020-02-30", "yes"), ("1", "2020-02-29", "maybe")):
        with pytest.raises(Refused, match="PBR524"):
            key_from_text(typed, texts)


def test_a_given_row_is_in_the_only_group_there_is_and_makes_it_non_empty() -> None:
    made = years()
    year = made.cohorts[0]
    one = Cohort("year", "people", year.member, year.excluded, year.parts, year.keys, year.part_types, year.groups[:1])
    hidden = Step(0, "year.rows", "hidden", "year", aggregate("count", WHOLE, Link("group", "people")), "")
    m = Machine(plan(TABLES, steps(*made.steps, hidden), (one, made.cohorts[1])), Rows({}), {"big": {("p",): YES, ("q",): NO}})
    assert m.value("rate", ("g",)) == F(1, 2)
    assert m.value("year.rows", ("g",)) == F(1)


def test_long_chains_and_deep_nodes_do_not_exhaust_the_stack() -> None:
    body: Node = literal(True, "truth")
    for _ in range(200):
        body = node("not", TRUTH, body)
    chain: list[tuple[str, str, Node]] = [("s0", "contract", body)]
    chain += [(f"s{n}", "contract", item(f"s{n - 1}", "contract", TRUTH)) for n in range(1, 5_000)]
    m = machine(plan(TABLES, steps(*chain)))
    assert m.value("s4999", ()) == YES


def test_demand_through_a_large_aggregate_is_not_quadratic() -> None:
    calls = 0

    class Counting(Machine):
        def _read(self, *args: Any) -> Value:
            nonlocal calls
            calls += 1
            return super()._read(*args)

    made = plan(
        TABLES,
        steps(
            ("good", "claims", column("claims", "ok", TRUTH)),
            ("n", "contract", aggregate("count", WHOLE, ALL_CLAIMS, where=item("good", "claims", TRUTH, "counted"))),
        ),
    )
    rows = Rows.by_hand(made, {"people": PEOPLE, "claims": [claim(str(n), "a", ok=True) for n in range(2_000)]})
    assert Counting(made, rows).value("n", ()) == F(2_000)
    assert calls <= 3 * 2_000


def test_rows_are_loaded_exactly(tmp_path: Path) -> None:
    con = duckdb.connect(str(tmp_path / "d.duckdb"))
    con.execute('CREATE TABLE accepted_people (_row BIGINT, person_id VARCHAR, x BIGINT, ok BOOLEAN, "on" DATE, "group" VARCHAR)')
    con.execute("INSERT INTO accepted_people VALUES (2, 'b', 1, NULL, DATE '2020-02-29', 'g'), (1, 'a', NULL, true, NULL, NULL)")
    con.execute("CREATE TABLE rejected_people (_row BIGINT)")
    con.execute(
        "CREATE TABLE accepted_claims AS SELECT 1::BIGINT _row, 'c' claim_id, 'a' person_id, 5::BIGINT x, true ok, DATE '2020-01-01' \"on\", "
        "NULL::VARCHAR needs, 'k' code"
    )
    con.execute("CREATE TABLE rejected_claims AS SELECT 2::BIGINT _row, 'b' person_id UNION ALL SELECT 3, NULL")
    con.execute("CREATE TABLE accepted_events (_row BIGINT, event_id VARCHAR, person_id VARCHAR, happened DATE)")
    con.execute("CREATE TABLE rejected_events (_row BIGINT, person_id VARCHAR)")
    submitted = {"people": 2, "claims": 3, "events": 0}
    accepted = Accepted(con, submitted, {"people": 0, "claims": 2, "events": 0}, {}, {"people": day("2020-03-01")})
    rows = Rows.load(accepted, plan(TABLES, ()))
    con.close()
    a, b = rows.tables["people"]
    assert (a.key, a.number, b.number) == (("a",), 1, 2)
    assert (b.values["x"], b.values["on"], b.values["group"]) == (F(1, 100), K(date(2020, 2, 29)), K("g"))
    assert a.values["x"].state == b.values["ok"].state == "unknown"
    assert rows.tables["claims"][0].values["needs"] == NONE
    assert rows.rejected["claims"] == [{"person_id": "b"}, {"person_id": None}]
    assert (rows.submitted, rows.complete_to) == (submitted, {"people": day("2020-03-01")})


def test_a_day_that_is_not_yet_passes_through_a_column() -> None:
    from dataclasses import replace

    people = replace(TABLES[0], columns=(*TABLES[0].columns[:3], replace(TABLES[0].columns[3], type=kind("date", "not yet"))))
    body = node(
        "lt", TRUTH, column("people", "on", kind("date", "not yet")), literal(day("2020-01-01"), "date"), not_yet=["people", None], reason=2
    )
    made = plan((people,), steps(("on", "people", column("people", "on", kind("date", "not yet"))), ("early", "people", body)))
    m = machine(made, {"people": day("2020-01-01")}, people=[{"person_id": "a"}])
    assert (m.value("on", ("a",)), m.value("early", ("a",))) == (LATER, NO)
