"""Worked examples of a contract, run with the reference engine: the drafter's own tests, in the contract's own words."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from pbr.engine.record.machine import Machine, NotGiven
from pbr.engine.record.rows import Rows, load
from pbr.language.literals import parse_literal
from pbr.language.tree import Name, Number, Quoted
from pbr.language.trouble import Trouble
from pbr.language.types import Type
from pbr.plan.naming import World
from pbr.plan.parameters import value_of
from pbr.plan.plan import Plan
from pbr.plan.quantities import SIGNS, same
from pbr.plan.trouble import Mistake
from pbr.problem import Place, Problem, Refused
from pbr.terms.loading import Loaded
from pbr.terms.models import Example, Scalar
from pbr.values.value import NO_SUCH, Value

Key = tuple[str, ...]
TOTALS = ("gross", "deducted", "paid")


@dataclass(frozen=True)
class ExampleResult:
    """``asserted``: how many values were compared. ``reached``: names of the steps the expectations depend on."""

    name: str
    problems: tuple[Problem, ...]
    asserted: int
    reached: frozenset[str]

    @property
    def ok(self) -> bool:
        return not self.problems


def run_examples(loaded: Loaded, plan: Plan) -> list[ExampleResult]:
    """Each worked example of the contract with what it found. Bad values in an example are problems of that example."""
    return [_Run(loaded, plan, example).result() for example in loaded.contract.examples]


def unreached(plan: Plan, results: list[ExampleResult]) -> list[str]:
    """Named facts, outcomes, measures and payments that no expectation depends on, in plan order."""
    reached = frozenset().union(*(result.reached for result in results))
    return [step.name for step in plan.steps if step.kind in ("fact", "outcome", "measure", "payment") and step.name not in reached]


class _Run:
    def __init__(self, loaded: Loaded, plan: Plan, example: Example) -> None:
        self.loaded, self.plan, self.example = loaded, plan, example
        self.world = World(plan.currency, SIGNS[plan.currency], plan.first_day, plan.last_day)
        self.problems: list[Problem] = []
        self.names: set[str] = set()
        self.asserted = 0
        self.notes: list[str] = []

    def result(self) -> ExampleResult:
        try:
            machine = self._given() if self.example.rows is None else self._rows()
            if machine is not None:
                self._expect(machine)
        except Refused as refused:
            self.problems += refused.problems
        if not self.problems and not self.asserted:
            self._problem("PBR500", "This example expects nothing.", "Name what must come out under `expect`.", self.example.name.place)
        return ExampleResult(self.example.name.text, tuple(self.problems), self.asserted, frozenset(self._closure()))

    def _closure(self) -> Iterator[str]:
        waiting, seen = list(self.names), set(self.names)
        while waiting:
            name = waiting.pop()
            yield name
            step = next((step for step in self.plan.steps if step.name == name), None)
            reads = list(step.reads) if step is not None else []
            if step is not None and step.settles is not None:
                reads.append(step.settles.day)
            waiting += [other for other in reads if other not in seen]
            seen.update(reads)

    def _problem(self, code: str, says: str, hint: str, place: Place | None) -> None:
        self.problems.append(
            self.loaded.source.problem(code, f"Example `{self.example.name.text}`: {says}", hint, place or self.example.name.place)
        )

    # ---- input --------------------------------------------------------------------------------------------------
    def _complete_to(self) -> dict[str, date | None]:
        told = self.example.complete_to
        days: dict[str, date | None] = dict.fromkeys((table.name for table in self.plan.tables), None)
        if isinstance(told, Scalar):
            day = self._day(told)
            return dict.fromkeys(days, day)
        for name, leaf in (told or {}).items():
            if name not in days:
                self._problem("PBR501", f"there is no table `{name}`.", "", leaf.place)
            days[name] = self._day(leaf)
        return days

    def _day(self, leaf: Scalar) -> date | None:
        try:
            return date.fromisoformat(leaf.text)
        except ValueError:
            self._problem("PBR351", f"`{leaf.text}` is not a date.", "Write it as 2012-04-01.", leaf.place)
            return None

    def _rows(self) -> Machine | None:
        from pbr.platform.duck import connect
        from pbr.submission.reading import Input, read_submission

        assert self.example.rows is not None
        inputs, names = [], {table.name for table in self.plan.tables}
        for name, rows in self.example.rows.items():
            if name not in names:
                self._problem(
                    "PBR501",
                    f"there is no table `{name}`.",
                    f"Tables: {', '.join(sorted(names))}.",
                    rows[0][0].place if rows and rows[0] else None,
                )
                continue
            inputs.append(Input(name, None, None, [[leaf.text for leaf in row] for row in rows], name))
        for table in self.plan.tables:
            if table.name not in self.example.rows:
                inputs.append(Input(table.name, None, None, [[column.name for column in table.columns]], table.name))
        complete_to = self._complete_to()
        if self.problems:
            return None
        with tempfile.TemporaryDirectory(prefix="pbr-example-") as folder:
            con = connect(Path(folder), [])
            try:
                accepted = read_submission(self.plan, {}, inputs, complete_to, con, Path(folder))
                found = con.execute("SELECT TABLE_NAME, ROW, SAYS FROM findings ORDER BY ALL").fetchall()
                self.notes = [f"{table} row {row}: {says}" for table, row, says in found]
                rows_ = load(accepted, self.plan)
            finally:
                con.close()
        return Machine(self.plan, rows_)

    def _given(self) -> Machine | None:
        given: dict[str, dict[Key, Value]] = {}
        for name, told in (self.example.given or {}).items():
            table = next((table for table in self.plan.tables if table.name == name), None)
            if table is not None and isinstance(told, list):
                given[name] = {self._key(leaf.text): NO_SUCH for leaf in told}
                continue
            found = self._named(name)
            if found is None:
                self._problem("PBR502", f"nothing is called `{name}`.", "Give columns, facts, outcomes and measures by name.", _place(told))
                continue
            full, grain, type_ = found
            values: dict[Key, Value] = {}
            for key, leaf in self._cells(told, grain):
                value = self._literal(leaf, type_)
                if value is not None:
                    values[key] = value
            given[full] = values
        complete_to = self._complete_to()
        if self.problems:
            return None
        tables: dict[str, Any] = {table.name: [] for table in self.plan.tables}
        none: dict[str, Any] = {table.name: [] for table in self.plan.tables}
        counts = {table.name: 0 for table in self.plan.tables}
        return Machine(self.plan, Rows(tables, none, counts, complete_to), given=given)

    def _named(self, name: str) -> tuple[str, str, Type] | None:
        """Full name, grain and type of a step or a column."""
        step = next((step for step in self.plan.steps if step.name == name), None)
        if step is not None:
            return name, step.grain, step.type
        table_name, _, column_name = name.rpartition(".")
        for table in self.plan.tables:
            if table_name in ("", table.name):
                for column in table.columns:
                    if column.name == column_name:
                        return f"{table.name}.{column.name}", table.name, column.type
        return None

    @staticmethod
    def _key(text: str) -> Key:
        return tuple(part.strip() for part in text.split(" | ")) if text else ()

    def _cells(self, told: Any, grain: str) -> Iterator[tuple[Key, Any]]:
        if isinstance(told, Mapping):
            for key, leaf in told.items():
                yield self._key(str(key)), leaf
        else:
            if grain != "contract":
                self._problem("PBR503", f"one value is given, but there is one per {grain}.", "Write {KEY: VALUE, ...}.", _place(told))
                return
            yield (), told

    def _literal(self, leaf: Any, type_: Type) -> Value | None:
        if not isinstance(leaf, Scalar):
            self._problem("PBR503", "a single value is needed here.", "", _place(leaf))
            return None
        if leaf.text in ("unknown", "held"):
            return Value.unknown(1)
        if leaf.text == "none":
            return NO_SUCH
        if type_.kind in ("identifier", "text", "code"):
            return Value.known(leaf.text)
        try:
            tree = parse_literal(leaf.text)
            if isinstance(tree, (Name, Quoted)):
                raise Mistake("PBR503", f"`{leaf.text}` is not {type_.phrase}.")
            found, value = value_of(self.world, tree)
        except Trouble as trouble:
            self._problem(trouble.code, trouble.says, trouble.hint, leaf.at(trouble.at, trouble.end))
            return None
        except Mistake as mistake:
            self._problem(mistake.code, mistake.says, mistake.hint, leaf.place)
            return None
        if same(found, type_) is None:
            self._problem(
                "PBR503", f"`{leaf.text}` is {found.phrase}; {type_.phrase} is needed.", "Write the value with its unit.", leaf.place
            )
            return None
        if type_.kind == "date":
            return Value.known(date.fromisoformat(str(value)))
        if type_.numeric and isinstance(tree, Number):
            return Value.known(Fraction(value))
        return Value.known(value)

    # ---- expectations -------------------------------------------------------------------------------------------
    def _expect(self, machine: Machine) -> None:
        for name, told in (self.example.expect or {}).items():
            if name == "total":
                self._total(machine, told)
                continue
            found = self._named(name)
            if found is None or found[0] != name:
                self._problem(
                    "PBR502",
                    f"nothing that is decided is called `{name}`.",
                    "Expect facts, outcomes, measures, payments or `total`.",
                    _place(told),
                )
                continue
            self.names.add(name)
            for key, leaf in self._cells(told, found[1]):
                self._compare(machine, name, key, leaf, found[2])
        for name, told in (self.example.expect_held or {}).items() if isinstance(self.example.expect_held, dict) else ():
            found = self._named(name)
            if found is None:
                self._problem("PBR502", f"nothing that is decided is called `{name}`.", "", _place(told))
                continue
            self.names.add(name)
            for key, place, why in self._held(told, found[1]):
                self._compare_value(machine, name, key, Value.unknown(1), place, "held")
                if why:
                    self._compare_reason(machine, name, key, why, place)

    def _held(self, told: Any, grain: str) -> Iterator[tuple[Key, Place | None, str]]:
        """Key, place and (where it is said) why: a list of keys, a map of key to reason, or for the contract just the reason."""
        if isinstance(told, list):
            yield from ((self._key(leaf.text), _place(leaf), "") for leaf in told)
        elif isinstance(told, Mapping):
            yield from ((self._key(str(key)), _place(leaf), leaf.text) for key, leaf in told.items())
        elif isinstance(told, Scalar):
            yield ((), told.place, told.text) if grain == "contract" else (self._key(told.text), told.place, "")

    def _compare_reason(self, machine: Machine, name: str, key: Key, why: str, place: Place | None) -> None:
        """What holds it must be named among its reasons, or among those of what it reads."""
        row = next((row for row in machine.keys(self.plan.step(name).grain) if tuple(str(part) for part in row) == key), None)
        if row is None:
            return
        reasons = set(self._reasons(name, machine.value(name, row).why))
        self.asserted += 1
        if why not in reasons:
            self._problem(
                "PBR506",
                f"{name}[{' | '.join(key)}] is expected to be held by {why}; it is held by {', '.join(sorted(reasons)) or 'nothing'}.",
                "",
                place,
            )

    def _reasons(self, name: str, why: int) -> Iterator[str]:
        """Kinds and names of the reasons in a mask; those of an item that is unknown, and of items read by the rows held, follow whole."""
        step = self.plan.step(name)
        for bit, reason in enumerate(step.reasons):
            if not why >> bit & 1:
                continue
            yield reason.kind
            yield reason.what.rpartition(".")[2]
            inner = [reason.what] if reason.kind == "item" else list(step.reads) if reason.kind == "held" else []
            if reason.kind == "held":
                inner += [step for cohort in self.plan.cohorts for step in (cohort.member,) if cohort.name == self.plan.step(name).grain]
            for other in inner:
                yield from self._reasons(other, (1 << len(self.plan.step(other).reasons)) - 1)

    def _compare(self, machine: Machine, name: str, key: Key, leaf: Any, type_: Type) -> None:
        if isinstance(leaf, Scalar) and leaf.text == "held":
            self._compare_value(machine, name, key, Value.unknown(1), leaf.place, "held")
            return
        expected = self._literal(leaf, type_)
        if expected is not None:
            self._compare_value(machine, name, key, expected, _place(leaf), leaf.text)

    def _compare_value(self, machine: Machine, name: str, key: Key, expected: Value, place: Place | None, shown: str) -> None:
        self.asserted += 1
        grain = self.plan.step(name).grain
        row = next((row for row in machine.keys(grain) if tuple(str(part) for part in row) == key), None)
        where = f"{name}[{' | '.join(key)}]" if key else name
        if row is None:
            self._problem(
                "PBR504", f"{where} is expected, but there is no such row." + self._noted(), f"Rows: {_some(machine.keys(grain))}.", place
            )
            return
        try:
            actual = machine.value(name, row)
        except NotGiven as missing:
            self._problem(
                "PBR505", f"{where} needs `{missing.name}`, which the example does not give.", "Give it, or give what it is made of.", place
            )
            return
        if expected.state == "unknown":
            if actual.state not in ("unknown", "range"):
                self._problem(
                    "PBR506",
                    f"{where} is expected to be held, and is {show(actual, self.plan.step(name).type, self.world.sign)}.",
                    "",
                    place,
                )
        elif (actual.state, actual.low) != (expected.state, expected.low):
            came = show(actual, self.plan.step(name).type, self.world.sign)
            self._problem(
                "PBR506",
                f"{where} is expected to be {shown}, and comes out as {came}." + self._noted(),
                "Either the term or the example is wrong.",
                place,
            )

    def _total(self, machine: Machine, told: Any) -> None:
        self.names |= {payment.name for payment in self.plan.payments}
        try:
            lines = [line for line in machine.lines() if line.result != "sets"]
        except NotGiven as missing:
            self._problem("PBR505", f"the total needs `{missing.name}`, which the example does not give.", "", _place(told))
            return
        gross = sum(line.amount for line in lines if line.amount is not None and line.amount > 0)
        deducted = -sum(line.amount for line in lines if line.amount is not None and line.amount < 0)
        sums = {"gross": gross, "deducted": deducted, "paid": gross - deducted}
        wanted = told if isinstance(told, Mapping) else {"paid": told}
        for name, leaf in wanted.items():
            if name not in TOTALS:
                self._problem("PBR502", f"`{name}` is not a total.", f"Totals: {', '.join(TOTALS)}.", _place(leaf))
                continue
            expected = self._literal(leaf, Type("money"))
            self.asserted += 1
            if expected is not None and expected.low != sums[name]:
                came = show(Value.known(sums[name]), Type("money"), self.world.sign)
                self._problem(
                    "PBR506",
                    f"the total ({name}) is expected to be {leaf.text}, and comes out as {came}." + self._noted(),
                    "",
                    _place(leaf),
                )

    def _noted(self) -> str:
        return "".join(f"\n{note}" for note in self.notes[:5])


def _place(told: Any) -> Place | None:
    if isinstance(told, Scalar):
        return told.place
    if isinstance(told, list) and told:
        return _place(told[0])
    if isinstance(told, Mapping) and told:
        return _place(next(iter(told.values())))
    return None


def _some(keys: list[tuple[Any, ...]]) -> str:
    return ", ".join(" | ".join(str(part) for part in key) for key in keys[:6]) or "none"


def show(value: Value, type_: Type, sign: str) -> str:
    """A value in a message, exactly."""
    if value.state == "none":
        return "none"
    if value.state in ("unknown", "not yet"):
        return "held" if value.state == "unknown" else "not yet"
    ends = [value.low] if value.low == value.high else [value.low, value.high]
    return " to ".join(_one(end, type_, sign) for end in ends)


def _one(end: Any, type_: Type, sign: str) -> str:
    if type_.kind == "truth":
        return "yes" if end else "no"
    if type_.kind == "money" and end.denominator == 1:
        return f"{'-' if end < 0 else ''}{sign}{abs(end.numerator) // 100:,}.{abs(end.numerator) % 100:02d}"
    if type_.kind in ("percent", "points"):
        return f"{_decimal(end * 100)}{'%' if type_.kind == 'percent' else ' percentage points'}"
    return _decimal(end) if isinstance(end, Fraction) else str(end)


def _decimal(value: Fraction) -> str:
    """Exact where it ends within 20 decimals, else the fraction."""
    for places in range(21):
        if (value * 10**places).denominator == 1:
            digits = f"{abs(value * 10**places).numerator:0{places + 1}d}"
            return ("-" if value < 0 else "") + (digits if not places else f"{digits[:-places]}.{digits[-places:]}")
    return str(value)
