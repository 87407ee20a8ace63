"""Missing maturity: a line that pays, and that events of later days change. Proved where every answer that a payment takes from events is
taken once it is final; else the same rows are run as they are known on an earlier day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from pbr.plan.node import Node
from pbr.plan.plan import Payment, Plan
from pbr.proofs.proof import COUNTEREXAMPLE, NOT_DECIDED, PROVED, Proof
from pbr.proofs.search import Search
from pbr.proofs.showing import show_pair
from pbr.proofs.tables import Record, Tables
from pbr.proofs.trying import Tried
from pbr.terms.source import Source

_TRIED = 80  # tables, the smallest first
_DAYS = 3  # earlier days that each is looked at on
_LARGEST = 30  # rows


def maturity(plan: Plan, search: Search, source: Source) -> Iterable[Proof]:
    """One proof for each payment of money."""
    for payment in plan.payments:
        if payment.form == "factor":
            continue
        place = source.place("payments", payment.name)
        claim = f"a line of `{payment.name}` that pays is not changed by events of later days"
        proof = Proof("maturity", payment.name, place, claim, PROVED)
        open_ = _open(plan, payment)
        if not open_:
            yield replace(proof, why="what it takes from events is taken when it is final" if _events(plan) else "it reads no events")
            continue
        pair = _changed(plan, search, payment, open_)
        names = " and ".join(open_)
        if pair is None:
            why = f"it reads {names} without a day on which the answer is final; no rows were found that change it"
            yield replace(proof, answer=NOT_DECIDED, why=why)
        else:
            why = f"it reads {names} without a day on which the answer is final (`settles`), and rows that come later change it"
            yield replace(proof, answer=COUNTEREXAMPLE, why=why, shown=show_pair(plan, *pair, [payment.name]))


def _events(plan: Plan) -> dict[str, list[str]]:
    """Tables of events: rows that belong to others or match them, and have days. With the names of these columns."""
    return {
        table.name: [column.name for column in table.columns if column.type.kind == "date"]
        for table in plan.tables
        if (table.parent or table.matched) and any(column.type.kind == "date" for column in table.columns)
    }


def _open(plan: Plan, payment: Payment) -> list[str]:
    """The tables of events, and the columns with days that may still be filled in, that it reads otherwise than through an answer that settles. That what its condition allows stays allowed is
    proved by the compiler (``plan.finality``), so only the sum is asked, and which rows and groups there are."""
    events, found, seen = _events(plan), dict[str, None](), set[str]()

    def step(name: str) -> None:
        if name not in seen and name != payment.condition:
            seen.add(name)
            if plan.step(name).settles is None:
                walk(plan.step(name).node)

    def cohort(name: str) -> None:
        for one in plan.cohorts:
            if name in (one.name, one.of):
                for part in (one.member, *one.keys):
                    step(part)

    def walk(node: Node) -> None:
        if node.op == "item":
            step(node.params["step"])
        link = node.params["aggregate"]["link"] if "aggregate" in node.params else {}
        if link.get("table") in events:
            found[link["table"]] = None
        if node.op == "column" and node.type.kind == "date" and _later(plan, node.params["table"], node.params["column"]):
            found[f"{node.params['table']}.{node.params['column']}"] = None
        if link.get("kind") in ("group", "groups"):
            cohort(link["table"])
        for arg in node.args:
            walk(arg)

    step(payment.amount)
    for name in (payment.grain, payment.within):
        if name is not None and all(table.name != name for table in plan.tables):
            cohort(name)
    return list(found)


def _changed(plan: Plan, search: Search, payment: Payment, open_: list[str]) -> tuple[Tried, Tried] | None:
    """The same rows as known on an earlier day and later, with a line that pays something else."""
    small = sorted((one for one in search.tried if 0 < one.tables.size <= _LARGEST), key=lambda one: one.tables.size)
    for late in small[:_TRIED]:
        days = sorted({day for name in open_ for row in late.tables.records[name.partition(".")[0]] for day in _days(plan, name, row)})
        for day in dict.fromkeys(_before(day) for day in days[:_DAYS]):
            tables = _known_on(plan, late.tables, day)
            if tables is None:
                continue
            early = Tried(plan, tables)
            after = {line.key: line.amount for line in late.lines if line.payment == payment.name}
            for line in early.lines:
                later = after.get(line.key)
                if line.payment == payment.name and line.amount and later is not None and later != line.amount:
                    return early, late
    return None


def _days(plan: Plan, name: str, row: Record) -> list[date]:
    """The days of an event; or the one day of a column."""
    table, _, column = name.partition(".")
    names = [column] if column else _events(plan)[table]
    return [row[one] for one in names if row[one] is not None]


def _later(plan: Plan, table: str, column: str) -> bool:
    """Whether a day may be left blank until it comes, and the blank is taken for an answer."""
    found = next((one for one in plan.tables if one.name == table), None)
    return found is not None and found.column(column).blank == "none"


def _before(day: date) -> date:
    return date.fromordinal(max(day.toordinal() - 1, 1))


def _known_on(plan: Plan, tables: Tables, day: date) -> Tables | None:
    """What of these rows is known on a day: events of later days have not been, and later days are still blank. None where a row could not
    be known in part, or where somebody only comes later: who joins is no event."""
    kept: dict[str, tuple[Record, ...]] = {}
    events = _events(plan)
    for table in plan.tables:
        dates = [column for column in table.columns if column.type.kind == "date"]
        rows = []
        for row in tables.records[table.name]:
            later = [column for column in dates if row[column.name] is not None and row[column.name] > day]
            if later and len(later) == sum(row[column.name] is not None for column in dates) and table.name in events:
                continue
            if any(column.blank not in ("none", "not yet") for column in later):
                return None
            rows.append({**row, **{column.name: None for column in later}})
        kept[table.name] = tuple(rows)
    return Tables(kept, day)
