"""Lowering of sets of days: an array of runs (``f`` first day, ``l`` last day), in order, that neither overlap nor touch.

Spark counts the places of an array from 0 in ``get`` and in lambdas, and ``sequence(0, -1)`` goes down: ``_upto`` is the one that is empty.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pbr.engine.spark.aggregates import bits, positive
from pbr.engine.spark.cells import Cell, caused, definite, number, truth
from pbr.engine.spark.counting import Counting
from pbr.engine.spark.dates import FARTHEST, FIRST, LAST, moved
from pbr.engine.spark.integers import Frac, Int, const
from pbr.engine.spark.scope import Scope
from pbr.engine.spark.text import DAYSET, FALSE, Sql, all_of, bit, day, masks, sql
from pbr.plan.node import Node


def _run(first: str, last: str) -> str:
    return f"named_struct('f', {first}, 'l', {last})"


def _upto(number: str) -> str:
    """0, 1, ... below ``number``."""
    return f"CASE WHEN {number} > 0 THEN sequence(CAST(0 AS BIGINT), CAST({number} AS BIGINT) - 1) ELSE CAST(array() AS ARRAY<BIGINT>) END"


def _days(runs_: str) -> str:
    """How many days there are in the runs."""
    return f"aggregate({runs_}, CAST(0 AS BIGINT), (s, y) -> s + datediff(y.l, y.f) + 1)"


NO_DAY = Sql(f"CAST(array() AS {DAYSET})")
EVERY_DAY = Sql(f"CAST(array({_run(FIRST.text, LAST.text)}) AS {DAYSET})")
TOP = 3_652_059


@dataclass(frozen=True)
class Ends:
    """The days surely in a set and those perhaps in it; ``w``: why they may differ."""

    low: Sql
    high: Sql
    w: Sql | None


def ends(at: Scope, cell: Cell) -> Ends:
    low = at.let(sql("coalesce({}, {})", cell.v, NO_DAY))
    high = low if cell.hi is None else at.let(sql("CASE WHEN {} IS NULL THEN {} ELSE {} END", cell.v, EVERY_DAY, cell.hi))
    return Ends(low, high, cell.w)


def dayset(at: Scope, node: Node, low: Sql, high: Sql, *whys: Sql | None) -> Cell:
    low, high = at.let(low), at.let(high)
    why = masks(*whys)
    w = None if why is None else sql("CASE WHEN {} = {} THEN CAST(0 AS BIGINT) ELSE {} END", low, high, why)
    return Cell(node.type, low, w, None, None, high)


# ---- lists of runs -----------------------------------------------------------------------------------------------


def runs(spells: Sql, gap: Sql | None = None) -> Sql:
    """The days of a list of spells, in any order, as runs; gaps of up to ``gap`` days filled."""
    near = "1" if gap is None else "1 + {1}"
    operands = [spells] if gap is None else [spells, gap]
    last = "get(a, size(a) - 1)"
    longer = f"concat(slice(a, 1, size(a) - 1), array({_run(f'{last}.f', f'greatest({last}.l, x.l)')}))"
    return sql(
        f"aggregate(array_sort({{0}}), {NO_DAY.text}, (a, x) -> "
        f"CASE WHEN size(a) > 0 AND datediff(x.f, {last}.l) <= {near} THEN {longer} ELSE concat(a, array(x)) END)",
        *operands,
    )


def both(a: Sql, b: Sql) -> Sql:
    overlap = _run("greatest(x.f, y.f)", "least(x.l, y.l)")
    return sql(f"flatten(transform({{0}}, x -> transform(filter({{1}}, y -> y.f <= x.l AND y.l >= x.f), y -> {overlap})))", a, b)


def without(at: Scope, a: Sql, b: Sql) -> Sql:
    """The days of ``a`` in the gaps of ``b``, before its first run and after its last."""
    first = f"CASE WHEN i = 0 THEN {FIRST.text} ELSE date_add(get({{0}}, i - 1).l, 1) END"
    last = f"CASE WHEN i = size({{0}}) THEN {LAST.text} ELSE date_sub(get({{0}}, i).f, 1) END"
    gaps = sql(f"filter(transform(sequence(0, size({{0}})), i -> {_run(first, last)}), x -> x.f <= x.l)", at.let(b))
    return both(a, at.let(gaps))


# ---- out of the rows of a table -----------------------------------------------------------------------------------


def spells(scope: Scope, at: Counting) -> Cell:
    first, last = at.values
    complete = [at.group.scope.facts.complete_to.get(table) if table else None for table in at.node.params["not_yet"]]
    ended: list[Sql] = []
    for cell, to in zip((first, last), complete, strict=True):
        ended.append(at.let(cell.v if to is None else sql("CASE WHEN {} THEN {} ELSE {} END", cell.is_none, day(to.isoformat()), cell.v)))
    f, e = ended
    to_come = FALSE if complete[0] is None else at.let(first.is_none)
    there = at.let(sql("{} IS NOT NULL AND {} IS NOT NULL", f, e))
    held = at.let(sql("{} OR ({} AND NOT {})", at.maybe, at.t, there))
    surely = at.let(sql("coalesce({} AND {} AND NOT {} AND {} <= {}, FALSE)", at.t, there, to_come, f, e))
    pack = at.let(sql(_run("coalesce({}, {})", "coalesce({}, {})"), f, FIRST, e, LAST))
    seen_to = at.group.scope.facts.complete_to.get(at.node.params["aggregate"]["link"]["table"])
    lived, now = pack, surely  # what of it lies before the day that the table is complete to: the days after it are only said to come
    if seen_to is not None:
        last_seen = day(seen_to.isoformat())
        lived = at.let(sql(_run("coalesce({}, {})", "least(coalesce({}, {}), {})"), f, FIRST, e, LAST, last_seen))
        now = at.let(sql("{} AND {} <= {}", surely, f, last_seen))
        held = at.let(sql("{} OR ({} AND {} > {})", held, surely, e, last_seen))
    perhaps = at.let(sql("{0} OR (coalesce({1}, FALSE) AND NOT {2} AND {3}.f <= {3}.l)", surely, held, to_come, pack))
    low = sql("coalesce({}, {})", at.total("collect_list({}) FILTER (WHERE {})", lived, now), NO_DAY)
    high = sql("coalesce({}, {})", at.total("collect_list({}) FILTER (WHERE {})", pack, perhaps), NO_DAY)
    high = runs(scope.let(high))
    if at.rejected.value != 0:
        high = sql("CASE WHEN {} THEN {} ELSE {} END", positive(at.rejected), EVERY_DAY, high)
    return dayset(scope, at.node, runs(scope.let(low)), high, bits(at, at.count(held), at.rejected))


# ---- out of other sets -------------------------------------------------------------------------------------------


def days_both(at: Scope, node: Node, args: list[Cell]) -> Cell:
    a, b = (ends(at, arg) for arg in args)
    return dayset(at, node, both(a.low, b.low), both(a.high, b.high), a.w, b.w)


def days_either(at: Scope, node: Node, args: list[Cell]) -> Cell:
    a, b = (ends(at, arg) for arg in args)
    low, high = (runs(at.let(sql("concat({}, {})", x, y))) for x, y in ((a.low, b.low), (a.high, b.high)))
    return dayset(at, node, low, high, a.w, b.w)


def days_less(at: Scope, node: Node, args: list[Cell]) -> Cell:
    a, b = (ends(at, arg) for arg in args)
    return dayset(at, node, without(at, a.low, b.high), without(at, a.high, b.low), a.w, b.w)


def days_joined(at: Scope, node: Node, args: list[Cell]) -> Cell:
    a = ends(at, args[0])
    gap = at.let(sql("greatest({}, 0)", args[1].v))
    return dayset(at, node, runs(a.low, gap), runs(a.high, gap), a.w)


@dataclass(frozen=True)
class Window:
    """``known``: whether it has both edges, and they are days of the calendar. ``why``: why it has not."""

    first: Sql
    last: Sql
    known: Sql
    why: Sql | None
    own: Sql


def window(at: Scope, node: Node, span: Cell, start: Cell) -> Window:
    mode = node.params["mode"]
    edge = moved(at, start.v, span, node.params["unit"], -1 if mode == "before" else 1)
    first, last = {
        "from": (start.v, sql("date_sub({}, 1)", edge)),
        "after": (sql("date_add({}, 1)", start.v), edge),
        "before": (edge, sql("date_sub({}, 1)", start.v)),
    }[mode]
    first, last = at.let(first), at.let(last)
    inside = at.let(all_of([sql("{} BETWEEN {} AND {}", part, FIRST, LAST) for part in (edge, first, last)]))
    own = caused(sql("coalesce(NOT {}, FALSE)", inside), bit(node.params["reason"]))
    return Window(first, last, at.let(sql("coalesce({}, FALSE)", inside)), masks(span.w, start.w, own), own)


def days_within(at: Scope, node: Node, args: list[Cell]) -> Cell:
    a, here = ends(at, args[0]), window(at, node, args[1], args[2])
    there = at.let(sql(f"CASE WHEN {{0}} <= {{1}} THEN array({_run('{0}', '{1}')}) ELSE {{2}} END", here.first, here.last, NO_DAY))
    low = sql("CASE WHEN {} THEN {} ELSE {} END", here.known, both(a.low, there), NO_DAY)
    high = sql("CASE WHEN {} THEN {} ELSE {} END", here.known, both(a.high, there), a.high)
    return dayset(at, node, low, high, a.w, here.why)


def days_begin(at: Scope, node: Node, args: list[Cell]) -> Cell:
    a, here = ends(at, args[0]), window(at, node, args[1], args[2])
    surely = sql(
        "filter({0}, x -> x.f <= {2} AND exists({1}, y -> y.f <= x.f AND y.l >= x.f AND y.f >= {3}))",
        a.low, a.high, here.last, here.first,
    )  # fmt: skip
    cut = _run("greatest(x.f, {1})", "x.l")
    open_ = sql(f"transform(filter({{0}}, x -> x.f <= {{2}} AND x.l >= {{1}}), x -> {cut})", a.high, here.first, here.last)
    early = sql("filter({}, x -> x.f < {})", a.low, here.first)
    low = sql("CASE WHEN {} THEN {} ELSE {} END", here.known, surely, NO_DAY)
    high = sql("CASE WHEN {} THEN {} ELSE {} END", here.known, without(at, at.let(open_), early), a.high)
    return dayset(at, node, low, high, a.w, here.why)


def days_cut(at: Scope, node: Node, args: list[Cell]) -> Cell:
    a = ends(at, args[0])
    after, every, most = args[1], args[2].v, args[3].v
    unit = node.params["unit"]
    none = at.let(after.is_none)
    sized = at.let(sql("coalesce({} >= 1 AND {} IS NOT NULL, FALSE)", every, most))
    known = at.let(sql("{} AND {} IS NOT NULL", sized, after.v))
    limit = FARTHEST[unit]
    size = at.let(sql(f"CAST(greatest(least({{}}, {limit}), 1) AS INT)", every))
    number = at.let(sql(f"CAST(greatest(coalesce({{}}, {node.params['limit']}), 0) AS BIGINT)", most))
    start = at.let(sql("CASE WHEN {} THEN date_add({}, 1) ELSE {} END", known, after.v, FIRST))

    def cut(days: Sql) -> Sql:
        later = _run("greatest(x.f, {1})", "x.l")
        left = at.let(sql(f"transform(filter({{0}}, x -> x.l >= {{1}}), x -> {later})", days, start))
        return _unbroken(at, left, size, number, unit) if node.params["unbroken"] else _added_up(at, left, size, number)

    low = sql("CASE WHEN {} THEN {} ELSE {} END", known, cut(a.low), NO_DAY)
    high = sql("CASE WHEN {} THEN {} ELSE {} END", none, NO_DAY, cut(a.high))
    return dayset(at, node, low, high, a.w, *(arg.w for arg in args[1:]))


def _unbroken(at: Scope, left: Sql, size: Sql, number: Sql, unit: str) -> Sql:
    """Of each run the periods one after the other: in days so many at a time; months are added to the run's first day in one step."""
    if unit == "days":
        first, last = (f"date_add(x.f, CAST({number} AS INT))" for number in ("i * {1}", "(i + 1) * {1} - 1"))
        many = _upto("least((datediff(x.l, x.f) + 1) div {1}, {2})")
        periods = sql(f"flatten(transform({{0}}, x -> transform({many}, i -> {_run(first, last)})))", left, size, number)
    else:
        # a month has 28 days at least, so a run has no more periods than that; the day after the last one must itself be a day of the calendar
        many = _upto("least({2}, (datediff(x.l, x.f) + 1) div (28 * {1}))")
        edge = "add_months(x.f, CAST({} * {{1}} AS INT))"
        period = _run(edge.format("i"), f"date_sub({edge.format('(i + 1)')}, 1)")
        periods = sql(
            f"flatten(transform({{0}}, x -> filter(transform({many}, i -> {period}), p -> p.l <= x.l AND p.l < {{3}})))",
            left, size, number, LAST,
        )  # fmt: skip
    return sql("slice({}, 1, CAST({} AS INT))", at.let(periods), number)


def _counted(at: Scope, runs_: Sql) -> Sql:
    """Of each run its last day ``l``, and how many days ``p`` there are up to it."""
    days = _days("slice({0}, 1, i + 1)")
    return at.let(sql(f"transform({{0}}, (x, i) -> named_struct('l', x.l, 'p', {days}))", runs_))


def _added_up(at: Scope, left: Sql, size: Sql, number: Sql) -> Sql:
    """The n-th day of the set, for every n that begins or ends a period."""
    added = _counted(at, left)
    total = at.let(sql("coalesce(get({0}, size({0}) - 1).p, CAST(0 AS BIGINT))", added))

    def nth(place: str) -> str:
        found = f"get(filter({{0}}, y -> y.p >= {place}), 0)"
        return f"date_sub({found}.l, CAST({found}.p - ({place}) AS INT))"

    period = _run(nth("i * {2} + 1"), nth("(i + 1) * {2}"))
    return sql(f"transform({_upto('least({1} div {2}, {3})')}, i -> {period})", added, total, size, number)


# ---- read out ----------------------------------------------------------------------------------------------------


def days_in(at: Scope, node: Node, args: list[Cell]) -> Cell:
    a = ends(at, args[0])
    one = const(1)
    most = int(node.params.get("most", TOP))
    low, high = (
        Frac(
            Int(at.let(sql(f"least({_days('{}')}, {most})", end)), TOP),
            one,
        )
        for end in (a.low, a.high)
    )
    return number(at, node, low, high, a.w)


def _agreed(at: Scope, node: Node, a: Ends, length: Cell, find: Callable[[Sql, Sql], Sql]) -> Cell:
    """What low and high agree on: a day, or that there is none."""
    n = at.let(definite(length).v)
    low, high = at.let(find(a.low, n)), at.let(find(a.high, n))
    same = at.let(sql("coalesce({0} >= 1 AND {1} IS NOT DISTINCT FROM {2}, FALSE)", n, low, high))
    why = masks(a.w, length.w, caused(sql("coalesce({} < 1, FALSE)", n), bit(node.params["reason"])))
    assert why is not None
    return Cell(node.type, sql("CASE WHEN {} THEN {} END", same, low), sql("CASE WHEN {} THEN CAST(0 AS BIGINT) ELSE {} END", same, why))


def day_reaches(at: Scope, node: Node, args: list[Cell]) -> Cell:
    def find(days: Sql, n: Sql) -> Sql:
        """Each run with the days up to its end; of the first with enough, so many days back from its end."""
        found = at.let(sql("get(filter({}, x -> x.p >= {}), 0)", _counted(at, days), n))
        return sql("date_sub({0}.l, CAST({0}.p - {1} AS INT))", found, n)

    return _agreed(at, node, ends(at, args[0]), args[1], find)


def day_lasted(at: Scope, node: Node, args: list[Cell]) -> Cell:
    unit = node.params["unit"]
    limit = FARTHEST[unit]

    def find(days: Sql, n: Sql) -> Sql:
        size = at.let(sql(f"CAST(greatest(least({{}}, {limit}), 0) AS INT)", n))
        after = "add_months(x.f, {1})" if unit == "months" else "date_add(x.f, {1})"
        ends_ = f"transform({{0}}, x -> named_struct('l', x.l, 'e', {after}))"
        found = at.let(sql(f"filter({ends_}, x -> x.e <= {{2}} AND date_sub(x.e, 1) <= x.l)", days, size, LAST))
        return sql("date_sub(get({}, 0).e, 1)", found)

    return _agreed(at, node, ends(at, args[0]), args[1], find)


def covers(at: Scope, node: Node, args: list[Cell]) -> Cell:
    a, here = ends(at, args[0]), window(at, node, args[1], args[2])
    empty = at.let(sql("coalesce({} > {}, FALSE)", here.first, here.last))
    asked = at.let(sql("{} AND NOT {}", here.known, empty))

    def holds(days: Sql) -> Sql:
        return at.let(sql("exists({}, x -> x.f <= {} AND x.l >= {})", days, here.first, here.last))

    v = sql("CASE WHEN {} THEN CASE WHEN {} THEN TRUE WHEN {} THEN NULL ELSE FALSE END END", asked, holds(a.low), holds(a.high))
    own = caused(sql("{} AND {}", here.known, empty), bit(node.params["reason"]))
    return truth(at, node, v, a.w, here.why, own)
