"""The form `divide`: a pot among the rows of a table, by a weight, with least and most parts."""

from __future__ import annotations

from collections.abc import Iterable

from pbr.language.parser import parse
from pbr.language.tree import Name
from pbr.language.types import Type
from pbr.plan import shapes
from pbr.plan.forms import nodes
from pbr.plan.forms.form import Form, Made
from pbr.plan.naming import CONTRACT
from pbr.plan.node import Node, Shape
from pbr.plan.operators import rounded
from pbr.plan.quantities import COINS
from pbr.plan.signs import never_negative
from pbr.plan.spelling import closest
from pbr.plan.trouble import Mistake
from pbr.plan.typer import Typer
from pbr.terms import models
from pbr.terms.payments import Divide as Words

_WIDEST = 10**37


class Divide(Form):
    """``NAME.pot`` at the grain of the pot; ``NAME.least`` and ``NAME.most`` for each row; then ``divide`` over all rows of the grain."""

    @property
    def words(self) -> Words:
        assert self.model.divide is not None
        return self.model.divide

    @staticmethod
    def reads(model: models.Payment) -> Iterable[models.Scalar | None]:
        words = model.divide
        return (words.pot, words.by, words.at_least, words.at_most) if words is not None else ()

    @staticmethod
    def told(model: models.Payment) -> list[str]:
        words = model.divide
        assert words is not None
        each = f", one for each {words.each.text}," if words.each is not None else ""
        out = [f"Divides {words.pot.text}{each} among these rows, in proportion to {words.by.text}."]
        if words.at_least is not None or words.at_most is not None:
            ends = [f"{end} {leaf.text}" for end, leaf in (("at least", words.at_least), ("at most", words.at_most)) if leaf is not None]
            out.append(f"Each has {' and '.join(ends)}.")
        if words.left_over is not None:
            out.append(
                "What the most leaves over is not paid."
                if words.left_over.text == "kept"
                else "A pot that the most leaves in part is not divided."
            )
        return out

    def leaf(self) -> models.Scalar:
        return self.words.pot

    def make(self) -> Made:
        words = self.words
        condition, existing = self.allowed()
        goal = self._groups()
        pot = self._pot(goal)
        typer = self.typer(existing=existing)
        weight = self.expression(typer, words.by)
        with self.problems.about(words.by):
            if (
                weight.type.kind not in ("number", "whole", "percent", "money", "points")
                or weight.shape is None
                or weight.shape.den is None
            ):
                raise Mistake(
                    "PBR880",
                    f"A pot cannot be divided by this: it is {weight.type.phrase} without a fixed number of decimals.",
                    "Round it: `round(..., 6 decimals, half up)`.",
                )
            if not never_negative(self.world, weight):
                raise Mistake("PBR880", "This weight could be negative.", "Give its columns `at_least`, or write `greatest(..., 0)`.")
        self._step("weight", typer, weight, words.by.text)
        typer = self.typer(existing=existing)
        least = self._end(typer, pot, words.at_least) or self.zero(typer)
        self._step("least", typer, least, "the least part")
        typer = self.typer(existing=existing)
        most = self._end(typer, pot, words.at_most) or self._above(typer, pot)
        self._step("most", typer, most, "the most part")
        self._left_over()
        typer = self.typer()
        counts = self._counts(typer, condition)
        args = (counts, self._above(typer, pot), *(self.item(typer, f"{self.name}.{part}") for part in ("weight", "least", "most")))
        self._fits(args)
        shape = args[1].shape
        assert shape is not None
        kept = words.left_over.text if words.left_over is not None else "kept"
        params = {"reason": typer.reason("held", f"the members of {self.name}"), "left_over": kept}
        phrase = f"its part of {{1}}, divided by {words.by.text}, here {{2}}"
        node = typer.make("divide", Type("money"), (*args, *self._key(typer, goal)), params, Shape(1, shape.top), phrase, cause=True)
        return condition, node, typer

    def _left_over(self) -> None:
        words = self.words
        if (words.at_most is None) != (words.left_over is None):
            with self.problems.about(words.at_most or words.left_over):
                raise Mistake(
                    "PBR881",
                    "Where each has at most so much, a part of the pot may be left over, and the contract does not say what then."
                    if words.at_most
                    else "Nothing is left over where there is no most.",
                    "Add `left_over: kept` (it is not paid) or `left_over: refused` (then the pot is not divided)."
                    if words.at_most
                    else "Take `left_over` away.",
                )

    def _step(self, part: str, typer: Typer, node: Node, text: str) -> None:
        self.step(f"{self.name}.{part}", "hidden", node, typer, text)

    def _groups(self) -> str:
        """The grain of the pot: the contract, or what `each` names, which every row is in one of at most."""
        leaf = self.words.each
        if leaf is None:
            return CONTRACT
        with self.problems.about(leaf):
            path = self.world.path(self.grain, leaf.text) if leaf.text in self.world.grains() else None
            if path is None or len(path) != 1:
                near = [hop for hop in self.world.grains() if len(self.world.path(self.grain, hop) or ()) == 1]
                raise Mistake(
                    "PBR882",
                    f"A row of {self.grain} is not in one row of `{leaf.text}`.",
                    closest(leaf.text, near, "Name a table that it belongs to, or a cohort with groups."),
                )
            if path[0][0] == "inside":
                raise Mistake(
                    "PBR882",
                    f"A pot is not divided among the groups of one cohort for each group of another: {self.grain} in {leaf.text}.",
                    f"Divide it among the rows (`per: {self.world.cohorts[self.grain].of} in {leaf.text}`), or take `each` away.",
                )
        return leaf.text

    def _key(self, typer: Typer, goal: str) -> tuple[Node, ...]:
        """The key of the row of ``goal`` that a row is in."""
        if goal == CONTRACT:
            return ()
        cohort = self.world.cohorts.get(goal)
        if cohort is not None:
            return tuple(self.item(typer, step) for step in cohort.keys)
        link = self.world.tables[self.grain].parent
        assert link is not None
        return tuple(typer.name(Name((self.grain, column))) for column in link.columns)

    def _pot(self, goal: str) -> str:
        """The step with the pot. Unknown while a rejected row might be one that shares in it, unless there is nothing to share."""
        words = self.words
        typer = Typer(self.world, goal, held=self.typer().held, rejected=self.typer().rejected)
        pot = self.expression(typer, words.pot)
        with self.problems.about(words.pot):
            if pot.type.kind != "money":
                raise Mistake("PBR391", f"A pot is money; this is {pot.type.phrase}.", "Name a sum of money.")
            cohort = self.world.cohorts.get(self.within or "")
            over = cohort.name if cohort is not None and cohort.of == self.grain else self.grain  # else the rows of what the cohort is of
            if self.world.link(goal, over) is not None:
                whole = typer.expression(parse(f"every {over} satisfies (yes), if none yes"))
                assert pot.shape is not None
                pot = self.choice(typer, whole, pot, self.zero(typer))
        self.whole_pence(pot, words.pot)
        self.check_sign(pot, words.pot)
        return self.finish(f"{self.name}.pot", "hidden", goal, pot, typer, words.pot.text).name

    def _above(self, typer: Typer, name: str) -> Node:
        """The pot as a row reads it."""
        return self.item(typer, name, self.words.pot.text)

    def _end(self, typer: Typer, pot: str, leaf: models.Scalar | None) -> Node | None:
        """The least or the most part: a sum, or a percentage of the pot, rounded down."""
        if leaf is None:
            return None
        node = self.expression(typer, leaf)
        with self.problems.about(leaf):
            if node.type.kind == "percent":
                product = nodes.mul(typer, node, self._above(typer, pot))
                assert product is not None
                node = rounded(typer, product, next(iter(COINS[self.world.sign])), "floor")
            if node.type.kind != "money":
                raise Mistake(
                    "PBR391", f"A part of a pot is money; this is {node.type.phrase}.", "Write a sum, or a percentage of the pot."
                )
        self.whole_pence(node, leaf)
        self.check_sign(node, leaf)
        return node

    def _counts(self, typer: Typer, condition: str | None) -> Node:
        """Whether a row is one of those that share."""
        member = self.world.steps[self.world.cohorts[self.within].member].name if self.within is not None else None
        goal = self.world.cohorts.get(self.words.each.text) if self.words.each is not None else None
        names = [name for name in (member, goal.member if goal is not None else None, condition) if name is not None]
        parts = [self.item(typer, name) for name in dict.fromkeys(names)]
        if not parts:
            return typer.literal(Type("truth"), True, "yes")
        node = parts[0]
        for part in parts[1:]:
            node = typer.make("and", Type("truth"), (node, part), phrase="{0} and {1}")
        return node

    def _fits(self, args: tuple[Node, ...]) -> None:
        """That a weight times a sum, over as many rows as there can be, has room in exact arithmetic."""
        weight, sums = args[2].shape, [arg.shape for arg in (args[1], args[3], args[4])]
        assert weight is not None
        top = weight.top * max(shape.top for shape in sums if shape is not None) * shapes.ROWS
        with self.problems.about(self.words.by):
            if top >= _WIDEST:
                raise Mistake(
                    "PBR883",
                    "The weight times the pot can grow wider than exact arithmetic has room for.",
                    "Round the weight to fewer decimals, or give the columns it is made of `at_most`.",
                )
