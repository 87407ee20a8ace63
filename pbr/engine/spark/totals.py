"""Lowering of the aggregates that need every row's value: sums, order statistics, any, every, first and last."""

from __future__ import annotations

from collections.abc import Callable

from pbr.engine.spark.aggregates import NOTHING, answered, bits, positive
from pbr.engine.spark.cells import Cell, caused, definite, number, truth
from pbr.engine.spark.counting import Counting
from pbr.engine.spark.integers import WIDE, Frac, Int, const
from pbr.engine.spark.scope import Scope
from pbr.engine.spark.text import NULL, Sql, any_of, masks, sql
from pbr.plan.node import Shape

TOP = 10**38 - 1


def _open(at: Counting, there: Sql) -> Int:
    """Held rows: those of which it is not known whether they count, or what they are worth. 0 where they are left out."""
    if at.when_held == "leave out":
        return const(0)
    return at.count(sql("{} OR ({} AND NOT {})", at.maybe, at.t, there))


def _shape(cell: Cell) -> Shape:
    assert cell.shape is not None
    if cell.shape.den is None:
        raise ValueError("a plan adds up or sorts ratios, which cannot be done by cross-multiplying")
    return cell.shape


def _added(at: Counting, v: Sql, there: Sql) -> Sql:
    """sum(BIGINT) is a BIGINT in Spark, which is too small long before the bounds are."""
    return at.total(f"sum(CAST({{}} AS {WIDE})) FILTER (WHERE {{}} AND {{}})", v, at.t, there)


def sum_(scope: Scope, at: Counting) -> Cell:
    x = at.values[0]
    den = const(_shape(x).den or 1)
    there = at.let(sql("{} IS NOT NULL", x.v))
    held = _open(at, there)

    def total(v: Sql) -> Frac:
        return Frac(Int(sql(f"coalesce({{}}, CAST(0 AS {WIDE}))", _added(at, v, there)), TOP), den)

    unknown = [positive(held), positive(at.rejected)]
    if x.hi is None or x.w is None:
        return answered(scope, at, total(x.v), None, unknown, bits(at, held, at.rejected))
    ranges = at.count(sql("{} AND {} AND {} <> 0", at.t, there, x.w))
    why = masks(bits(at, held, at.rejected), caused(positive(ranges), at.reason("held"))) or NOTHING
    return answered(scope, at, total(x.v), total(x.hi), unknown, why)


def mean(scope: Scope, at: Counting) -> Cell:
    x = definite(at.values[0])
    there = at.let(sql("{} IS NOT NULL", x.v))
    held, rows = _open(at, there), at.count(sql("{} AND {}", at.t, there))
    value = Frac(Int(_added(at, x.v, there), TOP), Int(scope.let(rows.sql), rows.top) * const(_shape(x).den or 1))
    return answered(scope, at, value, None, *_unless_empty(at, held, rows))


def median(scope: Scope, at: Counting) -> Cell:
    """The sum of the two middle values over twice the denominator; with an odd number of rows both are the same."""
    x = definite(at.values[0])
    shape = _shape(x)
    there = at.let(sql("{} IS NOT NULL", x.v))
    held, rows = _open(at, there), at.count(sql("{} AND {}", at.t, there))
    listed = scope.let(at.total("array_sort(collect_list({}) FILTER (WHERE {} AND {}))", x.v, at.t, there))
    middle = [Int(sql(f"get({{0}}, {place})", listed), shape.top) for place in ("(size({0}) - 1) div 2", "size({0}) div 2")]
    return answered(scope, at, Frac(middle[0] + middle[1], const(2 * (shape.den or 1))), None, *_unless_empty(at, held, rows))


def _unless_empty(at: Counting, held: Int, rows: Int) -> tuple[list[Sql], Sql]:
    """When a mean or a median has no value, and why: held or rejected rows before emptiness."""
    open_ = any_of([positive(held), positive(at.rejected)])
    empty = caused(sql("{} = 0 AND NOT {}", rows.sql, open_), at.reason("empty"))
    why = masks(bits(at, held, at.rejected), empty) or empty
    return [positive(held), positive(at.rejected), sql("{} = 0", rows.sql)], why


def extreme(function: str) -> Callable[[Scope, Counting], Cell]:
    """The least or the greatest; no rows: none."""

    def lowered(scope: Scope, at: Counting) -> Cell:
        x = definite(at.values[0])
        there = at.let(sql("{} IS NOT NULL", x.v))
        held = _open(at, there)
        found = at.total(f"{function}({{}}) FILTER (WHERE {{}} AND {{}})", x.v, at.t, there)
        unknown = [positive(held), positive(at.rejected)]
        why = bits(at, held, at.rejected)
        if at.node.type.numeric:
            shape = _shape(x)
            return answered(scope, at, Frac(Int(found, shape.top), const(shape.den or 1)), None, unknown, why)
        open_ = scope.let(any_of(unknown))
        return Cell(at.node.type, sql("CASE WHEN NOT {} THEN {} END", open_, found), caused(open_, why))

    return lowered


def any_(scope: Scope, at: Counting) -> Cell:
    held = const(0) if at.when_held in ("leave out", "take as no", "take as yes") else at.count(at.maybe)
    yes = at.count(sql("coalesce({}, TRUE)", at.t) if at.when_held == "take as yes" else at.t)
    open_ = any_of([positive(held), positive(at.rejected)])
    v = sql("CASE WHEN {} THEN TRUE WHEN {} THEN NULL ELSE FALSE END", positive(yes), open_)
    return truth(scope, at.node, v, bits(at, held, at.rejected))


def every(scope: Scope, at: Counting) -> Cell:
    t, d = at.t, at.values[0].v
    if at.when_held in ("take as yes", "take as no"):
        word = "TRUE" if at.when_held == "take as yes" else "FALSE"
        t, d = at.let(sql(f"coalesce({{}}, {word})", t)), at.let(sql(f"coalesce({{}}, {word})", d))
    elif at.when_held == "leave out":
        t = at.let(sql("coalesce({} AND {} IS NOT NULL, FALSE)", t, d))
    no = at.count(sql("{} AND NOT {}", t, d))
    maybe = at.count(sql("({0} IS NULL AND {1} IS DISTINCT FROM TRUE) OR ({0} AND {1} IS NULL)", t, d))
    yes, perhaps = at.count(sql("{} AND {}", t, d)), at.count(sql("{} IS NULL AND {}", t, d))
    if_none = at.node.params["if_none"]
    nothing = {"yes": "TRUE", "no": "FALSE"}.get(if_none, "NULL")
    v = sql(
        f"CASE WHEN {{}} THEN FALSE WHEN {{}} OR {{}} THEN NULL WHEN {{}} THEN TRUE WHEN {{}} THEN {'TRUE' if if_none == 'yes' else 'NULL'} "
        f"ELSE {nothing} END",
        positive(no), positive(maybe), positive(at.rejected), positive(yes), positive(perhaps),
    )  # fmt: skip
    # rows that may count and surely satisfy leave the answer open only where nothing else does
    alone = sql("CASE WHEN {} THEN {} ELSE {} END", positive(at.rejected), maybe.sql, (maybe + perhaps).sql)
    held = Int(scope.let(alone), maybe.top)
    # only asked where there is no answer: with held and rejected rows none, no row counted at all
    empty = caused(sql("NOT ({} OR {})", positive(held), positive(at.rejected)), at.reason("empty"))
    return truth(scope, at.node, v, bits(at, held, at.rejected), empty if if_none == "hold" else None)


def chosen(function: str) -> Callable[[Scope, Counting], Cell]:
    """``first_of`` and ``last_of``: the value at the row with the least or greatest day, ties by the key the same way."""

    def lowered(scope: Scope, at: Counting) -> Cell:
        x, day = definite(at.values[0]), at.values[1].v
        there = at.let(sql("{} IS NOT NULL", day))
        held = _open(at, there)
        parts = {name: part for name, part in (("v", x.v), ("of", x.of), ("w", x.w)) if part is not None}
        named = ", ".join(f"'{name}', {{}}" for name in parts)
        packed = at.let(sql(f"named_struct({named})", *parts.values()))
        by = at.let(sql(f"struct({', '.join('{}' for _ in range(len(at.key) + 1))})", day, *at.key))
        row = scope.let(at.total(f"{function}({{}}, {{}}) FILTER (WHERE {{}} AND {{}})", packed, by, at.t, there))

        def part(name: str) -> Sql:
            return sql(f"{{}}.{name}", row)

        unknown = [positive(held), positive(at.rejected)]
        open_ = scope.let(any_of(unknown))  # then no row is chosen yet, and what it holds is no reason
        missing = (
            sql("NOT {} AND coalesce({} IS NULL AND {} <> 0, FALSE)", open_, part("v"), part("w")) if x.w is not None else Sql("FALSE")
        )
        why = masks(caused(open_, bits(at, held, at.rejected)), caused(missing, at.reason("held")))
        if at.node.type.numeric:
            assert x.shape is not None
            n = Int(part("v"), x.shape.top).when(sql("NOT {}", open_))
            d = const(x.shape.den) if x.shape.den is not None else Int(part("of"), x.shape.bottom)
            return number(scope, at.node, Frac(n, d), None, why)
        return Cell(at.node.type, sql("CASE WHEN {} THEN {} ELSE {} END", open_, NULL, part("v")), why)

    return lowered
