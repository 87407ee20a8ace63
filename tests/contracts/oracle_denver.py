"""The synthetic submission of Denver counted again, without pbr: sets of days, person by person."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction as F
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "contracts/housing/denver-supportive-housing/submission"
COMPLETE, LAST = date(2021, 3, 31), date(2020, 12, 31)


def read(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def spell(begin: str, end: str) -> set[date]:
    first, last = date.fromisoformat(begin), date.fromisoformat(end) if end else COMPLETE
    return {first + timedelta(days=day) for day in range((last - first).days + 1)}


def years_later(day: date, years: int) -> date:
    return day.replace(year=day.year + years)  # nobody in the file begins on 29 February


def kept_a_year(days: set[date]) -> bool:
    """Whether one run of the days, breaks of at most ninety days filled, lasts to the day before its anniversary."""
    runs: list[list[date]] = []
    for day in sorted(days):
        if runs and (day - runs[-1][1]).days <= 91:
            runs[-1][1] = day
        else:
            runs.append([day, day])
    return any(last >= years_later(first, 1) - timedelta(days=1) for first, last in runs)


def two_places(value: F) -> F:
    return F((Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal("0.01"), ROUND_HALF_UP))


def recount() -> tuple[dict[str, str], F, F]:
    """What each person offered a home is worth in dollars, the fall in jail days in per cent, and what it is worth."""
    people = {row["person_id"]: row for row in read("people")}
    leased, jailed = defaultdict[str, set[date]](set), defaultdict[str, set[date]](set)
    for row in read("leases"):
        person = people.get(row["person_id"])
        if person and person["drawn"] == "home_offered" and row["moved_in"] >= person["drawn_on"]:
            leased[row["person_id"]] |= spell(row["moved_in"], row["moved_out"])
    for row in read("stays"):
        jailed[row["person_id"]] |= spell(row["booked_on"], row["released_on"])
    paid, in_jail = {}, {"home_offered": [0, 0], "as_it_was": [0, 0]}
    for name, person in people.items():
        drawn = date.fromisoformat(person["drawn_on"])
        group = in_jail[person["drawn"]]
        group[0] += sum(drawn <= day < years_later(drawn, 3) for day in jailed[name])
        group[1] += 1
        if person["drawn"] == "home_offered":
            days = {day for day in leased[name] if date(2016, 1, 1) <= day <= LAST}
            cents = 1512 * len(days - jailed[name]) if kept_a_year(days) else 0
            paid[name] = f"{cents // 100}.{cents % 100:02d}"
    means = {name: two_places(F(*group)) for name, group in in_jail.items()}
    fall = two_places(100 * (means["as_it_was"] - means["home_offered"]) / means["as_it_was"])
    worth = 160_000 * min(fall, F(30)) + 38_000 * max(min(fall, F(65)) - 30, F(0)) if fall >= 20 else F(0)
    return paid, fall, worth
