"""Which rows an aggregate reaches from a row: found through indexes that are made once, never by scanning a table for a row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from typing import Any

from pbr.engine.record.dates import add_days, add_months
from pbr.engine.record.demand import gather
from pbr.engine.record.rows import BLANK_UNKNOWN, Key, Row, text_of
from pbr.engine.record.standing import Standing
from pbr.engine.record.store import Store
from pbr.plan.plan import Cohort, Link, Made
from pbr.values.value import KNOWN, RANGE, Value

Need = Callable[[str, Key], Value]
NO, YES = Value.known(False), Value.known(True)


class Reach:
    """``need``: the value of a step at a row; it may raise Missing."""

    def __init__(self, store: Store, standing: Standing, need: Need) -> None:
        self._store = store
        self._standing = standing
        self._need = need
        self._cohorts = {cohort.name: cohort for cohort in store.plan.cohorts}
        self._by_columns: dict[tuple[str, tuple[str, ...]], dict[Key, list[Key]]] = {}
        self._made_keys: dict[str, list[Any]] = {}
        self._no_strangers: dict[str, list[Any]] = {}
        self._in_group: dict[str, dict[Key, list[Key]]] = {}
        self._by_parts: dict[tuple[str, tuple[str, ...]], dict[Key, list[Key]]] = {}

    def keys(self, grain: str) -> list[Any]:
        """Keys of the rows of a grain that stand, in order."""
        made = self._store.plan.made_table(grain)
        if made is not None:
            return self._made(made)
        return self._standing.keys(grain) if grain in self._store.tables else self._store.keys_of(grain)

    def _made(self, made: Made) -> list[Any]:
        """Keys of the rows of a table that the plan makes; they are kept in the store when they are first asked for."""
        name = made.table.name
        if name not in self._made_keys:
            parent = made.table.parent
            assert parent is not None
            parents = self.keys(parent.table)
            rows: list[Row] = []
            for key, value in zip(parents, gather(parents, lambda key: self._need(made.rows, key)), strict=True):
                if value.state in (KNOWN, RANGE):
                    rows += _steps(made, parent.columns, key, value)
            self._store.by_key[name] = {row.key: row for row in rows}
            self._made_keys[name] = sorted(self._store.by_key[name])
        return self._made_keys[name]

    def onto(self, link: Link, grain: str, key: Key) -> Key | None:
        """What the link's columns must equal: the row's key, or its ``onto`` columns; None when one of these has no value."""
        return self._store.raw(grain, key, link.onto) if link.kind == "matched" else key

    def rows(self, link: Link, grain: str, key: Key) -> list[Key]:
        """Keys of the rows of ``link.table`` reached from a row of ``grain``, in order."""
        if link.kind in ("all", "groups"):
            return self._known_to_other(link.table)
        if link.kind == "group":
            return self._members(grain).get(key, [])
        if link.kind == "inside":
            alike = self._alike(link.table, link.columns, grain, key)
            return [inner for inner in alike if self._holds_days(grain, key, link.table, inner)]
        if link.kind == "earlier":
            return [group for group in self._alike(grain, link.columns, grain, key) if self._is_earlier(grain, group, key, link.back)]
        onto = self.onto(link, grain, key)
        return [] if onto is None else self.index(link.table, link.columns).get(onto, [])

    def _known_to_other(self, name: str) -> list[Any]:
        """Keys of the rows of a table without its strangers: rows that match no standing row of the table it is matched_to."""
        if name not in self._no_strangers:
            table = self._store.tables.get(name)
            link = table.matched if table is not None else None
            self._no_strangers[name] = [key for key in self.keys(name) if link is None or self.matches(link, key, name)]
        return self._no_strangers[name]

    def matches(self, link: Link, key: Key, table: str) -> bool:
        """Whether a row of ``table`` finds a standing row through its matched_to link."""
        raw = self._store.raw(table, key, link.columns)
        return raw is not None and bool(self.index(link.table, link.onto).get(raw))

    def index(self, table: str, columns: tuple[str, ...]) -> dict[Key, list[Key]]:
        """Standing rows of a table by some of its columns."""
        if (table, columns) not in self._by_columns:
            found: dict[Key, list[Key]] = defaultdict(list)
            for key in self.keys(table):
                raw = self._store.raw(table, key, columns)
                if raw is not None:
                    found[raw].append(key)
            self._by_columns[table, columns] = found
        return self._by_columns[table, columns]

    def membership(self, name: str, table: str, key: Key) -> Value:
        """Whether a row is in a cohort: the row itself, or the ancestor that the cohort is of."""
        cohort = self._cohorts[name]
        while table != cohort.of:
            table, key = self._parent(table, key)
        return self._need(cohort.member, key)

    def group_of(self, name: str, table: str, key: Key) -> Key | None:
        """The group of a cohort that a row is in (perhaps in, where membership is unknown); None for no group."""
        cohort = self._cohorts[name]
        while table != cohort.of:
            table, key = self._parent(table, key)
        if self._need(cohort.member, key) == NO:
            return None
        return self._group_key(cohort, key)

    def hop(self, via: list[list[str]], table: str, key: Key) -> tuple[str, Key] | None:
        """The row that ``via`` leads to; None where a row is not surely in a group."""
        for kind, *names in via:
            if kind == "contract":
                table, key = "contract", ()
            elif kind == "parent":
                table, key = self._parent(table, key)
            elif kind == "inside":
                around, *parts = names
                alike = self._alike(around, tuple(parts), table, key)
                table, key = around, next(outer for outer in alike if self._holds_days(around, outer, table, key))
            else:
                # A row that is only perhaps in the group does not read the group's values: that it is not in it would take them away.
                group = self.group_of(names[0], table, key) if self.membership(names[0], table, key) == YES else None
                if group is None:
                    return None
                table, key = names[0], group
        return table, key

    def _alike(self, groups: str, parts: tuple[str, ...], grain: str, key: Key) -> list[Key]:
        """The groups of a cohort whose named parts equal those of a group of another, in order."""
        if (groups, parts) not in self._by_parts:
            index: dict[Key, list[Key]] = defaultdict(list)
            places = [self._cohorts[groups].parts.index(part) for part in parts]
            for group in self.keys(groups):
                index[tuple(group[place] for place in places)].append(group)
            self._by_parts[groups, parts] = index
        own = self._cohorts[grain].parts
        return self._by_parts[groups, parts].get(tuple(key[own.index(part)] for part in parts), [])

    def _holds_days(self, outer: str, outer_key: Key, inner: str, inner_key: Key) -> bool:
        """Whether every day of the inner group is a day of the outer one."""
        around, within = self._store.groups[outer][outer_key], self._store.groups[inner][inner_key]
        return date.fromisoformat(around.first_day) <= date.fromisoformat(within.first_day) and date.fromisoformat(
            within.last_day
        ) <= date.fromisoformat(around.last_day)

    def _is_earlier(self, cohort: str, group: Key, than: Key, back: tuple[str, ...]) -> bool:
        """Whether the last day of a group is before the first of another, and its first day no earlier than that less ``back``."""
        this, other = self._store.groups[cohort][group], self._store.groups[cohort][than]
        begins = date.fromisoformat(other.first_day)
        if not date.fromisoformat(this.last_day) < begins:
            return False
        if not back:
            return True
        unit, size = back[0], int(back[1])
        since = add_months(begins, -size) if unit == "months" else add_days(begins, -size)
        return since is None or date.fromisoformat(this.first_day) >= since

    def _parent(self, table: str, key: Key) -> tuple[str, Key]:
        link = self._store.tables[table].parent
        assert link is not None, f"{table} belongs to no table"
        return link.table, self._store.parent_key(table, key)

    def _members(self, name: str) -> dict[Key, list[Key]]:
        """Rows of each group of a cohort: members, and those whose membership is unknown."""
        if name not in self._in_group:
            of = self._cohorts[name].of
            keys = self._known_to_other(of)
            found: dict[Key, list[Key]] = defaultdict(list)
            for key, group in zip(keys, gather(keys, lambda key: self.group_of(name, of, key)), strict=True):
                if group is not None:
                    found[group].append(key)
            self._in_group[name] = found
        return self._in_group[name]

    def _group_key(self, cohort: Cohort, key: Key) -> Key | None:
        groups = self._store.groups[cohort.name]
        parts = [self._need(step, key) for step in cohort.keys]
        if any(part.state != KNOWN for part in parts):
            return None
        group = tuple(text_of(part.low) for part in parts)
        return group if group in groups else None


def _steps(made: Made, columns: tuple[str, ...], key: Key, value: Value) -> list[Row]:
    """The rows out of one row: as many as there may be, of which the first are surely there."""
    out = []
    for number, (first, last) in enumerate(value.high, 1):
        sure = number <= len(value.low)
        agreed = sure and value.low[number - 1] == (first, last)
        cells = dict(zip(columns, map(Value.known, key), strict=True))
        cells |= {"step_no": Value.known(number), "made": YES if sure else BLANK_UNKNOWN}
        cells |= {"first_day": Value.known(first) if agreed else BLANK_UNKNOWN, "last_day": Value.known(last) if agreed else BLANK_UNKNOWN}
        out.append(Row((*key, number), 0, cells))
    return out
