"""Milestones after checks: what is out of order once rows have left, rule by rule of a table.

Only rules ``out of order`` that reject are looked at again. Rows that ``repeated`` or ``charged_once_per`` let pass were unlike all others when
there were more of them; that some have left makes none of them alike.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from pbr.engine.record.rows import Key
from pbr.engine.record.store import Store
from pbr.plan.plan import RowRule


class Reached(NamedTuple):
    """``whose`` reached the milestone ``place`` (0: the first) on ``day``, as row ``key`` says."""

    key: Key
    whose: Key
    place: int
    day: date


class Order:
    """The rejecting rules between milestones of one table, over its accepted rows ``keys``."""

    def __init__(self, store: Store, table: str, keys: Collection[Key]) -> None:
        rules = [rule for rule in store.tables[table].rules if rule.kind == "out of order" and rule.severity == "reject"]
        self._reached = [(rule, _reached(store, table, rule, keys)) for rule in rules]

    def __bool__(self) -> bool:
        return bool(self._reached)

    def without(self, gone: set[Key]) -> set[Key]:
        """``gone`` and every row that leaves because of it. A row that leaves takes support from the next, so it is asked until nothing changes."""
        gone = set(gone)
        while True:
            more = {key for key, _ in self.broken(gone)} - gone
            if not more:
                return gone
            gone |= more

    def broken(self, gone: set[Key]) -> list[tuple[Key, RowRule]]:
        """The rows that are out of order when ``gone`` have left, these included, each with the rule that says so."""
        return [(one.key, rule) for rule, rows in self._reached for one in _unsupported(rows, gone)]


def _reached(store: Store, table: str, rule: RowRule, keys: Collection[Key]) -> list[Reached]:
    """Rows at a milestone of the list. With a blank among what the rule reads a row is not asked, and supports nothing."""
    out = []
    for key in keys:
        raw = store.raw(table, key, (*rule.columns, rule.milestone, rule.day))
        if raw is not None and raw[-2] in rule.codes:
            out.append(Reached(key, raw[:-2], rule.codes.index(raw[-2]), raw[-1]))
    return out


def _unsupported(rows: list[Reached], gone: set[Key]) -> list[Reached]:
    days: dict[tuple[Key, int], list[date]] = {}
    for one in rows:
        if one.key not in gone:
            days.setdefault((one.whose, one.place), []).append(one.day)
    return [one for one in rows if one.place and not any(day <= one.day for day in days.get((one.whose, one.place - 1), ()))]
