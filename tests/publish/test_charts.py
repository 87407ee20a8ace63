"""Charts: the limits of a funnel plot against plain fractions, and drawings that hold no number but the figures they were given."""

from __future__ import annotations

import re
from fractions import Fraction
from math import comb

import pytest

from pbr.publish.charts.against_target import Bar, against_target
from pbr.publish.charts.binomial import LIMITS, limits
from pbr.publish.charts.drawing import Scale, place
from pbr.publish.charts.funnel import Spot, funnel, standing
from pbr.publish.pages.html import markup

TEXT = re.compile(r"<(?:text|title|desc)[^>]*>([^<]*)<")


def by_definition(target: Fraction, counted: int, point: Fraction) -> Fraction:
    """The limit, summed in plain fractions from the first number on."""
    below = Fraction(0)
    for number in range(counted + 1):
        here = comb(counted, number) * target**number * (1 - target) ** (counted - number)
        if below + here >= point:
            return min(Fraction(1), max(Fraction(0), (number - (below + here - point) / here) / counted))
        below += here
    raise AssertionError


@pytest.mark.parametrize("target", [Fraction(1, 2), Fraction(11, 20), Fraction(1, 50), Fraction(97, 100)])
@pytest.mark.parametrize("counted", [1, 2, 5, 20, 90, 400])
def test_limits_are_the_binomial_ones(target: Fraction, counted: int) -> None:
    points = sorted(point for _, low, high in LIMITS for point in (low, high))
    for point, found in zip(points, limits(target, counted, *points), strict=True):
        assert abs(found - by_definition(target, counted, point)) < Fraction(1, 10**30)


def test_a_limit_worked_out_by_hand() -> None:
    # of 20 at one half: 6 is the least number with P(X <= 6) = 60460/2**20 >= 0.025; P(X = 6) = 38760/2**20
    (found,) = limits(Fraction(1, 2), 20, Fraction(25, 1000))
    assert abs(found - (6 - (Fraction(60460) - Fraction(2**20, 40)) / 38760) / 20) < Fraction(1, 10**30)


def test_limits_of_very_many_are_found_at_once_and_lie_where_they_must() -> None:
    low, high = limits(Fraction(1, 2), 4_000_000, Fraction(25, 1000), Fraction(975, 1000))
    spread = Fraction(196, 100) * Fraction(1, 4000)  # 1.96 standard errors
    assert abs(low - (Fraction(1, 2) - spread)) < Fraction(1, 10**6) > abs(high - (Fraction(1, 2) + spread))


@pytest.mark.parametrize(("target", "counted"), [(Fraction(0), 5), (Fraction(1), 5), (Fraction(1, 2), 0)])
def test_there_are_no_limits_around_none_or_all(target: Fraction, counted: int) -> None:
    with pytest.raises(ValueError, match="there are no limits"):
        limits(target, counted, Fraction(1, 2))


def test_a_place_is_written_without_floats() -> None:
    assert [place(Fraction(value)) for value in (0, 3, "1/3", "-7/4", "29.999", "-1/1000")] == ["0", "3", "0.33", "-1.75", "30", "0"]
    assert Scale(Fraction(5), Fraction(5), 0, 100).at(Fraction(5)) == 50


def test_a_bar_chart_says_only_what_it_was_given() -> None:
    bars = [Bar("north", Fraction(3), "3.0"), Bar("south", Fraction(-1), "-1.0"), Bar("east", None, "[c]")]
    drawn = markup(against_target("n", "Falls", "A bar for each.", bars, Fraction(5), "5.0"))
    assert set(TEXT.findall(drawn)) == {"Falls", "A bar for each.", "target 5.0", "north", "3.0", "south", "-1.0", "east", "[c]"}
    assert drawn.count("<rect") == 2  # none for what is withheld
    assert drawn == markup(against_target("n", "Falls", "A bar for each.", bars, Fraction(5), "5.0"))


@pytest.mark.parametrize("values", [[None], [Fraction(0)], [Fraction(0), None], [Fraction(-2), Fraction(-3)]])
def test_a_bar_chart_of_nothing_or_less_is_still_drawn(values: list[Fraction | None]) -> None:
    drawn = markup(against_target("n", "t", "d", [Bar("a", value, "x") for value in values], None, ""))
    assert drawn.count("<rect") == sum(value is not None for value in values)


def test_a_funnel_says_only_what_it_was_given_and_names_where_each_lies() -> None:
    spots = [
        Spot("a", Fraction(7, 10), 150, "70.0%", "150"),
        Spot("b", Fraction(522, 1000), 90, "52.2%", "90"),
        Spot("c", Fraction(62, 100), 250, "62.0%", "250"),
    ]
    target = Fraction(55, 100)
    assert [standing(spot, target) for spot in spots] == ["outside the 99.8% limits", "within the 95% limits", "within the 99.8% limits"]
    drawn = markup(funnel("n", "Funnel", "Points.", spots, target, "55.0%", "number counted"))
    assert set(TEXT.findall(drawn)) == {"Funnel", "Points.", "95%", "99.8%", "target 55.0%", "90", "250", "number counted", "a", "b", "c"}
    assert drawn.count("<circle") == 3 and drawn.count("<path") == 4
