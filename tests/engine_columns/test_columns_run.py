"""A whole run: files, accounting, checks, caps, windows, and the rules that everything written keeps."""

from __future__ import annotations

import re
from datetime import date, timedelta
from fractions import Fraction as F
from pathlib import Path
from typing import Any

import pytest
from columns_making import (
    DATE,
    NONE,
    NUMBER,
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
    read,
    step,
    table,
    values,
)  # fmt: skip

from pbr.engine.columns.lowering import AGGREGATES, LOWERING
from pbr.engine.columns.run import explain_sql, run
from pbr.language.types import Type
from pbr.plan.columns import step_columns
from pbr.plan.node import Shape
from pbr.plan.operations import OPERATIONS
from pbr.plan.plan import Cohort, Column, Link, Part, Payment, Plan, Settles
from pbr.plan.then import StatementStep
from pbr.values.value import NO_SUCH, Value

NUM, MT = maybe(NUMBER), maybe(TRUTH)
MONEY = Type("money")
BELONGS = Link("children", "p", ("p",), ("id",))


def test_the_lowering_table_covers_the_operations() -> None:
    assert {*LOWERING, *AGGREGATES} == set(OPERATIONS)
    assert not set(LOWERING) & set(AGGREGATES)


def sample() -> Plan:
    """Claims of people: a fact per claim, an outcome and a share per person and contract, a tariff and a cap."""
    people = table("p", Column("born", maybe(DATE)))
    claims = table(
        "c", Column("p", TEXT), number_column("x", 10**6), Column("on", maybe(DATE)), Column("code", TEXT), Column("needs", maybe(TEXT, NONE)),
        parent=BELONGS,
    )  # fmt: skip
    x = col("c", "x", NUM, Shape(1, 10**6), reason=0)
    on = col("c", "on", maybe(DATE), reason=1)
    s = [step(0, "check.c.bad", "c", op("lt", MT, x, lit(0)), "check", says="It is below 0.")]
    s.append(step(1, "counts", "c", op("gt", MT, x, lit(5)), parts=(Part(1, (0,), "side"), Part(2, (1,), "side"))))
    s.append(
        step(2, "placed", "c", op("place", ranged(WHOLE), item(s[1], reason=2), on, col("c", "p", TEXT), shape=Shape(1, 10**9), reason=3))
    )
    code, needs = col("c", "code", TEXT), col("c", "needs", maybe(TEXT, NONE))
    s.append(step(3, "may", "c", op("achieved", MT, item(s[1], reason=2), needs, code, on, col("c", "p", TEXT), reason=4)))
    money = op("if", maybe(MONEY), item(s[1], reason=2), lit(100, MONEY), lit(0, MONEY), shape=Shape(1, 100))
    s.append(step(4, "pay", "c", money, "payment"))
    counted = aggregate(
        "count", ranged(WHOLE), "c", Link("children", "c", ("p",), ("id",)), where=item(s[1], "counted", reason=2), shape=Shape(1, 10**6)
    )
    s.append(step(5, "n", "p", counted))
    s.append(step(6, "half", "p", op("div", ranged(NUMBER), item(s[5], reason=4), lit(2), shape=Shape(None, 10**6, 2), reason=5)))
    s.append(
        step(
            7,
            "total",
            "contract",
            aggregate("sum", ranged(NUMBER), "p", Link("all", "p"), item(s[5], "counted", reason=4), shape=Shape(1, 10**15)),
        )
    )
    s.append(step(8, "when", "c", on, "order"))
    born = col("c", "born", maybe(DATE), via=[("parent", "p")], reason=6)
    born = type(born)("column", born.type, (), {**born.params, "table": "p"})
    s.append(step(9, "birthday", "c", born, parts=(Part(1, (), "read"),)))
    s.append(step(10, "of", "c", op("div", NUM, item(s[4], reason=1), lit(3), shape=Shape(None, 100, 3), reason=2)))
    pay = Payment("tariff", "tariff", "c", None, "pay")
    cap = StatementStep(1, 250, ("tariff",), (("tariff", ("when",)),), last_line="in part")
    return plan([people, claims], s, payments=[pay], caps=[cap])


DAYS = [date(2012, 1, 1) + timedelta(days=i) for i in range(400)]
ROWS: dict[str, list[tuple[Any, ...]]] = {
    "p": [("a", DAYS[0]), ("b", None)],
    "c": [
        ("1", "a", 9, DAYS[3], "k1", None),
        ("2", "a", 9, DAYS[2], "k2", "k1"),
        ("3", "a", None, DAYS[4], "k1", "k2"),
        ("4", "b", 2, DAYS[1], "k1", "k1"),
        ("5", "b", 7, None, "k2", "k1"),
        ("6", "a", -1, DAYS[5], "k1", None),
    ],
}


def test_checks_windows_parts_caps_and_accounting(tmp_path: Path) -> None:
    made = sample()
    given = accepted(made.tables, ROWS)
    ran = run(made, given, tmp_path)
    assert (ran.tables["c"].used, ran.tables["c"].rejected, ran.tables["c"].submitted) == (5, 1, 6)
    assert given.con.execute('SELECT TABLE_NAME, "ROW", CODE, SEVERITY, SAYS FROM findings').fetchall() == [
        ("c", 6, "bad", "reject", "It is below 0.")
    ]
    assert given.con.execute("SELECT _row, p FROM rejected_c").fetchall() == [(6, "a")]
    known, unknown, between = Value.known, Value.unknown, Value.range
    assert values(made, given.con, "n") == [between(F(2), F(4), 3), known(1)]
    assert values(made, given.con, "half") == [between(F(1), F(2), 16), known(F(1, 2))]
    assert values(made, given.con, "total") == [between(F(3), F(5), 1)]
    assert values(made, given.con, "placed") == [known(2), known(1), known(3), known(1), unknown(2 | 8)]
    # 2 needs k1 by its day: claim 1 counts but is later, and so is claim 3; 3 needs k2 and has claim 2; no claim of b with k1 counts
    assert values(made, given.con, "may") == [known(True), known(False), known(True), known(False), unknown(2 | 16)]
    trace = read(given.con, "trace_c")
    assert list(trace[0])[:8] == ["id", "_row", "p", "x", "on", "code", "needs", "_place"]
    assert list(trace[0])[9:] == [name for one in made.steps if one.grain == "c" for name in step_columns(one)]
    assert (trace[0]["counts.1"], trace[0]["counts.2"], trace[2]["counts.1.why"]) == (9, 5, 1)
    assert (trace[3]["birthday"], trace[3]["birthday.1.why"], trace[0]["birthday"]) == (None, 64, DAYS[0])
    lines = read(given.con, "payments")
    got = [
        (line["line"], line["key"], line["low"], line["high"], line["low_1"], line["high_1"], line["amount"], line["result"])
        for line in lines
    ]
    # in the order of the day: 4, 2, 1, 3 (unknown, as large as the cap), 5 (no day: last)
    assert got == [
        (1, '["1"]', 100, 100, 100, 100, 100, "pays"),
        (2, '["2"]', 100, 100, 100, 100, 100, "pays"),
        (3, '["3"]', None, None, 0, 50, None, "held"),
        (4, '["4"]', 0, 0, 0, 0, 0, "pays_nothing"),
        (5, '["5"]', 100, 100, 0, 50, None, "held"),
    ]


def test_children_leave_with_their_parents(tmp_path: Path) -> None:
    people = table("p", number_column("x"))
    children = table("c", Column("p", TEXT), parent=BELONGS)
    check = step(0, "check.p.low", "p", op("lt", MT, col("p", "x", NUM, Shape(1, 10**12), reason=0), lit(0)), "check")
    made = plan([people, children], [check])
    given = accepted(made.tables, {"p": [("a", -1), ("b", None)], "c": [("1", "a"), ("2", "b"), ("3", "a")]})
    ran = run(made, given, tmp_path)
    assert (ran.tables["p"].used, ran.tables["p"].rejected, ran.tables["c"].used, ran.tables["c"].rejected) == (1, 1, 1, 2)
    found = given.con.execute('SELECT TABLE_NAME, "ROW", CODE FROM findings ORDER BY 1, 2').fetchall()
    assert found == [("c", 1, "PBR462"), ("c", 3, "PBR462"), ("p", 1, "low")]


def test_settling_and_membership(tmp_path: Path) -> None:
    t = table("t", Column("d", maybe(DATE)), number_column("x"))
    day = step(0, "on", "t", col("t", "d", maybe(DATE), reason=0), "day")
    answer = op("eq", MT, col("t", "x", NUM, Shape(1, 10**12), reason=1), lit(1))
    member = step(1, "m", "t", op("lt", MT, col("t", "x", NUM, Shape(1, 10**12), reason=1), lit(5)), "member")
    none = step(2, "no_code", "t", lit(None, maybe(TEXT, NONE)), "exclusion")
    steps = [day, member, none]
    steps += [step(3 + i, how, "t", answer, "outcome", settles=Settles(how, "on", ("t",), 5)) for i, how in enumerate(["day", "when seen"])]
    steps.append(step(5, "few", "t", answer, within="sub"))
    made = plan([t], steps, [Cohort("sub", "t", "m", "no_code")])
    rows = [("a", DAYS[5], 1), ("b", DAYS[6], 1), ("c", DAYS[6], 0), ("d", None, 0), ("e", DAYS[6], None), ("f", DAYS[5], 9)]
    given = accepted(made.tables, {"t": rows}, {"t": DAYS[5]})
    run(made, given, tmp_path)
    yes, no, wait = Value.known(True), Value.known(False), Value.unknown(32)
    assert values(made, given.con, "day") == [yes, wait, wait, wait, Value.unknown(34), no]
    assert values(made, given.con, "when seen") == [yes, yes, wait, wait, Value.unknown(34), no]
    assert [read(given.con, "trace_t")[i]["few"] for i in range(6)] == [True, True, False, False, None, None]
    assert values(made, given.con, "few")[5] == NO_SUCH and values(made, given.con, "few")[4] == Value.unknown(2)


@pytest.mark.parametrize(("last_line", "expected"), [("in part", [60, 40, 0]), ("not at all", [60, 0, 0])])
def test_caps_per_name(tmp_path: Path, last_line: str, expected: list[int]) -> None:
    t = table("t", Column("who", TEXT), number_column("x", type_=NUMBER))
    steps = [
        step(0, "amount", "t", col("t", "x", MONEY, Shape(1, 10**12)), "payment"),
        step(1, "who_", "t", col("t", "who", TEXT), "order"),
    ]
    cap = StatementStep(1, 100, ("pay",), (("pay", ()),), (("pay", "who_"),), "who", last_line)
    made = plan(
        [t], steps, payments=[Payment("pay", "pays", "t", None, "amount"), Payment("other", "pays", "t", None, "amount")], caps=[cap]
    )
    given = accepted([t], {"t": [("1", "u", 60), ("2", "u", 60), ("3", "u", 10), ("4", "v", 100)]})
    run(made, given, tmp_path)
    amounts = [line["amount"] for line in read(given.con, "payments")]
    assert amounts == [*expected, 100, 60, 60, 10, 100]


def test_factors_keep_their_denominator(tmp_path: Path) -> None:
    t = table("t")
    made = plan([t], [step(0, "f", "t", lit(F(97, 100)))], payments=[Payment("factor", "factor", "t", None, "f")])
    given = accepted([t], {"t": [("a",)]})
    run(made, given, tmp_path)
    (line,) = read(given.con, "payments")
    assert (line["amount"], line["of"], line["result"], line["why"]) == (97, 100, "sets", 0)


def test_no_forbidden_word_in_the_sql() -> None:
    text = re.sub(r"'(?:[^']|'')*'", "''", explain_sql(sample()))
    words = r"[^/]/[^/]|\*\*|\bavg\b|\bmedian\b|\bquantile|\bpow\b|\bpower\b|\bdouble\b|\bfloat|\breal\b|\btry\b|\btry_cast\b|\^|\bln\b|\bexp\b|\bsqrt\b"
    assert not re.findall(words, text, re.IGNORECASE)
    copies = [one for one in text.split(";") if one.strip().startswith("COPY")]
    assert copies and all("ORDER BY" in one for one in copies)


def test_no_float_is_written(tmp_path: Path) -> None:
    made = sample()
    given = accepted(made.tables, ROWS)
    ran = run(made, given, tmp_path)
    for path in (*ran.traces.values(), ran.payments):
        types = {row[1] for row in given.con.execute(f"DESCRIBE SELECT * FROM read_parquet('{path}')").fetchall()}
        assert types <= {"BIGINT", "DECIMAL(38,0)", "DATE", "BOOLEAN", "VARCHAR", "VARCHAR[]"}, path
    left = {name for (name,) in given.con.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall()}
    assert left == {"trace_p", "trace_c", "trace_contract", "payments"}


def test_the_same_bytes_for_any_number_of_threads_and_order_of_rows(tmp_path: Path) -> None:
    made = sample()
    digests = []
    claims = [(f"{i:05}", "ab"[i % 2], i % 11, DAYS[i * 7 % 400], f"k{i % 3}", None) for i in range(3000)]
    for threads in (1, 2):
        folder = tmp_path / str(threads)
        given = accepted(made.tables, {"p": ROWS["p"], "c": []}, threads=threads)
        given.con.executemany("INSERT INTO accepted_c VALUES (?, ?, ?, ?, ?, ?, ?)", [[i, *row] for i, row in enumerate(claims[:300])])
        given.con.execute(
            "INSERT INTO accepted_c SELECT _row + 1000 * r, id || '-' || r, p, x, \"on\", code, needs FROM accepted_c, range(1, 600) t(r)"
        )
        run(made, given, folder)
        digests.append({path.name: path.read_bytes() for path in sorted(folder.rglob("*.parquet"))})
    assert digests[0] == digests[1] and len(digests[0]) == 4
