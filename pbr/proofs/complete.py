"""Ladders that rise and leave nothing out, and choices with a case for every code: proved by the compiler, which refuses anything else."""

from __future__ import annotations

from collections.abc import Iterable

from pbr.plan.bounding import Bounds
from pbr.plan.bounding.directions import STILL, UP, Directions
from pbr.plan.node import Node
from pbr.plan.plan import Plan
from pbr.proofs.proof import NOT_DECIDED, PROVED, Proof
from pbr.terms.loading import Loaded
from pbr.terms.models import Chosen
from pbr.terms.payments import Choose


def complete(loaded: Loaded, plan: Plan) -> Iterable[Proof]:
    source, bounds = loaded.source, Bounds(plan)
    chosen: list[tuple[str, str, Choose]] = []
    for name, model in loaded.contract.payments.items():
        place = source.place("payments", name)
        if model.ladder is not None:
            claim = f"the thresholds of `{name}` rise, and every value has its rung"
            rungs = len(model.ladder.rungs)
            why = (
                f"{rungs} of them, what is below the first, and no end above the last"
                if rungs > 1
                else "what is below the one there is, and above"
            )
            yield Proof("ladders", name, place, claim, PROVED, why)
            claim = f"who reaches more on the ladder of `{name}` is never paid less"
            if _rises(plan, bounds, name):
                yield Proof("ladders", name, place, claim, PROVED, "by the amounts of its rungs")
            else:
                why = "the contract says that amounts may fall" if model.ladder.amounts is not None else "its amounts are not fixed"
                yield Proof("ladders", name, place, claim, NOT_DECIDED, why)
        if model.choose is not None:
            chosen.append(("payments", name, model.choose))
    for kind in ("facts", "measures"):
        items = getattr(loaded.contract, kind).items()
        chosen += [(kind, name, model.equals.choose) for name, model in items if isinstance(model.equals, Chosen)]
    for kind, name, choose in chosen:
        claim = f"every code of {choose.by.text} has one case of `{name}`"
        yield Proof("choices", name, source.place(kind, name), claim, PROVED, f"all {len(choose.cases)} of them")


def _rises(plan: Plan, bounds: Bounds, name: str) -> bool:
    """Whether a payment never falls where what its ladder is on grows, all else the same."""

    def moves(node: Node) -> bool:
        return node.op == "item" and node.params["step"] == f"{name}.on"

    payment = next(payment for payment in plan.payments if payment.name == name)
    return Directions(bounds, moves).of(plan.step(payment.amount).node) in (UP, STILL)
