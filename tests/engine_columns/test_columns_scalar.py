"""Every scalar operation with its states, row by row against its definition."""

from __future__ import annotations

from datetime import date
from fractions import Fraction as F
from pathlib import Path
from typing import Any

import pytest
from columns_making import (
    DATE,
    NONE,
    NOT_YET,
    NUMBER,
    TEXT,
    TRUTH,
    WHOLE,
    col,
    evaluate,
    lit,
    maybe,
    number_column,
    op,
)

from pbr.language.types import Type
from pbr.plan import shapes
from pbr.plan.node import Node, Shape
from pbr.plan.plan import Column
from pbr.values.value import NO_SUCH, Value

MT, MD = maybe(TRUTH), maybe(DATE)
known, unknown = Value.known, Value.unknown


def truth(value: bool | None, reason: int) -> Node:
    """A truth that is unknown for None: a comparison of a blank column."""
    blank = op("eq", MT, col("t", "x", maybe(NUMBER), Shape(1, 10**12), reason=reason), lit(1))
    return lit(value, TRUTH) if value is not None else blank


COLUMNS = [number_column("x"), number_column("y"), Column("d", maybe(DATE, NOT_YET)), Column("n", maybe(TEXT, NONE)), Column("e", MD)]
X = col("t", "x", maybe(NUMBER), Shape(1, 10**12), reason=0)
Y = col("t", "y", maybe(NUMBER), Shape(1, 10**12), reason=1)
D = col("t", "d", maybe(DATE, NOT_YET))
E = col("t", "e", MD, reason=2)
DAY = date(2012, 6, 15)


def one(tmp: Path, node: Node, row: tuple[Any, ...] = (None, None, None, None, None), complete: date | None = DAY) -> Value:
    return evaluate(tmp, COLUMNS, row, [node], complete)[0]


def test_kleene(tmp_path: Path) -> None:
    states = [True, False, None]
    nodes, expected = [], []
    for a in states:
        for b in states:
            pair = (truth(a, 0), truth(b, 3))
            whys = (1 if a is None else 0) | (8 if b is None else 0)
            nodes += [op("and", MT, *pair), op("or", MT, *pair)]
            expected.append(known(False) if a is False or b is False else known(True) if a and b else unknown(whys))
            expected.append(known(True) if a or b else known(False) if a is False and b is False else unknown(whys))
    nodes += [op("not", MT, truth(a, 0)) for a in states]
    expected += [known(False), known(True), unknown(1)]
    assert evaluate(tmp_path, COLUMNS, (None, 1, None, None, None), nodes) == expected


def test_if_else_known_exists(tmp_path: Path) -> None:
    none = lit(None, maybe(NUMBER, NONE))
    num, opt = maybe(NUMBER), maybe(NUMBER, NONE)
    c = truth(None, 0)
    cases = [
        (op("if", num, lit(True, TRUTH), lit(1), Y, shape=Shape(1, 10**12)), known(1)),
        (op("if", num, lit(False, TRUTH), lit(1), Y, shape=Shape(1, 10**12)), unknown(2)),
        (op("if", num, c, lit(F(1, 2)), lit(F(2, 4)), shape=Shape(2, 2)), known(F(1, 2))),
        (op("if", num, c, lit(1), Y, shape=Shape(1, 10**12)), unknown(3)),
        (op("if", maybe(NUMBER, NONE, "unknown"), c, none, none, shape=Shape(1, 0)), NO_SUCH),
        (op("else", NUMBER, none, lit(7), shape=Shape(1, 7)), known(7)),
        (op("else", num, X, lit(7), shape=Shape(1, 10**12)), unknown(1)),
        (op("known", TRUTH, X), known(False)),
        (op("known", TRUTH, none), known(True)),
        (op("exists", TRUTH, none), known(False)),
        (op("exists", MT, X), unknown(1)),
        (op("exists", MT, lit(3, opt)), known(True)),
        (op("in", MT, lit(F(1, 2)), items=[{"n": "1", "d": "2"}]), known(True)),
        (op("in", MT, lit(F(1, 2)), items=[{"n": "1", "d": "3"}]), known(False)),
        (op("in", MT, X, items=[{"n": "1", "d": "2"}]), unknown(1)),
        (op("has", TRUTH, lit(["a", "b'{}"], Type("codes")), item="b'{}"), known(True)),
        (op("certain", MD, D, reason=4), unknown(16)),
        (op("rest", NUMBER, lit(F(1, 4)), shape=Shape(4, 5)), known(F(3, 4))),
    ]
    assert evaluate(tmp_path, COLUMNS, (None,) * 5, [node for node, _ in cases]) == [value for _, value in cases]


@pytest.mark.parametrize("sign", ["eq", "ne", "lt", "le", "gt", "ge"])
def test_not_yet_is_decided_as_every_later_day_would(tmp_path: Path, sign: str) -> None:
    import operator

    compare = getattr(operator, sign)
    for offset in (-1, 0, 1, 2):
        other = date(2012, 6, 15 + offset)
        days = [date(2012, 6, 16), other, date(2012, 6, 19), date(2100, 1, 1), date(9999, 1, 1)]
        answers = {compare(d, other) for d in days if d > DAY}
        expected = known(answers.pop()) if len(answers) == 1 else unknown(16)
        node = op(sign, MT, D, lit(other, DATE), not_yet=["t", None], reason=4)
        assert one(tmp_path, node) == expected, offset
        mirrored = {compare(other, d) for d in days if d > DAY}
        node = op(sign, MT, lit(other, DATE), D, not_yet=[None, "t"], reason=4)
        assert one(tmp_path, node) == (known(mirrored.pop()) if len(mirrored) == 1 else unknown(16))
    assert one(tmp_path, op(sign, MT, D, lit(DAY, DATE), not_yet=["t", None], reason=4), complete=None) == unknown(16)
    assert one(tmp_path, op(sign, MT, D, D, not_yet=["t", "t"], reason=4)) == unknown(16)
    assert one(tmp_path, op(sign, MT, D, E, not_yet=["t", None], reason=4)) == unknown(4)


def test_windows_of_days(tmp_path: Path) -> None:
    def window(d: Node, span: int, e: date | Node, mode: str, unit: str = "months", tables: Any = None) -> Node:
        start = e if isinstance(e, Node) else lit(e, DATE)
        return op("within", MT, d, lit(span, Type("months")), start, mode=mode, unit=unit, not_yet=tables, reason=4)

    end = date(2011, 1, 31)
    day = lambda *ymd: lit(date(*ymd), DATE)  # noqa: E731
    cases = [
        (window(day(2011, 2, 27), 1, end, "from"), known(True)),
        (window(day(2011, 2, 28), 1, end, "from"), known(False)),
        (window(day(2011, 1, 31), 1, end, "from"), known(True)),
        (window(day(2011, 1, 31), 1, end, "after"), known(False)),
        (window(day(2011, 2, 28), 1, end, "after"), known(True)),
        (window(day(2010, 12, 31), 1, end, "before"), known(True)),
        (window(day(2011, 1, 31), 1, end, "before"), known(False)),
        (window(day(9999, 12, 31), 10**9, end, "from"), unknown(16)),
        (window(day(2012, 6, 14), 12, D, "from", tables=[None, None, "t"]), known(False)),
        (window(day(2012, 6, 17), 12, D, "from", tables=[None, None, "t"]), unknown(16)),
        (window(D, 12, date(2012, 1, 1), "from", tables=["t", None, None]), unknown(16)),
        (window(D, 3, date(2012, 1, 1), "from", tables=["t", None, None]), known(False)),
        (window(E, 3, date(2012, 1, 1), "from"), unknown(4)),
        (op("between", MT, day(2012, 1, 1), day(2012, 1, 1), E), unknown(4)),
        (op("between", MT, day(2011, 1, 1), day(2012, 1, 1), E), known(False)),
        (op("date_add", MD, day(2012, 1, 31), lit(1, Type("months")), unit="months", reason=5), known(date(2012, 2, 29))),
        (op("date_sub", MD, day(2012, 3, 31), lit(1, Type("months")), unit="months", reason=5), known(date(2012, 2, 29))),
        (op("date_add", MD, day(9999, 12, 31), lit(1, Type("days")), unit="days", reason=5), unknown(32)),
        (op("date_sub", MD, day(1, 1, 1), lit(10**11, Type("months")), unit="months", reason=5), unknown(32)),
        (op("date_add", MD, E, lit(1, Type("days")), unit="days", reason=5), unknown(4)),
        (op("days_between", WHOLE, day(2012, 3, 1), day(2012, 2, 1), shape=Shape(1, 10**7)), known(29)),
        (op("whole_months", maybe(WHOLE), day(2011, 1, 31), day(2011, 2, 28), shape=Shape(1, 10**6), reason=6), known(1)),
        (op("whole_months", maybe(WHOLE), day(2011, 1, 30), day(2011, 2, 27), shape=Shape(1, 10**6), reason=6), known(0)),
        (op("whole_months", maybe(WHOLE), day(2011, 2, 1), day(2011, 1, 31), shape=Shape(1, 10**6), reason=6), unknown(64)),
        (op("whole_years", maybe(WHOLE), day(2012, 2, 29), day(2013, 2, 28), shape=Shape(1, 10**6), reason=6), known(1)),
        (op("whole_years", maybe(WHOLE), day(2012, 2, 29), day(2013, 2, 27), shape=Shape(1, 10**6), reason=6), known(0)),
    ]
    got = evaluate(tmp_path, COLUMNS, (None,) * 5, [node for node, _ in cases], DAY)
    assert got == [value for _, value in cases]


def test_tables_of_the_contract(tmp_path: Path) -> None:
    v = lambda n: {"n": str(n), "d": "1"}  # noqa: E731
    dated = lambda day: op(  # noqa: E731
        "dated",
        maybe(NUMBER),
        lit(day, DATE),
        shape=Shape(1, 9),
        name="fee",
        entries=[["2012-01-01", v(1)], ["2012-07-01", v(2)]],
        reason=3,
    )
    look = lambda key: op(  # noqa: E731
        "lookup", maybe(NUMBER, NONE), lit(key, TEXT), shape=Shape(1, 9), name="by", rows=[[["a"], v(5)], [["it's"], None]]
    )
    period = lambda day: op("period", maybe(TEXT, NONE), lit(day, DATE), periods=[["2012-01-01", "2012-06-30", "h1"]])  # noqa: E731
    nodes = [
        dated(date(2011, 12, 31)),
        dated(date(2012, 6, 30)),
        dated(date(2012, 7, 1)),
        look("a"),
        look("it's"),
        period(DAY),
        period(date(2013, 1, 1)),
    ]
    expected = [unknown(8), known(1), known(2), known(5), NO_SUCH, known("h1"), NO_SUCH]
    assert evaluate(tmp_path, COLUMNS, (None,) * 5, nodes) == expected


def test_arithmetic_and_division(tmp_path: Path) -> None:
    num = maybe(NUMBER)
    cases: list[tuple[Node, Value]] = []
    for a in (F(7), F(-7, 4), F(0)):
        for b in (F(3), F(-5, 6), F(0)):
            la, lb = lit(a), lit(b)
            assert la.shape and lb.shape
            zero = unknown(8)
            cases += [
                (op("add", num, la, lb, shape=shapes.add(la.shape, lb.shape)), known(a + b)),
                (op("sub", num, la, lb, shape=shapes.add(la.shape, lb.shape)), known(a - b)),
                (op("mul", num, la, lb, shape=shapes.mul(la.shape, lb.shape)), known(a * b)),
                (op("div", num, la, lb, shape=shapes.div(la.shape, lb.shape), reason=3), known(a / b) if b else zero),
                (op("fall", num, la, lb, shape=shapes.fall(la.shape, lb.shape), reason=3), known((a - b) / a) if a else zero),
                (op("rise", num, la, lb, shape=shapes.fall(la.shape, lb.shape), reason=3), known((b - a) / a) if a else zero),
                (op("least", num, la, lb, shape=shapes.common([la.shape, lb.shape])), known(min(a, b))),
                (op("greatest", num, la, lb, shape=shapes.common([la.shape, lb.shape])), known(max(a, b))),
                (op("lt", MT, la, lb), known(a < b)),
                (op("ge", MT, la, lb), known(a >= b)),
            ]
    quotient = op("div", num, X, lit(3), shape=Shape(None, 10**12, 3), reason=3)
    cases += [
        (op("add", num, quotient, lit(F(1, 2)), shape=Shape(None, 10**13, 6)), known(F(10, 3) + F(1, 2))),
        (op("greatest", num, quotient, lit(F(1, 2)), shape=Shape(None, 10**13, 6)), known(F(10, 3))),
        (op("gt", MT, quotient, lit(F(10, 3))), known(False)),
        (op("add", num, X, Y, shape=Shape(1, 2 * 10**12)), unknown(2)),
        (op("as_percent", num, quotient, shape=Shape(None, 10**12, 3)), known(F(10, 3))),
    ]
    assert evaluate(tmp_path, COLUMNS, (10, None, None, None, None), [n for n, _ in cases]) == [v for _, v in cases]
