"""Looking for whole numbers near the true ones that satisfy everything that is known: what makes a value possible.

The true numbers satisfy it. One is set to another value, and what breaks is mended by the cheapest change next to it, again and again. Deterministic, exact, and no proof of anything when it fails.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from pbr.disclosure.knowledge import Knowledge
from pbr.disclosure.narrowing import Narrowing

NOTHING: Mapping[int, int] = MappingProxyType({})
STEPS = 60  # changes before it is given up
FIRST = 12  # the same before anything was narrowed
TIMES = 4  # that one number is changed


def _clip(value: int, least: int | None, most: int | None) -> int:
    if least is not None and value < least:
        return least
    return most if most is not None and value > most else value


def near_witness(
    known: Knowledge,
    at: int,
    low: int | None,
    high: int | None,
    active: Sequence[int],
    narrowed: Narrowing | None = None,
    begin: Mapping[int, int] = NOTHING,
) -> dict[int, int] | None:
    """Whole numbers that satisfy all active rows with unknown ``at`` between ``low`` and ``high``: those that differ from the true ones, or None when none were found.
    ``narrowed``: bounds that are known to follow; then all numbers begin within them. ``begin``: numbers to begin with, in place of the true ones: those that satisfied the rows before one more was shown."""
    truth, rows, rows_of, at_truth, ends = known.truth, known.rows, known.rows_of, known.at_truth, known.ends
    now: dict[int, int] = {}
    sums: dict[int, int] = {}
    broken: dict[int, None] = {}
    moves: dict[int, int] = {}

    least, most = (known.least, known.most) if narrowed is None else (narrowed.least, narrowed.most)

    def change(which: int, value: int) -> None:
        by_how_much = value - now.get(which, truth[which])
        now[which] = value
        moves[which] = moves.get(which, 0) + 1
        for number, by in rows_of[which]:
            if not active[number]:
                continue
            total = (sums[number] if number in sums else at_truth[number]) + by * by_how_much
            sums[number] = total
            lowest, highest = ends[number]
            if (lowest is not None and total < lowest) or (highest is not None and total > highest):
                broken[number] = None
            else:
                broken.pop(number, None)

    start = _clip(_clip(truth[at], low, high), least[at], most[at])
    if start != _clip(start, low, high):
        return None
    change(at, start)
    steps = FIRST if narrowed is None else STEPS
    for which, value in begin.items():
        if which != at:
            change(which, value)
            moves[which] = 0
            steps = STEPS
    if narrowed is not None:
        for which in narrowed.changed():
            value = _clip(truth[which], least[which], most[which])
            if which != at and value != truth[which]:
                change(which, value)
                moves[which] = 0
                steps += TIMES
    for _ in range(steps):
        if not broken:
            return {which: value for which, value in now.items() if value != truth[which]}
        number = next(iter(broken))
        row, total = rows[number], sums[number]
        lacks = row.low - total if row.low is not None and total < row.low else (row.high or 0) - total
        best: tuple[int, int, int] | None = None
        for which, by in zip(row.at, row.by, strict=True):
            if which == at or moves.get(which, 0) >= TIMES:
                continue
            size = -(-abs(lacks) // abs(by))
            value = now.get(which, truth[which])
            to = _clip(value + (size if (lacks > 0) == (by > 0) else -size), least[which], most[which])
            step = to - value
            if not step:
                continue
            cost = 1 + moves.get(which, 0)
            for other, factor in rows_of[which]:
                if active[other]:  # how far it is broken after this step, in steps of the unknown that is moved
                    reached = (sums[other] if other in sums else at_truth[other]) + factor * step
                    least_sum, most_sum = ends[other]
                    if least_sum is not None and reached < least_sum:
                        cost -= 2 * (reached - least_sum) // abs(factor)
                    elif most_sum is not None and reached > most_sum:
                        cost -= 2 * (most_sum - reached) // abs(factor)
                    if best is not None and cost >= best[0]:
                        break
            if best is None or cost < best[0]:
                best = (cost, which, to)
                if cost <= 1:
                    break
        if best is None:
            return None
        change(best[1], best[2])
    return None
