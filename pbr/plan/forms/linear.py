"""The form `linear`: nothing (or a given sum) at one threshold, the whole at the other, in proportion between them."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from pbr.language.types import Type
from pbr.plan.forms import nodes
from pbr.plan.forms.form import Form, Made
from pbr.plan.node import Node
from pbr.plan.plan import Told
from pbr.plan.trouble import Mistake
from pbr.plan.typer import Typer
from pbr.terms import models
from pbr.terms.payments import Linear as Words


class Linear(Form):
    """Clipped at both ends. ``NAME.share``: how far along the way it is, from 0 to 1."""

    @property
    def words(self) -> Words:
        assert self.model.linear is not None
        return self.model.linear

    @staticmethod
    def reads(model: models.Payment) -> Iterable[models.Scalar | None]:
        linear = model.linear
        return (linear.on, linear.from_, linear.to, linear.pays, linear.starts_at) if linear is not None else ()

    @staticmethod
    def told(model: models.Payment) -> list[str]:
        linear = model.linear
        assert linear is not None
        first = linear.starts_at.text if linear.starts_at is not None else "nothing"
        return [
            f"Pays by {linear.on.text}: {first} at {linear.from_.text}, {linear.pays.text} at {linear.to.text}, in proportion between them,",
            f"and no more and no less beyond either. While {linear.on.text} is not known, the line is held.",
        ]

    def leaf(self) -> models.Scalar:
        return self.words.pays

    def make(self) -> Made:
        typer = self.typer()
        on = self.expression(typer, self.words.on)
        with self.problems.about(self.words.on):
            if not on.type.numeric or on.type.kind == "price":
                raise Mistake(
                    "PBR841",
                    f"`{self.words.on.text}` is {on.type.phrase}; this form stands on a quantity.",
                    "Name a count, a sum, a percentage or a span.",
                )
        self.step(f"{self.name}.on", "hidden", on, typer, self.words.on.text)
        typer = self.typer()
        self.step(
            f"{self.name}.share",
            "hidden",
            self._share(typer),
            typer,
            f"how far {self.words.on.text} is from {self.words.from_.text} to {self.words.to.text}",
        )
        text = f"{self.words.pays.text} by {self.words.on.text}"
        return self.under_condition(lambda typer: self.summed(typer, self._sum, text, self._told))

    def _told(self) -> Iterable[Told]:
        """How far along the way it is; at either end that it is there."""
        words = self.words
        on, share = self.figure("measure", words.on), self.item(self.typer(), f"{self.name}.share")
        ends = (self.figure("begin", words.from_), self.figure("end", words.to))
        most, typer = self.figure("most", words.pays), self.typer()
        none, whole = typer.literal(Type("number"), Fraction(0), "0"), typer.literal(Type("number"), Fraction(1), "1")
        first = (self.figure("least", words.starts_at),) if words.starts_at is not None else ()
        yield Told("{0:label} has not passed {1}" + (", which pays {2}" if first else ", where payment begins"), (on, ends[0], *first),
                   nodes.compare(typer, "eq", share, none))  # fmt: skip
        yield Told("{0:label} has reached {1}, which pays {2}", (on, ends[1], most), nodes.compare(typer, "eq", share, whole))
        of = ", which goes from {5} to {4}" if first else ", of {4}"
        yield Told("{0:label} is {1:percent} of the way from {2} to {3}" + of, (on, share, *ends, most, *first))

    def _share(self, typer: Typer) -> Node:
        on = self.item(typer, f"{self.name}.on")
        ends: list[tuple[Fraction, Node]] = []
        for leaf in (self.words.from_, self.words.to):
            node = self.expression(typer, leaf)
            value = nodes.fixed(node)
            with self.problems.about(leaf):
                if value is None:
                    raise Mistake(
                        "PBR842",
                        f"`{leaf.text}` is not a fixed threshold.",
                        "Write a value, or the name of a parameter that has one value.",
                    )
                nodes.compare(typer, "ge", on, node)
                ends.append((value, node))
        (first, start), (last, end) = ends
        with self.problems.about(self.words.to):
            if first == last:
                raise Mistake(
                    "PBR843",
                    f"`{self.words.to.text}` is where it begins as well: there is nothing between the two.",
                    "Write two thresholds, or a ladder with one rung.",
                )
        better = self.words.better
        down = better is not None and better.text == "lower"
        if down == (first < last):
            at = better if better is not None and down else self.words.from_
            with self.problems.about(at):
                raise Mistake(
                    "PBR885",
                    f"`{self.words.from_.text}`, where payment begins, is {'below' if down else 'above'} `{self.words.to.text}`, "
                    f"and the contract {'says that lower is better' if down else 'does not say that lower is better'}.",
                    "Turn `from` and `to` round, or take `better: lower` away."
                    if down
                    else "Turn `from` and `to` round; where lower is better, write `better: lower`.",
                )
        lower, upper = (start, end) if first < last else (end, start)
        if first < last:
            way = nodes.sub(typer, nodes.extreme(typer, "least", on, upper), start)
        else:
            way = nodes.sub(typer, start, nodes.extreme(typer, "greatest", on, lower))
        way = nodes.extreme(typer, "greatest", way, nodes.nothing(typer, way.type))
        return nodes.ratio(typer, way, abs(last - first), "({0}) / ({1})")

    def _sum(self, typer: Typer) -> Node:
        most = self.money_of(typer, self.words.pays)
        share = self.item(typer, f"{self.name}.share")
        if self.words.starts_at is None:
            node = nodes.mul(typer, share, most)
            assert node is not None
            return node
        first = self.money_of(typer, self.words.starts_at)
        more = nodes.mul(typer, share, nodes.folded(typer, nodes.sub(typer, most, first)))
        assert more is not None
        return nodes.add(typer, first, more)
