"""Steps that cut lines in an order: `cap` and `mix`."""

from __future__ import annotations

from fractions import Fraction

from pbr.language.phrases import parse_allocate
from pbr.plan.naming import CONTRACT
from pbr.plan.plan import Payment
from pbr.plan.statement_days import DATED_BY, later_than_the_data
from pbr.plan.statement_parts import StepBuilder
from pbr.plan.then import StatementStep
from pbr.plan.trouble import Mistake


class CutBuilder(StepBuilder):
    """A step that limits what its lines come to, the first in its order before the others."""

    def build(self) -> StatementStep:
        model = self.model
        per = self.text("per")
        with self.problems.about(self.head):
            if not per:
                raise Mistake(
                    "PBR871",
                    f"This `{self.kind}` does not say what it counts together.",
                    "Add `per: contract`, or `per: NAME` for one limit for each value of it.",
                )
        amount = 0 if self.kind == "mix" else self._amount()
        over = self.over(model.mix if self.kind == "mix" else model.over, per)
        with self.problems.about(self.head):
            if not over:
                raise Mistake(
                    "PBR349",
                    "There is no payment of money under this cap.",
                    "Name the payments it covers: `over: [...]`, or take the cap away.",
                )
        self._no_negative(over)
        lines = [name for name in over if name in self.by_name]
        order = tuple((name, self._order(self.by_name[name])) for name in lines)
        groups = self.groups(over, per, model.per or self.head)
        self.one_type(model.allocate or self.head, [steps for _, steps in order], "put in one order")
        if model.last_line is None and any(self.by_name[name].grain != CONTRACT for name in lines):
            with self.problems.about(self.head):
                raise Mistake(
                    "PBR399",
                    "A line may fit only in part, and the contract does not say what then.",
                    "Add `last_line: in part` or `last_line: not at all`.",
                )
        self._in_order_of_days()
        last = self.text("last_line") or "in part"
        text = self.head.text if self.kind == "cap" else self.text("at_most")
        if self.kind == "mix":
            return self._mix(over, order, groups, per, last, text)
        limit = () if amount is not None else tuple((name, self._limit(self.by_name[name])) for name in lines)
        top = amount if amount is not None else max(self.top(step) for _, step in limit)
        _, most = self.bounds(over)
        capped = tuple((name, min(top, sum_)) for name, sum_ in most)
        return StatementStep(
            self.number, amount or 0, tuple(over), order, groups, per, last, text, self.text("clause"), self.head.place.line, capped,
            says=self.text("says"), limit=limit, life=model.for_ is not None, dated=self.dated, later=self._later(order),
        )  # fmt: skip

    @property
    def dated(self) -> bool:
        """Whether its lines are put in order or into groups by the day on which each was earned."""
        return DATED_BY in (self.text("allocate") + " " + self.text("per")).replace(",", " ").split()

    def _later(self, order: tuple[tuple[str, tuple[str, ...]], ...]) -> tuple[tuple[str, str, int, tuple[str, ...]], ...]:
        """What tells that a line was earned after the data, where lines are in order of their days."""
        if not self.text("allocate").startswith(f"by {DATED_BY}"):
            return ()
        found = [(name, later_than_the_data(self.world, steps[0])) for name, steps in order]
        return tuple((name, *told) for name, told in found if told is not None)

    def _in_order_of_days(self) -> None:
        """That the day comes first in the order: what stands before it would be no order of days. And that a mix is not measured by days."""
        names = self.text("allocate").removeprefix("by ").split(" then ")
        if self.dated and self.model.allocate is not None and DATED_BY in names[1:]:
            with self.problems.about(self.model.allocate):
                raise Mistake(
                    "PBR879", "`dated_by` stands after another name in this order.", "Write it first: `allocate: by dated_by then ...`."
                )
        if self.kind == "mix" and self.dated:
            with self.problems.about(self.head):
                raise Mistake(
                    "PBR879",
                    "A mix does not go by the days on which lines were earned.",
                    "Put its lines in order by a name that all rows have.",
                )

    def top(self, step: str) -> int:
        shape = self.world.steps[step].node.shape
        assert shape is not None
        return shape.top

    def _amount(self) -> int | None:
        """The sum in minor units, or None for a sum that is worked out for each line."""
        constant = self.constant(self.head)
        if constant is None:
            return None
        kind, amount = constant
        with self.problems.about(self.head):
            if kind != "money" or amount < 0 or amount.denominator != 1:
                raise Mistake("PBR348", f"`{self.head.text}` is not a sum of money.", f"Write a cap as {self.world.sign}2,250,000.00.")
        return int(amount)

    def _limit(self, payment: Payment) -> str:
        return self.sum_at(self.head, f"{payment.name}.limit", payment.grain, payment.within).name

    def _no_negative(self, names: list[str]) -> None:
        with self.problems.about(self.head):
            for name in names:
                if name in self.own:
                    raise Mistake(
                        "PBR398",
                        f"`{name}` is a step with a line of its own, and a {self.kind} that cuts lines would be passed by it.",
                        f"Name the payments it covers, or limit the total after it: `{{{self.kind}: {self.head.text}, on: total of contract}}`."
                        if self.kind == "cap"
                        else "Name payments.",
                    )
                if self.negative(name):
                    raise Mistake(
                        "PBR398",
                        f"`{name}` may be negative, and a {self.kind} over lines that take money back would let later lines be paid more.",
                        "Name the payments it covers: `over: [...]`.",
                    )

    def _order(self, payment: Payment) -> tuple[str, ...]:
        model = self.model
        if model.allocate is None:
            if payment.grain != CONTRACT:
                with self.problems.about(self.head):
                    raise Mistake(
                        "PBR389",
                        f"Several lines share this {self.kind}, and the contract does not say which come first.",
                        "Add `allocate: by achieved_on then claim_id`, or `allocate: by dated_by` for the order in which they were earned; an unstated order decides who is paid.",
                    )
            return ()
        phrase = self.problems.read(model.allocate, parse_allocate)
        with self.problems.about(model.allocate):
            return tuple(self.read(f"order.{i}", ".".join(parts), payment) for i, parts in enumerate(phrase.names, 1))
        raise AssertionError

    def _mix(
        self,
        over: list[str],
        order: tuple[tuple[str, tuple[str, ...]], ...],
        groups: tuple[tuple[str, str], ...],
        per: str,
        last: str,
        text: str,
    ) -> StatementStep:
        model = self.model
        with self.problems.about(self.head):
            if model.at_most is None or model.of is None:
                raise Mistake(
                    "PBR871",
                    "This `mix` does not say how much of what its payments may be.",
                    "Add `at_most: 70%` and `of: all paid after this step`, or `of: all achieved`.",
                )
        assert model.at_most is not None and model.of is not None
        constant = self.constant(model.at_most)
        with self.problems.about(model.at_most):
            if constant is None or constant[0] not in ("percent", "number", "whole") or not 0 <= constant[1] < 1:
                raise Mistake(
                    "PBR872",
                    f"`{model.at_most.text}` is not a share that a mix can have.",
                    "Write a percentage from 0% up to but not 100%, or a parameter with one.",
                )
        others = [name for name in self.over(None, per) if name not in over]
        with self.problems.about(self.head):
            if not others:
                raise Mistake(
                    "PBR876",
                    "Every payment is in this mix, so there is nothing that it could be a share of.",
                    "Name only the payments that are limited.",
                )
        groups += self.groups([name for name in others if name in self.by_name], per, model.per or self.head)
        least, most = self.bounds([*over, *others])
        share: Fraction = constant[1] if constant is not None else Fraction(0)
        return StatementStep(
            self.number, 0, tuple(over), order, groups, per, last, text, self.text("clause"), self.head.place.line, most, kind="mix",
            says=self.text("says"), least=least, share=f"{share.numerator}/{share.denominator}", of=model.of.text, others=tuple(others),
        )  # fmt: skip
