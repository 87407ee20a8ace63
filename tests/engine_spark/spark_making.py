"""Nodes and rows by hand, and the values that the reference engine gives them: what tests of Spark are written with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from tempfile import TemporaryDirectory
from typing import Any

from pbr.engine.record.machine import Machine
from pbr.engine.record.rows import Rows
from pbr.engine.spark.bases import Given, column_type, links
from pbr.engine.spark.run import bounded, run
from pbr.language.types import UNKNOWN, Type
from pbr.plan import shapes
from pbr.plan.columns import read_value
from pbr.plan.node import Node, Shape
from pbr.plan.plan import Column, Plan, Reason, Step, Table
from pbr.values.value import Value

NUMBER, WHOLE, TRUTH, TEXT = Type("number"), Type("whole"), Type("truth"), Type("text")
DAYS, MONTHS, DATE = Type("days"), Type("months"), Type("date")
REASONS = tuple(Reason("missing", f"r{number}") for number in range(12))


def maybe(type_: Type) -> Type:
    return type_.also(UNKNOWN)


def quantum(value: Fraction) -> dict[str, str]:
    return {"n": str(value.numerator), "d": str(value.denominator)}


def lit(value: Any, type_: Type = NUMBER) -> Node:
    if type_.numeric:
        exact = Fraction(value)
        return Node("literal", type_, params={"value": quantum(exact), "name": ""}, shape=shapes.literal(exact))
    return Node("literal", type_, params={"value": value.isoformat() if isinstance(value, date) else value, "name": ""})


def col(column: Column, reason: int = 0, row: str = "own") -> Node:
    return Node(
        "column", column.type, params={"table": "t", "column": column.name, "row": row, "via": [], "reason": reason}, shape=column.shape
    )


def add(a: Node, b: Node) -> Node:
    assert a.shape and b.shape
    return Node("add", maybe(NUMBER), (a, b), shape=shapes.add(a.shape, b.shape))


def sub(a: Node, b: Node) -> Node:
    assert a.shape and b.shape
    return Node("sub", maybe(NUMBER), (a, b), shape=shapes.add(a.shape, b.shape))


def mul(a: Node, b: Node) -> Node:
    assert a.shape and b.shape
    return Node("mul", maybe(NUMBER), (a, b), shape=shapes.mul(a.shape, b.shape))


def rounded(x: Node, to: Fraction, mode: str, type_: Type | None = None) -> Node:
    assert x.shape
    return Node("round", type_ or maybe(NUMBER), (x,), {"quantum": quantum(to), "mode": mode}, shapes.rounded(x.shape, to))


def within(d: Node, span: Node, e: Node, mode: str, not_yet: Sequence[str | None] | None = None, reason: int = 9) -> Node:
    params: dict[str, Any] = {"mode": mode, "unit": span.type.kind, "reason": reason}
    if not_yet is not None:
        params["not_yet"] = list(not_yet)
    return Node("within", maybe(TRUTH), (d, span, e), params)


def aggregate(
    op: str, *args: Node, where: Node | None = None, held: str = "hold", rejected: str = "hold", up_to: Fraction | None = None,
    ranged: bool = False, shape: Shape | None = None, table: str = "t", kind: str = "all",
) -> Node:  # fmt: skip
    spec = {
        "over": table, "subset": None, "link": {"kind": kind, "table": table, "columns": [], "onto": []}, "has_where": where is not None,
        "when_held": held, "when_rejected": {"how": rejected, "up_to": None if up_to is None else quantum(up_to)},
        "reasons": {"held": 3, "rejected": 4, "empty": 5},
    }  # fmt: skip
    type_ = Type("number" if op == "sum" else "whole", absent=frozenset({UNKNOWN}), ranged=ranged)
    return Node(op, type_, (*args, *([where] if where else [])), {"aggregate": spec}, shape or shapes.count(10**9))


@dataclass(frozen=True)
class Data:
    """``rows``: cells by column name: numbers as the whole numerator over the column's ``shape.den``; None for the column's declared absence.
    ``rejected``: how many rows were, of which nothing is known. ``submitted``: 0 for all that there are."""

    table: Table
    rows: Sequence[Mapping[str, Any]]
    rejected: int = 0
    submitted: int = 0
    complete_to: Mapping[str, date | None] = field(default_factory=dict)


def table(*columns: Column) -> Table:
    return Table("t", ("id",), (Column("id", TEXT), *columns), "provider")


def given(
    table_: Table, rows: Sequence[Mapping[str, Any]], rejected: int = 0, submitted: int = 0, complete_to: Mapping[str, date] | None = None
) -> Data:
    """Rows get their keys: r00000, r00001, ..."""
    keyed = [{"id": f"r{number:05}", **row} for number, row in enumerate(rows)]
    return Data(table_, keyed, rejected, submitted or len(keyed) + rejected, dict(complete_to or {}))


def plan_of(data: Data, grain: str, nodes: Sequence[Node]) -> Plan:
    """One step for each node: s0, s1, ..."""
    steps = tuple(Step(number, f"s{number}", "fact", grain, node, "", reasons=REASONS) for number, node in enumerate(nodes))
    return Plan("pbr-plan/1", "c", "", "1", "GBP", "2012-01-01", "2012-12-31", (), (data.table,), (), steps, (), ())


# ---- the reference engine ----------------------------------------------------------------------------------------
def _machine(data: Data, grain: str, nodes: Sequence[Node]) -> Machine:
    plan = plan_of(data, grain, nodes)
    cells = [
        {
            column.name: Fraction(row[column.name], column.shape.den or 1)
            if column.shape and row[column.name] is not None
            else row[column.name]
            for column in data.table.columns
        }
        for row in data.rows
    ]
    return Machine(plan, Rows.by_hand(plan, {"t": cells}, {"t": [{}] * data.rejected}, data.complete_to, {"t": data.submitted}))


def reference(data: Data, nodes: Sequence[Node]) -> list[list[Value]]:
    """The values of each node, row by row."""
    machine = _machine(data, "t", nodes)
    return [[machine.value(f"s{number}", (row["id"],)) for row in data.rows] for number in range(len(nodes))]


def reference_total(data: Data, nodes: Sequence[Node]) -> list[Value]:
    machine = _machine(data, "contract", nodes)
    return [machine.value(f"s{number}", ()) for number in range(len(nodes))]


# ---- Spark -----------------------------------------------------------------------------------------------------------
def frames_of(session: Any, data: Data) -> Given:
    """The rows as frames of the session."""
    types = [column_type(column) for column in data.table.columns]

    def cell(raw: Any, type_: str) -> Any:
        return Decimal(raw) if raw is not None and type_.startswith("DECIMAL") else list(raw) if isinstance(raw, tuple) else raw

    records = [
        (number, *(cell(row[column.name], type_) for column, type_ in zip(data.table.columns, types, strict=True)))
        for number, row in enumerate(data.rows, 1)
    ]
    schema = ", ".join(["_row BIGINT", *(f"`{column.name}` {type_}" for column, type_ in zip(data.table.columns, types, strict=True))])
    assert not links(data.table), "rows by hand have no links"
    rejected = session.createDataFrame([(None,)] * data.rejected, "_row BIGINT")
    accepted = session.createDataFrame(records, schema)
    return Given({"t": accepted}, {"t": rejected}, {"t": data.submitted}, data.complete_to)


def evaluate(session: Any, data: Data, nodes: Sequence[Node]) -> list[list[Value]]:
    """What ``reference`` gives, from Spark."""
    with TemporaryDirectory() as folder, run(session, plan_of(data, "t", nodes), frames_of(session, data), folder) as ran, bounded():
        records = [record.asDict() for record in ran.traces["t"].orderBy("id").collect()]
    return [[read_value(record, f"s{number}", node.type, node.shape) for record in records] for number, node in enumerate(nodes)]


def summarise(session: Any, data: Data, nodes: Sequence[Node]) -> list[Value]:
    """What ``reference_total`` gives, from Spark."""
    with TemporaryDirectory() as folder, run(session, plan_of(data, "contract", nodes), frames_of(session, data), folder) as ran, bounded():
        (record,) = (record.asDict() for record in ran.traces["contract"].collect())
    return [read_value(record, f"s{number}", node.type, node.shape) for number, node in enumerate(nodes)]
