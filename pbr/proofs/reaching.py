"""What nothing can reach: branches, rows of cards, exclusion codes, payments. Proved from the plan alone; that something can be reached is
shown by a table that does."""

from __future__ import annotations

from collections.abc import Iterable

from pbr.plan.bounding import Bounds
from pbr.plan.bounding.bounds import NOTHING, Known
from pbr.plan.node import Node
from pbr.plan.plan import Plan
from pbr.plan.points import Branch, Point, branches, cards, points
from pbr.problem import Place
from pbr.proofs.proof import COUNTEREXAMPLE, NOT_DECIDED, PROVED, Proof
from pbr.proofs.search import Search
from pbr.proofs.showing import show
from pbr.terms.source import Source

_ASKED = ("branch", "card row", "exclusion", "result")


def reaching(plan: Plan, bounds: Bounds, search: Search, source: Source) -> Iterable[Proof]:
    """For each point the claim that no row reaches it."""
    possible = _possible(plan, bounds)
    names = [payment.name for payment in plan.payments]
    for payment in plan.payments:
        number = bounds.step(payment.amount).number
        if payment.form != "factor" and number is not None and number.high is not None and number.high <= 0 and number.low == 0:
            place = source.place("payments", payment.name)
            yield Proof(
                "unreachable",
                payment.name,
                place,
                f"`{payment.name}` pays nothing on every row",
                PROVED,
                "its sum is always 0",
                COUNTEREXAMPLE,
            )
    for point in points(plan):
        if point.kind not in _ASKED or (point.kind == "result" and point.at in ("held", "pays_nothing")):
            continue
        place = Place(source.file, point.line)
        claim = f"{point.item}: no row reaches {_named(point)}"
        if point.kind in ("branch", "card row", "exclusion") and point not in possible:
            yield Proof(
                "unreachable",
                point.item,
                place,
                claim,
                PROVED,
                "what comes before it, or the bounds of what it compares, leave nothing",
                COUNTEREXAMPLE,
            )
        elif point in search.witnesses:
            shown = show(plan, search.witnesses[point], names)
            yield Proof(
                "unreachable", point.item, place, claim, COUNTEREXAMPLE, "rows that reach it were found", COUNTEREXAMPLE, shown=shown
            )
        else:
            yield Proof("unreachable", point.item, place, claim, NOT_DECIDED, "no rows were found that reach it", COUNTEREXAMPLE)


def _named(point: Point) -> str:
    return {
        "branch": f"where {point.says}",
        "card row": point.says,
        "exclusion": f"the exclusion {point.at}",
        "result": f"the result `{point.at.replace('_', ' ')}`",
    }[point.kind]


def _possible(plan: Plan, bounds: Bounds) -> set[Point]:
    """Every point that the bounds leave open."""
    asked: dict[int, list[Branch]] = {}
    for branch in (*branches(plan), *cards(plan)):
        asked.setdefault(id(branch.node), []).append(branch)
    found: set[Point] = set()

    def walk(node: Node, known: Known) -> None:
        if "aggregate" in node.params:
            known = NOTHING  # other rows are asked
        if node.op == "if":
            walk(node.args[0], known)
            for answer, side in ((True, node.args[1]), (False, node.args[2])):
                told = bounds.given(node.args[0], answer, known)
                if told is not None:
                    found.update(branch.point(answer) for branch in asked.get(id(node), ()))
                    walk(side, told)
            return
        if node.op == "lookup":
            for key, _ in bounds.rows_reached(node, known):
                found.update(card.row(key) for card in asked[id(node)])
        for arg in node.args:
            walk(arg, known)

    for step in plan.steps:
        walk(step.node, NOTHING)
    for cohort in plan.cohorts:
        for code, condition, says in cohort.codes:
            if True in (bounds.step(condition).values or {True}):
                found.add(Point("exclusion", cohort.name, code, says))
    return found
