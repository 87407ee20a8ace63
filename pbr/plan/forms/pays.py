"""The forms `pays` (a sum of money, perhaps under a condition) and `factor` (a number for each row)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from pbr.plan.forms.form import Form, Made
from pbr.plan.node import Node
from pbr.plan.trouble import Mistake
from pbr.plan.typer import Typer
from pbr.terms import models


class Pays(Form):
    """An expression that comes to money."""

    @staticmethod
    def reads(model: models.Payment) -> Iterable[models.Scalar | None]:
        return (model.pays,)

    @staticmethod
    def told(model: models.Payment) -> list[str]:
        assert model.pays is not None
        return [f"Pays {model.pays.text}."]

    def leaf(self) -> models.Scalar:
        assert self.model.pays is not None
        return self.model.pays

    def make(self) -> Made:
        return self.under_condition(lambda typer: self.money_of(typer, self.leaf()))


class Factor(Form):
    """An expression that comes to a number. It is not money and enters no total."""

    pays_when: ClassVar[str] = "either"
    money: ClassVar[bool] = False

    @staticmethod
    def reads(model: models.Payment) -> Iterable[models.Scalar | None]:
        return (model.factor,)

    @staticmethod
    def told(model: models.Payment) -> list[str]:
        assert model.factor is not None
        return [f"Sets a factor: {model.factor.text}."]

    def leaf(self) -> models.Scalar:
        assert self.model.factor is not None
        return self.model.factor

    def line_form(self) -> str:
        return "factor"

    def make(self) -> Made:
        if self.model.only_if is not None:
            with self.problems.about(self.model.only_if):
                raise Mistake(
                    "PBR390",
                    "A factor is set for every row, so it takes no `only_if`.",
                    "Write the condition inside: `if ... then ... else 1.0`.",
                )
        return self.under_condition(self._number)

    def _number(self, typer: Typer) -> Node:
        node = self.expression(typer, self.leaf())
        with self.problems.about(self.leaf()):
            if node.type.kind not in ("number", "whole"):
                raise Mistake("PBR391", f"A factor is a number; this is {node.type.phrase}.", "`as number(...)` makes one of a percentage.")
        return node
