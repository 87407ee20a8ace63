"""What every form of payment is made of, and what the builder of payments asks of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ClassVar

from pbr.plan.forms.empty import Emptiness
from pbr.plan.node import Node
from pbr.plan.quantities import COINS
from pbr.plan.signs import never_negative
from pbr.plan.trouble import Mistake
from pbr.plan.typer import Typer, proved
from pbr.terms import models

Made = tuple[str | None, Node, Typer]  # the step of its condition, the sum (or factor), and the typer that made it


class Form(Emptiness):
    """One form of payment. A subclass says what it reads and makes the sum; the builder of payments proves what a sum must be.

    ``pays_when``: "yes" (an answer that turns to yes only pays later) or "either" (both answers move money).
    ``takes_back``: a negative line belongs to the form, so it needs no ``may_be: negative``.
    ``money``: a sum in whole minor units; otherwise a factor.
    """

    pays_when: ClassVar[str] = "yes"
    takes_back: ClassVar[bool] = False
    money: ClassVar[bool] = True

    @staticmethod
    def reads(model: models.Payment) -> Iterable[models.Scalar | None]:
        """The expressions in its words, modifiers apart."""
        raise NotImplementedError

    @staticmethod
    def told(model: models.Payment) -> list[str]:
        """The form in sentences, for the reading copy."""
        raise NotImplementedError

    def make(self) -> Made:
        raise NotImplementedError

    def leaf(self) -> models.Scalar:
        """Where a problem with the sum is shown."""
        raise NotImplementedError

    def decides(self) -> models.Scalar:
        """Where a problem with what decides it is shown."""
        return self.model.only_if or self.leaf()

    def line_form(self) -> str:
        """How its lines are spoken of: pays | at_risk | factor | tariff (``Payment.form`` of the plan)."""
        return "pays"

    def under_condition(self, sum_: Callable[[Typer], Node]) -> Made:
        """The sum where ``only_if`` is yes, £0.00 where it is no, rounded as ``round`` says."""
        condition = None
        existing: frozenset[str] = frozenset()
        if self.model.only_if is not None:
            step = self.condition(f"{self.name}.condition", self.model.only_if)
            condition, existing = step.name, proved(step.node, True)
        typer = self.typer(existing=existing)
        node = self.rounding(sum_(typer), typer)
        if condition is not None:
            node = self.choice(typer, self.item(typer, condition), node, self.zero(typer))
        return condition, self.if_empty(node, typer, condition), typer

    def expression(self, typer: Typer, leaf: models.Scalar) -> Node:
        """The node of a leaf, which must be there."""
        tree = self.problems.tree(leaf)
        with self.problems.about(leaf):
            return typer.strict(typer.expression(tree), tree)
        raise AssertionError

    def money_of(self, typer: Typer, leaf: models.Scalar) -> Node:
        """The node of a leaf that must be money."""
        node = self.expression(typer, leaf)
        with self.problems.about(leaf):
            if node.type.kind != "money":
                raise Mistake("PBR391", f"A payment is money; this is {node.type.phrase}.", "A price times its own quantity is money.")
        return node

    def whole_pence(self, node: Node, leaf: models.Scalar) -> None:
        """Proves that a sum is whole minor units. Reports PBR396."""
        with self.problems.about(leaf):
            if node.shape is None or node.shape.den != 1:
                raise Mistake(
                    "PBR396",
                    f"This payment is not always whole {'pence' if self.world.sign == '£' else 'cents'}, and the contract does not say how to round it.",
                    f'Write `round: "{next(iter(COINS[self.world.sign]))}, half up"` (or another of the six ways).',
                )

    def check_sign(self, node: Node, leaf: models.Scalar) -> None:
        """Proves that a sum is never negative. Reports PBR397."""
        with self.problems.about(leaf):
            if not never_negative(self.world, node):
                raise Mistake(
                    "PBR397",
                    "This payment could be negative, and the contract does not say that it may.",
                    f"Write `greatest(..., {self.world.sign}0.00)`, give its columns `at_least`, or say `may_be: negative`.",
                )
