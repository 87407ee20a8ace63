"""Cells of rows as the machine reads them: accepted rows, and over them what a worked example gives."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from pbr.engine.record.demand import NotGiven
from pbr.engine.record.rows import CONTRACT, Key, Row, Rows, key_from_text, text_key
from pbr.plan.plan import Group, Plan, Table
from pbr.problem import refuse
from pbr.values.value import KNOWN, Value

Given = Mapping[str, Mapping[tuple[str, ...], Value]]


class Store:
    """Rows by key. ``given`` is None for a full run. Under given, every key that is mentioned for a table's column, or for an item of a
    table's grain, has a row; ``made`` holds those that no accepted row stands for. Raises Refused (PBR524) for a key that cannot be."""

    def __init__(self, plan: Plan, rows: Rows, given: Given | None) -> None:
        self.plan = plan
        self.rows = rows
        self.given = given
        self.tables: dict[str, Table] = {table.name: table for table in plan.every_table}
        self.groups: dict[str, dict[Key, Group]] = {c.name: {g.key: g for g in c.groups} for c in plan.cohorts if c.parts}
        self.by_key: dict[str, dict[Key, Row]] = {name: {row.key: row for row in rows.tables.get(name, ())} for name in self.tables}
        self.made: dict[str, set[Key]] = {name: set() for name in self.tables}
        for name, values in (given or {}).items():
            grain = self._grain_of(name)
            for texts in values:
                if grain in self.tables:
                    self._make(self.tables[grain], texts)
                elif texts not in self.keys_of(grain):
                    says = f"{name} is given for {' | '.join(texts) or 'the contract'}, which is no row of {grain}."
                    shown = ", ".join(" | ".join(text_key(key)) for key in self.keys_of(grain)[:5])
                    raise refuse("PBR524", says, f"Rows of {grain} begin with: {shown}." if shown else "")

    def _grain_of(self, name: str) -> str:
        """The grain of a named item, of "table.column", or of a table named for its keys alone. Raises KeyError for any other name."""
        table = name.partition(".")[0]
        return table if table in self.tables else self.plan.step(name).grain

    def _make(self, table: Table, texts: tuple[str, ...]) -> None:
        key = key_from_text(table, texts)
        if key not in self.by_key[table.name]:
            parts = zip(table.key, key, strict=True)
            self.by_key[table.name][key] = Row(key, 0, {name: Value.known(part) for name, part in parts})
            self.made[table.name].add(key)

    def is_made(self, grain: str, key: Key) -> bool:
        return key in self.made.get(grain, ())

    def given_value(self, name: str, key: Key) -> Value | None:
        return self.given.get(name, {}).get(text_key(key)) if self.given else None

    def cell(self, table: str, key: Key, column: str) -> Value:
        """The cell of a data table, of a table of groups, or of the contract. Raises NotGiven."""
        if self.given and (value := self.given_value(f"{table}.{column}", key)) is not None:
            return value
        if table == CONTRACT:
            return Value.known(date.fromisoformat({"first_day": self.plan.first_day, "last_day": self.plan.last_day}[column]))
        if table in self.groups:
            group = self.groups[table][key]
            if column in ("first_day", "last_day"):
                return Value.known(date.fromisoformat(group.first_day if column == "first_day" else group.last_day))
            return Value.known(group.key[self.plan.cohort(table).parts.index(column)])
        row = self.by_key[table].get(key)
        if row is not None and column in row.values:
            return row.values[column]
        if self.given is None:
            raise KeyError(f"{table} has no row {key} with a column {column}")
        raise NotGiven(f"{table}.{column}", text_key(key))

    def raw(self, table: str, key: Key, columns: tuple[str, ...]) -> Key | None:
        """The plain values of some columns of a row, for finding rows by them; None when one of them has no value."""
        values = [self.cell(table, key, column) for column in columns]
        return tuple(value.low for value in values) if all(value.state == KNOWN for value in values) else None

    def parent_key(self, table: str, key: Key) -> Key:
        """The key of the parent of a row. Links are never blank in an accepted row."""
        link = self.tables[table].parent
        if link is None:
            raise KeyError(f"{table} belongs to no table")
        raw = self.raw(table, key, link.columns)
        if raw is None:
            raise ValueError(f"row {key} of {table} has a blank link to {link.table}")
        parent = self.tables[link.table]
        if link.onto in ((), parent.key):
            return raw
        named = dict(zip(link.onto, raw, strict=True))
        return tuple(named[column] for column in parent.key)

    def keys_of(self, grain: str) -> list[Any]:
        """Keys of every row of a grain, in order: for a data table the accepted ones, rejected by a check or not."""
        if grain == CONTRACT:
            return [()]
        return sorted(self.groups[grain] if grain in self.groups else self.by_key[grain])
