"""Lowering of the machinery of a rate card: a row's place among its like, and whether what must come first has been achieved."""

from __future__ import annotations

from collections.abc import Sequence

from pbr.engine.columns.cells import Cell, caused, number, truth
from pbr.engine.columns.integers import Frac, Int, const
from pbr.engine.columns.scope import Scope
from pbr.engine.columns.text import Sql, all_of, any_of, bit, masks, quote_text, sql
from pbr.plan.node import Node

ROWS_TOP = 10**12


def place(at: Scope, node: Node, args: list[Cell]) -> Cell:
    """Rows before this one in (day, key), counted among the rows that have a day and every value."""
    counts, on, *equal = args
    own = at.rows.reach("own", ())
    key = [at.rows.fetch(own, own.relation.column(name)) for name in at.plan.key_of(own.relation.grain)]
    ordered = at.let(all_of([sql("{} IS NOT NULL", part.v) for part in (on, *equal)]))
    same = [ordered, *(part.v for part in equal)]
    order = [on.v, *key]
    window = (
        f"PARTITION BY {', '.join('{}' for _ in same)} ORDER BY {', '.join('{}' for _ in order)} "
        "ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING"
    )

    maybe = at.let(sql("coalesce({}, FALSE)", sql("{} OR {}", counts.v, counts.is_unknown)))
    # Both are counted in one layer: windows over the same rows in the same order are then one sort, which is most of their cost.
    depth = max(part.depth for part in (counts.v, maybe, *same, *order))

    def before(condition: Sql) -> Int:
        # FILTER in a window takes forty times as long as CASE
        counted = sql(f"count(CASE WHEN {{}} THEN 1 END) OVER ({window})", condition, *same, *order)
        found = at.let(Sql(counted.text, depth))
        return (Int(found, ROWS_TOP) + const(1)).when(ordered)

    why = masks(*(arg.w for arg in args))
    unplaced = sql("NOT {}", ordered)
    low, high = before(counts.v), before(maybe)
    # a reason of its own for a range and for a row without a place; nothing else makes a mask here
    own_reason = bit(node.params["reason"])
    apart = at.let(sql("{} OR {} <> {}", unplaced, at.let(low.sql), at.let(high.sql)))
    full = own_reason if why is None else sql("{} | {}", why, own_reason)
    mask = at.let(sql("CASE WHEN {} THEN {} ELSE CAST(0 AS BIGINT) END", apart, full))
    if not node.type.ranged:
        low = low.when(sql("NOT {}", apart))
    return number(at, node, Frac(low, const(1)), Frac(high, const(1)) if node.type.ranged else None, mask)


def achieved(at: Scope, node: Node, args: list[Cell]) -> Cell:
    """The earliest day on which a row of the same subject with the needed code counts, and the earliest on which one may; of a card with
    windows all of these days."""
    counts, needs, code, on, subject = args
    may = at.let(counts.is_unknown)
    operands = [at.layers.let(part, always=True) for part in (counts.v, code.v, on.v, subject.v)]
    needed, no_need = at.layers.let(needs.v, always=True), at.let(needs.is_none)
    depth = max(part.depth for part in (*operands, may, needed))
    yes, codes, day, who = (part.text for part in operands)
    windows = node.params.get("windows", ())
    take = "list" if windows else "min"
    query = (
        f"SELECT {who} AS who, {codes} AS code, {take}({day}) FILTER (WHERE {yes}) AS sure, {take}({day}) FILTER (WHERE {may.text}) AS maybe "
        f"FROM {{layer}} WHERE (({yes}) OR ({may.text})){_asked(node.args[1], codes)} GROUP BY 1, 2"
    )
    on_clause = Sql(f"(m.who = l.{who}) AND (m.code = l.{needed.text})", depth)
    sure, maybe = at.layers.join(depth, query, ["sure", "maybe"], on_clause)
    follows = [_in_window(at, days, on.v, code.v, windows) if windows else sql("{} <= {}", days, operands[2]) for days in (sure, maybe)]
    own_blank = any_of(
        [
            *([sql("{} IS NULL", code.v)] if windows else []),
            sql("{} IS NULL AND NOT {}", needed, no_need),
            sql("{} IS NULL", operands[2]),
            sql("{} IS NULL", operands[3]),
        ]
    )
    v = sql(
        "CASE WHEN {} THEN TRUE WHEN {} THEN TRUE WHEN {} OR {} THEN NULL ELSE FALSE END",
        no_need,
        follows[0],
        sql("coalesce({}, FALSE)", follows[1]),
        own_blank,
    )
    return truth(at, node, v, *(arg.w for arg in args), caused(Sql("TRUE"), bit(node.params["reason"])))


def _asked(needs: Node, codes: str) -> str:
    """SQL that leaves out the codes that no code of the card needs: most of a card, and so most claims. Nothing where that is not written in the plan."""
    if needs.op != "lookup":
        return ""
    asked = sorted({str(first) for _, first in needs.params["rows"] if first is not None})
    if any("{" in code for code in asked):  # the query is a template
        return ""
    return f" AND {codes} IN ({', '.join(quote_text(code) for code in asked)})" if asked else " AND FALSE"


def _in_window(at: Scope, days: Sql, on: Sql, code: Sql, windows: Sequence[Sequence[str]]) -> Sql:
    """Whether the latest of ``days`` that is not after ``on`` is near enough: a window that begins later ends later, or on the same day."""
    last = at.let(sql("list_max(list_filter({}, lambda one: one <= {}))", days, on))
    cases = []
    for of, unit, count in windows:
        end = f"CAST({{2}} + to_months({int(count)}) AS DATE)" if unit == "months" else f"CAST({{2}} + {int(count)} AS DATE)"
        cases.append(f"WHEN {quote_text(of).replace('{', '{{').replace('}', '}}')} THEN {{1}} < {end}")
    return at.let(sql(f"CASE {{0}} {' '.join(cases)} ELSE {{2}} IS NOT NULL END", code, on, last))
