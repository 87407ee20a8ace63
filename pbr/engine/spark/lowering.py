"""The lowering table of Spark: for each operation of the language the function that writes its SQL."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from pbr.engine.spark import (
    aggregates,
    comparison,
    curves,
    dates,
    dividing,
    leaves,
    numbers,
    rounding,
    running,
    spells,
    totals,
    truth,
    windows,
)
from pbr.engine.spark.cells import Cell
from pbr.engine.spark.counting import Counting
from pbr.engine.spark.scope import Scope
from pbr.plan.node import Node

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
        "days_both": spells.days_both,
        "days_either": spells.days_either,
        "days_less": spells.days_less,
        "days_joined": spells.days_joined,
        "days_begin": spells.days_begin,
        "days_within": spells.days_within,
        "days_cut": spells.days_cut,
        "days_in": spells.days_in,
        "day_reaches": spells.day_reaches,
        "day_lasted": spells.day_lasted,
        "covers": spells.covers,
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
        "spells": spells.spells,
    }
)
