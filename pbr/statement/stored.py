"""The stored values of a run, by grain, row and step: the only thing a statement or an explanation reads.

A ``Trail`` asks DuckDB for stored columns, counts and sums of integers. It evaluates no operation of the language.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from pbr.language.types import NONE, NOT_YET, UNKNOWN, Type
from pbr.plan.columns import node_at, read_value
from pbr.plan.node import Node, Shape
from pbr.plan.plan import Plan, Step
from pbr.platform.duck import catalog_errors
from pbr.platform.sqltext import quote_name as quote
from pbr.statement.marks import AS_IT_IS, Mark, Origin, Printed
from pbr.statement.spread import AskedSpread, Spread
from pbr.values.value import NO_SUCH, NOT_YET_DAY, Value

FEW = 100  # rows of a grain that are taken at once where several are looked up

TEXT, DATE = Type("text"), Type("date")


@dataclass(frozen=True)
class Row:
    """A row of a trace: its grain, its key as canonical text, and its cells by column name."""

    grain: str
    key: tuple[str, ...]
    cells: dict[str, Any]


@dataclass(frozen=True)
class Stored:
    """A value that was read, never made. ``counts``: of a share, the two stored counts behind it (low end). ``name``: of a figure of the
    contract, its parameter; ``exact``: it stands in the contract, so it is shown with every decimal. ``mark``, ``origin``, ``how``: what is told where it is printed, and of what."""

    value: Value
    type: Type
    counts: tuple[int, int] | None = None
    high_counts: tuple[int, int] | None = None
    name: str = ""
    exact: bool = False
    mark: Mark | None = field(default=None, compare=False, repr=False)
    origin: Origin | None = field(default=None, compare=False, repr=False)
    how: str = field(default=AS_IT_IS, compare=False, repr=False)

    def shown(self, text: str, kind: str, value: Any, how: str = "") -> str:
        """A number of it as it is printed, marked where that is asked for."""
        if self.mark is None:
            return text
        return self.mark(Printed(text, "term" if self.origin is None else kind, value, self.origin, how or self.how, self.name))


@dataclass
class Trail:
    """``con``: a DuckDB connection with the views ``trace_GRAIN`` and ``payments``. ``mark``: told of each value that is printed."""

    plan: Plan
    con: Any
    kept: dict[tuple[str, tuple[str, ...]], Row | None] = field(default_factory=dict)
    looked_up: dict[str, bool] = field(default_factory=dict)  # grains of which a row was looked up; whether all of them were
    named: dict[str, list[str]] = field(default_factory=dict)
    totals: dict[str, dict[str | None, tuple[int, int, int]]] = field(default_factory=dict)  # of the statement's steps, by name and group
    mark: Mark | None = None

    def figure(self, text: str, kind: str = "term", value: Any = None, origin: Origin | None = None, how: str = AS_IT_IS) -> str:
        """What is printed that is no ``Stored`` value: a figure of the contract, or a line's sum."""
        return text if self.mark is None else self.mark(Printed(text, kind, value, origin, how))

    def select(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        return self.con.execute(sql, list(values)).fetchall()  # type: ignore[no-any-return]

    def view(self, grain: str) -> str:
        return quote(f"trace_{grain}")

    def columns(self, grain: str) -> list[str]:
        """The columns of a grain's trace; none where the run wrote no such file."""
        return self.columns_of(f"trace_{grain}")

    def columns_of(self, view: str) -> list[str]:
        """The columns of a view over a file of the folder; none where there is no such file."""
        if view not in self.named:
            try:  # not information_schema.columns: to be asked it, DuckDB first makes all views of its own
                self.named[view] = [row[0] for row in self.select(f"DESCRIBE {quote(view)}")]
            except catalog_errors():
                self.named[view] = []
        return self.named[view]

    def key_text(self, grain: str, prefix: str = "") -> list[str]:
        """The key columns of a grain as SQL text expressions, in order."""
        return [f"CAST({prefix}{quote(name)} AS VARCHAR)" for name in self.plan.key_of(grain)]

    def row(self, grain: str, key: tuple[str, ...]) -> Row | None:
        """The row with this key, or None."""
        # a second one: a query of many columns takes as long for one row as for a few
        if (grain, key) not in self.kept and grain in self.looked_up:
            few = self.rows(grain, limit=FEW + 1) if not self.looked_up[grain] else []
            self.looked_up[grain] = True
            if len(few) <= FEW:
                self.kept |= {(grain, row.key): row for row in few}
        self.looked_up.setdefault(grain, False)
        if (grain, key) not in self.kept:
            found = self.rows(grain, [f"{text} = ?" for text in self.key_text(grain)], key, limit=1)
            self.kept[grain, key] = found[0] if found else None
        return self.kept[grain, key]

    def rows(self, grain: str, where: Sequence[str] = (), values: Sequence[Any] = (), limit: int | None = None) -> list[Row]:
        """Rows of a grain, in the order of the key. ``where``: SQL conditions on stored columns, all of which must hold."""
        if not self.columns(grain):
            return []
        order = ", ".join(quote(name) for name in self.plan.key_of(grain))
        sql = f"SELECT * FROM {self.view(grain)}" + (f" WHERE {' AND '.join(where)}" if where else "")
        sql += (f" ORDER BY {order}" if order else "") + (f" LIMIT {limit}" if limit is not None else "")
        return [self.as_row(grain, cells) for cells in self.select(sql, values)]

    def as_row(self, grain: str, cells: Sequence[Any]) -> Row:
        by_name = dict(zip(self.columns(grain), cells, strict=True))
        return Row(grain, tuple(cell_text(by_name[name]) for name in self.plan.key_of(grain)), by_name)

    def how_many(self, grain: str, where: Sequence[str] = (), values: Sequence[Any] = ()) -> int:
        """The number of stored rows of a grain for which all the conditions hold."""
        if not self.columns(grain):
            return 0
        return int(
            self.select(f"SELECT count(*) FROM {self.view(grain)}" + (f" WHERE {' AND '.join(where)}" if where else ""), values)[0][0]
        )

    def how_many_each(self, grain: str, tests: Sequence[str], where: Sequence[str] = (), values: Sequence[Any] = ()) -> tuple[int, ...]:
        """For each test the number of stored rows for which it and all the conditions hold."""
        counted = ", ".join(f"count(*) FILTER ({test})" for test in tests)
        return tuple(
            map(
                int,
                self.select(f"SELECT {counted} FROM {self.view(grain)}" + (f" WHERE {' AND '.join(where)}" if where else ""), values)[0],
            )
        )

    def spread(self, grain: str, column: str, where: Sequence[str] = (), values: Sequence[Any] = ()) -> Spread:
        """The values of a stored column, of the rows for which all the conditions hold. ``column``: SQL text, never NULL there."""
        condition = f" WHERE {' AND '.join(where)}" if where else ""
        return AskedSpread(self, self.view(grain), column, condition, tuple(values))

    # ---- values ------------------------------------------------------------------------------------------------

    def of_step(self, row: Row, step: Step) -> Stored | None:
        """The stored value of a named item at a row; None when the trace has no column for it."""
        if step.name not in row.cells:
            return None
        return self._read(row, step.name, step.node, Origin(row, step, ()))

    def of_node(self, row: Row, step: Step, path: tuple[int, ...]) -> Stored | None:
        """The value of a node of the step's expression, where the run stored it or the contract states it; else None."""
        node = node_at(step.node, path)
        if path == ():
            found = self.of_step(row, step)
            if found is not None:
                return found
        for part in step.parts:
            if part.path == path and f"{step.name}.{part.number}" in row.cells:
                return self._read(row, f"{step.name}.{part.number}", node, Origin(row, step, path))
        if node.op == "certain":
            return self.of_node(row, step, (*path, 0))
        if node.op == "literal":
            return Stored(
                literal(node.params.get("value"), node.type), node.type, name=node.params.get("name") or "", exact=True, mark=self.mark
            )
        if node.params.get("row") == "own" and not node.params.get("via"):
            if node.op == "item":
                return self.of_step(row, self.plan.step(node.params["step"]))
            if node.op == "column":
                return self.of_column(row, node.params["column"])
        return None

    def of_column(self, row: Row, name: str) -> Stored | None:
        """A column of the data at a row of its own table, or a part of a group's key, or a group's first or last day."""
        if name not in row.cells:
            return None
        declared = next((c for t in self.plan.tables if t.name == row.grain for c in t.columns if c.name == name), None)
        type_ = declared.type if declared else DATE if isinstance(row.cells[name], date) else TEXT
        shape = declared.shape if declared else None
        if row.cells[name] is None:
            return Stored(absent(type_), type_)
        return Stored(
            read_value(row.cells, name, type_.without(UNKNOWN, NONE, NOT_YET), shape), type_, mark=self.mark, origin=Origin(row, name, ())
        )

    def _read(self, row: Row, name: str, node: Node, origin: Origin) -> Stored:
        value = read_value(row.cells, name, node.type, node.shape)
        counts = high = None
        if node.op == "share" and value.low is not None:
            counts = _pair(row.cells, name, node.shape)
            high = _pair(row.cells, f"{name}.hi", node.shape) if node.type.ranged else None
        return Stored(value, node.type, counts, high, mark=self.mark, origin=origin)

    # ---- hops --------------------------------------------------------------------------------------------------

    def reached(self, row: Row, via: Sequence[Sequence[str]]) -> Row | None:
        """The row that hops lead to, following stored keys; None where a row is in no group, or its parent is not there."""
        for hop in via:
            if hop[0] == "contract":
                found = self.row("contract", ())
            elif hop[0] == "parent":
                link = self.plan.table(row.grain).parent
                found = self.row(hop[1], tuple(cell_text(row.cells[c]) for c in link.columns)) if link else None
            elif hop[0] == "inside":
                days = ('"first_day" <= CAST(? AS DATE)', '"last_day" >= CAST(? AS DATE)')
                same = tuple(f"{quote(part)} = ?" for part in hop[2:])
                values = [cell_text(row.cells[name]) for name in ("first_day", "last_day", *hop[2:])]
                found = next(iter(self.rows(hop[1], (*days, *same), values, 1)), None)
            else:
                keys = [row.cells.get(name) for name in self.plan.cohort(hop[1]).keys]
                found = None if any(key is None for key in keys) else self.row(hop[1], tuple(cell_text(key) for key in keys))
            if found is None:
                return None
            row = found
        return row


def _pair(cells: dict[str, Any], name: str, shape: Shape | None) -> tuple[int, int] | None:
    of = cells.get(f"{name}.of") if shape is not None and shape.den is None else None
    return (int(cells[name]), int(of)) if of is not None and cells.get(name) is not None else None


def cell_text(cell: Any) -> str:
    """A key's cell as canonical text: dates ISO, truths true and false, numbers as digits."""
    return str(cell).lower() if isinstance(cell, bool) else cell.isoformat() if isinstance(cell, date) else str(cell)


def literal(value: Any, type_: Type) -> Value:
    """The value of a literal's ``params.value``."""
    if value is None:
        return NO_SUCH
    if type_.numeric:
        return Value.known(Fraction(int(value["n"]), int(value["d"])))
    if type_.kind == "date":
        return Value.known(date.fromisoformat(value))
    return Value.known(tuple(value) if type_.kind == "codes" else value)


def absent(type_: Type) -> Value:
    """What an empty cell of a column means."""
    if UNKNOWN in type_.absent:
        return Value("unknown")
    return NOT_YET_DAY if NOT_YET in type_.absent else NO_SUCH
