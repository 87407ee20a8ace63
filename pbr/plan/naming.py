"""What a name means where it stands: the rows in scope, and the hops from one row to another."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pbr.language.types import Type
from pbr.plan.plan import Cohort, Link, Step, Table

CONTRACT = "contract"
Hop = tuple[str, ...]


@dataclass
class World:
    """All that names can mean. Filled by the builder in order: tables, parameters, cohorts, then steps as they are typed."""

    currency: str
    sign: str
    first_day: str
    last_day: str
    tables: dict[str, Table] = field(default_factory=dict)
    cohorts: dict[str, Cohort] = field(default_factory=dict)
    parameters: dict[str, Any] = field(default_factory=dict)
    steps: dict[str, Step] = field(default_factory=dict)
    declared: dict[str, str] = field(default_factory=dict)  # every named item of the contract -> its kind
    total: set[str] = field(default_factory=set)  # cohorts that every row of their table is in
    only: dict[str, frozenset[str]] = field(default_factory=dict)  # cohort -> leaves its `only` proves to exist
    needs: dict[str, list[Any]] = field(default_factory=dict)  # step -> the latest days it reads (plan.settling)
    reads: dict[str, frozenset[str]] = field(default_factory=dict)  # step -> every data table it reads, through other steps too
    nonnegative: set[str] = field(default_factory=set)  # numeric steps proved never negative (plan.signs)
    seen_early: set[str] = field(default_factory=set)  # outcomes whose yes may be seen before it is final

    def grains(self) -> set[str]:
        return {CONTRACT, *self.tables, *(c.name for c in self.cohorts.values() if c.groups)}

    def path(self, start: str, goal: str) -> tuple[Hop, ...] | None:
        """The shortest way from a row of ``start`` to one row of ``goal``: belongs_to, cohort groups, the contract."""
        seen: dict[str, tuple[Hop, ...]] = {start: ()}
        queue = [start]
        while queue:
            here = queue.pop(0)
            if here == goal:
                return seen[here]
            steps: list[tuple[Hop, str]] = []
            table = self.tables.get(here)
            if table is not None:
                if table.parent is not None:
                    steps.append((("parent", table.parent.table), table.parent.table))
                steps += [(("cohort", c.name), c.name) for c in self.cohorts.values() if c.of == here and c.groups]
            steps.append(((CONTRACT,), CONTRACT))
            for hop, there in steps:
                if there not in seen:
                    seen[there] = (*seen[here], hop)
                    queue.append(there)
        return None

    def link(self, grain: str, over: str) -> tuple[Link, str | None] | None:
        """How an aggregate at ``grain`` reaches the rows of ``over``: the link, and the subset cohort when ``over`` is one."""
        cohort = self.cohorts.get(over)
        if cohort is not None and cohort.groups:
            return (Link("groups", over), None) if grain == CONTRACT else None
        subset = cohort.name if cohort is not None else None
        name = cohort.of if cohort is not None else over
        table = self.tables.get(name)
        if table is None:
            return None
        if grain == CONTRACT:
            return Link("all", name), subset
        if table.parent is not None and table.parent.table == grain:
            return Link("children", name, table.parent.columns, table.parent.onto), subset
        if table.matched is not None and table.matched.table == grain:
            return Link("matched", name, table.matched.columns, table.matched.onto), subset
        grouping = self.cohorts.get(grain)
        if grouping is not None and grouping.of == name:
            return Link("group", name), subset
        return None

    def column_type(self, grain: str, name: str) -> Type | None:
        """The type of a column of a grain, or None: a data table's columns, a group's key parts and days."""
        table = self.tables.get(grain)
        if table is not None:
            return next((column.type for column in table.columns if column.name == name), None)
        cohort = self.cohorts.get(grain)
        if cohort is not None and cohort.groups:
            if name in ("first_day", "last_day"):
                return Type("date")
            if name in cohort.parts:
                return cohort.part_types[cohort.parts.index(name)]
        return None
