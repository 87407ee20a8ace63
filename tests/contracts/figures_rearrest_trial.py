"""Figures of justice/rearrest-trial from the shared rows of the study, which say weeks and no days.

The contract asks for days. Everybody is released on one day of the term, and an arrest in the n-th week is put on the last day of that week:
whether it lies within 52 weeks does not depend on either.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pbr
from pbr.audit.verify import verify
from tests.contracts.catalogue import ROOT
from tests.contracts.traces import plan_of, rows_of, step_value
from tests.shared import shared

CONTRACT = ROOT / "contracts/justice/rearrest-trial"
RELEASED = date(1972, 1, 3)


def tables(folder: Path) -> Mapping[str, Path]:
    """The study's rows as the two tables of the contract, written to ``folder``."""
    with shared("data/rearrest-trial/rossi.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    people = [[f"P{number:03d}", "aid" if row["fin"] == "1" else "control", RELEASED] for number, row in enumerate(rows, 1)]
    arrests = [
        [f"A{number:03d}", f"P{number:03d}", RELEASED + timedelta(days=7 * int(row["week"]) - 1)]
        for number, row in enumerate(rows, 1)
        if row["arrest"] == "1"
    ]
    out = {}
    for name, header, lines in (
        ("people", ["person_id", "arm", "released_on"], people),
        ("arrests", ["arrest_id", "person_id", "arrested_on"], arrests),
    ):
        out[name] = folder / f"{name}.csv"
        with out[name].open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([header, *lines])
    return out


@cache
def study() -> Mapping[str, Any]:
    """What the contract makes of the study: the values of its one row, what it pays, and how many differences ``verify`` finds."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        done = pbr.assess(CONTRACT, dict(tables(folder)), complete_to="1973-12-31", out=folder / "out")
        plan = plan_of(folder / "out")
        with rows_of(folder / "out", "contract") as rows:
            counts = ("aided_rearrested", "aided_people", "control_rearrested", "control_people", "fewer")
            found: dict[str, Any] = {item: step_value(plan, rows[0], item).low for item in counts}
            found["result"] = rows[0]["result"]
        return {**found, "paid": done.statement["totals"]["paid"], "differences": len(verify(folder / "out").differences)}


def rearrested() -> str:
    found = study()
    return f"{found['aided_rearrested']} of {found['aided_people']} and {found['control_rearrested']} of {found['control_people']}"


def result() -> str:
    return str(study()["result"])
