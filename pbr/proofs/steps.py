"""Cliffs at a quantity of a row: the smallest step of one cell (a penny, a day, the last decimal) that moves a payment by more than a sum.

Two rows are looked for that are paid differently. On the straight line between their numbers the largest leap is found by halving, down to
neighbours; then one cell after the other is changed, until the one is found that leaps.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction

from pbr.plan.bounding.jumps import ELAPSED
from pbr.plan.node import Node
from pbr.plan.plan import Column, Payment, Plan, Table
from pbr.proofs.search import Search
from pbr.proofs.showing import pounds
from pbr.proofs.tables import Maker, Record, Tables, quantum
from pbr.proofs.trying import Tried, cell_text, with_record

_RUNS = 500  # tables that are run for one payment
_BASES = 24  # tables that are started from
_LARGEST = 40  # rows of such a table
_HALVINGS = 60  # of the straight line between two rows
_SEED = 2
_Pair = tuple[Tried, Tried]


class Steps:
    """``most``: minor units that a threshold may move. ``leap``: what the plan bounds a leap by, or None."""

    def __init__(self, search: Search, worked: Iterable[Tried], payment: Payment, most: int, leap: int | None) -> None:
        self.search, self.plan, self.names, self.most, self.leap = search, search.plan, [payment.name], most, leap
        self.columns = quantities(self.plan, payment)
        small = sorted((one for one in search.tried if 0 < one.tables.size <= _LARGEST), key=lambda one: one.tables.size)
        self.bases = [*(one for one in worked if one.tables.size <= _LARGEST), *small][:_BASES]
        self.maker = Maker(self.plan, _SEED)  # its own, so that what else is searched for stays as it is
        self.runs = 0
        # by tables that were started from (their id: all of them are kept), which row of them, and what stands there instead
        self._ran: dict[tuple[int, str, int, tuple[object, ...]], Tried] = {}
        self._starts: dict[tuple[int, str, int], int] = {}

    def pair(self) -> _Pair | None:
        """Tables that differ by the smallest step of one cell, and whose payments differ by more than ``most``, and by no more than the leap."""
        if not self.columns:
            return None
        for base, table, number, other in self._candidates():
            if self.runs > _RUNS:
                return None
            found = self._between(base, table, number, other)
            if found is not None:
                return found
        return None

    def _candidates(self) -> Iterable[tuple[Tried, str, int, Record]]:
        """A table, a row of it, and another record for that row: with the numbers of another row, then with one cell that is another."""
        tables = list(dict.fromkeys(table for table, _ in self.columns))
        bases = [base for base in self.bases if not base.held(self.names)]
        others = {table: [record for base in self.bases for record in base.tables.records.get(table, ())] for table in tables}
        for base in bases:
            for table in tables:
                numbers = [name for of, name in self.columns if of == table and name not in self.plan.table(table).key]
                for number, record in enumerate(base.tables.records.get(table, ())):
                    for other in others[table][:12]:
                        if any(other[name] is None or record[name] is None for name in numbers):
                            continue
                        yield base, table, number, {**record, **{name: other[name] for name in numbers}}
                    for name in numbers:
                        for value in self._values(table, name):
                            if record[name] is not None:
                                yield base, table, number, {**record, name: value}

    def _values(self, table: str, name: str) -> Iterable[object]:
        column = self.plan.table(table).column(name)
        if column.type.numeric:
            yield from (Fraction(end) for end in (column.at_least, column.at_most) if end is not None)
        yield from (self.maker.cell(self.plan.table(table), column, self.maker.bases()[0], 0.0) for _ in range(3))

    # ---- halving -------------------------------------------------------------------------------------------------
    def _between(self, base: Tried, table: str, number: int, other: Record) -> _Pair | None:
        record = base.tables.records[table][number]
        moving = [self.plan.table(table).column(name) for name, value in other.items() if value != record[name]]
        if not moving:
            return None

        def at(part: Fraction) -> Tried:
            return self._run(base.tables, table, number, {**record, **{c.name: _on_the_way(c, record, other, part) for c in moving}})

        low, high = (Fraction(0), base), (Fraction(1), at(Fraction(1)))
        for _ in range(_HALVINGS):
            if self._apart(low[1], high[1]) <= self.most:
                return None
            middle = (low[0] + high[0]) / 2
            half = at(middle)
            if half.tables in (low[1].tables, high[1].tables):
                break
            if self._apart(low[1], half) >= self._apart(half, high[1]):
                high = middle, half
            else:
                low = middle, half
        return self._one_cell(low[1], high[1], table, number)

    def _one_cell(self, low: Tried, high: Tried, table: str, number: int) -> _Pair | None:
        """Of two rows that differ in a few cells by their smallest steps: the step that leaps."""
        before, record = low, dict(low.tables.records[table][number])
        for name, value in high.tables.records[table][number].items():
            if record[name] == value:
                continue
            after = self._run(low.tables, table, number, {**record, name: value})
            moved = self._apart(before, after)
            column = self.plan.table(table).column(name)
            step = abs(_count(column, value) - _count(column, record[name])) == 1
            if (
                step
                and moved > self.most
                and (self.leap is None or moved <= self.leap)
                and self._sharp(before, after, table, number, column)
            ):
                return before, after
            before, record = after, {**record, name: value}
        return None

    def _sharp(self, before: Tried, after: Tried, table: str, number: int, column: Column) -> bool:
        """Whether a step further on either side is much smaller: if not, it is what a step is worth."""
        moved = self._apart(before, after)
        for here, there in ((before, after), (after, before)):
            record = here.tables.records[table][number]
            way = _count(column, record[column.name]) - _count(column, there.tables.records[table][number][column.name])
            further = _value(column, _count(column, record[column.name]) + way)
            if (
                _inside(column, further)
                and self._apart(here, self._run(here.tables, table, number, {**record, column.name: further})) * 2 > moved
            ):
                return False
        return True

    def _run(self, tables: Tables, table: str, number: int, record: Record) -> Tried:
        """What comes of the tables with another record there; what was asked before counts as a run, and is not run again."""
        self.runs += 1
        start = self._starts.get((id(tables), table, number), id(tables))
        asked = start, table, number, tuple(record.values())
        if asked not in self._ran:
            found = self._ran[asked] = Tried(self.plan, with_record(tables, table, number, record))
            self._starts[id(found.tables), table, number] = start
        return self._ran[asked]

    def _apart(self, one: Tried, other: Tried) -> int:
        """How far what is paid differs; nothing where it cannot be said."""
        if one.held(self.names) or other.held(self.names):
            return 0
        return abs(one.paid(self.names) - other.paid(self.names))


def quantities(plan: Plan, payment: Payment) -> list[tuple[str, str]]:
    """The columns with numbers, and those with days that days are counted from, that a payment depends on: by table and name."""
    found: dict[tuple[str, str], None] = {}
    seen: set[tuple[str, bool]] = set()

    def walk(node: Node, elapsed: bool) -> None:
        elapsed = elapsed or node.op in ELAPSED
        if node.op == "column" and (node.type.numeric or (elapsed and node.type.kind == "date")):
            found[node.params["table"], node.params["column"]] = None
        if node.op == "item" and (node.params["step"], elapsed) not in seen:
            seen.add((node.params["step"], elapsed))
            walk(plan.step(node.params["step"]).node, elapsed)
        for arg in node.args:
            walk(arg, elapsed)

    walk(plan.step(payment.amount).node, False)
    tables = {table.name: table for table in plan.tables}
    return [(table, name) for table, name in found if table in tables and not tables[table].column(name).link]


def smallest(plan: Plan, before: Tried, after: Tried) -> str:
    """The step by which one cell differs, in words: "$0.01 of saving", "1 day of opened_on"."""
    for table in plan.tables:
        for one, other in zip(before.tables.records[table.name], after.tables.records[table.name], strict=True):
            for column in table.columns:
                if one[column.name] != other[column.name]:
                    return f"{_unit(plan, column)} of {column.name}"
    return "one row"


def far(plan: Plan, grain: str, before: Tried, after: Tried) -> bool:
    """Whether they differ in a number of a line's own row, or of one above it, by more than its smallest step: then what lies between moves
    the payment too. Rows that are added up come and go as they are."""
    for table in _above(plan, grain):
        one, other = before.tables.records[table.name], after.tables.records[table.name]
        for row, changed in zip(one, other, strict=False) if len(one) == len(other) else ():
            for column in [c for c in table.columns if c.type.numeric and row[c.name] != changed[c.name]]:
                values = row[column.name], changed[column.name]
                if None not in values and abs(_count(column, values[0]) - _count(column, values[1])) != 1:
                    return True
    return False


def _above(plan: Plan, grain: str) -> list[Table]:
    own = [table for table in plan.tables if table.name == grain]
    return [*own, *(above for table in own if table.parent is not None for above in _above(plan, table.parent.table))]


def _unit(plan: Plan, column: Column) -> str:
    kind, step = column.type.kind, quantum(column)
    if kind == "date":
        return "1 day"
    if kind == "money":
        return pounds(plan, 1)
    text = cell_text(column, step)
    return {"minutes": f"{text} minutes", "days": f"{text} days", "months": f"{text} months"}.get(kind, text)


def _count(column: Column, value: object) -> int:
    """How many of its smallest steps a cell is."""
    if isinstance(value, date):
        return value.toordinal()
    assert isinstance(value, Fraction)
    return (value / quantum(column)).__floor__()


def _value(column: Column, count: int) -> object:
    if column.type.kind == "date":
        return date.min + timedelta(days=min(max(count, 1), date.max.toordinal()) - 1)
    return count * quantum(column)


def _inside(column: Column, value: object) -> bool:
    if not isinstance(value, Fraction):
        return True
    return (column.at_least is None or value >= Fraction(column.at_least)) and (column.at_most is None or value <= Fraction(column.at_most))


def _on_the_way(column: Column, record: Record, other: Record, part: Fraction) -> object:
    start, end = _count(column, record[column.name]), _count(column, other[column.name])
    return _value(column, start + ((end - start) * part).__floor__())
