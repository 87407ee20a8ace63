"""All six roundings at -0.5 and at the edge of 38 digits, and overflow: an error, never another number."""

from __future__ import annotations

import math
import random
from fractions import Fraction as F
from pathlib import Path

import pytest
from columns_making import NUMBER, WHOLE, accepted, aggregate, col, evaluate, lit, maybe, number_column, op, plan, read, step, table, values

from pbr.engine.columns.run import run
from pbr.plan import shapes
from pbr.plan.node import Shape
from pbr.plan.operations import ROUNDING
from pbr.plan.plan import Link
from pbr.problem import Refused
from pbr.values.value import Value

BIG = 10**37
NUM = maybe(NUMBER)


def exact(x: F, quantum: F, mode: str) -> F:
    """The definition, in fractions."""
    t = x / quantum
    low, up = math.floor(t), math.ceil(t)
    nearest = low if t - low < up - t else up
    tie = t - low == up - t
    n = {
        "half up": (up if t > 0 else low) if tie else nearest,
        "half even": (low if low % 2 == 0 else up) if tie else nearest,
        "toward zero": low if t > 0 else up,
        "away from zero": up if t > 0 else low,
        "floor": low,
        "ceiling": up,
    }[mode]
    return n * quantum


@pytest.mark.parametrize("mode", ROUNDING)
def test_rounding_agrees_with_fractions(tmp_path: Path, mode: str) -> None:
    rng = random.Random(7)
    numbers = [F(n, 2) for n in range(-7, 8)] + [F(-1, 2), F(rng.randrange(-(10**20), 10**20), 10**6), F(0)]
    quanta = [F(1), F(1, 100), F(100), F(5, 2)]
    nodes, expected = [], []
    for x in numbers:
        for quantum in quanta:
            arg = lit(x)
            assert arg.shape
            q = {"n": str(quantum.numerator), "d": str(quantum.denominator)}
            nodes.append(op("round", NUMBER, arg, shape=shapes.rounded(arg.shape, quantum), quantum=q, mode=mode))
            expected.append(Value.known(exact(x, quantum, mode)))
    assert evaluate(tmp_path, [], (), nodes) == expected


@pytest.mark.parametrize("mode", ROUNDING)
def test_rounding_at_the_bounds(tmp_path: Path, mode: str) -> None:
    columns = [number_column("x", BIG, 10**6), number_column("y", 10**17)]
    x, y = col("t", "x", NUM, Shape(10**6, BIG), reason=0), col("t", "y", NUM, Shape(1, 10**17), reason=1)
    one = {"n": "1", "d": "1"}
    ratio = shapes.div(Shape(1, 10**17), Shape(1, 10**17))
    for a, b, c in ((BIG - 500_000, 3, 2), (-(BIG - 500_000), -3, 2), (1 - BIG, 10**17, -(10**17) + 1)):
        columns_c = [*columns, number_column("z", 10**17)]
        z = col("t", "z", NUM, Shape(1, 10**17), reason=2)
        nodes = [
            op("round", NUM, x, shape=shapes.rounded(Shape(10**6, BIG), F(1)), quantum=one, mode=mode),
            op("round", NUM, op("div", NUM, y, z, shape=ratio, reason=3), shape=shapes.rounded(ratio, F(1)), quantum=one, mode=mode),
        ]
        got = evaluate(tmp_path, columns_c, (a, b, c), nodes)
        assert got == [Value.known(exact(F(a, 10**6), F(1), mode)), Value.known(exact(F(b, c), F(1), mode))]


def test_products_and_comparisons_at_the_bounds(tmp_path: Path) -> None:
    columns = [number_column("x", BIG), number_column("y", BIG)]
    x, y = (col("t", name, NUM, Shape(1, BIG), reason=i) for i, name in enumerate("xy"))
    nodes = [
        op("add", NUM, x, y, shape=Shape(1, 2 * BIG)),
        op("sub", NUM, x, y, shape=Shape(1, 2 * BIG)),
        op("mul", NUM, x, lit(9), shape=Shape(1, 9 * BIG)),
        op("lt", maybe(op("lt", WHOLE).type), x, y),
        op("div", NUM, x, lit(F(7, 1)), shape=Shape(None, BIG, 7), reason=2),
    ]
    nodes[3] = op("lt", maybe(type(nodes[3].type)("truth")), x, y)
    got = evaluate(tmp_path, columns, (-BIG, BIG - 1), nodes)
    assert got == [Value.known(v) for v in (F(-1), F(1 - 2 * BIG), F(-9 * BIG), True, F(-BIG, 7))]


def test_overflow_is_refused(tmp_path: Path) -> None:
    t = table("t", number_column("x", 9 * 10**37))
    x = col("t", "x", NUM, Shape(1, 9 * 10**37), row="counted")
    total = aggregate("sum", maybe(NUMBER), "t", Link("all", "t"), x, shape=Shape(1, 9 * 10**37))
    given = accepted([t], {"t": [("a", 9 * 10**37), ("b", 9 * 10**37)]})
    with pytest.raises(Refused, match="PBR520"):
        run(plan([t], [step(0, "s", "contract", total)]), given, tmp_path)
    # a bound that the data does not keep: a BIGINT column cannot hold it, and says so
    small = aggregate("sum", maybe(NUMBER), "t", Link("all", "t"), x, shape=Shape(1, 10**18))
    given = accepted([t], {"t": [("a", 10**19)]})
    with pytest.raises(Refused, match="PBR520"):
        run(plan([t], [step(0, "s", "contract", small)]), given, tmp_path)


def test_wide_sums_are_exact_and_stored_as_decimals(tmp_path: Path) -> None:
    t = table("t", number_column("x", 10**36))
    x = col("t", "x", NUM, Shape(1, 10**36), row="counted")
    link = Link("all", "t")
    steps = [
        step(0, "total", "contract", aggregate("sum", NUM, "t", link, x, shape=Shape(1, 10**37))),
        step(1, "mid", "contract", aggregate("median", NUM, "t", link, x, shape=Shape(2, 10**37))),
        step(2, "mean", "contract", aggregate("mean", NUM, "t", link, x, shape=Shape(None, 10**37, 10**9))),
    ]
    made = plan([t], steps)
    given = accepted([t], {"t": [(str(i), 10**36 - i) for i in range(6)]})
    run(made, given, tmp_path)
    numbers = [10**36 - i for i in range(6)]
    assert values(made, given.con, "total") == [Value.known(F(sum(numbers)))]
    assert values(made, given.con, "mid") == [Value.known(F(numbers[2] + numbers[3], 2))]
    assert values(made, given.con, "mean") == [Value.known(F(sum(numbers), 6))]
    types = dict(given.con.execute("SELECT column_name, column_type FROM (DESCRIBE trace_contract)").fetchall())
    assert types["total"] == "DECIMAL(38,0)" and types["mean.of"] == "BIGINT"
    assert read(given.con, "trace_t")[0]["x"] == 10**36
