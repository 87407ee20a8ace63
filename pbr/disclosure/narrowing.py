"""Bounds that follow from bounds: what one row leaves to an unknown when the others are as far out as they can be. Exact, in whole numbers.

What follows from all rows that hold is kept from one question to the next (``Narrowing``): a question only adds what follows from it, and that is taken back afterwards. Where it ends in a contradiction, that is a
proof that a value is impossible, and the rows it went through say why: the cells among them are those of which one must be withheld.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from pbr.disclosure.knowledge import Knowledge, Row
from pbr.disclosure.left_of_sums import LeftOfSums

VISITS: Final = 8  # of each row, before narrowing stops: bounds that creep are left to the solver
ASKED: Final = -1  # in place of a row or a side of one: the bound is part of the question
FULL: Final = 20_000  # events, before those that were let go of are cleared away
LEAST: Final = 0
MOST: Final = 1

Event = tuple[int, int, int, int]  # side of a row, unknown, end, bound
Side = tuple[int, tuple[tuple[int, int], ...]]  # the sum of terms (unknown, factor) is at most this


def reached(known: Knowledge, at: int, active: Sequence[int]) -> list[int]:
    """The active rows that hang together with an unknown, the nearest first."""
    rows: dict[int, None] = {}
    seen = {at}
    queue = deque([at])
    while queue:
        for number, _ in known.rows_of[queue.popleft()]:
            if active[number] and number not in rows:
                rows[number] = None
                for other in known.rows[number].at:
                    if other not in seen:
                        seen.add(other)
                        queue.append(other)
    return list(rows)


def narrowing_of(known: Knowledge, active: bytearray) -> Narrowing:
    """What follows from the active rows. It is kept with what is known, for the rows that hold now, for those that always hold, and for any others."""
    which = "now" if active is known.active else "always" if active is known.base else "other"
    kept = known.narrowings.get(which)
    if kept is None:
        kept = known.narrowings[which] = Narrowing(known)
    if known.only_whole:  # else fractions see what is left of sums as well
        if known.left_of_sums is None:
            known.left_of_sums = LeftOfSums()
        known.left_of_sums.take_up(known)
    kept.follow(active)
    return kept


@dataclass
class Narrowing:
    """``least``, ``most``: of each unknown, as far as follows. ``holds``: the rows that it follows from. The truth is always within, but while a question is asked.

    Each bound that followed is an event: by which side of a row (ASKED: none, it was asked), of which unknown, which end of it, and the bound. So what a question added can be taken back, what rests on a row can be let go of
    without the rest, and each bound can be explained. A row has two sides, 2 * row and 2 * row + 1: that its sum is at most ``high``, and that the sum turned round is at most ``-low``."""

    known: Knowledge
    followed: bytearray = field(default_factory=bytearray)  # the rows that held when they were last looked at
    holds: bytearray = field(default_factory=bytearray)  # those, and what is left of sums among them
    formed: dict[int, tuple[int, ...]] = field(default_factory=dict)  # of a row that is left of sums, and holds: those that it is formed of
    least: list[int | None] = field(default_factory=list)
    most: list[int | None] = field(default_factory=list)
    events: list[Event | None] = field(default_factory=list)  # None: let go of
    behind: dict[int, list[int]] = field(default_factory=dict)  # of an event that is kept, those that it rests on
    ahead: dict[int, list[int]] = field(default_factory=dict)  # and those that rest on it
    chains: tuple[list[list[int]], list[list[int]]] = field(
        default_factory=lambda: ([], [])
    )  # of each least and each most, its events, the newest last
    by_row: dict[int, list[int]] = field(default_factory=dict)  # events that are kept
    sides: list[Side | None] = field(default_factory=list)
    touched: tuple[list[list[int]], list[list[int]]] = field(
        default_factory=lambda: ([], [])
    )  # of each least and each most, the sides that it stands in
    about: int = -1  # the unknown of the question
    asked_at: int = -1  # how many events there were before the question; -1: none is asked

    def follow(self, active: bytearray) -> None:
        """Takes up the rows that hold now, and lets go of what followed from those that do not any more."""
        known, holds, sums = self.known, self.holds, self.known.left_of_sums
        if self.followed == active and len(self.least) == len(known.least) and len(self.sides) == 2 * len(known.rows):
            return
        for which in range(len(self.least), len(known.least)):
            self.least.append(known.least[which])
            self.most.append(known.most[which])
            self.chains[LEAST].append([])
            self.chains[MOST].append([])
            self.touched[LEAST].append([])
            self.touched[MOST].append([])
        for row in known.rows[len(self.sides) // 2 :]:
            self._take_up(row)
        holds += bytes(len(known.rows) - len(holds))
        self.followed[:] = active
        after = active + bytes(len(holds) - len(active))
        if sums is not None:
            self.formed = sums.holding(after)
            for number in self.formed:
                after[number] = True
        changed = _differences(holds, after)
        gone = [number for number in changed if holds[number]]
        new = [number for number in changed if not holds[number]]
        holds[:] = after
        again = self._let_go(gone)
        queue = dict.fromkeys(
            side for which in again for number, _ in known.rows_of[which] if holds[number] for side in (2 * number, 2 * number + 1)
        )
        if self.formed:
            queue |= dict.fromkeys(
                side for which in again for end in (LEAST, MOST) for side in self.touched[end][which] if holds[side >> 1]
            )
        if self._spread(queue | dict.fromkeys(side for number in new for side in (2 * number, 2 * number + 1))) is not None:
            raise ValueError(
                "what is known contradicts itself"
            )  # the truth satisfies it: a row that does not hold of the truth is not added

    def _let_go(self, rows: Iterable[int]) -> list[int]:
        """Bounds that rest on these rows are as they would be without; gives their unknowns."""
        events, waiting = self.events, [event for row in rows for event in self.by_row.pop(row, ())]
        looser: set[tuple[int, int]] = set()
        while waiting:
            number = waiting.pop()
            event = events[number]
            if event is not None:
                events[number] = None
                looser.add((event[1], event[2]))
                waiting += self.ahead.pop(number, ())
                self.behind.pop(number, None)
        for which, end in looser:
            chain = self.chains[end][which]
            chain[:] = [number for number in chain if events[number] is not None]
            self._loosen(which, end)
        if len(events) > FULL and sum(event is not None for event in events) * 2 < len(events):
            self._close_up()
        return sorted({which for which, _ in looser})

    def _close_up(self) -> None:
        """Numbers the events anew, without those that were let go of."""
        new = {number: place for place, number in enumerate(number for number, event in enumerate(self.events) if event is not None)}
        self.events = [event for event in self.events if event is not None]
        self.behind, self.ahead = (
            {new[number]: [new[other] for other in others if other in new] for number, others in kept.items() if number in new}
            for kept in (self.behind, self.ahead)
        )
        for chain in (*self.chains[LEAST], *self.chains[MOST]):
            chain[:] = [new[number] for number in chain]
        self.by_row = {row: kept for row, old in self.by_row.items() if (kept := [new[number] for number in old if number in new])}

    def _loosen(self, which: int, end: int) -> None:
        """The end of an unknown is what its newest event says."""
        chain = self.chains[end][which]
        event = self.events[chain[-1]] if chain else None
        if end == MOST:
            self.most[which] = event[3] if event else self.known.most[which]
        else:
            self.least[which] = event[3] if event else self.known.least[which]

    @contextmanager
    def asked(self, at: int, low: int | None, high: int | None) -> Iterator[list[int] | None]:
        """While unknown ``at`` is taken to be between ``low`` and ``high``. Gives the rows through which that is impossible (there are none where its own bounds say so), or None: then ``least`` and ``most`` are what follows."""
        first = self.asked_at = len(self.events)
        self.about = at
        try:
            yield self.also(at, low, high)
        finally:
            self.take_back(first)
            self.asked_at = -1

    def also(self, at: int, low: int | None, high: int | None) -> list[int] | None:
        """One more thing that is asked."""
        first, last = self.least[at], self.most[at]
        moved = False
        if low is not None and (first is None or low > first):
            self._bound(ASKED, at, LEAST, low)
            moved = True
        if high is not None and (last is None or high < last):
            self._bound(ASKED, at, MOST, high)
            moved = True
        first, last = self.least[at], self.most[at]
        if first is not None and last is not None and first > last:
            return self._because_of(at)
        sides = dict.fromkeys(side for end in (LEAST, MOST) for side in self.touched[end][at] if self.holds[side >> 1])
        return self._spread(sides) if moved else None

    def leaves(self, at: int, value: int) -> bool:
        """Whether a value is within an unknown's bounds."""
        least, most = self.least[at], self.most[at]
        return (least is None or value >= least) and (most is None or value <= most)

    def why(self, at: int, low: int | None, high: int | None) -> list[int]:
        """The rows through which an unknown's own bounds rule out what is between ``low`` and ``high``."""
        least = self.least[at]
        chain = self.chains[LEAST if high is not None and least is not None and least > high else MOST][at]
        return self._through(chain[-1:])

    def ends_through(self, ends: Iterable[tuple[int, int]]) -> list[int]:
        """The rows that these ends of unknowns follow through."""
        return self._through([number for which, end in ends for number in self.chains[end][which][-1:]])

    def changed(self) -> list[int]:
        """The unknowns that have other bounds than before the question."""
        return sorted({event[1] for event in self.events[self.asked_at :] if event is not None})

    def take_back(self, first: int) -> None:
        """Takes back the newest events, down to so many."""
        events, least, most, known = self.events, self.least, self.most, self.known
        of_least, of_most = self.chains
        while len(events) > first:
            event = events.pop()
            assert event is not None
            which = event[1]
            chain = (of_most if event[2] else of_least)[which]
            chain.pop()
            before = events[chain[-1]] if chain else None
            if event[2]:
                most[which] = before[3] if before else known.most[which]
            else:
                least[which] = before[3] if before else known.least[which]

    def _bound(self, side: int, which: int, end: int, bound: int) -> None:
        number = len(self.events)
        self.events.append((side, which, end, bound))
        if self.asked_at < 0:
            self.behind[number] = list(self._behind(self._terms(side), which, number))
            for other in self.behind[number]:
                self.ahead.setdefault(other, []).append(number)
            self.by_row.setdefault(side >> 1, []).append(number)
        self.chains[end][which].append(number)
        if end == MOST:
            self.most[which] = bound
        else:
            self.least[which] = bound

    def _spread(self, sides: Iterable[int]) -> list[int] | None:
        """Everything that follows, side by side, the nearest first. None, or the rows of a contradiction."""
        least, most, all_sides, holds, bound = self.least, self.most, self.sides, self.holds, self._bound
        of_least, of_most = self.touched
        least_of, most_of = self.chains
        asked, events = self.asked_at >= 0, self.events
        queue = deque(sides)
        waiting = set(queue)
        visits: dict[int, int] = {}
        while queue:
            number = queue.popleft()
            waiting.discard(number)
            side = all_sides[number]
            if side is None:
                continue
            times = visits[number] = visits.get(number, 0) + 1
            if times > VISITS:
                continue
            # the sum is at most ``left``, so each term at most what the others leave at their least
            left, terms = side
            alone = None  # the only term without an end
            for term in terms:
                which, factor = term
                end = least[which] if factor > 0 else most[which]
                if end is not None:
                    left -= factor * end
                elif alone is not None:
                    break
                else:
                    alone = term
            else:
                if alone is None and left < 0:
                    return self._through(list(self._behind(terms, -1, len(self.events))), number >> 1)
                for which, factor in terms if alone is None else (alone,):
                    first, last = least[which], most[which]
                    if factor > 0:
                        new = left // factor + (first or 0)
                        if last is not None and new >= last:
                            continue
                        if asked:  # as ``_bound`` does it, which is most of the work here
                            most_of[which].append(len(events))
                            events.append((number, which, MOST, new))
                            most[which] = new
                        else:
                            bound(number, which, MOST, new)
                        if first is not None and first > new:
                            return self._because_of(which)
                        also = of_most[which]
                    else:
                        new = (last or 0) - left // -factor
                        if first is not None and new <= first:
                            continue
                        if asked:
                            least_of[which].append(len(events))
                            events.append((number, which, LEAST, new))
                            least[which] = new
                        else:
                            bound(number, which, LEAST, new)
                        if last is not None and last < new:
                            return self._because_of(which)
                        also = of_least[which]
                    for other in also:
                        if holds[other >> 1] and other not in waiting:
                            waiting.add(other)
                            queue.append(other)
        return None

    def _behind(self, terms: Sequence[tuple[int, int]], but: int, before: int) -> Iterator[int]:
        """The events that the ends of a row's terms rested on before an event, of all unknowns but one."""
        for which, factor in terms:
            if which != but:
                for event in reversed(self.chains[LEAST if factor > 0 else MOST][which]):
                    if event < before:
                        yield event
                        break

    def _because_of(self, which: int) -> list[int]:
        """The rows through which the two ends of an unknown leave nothing."""
        return self._through([*self.chains[LEAST][which][-1:], *self.chains[MOST][which][-1:]])

    def _through(self, waiting: list[int], row: int = ASKED) -> list[int]:
        """The rows that a contradiction went through: its own, and those that its bounds followed by."""
        rows = {row: None} if row >= 0 else {}
        seen: set[int] = set()
        events, behind = self.events, self.behind
        while waiting:
            number = waiting.pop()
            if number in seen:
                continue
            seen.add(number)
            event = events[number]
            assert event is not None
            side = event[0]
            if side >= 0:
                rows[side >> 1] = None
                waiting += behind.get(number) or self._behind(self._terms(side), event[1], number)
        formed = self.formed
        if not formed:
            return list(rows)
        return list(dict.fromkeys(each for row in rows for each in formed.get(row, (row,))))

    def _terms(self, side: int) -> tuple[tuple[int, int], ...]:
        kept = self.sides[side]
        assert kept is not None  # a bound followed by it
        return kept[1]

    def _take_up(self, row: Row) -> None:
        """The two sides of one more row. An unknown's least stands in the side in which its factor is above 0, its most in the other."""
        for limit, sign in ((row.high, 1), (None if row.low is None else -row.low, -1)):
            for which, factor in zip(row.at, row.by, strict=True) if limit is not None else ():
                self.touched[LEAST if factor * sign > 0 else MOST][which].append(len(self.sides))
            self.sides.append(
                None if limit is None else (limit, tuple((which, factor * sign) for which, factor in zip(row.at, row.by, strict=True)))
            )


def _differences(one: bytearray, other: bytearray) -> list[int]:
    """Where two rows of 0 and 1 differ."""
    both = (int.from_bytes(one, "little") ^ int.from_bytes(other, "little")).to_bytes(len(one), "little")
    found, at = [], both.find(1)
    while at >= 0:
        found.append(at)
        at = both.find(1, at + 1)
    return found
