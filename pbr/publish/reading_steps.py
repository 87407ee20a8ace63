"""What a step of the statement takes or adds, as it follows from what the lines under it come to: a cap, a least sum, a deduction are no sums of their own, and who knows the total knows which way they went.

Formulas: ``pbr.plan.then``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Final

from pbr.plan.then import StatementStep
from pbr.publish.reading_choices import Choices
from pbr.publish.reading_forms import CONSTANT, Lineage, at_least, both, known, minus, of, total, value_of
from pbr.publish.reading_ledger import Ledger

SIDES: Final = {"cap": -1, "deduct": -1, "floor": 1, "net": 1}  # of which side of nothing a step's line is, whatever the data


def step_line(choices: Choices, step: StatementStep, under: Sequence[Lineage], amount: int, name: tuple[str, ...]) -> Lineage | None:
    """The one line of a step over all lines. ``under``: what each of those adds. None where they are of several groups, or no linear form."""
    ledger = choices.ledger
    if step.per or step.amount_step or step.kind not in (*SIDES, "round"):
        return None
    whole = replace(total(under), side=0)
    if whole.num is None or whole.den is not None or whole.reveals:
        return None
    comes_to = value_of(whole.num, ledger.table.unknowns)
    if step.kind == "round" or step.share:
        return _near(ledger, step, whole, amount, name)
    if step.kind == "deduct" and comes_to < 0:
        return None
    limit = known(0 if step.kind == "net" else step.amount)
    least = step.kind in ("cap", "deduct")
    left = choices.extreme(whole, limit, least, (*name[:-1], "reached"), f"whether {step.says or step.name} was reached") or _told(
        whole, limit, least, comes_to
    )
    if left is None or left.num is None:
        return None
    found = left.scaled(Fraction(-1)) if step.kind == "deduct" else minus(left, whole)
    if found.num is None or value_of(found.num, ledger.table.unknowns) != amount:
        return None
    return replace(found, side=SIDES[step.kind])


def _told(whole: Lineage, limit: Lineage, least: bool, comes_to: Fraction) -> Lineage | None:
    """The lesser of two, or the greater, and that it was that: where nothing better is known."""
    assert limit.constant is not None
    first = (comes_to <= limit.constant) == least
    told = at_least(limit, whole) if comes_to <= limit.constant else at_least(whole, limit)
    taken = whole if first else limit
    return None if told is None else replace(taken, implies=both(taken, told))


def _near(ledger: Ledger, step: StatementStep, whole: Lineage, amount: int, name: tuple[str, ...]) -> Lineage | None:
    """A sum of its own that is no further than the rounding from what it follows from."""
    assert whole.num is not None
    share = Fraction(step.share) if step.share else Fraction(0)
    own = ledger.near(("step", step.name), name, amount, step.says or step.name, SIDES.get(step.kind, 0))
    form = {**{each: part * share for each, part in whole.num.items()}, own: Fraction(1)}
    constant = form.pop(CONSTANT, Fraction(0))
    at = value_of(form, ledger.table.unknowns) + constant
    unit = max(step.unit, 1)
    if not -unit <= at <= unit:
        return None
    ledger.known(form, -unit - constant, unit - constant)
    return replace(of(own), implies=whole.implies, side=SIDES.get(step.kind, 0))
