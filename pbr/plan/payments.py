"""Payments: each form becomes named steps of ordinary operations, so that a line is traced and explained like anything else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from pbr.language.types import Type
from pbr.plan.finality import check_final
from pbr.plan.forms.form import Form
from pbr.plan.forms.table import builder_of
from pbr.plan.leaves import Problems
from pbr.plan.naming import World
from pbr.plan.node import Node
from pbr.plan.plan import Payment, Step
from pbr.plan.suspension import reference, suspended
from pbr.plan.trouble import Mistake
from pbr.plan.typer import Typer
from pbr.terms import models
from pbr.terms.payments import FORMS, form_of


class PaymentBuilder:
    """Types one payment, whatever its form, and proves what its amount must be."""

    def __init__(
        self, world: World, problems: Problems, name: str, model: models.Payment, grain: str, within: str | None,
        typer: Callable[..., Typer], finish: Callable[..., Step],
    ) -> None:  # fmt: skip
        self.world, self.problems, self.name, self.model = world, problems, name, model
        self.form: Form = builder_of(model)(world, problems, name, model, grain, within, typer, finish)

    def build(self) -> Payment:
        form = self.form
        self._fitting()
        condition, amount, typer = form.make()
        condition, amount = self._used(condition, amount, typer)
        member = form.doubtful(typer)
        if member is not None:  # a row that may not belong to the cohort is held, unless it would pay nothing anyway
            amount = form.choice(typer, member, amount, form.zero(typer, amount.type.kind))
        self._check_amount(amount)
        with self.problems.about(form.decides()):
            check_final(self.world, form.grain, amount, pays_when=form.pays_when)
        step = form.step(self.name, "payment", amount, typer, form.leaf().text)
        if condition is not None:  # the condition decides; the sum that is at stake only says how much
            step = replace(step, decided_by=self.world.steps[condition].decided_by)
            self.world.steps[self.name] = step
        form.evidence(step)
        return Payment(
            self.name, form.line_form(), form.grain, form.within, self.name, condition, form.text("clause"), form.text("says"),
            self.problems.source.place("payments", self.name).line,
        )  # fmt: skip

    def _used(self, condition: str | None, amount: Node, typer: Typer) -> tuple[str | None, Node]:
        """The condition and the sum of a payment that is not used on some days: nothing is paid, repaid or kept for them."""
        form = self.form
        step = suspended(form.typer(), self.problems, self.name, self.model, form.finish, form.within)
        if step is None:
            return condition, amount
        if not form.money:
            with self.problems.about(self.model.not_used[0].from_):
                raise Mistake(
                    "PBR894",
                    "A factor is not money: that it is not used does not say what it is then.",
                    "Write it in its expression: `if ... then 1 else ...`.",
                )
        amount = form.choice(typer, form.item(typer, step.name), form.zero(typer), amount)
        own = form.typer()
        used = own.make("not", Type("truth"), (reference(own, step),), phrase="not {0}")
        if condition is not None:
            used = own.make("and", Type("truth"), (used, form.item(own, condition)), phrase="{0} and {1}")
        due = form.step(f"{self.name}.due", "condition", used, own, "in use" if condition is None else f"in use and {condition}")
        return due.name, amount

    def _fitting(self) -> None:
        """Refuses what this form does not read: a word in a contract that changes nothing is a mistake."""
        name = form_of(self.model)
        for word, why in FORMS[name].idle.items():
            leaf = getattr(self.model, word)
            if leaf is not None:
                with self.problems.about(leaf):
                    raise Mistake("PBR307", f"`{word}` changes nothing in a payment of the form `{name}`.", why)

    def _check_amount(self, node: Node) -> None:
        leaf = self.form.leaf()
        if not self.form.money:
            with self.problems.about(leaf):
                if node.shape is None or node.shape.den is None or not _decimal(node.shape.den):
                    raise Mistake("PBR395", "This factor has no fixed number of decimals.", "Round it: round(..., 4 decimals, half up).")
            return
        self.form.whole_pence(node, leaf)
        if self.form.may_take_back():
            if self.model.may_be is not None:
                with self.problems.about(self.model.may_be):
                    raise Mistake(
                        "PBR307",
                        f"`may_be` changes nothing in a payment of the form `{form_of(self.model)}` that takes money back by itself.",
                        "Take it away.",
                    )
        elif self.model.may_be is None:
            self.form.check_sign(node, leaf)


def _decimal(den: int) -> bool:
    while den % 10 == 0:
        den //= 10
    return den in (1, 2, 4, 5, 8) or 10**18 % den == 0
