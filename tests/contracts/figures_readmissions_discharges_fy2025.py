"""Figures of health/readmissions-discharges-fy2025 from the sheets of the mock hospital that CMS publishes."""

from __future__ import annotations

import csv
import tempfile
from dataclasses import dataclass
from fractions import Fraction as F
from functools import cache
from pathlib import Path

import pbr
from tests.contracts.catalogue import ROOT
from tests.contracts.traces import plan_of, rows_of, step_value
from tests.shared import shared

HOME = ROOT / "contracts/health/readmissions-discharges-fy2025"
SHEETS = {"ami": "AMI", "copd": "COPD", "hf": "HF", "pneumonia": "PN", "tha_tka": "THA_TKA"}

# CMS, mock hospital-specific report FY2025
PUBLISHED = {"ami": "0.992911198096", "copd": "1.00035693831461", "hf": "0.97089189089979", "pneumonia": "1.00678435268232", "tha_tka": "0.88194557229393"}  # fmt: skip
NEUTRALITY, MEDIAN, DRG_RATIO = "0.96524016588985", "0.99115160184587", "0.04944402732139"  # the last two of pneumonia


@dataclass(frozen=True)
class Mock:
    ratios: dict[str, F]
    discharges: dict[str, int]
    penalised: dict[str, bool]
    factor: F
    reduction: F


def medians() -> dict[str, str]:
    """The medians of the hospital's peer group: the one whose median for pneumonia is the report's."""
    with shared("data/readmissions-fy2025/hrrp_fy2025.csv").open(newline="", encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            if round(F(row["median_err_pneumonia"]), 14) == F(MEDIAN):
                return {condition: row[f"median_err_{condition}"] for condition in SHEETS}
    raise AssertionError("no peer group has that median")


def inputs(folder: Path) -> dict[str, Path]:
    """A file for each table. Each sheet is two tables; the two small tables are the report's own figures."""
    (folder / "hospital.csv").write_text(f"hospital_ccn,neutrality\nMOCK,{NEUTRALITY}\n", encoding="utf-8")
    lines = [f"{name},MOCK,{median},{DRG_RATIO if name == 'pneumonia' else ''}" for name, median in medians().items()]
    (folder / "conditions.csv").write_text("\n".join(["condition,hospital_ccn,peer_median,drg_ratio", *lines, ""]), encoding="utf-8")
    sheets = {name: shared(f"data/readmissions-discharges-fy2025/hrrp_fy2025_{sheet}.csv") for name, sheet in SHEETS.items()}
    both = {f"{name}_{kind}": sheet for name, sheet in sheets.items() for kind in ("model", "stays")}
    return {"hospital": folder / "hospital.csv", "conditions": folder / "conditions.csv", **both}


@cache
def mock() -> Mock:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        out = folder / "assessment"
        pbr.assess(HOME, inputs(folder), out=out)
        plan = plan_of(out)
        with rows_of(out, "conditions") as rows:
            found = {
                row["condition"]: {item: step_value(plan, row, item).low for item in ("excess_ratio", "discharges", "penalised")}
                for row in rows
            }
        with rows_of(out, "hospital") as rows:
            (row,) = list(rows)
            factor, reduction = (step_value(plan, row, item).low for item in ("adjustment_factor", "reduction_percentage"))
    return Mock(
        {name: one["excess_ratio"] for name, one in found.items()},
        {name: int(one["discharges"]) for name, one in found.items()},
        {name: bool(one["penalised"]) for name, one in found.items()},
        factor,
        reduction,
    )


def ratios() -> str:
    ours = mock().ratios
    equal = sum(ours[name] == round(F(text), 12) for name, text in PUBLISHED.items())
    return f"{equal} of {len(PUBLISHED)} equal"


def discharges() -> str:
    return ", ".join(str(mock().discharges[name]) for name in SHEETS)


def factor() -> str:
    return f"{float(mock().factor):.4f}"


def reduction() -> str:
    return f"{float(100 * mock().reduction):.2f}%"
