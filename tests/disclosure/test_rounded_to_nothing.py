"""How far a sum is rounded: a headline to nothing where nothing finer helps, and always to the same, whatever it was."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from pbr.disclosure.cells import Cell, Table, Unknown
from pbr.disclosure.knowledge import nearest, rounds_to
from pbr.disclosure.release import decide
from pbr.disclosure.rounding_sums import finest, steps
from pbr.disclosure.rule import Rule
from pbr.disclosure.writing import roughly
from tests.disclosure.tables import count, form, money, table
from tests.disclosure.test_leaks import amounts

TEXTS = {
    (1_000_000, "GBP", 5_000_000): ("£0 to the nearest £50,000", "0.00", "50000"),
    (-1_000_000, "GBP", 5_000_000): ("£0 to the nearest £50,000", "0.00", "50000"),
    (0, "USD", 2_000): ("$0 to the nearest $20", "0.00", "20"),
    (0, "RWF", 500_000_000): ("RWF 0 to the nearest RWF 5,000,000", "0.00", "5000000"),
    (-40_812_345, "GBP", 100_000): ("about -£408,000", "-408000.00", "1000"),
}


@pytest.mark.parametrize("sum_", TEXTS)
def test_what_a_rounded_sum_says(sum_: tuple[int, str, int]) -> None:
    minor, unit, step = sum_
    figure = roughly(Cell("paid", "money", Fraction(minor), "paid in all", unit, form={"": Fraction(minor)}), step)
    assert (figure.text, figure.value, figure.base) == TEXTS[sum_]
    assert figure.nothing_left == figure.text.endswith(f"nearest {figure.text.split('nearest ')[-1]}") == ("nearest" in figure.text)


def _bonus(met: int, worth: int = 100) -> tuple[Table, Cell]:
    made = Table(unknowns={"met": Unknown("met", met, "whether it is met", people=False, zero=False, most=1)})
    return made, money(made, "paid", form(met=1_000_000), worth=worth)


def test_what_a_headline_is_rounded_to_does_not_tell_what_it_was() -> None:
    found = [list(steps(cell, made.unknowns, Rule())) for made, cell in (_bonus(0), _bonus(1))]
    coarse = [[step for step in each if step > 2_000_000] for each in found]
    assert coarse[0] == coarse[1] == found[0] and coarse[0][0] == 5_000_000
    assert all(nearest(Fraction(1_000_000), Fraction(step)) == 0 for step in coarse[0])
    low, high, open_low, open_high = rounds_to(Fraction(0), Fraction(5_000_000))
    assert (low, high, open_low, open_high) == (-2_500_000, 2_500_000, True, True)


def test_only_a_headline_is_rounded_to_nothing() -> None:
    made, cell = _bonus(1, worth=70)
    assert max(steps(cell, made.unknowns, Rule())) == 2_000_000
    made, cell = _bonus(0, worth=70)
    assert list(steps(cell, made.unknowns, Rule())) == []


def test_one_person_at_a_price() -> None:
    made = table(in_work=1)
    money(made, "in_work", form(in_work=250_000))
    money(made, "paid", form(in_work=250_000), worth=100)
    protection = decide(made)
    assert protection.withheld(0) and roughly(made.cells[1], protection.steps[1]).text == "£0 to the nearest £50,000"


def test_a_total_of_nothing_says_that_each_line_came_to_nothing() -> None:
    """Two sums that no linear form says, each 0: the total of 0 gives both away, and with them what the first follows from."""
    made = amounts(bonus=(0, {"met", "all"}), grant=(0, {"others"}))
    count(made, "all")
    total = money(made, "total", form(bonus=1, grant=1), worth=70)
    assert decide(made).withheld(made.cells.index(total))
    made.cells[-1] = replace(total, worth=100)
    assert decide(made).withheld(
        len(made.cells) - 1
    )  # how much they could have been is not known, so to what it should be rounded is not either


def test_a_headline_is_withheld_where_no_rounding_helps() -> None:
    """A bonus that three people decide, and a grant of many. The total is the bonus but for a few pounds that stand in the contract, and no step of rounding leaves half as much and half as much more."""
    made = amounts(bonus=(9_000_00, {"missed"}), grant=(2_00, {"others"}))
    paid = money(made, "paid", form(bonus=1, grant=1), worth=100)
    made.cells.append(Cell("grant", "term", Fraction(2_00), "the grant", "GBP", form=form(grant=1), text="£2.00"))
    protection = decide(made)
    assert protection.withheld(made.cells.index(paid)) and not protection.own


@pytest.mark.parametrize("bonus", [0, 5_000_00])
def test_whether_a_headline_may_be_rounded_to_nothing_does_not_hang_on_whether_an_amount_is_nothing(bonus: int) -> None:
    made = amounts(bonus=(bonus, {"others"}))
    made.unknowns["met"] = Unknown("met", 1, "whether it is met", people=False, zero=False, most=1)
    paid = money(made, "paid", form(bonus=1, met=1_000_000), worth=100)
    assert max(steps(paid, made.unknowns, Rule())) <= 2 * paid.value


@pytest.mark.parametrize(("sum_", "kept"), [(-36_579_70, 4_00), (123_456, 60_000), (123_456, 1), (999_99, 7_000), (500_00, 60_000)])
def test_the_finest_step_that_is_well_is_found_by_asking_few(sum_: int, kept: int) -> None:
    """Well is what leaves a sum possible that is so much less, and one that is so much more. Asked one by one from the finest, the same step is found, or none."""
    cell = Cell("paid", "money", Fraction(sum_), "paid in all", "GBP", form={"": Fraction(sum_)})
    tried = list(steps(cell, {}, Rule()))
    asked = []

    def good(step: int) -> bool:
        asked.append(step)
        low, high, open_low, open_high = rounds_to(nearest(cell.value, Fraction(step)), Fraction(step))
        return low + open_low <= sum_ - kept and sum_ + kept <= high - open_high

    found = finest([cell], tried, good)
    few = len(asked)
    assert found == next((step for step in tried if good(step)), None)
    assert few <= 6 and len(set(asked[:few])) == few
