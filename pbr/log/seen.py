"""By when a witness had seen an entry: its own time is the word of who signed it and of the log, until somebody else has looked."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

DAY: Final = 86_400  # seconds between an entry's own time and a witness's look, from which on its time is the log's own word alone


@dataclass(frozen=True)
class Seen:
    """``steps``: sizes of the log, rising, each with the earliest time (seconds since 1970) at which a witness had seen at least so many entries."""

    steps: tuple[tuple[int, int], ...] = ()

    @classmethod
    def of(cls, times: Iterable[tuple[int, int]]) -> Seen:
        """From cosignatures that hold, as (size, time); a time of 0 says nothing."""
        steps: list[tuple[int, int]] = []
        for size, time in sorted(((size, time) for size, time in times if time and size), key=lambda one: (-one[0], one[1])):
            if not steps or time < steps[-1][1]:
                steps.append((size, time))
        return cls(tuple(reversed(steps)))

    def at(self, number: int) -> int | None:
        """When a witness had seen entry ``number`` at the latest; None where none has."""
        place = bisect_right(self.steps, number, key=lambda step: step[0])
        return self.steps[place][1] if place < len(self.steps) else None

    def is_late(self, number: int, own: int) -> bool:
        """Whether that is more than a day after ``own``, the entry's own time."""
        time = self.at(number)
        return time is not None and time - own > DAY

    def late(self, own: Sequence[int | None]) -> Iterator[int]:
        """The entries whose own times, given in their order, are more than a day before a witness saw them."""
        return (number for number, time in enumerate(own) if time is not None and self.is_late(number, time))
