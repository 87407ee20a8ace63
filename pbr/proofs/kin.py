"""Families that stand in several tables: what a family decides alone is worked out once, for the same family in any table.

The same families are tried over and over: alone, many times over, and beside another of which one cell is changed. A family is here what links hold together:
rows, the rows that belong to them, and those that match them. Two are the same if they have the same cells and are linked in the same way, whatever their
identifiers are. Which values a family decides alone is read off the plan (``decided``): those that depend on its rows, and on nothing of other rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from pbr.engine.record.machine import Machine
from pbr.engine.record.recalling import Recalling
from pbr.engine.record.rows import Key, Row, Rows
from pbr.engine.record.tables import WINDOW
from pbr.plan.naming import CONTRACT
from pbr.plan.node import Node
from pbr.plan.plan import Cohort, Column, Plan, Step, Table
from pbr.values.value import Value

_Known = dict[str, Value]
_Place = tuple[int, Row]  # the number of a table, and a row of it


class Kin:
    """What is known of the families of one plan. A cell is told from another by its object, which is kept, as the families of a search share their cells: that is
    quicker than to compare them, and two objects that are equal are only not recognised."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.steps = decided(plan)
        self._links = [
            (number, link.columns, link.table, link.onto or plan.table(link.table).key)
            for number, table in enumerate(plan.tables)
            for link in (table.parent, table.matched)
            if link is not None
        ]
        self._ways = [[(column.name, _way(table, column)) for column in table.columns] for table in plan.tables]
        self._cells: dict[int, Any] = {}
        self._families: dict[tuple[Any, ...], list[_Known]] = {}

    @staticmethod
    def of(plan: Plan) -> Kin:
        """That of the plan, made when it is first asked for and kept with it."""
        kept: Kin | None = plan.__dict__.get("_kin")
        if kept is None:
            kept = Kin(plan)
            object.__setattr__(plan, "_kin", kept)
        return kept

    def machine(self, rows: Rows, complete_to: date) -> Machine:
        """The reference engine over rows that are all complete to one day."""
        if not self.steps:
            return Machine(self.plan, rows)
        if any(len({row.key for row in found}) < len(found) for found in rows.tables.values()):
            return Machine(self.plan, rows)  # no file is read like that, but tables on the way from one to another may be
        known: dict[str, dict[Key, _Known]] = {table.name: {} for table in self.plan.tables}
        for family in self._taken_apart(rows):
            mark = (complete_to, *self._mark(family))
            values = self._families.get(mark)
            if values is None:
                values = self._families[mark] = [{} for _ in family]
            for (number, row), value in zip(family, values, strict=True):
                known[self.plan.tables[number].name][row.key] = value
        return Recalling(self.plan, rows, self.steps, known)

    def _taken_apart(self, rows: Rows) -> Iterable[list[_Place]]:
        """The families, each with its rows by table and key."""
        places = [(number, row) for number, table in enumerate(self.plan.tables) for row in rows.tables[table.name]]
        above = list(range(len(places)))  # of each row one of its family, up to the one that stands for it

        def stands_for(one: int) -> int:
            while above[one] != one:
                above[one] = one = above[above[one]]
            return one

        at: dict[str, list[int]] = {table.name: [] for table in self.plan.tables}
        for one, (number, _) in enumerate(places):
            at[self.plan.tables[number].name].append(one)
        for number, columns, other, onto in self._links:
            first: dict[tuple[Any, ...], int] = {}
            for names, table in ((onto, other), (columns, self.plan.tables[number].name)):
                for one in at[table]:
                    values = places[one][1].values
                    joined = stands_for(first.setdefault(tuple([values[name].low for name in names]), one))
                    above[stands_for(one)] = joined
        families: dict[int, list[_Place]] = {}
        for one, place in enumerate(places):
            families.setdefault(stands_for(one), []).append(place)
        return families.values()

    def _mark(self, family: list[_Place]) -> list[Any]:
        """What two families have in common exactly if they are the same: of each row its table and its cells, with identifiers numbered as they come."""
        names: dict[Any, int] = {}
        out: list[Any] = []
        cells = self._cells
        for number, row in family:
            out.append(number)
            for name, way in self._ways[number]:
                cell = row.values[name].low
                if way == _NAMES and cell is not None:
                    out.append(names.setdefault(cell, len(names)))
                elif way == _ITSELF:
                    out.append(cell)
                else:
                    mark = id(cell)
                    if mark not in cells:
                        cells[mark] = cell
                    out.append(mark)
        return out


_NAMES, _ITSELF, _OBJECT = "names", "itself", "object"


def _way(table: Table, column: Column) -> str:
    """How a cell is told from another. Keys are made anew in each table, so codes and days in them are compared as they are."""
    if _is_name(table, column):
        return _NAMES
    return _ITSELF if column.name in table.key or column.link else _OBJECT


def _is_name(table: Table, column: Column) -> bool:
    """Whether a column says only which row is meant, so that another copy of a family has another there."""
    return column.type.kind in ("identifier", "text") or (column.type.numeric and (column.name in table.key or bool(column.link)))


def decided(plan: Plan) -> frozenset[str]:
    """The steps at rows of data tables whose value a row's family decides alone, with the day that the tables are complete to."""
    found = _Decided(plan)
    for step in plan.steps:
        found.add(step)
    return found.all()


class _Decided:
    """``family``: steps that a family decides. ``fixed``: steps of the contract or of a group that are the same whatever the rows are."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.family: set[str] = set()
        self.fixed: set[str] = set()
        self.tables = {table.name: table for table in plan.tables}
        self.cohorts = {cohort.name: cohort for cohort in plan.cohorts}
        self.checks = [step.name for step in plan.steps if step.kind == "check"]

    def add(self, step: Step) -> None:
        """Steps are asked in the order of the plan, in which each stands after those that it reads."""
        if step.grain in self.tables:
            within = step.within is None or self.cohorts[step.within].member in self.family
            if within and (step.settles is None or step.settles.day in self.family) and self._by_family(step.node):
                self.family.add(step.name)
        elif self._is_static(step.grain) and step.within is None and step.settles is None and all(map(self._is_fixed, step.node.walk())):
            self.fixed.add(step.name)

    def _is_static(self, grain: str) -> bool:
        """The contract or a table of groups: its rows and columns are in the plan."""
        return grain == CONTRACT or (grain in self.cohorts and bool(self.cohorts[grain].parts))

    def all(self) -> frozenset[str]:
        """None, where rows of other families have a say in which rows stand."""
        orders = any(rule.kind == "out of order" for table in self.plan.tables for rule in table.rules)
        if not self.family.issuperset(self.checks) or (self.checks and orders):
            return frozenset()
        return frozenset(self.family)

    def _by_family(self, node: Node) -> bool:
        params = node.params
        if node.op == "column":
            return self._known_ways(params) and self._readable(params["table"], params["column"])
        if node.op == "item":
            return self._known_ways(params) and (params["step"] in self.family or params["step"] in self.fixed)
        if node.op in WINDOW or ("aggregate" in params and not self._counts_family(params["aggregate"])):
            return False
        # how many names there are does not depend on what they are
        return all(self._by_family(arg) or (node.op == "count_different" and self._reads_a_name(arg)) for arg in node.args)

    def _reads_a_name(self, node: Node) -> bool:
        return node.op == "column" and node.params["table"] in self.tables and self._known_ways(node.params)

    def _readable(self, name: str, column: str) -> bool:
        """A column of a data table that is no name; or one of the contract or of a group, which no row changes."""
        table = self.tables.get(name)
        if table is not None:
            return not _is_name(table, table.column(column))
        return self._is_static(name)

    def _known_ways(self, params: Mapping[str, Any]) -> bool:
        """Whether a family decides which row is read: one above, the contract, or a group that it decides itself to be in."""
        return all(
            kind in ("parent", "contract") or (kind == "cohort" and self._placed(self.cohorts[names[0]])) for kind, *names in params["via"]
        )

    def _placed(self, cohort: Cohort) -> bool:
        return self.family.issuperset((cohort.member, *cohort.keys))

    def _counts_family(self, spec: Mapping[str, Any]) -> bool:
        """Whether all rows that are counted, or might have been, are of the family."""
        link = spec["link"]
        if link["kind"] not in ("children", "matched") or link["table"] not in self.tables or "once" in spec:
            return False
        if self.checks and spec["when_rejected"].get("up_to") is not None:  # a share of all rows of the table; only checks reject made rows
            return False
        # a row that is rejected and whose link is blank might belong to anybody
        open_ = any(self.tables[link["table"]].column(name).type.absent for name in link["columns"])
        return not (open_ and self.checks) and (not spec.get("subset") or self.cohorts[spec["subset"]].member in self.family)

    def _is_fixed(self, node: Node) -> bool:
        if node.op == "item":
            return node.params["step"] in self.fixed
        if node.op == "column":
            return self._is_static(node.params["table"])
        return node.op not in WINDOW and "aggregate" not in node.params
