"""Rows out of order once checks have taken rows away: what leaves, what is found of it, and what is asked of the database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from columns_making import DATE, TEXT, TRUTH, accepted, col, maybe, plan, read, step, table

from pbr.engine.columns.checking import check_rows
from pbr.engine.columns.layers import Layers
from pbr.engine.columns.run import explain_sql, run
from pbr.engine.columns.text import Sql, sql
from pbr.language.types import Type
from pbr.plan.node import Shape
from pbr.plan.plan import Column, Link, Plan, RowRule, Table
from pbr.submission.accepted import Accepted

MONEY = Type("money")
ORDER = RowRule("out of order", "M1", "reject", ("who", "cost"), "stage", "on", ("start", "it's", "end"))
STEPS = table(
    "t",
    Column("who", TEXT, link=True),
    Column("cost", maybe(MONEY), Shape(1, 10**6)),
    Column("stage", maybe(Type("code"))),
    Column("on", maybe(DATE)),
    Column("bad", TRUTH),
    parent=Link("children", "p", ("who",), ("id",)),
    rules=(RowRule("repeated", "R1", "reject", ("on",)), ORDER),
)
PEOPLE = table("p")
NOTES = table("n", Column("t", TEXT), parent=Link("children", "t", ("t",), ("id",)))


def row(key: str, stage: str | None, on: int | None, bad: bool = False, who: str = "w", cost: int | None = 1250) -> tuple[Any, ...]:
    return (key, who, cost, stage, None if on is None else date(2020, 1, on), bad)


def made(steps: Table = STEPS) -> Plan:
    return plan([PEOPLE, steps, NOTES], [step(0, "check.t.C", "t", col("t", "bad", TRUTH), "check")])


def given(*rows: tuple[Any, ...]) -> Accepted:
    notes = [(f"n{one[0]}", one[0]) for one in rows]
    return accepted((PEOPLE, STEPS, NOTES), {"p": [("w",), ("v",)], "t": list(rows), "n": notes})


def found(of: Accepted, table_: str = "t") -> list[tuple[Any, ...]]:
    names = ("ROW", "CODE", "SEVERITY", "COLUMN_NAME", "VALUE", "SAYS")
    return sorted(tuple(one[name] for name in names) for one in read(of.con, "findings") if one["TABLE_NAME"] == table_)


CHAIN = (row("a", "start", 1, True), row("b", "it's", 2), row("c", "end", 2), row("d", "start", 3))


def test_a_chain_leaves_with_its_children_and_each_row_says_why(tmp_path: Path) -> None:
    of = given(*CHAIN)
    ran = run(made(), of, tmp_path)
    said = "for the same who and cost on the same day or earlier: the row with id"
    assert found(of) == [
        (1, "C", "reject", "bad", "yes", "check.t.C"),
        (2, "M1", "reject", "who, cost, stage, on", "w, 12.50, it's, 2020-01-02", f"it's needs start {said} a has it, and was rejected"),
        (3, "M1", "reject", "who, cost, stage, on", "w, 12.50, end, 2020-01-02", f"end needs it's {said} b has it, and was rejected"),
    ]
    assert [one[:2] for one in found(of, "n")] == [(1, "PBR462"), (2, "PBR462"), (3, "PBR462")]
    for name in "tn":
        counts = ran.tables[name]
        assert (counts.submitted, counts.used, counts.rejected, counts.unused) == (4, 1, 3, 0)
    assert sorted(one["_row"] for one in read(of.con, "rejected_t")) == [1, 2, 3]
    assert {one["who"] for one in read(of.con, "rejected_t")} == {"w"}


def test_validation_finds_the_same(tmp_path: Path) -> None:
    run(made(), whole := given(*CHAIN), tmp_path)
    assert check_rows(made(), alone := given(*CHAIN)) == {"p": 0, "t": 3, "n": 3}
    assert read(alone.con, "findings") == read(whole.con, "findings")


@pytest.mark.parametrize(
    ("rows", "left"),
    [
        ([row("a", "start", 2, True), row("b", "start", 2), row("c", "it's", 2)], {1}),
        ([row("a", "start", 1, True), row("b", "start", 3), row("c", "it's", 2)], {1, 3}),
        ([row("a", "start", 1, True), row("b", "start", 1, cost=None), row("c", "it's", 2)], {1, 3}),
        ([row("a", "start", 1, True), row("b", "start", 1, who="v"), row("c", "it's", 2)], {1, 3}),
        ([row("a", "start", 1, True), row("b", "it's", None), row("c", "it's", 2, cost=None), row("d", None, 2), row("e", "other", 2)], {1}),
    ],
    ids=["another that stands", "another too late", "another with a blank", "somebody else's", "not asked"],
)  # fmt: skip
def test_a_row_leaves_only_where_nothing_stands_for_it(rows: list[tuple[Any, ...]], left: set[int]) -> None:
    of = given(*rows)
    assert check_rows(made(), of)["t"] == len(left)
    assert {one[0] for one in found(of)} == left


def test_a_row_that_leaves_for_another_reason_has_this_one_too() -> None:
    of = given(row("a", "start", 1, True), row("b", "it's", 2, True))
    assert check_rows(made(), of)["t"] == 2
    assert [one[:2] for one in found(of)] == [(1, "C"), (2, "C"), (2, "M1")]


def test_what_the_contract_says_is_said_and_a_flag_takes_nothing() -> None:
    told = replace(STEPS, rules=(replace(ORDER, says="It's too early."), replace(ORDER, code="F", severity="flag")))
    of = given(*CHAIN)
    assert check_rows(made(told), of)["t"] == 3
    assert [one[-1] for one in found(of) if one[1] == "M1"] == ["It's too early."] * 2
    of = given(*CHAIN)
    assert check_rows(made(replace(STEPS, rules=told.rules[1:])), of)["t"] == 1


def test_nothing_is_looked_at_again_when_nothing_left(tmp_path: Path) -> None:
    of = given(row("a", "start", 1), row("b", "it's", 2))
    assert not any("_since" in statement for statement in run(made(), of, tmp_path).statements)
    assert found(of) == []
    assert "_since" in explain_sql(made())
    assert "_since" not in explain_sql(made(replace(STEPS, rules=STEPS.rules[:1])))


def test_a_cast_to_what_a_column_is_makes_no_second_column() -> None:
    layers = Layers("l")
    layers.know("c0", "VARCHAR")
    assert layers.let(sql("CAST({} AS VARCHAR)", Sql("c0"))) == Sql("c0")
    assert layers.let(sql("CAST({} AS BIGINT)", Sql("c0"))) != Sql("c0")
    assert layers.let(sql("CAST({} AS VARCHAR)", Sql("c1"))) != Sql("c1")


def test_only_a_name_by_itself_has_no_brackets() -> None:
    assert sql("{} + {}", Sql("n1"), Sql("a OR b")).text == "n1 + (a OR b)"
    assert sql("-{}", Sql("-1")).text == "-(-1)"
    assert sql("{}.f", Sql("n1")).text == "(n1).f"  # of a value; n1.f would be a table's column
    assert sql("{}[1]", Sql("n1")).text == "(n1)[1]"


def test_a_column_that_is_cast_is_worked_out_once() -> None:
    layers = Layers("l")
    cast = sql("CAST({} AS BIGINT)", Sql("n7", 1))
    assert layers.let(cast) == layers.let(cast) == Sql("n1", 2)
    assert layers.let(sql("CAST({} AS BIGINT)", Sql("n1", 2))) == Sql("n1", 2)
    assert layers.let(Sql("CAST(12 AS BIGINT)")) == Sql("CAST(12 AS BIGINT)")
