"""A short search by hand before the solver is asked: one unknown after the other is set or halved, and what follows is narrowed. Exact both ways: numbers that keep every row, or a proof that there are none, with its rows.

Most questions that narrowing leaves open are answered in a few steps. Where they are not, the search ends after a number of steps, and the solver looks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pbr.disclosure.knowledge import Knowledge
from pbr.disclosure.narrowing import Narrowing

STEPS: Final = 40  # unknowns that are set before it is given up
TURNS: Final = 4  # dead ends before it is given up


@dataclass
class Searched:
    """``numbers``: those that differ from the true ones, and keep every row; or ``through``: rows that prove that there are none; or neither was found."""

    numbers: dict[int, int] | None = None
    through: tuple[int, ...] | None = None


def search(known: Knowledge, narrowing: Narrowing, active: Sequence[int]) -> Searched:
    """Within what is asked of ``narrowing`` now."""
    proof = _below(known, narrowing, active, [STEPS, TURNS])
    return Searched(proof) if isinstance(proof, dict) else Searched(None, None if proof is None else tuple(sorted(proof)))


def _below(known: Knowledge, narrowing: Narrowing, active: Sequence[int], left: list[int]) -> dict[int, int] | set[int] | None:
    """Numbers, the rows of a proof, or None where it was given up."""
    free = _wrong(known, narrowing)
    if free is None:
        numbers = _fixed(known, narrowing)
        return numbers if known.keeps(numbers, active) else None
    if left[0] <= 0 or left[1] <= 0:
        return None
    left[0] -= 1
    which, value = _next(known, narrowing, free)
    rows: set[int] = set()
    least, most = narrowing.least[which], narrowing.most[which]
    first = len(narrowing.events)
    for low, high in ((value, value), (None, value - 1), (value + 1, None)):
        if (high is not None and least is not None and high < least) or (low is not None and most is not None and low > most):
            rows.update(narrowing.why(which, low, high))
            continue
        through = narrowing.also(which, low, high)
        found = set(through) if through is not None else _below(known, narrowing, active, left)
        narrowing.take_back(first)
        if not isinstance(found, set):
            return found
        rows |= found
        left[1] -= 1
    return rows


def _wrong(known: Knowledge, narrowing: Narrowing) -> list[int] | None:
    """Unknowns of which more than one value is left, and with which the true numbers are no answer; None where they are one."""
    least, most, truth, holds = narrowing.least, narrowing.most, known.truth, narrowing.holds
    seen: set[int] = set()
    for which in narrowing.changed():
        first, last, value = least[which], most[which], truth[which]
        if first is None or first != last:
            if (first is not None and value < first) or (last is not None and value > last):
                return [which]
        elif first != value:
            for number, _ in known.rows_of[which]:
                if not holds[number] or number in seen:
                    continue
                seen.add(number)
                row, total, free = known.rows[number], 0, []
                for each, factor in zip(row.at, row.by, strict=True):
                    end = least[each]
                    if end is not None and end == most[each]:
                        total += factor * end
                    else:
                        total += factor * truth[each]
                        free.append(each)
                if free and ((row.low is not None and total < row.low) or (row.high is not None and total > row.high)):
                    return free
    return None


def _fixed(known: Knowledge, narrowing: Narrowing) -> dict[int, int]:
    found = {}
    for which in narrowing.changed():
        least = narrowing.least[which]
        if least is not None and least == narrowing.most[which] and least != known.truth[which]:
            found[which] = least
    return found


def _next(known: Knowledge, narrowing: Narrowing, unknowns: Sequence[int]) -> tuple[int, int]:
    """The unknown with the fewest values left, and of those the one next to the true one."""
    best: tuple[int, int] | None = None
    for which in unknowns:
        least, most = narrowing.least[which], narrowing.most[which]
        size = most - least if least is not None and most is not None else 1 << 60
        if best is None or size < best[0]:
            best = size, which
    assert best is not None
    which = best[1]
    least, most, value = narrowing.least[which], narrowing.most[which], known.truth[which]
    if least is not None and value < least:
        value = least
    if most is not None and value > most:
        value = most
    return which, value
