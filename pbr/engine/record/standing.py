"""Which accepted rows stand: checks reject rows, and the children of rejected rows go with them, and the milestones they stood for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from pbr.engine.record.order import Order
from pbr.engine.record.rows import Key, link_columns
from pbr.engine.record.store import Store
from pbr.plan.plan import Link, Step
from pbr.values.value import Value

Evaluate = Callable[[str, Key], Value]


class Standing:
    """Worked out per table when first asked, parents first. ``evaluate``: the value of a check step at a row."""

    def __init__(self, store: Store, evaluate: Evaluate) -> None:
        self._store = store
        self._evaluate = evaluate
        self._checks: dict[str, list[Step]] = {}
        for step in store.plan.steps:
            if step.kind == "check":
                self._checks.setdefault(step.grain, []).append(step)
        self._keys: dict[str, list[Key]] = {}
        self._kept: dict[str, set[Key]] = {}
        self._rejected: dict[str, list[Mapping[str, Any]]] = {}
        self._found: dict[str, list[tuple[str, int, str]]] = {}
        self._out_of_order: dict[str, list[tuple[str, int, str]]] = {}
        self._by_columns: dict[tuple[str, tuple[str, ...]], Counter[Key | None]] = {}
        self._under_way: set[str] = set()

    def keys(self, table: str) -> list[Key]:
        """Keys of the standing rows, in order."""
        if table not in self._keys:
            self._work_out(table)
        return self._keys[table]

    def stands(self, table: str, key: Key) -> bool:
        self.keys(table)
        return key in self._kept[table]

    def found(self, table: str) -> list[tuple[str, int, str]]:
        """(table, row number, check step) for each check that rejects a row of the table."""
        self.keys(table)
        return self._found[table]

    def out_of_order(self, table: str) -> list[tuple[str, int, str]]:
        """(table, row number, code) for each rule between milestones that a row breaks once checks have taken rows away."""
        self.keys(table)
        return self._out_of_order[table]

    def rejected(self, table: str) -> list[Mapping[str, Any]]:
        """All rejected rows of a table by their link columns: those of reading, of checks, and orphans that checks made."""
        self.keys(table)
        return self._rejected[table]

    def rejected_under(self, link: Link, onto: Key | None) -> int:
        """R before "leave out": the rejected rows that might belong to a row whose key (or onto columns) are ``onto``."""
        if link.kind in ("groups", "inside", "earlier") or self._store.plan.made_table(link.table) is not None:
            return 0
        if link.kind in ("all", "group"):
            return len(self.rejected(link.table))
        place = (link.table, link.columns)
        if place not in self._by_columns:
            links = (tuple(row.get(column) for column in link.columns) for row in self.rejected(link.table))
            self._by_columns[place] = Counter(None if None in values else values for values in links)
        counted = self._by_columns[place]
        # a row whose link cannot be read might belong to anybody
        return counted[None] + (counted[onto] if onto is not None else 0)

    def _work_out(self, table: str) -> None:
        if table in self._under_way:
            raise ValueError(f"a check of {table} depends on which rows of {table} stand")
        self._under_way.add(table)
        store, parent = self._store, self._store.tables[table].parent
        rejected = list(store.rows.rejected.get(table, ()))
        found: list[tuple[str, int, str]] = []
        # a row that a worked example gave stands, and is asked nothing
        accepted = [key for key in store.keys_of(table) if not store.is_made(table, key)]
        gone: set[Key] = set()
        for key in accepted:
            orphan = parent is not None and not self.stands(parent.table, store.parent_key(table, key))
            failed = [] if orphan else [step for step in self._checks.get(table, ()) if self._rejects(step, key)]
            found += [(table, store.by_key[table][key].number, step.name) for step in failed]
            if orphan or failed:
                gone.add(key)
        broken: list[tuple[str, int, str]] = []
        # when nothing left, what was in order still is
        if gone and (order := Order(store, table, accepted)):
            gone = order.without(gone)
            broken = [(table, store.by_key[table][key].number, rule.code) for key, rule in order.broken(gone)]
        columns = link_columns(store.tables[table])
        rejected += [{column: store.cell(table, key, column).low for column in columns} for key in accepted if key in gone]
        kept = [key for key in store.keys_of(table) if key not in gone]
        self._under_way.discard(table)
        self._keys[table], self._kept[table] = kept, set(kept)
        self._rejected[table], self._found[table], self._out_of_order[table] = rejected, found, broken

    def _rejects(self, step: Step, key: Key) -> bool:
        return self._evaluate(step.name, key) == Value.known(True)
