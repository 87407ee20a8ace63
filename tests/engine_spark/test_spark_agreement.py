"""Spark and the reference engine give the same value, presence and reasons, on random data with every boundary in it."""

from __future__ import annotations

import random
from calendar import monthrange
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction as F
from typing import Any

import pytest
from spark_making import (
    DATE,
    DAYS,
    MONTHS,
    NUMBER,
    TEXT,
    TRUTH,
    WHOLE,
    Data,
    add,
    aggregate,
    col,
    evaluate,
    given,
    lit,
    maybe,
    mul,
    reference,
    reference_total,
    rounded,
    sub,
    summarise,
    table,
    within,
)

from pbr.engine.spark.session import missing
from pbr.language.types import NOT_YET
from pbr.language.vocabulary import ROUNDING
from pbr.plan import shapes
from pbr.plan.node import Node, Shape
from pbr.plan.plan import Column
from pbr.problem import Refused
from pbr.values.value import KNOWN, RANGE, UNKNOWN, Value

# For the whole module at once: one line in the summary.
if WHY := missing():
    pytest.skip(f"not compared with Spark: {WHY}", allow_module_level=True)

SEED = 20_121_001


def differences(found: Sequence[Sequence[Value]], expected: Sequence[Sequence[Value]], nodes: Sequence[Node], data: Data) -> list[str]:
    return [
        f"{node.op} {node.params} at {row}: Spark {mine}, reference {theirs}"
        for node, ours, right in zip(nodes, found, expected, strict=True)
        for row, mine, theirs in zip(data.rows, ours, right, strict=True)
        if mine != theirs
    ]


# ---- round, and the arithmetic under it ------------------------------------------------------------------------------
PENCE = Column("pence", maybe(NUMBER), Shape(100, 10**12), blank="unknown")
COUNT = Column("count", maybe(WHOLE), Shape(1, 10**6), blank="unknown")
WIDE = Column("wide", maybe(NUMBER), Shape(10**6, 10**37), blank="unknown")  # whole parts to 10**31
EDGE = Column("edge", maybe(NUMBER), Shape(10**5, 10**37 - 10**5 - 1), blank="unknown")  # the widest quotient: 10**32 - 2


LARGE = Column("large", maybe(NUMBER), Shape(10**6, 10**35), blank="unknown")


def _numbers(rng: random.Random) -> list[dict[str, Any]]:
    halves = [sign * (50 + 100 * whole) for whole in range(6) for sign in (1, -1)]
    rows: list[dict[str, Any]] = []
    for number in range(240):
        whole = rng.randrange(10**31) * 10**6
        rows.append(
            {
                "pence": halves[number]
                if number < len(halves)
                else rng.choice([rng.randrange(-1000, 1000), rng.randrange(-(10**12), 10**12)]),
                "count": rng.choice([0, 1, -1, 3, rng.randrange(-(10**6), 10**6)]),
                "wide": rng.choice([1, -1]) * (whole + rng.choice([0, 1, 499_999, 500_000, 500_001, 999_999])),
                "large": rng.randrange(-(10**35), 10**35),
                "edge": rng.choice([1, -1]) * rng.choice([10**37 - 10**5 - 1, 10**37 - 150_000, rng.randrange(10**37 - 10**5), 50_000, 0]),
            }
        )
    rows[0] |= {"wide": 10**37}
    rows[1] |= {"wide": -(10**37) + 500_000}
    rows[2] |= {"wide": 10**37 - 500_000}
    for row in rows[20:]:
        for name in row:
            if rng.random() < 0.05:
                row[name] = None
    return rows


def test_rounding_and_arithmetic_agree(spark: Any) -> None:
    data = given(table(PENCE, COUNT, WIDE, EDGE, LARGE), _numbers(random.Random(SEED)))
    pence, count, wide, edge = (col(column, number) for number, column in enumerate((PENCE, COUNT, WIDE, EDGE)))
    bases = [add(pence, count), sub(pence, wide), mul(pence, count), mul(mul(pence, count), lit(F(-1, 6))), add(wide, lit(F(1, 3)))]
    nodes = [pence, wide, *bases]
    for mode in ROUNDING:
        nodes += [rounded(pence, to, mode) for to in (F(1), F(5, 2), F(1, 3), F(1, 10_000))]
        nodes.append(rounded(wide, F(1), mode))
        nodes += [rounded(edge, F(1), mode), rounded(mul(mul(pence, count), lit(F(-1, 6))), F(1), mode), rounded(lit(F(-5, 2)), F(1), mode)]
    expected = reference(data, nodes)
    assert differences(evaluate(spark, data, nodes), expected, nodes, data) == []
    largest = max(
        abs(value.low)
        for node, values in zip(nodes, expected, strict=True)
        for value in values
        if value.state == KNOWN and node.op == "round"
    )
    assert largest > F(10**31)
    assert {value.state for values in expected for value in values} == {KNOWN, UNKNOWN}


def test_compiled_stages_agree(spark: Any) -> None:
    data = given(table(PENCE, COUNT, WIDE, EDGE, LARGE), _numbers(random.Random(SEED + 1)))
    nodes = [rounded(col(WIDE, 2), F(1), mode) for mode in ("half up", "half even", "floor")]
    spark.conf.set("spark.sql.codegen.wholeStage", "true")
    try:
        assert differences(evaluate(spark, data, nodes), reference(data, nodes), nodes, data) == []
    finally:
        spark.conf.set("spark.sql.codegen.wholeStage", "false")


# ---- within ----------------------------------------------------------------------------------------------------------
SEEN = Column("seen", DATE.also(NOT_YET), blank="not yet")
BEGUN = Column("begun", DATE.also(NOT_YET), blank="not yet")
ON = Column("on", maybe(DATE), blank="unknown")
START = Column("start", maybe(DATE), blank="unknown")
LENGTH_DAYS = Column("length_days", maybe(DAYS), Shape(1, 10**9), blank="unknown")
LENGTH_MONTHS = Column("length_months", maybe(MONTHS), Shape(1, 10**12), blank="unknown")
DAYS_OF_INTEREST = [
    date(2012, 1, 31), date(2012, 2, 28), date(2012, 2, 29), date(2011, 2, 28), date(2000, 2, 29), date(1900, 2, 28), date(2012, 12, 31),
    date(2013, 1, 1), date(2012, 4, 30), date(2012, 3, 31), date.min, date(1, 1, 31), date.max, date(9999, 11, 30), date(1582, 10, 15),
    date(1582, 10, 4), date(1970, 1, 1), date(1969, 12, 31),
]  # fmt: skip
COMPLETE = date(2012, 6, 30)


def _plus_months(day: date, months: int) -> date:
    """Written apart from both engines: the same day some months on, or the last day of that month; the calendar's ends beyond it."""
    index = day.year * 12 + day.month - 1 + months
    if not 12 <= index < 120_000:
        return date.min if index < 12 else date.max
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _plus_days(day: date, days: int) -> date:
    return date.fromordinal(min(max(1, day.toordinal() + days), date.max.toordinal()))


def _dates(rng: random.Random) -> list[dict[str, Any]]:
    rows = []
    for _ in range(700):
        start = rng.choice(DAYS_OF_INTEREST) if rng.random() < 0.6 else date(2012, 1, 1) + timedelta(days=rng.randrange(800))
        days, months = rng.choice([0, 1, 28, 30, 365, 730, -1, 10**9, 3_652_058]), rng.choice([0, 1, 2, 12, 13, 24, -1, 10**12, 119_987])
        edge = rng.choice(
            [start, *(_plus_days(start, sign * days) for sign in (1, -1)), *(_plus_months(start, sign * months) for sign in (1, -1))]
        )
        on = _plus_days(edge, rng.choice([-1, 0, 1]))
        row: dict[str, Any] = {"on": on, "start": start, "seen": on, "begun": start, "length_days": days, "length_months": months}
        for name in row:
            if rng.random() < 0.12:
                row[name] = None
        if rng.random() < 0.2:
            row["begun"] = COMPLETE + timedelta(days=rng.choice([-1, 0, 1, 2]))
        rows.append(row)
    return rows


@pytest.mark.parametrize("complete_to", [{"t": COMPLETE}, {"t": date.max}, {}], ids=["complete", "the last day", "not said"])
def test_windows_agree(spark: Any, complete_to: dict[str, date]) -> None:
    data = given(
        table(SEEN, BEGUN, ON, START, LENGTH_DAYS, LENGTH_MONTHS), _dates(random.Random(SEED + len(complete_to))), complete_to=complete_to
    )
    seen, begun, on, start, days, months = (
        col(column, number) for number, column in enumerate((SEEN, BEGUN, ON, START, LENGTH_DAYS, LENGTH_MONTHS))
    )
    spans = [days, months, lit(1, MONTHS), lit(12, MONTHS), lit(30, DAYS), lit(0, MONTHS)]
    nodes = []
    for mode in ("from", "after", "before"):
        nodes += [within(on, span, start, mode) for span in spans]
        nodes += [within(seen, span, start, mode, ("t", None, None)) for span in spans[:3]]
        nodes += [within(seen, span, begun, mode, ("t", None, "t")) for span in spans[:3]]
        nodes += [within(on, span, begun, mode, (None, None, "t")) for span in spans[:3]]
    expected = reference(data, nodes)
    assert differences(evaluate(spark, data, nodes), expected, nodes, data) == []
    answers = Counter(
        (node.params["mode"], node.params["unit"], value.low) for node, values in zip(nodes, expected, strict=True) for value in values
    )
    assert all(
        answers[mode, unit, answer] > 50
        for mode in ("from", "after", "before")
        for unit in ("days", "months")
        for answer in (True, False, None)
    )


# ---- totals ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("rows", "rejected"), [(0, 2), (240, 0), (240, 3)], ids=str)
def test_totals_agree(spark: Any, rows: int, rejected: int) -> None:
    data = given(table(PENCE, COUNT, WIDE, EDGE, LARGE), _numbers(random.Random(SEED))[:rows], rejected=rejected)
    pence, count, large = (col(column, number, "counted") for number, column in enumerate((PENCE, COUNT, LARGE)))
    conditions = [None, Node("gt", maybe(TRUTH), (count, lit(0)))]
    nodes: list[Node] = []
    for where in conditions:
        for held in ("hold", "leave out", "take as yes", "take as no", "only if it cannot matter"):
            for how, up_to in (
                ("hold", None),
                ("leave out", None),
                ("leave out", F(1, 100)),
                ("leave out", F(1, 81)),
                ("count as yes", None),
                ("count as no", None),
            ):
                nodes.append(aggregate("count", where=where, held=held, rejected=how, up_to=up_to, ranged=held != "hold"))
        for held in ("hold", "leave out"):
            nodes.append(aggregate("sum", pence, where=where, held=held, shape=shapes.total(pence.shape or Shape(1, 0), 10**9)))
            nodes.append(aggregate("sum", large, where=where, held=held, shape=Shape(10**6, 10**38 - 1)))
            nodes.append(
                aggregate("sum", rounded(pence, F(1), "half even"), where=where, held=held, rejected="leave out", shape=Shape(1, 10**15))
            )
    fees = [_ranged_fee(node) for node in nodes if node.op == "count" and node.type.ranged]
    expected = reference_total(data, [*nodes, *fees])
    found = summarise(spark, data, [*nodes, *fees])
    wrong = [
        f"{node.op} {node.params}: Spark {mine}, reference {right}"
        for node, mine, right in zip([*nodes, *fees], found, expected, strict=True)
        if mine != right
    ]
    assert wrong == []
    if rows > 200 and rejected:
        assert {value.state for value in expected} == {KNOWN, RANGE, UNKNOWN}


def _ranged_fee(count: Node) -> Node:
    """A price times a count that may be a range, rounded: minus a seventh of it, so that the ends change places."""
    price = lit(F(-1, 7))
    assert count.shape and price.shape
    fee = Node("mul", count.type, (count, price), shape=shapes.mul(count.shape, price.shape))
    return rounded(fee, F(1), "half up", count.type)


# ---- what is refused, and what is an error ---------------------------------------------------------------------------
def test_a_number_past_its_bounds_is_refused_and_never_another_number(spark: Any) -> None:
    small = Column("x", maybe(NUMBER), Shape(1, 9 * 10**18 - 1), blank="unknown")
    data = given(table(small), [{"x": 9 * 10**18 - 1}, {"x": 9 * 10**18 - 1}])
    x = col(small, 0, "counted")
    wide = aggregate("sum", x, shape=Shape(1, 10**20))
    assert summarise(spark, data, [wide]) == [Value.known(2 * (9 * 10**18 - 1))]
    with pytest.raises(Refused, match="PBR520"):
        summarise(spark, data, [aggregate("sum", x, shape=Shape(1, 10**18))])
    large = Column("x", maybe(NUMBER), Shape(1, 9 * 10**37), blank="unknown")
    data = given(table(large), [{"x": 9 * 10**37}] * 2)
    with pytest.raises(Refused, match="PBR520"):
        summarise(spark, data, [aggregate("sum", col(large, 0, "counted"), shape=Shape(1, 10**38 - 1))])
    with pytest.raises(Refused, match="PBR520"):
        evaluate(spark, data, [Node("mul", maybe(NUMBER), (col(large), lit(2)), shape=Shape(1, 10**38 - 1))])


@pytest.mark.parametrize(
    ("name", "value"), [("spark.sql.ansi.enabled", "false"), ("spark.sql.decimalOperations.allowPrecisionLoss", "false")]
)
def test_a_session_that_loses_something_is_refused(spark: Any, name: str, value: str) -> None:
    data = given(table(PENCE), [{"pence": 1}])
    spark.conf.set(name, value)
    try:
        with pytest.raises(Refused, match=rf"PBR522(.|\n)*{name}"):
            evaluate(spark, data, [col(PENCE)])
    finally:
        spark.conf.set(name, "true")


def test_text_goes_through_as_it_is(spark: Any) -> None:
    words = ["it's", 'a "b"', "a\\", "\\'; --", "{0}", "é £ 🙂", "a\nb", "%s ${x}"]
    column = Column("word", maybe(TEXT), blank="unknown")
    data = given(table(column), [{"word": word} for word in words])
    nodes = [Node("eq", maybe(TRUTH), (col(column), lit(word, TEXT))) for word in words]
    assert differences(evaluate(spark, data, nodes), reference(data, nodes), nodes, data) == []


# ---- the facts that the lowering stands on ---------------------------------------------------------------------------
def test_facts_about_spark(spark: Any) -> None:
    wide, by = "CAST(10000000000000000000000 AS DECIMAL(38,0))", "CAST(7 AS DECIMAL(38,0))"
    (row,) = spark.sql(
        f"SELECT typeof({wide} * {wide}) product, CAST(({wide} - {wide} % {by}) / {by} AS DECIMAL(38,0)) quotient, "
        "typeof(DATE '2012-01-31' + INTERVAL 1 MONTH) moved, typeof(sum(CAST(1 AS BIGINT))) total, "
        "add_months(DATE '2012-02-29', 12) clamped, add_months(DATE '2012-02-29', 1) same_day"
    ).collect()
    assert (row.product, int(row.quotient), row.moved, row.total) == ("decimal(38,0)", 10**22 // 7, "date", "bigint")
    assert (row.clamped, row.same_day) == (date(2013, 2, 28), date(2012, 3, 29))


def test_what_spark_gets_wrong_without_an_error(spark: Any) -> None:
    """If one of these fails, Spark has changed: the way around it may be no longer needed."""
    frame = spark.createDataFrame([(Decimal(10**22), Decimal(1 - 10**37))], "a DECIMAL(38,0), b DECIMAL(38,0)")
    (row,) = frame.selectExpr(
        "a div 1 wrapped", "abs(b) absolute", "-b negated", "0 - b exact", "'$' || '{x}' whole", "'${x}' replaced"
    ).collect()
    assert row.wrapped == 10**22 - 542 * 2**64
    assert int(row.exact) == 10**37 - 1
    assert int(row.absolute) == int(row.negated) == 10**37
    assert (row.whole, row.replaced) == ("${x}", "")
