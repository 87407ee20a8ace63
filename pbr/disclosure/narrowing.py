"""Bounds that follow from bounds: what one row leaves to an unknown when the others are as far out as they can be. Exact, in whole numbers.

Where it ends in a contradiction, that is a proof that a value is impossible, and the rows it went through say why: the cells among them are those of which one must be withheld.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pbr.disclosure.knowledge import Knowledge, Row

VISITS = 40  # of each row, before narrowing stops: bounds that creep are left to the solver


@dataclass
class Narrowed:
    """``impossible``: a contradiction was reached, and ``through``: by which rows. Otherwise the bounds: of those unknowns that have others than at the start."""

    impossible: bool = False
    through: list[int] = field(default_factory=list)
    least: dict[int, int] = field(default_factory=dict)
    most: dict[int, int] = field(default_factory=dict)
    rows: list[int] = field(default_factory=list)


def reached(known: Knowledge, at: int, active: Sequence[int], most: int | None = None) -> list[int]:
    """The active rows that hang together with an unknown, the nearest first; ``most``: about so many of them."""
    rows: dict[int, None] = {}
    seen = {at}
    queue = deque([at])
    while queue and (most is None or len(rows) < most):
        for number, _ in known.rows_of[queue.popleft()]:
            if active[number] and number not in rows:
                rows[number] = None
                for other in known.rows[number].at:
                    if other not in seen:
                        seen.add(other)
                        queue.append(other)
    return list(rows)


def narrow(known: Knowledge, at: int, low: int | None, high: int | None, active: Sequence[int], nearest: int | None = None) -> Narrowed:
    """Everything that follows, row by row, from unknown ``at`` between ``low`` and ``high``. ``nearest``: from about so many of the rows, those next to it; a contradiction of some is one of all."""
    found = Narrowed()
    events: list[tuple[int, tuple[int, ...]]] = []  # the row, and the events it rests on
    why_least: dict[int, int] = {}
    why_most: dict[int, int] = {}
    found.rows = reached(known, at, active, nearest)
    taken = set(found.rows) if nearest is not None else ()
    least = {which: known.least[which] for number in found.rows for which in known.rows[number].at}
    most = {which: known.most[which] for which in least}
    least[at], most[at] = known.least[at], known.most[at]

    def contradiction(rests_on: list[int], row: int) -> Narrowed:
        rows = {row: None} if row >= 0 else {}
        seen: set[int] = set()
        while rests_on:
            event = rests_on.pop()
            if event not in seen:
                seen.add(event)
                number, before = events[event]
                rows[number] = None
                rests_on += before
        return Narrowed(True, list(rows), rows=found.rows)

    first, last = least[at], most[at]
    if low is not None and (first is None or low > first):
        found.least[at] = least[at] = first = low
    if high is not None and (last is None or high < last):
        found.most[at] = most[at] = last = high
    if first is not None and last is not None and first > last:
        return contradiction([], -1)

    queue = deque(found.rows)
    waiting = set(queue)
    visits: dict[int, int] = {}
    while queue:
        number = queue.popleft()
        waiting.discard(number)
        visits[number] = visits.get(number, 0) + 1
        if visits[number] > VISITS:
            continue
        row = known.rows[number]
        for side in (1, -1):
            # side 1: the sum is at most high, so each term at most what the others leave at their least; side -1: the same of the row turned round
            limit = row.high if side == 1 else None if row.low is None else -row.low
            if limit is None:
                continue
            left, open_ended = limit, -1  # what the others leave; the only term without an end
            for place, (which, factor) in enumerate(zip(row.at, row.by, strict=True)):
                end = least[which] if factor * side > 0 else most[which]
                if end is not None:
                    left -= factor * side * end
                elif open_ended >= 0:
                    break
                else:
                    open_ended = place
            else:
                if open_ended < 0 and left < 0:
                    return contradiction(_because(row, side, -1, why_least, why_most), number)
                for place in range(len(row.at)) if open_ended < 0 else (open_ended,):
                    which, factor = row.at[place], row.by[place] * side
                    if factor > 0:
                        new, old = (least[which] or 0) + left // factor, most[which]
                        if old is not None and new >= old:
                            continue
                    else:
                        new, old = (most[which] or 0) - left // -factor, least[which]
                        if old is not None and new <= old:
                            continue
                    events.append((number, tuple(_because(row, side, place, why_least, why_most))))
                    if factor > 0:
                        found.most[which] = most[which] = new
                        why_most[which] = len(events) - 1
                    else:
                        found.least[which] = least[which] = new
                        why_least[which] = len(events) - 1
                    bottom, top = least[which], most[which]
                    if bottom is not None and top is not None and bottom > top:
                        both = [why_least.get(which), why_most.get(which)]
                        return contradiction([event for event in both if event is not None], -1)
                    for other, _ in known.rows_of[which]:
                        if other not in waiting and (active[other] if nearest is None else other in taken):
                            waiting.add(other)
                            queue.append(other)
    return found


def _because(row: Row, side: int, but: int, why_least: Mapping[int, int], why_most: Mapping[int, int]) -> list[int]:
    """The events that the ends of a row's terms rest on, of all but one."""
    reasons = [
        (why_least if factor * side > 0 else why_most).get(which)
        for place, (which, factor) in enumerate(zip(row.at, row.by, strict=True))
        if place != but
    ]
    return [reason for reason in reasons if reason is not None]
