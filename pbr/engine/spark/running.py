"""Lowering of ``day_sum``: the day on which a running sum reaches what it must, at the earliest and at the latest."""

from __future__ import annotations

from pbr.engine.spark.aggregates import bits, positive
from pbr.engine.spark.cells import Cell, caused
from pbr.engine.spark.counting import Counting
from pbr.engine.spark.integers import WIDE, Frac, Int, compared, const
from pbr.engine.spark.scope import Scope
from pbr.engine.spark.text import Sql, all_of, any_of, masks, sql

TOP = 10**38 - 1
NOTHING = Sql("CAST(0 AS BIGINT)")


def day_sum(scope: Scope, at: Counting) -> Cell:
    x, day, limit = at.values
    told = at.let(all_of([sql("{} IS NOT NULL", x.v), sql("{} IS NOT NULL", day.v)]))
    sure = at.let(sql("coalesce({} AND {}, FALSE)", at.t, told))
    # the rows of which anything may be looked at
    there = sure if at.when_held == "leave out" else at.let(sql("coalesce({}, TRUE)", at.t))
    latest = _first_day(at, day, sure, compared(">=", _added(at, x.low, day.v, sure), limit.high))
    could = compared(">=", _added(at, x.high, day.v, there), limit.low)
    reaches = at.let(any_of([could, sql("{} IS NULL AND {} IS NOT NULL", x.v, limit.v)]))
    earliest = _first_day(at, day, there, reaches)
    rows, open_rows = at.count(there), at.count(sql("{} AND NOT ({})", there, all_of([sure, x.is_known])))
    undated = at.count(sql("{} AND {} IS NULL AND {}", there, day.v, reaches))
    unknown = [positive(at.rejected), positive(undated), sql("{} IS DISTINCT FROM {}", latest, earliest)]
    if limit.w is not None:
        missing = at.count(sql("{} AND {} IS NULL", there, limit.v))
        unknown.append(positive(missing))
    open_ = scope.let(any_of(unknown))
    parts = [caused(open_, bits(at, open_rows, at.rejected))]
    if limit.w is not None:
        why = sql("coalesce({}, {})", at.total("max({}) FILTER (WHERE {})", limit.w, there), NOTHING)
        parts.append(caused(all_of([open_, positive(rows)]), why))
    return Cell(at.node.type, sql("CASE WHEN NOT {} THEN {} END", open_, latest), masks(*parts))


def _added(at: Counting, x: Frac, day: Sql, counts: Sql) -> Frac:
    """``x`` of the rows that count with the same day or an earlier one, for each row; rows without a day come before all others."""
    own = Sql(f"{at.group.name}_row")
    part = at.let(sql(f"CAST(CASE WHEN {{0}} AND {{1}} IS NOT NULL THEN {{1}} ELSE {{2}} END AS {WIDE})", counts, x.n.sql, const(0).sql))
    running = at.let(
        sql(
            "sum({}) OVER (PARTITION BY {} ORDER BY {} NULLS FIRST RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)",
            part,
            own,
            day,
        )
    )
    return Frac(Int(running, TOP), x.d)


def _first_day(at: Counting, day: Cell, among: Sql, when: Sql) -> Sql:
    return at.total("min({}) FILTER (WHERE {} AND {})", day.v, among, at.let(when))
