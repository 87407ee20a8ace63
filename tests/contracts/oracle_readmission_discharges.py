"""The synthetic hospital's ratios and factor worked out again, in decimals of fifty digits and without pbr."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from pathlib import Path

SUBMISSION = Path(__file__).parents[2] / "contracts/health/readmissions-discharges-fy2025/submission"
NOT_FACTORS = ("ID Number", "Cohort Inclusion/Exclusion Indicator", "HOSP_EFFECT", "AVG_EFFECT")


@dataclass(frozen=True)
class Condition:
    """``ratio``: to 12 decimals, None where a factor of a counted stay is missing."""

    discharges: int
    ratio: Decimal | None
    excess: Decimal


def recount() -> tuple[dict[str, Condition], Decimal]:
    """Each condition, and the hospital's payment adjustment factor."""
    with localcontext(prec=50):
        found = {row["condition"]: _condition(row) for row in _rows("conditions")}
        (hospital,) = _rows("hospital")
        reduction = _round(Decimal(hospital["neutrality"]) * sum((one.excess for one in found.values()), Decimal(0)), 18)
        return found, _round(1 - min(reduction, Decimal("0.03")), 4)


def _condition(terms: dict[str, str]) -> Condition:
    (model,) = (row for row in _rows(f"{terms['condition']}_model") if row["ID Number"] == "--")
    stays = {tuple(row.items()): row for row in _rows(f"{terms['condition']}_stays") if row["Cohort Inclusion/Exclusion Indicator"] == "0"}
    factors = [name for name in model if name not in NOT_FACTORS]
    if any(row[name] == "N/A" for row in stays.values() for name in factors):
        assert len(stays) < 25
        return Condition(len(stays), None, Decimal(0))
    sums = {"HOSP_EFFECT": Decimal(0), "AVG_EFFECT": Decimal(0)}
    for row in stays.values():
        risk = sum((Decimal(model[name]) * int(row[name]) for name in factors), Decimal(0))
        for effect in sums:
            sums[effect] += _round(1 / (1 + (-(Decimal(model[effect]) + risk)).exp()), 13)
    ratio = _round(sums["HOSP_EFFECT"] / sums["AVG_EFFECT"], 12)
    above = ratio - Decimal(terms["peer_median"])
    counts = len(stays) >= 25 and above > 0
    return Condition(len(stays), ratio, _round(Decimal(terms["drg_ratio"]) * above, 18) if counts else Decimal(0))


def _round(x: Decimal, places: int) -> Decimal:
    return x.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def _rows(table: str) -> Iterator[dict[str, str]]:
    with (SUBMISSION / f"{table}.csv").open(newline="", encoding="utf-8") as file:
        yield from csv.DictReader(file)
