"""What a name means where it stands: the rows in scope, and the hops from one row to another."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pbr.language.types import Type
from pbr.plan.enclosing import Enclosed, enclosed
from pbr.plan.plan import Cohort, Link, Made, Step, Table

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
    within: dict[tuple[str, str], Enclosed | None] = field(default_factory=dict)  # inner and outer cohort -> how the groups lie

    made: dict[str, Made] = field(default_factory=dict)  # tables whose rows the plan makes; they are among ``tables``
    dated: bool = False  # a step of the statement asks for the day of each line
    finish: Any = None  # the builder's way to number a step that the compiler makes (``Builder.finish``)

    def grains(self) -> set[str]:
        return {CONTRACT, *self.tables, *(c.name for c in self.cohorts.values() if c.groups)}

    def ancestors(self, table: str) -> list[str]:
        """A table, its parent, the parent of that, and so on; nothing for a name that is no table."""
        out: list[str] = []
        while (found := self.tables.get(table)) is not None:
            out.append(table)
            table = found.parent.table if found.parent is not None else ""
        return out

    def path(self, start: str, goal: str) -> tuple[Hop, ...] | None:
        """The shortest way from a row of ``start`` to one row of ``goal``: belongs_to, cohort groups, the contract; or from a group to the
        one group of another cohort that encloses it."""
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
        around = self.enclosed(start, goal)
        return (("inside", goal, *around.parts),) if around is not None and around.single else None

    def enclosed(self, inner: str, outer: str) -> Enclosed | None:
        """How the groups of one cohort lie within those of another; None where they do not, or where one of the two has no groups."""
        if inner not in self.cohorts or outer not in self.cohorts:
            return None
        if (inner, outer) not in self.within:
            self.within[inner, outer] = enclosed(self.cohorts[inner], self.cohorts[outer], self.steps)
        return self.within[inner, outer]

    def link(self, grain: str, over: str) -> tuple[Link, str | None] | None:
        """How an aggregate at ``grain`` reaches the rows of ``over``: the link, and the subset cohort when ``over`` is one."""
        cohort = self.cohorts.get(over)
        if cohort is not None and cohort.groups:
            if grain == CONTRACT:
                return Link("groups", over), None
            within = self.enclosed(over, grain)
            return (Link("inside", over, within.parts, within.parts), None) if within is not None else None
        subset = cohort.name if cohort is not None else None
        name = cohort.of if cohort is not None else over
        if name in self.made:
            subset = self.made[name].cohort
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
