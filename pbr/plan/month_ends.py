"""Months added to a day of the calendar, as the compiler needs them for its proofs."""

from __future__ import annotations

from calendar import monthrange
from datetime import date


def add_months(day: date, months: int) -> date | None:
    """``day`` moved by ``months`` in one step, clamped to the month's end; None outside the calendar (years 1 to 9999)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        return None
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
