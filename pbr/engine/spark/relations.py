"""The rows of a grain as the database knows them, and the way from a row to rows of other grains.

Inside the engine columns have numbers: ``c3`` is the fourth declared column, ``s12`` the value of step 12 (with ``_of``, ``_hi``,
``_hi_of`` and ``_w`` for its other columns), ``p12_1`` its first part. Names of contracts never meet each other here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from pbr.engine.spark.cells import Cell
from pbr.engine.spark.text import Sql, sql
from pbr.language.types import UNKNOWN, Type
from pbr.plan.node import Shape
from pbr.plan.plan import Cohort, Column, Plan, Step


@dataclass(frozen=True)
class Facts:
    """What is known only when a plan is run. ``rejected``: rejected rows per table, those that checks moved and those that are
    missing included. ``submitted``: rows that were submitted or should have been, of which limits are a share. ``gone``: the rejected rows."""

    complete_to: Mapping[str, date | None]
    rejected: Mapping[str, int]
    submitted: Mapping[str, int]
    gone: Mapping[str, Gone]


@dataclass(frozen=True)
class Gone:
    """The rejected rows of a table: the view, and the columns of them that link to other tables, called r0, r1, ..."""

    view: str
    columns: tuple[str, ...]

    def column(self, name: str) -> str:
        return f"r{self.columns.index(name)}"


@dataclass(frozen=True)
class Relation:
    """``view``: its name in the database (``_row`` BIGINT, unique, then numbered columns). ``columns``: the declared columns.
    ``steps``: those it holds. ``scans``: how many readings of files or tables one reading of it costs."""

    grain: str
    view: str
    columns: tuple[Column, ...]
    steps: tuple[Step, ...] = ()
    scans: int = 1

    def column(self, name: str) -> str:
        return f"c{[column.name for column in self.columns].index(name)}"

    def all_columns(self) -> list[str]:
        out = ["_row", *(f"c{i}" for i in range(len(self.columns)))]
        for step in self.steps:
            out += internal_columns(step)
        return out

    def having(self, steps: list[Step], view: str, scans: int) -> Relation:
        return replace(self, view=view, steps=(*self.steps, *steps), scans=scans)


def suffixes(type_: Type, shape: Shape | None) -> list[str]:
    """Endings of the columns of a value, in the trace's order."""
    ratio = shape is not None and shape.den is None
    out = ["", "_of"] if ratio else [""]
    if type_.ranged:
        out += ["_hi", "_hi_of"] if ratio else ["_hi"]
    if type_.ranged or UNKNOWN in type_.absent:
        out.append("_w")
    return out


def internal_columns(step: Step) -> list[str]:
    """Numbered columns of a step, in the order of ``plan.columns.step_columns``."""
    from pbr.plan.columns import node_at

    out = [f"s{step.number}{suffix}" for suffix in suffixes(step.type, step.node.shape)]
    for part in step.parts:
        node = node_at(step.node, part.path)
        out += [f"p{step.number}_{part.number}{suffix}" for suffix in suffixes(node.type, node.shape)]
    return out


def cell_of(name: str, type_: Type, shape: Shape | None, fetch: Callable[[str], Sql]) -> Cell:
    """The cell whose columns begin with ``name``."""
    there = {suffix: fetch(name + suffix) for suffix in suffixes(type_, shape)}
    return Cell(type_, there[""], there.get("_w"), shape, there.get("_of"), there.get("_hi"), there.get("_hi_of"))


def group_columns(cohort: Cohort) -> tuple[Column, ...]:
    """Columns of a cohort's table of groups."""
    parts = [Column(part, cohort.part_types[i] if i < len(cohort.part_types) else Type("text")) for i, part in enumerate(cohort.parts)]
    return (*parts, Column("first_day", Type("date")), Column("last_day", Type("date")))


def columns_of(plan: Plan, grain: str) -> tuple[Column, ...]:
    if grain == "contract":
        return ()
    for cohort in plan.cohorts:
        if cohort.name == grain:
            return group_columns(cohort)
    return plan.table(grain).columns


def inside(inner: str, inner_rows: Relation, outer: str, outer_rows: Relation, parts: Sequence[str]) -> str:
    """SQL: a group's days lie wholly within another's, and the ``parts`` of their keys are equal. Groups' cells are never NULL."""
    days = [
        f"({inner}.{inner_rows.column('first_day')} >= {outer}.{outer_rows.column('first_day')})",
        f"({inner}.{inner_rows.column('last_day')} <= {outer}.{outer_rows.column('last_day')})",
    ]
    return " AND ".join([*days, *(f"({inner}.{inner_rows.column(part)} = {outer}.{outer_rows.column(part)})" for part in parts)])


def preceding(group: str, own: str, rows: Relation, link: Mapping[str, Any]) -> str:
    """SQL: a group of the same cohort has ended before another begins, agrees in the link's columns, and has not begun before its span."""
    first, last = rows.column("first_day"), rows.column("last_day")
    parts = [f"({group}.{last} < {own}.{first})"]
    if link.get("back"):
        unit, size = link["back"]
        move = "add_months" if unit == "months" else "date_add"
        parts.append(f"({group}.{first} >= {move}({own}.{first}, {-int(size)}))")
    return " AND ".join([*parts, *(f"({group}.{rows.column(part)} = {own}.{rows.column(part)})" for part in link["columns"])])


@dataclass(frozen=True)
class Reached:
    """One row of another table: its alias and grain, and whether it is there (None: always)."""

    alias: str
    relation: Relation
    found: Sql | None


class Rows:
    """A FROM clause in the making: a row ``o`` of its own grain, perhaps a row ``t`` being counted, and the rows that hops reach."""

    def __init__(self, plan: Plan, relations: Mapping[str, Relation], own: str, counted: str | None = None) -> None:
        self.plan, self.relations = plan, relations
        self.own, self.counted = own, counted
        self._reached: dict[tuple[str, tuple[tuple[str, ...], ...]], Reached] = {("own", ()): Reached("o", relations[own], None)}
        if counted is not None:
            self._reached["counted", ()] = Reached("t", relations[counted], None)
        self._hops: list[str] = []
        self._picked: dict[str, str] = {}
        self.scans = 0

    def reach(self, row: str, via: tuple[tuple[str, ...], ...]) -> Reached:
        key = (row, via)
        if key not in self._reached:
            self._reached[key] = self._hop(self.reach(row, via[:-1]), via[-1])
        return self._reached[key]

    def fetch(self, at: Reached, name: str) -> Sql:
        """A numbered column of a reached row, at layer 0."""
        if at.alias == "o" and self.counted is None:
            return Sql(name)  # layer 0 keeps every column of its own rows
        self._picked[f"{at.alias}_{name}"] = f"{at.alias}.{name}"
        return Sql(f"{at.alias}_{name}")

    def _hop(self, start: Reached, hop: tuple[str, ...]) -> Reached:
        alias = f"h{len(self._hops)}"
        kind, goal = hop[0], hop[1] if len(hop) > 1 else "contract"
        target = self.relations[goal]
        conditions: list[str] = []
        if kind == "parent":
            parent = self.plan.table(start.relation.grain).parent
            assert parent is not None, f"{start.relation.grain} belongs to nothing"
            key = self.plan.key_of(goal)
            conditions = [
                f"{start.alias}.{start.relation.column(a)} = {alias}.{target.column(b)}" for a, b in zip(parent.columns, key, strict=True)
            ]
        elif kind == "cohort":
            cohort = self.plan.cohort(goal)
            conditions = [f"{start.alias}.s{self.plan.step(cohort.member).number}"]
            conditions += [
                f"{start.alias}.s{self.plan.step(step).number} = {alias}.{target.column(part)}"
                for step, part in zip(cohort.keys, cohort.parts, strict=True)
            ]
        elif kind == "inside":
            conditions = [inside(start.alias, start.relation, alias, target, hop[2:])]
        self._hops.append(f"LEFT JOIN {target.view} AS {alias} ON {' AND '.join(f'({c})' for c in conditions) or 'TRUE'}")
        self.scans += target.scans
        reached = Reached(alias, target, None)
        if kind != "cohort" and start.found is None:
            return reached
        return replace(reached, found=sql("{} IS NOT NULL", self.fetch(reached, "_row")))

    def select(self, first: Sequence[str], start: str, needed: frozenset[str]) -> str:
        """Layer 0. ``first``: the columns that come before those of reached rows; ``start``: what the hops are joined to. ``needed``: the
        names that are read."""
        picked = [f"{source} AS {name}" for name, source in sorted(self._picked.items()) if name in needed]
        return f"SELECT {', '.join([*first, *picked])} FROM {self.joined(start)}"

    def joined(self, start: str) -> str:
        """``start`` joined to every row that hops reach."""
        return f"{start}{''.join(f' {hop}' for hop in self._hops)}"
