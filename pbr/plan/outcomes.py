"""Outcomes: an answer, or the day on which it was reached, and the day on which it is final."""

from __future__ import annotations

from collections.abc import Callable

from pbr.language.types import NONE
from pbr.plan.finality import check_seen
from pbr.plan.leaves import Problems
from pbr.plan.naming import World
from pbr.plan.needs import fulfilled
from pbr.plan.node import Node
from pbr.plan.operators import truth
from pbr.plan.plan import Settles, Step
from pbr.plan.settling import latest
from pbr.plan.settling_check import check_settles
from pbr.plan.suspension import none_while, suspended
from pbr.plan.trouble import Mistake
from pbr.plan.typer import Typer
from pbr.terms import models


class OutcomeBuilder:
    """One outcome. ``typer`` makes a ``Typer`` for its grain; ``finish`` numbers a step; ``tables``: every data table that a node reads."""

    def __init__(
        self, world: World, problems: Problems, name: str, model: models.Outcome, grain: str, within: str | None,
        typer: Callable[[], Typer], finish: Callable[..., Step], tables: Callable[[Node], set[str]],
    ) -> None:  # fmt: skip
        self.world, self.problems, self.name, self.model = world, problems, name, model
        self.grain, self.within, self.typer, self.finish, self.tables = grain, within, typer, finish, tables

    def build(self) -> Step:
        model, typer = self.model, self.typer()
        leaf = self._leaf()
        tree = self.problems.tree(leaf)
        with self.problems.about(leaf):
            if model.date is None:
                node = typer.strict(truth(typer, tree), tree)
            else:
                node = day_reached(typer.settled_date(typer.expression(tree)), leaf.text)
        node = fulfilled(typer, self.problems, model, node)
        seen = isinstance(model.settles, models.SettlesWhenSeen)
        day = self._settling_day(node)
        if seen:
            with self.problems.about(leaf):
                check_seen(self.world, self.grain, node)
        tables = self.tables(node)
        node = self._used(typer, node)
        settles = Settles(
            "when seen" if seen else "day",
            day.name,
            tuple(t for t in self.world.tables if t in tables),
            typer.reason("immature", self.name),
        )
        done = self.finish(
            self.name, "outcome", self.grain, node, typer, leaf.text, within=self.within, item=model, place=leaf.place, settles=settles
        )
        if seen:
            self.world.seen_early.add(self.name)
        return done

    def _used(self, typer: Typer, node: Node) -> Node:
        """None on the rows for which the outcome is suspended."""
        step = suspended(typer, self.problems, self.name, self.model, self.finish, self.within)
        if step is not None and self.model.date is not None:
            with self.problems.about(self.model.not_used[0].from_):
                raise Mistake(
                    "PBR894",
                    "Where an outcome is a day, none means that it was not reached: a suspension would fail everybody.",
                    "Suspend what reads it, or write the outcome with `yes_when`.",
                )
        return none_while(typer, step, node)

    def _leaf(self) -> models.Scalar:
        model = self.model
        if (model.yes_when is None) == (model.date is None):
            with self.problems.about(None, self.problems.source.place("outcomes", self.name)):
                both = "has both `yes_when` and `date`" if model.date is not None else "has neither `yes_when` nor `date`"
                raise Mistake(
                    "PBR805",
                    f"The outcome `{self.name}` {both}.",
                    "Write `yes_when` with a condition, or `date` with the day on which it was reached.",
                )
        leaf = model.date if model.date is not None else model.yes_when
        assert leaf is not None
        return leaf

    def _settling_day(self, node: Node) -> Step:
        settles = self.model.settles
        if isinstance(settles, models.SettlesWhenSeen):
            with self.problems.about(settles.yes):
                if settles.yes.text != "when seen":
                    raise Mistake(
                        "PBR344",
                        f"`{settles.yes.text}` is not a way to settle a yes.",
                        "Write `{yes: when seen, no: DAY}`, or one day for both.",
                    )
            settles = settles.no
        day = settling_day(self.world, self.problems, settles, node, self.grain, self.typer())
        return self.finish(f"{self.name}.settles", "day", self.grain, *day, settles.text, within=self.within, place=settles.place)


def settling_day(world: World, problems: Problems, leaf: models.Scalar, answer: Node, grain: str, typer: Typer) -> tuple[Node, Typer]:
    """The day on which what ``answer`` works out is final, as ``settles`` says it, and the typer that read it. Raises Silent."""
    tree = problems.tree(leaf)
    with problems.about(leaf):
        day = typer.strict(typer.expression(tree), tree)
        if day.type.kind != "date":
            raise Mistake(
                "PBR335",
                f"`{leaf.text}` is {day.type.phrase}; `settles` is a date.",
                "Write the day on which the answer is final, for example `started_on + 12 months`.",
            )
        check_settles(day, latest(world, answer, grain), leaf.text)
    return day, typer


def day_reached(node: Node, text: str) -> Node:
    """The day an outcome was reached, which must be able not to be there. Raises Mistake."""
    if node.type.kind != "date":
        raise Mistake(
            "PBR806",
            f"`{text}` is {node.type.phrase}; `date` is the day on which the outcome was reached.",
            "A condition stands in `yes_when`.",
        )
    if NONE not in node.type.absent:
        raise Mistake(
            "PBR806",
            f"`{text}` is always there, so this outcome would always be yes.",
            "`date` is a day that may be none: `day S reaches 26 weeks`, `d of first T by d where (...)`.",
        )
    return node
