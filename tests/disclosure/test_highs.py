"""The solver as it is asked: numbers, prices that prove that there are none, and what is said when it stops."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise

import pytest

from pbr.disclosure.attack_prices import proof_of
from pbr.disclosure.highs import INFINITE, Programme, Said, fractions, whole_numbers
from pbr.disclosure.knowledge import ALWAYS, Bound, Knowledge
from pbr.disclosure.narrowing import narrowing_of

AMPLE = 60


def _programme(rows: Sequence[tuple[Mapping[int, int], float, float]], least: Sequence[float], most: Sequence[float]) -> Programme:
    starts = [0]
    for terms, _, _ in rows:
        starts.append(starts[-1] + len(terms))
    return Programme(
        starts,
        [which for terms, _, _ in rows for which in terms],
        [float(by) for terms, _, _ in rows for by in terms.values()],
        [low for _, low, _ in rows],
        [high for _, _, high in rows],
        least,
        most,
    )


def _keeps(programme: Programme, numbers: Sequence[float]) -> bool:
    sums = [
        sum(programme.by[at] * numbers[programme.across[at]] for at in range(first, last)) for first, last in pairwise(programme.starts)
    ]
    return all(low - 1e-6 <= total <= high + 1e-6 for low, total, high in zip(programme.low, sums, programme.high, strict=True))


TWO_PRICES = _programme([({0: 6, 1: 10}, 46, 46)], [0, 0], [9, 9])  # 1 and 4, or 6 and 1
ONLY_HALVES = _programme([({0: 2, 1: 4}, 7, 7)], [0, 0], [9, 9])
NOTHING = _programme([({0: 1, 1: 1}, 12, INFINITE), ({0: 1, 1: -1}, -1, 1), ({1: 1}, -INFINITE, 4)], [0, 0], [9, 9])


def test_numbers_are_found_and_keep_every_row() -> None:
    for said in (fractions(TWO_PRICES, AMPLE), whole_numbers(TWO_PRICES, AMPLE, 1_000)):
        assert said.numbers is not None and _keeps(TWO_PRICES, said.numbers)
    whole = whole_numbers(TWO_PRICES, AMPLE, 1_000).numbers
    assert whole is not None and [round(number) for number in whole] in ([1, 4], [6, 1])


def test_where_only_halves_would_do_there_are_fractions_and_no_whole_numbers() -> None:
    assert fractions(ONLY_HALVES, AMPLE).numbers is not None
    assert whole_numbers(ONLY_HALVES, AMPLE, 1_000) == Said()


def test_the_same_question_has_the_same_answer_whatever_was_asked_before() -> None:
    first = [list(whole_numbers(TWO_PRICES, AMPLE, 1_000).numbers or ())]
    for other in (ONLY_HALVES, NOTHING, TWO_PRICES):
        fractions(other, AMPLE)
        first.append(list(whole_numbers(TWO_PRICES, AMPLE, 1_000).numbers or ()))
    assert all(numbers == first[0] for numbers in first)


@pytest.mark.parametrize("seconds", [0, 1e-9])
def test_a_clock_that_ran_out_is_said(seconds: float) -> None:
    many = _programme([({at: 97 + 13 * at for at in range(30)}, 12_347, 12_347)], [0] * 30, [40] * 30)
    assert fractions(many, seconds).stopped or fractions(many, seconds).numbers is not None
    assert whole_numbers(many, seconds, 1_000).stopped


def _known() -> Knowledge:
    """What is asked in ``NOTHING`` of 6 and 6, without its last row, which is asked."""
    known = Knowledge()
    known.unknown("a", 6, 0, 9)
    known.unknown("b", 6, 0, 9)
    known.add(Bound({"a": Fraction(1), "b": Fraction(1)}, Fraction(12), None), ALWAYS, True, "both")
    known.add(Bound({"a": Fraction(1), "b": Fraction(-1)}, Fraction(-1), Fraction(1)), ALWAYS, True, "nearly as many")
    return known


def test_the_prices_of_what_cannot_be_prove_it_exactly_and_others_prove_nothing() -> None:
    prices = fractions(NOTHING, AMPLE).prices
    assert prices is not None and len(prices) == 3
    known = _known()
    narrowing = narrowing_of(known, known.active)
    known_prices = dict(enumerate(prices[:2]))
    assert proof_of(known, narrowing, known_prices).rows == ()  # 6 and 6 keep these
    narrowing.most[1] = 4
    assert proof_of(known, narrowing, known_prices).rows == (0, 1)
    assert proof_of(known, narrowing, {0: -known_prices[0], 1: -known_prices[1]}).rows == (0, 1), "which way round is not said"
    assert proof_of(known, narrowing, {0: known_prices[0]}).rows == ()
    assert proof_of(known, narrowing, {0: known_prices[0], 1: -known_prices[1]}).rows == ()


QUIET = """
from pbr.disclosure.highs import Programme, fractions, whole_numbers
programme = Programme([0, 2], [0, 1], [1.0, 2.0], [3.0], [3.0], [0.0, 0.0], [9.0, 9.0])
assert fractions(programme, 60).numbers is not None and whole_numbers(programme, 60, 10).numbers is not None
"""


def test_nothing_is_written_on_the_console() -> None:
    """HiGHS says once in each process who it is, where it is not asked to be quiet before it begins."""
    done = subprocess.run([sys.executable, "-c", QUIET], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")
