"""The synthetic submission of shared savings counted again, from the terms as published and without pbr."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from fractions import Fraction as F
from pathlib import Path

SUBMISSION = Path(__file__).parents[2] / "contracts/health/shared-savings-py2023/submission/organisations.csv"


@dataclass(frozen=True)
class Count:
    """``lines``: dollars by payment and organisation."""

    lines: dict[tuple[str, str], int]
    rejected: int


def recount() -> Count:
    lines: dict[tuple[str, str], int] = {}
    rejected = 0
    seen: set[str] = set()
    with SUBMISSION.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            benchmark, saving = F(row["ABtotBnchmk"]), F(row["BnchmkMinExp"])
            if abs(benchmark - F(row["ABtotExp"]) - saving) > 2 or (row["Risk_Model"] == "Two-Sided" and row["FinalLossRate"] == ""):
                rejected += 1
                continue
            name = row["ACO_ID"]
            assert name not in seen
            seen.add(name)
            least = F(row["MinSavPerc"].rstrip("%")) / 100 * benchmark
            limit = F(20 if row["Current_Track"] == "EN" else 10, 100) * benchmark
            earned = (
                min(saving * F(row["FinalShareRate"].rstrip("%")) / 100 * F(98, 100), limit) if saving >= least and saving > 0 else F(0)
            )
            owed = F(0)
            if row["Risk_Model"] == "Two-Sided" and saving < 0 and -saving >= least:
                owed = max(-saving * F(row["FinalLossRate"].rstrip("%")) / 100 + F(row["DisAdj"] or 0), F(0))
            lines["earned", name], lines["owed", name] = _half_up(earned), -_half_up(owed)
    return Count(lines, rejected)


def _half_up(dollars: F) -> int:
    return (2 * dollars.numerator + dollars.denominator) // (2 * dollars.denominator)
