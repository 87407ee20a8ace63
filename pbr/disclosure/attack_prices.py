"""What the linear programme says of a question that it cannot answer: prices of rows (Farkas), which prove, once they were put together in whole numbers, that nothing keeps them all.

The rows that have a price contradict each other: so many times one and so many times another come to a sum that no numbers within their bounds reach. That sum is formed exactly. Only where it holds is it a proof.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Final

from pbr.disclosure.knowledge import Knowledge
from pbr.disclosure.narrowing import LEAST, MOST, Narrowing

PRICED: Final = 1e-7  # a row without a price has one that is smaller than this
FINEST: Final = (1_000, 1_000_000, 10**9, 10**12)  # prices are taken to be fractions of the highest with denominators up to this


@dataclass(frozen=True)
class Proof:
    """``rows``: those that contradict each other (empty: no proof was found), and ``ends``: of unknowns, on which it rests besides."""

    rows: tuple[int, ...] = ()
    ends: tuple[tuple[int, int], ...] = ()


def proof_of(known: Knowledge, narrowing: Narrowing, prices: Mapping[int, float]) -> Proof:
    """``prices``: by row; which way round is not said. Empty where they prove nothing."""
    for finest in FINEST:
        for sign in (1, -1):
            proof = _proof(known, narrowing, {row: sign * price for row, price in prices.items()}, finest)
            if proof is not None:
                return proof
    return Proof()


def _proof(known: Knowledge, narrowing: Narrowing, prices: Mapping[int, float], finest: int) -> Proof | None:
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
    return Proof(tuple(sorted(times)), tuple(ends))
