"""The synthetic clearings counted again, without pbr: dollars by satellite year."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date
from fractions import Fraction as F
from pathlib import Path

FILE = Path(__file__).parents[2] / "contracts/environment/amazon-fund/submission/clearings.csv"
REFERENCE, PLEDGE = 1_960_000, 1_000_000_000


def recount() -> tuple[dict[str, int], dict[str, int]]:
    """What each year is worth before the pledge and what it is paid under it, from the areas that can be read."""
    with FILE.open(newline="", encoding="utf-8") as file:
        clearings = {row["clearing_id"]: row for row in csv.DictReader(file)}
    cleared: dict[str, F] = defaultdict(F)
    for row in clearings.values():
        seen = date.fromisoformat(row["seen_on"])
        begins = seen.year if seen.month >= 8 else seen.year - 1
        season = f"{begins}/{(begins + 1) % 100:02d}"
        if row["hectares"].replace(".", "").isdigit():
            cleared[season] += F(row["hectares"])
    worth = {season: int(max(REFERENCE - cleared[season], F(0)) * 100 * 44 // 12 * 5) for season in sorted(cleared)}
    paid, left = {}, PLEDGE
    for season, dollars in worth.items():
        paid[season] = min(dollars, left)
        left -= paid[season]
    return worth, paid
