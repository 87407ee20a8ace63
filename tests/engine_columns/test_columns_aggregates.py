"""Aggregates over children: each word for held and rejected rows, the three states of a row, and no rows at all."""

from __future__ import annotations

from datetime import date
from fractions import Fraction as F
from pathlib import Path
from typing import Any

import pytest
from columns_making import (
    DATE,
    NONE,
    NUMBER,
    REASONS,
    TEXT,
    TRUTH,
    WHOLE,
    accepted,
    aggregate,
    col,
    item,
    lit,
    maybe,
    number_column,
    op,
    plan,
    ranged,
    step,
    table,
    values,
)  # fmt: skip

from pbr.engine.columns.run import run
from pbr.language.types import Type
from pbr.plan.node import Node, Shape
from pbr.plan.plan import Cohort, Column, Group, Link, Plan
from pbr.values.value import NO_SUCH, Value

LINK = Link("children", "c", ("p",), ("id",))
PARENT = table("p")
CHILD = table(
    "c", Column("p", TEXT), number_column("w"), number_column("x"), Column("d", maybe(DATE)), parent=Link("children", "p", ("p",), ("id",))
)
NUM, MT = maybe(NUMBER), maybe(TRUTH)
W = op("eq", MT, col("c", "w", NUM, Shape(1, 10**12), "counted", reason=3), lit(1))
X = col("c", "x", NUM, Shape(1, 10**12), "counted", reason=4)
D = col("c", "d", maybe(DATE), None, "counted", reason=5)
COUNT, SHARE = Shape(1, 10**9), Shape(None, 10**9, 10**9)
HELD, REJECTED, EMPTY = 1, 2, 4
DAY = date(2012, 1, 1)
Rows = list[tuple[Any, ...]]


def over(tmp: Path, node: Node, rows: Rows, rejected: int = 0) -> Value:
    """The value of an aggregate at one parent. ``rows``: (w, x, d) of its children."""
    made = plan([PARENT, CHILD], [step(0, "s", "p", node)])
    children = [(f"k{i}", "a", *row) for i, row in enumerate(rows)]
    given = accepted([PARENT, CHILD], {"p": [("a",), ("b",)], "c": children}, rejected={"c": [("a",)] * rejected})
    run(made, given, tmp)
    return values(made, given.con, "s")[0]


ALL: Rows = [(1, 10, DAY), (1, 20, DAY), (0, 99, DAY), (None, 30, DAY)]
R = Value.range


@pytest.mark.parametrize(
    ("held", "rejected", "how", "expected"),
    [
        (None, 0, "hold", R(F(2), F(3), HELD)),
        (None, 2, "hold", R(F(2), F(5), HELD | REJECTED)),
        (None, 2, "count as yes", R(F(4), F(5), HELD)),
        (None, 2, "count as no", R(F(2), F(3), HELD)),
        (None, 2, "leave out", R(F(2), F(3), HELD)),
        ("hold", 0, "hold", Value.unknown(HELD)),
        ("hold", 1, "hold", Value.unknown(HELD | REJECTED)),
        ("leave out", 0, "hold", Value.known(2)),
        ("leave out", 1, "hold", R(F(2), F(3), REJECTED)),
        ("take as yes", 0, "hold", Value.known(3)),
        ("take as no", 0, "hold", Value.known(2)),
    ],
)
def test_count(tmp_path: Path, held: str | None, rejected: int, how: str, expected: Value) -> None:
    node = aggregate("count", ranged(WHOLE), "c", LINK, where=W, shape=COUNT, held=held, rejected=how)
    assert over(tmp_path, node, ALL, rejected) == expected


def test_leave_out_over_its_limit_holds(tmp_path: Path) -> None:
    node = aggregate("count", ranged(WHOLE), "c", LINK, shape=COUNT, rejected="leave out", up_to="1/5")
    assert over(tmp_path, node, ALL, 1) == Value.known(4)  # one of five
    assert over(tmp_path, node, ALL, 2) == R(F(4), F(6), REJECTED)


@pytest.mark.parametrize(
    ("held", "rejected", "how", "expected"),
    [
        (None, 0, "hold", R(F(2, 4), F(3, 4), HELD)),
        (None, 1, "hold", R(F(2, 5), F(4, 5), HELD | REJECTED)),
        (None, 1, "count as yes", R(F(3, 5), F(4, 5), HELD)),
        (None, 1, "count as no", R(F(2, 5), F(3, 5), HELD)),
        ("hold", 0, "hold", Value.unknown(HELD)),
        ("leave out", 0, "hold", Value.known(F(2, 3))),
        ("leave out", 1, "hold", R(F(2, 4), F(3, 4), REJECTED)),
        ("take as yes", 0, "hold", Value.known(F(3, 4))),
        ("take as no", 0, "hold", Value.known(F(2, 4))),
    ],
)
def test_share(tmp_path: Path, held: str | None, rejected: int, how: str, expected: Value) -> None:
    node = aggregate("share", ranged(Type("percent")), "c", LINK, where=W, shape=SHARE, held=held, rejected=how)
    assert over(tmp_path, node, ALL, rejected) == expected
    assert over(tmp_path, node, []) == Value.unknown(EMPTY)


def test_count_different(tmp_path: Path) -> None:
    rows: Rows = [(1, 10, DAY), (1, 10, DAY), (1, None, DAY), (None, 20, DAY), (0, 30, DAY)]

    def of(held: str | None, rows: Rows = rows, rejected: int = 0) -> Value:
        return over(tmp_path, aggregate("count_different", ranged(WHOLE), "c", LINK, X, where=W, shape=COUNT, held=held), rows, rejected)

    assert of(None) == R(F(1), F(3), HELD)
    assert of(None, rows[:2]) == Value.known(1)
    assert of(None, rows[:2], 1) == R(F(1), F(2), REJECTED)
    assert of("hold") == Value.unknown(HELD)
    assert of("leave out") == Value.known(1)
    assert of("take as yes") == of("take as no") == Value.unknown(HELD)
    assert of("take as yes", [rows[0], rows[3]]) == Value.known(2)
    assert of("take as no", [rows[0], rows[3]]) == Value.known(1)


@pytest.mark.parametrize(
    ("name", "shape", "full", "none"),
    [
        ("sum", Shape(1, 10**15), Value.known(30), Value.known(0)),
        ("mean", Shape(None, 10**15, 10**9), Value.known(15), Value.unknown(EMPTY)),
        ("median", Shape(2, 10**13), Value.known(15), Value.unknown(EMPTY)),
        ("smallest", Shape(1, 10**12), Value.known(10), NO_SUCH),
        ("largest", Shape(1, 10**12), Value.known(20), NO_SUCH),
    ],
)
def test_numbers(tmp_path: Path, name: str, shape: Shape, full: Value, none: Value) -> None:
    type_ = maybe(NUMBER, NONE, "unknown") if none == NO_SUCH else NUM

    def of(rows: Rows, held: str = "hold", rejected: int = 0) -> Value:
        return over(tmp_path, aggregate(name, type_, "c", LINK, X, where=W, shape=shape, held=held), rows, rejected)

    assert of(ALL[:3]) == full
    assert of(ALL) == Value.unknown(HELD)
    assert of(ALL, "leave out") == full
    assert of([*ALL[:3], (1, None, DAY)]) == Value.unknown(HELD)
    assert of([*ALL[:3], (1, None, DAY)], "leave out") == full
    assert of([*ALL[:3], (0, None, DAY)]) == full
    assert of(ALL[:3], rejected=1) == Value.unknown(REJECTED)
    assert of([]) == none


def test_any_and_every(tmp_path: Path) -> None:
    def any_(rows: Rows, held: str = "hold", rejected: int = 0) -> Value:
        return over(tmp_path, aggregate("any", MT, "c", LINK, where=W, held=held), rows, rejected)

    yes, no, open_ = (1, 5, DAY), (0, 5, DAY), (None, 5, DAY)
    assert any_([yes, open_], rejected=1) == Value.known(True)
    assert any_([no, open_]) == Value.unknown(HELD)
    assert any_([no], rejected=1) == Value.unknown(REJECTED)
    assert any_([]) == any_([no]) == any_([open_], "leave out") == any_([open_], "take as no") == Value.known(False)
    assert any_([open_], "take as yes") == Value.known(True)

    large = op("ge", MT, X, lit(5))

    def every(rows: Rows, if_none: str = "hold", held: str = "hold", rejected: int = 0) -> Value:
        return over(tmp_path, aggregate("every", MT, "c", LINK, large, where=W, held=held, if_none=if_none), rows, rejected)

    assert every([yes, (1, 4, DAY)], rejected=1) == Value.known(False)
    assert every([yes, (None, 4, DAY)]) == every([yes, (1, None, DAY)]) == Value.unknown(HELD)
    assert every([yes, open_]) == every([yes]) == Value.known(True)
    assert every([open_]) == every([open_], "no") == Value.unknown(HELD)
    assert every([open_], "yes") == Value.known(True)
    assert every([]) == Value.unknown(EMPTY)
    assert every([], "yes") == Value.known(True) and every([], "no") == Value.known(False)
    assert every([yes], rejected=1) == Value.unknown(REJECTED)
    assert every([yes, (1, None, DAY)], held="take as yes") == every([yes, (1, None, DAY)], held="leave out") == Value.known(True)
    assert every([yes, (1, None, DAY)], held="take as no") == Value.known(False)


def test_first_and_last(tmp_path: Path) -> None:
    def of(name: str, rows: Rows, held: str = "hold", rejected: int = 0) -> Value:
        type_ = maybe(NUMBER, NONE, "unknown")
        return over(tmp_path, aggregate(name, type_, "c", LINK, X, D, where=W, shape=Shape(1, 10**12), held=held), rows, rejected)

    later = date(2012, 5, 1)
    rows: Rows = [(1, 7, later), (1, 1, DAY), (1, 2, DAY), (1, 8, later), (0, 9, date(2011, 1, 1))]
    assert (of("first_of", rows), of("last_of", rows)) == (Value.known(1), Value.known(8))
    assert of("first_of", [(1, None, DAY), *rows[:1]]) == Value.unknown(HELD)
    assert of("first_of", [*rows, (1, 3, None)]) == of("first_of", [*rows, (None, 3, later)]) == Value.unknown(HELD)
    assert of("first_of", [*rows, (1, 3, None)], "leave out") == Value.known(1)
    assert of("first_of", rows, rejected=1) == Value.unknown(REJECTED)
    assert of("first_of", []) == NO_SUCH


def grouped(held: str | None = None) -> Plan:
    """People in groups by a code that may be blank; members are those whose ``w`` is 1."""
    people = table("q", Column("g", maybe(TEXT)), number_column("w"), use="cohorts")
    member = op("eq", MT, col("q", "w", NUM, Shape(1, 10**12), reason=0), lit(1))
    code = op("if", maybe(TEXT, NONE, "unknown"), member, lit(None, maybe(TEXT, NONE)), lit("not counted", TEXT))
    steps = [
        step(0, "in_by", "q", member, "member"),
        step(1, "by.excluded", "q", code, "exclusion"),
        step(2, "by.key", "q", col("q", "g", maybe(TEXT), reason=1), "key"),
        step(3, "n", "by", aggregate("count", ranged(WHOLE), "q", Link("group", "q"), shape=COUNT, held=held)),
    ]
    steps.append(step(4, "own_n", "q", item(steps[3], via=[("cohort", "by")], reason=6)))
    steps.append(step(5, "all", "contract", aggregate("count", ranged(WHOLE), "by", Link("groups", "by"), shape=COUNT)))
    steps.append(step(6, "again", "q", item(steps[5], via=[("contract",)], reason=7)))
    groups = tuple(Group((k,), "2012-01-01", "2012-12-31") for k in ("u", "v", "z"))
    cohort = Cohort("by", "q", "in_by", "by.excluded", ("g",), ("by.key",), (TEXT,), groups)
    return plan([people], steps, [cohort])


def test_groups_exist_without_rows_and_open_keys_may_be_in_any(tmp_path: Path) -> None:
    made = grouped()
    rows = [("a", "u", 1), ("b", "u", 1), ("c", "v", None), ("d", "v", 0), ("e", "nowhere", 1)]
    given = accepted(made.tables, {"q": rows})
    ran = run(made, given, tmp_path)
    assert values(made, given.con, "n") == [Value.known(2), R(F(0), F(1), HELD), Value.known(0)]
    assert values(made, given.con, "own_n") == [Value.known(2), Value.known(2), *[Value.unknown(64)] * 3]
    assert values(made, given.con, "all") == [Value.known(3)] and values(made, given.con, "again")[0] == Value.known(3)
    counts = ran.tables["q"]
    assert (counts.used, counts.excluded, counts.rejected, counts.unused, counts.submitted) == (4, {"not counted": 1}, 0, 0, 5)
    given = accepted(made.tables, {"q": [*rows, ("f", None, 1)]})
    run(made, given, tmp_path)
    assert values(made, given.con, "n") == [R(F(2), F(3), HELD), R(F(0), F(2), HELD), R(F(0), F(1), HELD)]


def test_items_of_ranges_carry_one_reason(tmp_path: Path) -> None:
    made = grouped()
    given = accepted(made.tables, {"q": [("a", "u", 1), ("b", "u", None)]})
    run(made, given, tmp_path)
    assert values(made, given.con, "own_n") == [R(F(1), F(2), 64), Value.unknown(64)]
    assert len(REASONS) == 8
