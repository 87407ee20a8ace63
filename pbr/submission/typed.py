"""Typing a column of text in SQL: first the pattern, then the cast. Every cell gets a value or the code of what is wrong with it.

Cells are trimmed of the blanks around them; one with nothing left, or that is a missing marker, is blank. Numbers are scaled to
integers digit by digit, as text: no float and no DECIMAL takes part. Bounds are checked on the value as read, after rounding.

A cell has one code, the first of: blank, characters, pattern or list, bounds; of identifiers and text: blank, characters, length, picture,
Unicode form, check digit. What comes later follows from what came before (a number one digit short has no picture and no check digit either), and to put
right what is said puts it right as well. A row has the codes of all its cells.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction

from pbr.language.currencies import SIGNS
from pbr.plan.plan import Column
from pbr.plan.quantities import written_base
from pbr.platform.sqltext import quote_name, quote_text
from pbr.submission.raw import trimmed

_DIGITS = r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"
_EXPONENT = r"(?:[eE][+-]?[0-9]{1,3})?"
_GROUPED = r"(?:[1-9][0-9]{0,2}(?:,[0-9]{3})+|[0-9]+)"  # not 0,100: a comma after a zero may stand for a point
_DATE = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_LEAP = "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)"
_EXISTING = (
    "[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))"
    f"|{_LEAP}-02-29"
)
_TIME = r"[T ](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.,][0-9]{1,9})?)?"
MOMENT = f"{_DATE}{_TIME}"
ELSEWHERE = f"{MOMENT} ?(?:[Zz]|UTC|GMT|[+-][0-9]{{2}}(?::?[0-9]{{2}})?)"  # what day it is there depends on the place: never taken
SERIAL = r"[1-9][0-9]{4}(?:\.[0-9]+)?"  # days from 1927 to 2173 as spreadsheets count them
BIG = 9 * 10**18
MOST = 2000  # characters of an identifier or a text
# RE2, which knows Unicode 15.0. First Default_Ignorable_Code_Point of Unicode 15.0, where that is more than Cf: what programs show as nothing.
_IGNORED = (
    r"\x{34f}\x{115f}-\x{1160}\x{17b4}-\x{17b5}\x{180b}-\x{180f}\x{2065}\x{3164}\x{fe00}-\x{fe0f}\x{ffa0}\x{fff0}-\x{fff8}"
    r"\x{1bca0}-\x{1bca3}\x{1d173}-\x{1d17a}\x{e0000}-\x{e0fff}"
)
# Letters and signs that are blank: Braille without a dot, object replacement, a Khitan filler, Egyptian blanks, a note without a head.
_BLANK = r"\x{2800}\x{fffc}\x{16fe4}\x{13441}-\x{13442}\x{1d159}"
# ... and format characters, private use, line and paragraph separators, every space but the ordinary one
INVISIBLE = rf"[\p{{Cf}}\p{{Co}}\p{{Zl}}\p{{Zp}}{_IGNORED}{_BLANK}]|[^\P{{Zs}} ]"
# What Unicode 15.0 assigns no character: how it looks and which form it has is open. The suites do not say it: it is 707 ranges.
UNASSIGNED = r"[^\p{L}\p{M}\p{N}\p{P}\p{S}\p{Z}\p{C}]"
_SPANS = ("days", "months", "minutes")
NOT_ONE = {
    "whole": "PBR441",
    "number": "PBR442",
    "percent": "PBR444",
    "points": "PBR445",
    "money": "PBR446",
    "price": "PBR447",
    "date": "PBR448",
    "truth": "PBR450",
    "code": "PBR451",
    "codes": "PBR451",
    **dict.fromkeys(_SPANS, "PBR455"),
}


@dataclass(frozen=True)
class Scale:
    """How a written number becomes a numerator: written in units of 10**-places, numerator = units x times, between low and
    high. Raises ValueError where the plan's shape cannot hold the column's decimals."""

    places: int
    times: int
    low: int
    high: int

    @property
    def width(self) -> int:
        """The most digits that units within the bounds can have."""
        return max(len(str(abs(self.low))), len(str(abs(self.high))))

    @property
    def integer(self) -> str:
        return "BIGINT" if 10**self.width * self.times < BIG else "HUGEINT"


def scale_of(column: Column) -> Scale:
    kind, shape = column.type.kind, column.shape
    if shape is None or shape.den is None:
        raise ValueError(f"column {column.name} has no static shape")
    base = written_base(kind, column.priced_per)
    places = {"whole": 0, "money": 2, **dict.fromkeys(_SPANS, 0)}.get(kind, column.decimals)
    if places is None:  # as many as the shape holds exactly
        places = next(p for p in range(40, -1, -1) if (shape.den * base / 10**p).denominator == 1)
    times = shape.den * base / 10**places
    if times.denominator != 1 or times < 1:
        raise ValueError(f"column {column.name}: {places} decimals do not fit denominator {shape.den}")
    whole = times.numerator
    top = min(shape.top, 10**38 - 1)  # what a HUGEINT surely holds
    low, high = -top, top
    if column.at_least is not None:
        low = max(low, _ceiling(Fraction(column.at_least) * shape.den))
    if column.at_most is not None:
        high = min(high, (Fraction(column.at_most) * shape.den).__floor__())
    return Scale(places, whole, -((-low) // whole), high // whole)


def _ceiling(value: Fraction) -> int:
    return -((-value.numerator) // value.denominator)


def cell_sign(currency: str) -> str:
    """The pattern of a currency's sign before a number: not needed, and its space, where it has one, not either."""
    sign = SIGNS[currency]
    return f"(?:{re.escape(sign.strip())}{' ?' if sign.endswith(' ') else ''})?"


def without_sign(text: str, currency: str) -> str:
    """SQL: the text without the currency's sign."""
    sign = SIGNS[currency]
    for written in dict.fromkeys((sign, sign.strip())):
        text = f"replace({text}, {quote_text(written)}, '')"
    return text


def pattern_of(column: Column, currency: str) -> str:
    """The pattern (RE2, to be matched whole) of a numeric kind or a date."""
    kind = column.type.kind
    sign = cell_sign(currency)
    patterns = {
        "whole": "[+-]?[0-9]+",
        "number": f"[+-]?{_DIGITS}{_EXPONENT}",
        "percent": f"[+-]?{_DIGITS} ?%",
        "points": f"[+-]?{_DIGITS}{_EXPONENT}(?: +percentage points?)?",
        "money": rf"[+-]?{sign}{_GROUPED}(?:\.[0-9]{{1,2}})?",
        "price": rf"[+-]?{sign}{_GROUPED}(?:\.[0-9]+)?(?: per {column.priced_per})?",
        "date": f"{_DATE}(?:{_TIME})?" if column.take == "date part" else _DATE,
        **dict.fromkeys(_SPANS, "[+-]?[0-9]+"),
    }
    return patterns[kind]


def picture_pattern(picture: str) -> str:
    """The pattern (RE2, to be matched whole) of ``written_as``: AA999 becomes [A-Z]{2}[0-9]{3}, in effect."""
    return "".join({"A": "[A-Z]", "9": "[0-9]"}.get(sign, f"\\x{{{ord(sign):x}}}") for sign in picture)


def typed_sql(
    columns: tuple[Column, ...],
    keys: frozenset[str],
    missing: list[str],
    currency: str,
    raw: str,
    wrong: Mapping[str, str] | None = None,
    ascii: Collection[int] = (),
) -> str:
    """A query over ``raw`` (_row, _r0, _r1, ... text): _row, each column's value under its name, _e0, _e1, ... (a code of ``codes`` or
    NULL), _r0, _r1, ... and _bad (some code is there). ``keys``: columns that may never be blank. ``wrong``: by column, the table (value)
    of texts whose check digit is refused. ``ascii``: numbers of columns whose cells are all ASCII, of which what Unicode has to say is not asked: its
    patterns take longer to prepare than a few rows take."""
    layers: list[list[str]] = [[] for _ in range(6)]
    values, errors = [], []
    for number, column in enumerate(columns):
        refused = (wrong or {}).get(column.name, "")
        plain = number in ascii and (column.blank_is or "").isascii()
        value, error = _column(number, column, column.name in keys or column.link, missing, currency, refused, layers, plain)
        values.append(f"{value} AS {quote_name(column.name)}")
        errors.append(f"{error} AS _e{number}")
    sql = raw
    for layer in layers:
        if layer:
            sql = f"SELECT *, {', '.join(layer)} FROM ({sql})"
    kept = ["_row", *(f"_r{number}" for number in range(len(columns)))]
    sql = f"SELECT {', '.join([*kept, *values, *errors])} FROM ({sql})"
    bad = " OR ".join(f"_e{number} IS NOT NULL" for number in range(len(columns)))
    return f"SELECT *, ({bad}) AS _bad FROM ({sql})"


def given_sql(column: Column, needed: bool, missing: list[str], cell: str) -> str:
    """SQL: the text of a cell as the column takes it: trimmed, NULL where it is blank, what a blank stands for in its place."""
    given = trimmed(cell)
    marks = [mark for mark in missing if mark]
    if marks:
        given = f"CASE WHEN {given} IN ({', '.join(quote_text(mark) for mark in marks)}) THEN NULL ELSE {given} END"
    if column.blank_is is not None and not needed:
        given = f"coalesce({given}, {quote_text(column.blank_is)})"
    return given


def _column(
    number: int,
    column: Column,
    needed: bool,
    missing: list[str],
    currency: str,
    wrong: str,
    layers: list[list[str]],
    plain: bool,
) -> tuple[str, str]:
    """Adds the column's steps to the layers; gives the SQL of its value and of its code. ``plain``: its cells are all ASCII."""
    text = f"_t{number}"
    layers[0].append(f"{given_sql(column, needed, missing, f'_r{number}')} AS {text}")
    refused = needed or column.blank == "refused"
    blank = f"WHEN {text} IS NULL THEN {quote_text('PBR440') if refused else 'NULL'}"
    kind = column.type.kind
    if column.type.numeric:
        return _number(number, column, currency, blank, layers)
    if kind == "date":
        matches = f"regexp_full_match({text}, {quote_text(pattern_of(column, currency))})"
        layers[1].append(f"CASE WHEN {matches} THEN left({text}, 10) END AS _n{number}")
        # the days there are, by pattern too: nothing is cast that could fail, and year 0000 would become a year before Christ
        exists = f"_n{number} >= '0001' AND regexp_full_match(_n{number}, {quote_text(_EXISTING)})"
        layers[2].append(f"CASE WHEN {exists} THEN CAST(_n{number} AS DATE) END AS _v{number}")
        error = f"CASE {blank} WHEN _n{number} IS NULL THEN 'PBR448' WHEN _v{number} IS NULL THEN 'PBR449' END"
        return f"_v{number}", error
    if kind == "truth":
        yes, no = f"lower({text}) IN ('yes', 'y', 'true', '1')", f"lower({text}) IN ('no', 'n', 'false', '0')"
        return f"CASE WHEN {yes} THEN true WHEN {no} THEN false END", f"CASE {blank} WHEN {yes} OR {no} THEN NULL ELSE 'PBR450' END"
    # two keys that look the same must be the same; free text may hold what it likes
    unseen = f"regexp_matches({text}, {quote_text(INVISIBLE)})" if (needed or kind != "text") and not plain else "false"
    formed = "false" if plain else f"nfc_normalize({text}) <> {text}"
    if (needed or kind != "text") and not plain:
        formed = f"({formed} OR regexp_matches({text}, {quote_text(UNASSIGNED)}))"
    # putting a mark in its place among many takes long; no code is so long
    unlisted = f"WHEN {unseen} THEN 'PBR456' WHEN length({text}) <= {MOST} AND {formed} THEN 'PBR464' ELSE 'PBR451' END"
    if kind == "code":
        known = f"{text} IN ({', '.join(quote_text(code) for code in column.type.codes)})"
        return f"CASE WHEN {known} THEN {text} END", f"CASE {blank} WHEN {known} THEN NULL {unlisted}"
    if kind == "codes":
        listed = f"[{', '.join(quote_text(code) for code in column.type.codes)}]"
        parts = f"string_split({text}, {quote_text(column.separator)})" if column.separator else f"[{text}]"
        trim = trimmed("part")
        layers[1].append(f"list_transform({parts}, lambda part: coalesce({trim}, '')) AS _n{number}")
        known = f"list_has_all({listed}, _n{number})"
        value = f"CASE WHEN {text} IS NOT NULL AND {known} THEN list_sort(list_distinct(_n{number})) END"
        return value, f"CASE {blank} WHEN {known} THEN NULL {unlisted}"
    tests = [(f"length({text}) > {MOST}", "PBR452"), (f"regexp_matches({text}, '\\p{{Cc}}')", "PBR453"), (unseen, "PBR456")]
    if column.shortest is not None or column.longest is not None:
        shortest, longest = column.shortest or 0, MOST if column.longest is None else column.longest
        tests.append((f"length({text}) NOT BETWEEN {int(shortest)} AND {int(longest)}", "PBR457"))
    if column.written_as:
        tests.append((f"NOT regexp_full_match({text}, {quote_text(picture_pattern(column.written_as))})", "PBR458"))
    tests.append((formed, "PBR464"))
    if wrong:
        tests.append((f"{text} IN (SELECT value FROM {wrong})", "PBR459"))
    layers[1].append(f"CASE {blank} {' '.join(f'WHEN {test} THEN {quote_text(code)}' for test, code in tests)} END AS _n{number}")
    return f"CASE WHEN _n{number} IS NULL THEN {text} END", f"_n{number}"


def _number(number: int, column: Column, currency: str, blank: str, layers: list[list[str]]) -> tuple[str, str]:
    scale, kind, text = scale_of(column), column.type.kind, f"_t{number}"
    assert column.shape is not None
    n, whole, part, units, value = f"_n{number}", f"_i{number}", f"_f{number}", f"_u{number}", f"_v{number}"
    bare = text
    if kind in ("percent", "points", "price"):
        bare = f"split_part({bare}, {quote_text('%' if kind == 'percent' else ' p')}, 1)"
    if kind in ("money", "price"):
        bare = without_sign(f"replace({bare}, ',', '')", currency)
    # digits, point and exponent alone; the sign is read from the text
    layers[1].append(f"CASE WHEN regexp_full_match({text}, {quote_text(pattern_of(column, currency))}) THEN trim(lower({bare})) END AS {n}")
    mantissa = f"ltrim(split_part({n}, 'e', 1), '+-')"
    plain = (f"split_part({mantissa}, '.', 1)", f"split_part({mantissa}, '.', 2)")
    if kind in ("number", "points"):
        # the exponent moves the point within the text of the digits
        digits = f"(replace({mantissa}, '.', ''))"
        point = f"CAST(length({plain[0]}) + CAST(split_part({n}, 'e', 2) AS INTEGER) AS INTEGER)"
        moved = (
            f"CASE WHEN {point} <= 0 THEN '' ELSE rpad(left({digits}, {point}), {point}, '0') END",
            f"CASE WHEN {point} <= 0 THEN repeat('0', -{point}) || {digits} ELSE substr({digits}, {point} + 1) END",
        )
        plain = tuple(f"CASE WHEN contains({n}, 'e') THEN {moved[i]} ELSE {plain[i]} END" for i in (0, 1))  # type: ignore[assignment]
    layers[2] += [f"{plain[0]} AS {whole}", f"{plain[1]} AS {part}"]
    rest = f"substr({part}, {scale.places + 1})"
    layers[3].append(f"ltrim({whole} || rpad({part}, {scale.places}, '0'), '0') AS {units}")
    up = f"CASE WHEN left({rest}, 1) >= '5' THEN 1 ELSE 0 END" if column.round_on_reading == "half up" else "0"
    over = "false" if column.round_on_reading == "half up" else f"rtrim({rest}, '0') <> ''"
    size = f"CAST((CASE WHEN {units} = '' THEN '0' ELSE {units} END) AS {scale.integer}) + {up}"
    signed = f"CASE WHEN starts_with({text}, '-') THEN -({size}) ELSE {size} END"
    # more digits than the bounds have is out of bounds whatever the digits are; so no cast and no product can overflow
    layers[4].append(f"CASE WHEN length({units}) <= {scale.width} AND NOT ({over}) THEN {signed} END AS {value}")
    inside = f"{value} BETWEEN {_literal(scale.low)} AND {_literal(scale.high)}"
    final = "BIGINT" if column.shape.top < BIG else "HUGEINT"
    not_one = f"WHEN {n} IS NULL THEN {quote_text(NOT_ONE[kind])}"
    error = f"CASE {blank} {not_one} WHEN {over} THEN 'PBR443' WHEN {inside} THEN NULL ELSE 'PBR454' END"
    return f"CASE WHEN {inside} THEN CAST(({value}) * {scale.times} AS {final}) END", error


def _literal(value: int) -> str:
    return f"CAST('{value}' AS HUGEINT)" if abs(value) >= BIG else f"({value})"
