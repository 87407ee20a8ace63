"""What checks and flags leave in ``findings``, and rows that are missing."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction as F
from pathlib import Path
from typing import Any

import pytest
from columns_making import (
    DATE,
    NUMBER,
    TEXT,
    TRUTH,
    WHOLE,
    accepted,
    aggregate,
    col,
    lit,
    maybe,
    op,
    plan,
    ranged,
    read,
    step,
    table,
    values,
)

from pbr.engine.columns.checking import check_rows
from pbr.engine.columns.run import explain_sql, run
from pbr.engine.record.machine import Machine
from pbr.engine.record.rows import load
from pbr.language.types import Type
from pbr.plan.node import Node, Shape
from pbr.plan.plan import Cohort, Column, Cover, Group, Link, Plan
from pbr.submission.accepted import Accepted
from pbr.values.value import Value

MT = maybe(TRUTH)
NONE = maybe(TEXT, "none")
PERCENT = maybe(Type("percent"))
EVENTS = table("e", Column("p", TEXT), Column("size", maybe(WHOLE), Shape(1, 10**6)), parent=Link("children", "p", ("p",), ("id",)))
PEOPLE = table(
    "p",
    Column("born", maybe(DATE)),
    Column("part", PERCENT, Shape(1000, 10**6)),
    Column("cost", maybe(Type("money")), Shape(1, 10**6)),
    Column("score", maybe(NUMBER), Shape(100, 10**6)),
    Column("ok", MT),
    Column("grp", TEXT),
)
ROWS: dict[str, list[tuple[Any, ...]]] = {
    "p": [
        ("a", date(2001, 2, 3), 335, -1250, -5, True, "x"),
        ("b", None, None, 5, None, None, "x"),
        ("c", None, 1000, 0, 250, False, "y"),
    ],
    "e": [("1", "a", -3), ("2", "b", 4), ("3", "b", None), ("4", "c", 7)],
}


def people(name: str, via: bool = False) -> Node:
    column = PEOPLE.column(name)
    return col("p", name, column.type, column.shape, via=[["parent", "p"]] if via else ())


def below(node: Node, value: Any) -> Node:
    return op("lt", MT, node, lit(value, type_=node.type.without("unknown")))


def size() -> Node:
    return col("e", "size", maybe(WHOLE), Shape(1, 10**6))


def sample() -> Plan:
    share = aggregate(
        "count",
        ranged(WHOLE),
        "p",
        Link("group", "p"),
        where=people_counted("ok"),
        shape=Shape(1, 10**6),
        held="leave out",
        rejected="leave out",
    )
    steps = [
        step(0, "g.key", "p", col("p", "grp", TEXT), "key"),
        step(1, "g.member", "p", lit(True, TRUTH), "member"),
        step(2, "g.excluded", "p", lit(None, NONE), "exclusion"),
        step(3, "check.e.C1", "e", below(size(), 0), "check", says="It is below 0."),
        step(4, "check.p.F.1", "p", op("or", MT, below(people("cost"), 0), below(people("score"), 0), below(people("cost"), -5)), "flag", says="Look."),
        step(5, "check.p.F2", "p", op("not", MT, people("ok")), "flag"),
        step(6, "check.e.F3", "e", op("and", MT, op("gt", MT, size(), lit(3)), below(people("part", via=True), F(2, 1))), "flag"),
        step(7, "check.p.R", "g", op("ge", MT, share, lit(1)), "flag", says="Too many."),
        step(8, "check.p.A", "contract", op("ge", MT, whole_count(), lit(3)), "flag", says="Too many in all."),
        step(9, "check.p.N", "contract", op("ge", MT, whole_count(), lit(4)), "flag"),
    ]  # fmt: skip
    groups = (Group(("x",), "2012-01-01", "2012-12-31"), Group(("y",), "2012-01-01", "2012-12-31"))
    return plan([PEOPLE, EVENTS], steps, [Cohort("g", "p", "g.member", "g.excluded", ("grp",), ("g.key",), (TEXT,), groups)])


def people_counted(name: str) -> Node:
    return col("p", name, PEOPLE.column(name).type, PEOPLE.column(name).shape, row="counted")


def whole_count() -> Node:
    return aggregate("count", ranged(WHOLE), "p", Link("all", "p"), shape=Shape(1, 10**6))


WANTED = [
    ("e", None, None, "C1", "reject", "size", "-3", "It is below 0."),
    ("e", None, None, "F3", "flag", "size, p.part", "7, 100%", "check.e.F3"),
    ("p", None, None, "A", "flag", None, "", "Too many in all."),
    ("p", None, None, "F.1", "flag", "cost, score", "-12.50, -0.05", "Look."),
    ("p", None, None, "F2", "flag", "ok", "no", "check.p.F2"),
    ("p", None, None, "R", "flag", None, "x", "Too many."),
]


def told(given: Accepted) -> list[tuple[Any, ...]]:
    return sorted((one["TABLE_NAME"], None, one["LINE"], *(one[name] for name in ("CODE", "SEVERITY", "COLUMN_NAME", "VALUE", "SAYS"))) for one in read(given.con, "findings"))  # fmt: skip


def test_findings_say_which_columns_were_read_and_what_stands_in_them(tmp_path: Path) -> None:
    made = sample()
    given = accepted(made.tables, ROWS)
    run(made, given, tmp_path)
    assert told(given) == WANTED  # event 2 has a size over 3, but its person's part is not known: no finding
    rows = {(one["CODE"], one["ROW"]) for one in read(given.con, "findings")}
    assert rows == {("C1", 1), ("F3", 4), ("F.1", 1), ("F2", 3), ("R", None), ("A", None)}


def test_the_same_findings_without_a_trace(tmp_path: Path) -> None:
    made = sample()
    run(made, whole := accepted(made.tables, ROWS), tmp_path)
    alone = accepted(made.tables, ROWS)
    assert check_rows(made, alone) == {"p": 0, "e": 1}
    assert read(alone.con, "findings") == read(whole.con, "findings")
    left = {name for (name,) in alone.con.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall()}
    assert left == set()
    assert len(read(alone.con, "rejected_e")) == 1


def test_a_column_of_the_row_above_is_named_with_its_table() -> None:
    text = explain_sql(sample())
    assert "'size, p.part'" in text
    assert not re.search(r"\b(?:TRY|ignore_errors)\b", text)


def test_children_of_rows_that_checks_reject_say_whose_they_are(tmp_path: Path) -> None:
    made = plan([PEOPLE, EVENTS], [step(0, "check.p.C", "p", op("not", MT, people("ok")), "check")])
    given = accepted(made.tables, ROWS)
    run(made, given, tmp_path)
    assert told(given) == [
        ("e", None, None, "PBR462", "reject", "p", "c", "the row of p with this key was rejected"),
        ("p", None, None, "C", "reject", "ok", "no", "check.p.C"),
    ]


def miss(given: Accepted, name: str, *rows: tuple[Any, ...]) -> None:
    for row in rows:
        given.con.execute(f'INSERT INTO "rejected_{name}" VALUES ({", ".join("?" * (1 + len(row)))})', [None, *row])
    given.missing[name] = len(rows)


@pytest.mark.parametrize(("limit", "expected"), [("1/5", "known"), ("1/6", "range")])
def test_missing_rows_count_as_rejected_ones_and_in_what_a_limit_is_a_share_of(tmp_path: Path, limit: str, expected: str) -> None:
    """Four events submitted and one missing: one of five may be left out up to 20%, not up to 16.7%."""
    events = table("e", *EVENTS.columns[1:], parent=EVENTS.parent, cover=Cover("p", ("p",), ("id",)))
    counted = aggregate("count", ranged(WHOLE), "e", Link("all", "e"), shape=Shape(1, 10**6), rejected="leave out", up_to=limit)
    mine = aggregate("count", ranged(WHOLE), "e", Link("children", "e", ("p",), ("id",)), shape=Shape(1, 10**6))
    made = plan([PEOPLE, events], [step(0, "n", "contract", counted), step(1, "each", "p", mine)])
    given = accepted(made.tables, ROWS)
    miss(given, "e", ("c",))
    machine = Machine(made, load(given, made))
    ran = run(made, given, tmp_path)
    (n,) = values(made, given.con, "n")
    assert n.state == expected and n == machine.value("n", ())
    each = values(made, given.con, "each")
    assert each == [machine.value("each", (key,)) for key in "abc"]
    assert each == [Value.known(F(1)), Value.known(F(2)), Value.range(F(1), F(2), 2)]
    counts = ran.tables["e"]
    assert (counts.submitted, counts.used, counts.rejected, counts.unattributed, counts.missing, counts.extra) == (4, 4, 0, 0, 1, 0)
    assert ran.tables["p"].missing is None


def test_a_missing_row_that_could_be_anybodys_widens_everybody_and_is_no_row_of_the_file(tmp_path: Path) -> None:
    mine = aggregate("count", ranged(WHOLE), "e", Link("children", "e", ("p",), ("id",)), shape=Shape(1, 10**6))
    made = plan([PEOPLE, EVENTS], [step(0, "each", "p", mine)])
    given = accepted(made.tables, ROWS)
    miss(given, "e", (None,))
    machine = Machine(made, load(given, made))
    ran = run(made, given, tmp_path)
    each = values(made, given.con, "each")
    assert each == [machine.value("each", (key,)) for key in "abc"]
    assert [value.state for value in each] == ["range"] * 3
    assert (ran.tables["e"].rejected, ran.tables["e"].unattributed) == (0, 0)
