"""What is left of one exact sum when another is taken away: it must follow from the rows it is formed of, hold only while they do, and stand for them in a proof."""

from __future__ import annotations

import random
from collections.abc import Sequence
from fractions import Fraction
from itertools import product

import pytest

from pbr.disclosure import searching
from pbr.disclosure.knowledge import COMBINED, Bound, Knowledge, Row
from pbr.disclosure.left_of_sums import LeftOfSums
from pbr.disclosure.looking import look
from pbr.disclosure.narrowing import narrowing_of


def _known(truth: dict[str, int], most: int, sums: list[dict[str, int]]) -> Knowledge:
    """Each sum is told exactly, by a cell of its own."""
    known = Knowledge()
    for name, value in truth.items():
        known.unknown(name, value, 0, most)
    for owner, form in enumerate(sums):
        value = Fraction(sum(factor * truth[name] for name, factor in form.items()))
        known.add(Bound({name: Fraction(factor) for name, factor in form.items()}, value, value), owner, True, str(owner))
    return known


def _keep(numbers: Sequence[int], rows: Sequence[Row]) -> bool:
    return all(sum(by * numbers[at] for at, by in zip(row.at, row.by, strict=True)) == row.low for row in rows)


def _payments() -> Knowledge:
    """Two payments at two prices each, and their total: 2a + 3b, 23c + 34d + 43e and all of it with 200f + 240g."""
    truth = {"a": 8, "b": 45, "c": 54, "d": 40, "e": 30, "f": 11, "g": 27}
    one, two, three = {"a": 2, "b": 3}, {"c": 23, "d": 34, "e": 43}, {"f": 200, "g": 240}
    return _known(truth, 99, [one, two, {**{name: 20 * factor for name, factor in one.items()}, **two, **three}])


def test_of_a_total_the_shown_parts_are_taken_away() -> None:
    known = _payments()
    sums = LeftOfSums()
    sums.take_up(known)
    formed = {
        tuple(known.names[at] for at in known.rows[row].at): (known.rows[row], rows) for row, rows in sums.holding(known.active).items()
    }
    left, rows = formed["f", "g"]
    assert (left.by, left.low, left.high, left.owner) == ((5, 6), 217, 217, COMBINED)
    assert rows == (0, 1, 2)
    assert formed["a", "b", "f", "g"][1] == (1, 2)
    assert ("a", "b") not in formed  # a cell says it
    known.show(1, False)
    assert [known.rows[row].at for row in sums.holding(known.active)] == [(2, 3, 4, 5, 6)]


def test_what_it_says_is_a_proof_through_the_rows_it_is_formed_of() -> None:
    known = _payments()
    at = known.index["f"]
    known.only_whole.add(at)
    possible = {value for value in range(100) if look(known, at, (value, value), known.active).witness is not None}
    assert possible == {5, 11, 17, 23, 29, 35, 41}  # 5f + 6g = 217
    known.show(1, False)
    assert look(known, at, (12, 12), known.active).witness is not None
    known.show(1, True)
    found = look(known, at, (12, 12), known.active)
    assert found.witness is None and found.sure and set(found.rows) == {0, 1, 2}


def test_rows_of_words_for_a_form_are_not_put_together() -> None:
    known = _payments()
    known.defines[0] = 1
    sums = LeftOfSums()
    sums.take_up(known)
    assert all(1 not in rows for rows in sums.holding(known.active).values())


@pytest.mark.parametrize("dead_ends", [4, 0])
def test_with_them_as_much_is_possible_as_when_every_number_is_tried(dead_ends: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of what is impossible, the rows that are given are enough for it. Without dead ends the solver answers, and not a search by hand."""
    monkeypatch.setattr(searching, "TURNS", dead_ends)
    chance = random.Random(7)
    formed = tried = 0
    for _ in range(60):
        names = "abcde"
        truth = {name: chance.randint(0, 4) for name in names}
        sums = [{name: factor for name in names if (factor := chance.choice((0, 0, 1, 1, 2, 3, -1)))} for _ in range(5)]
        sums = [form for form in sums if form] + [dict.fromkeys(names[:3], 2), dict.fromkeys(names, 1)]
        known = _known(truth, 4, sums)
        known.only_whole.add(0)
        for _ in range(8):
            owner = chance.randrange(len(sums))
            known.show(owner, not known.shown(owner))
            holding = [row for number, row in enumerate(known.rows) if known.active[number]]
            keep = [numbers for numbers in product(range(5), repeat=5) if _keep(numbers, holding)]
            narrowing = narrowing_of(known, known.active)
            for number, rows in narrowing.formed.items():
                formed += 1
                row = known.rows[number]
                assert narrowing.holds[number] and all(known.active[each] for each in rows)
                assert all(_keep(numbers, [row]) for numbers in keep)
            for at in range(5):
                for value in range(5):
                    found = look(known, at, (value, value), known.active)
                    assert (found.witness is not None) == any(numbers[at] == value for numbers in keep)
                    if found.witness is not None:
                        continue
                    assert all(known.active[row] and known.rows[row].owner != COMBINED for row in found.rows)
                    alone = [known.rows[row] for row in found.rows]
                    if chance.random() < 0.1:
                        assert not any(numbers[at] == value and _keep(numbers, alone) for numbers in product(range(5), repeat=5))
                        tried += 1
    assert formed > 500 and tried > 100
