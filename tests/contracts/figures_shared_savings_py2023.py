"""Figures of health/shared-savings-py2023 from the public use file of 453 organisations."""

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

SEQUESTERED = F(98, 100)


@dataclass(frozen=True)
class Organisation:
    """``published``: what it earned (or, negative, owed) as CMS states it; ``earned`` and ``owed`` as we do. All in dollars. ``room``: how far
    the two may lie apart, since the inputs are published rounded (sums to a dollar, rates of loss to two decimals of a percentage)."""

    published: F
    earned: F
    owed: F
    room: F

    @property
    def agrees(self) -> bool:
        return abs(self.earned + self.owed - self.published) <= self.room


@cache
def organisations() -> dict[str, Organisation]:
    source = shared("data/shared-savings-py2023/PY2023_ACO_Results_PUF.csv")
    with source.open(newline="", encoding="utf-8-sig") as file:
        told = {row["ACO_ID"]: row for row in csv.DictReader(file)}
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "assessment"
        pbr.assess(ROOT / "contracts/health/shared-savings-py2023", {"organisations": source}, out=out)
        plan = plan_of(out)
        with rows_of(out, "organisations") as rows:
            ours = {row["aco"]: {name: step_value(plan, row, name).low / 100 for name in ("earned", "owed")} for row in rows}
    assert set(ours) == set(told)
    return {name: Organisation(F(row["EarnSaveLoss"]), ours[name]["earned"], ours[name]["owed"], _room(row)) for name, row in told.items()}


def _room(row: dict[str, str]) -> F:
    """Half a dollar of the saving times the rate it is paid at, and half a dollar for the published payment and for ours; for a loss half a
    dollar of the disaster's part too, and half a step of the published rate times the loss."""
    saving = F(row["GenSaveLoss"])
    if saving == 0:
        return F(0)
    if saving > 0:
        return F(1, 2) * F(row["FinalShareRate"].rstrip("%")) / 100 * SEQUESTERED + 1
    return F(1, 2) * F(row["FinalLossRate"].rstrip("%")) / 100 + F(3, 2) + -saving * F(5, 100_000)


def savings() -> str:
    earning = [one for one in organisations().values() if one.published > 0]
    equal = sum(one.earned == one.published for one in earning)
    return f"{sum(one.agrees for one in earning)} of {len(earning)}; {equal} to the dollar"


def end_to_end() -> str:
    found = organisations()
    return f"{sum(one.agrees for one in found.values())} of {len(found)}"


def total() -> str:
    return f"${int(sum(one.earned for one in organisations().values())):,}"
