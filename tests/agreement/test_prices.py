"""Prices that stand in data: read as they are written, and what is paid by them against a plain rule, in both engines."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from both import compare, machine_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_contracts import Case

from pbr.expectations.suite import suites
from pbr.plan.build import build
from pbr.terms.loading import load_text

TEXT = """\
pbr: 1
contract: prices
title: Prices
version: "1"
parties: {commissioner: C, provider: P}
currency: GBP
term: {from: 2020-01-01, to: 2020-12-31}
data:
  rows:
    one_row_per: id
    supplied_by: provider
    columns:
      id: {type: identifier}
      day_rate: {type: price per day, decimals: 2, at_least: -£100.00 per day, at_most: £100.00 per day, blank: unknown}
      week_rate: {type: price per week, decimals: 2, at_least: £0.00 per week, at_most: £100.00 per week, blank: £7.00 per week}
      hour_rate: {type: price per hour, decimals: 3, round_on_reading: half up, blank: unknown}
      year_rate: {type: price per year, decimals: 0, at_least: £0.00 per year, blank: none}
      point_rate: {type: price per point, decimals: 1, at_least: £0.00 per point, at_most: £50.00 per point}
      bed_rate: {type: price per bed, decimals: 4}
      days: {type: days, at_least: 0 days, at_most: 366 days}
      minutes: {type: minutes, at_least: 0 minutes, at_most: 600 minutes}
      months: {type: months, at_least: 0 months, at_most: 12 months}
      better: {type: points, decimals: 1, at_least: -9 percentage points, at_most: 9 percentage points}
      beds: {type: number, decimals: 1, at_least: 0, at_most: 20}
facts:
  best: {per: contract, equals: largest of day_rate over rows}
  paid: {per: rows, equals: "greatest(day_rate, £3.00 per day) * days"}
payments:
  by_day: {per: rows, pays: day_rate * days, round: "1 penny, half up", may_be: negative}
  by_week: {per: rows, pays: week_rate * days, round: "1 penny, half up"}
  by_hour: {per: rows, pays: hour_rate * minutes, round: "1 penny, half up", may_be: negative}
  by_year: {per: rows, pays: (year_rate else £0.00 per year) * months, round: "1 penny, half up"}
  by_point: {per: rows, pays: point_rate * better, round: "1 penny, half up", may_be: negative}
  by_bed: {per: rows, pays: bed_rate * beds, round: "1 penny, half up", may_be: negative}
statement: {then: []}
"""
LOADED = load_text(TEXT.encode(), "prices.yaml")
PLAN = build(LOADED)
COLUMNS = [column for column in PLAN.table("rows").columns if column.name != "id"]


def penny(value: Fraction) -> Fraction:
    whole = (abs(value) + Fraction(1, 2)).__floor__()
    return Fraction(whole if value >= 0 else -whole)


def rate(places: int, low: int, high: int, per: str, blank: bool) -> st.SearchStrategy[tuple[str, Fraction | None]]:
    """How a price is written in a file, and what it is in pounds; None for a blank."""

    def written(units: int, form: int) -> tuple[str, Fraction]:
        digits = f"{abs(units):0{places + 1}d}"
        text = f"{digits[:-places]}.{digits[-places:]}" if places else digits
        sign = "-" if units < 0 else ""
        return (f"{sign}{text}", f"{sign}£{text}", f"{sign}£{text} per {per}")[form], Fraction(units, 10**places)

    known = st.builds(written, st.integers(low * 10**places, high * 10**places), st.integers(0, 2))
    return known | st.just(("", None)) if blank else known


ROWS = st.lists(
    st.tuples(
        rate(2, -100, 100, "day", True), rate(2, 0, 100, "week", True), rate(3, -999, 999, "hour", True), rate(0, 0, 99_999, "year", True),
        rate(1, 0, 50, "point", False), rate(4, -20, 20, "bed", False),
        st.integers(0, 366), st.integers(0, 600), st.integers(0, 12), st.integers(-90, 90), st.integers(0, 200),
    ),
    max_size=8,
)  # fmt: skip


def case_of(rows: list[tuple[Any, ...]]) -> Case:
    cells = [
        [f"r{n:02d}", *(one[0] for one in row[:6]), *map(str, row[6:9]), f"{row[9] / 10:.1f}", f"{row[10] / 10:.1f}"]
        for n, row in enumerate(rows)
    ]
    tables = {"rows": [["id", *(column.name for column in COLUMNS)], *cells]}
    return Case(0, TEXT, LOADED, PLAN, tables, {"rows": date(2021, 1, 1)})


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ROWS)
def test_what_is_paid_by_a_price_of_the_data(rows: list[tuple[Any, ...]]) -> None:
    case = case_of(rows)
    compared = compare(case)
    assert not compared.differences, "\n".join(map(str, compared.differences[:3]))
    lines = {(line.payment, line.key[0]): line.amount for line in machine_of(case).lines()}
    for n, (day, week, hour, year, point, bed, days, minutes, months, better, beds) in enumerate(rows):
        due = {
            "by_day": None if day[1] is None and days else penny((day[1] or 0) * 100 * days),
            "by_week": penny((7 if week[1] is None else week[1]) * Fraction(100, 7) * days),
            "by_hour": None if hour[1] is None else penny(hour[1] * Fraction(100, 60) * minutes),
            "by_year": penny((year[1] or 0) * Fraction(100, 12) * months),
            "by_point": penny(point[1] * 100 * Fraction(better, 10)),
            "by_bed": penny(bed[1] * 100 * Fraction(beds, 10)),
        }
        for name, sum_ in due.items():
            found = lines[name, f"r{n:02d}"]
            assert found == sum_ or (found is None and sum_ is not None and {"by_day": day, "by_hour": hour}[name][1] is None), (
                name,
                rows[n],
                found,
                sum_,
            )


def test_a_price_in_another_unit_or_with_more_decimals_is_rejected() -> None:
    good = (("1.00", 1), ("1.00", 1), ("1.0000", 1), ("1", 1), ("1.0", 1), ("1.00", 1), 1, 1, 1, 1, 1)
    strange = [("£1.00 per week", "PBR447"), ("1.005", "PBR443"), ("100.01", "PBR454"), ("$1.00", "PBR447")]
    case = case_of([good, *(((text, 0), *good[1:]) for text, _ in strange)])
    from both import read

    with read(case) as (accepted, _):
        found = accepted.con.execute("SELECT \"ROW\", CODE FROM findings WHERE SEVERITY = 'reject' ORDER BY ALL").fetchall()
    assert [code for _, code in found] == [code for _, code in strange]


def test_a_suite_knows_prices() -> None:
    assert "price" in str(suites(PLAN)["rows"])
