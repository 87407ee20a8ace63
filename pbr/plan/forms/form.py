"""What every form of payment is made of, and what the builder of payments asks of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ClassVar

from pbr.language.parser import parse
from pbr.language.types import Type
from pbr.plan.evidence import demand
from pbr.plan.forms import nodes
from pbr.plan.forms.empty import Emptiness
from pbr.plan.needs import enough, where_enough
from pbr.plan.node import Node
from pbr.plan.plan import Step, Told
from pbr.plan.quantities import COINS
from pbr.plan.signs import never_negative
from pbr.plan.spelling import closest
from pbr.plan.trouble import Mistake, Silent
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
    existing: frozenset[str] = frozenset()  # what its condition proves to be there; a step of its own could not rest on that

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
        """The sum under the modifiers that any form may have.

        In this order: rounded as ``round`` says; only on enough rows (``needs``); £0.00 where ``only_if`` is no or ``unless`` is yes; less
        what was paid before (``settles``); and what a group without rows does (``if_empty``).
        """
        condition, existing = self.allowed()
        self.existing = existing
        met = self._enough()
        typer = self.typer(existing=existing)
        node = self.rounding(sum_(typer), typer)
        if met is not None:
            assert self.model.needs is not None
            zero = self.zero(typer) if self.money else None
            node = where_enough(typer, self.problems, self.model.needs, self.item(typer, met), node, zero)
        if condition is not None:
            node = self.choice(typer, self.item(typer, condition), node, self.zero(typer))
        if self.model.settles is not None:
            node, typer = self._less_paid(node, typer, self.model.settles)
        return condition, self.if_empty(node, typer, condition), typer

    def allowed(self, last: str = "condition") -> tuple[str | None, frozenset[str]]:
        """The step that says whether ``only_if`` holds and ``unless`` does not, if there is either; and what it proves to exist.
        ``last``: the name of that step, after the payment's."""
        only, unless = self.model.only_if, self.model.unless
        existing: frozenset[str] = frozenset()
        name = f"{self.name}.{last if unless is None else 'if'}"
        if only is not None:
            step = self.condition(name, only)
            existing = proved(step.node, True)
        if unless is None:
            return (name if only is not None else None), existing
        without = self.condition(f"{self.name}.unless", unless)
        typer = self.typer()
        node = typer.make("not", Type("truth"), (self.item(typer, without.name),), phrase="not ({0})")
        text = f"not ({unless.text})"
        if only is not None:
            node = typer.make("and", Type("truth"), (self.item(typer, name), node), phrase="{0} and {1}")
            text = f"({only.text}) and {text}"
        return self.step(f"{self.name}.{last}", "condition", node, typer, text).name, existing

    def _enough(self) -> str | None:
        needs = self.model.needs
        if needs is None:
            return None
        typer = self.typer()
        node = enough(typer, self.problems, needs)
        return self.step(f"{self.name}.enough", "condition", node, typer, f"at least {needs.at_least.text} of {needs.of.text}").name

    def _less_paid(self, node: Node, typer: Typer, settled: models.Scalar) -> tuple[Node, Typer]:
        """The final figure less what another payment comes to on the same row, or on all the rows that lie in it."""
        self.step(f"{self.name}.final", "hidden", node, typer, f"the final figure that settles {settled.text}")
        typer = self.typer()
        with self.problems.about(settled):
            other = self.world.steps.get(settled.text)
            if self.world.declared.get(settled.text) != "payments":
                names = [name for name, kind in self.world.declared.items() if kind == "payments"]
                raise Mistake("PBR851", f"There is no payment `{settled.text}` to settle.", closest(settled.text, names))
            if other is None:
                raise Silent  # said where the payment is
            if other.type.kind != "money":
                raise Mistake("PBR851", f"`{settled.text}` is a factor, and no money was paid by it.", "Name a payment of money.")
            paid = self._paid_inside(typer, settled.text, other)
        self.step(f"{self.name}.paid_before", "hidden", paid, typer, f"what {settled.text} comes to")
        typer = self.typer()
        final, before = self.item(typer, f"{self.name}.final"), self.item(typer, f"{self.name}.paid_before")
        self.step(
            f"{self.name}.rest", "hidden", nodes.sub(typer, final, before), typer, f"the final figure less what {settled.text} comes to"
        )
        self.tell(f"{self.name}.rest", Told(f"the final figure of {{0}}, less {{1}} that {settled.text} came to", (final, before)))
        typer = self.typer()
        return self.item(typer, f"{self.name}.rest"), typer

    def _paid_inside(self, typer: Typer, name: str, other: Step) -> Node:
        if other.grain == self.grain:
            if other.within not in (None, self.within):
                raise Mistake(
                    "PBR851",
                    f"`{name}` is paid only for {other.grain} in {other.within}.",
                    f"Settle it per {other.grain} in {other.within}.",
                )
            return typer.expression(parse(name))
        over = other.within or other.grain
        if self.world.link(self.grain, over) is None:
            raise Mistake(
                "PBR851",
                f"`{name}` has a line for each row of {other.grain}, and those do not lie in the rows of {self.grain}.",
                "Settle it per contract, or per what its rows belong to.",
            )
        return typer.expression(parse(f"sum of {name} over {over}"))

    def summed(self, typer: Typer, sum_: Callable[[Typer], Node], text: str, *told: Callable[[], Iterable[Told]]) -> Node:
        """The sum as a step of its own (``NAME.sum``) with its sentences, which are made after it; without them where it rests on its condition."""
        if self.existing:
            return sum_(typer)
        part = self.typer()
        name = self.step(f"{self.name}.sum", "hidden", sum_(part), part, text).name
        self.tell(name, *(each for tell in told for each in tell()))
        return self.item(typer, name)

    def limit(self, part: str, amount: str, most: models.Scalar | None, told: Told, after: str = "") -> tuple[Told, ...]:
        """A sentence, and before it the same with the most that counts, where the amount (a step) is more than that. ``after``: how both end."""
        whole = Told(told.says + after, told.of)
        if most is None:
            return (whole,)
        end = self.figure(f"most_{part}", most)
        over = nodes.compare(self.typer(), "gt", self.item(self.typer(), amount), end)
        return (Told(f"{told.says}, but at most {{{len(told.of)}}}{after}", (*told.of, end), over), whole)

    def evidence(self, step: Step) -> None:
        """Refuses a payment that rests on a weaker word than it asks for."""
        demand(self.problems, step.name, step.decided_by, step.rests_on, self.model.evidence or {})

    def may_take_back(self) -> bool:
        return self.takes_back or self.model.settles is not None

    def at_most(self, typer: Typer, node: Node, leaf: models.Scalar | None) -> Node:
        """A sum that goes no further than another, which is never negative."""
        if leaf is None:
            return node
        most = self.money_of(typer, leaf)
        self.check_sign(most, leaf)
        with self.problems.about(leaf):
            return nodes.extreme(typer, "least", node, most)
        raise AssertionError

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
                hint = "A price times its own quantity is money."
                fixed = nodes.fixed(node) if node.type.kind in ("whole", "number") else None
                if fixed is not None and fixed >= 0 and (fixed * 100).denominator == 1:
                    pence = int(fixed * 100)
                    hint = f"Write the sum with its currency: `{self.world.sign}{pence // 100:,}.{pence % 100:02}`."
                raise Mistake("PBR391", f"A payment is money; this is {node.type.phrase}.", hint)
        return node

    def whole_pence(self, node: Node, leaf: models.Scalar) -> None:
        """Proves that a sum is whole minor units. Reports PBR396."""
        coin = next(iter(COINS[self.world.sign]))
        whole = {"1 penny": "whole pence", "1 cent": "whole cents"}.get(coin, f"a multiple of {coin}")
        with self.problems.about(leaf):
            if node.shape is None or node.shape.den != 1:
                raise Mistake(
                    "PBR396",
                    f"This payment is not always {whole}, and the contract does not say how to round it.",
                    f'Write `round: "{coin}, half up"` (or another of the six ways).',
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
