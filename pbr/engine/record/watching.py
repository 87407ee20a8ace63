"""The reference engine with somebody watching: which branches were taken, which rows of cards were read, what lines came to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pbr.engine.record.demand import NotGiven
from pbr.engine.record.machine import Machine, Spot
from pbr.engine.record.rows import Rows
from pbr.plan.node import Node
from pbr.plan.plan import Plan
from pbr.plan.points import Branch, Point, branches, cards
from pbr.values.value import KNOWN, Value


class Watched(Machine):
    """A machine that remembers in ``seen`` every point of ``plan.points`` that it came to."""

    def __init__(self, plan: Plan, rows: Rows, given: Mapping[str, Mapping[tuple[str, ...], Value]] | None = None) -> None:
        super().__init__(plan, rows, given)
        self.seen: set[Point] = set()
        self._asked, self._cards = _watched(plan)

    def _node(self, node: Node, own: Spot, counted: Spot | None) -> Value:
        value = super()._node(node, own, counted)
        if value.state == KNOWN:
            for yes, no in self._asked.get(id(node), ()):
                self.seen.add(yes if value.low else no)
        card = self._cards.get(id(node)) if node.op == "lookup" else None
        if card is not None:
            keys: list[Any] = [super(Watched, self)._node(arg, own, counted) for arg in node.args]
            if all(key.state == KNOWN for key in keys):
                self.seen.add(card.row(tuple(key.low for key in keys)))
        return value

    def look(self) -> set[Point]:
        """What is seen once every line and every exclusion that can be worked out has been."""
        for line in self.lines([]):
            payment = next((payment for payment in self.plan.payments if payment.name == line.payment), None)
            if payment is None:
                continue  # a line of a step of the statement: it is a sum of others
            self.seen.add(Point("result", line.payment, line.result, line.result.replace("_", " "), payment.line))
        for cohort in self.plan.cohorts:
            said = {code: says for code, _, says in cohort.codes}
            for key in self.keys(cohort.of) if said else ():
                try:
                    code = self.value(cohort.excluded, key)
                except NotGiven:
                    continue
                if code.state == KNOWN and code.low in said:
                    self.seen.add(Point("exclusion", cohort.name, code.low, said[code.low], self.plan.step(cohort.excluded).line))
        return self.seen


def _watched(plan: Plan) -> tuple[dict[int, list[tuple[Point, Point]]], dict[int, Branch]]:
    """By a condition's node the points of its two answers, for each branch that it is the condition of; cards by their nodes. Kept with the plan."""
    kept: tuple[dict[int, list[tuple[Point, Point]]], dict[int, Branch]] | None = plan.__dict__.get("_watched")
    if kept is None:
        asked: dict[int, list[tuple[Point, Point]]] = {}
        for branch in branches(plan):
            asked.setdefault(id(branch.node.args[0]), []).append((branch.point(True), branch.point(False)))
        kept = asked, {id(card.node): card for card in cards(plan)}
        object.__setattr__(plan, "_watched", kept)
    return kept
