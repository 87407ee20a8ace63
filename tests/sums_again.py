"""Does a printed sum again: what stands before ``=``, read as a person would read it, must come to what stands after it."""

from __future__ import annotations

import re
from fractions import Fraction

_NUMBER = r"(?P<sign>-?)(?:[A-Z]{0,3}[£$€])?(?P<digits>\d[\d,]*(?:\.\d+)?)(?P<unit>%| percentage points?| minutes?| days?| months?)?(?P<per> per (?:\w+))?"
_VALUE = re.compile(rf"(?:about )?{_NUMBER}(?: \((?P<top>-?[\d,]+)/(?P<of>[\d,]+)\))?")


class Unread(Exception):
    """Words, or a value that is no number: nothing to do again."""


def false_sums(text: str) -> list[str]:
    """Sums in a text that do not come to what they say; those with words in them are left alone."""
    out = []
    for line in re.split(r"\n|; |, so |, but |, and |: | and ", text):
        left, equals, right = line.strip().partition(" = ")
        if equals and " = " not in right:
            try:
                found, last = value_of(left), _end(right)
            except Unread:
                continue
            if abs(found - last[0]) > last[1]:
                out.append(line.strip())
    return out


def value_of(text: str) -> Fraction:
    """A sum of values, × and / before + and -, with brackets. Percentages are parts of 1."""
    found, rest = _plus(text.strip())
    if rest:
        raise Unread
    return found


def _plus(text: str) -> tuple[Fraction, str]:
    found, text = _times(text)
    while text.startswith(("+ ", "- ")):
        sign = 1 if text[0] == "+" else -1
        more, text = _times(text[2:])
        found += sign * more
    return found, text


def _times(text: str) -> tuple[Fraction, str]:
    found, text = _one(text)
    while text.startswith(("× ", "* ", "/ ")):
        by, divided = text[2:], text[0] == "/"
        more, text = _one(by)
        if divided and not more:
            raise Unread
        found = found / more if divided else found * more
    return found, text


def _one(text: str) -> tuple[Fraction, str]:
    if text.startswith("("):
        found, rest = _plus(text[1:])
        if not rest.startswith(")"):
            raise Unread
        return found, rest[1:].strip()
    match = _VALUE.match(text)
    if match is None:
        raise Unread
    return _read(match), text[match.end() :].strip()


def _read(match: re.Match[str]) -> Fraction:
    if match["top"]:
        return Fraction(int(match["top"].replace(",", "")), int(match["of"].replace(",", "")))
    number = Fraction(match["digits"].replace(",", "")) * (-1 if match["sign"] else 1)
    if match["per"] == " per point":
        return number * 100
    return number / 100 if match["unit"] and match["unit"].startswith(("%", " perc")) else number


def _end(text: str) -> tuple[Fraction, Fraction]:
    """What a sum is said to come to, and half of its last decimal: it may be shown, or be, rounded."""
    rounded = text.endswith(" (rounded)")
    match = _VALUE.fullmatch(text.removesuffix(" (rounded)").rstrip("."))
    if match is None:
        raise Unread
    places = len(match["digits"].partition(".")[2])
    unit = Fraction(1, 10**places) * (1 if rounded else Fraction(1, 2))
    return _read(match), unit / 100 if match["unit"] and match["unit"].startswith(("%", " perc")) else unit
