"""What a plan can come to, point by point: branches, rows of cards, exclusions and result words. Worked examples are asked which they reach,
and ``pbr check`` which nothing can. It works from the nodes of a plan, so every form of payment has its points."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from pbr.plan.bounding import Bounds
from pbr.plan.node import Node
from pbr.plan.plan import Plan, Step
from pbr.plan.spoken import spoken

KINDS = ("clause", "item", "line", "branch", "card row", "exclusion", "result")
_MADE = ("condition", "member")  # steps whose answers are the result words themselves
_PUBLIC = ("fact", "outcome", "measure", "payment")


@dataclass(frozen=True, order=True)
class Point:
    """``item``: the step, payment, cohort or card it belongs to. ``at``: which one there. ``says``: for people. ``line`` of the contract."""

    kind: str
    item: str
    at: str
    says: str = field(default="", compare=False)
    line: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Branch:
    """An ``if`` of a step, or a lookup: ``path`` are argument numbers down from the step's node."""

    step: Step
    node: Node
    path: tuple[int, ...]

    def point(self, answer: bool) -> Point:
        at = f"{'.'.join(map(str, self.path))}:{'yes' if answer else 'no'}"
        asked = spoken(self.node.args[0])
        return Point("branch", _owner(self.step), f"{self.step.name}:{at}", f"`{asked}` is {'yes' if answer else 'no'}", self.step.line)

    def row(self, key: tuple[str, ...]) -> Point:
        card = self.node.params["name"].rpartition(".")[0] or self.node.params["name"]
        return Point("card row", card, " | ".join(key), f"the row {' | '.join(key)}", self.step.line)


def branches(plan: Plan) -> Iterator[Branch]:
    """Every ``if`` that a contract writes, or a form of payment makes of its thresholds; not those that only say paid or not paid."""
    coded = {cohort.excluded for cohort in plan.cohorts}  # their codes are points of their own
    for step in plan.steps:
        if step.name in coded or step.kind == "order":  # a place in an order is no choice that the contract writes
            continue
        for path, node in _walk(step.node):
            if node.op == "if" and not _paid_or_not(plan, node):
                yield Branch(step, node, path)


def cards(plan: Plan) -> Iterator[Branch]:
    """Every lookup of a card."""
    for step in plan.steps:
        for path, node in _walk(step.node):
            if node.op == "lookup":
                yield Branch(step, node, path)


def points(plan: Plan) -> list[Point]:
    """Every point of a plan, each once, in order of kind and of the plan; result words that a form cannot have are not among them."""
    found: dict[Point, None] = {}
    for step in plan.steps:
        if step.kind in _PUBLIC and step.clause:
            found[Point("clause", step.clause, "")] = None
    for step in plan.steps:
        if step.kind in _PUBLIC and step.kind != "payment":
            found[Point("item", step.name, "", f"the {step.kind}", step.line)] = None
    for payment in plan.payments:
        found[Point("line", payment.name, "", "the payment", payment.line)] = None
    for branch in branches(plan):
        found |= dict.fromkeys((branch.point(True), branch.point(False)))
    rows: dict[tuple[str, str], Point] = {}
    for card in cards(plan):
        for key, _ in card.node.params["rows"]:
            made = card.row(tuple(key))
            rows.setdefault((made.item, made.at), made)
    found |= dict.fromkeys(rows.values())
    for cohort in plan.cohorts:
        for code, _, says in cohort.codes:
            found[Point("exclusion", cohort.name, code, says, plan.step(cohort.excluded).line)] = None
    for payment in plan.payments:
        for word in _words(plan, payment.name, payment.form):
            found[Point("result", payment.name, word, word.replace("_", " "), payment.line)] = None
    return sorted(found, key=lambda point: KINDS.index(point.kind))


def _words(plan: Plan, name: str, form: str) -> tuple[str, ...]:
    amount = plan.step(next(payment.amount for payment in plan.payments if payment.name == name))
    held = ("held",) if amount.type.ranged or amount.type.absent else ()
    if form == "factor":
        return ("sets", *held)
    number = Bounds(plan).step(amount.name).number
    assert number is not None
    words = ["pays"] if number.high is None or number.high > 0 else []
    words += ["pays_nothing"] if number.holds(Fraction(0)) else []
    words += ["deducts"] if number.low is None or number.low < 0 else []
    return (*words, *held)


def _walk(node: Node, path: tuple[int, ...] = ()) -> Iterator[tuple[tuple[int, ...], Node]]:
    yield path, node
    for number, arg in enumerate(node.args):
        yield from _walk(arg, (*path, number))


def _paid_or_not(plan: Plan, node: Node) -> bool:
    asked = node.args[0]
    return asked.op == "item" and plan.step(asked.params["step"]).kind in _MADE


def _owner(step: Step) -> str:
    return step.name.partition(".")[0] if step.kind != "check" else step.name
