"""Lowering of ``count`` and ``sum`` over all accepted rows of a table: what is counted, what is held, and what was rejected."""

from __future__ import annotations

from fractions import Fraction

from pbr.engine.spark.cells import Cell, definite, fraction, number, static
from pbr.engine.spark.integers import WIDE, Int, Num, const
from pbr.engine.spark.scope import Facts, Scope, Totals
from pbr.engine.spark.text import FALSE, NO_WHY, TRUE, Sql, any_of, bit, caused, masks, sql
from pbr.plan.node import Node

MOST_ROWS = 10**18  # far above the 10**9 rows that bounds are proved for
WIDEST = 10**38 - 1


def count(at: Scope, totals: Totals, node: Node) -> Cell:
    """Held rows and R decide between one value, a range and unknown, by the words of the node."""
    t, _ = _counted(totals, node)
    rejected, how = _rejected(node, at.facts)
    yes, held = _count(totals, t), _count(totals, sql("{} IS NULL", t))
    words = node.params["aggregate"]["when_held"]
    maybe = rejected if how == "hold" else 0
    low = yes + const(rejected if how == "count as yes" else 0) + (held if words == "take as yes" else const(0))
    if words == "hold":
        open_rows, unknown = held, [_positive(held), _positive(const(maybe))]
    else:
        open_rows, unknown = held if words == "only if it cannot matter" else const(0), []
    spread = open_rows + const(maybe)
    return _answered(at, node, low, low if words == "hold" else low + spread, unknown, _bits(node, _positive(open_rows), maybe))


def sum_(at: Scope, totals: Totals, node: Node) -> Cell:
    """Ends are summed apart. A row that may count, or that counts without a value, makes the sum unknown unless it is left out."""
    t, (x,) = _counted(totals, node)
    den, _ = static(x.shape)
    there = sql("{} AND {} IS NOT NULL", t, x.v)
    missing = sql("{0} IS NULL OR ({0} AND {1} IS NULL)", t, x.v)
    held = const(0) if node.params["aggregate"]["when_held"] == "leave out" else _count(totals, missing)
    ranged = const(0) if x.hi is None or x.w is None else _count(totals, sql("{} AND {} <> 0", there, x.w))
    rejected, _ = _rejected(node, at.facts)

    def total(v: Sql) -> Int:
        # sum(BIGINT) is a BIGINT in Spark, which is too small long before the bounds are
        added = totals.total(sql(f"sum(CAST({{}} AS {WIDE})) FILTER (WHERE {{}})", v, there))
        return Int(sql(f"coalesce({{}}, CAST(0 AS {WIDE}))", added), WIDEST)

    unknown = [_positive(held), _positive(const(rejected))]
    why = _bits(node, any_of([_positive(held), _positive(ranged)]), rejected)
    return _answered(at, node, total(x.v), total(x.v if x.hi is None else x.hi), unknown, why, den)


def _counted(totals: Totals, node: Node) -> tuple[Sql, list[Cell]]:
    """Whether a row counts (yes, no or NULL), and the values that are added up."""
    cells = [totals.rows.lower(arg) for arg in node.args]
    where = definite(cells.pop()).v if node.params["aggregate"]["has_where"] else TRUE
    return where, cells


def _rejected(node: Node, facts: Facts) -> tuple[int, str]:
    """R and how it counts, after "leave out": 0 within the limit, held beyond it."""
    rule = node.params["aggregate"]["when_rejected"]
    if rule["how"] != "leave out":
        return facts.rejected, str(rule["how"])
    limit = None if rule.get("up_to") is None else fraction(rule["up_to"])
    return (0 if limit is None or Fraction(facts.rejected) <= limit * facts.submitted else facts.rejected), "hold"


def _count(totals: Totals, condition: Sql) -> Int:
    return Int(totals.total(sql("count(CASE WHEN {} THEN 1 END)", condition)), MOST_ROWS)


def _positive(rows: Int) -> Sql:
    return sql("{} > 0", rows.sql) if rows.value is None else (TRUE if rows.value > 0 else FALSE)


def _bits(node: Node, held: Sql, rejected: int) -> Sql:
    reasons = node.params["aggregate"]["reasons"]
    return masks(caused(held, bit(int(reasons["held"]))), bit(int(reasons["rejected"])) if rejected else None) or NO_WHY


def _answered(at: Scope, node: Node, low: Int, high: Int, unknown: list[Sql], why: Sql, den: int = 1) -> Cell:
    """A number that has no value where one of ``unknown`` holds, or where it is a range and the plan has no room for one."""
    if not node.type.ranged:
        unknown = [*unknown, sql("{} <> {}", low.sql, high.sql)]
    open_ = at.let(any_of(unknown)) if unknown else FALSE

    def shut(value: Int) -> Num:
        return Num(Int(sql("CASE WHEN NOT {} THEN {} END", open_, value.sql), value.top), den)

    return number(at, node, shut(low), shut(high), why)
