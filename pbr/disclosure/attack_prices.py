"""What the linear programme says of a question: numbers that may keep every row, or prices of rows (Farkas) that prove, once they were put together in whole numbers, that nothing does.

Each row may be broken at a cost. Where everything can be kept for nothing, the solver's numbers are rounded and looked at. Else the rows that have a price contradict each other: so many times one and so many times another
come to a sum that no numbers within their bounds reach. That sum is formed exactly. Only where it holds is it a proof.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any, Final

from pbr.disclosure.knowledge import Knowledge
from pbr.disclosure.narrowing import LEAST, MOST, Narrowing

PRICED: Final = 1e-7  # a row without a price has one that is smaller than this
FINEST: Final = (1_000, 1_000_000, 10**9, 10**12)  # prices are taken to be fractions of the highest with denominators up to this


@dataclass(frozen=True)
class Priced:
    """``numbers``: where all rows can be kept without whole numbers, these rounded. ``rows``: else, those of a proof (empty: none was found), and ``ends``: of unknowns, on which it rests besides."""

    numbers: dict[int, int] | None
    rows: tuple[int, ...] = ()
    ends: tuple[tuple[int, int], ...] = ()


def priced(
    known: Knowledge,
    narrowing: Narrowing,
    unknowns: Sequence[int],
    rows: Sequence[int],
    matrix: Any,
    lows: list[float],
    highs: list[float],
    seconds: int,
) -> Priced | None:
    """``matrix``: of these rows (each divided by its largest factor) and unknowns, the others being fixed; ``lows``, ``highs``: what is left to it. None: no answer in time."""
    import numpy
    from scipy.optimize import linprog
    from scipy.sparse import eye_array, hstack, vstack

    upper = [place for place, value in enumerate(highs) if value < numpy.inf]
    lower = [place for place, value in enumerate(lows) if value > -numpy.inf]
    of_row = upper + lower
    if not of_row:
        return Priced({which: _inside(known, narrowing, which) for which in unknowns})
    cost = numpy.concatenate([numpy.zeros(len(unknowns)), numpy.ones(len(of_row))])
    answer = linprog(
        cost,
        A_ub=hstack([vstack([matrix[upper], -matrix[lower]]), -eye_array(len(of_row), format="csr")], format="csr"),
        b_ub=numpy.array([highs[place] for place in upper] + [-lows[place] for place in lower]),
        bounds=[*((narrowing.least[which], narrowing.most[which]) for which in unknowns), *[(0, None)] * len(of_row)],
        method="highs",
        options={"time_limit": seconds},
    )
    if answer.status == 1:
        return None
    if answer.x is None or answer.fun <= PRICED:
        values = () if answer.x is None else answer.x.tolist()
        return Priced({which: round(value) for which, value in zip(unknowns, values, strict=False)})
    prices = dict.fromkeys(rows, 0.0)
    for place, (at, price) in enumerate(zip(of_row, answer.ineqlin.marginals.tolist(), strict=True)):
        scale = max(
            abs(factor) for which, factor in zip(known.rows[rows[at]].at, known.rows[rows[at]].by, strict=True) if which in set(unknowns)
        )
        prices[rows[at]] += (-price if place < len(upper) else price) / scale
    return next((proof for finest in FINEST if (proof := _proof(known, narrowing, prices, finest)) is not None), Priced(None))


def _inside(known: Knowledge, narrowing: Narrowing, which: int) -> int:
    least, most, value = narrowing.least[which], narrowing.most[which], known.truth[which]
    value = value if least is None or value > least else least
    return value if most is None or value < most else most


def _proof(known: Knowledge, narrowing: Narrowing, prices: dict[int, float], finest: int) -> Priced | None:
    """The rows that these prices, and the bounds that follow, contradict each other by. Exact. None: they do not."""
    highest = max((abs(price) for price in prices.values()), default=0.0)
    if highest <= PRICED:
        return None
    times = {row: Fraction(price / highest).limit_denominator(finest) for row, price in prices.items() if abs(price) > PRICED * highest}
    common = lcm(*(one.denominator for one in times.values()))
    left = 0  # what the sum is at most
    factors: dict[int, int] = {}
    for number, share in times.items():
        row, by = known.rows[number], int(share * common)
        end = row.high if by > 0 else row.low
        if not by or end is None:
            continue
        left += by * end
        for which, factor in zip(row.at, row.by, strict=True):
            factors[which] = factors.get(which, 0) + by * factor
    ends = []
    for which, factor in factors.items():
        if factor:
            bound = narrowing.least[which] if factor > 0 else narrowing.most[which]
            if bound is None:
                return None
            left -= factor * bound
            ends.append((which, LEAST if factor > 0 else MOST))
    if left >= 0:
        return None
    return Priced(None, tuple(sorted(times)), tuple(ends))
