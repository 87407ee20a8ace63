"""Lowering of the comparisons: numbers by cross products and by both ends, dates that may not have come yet by complete_to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from pbr.engine.spark.cells import Cell, caused, truth
from pbr.engine.spark.integers import compared
from pbr.engine.spark.scope import Scope
from pbr.engine.spark.text import FALSE, NULL, TRUE, Sql, any_of, bit, day, masks, sql
from pbr.language.types import NOT_YET
from pbr.plan.node import Node

SIGNS = {"eq": "=", "ne": "<>", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
MIRRORED = {"eq": "eq", "ne": "ne", "lt": "gt", "le": "ge", "gt": "lt", "ge": "le"}


@dataclass(frozen=True)
class Half:
    """An answer (NULL: unknown), and whether a date that is not yet is why there is none (None: it never is)."""

    v: Sql
    undecided: Sql | None = None


@dataclass(frozen=True)
class Day:
    """A date operand. ``not_yet``: whether its day has not come (None: cannot be); ``complete_to`` of its table, where given."""

    v: Sql
    not_yet: Sql | None = None
    complete_to: date | None = None


def comparison(op: str) -> Callable[[Scope, Node, list[Cell]], Cell]:
    def lowered(at: Scope, node: Node, args: list[Cell]) -> Cell:
        a, b = args
        if node.args[0].type.kind == "date":
            half = dates(op, *days(at, node, args))
            return answer(at, node, half.v, [half], args)
        if a.hi is not None or b.hi is not None:
            return truth(at, node, _ranges(op, a, b), a.w, b.w)
        if a.type.numeric:
            return truth(at, node, compared(SIGNS[op], a.low, b.low), a.w, b.w)
        return truth(at, node, sql(f"{{}} {SIGNS[op]} {{}}", a.v, b.v), a.w, b.w)

    return lowered


def days(at: Scope, node: Node, args: list[Cell]) -> list[Day]:
    """The arguments of a comparison of dates (numbers among them have no say)."""
    tables = node.params.get("not_yet") or [None] * len(args)
    out = []
    for arg, table in zip(args, tables, strict=True):
        if NOT_YET not in arg.type.absent:
            out.append(Day(arg.v))
        else:
            out.append(Day(arg.v, at.let(arg.is_none), at.facts.complete_to.get(table or "")))
    return out


def dates(op: str, a: Day, b: Day) -> Half:
    """``a op b``, where either may be some day after its table's complete_to."""
    plain = sql(f"{{}} {SIGNS[op]} {{}}", a.v, b.v)
    cases: list[tuple[Sql, Sql]] = []
    for here, there, relation in ((a, b, op), (b, a, MIRRORED[op])):
        if here.not_yet is not None:
            cases.append(
                (here.not_yet, sql("CASE WHEN {} IS NOT NULL THEN {} END", there.v, _some_day_after(here.complete_to, relation, there.v)))
            )
    if not cases:
        return Half(plain)
    v = sql(f"CASE {'WHEN {} THEN {} ' * len(cases)}ELSE {{}} END", *(part for case in cases for part in case), plain)
    # the reason is this comparison's own only where every operand is a day, come or not
    there_a = [sql("{} IS NOT NULL", a.v), *([a.not_yet] if a.not_yet is not None else [])]
    there_b = [sql("{} IS NOT NULL", b.v), *([b.not_yet] if b.not_yet is not None else [])]
    return Half(v, sql("{} IS NULL AND {} AND {}", v, any_of(there_a), any_of(there_b)))


def _some_day_after(complete_to: date | None, op: str, other: Sql) -> Sql:
    """``x op other`` where x may be any day after ``complete_to``; NULL where those days do not agree. There is no last day."""
    if complete_to is None:
        return NULL
    passed = sql("{} <= {}", other, day(complete_to.isoformat()))  # other is before every such day
    if op in ("ge", "lt"):  # the first such day itself is far enough
        first = min(complete_to, date.max - timedelta(days=1)) + timedelta(days=1)
        passed = sql("{} <= {}", other, day(first.isoformat()))
    return sql("CASE WHEN {} THEN {} END", passed, TRUE if op in ("ne", "gt", "ge") else FALSE)


def answer(at: Scope, node: Node, v: Sql, halves: list[Half], args: list[Cell]) -> Cell:
    """The cell of a comparison of dates: why there is no answer, its own reason included where a date is not yet."""
    undecided = [half.undecided for half in halves if half.undecided is not None]
    own = [caused(any_of(undecided), bit(node.params["reason"]))] if undecided else []
    return truth(at, node, v, masks(*(arg.w for arg in args), *own))


def _ranges(op: str, a: Cell, b: Cell) -> Sql:
    """Yes or no where every pair of values in the ranges agrees."""
    below, above = compared("<", a.high, b.low), compared(">", a.low, b.high)
    if op in ("eq", "ne"):
        one = sql("{} AND {}", compared("=", a.low, b.high), compared("=", a.high, b.low))
        yes, no = (TRUE, FALSE) if op == "eq" else (FALSE, TRUE)
        return sql("CASE WHEN {} THEN {} WHEN {} OR {} THEN {} END", one, yes, below, above, no)
    if op in ("lt", "ge"):
        first, second = below, compared(">=", a.low, b.high)
    else:
        first, second = compared("<=", a.high, b.low), above
    yes, no = (TRUE, FALSE) if op in ("lt", "le") else (FALSE, TRUE)
    return sql("CASE WHEN {} THEN {} WHEN {} THEN {} END", first, yes, second, no)
