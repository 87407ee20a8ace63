"""Small tables made for a contract: families of rows that belong together, with values around everything the plan compares with.

All of it comes from one seed, so the same contract is always tried with the same tables.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from pbr.plan.node import Node
from pbr.plan.plan import Column, Plan, Table
from pbr.plan.quantities import written_base

Cell = Any  # a Python value in base units, an Id, or None for a blank
Record = dict[str, Cell]
_Numbers = list[Fraction | None]
_Pool = tuple[_Numbers, _Numbers, Fraction]
_ALIKE = {"whole": ("whole", "number"), "number": ("whole", "number"), "percent": ("percent", "points"), "points": ("percent", "points")}
FAR = 3660  # days: longer than any window we know of
_TRIES = 12


@dataclass(frozen=True)
class Id:
    """An identifier that becomes a new one in each copy of a family: ``letter`` it begins with, its number there, and how the column it
    comes from is written (``picture``, ``shortest``), so that whatever links to it is written alike."""

    letter: str
    number: int
    picture: str = ""
    shortest: int = 0

    def text(self, copy: int) -> str:
        serial = copy * 100 + self.number if self.number > 1 else copy
        if self.picture:
            digits = iter(f"{serial:0{self.picture.count('9')}d}")
            return "".join("A" if sign == "A" else next(digits, "0") if sign == "9" else sign for sign in self.picture)
        return f"{self.letter}{serial}".ljust(self.shortest, "0")


@dataclass(frozen=True)
class Family:
    """A row of a table that belongs to no other, and the rows that belong to it or match it: (table, cells) with Ids."""

    rows: tuple[tuple[str, Record], ...]


@dataclass(frozen=True)
class Tables:
    """Records by table, ready for an engine, and the day they are complete to."""

    records: Mapping[str, tuple[Record, ...]]
    complete_to: date

    @property
    def size(self) -> int:
        return sum(len(rows) for rows in self.records.values())


class Maker:
    """Makes families and tables of them. ``pins``: columns that must hold one code."""

    def __init__(self, plan: Plan, seed: int = 1, pins: Mapping[tuple[str, str], str] | None = None) -> None:
        self.plan, self.pins = plan, pins or {}
        self.random = random.Random(seed)
        self.numbers = _constants(plan)
        self.spans = sorted({int(n) for n in self.numbers.get("days", ()) if abs(n) < 20000} | {
            int(n * 30) for n in self.numbers.get("months", ()) if abs(n) < 700
        })  # fmt: skip
        self._pools: dict[tuple[str, str], _Pool] = {}
        self._alike: dict[tuple[str, Fraction, Fraction | None, Fraction | None], _Pool] = {}
        self.months = sorted({int(n) for n in self.numbers.get("months", ()) if abs(n) < 700})
        self.days = sorted(_days(plan))
        self.below: dict[str, list[Table]] = {table.name: [] for table in plan.tables}
        self.roots: list[Table] = []
        for table in plan.tables:
            link = table.parent or table.matched
            if link is None:
                self.roots.append(table)
            else:
                self.below[link.table].append(table)

    # ---- families ------------------------------------------------------------------------------------------------
    def family(self, root: Table, base: date, *, most: int = 3, blanks: float = 0.1) -> Family:
        rows: list[tuple[str, Record]] = []
        counter: dict[str, int] = {}
        self._add(root, None, base, most, blanks, rows, counter)
        return Family(tuple(rows))

    def _add(
        self, table: Table, above: Record | None, base: date, most: int, blanks: float, rows: list[tuple[str, Record]], counter: dict[str, int]
    ) -> None:  # fmt: skip
        fixed = self._linked(table, above)
        number = counter[table.name] = counter.get(table.name, 0) + 1
        record: Record = {}
        last = base
        for column in table.columns:
            if column.name in fixed:
                record[column.name] = fixed[column.name]
                continue
            if column.name in table.key and column.type.kind in ("identifier", "text"):
                record[column.name] = _id(column, number)
            elif column.name in table.key and column.type.kind in ("whole", "number"):
                record[column.name] = Fraction(column.at_least or 1) + number - 1
            else:
                record[column.name] = self.cell(table, column, last, blanks)
            if column.type.kind == "date" and record[column.name] is not None and self.random.random() < 0.7:
                last = record[column.name]
        if table.key and any(other == table.name and all(found[name] == record[name] for name in table.key) for other, found in rows):
            return  # its key is taken: a code that stands already
        rows.append((table.name, record))
        for below in self.below[table.name]:
            covered = below.cover is not None and below.cover.table == table.name
            for _ in range(max(int(covered), self.random.choice((0, 1, 1, 2, most)))):
                self._add(below, record, self._first_day(record, base), most, blanks, rows, counter)

    @staticmethod
    def _linked(table: Table, above: Record | None) -> Record:
        link = table.parent or table.matched
        if link is None or above is None:
            return {}
        onto = link.onto or tuple(link.columns)
        return {column: above.get(name) for column, name in zip(link.columns, onto, strict=False)}

    @staticmethod
    def _first_day(record: Record, base: date) -> date:
        return next((value for value in record.values() if isinstance(value, date)), base)

    # ---- cells ---------------------------------------------------------------------------------------------------
    def cell(self, table: Table, column: Column, base: date, blanks: float) -> Cell:
        pinned = self.pins.get((table.name, column.name))
        if pinned is not None:
            return pinned
        r, kind = self.random, column.type.kind
        if column.type.absent and column.name not in table.key and not column.link and r.random() < blanks:
            return None
        if kind == "truth":
            return r.random() < 0.5
        if kind == "code":
            return r.choice(column.type.codes)
        if kind == "codes":
            return tuple(sorted(code for code in column.type.codes if r.random() < 0.3))
        if kind == "date":
            return self._day(base)
        if kind in ("identifier", "text"):
            return _id(column, r.choice((1, 1, 1, 1, 1, 2)))
        return self._number(table, column)

    def _day(self, base: date) -> date:
        r = self.random
        chance = r.random()
        if chance < 0.25:
            return base
        if chance < 0.45:
            return moved(base, r.randrange(1, 60))
        if chance < 0.8 and (self.spans or self.months):
            if self.months and (not self.spans or r.random() < 0.6):
                return moved(_months_on(base, r.choice(self.months)), r.choice((-1, 0, 1)))
            return moved(base, r.choice(self.spans) + r.choice((-1, 0, 1)))
        if chance < 0.9:
            return moved(base, FAR)
        return moved(r.choice(self.days), r.choice((-1, 0, 1)))

    def _number(self, table: Table, column: Column) -> Fraction:
        pool, small, else_ = self._pools.get((table.name, column.name)) or self._pool(table, column)
        chance, one = self.random.random, self._one
        for _ in range(_TRIES):
            value = one(pool if chance() < 0.7 else small)
            if value is not None:
                return value
        return else_

    def _one(self, values: _Numbers) -> Fraction | None:
        """One of these by chance, as ``random.choice`` takes it, which costs twice as much."""
        bits, many = self.random.getrandbits, len(values)
        length = many.bit_length()
        number = bits(length)
        while number >= many:
            number = bits(length)
        return values[number]

    def _pool(self, table: Table, column: Column) -> _Pool:
        """The numbers worth trying (what the plan compares such numbers with, and their neighbours), a hundred small ones, and the one that is
        taken where no other is found. None stands for a number that the column does not allow. Columns of one kind, with the same step and ends, share one."""
        kind, step = column.type.kind, quantum(column)
        low = Fraction(column.at_least) if column.at_least is not None else None
        high = Fraction(column.at_most) if column.at_most is not None else None
        found = self._alike.get((kind, step, low, high))
        if found is None:
            pool = [Fraction(0), step, *(end for end in (low, high) if end is not None)]
            pool += [n + way * step for one in _ALIKE.get(kind, (kind,)) for n in self.numbers.get(one, ()) for way in (-1, 0, 1)]

            def allowed(values: Iterable[Fraction]) -> _Numbers:
                return [v if (low is None or v >= low) and (high is None or v <= high) else None for v in values]

            # here and not at each draw, which took a third of a check
            whole = allowed((value / step).__floor__() * step for value in pool)
            else_ = low if low is not None else high if high is not None else Fraction(0)
            found = self._alike[kind, step, low, high] = whole, allowed(count * step for count in range(100)), else_
        self._pools[table.name, column.name] = found
        return found

    # ---- tables --------------------------------------------------------------------------------------------------
    def bases(self) -> list[date]:
        """Days on which families may begin: inside each group of each cohort, and inside the term."""
        first, last = date.fromisoformat(self.plan.first_day), date.fromisoformat(self.plan.last_day)
        spread = [(date.fromisoformat(g.first_day), date.fromisoformat(g.last_day)) for c in self.plan.cohorts for g in c.groups[:4]]
        return list(dict.fromkeys(moved(a, (b - a).days // 4) for a, b in [*spread, (first, last)]))

    def families(self, base: date, how_many: int, *, blanks: float = 0.1) -> list[Family]:
        """Families of every root table in turn."""
        return [self.family(root, base, blanks=blanks) for _ in range(how_many) for root in self.roots]


def quantum(column: Column) -> Fraction:
    """The smallest step of a column of numbers, in base units: a penny, or its last decimal."""
    if column.type.kind == "money":
        return Fraction(1)
    return Fraction(1, 10 ** (column.decimals or 0)) * written_base(column.type.kind, column.priced_per)


def _id(column: Column, number: int) -> Id:
    return Id(column.name[0], number, column.written_as, column.shortest or 0)


def moved(day: date, days: int) -> date:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return day


def _months_on(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= 9990:
        return day
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    return day


def copies(plan: Plan, families: Iterable[Family], late: date | None = None) -> Tables:
    """Tables of these families, each with identifiers of its own."""
    records: dict[str, list[Record]] = {table.name: [] for table in plan.tables}
    latest = date.fromisoformat(plan.last_day)
    for number, family in enumerate(families, 1):
        for name, record in family.rows:
            table = plan.table(name)
            made: Record = {name: cell.text(number) if isinstance(cell, Id) else cell for name, cell in record.items()}
            for column in table.key:  # whole numbers are keys too
                if isinstance(made[column], Fraction) and table.key == (column,):
                    made[column] += number * 1000
            records[name].append(made)
            latest = max([latest, *(value for value in made.values() if isinstance(value, date))])
    return Tables({name: _unique(plan.table(name), rows) for name, rows in records.items()}, late or moved(latest, 2 * FAR))


def _unique(table: Table, rows: list[Record]) -> tuple[Record, ...]:
    by_key = {tuple(row[name] for name in table.key): row for row in reversed(rows)}
    return tuple(reversed(by_key.values()))


def _constants(plan: Plan) -> dict[str, list[Fraction]]:
    """Every number a plan writes, by kind."""
    found: dict[str, dict[Fraction, None]] = {}

    def add(kind: str, value: Any) -> None:
        if isinstance(value, Mapping) and "n" in value:
            found.setdefault(kind, {})[Fraction(int(value["n"]), int(value["d"]))] = None

    for node in _nodes(plan):
        if node.op == "literal" and node.type.numeric:
            add(node.type.kind, node.params["value"])
        for _, value in (*node.params.get("entries", ()), *node.params.get("rows", ())):
            if node.type.numeric:
                add(node.type.kind, value)
    return {kind: list(values) for kind, values in found.items()}


def _days(plan: Plan) -> set[date]:
    found = {date.fromisoformat(plan.first_day), date.fromisoformat(plan.last_day)}
    for node in _nodes(plan):
        if node.op == "literal" and node.type.kind == "date" and isinstance(node.params["value"], str):
            found.add(date.fromisoformat(node.params["value"]))
        found |= {date.fromisoformat(start) for start, _ in node.params.get("entries", ())}
    return {day for day in found if 1800 < day.year < 2500}


def _nodes(plan: Plan) -> Iterable[Node]:
    for step in plan.steps:
        yield from step.node.walk()
