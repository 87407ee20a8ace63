"""``steps``: a table whose rows the plan makes, out of a span: one row for each further part of it that is long enough."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from pbr.language.tree import Name, Syntax
from pbr.language.types import NONE, UNKNOWN, Type
from pbr.plan.days import DAYSET, span_named
from pbr.plan.leaves import Problems
from pbr.plan.naming import World
from pbr.plan.node import Node, Shape
from pbr.plan.plan import Cohort, Column, Link, Made, Step, Table
from pbr.plan.trouble import Mistake, Silent
from pbr.plan.typer import Typer
from pbr.terms import models

MOST_STEPS = 1000  # rows made out of one row
UNSURE = frozenset({UNKNOWN})


class StepsBuilder:
    """One table of steps: the step with its rows, the table, and the subset that says of each row whether it is surely there."""

    def __init__(
        self, world: World, problems: Problems, contract: models.Contract, name: str, grain: str, within: str | None, typer: Typer,
        finish: Callable[..., Step],
    ) -> None:  # fmt: skip
        self.world, self.problems, self.contract, self.name = world, problems, contract, name
        self.grain, self.within, self.typer, self.finish = grain, within, typer, finish
        self.model = contract.steps[name]

    def build(self) -> None:
        parent = self.world.tables.get(self.grain)
        with self.problems.about(self.model.per):
            if parent is None or self.grain in self.world.made:
                raise Mistake(
                    "PBR807", f"`{self.model.per.text}` is no data table, and steps are made out of its rows.", "Write `per: TABLE`."
                )
        assert parent is not None
        rows = self._rows()
        key = tuple(replace(parent.column(name), link=True) for name in parent.key)
        step_no = Column("step_no", Type("whole"), Shape(1, MOST_STEPS), at_least="1")
        days = [Column(name, Type("date", absent=UNSURE), blank="unknown") for name in ("first_day", "last_day")]
        made = Column("made", Type("truth", absent=UNSURE), blank="unknown")
        columns = (*key, step_no, *days, made)
        taken = {column.name for column in key} & {"step_no", "first_day", "last_day", "made"}
        with self.problems.about(self.model.per):
            if taken:
                raise Mistake(
                    "PBR807", f"The key of {self.grain} has a column `{min(taken)}`, and so have its steps.", "Rename the column."
                )
        link = Link("children", self.grain, parent.key, parent.key)
        table = Table(self.name, (*parent.key, "step_no"), columns, rows.decided_by, link, line=rows.line)
        self.world.tables[self.name] = table
        clause = self.model.clause.text if self.model.clause is not None else ""
        self.world.made[self.name] = Made(table, rows.name, f"{self.name}.made", clause)
        self._subset(rows)

    def _rows(self) -> Step:
        model, typer = self.model, self.typer
        with self.problems.about(model.of):
            days = span_named(typer, Name((model.of.text,)))
        after = self._after()
        every, most = self._every(), self._at_most()
        unbroken = self._unbroken()
        assert most.shape is not None
        params = {"unit": every.type.kind, "unbroken": unbroken, "limit": most.shape.top}
        phrase = "{0}, after {1}, cut into steps of {2}, at most {3}" + (", unbroken" if unbroken else "")
        node = Node("days_cut", DAYSET, (days, after, every, most), params, None, phrase)
        place = self.problems.source.place("steps", self.name)
        text = f"every {model.every.text} of {model.of.text}"
        return self.finish(f"{self.name}.rows", "hidden", self.grain, node, typer, text, within=self.within, item=model, place=place)

    def _after(self) -> Node:
        """The day after which days count. Of an outcome whose yes counts when it is seen: the day that is seen, so that before it there is no
        row yet, rather than perhaps a row."""
        leaf, typer = self.model.after, self.typer
        if leaf is None:
            return typer.literal(Type("date"), "0001-01-01", "the first day")
        outcome = self.contract.outcomes.get(leaf.text)
        seen = outcome is not None and outcome.date is not None and isinstance(outcome.settles, models.SettlesWhenSeen)
        if seen and outcome is not None and outcome.date is not None:
            if leaf.text not in self.world.steps:
                raise Silent  # said where the outcome is
            leaf = outcome.date
        tree = self.problems.tree(leaf)
        with self.problems.about(self.model.after):
            node = typer.settled_date(typer.expression(tree))
            if node.type.kind != "date":
                raise Mistake(
                    "PBR808",
                    f"`{leaf.text}` is {node.type.phrase}; steps count after a day.",
                    "Name an outcome with a `date`, or a date.",
                )
            return node
        raise AssertionError

    def _every(self) -> Node:
        node, tree = self._typed(self.model.every)
        with self.problems.about(self.model.every):
            whole = node.shape is not None and node.shape.den == 1 and not node.type.ranged
            if node.type.kind not in ("days", "months") or not whole or node.type.absent:
                raise Mistake(
                    "PBR809", f"`{self.model.every.text}` is no fixed length in whole days or months.", "For example 4 weeks.", tree
                )
            if node.type.kind == "months" and not self._unbroken():
                raise Mistake(
                    "PBR809", "Days that are added up over gaps make no whole months.", "Write the length in days or weeks.", tree
                )
            if node.op == "literal" and int(node.params["value"]["n"]) < 1:
                raise Mistake("PBR809", f"`{self.model.every.text}` is no length of time.", "Write at least 1 day.", tree)
        return node

    def _at_most(self) -> Node:
        node, tree = self._typed(self.model.at_most)
        with self.problems.about(self.model.at_most):
            if node.type.kind != "whole" or node.type.ranged or node.shape is None:
                raise Mistake("PBR810", f"`{self.model.at_most.text}` is no whole number of steps.", "For example 13.", tree)
            if node.shape.top > MOST_STEPS:
                raise Mistake("PBR810", f"More than {MOST_STEPS:,} steps of one row are not made.", "Write a smaller number.", tree)
        return node

    def _typed(self, leaf: models.Scalar) -> tuple[Node, Syntax]:
        tree = self.problems.tree(leaf)
        with self.problems.about(leaf):
            return self.typer.strict(self.typer.expression(tree), tree), tree
        raise AssertionError

    def _unbroken(self) -> bool:
        leaf = self.model.unbroken
        with self.problems.about(leaf):
            if leaf.text not in ("yes", "no"):
                raise Mistake(
                    "PBR809",
                    f"`{leaf.text}` does not say whether a break loses a part-finished step.",
                    "Write `unbroken: yes` (it does) or `unbroken: no` (days are added up over gaps).",
                )
        return leaf.text == "yes"

    def _subset(self, rows: Step) -> None:
        """Whether a row is there at all: the subset of the table that everything per it is within."""
        typer = Typer(self.world, self.name)
        node = typer.name(Name(("made",)))
        member = self.finish(f"{self.name}.member", "member", self.name, node, typer, f"a step of {self.model.of.text}")
        self.world.steps[member.name] = replace(member, decided_by=rows.decided_by, rests_on=rows.rests_on)
        typer = Typer(self.world, self.name)
        nothing = Node("literal", Type("text", absent=frozenset({NONE})), (), {"value": None}, None, "none")
        left = self.finish(f"{self.name}.excluded", "hidden", self.name, nothing, typer, "no reason for leaving a step out")
        cohort = f"{self.name}.made"
        self.world.cohorts[cohort] = Cohort(cohort, self.name, member.name, left.name)
        self.world.only[cohort] = frozenset()
