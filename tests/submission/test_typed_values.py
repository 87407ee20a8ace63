"""Every type's reading in SQL against an oracle in plain Python with Fractions."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pbr.plan.plan import Column, Table
from pbr.submission.typed import scale_of
from tests.submission.submitting import accepted, found, number, plan_of, submitted, text

DIGITS = st.text("0123456789", max_size=14)
WRITTEN = st.builds(
    lambda sign, whole, point, part, exponent: sign + whole + (point + part) + exponent,
    st.sampled_from(["", "-", "+"]),
    DIGITS,
    st.sampled_from(["", "."]),
    DIGITS,
    st.sampled_from(["", "", "", "e-05", "E+3", "e0", "e-12", "e-1", "e14", "e999", "e-999", "e", "e1234"]),
)
NOISE = st.one_of(
    WRITTEN, st.text(" \t0123456789.,-+eE%£$()", max_size=8), st.sampled_from(["nan", "inf", "1/2", "٣", "1_000", "0x1", "--1", "5.7"])
)


def read_cells(column: Column, cells: list[str]) -> list[tuple[Any, str | None]]:
    """Each cell's value (None: no value) and code, as read beside a key."""
    table = Table("t", ("id",), (text("id"), column), "provider")
    rows = [["id", column.name], *([str(index), cell] for index, cell in enumerate(cells, 1))]
    with submitted(plan_of(table), ("t", rows)) as result:
        values = {row[0]: row[2] for row in accepted(result, "t")}
        codes = {row: code for _, row, _, code in found(result)}
    return [(values.get(index), codes.get(index)) for index in range(1, len(cells) + 1)]


def half_up(value: Fraction) -> int:
    size = (abs(value) + Fraction(1, 2)).__floor__()
    return -size if value < 0 else size


def oracle(column: Column, cell: str) -> tuple[int | None, str | None]:
    """numbers, percentages and points by the definition."""
    kind, scale = column.type.kind, scale_of(column)
    cell = cell.strip(" \t\r\n\u00a0")
    if not cell:
        return None, "PBR440"
    digits = r"([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+))"
    pattern = {
        "whole": "([+-]?[0-9]+)()",
        "number": digits + "((?:[eE][+-]?[0-9]{1,3})?)",
        "percent": digits + "() ?%",
        "points": digits + "((?:[eE][+-]?[0-9]{1,3})?)(?: +percentage points?)?",
    }[kind]
    code = {"whole": "PBR441", "number": "PBR442", "percent": "PBR444", "points": "PBR445"}[kind]
    match = re.fullmatch(pattern, cell)
    if not match:
        return None, code
    units = Fraction(match[1]) * Fraction(10) ** int(match[2][1:] or 0) * 10**scale.places
    if column.round_on_reading == "half up":
        whole = half_up(units)
    elif units.denominator != 1:
        return None, "PBR443"
    else:
        whole = int(units)
    return (whole * scale.times, None) if scale.low <= whole <= scale.high else (None, "PBR454")


COLUMNS = [
    number("x", "whole", top=10**9),
    number("x", "number", 4, "half up"),
    number("x", "number", 12, "half up", at_least="0/1", at_most="2/1"),
    number("x", "number", 2, "refuse"),
    number("x", "number", 20, "half up", top=10**37),
    number("x", "percent", 1, "half up"),
    number("x", "percent", 2, "refuse", at_least="0/1", at_most="1/1"),
    number("x", "points", 1, "half up", at_least="-1/20", at_most="1/20"),
]


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: f"{column.type.kind}-{column.decimals}-{column.round_on_reading}")
@settings(max_examples=15, deadline=None)
@given(
    cells=st.lists(
        st.one_of(NOISE, WRITTEN.map(lambda cell: cell + "%"), WRITTEN.map(lambda cell: cell + " percentage points")),
        min_size=1,
        max_size=40,
    )
)
def test_numbers_are_read_as_defined(column: Column, cells: list[str]) -> None:
    for cell, got in zip(cells, read_cells(column, cells), strict=True):
        assert got == oracle(column, cell), cell


def test_half_up_on_reading_goes_away_from_zero_on_both_sides() -> None:
    column = number("x", "number", 2, "half up")
    cells = ["0.005", "-0.005", "0.00499999999999999999999", "-0.015", "7.9e-05", "4.9999e-3", "5e-3", "-5E-3", "1.0e2", "-0"]
    assert [value for value, _ in read_cells(column, cells)] == [1, -1, 0, -2, 0, 0, 1, -1, 10000, 0]


def test_bounds_hold_after_rounding_and_at_the_widest() -> None:
    column = number("x", "number", 0, "half up", top=10**38 - 1)
    cells = ["9" * 38, "-" + "9" * 38, "9" * 38 + ".5", "1" + "0" * 38, "1e37", "1e38", "9" * 400, "0" * 400 + "7"]
    assert read_cells(column, cells) == [
        (10**38 - 1, None), (-(10**38) + 1, None), (None, "PBR454"), (None, "PBR454"),
        (10**37, None), (None, "PBR454"), (None, "PBR454"), (7, None),
    ]  # fmt: skip


def test_money() -> None:
    column = number("x", "money", top=10**13)
    good = {"£1,234.50": 123450, "1234.5": 123450, "1234.50": 123450, "-£0.01": -1, "0": 0, "£1,000,000": 100000000, " 12.00\u00a0": 1200}
    bad = [
        "£12,34.00",
        "1,2345",
        "12.345",
        "$5.00",
        "5.00p",
        "£",
        "1.",
        ".50",
        "(5.00)",
        "1e3",
        "£-5.00",
        "5,00",
        "0,100",
        "01,000",
        "£0,100.00",
        "-001,000",
    ]
    assert read_cells(column, list(good)) == [(value, None) for value in good.values()]
    assert read_cells(column, bad) == [(None, "PBR446")] * len(bad)


def test_dates() -> None:
    good = {"2012-02-29": date(2012, 2, 29), " 0001-01-01 ": date(1, 1, 1), "9999-12-31": date(9999, 12, 31)}
    bad = ["2012-2-3", "epoch", "today", "infinity", "01/02/2012", "2012-01-01 00:00:00", "20120101", "12012-01-01", "2012-01-01 (BC)"]
    missing = ["2011-02-29", "2012-13-01", "2012-00-10", "0000-01-01", "2012-04-31"]
    assert read_cells(text("x", "date"), list(good)) == [(day, None) for day in good.values()]
    assert read_cells(text("x", "date"), bad) == [(None, "PBR448")] * len(bad)
    assert read_cells(text("x", "date"), missing) == [(None, "PBR449")] * len(missing)
    part = text("x", "date", take="date part")
    assert read_cells(part, ["2012-03-04T23:59:59", "2012-03-04 10:00", "2012-03-04", "2012-03-04 25:00", "2012-03-04x"]) == [
        *[(date(2012, 3, 4), None)] * 3,
        *[(None, "PBR448")] * 2,
    ]


def test_a_moment_with_an_offset_is_no_day() -> None:
    """At 23:30 UTC on the last of June it is July in Leeds: which day is meant cannot be read off the cell."""
    cells = [f"2012-06-30T23:30:00{offset}" for offset in ("Z", "z", "+05:00", "-0800", "+01", " +00:00", " UTC")]
    assert read_cells(text("x", "date", take="date part"), cells) == [(None, "PBR448")] * len(cells)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.dates(), min_size=1, max_size=20))
def test_every_day_is_read_as_itself(days: list[date]) -> None:
    assert [value for value, _ in read_cells(text("x", "date"), [day.isoformat() for day in days])] == days


def test_yes_or_no_codes_spans_and_text() -> None:
    cells = ["Yes", "y", "TRUE", "1", "no", "N", "false", "0", "on", "2"]
    assert [value for value, _ in read_cells(text("x", "truth"), cells)] == [True] * 4 + [False] * 4 + [None] * 2
    code = text("x", "code", codes=("ami", "J44.1", "it's"))
    assert read_cells(code, ["ami", " J44.1", "it's", "AMI", "am"]) == [
        ("ami", None),
        ("J44.1", None),
        ("it's", None),
        *[(None, "PBR451")] * 2,
    ]
    codes = text("x", "codes", codes=("a", "b", "c"), separator=";")
    assert read_cells(codes, ["b; a;b", "c", "a;;b", "a,b"]) == [(["a", "b"], None), (["c"], None), *[(None, "PBR451")] * 2]
    assert read_cells(number("x", "months", top=1200), ["12", "1.5", "12 months", "1201"]) == [
        (12, None), (None, "PBR455"), (None, "PBR455"), (None, "PBR454"),
    ]  # fmt: skip
    long, control = "é" * 2000, ["a\tb", "a\nb", "a\x7fb", "a\x85b"]
    assert read_cells(text("x"), [" 007 ", long, long + "é"]) == [("007", None), (long, None), (None, "PBR452")]
    assert read_cells(text("x", "text"), control) == [(None, "PBR453")] * 4


def test_a_blank_means_what_the_column_says() -> None:
    assert read_cells(number("x", "whole", blank="unknown"), ["", " ", "0"]) == [(None, None), (None, None), (0, None)]
    assert read_cells(number("x", "whole"), [""]) == [(None, "PBR440")]
    literal = Column("x", COLUMNS[1].type, COLUMNS[1].shape, "literal", "0.5", 4)
    assert read_cells(literal, ["", "0.25"]) == [(5000, None), (2500, None)]


def test_a_blank_key_or_link_is_rejected_whatever_the_column_says() -> None:
    assert read_cells(number("x", "whole", blank="unknown", link=True), [""]) == [(None, "PBR440")]
