"""Lines of the payments, and the places of rows. What the statement's steps do to lines is in ``steps``."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pbr.engine.record.demand import NotGiven
from pbr.engine.record.rows import Key, Row, text_key
from pbr.engine.record.steps import Draft, Ends, apply, own_lines
from pbr.plan.node import Shape
from pbr.plan.plan import Payment
from pbr.values.value import KNOWN, UNKNOWN, Value

if TYPE_CHECKING:
    from pbr.engine.record.machine import Machine

NO = Value.known(False)


@dataclass(frozen=True)
class Line:
    """A line of the statement, as ``payments.parquet`` has it (``pbr.plan.columns``). ``low`` and ``high``: before the steps, minor units
    (for a factor numerators over ``of``), None: unknown. ``after``: the same after each step. ``amount``: None when held, but for what a held line of a step takes now."""

    number: int
    payment: str
    grain: str
    key: tuple[str, ...]
    low: int | None
    high: int | None
    of: int
    after: tuple[Ends, ...]
    amount: int | None
    result: str
    why: int


def lines_of(machine: Machine, lacking: list[NotGiven] | None = None, only: Collection[str] | None = None) -> list[Line]:
    """All lines, in the order of the payments and their keys. Under given, a line that cannot be computed raises NotGiven, or, when
    ``lacking`` is a list, is left out and named there. The steps of the statement need every line, so with lines left out they are not the contract's.
    ``only``: payments, on whose lines no step of the statement may look: these alone are worked out, and the steps are not."""
    drafts: list[Draft] = []
    then = machine.plan.then if only is None else ()
    for number, payment in enumerate(machine.plan.payments):
        if only is not None and payment.name not in only:
            continue
        try:
            keys = machine.keys(payment.grain)
        except NotGiven as missing:  # the rows of a table of steps are computed
            if lacking is None:
                raise
            lacking.append(missing)
            continue
        for key in keys:
            try:
                draft = _draft(machine, number, payment, key)
            except NotGiven as missing:
                if lacking is None:
                    raise
                lacking.append(missing)
                continue
            if draft is not None:
                drafts.append(draft)
    for step in then:
        if step.name:
            drafts += own_lines(machine, step, drafts)
    current: list[Ends] = [(draft.low, draft.high) for draft in drafts]
    history: list[list[Ends]] = [[] for _ in drafts]
    parts: dict[int, int] = {}
    for step in then:
        current = apply(machine, step, drafts, current, parts)
        for past, ends in zip(history, current, strict=True):
            past.append(ends)
    return [
        _line(number, draft, tuple(history[number - 1]), current[number - 1], parts.get(number - 1, 0))
        for number, draft in enumerate(drafts, 1)
    ]


def _draft(machine: Machine, number: int, payment: Payment, key: Key) -> Draft | None:
    """The line of one row before the statement's steps; None for a row outside ``within``."""
    step = machine.plan.step(payment.amount)
    if payment.within is not None and machine.in_subset(payment.within, payment.grain, key) == NO:
        return None
    if machine.outside(step, key):
        return None
    amount = machine.value(payment.amount, key)
    low, high, of = _ends(payment, amount, step.node.shape)
    return Draft(number, payment.form, payment.name, payment.grain, key, low, high, of, amount.why)


def _ends(payment: Payment, amount: Value, shape: Shape | None) -> tuple[int | None, int | None, int]:
    """Both ends as numerators, and what they are over: 1 for money; for a factor the denominator its plan fixed."""
    of = shape.den if shape is not None and shape.den is not None else 1
    if amount.state == UNKNOWN:
        return None, None, of
    if amount.low is None:
        raise ValueError(f"the payment {payment.name} has a row whose amount is {amount.state}")
    low, high = amount.low * of, amount.high * of
    if low.denominator != 1 or high.denominator != 1:
        raise ValueError(f"the payment {payment.name} is not in whole units of 1/{of}")
    return int(low), int(high), of


def _line(number: int, draft: Draft, after: tuple[Ends, ...], final: Ends, part: int) -> Line:
    held = final[0] is None or final[0] != final[1]
    amount = (part or None) if held else final[0]
    if held or amount is None:
        result = "held"
    elif draft.form == "factor":
        result = "sets"
    else:
        result = "pays" if amount > 0 else "deducts" if amount < 0 else "pays_nothing"
    return Line(number, draft.name, draft.grain, text_key(draft.row), draft.low, draft.high, draft.of, after, amount, result, draft.why)


def place(machine: Machine, table: str, row: Row) -> tuple[str, str]:
    """used | excluded | unused, and the code of the exclusion or "", of a standing row of a table."""
    found = machine.plan.table(table)
    if found.use == "cohorts":
        cohorts = [cohort for cohort in machine.plan.cohorts if cohort.of == table]
        if any(machine.value(cohort.member, row.key) != NO for cohort in cohorts):
            return "used", ""
        reasons = [machine.value(cohort.excluded, row.key) for cohort in cohorts]
        told = [reason.low if reason.state == KNOWN else "" for reason in reasons]
        coded = [code for code, cohort in zip(told, cohorts, strict=True) if code in {name for name, _, _ in cohort.codes}]
        return "excluded", coded[0] if coded else told[0]
    if found.use == "matches" and found.matched is not None and not machine.matches(found.matched, row.key, table):
        return "unused", ""
    return "used", ""
