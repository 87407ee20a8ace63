"""The attacker's solver: linear programmes, then whole numbers, by HiGHS through scipy. Floating point only looks for numbers here; what it finds is believed after it was put into every row in whole numbers.

So a tolerance of the solver (1e-6) can never make something look possible that is not. Where it wrongly finds nothing, more is withheld than need be.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pbr.disclosure.knowledge import Knowledge
from pbr.disclosure.narrowing import Narrowed

NODES: Final = 20_000  # of the search tree for one question
SECONDS: Final = 20  # for one question: a stop for machines, not reached on what was measured
TRUSTED: Final = (
    2**23
)  # a solver that says there is nothing is believed where no number in the question is larger: then its tolerance is far above what its arithmetic loses


PRICED: Final = 1e-7  # a row without a price has one that is smaller than this


class NotFoundOut(Exception):
    """The solver stopped before it had an answer. ``unknowns``: the numbers of those in the question. ``by_clock``: another machine might have had one."""

    def __init__(self, unknowns: Sequence[int], by_clock: bool) -> None:
        super().__init__(f"no answer about {len(unknowns)} unknowns")
        self.unknowns = list(unknowns)
        self.by_clock = by_clock


def open_parts(known: Knowledge, narrowed: Narrowed) -> list[tuple[list[int], list[int]]]:
    """(unknowns, rows) of what narrowing left open and the true numbers do not answer, each part by itself: rows hang together through unknowns of which more than one value is left."""

    def ends(which: int) -> tuple[int | None, int | None]:
        return narrowed.least.get(which, known.least[which]), narrowed.most.get(which, known.most[which])

    belongs: dict[int, int] = {}

    def head(which: int) -> int:
        while belongs[which] != which:
            belongs[which] = belongs[belongs[which]]
            which = belongs[which]
        return which

    wrong: set[int] = set()
    rows_by: dict[int, int] = {}
    for number in narrowed.rows:
        row = known.rows[number]
        total, free = 0, []
        for which, factor in zip(row.at, row.by, strict=True):
            least, most = ends(which)
            if least is not None and least == most:
                total += factor * least
                continue
            free.append(which)
            belongs.setdefault(which, which)
            value = known.truth[which]
            total += factor * value
            if (least is not None and value < least) or (most is not None and value > most):
                wrong.add(which)
        if not free:
            continue  # narrowing has looked at it
        for other in free[1:]:
            one, two = head(free[0]), head(other)
            belongs[max(one, two)] = min(one, two)
        rows_by[number] = free[0]
        if (row.low is not None and total < row.low) or (row.high is not None and total > row.high):
            wrong.add(free[0])
    heads = {head(which) for which in wrong}
    parts: dict[int, tuple[list[int], list[int]]] = {which: ([], []) for which in sorted(heads)}
    for which in belongs:
        if head(which) in parts:
            parts[head(which)][0].append(which)
    for number, which in rows_by.items():
        if head(which) in parts:
            parts[head(which)][1].append(number)
    return list(parts.values())


@dataclass(frozen=True)
class Solved:
    """``numbers``: by unknown, to be put into the rows; None: there are none. ``sure``: whether that is believed."""

    numbers: dict[int, int] | None
    sure: bool = True


def solve(known: Knowledge, narrowed: Narrowed, unknowns: list[int], rows: list[int]) -> Solved:
    """Whole numbers for these unknowns that satisfy these rows with all others fixed, as the solver sees it. Raises NotFoundOut."""
    import numpy
    from scipy.optimize import Bounds, LinearConstraint, linprog, milp
    from scipy.sparse import csr_array

    column = {which: place for place, which in enumerate(unknowns)}
    infinite = numpy.inf
    data, across, starts, lows, highs = [], [], [0], [], []
    for number in rows:
        row = known.rows[number]
        fixed, scale = 0, 1
        for which, factor in zip(row.at, row.by, strict=True):
            if which in column:
                scale = max(scale, abs(factor))
            else:
                fixed += factor * (narrowed.least.get(which, known.least[which]) or 0)  # one value is left
        for which, factor in zip(row.at, row.by, strict=True):
            if which in column:
                data.append(factor / scale)
                across.append(column[which])
        starts.append(len(data))
        lows.append(-infinite if row.low is None else (row.low - fixed) / scale)
        highs.append(infinite if row.high is None else (row.high - fixed) / scale)
    matrix = csr_array((numpy.array(data), numpy.array(across), numpy.array(starts)), shape=(len(rows), len(unknowns)))
    ends = [(narrowed.least.get(which, known.least[which]), narrowed.most.get(which, known.most[which])) for which in unknowns]
    believed = _small_enough(known, rows, ends)
    low = numpy.array([-infinite if least is None else least for least, _ in ends], dtype=numpy.float64)
    high = numpy.array([infinite if most is None else most for _, most in ends], dtype=numpy.float64)
    nothing = numpy.zeros(len(unknowns))

    both, sides, _ = _at_most(matrix, lows, highs)
    wide = linprog(
        nothing,
        A_ub=both,
        b_ub=sides if both is not None else None,
        bounds=numpy.column_stack([low, high]),
        method="highs",
        options={"time_limit": SECONDS},
    )
    if wide.status == 1:
        raise NotFoundOut(unknowns, True)
    if wide.status == 2:
        return Solved(None, believed)
    if wide.x is not None:
        found = {which: round(value) for which, value in zip(unknowns, wide.x.tolist(), strict=True)}
        if _good(known, narrowed, found, rows):
            return Solved(found)
    answer = milp(
        nothing,
        constraints=LinearConstraint(matrix, numpy.array(lows), numpy.array(highs)),
        bounds=Bounds(low, high),
        integrality=numpy.ones(len(unknowns)),
        options={"time_limit": SECONDS, "node_limit": NODES},
    )
    if answer.status == 1 or "limit reached" in str(answer.message):  # the limit of nodes has no status of its own
        raise NotFoundOut(unknowns, answer.status == 1)
    if answer.x is None:
        return Solved(None, believed and answer.status == 2)
    return Solved({which: round(value) for which, value in zip(unknowns, answer.x.tolist(), strict=True)})


def _at_most(matrix: Any, lows: Sequence[float], highs: Sequence[float]) -> tuple[Any, Any, list[int]]:
    """Rows between two bounds as rows with an upper bound alone (None where there are none), those bounds, and which row each is of."""
    import numpy
    from scipy.sparse import vstack

    upper = [place for place, value in enumerate(highs) if value < numpy.inf]
    lower = [place for place, value in enumerate(lows) if value > -numpy.inf]
    sides = numpy.array([highs[place] for place in upper] + [-lows[place] for place in lower])
    return vstack([matrix[upper], -matrix[lower]]) if upper or lower else None, sides, upper + lower


def _good(known: Knowledge, narrowed: Narrowed, numbers: Mapping[int, int], rows: Sequence[int]) -> bool:
    """Whether numbers keep these rows, and are within their bounds. Exact."""
    for which, value in numbers.items():
        least, most = narrowed.least.get(which, known.least[which]), narrowed.most.get(which, known.most[which])
        if (least is not None and value < least) or (most is not None and value > most):
            return False
    for each in rows:
        row, total = known.rows[each], 0
        for which, factor in zip(row.at, row.by, strict=True):
            total += factor * (numbers[which] if which in numbers else narrowed.least.get(which, known.least[which]) or 0)
        if (row.low is not None and total < row.low) or (row.high is not None and total > row.high):
            return False
    return True


def contradicting(known: Knowledge, at: int, low: int | None, high: int | None, rows: Sequence[int]) -> list[int]:
    """Rows that leave nothing to unknown ``at`` between ``low`` and ``high``, as the solver sees it without whole numbers: those that have a price (Farkas) where each row may be broken at a cost.
    Empty: it sees none. A hint where to look, and no proof."""
    import numpy
    from scipy.optimize import linprog
    from scipy.sparse import csr_array, eye_array, hstack

    column = {which: place for place, which in enumerate(dict.fromkeys([at, *(which for each in rows for which in known.rows[each].at)]))}
    data, across, starts, lows, highs = [], [], [0], [], []
    for each in rows:
        row = known.rows[each]
        scale = max(abs(factor) for factor in row.by)
        data += [factor / scale for factor in row.by]
        across += [column[which] for which in row.at]
        starts.append(len(data))
        lows.append(-numpy.inf if row.low is None else row.low / scale)
        highs.append(numpy.inf if row.high is None else row.high / scale)
    matrix = csr_array((numpy.array(data), numpy.array(across), numpy.array(starts)), shape=(len(rows), len(column)))
    both, sides, of_row = _at_most(matrix, lows, highs)
    if both is None:
        return []
    ends: list[tuple[float | None, float | None]] = [(known.least[which], known.most[which]) for which in column]
    least, most = ends[0]
    ends[0] = (
        low if least is None or (low is not None and low > least) else least,
        high if most is None or (high is not None and high < most) else most,
    )
    broken = eye_array(both.shape[0], format="csr")
    cost = numpy.concatenate([numpy.zeros(len(column)), numpy.ones(both.shape[0])])
    answer = linprog(
        cost,
        A_ub=hstack([both, -broken], format="csr"),
        b_ub=sides,
        bounds=[*ends, *((0, None) for _ in of_row)],
        method="highs",
        options={"time_limit": SECONDS},
    )
    if answer.status != 0 or answer.fun <= PRICED:
        return []
    prices = answer.ineqlin.marginals.tolist()
    return sorted({rows[of_row[place]] for place, price in enumerate(prices) if abs(price) > PRICED})


def _small_enough(known: Knowledge, rows: Sequence[int], ends: Sequence[tuple[int | None, int | None]]) -> bool:
    """Whether a solver that finds nothing is believed."""
    numbers = [number for each in rows for number in (*known.rows[each].by, known.rows[each].low or 0, known.rows[each].high or 0)]
    numbers += [end or 0 for pair in ends for end in pair]
    return max(abs(number) for number in numbers) <= TRUSTED
