"""What each step of ``statement: then:`` does to the lines, as SQL over them. The definition: ``pbr.plan.then``.

A line has, beside its own columns, for each step ``i``: ``_per{i}`` (its group; NULL: the one group), ``_o{i}_{n}`` (its place in the order) and
``_l{i}``, ``_h{i}`` (both ends of a limit of its own). Sums are HUGEINT: an overflow is an error of the query.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction

from pbr.engine.columns.database import Database
from pbr.engine.columns.relations import Relation, cell_of
from pbr.engine.columns.rounding import FURTHER
from pbr.engine.columns.text import Sql, quote_text
from pbr.plan.plan import Payment, Plan, Step
from pbr.plan.then import TAKES, StatementStep

ZERO = "CAST(0 AS HUGEINT)"


def big(number: int) -> str:
    return f"CAST({number} AS HUGEINT)"


# ---- what lines carry for the steps --------------------------------------------------------------------------------


def columns_of(plan: Plan, payment: Payment, complete_to: Mapping[str, date | None]) -> list[str]:
    """What a payment's line is ordered by, counted under and limited to: NULL where a step does not read it. ``o`` is its row."""
    out = []
    for index, step in enumerate(plan.then):
        mine = dict(step.order).get(payment.name, ())
        out += [f"{_order(plan.step(mine[n])) if n < len(mine) else 'NULL'} AS _o{index}_{n}" for n in range(_width(step))]
        pers = [f"CAST(o.s{plan.step(name).number} AS VARCHAR)" for line, name in step.per if line == payment.name]
        per = pers[0] if len(pers) == 1 else f"CAST(to_json([{', '.join(pers)}]) AS VARCHAR)" if pers else "CAST(NULL AS VARCHAR)"
        out.append(f"{per} AS _per{index}")
        if step.dated:
            places = [*(f"o.s{plan.step(name).number}" for name in mine[:1]), *pers]
            out.append(f"({' OR '.join(f'{place} IS NULL' for place in places) or 'FALSE'}) AS _u{index}")
            out.append(f"{_after_the_data(plan, step, payment.name, complete_to)} AS _e{index}")
        limit = dict(step.limit).get(payment.name)
        if step.limit:
            low, high = _ends(plan.step(limit), "o") if limit else (f"{ZERO}", f"{ZERO}")
            out += [f"{low} AS _l{index}", f"{high} AS _h{index}"]
    return out


def _after_the_data(plan: Plan, step: StatementStep, payment: str, complete_to: Mapping[str, date | None]) -> str:
    """The day after which a line without a day is earned, where that is known."""
    for name, source, mask, tables in step.later:
        days = [complete_to.get(table) for table in tables]
        there = [day for day in days if day is not None]
        if name == payment and there and len(there) == len(days):
            found = f"o.s{plan.step(source).number}"
            return f"CASE WHEN {found} IS NULL AND {found}_w <> 0 AND ({found}_w & ~CAST({mask} AS BIGINT)) = 0 THEN DATE '{min(there).isoformat()}' END"
    return "CAST(NULL AS DATE)"


def _width(step: StatementStep) -> int:
    return max((len(steps) for _, steps in step.order), default=0)


def _order(step: Step) -> str:
    if step.type.numeric and (step.node.shape is None or step.node.shape.den is None):
        raise ValueError(f"a plan allocates a cap by the ratio {step.name}, which cannot be sorted")
    return f"o.s{step.number}"


def _ends(step: Step, row: str) -> tuple[str, str]:
    """Both ends of a sum that is never below zero; of an unknown one 0 and its bound."""
    assert step.node.shape is not None and step.node.shape.den == 1, f"{step.name} is not whole minor units"
    cell = cell_of(f"s{step.number}", step.type, step.node.shape, lambda name: Sql(f"{row}.{name}"))
    low, high = cell.low.n.sql.text, cell.high.n.sql.text
    return f"coalesce(CAST({low} AS HUGEINT), {ZERO})", f"coalesce(CAST({high} AS HUGEINT), {big(step.node.shape.top)})"


def with_own_lines(plan: Plan, lines: str) -> str:
    """The lines of all payments, and each step's own: one in each group that has a line under it, in the order of the groups' text."""
    for index, step in enumerate(plan.then):
        if step.name:
            lines = (
                f"WITH t{index} AS MATERIALIZED ({lines}) SELECT * FROM t{index} UNION ALL BY NAME {_own(plan, index, step, f't{index}')}"
            )
    return lines


def _own(plan: Plan, index: int, step: StatementStep, lines: str) -> str:
    one = step.per_name == "contract"
    groups = "(SELECT CAST(NULL AS VARCHAR) AS g)" if one else f"(SELECT DISTINCT _per{index} AS g FROM {lines} WHERE {_under(step.over)})"
    key = "'[]'" if one else "CAST(to_json(CAST([g] AS VARCHAR[])) AS VARCHAR)"
    pers = [
        f"{'g' if later.per_name == step.per_name else 'CAST(NULL AS VARCHAR)'} AS _per{number}" for number, later in enumerate(plan.then)
    ]
    columns = [
        f"CAST({len(plan.payments) + step.number} AS BIGINT) AS _p",
        "row_number() OVER (ORDER BY g) AS _k",
        f"{quote_text(step.kind)} AS _form",
        f"{quote_text(step.name)} AS payment",
        f"{quote_text(step.per_name)} AS grain",
        f"{key} AS key",
        *(f"{big(0)} AS {name}" for name in ("low", "high")),
        "CAST(1 AS BIGINT) AS of",
        "CAST(0 AS BIGINT) AS why",
        *pers,
    ]
    return f"SELECT {', '.join(columns)} FROM {groups} AS g{index}"


# ---- one step ------------------------------------------------------------------------------------------------------


def after(plan: Plan, db: Database, relations: Mapping[str, Relation], index: int, lines: str) -> str:
    """Lines with the amounts after one more step. A low that is not known counts as the least it can be, a high as the most."""
    step = plan.then[index]
    names = ("low", "high") if index == 0 else (f"low_{plan.then[index - 1].number}", f"high_{plan.then[index - 1].number}")
    low, high = (f"CAST({name} AS HUGEINT)" for name in names)
    counted = (
        f"SELECT *, coalesce({low}, {_bound(step.least, ZERO)}) AS _a{index}, coalesce({high}, {_bound(step.most, big(step.amount))}) AS _b{index} "
        f"FROM ({lines}) AS x{index}"
    )
    if step.name:
        return _total(plan, relations, index, counted, (low, high))
    return _cut_all(step, index, counted, (low, high)) if step.kind == "mix" else _cut_some(db, step, index, counted, (low, high))


def _bound(bounds: tuple[tuple[str, int], ...], otherwise: str) -> str:
    cases = "".join(f" WHEN {quote_text(name)} THEN {big(sum_)}" for name, sum_ in bounds)
    return f"CASE payment{cases} ELSE {otherwise} END" if cases else otherwise


def _under(names: tuple[str, ...]) -> str:
    return f"payment IN ({', '.join(quote_text(name) for name in names)})" if names else "FALSE"


def _sum(end: str, names: tuple[str, ...], index: int) -> str:
    """The sum over the line's group of one end of the lines with these names."""
    return f"coalesce(sum({end}) FILTER (WHERE {_under(names)}) OVER (PARTITION BY _per{index}), {ZERO})"


def _cut_all(step: StatementStep, index: int, counted: str, ends: tuple[str, str]) -> str:
    """A step with an order whose limit follows from other lines: mix."""
    query, new = _cut(step, index, counted)
    return _replaced(step, index, query, _under(step.over), new, ends)


def _cut_some(db: Database, step: StatementStep, index: int, counted: str, ends: tuple[str, str]) -> str:
    """A cap. Lines are put in order, which is most of its cost, only in the groups where it could cut; most groups of most contracts stay as they are."""
    under = _under(step.over)
    group = f"hash(_per{index})"  # of groups that share a number one may be ordered in vain, and is left as it is then
    full = db.table(f"SELECT {group} AS g FROM ({counted}) AS f{index} WHERE {under} GROUP BY g HAVING {_could_cut(step, index, counted)}")
    in_full = f"SELECT * FROM ({counted}) AS s{index} WHERE {under} AND {group} IN (SELECT g FROM {full})"
    query, new = _cut(step, index, in_full)
    ordered = f"SELECT _p, _k, _a{index}, _b{index}, {new[0]} AS _low, {new[1]} AS _high FROM ({query}) AS z{index}"
    cut = db.table(f"SELECT _p, _k, _low, _high FROM ({ordered}) AS w{index} WHERE _low <> _a{index} OR _high <> _b{index}")
    return (
        f"SELECT x.*, CASE WHEN {under} THEN coalesce(_low, _a{index}) ELSE {ends[0]} END AS low_{step.number}, "
        f"CASE WHEN {under} THEN coalesce(_high, _b{index}) ELSE {ends[1]} END AS high_{step.number} "
        f"FROM ({counted}) AS x LEFT JOIN {cut} AS c ON x._p = c._p AND x._k = c._k"
    )


def _could_cut(step: StatementStep, index: int, counted: str) -> str:
    """SQL of a group: some line in it may come to less. Not where no line is below zero, each has its place, and all their highs come to no more
    than the least of their limits: the highs before a line are then at most the limit less its own."""
    most, limit = f"sum(_b{index})", f"min(_l{index})" if step.limit else big(step.amount)
    parts = [f"min(_a{index}) < 0"]
    if step.dated:
        parts.append(f"bool_or(_u{index})")
    if step.by_day:  # a line without a place may be in any group
        most += (
            f" + (SELECT coalesce(sum(_b{index}) FILTER (WHERE _u{index}), {ZERO}) FROM ({counted}) AS u{index} WHERE {_under(step.over)})"
        )
    return " OR ".join([*parts, f"{most} > {limit}"])


def _cut(step: StatementStep, index: int, counted: str) -> tuple[str, tuple[str, str]]:
    """Lines with what stands before each in its group, and both ends of what a line under the step comes to."""
    order = ", ".join([*(f"_o{index}_{place} ASC NULLS LAST" for place in range(_width(step))), "_p", "_k"])
    under = _under(step.over)
    window = f"PARTITION BY ({under}), _per{index} ORDER BY {order} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING"
    limit = (f"_l{index}", f"_h{index}") if step.limit else (big(step.amount), big(step.amount))
    if step.kind == "mix":
        limit = _mixed(step, "_a", index), _mixed(step, "_b", index)
    before = [f"coalesce(sum({end}{index}) OVER ({window}), {ZERO})" for end in ("_a", "_b")]
    if step.dated:  # a line without a place may be before any
        astray = f"coalesce(sum(_b{index}) FILTER (WHERE _u{index}) OVER (PARTITION BY ({under}){'' if step.by_day else f', _per{index}'}), {ZERO})"
        before = [f"coalesce(sum({end}{index}) FILTER (WHERE NOT _u{index}) OVER ({window}), {ZERO})" for end in ("_a", "_b")]
        if step.later:  # but not before a line whose day is no later than the data that it is later than
            others = "" if step.by_day else f", _per{index}"
            key = f"CASE WHEN _u{index} THEN coalesce(_e{index} + 1, DATE '0001-01-01') ELSE CAST(_o{index}_0 AS DATE) END"
            astray = f"coalesce(sum(_b{index}) FILTER (WHERE _u{index}) OVER (PARTITION BY ({under}){others} ORDER BY {key}), {ZERO})"
        before = [f"CASE WHEN _u{index} THEN {ZERO} ELSE {before[0]} END", f"{before[1]} + {astray}"]
    summed = (
        f"SELECT *, {before[0]} AS _sa{index}, {before[1]} AS _sb{index}, "
        f"{limit[0]} AS _c{index}, {limit[1]} AS _d{index} FROM ({counted}) AS y{index}"
    )
    if step.last_line == "in part":
        new_low = f"greatest({ZERO}, least(_a{index}, _c{index} - _sb{index}))"
        new_high = f"greatest({ZERO}, least(_b{index}, _d{index} - _sa{index}))"
    else:
        new_low = f"CASE WHEN _sb{index} + _b{index} <= _c{index} THEN _a{index} ELSE {ZERO} END"
        new_high = f"CASE WHEN _sa{index} + _a{index} <= _d{index} THEN _b{index} ELSE {ZERO} END"
    if step.dated:
        new_low = f"CASE WHEN _u{index} THEN {ZERO} ELSE {new_low} END"
    return summed, (new_low, new_high)


def _mixed(step: StatementStep, end: str, index: int) -> str:
    """The limit of a mix at one end. The sum is not below zero where it is divided, so that // rounds down."""
    share = Fraction(step.share)
    if step.of == "all achieved":
        base, n, d = _sum(f"{end}{index}", (*step.others, *step.over), index), share.numerator, share.denominator
    else:
        base, n, d = _sum(f"{end}{index}", step.others, index), share.numerator, share.denominator - share.numerator
    return f"((greatest({ZERO}, {base}) * {big(n)}) // {big(d)})"


def _replaced(step: StatementStep, index: int, query: str, where: str, new: tuple[str, str], old: tuple[str, str]) -> str:
    return (
        f"SELECT *, CASE WHEN {where} THEN {new[0]} ELSE {old[0]} END AS low_{step.number}, "
        f"CASE WHEN {where} THEN {new[1]} ELSE {old[1]} END AS high_{step.number} FROM ({query}) AS z{index}"
    )


# ---- steps with lines of their own ---------------------------------------------------------------------------------


def _total(plan: Plan, relations: Mapping[str, Relation], index: int, counted: str, ends: tuple[str, str]) -> str:
    step = plan.then[index]
    amount = (big(step.amount), big(step.amount))
    if step.amount_step:
        found = _ends(plan.step(step.amount_step), "c")
        amount = (
            f"(SELECT {found[0]} FROM {relations['contract'].view} AS c)",
            f"(SELECT {found[1]} FROM {relations['contract'].view} AS c)",
        )
    summed = (
        f"SELECT *, {_sum(f'_a{index}', step.over, index)} AS _sa{index}, {_sum(f'_b{index}', step.over, index)} AS _sb{index}, "
        f"{amount[0]} AS _c{index}, {amount[1]} AS _d{index} FROM ({counted}) AS y{index}"
    )
    new = TOTALS[step.kind](step, f"_sa{index}", f"_sb{index}", f"_c{index}", f"_d{index}")
    mine = f"payment = {quote_text(step.name)}"
    if step.kind in TAKES:
        summed = f"SELECT *, {_sum(f'({paid(plan, index, ends)})', step.over, index)} AS _n{index} FROM ({summed}) AS n{index}"
        at = f"_d{index}" if step.kind == "cap" else f"_c{index}"
        part = TOTALS[step.kind](step, f"_n{index}", f"_n{index}", at, at)[0]
        summed = f"SELECT *, CASE WHEN {mine} THEN least({ZERO}, {part}) ELSE {ZERO} END AS _part{index} FROM ({summed}) AS v{index}"
    return _replaced(step, index, summed, mine, new, ends)


def paid(plan: Plan, steps: int, ends: tuple[str, str]) -> str:
    """What a line pays after the first ``steps`` steps, with these ends: its amount where that is decided; a held line of a step its part; else 0."""
    taking = [(index, step) for index, step in enumerate(plan.then[:steps]) if step.name and step.kind in TAKES]
    cases = "".join(f" WHEN payment = {quote_text(step.name)} THEN _part{index}" for index, step in taking)
    return f"CASE WHEN {ends[0]} = {ends[1]} THEN {ends[0]}{cases} ELSE {ZERO} END"


def _whole(step: StatementStep, n: str, d: int) -> str:
    """``n / d`` to the unit of the step, by its mode: from the magnitude, and then the sign."""
    by = big(d * step.unit)
    size = f"abs({n})"
    further = FURTHER[step.mode].format(f"({size} // {by})", f"({size} % {by})", by, f"({n})")
    sign = f"CASE WHEN ({n}) < 0 THEN {big(-1)} ELSE {big(1)} END"
    return f"(({size} // {by} + CASE WHEN {further} THEN {big(1)} ELSE {ZERO} END) * {big(step.unit)} * {sign})"


def _over(step: StatementStep, low: str, high: str, least: str, most: str) -> tuple[str, str]:
    return f"-greatest({ZERO}, {high} - {least})", f"-greatest({ZERO}, {low} - {most})"


def _floor(step: StatementStep, low: str, high: str, least: str, most: str) -> tuple[str, str]:
    return f"greatest({ZERO}, {least} - {high})", f"greatest({ZERO}, {most} - {low})"


def _net(step: StatementStep, low: str, high: str, least: str, most: str) -> tuple[str, str]:
    return f"greatest({ZERO}, -{high})", f"greatest({ZERO}, -{low})"


def _deduct(step: StatementStep, low: str, high: str, least: str, most: str) -> tuple[str, str]:
    def taken(total: str, amount: str) -> str:
        there = f"greatest({ZERO}, {total})"
        share = Fraction(step.share or 0)
        of = _whole(step, f"{there} * {big(share.numerator)}", share.denominator) if step.share else amount
        return f"-least({there}, {of})"

    return taken(high, most), taken(low, least)


def _round(step: StatementStep, low: str, high: str, least: str, most: str) -> tuple[str, str]:
    a, b = _whole(step, low, 1), _whole(step, high, 1)
    return (
        f"CASE WHEN {low} = {high} THEN {a} - {low} ELSE greatest({big(1 - step.unit)}, {a} - {high}) END",
        f"CASE WHEN {low} = {high} THEN {a} - {low} ELSE least({big(step.unit - 1)}, {b} - {low}) END",
    )


TOTALS: Mapping[str, Callable[[StatementStep, str, str, str, str], tuple[str, str]]] = {
    "cap": _over,
    "floor": _floor,
    "net": _net,
    "deduct": _deduct,
    "round": _round,
}
