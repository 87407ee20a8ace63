"""Lowering of ``divide``: each member's least and most are tried as the level of the whole group, in whole numbers; nothing is sorted by a quotient."""

from __future__ import annotations

from pbr.engine.spark.cells import Cell, definite, number
from pbr.engine.spark.integers import Frac, Int, const
from pbr.engine.spark.scope import Scope
from pbr.engine.spark.text import Sql, bit, masks, sql
from pbr.plan.node import Node


def divide(at: Scope, node: Node, args: list[Cell]) -> Cell:
    """With w a member's weight and f, t its least and most: at the level f / w the others' parts, times w, are least(most * w, greatest(least * w, weight * f))."""
    counts, *numbers = args[:5]
    pot, weight, least, most = (definite(one) for one in numbers)
    own = at.rows.reach("own", ())
    keys = [at.layers.let(at.rows.fetch(own, own.relation.column(name)), always=True) for name in at.plan.key_of(own.relation.grain)]
    groups = [at.layers.let(part.v, always=True) for part in args[5:]]
    counted, may = at.layers.let(sql("coalesce({}, FALSE)", counts.v), always=True), at.let(counts.is_unknown)
    given = [at.layers.let(sql("CAST({} AS DECIMAL(38,0))", one.v), always=True) for one in (pot, weight, least, most)]
    depth = max(part.depth for part in (*keys, *groups, counted, may, *given))
    query = _query([key.text for key in keys], [group.text for group in groups], counted.text, may.text, [one.text for one in given], node)
    on = Sql(" AND ".join(f"(m.k{n} = l.{key.text})" for n, key in enumerate(keys)) or "TRUE", depth)
    (part,) = at.layers.join(query, ["part"], on)
    v = at.let(sql("CASE WHEN NOT ({} OR {}) THEN CAST(0 AS DECIMAL(38,0)) ELSE {} END", counted, may, part))
    why = masks(*(arg.w for arg in args), bit(node.params["reason"]))
    assert node.shape is not None and why is not None
    mask = sql("CASE WHEN {} IS NULL THEN {} ELSE CAST(0 AS BIGINT) END", v, why)
    return number(at, node, Frac(Int(sql("CAST({} AS DECIMAL(38,0))", v), 10**37).fit(node.shape.top), const(1)), None, mask)


def _query(keys: list[str], groups: list[str], counted: str, may: str, given: list[str], node: Node) -> str:
    """One row per member of a group that can be divided: its key (k0, ...) and its part."""
    g = ", ".join(f"g{n}" for n in range(len(groups) + 1))
    k = ", ".join(f"k{n}" for n in range(len(keys)))
    names = ["'x' AS g0", *(f"{text} AS g{n}" for n, text in enumerate(groups, 1)), *(f"{text} AS k{n}" for n, text in enumerate(keys))]
    blank = " OR ".join([may, *(f"{text} IS NULL" for text in given)])
    lost = " OR ".join(f"g{n} IS NULL" for n in range(1, len(groups) + 1)) or "FALSE"
    kept = "TRUE" if node.params["left_over"] == "kept" else "reach >= p"
    same = " AND ".join(f"x.g{n} = b.g{n}" for n in range(len(groups) + 1))
    order = f"rest DESC{''.join(f', k{n}' for n in range(len(keys)))}"

    def at_level(end: str) -> str:
        return f"sum(least(x.t * b.w, greatest(x.f * b.w, x.w * b.{end})))"

    given_as = ", ".join(f"{text} AS {name}" for text, name in zip(given, "pwft", strict=True))
    k_of_b = "".join(f", b.k{n}" for n in range(len(keys)))
    g_of_b = ", ".join(f"b.g{n}" for n in range(len(groups) + 1))
    return (
        f"WITH a AS (SELECT {', '.join(names)}, {given_as}, ({blank}) AS bad FROM {{layer}} WHERE ({counted}) OR ({may})), "
        f"s AS (SELECT {g}, bool_or(bad OR t < f) AS bad, sum(f) AS low, sum(CASE WHEN w > 0 THEN t ELSE f END) AS reach FROM a GROUP BY {g}), "
        f"ok AS (SELECT a.* FROM a JOIN s USING ({g}) WHERE NOT s.bad AND s.low <= a.p AND ({kept}) AND NOT EXISTS (SELECT 1 FROM a WHERE {lost})), "
        f"v AS (SELECT {g_of_b}{k_of_b}, {at_level('f')} AS at_f, {at_level('t')} AS at_t FROM ok b JOIN ok x ON {same} WHERE b.w > 0 GROUP BY ALL), "
        f"d AS (SELECT ok.*, CASE WHEN w = 0 OR at_f >= p * w THEN 'f' WHEN at_t <= p * w THEN 't' ELSE 'x' END AS stands "
        f"FROM ok LEFT JOIN v USING ({g}{', ' + k if k else ''})), "
        f"r AS (SELECT {g}, max(p) - sum(CASE stands WHEN 'f' THEN f WHEN 't' THEN t ELSE 0 END) AS free, sum(CASE stands WHEN 'x' THEN w ELSE 0 END) AS weights "
        f"FROM d GROUP BY {g}), "
        f"q AS (SELECT d.*, r.free, CASE stands WHEN 'f' THEN f WHEN 't' THEN t ELSE CAST((w * r.free - (w * r.free) % nullif(r.weights, 0)) / nullif(r.weights, 0) AS DECIMAL(38,0)) END AS base, "
        f"CASE stands WHEN 'x' THEN (w * r.free) % nullif(r.weights, 0) ELSE 0 END AS rest FROM d JOIN r USING ({g})), "
        f"o AS (SELECT *, row_number() OVER (PARTITION BY {g} ORDER BY {order}) AS place, "
        f"free - sum(CASE stands WHEN 'x' THEN base ELSE 0 END) OVER (PARTITION BY {g}) AS pennies FROM q) "
        f"SELECT {k + ', ' if k else ''}base + CASE WHEN stands = 'x' AND place <= pennies THEN 1 ELSE 0 END AS part FROM o"
    )
