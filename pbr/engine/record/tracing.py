"""Everything the reference engine knows, in the trace's terms: for comparing it with the trace of the columns engine."""

from __future__ import annotations

from typing import Any

from pbr.engine.record.machine import Machine
from pbr.values.value import Value


def trace(machine: Machine) -> dict[str, list[dict[str, Any]]]:
    """By grain (as the trace has files: every data table, every table of groups, and ``contract`` when it has steps) one dict per row,
    in key order: ``key``; ``values``, by STEP and by STEP.NUMBER for its parts; for data tables also ``row``, ``place`` and ``code``."""
    machine.run()
    plan = machine.plan
    grains = [table.name for table in plan.every_table] + [cohort.name for cohort in plan.cohorts if cohort.parts]
    if any(step.grain == "contract" for step in plan.steps):
        grains.append("contract")
    out: dict[str, list[dict[str, Any]]] = {}
    for grain in grains:
        steps = [step for step in plan.steps if step.grain == grain]
        rows: list[dict[str, Any]] = []
        for key in machine.keys(grain):
            values: dict[str, Value] = {}
            for step in steps:
                values[step.name] = machine.value(step.name, key)
                for part in step.parts:
                    values[f"{step.name}.{part.number}"] = machine.part(step.name, part.number, key)
            rows.append({"key": key, "values": values})
        out[grain] = rows
    for table in plan.tables:
        for entry, (row, place, code) in zip(out[table.name], machine.place_of(table.name), strict=True):
            entry |= {"row": row.number, "place": place, "code": code}
    return out
