"""The stored trace and payments against the reference engine: every value of every row, by row key and column."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

from pbr.audit import layout
from pbr.audit.difference import Difference, Found
from pbr.engine.record.machine import Machine
from pbr.engine.record.statement import Line
from pbr.language.types import Type
from pbr.plan.columns import node_at, read_value, step_columns
from pbr.plan.node import Shape
from pbr.plan.plan import Column, Plan
from pbr.platform.duck import glob_text
from pbr.platform.sqltext import quote_name
from pbr.values.value import NONE, NOT_YET, Value

AT_ONCE = 5_000
Record = dict[str, Any]


@dataclass(frozen=True)
class Part:
    """Some rows of the trace file of a ``grain``, in their order: from number ``first``, counted from 0, to before ``end`` (None: to the last that there is)."""

    grain: str
    first: int = 0
    end: int | None = None

    @property
    def whole(self) -> bool:
        return self.first == 0 and self.end is None

    def of(self, keys: list[Any]) -> list[Any]:
        """Those of the grain's keys that should be those of its rows."""
        return keys[self.first : self.end]


class Compared(NamedTuple):
    """How many ``rows`` and ``values`` were compared. ``broken_off``: rows after these cannot be."""

    rows: int
    values: int
    broken_off: bool = False


class Grains:
    """Compares parts of the trace. Those of one grain, in their order and up to the first that is broken off, say what is said of it whole."""

    def __init__(self, plan: Plan, machine: Machine, con: Any, folder: Path) -> None:
        self.plan, self.machine, self.con, self.folder = plan, machine, con, folder

    def compare(self, part: Part, found: Found) -> Compared:
        """Raises Enough, and duckdb.Error for a file that cannot be read."""
        grain, file = part.grain, layout.trace_file(part.grain)
        source = self.folder / file
        expected_columns = trace_columns(self.plan, grain)
        names = column_names(self.con, source)
        if names != expected_columns:
            missing, extra = [n for n in expected_columns if n not in names], [n for n in names if n not in expected_columns]
            says = f"its columns are not those of the plan (missing: {_few(missing)}; not in the plan: {_few(extra)})"
            if part.first == 0:
                found.add(Difference(file, says))
            if missing:
                return Compared(0, 0, True)
        checker = _Grain(self.plan, self.machine, grain, file, found)
        keys = self.machine.keys(grain)
        expected = iter(part.of(keys))
        number = compared = 0
        for record in records(self.con, source, names, part.first, part.end):
            key = _key_of(self.plan, grain, record)
            want = next(expected, None)
            if want != key:
                # rows after this one would all be compared with the wrong ones: this says enough
                if want is None or key not in set(keys):
                    found.add(Difference(file, "the inputs give no such row, or not twice", key_text(key)))
                else:
                    found.add(Difference(file, f"this row is missing, or not in its place: {key_text(key)} stands there", key_text(want)))
                return Compared(number, compared, True)
            compared += checker.row(want, record)
            number += 1
        if (want := next(expected, None)) is not None:
            found.add(Difference(file, "this row is missing", key_text(want)))
            return Compared(number, compared, True)
        return Compared(number, compared)


class _Grain:
    """Compares rows of one grain."""

    def __init__(self, plan: Plan, machine: Machine, grain: str, file: str, found: Found) -> None:
        self.machine, self.file, self.found = machine, file, found
        self.table = next((table for table in plan.tables if table.name == grain), None)
        self.groups = {group.key: group for cohort in plan.cohorts if cohort.name == grain for group in cohort.groups}
        self.steps = [
            (step, [(part.number, f"{step.name}.{part.number}", node_at(step.node, part.path)) for part in step.parts])
            for step in plan.steps
            if step.grain == grain
        ]

    def row(self, key: tuple[Any, ...], record: Record) -> int:
        """Compares one row; gives the number of values compared."""
        compared = 0
        if self.table is not None:
            row = self.machine.row(self.table.name, key)
            place, code = self.machine.place(self.table.name, row)
            for name, stored, expected in (
                ("_row", record["_row"], row.number),
                ("_place", record["_place"], place),
                ("_code", record["_code"] or "", code or ""),
            ):
                self._plain(key, name, stored, expected)
            for column in self.table.columns:
                self._column(key, column, record[column.name], row.values[column.name])
                compared += 1
        elif key in self.groups:
            self._plain(key, "first_day", iso(record["first_day"]), self.groups[key].first_day)
            self._plain(key, "last_day", iso(record["last_day"]), self.groups[key].last_day)
        for step, parts in self.steps:
            self._value(key, step.name, step.type, step.node.shape, record, self.machine.value(step.name, key))
            for number, name, node in parts:
                self._value(key, name, node.type, node.shape, record, self.machine.part(step.name, number, key))
            compared += 1 + len(parts)
        return compared

    def _plain(self, key: tuple[Any, ...], name: str, stored: Any, expected: Any) -> None:
        if stored != expected:
            self.found.add(Difference(self.file, "", key_text(key), name, shown(stored), shown(expected)))

    def _column(self, key: tuple[Any, ...], column: Column, stored: Any, expected: Value) -> None:
        """A submitted value. Which absence a NULL stands for is said by the column, so NULL is compared with "no value"."""
        value = cell_value(column, stored)
        if value != expected.low:
            self.found.add(Difference(self.file, "", key_text(key), column.name, shown(value), shown(expected.low)))

    def _value(self, key: tuple[Any, ...], name: str, type_: Type, shape: Shape | None, record: Record, expected: Value) -> None:
        try:
            stored = read_value(record, name, type_, shape)
        except (ArithmeticError, AssertionError, KeyError, TypeError, ValueError):
            self.found.add(
                Difference(self.file, "what is stored cannot be a value", key_text(key), name, shown(record.get(name)), said(expected))
            )
            return
        if stored == expected:
            return
        # a NULL with why 0 is "none" or "not yet": which of the two is the type's business, not the row's
        if record[name] is None and stored.why == 0 and expected.state in (NONE, NOT_YET):
            return
        self.found.add(Difference(self.file, "", key_text(key), name, said(stored), said(expected)))


def compare_payments(plan: Plan, lines: list[Line], con: Any, folder: Path, found: Found) -> int:
    """payments.parquet against the reference engine's lines; gives the number of lines. Raises Enough and duckdb.Error."""
    file = layout.PAYMENTS
    names = column_names(con, folder / file)
    number = 0
    for record in records(con, folder / file, names):
        if number >= len(lines):
            found.add(
                Difference(
                    file, "the inputs give no such line", f"line {record.get('line')}", "", shown(record.get("key")), "no more lines"
                )
            )
            return number
        line = lines[number]
        expected = {
            "line": line.number,
            "payment": line.payment,
            "grain": line.grain,
            "key": list(line.key),
            "low": line.low,
            "high": line.high,
            "of": line.of,
            "amount": line.amount,
            "result": line.result,
            "why": line.why,
        }
        for index, (low, high) in enumerate(line.after):
            step = plan.then[index].number
            expected |= {f"low_{step}": low, f"high_{step}": high}
        if set(expected) != set(names):
            found.add(Difference(file, f"its columns are {', '.join(names)}", "", "", "", ", ".join(expected)))
            return number
        for name, want in expected.items():
            stored = _key_list(record[name]) if name == "key" else record[name]
            if stored != want:
                key = f"{line.payment} {key_text(line.key)}".strip()
                found.add(Difference(file, "", key, name, shown(stored), shown(want)))
        number += 1
    if number < len(lines):
        found.add(Difference(file, "this line is missing", f"{lines[number].payment} {key_text(lines[number].key)}".strip()))
    return number


def cell_value(column: Column, stored: Any) -> Any:
    """What a cell of a data table's column holds: numbers exact, sets of codes as a sorted tuple, None for NULL."""
    if stored is None:
        return None
    if column.type.numeric:
        return Fraction(int(stored), column.shape.den if column.shape is not None and column.shape.den else 1)
    return tuple(sorted(stored)) if column.type.kind == "codes" else stored


def _key_of(plan: Plan, grain: str, record: Record) -> tuple[Any, ...]:
    """A stored row's key as the reference engine has it: numbers in base units, whole ones as int."""
    table = next((table for table in plan.tables if table.name == grain), None)
    if table is None:
        return tuple(record[name] for name in plan.key_of(grain))
    parts = [cell_value(table.column(name), record[name]) for name in table.key]
    return tuple(part.numerator if isinstance(part, Fraction) and part.denominator == 1 else part for part in parts)


def trace_columns(plan: Plan, grain: str) -> list[str]:
    """The columns of ``trace/GRAIN.parquet``, in order, as ``plan.columns`` says."""
    out = list(plan.key_of(grain))
    for table in plan.tables:
        if table.name == grain:
            out += ["_row", *(column.name for column in table.columns if column.name not in table.key), "_place", "_code"]
    made = plan.made_table(grain)
    if made is not None:
        out += [column.name for column in made.table.columns if column.name not in made.table.key]
    if any(cohort.name == grain for cohort in plan.cohorts):
        out += ["first_day", "last_day"]
    return out + [name for step in plan.steps if step.grain == grain for name in step_columns(step)]


def column_names(con: Any, path: Path) -> list[str]:
    return [row[0] for row in con.execute(f"DESCRIBE SELECT * FROM read_parquet({glob_text(path)}, hive_partitioning = false)").fetchall()]


def records(con: Any, path: Path, names: list[str], first: int = 0, end: int | None = None) -> Iterator[Record]:
    """The rows of a Parquet file in their stored order, from number ``first`` to before ``end``, whole numbers as int. A cursor of its own, so that others can ask meanwhile."""
    cursor = con.cursor()
    cut = (f" LIMIT {end - first}" if end is not None else "") + (f" OFFSET {first}" if first else "")
    cursor.execute(
        f"SELECT {', '.join(quote_name(name) for name in names)} FROM read_parquet({glob_text(path)}, hive_partitioning = false){cut}"
    )
    while rows := cursor.fetchmany(AT_ONCE):
        for row in rows:
            yield dict(zip(names, (int(cell) if isinstance(cell, Decimal) else cell for cell in row), strict=True))


def iso(day: Any) -> str:
    return day.isoformat() if isinstance(day, date) else str(day)


def key_text(key: Any) -> str:
    return " | ".join(iso(part) for part in key) if isinstance(key, tuple) else str(key)


def said(value: Value) -> str:
    """A value for a person who compares two of them: its state where that matters, exact, never rounded."""
    if value.state in (NONE, NOT_YET):
        return value.state
    if value.low is None:
        return f"unknown (reasons {value.why})"
    return shown(value.low) if value.is_known else f"{shown(value.low)} to {shown(value.high)} (reasons {value.why})"


def shown(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (Fraction, int)):
        return str(value)
    if isinstance(value, (list, tuple)):
        return " | ".join(shown(item) for item in value)
    return iso(value) if isinstance(value, date) else repr(value)


def _key_list(text: Any) -> Any:
    try:
        return json.loads(text)
    except (TypeError, ValueError):
        return text


def _few(names: list[str]) -> str:
    return ", ".join(names[:5]) + (" ..." if len(names) > 5 else "") if names else "none"
