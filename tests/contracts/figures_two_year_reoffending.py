"""Figures of justice/two-year-reoffending from the shared rows: real people, so nothing but counts leaves this file."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import pbr
from tests.contracts.catalogue import ROOT
from tests.contracts.traces import plan_of, rows_of, step_value
from tests.shared import shared


@cache
def _contract_row() -> dict[str, Any]:
    source = shared("data/reoffending-broward/releases.csv")
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "assessment"
        pbr.assess(ROOT / "contracts/justice/two-year-reoffending", {"people": source}, complete_to="2016-04-01", out=out)
        plan = plan_of(out)
        with rows_of(out, "contract") as rows:
            return rows[0] | {"immature": step_value(plan, rows[0], "immature").low}


def _share(name: str) -> str:
    row = _contract_row()
    return f"{row[name]:,} of {row[f'{name}.of']:,}"


def flagged() -> str:
    return _share("as_flagged_filtered")


def dated() -> str:
    return _share("as_dated_mature")


def immature() -> str:
    return str(_contract_row()["immature"])
