"""Lowering of counts and shares: interval by default, and every word for held and rejected rows."""

from __future__ import annotations

from pbr.engine.spark.cells import Cell, caused, number
from pbr.engine.spark.counting import Counting
from pbr.engine.spark.integers import Frac, Int, compared, const
from pbr.engine.spark.scope import Scope
from pbr.engine.spark.text import FALSE, Sql, all_of, any_of, masks, sql

ONE = const(1)
NOTHING = Sql("CAST(0 AS BIGINT)")


def positive(count: Int) -> Sql:
    return FALSE if count.value == 0 else sql("{} > 0", count.sql)


def bits(at: Counting, held: Int, rejected: Int) -> Sql:
    """The reasons of what held and rejected rows leave open."""
    parts = [caused(positive(count), at.reason(kind)) for count, kind in ((held, "held"), (rejected, "rejected")) if count.value != 0]
    return masks(*parts) or NOTHING


def answered(scope: Scope, at: Counting, low: Frac, high: Frac | None, unknown: list[Sql], why: Sql) -> Cell:
    """A number that has no value where one of ``unknown`` holds."""
    if high is not None and not at.node.type.ranged:  # a range where the plan has room for one value only: no value
        unknown = [*unknown, compared("<>", low, high)]
        high = None
    open_ = scope.let(any_of([sql("coalesce({}, FALSE)", condition) for condition in unknown]))

    def shut(value: Frac) -> Frac:
        n = value.n.when(sql("NOT {}", open_))
        return Frac(n, value.d)

    if high is None:
        why = caused(open_, why) if why.text != NOTHING.text else NOTHING
    return number(scope, at.node, shut(low), None if high is None else shut(high), scope.let(why))


def widened(at: Counting) -> tuple[Int, Int, Int]:
    """R split by its rule: rows that may be yes or no, rows counted as yes, rows counted as no."""
    zero = const(0)
    if at.when_rejected == "count as yes":
        return zero, at.rejected, zero
    if at.when_rejected == "count as no":
        return zero, zero, at.rejected
    return at.rejected, zero, zero


def count(scope: Scope, at: Counting) -> Cell:
    yes, held = at.count(at.t), at.count(at.maybe)
    open_, as_yes, _ = widened(at)
    return _counted(scope, at, yes, held, open_, as_yes)


def _counted(scope: Scope, at: Counting, yes: Int, held: Int, open_: Int, as_yes: Int) -> Cell:
    words = at.when_held
    base = yes + as_yes + (held if words == "take as yes" else const(0))
    if words == "hold":
        return answered(scope, at, Frac(base, ONE), None, [positive(held), positive(open_)], bits(at, held, open_))
    widening = held if words == "only if it cannot matter" else const(0)
    return answered(scope, at, Frac(base, ONE), Frac(base + widening + open_, ONE), [], bits(at, widening, open_))


def count_different(scope: Scope, at: Counting) -> Cell:
    x = at.values[0]
    known = at.let(x.is_known)
    words = at.when_held
    open_, as_yes, _ = widened(at)

    def different(rows: Sql) -> Int:
        total = at.total("count(DISTINCT {}) FILTER (WHERE {} AND {})", x.v, rows, known)
        return Int(sql("coalesce({}, CAST(0 AS BIGINT))", total), 10**12)

    not_no = at.let(sql("coalesce({}, TRUE)", at.t))
    yes = at.let(sql("coalesce({}, FALSE)", at.t))
    if words == "take as yes":
        yes = not_no
    low = different(yes) + as_yes
    blank = at.count(sql("{} AND NOT {}", yes, known))
    if words == "hold":
        held = at.count(sql("{} OR ({} AND NOT {})", at.maybe, yes, known))
        return answered(scope, at, Frac(low, ONE), None, [positive(held), positive(open_)], bits(at, held, open_))
    if words in ("take as yes", "take as no"):
        return answered(scope, at, Frac(low, ONE), Frac(low + open_, ONE), [positive(blank)], bits(at, blank, open_))
    if words == "leave out":
        return answered(scope, at, Frac(low, ONE), Frac(low + open_, ONE), [], bits(at, const(0), open_))
    high = different(not_no) + at.count(sql("{} AND NOT {}", not_no, known)) + as_yes + open_
    held = at.count(sql("{} OR ({} AND NOT {})", at.maybe, yes, known))
    return answered(scope, at, Frac(low, ONE), Frac(high, ONE), [], bits(at, held, open_))


def share(scope: Scope, at: Counting) -> Cell:
    """Both counts are carried, never reduced."""

    def among(members: Sql, c: Sql) -> Int:
        return at.count(all_of([members, c]))

    m, m_open = at.m, at.let(sql("{} IS NULL", at.m))
    c_no, c_open = at.let(sql("NOT {}", at.c)), at.let(sql("{} IS NULL", at.c))
    y, n, h = among(m, at.c), among(m, c_no), among(m, c_open)
    zero = const(0)
    my, mn, mh = (among(m_open, c) for c in (at.c, c_no, c_open)) if m.text != "TRUE" else (zero, zero, zero)
    open_, as_yes, as_no = widened(at)
    fixed = as_yes + as_no
    words = at.when_held
    held = h + my + mn + mh
    if words == "only if it cannot matter":
        low = Frac(y + as_yes, y + n + h + mn + mh + fixed + open_)
        high = Frac(y + h + my + mh + as_yes + open_, y + n + h + my + mh + fixed + open_)
    else:
        base = y + h if words == "take as yes" else y
        of = y + n + h if words in ("take as yes", "take as no") else y + n
        low = Frac(base + as_yes, of + fixed + open_)
        high = Frac(base + as_yes + open_, of + fixed + open_)
    everyone = y + n + held + at.rejected
    low, high = _kept(scope, low), _kept(scope, high)
    empty = [sql("{} = 0", low.d.sql), sql("{} = 0", high.d.sql)]
    nobody = caused(sql("{} = 0", everyone.sql), at.reason("empty"))
    # rows left out are no reason for a range; where nothing else is left they are the reason that there is no share
    ranging = held if words in ("hold", "only if it cannot matter") else zero
    why = masks(bits(at, ranging, open_), caused(any_of(empty), bits(at, held, zero)), nobody) or nobody
    if words == "hold":
        return answered(scope, at, low, None, [positive(held), positive(open_), empty[0]], why)
    return answered(scope, at, low, high, empty, why)


def _kept(scope: Scope, x: Frac) -> Frac:
    return Frac(Int(scope.let(x.n.sql), x.n.top), Int(scope.let(x.d.sql), x.d.top))
