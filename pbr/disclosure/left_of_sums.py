"""What is left of one sum that is known exactly when another is taken away from it: of a total of three payments, when two of them are shown as well, the third.

Bounds alone do not see it, as each of the parts can be many things; fractions do, but not that what is left must be whole people at these prices. So such sums are formed once, in whole numbers, and stand among the rows
that bounds are narrowed by. One holds while the rows that it was formed of hold, and in a proof these stand in its place. It tells nothing new: whatever keeps those rows keeps it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import gcd
from typing import Final

from pbr.disclosure.knowledge import COMBINED, Knowledge, Row

WAYS: Final = 1_000  # of forming one, before no more are looked for
PARTS: Final = 4  # sums that are said by rows, of which one that is new is formed

LONGEST: Final = 5  # terms of one that has a row: narrowing sees little in longer ones, but others are left of them

Sum = tuple[tuple[tuple[int, int], ...], int]  # terms (unknown, factor), and what they come to


@dataclass
class LeftOfSums:
    """``sums``: each that rows say or that is left of two others. ``said_by``: of each, the rows that say it. ``ways``: (sum, and the two that it is left of). ``row_of``: of a sum that can be formed, its own row."""

    sums: list[Sum] = field(default_factory=list)
    number: dict[Sum, int] = field(default_factory=dict)
    said_by: list[list[int]] = field(default_factory=list)
    parts: list[frozenset[int]] = field(default_factory=list)
    ways: list[tuple[int, int, int]] = field(default_factory=list)
    row_of: dict[int, int] = field(default_factory=dict)
    with_unknown: dict[int, list[int]] = field(default_factory=dict)
    read: int = 0  # so many rows

    def take_up(self, known: Knowledge) -> None:
        """Forms what can be formed with the rows that have come since, and adds its rows. Those of words for a form are left alone, as they hold only at times."""
        waiting, words = [], set(known.defines.values())
        for number in range(self.read, len(known.rows)):
            row = known.rows[number]
            if row.low is not None and row.low == row.high and len(row.at) > 1 and number not in words:
                which, new = self._numbered(_as_sum(dict(zip(row.at, row.by, strict=True)), row.low))
                self.said_by[which].append(number)
                if new:
                    self.parts[which] = frozenset([which])
                    waiting.append(which)
        for one in waiting:  # which grows
            shared = Counter(other for at, _ in self.sums[one][0] for other in self.with_unknown.get(at, ()))
            for other, times in sorted(shared.items()):
                parts = self.parts[one] | self.parts[other]
                left = _left(self.sums[one], self.sums[other]) if times > 1 and len(parts) <= PARTS and len(self.ways) < WAYS else None
                if left is None:
                    continue
                which, new = self._numbered(left)
                self.ways.append((which, one, other))
                if which not in self.row_of and len(left[0]) <= LONGEST:
                    self.row_of[which] = _add(known, left)
                if new:
                    self.parts[which] = parts
                    waiting.append(which)
            for at, _ in self.sums[one][0]:
                self.with_unknown.setdefault(at, []).append(one)
        self.read = len(known.rows)

    def holding(self, active: Sequence[int]) -> dict[int, tuple[int, ...]]:
        """By row, of what is left of sums and is said by no row that holds: the rows that hold, and that it is formed of."""
        behind: dict[int, frozenset[int]] = {}
        for which in dict.fromkeys(each for way in self.ways for each in way):
            for row in self.said_by[which]:
                if active[row]:
                    behind[which] = frozenset([row])
                    break
        formed: dict[int, None] = {}
        again = True
        while again:  # as few rows as can be: they stand in proofs
            again = False
            for which, one, other in self.ways:
                if one in behind and other in behind:
                    rows = behind[one] | behind[other]
                    if which not in behind or len(rows) < len(behind[which]):
                        behind[which], formed[which], again = rows, None, True
        return {self.row_of[which]: tuple(sorted(behind[which])) for which in formed if which in self.row_of}

    def _numbered(self, one: Sum) -> tuple[int, bool]:
        """The number of a sum, and whether it is new."""
        known = self.number.get(one)
        if known is not None:
            return known, False
        self.number[one] = len(self.sums)
        self.sums.append(one)
        self.said_by.append([])
        self.parts.append(frozenset())
        return len(self.sums) - 1, True


def _as_sum(factors: Mapping[int, int], value: int) -> Sum:
    """The same sum is written in one way: common factors are taken out, the first factor is above 0."""
    common = gcd(*factors.values())
    first = min(factors)
    if factors[first] < 0:
        common = -common
    return tuple((which, factors[which] // common) for which in sorted(factors)), value // common


def _left(one: Sum, other: Sum) -> Sum | None:
    """One sum so many times less another so many times that all they share falls away, where that is all of one of them, or all but one unknown, and makes the longer of them shorter."""
    (terms, value), (terms_other, value_other) = one, other
    factors, others = dict(terms), dict(terms_other)
    shared = [which for which in factors if which in others]
    times, times_other = others[shared[0]], factors[shared[0]]
    if any(factors[which] * times != others[which] * times_other for which in shared):
        return None
    left = {which: factor * times for which, factor in terms if which not in others}
    left |= {which: -factor * times_other for which, factor in terms_other if which not in factors}
    if not left or len(shared) < min(len(terms), len(terms_other)) - 1 or len(left) >= max(len(terms), len(terms_other)):
        return None
    return _as_sum(left, value * times - value_other * times_other)


def _add(known: Knowledge, one: Sum) -> int:
    """A row that nothing but narrowing looks at, and its number."""
    terms, value = one
    at, by = tuple(which for which, _ in terms), tuple(factor for _, factor in terms)
    known.rows.append(Row(at, by, value, value, COMBINED))
    known.ends.append((value, value))
    known.at_truth.append(value)
    known.active.append(False)
    known.base.append(False)
    return len(known.rows) - 1
