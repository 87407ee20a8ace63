"""Spark and the reference engine agree at the edges of every operation on the values of one row: all of them in one query."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from datetime import date
from fractions import Fraction as F
from typing import Any

import pytest
from spark_making import DATE, DAYS, MONTHS, NUMBER, TEXT, TRUTH, WHOLE, Data, col, evaluate, given, lit, maybe, quantum, reference, table
from spark_random import DAYS as OF_DAYS

from pbr.engine.spark.lowering import LOWERING
from pbr.engine.spark.session import missing
from pbr.language.types import NONE, NOT_YET, Type
from pbr.language.vocabulary import ROUNDING
from pbr.plan import shapes
from pbr.plan.node import Node, Shape
from pbr.plan.plan import Column
from pbr.values.value import KNOWN, NO_SUCH, NOT_YET_DAY, UNKNOWN, Value

if WHY := missing():
    pytest.skip(f"not compared with Spark: {WHY}", allow_module_level=True)

SEED = 20_190_131
PENCE = Column("pence", maybe(NUMBER), Shape(100, 10**12), blank="unknown")
SMALL = Column("small", maybe(WHOLE), Shape(1, 1000), blank="unknown")
BIG = Column("big", maybe(NUMBER), Shape(1, 10**20), blank="unknown")  # beyond 2**63
PART = Column("part", maybe(Type("percent")), Shape(1000, 10**4), blank="unknown")
YES = Column("yes", maybe(TRUTH), blank="unknown")
NO = Column("no", maybe(TRUTH), blank="unknown")
ON = Column("on", maybe(DATE), blank="unknown")
START = Column("start", maybe(DATE), blank="unknown")
SEEN = Column("seen", DATE.also(NOT_YET), blank="not yet")
WORD = Column("word", maybe(TEXT), blank="unknown")
NAME = Column("name", TEXT.also(NONE), blank="none")
LENT = Column("lent", NUMBER.also(NONE), Shape(10, 10**6), blank="none")
TAGS = Column("tags", maybe(Type("codes", codes=("a", "b", "it's"))), blank="unknown")
SPAN_DAYS = Column("span_days", maybe(DAYS), Shape(1, 10**9), blank="unknown")
SPAN_MONTHS = Column("span_months", maybe(MONTHS), Shape(1, 10**12), blank="unknown")
COLUMNS = (PENCE, SMALL, BIG, PART, YES, NO, ON, START, SEEN, WORD, NAME, LENT, TAGS, SPAN_DAYS, SPAN_MONTHS)

EDGES: dict[str, list[Any]] = {
    "pence": [0, 1, -1, 50, -50, 150, 250, -250, 10**12, -(10**12), 333],
    "small": [0, 1, -1, 2, 3, -7, 1000, -1000],
    "big": [0, 1, -1, 2**63 - 1, 2**63, -(2**63), -(2**63) - 1, 10**20, -(10**20), 9 * 10**18],
    "part": [0, 1, 500, 1000, 1001, -1, 10**4],
    "yes": [True, False],
    "no": [True, False],
    "on": [date(2012, 2, 29), date(2013, 2, 28), date(2012, 1, 31), date(2012, 3, 31), date.min, date.max, date(2019, 1, 31), date(2019, 12, 31)],
    "start": [date(2012, 2, 29), date(2011, 2, 28), date(2012, 1, 31), date(2012, 4, 30), date.min, date.max, date(2020, 2, 29), date(1900, 2, 28)],
    "seen": [date(2012, 2, 29), date(2012, 6, 30), date(2012, 7, 1), date.max],
    "word": ["", "a", "b", "it's", "\\", "${x}", "é"],
    "name": ["a", "n1", ""],
    "lent": [0, 5, -15, 10**6],
    "tags": [(), ("a",), ("a", "b"), ("it's",)],
    "span_days": [0, 1, -1, 28, 365, 3_652_058, 10**9, -(10**9)],
    "span_months": [0, 1, -1, 12, 119_987, 10**12, -(10**12)],
}  # fmt: skip


def _rows() -> list[dict[str, Any]]:
    """Every edge beside every other in turn, blanks among them, and days near each other."""
    rng = random.Random(SEED)
    rows = []
    for _ in range(400):
        row = {name: rng.choice(values) if rng.random() < 0.9 else None for name, values in EDGES.items()}
        if row["start"] is not None and rng.random() < 0.5:
            row["on"] = date.fromordinal(min(max(1, row["start"].toordinal() + rng.randrange(-40, 400)), date.max.toordinal()))
        rows.append(row)
    return rows


def _div(a: Node, b: Node) -> Node:
    assert a.shape and b.shape
    return Node("div", maybe(NUMBER), (a, b), {"reason": 9}, shapes.div(a.shape, b.shape))


def _shaped(op: str, args: Sequence[Node], shape: Shape, type_: Type | None = None, **params: Any) -> Node:
    return Node(op, type_ or maybe(NUMBER), tuple(args), params, shape)


def _say(op: str, *args: Node, **params: Any) -> Node:
    return Node(op, maybe(TRUTH), args, params)


def _nodes() -> list[Node]:
    (pence, small, big, part, yes, no, on, start, seen, word, name, lent, tags, days, months) = (
        col(column, number % 9) for number, column in enumerate(COLUMNS)
    )
    out: list[Node] = []
    # numbers, ratios among them
    ratio, slant = _div(pence, small), _div(small, pence)
    assert ratio.shape and slant.shape and pence.shape and small.shape and big.shape and part.shape
    out += [ratio, slant, _div(big, small), _div(small, lit(F(-1, 3)))]
    for op, shape, pairs in (
        ("add", shapes.add, ((big, big), (big, pence), (ratio, small), (ratio, slant))),
        ("sub", shapes.add, ((big, big), (pence, big), (slant, small))),
        ("mul", shapes.mul, ((big, pence), (big, small), (ratio, small), (slant, part))),
    ):
        out += [_shaped(op, (a, b), shape(a.shape, b.shape)) for a, b in pairs if a.shape and b.shape]
    out += [
        _shaped(op, (a, b), shapes.fall(a.shape, b.shape), reason=10)
        for op in ("fall", "rise")
        for a, b in ((small, pence), (pence, big))
        if a.shape and b.shape
    ]
    out.append(_shaped("rest", (part,), shapes.add(Shape(1, 1), part.shape), maybe(Type("percent"))))
    out += [_shaped("as_percent", (pence,), pence.shape, maybe(Type("percent"))), _shaped("as_number", (part,), part.shape)]
    for op in ("least", "greatest"):
        out += [_shaped(op, (pence, big, small), shapes.common([pence.shape, big.shape, small.shape])), Node(op, maybe(DATE), (on, start))]
        out.append(_shaped(op, (ratio, small), shapes.common([ratio.shape, small.shape])))
    for mode in ROUNDING:
        out += [
            _shaped("round", (ratio,), shapes.rounded(ratio.shape, to), quantum=quantum(to), mode=mode) for to in (F(1), F(5, 2), F(1, 100))
        ]
    out.append(_shaped("weigh", (pence, lit(F(-1, 3)), small, lit(F(5, 2))), Shape(600, 10**16)))
    # functions that Python works out
    for op in ("ln", "sqrt", "exp", "logistic"):
        params = {"places": 9} | ({"reason": 9} if op in ("ln", "sqrt") else {})
        out.append(_shaped(op, (part,), Shape(10**9, 10**15), **params))
    z = {"z": quantum(F(49, 25)), "reason": 8}
    code = maybe(Type("code", codes=("better", "worse", "no_change")))
    out += [Node("verdict", code, (small, lit(500, WHOLE), part), {**z, "better": better}) for better in ("lower", "higher")]
    out.append(Node("verdict", code, (small, small, lit(7, WHOLE), lit(900, WHOLE)), {**z, "better": "lower"}))
    # comparisons
    for op in ("eq", "ne", "lt", "le", "gt", "ge"):
        out += [_say(op, a, b) for a, b in ((pence, small), (big, lit(2**63)), (ratio, lit(F(1, 2))), (ratio, slant), (on, start))]
        out.append(_say(op, seen, start, not_yet=["t", None], reason=7))
    out += [_say(op, word, lit("it's", TEXT)) for op in ("eq", "ne")]
    # yes and no
    out += [_say("not", yes), _say("and", yes, no), _say("or", yes, no), _say("and", yes, no, _say("gt", small, lit(0)))]
    out += [Node("known", TRUTH, (one,)) for one in (yes, big, ratio, seen, name)]
    out += [Node("exists", TRUTH, (one,)) for one in (name, lent)]
    assert lent.shape
    out.append(_shaped("else", (lent, pence), shapes.common([lent.shape, pence.shape])))
    out.append(Node("else", maybe(TEXT), (name, word)))
    out.append(_shaped("if", (yes, pence, big), shapes.common([pence.shape, big.shape])))
    out.append(_shaped("if", (yes, pence, ratio), shapes.common([pence.shape, ratio.shape])))
    out += [Node("if", maybe(TEXT), (no, word, lit("a", TEXT))), Node("if", maybe(DATE), (no, on, start))]
    nothing = Node("literal", NUMBER.also(NONE), params={"value": None, "name": ""}, shape=Shape(1, 0))
    out.append(_shaped("if", (yes, nothing, lent), lent.shape, NUMBER.also(NONE).also("unknown")))
    out += [_say("in", small, items=[quantum(F(n)) for n in (0, 3, -7)]), _say("in", pence, items=[quantum(F(1, 2)), quantum(F(1, 3))])]
    out += [_say("in", word, items=["a", "it's", "${x}"]), _say("in", ratio, items=[quantum(F(1, 2)), quantum(F(0))])]
    out += [_say("has", tags, item=item) for item in ("a", "it's")]
    # days
    out += [
        _say("between", on, start, lit(date(2012, 12, 31), DATE)),
        _say("between", seen, start, on, not_yet=["t", None, None], reason=7),
    ]
    for op in ("date_add", "date_sub"):
        out += [Node(op, maybe(DATE), (start, span), {"unit": unit, "reason": 9}) for span, unit in ((days, "days"), (months, "months"))]
        out += [Node(op, maybe(DATE), (start, lit(n, MONTHS)), {"unit": "months", "reason": 9}) for n in (1, 12, 48)]
    out.append(_shaped("days_between", (on, start), Shape(1, 4 * 10**6), maybe(DAYS)))
    out += [_shaped(op, (start, on), Shape(1, 120_000), maybe(WHOLE), reason=9) for op in ("whole_months", "whole_years")]
    # leaves
    out += [lit(F(-1, 3)), lit("\\'; --", TEXT), lit(date.max, DATE), nothing, big, tags, name, lent, seen]
    entries = [["2012-01-31", quantum(F(1, 3))], ["2012-02-29", quantum(F(-2))], ["2019-12-31", quantum(F(10**20))]]
    out.append(_shaped("dated", (on,), shapes.several([F(1, 3), F(-2), F(10**20)]), reason=9, name="fee", entries=entries))
    rows = [[["a", "true"], quantum(F(1, 7))], [["it's", "false"], quantum(F(5))], [["b", "true"], None]]
    out.append(
        _shaped(
            "lookup",
            (Node("if", TEXT, (Node("known", TRUTH, (word,)), lit("it's", TEXT), lit("a", TEXT))),),
            Shape(7, 35),
            NUMBER.also(NONE),
            name="by",
            rows=[[row[0][:1], row[1]] for row in rows],
        )
    )
    periods = [["2012-01-01", "2012-12-31", "2012"], ["2019-01-31", "2019-12-30", "it's"]]
    out.append(Node("period", maybe(Type("code", codes=("2012", "it's"))).also(NONE), (on,), {"periods": periods}))
    out.append(Node("certain", maybe(DATE), (seen,), {"reason": 9}))
    return out


NODES = _nodes()
DATA: Data = given(table(*COLUMNS), _rows(), complete_to={"t": date(2012, 6, 30)})


@pytest.fixture(scope="module")
def both(spark: Any) -> list[tuple[Node, list[Value], list[Value]]]:
    return list(zip(NODES, evaluate(spark, DATA, NODES), reference(DATA, NODES), strict=True))


@pytest.mark.parametrize("op", sorted({node.op for node in NODES}))
def test_values_agree(both: list[tuple[Node, list[Value], list[Value]]], op: str) -> None:
    wrong = [
        f"{node.op} {node.params} at {row}: Spark {mine}, reference {right}"
        for node, found, expected in both
        if node.op == op
        for row, mine, right in zip(DATA.rows, found, expected, strict=True)
        if mine != right
    ]
    assert wrong == []


def test_every_operation_on_the_values_of_one_row_is_here_and_gave_values_and_unknowns(
    both: list[tuple[Node, list[Value], list[Value]]],
) -> None:
    elsewhere = {"item", "within", "place", "achieved", "divide", *OF_DAYS}  # whole contracts, and test_spark_agreement
    assert {node.op for node in NODES} == set(LOWERING) - elsewhere
    given_ = Counter((node.op, value.state) for node, _, expected in both for value in expected)
    assert {(op, KNOWN) for op in {node.op for node in NODES}} <= set(given_)
    never = {"literal", "known", "exists", "lookup"}
    assert {(op, UNKNOWN) for op in {node.op for node in NODES} - never} <= set(given_)
    assert {(op, NO_SUCH.state) for op in ("column", "if", "literal", "period")} <= set(given_)
    assert ("column", NOT_YET_DAY.state) in given_
    assert max(abs(value.low) for node, _, expected in both for value in expected if value.state == KNOWN and node.type.numeric) > 2**63
