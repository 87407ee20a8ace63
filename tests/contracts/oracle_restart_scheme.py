"""The synthetic submission of the Restart Scheme counted again, from the terms and without pbr."""

from __future__ import annotations

import calendar
import csv
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "contracts" / "employment" / "restart-scheme" / "submission"
COMPLETE = date(2024, 6, 30)
WAGES = ((date(2023, 4, 1), Decimal("10.42")), (date(2022, 4, 1), Decimal("9.50")), (date(2021, 4, 1), Decimal("8.91")))
DAYS = 365 + 182


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def recount() -> dict[str, str]:
    """For each person whose start can be read: "1500.00", "0.00", or "held"."""
    people = {row["person_id"]: date.fromisoformat(row["started_on"]) for row in rows("people") if row["started_on"][:1] == "2"}
    return {person: _answer(person, started) for person, started in people.items()}


def _answer(person: str, started: date) -> str:
    window = [started + timedelta(days=n) for n in range(DAYS)]
    must = next(wage for since, wage in WAGES if since <= started) * 16 * 26
    mine = {row["payment_id"]: row for row in rows("earnings") if row["person_id"] == person}.values()  # sent twice is once
    spoilt = any(row["amount"].startswith("-") for row in mine)
    inside = [row for row in mine if window[0] <= date.fromisoformat(row["paid_on"]) <= window[-1] and not row["amount"].startswith("-")]
    earned, sure, reached = Decimal(0), True, False
    for day in sorted({row["paid_on"] for row in inside}):
        of_day = [row["amount"] for row in inside if row["paid_on"] == day]
        sure = sure and "" not in of_day
        earned += sum((Decimal(amount) for amount in of_day if amount), Decimal(0))
        if earned > must:
            reached = sure  # an amount that is not known could have brought it earlier
            break
    traded, cut = _traded(person, window)
    if (reached and not spoilt) or traded:
        return "1500.00"
    return "held" if spoilt or not sure or cut or window[-1] >= COMPLETE else "0.00"


def _traded(person: str, window: list[date]) -> tuple[bool, bool]:
    """Whether there is a run of six months, and whether a row was spoilt that could have made one."""
    days: set[date] = set()
    spoilt = False
    for row in rows("self_employment"):
        if row["person_id"] == person:
            began, ended = date.fromisoformat(row["began_on"]), date.fromisoformat(row["ended_on"]) if row["ended_on"] else COMPLETE
            spoilt = spoilt or ended < began
            days |= {day for day in window if began <= day <= ended}
    return any(all(day + timedelta(days=n) in days for n in range((_later(day) - day).days)) for day in days), spoilt


def _later(day: date) -> date:
    """Six months later, or the month's last day."""
    year, month = day.year + (day.month + 5) // 12, (day.month + 5) % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
