"""exp, ln, sqrt and logistic are correctly rounded, in both engines, and obey their laws."""

from __future__ import annotations

from decimal import Decimal, localcontext
from fractions import Fraction
from math import isqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pbr.values.logarithms import FUNCTIONS, in_domain, places_of

NUMBERS = st.fractions(min_value=-60, max_value=60, max_denominator=10**6)
PLACES = st.integers(0, 25)


def power(x: Fraction, digits: int) -> Fraction:
    """e**x by its series in whole numbers: nothing of ``decimal`` is in it. Off by less than 10**-digits of itself."""
    halvings = 0
    while abs(x) > Fraction(1, 2):
        x, halvings = x / 2, halvings + 1
    unit = 10 ** (digits + halvings + 10)
    term = total = unit
    n = 1
    while term:
        term = term * x.numerator // (x.denominator * n)
        total, n = total + term, n + 1
        if term == -1:  # a floor never reaches 0 from below
            break
    for _ in range(halvings):
        total = total * total // unit
    return Fraction(total, unit)


def expected(op: str, x: Fraction) -> Fraction:
    """The value to 60 digits or so, by ways of its own."""
    if op == "exp":
        return power(x, 90)
    if op == "logistic":
        return 1 / (1 + power(-x, 90))
    if op == "sqrt":
        return Fraction(isqrt(x.numerator * x.denominator * 10**160), x.denominator * 10**80)
    with localcontext() as context:  # ln by Newton's method on the series of e
        context.prec = 25
        guess = Fraction((Decimal(x.numerator) / Decimal(x.denominator)).ln())
    for _ in range(3):
        guess -= 1 - x / power(guess, 120)
        guess = Fraction(round(guess * 10**90), 10**90)
    return guess


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(FUNCTIONS), NUMBERS, PLACES)
def test_the_result_is_the_nearest(op: str, x: Fraction, places: int) -> None:
    if not in_domain(op, x):
        with pytest.raises(ValueError, match="has no value"):
            places_of(op, x, places)
        return
    exact = expected(op, x) * 10**places
    assert abs(exact - places_of(op, x, places)) <= Fraction(1, 2) + Fraction(1, 10**15)


@pytest.mark.parametrize(
    ("op", "x", "places", "result"),
    [
        ("exp", Fraction(0), 4, 10_000),
        ("exp", Fraction(1), 10, 27_182_818_285),
        ("exp", Fraction(-1000), 20, 0),
        ("ln", Fraction(1), 9, 0),
        ("ln", Fraction(2), 12, 693_147_180_560),
        ("ln", Fraction(1, 2), 12, -693_147_180_560),
        ("sqrt", Fraction(0), 3, 0),
        ("sqrt", Fraction(2), 20, 141_421_356_237_309_504_880),
        ("sqrt", Fraction(9, 4), 0, 2),  # 1.5: a tie, away from zero
        ("sqrt", Fraction(1, 4), 0, 1),
        ("sqrt", Fraction(1, 4), 1, 5),
        ("logistic", Fraction(0), 1, 5),
        ("logistic", Fraction(0), 0, 1),
        ("logistic", Fraction(10**30), 30, 10**30),
        ("logistic", Fraction(-(10**30)), 30, 0),
    ],
)
def test_exact_cases(op: str, x: Fraction, places: int, result: int) -> None:
    assert places_of(op, x, places) == result


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(("exp", "logistic", "ln", "sqrt")), NUMBERS, NUMBERS, PLACES)
def test_they_rise(op: str, a: Fraction, b: Fraction, places: int) -> None:
    low, high = min(a, b), max(a, b)
    if in_domain(op, low):
        assert places_of(op, low, places) <= places_of(op, high, places)


@settings(max_examples=300, deadline=None)
@given(NUMBERS, st.integers(1, 25))
def test_logistic_of_the_opposite_is_the_rest(x: Fraction, places: int) -> None:
    assert places_of("logistic", x, places) + places_of("logistic", -x, places) == 10**places


@settings(max_examples=200, deadline=None)
@given(st.fractions(min_value=0, max_value=10**6, max_denominator=1000), st.integers(0, 12))
def test_the_root_of_a_square_is_exact(x: Fraction, places: int) -> None:
    wanted = x * 10**places
    found = places_of("sqrt", x * x, places)
    assert abs(found - wanted) <= Fraction(1, 2)
    if wanted.denominator == 1:
        assert found == wanted


@pytest.mark.parametrize("digits", [40, 60, 90])
def test_more_digits_are_used_where_the_rounding_is_not_certain(digits: int) -> None:
    """Just above and just below a tie, where 25 digits more than the places cannot tell which."""
    with localcontext() as context:
        context.prec = 200
        near = Decimal("0.5").ln()  # exp of it is 1/2: a tie at 0 decimals
        above, below = Fraction(near) + Fraction(1, 10**digits), Fraction(near) - Fraction(1, 10**digits)
    assert (places_of("exp", above, 0), places_of("exp", below, 0)) == (1, 0)
