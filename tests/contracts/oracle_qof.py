"""The synthetic registers of atrial fibrillation counted again, without pbr. Sums are pence; None: what is missing could change it."""

from __future__ import annotations

import csv
from fractions import Fraction as F
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "contracts/health/qof-atrial-fibrillation/submission"


def recount() -> dict[tuple[str, str], int | None]:
    with (FOLDER / "practices.csv").open(newline="", encoding="utf-8") as file:
        lists = {row["practice"]: int(row["list_size"]) for row in csv.DictReader(file)}
    with (FOLDER / "patients.csv").open(newline="", encoding="utf-8") as file:
        patients = {row["patient"]: row for row in csv.DictReader(file)}  # the copy is alike
    out: dict[tuple[str, str], int | None] = {}
    for practice, size in lists.items():
        mine = [row for row in patients.values() if row["practice"] == practice]
        factor = _half_up(F(size, 9374) * 100) * _half_up(F(len(mine), size) / F(21, 1000) * 100)  # both in hundredths
        point = F(20756 * factor, 10_000)
        counted = [row for row in mine if row["excepted"] == "none"]
        at_risk = [row for row in counted if row["high_risk"] == "yes"]
        ends = [sum(row["assessed"] in known for row in counted) for known in (("yes",), ("yes", ""))]
        treated = F(sum(row["anticoagulant"] == "yes" for row in at_risk), len(at_risk))
        assessed = {_half_up(_between(F(yes, len(counted)), 40, 90) * 12 * point) for yes in ends}
        out["register", practice] = _half_up(5 * point)
        out["assessed_risk", practice] = assessed.pop() if len(assessed) == 1 else None
        out["anticoagulated", practice] = _half_up(_between(treated, 70, 95) * 12 * point)
    return out


def _between(share: F, low: int, high: int) -> F:
    return min(max((share * 100 - low) / (high - low), F(0)), F(1))


def _half_up(value: F) -> int:
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)
