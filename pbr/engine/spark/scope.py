"""Where expressions are lowered: the columns of the rows, the layers being filled, and the cells made so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from pbr.engine.spark.cells import Cell, kept
from pbr.engine.spark.text import Sql
from pbr.plan.node import Node
from pbr.plan.plan import Table


@dataclass(frozen=True)
class Facts:
    """What is known only when nodes are run. ``rejected`` and ``submitted``: rows of the table. ``complete_to``: None or absent where it
    was not given."""

    rejected: int
    submitted: int
    complete_to: Mapping[str, date | None]


class Scope:
    """Expressions over the rows of ``table``, which columns call ``row`` (own or counted); or, where there are ``totals``, over the one
    row that they are."""

    def __init__(self, table: Table, row: str, facts: Facts, totals: Totals | None = None) -> None:
        self.table, self.row, self.facts, self.totals = table, row, facts, totals
        self._cells: dict[str, Cell] = {}
        self._names: dict[str, Sql] = {}
        self._layers: list[list[str]] = []

    def let(self, expression: Sql) -> Sql:
        """The expression as a column, one layer above what it reads: text stays linear in what it computes. A column is itself."""
        if expression.text.isidentifier() and expression.text not in ("TRUE", "FALSE", "NULL"):
            return expression
        known = self._names.get(expression.text)
        if known is None:
            known = self._names[expression.text] = Sql(f"n{len(self._names)}", expression.depth + 1)
            while len(self._layers) <= expression.depth:
                self._layers.append([])
            self._layers[expression.depth].append(f"{expression.text} AS {known.text}")
        return known

    def layers(self) -> list[list[str]]:
        """Expressions with their names, layer by layer, each to be selected beside everything below it."""
        return self._layers

    def lower(self, node: Node) -> Cell:
        """The cell of a node. Raises ValueError for a plan that no builder makes; ``lowering.refused`` names what this table lacks."""
        from pbr.engine.spark.lowering import AGGREGATES, LOWERING

        made = self._cells.get(node.identity)
        if made is None:
            if node.op not in AGGREGATES:
                raw = LOWERING[node.op](self, node, [self.lower(arg) for arg in node.args])
            elif self.totals is None:
                raise ValueError(f"a plan has {node.op} inside an aggregate, or for each row")
            else:
                raw = AGGREGATES[node.op](self, self.totals, node)
            made = self._cells[node.identity] = kept(self, node, raw)
        return made


class Totals:
    """What is added up over the rows of a scope."""

    def __init__(self, rows: Scope) -> None:
        self.rows = rows
        self._names: dict[str, str] = {}

    def total(self, expression: Sql) -> Sql:
        """An aggregating expression over the columns of the rows, as a column of the one row of totals."""
        return Sql(self._names.setdefault(expression.text, f"t{len(self._names)}"))

    def select(self) -> list[str]:
        return [f"{text} AS {name}" for text, name in self._names.items()]
