"""Ranges through arithmetic, comparison and rounding: each end against the interval's definition."""

from __future__ import annotations

from fractions import Fraction as F
from pathlib import Path
from typing import Any

from columns_making import (
    NUMBER,
    TEXT,
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
)

from pbr.engine.columns.run import run
from pbr.language.types import Type
from pbr.plan import shapes
from pbr.plan.node import Node, Shape
from pbr.plan.plan import Column, Link, Plan
from pbr.values.value import Value

MT, RN = maybe(Type("truth")), ranged(NUMBER)
LINK = Link("children", "c", ("p",), ("id",))
TOP = Shape(1, 10**9)


def made(build: Any) -> Plan:
    """``a`` is the range [1, 3], ``b`` is [2, 2 + n] shifted by a literal; ``build`` gives the nodes over both."""
    parents = table("p")
    children = table("c", Column("p", TEXT), number_column("w"), parent=Link("children", "p", ("p",), ("id",)))
    yes = op("eq", MT, col("c", "w", maybe(NUMBER), Shape(1, 10**12), "counted", reason=3), lit(1))
    count = step(0, "n", "p", aggregate("count", ranged(WHOLE), "c", LINK, where=yes, shape=TOP))
    a = item(count, reason=0)
    b = op("sub", RN, item(count, reason=1), lit(2), shape=shapes.add(TOP, Shape(1, 2)))  # [-1, 1]
    steps = [count, *(step(i, f"s{i}", "p", node) for i, node in enumerate(build(a, b), 1))]
    return plan([parents, children], steps)


def evaluated(tmp: Path, build: Any) -> list[Value]:
    p = made(build)
    given = accepted(p.tables, {"p": [("a",)], "c": [("1", "a", 1), ("2", "a", None), ("3", "a", None), ("4", "a", 0)]})
    run(p, given, tmp)
    return [values(p, given.con, one.name)[0] for one in p.steps[1:]]


def test_arithmetic_of_ranges(tmp_path: Path) -> None:
    def num(name: str, shape: Shape, *args: Node, **more: Any) -> Node:
        return op(name, RN, *args, shape=shape, **more)

    s = shapes.add(TOP, Shape(1, 2))
    cases: list[tuple[Any, Value]] = [
        (lambda a, b: num("add", shapes.add(TOP, s), a, b), Value.range(F(0), F(4), 3)),
        (lambda a, b: num("sub", shapes.add(TOP, s), a, b), Value.range(F(0), F(4), 3)),
        (lambda a, b: num("mul", shapes.mul(TOP, s), a, b), Value.range(F(-3), F(3), 3)),
        (lambda a, b: num("mul", shapes.mul(TOP, Shape(1, 0)), a, lit(0)), Value.known(0)),
        (lambda a, b: num("div", shapes.div(TOP, Shape(1, 2)), a, lit(-2), reason=4), Value.range(F(-3, 2), F(-1, 2), 1)),
        (lambda a, b: num("div", shapes.div(TOP, Shape(1, 0)), a, lit(0), reason=4), Value.unknown(17)),
        (lambda a, b: num("div", shapes.div(TOP, s), lit(1), b, reason=4), Value.unknown(2)),
        (lambda a, b: num("fall", shapes.fall(Shape(1, 4), TOP), lit(4), a, reason=4), Value.range(F(1, 4), F(3, 4), 1)),
        (lambda a, b: num("rise", shapes.fall(Shape(1, 4), TOP), lit(4), a, reason=4), Value.range(F(-3, 4), F(-1, 4), 1)),
        (lambda a, b: num("fall", shapes.fall(Shape(1, 4), TOP), lit(-4), a, reason=4), Value.unknown(1)),
        (lambda a, b: num("fall", shapes.fall(TOP, Shape(1, 4)), a, lit(4), reason=4), Value.unknown(1)),
        (lambda a, b: num("rest", shapes.add(Shape(1, 1), TOP), a), Value.range(F(-2), F(0), 1)),
        (lambda a, b: num("least", shapes.common([TOP, s]), a, b), Value.range(F(-1), F(1), 3)),
        (lambda a, b: num("greatest", shapes.common([TOP, s]), a, b), Value.range(F(1), F(3), 3)),
        (lambda a, b: num("least", shapes.common([TOP, Shape(1, 0)]), a, lit(0)), Value.known(0)),
        (
            lambda a, b: num(
                "round", Shape(1, 10**9), num("div", shapes.div(TOP, Shape(1, 2)), a, lit(2), reason=4),
                quantum={"n": "1", "d": "1"}, mode="half up",
            ),
            Value.range(F(1), F(2), 1),
        ),
        (lambda a, b: num("mul", Shape(None, 10**20, 4), *[num("div", shapes.div(TOP, Shape(1, 2)), x, lit(2), reason=4) for x in (a, b)]),
         Value.range(F(-3, 4), F(3, 4), 3)),
    ]  # fmt: skip
    got = evaluated(tmp_path, lambda a, b: [build(a, b) for build, _ in cases])
    assert got == [value for _, value in cases]


def test_comparison_of_ranges(tmp_path: Path) -> None:
    """[1, 3] with each whole number: decided exactly where every value agrees."""
    import operator

    numbers = range(5)
    names = ("eq", "ne", "lt", "le", "gt", "ge")
    expected = []
    for name in names:
        for n in numbers:
            answers = {getattr(operator, name)(F(v, 2), n) for v in range(2, 7)}
            expected.append(Value.known(answers.pop()) if len(answers) == 1 else Value.unknown(1))
    got = evaluated(tmp_path, lambda a, b: [op(name, MT, a, lit(n)) for name in names for n in numbers])
    assert got == expected
    got = evaluated(
        tmp_path,
        lambda a, b: [op("known", Type("truth"), a), op("exists", MT, a), op("if", RN, lit(True, Type("truth")), a, lit(0), shape=TOP)],
    )
    assert got == [Value.known(False), Value.known(True), Value.range(F(1), F(3), 1)]
