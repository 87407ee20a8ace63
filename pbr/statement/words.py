"""How stored values are said: money, percentages, dates, counts. Exact in, text out; nothing here decides anything.

Numbers arrive as ``int`` or ``Fraction`` in base units (``language.types``) and leave as text a person can say aloud.
Rounding here is for the eye only, and never makes two different values look the same where they are set side by side.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from pbr.language.currencies import SIGNS

MOST_PLACES = 18  # decimals shown of an exact number before it is called "about"
SHORT = 4  # decimals of a percentage: one that needs no more is shown with all of them
MOST_RUNS = 4  # of a set of days, written out
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")


def count(number: int) -> str:
    """1234 -> 1,234."""
    return f"{number:,}"


def counted(number: int, one: str, many: str = "") -> str:
    """(1, "line") -> 1 line; (2, "line") -> 2 lines. ``many`` where an s is not enough."""
    return f"{count(number)} {one if number == 1 else many or one + 's'}"


def day(value: date | str) -> str:
    """2015-06-30 -> 30 June 2015."""
    found = value if isinstance(value, date) else date.fromisoformat(value[:10])
    return f"{found.day} {MONTHS[found.month - 1]} {found.year}"


def days(runs: Sequence[tuple[date, date]]) -> str:
    """A set of days: 147 days in 2 runs (4 July 2011 to 27 November 2011, 9 January 2012 to 17 June 2012)."""
    number = sum((last - first).days + 1 for first, last in runs)
    if not runs:
        return "no day"
    shown = [day(first) if first == last else f"{day(first)} to {day(last)}" for first, last in runs[:MOST_RUNS]]
    rest = f", and {count(len(runs) - MOST_RUNS)} more" if len(runs) > MOST_RUNS else ""
    return f"{counted(number, 'day')} in {counted(len(runs), 'run')} ({', '.join(shown)}{rest})"


def listed(items: Sequence[str], last: str = "and") -> str:
    """["a", "b", "c"] -> a, b and c."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {last} {items[-1]}" if items else ""


def places_needed(value: Fraction, most: int = MOST_PLACES) -> int | None:
    """Decimals that write the value exactly, or None when ``most`` are not enough."""
    scaled = value
    for places in range(most + 1):
        if scaled.denominator == 1:
            return places
        scaled *= 10
    return None


def decimals(value: Fraction, places: int) -> str:
    """The value at this many decimals, thousands grouped, rounded half away from zero, never "-0.0"."""
    top = abs(value.numerator) * 10**places
    whole, rest = divmod(top, value.denominator)
    whole += 2 * rest >= value.denominator
    digits = str(whole).rjust(places + 1, "0")
    text = f"{int(digits[: len(digits) - places]):,}" + (f".{digits[-places:]}" if places else "")
    return f"-{text}" if value < 0 and whole else text


_LONGER = {"minute": ("hour", 60), "day": ("week", 7), "month": ("year", 12)}


def money(minor: int | Fraction, currency: str) -> str:
    """Minor units -> £1,234.56, the sign before the currency. Parts of a penny, where they are stored, are shown as they are."""
    pounds = Fraction(minor) / 100
    needed = places_needed(pounds)
    text = decimals(abs(pounds), MOST_PLACES if needed is None else max(needed, 2))
    sign = "-" if pounds < 0 else ""
    return ("about " if needed is None else "") + f"{sign}{SIGNS.get(currency, currency + ' ')}{text}"


def price(minor: int | Fraction, per: str, currency: str) -> str:
    """A price per the unit that it is kept in; per the longer one that was probably written, where only that is in whole minor units: £9.50 per hour."""
    longer, times = _LONGER.get(per, (per, 1))
    if Fraction(minor).denominator > 1 and (Fraction(minor) * times).denominator == 1:
        return f"{money(Fraction(minor) * times, currency)} per {longer}"
    return f"{money(minor, currency)} per {per}"


def amount_text(minor: int) -> str:
    """Minor units -> "1234.56", as statement.json writes sums."""
    sign, digits = "-" if minor < 0 else "", str(abs(minor)).rjust(3, "0")
    return f"{sign}{digits[:-2]}.{digits[-2:]}"


def minor_units(text: str) -> int:
    """ "1234.56" -> 123456: a sum of statement.json back as an integer."""
    whole, _, pence = text.partition(".")
    return int(whole + pence)


def plain(value: Fraction) -> str:
    """A number exactly, or "about" it where no 18 decimals are enough."""
    needed = places_needed(value)
    return f"about {decimals(value, 6)}" if needed is None else decimals(value, needed)


def factor_text(numerator: int, of: int) -> str:
    """A factor as decimal text without grouping, with the decimals its denominator stands for; n/d where it has no decimal form."""
    if set(str(of)) <= {"0", "1"} and str(of).startswith("1") and str(of).count("1") == 1:
        return decimals(Fraction(numerator, of), len(str(of)) - 1).replace(",", "")
    needed = places_needed(Fraction(numerator, of))
    return f"{numerator}/{of}" if needed is None else decimals(Fraction(numerator, of), needed).replace(",", "")


def _ratio_places(value: Fraction) -> int:
    """One decimal, and more while the text would falsely say nothing, or all."""
    for places in range(1, MOST_PLACES):
        shown = _rounded(value, places)
        if shown == value or shown not in (0, 100, -100):
            return places
    return MOST_PLACES


def _rounded(value: Fraction, places: int) -> Fraction:
    return Fraction(decimals(value, places).replace(",", ""))


def percent(ratio: Fraction, places: int | None = None) -> str:
    """547/1000 -> 54.7%. One decimal, more only where one would read 0.0% or 100.0% and be untrue."""
    value = ratio * 100
    return f"{decimals(value, _ratio_places(value) if places is None else places)}%"


def bare_points(ratio: Fraction, places: int | None = None) -> str:
    """33/1000 -> 3.3: percentage points where the unit has just been said."""
    value = ratio * 100
    return decimals(value, _ratio_places(value) if places is None else places)


def points(ratio: Fraction, places: int | None = None) -> str:
    """33/1000 -> 3.3 percentage points."""
    return f"{bare_points(ratio, places)} percentage points"


def places_apart(one: Fraction, other: Fraction) -> int:
    """Decimals of a percentage at which two ratios read differently: 1, or more when they would look equal and are not."""
    if one == other:
        return max(_ratio_places(one * 100), 1)
    for places in range(1, MOST_PLACES + 20):
        if _rounded(one * 100, places) != _rounded(other * 100, places):
            return max(places, 1)
    return MOST_PLACES + 20


def exact_places(ratio: Fraction) -> int | None:
    """Decimals that write a ratio as a percentage exactly (at least one), or None when there are none."""
    needed = places_needed(ratio * 100)
    return None if needed is None else max(needed, 1)


def span(amount: Fraction, kind: str) -> str:
    """12, "months" -> 12 months; 1, "days" -> 1 day."""
    text = plain(amount)
    return f"{text} {kind[:-1] if abs(amount) == 1 else kind}"


def key(parts: Sequence[str]) -> str:
    """The key of a row as it is printed and as it can be typed: A | B; the contract's one row is "contract"."""
    return " | ".join(parts) if parts else "contract"


def plural(table: str) -> str:
    """The name of a table as a noun: care_spells -> care spells."""
    return table.replace("_", " ")
