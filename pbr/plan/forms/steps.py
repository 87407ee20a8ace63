"""The steps that every form of payment is made of: conditions, choices, roundings and references on one row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

from pbr.language.phrases import parse_rounding
from pbr.language.types import UNKNOWN, Type
from pbr.plan import shapes
from pbr.plan.leaves import Problems
from pbr.plan.naming import World
from pbr.plan.node import Node
from pbr.plan.operators import rounded, truth
from pbr.plan.plan import Step, Told
from pbr.plan.typer import Typer
from pbr.terms import models


class PaymentSteps:
    """Types parts of one payment. ``typer`` makes a ``Typer`` for its grain with what its cohort proves; ``finish`` numbers a step."""

    def __init__(
        self, world: World, problems: Problems, name: str, model: models.Payment, grain: str, within: str | None,
        typer: Callable[..., Typer], finish: Callable[..., Step],
    ) -> None:  # fmt: skip
        self.world, self.problems, self.name, self.model = world, problems, name, model
        self.grain, self.within, self.typer, self.finish = grain, within, typer, finish

    def text(self, name: str) -> str:
        leaf = getattr(self.model, name)
        return leaf.text if leaf is not None else ""

    def step(self, name: str, kind: str, node: Node, typer: Typer, text: str) -> Step:
        return self.finish(
            name,
            kind,
            self.grain,
            node,
            typer,
            text,
            within=self.within,
            item=self.model,
            place=self.problems.source.place("payments", self.name),
        )

    def tell(self, name: str, *told: Told) -> None:
        """Gives a step the sentences that say its value; the first that holds is printed."""
        self.world.steps[name] = replace(self.world.steps[name], told=told)

    def figure(self, part: str, leaf: models.Scalar) -> Node:
        """A leaf of the contract as a sentence reads it: as it stands where a trace has it, else as a hidden step of its own."""
        typer = self.typer()
        tree = self.problems.tree(leaf)
        node = typer.strict(typer.expression(tree), tree)
        if node.op == "literal" or (node.op in ("item", "column") and not node.params["via"]):
            return node
        return self.item(self.typer(), self.step(f"{self.name}.{part}", "hidden", node, typer, leaf.text).name)

    def item(self, typer: Typer, name: str, phrase: str = "") -> Node:
        """A reference to a step of the same row, or of the one row of another grain that it leads to: `per: T in C` may have a cohort of
        a table that T belongs to. Unknown where that row is only perhaps in the group on the way."""
        found = self.world.steps[name]
        path = self.world.path(self.grain, found.grain)
        assert path is not None, f"{name}: no way from a row of {self.grain} to one of {found.grain}"
        type_ = found.type
        if any(hop[0] == "cohort" and hop[1] not in self.world.total for hop in path):
            type_ = type_.also(UNKNOWN)
        params: dict[str, Any] = {"step": name, "table": found.grain, "row": "own", "via": [list(hop) for hop in path]}
        if UNKNOWN in type_.absent or type_.ranged:
            params["reason"] = typer.reason("item", name)
        return Node("item", type_, (), params, found.node.shape, phrase or name)

    def doubtful(self, typer: Typer) -> Node | None:
        """Whether the row is in the cohort of ``per: T in C``, where that may be unknown; else None."""
        if self.within is None:
            return None
        member = self.world.steps[self.world.cohorts[self.within].member]
        return self.item(typer, member.name) if UNKNOWN in member.type.absent else None

    def choice(self, typer: Typer, condition: Node, yes: Node, no: Node) -> Node:
        assert yes.shape and no.shape
        return typer.make(
            "if",
            Type(yes.type.kind),
            (condition, yes, no),
            {},
            shapes.choice(yes.shape, no.shape, unsure=UNKNOWN in condition.type.absent),
            "if {0} then {1} else {2}",
            ranged=True,
        )

    def zero(self, typer: Typer, kind: str = "money") -> Node:
        return typer.literal(Type(kind), Fraction(0), f"{self.world.sign}0.00" if kind == "money" else "0")

    def rounding(self, node: Node, typer: Typer) -> Node:
        if self.model.round is None:
            return node
        with self.problems.about(self.model.round):
            phrase = parse_rounding(self.model.round.text)
            return rounded(typer, node, phrase.unit, phrase.mode)
        raise AssertionError

    def condition(self, name: str, leaf: models.Scalar, text: str = "") -> Step:
        typer = self.typer()
        tree = self.problems.tree(leaf)
        with self.problems.about(leaf):
            node = typer.strict(truth(typer, tree), tree)
        return self.step(name, "condition", node, typer, text or leaf.text)
