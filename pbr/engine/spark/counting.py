"""Aggregates over other rows: one grouped query for each link of a stage, joined back to the rows it counts for.

A grouped query has one line per row of the grain (its ``o`` row) with counted rows ``t``; expressions are lowered inside it, the
totals taken, and the aggregate's value is made of totals outside. A row of the grain that reaches nothing has no line: NULL there.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from pbr.engine.spark.cells import Cell
from pbr.engine.spark.integers import Int, const
from pbr.engine.spark.layers import Layers
from pbr.engine.spark.relations import Facts, Relation, Rows, inside, preceding
from pbr.engine.spark.scope import Scope
from pbr.engine.spark.text import TRUE, Sql, all_of, bit, sql
from pbr.plan.node import Node
from pbr.plan.plan import Plan
from pbr.plan.schedule import counted_table

ROWS_TOP = 10**12  # counts of rows: never near a BIGINT's end


class Grouped:
    """The grouped query of one link."""

    def __init__(
        self, plan: Plan, facts: Facts, relations: Mapping[str, Relation], grain: str, aggregate: Mapping[str, Any], name: str
    ) -> None:
        self.plan, self.grain, self.name, self.aggregate = plan, grain, name, aggregate
        self.rows = Rows(plan, relations, grain, counted_table(plan, aggregate))
        self.layers = Layers()
        self.scope = Scope(plan, facts, self.rows, self.layers, None)
        self.relations = relations
        self._totals: dict[str, str] = {}

    def total(self, expression: Sql) -> Sql:
        """An aggregate function's value, as a column of the outer query (NULL where no row is reached)."""
        name = self._totals.setdefault(expression.text, f"{self.name}_{len(self._totals) + 1}")
        return Sql(name)

    @property
    def scans(self) -> int:
        assert self.rows.counted is not None
        return self.relations[self.grain].scans + self.relations[self.rows.counted].scans + self.rows.scans

    def query(self, view: Callable[[str], str]) -> str:
        own, counted = self.relations[self.grain], self.relations[self.rows.counted or ""]
        kind = self.aggregate["link"]["kind"]
        if kind in ("children", "matched"):
            link = self.aggregate["link"]
            onto = tuple(link.get("onto") or ()) or self.plan.key_of(self.grain)
            on = " AND ".join(f"(t.{counted.column(a)} = o.{own.column(b)})" for a, b in zip(link["columns"], onto, strict=True))
            start = [f"{own.view} AS o JOIN {counted.view} AS t ON {on}"]
        elif kind == "group":
            start = self._group_starts(own, counted)
        elif kind == "inside":
            start = [f"{own.view} AS o JOIN {counted.view} AS t ON {inside('t', counted, 'o', own, self.aggregate['link']['columns'])}"]
        elif kind == "earlier":
            start = [f"{own.view} AS o JOIN {counted.view} AS t ON {preceding('t', 'o', own, self.aggregate['link'])}"]
        else:
            start = [f"{own.view} AS o CROSS JOIN {self._known_to_other(counted)} AS t"]

        def source(needed: frozenset[str]) -> str:
            return " UNION ALL ".join(self.rows.select([f"o._row AS {self.name}_row"], one, needed) for one in start)

        outputs = [f"{self.name}_row", *(f"{text} AS {name}" for text, name in self._totals.items())]
        return f"{self.layers.query(source, outputs, view)} GROUP BY {self.name}_row"

    def _known_to_other(self, counted: Relation) -> str:
        """What is counted, without strangers: rows of a matched_to table that match no row of the other table."""
        table = next((table for table in self.plan.tables if table.name == counted.grain), None)
        if table is None or table.matched is None:
            return counted.view
        other = self.relations[table.matched.table]
        onto = table.matched.onto or self.plan.key_of(other.grain)
        on = " AND ".join(f"(a.{counted.column(x)} = b.{other.column(y)})" for x, y in zip(table.matched.columns, onto, strict=True))
        return f"(SELECT a.* FROM {counted.view} AS a SEMI JOIN {other.view} AS b ON {on})"

    def _group_starts(self, own: Relation, counted: Relation) -> list[str]:
        """Rows by their group; and rows of which some part of the key is unknown, with every group they might be in."""
        cohort = self.plan.cohort(self.grain)
        keys = [self.plan.step(name) for name in cohort.keys]
        exact = " AND ".join(f"(t.s{key.number} = o.{own.column(part)})" for key, part in zip(keys, cohort.parts, strict=True))
        rows = self._known_to_other(counted)
        starts = [f"{own.view} AS o JOIN {rows} AS t ON {exact}"]
        open_keys = [key for key in keys if "unknown" in key.type.absent]
        if open_keys:
            missing = " OR ".join(f"(t.s{key.number} IS NULL AND t.s{key.number}_w <> 0)" for key in open_keys)
            might = [
                f"(t.s{key.number} = o.{own.column(part)}"
                + (f" OR (t.s{key.number} IS NULL AND t.s{key.number}_w <> 0)" if key in open_keys else "")
                + ")"
                for key, part in zip(keys, cohort.parts, strict=True)
            ]
            starts.append(f"{own.view} AS o JOIN (SELECT * FROM {rows} AS t WHERE {missing}) AS t ON {' AND '.join(might)}")
        return starts


@dataclass(frozen=True)
class Counting:
    """One aggregate being lowered: what its operation is written in terms of.

    Inside the grouped query: ``m``, ``c`` and ``t`` (nullable truths, NULL: unknown), ``value`` cells, ``key`` columns of the counted
    row. Outside: totals, and ``rejected`` rows (R, after the rule for them). ``when_held``, ``when_rejected``: the words of the plan,
    the latter ``leave out`` only where nothing is left to count.
    """

    group: Grouped
    node: Node
    m: Sql
    c: Sql
    t: Sql
    values: tuple[Cell, ...]
    key: tuple[Sql, ...]
    rejected: Int
    when_held: str
    when_rejected: str

    def count(self, condition: Sql) -> Int:
        """Rows for which the condition is yes."""
        total = self.group.total(sql("count(*) FILTER (WHERE {})", condition))
        return Int(sql("coalesce({}, CAST(0 AS BIGINT))", total), ROWS_TOP)

    def total(self, function: str, *operands: Sql) -> Sql:
        return self.group.total(sql(function, *operands))

    def let(self, expression: Sql) -> Sql:
        """A column inside the grouped query."""
        return self.group.layers.let(expression)

    def reason(self, kind: str) -> Sql:
        return bit(self.node.params["aggregate"]["reasons"][kind])

    @property
    def maybe(self) -> Sql:
        return sql("{} IS NULL", self.t)


class Countings:
    """The aggregates of one stage of a grain."""

    def __init__(self, plan: Plan, facts: Facts, relations: Mapping[str, Relation], grain: str) -> None:
        self.plan, self.facts, self.relations, self.grain = plan, facts, relations, grain
        self._groups: dict[str, Grouped] = {}
        self._rejected: dict[str, tuple[str, str]] = {}

    def aggregate(self, at: Scope, node: Node) -> Cell:
        from pbr.engine.spark.lowering import AGGREGATES

        params = node.params["aggregate"]
        link = json.dumps([counted_table(self.plan, params), params["link"]], sort_keys=True)
        group = self._groups.get(link)
        if group is None:
            name = f"g{len(self._groups)}"
            group = self._groups[link] = Grouped(self.plan, self.facts, self.relations, self.grain, params, name)
        return AGGREGATES[node.op](at, self._counting(group, node, params))

    def _counting(self, group: Grouped, node: Node, params: Mapping[str, Any]) -> Counting:
        scope, counted = group.scope, group.rows.counted
        assert counted is not None
        cells = [scope.lower(arg) for arg in node.args]
        c = cells.pop().v if params["has_where"] else TRUE
        members = []
        if params["link"]["kind"] == "group":
            members.append(scope.in_group(self.grain))
        if params["subset"] is not None and not (members and params["subset"] == self.grain):
            members.append(scope.membership("counted", counted, params["subset"]))
        m = scope.let(all_of(members))
        row = group.rows.reach("counted", ())
        key = tuple(group.rows.fetch(row, row.relation.column(name)) for name in self.plan.key_of(counted))
        how, rejected = self._rejected_rows(params, counted)
        t = scope.let(sql("{} AND {}", m, c))
        if "once" in params:
            m, c = TRUE, (t := self._first_only(group, params["once"], t))
        return Counting(group, node, m, c, t, tuple(cells), key, rejected, params["when_held"] or "hold", how)

    def _first_only(self, group: Grouped, once: Mapping[str, Any], t: Sql) -> Sql:
        """``t`` of the first own row, by the day and the key, that the counted row counts for; for later ones it is no, or open while an earlier
        one is. Own rows outside the cohort take nothing."""
        scope = group.scope
        own, row = group.rows.reach("own", ()), group.rows.reach("counted", ())
        rival = t
        if once["within"] is not None:
            rival = scope.let(sql("{} AND {}", t, scope.membership("own", self.grain, once["within"])))
        names = [once["by"], *self.plan.key_of(self.grain)]
        order = [group.rows.fetch(own, own.relation.column(name)) for name in names]
        window = f"PARTITION BY {{}} ORDER BY {', '.join('{}' for _ in order)} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING"
        event = group.rows.fetch(row, "_row")

        def earlier(condition: Sql) -> Sql:
            return scope.let(sql(f"count(CASE WHEN {{}} THEN 1 END) OVER ({window}) > 0", condition, event, *order))

        taken, perhaps = earlier(rival), earlier(scope.let(sql("{} IS NULL", rival)))
        return scope.let(sql("CASE WHEN {} THEN FALSE WHEN {} AND {} THEN NULL ELSE {} END", taken, perhaps, t, t))

    def _rejected_rows(self, params: Mapping[str, Any], table: str) -> tuple[str, Int]:
        """R and how it counts, once "leave out" has been held against its limit."""
        rule = params["when_rejected"] or {"how": "hold", "up_to": None}
        how, rejected = rule["how"], self.facts.rejected.get(table, 0)
        kind = params["link"]["kind"]
        if kind in ("groups", "inside", "earlier") or not rejected:
            return how, const(0)
        if how == "leave out":
            limit = rule.get("up_to")
            allowed = limit is None or rejected <= Fraction(int(limit["n"]), int(limit["d"])) * self.facts.submitted.get(table, 0)
            if allowed:
                return how, const(0)
            how = "hold"
        if kind in ("all", "group"):
            return how, const(rejected)
        gone = self.facts.gone[table]
        unread = " OR ".join(f"({gone.column(column)} IS NULL)" for column in params["link"]["columns"])
        anybody = f"(SELECT count(*) FROM {gone.view} WHERE {unread})"  # whose link cannot be read
        mine = self._rejected_by_key(params["link"], table)
        return how, Int(sql("coalesce({}, CAST(0 AS BIGINT)) + {}", Sql(mine), Sql(anybody)), ROWS_TOP)

    def _rejected_by_key(self, link: Mapping[str, Any], table: str) -> str:
        own = self.relations[self.grain]
        onto = tuple(link.get("onto") or ()) or self.plan.key_of(self.grain)
        columns = tuple(link["columns"])
        key = json.dumps([table, columns, onto])
        if key not in self._rejected:
            name = f"r{len(self._rejected)}"
            gone = self.facts.gone[table]
            picked = ", ".join(f"{gone.column(column)} AS k{i}" for i, column in enumerate(columns))
            groups = ", ".join(gone.column(column) for column in columns)
            query = f"SELECT {picked}, count(*) AS {name}_n FROM {gone.view} GROUP BY {groups}"
            on = " AND ".join(f"({name}.k{i} = o.{own.column(column)})" for i, column in enumerate(onto))
            self._rejected[key] = (name, f"LEFT JOIN ({query}) AS {name} ON {on}")
        return f"{self._rejected[key][0]}_n"

    @property
    def scans(self) -> int:
        return sum(group.scans for group in self._groups.values())

    def joins(self, view: Callable[[str], str]) -> str:
        """What the grain's own rows ``o`` are joined to."""
        groups = [
            f" LEFT JOIN ({group.query(view)}) AS {group.name} ON {group.name}.{group.name}_row = o._row" for group in self._groups.values()
        ]
        return "".join([*groups, *(f" {join}" for _, join in self._rejected.values())])

    def picked(self) -> list[str]:
        """The joined columns."""
        totals = [name for group in self._groups.values() for name in group._totals.values()]
        return [*totals, *(f"{name}_n" for name, _ in self._rejected.values())]
