"""The sums of statement.json against lines derived again: each line's result and amount, and every total, by exact arithmetic on them."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from pbr.audit import layout
from pbr.audit.compare_trace import key_text
from pbr.audit.difference import Difference, Found
from pbr.engine.record.statement import Line
from pbr.plan.plan import Plan

FILE = layout.STATEMENT
RESULTS = ("pays", "pays_nothing", "deducts", "sets", "held")


def compare_statement(plan: Plan, lines: list[Line], statement: dict[str, Any], found: Found) -> None:
    """Adds a difference for each figure of ``statement`` that does not follow from ``lines``. Raises Enough."""
    _same(found, "", "lines", statement.get("lines"), len(lines))
    if "payments" in statement:
        _lines(plan, lines, statement["payments"], found)
    elif statement.get("payments_file") != layout.PAYMENTS:
        found.add(Difference(FILE, "it holds neither its lines nor a pointer to them"))
    totals = statement.get("totals", {})
    money = set(plan.money_lines())
    if money:
        for name, sum_ in _sums(line.amount for line in lines if line.payment in money).items():
            _same(found, "totals", name, totals.get(name), pounds(sum_))
    _same(found, "totals", "held", totals.get("held"), sum(line.result == "held" for line in lines))
    each = totals.get("payments", {})
    for name in line_names(plan):
        stored, own = each.get(name, {}), [line for line in lines if line.payment == name]
        where = f"totals {name}"
        _same(found, where, "lines", stored.get("lines"), len(own))
        for result in RESULTS:
            _same(found, where, result, stored.get(result), sum(line.result == result for line in own))
        if name in money:
            for total, sum_ in _sums(line.amount for line in own).items():
                _same(found, where, total, stored.get(total), pounds(sum_))
    _steps(plan, lines, totals.get("steps", []), found)


def line_names(plan: Plan) -> list[str]:
    """Everything that has lines: the payments, then the steps of the statement with lines of their own."""
    return [*(payment.name for payment in plan.payments), *(step.name for step in plan.then if step.name)]


def _lines(plan: Plan, lines: list[Line], stored: list[Any], found: Found) -> None:
    for number, (line, entry) in enumerate(zip(lines, stored, strict=False), start=1):
        key = f"{line.payment} {key_text(line.key)}".strip()
        if not isinstance(entry, dict):
            found.add(Difference(FILE, "this is not a line", f"payments[{number - 1}]"))
            continue
        _same(found, key, "payment", entry.get("payment"), line.payment)
        _same(found, key, "for", entry.get("for"), dict(zip(plan.line_key(line.payment), line.key, strict=True)))
        _same(found, key, "result", entry.get("result"), line.result)
        form = next((payment.form for payment in plan.payments if payment.name == line.payment), "")
        _same(found, key, "unit", entry.get("unit"), "factor" if form == "factor" else plan.currency)
        amount = entry.get("amount")
        if form != "factor":
            _same(found, key, "amount", amount, None if line.amount is None else pounds(line.amount))
        elif not _is_factor(amount, line):
            found.add(
                Difference(FILE, "", key, "amount", str(amount), "nothing" if line.amount is None else str(Fraction(line.amount, line.of)))
            )
    if len(stored) != len(lines):
        _same(found, "payments", "", len(stored), len(lines))


def _is_factor(amount: Any, line: Line) -> bool:
    if line.amount is None or not isinstance(amount, str):
        return amount is None and line.amount is None
    try:
        return Fraction(amount) == Fraction(line.amount, line.of)
    except (ValueError, ZeroDivisionError):
        return False


def _steps(plan: Plan, lines: list[Line], stored: list[Any], found: Found) -> None:
    _same(found, "totals steps", "", len(stored), len(plan.then))
    for index, (step, entry) in enumerate(zip(plan.then, stored, strict=False)):
        over = [line for line in lines if line.payment in (*step.over, step.name)]
        before = [line.after[index - 1][0] if index else line.low for line in over]
        after = [line.after[index][0] for line in over]
        where = f"totals step {step.number}"
        _same(found, where, "before", entry.get("before"), pounds(sum(low or 0 for low in before)))
        _same(found, where, "after", entry.get("after"), pounds(sum(low or 0 for low in after)))


def _sums(amounts: Iterable[int | None]) -> dict[str, int]:
    settled = [amount for amount in amounts if amount is not None]
    return {
        "gross": sum(amount for amount in settled if amount > 0),
        "deducted": sum(amount for amount in settled if amount < 0),
        "paid": sum(settled),
    }


def pounds(minor: int) -> str:
    """Minor units as statement.json writes them: 123456 is 1234.56. Written here again, so that both would have to be wrong."""
    whole, pence = divmod(abs(minor), 100)
    return f"{'-' if minor < 0 else ''}{whole}.{pence:02d}"


def _same(found: Found, key: str, column: str, stored: Any, expected: Any) -> None:
    if stored != expected or type(stored) is not type(expected):
        found.add(Difference(FILE, "", key, column, str(stored), str(expected)))
