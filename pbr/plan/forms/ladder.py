"""The form `ladder`: what is reached decides what is paid, rung by rung."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from pbr.plan.forms import nodes
from pbr.plan.forms.form import Form, Made
from pbr.plan.node import Node
from pbr.plan.plan import Told
from pbr.plan.spoken import spoken
from pbr.plan.trouble import Mistake
from pbr.plan.typer import Typer
from pbr.terms import models
from pbr.terms.payments import Ladder as Words

MOST_BELOW = 2  # rungs below the one that was reached, whose sums are told one by one
_TAKES = {
    "whole": "the rung that is reached pays alone",
    "marginal": "each rung pays for what lies between its threshold and the next",
    "per_point": "each rung pays for each percentage point between its threshold and the next",
}


@dataclass(frozen=True)
class Rung:
    """``start``: its threshold, in base units. ``rate``: what it pays, or the price of one unit of it."""

    words: models.Rung
    start: Node
    at: Fraction
    rate: Node


class Ladder(Form):
    """Thresholds strictly rising; equality belongs to the upper rung; the last is open; below the first it pays what `below` says."""

    @property
    def words(self) -> Words:
        assert self.model.ladder is not None
        return self.model.ladder

    @staticmethod
    def reads(model: models.Payment) -> Iterable[models.Scalar | None]:
        ladder = model.ladder
        if ladder is None:
            return ()
        return (ladder.on, ladder.below, ladder.of, *(leaf for rung in ladder.rungs for leaf in (rung.from_, rung.pays)))

    @staticmethod
    def told(model: models.Payment) -> list[str]:
        ladder = model.ladder
        assert ladder is not None
        of = f" of {ladder.of.text}" if ladder.of is not None else ""
        takes = _TAKES.get(ladder.takes.text, ladder.takes.text)
        rungs = [f"  - from {rung.from_.text}: {rung.pays.text}{of}" for rung in ladder.rungs]
        return [f"Pays by {ladder.on.text}; {takes}.", f"  - below {ladder.rungs[0].from_.text}: {ladder.below.text}", *rungs]

    def leaf(self) -> models.Scalar:
        return self.words.on

    def make(self) -> Made:
        typer = self.typer()
        on = self.expression(typer, self.words.on)
        with self.problems.about(self.words.on):
            if not on.type.numeric or on.type.kind == "price":
                raise Mistake(
                    "PBR841",
                    f"`{self.words.on.text}` is {on.type.phrase}; a ladder stands on a quantity.",
                    "Name a count, a sum, a percentage or a span.",
                )
        self.step(f"{self.name}.on", "hidden", on, typer, self.words.on.text)
        return self.under_condition(self._sum)

    def _sum(self, typer: Typer) -> Node:
        on = self.item(typer, f"{self.name}.on")
        rungs = self._rungs(typer, on)
        below = self.money_of(typer, self.words.below)
        self._rising(rungs, below)
        if self.words.takes.text == "whole":
            return self._whole(typer, on, rungs, below)
        return self._bands(typer, rungs, below)

    def _rungs(self, typer: Typer, on: Node) -> list[Rung]:
        found: list[Rung] = []
        for words in self.words.rungs:
            start, rate = self.expression(typer, words.from_), self.expression(typer, words.pays)
            at = nodes.fixed(start)
            with self.problems.about(words.from_):
                if at is None:
                    raise Mistake(
                        "PBR842",
                        f"`{words.from_.text}` is not a fixed threshold.",
                        "Write a value, or the name of a parameter that has one value.",
                    )
                nodes.compare(typer, "ge", on, start)
                if found and at <= found[-1].at:
                    raise Mistake(
                        "PBR843",
                        f"`{words.from_.text}` does not lie above `{found[-1].words.from_.text}`, the threshold before it.",
                        "Thresholds rise from rung to rung: order them, and give each its own.",
                    )
            found.append(Rung(words, start, at, rate))
        return found

    def _rising(self, rungs: list[Rung], below: Node) -> None:
        """More is never paid less, unless the contract says that it may be."""
        if self.words.amounts is not None:
            return
        whole = self.words.takes.text == "whole"
        sums = whole and self.words.of is None and rungs[0].rate.type.kind == "money"
        lowest = self._fixed(self.words.below, below)
        least, before = (lowest, self.words.below.text) if sums else (Fraction(0), "nothing")
        for rung in rungs:
            value = self._fixed(rung.words.pays, rung.rate)
            with self.problems.about(rung.words.pays):
                if value < least:
                    raise Mistake(
                        "PBR844",
                        f"`{rung.words.pays.text}` is less than {before}, which somebody is paid who reaches less.",
                        "Is it a slip? If it is meant, say `amounts: may fall`.",
                    )
            if whole:
                least, before = value, rung.words.pays.text
        with self.problems.about(self.words.below):
            if whole and not sums and lowest > 0:
                raise Mistake(
                    "PBR844",
                    f"`{self.words.below.text}` below the first rung may be more than the first rung pays.",
                    "Is it a slip? If it is meant, say `amounts: may fall`.",
                )

    def _fixed(self, leaf: models.Scalar, node: Node) -> Fraction:
        value = nodes.fixed(node)
        with self.problems.about(leaf):
            if value is None:
                raise Mistake(
                    "PBR844",
                    f"`{leaf.text}` is not a fixed amount, so it cannot be proved that more is never paid less.",
                    "Write a fixed amount (with `of:` a share of something, or a price), or say `amounts: may fall`.",
                )
            return value
        raise AssertionError

    def _priced(self, typer: Typer, rung: Rung, quantity: Node) -> Node:
        """What a rung pays for a quantity: a price for each of it, or a share of it."""
        with self.problems.about(rung.words.pays):
            node = nodes.mul(typer, rung.rate, quantity)
            if node is None or node.type.kind != "money" or (self.words.takes.text == "per_point" and rung.rate.type.per != "point"):
                raise Mistake(
                    "PBR845",
                    f"`{rung.words.pays.text}` for each of {quantity.type.phrase} is not money.",
                    f"Write a price for it, such as {self.world.sign}5.00 per point for percentages, or a percentage of a sum.",
                )
            return nodes.folded(typer, node)
        raise AssertionError

    def _whole(self, typer: Typer, on: Node, rungs: list[Rung], below: Node) -> Node:
        of = self.money_of(typer, self.words.of) if self.words.of is not None else None
        if of is not None and self.words.amounts is None:
            assert self.words.of is not None
            self.check_sign(of, self.words.of)
        node = below
        for rung in rungs:
            paid = rung.rate
            if of is not None or paid.type.kind != "money":
                if of is None and self.words.amounts is None:
                    self.check_sign(rungs[0].start, rungs[0].words.from_)
                paid = self._priced(typer, rung, of if of is not None else on)
            node = self.choice(typer, nodes.compare(typer, "ge", on, rung.start), paid, node)
        return node

    def _bands(self, typer: Typer, rungs: list[Rung], below: Node) -> Node:
        """Every rung's part as a step of its own, then their sum."""
        if self.words.of is not None:
            with self.problems.about(self.words.of):
                raise Mistake(
                    "PBR307",
                    "`of` changes nothing in a ladder whose rungs pay for what lies between them.",
                    "Take it away, or write `takes: whole`.",
                )
        for number, rung in enumerate(rungs, 1):
            part = self.typer()
            on = self.item(part, f"{self.name}.on")
            upper = rungs[number].start if number < len(rungs) else None
            start = part.literal(rung.start.type, rung.at, rung.start.phrase)
            with self.problems.about(rung.words.from_):
                within = on if upper is None else nodes.extreme(part, "least", on, upper)
                between = nodes.sub(part, within, start)
                between = nodes.extreme(part, "greatest", between, nodes.nothing(part, between.type))
            paid = self._priced(part, rung, between)
            to = f" to {spoken(upper)}" if upper is not None else ""
            self.step(f"{self.name}.rung.{number}", "hidden", paid, part, f"{rung.words.pays.text} from {rung.words.from_.text}{to}")

        def summed(own: Typer) -> Node:
            node = below
            for number in range(1, len(rungs) + 1):
                node = nodes.add(own, node, self.item(own, f"{self.name}.rung.{number}"))
            return node

        return self.summed(typer, summed, f"{self.words.on.text}, rung by rung", lambda: self._told(rungs, nodes.fixed(below) == 0))

    def _told(self, rungs: list[Rung], nothing_below: bool) -> Iterable[Told]:
        """In which rung it lies, what that pays, and what those below it paid."""
        typer = self.typer()
        on, least = self.figure("measure", self.words.on), self.figure("below", self.words.below)
        for number in range(len(rungs), 0, -1):
            start = rungs[number - 1].start
            ends = (start, rungs[number].start) if number < len(rungs) else (start,)
            where = "falls in the step {1} to {2}" if len(ends) == 2 else "reaches {1}, the last step"
            below = list(range(number - 1, max(number - 1 - MOST_BELOW, 0), -1)) if number - 1 <= MOST_BELOW else []
            of = [on, *ends, *(self.item(typer, f"{self.name}.rung.{each}") for each in (number, *below))]
            at = 1 + len(ends)
            says = f"{{0:label}} {where}: {{{at}}}"
            if below:
                sums = " and ".join(f"{{{at + n}}}" for n in range(1, len(below) + 1))
                says += f" there, and {sums} for the step{'s' if len(below) > 1 else ''} below it"
            elif number > 1:
                says += " there, besides what all the steps below it pay"
            if not nothing_below:
                says += f", on top of {{{len(of)}}}"
                of.append(least)
            yield Told(says, tuple(of), nodes.compare(typer, "ge", self.item(typer, f"{self.name}.on"), start))
        yield Told("{0:label} is below {1}, the first step" + ("" if nothing_below else ": {2}"), (on, rungs[0].start, least))
