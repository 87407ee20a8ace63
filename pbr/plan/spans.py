"""Spans: a set of days for each row of a grain, put together step by step out of the days of other rows."""

from __future__ import annotations

from collections.abc import Callable

from pbr.language.phrases import DaysPhrase, RunsPhrase, parse_days_of, parse_runs_begin, parse_window
from pbr.language.tree import Aggregate, Name
from pbr.plan.aggregates import aggregate
from pbr.plan.days import DAYSET, within_window
from pbr.plan.leaves import Problems
from pbr.plan.node import Node
from pbr.plan.trouble import Mistake
from pbr.plan.typer import Typer
from pbr.terms import models


class SpanBuilder:
    """One span: ``days_of``, then ``and_also``, ``less``, ``join_gaps_up_to``, ``runs_begin`` and ``within``, in this order."""

    def __init__(self, problems: Problems, typer: Typer, model: models.Span) -> None:
        self.problems, self.typer, self.model = problems, typer, model

    def build(self) -> Node:
        model = self.model
        days = self._days(model.days_of[0])
        for leaf in model.days_of[1:]:
            days = self._joined("days_either", days, self._days(leaf), "{0} or {1}")
        for leaf in model.and_also or []:
            days = self._joined("days_both", days, self._days(leaf), "{0} and also {1}")
        for leaf in model.less or []:
            days = self._joined("days_less", days, self._days(leaf), "{0} less {1}")
        if model.join_gaps_up_to is not None:
            days = self._gaps(days, model.join_gaps_up_to)
        if model.runs_begin is not None:
            days = self._window(days, "days_begin", model.runs_begin, parse_runs_begin)
        if model.within is not None:
            days = self._window(days, "days_within", model.within, parse_window)
        return days

    def _window(self, days: Node, op: str, leaf: models.Scalar, read: Callable[[str], RunsPhrase]) -> Node:
        phrase = self.problems.read(leaf, read)
        with self.problems.about(leaf):
            return within_window(self.typer, op, days, phrase.span, phrase.mode, phrase.start)
        raise AssertionError

    @staticmethod
    def _joined(op: str, a: Node, b: Node, phrase: str) -> Node:
        return Node(op, DAYSET, (a, b), {}, None, phrase)

    def _days(self, leaf: models.Scalar) -> Node:
        phrase: DaysPhrase = self.problems.read(leaf, parse_days_of)
        with self.problems.about(leaf):
            return aggregate(self.typer, spells(phrase))
        raise AssertionError

    def _gaps(self, days: Node, leaf: models.Scalar) -> Node:
        tree = self.problems.tree(leaf)
        with self.problems.about(leaf):
            node = self.typer.strict(self.typer.expression(tree), tree)
            if node.type.kind != "days" or node.type.absent or node.type.ranged or node.shape is None or node.shape.den != 1:
                raise Mistake(
                    "PBR804",
                    f"`{leaf.text}` is not a fixed number of days.",
                    "Write for example `join_gaps_up_to: 7 days`, or name a parameter.",
                    tree,
                )
            return Node("days_joined", DAYSET, (days, node), {}, None, "{0}, gaps of up to {1} filled")
        raise AssertionError


def spells(phrase: DaysPhrase) -> Aggregate:
    """``jobs from began_on to ended_on`` as the aggregate it is."""
    return Aggregate("spells", Name((phrase.table,)), None, phrase.where, extra=(phrase.first, phrase.last))
