"""Caps: that one never binds, or always does, is a mistake in a contract more often than not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction

from pbr.plan.bounding import Bounds
from pbr.plan.plan import Plan
from pbr.plan.then import StatementStep
from pbr.problem import Place
from pbr.proofs.proof import COUNTEREXAMPLE, NOT_DECIDED, PROVED, Proof
from pbr.proofs.search import Search
from pbr.proofs.showing import pounds, show
from pbr.proofs.trying import Tried
from pbr.terms.source import Source

_MOST_ROWS = 3000


def caps(plan: Plan, bounds: Bounds, search: Search, source: Source) -> Iterable[Proof]:
    """For each cap the claims that it never binds, and that it always does."""
    for cap in plan.then:
        if not cap.one_sum:
            continue  # only a cap of one sum over lines has a limit that can be compared with the bounds of its payments
        place = Place(source.file, cap.line)
        name = f"cap {cap.number}"
        least = Proof("caps", name, place, f"the cap of {cap.text} never binds", NOT_DECIDED, wanted=COUNTEREXAMPLE)
        most = _most(plan, bounds, cap)
        if most is not None and most <= cap.amount:
            yield replace(least, answer=PROVED, why=f"the lines under it come to {pounds(plan, most.__floor__())} at most")
        else:
            found = _over(search, cap)
            why = "no rows were found that come to more" if found is None else "rows that come to more were found"
            yield replace(least, answer=NOT_DECIDED if found is None else COUNTEREXAMPLE, why=why,
                          shown=show(plan, found, cap.over) if found is not None and found.tables.size <= 40 else None)  # fmt: skip
        yield _always(
            plan,
            bounds,
            search,
            cap,
            Proof("caps", name, place, f"the cap of {cap.text} always binds once anything is paid", NOT_DECIDED, wanted=COUNTEREXAMPLE),
        )


def _always(plan: Plan, bounds: Bounds, search: Search, cap: StatementStep, claim: Proof) -> Proof:
    number = [bounds.step(payment.amount).number for payment in plan.payments if payment.name in cap.over]
    if all(one is not None and one.low is not None and one.low > cap.amount for one in number):
        return replace(claim, answer=PROVED, why="every line under it alone comes to more")
    for tried in search.tried:
        lines = [line for line in tried.lines if line.payment in cap.over]
        sure = any(line.amount for line in lines) and not any(line.result == "held" for line in lines)
        if sure and sum(line.high or 0 for line in lines) <= cap.amount:
            return replace(claim, answer=COUNTEREXAMPLE, why="rows that come to less were found", shown=show(plan, tried, cap.over))
    return replace(claim, why="no rows were found that come to less and more than nothing")


def _most(plan: Plan, bounds: Bounds, cap: StatementStep) -> Fraction | None:
    """The most that the lines under one cap come to before it; None where rows have no end."""
    total = Fraction(0)
    for payment in plan.payments:
        if payment.name not in cap.over:
            continue
        number = bounds.step(payment.amount).number
        rows = _rows(plan, payment.grain)
        if number is None or number.high is None or (rows is None and number.high > 0):
            return None
        total += (rows or 0) * max(number.high, Fraction(0))
    return total


def _rows(plan: Plan, grain: str) -> int | None:
    if grain == "contract":
        return 1
    return next((len(cohort.groups) for cohort in plan.cohorts if cohort.name == grain and cohort.groups), None)


def _over(search: Search, cap: StatementStep) -> Tried | None:
    """Tables whose lines come to more than the cap: any that were tried, or the family that earns most as often as it takes."""

    def over(tried: Tried) -> bool:
        lines = [line for line in tried.lines if line.payment in cap.over and line.amount is not None]
        return any(line.amount != line.high for line in lines)

    for tried in search.tried:
        if over(tried):
            return tried
    best: tuple[int, object] = (0, None)
    for _, sets in search.kinds:
        for one in sets:
            paid = Tried(search.plan, search.tables([one])).paid(cap.over)
            if paid > best[0]:
                best = (paid, one)
    if best[0] <= 0:
        return None
    times = cap.amount // best[0] + 1
    families: tuple = best[1]  # type: ignore[type-arg,assignment]
    if times * sum(len(family.rows) for family in families) > _MOST_ROWS:
        return None
    tried = Tried(search.plan, search.tables([families] * times))
    return tried if over(tried) else None
