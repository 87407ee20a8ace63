"""What every step of the statement is made of: the payments it reads, the groups of its lines, and its figure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from pbr.language.literals import parse_literal
from pbr.language.phrases import PERIODS, EachPhrase, parse_each
from pbr.language.tree import Name, Number, Syntax
from pbr.language.trouble import Trouble
from pbr.language.types import NONE
from pbr.plan.finality import check_final
from pbr.plan.leaves import Problems
from pbr.plan.naming import CONTRACT, World
from pbr.plan.node import Node
from pbr.plan.parameters import Plain, value_of
from pbr.plan.plan import Payment, Step
from pbr.plan.signs import never_negative
from pbr.plan.spelling import closest
from pbr.plan.statement_days import DATED_BY, day_of, period_of
from pbr.plan.then import StatementStep, kind_of
from pbr.plan.trouble import Mistake, Silent
from pbr.plan.typer import Typer
from pbr.terms import models

_NO_MIX = "It belongs to a `mix`: take it away."
_NO_ORDER = "The step has a line of its own and cuts no other: take it away."
_ON = "Write `on: total of contract`, or `on: total of NAME` for one total each."
_OWN = MappingProxyType(
    {"per": _ON, "allocate": _NO_ORDER, "last_line": _NO_ORDER, "at_most": _NO_MIX, "of": _NO_MIX, "for_": "Only a cap is for life: take it away.",
     "from_": "Name them with `over`."}
)  # fmt: skip
_LIMITS = {"name": "It has no line of its own: take it away.", "from_": "Name them with `over`."}
# What each kind does not read, with what to do instead.
NOT_READ: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "cap": {**_LIMITS, "at_most": _NO_MIX, "of": _NO_MIX},
        "mix": {**_LIMITS, "over": "`mix` names the payments that are limited: take it away.", "on": "Write `per: contract`.",
                "for_": "Only a cap is for life: take it away."},
        "cap on a total": {name: why for name, why in _OWN.items() if name != "for_"},
        "floor": _OWN,
        "net": _OWN,
        "round": _OWN,
        "deduct": {name: why for name, why in _OWN.items() if name != "from_"},
    }
)  # fmt: skip


class StepBuilder:
    """Types one step of the statement. ``done``: the steps before it. ``written``: the payments as they stand in the contract."""

    written: Mapping[str, models.Payment]

    def __init__(
        self, world: World, problems: Problems, number: int, model: models.Then, payments: list[Payment],
        finish: Callable[..., Step], done: list[StatementStep],
    ) -> None:  # fmt: skip
        self.world, self.problems, self.number, self.model = world, problems, number, model
        self.finish, self.done, self.kind = finish, done, kind_of(model)
        self.by_name = {payment.name: payment for payment in payments}
        self.own = {step.name: step for step in done if step.name}
        found = getattr(model, self.kind)
        self.head: models.Scalar = found[0] if isinstance(found, list) else found

    def build(self) -> StatementStep:
        raise NotImplementedError

    def text(self, name: str) -> str:
        leaf = getattr(self.model, name)
        return leaf.text if leaf is not None else ""

    # ---- what it reads ------------------------------------------------------------------------------------------
    def money(self) -> list[str]:
        return [payment.name for payment in self.by_name.values() if payment.form != "factor"]

    def over(self, leaves: list[models.Scalar] | None, per_name: str) -> list[str]:
        """The payments named, or all of money, with the lines of earlier steps that stand in the same groups. Raises Silent or Mistake."""
        names = self.money()
        for leaf in leaves or []:
            if leaf.text not in self.by_name and self.world.declared.get(leaf.text) == "payments":
                raise Silent  # said where the payment is
            with self.problems.about(leaf):
                if leaf.text in self.own and per_name not in (CONTRACT, self.own[leaf.text].per_name):
                    raise Mistake(
                        "PBR876",
                        f"The lines of `{leaf.text}` are one per {self.own[leaf.text].per_name}, and cannot be put into groups by {per_name}.",
                        f"Leave it out, or group by {self.own[leaf.text].per_name} or `contract`.",
                    )
                if leaf.text not in self.own and (leaf.text not in self.by_name or self.by_name[leaf.text].form == "factor"):
                    raise Mistake(
                        "PBR349", f"`{leaf.text}` is not a payment of money in this contract.", closest(leaf.text, [*names, *self.own])
                    )
        if leaves is not None:
            return [leaf.text for leaf in leaves]
        earlier = [name for name, step in self.own.items() if per_name in (CONTRACT, step.per_name)]
        if not names and any(name not in self.by_name for name in self.world.declared if self.world.declared[name] == "payments"):
            raise Silent  # said where the payment is
        return [*names, *earlier]

    def amount_of(self, name: str) -> Step:
        return self.world.steps[self.by_name[name].amount]

    def negative(self, name: str) -> bool:
        """Whether a line under this name may take money back."""
        if name in self.own:
            return self.own[name].kind in ("deduct", "cap", "round")
        return not never_negative(self.world, self.amount_of(name).node)

    def bounds(self, names: list[str]) -> tuple[tuple[tuple[str, int], ...], tuple[tuple[str, int], ...]]:
        """Per payment the least and the most that a line can come to, as proved. Lines of earlier steps are never unknown."""
        least, most = [], []
        for name in names:
            if name in self.own:
                least.append((name, 0))
                most.append((name, 0))
                continue
            shape = self.amount_of(name).node.shape
            assert shape is not None
            least.append((name, -shape.top if self.negative(name) else 0))
            most.append((name, shape.top))
        return tuple(least), tuple(most)

    # ---- groups -------------------------------------------------------------------------------------------------
    def groups(self, names: list[str], per: str, leaf: models.Scalar) -> tuple[tuple[str, str], ...]:
        """Per payment the step that says which group a line counts under; none for one group of all. Raises Mistake."""
        if per == CONTRACT:
            return ()
        lines = [self.by_name[name] for name in names if name in self.by_name]
        with self.problems.about(leaf):
            if self.world.declared.get(per) == "cohorts" and per not in self.world.cohorts:
                raise Silent  # said where the cohort is
            if per in self.world.cohorts:
                return tuple((line.name, step) for line in lines for step in self._group(per, line))
        each = self.each(leaf)
        found = []
        for line in lines:
            with self.problems.about(leaf):
                found.append((line.name, self.read("per", per, line) if each is None else self._period(line, each, per)))
        self.one_type(leaf, [(step,) for _, step in found], "put into one group")
        return tuple(found)

    def each(self, leaf: models.Scalar) -> EachPhrase | None:
        """`year from 1 July, by dated_by`, where a step has a limit for each period in which lines were earned. Raises Mistake, Silent."""
        if leaf.text.split(" ")[0].rstrip(",") not in PERIODS or leaf is not self.model.per:
            return None
        each = self.problems.read(leaf, parse_each)
        with self.problems.about(leaf):
            if each.by != (DATED_BY,) or each.unit == "period":
                raise Mistake(
                    "PBR879",
                    f"`{leaf.text}` cannot be what a {self.kind} counts together.",
                    "For the day of each line write `by dated_by`: `per: year from 1 July, by dated_by`. For rows by a date of theirs make a cohort, and write `per: COHORT`.",
                )
        return each

    def _period(self, payment: Payment, each: EachPhrase, text: str) -> str:
        day, typer, _ = day_of(self.world, self.problems, payment, self.written[payment.name])
        node = period_of(self.world, typer, day, each)
        return self.finish(f"cap{self.number}.{payment.name}.per", "order", payment.grain, node, typer, text, within=payment.within).name

    def _group(self, name: str, payment: Payment) -> list[str]:
        """The steps with the parts of the key of a line's group of a cohort; every line must be in one."""
        cohort, world = self.world.cohorts[name], self.world
        if not cohort.parts:
            raise Mistake(
                "PBR879",
                f"`{name}` has no groups: it is one set of rows, without `each` or `by`.",
                f"Write `per: contract` and name the payments: `over: [...]`; or give `{name}` groups.",
            )
        inside = payment.grain == name or payment.within == name or (cohort.of in world.tables and name in world.total)
        around = world.enclosed(payment.grain, name)
        path = world.path(payment.grain, cohort.of)
        if not inside and (around is None or not around.single):
            raise Mistake(
                "PBR879",
                f"A line of `{payment.name}` may be in no group of `{name}`, so that no limit would hold for it.",
                f"Pay it `per: {payment.grain if path is not None else cohort.of} in {name}`; or leave it out: `over: [...]`. For the day of each line: `per: year from 1 July, by dated_by`.",
            )
        found = []
        for number, (part, key) in enumerate(zip(cohort.parts, cohort.keys, strict=True), 1):
            typer = Typer(world, payment.grain)
            typer.within = payment.within
            if path is not None:  # the key itself: it is known for every row that may be in a group
                step = world.steps[key]
                params = {"step": key, "table": step.grain, "row": "own", "via": [list(hop) for hop in path]}
                node = Node("item", step.type.without(NONE), (), params, None, f"{name}.{part}")
            else:
                syntax = Name((name, part))
                node = typer.strict(typer.name(syntax), syntax)
            what = "per" if len(cohort.parts) == 1 else f"per.{number}"
            found.append(
                self.finish(
                    f"cap{self.number}.{payment.name}.{what}", "order", payment.grain, node, typer, name, within=payment.within
                ).name
            )
        return found

    def one_type(self, leaf: models.Scalar, steps: list[tuple[str, ...]], what: str) -> None:
        """Lines of several payments are compared with each other, so what they are compared by has one type."""
        for position in zip(*steps, strict=True):
            first = self.world.steps[position[0]]
            for step in (self.world.steps[name] for name in position[1:]):
                with self.problems.about(leaf):
                    if first.type.kind != step.type.kind:
                        raise Mistake(
                            "PBR389",
                            f"`{leaf.text}` is {first.type.phrase} on a row of {first.grain} and {step.type.phrase} on a row of {step.grain}: such lines cannot be {what}.",
                            f"Use something that all payments under this {self.kind} have alike, or write a {self.kind} for each.",
                        )

    def read(self, what: str, text: str, payment: Payment) -> str:
        """The step with a value of each line's row that lines are grouped or put in order by."""
        if text == DATED_BY:
            day, typer, text = day_of(self.world, self.problems, payment, self.written[payment.name])
            return self.finish(
                f"cap{self.number}.{payment.name}.{what}", "order", payment.grain, day, typer, text, within=payment.within
            ).name
        typer = Typer(self.world, payment.grain)
        typer.within = payment.within
        name = Name(tuple(text.split(".")))
        try:
            found = typer.name(name)
            if NONE in found.type.absent:
                raise Mistake(
                    "PBR389",
                    f"`{text}` may be none (there is no such thing), so it cannot put lines in order.",
                    f"For the day of each line say it in the payment, and here `by dated_by`: `dated_by: {text}`.",
                )
            node = typer.strict(found, name)
        except Mistake as mistake:
            mistake.at = mistake.end = None  # the name is a part of a phrase: the place is the whole of it
            raise
        if node.type.kind not in ("date", "identifier", "code", "text", "whole") or node.type.absent:
            raise Mistake(
                "PBR389",
                f"`{text}` cannot put lines in order: it is {node.type.phrase}{' that may be blank' if node.type.absent else ''}.",
                "Use a date, an identifier, a code or a whole number that is never blank; or `dated_by`, the day of each line."
                if node.type.kind == "date"
                else "Use a date, an identifier, a code or a whole number that is never blank.",
            )
        # the names of these steps stand in every trace that was ever written
        return self.finish(f"cap{self.number}.{payment.name}.{what}", "order", payment.grain, node, typer, text, within=payment.within).name

    # ---- figures ------------------------------------------------------------------------------------------------
    def constant(self, leaf: models.Scalar) -> tuple[str, Fraction] | None:
        """Kind of type and value of a literal, or of a parameter with one value; None where the text is any other expression."""
        tree: Syntax
        try:
            tree = parse_literal(leaf.text)
        except Trouble:
            tree = self.problems.tree(leaf)
        with self.problems.about(leaf):
            if isinstance(tree, Name) and len(tree.parts) == 1 and tree.parts[0] in self.world.parameters:
                parameter = self.world.parameters[tree.parts[0]]
                if parameter is None:
                    raise Silent  # said where the parameter is
                if isinstance(parameter, Plain):
                    return parameter.type.kind, Fraction(parameter.value) if parameter.type.numeric else Fraction(0)
            if isinstance(tree, Number):
                type_, value = value_of(self.world, tree)
                return type_.kind, Fraction(value)
        return None

    def sum_at(self, leaf: models.Scalar, what: str, grain: str, within: str | None) -> Step:
        """An expression that comes to a sum of money in whole minor units and never below zero, as a step at a grain. Raises Silent."""
        typer = Typer(self.world, grain)
        typer.within = within
        tree = self.problems.tree(leaf)
        with self.problems.about(leaf):
            node = typer.strict(typer.expression(tree), tree)
            if node.type.kind != "money":
                raise Mistake("PBR348", f"`{leaf.text}` is not a sum of money.", f"Write a {self.kind} as {self.world.sign}2,250,000.00.")
            if node.shape is None or node.shape.den != 1 or not never_negative(self.world, node):
                raise Mistake(
                    "PBR877",
                    f"This {self.kind} is not always a whole sum of {self.world.sign}0.00 or more.",
                    f"Write `round(..., 1 penny, floor)` where it may have a fraction, and `greatest(..., {self.world.sign}0.00)` where it may be negative.",
                )
            check_final(self.world, grain, node, pays_when="no" if self.kind == "deduct" else "yes")
            return self.finish(f"then{self.number}.{what}", "hidden", grain, node, typer, leaf.text, within=within)
        raise AssertionError
