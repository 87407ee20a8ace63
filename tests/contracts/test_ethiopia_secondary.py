"""The results-based aid pilot in Ethiopia: every line of an assessment against a plain recount of made-up candidates."""

from __future__ import annotations

import csv
import random
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

import pbr
from tests.contracts.catalogue import ROOT

PRICE = {("other", "boy"): 50, ("other", "girl"): 75, ("emerging", "boy"): 85, ("emerging", "girl"): 100}
IN_2011 = {("other", "boy"): (2, 1), ("other", "girl"): (1, 1), ("emerging", "boy"): (1, 0), ("emerging", "girl"): (1, 0)}


def test_each_year_is_paid_for_what_is_more_than_the_year_before(tmp_path: Path) -> None:
    r = random.Random(11)
    kinds = [(year, area, sex) for year in (2012, 2013, 2014) for area, sex in PRICE]
    rows = [(year, area, sex, r.random() < 0.6) for year, area, sex in r.choices(kinds, k=400)]
    with (tmp_path / "candidates.csv").open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(["candidate_id", "area", "sex", "sat_on", "passed"])
        for number, (year, area, sex, passed) in enumerate(rows):
            out.writerow([f"c{number}", area, sex, date(year, 5, 28), "yes" if passed else "no"])
    sat = Counter(row[:3] for row in rows)
    passes = Counter(row[:3] for row in rows if row[3])
    expected = 0
    for year, area, sex in kinds:
        before = IN_2011[area, sex] if year == 2012 else (sat[year - 1, area, sex], passes[year - 1, area, sex])
        more = max(sat[year, area, sex] - before[0], 0) + max(passes[year, area, sex] - before[1], 0)
        expected += more * PRICE[area, sex]
    done = pbr.assess(
        ROOT / "contracts/education/ethiopia-secondary",
        {"candidates": tmp_path / "candidates.csv"},
        out=tmp_path / "out",
        complete_to="2014-12-31",
    )
    paid = sum(Decimal(line["amount"]) for line in done.statement["payments"])
    assert paid == expected > 5_000
