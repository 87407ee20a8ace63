"""The rows of a contract's worked examples, as tables to start a search from: their author knows what rows look like."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from pbr.engine.record.rows import Rows
from pbr.examples import ExampleResult
from pbr.examples.starting import Starting
from pbr.plan.plan import Plan
from pbr.problem import Refused
from pbr.proofs.tables import FAR, Record, Tables, moved
from pbr.proofs.trying import Tried
from pbr.terms.loading import Loaded
from pbr.terms.models import Example
from pbr.values.value import Value

_MOST = 6  # examples that are read


def worked(loaded: Loaded, plan: Plan, ran: Sequence[ExampleResult] | None = None) -> tuple[Tried, ...]:
    """The first few examples that give rows. What cannot be read is said where examples are run, and left out here. ``ran``: the results of all examples, where
    they were run already: then their rows are not read again."""
    out = []
    for number, example in [(number, one) for number, one in enumerate(loaded.contract.examples) if one.rows is not None][:_MOST]:
        rows = _read(loaded, plan, example) if ran is None else ran[number].rows
        if rows is not None:
            out.append(Tried(plan, _tables(plan, rows)))
    return tuple(out)


def _read(loaded: Loaded, plan: Plan, example: Example) -> Rows | None:
    try:
        return Starting(loaded, plan, example).read()
    except Refused:
        return None


def _tables(plan: Plan, rows: Rows) -> Tables:
    days = [day for day in rows.complete_to.values() if day is not None]
    late = max(days) if days else moved(date.fromisoformat(plan.last_day), 2 * FAR)
    return Tables({name: tuple(_record(row.values) for row in found) for name, found in rows.tables.items()}, late)


def _record(values: Any) -> Record:
    return {name: _cell(value) for name, value in values.items()}


def _cell(value: Value) -> Any:
    return value.low if value.state == "known" else None
