"""The lines of the statement: an amount for every row of a payment, and the caps over them, in one ordered file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pbr.engine.columns.cells import Cell
from pbr.engine.columns.database import Database
from pbr.engine.columns.integers import Frac, Int, const
from pbr.engine.columns.relations import Relation, cell_of, upwards
from pbr.engine.columns.text import Sql, quote_text, sql
from pbr.plan.columns import BIGINT_TOP
from pbr.plan.plan import Cap, Payment, Plan, Step
from pbr.platform.duck import glob_text


def write_payments(plan: Plan, db: Database, relations: Mapping[str, Relation], folder: Path) -> None:
    """Writes ``folder/payments.parquet`` and the view ``payments``."""
    lines = _lines(plan, relations)
    amount_type = "BIGINT" if _widest(plan) < BIGINT_TOP else "DECIMAL(38,0)"
    for index, cap in enumerate(plan.caps):
        lines = _capped(plan, cap, index, lines)
    before = plan.caps[-1].number if plan.caps else None
    low, high = ("low", "high") if before is None else (f"low_{before}", f"high_{before}")
    steps = "".join(
        f", CAST(low_{cap.number} AS {amount_type}) AS low_{cap.number}, CAST(high_{cap.number} AS {amount_type}) AS high_{cap.number}"
        for cap in plan.caps
    )
    query = (
        f"SELECT CAST(row_number() OVER (ORDER BY _p, _k) AS BIGINT) AS line, payment, grain, key, CAST(low AS {amount_type}) AS low, "
        f"CAST(high AS {amount_type}) AS high, CAST(of AS {amount_type}) AS of{steps}, "
        f"CAST(CASE WHEN {low} = {high} THEN {low} END AS {amount_type}) AS amount, "
        f"CASE WHEN ({low} = {high}) IS DISTINCT FROM TRUE THEN 'held' WHEN _form = 'factor' THEN 'sets' WHEN {low} > 0 THEN 'pays' "
        f"WHEN {low} = 0 THEN 'pays_nothing' ELSE 'deducts' END AS result, CAST(why AS BIGINT) AS why FROM ({lines}) AS x ORDER BY line"
    )
    path = folder / "payments.parquet"
    db.run(f"COPY ({query}) TO {quote_text(str(path))} (FORMAT parquet, ROW_GROUP_SIZE 122880)")
    db.run(f"CREATE OR REPLACE VIEW payments AS SELECT * FROM read_parquet({glob_text(path)})")


def _widest(plan: Plan) -> int:
    """The largest integer among the lines: money is whole minor units, a factor keeps its denominator."""
    tops = [0]
    for payment in plan.payments:
        shape = plan.step(payment.amount).node.shape
        assert shape is not None, f"{payment.amount} has no shape"
        if payment.form == "factor":
            tops += [shape.top * (shape.bottom if shape.den is None else 1), shape.den or shape.bottom**2]
        else:
            tops.append(shape.top)
    return max(tops)


def _lines(plan: Plan, relations: Mapping[str, Relation]) -> str:
    """Every line before the statement's steps: ``_p`` the payment's number, ``_k`` the line's within it, and what caps need."""
    if not plan.payments:
        return (
            "SELECT CAST(0 AS BIGINT) AS _p, CAST(0 AS BIGINT) AS _k, '' AS _form, '' AS payment, '' AS grain, '' AS key, "
            "CAST(0 AS BIGINT) AS low, CAST(0 AS BIGINT) AS high, CAST(1 AS BIGINT) AS of, CAST(0 AS BIGINT) AS why"
            + "".join(f", CAST(NULL AS VARCHAR) AS _per{index}" for index in range(len(plan.caps)))
            + " WHERE FALSE"
        )
    return " UNION ALL ".join(_payment(plan, relations, number, payment) for number, payment in enumerate(plan.payments))


def _payment(plan: Plan, relations: Mapping[str, Relation], number: int, payment: Payment) -> str:
    relation = relations[payment.grain]
    step = plan.step(payment.amount)
    cell = cell_of(f"s{step.number}", step.type, step.node.shape, lambda name: Sql(f"o.{name}"))
    low, high, of = _whole(payment, cell)
    key = plan.key_of(payment.grain)
    ordered = ", ".join(f"o.{relation.column(name)}" for name in key) or "o._row"
    texts = ", ".join(f"CAST(o.{relation.column(name)} AS VARCHAR)" for name in key)
    columns = [
        f"CAST({number} AS BIGINT) AS _p",
        f"row_number() OVER (ORDER BY {ordered}) AS _k",
        f"{quote_text(payment.form)} AS _form",
        f"{quote_text(payment.name)} AS payment",
        f"{quote_text(payment.grain)} AS grain",
        f"CAST(to_json(CAST([{texts}] AS VARCHAR[])) AS VARCHAR) AS key",
        f"{low.text} AS low",
        f"{high.text} AS high",
        f"{of.text} AS of",
        f"{(cell.w or Sql('CAST(0 AS BIGINT)')).text} AS why",
    ]
    for index, cap in enumerate(plan.caps):
        columns += _cap_columns(plan, cap, index, payment)
    join, where = _members(plan, relations, payment)
    return f"SELECT {', '.join(columns)} FROM {relation.view} AS o{join}{where}"


def _members(plan: Plan, relations: Mapping[str, Relation], payment: Payment) -> tuple[str, str]:
    """Lines are for members of the cohort, and for those who may be."""
    if payment.within is None:
        return "", ""
    cohort = plan.cohort(payment.within)
    join, alias, here = "", "o", relations[payment.grain]
    for number, hop in enumerate(upwards(plan, payment.grain, cohort.of)):
        parent = relations[hop[1]]
        link = plan.table(here.grain).parent
        assert link is not None
        on = " AND ".join(
            f"({alias}.{here.column(a)} = q{number}.{parent.column(b)})"
            for a, b in zip(link.columns, plan.key_of(parent.grain), strict=True)
        )
        join += f" JOIN {parent.view} AS q{number} ON {on}"
        alias, here = f"q{number}", parent
    return join, f" WHERE {alias}.s{plan.step(cohort.member).number} IS DISTINCT FROM FALSE"


def _whole(payment: Payment, cell: Cell) -> tuple[Sql, Sql, Sql]:
    """Low, high and what they are out of. A sum of money that is not whole minor units is an error of the plan."""
    if payment.form == "factor":
        low, high = cell.low, cell.high
        if low.d.value is not None:
            return low.n.sql, high.n.sql, low.d.sql
        if cell.hi is None:
            return low.n.sql, low.n.sql, low.d.sql
        return (low.n * high.d).sql, (high.n * low.d).sql, (low.d * high.d).sql
    return _minor(cell.low), _minor(cell.high), const(1).sql


def _minor(x: Frac) -> Sql:
    if x.d.value == 1:
        return x.n.sql
    size, of = x.n.absolute(), x.d
    whole = (size // of) * x.n.sign()
    return sql("CASE WHEN {} = 0 THEN {} ELSE CAST(error('a payment is not whole minor units') AS BIGINT) END", _rest(size, of), whole.sql)


def _rest(size: Int, of: Int) -> Sql:
    return sql("coalesce({}, 0)", (size % of).sql)


def _cap_columns(plan: Plan, cap: Cap, index: int, payment: Payment) -> list[str]:
    """What a line is ordered by and counted under: NULLs of the right type where the payment is not under this cap."""
    orders, pers = dict(cap.order), dict(cap.per)
    width = max((len(steps) for _, steps in cap.order), default=0)
    mine = orders.get(payment.name, ())
    out = []
    for place in range(width):
        out.append(f"{_order(plan.step(mine[place])) if place < len(mine) else 'NULL'} AS _o{index}_{place}")
    per = pers.get(payment.name)
    out.append(f"{f'CAST(o.s{plan.step(per).number} AS VARCHAR)' if per else 'CAST(NULL AS VARCHAR)'} AS _per{index}")
    return out


def _order(step: Step) -> str:
    if step.type.numeric and (step.node.shape is None or step.node.shape.den is None):
        raise ValueError(f"a plan allocates a cap by the ratio {step.name}, which cannot be sorted")
    return f"o.s{step.number}"


def _capped(plan: Plan, cap: Cap, index: int, lines: str) -> str:
    """Lines with the amounts after one more step: see ``plan.Cap``. A low that is not known counts as 0, a high as the most it can be."""
    names = ("low", "high") if index == 0 else (f"low_{plan.caps[index - 1].number}", f"high_{plan.caps[index - 1].number}")
    low, high = (f"CAST({name} AS HUGEINT)" for name in names)
    top = f"CAST({cap.amount} AS HUGEINT)"
    under = f"payment IN ({', '.join(quote_text(name) for name in cap.over)})"
    width = max((len(steps) for _, steps in cap.order), default=0)
    order = ", ".join([*(f"_o{index}_{place} ASC NULLS LAST" for place in range(width)), "_p", "_k"])
    window = f"PARTITION BY ({under}), _per{index} ORDER BY {order} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING"
    most = "".join(f" WHEN {quote_text(name)} THEN CAST({sum_} AS HUGEINT)" for name, sum_ in cap.most)
    room = f"CASE payment{most} ELSE {top} END" if most else top
    a, b = f"coalesce({low}, CAST(0 AS HUGEINT))", f"coalesce({high}, {room})"
    sums = (
        f"SELECT *, {a} AS _a{index}, {b} AS _b{index}, coalesce(sum({a}) OVER ({window}), CAST(0 AS HUGEINT)) AS _sa{index}, "
        f"coalesce(sum({b}) OVER ({window}), CAST(0 AS HUGEINT)) AS _sb{index} FROM ({lines}) AS y{index}"
    )
    zero = "CAST(0 AS HUGEINT)"
    if cap.last_line == "in part":
        new_low = f"greatest({zero}, least(_a{index}, ({top}) - (_sb{index})))"
        new_high = f"greatest({zero}, least(_b{index}, ({top}) - (_sa{index})))"
    else:
        new_low = f"CASE WHEN (_sb{index}) + (_b{index}) <= {top} THEN _a{index} ELSE {zero} END"
        new_high = f"CASE WHEN (_sa{index}) + (_a{index}) <= {top} THEN _b{index} ELSE {zero} END"
    return (
        f"SELECT *, CASE WHEN {under} THEN {new_low} ELSE {low} END AS low_{cap.number}, "
        f"CASE WHEN {under} THEN {new_high} ELSE {high} END AS high_{cap.number} FROM ({sums}) AS z{index}"
    )
