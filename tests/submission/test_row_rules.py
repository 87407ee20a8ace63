"""Checks between rows: one service charged once, repeated rows, milestones out of order."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pbr.plan.plan import Link, RowRule, Table
from pbr.submission.accepted import Accepted
from tests.submission.submitting import accepted, accounted, found, number, plan_of, submitted, text

CLAIMS = Table(
    "claims",
    ("claim",),
    (
        text("claim"),
        text("person"),
        text("day", "date"),
        number("amount", "money", blank="unknown", top=10**13),
        text("kind", "code", codes=("long", "short")),
        text("note", "text", blank="none"),
    ),
    "provider",
    once=("person", "day"),
)
HEAD = ["claim", "person", "day", "amount", "kind", "note"]
STAGES = Table(
    "stages",
    ("id",),
    (text("id"), text("person"), text("stage", "code", codes=("start", "middle", "end", "other")), text("on", "date", blank="unknown")),
    "provider",
)
ORDER = RowRule("out of order", "M1", "reject", ("person",), "stage", "on", ("start", "middle", "end"))
STAGE = ["id", "person", "stage", "on"]


def said(result: Accepted) -> list[tuple[Any, ...]]:
    return found(result, '"ROW", CODE, SEVERITY, COLUMN_NAME, VALUE, SAYS')


def test_one_service_charged_twice_alike_is_used_once() -> None:
    rows = [HEAD, ["c2", "p", "2020-01-01", "5", "long", "second"], ["c1", "p", "2020-01-01", "5.00", "long", ""],
            ["c3", "p", "2020-01-02", "5", "long", ""], ["c4", "p", "", "5", "long", ""]]  # fmt: skip
    with submitted(plan_of(CLAIMS), ("claims", rows)) as result:
        assert [row[1] for row in accepted(result, "claims")] == ["c1", "c3"]
        assert said(result) == [
            (
                1,
                "PBR471",
                "unused",
                "person, day",
                "p | 2020-01-01",
                "charges one service (person, day) again; the row with claim c1 stands for it",
            ),
            (4, "PBR440", "reject", "day", "", "day is blank; the contract refuses a blank here"),
        ]
        assert accounted(result, "claims")


def test_one_service_charged_in_two_ways_pays_neither() -> None:
    rows = [
        HEAD,
        ["c1", "p", "2020-01-01", "5", "long", ""],
        ["c2", "p", "2020-01-01", "6", "short", ""],
        ["c3", "q", "2020-01-01", "6", "short", ""],
    ]
    with submitted(plan_of(CLAIMS), ("claims", rows)) as result:
        assert [row[1] for row in accepted(result, "claims")] == ["c3"]
        sentence = "2 rows charge one service (person, day) and differ in amount, kind; the first has claim c1; none was chosen"
        assert said(result) == [(row, "PBR463", "reject", "person, day", "p | 2020-01-01", sentence) for row in (1, 2)]
        assert accounted(result, "claims")


def test_a_blank_amount_is_another_amount() -> None:
    rows = [HEAD, ["c1", "p", "2020-01-01", "5", "long", ""], ["c2", "p", "2020-01-01", "", "long", ""]]
    with submitted(plan_of(CLAIMS), ("claims", rows)) as result:
        assert accepted(result, "claims") == []


def test_a_damaged_charge_does_not_leave_the_other_standing() -> None:
    for amount, kind in (("six", "long"), ("5", "lang"), ("", "lang")):
        rows = [HEAD, ["c1", "p", "2020-01-01", "5", "long", ""], ["c2", "p", "2020-01-01", amount, kind, ""]]
        with submitted(plan_of(CLAIMS), ("claims", rows)) as result:
            assert accepted(result, "claims") == [], (amount, kind)
            assert [code for row, code, *_ in said(result) if row == 1] == ["PBR463"]
    # what cannot be read is not the blank that the other row has
    rows = [HEAD, ["c1", "p", "2020-01-01", "", "long", ""], ["c2", "p", "2020-01-01", "six", "long", ""]]
    with submitted(plan_of(CLAIMS), ("claims", rows)) as result:
        assert accepted(result, "claims") == []
    # what is damaged here says nothing about the service: the other charge is as good as before
    rows = [HEAD, ["c1", "p", "2020-01-01", "5", "long", ""], ["", "p", "2020-01-01", "5", "long", ""]]
    with submitted(plan_of(CLAIMS), ("claims", rows)) as result:
        assert [row[1] for row in accepted(result, "claims")] == ["c1"]
        assert accounted(result, "claims")


def test_an_unreadable_key_is_a_different_key() -> None:
    rows = [HEAD, ["c1", "p", "2020-01-01", "5", "long", ""], ["", "p", "2020-01-01", "6", "long", ""]]
    with submitted(plan_of(CLAIMS), ("claims", rows)) as result:
        assert accepted(result, "claims") == []


def test_copies_take_no_part_in_a_charge_and_rows_with_one_key_are_not_two_charges() -> None:
    row = ["c1", "p", "2020-01-01", "5", "long", ""]
    with submitted(plan_of(CLAIMS), ("claims", [HEAD, row, row])) as result:
        assert [code for _, code, *_ in said(result)] == ["PBR470"]
    with submitted(plan_of(CLAIMS), ("claims", [HEAD, row, [*row[:3], "6", *row[4:]]])) as result:
        assert [code for _, code, *_ in said(result)] == ["PBR460", "PBR460"]
    # but a third charge for the service that those two dispute is disputed too
    rows = [HEAD, row, [*row[:3], "6", *row[4:]], ["c2", *row[1:]]]
    with submitted(plan_of(CLAIMS), ("claims", rows)) as result:
        assert accepted(result, "claims") == [] and accounted(result, "claims")


def test_an_identifier_that_differs_is_no_difference_though_it_links() -> None:
    columns = tuple(replace(column, link=True) if column.name == "person" else column for column in CLAIMS.columns)
    table = replace(CLAIMS, columns=columns, once=("day",))
    rows = [HEAD, ["c1", "p", "2020-01-01", "5", "long", ""], ["c2", "q", "2020-01-01", "5", "long", ""]]
    with submitted(plan_of(table), ("claims", rows)) as result:
        assert [row[1] for row in accepted(result, "claims")] == ["c1"]
        assert [code for _, code, *_ in said(result)] == ["PBR471"]


def test_what_belongs_to_a_charge_that_is_not_used_says_so() -> None:
    lines = Table(
        "lines", ("line",), (text("line"), text("claim", link=True)), "provider", parent=Link("children", "claims", ("claim",), ("claim",))
    )
    rows = (
        "claims",
        [
            HEAD,
            ["c1", "p", "2020-01-01", "5", "long", ""],
            ["c2", "p", "2020-01-01", "5", "long", ""],
            ["c3", "?", "2020-01-0", "5", "long", ""],
        ],
    )
    under = ("lines", [["line", "claim"], ["1", "c1"], ["2", "c2"], ["3", "c3"], ["4", "c4"]])
    with submitted(plan_of(CLAIMS, lines), rows, under) as result:
        assert found(result, '"ROW", CODE, SAYS')[2:] == [
            (2, "PBR462", "the row of claims with this key charges a service again and is not used"),
            (3, "PBR462", "the row of claims with this key was rejected"),
            (4, "PBR461", "no row of claims has this key"),
        ]
        assert accounted(result, "lines")


CLAIM = st.tuples(
    st.sampled_from(["c1", "c2", "c3", "c4", ""]), st.sampled_from("pq"), st.sampled_from(["2020-01-01", "2020-01-02", "?"]),
    st.sampled_from(["5", "5.00", "6", "", "x"]), st.sampled_from(["long", "lang"]), st.sampled_from(["", "a", "\x01"]),
)  # fmt: skip


@settings(max_examples=10, deadline=None)
@given(rows=st.lists(CLAIM, max_size=9), seed=st.integers(0, 99))
def test_no_service_is_charged_twice_and_order_is_meaningless(rows: list[tuple[str, ...]], seed: int) -> None:
    shuffled = list(rows)
    random.Random(seed).shuffle(shuffled)
    outcomes = []
    for one in (rows, shuffled):
        with submitted(plan_of(CLAIMS), ("claims", [HEAD, *map(list, one)])) as result:
            assert accounted(result, "claims")
            taken = [row[1:] for row in accepted(result, "claims")]
            services = [row[1:3] for row in taken]
            assert len(set(services)) == len(services)
            for _, person, day, amount, _, _ in taken:
                # nobody else said another amount for a service that stands
                alike = {row[3].removesuffix(".00") for row in one if row[1] == person and row[2] == day.isoformat()}
                assert len(alike) == 1 and (amount is None) == (alike == {""})
            findings = result.con.execute(
                "SELECT CODE, SEVERITY, COLUMN_NAME, VALUE, SAYS FROM findings WHERE CODE IN ('PBR463', 'PBR471')"
            )
            outcomes.append((sorted(map(str, taken)), sorted(findings.fetchall())))
    assert outcomes[0] == outcomes[1]


def test_repeated_rows_are_all_rejected_and_named_by_their_keys() -> None:
    rule = RowRule("repeated", "R1", "reject", ("person", "day"))
    table = replace(CLAIMS, once=(), rules=(rule,))
    rows = [HEAD, ["c1", "p", "2020-01-01", "5", "long", ""], ["c2", "p", "2020-01-01", "6", "long", ""], ["c3", "p", "2020-01-01", "x", "long", ""],
            ["c4", "p", "2020-01-02", "5", "long", ""], ["c4", "p", "2020-01-02", "5", "long", ""], ["", "q", "2020-01-02", "5", "long", ""],
            ["c6", "q", "2020-01-02", "5", "long", ""]]  # fmt: skip
    with submitted(plan_of(table), ("claims", rows)) as result:
        assert [row[0] for row in accepted(result, "claims")] == [4]
        assert [one for one in said(result) if one[1] == "R1"] == [
            (1, "R1", "reject", "person, day", "p, 2020-01-01", "has the same person and day as the row with claim c2 and 1 more"),
            (2, "R1", "reject", "person, day", "p, 2020-01-01", "has the same person and day as the row with claim c1 and 1 more"),
            (3, "R1", "reject", "person, day", "p, 2020-01-01", "has the same person and day as the row with claim c1 and 1 more"),
            (6, "R1", "reject", "person, day", "q, 2020-01-02", "has the same person and day as the row with claim c6"),
            (7, "R1", "reject", "person, day", "q, 2020-01-02", "has the same person and day as a row whose key cannot be read"),
        ]
        assert accounted(result, "claims")


def test_a_flag_between_rows_moves_nothing_and_says_what_the_contract_says() -> None:
    rule = RowRule("repeated", "R1", "flag", ("person",), says="one person twice")
    table = replace(CLAIMS, once=(), rules=(rule,))
    rows = [HEAD, ["c1", "p", "2020-01-01", "5", "long", ""], ["c2", "p", "2020-01-02", "5", "long", ""]]
    with submitted(plan_of(table), ("claims", rows)) as result:
        assert len(accepted(result, "claims")) == 2 and result.rejected == {"claims": 0}
        assert said(result) == [(row, "R1", "flag", "person", "p", "one person twice") for row in (1, 2)]


def test_milestones_need_the_one_before_them() -> None:
    rows = [
        STAGE,
        ["1", "a", "start", "2020-01-01"], ["2", "a", "middle", "2020-01-01"], ["3", "a", "end", "2020-03-01"],
        ["4", "b", "middle", "2020-01-01"], ["5", "b", "end", "2020-01-02"],
        ["6", "c", "start", "2020-02-01"], ["7", "c", "middle", "2020-01-31"],
        ["8", "d", "start", "soon"], ["9", "d", "middle", "2020-01-31"],
        ["10", "e", "other", "2020-01-01"], ["11", "e", "middle", ""],
    ]  # fmt: skip
    with submitted(plan_of(replace(STAGES, rules=(ORDER,))), ("stages", rows)) as result:
        assert [row[0] for row in accepted(result, "stages")] == [1, 2, 3, 6, 10, 11]
        start = "middle needs start for the same person on the same day or earlier: "
        assert [one for one in said(result) if one[1] == "M1"] == [
            (4, "M1", "reject", "person, stage, on", "b, middle, 2020-01-01", start + "no row has it"),
            (5, "M1", "reject", "person, stage, on", "b, end, 2020-01-02",
             "end needs middle for the same person on the same day or earlier: the row with id 4 has it, and was rejected"),
            (7, "M1", "reject", "person, stage, on", "c, middle, 2020-01-31", start + "the row with id 6 has it only on 2020-02-01"),
            (9, "M1", "reject", "person, stage, on", "d, middle, 2020-01-31", start + "no row has it"),
        ]  # fmt: skip
        assert accounted(result, "stages")
    flag = replace(ORDER, severity="flag")
    with submitted(plan_of(replace(STAGES, rules=(flag,))), ("stages", rows)) as result:
        assert [row for row, code, *_ in said(result) if code == "M1"] == [4, 7, 9]
        assert len(accepted(result, "stages")) == 10


STEP = st.tuples(st.sampled_from("ab"), st.sampled_from(["start", "middle", "end", "other"]), st.integers(1, 4))


@settings(max_examples=10, deadline=None)
@given(steps=st.lists(STEP, max_size=9), turned=st.booleans())
def test_whatever_is_left_is_in_order_and_nothing_else_was_taken(steps: list[tuple[str, str, int]], turned: bool) -> None:
    rows = [STAGE, *([str(n), who, stage, f"2020-01-0{day}"] for n, (who, stage, day) in enumerate(steps))]
    rules = (ORDER, replace(ORDER, code="M2", codes=("start", "end")))
    with submitted(plan_of(replace(STAGES, rules=rules[::-1] if turned else rules)), ("stages", rows)) as result:
        taken = {int(row[1]) for row in accepted(result, "stages")}

    def needs(stage: str) -> list[str]:
        return {"middle": ["start"], "end": ["middle", "start"]}.get(stage, [])

    def stands(index: int) -> bool:
        """By the definition: every milestone before it stands in time."""
        who, stage, day = steps[index]
        return all(
            any(other == (who, wanted, at) and at <= day and stands(n) for n, other in enumerate(steps) for at in (other[2],))
            for wanted in needs(stage)
        )

    assert taken == {index for index in range(len(steps)) if stands(index)}
