"""A change from one day to another, found out by its two days: numbers where there are any, and that there are none only where no pair of values can be."""

from __future__ import annotations

from fractions import Fraction

import pytest

from pbr.disclosure import by_days
from pbr.disclosure.attack import Attack
from pbr.disclosure.by_days import of_its_days
from pbr.disclosure.knowledge import ALWAYS, Bound, Knowledge, Witness
from pbr.disclosure.looking import look


def _two_days(most: int, linked: bool) -> tuple[Attack, int]:
    """Of each day 6 of x and 10 of y come to 82: x is 2, 7 or 12, and 7 in truth. The change from the first x to the second is asked about. ``linked``: y of the two days differs by 3 at most, so x by 5."""
    known = Knowledge()
    for day in "12":
        known.unknown(f"x{day}", 7, 0, most)
        known.unknown(f"y{day}", 4, 0, 9)
        known.add(Bound({f"x{day}": Fraction(6), f"y{day}": Fraction(10)}, Fraction(82), Fraction(82)), ALWAYS, True, day)
    if linked:
        known.add(Bound({"y1": Fraction(1), "y2": Fraction(-1)}, Fraction(-3), Fraction(3)), ALWAYS, True, "both")
    at = known.unknown("change", 0, None, None)
    known.add(Bound({"x2": Fraction(1), "x1": Fraction(-1), "change": Fraction(-1)}, Fraction(0), Fraction(0)), ALWAYS, True, "change")
    known.defines[at] = len(known.rows) - 1
    known.only_whole.add(at)
    return Attack(known, []), at


@pytest.mark.parametrize(("most", "linked", "possible"), [(15, False, {-10, -5, 0, 5, 10}), (8, False, {-5, 0, 5}), (15, True, {-5, 0, 5})])
@pytest.mark.parametrize("tried", [16, 3])
def test_what_is_found_of_the_days_is_what_is_found_of_both_at_once(
    most: int, linked: bool, possible: set[int], tried: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(by_days, "TRIED", tried)
    attack, at = _two_days(most, linked)
    known = attack.known
    answered = 0
    for value in range(-15, 16):
        days = of_its_days(known, attack.ask, at, value, known.active)
        assert (look(known, at, (value, value), known.active).witness is not None) == (value in possible)
        assert all(known.active)
        if days is None:
            continue
        answered += 1
        assert (days.witness is not None) == (value in possible), value
        if days.witness is not None:
            assert known.keeps(days.witness, known.active) and days.witness.get(at, 0) == value
        else:
            assert known.defines[at] in days.rows and days.proved == (value, value)
    assert answered >= (25 if tried == 16 else 1)


def test_numbers_that_are_asked_again_and_again_are_judged_as_at_first() -> None:
    known = _two_days(15, False)[0].known
    for numbers in ({"x1": 2, "y1": 7, "change": 5}, {"x1": 2, "y1": 7}, {"y1": 6}, {"x1": 2, "y1": 7, "x2": 2, "y2": 7}):
        changed = {known.index[name]: value for name, value in numbers.items()}
        witness = Witness(changed)
        for _ in range(5):
            for row in (0, 1, 2):
                active = bytearray(known.active)
                active[row] = False
                assert known.keeps(witness, active) == known.keeps(changed, active)
            assert known.keeps(witness, known.active) == known.keeps(changed, known.active)
        known.add(Bound({"x1": Fraction(1)}, Fraction(5), None), 7, True, "a figure that is shown later")
        assert known.keeps(witness, known.active) == known.keeps(changed, known.active)
        assert not (known.keeps(witness, known.active) and changed.get(0) == 2)
        known.show(7, False)
        assert known.keeps(witness, known.active) == known.keeps(changed, known.active)
