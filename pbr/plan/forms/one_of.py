"""The form `one_of`: alternatives in order. The first that is met pays; the others never do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pbr.plan.evidence import demand, weakest
from pbr.plan.evidence import rests_on as rests_on_of
from pbr.plan.forms.form import Form, Made
from pbr.plan.node import Node
from pbr.plan.plan import Step
from pbr.plan.trouble import Mistake
from pbr.plan.typer import Typer, proved
from pbr.terms import models
from pbr.terms.payments import Alternative


@dataclass(frozen=True)
class _Branch:
    words: Alternative
    met: Step


class OneOf(Form):
    """``NAME.NUMBER``: whether the alternative is met. One that is not known holds those after it, unless they would pay the same."""

    @property
    def words(self) -> list[Alternative]:
        assert self.model.one_of is not None
        return self.model.one_of

    @staticmethod
    def reads(model: models.Payment) -> Iterable[models.Scalar | None]:
        return [leaf for branch in model.one_of or [] for leaf in (branch.when, branch.pays, branch.otherwise)]

    @staticmethod
    def told(model: models.Payment) -> list[str]:
        out = ["Pays one of these, the first that is met, and never two:"]
        for branch in model.one_of or []:
            if branch.when is not None and branch.pays is not None:
                name = f"{branch.name.text}: " if branch.name is not None else ""
                out.append(f"  - {name}{branch.pays.text}, if {branch.when.text}")
            elif branch.otherwise is not None:
                out.append(f"  - otherwise {branch.otherwise.text}")
        return [
            *out,
            "While it is not known whether an earlier one is met, the line is held, unless the answer cannot change what is paid.",
        ]

    def leaf(self) -> models.Scalar:
        found = self.words[0].pays or self.words[0].otherwise
        assert found is not None
        return found

    def decides(self) -> models.Scalar:
        return self.model.only_if or self.words[0].when or self.leaf()

    def make(self) -> Made:
        seen: dict[str, int] = {}
        branches: list[_Branch] = []
        for number, words in enumerate(self.words[:-1], 1):
            assert words.when is not None and words.name is not None
            with self.problems.about(words.when):
                if words.when.text in seen or words.when.text == "yes":
                    raise Mistake(
                        "PBR847",
                        "Nothing after this can be reached: it is always met."
                        if words.when.text == "yes"
                        else f"This can never be reached: alternative {seen[words.when.text]} has the same condition, and comes first.",
                        "Take it away, or write the condition that is meant.",
                    )
            seen[words.when.text] = number
            branches.append(_Branch(words, self.condition(f"{self.name}.{number}", words.when, f"{words.name.text}: {words.when.text}")))
        made = self.under_condition(lambda typer: self._sum(typer, branches))
        self._evidence(branches)
        return made

    def _sum(self, typer: Typer, branches: list[_Branch]) -> Node:
        last = self.words[-1].otherwise
        assert last is not None
        node = self.money_of(typer, last)
        for branch in reversed(branches):
            assert branch.words.pays is not None
            with typer.given(proved(branch.met.node, True)):
                paid = self.money_of(typer, branch.words.pays)
            node = self.choice(typer, self.item(typer, branch.met.name), paid, node)
        return node

    def evidence(self, step: Step) -> None:
        """Asked of each alternative, where it is made: one may ask for less than the payment."""

    def _evidence(self, branches: list[_Branch]) -> None:
        for branch in branches:
            wanted = {**(self.model.evidence or {}), **(branch.words.evidence or {})}
            typer = self.typer()
            assert branch.words.pays is not None and branch.words.name is not None
            with typer.given(proved(branch.met.node, True)):
                paid = self.expression(typer, branch.words.pays)
            rests = weakest([branch.met.rests_on, rests_on_of(self.world, paid, self.grain, self.within)])
            demand(self.problems, f"{self.name}, {branch.words.name.text}", branch.met.decided_by, rests, wanted)
