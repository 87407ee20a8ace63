"""The synthetic Work Programme counted again, day by day and without pbr."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "contracts/employment/work-programme/submission"
COMPLETE = date(2013, 12, 31)
DAY = timedelta(days=1)
CARD = {
    "jsa_18_24": (26, 1200, 170, 13),
    "jsa_25_plus": (26, 1200, 215, 13),
    "jsa_early": (13, 1200, 250, 20),
    "jsa_ex_ib": (13, 1200, 250, 20),
    "esa_volunteer": (13, 1000, 115, 20),
}


@dataclass(frozen=True)
class Result:
    attachment: int
    outcome: int | None  # None: held
    steps: int | None  # paid; None: may be anything, as a job could not be read


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _days(rows: list[dict[str, str]]) -> set[date]:
    found = set()
    for row in rows:
        day, last = date.fromisoformat(row["began_on"]), date.fromisoformat(row["ended_on"]) if row["ended_on"] else COMPLETE
        while day <= last:
            found.add(day)
            day += DAY
    return found


def _fee(attached: date) -> int:
    return next(fee for first, fee in ((date(2014, 6, 1), 0), (date(2013, 6, 1), 200), (date(2012, 6, 1), 300), (date(2011, 6, 1), 400)) if attached >= first)  # fmt: skip


def recount() -> dict[str, Result]:
    jobs, spells = _rows("jobs"), _rows("off_benefit")
    spoilt = {row["person_id"] for row in jobs if not row["began_on"] or (row["ended_on"] and row["ended_on"] < row["began_on"])}
    results = {}
    for person in _rows("people"):
        if not person["attached_on"].replace("-", "").isdigit():
            continue
        key, attached = person["person_id"], date.fromisoformat(person["attached_on"])
        weeks, outcome_fee, _, most = CARD[person["group"]]
        if key in spoilt:
            results[key] = Result(_fee(attached), None, None)
            continue
        mine, off = [row for row in jobs if row["person_id"] == key], [row for row in spells if row["person_id"] == key]
        both = sorted(_days(mine) & _days(off))
        worked: list[date] = []
        for day in both:  # a run counts whole where it begins inside the 104 weeks
            begins = day - DAY not in both
            inside = attached <= day < attached + 104 * 7 * DAY
            if (begins and inside) or (not begins and worked and worked[-1] == day - DAY):
                worked.append(day)
        reached = worked[weeks * 7 - 1] if len(worked) >= weeks * 7 else None
        if reached is None:
            final = attached + 130 * 7 * DAY <= COMPLETE
            results[key] = Result(_fee(attached), 0 if final else None, 0)
            continue
        steps, run, before = 0, 0, reached
        for day in (day for day in worked if day > reached):
            run = run + 1 if day - DAY == before else 1
            before = day
            if run == 28:
                steps, run = steps + 1, 0
        results[key] = Result(_fee(attached), outcome_fee, min(steps, most))
    return results
