"""Laws about a named item, tried: a cell that the payments read through that item alone is changed, and the item rises."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pbr.plan.node import Node
from pbr.plan.plan import Plan, Step
from pbr.proofs.search import Search
from pbr.proofs.tables import Maker
from pbr.proofs.trying import Tried, with_record

_RUNS = 500
_LARGEST = 12  # rows of a table that is started from
_SEED = 3


def falls_with(plan: Plan, search: Search, item: Step, names: Sequence[str], rising: bool) -> tuple[Tried, Tried] | None:
    """Two tables that differ in one cell: in the second the item is greater for some row and less for none, and the payments come to less
    (``rising``), or to more. None where none was found."""
    amounts = [plan.step(payment.amount).node for payment in plan.payments if payment.name in names]
    otherwise = _columns(plan, amounts, item.name)
    columns = [column for column in _columns(plan, [item.node], "") if column not in otherwise]
    maker, runs = Maker(plan, _SEED), 0
    for tried in sorted((one for one in search.tried if 0 < one.tables.size <= _LARGEST), key=lambda one: one.tables.size):
        for table, name in columns:
            for number, record in enumerate(tried.tables.records[table]):
                for _ in range(3):
                    other = maker.cell(plan.table(table), plan.table(table).column(name), maker.bases()[0], 0.0)
                    if record[name] is None or other is None or other == record[name]:
                        continue
                    runs += 1
                    if runs > _RUNS:
                        return None
                    changed = Tried(plan, with_record(tried.tables, table, number, {**record, name: other}))
                    pair = _ordered(item, tried, changed)
                    if pair is None or any(one.held(names) for one in pair):
                        continue
                    low, high = (one.paid(names) for one in pair)
                    if high < low if rising else high > low:
                        return pair
    return None


def _ordered(item: Step, one: Tried, other: Tried) -> tuple[Tried, Tried] | None:
    """The table where the item is less, then the one where it is greater; None where it is neither for all rows alike."""
    keys = list(one.machine.keys(item.grain))
    if keys != list(other.machine.keys(item.grain)):
        return None
    values = [(one.machine.value(item.name, key), other.machine.value(item.name, key)) for key in keys]
    if any("known" not in (a.state, b.state) or a.state != b.state for a, b in values):
        return None
    ways = {(b.low > a.low) - (b.low < a.low) for a, b in values} - {0}
    return {frozenset({1}): (one, other), frozenset({-1}): (other, one)}.get(frozenset(ways))


def _columns(plan: Plan, nodes: Iterable[Node], without: str) -> list[tuple[str, str]]:
    """The columns of data tables that nodes read, by way of every item but one."""
    found: dict[tuple[str, str], None] = {}
    seen = {without}
    waiting = list(nodes)
    tables = {table.name: table for table in plan.tables}
    while waiting:
        for node in waiting.pop().walk():
            if node.op == "column" and node.params["table"] in tables:
                found[node.params["table"], node.params["column"]] = None
            if node.op == "item" and node.params["step"] not in seen:
                seen.add(node.params["step"])
                waiting.append(plan.step(node.params["step"]).node)
    return [(table, name) for table, name in found if name not in tables[table].key and not tables[table].column(name).link]
