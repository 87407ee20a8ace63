"""measures.json: the value of each measure for each group or for the contract, so that no Parquet reader is needed to read them."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

from pbr.audit import layout
from pbr.plan.columns import read_value, value_columns
from pbr.plan.plan import Plan, Step
from pbr.platform.duck import glob_text
from pbr.platform.sqltext import quote_name
from pbr.values.value import Value


def measures_json(plan: Plan, con: Any, folder: Path) -> dict[str, Any]:
    """Measures at a cohort's groups and at ``contract``, in plan order, then by key. Those per row of a data table are only in the trace:
    ``in_trace`` names them."""
    tables = {table.name for table in plan.tables}
    steps = [step for step in plan.steps if step.kind == "measure"]
    return {
        "format": layout.FORMAT,
        "measures": [one for step in steps if step.grain not in tables for one in _values(plan, step, con, folder)],
        "in_trace": [step.name for step in steps if step.grain in tables],
    }


def _values(plan: Plan, step: Step, con: Any, folder: Path) -> list[dict[str, Any]]:
    key = plan.key_of(step.grain)
    names = [*key, *value_columns(step.name, step.type, step.node.shape)]
    listed = ", ".join(quote_name(name) for name in names)
    order = ", ".join(quote_name(name) for name in key)
    sql = f"SELECT {listed} FROM read_parquet({glob_text(folder / layout.trace_file(step.grain))}, hive_partitioning = false)"
    rows = con.execute(sql + (f" ORDER BY {order}" if order else "")).fetchall()
    return [_one(step, key, dict(zip(names, row, strict=True))) for row in rows]


def _one(step: Step, key: tuple[str, ...], row: dict[str, Any]) -> dict[str, Any]:
    value = read_value(row, step.name, step.type, step.node.shape)
    return {
        "name": step.name,
        "per": step.grain,
        "for": {name: str(row[name]) for name in key},
        "kind": step.type.kind,
        "state": value.state,
        **_ends(value, row, step),
        "unknown_because": [reason.what for bit, reason in enumerate(step.reasons) if value.why >> bit & 1],
        "clause": step.clause,
    }


def _ends(value: Value, row: dict[str, Any], step: Step) -> dict[str, Any]:
    """``value`` for a known one, ``from`` and ``to`` for a range; a share's two counts as they stand in the trace, not reduced."""
    if value.low is None:
        return {}
    if step.node.shape is not None and step.node.shape.den is None:
        low = {"n": str(row[step.name]), "d": str(row[f"{step.name}.of"])}
        if value.is_known:
            return {"value": low}
        return {"from": low, "to": {"n": str(row[f"{step.name}.hi"]), "d": str(row[f"{step.name}.hi.of"])}}
    return {"value": text_of(value.low)} if value.is_known else {"from": text_of(value.low), "to": text_of(value.high)}


def text_of(value: Any) -> Any:
    """A value in JSON: exact numbers as {n, d} text, days as ISO text, truths as they are, sets of codes as lists."""
    if isinstance(value, Fraction):
        return {"n": str(value.numerator), "d": str(value.denominator)}
    if isinstance(value, (bool, str)):
        return value
    if isinstance(value, tuple):
        return list(value)
    return value.isoformat()
