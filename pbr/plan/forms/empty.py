"""``if_empty``: what a payment per group does where the group has no rows."""

from __future__ import annotations

from fractions import Fraction

from pbr.language.types import UNKNOWN, Type
from pbr.plan import shapes
from pbr.plan.forms.steps import PaymentSteps
from pbr.plan.node import Node
from pbr.plan.plan import Cohort
from pbr.plan.trouble import Mistake
from pbr.plan.typer import Typer


class Emptiness(PaymentSteps):
    """The steps that count a group's rows, and the choices that follow from there being none."""

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

    def empty(self, typer: Typer) -> Node | None:
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

    def if_empty(self, amount: Node, typer: Typer, condition: str | None) -> Node:
        empty = self.empty(typer)
        leaf = self.model.if_empty
        if leaf is None:
            return amount
        if empty is None:
            return self.held_when_empty(amount, typer)
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
        return self.choice(typer, empty, self.zero(typer, amount.type.kind), amount)

    def _filled(self, cohort: Cohort) -> str:
        """The step that is yes for a group with rows and unknown for one without (``COHORT.filled``), made once per cohort."""
        name = f"{self.grain}.filled"
        if name not in self.world.steps:
            typer = Typer(self.world, self.grain)
            link = {"kind": "group", "table": cohort.of, "columns": [], "onto": []}
            reasons = {k: typer.reason(k, cohort.of) for k in ("held", "rejected", "empty")}
            params = {"aggregate": {"over": cohort.of, "subset": None, "link": link, "has_where": False, "when_held": "hold",
                                    "when_rejected": {"how": "leave out", "up_to": None}, "reasons": reasons}, "if_none": "hold"}  # fmt: skip
            yes = typer.literal(Type("truth"), True, "yes")
            node = Node("every", Type("truth", absent=frozenset({UNKNOWN})), (yes,), params, None, f"{self.grain} has {cohort.of}")
            self.finish(name, "hidden", self.grain, node, typer, f"{self.grain} has {cohort.of}")
        return name

    def held_when_empty(self, amount: Node, typer: Typer) -> Node:
        """``if_empty: hold``: the amount where the group has a row, unknown where it has none."""
        filled = self.item(typer, self._filled(self.world.cohorts[self.grain]))
        return self.choice(typer, filled, amount, self.zero(typer, amount.type.kind))
