"""Sentences for findings: what was expected of a column, in the contract's own units."""

from __future__ import annotations

from fractions import Fraction

from pbr.language.currencies import SIGNS
from pbr.plan.plan import Column
from pbr.plan.quantities import written_base
from pbr.submission.checkdigits import DIGIT, FORM, MARKS
from pbr.submission.codes import in_short
from pbr.submission.typed import ELSEWHERE, MOMENT, SERIAL, scale_of


def says(column: Column, code: str, currency: str, needed: bool) -> str:
    """One sentence for a cell of the column with this code."""
    kind = column.type.kind
    if code == "PBR440":
        return f"{column.name} is blank; " + ("it tells rows apart or links them" if needed else "the contract refuses a blank here")
    if code == "PBR443":
        return f"{column.name} has more than {scale_of(column).places} decimals, and the contract does not round on reading"
    if code == "PBR451":
        codes = ", ".join(column.type.codes[:12]) + (", ..." if len(column.type.codes) > 12 else "")
        return f"{column.name}: expected " + ("codes" if kind == "codes" else "a code") + f" of the list {codes}"
    if code == "PBR454":
        return f"{column.name} is out of bounds: {_bounds(column, currency)}"
    if code == "PBR457":
        return f"{column.name}: expected {_lengths(column)}"
    if code == "PBR458":
        return f"{column.name}: expected it written as {column.written_as} (A: a capital letter, 9: a digit, anything else: itself)"
    if code == "PBR456":
        return f"{column.name} holds a character that cannot be told by sight"
    if code == "PBR464":
        return f"{column.name}: expected its letters in their usual Unicode form (NFC), where an accented letter is one character"
    expected = {
        "PBR441": "a whole number, such as 12",
        "PBR442": "a number, such as 0.25",
        "PBR444": "a percentage with its sign, such as 5.0%",
        "PBR445": "percentage points, such as 5.0 or 5.0 percentage points",
        "PBR446": f"money, such as {SIGNS[currency]}1,234.50",
        "PBR447": f"a price, such as {SIGNS[currency]}15.12",
        "PBR448": "a date, such as 2012-04-01" + (", or a moment that begins with one" if column.take else "") + _or_blank(column),
        "PBR449": "a day that exists",
        "PBR450": "yes or no",
        "PBR452": "at most 2,000 characters",
        "PBR453": "no control characters",
        "PBR455": f"a whole number of {kind}, such as 26",
    }
    return f"{column.name}: expected {expected[code]}" if code in expected else f"{column.name}: {in_short(code)}"


def of_check_digit(column: Column) -> dict[str, str]:
    """Sentences for PBR459, by why the library refuses. None of them says which digit would be right."""
    name, scheme = column.name, column.check_digit
    return {
        DIGIT: f"{name}: expected the check digit to agree ({scheme})",
        FORM: f"{name}: expected the length and the characters of its kind ({scheme})",
        MARKS: f"{name}: expected no blanks or dashes in it, and letters as this kind has them ({scheme})",
    }


def of_form(column: Column) -> str:
    """The sentence for PBR464 where a character is unassigned; its number is added."""
    return f"{column.name} holds a character that Unicode does not have"


def of_date(column: Column) -> list[tuple[str, str]]:
    """Sentences for PBR448 by the form of what was found: patterns (RE2, to be matched whole), the first that fits counts."""
    name = column.name
    serial = f"{name}: expected a date; found a number, which may be how a spreadsheet counts days: format the cell as a date"
    moment = f"{name}: expected a date; found a moment, with a time of day: leave the time out, or let the contract say `take: date part`"
    offset = (
        f"{name}: expected a date; found a moment with an offset from UTC, whose day depends on the place: write the day of the place meant"
    )
    always = [(SERIAL, serial), (ELSEWHERE, offset)]
    return always if column.take else [*always, (MOMENT, moment)]


def _or_blank(column: Column) -> str:
    return "; or leave it blank: not yet happened" if column.blank == "not yet" else ""


def _lengths(column: Column) -> str:
    low, high = column.shortest, column.longest
    if low == high:
        return f"exactly {low:,} character" + ("" if low == 1 else "s")
    if low is None or high is None:
        return f"at least {low:,} characters" if low is not None else f"at most {high:,} characters"
    return f"{low:,} to {high:,} characters"


def _bounds(column: Column, currency: str) -> str:
    scale = scale_of(column)
    assert column.shape is not None and column.shape.den is not None
    low, high = (_written(Fraction(end * scale.times, column.shape.den), column, currency) for end in (scale.low, scale.high))
    return f"expected {low} to {high}"


def _written(value: Fraction, column: Column, currency: str) -> str:
    """A value in base units as a person writes it in the column; exact."""
    kind, scale = column.type.kind, scale_of(column)
    units = value / written_base(column.type.kind, column.priced_per) * 10**scale.places
    assert units.denominator == 1
    digits = str(abs(units.numerator)).rjust(scale.places + 1, "0")
    text = digits if scale.places == 0 else f"{digits[: -scale.places]}.{digits[-scale.places :]}"
    if kind in ("number", "percent", "points", "price") and "." in text:
        text = text.rstrip("0").rstrip(".")
    sign = "-" if units < 0 else ""
    if kind in ("money", "price"):
        whole, point, part = text.partition(".")
        text = f"{int(whole):,}{point}{part}"
        return f"{sign}{SIGNS[currency]}{text}"
    return sign + text + ("%" if kind == "percent" else "")
