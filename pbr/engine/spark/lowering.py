"""The lowering table of Spark: for each operation that runs there, the function that writes its SQL. What is not in it is refused by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from pbr.engine.spark import aggregates, comparison, curves, dates, dividing, leaves, numbers, rounding, running, totals, truth, windows
from pbr.engine.spark.cells import Cell
from pbr.engine.spark.counting import Counting
from pbr.engine.spark.scope import Scope
from pbr.plan.node import Node
from pbr.plan.plan import Plan
from pbr.problem import Problem

Lower = Callable[[Scope, Node, list[Cell]], Cell]
Aggregate = Callable[[Scope, Counting], Cell]

LOWERING: Mapping[str, Lower] = MappingProxyType(
    {
        "literal": leaves.literal,
        "column": leaves.column,
        "item": leaves.item,
        "dated": leaves.dated,
        "lookup": leaves.lookup,
        "period": leaves.period,
        "certain": leaves.certain,
        "not": truth.not_,
        "and": truth.and_,
        "or": truth.or_,
        "if": truth.if_,
        "known": truth.known,
        "exists": truth.exists,
        "else": truth.else_,
        "in": truth.in_,
        "has": truth.has,
        "eq": comparison.comparison("eq"),
        "ne": comparison.comparison("ne"),
        "lt": comparison.comparison("lt"),
        "le": comparison.comparison("le"),
        "gt": comparison.comparison("gt"),
        "ge": comparison.comparison("ge"),
        "within": dates.within,
        "between": dates.between,
        "date_add": dates.date_step(1),
        "date_sub": dates.date_step(-1),
        "days_between": dates.days_between,
        "whole_months": dates.whole(1),
        "whole_years": dates.whole(12),
        "add": numbers.add,
        "sub": numbers.sub,
        "mul": numbers.mul,
        "div": numbers.div,
        "fall": numbers.change("fall"),
        "rise": numbers.change("rise"),
        "rest": numbers.rest,
        "as_percent": numbers.same_ratio,
        "as_number": numbers.same_ratio,
        "least": numbers.extreme("<="),
        "greatest": numbers.extreme(">="),
        "round": rounding.round_,
        "exp": curves.curve("exp"),
        "ln": curves.curve("ln"),
        "sqrt": curves.curve("sqrt"),
        "logistic": curves.curve("logistic"),
        "weigh": numbers.weigh,
        "verdict": curves.verdict,
        "place": windows.place,
        "achieved": windows.achieved,
        "divide": dividing.divide,
    }
)

AGGREGATES: Mapping[str, Aggregate] = MappingProxyType(
    {
        "count": aggregates.count,
        "count_different": aggregates.count_different,
        "share": aggregates.share,
        "sum": totals.sum_,
        "mean": totals.mean,
        "median": totals.median,
        "smallest": totals.extreme("min"),
        "largest": totals.extreme("max"),
        "any": totals.any_,
        "every": totals.every,
        "first_of": totals.chosen("min_by"),
        "last_of": totals.chosen("max_by"),
        "day_sum": running.day_sum,
    }
)


def refused(plan: Plan) -> list[Problem]:
    """One problem (PBR523) for each thing in the plan that Spark does not run: operations by name, and forms of tables."""
    hint = "Assess this contract with the columns engine, which runs everything."
    return [Problem("PBR523", f"The Spark engine cannot run {what}.", hint) for what in dict.fromkeys(_lacking(plan))]


def _lacking(plan: Plan) -> Iterable[str]:
    for step in plan.steps:
        for node in step.node.walk():
            if node.op not in LOWERING and node.op not in AGGREGATES:
                yield f"the operation `{node.op}`"
    for made in plan.made:
        yield f"`{made.table.name}`, a table of which the contract makes the rows"
    for table in plan.tables:
        if any(step.grain == table.name and step.kind == "check" for step in plan.steps) and any(
            rule.kind == "out of order" and rule.severity == "reject" for rule in table.rules
        ):
            yield f"milestones in order in `{table.name}`, whose rows checks reject as well"
