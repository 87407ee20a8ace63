"""The form `difference`: what came about against a benchmark, with a price for each unit better and one for each unit worse."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from pbr.language.types import Type
from pbr.plan.forms import nodes
from pbr.plan.forms.form import Form, Made
from pbr.plan.node import Node
from pbr.plan.plan import Told
from pbr.plan.trouble import Mistake
from pbr.plan.typer import Typer
from pbr.terms import models
from pbr.terms.payments import Difference as Words


class Difference(Form):
    """``NAME.better`` and ``NAME.worse``: how far it is on either side of the benchmark; one of them is nothing."""

    takes_back: ClassVar[bool] = True
    pays_when: ClassVar[str] = "either"

    @property
    def words(self) -> Words:
        assert self.model.difference is not None
        return self.model.difference

    @staticmethod
    def reads(model: models.Payment) -> Iterable[models.Scalar | None]:
        words = model.difference
        return (
            (words.actual, words.benchmark, words.each_better, words.each_worse, words.most_paid, words.most_repaid)
            if words is not None
            else ()
        )

    @staticmethod
    def told(model: models.Payment) -> list[str]:
        words = model.difference
        assert words is not None
        out = [
            f"Sets {words.actual.text} against {words.benchmark.text}; {words.better.text} is better.",
            f"For what is better it pays {words.each_better.text}; for what is worse it takes back {words.each_worse.text}.",
        ]
        return [*out, *limits_told(words.most_paid, words.most_repaid)]

    def leaf(self) -> models.Scalar:
        return self.words.actual

    def make(self) -> Made:
        words = self.words
        for side in ("better", "worse"):
            typer = self.typer()
            actual, benchmark = self.expression(typer, words.actual), self.expression(typer, words.benchmark)
            with self.problems.about(words.benchmark):
                up = (words.better.text == "higher") == (side == "better")
                node = nodes.sub(typer, actual, benchmark) if up else nodes.sub(typer, benchmark, actual)
                node = nodes.extreme(typer, "greatest", node, nodes.nothing(typer, node.type))
            self.step(f"{self.name}.{side}", "hidden", node, typer, f"how far {words.actual.text} is {side} than {words.benchmark.text}")
        text = f"{words.actual.text} against {words.benchmark.text}"
        return self.under_condition(lambda typer: self.summed(typer, self._sum, text, self._told))

    def _sum(self, typer: Typer) -> Node:
        words = self.words
        gain = self.at_most(typer, self._side(typer, "gain", words.each_better, "better", words.most_paid), words.most_paid)
        loss = self.at_most(typer, self._side(typer, "loss", words.each_worse, "worse", words.most_repaid), words.most_repaid)
        return nodes.sub(typer, gain, loss)

    def _side(self, typer: Typer, name: str, price: models.Scalar, side: str, most: models.Scalar | None) -> Node:
        """What one side comes to, before its limit; a step of its own where it has one."""
        if most is None or self.existing:
            return self._priced(typer, price, side)
        part = self.typer()
        self.step(f"{self.name}.{name}", "hidden", self._priced(part, price, side), part, f"{price.text} for what is {side}")
        return self.item(typer, f"{self.name}.{name}")

    def _told(self) -> Iterable[Told]:
        """How far it is on the one side or the other, and what each unit of that costs."""
        words = self.words
        benchmark, typer = self.figure("benchmark", words.benchmark), self.typer()
        sides = (
            ("better", "gain", words.each_better, "paid", words.most_paid),
            ("worse", "loss", words.each_worse, "repaid", words.most_repaid),
        )
        for side, name, price, part, most in sides:
            far, each = self.item(typer, f"{self.name}.{side}"), self.figure(f"each_{side}", price)
            some = nodes.compare(typer, "gt", far, nodes.nothing(typer, far.type))
            at = ", of which {2}" if each.type.kind == "percent" else ", at {2}"
            for told in self.limit(part, f"{self.name}.{name}", most, Told(f"{{0}} {side} than {{1:label}}{at}", (far, benchmark, each))):
                when = some if told.when is None else typer.make("and", Type("truth"), (some, told.when), phrase="{0} and {1}")
                yield Told(told.says, told.of, when)
        yield Told("neither better nor worse than {0:label}", (benchmark,))

    def _priced(self, typer: Typer, leaf: models.Scalar, side: str) -> Node:
        price = self.expression(typer, leaf)
        quantity = self.item(typer, f"{self.name}.{side}")
        self.check_sign(price, leaf)
        with self.problems.about(leaf):
            node = nodes.mul(typer, price, quantity)
            if node is None or node.type.kind != "money":
                raise Mistake(
                    "PBR845",
                    f"`{leaf.text}` for each of {quantity.type.phrase} is not money.",
                    f"Write a price for it, such as {self.world.sign}5.00 per point for a difference of percentages, or a percentage of a sum.",
                )
            return node
        raise AssertionError


def limits_told(most_paid: models.Scalar | None, most_repaid: models.Scalar | None) -> list[str]:
    out = [f"At most {most_paid.text} is paid."] if most_paid is not None else []
    return out + ([f"At most {most_repaid.text} is taken back."] if most_repaid is not None else [])
