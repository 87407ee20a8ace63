"""Lowering of ``within`` and of comparisons: days that may not have come yet, spans of days and of months that clamp."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from pbr.engine.spark.cells import Cell, definite, ranges_compared, static, unless
from pbr.engine.spark.scope import Scope
from pbr.engine.spark.text import FALSE, TRUE, Sql, all_of, any_of, bit, caused, day, masks, sql
from pbr.language.types import NOT_YET
from pbr.plan.node import Node

SIGNS = {"eq": "=", "ne": "<>", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
MIRRORED = {"eq": "eq", "ne": "ne", "lt": "gt", "le": "ge", "gt": "lt", "ge": "le"}
# No two days of the calendar are further apart: a longer span leaves it wherever it starts.
FARTHEST = {"days": 3_660_000, "months": 120_000}
FIRST, LAST = day("0001-01-01"), day("9999-12-31")


@dataclass(frozen=True)
class Day:
    """A date operand. ``not_yet``: whether its day has not come (None: it cannot be so); ``complete_to`` of its table, where given."""

    v: Sql
    not_yet: Sql | None = None
    complete_to: date | None = None

    @property
    def there(self) -> Sql:
        """A day, come or not."""
        return any_of([sql("{} IS NOT NULL", self.v), *([self.not_yet] if self.not_yet is not None else [])])


@dataclass(frozen=True)
class Half:
    """An answer (NULL: unknown), and whether the comparison itself is why there is none (None: it never is)."""

    v: Sql
    own: Sql | None = None


def comparison(op: str) -> Callable[[Scope, Node, list[Cell]], Cell]:
    def lowered(at: Scope, node: Node, args: list[Cell]) -> Cell:
        a, b = args
        if node.args[0].type.kind == "date":
            return _answer(at, node, [half(op, *_days(at, node, args))], args)
        if a.type.numeric:
            return _truth(at, node, ranges_compared(SIGNS[op], a, b), masks(a.w, b.w))
        return _truth(at, node, sql(f"{{}} {SIGNS[op]} {{}}", a.v, b.v), masks(a.w, b.w))

    return lowered


def within(at: Scope, node: Node, args: list[Cell]) -> Cell:
    """Two comparisons: with the day that the window starts from, and with the day it ends."""
    d, _, e = _days(at, node, args)
    mode, span = node.params["mode"], definite(args[1])
    moved = at.let(_moved(at, e.v, span, node.params["unit"], -1 if mode == "before" else 1))
    inside = sql("{} BETWEEN {} AND {}", moved, FIRST, LAST)
    edge = Day(sql("CASE WHEN {} THEN {} END", inside, moved))
    if mode == "from":
        near, far = half("ge", d, e), half("lt", d, edge)
    elif mode == "after":
        near, far = half("gt", d, e), half("le", d, edge)
    else:
        near, far = half("lt", d, e), half("ge", d, edge)
    # a window's edge outside the calendar, or counted from a day not yet come, is unknown for this node's reason
    causes = [sql("coalesce(NOT {}, FALSE)", inside), *(part for part in (e.not_yet, far.own) if part is not None)]
    return _answer(at, node, [near, Half(far.v, any_of(causes))], args)


def half(op: str, a: Day, b: Day) -> Half:
    """``a op b``, where either may be some day after its table's complete_to."""
    plain = sql(f"{{}} {SIGNS[op]} {{}}", a.v, b.v)
    cases = [
        (here.not_yet, _some_day_after(here.complete_to, relation, there.v))
        for here, there, relation in ((a, b, op), (b, a, MIRRORED[op]))
        if here.not_yet is not None
    ]
    if not cases:
        return Half(plain)
    v = sql(f"CASE {'WHEN {} THEN {} ' * len(cases)}ELSE {{}} END", *(part for case in cases for part in case), plain)
    return Half(v, all_of([sql("{} IS NULL", v), a.there, b.there]))


def _some_day_after(complete_to: date | None, op: str, other: Sql) -> Sql:
    """``x op other`` where x may be any day after ``complete_to``; NULL where those days do not agree. There is no last day."""
    if complete_to is None:
        return Sql("CAST(NULL AS BOOLEAN)")
    last = complete_to
    if op in ("ge", "lt") and last < date.max:  # the first such day itself is far enough
        last += timedelta(days=1)
    return sql("CASE WHEN {} <= {} THEN {} END", other, day(last.isoformat()), TRUE if op in ("ne", "gt", "ge") else FALSE)


def _moved(at: Scope, start: Sql, span: Cell, unit: str, sign: int) -> Sql:
    """The day ``span`` after (or before) another, perhaps outside the calendar: a longer span counts as the longest one."""
    if static(span.shape)[0] != 1:
        raise ValueError("a plan adds a span that is not whole")
    limit = FARTHEST[unit]
    count = at.let(sql(f"CAST(CASE WHEN {{0}} > {limit} THEN {limit} WHEN {{0}} < -{limit} THEN -{limit} ELSE {{0}} END AS INT)", span.v))
    count = count if sign > 0 else sql("-{}", count)
    return sql("add_months({}, {})" if unit == "months" else "date_add({}, {})", start, count)


def _days(at: Scope, node: Node, args: list[Cell]) -> list[Day]:
    """The arguments of a comparison of dates (numbers among them have no say)."""
    tables = node.params.get("not_yet") or [None] * len(args)
    return [
        Day(arg.v, at.let(arg.is_none), at.facts.complete_to.get(table or "")) if NOT_YET in arg.type.absent else Day(arg.v)
        for arg, table in zip(args, tables, strict=True)
    ]


def _answer(at: Scope, node: Node, halves: list[Half], args: list[Cell]) -> Cell:
    causes = [part.own for part in halves if part.own is not None]
    own = [caused(any_of([sql("coalesce({}, FALSE)", cause) for cause in causes]), bit(node.params["reason"]))] if causes else []
    return _truth(at, node, all_of([part.v for part in halves]), masks(*(arg.w for arg in args), *own))


def _truth(at: Scope, node: Node, v: Sql, why: Sql | None) -> Cell:
    v = at.let(v)
    return Cell(node.type, v, unless(v, why))
