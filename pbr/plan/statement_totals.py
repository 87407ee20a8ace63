"""Steps on a total, with lines of their own: `floor`, `deduct`, `net`, `round`, and a `cap` on a total."""

from __future__ import annotations

from fractions import Fraction

from pbr.language.currencies import COINS
from pbr.language.phrases import parse_rounding, parse_total_of
from pbr.plan.naming import CONTRACT
from pbr.plan.shapes import ROWS
from pbr.plan.spelling import closest
from pbr.plan.statement_parts import StepBuilder
from pbr.plan.then import StatementStep
from pbr.plan.trouble import Mistake
from pbr.terms.names import form_of_name

WIDEST = 10**38
MOST_SHARE = 10**9  # either part of a share


class TotalBuilder(StepBuilder):
    """A step that adds a line to each total, so that no line is smeared with what belongs to the total."""

    def build(self) -> StatementStep:
        model, kind = self.model, self.kind
        with self.problems.about(self.head):
            if model.on is None:
                raise Mistake(
                    "PBR871",
                    f"This `{kind}` does not say which total it stands on.",
                    "Add `on: total of contract`, or `on: total of NAME` for one total for each value of it.",
                )
        assert model.on is not None
        per = self.problems.read(model.on, parse_total_of)
        name = self._name()
        over = self.over(model.over if model.over is not None else model.from_, per)
        with self.problems.about(self.head):
            if not over:
                raise Mistake("PBR349", f"There is no payment of money under this {kind}.", "Name the payments it reads, or take it away.")
            if model.over is not None and model.from_ is not None:
                raise Mistake("PBR871", "This `deduct` names its payments twice.", "Keep `from`.")
        groups = self.groups(over, per, model.on)
        with self.problems.about(model.on):
            if len(groups) != len(dict(groups)):
                raise Mistake(
                    "PBR879",
                    f"A group of `{per}` has a key of several parts, and a line of this step has one.",
                    "Cap the lines: `per: " + per + "`; or make a cohort with one key.",
                )
        amount, share, step = 0, "", ""
        if kind in ("cap", "floor", "deduct"):
            amount, share, step = self._figure()
        unit, mode = self._rounding(share)
        least, most = self.bounds(over)
        self._fits(most, share)
        return StatementStep(
            self.number, amount, tuple(over), (), groups, per, "", self.head.text, self.text("clause"), self.head.place.line, most,
            kind=kind, name=name, says=self.text("says"), least=least, share=share, unit=unit, mode=mode, mode_and_unit=self.text("round"), amount_step=step,
            life=model.for_ is not None,
        )  # fmt: skip

    def _name(self) -> str:
        leaf = self.model.name
        name = leaf.text if leaf is not None else self.kind
        taken = [*self.own, *self.world.declared, CONTRACT, "total"] if leaf is not None else [*self.own, *self.world.declared]
        with self.problems.about(leaf or self.head):
            if leaf is not None and not form_of_name(name):
                raise Mistake(
                    "PBR873",
                    f"`{name}` cannot be the name of a step.",
                    "A name begins with a small letter and has small letters, digits and _.",
                )
            if name in taken:
                raise Mistake(
                    "PBR873",
                    f"Two things would be called `{name}`: the lines of this step bear its name.",
                    "Give the step a name of its own: `name: ...`.",
                )
        return name

    def _figure(self) -> tuple[int, str, str]:
        """The sum, or the share as "n/d", or the step with the sum."""
        constant = self.constant(self.head)
        if constant is None:
            if self.kind == "deduct" and self.text("round"):
                with self.problems.about(self.head):
                    raise Mistake(
                        "PBR874",
                        f"`{self.head.text}` is not a share.",
                        "Write a fraction or percentage, or a parameter with one; a sum needs no `round`.",
                    )
            step = self.sum_at(self.head, "amount", CONTRACT, None)
            return 0, "", step.name
        kind, value = constant
        with self.problems.about(self.head):
            if kind == "money":
                if value < 0 or value.denominator != 1:
                    raise Mistake("PBR348", f"`{self.head.text}` is not a sum of money.", f"Write it as {self.world.sign}2,250,000.00.")
                return int(value), "", ""
            if self.kind != "deduct" or kind not in ("percent", "number", "whole"):
                raise Mistake(
                    "PBR348", f"`{self.head.text}` is not a sum of money.", f"Write a {self.kind} as {self.world.sign}2,250,000.00."
                )
            if not 0 <= value <= 1 or max(value.numerator, value.denominator) > MOST_SHARE:
                raise Mistake("PBR872", f"`{self.head.text}` is not a share of a total.", "Write a fraction or percentage from 0% to 100%.")
        return 0, f"{value.numerator}/{value.denominator}", ""

    def _rounding(self, share: str) -> tuple[int, str]:
        """The unit in minor units, and the mode."""
        leaf = self.model.round
        if leaf is None:
            if share:
                with self.problems.about(self.head):
                    raise Mistake(
                        "PBR875",
                        "A share of a total may have a fraction of a penny, and the contract does not say how to round it.",
                        f'Add `round: "{next(iter(COINS[self.world.sign]))}, half up"` (or another of the six ways).',
                    )
            return 1, ""
        phrase = self.problems.read(leaf, parse_rounding)
        with self.problems.about(leaf):
            coins = COINS[self.world.sign]
            if phrase.unit not in coins:
                raise Mistake(
                    "PBR875",
                    f"Money is not rounded to {phrase.unit}.",
                    closest(phrase.unit, list(coins), f"Write one of: {', '.join(coins)}."),
                )
            if self.kind == "deduct" and not share:
                raise Mistake("PBR871", "`round` changes nothing in this `deduct`: it is a whole sum already.", "Take it away.")
        return coins[phrase.unit], phrase.mode

    def _fits(self, most: tuple[tuple[str, int], ...], share: str) -> None:
        """That the total of as many lines as there can be, times the share, has room in exact arithmetic."""
        top = sum(sum_ * (1 if self.by_name.get(name) is None or self.by_name[name].grain == CONTRACT else ROWS) for name, sum_ in most)
        factor = Fraction(share or "1").denominator + Fraction(share or "1").numerator
        with self.problems.about(self.head):
            if top * factor * 100 >= WIDEST:
                raise Mistake(
                    "PBR878",
                    "The total that this step stands on can grow wider than exact arithmetic has room for.",
                    "Give the columns that its payments are worked out from `at_most`, or write a share with fewer digits.",
                )
