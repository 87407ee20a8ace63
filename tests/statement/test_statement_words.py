"""Formatting is exact, reversible where it can be, and never makes different things look alike."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pbr.statement import words


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [
        (0, "GBP", "£0.00"),
        (5, "GBP", "£0.05"),
        (123456, "GBP", "£1,234.56"),
        (-166000000, "GBP", "-£1,660,000.00"),
        (-1, "USD", "-$0.01"),
        (250, "EUR", "€2.50"),
        (Fraction(1, 2), "GBP", "£0.005"),
        (Fraction(100, 3), "GBP", "about £0.333333333333333333"),
    ],
)
def test_money(minor: int | Fraction, currency: str, text: str) -> None:
    assert words.money(minor, currency) == text


def test_a_price_is_said_per_the_unit_in_which_it_is_whole() -> None:
    assert words.price(Fraction(891, 60), "minute", "GBP") == "£8.91 per hour"
    assert words.price(Fraction(200), "minute", "GBP") == "£2.00 per minute"
    assert words.price(Fraction(350, 7), "day", "GBP") == "£0.50 per day"
    assert words.price(Fraction(100, 7), "day", "GBP") == "£1.00 per week"
    assert words.price(Fraction(1, 7), "point", "GBP").endswith("per point")


@given(st.integers(-(10**15), 10**15))
def test_sums_of_statement_json_can_be_read_back(minor: int) -> None:
    assert words.minor_units(words.amount_text(minor)) == minor


@pytest.mark.parametrize(
    ("ratio", "text"),
    [
        (Fraction(58, 100), "58.0%"),
        (Fraction(788, 1441), "54.7%"),
        (Fraction(1), "100.0%"),
        (Fraction(9997, 10000), "99.97%"),
        (Fraction(0), "0.0%"),
        (Fraction(1, 10000), "0.01%"),
        (Fraction(-1, 8), "-12.5%"),
        (Fraction(-1, 100000), "-0.001%"),
    ],
)
def test_percentages(ratio: Fraction, text: str) -> None:
    assert words.percent(ratio) == text


ratios = st.fractions(-2, 2, max_denominator=10**9)


@given(ratios, ratios)
def test_two_different_ratios_never_read_alike_side_by_side(one: Fraction, other: Fraction) -> None:
    places = words.places_apart(one, other)
    assert (words.percent(one, places) == words.percent(other, places)) == (one == other)


@given(ratios)
def test_all_and_nothing_are_said_only_when_true(ratio: Fraction) -> None:
    text = words.percent(ratio)
    assert (text in ("0.0%", "100.0%", "-100.0%")) == (ratio in (0, 1, -1))


@given(st.fractions(-1000, 1000, max_denominator=10**4), st.integers(0, 12))
def test_rounding_for_the_eye_is_to_the_nearest(value: Fraction, places: int) -> None:
    shown = Fraction(words.decimals(value, places).replace(",", ""))
    assert abs(shown - value) <= Fraction(1, 2 * 10**places)


@pytest.mark.parametrize(
    ("numerator", "of", "text"),
    [(9993, 10000, "0.9993"), (10000, 10000, "1.0000"), (3, 1, "3"), (1, 8, "0.125"), (1, 3, "1/3"), (-5, 10, "-0.5")],
)
def test_factors(numerator: int, of: int, text: str) -> None:
    assert words.factor_text(numerator, of) == text


def test_days_counts_and_lists() -> None:
    assert words.day(date(2015, 6, 30)) == "30 June 2015"
    assert words.day("2012-02-29") == "29 February 2012"
    assert words.counted(1, "line") == "1 line"
    assert words.counted(1234, "line") == "1,234 lines"
    assert words.span(Fraction(1), "months") == "1 month"
    assert words.span(Fraction(18), "months") == "18 months"
    assert words.listed(["a", "b", "c"]) == "a, b and c"
    assert words.key(("MOCK", "pneumonia")) == "MOCK | pneumonia"
    assert words.key(()) == "contract"
