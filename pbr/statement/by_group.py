"""A trail over tables in memory: what is asked of one group's rows is answered for all groups by one query, and kept.

Who reads an assessment to publish it asks the same of each quarter, each provider and each group of people. Of so small a question most of the time is planning it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from operator import ge, le, lt
from typing import Any, Final

from pbr.platform.sqltext import quote_name as quote
from pbr.statement.spread import KeptSpread, Spread
from pbr.statement.stored import FEW, Row, Trail

Keys = tuple[str, ...]
DAYS: Final = {  # how reached.py asks for groups that lie inside another, or before it
    f'"{column}" {sign} CAST(? AS DATE)': (column, holds)
    for column in ("first_day", "last_day")
    for sign, holds in (("<", lt), ("<=", le), (">=", ge))
}


@dataclass
class ByGroup(Trail):
    """``near``: the relations that are tables in memory. Of any other each question is asked as it is."""

    near: frozenset[str] = frozenset()
    counted: dict[Any, Mapping[Keys, tuple[int, ...]]] = field(default_factory=dict)  # by question, and by the values of its keys
    spreads: dict[Any, Mapping[Keys, dict[str, int]]] = field(default_factory=dict)
    read: dict[Any, Mapping[Keys, list[Row]]] = field(default_factory=dict)

    def how_many(self, grain: str, where: Sequence[str] = (), values: Sequence[Any] = ()) -> int:
        return self.how_many_each(grain, ("true",), where, values)[0] if self.columns(grain) else 0

    def how_many_each(self, grain: str, tests: Sequence[str], where: Sequence[str] = (), values: Sequence[Any] = ()) -> tuple[int, ...]:
        asked = self._apart(grain, where, values)
        if asked is None:
            return super().how_many_each(grain, tests, where, values)
        question = (grain, tuple(tests), *asked)
        if question not in self.counted:
            found = self._of_each(grain, [f"count(*) FILTER ({test})" for test in tests], *asked)
            self.counted[question] = {key: tuple(map(int, counts[0])) for key, counts in found.items()}
        return self.counted[question].get(tuple(values), (0,) * len(tests))

    def spread(self, grain: str, column: str, where: Sequence[str] = (), values: Sequence[Any] = ()) -> Spread:
        asked = self._apart(grain, where, values)
        if asked is None:
            return super().spread(grain, column, where, values)
        question = (grain, column, *asked)
        if question not in self.spreads:
            found = self._of_each(grain, [f"CAST({column} AS VARCHAR)", "count(*)"], *asked)
            self.spreads[question] = {key: {text: int(number) for text, number in each} for key, each in found.items()}
        return KeptSpread(self.spreads[question].get(tuple(values), {}))

    def row(self, grain: str, key: tuple[str, ...]) -> Row | None:
        if grain not in self.looked_up and self._few(grain):
            self.kept |= {(grain, row.key): row for row in self.rows(grain)}
            self.looked_up[grain] = True
        return super().row(grain, key)

    def rows(self, grain: str, where: Sequence[str] = (), values: Sequence[Any] = (), limit: int | None = None) -> list[Row]:
        days, others, left = self._days(where, values)
        asked = self._apart(grain, others, left) if self._few(grain) else None
        if asked is None:
            return super().rows(grain, where, values, limit)
        question = (grain, *asked)
        if question not in self.read:
            keys, rest = asked
            found: dict[Keys, list[Row]] = {}
            order = ", ".join(quote(name) for name in self.plan.key_of(grain))
            sql = f"SELECT {', '.join((*keys, '*'))} FROM {self.view(grain)}{_where(rest)}" + (f" ORDER BY {order}" if order else "")
            for cells in self.select(sql):
                found.setdefault(tuple(cells[: len(keys)]), []).append(self.as_row(grain, cells[len(keys) :]))
            self.read[question] = found
        rows = self.read[question].get(tuple(left), [])
        return [row for row in rows if all(_holds(row, test, day) for test, day in days)][:limit]

    def _days(self, where: Sequence[str], values: Sequence[Any]) -> tuple[list[tuple[str, date]], list[str], list[Any]]:
        """The conditions on the days of groups, each with its day, which stand before all others that have a value; the others; and their values."""
        days: list[tuple[str, date]] = []
        others = [test for test in where if test not in DAYS]
        first = [test for test in where if test in DAYS]
        if list(where[: len(first)]) != first or not all(isinstance(value, str) for value in values[: len(first)]):
            return [], list(where), list(values)
        days = [(test, date.fromisoformat(value)) for test, value in zip(first, values, strict=False)]
        return days, others, list(values[len(first) :])

    def _few(self, grain: str) -> bool:
        return f"trace_{grain}" in self.near and self.how_many(grain) <= FEW

    def _apart(self, grain: str, where: Sequence[str], values: Sequence[Any]) -> tuple[Keys, Keys] | None:
        """The columns that conditions compare with one value each, and the other conditions; None where it is not as plain as that, or where the rows are not in memory."""
        if f"trace_{grain}" not in self.near or not all(isinstance(value, str) for value in values):
            return None
        same = {f"CAST({quote(name)} AS VARCHAR) = ?": f"CAST({quote(name)} AS VARCHAR)" for name in self.columns(grain)}
        keys = tuple(same[test] for test in where if test in same)
        rest = tuple(test for test in where if test not in same)
        return (keys, rest) if len(keys) == len(values) else None

    def _of_each(self, grain: str, wanted: Sequence[str], keys: Keys, rest: Keys) -> dict[Keys, list[tuple[Any, ...]]]:
        """What is wanted, by the values of the keys."""
        found: dict[Keys, list[tuple[Any, ...]]] = {}
        for cells in self.select(f"SELECT {', '.join((*keys, *wanted))} FROM {self.view(grain)}{_where(rest)} GROUP BY ALL"):
            found.setdefault(tuple(cells[: len(keys)]), []).append(cells[len(keys) :])
        return found


def _where(tests: Sequence[str]) -> str:
    return f" WHERE {' AND '.join(tests)}" if tests else ""


def _holds(row: Row, test: str, day: date) -> bool:
    column, holds = DAYS[test]
    cell = row.cells[column]
    return cell is not None and bool(holds(cell, day))
