"""The different values of a stored column of whole numbers over some rows: how often each stands there, and what they come to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from pbr.statement.stored import Trail


class Spread(Protocol):
    def common(self, most: int) -> list[tuple[str, int]]:
        """Values as text and how often each is there, the most frequent first; of as frequent ones the first by its text. Not more than ``most`` of them."""
        ...

    def rows(self) -> int: ...

    def ends(self) -> tuple[int, int | None, int | None]:
        """The sum, and the least and the greatest value; None where there are no rows."""
        ...


@dataclass(frozen=True)
class AskedSpread:
    """Asked of the database, for rows that may be many. ``where``: an SQL condition."""

    trail: Trail
    view: str
    column: str
    where: str
    values: tuple[Any, ...]

    def common(self, most: int) -> list[tuple[str, int]]:
        grouped = f"SELECT CAST({self.column} AS VARCHAR), count(*) FROM {self.view}{self.where} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {most}"
        return [(text, int(number)) for text, number in self.trail.select(grouped, self.values)]

    def rows(self) -> int:
        return int(self.trail.select(f"SELECT count(*) FROM {self.view}{self.where}", self.values)[0][0])

    def ends(self) -> tuple[int, int | None, int | None]:
        texts = (f"CAST({made} AS VARCHAR)" for made in (f"coalesce(sum({self.column}), 0)", f"min({self.column})", f"max({self.column})"))
        whole, *ends = self.trail.select(f"SELECT {', '.join(texts)} FROM {self.view}{self.where}", self.values)[0]
        least, most = (None if end is None else int(end) for end in ends)
        return int(whole), least, most


@dataclass(frozen=True)
class KeptSpread:
    """``counts``: how often each value is there, by its text."""

    counts: Mapping[str, int]

    def common(self, most: int) -> list[tuple[str, int]]:
        return sorted(self.counts.items(), key=lambda one: (-one[1], one[0]))[:most]

    def rows(self) -> int:
        return sum(self.counts.values())

    def ends(self) -> tuple[int, int | None, int | None]:
        each = {int(text): number for text, number in self.counts.items()}
        return sum(value * number for value, number in each.items()), min(each, default=None), max(each, default=None)
