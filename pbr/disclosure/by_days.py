"""A change from one day to another, asked about by its two days: numbers with one value of the first day, and numbers with another of the second.

Mostly the days hang together through nothing but the change itself. Then what was found of one day serves for many changes, and the solver looks at one day at a time, where it is several times as quick as at two.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from pbr.disclosure.knowledge import Knowledge
from pbr.disclosure.looking import Choice, Looked
from pbr.disclosure.narrowing import LEAST, MOST, narrowing_of

TRIED: Final = 64  # values of the first day; of most more are impossible, and that is known from one question to the next
Ask = Callable[[int, Choice, bytearray], Looked]


def of_its_days(known: Knowledge, ask: Ask, at: int, value: int, active: bytearray) -> Looked | None:
    """Whether unknown ``at``, a change about which only whole numbers contradict each other, can have a value while the active rows hold. Numbers are given where they keep every row. That there are none is said where each
    value that the first day can have contradicts, or its fellow of the second does: more rows never make one possible. None: neither was found so. ``ask``: answers a question about one day. Raises NotFoundOut."""
    row = known.defines.get(at)
    if row is None or at not in known.only_whole or not active[row] or len(known.rows[row].at) != 3:
        return None
    factors = dict(zip(known.rows[row].at, known.rows[row].by, strict=True))
    own = factors.pop(at)
    (one, by), (other, by_other) = factors.items()
    if {abs(own), abs(by), abs(by_other)} != {1}:
        return None
    active[row] = False  # else the days would hang together through it
    try:
        narrowing = narrowing_of(known, active)
        low, high, true = narrowing.least[one], narrowing.most[one], known.truth[one]
        ends = narrowing.ends_through([(which, end) for which in (one, other) for end in (LEAST, MOST)])
        all_of_them = low is not None and high is not None and high - low <= TRIED
        first, last = (low, high) if low is not None and high is not None and all_of_them else (true - TRIED // 2, true + TRIED // 2)
        pairs = [(each, -by_other * (own * value + by * each)) for each in range(first, last + 1)]
        pairs = [(each, rest) for each, rest in pairs if narrowing.leaves(one, each) and narrowing.leaves(other, rest)]
        pairs.sort(key=lambda pair: (abs(pair[0] - true), pair[0]))
        proofs = []
        for each, rest in pairs:
            before = _valued(known, ask, one, each, active)
            after = _valued(known, ask, other, rest, active) if before.witness is not None else before
            if before.witness is None or after.witness is None:
                proofs.append(after)
                continue
            if any(before.witness.get(which, number) != number for which, number in after.witness.items()):
                continue
            numbers = {**before.witness, **after.witness, at: value}
            together = {which: number for which, number in numbers.items() if number != known.truth[which]}
            active[row] = True
            if known.keeps(together, active):
                return Looked(together)
            active[row] = False
    finally:
        active[row] = True
    if not all_of_them or len(proofs) < len(pairs):
        return None
    rows = tuple(dict.fromkeys([row, *ends, *(each for proof in proofs for each in proof.rows)]))
    through = rows if all(proof.through for proof in proofs) else ()
    return Looked(None, through, all(proof.sure for proof in proofs), rows, (value, value), True)


def _valued(known: Knowledge, ask: Ask, at: int, value: int, active: bytearray) -> Looked:
    return Looked({}) if value == known.truth[at] else ask(at, (value, value), active)
