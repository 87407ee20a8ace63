"""``verdict``: against a statistics package on a grid, against whole numbers by brute force, and its laws."""

from __future__ import annotations

import csv
from fractions import Fraction
from itertools import product
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pbr.engine.columns import curves as columns
from pbr.engine.columns.integers import Int, const
from pbr.engine.columns.text import Sql
from pbr.engine.record import curves as record

FIXTURE = Path(__file__).with_name("proportions_ztest.csv")  # its first line says which package and function made it
LINES = FIXTURE.read_text(encoding="utf-8").splitlines()
ROWS = list(csv.DictReader(LINES[1:]))
COUNT = st.integers(0, 3000)
Z = st.sampled_from([Fraction(1), Fraction("1.645"), Fraction("1.96"), Fraction("2.576")])
P = st.fractions(min_value=0, max_value=1, max_denominator=1000)


def one(yes: int, no: int, p: Fraction, z: Fraction) -> int:
    found = columns._against_percent(yes, no, p.numerator, p.denominator, z.numerator, z.denominator)
    assert found == record.signed(Fraction(yes), Fraction(no), p, z)
    return found


def two(yes: int, no: int, yes2: int, no2: int, z: Fraction) -> int:
    found = columns._against_share(yes, no, yes2, no2, z.numerator, z.denominator)
    assert found == record.signed_pair(Fraction(yes), Fraction(no), Fraction(yes2), Fraction(no2), z)
    return found


def test_the_fixture_says_where_it_is_from() -> None:
    assert LINES[0].startswith("# statsmodels 0.15.0, scipy 1.17.1")
    assert len(ROWS) > 600
    assert {row["kind"] for row in ROWS} == {"one", "two"}


@pytest.mark.parametrize("z", [Fraction("1.28"), Fraction("1.645"), Fraction("1.96"), Fraction("2.576")], ids=str)
def test_the_verdict_is_that_of_statsmodels(z: Fraction) -> None:
    told = set()
    for row in ROWS:
        r, n, statistic = int(row["r1"]), int(row["n1"]), Fraction(row["z"])
        wanted = 0 if abs(statistic) <= z else 1 if statistic > 0 else -1
        assert abs(abs(statistic) - z) > Fraction(1, 10**9), "a row of the fixture lies on the edge, where 12 digits cannot tell"
        if row["kind"] == "one":
            assert one(r, n - r, Fraction(row["p"]), z) == wanted, row
        else:
            r2, n2 = int(row["r2"]), int(row["n2"])
            assert two(r, n - r, r2, n2 - r2, z) == wanted, row
        told.add((row["kind"], wanted))
    assert len(told) == 6


def test_equality_is_no_change() -> None:
    """n = 100, p = 1/2, z = 2: z^2 n p (1 - p) = 100 = (60 - 50)^2."""
    assert [one(r, 100 - r, Fraction(1, 2), Fraction(2)) for r in (39, 40, 60, 61)] == [-1, 0, 0, 1]
    # 0 of 2 against 2 of 2: (0 - 4)^2 4 = 64 = z^2 2 2 2 2 for z = 2
    assert two(0, 2, 2, 0, Fraction(2)) == 0
    assert two(0, 2, 2, 0, Fraction("1.99")) == -1


def test_brute_force_in_whole_numbers() -> None:
    """Every count up to 7: the statistic squared, as a fraction, beside z squared."""
    z = Fraction("1.96")
    for yes, no, yes2, no2 in product(range(8), repeat=4):
        if yes + no == 0 or yes2 + no2 == 0:
            continue
        n, n2 = yes + no, yes2 + no2
        middle = (yes + yes2) * (no + no2) * n * n2
        square = Fraction((yes * n2 - yes2 * n) ** 2 * (n + n2), middle) if middle else Fraction(0)
        assert abs(two(yes, no, yes2, no2, z)) == (square > z * z)


def test_it_rises_with_each_more_that_is_yes_and_falls_with_each_more_that_is_no() -> None:
    """What lets a range be decided at its two corners: exhaustively for small counts, for the statistic itself."""

    def square(a: int, b: int, c: int, d: int) -> Fraction:
        n, n2 = a + b, c + d
        gap, middle = a * n2 - c * n, (a + c) * (b + d) * n * n2
        return Fraction(gap * abs(gap) * (n + n2), middle) if middle else Fraction(0)

    for a, b, c, d in product(range(7), repeat=4):
        if a + b and c + d:
            here = square(a, b, c, d)
            assert square(a + 1, b, c, d) >= here >= square(a, b + 1, c, d)
            assert square(a, b, c, d + 1) >= here >= square(a, b, c + 1, d)


@settings(max_examples=300, deadline=None)
@given(COUNT, COUNT, COUNT, COUNT, Z)
def test_groups_changed_round_turn_the_verdict_round(a: int, b: int, c: int, d: int, z: Fraction) -> None:
    if a + b and c + d:
        assert two(a, b, c, d, z) == -two(c, d, a, b, z) == -two(b, a, d, c, z)


@settings(max_examples=300, deadline=None)
@given(COUNT, COUNT, P, Z)
def test_counting_the_others_turns_the_verdict_round(a: int, b: int, p: Fraction, z: Fraction) -> None:
    if a + b:
        assert one(a, b, p, z) == -one(b, a, 1 - p, z)


@settings(max_examples=300, deadline=None)
@given(COUNT, COUNT, st.integers(0, 50), P, Z)
def test_one_sample_rises_with_yes(a: int, b: int, more: int, p: Fraction, z: Fraction) -> None:
    if a + b:
        assert one(a + more, b, p, z) >= one(a, b, p, z) >= one(a, b + more, p, z)


class Inline:
    """A place that writes every expression where it is read."""

    def let(self, expression: Sql) -> Sql:
        return expression


def in_sql(rows: list[tuple[int, int, int, bool]], top: int, pd: int, z: Fraction) -> list[int | None] | None:
    """The verdict on (yes, no, numerator of the percent, usable) as SQL works it out; None where ``top`` (of a count) is too much for it."""
    number = [Int(Sql(name), top) for name in ("y", "n")]
    made = columns._within_128_bits(Inline(), Sql("u"), z, *number, Int(Sql("p"), 10**16), const(pd))  # type: ignore[arg-type]
    if made is None:
        return None
    kind = "HUGEINT" if top >= 2**63 else "BIGINT"
    with duckdb.connect() as con:
        con.execute(f"CREATE TABLE t (y {kind}, n {kind}, p BIGINT, u BOOLEAN)")
        con.executemany("INSERT INTO t VALUES (?, ?, ?, ?)", rows)
        return [row[0] for row in con.execute(f"SELECT {made.text} FROM t").fetchall()]


@pytest.mark.parametrize("z", [Fraction(2), Fraction("1.96"), Fraction("2.576")], ids=str)
def test_sql_says_what_python_says(z: Fraction) -> None:
    top, pd = 2 * 10**9, 200
    some = [0, 1, 2, 30, 39, 40, 60, 61, 3000, top - 1, top]
    rows = [(yes, no, pn, True) for yes, no, pn in product(some, some, (0, 1, 60, 100, 199, 200)) if yes + no]
    found = in_sql(rows, top, pd, z)
    assert found == [columns._against_percent(yes, no, pn, pd, z.numerator, z.denominator) for yes, no, pn, _ in rows]
    assert set(found) == {-1, 0, 1}


def test_sql_works_nothing_out_of_a_row_that_is_not_usable() -> None:
    """Its percent is beyond all bounds: the product would be an error of the query."""
    assert in_sql([(2 * 10**9, 2 * 10**9, 9 * 10**15, False), (3, 97, 100, True)], 2 * 10**9, 200, Fraction("1.96")) == [None, -1]


def test_sql_is_asked_as_long_as_its_numbers_fit() -> None:
    z, pd = Fraction("1.96"), 200
    tops = [top for top in range(40, 70) if in_sql([(1, 0, 1, True)], 2**top, pd, z) is not None]
    assert tops == list(range(40, tops[-1] + 1))
    top = 2 ** tops[-1]
    far = [(top, 0, pd, True), (0, top, pd, True), (top, top, pd // 2, True), (top, 0, 0, True), (0, top, 1, True)]
    assert in_sql(far, top, pd, z) == [columns._against_percent(yes, no, pn, pd, 49, 25) for yes, no, pn, _ in far]
    assert in_sql(far, 2 * top, pd, z) is None
