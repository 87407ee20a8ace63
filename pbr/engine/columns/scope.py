"""Where expressions are lowered: the rows in reach, the layers being filled, and the cells made so far."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pbr.engine.columns.cells import Cell, definite, kept, shaped
from pbr.engine.columns.layers import Layers
from pbr.engine.columns.relations import Facts, Rows, cell_of
from pbr.engine.columns.text import FALSE, Sql, all_of, bit, sql
from pbr.plan.node import Node
from pbr.plan.plan import Plan, Step
from pbr.plan.schedule import upwards

if TYPE_CHECKING:
    from pbr.engine.columns.counting import Countings


class Scope:
    """One relation being built. ``here``: the steps of its own rows computed in it. ``countings``: makers of the aggregates over
    other rows; None inside an aggregate, where none can stand."""

    def __init__(self, plan: Plan, facts: Facts, rows: Rows, layers: Layers, countings: Countings | None) -> None:
        self.plan, self.facts, self.rows, self.layers, self.countings = plan, facts, rows, layers, countings
        self.here: dict[str, Cell] = {}
        self._memo: dict[int, Cell] = {}

    def let(self, expression: Sql) -> Sql:
        return self.layers.let(expression)

    def own(self, node: Node) -> Sql:
        """The mask of the node's own reason. Raises ValueError where it has none: its unknowns would pass for none."""
        if "reason" not in node.params:
            raise ValueError(f"a plan gives no reason to a value that may be unknown: {node.op} {node.phrase or node.params}")
        return bit(node.params["reason"])

    def lower(self, node: Node) -> Cell:
        """The cell of a node. Raises ValueError for a plan that no builder makes."""
        from pbr.engine.columns.lowering import AGGREGATES, LOWERING

        made = self._memo.get(id(node))
        if made is None:
            if node.op in AGGREGATES:
                if self.countings is None:
                    raise ValueError(f"a plan has {node.op} inside an aggregate")
                raw = self.countings.aggregate(self, node)
            else:
                raw = LOWERING[node.op](self, node, [self.lower(arg) for arg in node.args])
            made = self._memo[id(node)] = kept(self, node, raw)
        return made

    def step(self, row: str, via: tuple[tuple[str, ...], ...], step: Step) -> tuple[Cell, Sql | None]:
        """The cell of a step at a reached row, and whether that row is there (None: always)."""
        if row == "own" and not via and step.name in self.here:
            return self.here[step.name], None
        reached = self.rows.reach(row, via)
        return cell_of(f"s{step.number}", step.type, step.node.shape, lambda name: self.rows.fetch(reached, name)), reached.found

    def membership(self, row: str, grain: str, cohort: str) -> Sql:
        """Whether a row of ``grain`` is in the cohort: yes, no, or NULL for unknown."""
        found = self.plan.cohort(cohort)
        cell, _ = self.step(row, upwards(self.plan, grain, found.of), self.plan.step(found.member))
        return cell.v

    def in_group(self, cohort: str) -> Sql:
        """Whether a counted row is in the group that is this scope's own row. A key that is unknown might be this group's."""
        found = self.plan.cohort(cohort)
        own = self.rows.reach("own", ())
        parts = [self.membership("counted", found.of, cohort)]
        for name, part in zip(found.keys, found.parts, strict=True):
            key, _ = self.step("counted", (), self.plan.step(name))
            same = sql("{} = {}", key.v, self.rows.fetch(own, own.relation.column(part)))
            parts.append(sql("CASE WHEN {} THEN {} ELSE {} END", key.is_none, FALSE, same))
        return all_of(parts)

    def reshaped(self, node: Node, cell: Cell) -> Cell:
        """A stored value as a node's: the node's type, and its denominator where that is another."""
        if not node.type.ranged and cell.hi is not None:
            cell = definite(cell)
        if not node.type.numeric or cell.shape == node.shape:
            out = replace(cell, type=node.type)
        else:
            assert node.shape is not None
            v, of = shaped(cell.low, node.shape)
            hi, hi_of = shaped(cell.high, node.shape) if cell.hi is not None else (None, None)
            out = Cell(node.type, v, cell.w, node.shape, of, hi, hi_of)
        if node.type.ranged and out.hi is None:
            out = replace(out, hi=out.v, hi_of=out.of)
        return out
