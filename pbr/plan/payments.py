"""Payments: each form becomes named steps of ordinary operations, so that a line is traced and explained like anything else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from types import MappingProxyType

from pbr.language.types import UNKNOWN, Type
from pbr.plan import shapes
from pbr.plan.finality import check_final
from pbr.plan.node import Node
from pbr.plan.plan import Cohort, Payment
from pbr.plan.quantities import COINS
from pbr.plan.signs import never_negative
from pbr.plan.tariff import Tariff
from pbr.plan.trouble import Mistake
from pbr.plan.typer import Typer, proved
from pbr.terms import models

# What each form does not read, with what to do instead.
NOT_READ: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "tariff": {
            "round": "A card's prices are whole pence already: take it away.",
            "may_be": "A card never takes money back: take it away.",
            "if_empty": "A tariff has a line for each claim, so no group can be empty: take it away.",
        },
        "at_risk": {
            "only_if": "Write the whole condition in `keep_if`.",
            "may_be": "Missed is repaid by the form itself: take it away.",
        },
        "factor": {"may_be": "A factor is not money: take it away."},
        "pays": {},
    }
)


class PaymentBuilder(Tariff):
    """Types one payment, whatever its form, and proves what its amount must be."""

    def build(self) -> Payment:
        model = self.model
        condition: str | None
        form = "tariff" if model.kind else "at_risk" if model.at_risk else "factor" if model.factor else "pays"
        self._fitting(form)
        if model.kind is not None:
            condition, amount, typer = self._tariff()
        elif model.at_risk is not None:
            condition, amount, typer = self._at_risk(model.at_risk)
        elif model.factor is not None:
            condition, amount, typer = self._pays(model.factor, factor=True)
        else:
            assert model.pays is not None
            condition, amount, typer = self._pays(model.pays, factor=False)
        leaf = model.pays or model.factor or (model.at_risk.of if model.at_risk else None) or model.kind
        assert leaf is not None
        if form in ("pays", "factor"):
            amount = self._if_empty(amount, typer, condition)
        member = self._doubtful(typer)
        if member is not None:  # a row that may not belong to the cohort is held, unless it would pay nothing anyway
            amount = self._choice(typer, member, amount, self._zero(typer, amount.type.kind))
        self._check_amount(amount, form, leaf)
        decides = model.only_if or (model.at_risk.keep_if if model.at_risk is not None else leaf)
        with self.problems.about(decides):
            check_final(self.world, amount, pays_when="either" if form in ("at_risk", "factor") else "yes")
        step = self._step(self.name, "payment", amount, typer, leaf.text)
        if condition is not None:  # the condition decides; the sum that is at stake only says how much
            self.world.steps[self.name] = replace(step, decided_by=self.world.steps[condition].decided_by)
        if model.at_risk is not None and model.at_risk.already_paid.text == "no":
            form = "pays"  # paid when kept and nothing when missed, like any payment with a condition
        return Payment(
            self.name, form, self.grain, self.within, self.name, condition, self._text("clause"), self._text("says"), self.problems.source.place("payments", self.name).line
        )  # fmt: skip

    def _fitting(self, form: str) -> None:
        """Refuses what this form does not read: a word in a contract that changes nothing is a mistake."""
        for name, why in NOT_READ[form].items():
            leaf = getattr(self.model, name)
            if leaf is not None:
                with self.problems.about(leaf):
                    raise Mistake("PBR307", f"`{name}` changes nothing in a payment of the form `{form}`.", why)

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

    def _rows(self, cohort: Cohort) -> str:
        """The step that counts the rows of a group (``COHORT.rows``), made once per cohort."""
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
            cohort = self.world.cohorts.get(self.grain)
            if cohort is None or not cohort.groups:
                raise Mistake(
                    "PBR392",
                    f"`if_empty` is for payments per group of a cohort, and there is one line per {self.grain} here.",
                    "Take it away: a row that is not there has no line.",
                )
            if leaf.text == "hold":
                return None
            rows = self._rows(cohort)
        count = self.item(typer, rows)
        zero = typer.literal(Type("whole"), Fraction(0), "0")
        return typer.make("eq", Type("truth"), (count, zero), {}, None, "{0} = {1}")

    def _if_empty(self, amount: Node, typer: Typer, condition: str | None) -> Node:
        empty = self._empty(typer)
        leaf = self.model.if_empty
        if leaf is None:
            return amount
        if empty is None:
            return self._held_when_empty(amount, typer)
        if amount.type.kind != "money":
            with self.problems.about(leaf):
                raise Mistake(
                    "PBR392",
                    f"`{leaf.text}` would set the factor of an empty group to 0.",
                    "Write hold, or the condition inside the factor.",
                )
        if leaf.text == "as missed" and condition is None:
            with self.problems.about(leaf):
                raise Mistake("PBR392", "`as missed` needs a condition that can be missed.", "Write nothing or hold.")
        return self._choice(typer, empty, self._zero(typer, amount.type.kind), amount)

    def _held_when_empty(self, amount: Node, typer: Typer) -> Node:
        """``if_empty: hold``: the amount where the group has a row, unknown where it has none."""
        cohort = self.world.cohorts[self.grain]
        link = {"kind": "group", "table": cohort.of, "columns": [], "onto": []}
        reasons = {k: typer.reason(k, cohort.of) for k in ("held", "rejected", "empty")}
        params = {"aggregate": {"over": cohort.of, "subset": None, "link": link, "has_where": False, "when_held": "hold",
                                "when_rejected": {"how": "leave out", "up_to": None}, "reasons": reasons}, "if_none": "hold"}  # fmt: skip
        yes = typer.literal(Type("truth"), True, "yes")
        filled = Node("every", Type("truth", absent=frozenset({UNKNOWN})), (yes,), params, None, f"{self.grain} has {cohort.of}")
        return self._choice(typer, filled, amount, self._zero(typer, amount.type.kind))

    def _at_risk(self, model: models.AtRisk) -> tuple[str, Node, Typer]:
        kept = self._condition(f"{self.name}.keep_if", model.keep_if)
        typer = self.typer()
        share_tree, of_tree = self.problems.tree(model.share), self.problems.tree(model.of)
        with self.problems.about(model.share):
            share = typer.strict(typer.expression(share_tree), share_tree)
            if share.type.kind != "percent":
                raise Mistake("PBR393", f"The share at risk is a percentage; this is {share.type.phrase}.", "Write it as 10%.")
            if share.op == "literal" and not 0 <= Fraction(int(share.params["value"]["n"]), int(share.params["value"]["d"])) <= 1:
                raise Mistake("PBR393", f"`{model.share.text}` is not a share of anything.", "Write a percentage from 0% to 100%.")
        with self.problems.about(model.of):
            of = typer.strict(typer.expression(of_tree), of_tree)
            if of.type.kind != "money":
                raise Mistake("PBR393", f"What is at risk is money; this is {of.type.phrase}.", "Name the fee of which a share is at risk.")
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
        if self.model.if_empty is not None and empty is None:
            node = self._held_when_empty(node, typer)
        elif empty is not None:
            assert self.model.if_empty is not None
            node = self._choice(typer, empty, missed if self.model.if_empty.text == "as missed" else zero, node)
        return kept.name, node, typer

    def _check_amount(self, node: Node, form: str, leaf: models.Scalar) -> None:
        with self.problems.about(leaf):
            if form == "factor":
                if node.shape is None or node.shape.den is None or not _decimal(node.shape.den):
                    raise Mistake("PBR395", "This factor has no fixed number of decimals.", "Round it: round(..., 4 decimals, half up).")
                return
            if node.shape is None or node.shape.den != 1:
                raise Mistake(
                    "PBR396",
                    f"This payment is not always whole {'pence' if self.world.sign == '£' else 'cents'}, and the contract does not say how to round it.",
                    f'Write `round: "{next(iter(COINS[self.world.sign]))}, half up"` (or another of the six ways).',
                )
            if form in ("at_risk",):
                return
            if self.model.may_be is None and not never_negative(self.world, node):
                raise Mistake(
                    "PBR397",
                    "This payment could be negative, and the contract does not say that it may.",
                    f"Write `greatest(..., {self.world.sign}0.00)`, give its columns `at_least`, or say `may_be: negative`.",
                )


def _decimal(den: int) -> bool:
    while den % 10 == 0:
        den //= 10
    return den in (1, 2, 4, 5, 8) or 10**18 % den == 0
