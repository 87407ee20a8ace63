"""The arithmetic of a statement from the canonical texts of its tables alone (``docs/pack-format.md``, Arithmetic): no engine, no plan.

Each rule is a line of that page; each thing that does not follow has the key that the page gives it, and is reported once.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from pbr.audit.arithmetic_due import Entry, check_due
from pbr.audit.canonical_text import Cell

RESULTS = ("pays", "pays_nothing", "deducts", "sets", "held")
SUMS = ("gross", "deducted", "paid")
GRADES = ("decided_by", "rests_on")
FIRST, LAST = ("line", "payment", "grain", "key", "low", "high", "of"), ("amount", "result", "why")
DUE = ("entry", "payment", "grain", "key", "kind", "line", "sum", "standing", "of_assessment", "of_line")


@dataclass(frozen=True)
class Line:
    """A row of payments. ``ends``: low and high before the steps, then after each."""

    number: int
    payment: str
    grain: str
    key: str
    ends: tuple[tuple[int | None, int | None], ...]
    of: int
    amount: int | None
    result: str


@dataclass
class Wrong:
    """What does not follow: key -> why, in the order found. Each key once."""

    found: dict[str, str] = field(default_factory=dict)

    def add(self, key: str, says: str) -> None:
        self.found.setdefault(key, says)

    def unless(self, holds: bool, key: str, says: str) -> None:
        if not holds:
            self.add(key, says)

    def same(self, key: str, stored: Any, expected: Any) -> None:
        if stored != expected or type(stored) is not type(expected):
            self.add(key, f"{shown(stored)} stands there, and {shown(expected)} follows from the lines")


Table = tuple[tuple[str, ...], Iterable[tuple[Cell, ...]]]


def check_arithmetic(payments: Table, due: Table | None, statement: Mapping[str, Any]) -> dict[str, str]:
    """Every key for which a rule does not hold, with why in words. ``payments``, ``due``: columns and rows. ``statement``: statement.json."""
    wrong = Wrong()
    totals = _map(statement.get("totals"))
    number = steps_of(payments[0])
    if number is None or (due is not None and due[0] != DUE):
        wrong.add("columns", "these are not the columns that a table of payments, or of what is due, has")
        return wrong.found
    said = totals.get("steps")
    named = isinstance(said, list) and [_map(step).get("step") for step in said] == list(range(1, number + 1))
    wrong.unless(named, "totals.steps", "these are not the steps of the lines")
    # a step of which nothing is said concerns no line
    steps = [_map(step) for step in [*_list(said), *([{}] * number)][:number]]
    each = {name: _map(told) for name, told in _map(totals.get("payments")).items()}
    own = {step["name"]: at for at, step in enumerate(steps, 1) if isinstance(step.get("name"), str)}
    money = {name for name, told in each.items() if told.get("form") != "factor"}
    listed = _list(statement["payments"]) if "payments" in statement else None
    if listed is None:
        wrong.same("payments", statement.get("payments_file"), "payments.parquet")
    elif not isinstance(statement["payments"], list):
        wrong.add("payments", "it is not a list of lines")
    sums, stepped = {name: _Sums() for name in each}, [_Step() for _ in steps]
    settled: dict[int, Line] = {}
    counted = held = 0
    for cells in payments[1]:
        counted += 1
        line = _line(cells, number)
        if line is None:
            wrong.add(f"line {counted}", "its cells are not what those of a line are")
            continue
        held += line.result == "held"
        _check_line(line, counted, own, money, each, wrong)
        _check_steps(line, counted, steps, wrong)
        for at, step in enumerate(stepped):
            step.add(line, at + 1, steps[at])
        if line.payment in sums:
            sums[line.payment].add(line)
        if listed is not None:
            _check_item(line, counted, listed[counted - 1 : counted], line.payment in money, wrong)
        if due is not None and line.payment in money:
            settled[counted] = line
    wrong.same("lines", statement.get("lines"), counted)
    if listed is not None:
        wrong.same("payments", len(listed), counted)
    wrong.same("totals.held", totals.get("held"), held)
    _check_totals(totals, each, money, sums, wrong)
    for at, (told, step) in enumerate(zip(steps, stepped, strict=True), 1):
        step.check(f"totals.steps {at}", told, wrong)
    _check_evidence(statement, each, money, sums, wrong)
    check_due_of(due, settled, statement, wrong)
    return wrong.found


def check_due_of(due: Table | None, lines: dict[int, Line], statement: Mapping[str, Any], wrong: Wrong) -> None:
    """Whether there is a settlement where there is a table of what is due, and whether both follow from the lines."""
    if due is None:
        wrong.unless("settlement" not in statement, "settlement", "there is one, and no table of what is due")
        return
    wrong.unless(isinstance(statement.get("settlement"), dict), "settlement", "there is none, and there is a table of what is due")
    amounts = {number: (line.payment, line.grain, line.key, line.amount, line.ends[-1][1]) for number, line in lines.items()}
    check_due((_entry(cells) for cells in due[1]), amounts, _map(statement.get("settlement")), wrong)


def steps_of(columns: tuple[str, ...]) -> int | None:
    """How many steps the columns of payments speak of; None where they are not such columns."""
    middle = columns[len(FIRST) : len(columns) - len(LAST)]
    number, rest = divmod(len(middle), 2)
    expected = tuple(f"{end}_{at}" for at in range(1, number + 1) for end in ("low", "high"))
    return number if not rest and columns == (*FIRST, *expected, *LAST) else None


def _line(cells: tuple[Cell, ...], steps: int) -> Line | None:
    number, payment, grain, key, low, high, of, *rest = cells
    ends = [(low, high), *((rest[2 * at], rest[2 * at + 1]) for at in range(steps))]
    amount, result, why = rest[2 * steps :]
    texts = (payment, grain, key, result)
    if not _whole(number) or not _whole(of) or not all(isinstance(text, str) for text in texts):
        return None
    if not all(_whole(end) or end is None for pair in (*ends, (amount, why)) for end in pair):
        return None
    return Line(number, payment, grain, key, tuple(ends), of, amount, result)  # type: ignore[arg-type]  # looked at above


def _entry(cells: tuple[Cell, ...]) -> Entry | None:
    entry, payment, grain, key, kind, line, sum_, standing, sha256, of_line = cells
    if not all(_whole(one) for one in (entry, sum_, standing)) or not all(isinstance(one, str) for one in (payment, grain, key, kind)):
        return None
    if not (line is None or _whole(line)) or (sha256 is None) != (of_line is None):
        return None
    return Entry(entry, payment, grain, key, kind, line, sum_, standing, sha256, of_line)  # type: ignore[arg-type]  # looked at above


def _check_line(line: Line, at: int, own: Mapping[str, int], money: set[str], each: Mapping[str, Any], wrong: Wrong) -> None:
    key, (low, high) = f"line {at}", line.ends[-1]
    wrong.same(key, line.number, at)
    wrong.unless(line.payment in each, key, f"{line.payment} is no payment of the statement")
    wrong.unless(all((one is None) == (other is None) and (one is None or one <= other) for one, other in line.ends), key, "a low end is above the high one")  # type: ignore[operator]  # fmt: skip
    open_ = low is None or low != high
    wrong.unless((line.result == "held") == open_, key, f"its result is {line.result}, and its ends {'differ' if open_ else 'are one'}")
    if line.result != "held":
        wrong.unless(line.amount is not None and line.amount == low, key, "its amount is not what stands after the last step")
    elif line.amount is not None:
        wrong.unless(line.payment in own, key, "it is held and has an amount")
    if line.payment in own:
        wrong.unless(line.ends[0] == (0, 0), key, "it is of a step of the statement, and not 0 before it")
    if line.payment not in money:
        wrong.unless(line.result in ("sets", "held"), key, f"it is of a factor, and its result is {line.result}")
        wrong.unless(line.of > 0, key, "it is over nothing")
        return
    wrong.same(key, line.of, 1)
    if line.amount is not None and line.result != "held":
        wrong.same(key, line.result, "pays" if line.amount > 0 else "deducts" if line.amount < 0 else "pays_nothing")


def _check_steps(line: Line, at: int, steps: list[dict[str, Any]], wrong: Wrong) -> None:
    for number, step in enumerate(steps, 1):
        if not _concerns(step, line) and number < len(line.ends):
            wrong.unless(line.ends[number] == line.ends[number - 1], f"line {at}", f"step {number} changes it, which is not over it")


def _concerns(step: Mapping[str, Any], line: Line) -> bool:
    return line.payment in _list(step.get("over")) or line.payment == step.get("name")


def _check_item(line: Line, at: int, found: list[Any], money: bool, wrong: Wrong) -> None:
    """The item of ``payments`` in the statement at the line's place; one that is not there is said of the whole list."""
    for item in map(_map, found):
        key, amount = f"payments {at}", item.get("amount")
        wrong.same(key, item.get("payment"), line.payment)
        wrong.same(key, item.get("result"), line.result)
        wrong.same(key, list(_map(item.get("for")).values()), _key(line.key))
        if money or line.amount is None:
            wrong.same(key, amount, None if line.amount is None else pounds(line.amount))
        else:
            wrong.unless(factor(amount) == Fraction(line.amount, line.of), key, f"it sets {shown(amount)}, and the line another factor")


@dataclass
class _Sums:
    lines: int = 0
    results: dict[str, int] = field(default_factory=lambda: dict.fromkeys(RESULTS, 0))
    gross: int = 0
    deducted: int = 0

    def add(self, line: Line) -> None:
        self.lines += 1
        self.results[line.result] = self.results.get(line.result, 0) + 1
        self.gross += max(line.amount or 0, 0)
        self.deducted += min(line.amount or 0, 0)

    def money(self) -> dict[str, int]:
        return dict(zip(SUMS, (self.gross, self.deducted, self.gross + self.deducted), strict=True))


@dataclass
class _Step:
    """What a step of the statement does to the lines it is over: sums of their low ends, lines cut, and lines it holds."""

    before: int = 0
    after: int = 0
    cut: int = 0
    held: int = 0
    held_sum: int = 0

    def add(self, line: Line, number: int, step: Mapping[str, Any]) -> None:
        if not _concerns(step, line) or number >= len(line.ends):
            return
        (low, high), (then, most) = line.ends[number - 1], line.ends[number]
        self.before += low or 0
        self.after += then or 0
        if low is not None and then is not None:
            self.cut += low != then and then == most
            if low == high and most is not None and then != most:
                self.held += 1
                self.held_sum += low

    def check(self, key: str, told: Mapping[str, Any], wrong: Wrong) -> None:
        wrong.same(key, told.get("before"), pounds(self.before))
        wrong.same(key, told.get("after"), pounds(self.after))
        wrong.same(key, told.get("lines_cut"), self.cut)
        wrong.same(key, told.get("holds"), {"lines": self.held, "sum": pounds(self.held_sum)} if self.held else None)


def _check_totals(
    totals: Mapping[str, Any], each: Mapping[str, dict[str, Any]], money: set[str], sums: Mapping[str, _Sums], wrong: Wrong
) -> None:
    for name in SUMS:
        wrong.same(f"totals.{name}", totals.get(name), pounds(sum(sums[one].money()[name] for one in money)) if money else None)
    for payment, told in each.items():
        own = sums[payment]
        expected: dict[str, Any] = {"lines": own.lines} | {result: own.results[result] for result in RESULTS}
        expected |= {name: pounds(sum_) if payment in money else None for name, sum_ in own.money().items()}
        for name, value in expected.items():
            wrong.same(f"totals.{payment}.{name}", told.get(name), value)


def _check_evidence(
    statement: Mapping[str, Any], each: Mapping[str, Any], money: set[str], sums: Mapping[str, _Sums], wrong: Wrong
) -> None:
    """What each grade of evidence is the word behind: the lines, those held, and what the others pay, by the grades of the payments."""
    if "evidence_totals" not in statement:  # version 0.1.0 wrote none
        return
    graded = {name: _map(told) for name, told in _map(statement.get("evidence")).items() if name in each}
    stored = _map(statement.get("evidence_totals"))
    for which in GRADES:
        expected: dict[str, dict[str, Any]] = {}
        for payment, told in graded.items():
            if isinstance(grade := told.get(which), str) and grade:
                so_far = expected.setdefault(grade, {"lines": 0, "held": 0})
                so_far["lines"] += sums[payment].lines
                so_far["held"] += sums[payment].results["held"]
                if payment in money:
                    so_far["paid"] = so_far.get("paid", 0) + sums[payment].money()["paid"]
        found = _map(stored.get(which))
        for grade in sorted({*expected, *found}):
            want = expected.get(grade)
            if want is not None and "paid" in want:
                want["paid"] = pounds(want["paid"])
            wrong.same(f"evidence_totals.{which}.{grade}", found.get(grade), want)


def pounds(minor: int) -> str:
    """Minor units as statement.json writes sums: 123456 is 1234.56."""
    whole, pence = divmod(abs(minor), 100)
    return f"{'-' if minor < 0 else ''}{whole}.{pence:02d}"


def factor(text: Any) -> Fraction | None:
    """A factor as statement.json writes it, decimals or n/d; None where it is not one."""
    try:
        return Fraction(text) if isinstance(text, str) and len(text) < 200 and "e" not in text.lower() else None
    except (ValueError, ZeroDivisionError):
        return None


def shown(value: Any) -> str:
    text = "nothing" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 80 else f"{text[:77]}..."


def _key(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _map(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
