"""Lowering of dates: windows, spans added (months clamp to the month's end), and whole months and years between days."""

from __future__ import annotations

from collections.abc import Callable

from pbr.engine.spark.cells import Cell, caused, definite
from pbr.engine.spark.comparison import Day, Half, answer, dates, days
from pbr.engine.spark.scope import Scope
from pbr.engine.spark.text import Sql, all_of, any_of, bit, masks, sql
from pbr.plan.node import Node

# No two days of the calendar are further apart than these: a longer span leaves it wherever it starts.
FARTHEST = {"days": 3_660_000, "months": 120_000}
FIRST, LAST = Sql("DATE '0001-01-01'"), Sql("DATE '9999-12-31'")


def moved(at: Scope, start: Sql, span: Cell, unit: str, sign: int) -> Sql:
    """The day ``span`` after (or before) another, perhaps outside the calendar: a longer span counts as the longest one."""
    if span.shape is None or span.shape.den != 1:
        raise ValueError("a plan adds a span that is not whole")
    limit = FARTHEST[unit]
    # whole numbers that are small enough for any calendar: the cast cannot fail, whatever stands in the data
    count = at.let(
        sql(f"CAST(CASE WHEN {{0}} > {limit} THEN {limit} WHEN {{0}} < -{limit} THEN -{limit} ELSE {{0}} END AS INT)", definite(span).v)
    )
    count = count if sign > 0 else sql("-{}", count)
    return at.let(sql("add_months({}, {})" if unit == "months" else "date_add({}, {})", start, count))


def date_step(sign: int) -> Callable[[Scope, Node, list[Cell]], Cell]:
    def lowered(at: Scope, node: Node, args: list[Cell]) -> Cell:
        start, span = args
        day = moved(at, start.v, span, node.params["unit"], sign)
        inside = sql("{} BETWEEN {} AND {}", day, FIRST, LAST)
        outside = caused(sql("coalesce(NOT {}, FALSE)", inside), bit(node.params["reason"]))
        return Cell(node.type, sql("CASE WHEN {} THEN {} END", inside, day), masks(start.w, span.w, outside))

    return lowered


def within(at: Scope, node: Node, args: list[Cell]) -> Cell:
    """Two comparisons: with the day the window starts from, and with the day it ends."""
    d, _, e = days(at, node, args)
    unit, mode = node.params["unit"], node.params["mode"]
    edge = Day(moved(at, e.v, args[1], unit, -1 if mode == "before" else 1))
    if mode == "from":
        near, far = dates("ge", d, e), dates("lt", d, edge)
    elif mode == "after":
        near, far = dates("gt", d, e), dates("le", d, edge)
    else:
        near, far = dates("lt", d, e), dates("ge", d, edge)
    inside = sql("{} BETWEEN {} AND {}", edge.v, FIRST, LAST)
    outside = at.let(sql("coalesce(NOT {}, FALSE)", inside))  # an edge past the calendar is no day, as with d + span
    far = Half(
        sql("CASE WHEN NOT {} THEN {} END", outside, far.v), any_of([outside] if far.undecided is None else [outside, far.undecided])
    )
    if e.not_yet is not None:  # the edge of a window that starts on a day not yet come is unknown, whatever d and the span are
        far = Half(far.v, any_of([e.not_yet] if far.undecided is None else [e.not_yet, far.undecided]))
    return answer(at, node, all_of([near.v, far.v]), [near, far], args)


def between(at: Scope, node: Node, args: list[Cell]) -> Cell:
    d, e, f = days(at, node, args)
    lower, upper = dates("ge", d, e), dates("le", d, f)
    return answer(at, node, all_of([lower.v, upper.v]), [lower, upper], args)


def days_between(at: Scope, node: Node, args: list[Cell]) -> Cell:
    a, b = args
    return Cell(node.type, sql("CAST(datediff({}, {}) AS BIGINT)", a.v, b.v), masks(a.w, b.w), node.shape)


def whole(months: int) -> Callable[[Scope, Node, list[Cell]], Cell]:
    """The largest n with a + n months (or n years) not after b. Clamping never passes b: only the last month is in doubt."""

    def lowered(at: Scope, node: Node, args: list[Cell]) -> Cell:
        a, b = args
        count = at.let(
            sql("CAST((year({0}) - year({1})) * 12 + (month({0}) - month({1})) AS INT)", b.v, a.v)
            if months == 1
            else sql("CAST(year({0}) - year({1}) AS INT)", b.v, a.v)
        )
        reached = sql(f"add_months({{}}, {{}} * {months})", a.v, count)
        steps = sql("CASE WHEN {0} <= {1} THEN {2} ELSE {2} - 1 END", reached, b.v, count)
        late = at.let(sql("{} <= {}", a.v, b.v))
        own = caused(sql("coalesce(NOT {}, FALSE)", late), bit(node.params["reason"]))
        return Cell(node.type, sql("CASE WHEN {} THEN CAST({} AS BIGINT) END", late, steps), masks(a.w, b.w, own), node.shape)

    return lowered
