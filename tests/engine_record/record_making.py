"""Small plans by hand, for the tests of the reference engine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from pbr.engine.record.call import Call
from pbr.engine.record.machine import Machine
from pbr.engine.record.rows import Rows
from pbr.engine.record.tables import SCALAR
from pbr.language.types import NUMERIC, Type
from pbr.plan.node import Node, Shape
from pbr.plan.plan import Cohort, Column, Link, Payment, Plan, Reason, Step, Table
from pbr.plan.then import StatementStep
from pbr.values.value import NO_SUCH, NOT_YET_DAY, Value

K = Value.known
YES, NO, U = K(True), K(False), Value.unknown(1)
U2 = Value.unknown(2)
NONE, LATER = NO_SUCH, NOT_YET_DAY


def day(text: str) -> date:
    return date.fromisoformat(text)


def D(text: str) -> Value:
    return K(day(text))


def F(n: int, d: int = 1) -> Value:
    return K(Fraction(n, d))


def R(low: Any, high: Any, why: int = 4) -> Value:
    return Value.range(Fraction(low), Fraction(high), why)


def kind(name: str, *absent: str, **more: Any) -> Type:
    return Type(name, absent=frozenset(absent), **more)


def op(name: str, *args: Value, type_: str = "number", complete_to: Mapping[str, date | None] | None = None, **params: Any) -> Value:
    """One scalar operation on values; its own reason is bit 8 (mask 256) unless said."""
    return SCALAR[name](Call(kind(type_), {"reason": 8, **params}, args, complete_to or {}))


OWN = 256


def literal(value: Any, kind_: str = "number") -> Node:
    raw = value
    if kind_ in NUMERIC and value is not None:
        raw = {"n": str(Fraction(value).numerator), "d": str(Fraction(value).denominator)}
    elif isinstance(value, date):
        raw = value.isoformat()
    return Node("literal", kind(kind_), params={"value": raw}, shape=Shape(1, 10**6) if kind_ in NUMERIC else None)


def column(table: str, name: str, type_: Type, row: str = "own", via: Iterable[list[str]] = (), reason: int = 0) -> Node:
    return Node("column", type_, params={"table": table, "column": name, "row": row, "via": list(via), "reason": reason})


def item(step: str, table: str, type_: Type, row: str = "own", via: Iterable[list[str]] = (), reason: int = 0) -> Node:
    return Node("item", type_, params={"table": table, "step": step, "row": row, "via": list(via), "reason": reason})


def node(name: str, type_: Type, *args: Node, **params: Any) -> Node:
    return Node(name, type_, args, params)


def aggregate(
    name: str,
    type_: Type,
    link: Link,
    *args: Node,
    subset: str | None = None,
    where: Node | None = None,
    held: str = "only if it cannot matter",
    rejected: str = "hold",
    up_to: Fraction | None = None,
    **params: Any,
) -> Node:
    """Bits: held 0, rejected 1, empty 2."""
    limit = None if up_to is None else {"n": str(up_to.numerator), "d": str(up_to.denominator)}
    spec = {
        "over": link.table,
        "subset": subset,
        "link": {"kind": link.kind, "table": link.table, "columns": list(link.columns), "onto": list(link.onto)},
        "has_where": where is not None,
        "when_held": held,
        "when_rejected": {"how": rejected, "up_to": limit},
        "reasons": {"held": 0, "rejected": 1, "empty": 2},
    }
    return Node(name, type_, (*args, *([where] if where else [])), {"aggregate": spec, **params})


def steps(*made: tuple[str, str, Node] | Step) -> tuple[Step, ...]:
    """Steps from (name, grain, node), numbered in order."""
    out = []
    for number, entry in enumerate(made, 1):
        if isinstance(entry, Step):
            out.append(Step(**{**{f: getattr(entry, f) for f in entry.__dataclass_fields__}, "number": number}))
        else:
            name, grain, body = entry
            out.append(Step(number, name, "fact", grain, body, "", reasons=(Reason("missing", "x"),)))
    return tuple(out)


def plan(
    tables: Iterable[Table],
    made: tuple[Step, ...],
    cohorts: Iterable[Cohort] = (),
    payments: Iterable[Payment] = (),
    caps: Iterable[StatementStep] = (),
) -> Plan:
    return Plan(
        "pbr-plan/1",
        "c",
        "C",
        "1",
        "GBP",
        "2020-01-01",
        "2022-12-31",
        (),
        tuple(tables),
        tuple(cohorts),
        made,
        tuple(payments),
        tuple(caps),
    )


TEXT = kind("identifier")
PEOPLE = Table(
    "people",
    ("person_id",),
    (
        Column("person_id", TEXT),
        Column("x", kind("number", "unknown"), Shape(100, 10**6), blank="unknown"),
        Column("ok", kind("truth", "unknown"), blank="unknown"),
        Column("on", kind("date", "unknown"), blank="unknown"),
        Column("group", kind("code", "unknown"), blank="unknown"),
    ),
    "provider",
)
CLAIMS = Table(
    "claims",
    ("claim_id",),
    (
        Column("claim_id", TEXT),
        Column("person_id", TEXT, link=True),
        Column("x", kind("number", "unknown"), Shape(100, 10**6), blank="unknown"),
        Column("ok", kind("truth", "unknown"), blank="unknown"),
        Column("on", kind("date", "unknown"), blank="unknown"),
        Column("needs", kind("code", "none"), blank="none"),
        Column("code", kind("code", "unknown"), blank="unknown"),
    ),
    "provider",
    parent=Link("children", "people", ("person_id",), ("person_id",)),
)
EVENTS = Table(
    "events",
    ("event_id",),
    (Column("event_id", TEXT), Column("person_id", TEXT, link=True), Column("happened", kind("date"))),
    "independent",
    matched=Link("matched", "people", ("person_id",), ("person_id",)),
    use="matches",
)
TABLES = (PEOPLE, CLAIMS, EVENTS)
OF_PERSON = Link("children", "claims", ("person_id",))
ALL_CLAIMS = Link("all", "claims")


def machine(made: Plan, complete_to: Mapping[str, date | None] | None = None, **tables: Any) -> Machine:
    """``rejected_TABLE`` keywords are rejected rows; the other keywords are rows of tables."""
    rejected = {name.removeprefix("rejected_"): rows for name, rows in tables.items() if name.startswith("rejected_")}
    rows = {name: rows for name, rows in tables.items() if not name.startswith("rejected_")}
    return Machine(made, Rows.by_hand(made, rows, rejected, complete_to))
