"""Reading the trace of an assessment in tests: rows of a grain, and the values of steps through the plan."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pbr.plan.columns import read_value
from pbr.plan.plan import Plan
from pbr.platform.duck import connect


@contextmanager
def rows_of(folder: Path, grain: str) -> Iterator[list[dict[str, Any]]]:
    """Every row of a trace table, by the names of its columns."""
    con = connect(folder.parent, [folder])
    try:
        cursor = con.execute(f"SELECT * FROM read_parquet('{folder}/trace/{grain}.parquet')")
        names = [column[0] for column in cursor.description]
        yield [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    finally:
        con.close()


def plan_of(folder: Path) -> Plan:
    return Plan.from_json(json.loads((folder / "plan.json").read_text()))


def step_value(plan: Plan, row: dict[str, Any], name: str) -> Any:
    step = plan.step(name)
    return read_value(row, name, step.type, step.node.shape)
