"""The lines of the statement: an amount for every row of a payment, and the steps over them, in one ordered file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from pbr.engine.columns.cells import Cell
from pbr.engine.columns.database import Database
from pbr.engine.columns.integers import Frac, Int, const
from pbr.engine.columns.relations import Relation, cell_of
from pbr.engine.columns.steps import after, columns_of, paid, with_own_lines
from pbr.engine.columns.text import Sql, quote_text, sql
from pbr.engine.columns.trace import PLACE
from pbr.plan.columns import BIGINT_TOP
from pbr.plan.plan import Payment, Plan
from pbr.plan.schedule import upwards
from pbr.plan.shapes import ROWS
from pbr.platform.duck import glob_text


def write_payments(
    plan: Plan, db: Database, relations: Mapping[str, Relation], folder: Path, complete_to: Mapping[str, date | None]
) -> None:
    """Writes ``folder/payments.parquet`` and the view ``payments``."""
    lines = with_own_lines(plan, _lines(plan, relations, complete_to))
    own = any(step.name for step in plan.then)  # each reading of such lines would work out sums over whole groups again
    lines = f"SELECT * FROM {db.table(lines)}" if own else lines
    number = f"CAST({_before(db, lines)} + _k AS BIGINT)"
    amount_type = "BIGINT" if _widest(plan) < BIGINT_TOP else "DECIMAL(38,0)"
    for index in range(len(plan.then)):
        lines = after(plan, db, relations, index, lines)
        lines = f"SELECT * FROM {db.table(lines)}" if own else lines
    before = plan.then[-1].number if plan.then else None
    low, high = ("low", "high") if before is None else (f"low_{before}", f"high_{before}")
    # a held line has no amount, but for what a step's own line takes now
    amount = f"CASE WHEN {low} = {high} THEN {low} ELSE nullif({paid(plan, len(plan.then), (low, high))}, 0) END"
    steps = "".join(
        f", CAST(low_{step.number} AS {amount_type}) AS low_{step.number}, CAST(high_{step.number} AS {amount_type}) AS high_{step.number}"
        for step in plan.then
    )
    query = (
        f"SELECT {number} AS line, payment, grain, key, CAST(low AS {amount_type}) AS low, "
        f"CAST(high AS {amount_type}) AS high, CAST(of AS {amount_type}) AS of{steps}, "
        f"CAST({amount} AS {amount_type}) AS amount, "
        f"CASE WHEN ({low} = {high}) IS DISTINCT FROM TRUE THEN 'held' WHEN _form = 'factor' THEN 'sets' WHEN {low} > 0 THEN 'pays' "
        f"WHEN {low} = 0 THEN 'pays_nothing' ELSE 'deducts' END AS result, CAST(why AS BIGINT) AS why FROM ({lines}) AS x ORDER BY line"
    )
    path = folder / "payments.parquet"
    db.run(f"COPY ({query}) TO {quote_text(str(path))} (FORMAT parquet, ROW_GROUP_SIZE 122880)")
    db.run(f"CREATE OR REPLACE VIEW payments AS SELECT * FROM read_parquet({glob_text(path)})")


def _before(db: Database, lines: str) -> str:
    """SQL: how many lines payments before a line's have. Within one they are numbered."""
    total, cases = 0, ""
    for number, count in db.rows(f"SELECT _p, count(*) FROM ({lines}) AS x GROUP BY _p ORDER BY _p"):
        cases += f" WHEN {number} THEN {total}"
        total += count
    return f"CASE _p{cases} END" if cases else "0"


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
    return max(tops) if not any(step.name for step in plan.then) else sum(tops) * ROWS  # a line of a step stands for a total


def _lines(plan: Plan, relations: Mapping[str, Relation], complete_to: Mapping[str, date | None]) -> str:
    """Every line before the statement's steps: ``_p`` the payment's number, ``_k`` the line's within it, from 1, and what the steps need."""
    if not plan.payments:
        return (
            "SELECT CAST(0 AS BIGINT) AS _p, CAST(0 AS BIGINT) AS _k, '' AS _form, '' AS payment, '' AS grain, '' AS key, "
            "CAST(0 AS BIGINT) AS low, CAST(0 AS BIGINT) AS high, CAST(1 AS BIGINT) AS of, CAST(0 AS BIGINT) AS why"
            + "".join(f", CAST(NULL AS VARCHAR) AS _per{index}" for index in range(len(plan.then)))
            + " WHERE FALSE"
        )
    return " UNION ALL ".join(_payment(plan, relations, number, payment, complete_to) for number, payment in enumerate(plan.payments))


def _payment(plan: Plan, relations: Mapping[str, Relation], number: int, payment: Payment, complete_to: Mapping[str, date | None]) -> str:
    relation = relations[payment.grain]
    step = plan.step(payment.amount)
    cell = cell_of(f"s{step.number}", step.type, step.node.shape, lambda name: Sql(f"o.{name}"))
    low, high, of = _whole(payment, cell)
    texts = ", ".join(f"CAST(o.{relation.column(name)} AS VARCHAR)" for name in plan.key_of(payment.grain))
    join, where = _members(plan, relations, payment)
    columns = [
        f"CAST({number} AS BIGINT) AS _p",
        f"{f'row_number() OVER (ORDER BY o.{PLACE})' if where else f'o.{PLACE}'} AS _k",
        f"{quote_text(payment.form)} AS _form",
        f"{quote_text(payment.name)} AS payment",
        f"{quote_text(payment.grain)} AS grain",
        f"CAST(to_json(CAST([{texts}] AS VARCHAR[])) AS VARCHAR) AS key",
        f"{low.text} AS low",
        f"{high.text} AS high",
        f"{of.text} AS of",
        f"{(cell.w or Sql('CAST(0 AS BIGINT)')).text} AS why",
    ]
    columns += columns_of(plan, payment, complete_to)
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
