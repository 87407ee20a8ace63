"""Lowering of exp, ln, sqrt, logistic and verdict: SQL has no exact ones, so it calls functions of Python on whole numbers.

The numbers of a verdict's inequality can outgrow 128 bits, and Python's whole numbers do not. Where the plan's bounds show that they cannot, SQL works
it out itself: to let DuckDB call Python, it imports numpy, which takes a tenth of a second.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from pbr.engine.columns.cells import Cell, caused, definite, fraction, number
from pbr.engine.columns.database import Database, Native
from pbr.engine.columns.integers import Frac, Int, const
from pbr.engine.columns.scope import Scope
from pbr.engine.columns.text import Sql, any_of, bit, masks, quote_text, sql
from pbr.plan.node import Node
from pbr.values.logarithms import places_of

_WIDEST = 10**38 - 1  # what a HUGEINT surely holds
_OUTSIDE = {"ln": "{} <= 0", "sqrt": "{} < 0"}


def _places(op: str) -> Callable[[int, int, int], int]:
    return lambda n, d, places: places_of(op, Fraction(n, d), places)


def _against_percent(yes: int, no: int, pn: int, pd: int, zn: int, zd: int) -> int:
    """(r - n p)^2 > z^2 n p (1 - p), times (pd zd)^2."""
    n = yes + no
    gap = yes * pd - n * pn
    return 0 if (gap * zd) ** 2 <= zn**2 * n * pn * (pd - pn) else (gap > 0) - (gap < 0)


def _against_share(yes: int, no: int, yes2: int, no2: int, zn: int, zd: int) -> int:
    """(r1 n2 - r2 n1)^2 (n1 + n2) > z^2 (r1 + r2) (n1 + n2 - r1 - r2) n1 n2, times zd^2."""
    n, n2 = yes + no, yes2 + no2
    gap = yes * n2 - yes2 * n
    return 0 if gap**2 * (n + n2) * zd**2 <= zn**2 * (yes + yes2) * (no + no2) * n * n2 else (gap > 0) - (gap < 0)


NATIVE: dict[str, Native] = {
    **{op: Native(f"pbr_{op}", _places(op), 3) for op in ("exp", "ln", "sqrt", "logistic")},
    "verdict": Native("pbr_against_percent", _against_percent, 6),
    "verdict of two": Native("pbr_against_share", _against_share, 6),
}


def provide(db: Database, query: str) -> None:
    """Makes the functions that a query calls known to the database."""
    for native in NATIVE.values():
        if f"{native.name}(" in query:
            db.native(native)


def _called(op: str, *whole: Int) -> Sql:
    inside = ", ".join("CAST({} AS HUGEINT)" for _ in whole)
    return sql(f"{NATIVE[op].name}({inside})", *(one.sql for one in whole))


def curve(op: str) -> Callable[[Scope, Node, list[Cell]], Cell]:
    def lowered(at: Scope, node: Node, args: list[Cell]) -> Cell:
        assert node.shape is not None
        shape = node.shape
        x = args[0] if node.type.ranged else definite(args[0])
        why, usable = args[0].w, Sql("TRUE")
        if op in _OUTSIDE:
            outside = at.let(sql(f"coalesce({_OUTSIDE[op]}, FALSE)", x.low.n.sql))
            why = masks(why, caused(outside, bit(node.params["reason"])))
            usable = at.let(sql("NOT {}", outside))

        def end(value: Frac) -> Frac:
            # there is no value to call the function with where one is missing: it is not asked then
            there = at.let(sql("{} AND {} IS NOT NULL", usable, value.n.sql))
            out = sql("CASE WHEN {} THEN {} END", there, _called(op, value.n, value.d, const(node.params["places"])))
            return Frac(Int(at.let(out), 10**38 - 1).fit(shape.top), const(shape.den or 1))

        low = end(x.low)
        return number(at, node, low, low if x.hi is None else end(x.high), why)

    return lowered


def _within_128_bits(at: Scope, usable: Sql, z: Fraction, yes: Int, no: Int, pn: Int, pd: Int) -> Sql | None:
    """What ``_against_percent`` gives of usable rows, whose percent is from 0 to 1; None where a number could be too large."""
    n, pn = yes + no, Int(pn.sql, min(pn.top, pd.top))
    gap, right = yes * pd - n * pn, const(z.numerator**2) * n * pn * (pd - pn)
    if max((gap.top * z.denominator) ** 2, right.top) > _WIDEST:
        return None
    # of rows that are not usable nothing is worked out: their numbers are bounded by nothing
    gap, right = (Int(at.let(one.when(usable).sql), one.top) for one in (gap, right))
    far = gap * const(z.denominator)
    return sql("CASE WHEN {0} <= {1} THEN 0 WHEN {2} > 0 THEN 1 WHEN {2} < 0 THEN -1 END", (far * far).sql, right.sql, gap.sql)


def verdict(at: Scope, node: Node, args: list[Cell]) -> Cell:
    ends = [(arg.low, arg.high) for arg in args]
    z = fraction(node.params["z"])
    counts = ends[:2] if len(args) == 3 else ends
    sizes = [counts[i][0].n + counts[i + 1][0].n for i in range(0, len(counts), 2)]
    wrong = [sql("{} <= 0", size.sql) for size in sizes] + [sql("{} < 0", low.n.sql) for low, _ in counts]
    if len(args) == 3:
        (low, high) = ends[2]
        wrong += [sql("{} < 0", low.n.sql), sql("{} > {}", high.n.sql, high.d.sql)]
    # a cause only where every argument has a value: an unknown one is reason enough
    there = at.let(sql(" AND ".join("{} IS NOT NULL" for _ in args), *(arg.v for arg in args)))
    outside = at.let(sql("{} AND coalesce({}, FALSE)", there, any_of(wrong)))
    usable = at.let(sql("{} AND NOT {}", there, outside))

    def corner(down: bool) -> Sql:
        low_first = [pair[0 if down else 1] for pair in ends]
        high_first = [pair[1 if down else 0] for pair in ends]
        if len(args) == 3:
            whole = (low_first[0].n, high_first[1].n, high_first[2].n, high_first[2].d)
            inside = _within_128_bits(at, usable, z, *whole)
            called = inside or _called("verdict", *whole, const(z.numerator), const(z.denominator))
        else:
            whole = (low_first[0].n, high_first[1].n, high_first[2].n, low_first[3].n)
            called = _called("verdict of two", *whole, const(z.numerator), const(z.denominator))
        return at.let(sql("CASE WHEN {} THEN {} END", usable, called))

    first, second = corner(True), corner(False)
    good, bad = (1, -1) if node.params["better"] == "higher" else (-1, 1)
    v = sql(
        f"CASE WHEN {{0}} <> {{1}} THEN NULL WHEN {{0}} = {good} THEN {quote_text('better')} WHEN {{0}} = {bad} THEN {quote_text('worse')} "
        f"WHEN {{0}} = 0 THEN {quote_text('no_change')} END",
        first,
        second,
    )
    v = at.let(v)
    why = masks(*(arg.w for arg in args), caused(outside, bit(node.params["reason"])))
    return Cell(node.type, v, None if why is None else sql("CASE WHEN {} IS NULL THEN {} ELSE CAST(0 AS BIGINT) END", v, why))
