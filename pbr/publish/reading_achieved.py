"""Of the values that a line was worked out from, the one that says best what was achieved: a result and no sum, counted from the data, in words of the contract."""

from __future__ import annotations

from pbr.plan.node import Node
from pbr.plan.plan import Payment, Plan, Step
from pbr.statement import words

LONGEST = 90  # characters of what a value says of itself, to stand in a sentence for its name
SHARES = ("percent", "points")
Rank = tuple[int, ...]  # the least is the best


def called(step: Step) -> str:
    """A named value in a sentence: what it says of itself, or its name."""
    says = _short(step.says)
    return says or words.plural(step.name.replace(".", " "))


def said_of(plan: Plan, payment: Payment, step: Step) -> str:
    """The same; of a share that a payment rests on, and that says nothing of itself, what the payment says; of a part of a payment that is read from the data, its column's name. Empty: no words for it."""
    if "." not in step.name:
        scale = next((one for one in plan.steps if one.name == f"{payment.name}.on"), None)
        if not step.says and scale is not None and _named(scale.node) == step.name:
            return _short(payment.says) or called(step)
        return called(step)
    if step.node.op == "column" and step.node.params.get("row") == "own":
        return words.plural(str(step.node.params["column"]))
    return ""


def rank_of(step: Step, label: str, own: bool) -> Rank | None:
    """How well a value says what was achieved; None: not at all. ``own``: it is of the line's own row. Of others only those of the whole contract are told, once."""
    if not label or (not own and (step.kind != "measure" or step.grain != "contract")):
        return None
    counted = "aggregate" in step.node.params
    kind = 0 if step.kind in ("measure", "outcome") else 1 if "." in step.name else 2
    return (
        kind,
        int(not own),
        int(step.type.kind == "money"),
        int(not step.says and label == called(step)),
        int(not counted),
        int(step.type.kind not in SHARES),
    )


def _named(node: Node) -> str:
    return str(node.params.get("step", "")) if node.op == "item" else ""


def _short(says: str) -> str:
    says = says.rstrip(".")
    return says if len(says) <= LONGEST else ""
