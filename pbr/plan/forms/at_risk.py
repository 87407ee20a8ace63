"""The form `at_risk`: kept, nothing more is paid (or the sum is); missed, it is repaid (or nothing is paid)."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import ClassVar

from pbr.language.types import Type
from pbr.plan import shapes
from pbr.plan.forms.form import Form, Made
from pbr.plan.trouble import Mistake
from pbr.terms import models


class AtRisk(Form):
    """A share of a fee that depends on a condition."""

    pays_when: ClassVar[str] = "either"
    takes_back: ClassVar[bool] = True

    @property
    def words(self) -> models.AtRisk:
        assert self.model.at_risk is not None
        return self.model.at_risk

    @staticmethod
    def reads(model: models.Payment) -> Iterable[models.Scalar | None]:
        return (model.at_risk.share, model.at_risk.of, model.at_risk.keep_if) if model.at_risk is not None else ()

    @staticmethod
    def told(model: models.Payment) -> list[str]:
        risk = model.at_risk
        assert risk is not None
        paid = risk.already_paid.text == "yes"
        kept, missed = ("nothing more is paid", "it is repaid") if paid else ("it is paid", "nothing is paid")
        return [
            f"{risk.share.text} of {risk.of.text} is at risk{', and is already paid' if paid else ''}.",
            f"If {risk.keep_if.text}: {kept}. If not: {missed}. While it is not known, the line is held.",
        ]

    def leaf(self) -> models.Scalar:
        return self.words.of

    def decides(self) -> models.Scalar:
        return self.words.keep_if

    def line_form(self) -> str:
        # with nothing paid before, it is paid when kept and nothing when missed, like any payment with a condition
        return "at_risk" if self.words.already_paid.text != "no" else "pays"

    def make(self) -> Made:
        model = self.words
        kept = self.condition(f"{self.name}.keep_if", model.keep_if)
        typer = self.typer()
        share, of = self.expression(typer, model.share), self.expression(typer, model.of)
        with self.problems.about(model.share):
            if share.type.kind != "percent":
                raise Mistake("PBR393", f"The share at risk is a percentage; this is {share.type.phrase}.", "Write it as 10%.")
            if share.op == "literal" and not 0 <= Fraction(int(share.params["value"]["n"]), int(share.params["value"]["d"])) <= 1:
                raise Mistake("PBR393", f"`{model.share.text}` is not a share of anything.", "Write a percentage from 0% to 100%.")
        with self.problems.about(model.of):
            if of.type.kind != "money":
                raise Mistake("PBR393", f"What is at risk is money; this is {of.type.phrase}.", "Name the fee of which a share is at risk.")
        assert share.shape and of.shape
        stake = typer.make("mul", Type("money"), (share, of), {}, shapes.mul(share.shape, of.shape), "{0} * {1}", ranged=True)
        at_stake = self.step(f"{self.name}.stake", "hidden", self.rounding(stake, typer), typer, f"{model.share.text} of {model.of.text}")
        self.whole_pence(at_stake.node, model.of)
        self.check_sign(at_stake.node, model.of)
        typer = self.typer()
        condition = self.item(typer, kept.name)
        empty = self.empty(typer)
        sum_, zero = self.item(typer, at_stake.name), self.zero(typer)
        assert sum_.shape and zero.shape
        back = typer.make("sub", Type("money"), (zero, sum_), {}, shapes.add(zero.shape, sum_.shape), "{0} - {1}", ranged=True)
        paid, missed = (zero, back) if model.already_paid.text == "yes" else (sum_, zero)
        node = self.choice(typer, condition, paid, missed)
        if self.model.if_empty is not None and empty is None:
            node = self.held_when_empty(node, typer)
        elif empty is not None:
            assert self.model.if_empty is not None
            node = self.choice(typer, empty, missed if self.model.if_empty.text == "as missed" else zero, node)
        return kept.name, node, typer
