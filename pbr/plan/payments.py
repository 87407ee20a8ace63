"""Payments: each form becomes named steps of ordinary operations, so that a line is traced and explained like anything else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

from pbr.language.phrases import parse_rounding
from pbr.language.tree import Syntax
from pbr.language.types import NONE, UNKNOWN, Type
from pbr.plan import shapes
from pbr.plan.cards import read_card
from pbr.plan.leaves import Problems
from pbr.plan.naming import World
from pbr.plan.node import Node
from pbr.plan.operators import rounded, truth
from pbr.plan.plan import Link, Payment, Step
from pbr.plan.signs import never_negative
from pbr.plan.trouble import Mistake, Silent
from pbr.plan.typer import Typer, encode, proved
from pbr.terms import models

IF_EMPTY = ("hold", "nothing", "as missed")


class PaymentBuilder:
    """Types one payment. ``typer`` makes a ``Typer`` for its grain with what its cohort proves; ``finish`` numbers a step."""

    def __init__(
        self, world: World, problems: Problems, name: str, model: models.Payment, grain: str, within: str | None,
        typer: Callable[..., Typer], finish: Callable[..., Step],
    ) -> None:  # fmt: skip
        self.world, self.problems, self.name, self.model = world, problems, name, model
        self.grain, self.within, self.typer, self.finish = grain, within, typer, finish

    def build(self) -> Payment:
        model = self.model
        condition: str | None
        if model.kind is not None:
            form = "tariff"
            condition, amount, typer = self._tariff()
        elif model.at_risk is not None:
            form = "at_risk"
            condition, amount, typer = self._at_risk(model.at_risk)
        elif model.factor is not None:
            form = "factor"
            condition, amount, typer = self._pays(model.factor, factor=True)
        else:
            form = "pays"
            assert model.pays is not None
            condition, amount, typer = self._pays(model.pays, factor=False)
        leaf = model.pays or model.factor or (model.at_risk.of if model.at_risk else None) or model.kind
        assert leaf is not None
        if form in ("pays", "factor"):
            amount = self._if_empty(amount, typer, condition)
        self._check_amount(amount, form, leaf)
        step = self._step(self.name, "payment", amount, typer, leaf.text)
        if condition is not None:  # the condition decides; the sum that is at stake only says how much
            self.world.steps[self.name] = replace(step, decided_by=self.world.steps[condition].decided_by)
        return Payment(
            self.name, form, self.grain, self.within, self.name, condition, self._text("clause"), self._text("says"), self.problems.source.place("payments", self.name).line
        )  # fmt: skip

    def _text(self, name: str) -> str:
        leaf = getattr(self.model, name)
        return leaf.text if leaf is not None else ""

    def _step(self, name: str, kind: str, node: Node, typer: Typer, text: str) -> Step:
        return self.finish(
            name,
            kind,
            self.grain,
            node,
            typer,
            text,
            within=self.within,
            item=self.model,
            place=self.problems.source.place("payments", self.name),
        )

    def item(self, typer: Typer, name: str) -> Node:
        """A reference to a step of the same row."""
        found = self.world.steps[name]
        params: dict[str, Any] = {"step": name, "table": found.grain, "row": "own", "via": []}
        if UNKNOWN in found.type.absent or found.type.ranged:
            params["reason"] = typer.reason("item", name)
        return Node("item", found.type, (), params, found.node.shape, name)

    def _choice(self, typer: Typer, condition: Node, yes: Node, no: Node) -> Node:
        assert yes.shape and no.shape
        return typer.make(
            "if",
            Type(yes.type.kind),
            (condition, yes, no),
            {},
            shapes.choice(yes.shape, no.shape, unsure=UNKNOWN in condition.type.absent),
            "if {0} then {1} else {2}",
            ranged=True,
        )

    def _zero(self, typer: Typer, kind: str = "money") -> Node:
        return typer.literal(Type(kind), Fraction(0), f"{self.world.sign}0.00" if kind == "money" else "0")

    def _rounding(self, node: Node, typer: Typer) -> Node:
        if self.model.round is None:
            return node
        with self.problems.about(self.model.round):
            phrase = parse_rounding(self.model.round.text)
            return rounded(typer, node, phrase.unit, phrase.mode)
        raise AssertionError

    # ---- pays and factor ----------------------------------------------------------------------------------------
    def _pays(self, leaf: models.Scalar, *, factor: bool) -> tuple[str | None, Node, Typer]:
        condition = None
        existing: frozenset[str] = frozenset()
        if self.model.only_if is not None:
            if factor:
                with self.problems.about(self.model.only_if):
                    raise Mistake(
                        "PBR390",
                        "A factor is set for every row, so it takes no `only_if`.",
                        "Write the condition inside: `if ... then ... else 1.0`.",
                    )
            step = self._condition(f"{self.name}.condition", self.model.only_if)
            condition, existing = step.name, proved(step.node, True)
        typer = self.typer(existing=existing)
        tree = self.problems.tree(leaf)
        with self.problems.about(leaf):
            node = typer.strict(typer.expression(tree), tree)
            if factor and node.type.kind not in ("number", "whole"):
                raise Mistake("PBR391", f"A factor is a number; this is {node.type.phrase}.", "`as number(...)` makes one of a percentage.")
            if not factor and node.type.kind != "money":
                raise Mistake("PBR391", f"A payment is money; this is {node.type.phrase}.", "A price times its own quantity is money.")
            node = self._rounding(node, typer)
        if condition is not None:
            node = self._choice(typer, self.item(typer, condition), node, self._zero(typer))
        return condition, node, typer

    def _condition(self, name: str, leaf: models.Scalar) -> Step:
        typer = self.typer()
        tree = self.problems.tree(leaf)
        with self.problems.about(leaf):
            node = typer.strict(truth(typer, tree), tree)
        return self._step(name, "condition", node, typer, leaf.text)

    # ---- empty groups -------------------------------------------------------------------------------------------
    def _rows(self) -> str | None:
        """The step that counts the rows of a group (``COHORT.rows``), made once per cohort; None where the grain is no group."""
        cohort = self.world.cohorts.get(self.grain)
        if cohort is None or not cohort.groups:
            return None
        name = f"{self.grain}.rows"
        if name not in self.world.steps:
            typer = Typer(self.world, self.grain, held="take as yes")
            link = {"kind": "group", "table": cohort.of, "columns": [], "onto": []}
            reasons = {k: typer.reason(k, cohort.of) for k in ("held", "rejected", "empty")}
            params = {"aggregate": {"over": cohort.of, "subset": None, "link": link, "has_where": False, "when_held": "take as yes",
                                    "when_rejected": {"how": "hold", "up_to": None}, "reasons": reasons}}  # fmt: skip
            node = Node(
                "count",
                Type("whole", absent=frozenset({UNKNOWN}), ranged=True),
                (),
                params,
                shapes.count(shapes.ROWS),
                f"count of {cohort.of}",
            )
            self.finish(name, "hidden", self.grain, node, typer, f"count of {cohort.of} in {self.grain}")
        return name

    def _empty(self, typer: Typer) -> Node | None:
        """The condition "this group is empty", where the contract says what then."""
        leaf = self.model.if_empty
        if leaf is None:
            return None
        with self.problems.about(leaf):
            if leaf.text not in IF_EMPTY:
                raise Mistake("PBR392", f"`{leaf.text}` is not a way to treat an empty group.", "Write hold, nothing or as missed.")
            if leaf.text == "hold":  # what happens anyway: no rows, no rate, no decision
                return None
            rows = self._rows()
            if rows is None:
                raise Mistake("PBR392", f"`if_empty` belongs to payments per group of a cohort; {self.grain} is not one.")
        count = self.item(typer, rows)
        zero = typer.literal(Type("whole"), Fraction(0), "0")
        return typer.make("eq", Type("truth"), (count, zero), {}, None, "{0} = {1}")

    def _if_empty(self, amount: Node, typer: Typer, condition: str | None) -> Node:
        empty = self._empty(typer)
        if empty is None:
            return amount
        leaf = self.model.if_empty
        assert leaf is not None
        if leaf.text == "as missed" and condition is None:
            with self.problems.about(leaf):
                raise Mistake("PBR392", "`as missed` needs a condition that can be missed.", "Write nothing or hold.")
        return self._choice(typer, empty, self._zero(typer, amount.type.kind), amount)

    # ---- at risk ------------------------------------------------------------------------------------------------
    def _at_risk(self, model: models.AtRisk) -> tuple[str, Node, Typer]:
        kept = self._condition(f"{self.name}.keep_if", model.keep_if)
        typer = self.typer()
        share_tree, of_tree = self.problems.tree(model.share), self.problems.tree(model.of)
        with self.problems.about(model.share):
            share = typer.strict(typer.expression(share_tree), share_tree)
            if share.type.kind != "percent":
                raise Mistake("PBR393", f"The share at risk is a percentage; this is {share.type.phrase}.")
        with self.problems.about(model.of):
            of = typer.strict(typer.expression(of_tree), of_tree)
            if of.type.kind != "money":
                raise Mistake("PBR393", f"What is at risk is money; this is {of.type.phrase}.")
        with self.problems.about(model.already_paid):
            if model.already_paid.text not in ("yes", "no"):
                raise Mistake(
                    "PBR393",
                    "`already_paid` is yes or no.",
                    "yes: kept is nothing more, missed is repaid. no: kept is paid, missed is nothing.",
                )
        assert share.shape and of.shape
        stake = typer.make("mul", Type("money"), (share, of), {}, shapes.mul(share.shape, of.shape), "{0} * {1}", ranged=True)
        at_stake = self._step(f"{self.name}.stake", "hidden", self._rounding(stake, typer), typer, f"{model.share.text} of {model.of.text}")
        self._check_amount(at_stake.node, "pays", model.of)
        typer = self.typer()
        condition = self.item(typer, kept.name)
        empty = self._empty(typer)
        sum_, zero = self.item(typer, at_stake.name), self._zero(typer)
        assert sum_.shape and zero.shape
        back = typer.make("sub", Type("money"), (zero, sum_), {}, shapes.add(zero.shape, sum_.shape), "{0} - {1}", ranged=True)
        paid, missed = (zero, back) if model.already_paid.text == "yes" else (sum_, zero)
        node = self._choice(typer, condition, paid, missed)
        if empty is not None:
            assert self.model.if_empty is not None
            node = self._choice(typer, empty, missed if self.model.if_empty.text == "as missed" else zero, node)
        return kept.name, node, typer

    # ---- tariff -------------------------------------------------------------------------------------------------
    def _tariff(self) -> tuple[str, Node, Typer]:
        model = self.model
        assert (
            model.kind is not None
            and model.code is not None
            and model.subject is not None
            and model.on is not None
            and model.card is not None
        )
        with self.problems.about(model.kind):
            if model.kind.text != "tariff":
                raise Mistake(
                    "PBR394", f"`{model.kind.text}` is not a kind of payment.", "Write `kind: tariff`, or one of pays, at_risk, factor."
                )
        typer = self.typer()
        code, subject, on = (self._column(typer, leaf) for leaf in (model.code, model.subject, model.on))
        with self.problems.about(model.code):
            if code.type.kind != "code":
                raise Mistake("PBR394", f"`{model.code.text}` is {code.type.phrase}; the card is looked up by a code.")
        with self.problems.about(model.on):
            if on.type.kind != "date":
                raise Mistake("PBR335", f"`{model.on.text}` is {on.type.phrase}; a date is needed here.")
        for leaf, node in ((model.code, code), (model.subject, subject), (model.on, on)):
            with self.problems.about(leaf):
                if node.type.absent:
                    raise Mistake(
                        "PBR378",
                        f"`{leaf.text}` may be blank, and a claim without it could not be counted against the limits of others.",
                        "Declare it `blank: refused`: such a claim is then rejected, with the reason.",
                    )
        card = read_card(self.world, self.problems, model.card, code.type.codes)
        typer = self.typer()
        counts: Node = typer.literal(Type("truth"), True, "yes")
        if model.only_if is not None:
            counts = self.item(typer, self._condition(f"{self.name}.only_if", model.only_if).name)
        if any(row.after for row in card):
            counts = self._qualifies(card, counts)
            typer = self.typer()
            counts = self.item(typer, f"{self.name}.qualifies")
        if any(row.times is not None for row in card):
            condition = self._limited(card, counts)
        else:
            condition = self._step(f"{self.name}.condition", "condition", counts, typer, "on the card").name
        typer = self.typer()
        prices = [[[row.code], encode(Type("money"), row.price)] for row in card]
        price = typer.make("lookup", Type("money"), (self._column(typer, model.code),), {"name": f"{self.name}.card.price", "rows": prices},
                           shapes.several([row.price for row in card]), "price of {0}")  # fmt: skip
        return condition, self._choice(typer, self.item(typer, condition), price, self._zero(typer)), typer

    def _column(self, typer: Typer, leaf: models.Scalar) -> Node:
        tree: Syntax = self.problems.tree(leaf)
        with self.problems.about(leaf):
            return typer.strict(typer.expression(tree), tree)
        raise AssertionError

    def _qualifies(self, card: tuple[Any, ...], counts: Node) -> Node:
        model = self.model
        typer = self.typer()
        if counts.op == "item":
            counts = self.item(typer, counts.params["step"])
        code, subject, on = (self._column(typer, leaf) for leaf in (model.code, model.subject, model.on) if leaf is not None)
        rows = [[[row.code], row.after] for row in card]
        needs = Node(
            "lookup",
            Type("code", codes=code.type.codes, absent=frozenset({NONE})),
            (code,),
            {"name": f"{self.name}.card.after_achieved", "rows": rows},
            None,
            "what {0} needs first",
        )
        bit = typer.reason("missing", "the day or the subject")
        achieved = typer.make(
            "achieved", Type("truth"), (counts, needs, code, on, subject), {"reason": bit}, None, "{1} was achieved first", cause=True
        )
        self._step(f"{self.name}.achieved", "hidden", achieved, typer, "what the card asks for first has been achieved")
        typer = self.typer()
        parts = (self.item(typer, counts.params["step"]) if counts.op == "item" else counts, self.item(typer, f"{self.name}.achieved"))
        node = typer.make("and", Type("truth"), parts, phrase="{0} and {1}") if counts.op == "item" else parts[1]
        self._step(f"{self.name}.qualifies", "hidden", node, typer, "what the card asks for first has been achieved")
        return node

    def _limited(self, card: tuple[Any, ...], counts: Node) -> str:
        model = self.model
        typer = self.typer()
        counts = self.item(typer, counts.params["step"]) if counts.op == "item" else counts
        code, subject, on = (self._column(typer, leaf) for leaf in (model.code, model.subject, model.on) if leaf is not None)
        bit = typer.reason("missing", "the day, the code or the subject")
        place = typer.make("place", Type("whole", absent=frozenset({UNKNOWN}), ranged=True), (counts, on, code, subject), {"reason": bit}, shapes.count(shapes.ROWS),
                           "its place among this subject's claims of the same code", cause=True)  # fmt: skip
        self._step(f"{self.name}.place", "hidden", place, typer, "its place among this subject's claims of the same code")
        typer = self.typer()
        counts = self.item(typer, counts.params["step"]) if counts.op == "item" else counts
        code = self._column(typer, model.code)  # type: ignore[arg-type]
        free = typer.make(
            "lookup",
            Type("truth"),
            (code,),
            {"name": f"{self.name}.card.no_limit", "rows": [[[row.code], row.times is None] for row in card]},
            None,
            "{0} has no limit",
        )
        most = typer.make("lookup", Type("whole"), (code,), {"name": f"{self.name}.card.times", "rows": [[[row.code], encode(Type("whole"), row.times or 0)] for row in card]},
                          shapes.several([Fraction(row.times or 0) for row in card]), "times for {0}")  # fmt: skip
        within = typer.make("le", Type("truth"), (self.item(typer, f"{self.name}.place"), most), {}, None, "{0} <= {1}")
        allowed = typer.make("or", Type("truth"), (free, within), {}, None, "{0} or ({1})")
        node = allowed if counts.op == "literal" else typer.make("and", Type("truth"), (counts, allowed), {}, None, "{0} and ({1})")
        return self._step(f"{self.name}.condition", "condition", node, typer, "on the card, in time and within its limit").name

    # ---- proofs -------------------------------------------------------------------------------------------------
    def _check_amount(self, node: Node, form: str, leaf: models.Scalar) -> None:
        with self.problems.about(leaf):
            if form == "factor":
                if node.shape is None or node.shape.den is None or not _decimal(node.shape.den):
                    raise Mistake("PBR395", "This factor has no fixed number of decimals.", "Round it: round(..., 4 decimals, half up).")
                return
            if node.shape is None or node.shape.den != 1:
                raise Mistake(
                    "PBR396",
                    "This payment is not always whole pence, and the contract does not say how to round it.",
                    "Write `round: 1 penny, half up` (or another of the six ways).",
                )
            if form in ("at_risk",):
                return
            may = self.model.may_be
            if may is not None and may.text != "negative":
                raise Mistake("PBR397", f"`may_be: {may.text}` is not known.", "Write `may_be: negative`.")
            if may is None and not never_negative(self.world, node):
                raise Mistake(
                    "PBR397",
                    "This payment could be negative, and the contract does not say that it may.",
                    f"Write `greatest(..., {self.world.sign}0.00)`, give its columns `at_least`, or say `may_be: negative`.",
                )


def _decimal(den: int) -> bool:
    while den % 10 == 0:
        den //= 10
    return den in (1, 2, 4, 5, 8) or 10**18 % den == 0


__all__ = ["Link", "PaymentBuilder", "Silent"]
