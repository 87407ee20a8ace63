"""Figures of health/readmissions-fy2025 from the published hospital file."""

from __future__ import annotations

import csv
import tempfile
from functools import cache
from pathlib import Path

import pbr
from tests.contracts.catalogue import ROOT
from tests.contracts.traces import plan_of, rows_of, step_value
from tests.shared import shared


@cache
def _equal() -> tuple[tuple[int, int], tuple[int, int], tuple[int, int]]:
    """(equal, of) for factors, flags and medians."""
    from fractions import Fraction as F

    source = shared("data/readmissions-fy2025/hrrp_fy2025.csv")
    with source.open(newline="", encoding="utf-8-sig") as file:
        hospitals = [row for row in csv.DictReader(file) if row["hospital_ccn"] != "end of worksheet"]
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "assessment"
        pbr.assess(ROOT / "contracts/health/readmissions-fy2025", [source], out=out)
        plan = plan_of(out)
        conditions = plan.table("results").column("condition").type.codes
        with rows_of(out, "hospitals") as rows:
            factor = {row["hospital_ccn"]: step_value(plan, row, "adjustment_factor").low for row in rows}
        with rows_of(out, "results") as rows:
            flag = {(row["hospital_ccn"], row["condition"]): step_value(plan, row, "penalised").low for row in rows}
        with rows_of(out, "peers") as rows:
            median = {(row["condition"], row["peer_group"]): round(step_value(plan, row, "peer_median").low, 12) for row in rows}
    factors = [factor[h["hospital_ccn"]] == F(round(F(h["payment_adjustment_factor"]) * 10_000), 10_000) for h in hospitals]
    flags = [flag[h["hospital_ccn"], c] == (h[f"penalty_ind_{c}"] == "Y") for h in hospitals for c in conditions]
    told = {(c, h["peer_group_assignment"]): round(F(h[f"median_err_{c}"]), 12) for h in hospitals for c in conditions}
    medians = [median[key] == value for key, value in told.items()]
    return (sum(factors), len(factors)), (sum(flags), len(flags)), (sum(medians), len(medians))


def _said(which: int) -> str:
    equal, of = _equal()[which]
    return f"{equal:,} of {of:,} equal"


def factors() -> str:
    return _said(0)


def flags() -> str:
    return _said(1)


def medians() -> str:
    return _said(2)
