"""The synthetic submission of Rwanda's health centres counted again, from the published fees and weights and without pbr."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from fractions import Fraction as F
from pathlib import Path

SUBMISSION = Path(__file__).parents[2] / "contracts/health/rwanda-pbf/submission"
FEES = {
    "birth": 2500, "family_planning_new": 1000, "child_fully_immunised": 500, "four_antenatal_visits": 200, "contraceptive_resupply": 100,
    "curative_visit": 100, "growth_monitoring": 100, "first_antenatal_visit": 50, "emergency_birth_transfer": 2500, "risk_pregnancy_referred": 1000,
    "malnourished_child_referred": 1000, "other_emergency_referred": 1000, "antenatal_tetanus": 250, "antenatal_malaria": 250,
}  # fmt: skip
WEIGHTS = {
    "curative_care": 170, "delivery": 130, "prenatal_care": 126, "family_planning": 114, "hiv_services": 90, "immunisation": 70, "pharmacy": 60,
    "growth_monitoring": 52, "general_administration": 52, "financial_management": 50, "laboratory": 30, "tuberculosis": 28, "cleanliness": 28,
}  # fmt: skip


def recount() -> dict[tuple[str, str], int | None]:
    """Francs for each centre and quarter; None where a score or a count is missing, or a count was put under the wrong quarter."""
    quality: dict[tuple[str, str], F | None] = {}
    for row in _rows("reviews"):
        scores = {part: row[part] for part in WEIGHTS}
        known = all(scores.values())
        quality[row["centre"], row["quarter"]] = sum((F(scores[p]) * w / 1000 for p, w in WEIGHTS.items()), F(0)) if known else None
    fees: dict[tuple[str, str], int | None] = dict.fromkeys(quality, 0)
    for row in _rows("verified"):
        key = row["centre"], row["quarter"]
        right = row["quarter"] == f"2007 Q{(int(row['month'][5:7]) + 2) // 3}"
        before = fees[key]
        fees[key] = None if before is None or not right or row["counted"] == "" else before + FEES[row["service"]] * int(row["counted"])
    out: dict[tuple[str, str], int | None] = {}
    for key, good in quality.items():
        sum_ = fees[key]
        out[key] = None if good is None or sum_ is None else int(F(sum_) * good + F(1, 2))
    return out


def _rows(table: str) -> Iterator[dict[str, str]]:
    with (SUBMISSION / f"{table}.csv").open(newline="", encoding="utf-8") as file:
        yield from csv.DictReader(file)
