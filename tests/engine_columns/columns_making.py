"""Plans by hand, and the accepted tables they run on: what tests of the columns engine are written with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from math import lcm
from pathlib import Path
from typing import Any

import duckdb

from pbr.engine.columns.run import Ran, run
from pbr.language.types import NONE, NOT_YET, UNKNOWN, Type
from pbr.plan import shapes
from pbr.plan.columns import read_value
from pbr.plan.node import Node, Shape
from pbr.plan.plan import Cohort, Column, Link, Payment, Plan, Reason, Step, Table
from pbr.plan.then import StatementStep
from pbr.submission.accepted import Accepted
from pbr.values.value import Value

WHOLE, NUMBER, DATE, TRUTH, TEXT = Type("whole"), Type("number"), Type("date"), Type("truth"), Type("text")
UNK = frozenset({UNKNOWN})
REASONS = tuple(Reason("missing", f"r{i}") for i in range(8))


def maybe(type_: Type, *absent: str) -> Type:
    return type_.also(*(absent or (UNKNOWN,)))


def ranged(type_: Type) -> Type:
    return Type(type_.kind, absent=UNK, ranged=True)


def lit(value: Any, type_: Type = NUMBER, den: int | None = None) -> Node:
    if type_.numeric and value is not None:
        exact = Fraction(value)
        shape = shapes.literal(exact) if den is None else Shape(den, abs(exact.numerator) * (den // exact.denominator))
        return Node("literal", type_, params={"value": {"n": str(exact.numerator), "d": str(exact.denominator)}, "name": ""}, shape=shape)
    if isinstance(value, date):
        value = value.isoformat()
    return Node("literal", type_, params={"value": value, "name": ""}, shape=Shape(1, 0) if type_.numeric else None)


def col(
    table: str, name: str, type_: Type, shape: Shape | None = None, row: str = "own", via: Sequence[Sequence[str]] = (), reason: int = 0
) -> Node:
    params: dict[str, Any] = {"table": table, "column": name, "row": row, "via": [list(hop) for hop in via]}
    if UNKNOWN in type_.absent:
        params["reason"] = reason
    return Node("column", type_, params=params, shape=shape)


def item(step: Step, row: str = "own", via: Sequence[Sequence[str]] = (), reason: int = 0, type_: Type | None = None) -> Node:
    params: dict[str, Any] = {"step": step.name, "table": step.grain, "row": row, "via": [list(hop) for hop in via]}
    kind = type_ or step.type
    if UNKNOWN in kind.absent or kind.ranged:
        params["reason"] = reason
    return Node("item", kind, params=params, shape=step.node.shape)


def op(name: str, type_: Type, /, *args: Node, shape: Shape | None = None, **params: Any) -> Node:
    return Node(name, type_, args, params, shape)


def aggregate(
    name: str, type_: Type, over: str, link: Link, *args: Node, shape: Shape | None = None, where: Node | None = None, held: str | None = None,
    rejected: str = "hold", up_to: str | None = None, subset: str | None = None, **params: Any,
) -> Node:  # fmt: skip
    limit = None if up_to is None else {"n": str(Fraction(up_to).numerator), "d": str(Fraction(up_to).denominator)}
    body = {
        "over": over, "subset": subset, "link": {"kind": link.kind, "table": link.table, "columns": list(link.columns), "onto": list(link.onto)},
        "has_where": where is not None, "when_held": held or "only if it cannot matter",
        "when_rejected": {"how": rejected, "up_to": limit}, "reasons": {"held": 0, "rejected": 1, "empty": 2},
    }  # fmt: skip
    return Node(name, type_, (*args, *([where] if where else [])), {"aggregate": body, **params}, shape)


def step(number: int, name: str, grain: str, node: Node, kind: str = "fact", **more: Any) -> Step:
    return Step(number, name, kind, grain, node, name, reasons=REASONS, **more)


def plan(
    tables: Sequence[Table],
    steps: Sequence[Step],
    cohorts: Sequence[Cohort] = (),
    payments: Sequence[Payment] = (),
    caps: Sequence[StatementStep] = (),
) -> Plan:
    return Plan(
        "pbr-plan/1",
        "c",
        "",
        "1",
        "GBP",
        "2012-01-01",
        "2012-12-31",
        (),
        tuple(tables),
        tuple(cohorts),
        tuple(steps),
        tuple(payments),
        tuple(caps),
    )


def table(name: str, *columns: Column, key: tuple[str, ...] = ("id",), **more: Any) -> Table:
    return Table(name, key, (Column("id", TEXT), *columns), "provider", **more)


def number_column(name: str, top: int = 10**12, den: int = 1, type_: Type = maybe(NUMBER)) -> Column:  # noqa: B008 - a frozen value
    return Column(name, type_, Shape(den, top))


_SQL = {"date": "DATE", "truth": "BOOLEAN", "codes": "VARCHAR[]"}


def accepted(
    tables: Sequence[Table], rows: dict[str, list[tuple[Any, ...]]], complete_to: dict[str, date] | None = None,
    rejected: dict[str, list[tuple[Any, ...]]] | None = None, threads: int = 1,
) -> Accepted:  # fmt: skip
    """``rows``: per table its columns' values, without ``_row``. ``rejected``: per table the values of its link columns."""
    con = duckdb.connect(config={"threads": threads})
    counts = {}
    for each in tables:
        types = [
            ("HUGEINT" if c.shape and c.shape.top >= 9 * 10**18 else "BIGINT") if c.type.numeric else _SQL.get(c.type.kind, "VARCHAR")
            for c in each.columns
        ]
        columns = ", ".join(f'"{c.name}" {t}' for c, t in zip(each.columns, types, strict=True))
        con.execute(f'CREATE TABLE "accepted_{each.name}" (_row BIGINT, {columns})')
        mine = rows.get(each.name, [])
        for number, row in enumerate(mine, 1):
            con.execute(f'INSERT INTO "accepted_{each.name}" VALUES ({", ".join("?" * (len(row) + 1))})', [number, *row])
        links = [name for link in (each.parent, each.matched) if link for name in link.columns]
        con.execute(f'CREATE TABLE "rejected_{each.name}" (_row BIGINT{"".join(f", {name} VARCHAR" for name in links)})')
        gone = (rejected or {}).get(each.name, [])
        for number, row in enumerate(gone, len(mine) + 1):
            con.execute(f'INSERT INTO "rejected_{each.name}" VALUES ({", ".join("?" * (len(row) + 1))})', [number, *row])
        counts[each.name] = (len(mine) + len(gone), len(gone))
    con.execute(
        'CREATE TABLE findings (TABLE_NAME VARCHAR, "ROW" BIGINT, LINE BIGINT, COLUMN_NAME VARCHAR, CODE VARCHAR, SEVERITY VARCHAR, '
        "VALUE VARCHAR, SAYS VARCHAR)"
    )
    return Accepted(
        con, {n: c[0] for n, c in counts.items()}, {n: c[1] for n, c in counts.items()}, dict.fromkeys(counts, 0),
        {each.name: (complete_to or {}).get(each.name) for each in tables},
    )  # fmt: skip


def read(con: Any, relation: str) -> list[dict[str, Any]]:
    found = con.execute(f'SELECT * FROM "{relation}"')
    names = [d[0] for d in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def values(made: Plan, con: Any, name: str) -> list[Value]:
    """The values of a step in the order of the grain's key."""
    found = made.step(name)
    return [read_value(row, name, found.type, found.node.shape) for row in read(con, f"trace_{found.grain}")]


def evaluate(
    tmp: Path, columns: Sequence[Column], row: Sequence[Any], nodes: Sequence[Node], complete_to: date | None = None
) -> list[Value]:
    """The values of expressions over one row of a table ``t``."""
    t = table("t", *columns)
    made = plan([t], [step(i, f"s{i}", "t", node) for i, node in enumerate(nodes)])
    given = accepted([t], {"t": [("a", *row)]}, {"t": complete_to} if complete_to else None)
    run(made, given, tmp)
    return [values(made, given.con, f"s{i}")[0] for i in range(len(nodes))]


def ran(tmp: Path, made: Plan, given: Accepted) -> Ran:
    return run(made, given, tmp)


__all__ = ["NONE", "NOT_YET", "lcm"]
