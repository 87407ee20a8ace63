"""The attacker's solver: linear programmes, then whole numbers, by HiGHS. Floating point only looks for numbers here; what it finds is believed after it was put into every row in whole numbers.

So a tolerance of the solver (1e-6) can never make something look possible that is not. Where it wrongly finds nothing, more is withheld than need be.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pbr.disclosure.attack_prices import proof_of
from pbr.disclosure.highs import INFINITE, Programme, Said, fractions, whole_numbers
from pbr.disclosure.knowledge import Knowledge
from pbr.disclosure.narrowing import Narrowing

NODES: Final = 1_000  # of the search tree for one question: those that needed 20,000 took seconds, and mostly ended with nothing found
SOLVED: Final = 1_000  # answers that are kept
SECONDS: Final = 120  # of the clock, for one question: a stop for machines. 20 were not enough where a machine did much else, for what takes a processor less than one
TRUSTED: Final = (
    2**23
)  # a solver that says there is nothing is believed where no number in the question is larger: then its tolerance is far above what its arithmetic loses


class NotFoundOut(Exception):
    """The solver stopped before it had an answer. ``unknowns``: the numbers of those in the question. ``by_clock``: another machine might have had one."""

    def __init__(self, unknowns: Sequence[int], by_clock: bool) -> None:
        super().__init__(f"no answer about {len(unknowns)} unknowns")
        self.unknowns = list(unknowns)
        self.by_clock = by_clock


def open_parts(known: Knowledge, narrowing: Narrowing) -> list[tuple[list[int], list[int]]]:
    """(unknowns, rows) of what narrowing left open and the true numbers do not answer, each part by itself: rows hang together through unknowns of which more than one value is left."""
    least, most, truth, holds = narrowing.least, narrowing.most, known.truth, narrowing.holds

    def free(row: int) -> list[int]:
        return [which for which in known.rows[row].at if least[which] is None or least[which] != most[which]]

    def broken(number: int) -> bool:
        row, total = known.rows[number], 0
        for which, factor in zip(row.at, row.by, strict=True):
            end = least[which]
            total += factor * (end if end is not None and end == most[which] else truth[which])
        return (row.low is not None and total < row.low) or (row.high is not None and total > row.high)

    seeds: dict[int, None] = {}  # unknowns with which the true numbers do not answer
    for which in narrowing.changed():
        first, last = least[which], most[which]
        if first is not None and first == last:
            for number, _ in known.rows_of[which]:
                if holds[number] and broken(number):
                    seeds |= dict.fromkeys(free(number)[:1])
        elif (first is not None and truth[which] < first) or (last is not None and truth[which] > last):
            seeds[which] = None
    parts = []
    seen: set[int] = set()
    for seed in sorted(seeds):
        if seed in seen:
            continue
        unknowns, rows, queue = {seed}, set(), [seed]
        while queue:
            for number, _ in known.rows_of[queue.pop()]:
                if holds[number] and number not in rows:
                    rows.add(number)
                    more = [which for which in free(number) if which not in unknowns]
                    unknowns.update(more)
                    queue += more
        seen |= unknowns
        parts.append((sorted(unknowns), sorted(rows)))
    return parts


@dataclass(frozen=True)
class Solved:
    """``numbers``: by unknown, to be put into the rows; None: there are none. ``sure``: whether that is believed. ``rows``, ``ends``: those that prove it, where there is a proof."""

    numbers: dict[int, int] | None
    sure: bool = True
    rows: tuple[int, ...] = ()
    ends: tuple[tuple[int, int], ...] = ()

    def through(self, narrowing: Narrowing) -> tuple[int, ...]:
        """The rows of the proof, those among them that its ends follow through."""
        return tuple(dict.fromkeys([*self.rows, *narrowing.ends_through(self.ends)]))


def solved(known: Knowledge, narrowing: Narrowing, unknowns: list[int], rows: list[int]) -> Solved:
    """As ``solve``. The same rows within the same bounds have the same answer: one question after the other leaves parts open that nothing was changed in. Raises NotFoundOut."""
    least, most = narrowing.least, narrowing.most
    inside = [*unknowns, *(which for number in rows for which in known.rows[number].at)]
    asked = tuple(rows), tuple(unknowns), tuple((least[which], most[which]) for which in inside)
    kept = known.solved.get(asked)
    if kept is None:
        kept = solve(known, narrowing, unknowns, rows)
        if len(known.solved) >= SOLVED:
            known.solved.clear()
        known.solved[asked] = kept
    return kept


def solve(known: Knowledge, narrowing: Narrowing, unknowns: list[int], rows: list[int]) -> Solved:
    """Whole numbers for these unknowns that satisfy these rows with all others fixed, as the solver sees it. Raises NotFoundOut."""
    programme, scales = _programme(known, narrowing, unknowns, rows)
    believed = _small_enough(known, rows, [(narrowing.least[which], narrowing.most[which]) for which in unknowns])
    at_once = narrowing.about in known.only_whole  # fractions had no contradiction before, and would hardly have one now
    if not at_once:
        said = _answered(fractions(programme, SECONDS), unknowns)
        if said.numbers is None:
            return _proved(known, narrowing, believed, rows, scales, said)
        numbers = _rounded(unknowns, said.numbers)
        if _good(known, narrowing, numbers, rows):
            return Solved(numbers)
        known.only_whole.add(narrowing.about)
    said = _answered(whole_numbers(programme, SECONDS, NODES), unknowns)
    if said.numbers is not None:
        return Solved(_rounded(unknowns, said.numbers))
    if said.given_up:  # at the same place on every machine: nothing was found, so nothing is taken to be possible, and more is withheld
        return Solved(None, False)
    if at_once:
        said = _answered(fractions(programme, SECONDS), unknowns)
        if said.prices is not None:
            return _proved(known, narrowing, believed, rows, scales, said)
    return Solved(None, believed)


def _answered(said: Said, unknowns: Sequence[int]) -> Said:
    if said.stopped:
        raise NotFoundOut(unknowns, True)
    return said


def _proved(known: Knowledge, narrowing: Narrowing, believed: bool, rows: Sequence[int], scales: Sequence[int], said: Said) -> Solved:
    """What comes of a linear programme that found nothing: a proof, where its prices are one."""
    prices = {row: price / scale for row, price, scale in zip(rows, said.prices or (), scales, strict=False)}
    proof = proof_of(known, narrowing, prices)
    return Solved(None, believed and not said.given_up, proof.rows, proof.ends)


def _rounded(unknowns: Sequence[int], numbers: Sequence[float]) -> dict[int, int]:
    return {which: round(value) for which, value in zip(unknowns, numbers, strict=True)}


def _programme(known: Knowledge, narrowing: Narrowing, unknowns: Sequence[int], rows: Sequence[int]) -> tuple[Programme, list[int]]:
    """What the solver is asked, and by what each row is divided: its largest factor."""
    column = {which: place for place, which in enumerate(unknowns)}
    least, most = narrowing.least, narrowing.most
    starts, across, by, lows, highs, scales = [0], list[int](), list[float](), list[float](), list[float](), list[int]()
    for number in rows:
        row = known.rows[number]
        fixed, terms = 0, []
        for which, factor in zip(row.at, row.by, strict=True):
            if which in column:
                terms.append((column[which], factor))
            else:
                fixed += factor * (least[which] or 0)  # one value is left
        scale = max((abs(factor) for _, factor in terms), default=1)
        across += [place for place, _ in terms]
        by += [factor / scale for _, factor in terms]
        starts.append(len(by))
        lows.append(-INFINITE if row.low is None else (row.low - fixed) / scale)
        highs.append(INFINITE if row.high is None else (row.high - fixed) / scale)
        scales.append(scale)
    lowest = [-INFINITE if (end := least[which]) is None else float(end) for which in unknowns]
    highest = [INFINITE if (end := most[which]) is None else float(end) for which in unknowns]
    return Programme(starts, across, by, lows, highs, lowest, highest), scales


def _good(known: Knowledge, narrowing: Narrowing, numbers: Mapping[int, int], rows: Sequence[int]) -> bool:
    """Whether numbers keep these rows, and are within their bounds. Exact."""
    for which, value in numbers.items():
        least, most = narrowing.least[which], narrowing.most[which]
        if (least is not None and value < least) or (most is not None and value > most):
            return False
    for each in rows:
        row, total = known.rows[each], 0
        for which, factor in zip(row.at, row.by, strict=True):
            total += factor * (numbers[which] if which in numbers else narrowing.least[which] or 0)
        if (row.low is not None and total < row.low) or (row.high is not None and total > row.high):
            return False
    return True


def _small_enough(known: Knowledge, rows: Sequence[int], ends: Sequence[tuple[int | None, int | None]]) -> bool:
    """Whether a solver that finds nothing is believed."""
    numbers = [number for each in rows for number in (*known.rows[each].by, known.rows[each].low or 0, known.rows[each].high or 0)]
    numbers += [end or 0 for pair in ends for end in pair]
    return max(abs(number) for number in numbers) <= TRUSTED
