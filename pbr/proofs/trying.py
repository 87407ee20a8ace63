"""Running made tables with the reference engine, and writing them as the rows of a worked example."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from pbr.engine.record.machine import Machine
from pbr.engine.record.rows import Rows
from pbr.engine.record.statement import Line
from pbr.engine.record.watching import Watched
from pbr.plan.plan import Column, Plan
from pbr.plan.points import Point
from pbr.plan.quantities import written_base
from pbr.proofs.kin import Kin
from pbr.proofs.tables import Record, Tables
from pbr.values.value import Value

_PER_CENT = {"percent": "%", "points": ""}


@dataclass(frozen=True)
class Tried:
    """Tables and what the reference engine makes of them."""

    plan: Plan
    tables: Tables

    @cached_property
    def rows(self) -> Rows:
        days = {table.name: self.tables.complete_to for table in self.plan.tables}
        return Rows.by_hand(self.plan, self.tables.records, complete_to=days)

    @cached_property
    def machine(self) -> Machine:
        return Kin.of(self.plan).machine(self.rows, self.tables.complete_to)

    @property
    def asked(self) -> Machine:
        """The machine that has worked most out already."""
        return self.watched if "watched" in self.__dict__ else self.machine

    @cached_property
    def lines(self) -> list[Line]:
        return self.asked.lines()

    @cached_property
    def _some(self) -> dict[str, list[Line]]:
        return {}

    def lines_of(self, names: Iterable[str]) -> list[Line]:
        """The lines of these payments. Where no step of the statement looks at them nothing else is worked out."""
        wanted = set(names)
        if "lines" in self.__dict__ or any(step.name in wanted or wanted & set(step.over) for step in self.plan.then):
            return [line for line in self.lines if line.payment in wanted]
        for name in wanted - self._some.keys():
            self._some[name] = self.asked.lines(only=(name,))
        return [line for payment in self.plan.payments if payment.name in wanted for line in self._some[payment.name]]

    @cached_property
    def seen(self) -> frozenset[Point]:
        return frozenset(self.watched.look())

    @cached_property
    def written(self) -> dict[str, list[list[str]]]:
        return written(self.plan, self.tables)

    @cached_property
    def watched(self) -> Watched:
        """For what is asked of the way to a value; the machine alone is a quarter faster."""
        return Watched(self.plan, self.rows)

    def paid(self, names: Iterable[str]) -> int:
        """What the lines of these payments come to, held ones apart, in minor units."""
        return sum(line.amount or 0 for line in self.lines_of(names) if line.result != "sets")

    def held(self, names: Iterable[str]) -> bool:
        return any(line.result == "held" for line in self.lines_of(names))


def written(plan: Plan, tables: Tables) -> dict[str, list[list[str]]]:
    """Each table as a worked example has it: the columns, then the rows."""
    out = {}
    for table in plan.tables:
        rows = tables.records.get(table.name, ())
        out[table.name] = [
            [column.name for column in table.columns],
            *([cell_text(c, row.get(c.name)) for c in table.columns] for row in rows),
        ]
    return out


def cell_text(column: Column, value: Any) -> str:
    """A cell as a file has it."""
    if value is None or isinstance(value, Value):
        return ""
    kind = column.type.kind
    if isinstance(value, bool):
        return "yes" if value else "no"
    if kind == "codes":
        return (column.separator or ";").join(value)
    if isinstance(value, Fraction):
        return _decimal(value / written_base(column.type.kind, column.priced_per)) + _PER_CENT.get(kind, "")
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _decimal(value: Fraction) -> str:
    for places in range(31):
        scaled = value * 10**places
        if scaled.denominator == 1:
            digits = f"{abs(scaled.numerator):0{places + 1}d}"
            return ("-" if value < 0 else "") + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)
    return str(value)


def differs(
    before: Mapping[str, list[list[str]]], after: Mapping[str, list[list[str]]]
) -> list[tuple[str, list[str] | None, list[str] | None]]:
    """Rows of one and not of the other: (table, row before, row after); None where there is none."""
    out: list[tuple[str, list[str] | None, list[str] | None]] = []
    for name, rows in before.items():
        gone = [row for row in rows[1:] if row not in after[name]]
        come = [row for row in after[name][1:] if row not in rows]
        for number in range(max(len(gone), len(come))):
            out.append((name, gone[number] if number < len(gone) else None, come[number] if number < len(come) else None))
    return out


def with_record(tables: Tables, name: str, number: int, record: Record) -> Tables:
    rows = list(tables.records[name])
    rows[number] = record
    return Tables({**tables.records, name: tuple(rows)}, tables.complete_to)
