"""A plan with a column of every type, and cells of every kind for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from hypothesis import strategies as st

from pbr.language.types import Type
from pbr.plan.plan import Column, Cover, Link, RowRule, Table
from pbr.submission.accepted import Accepted
from tests.submission.submitting import number, plan_of, submitted, text

CODES = ("red", "a+b", "(x)", "£1", "two words", "no\u00a0break")
WIDE = Table(
    "wide",
    ("id",),
    (
        text("id"),
        number("whole", "whole", at_least="0/1", at_most="364/1"),
        number("exact", decimals=2),
        number("rounded", decimals=1, mode="half up", blank="unknown"),
        number("share", "percent", decimals=1, at_least="0/1", at_most="1/1"),
        number("gap", "points", decimals=1),
        number("fee", "money", top=10**13),
        number("stay", "days", blank="none"),
        text("day", "date"),
        text("moment", "date", blank="not yet", take="date part"),
        text("agreed", "truth", blank="unknown"),
        text("colour", "code", codes=CODES),
        text("marks", "codes", blank="none", codes=CODES, separator="|"),
        text("words", "codes", blank="none", codes=("a", "b"), separator=" "),
        text("note", "text", blank="unknown"),
        text("short", "text", shortest=2, longest=5),
        text("number", "identifier", blank="unknown", written_as="AA99.9 A"),
        text("nhs", "identifier", blank="unknown", check_digit="NHS number"),
        Column("kind", Type("code", codes=("x", "y")), None, "literal", "y"),
    ),
    "provider",
)
VISITS = Table(
    "visits",
    ("id", "day"),
    (
        text("id", link=True),
        text("day", "date"),
        text("service", "code", codes=("s", "t")),
        text("place", "code", blank="unknown", codes=("p", "q")),
    ),
    "provider",
    parent=Link("children", "wide", ("id",), ("id",)),
    once=("id", "service"),
    rules=(RowRule("repeated", "R1", "flag", ("day", "service"), says="the same service on one day", clause="Sch 1 para 2", line=12),),
)
NUMBERED = Table("numbered", ("number",), (number("number", "whole"), text("name")), "provider", cover=Cover("wide", ("name",), ("id",)))
PLAN = plan_of(WIDE, VISITS, NUMBERED)

BLANKS = st.sampled_from(["", "", " ", "\t", "\u00a0 "])
NOISE = st.one_of(
    BLANKS,
    st.text("0123456789-+.,eE%£$ /:TZ", max_size=10),
    st.text("abAB01|+()£.\\[]{}^$*? \t\n\r\u00a0\u200b\u2028\u00ad\u0085\u001f\U000e0041\u0301\u3164\ufe0f\ue000٣é😀", max_size=8),
    st.sampled_from(
        ["nan", "None", "null", "NA", "-", "1/2", "yes\n", "\u212aes", "$5 ${x} $$", "<b>&amp;</b>", "2001", "'", '"', "x" * 2001]
    ),
)
_MAYBE = st.sampled_from(["", "", "", " ", "\t", "\u00a0", "\n"])
_DATES = st.one_of(
    st.builds("{:04}-{:02}-{:02}".format, st.sampled_from([0, 1, 1900, 2000, 2012, 2013, 9999]), st.integers(0, 13), st.integers(0, 32)),
    st.builds("{}-02-29".format, st.sampled_from(["0000", "0004", "0100", "0400", "1900", "2000", "2012", "2015", "2100", "2400"])),
    st.sampled_from(["2012-2-3", "03/02/2012", "2012-01-01 ", "20120101", "２012-01-01"]),
)
_TIMES = st.sampled_from(["", "T10:00", " 23:59:59", "T24:00", " 10:00:00.5Z", "T10:00+01:00", "T10:00\nx", " at ten"])
_NUMBERS = st.one_of(
    st.sampled_from(["12", "-1", "+7", "007", "400", "0.5", "1.25", "1.255", ".5", "5.", "1e2", "1E-3", "12%", "5.0 %", "5.55%", "120%", "1,234.50", "£5",
                     "£1,234.5", "5.0 percentage points", "0.04 percentage point", "12,34", "1e999", "9" * 30, "٣", "1_000", "--1"]),
    st.integers(-400, 400).map(str),
)  # fmt: skip
_LISTED = st.one_of(
    st.sampled_from(
        [*CODES, "Red", "red ", "no break", "a b", "x", "y", "X", "red|a+b", "red||a+b", " red | (x) ", "red|", "£1|blue", "a|b", "a  b"]
    ),
)
_TEXTS = st.sampled_from(["abc", "a", "abcdef", "ab\u00a0cd", "ab\u200bcd", "AB12.3 C", "AB12x3 C", "ab12.3 C", "AB12.3 CC", "9434765919", "9434765918", "943 476 5919"])  # fmt: skip
_YES = st.sampled_from(["yes", "No", "Y", "TRUE", "false", "1", "0", "ja", "yess", "oui", "\u017fs"])
_OF: dict[str, st.SearchStrategy[str]] = {
    **dict.fromkeys(("day",), _DATES),
    "moment": st.builds("{}{}".format, _DATES, _TIMES),
    "agreed": _YES,
    **dict.fromkeys(("colour", "marks", "words", "kind"), _LISTED),
    **dict.fromkeys(("note", "short", "number", "nhs"), _TEXTS),
}
_RIGHT = {
    "whole": "12", "exact": "0.25", "rounded": "1.2", "share": "5.0%", "gap": "1.5", "fee": "£1,234.50", "stay": "26", "day": "2012-02-29", "moment": "2012-04-01T10:00",
    "agreed": "yes", "colour": "red", "marks": "red|(x)", "words": "a b", "note": "fine", "short": "abc", "number": "AB12.3 C", "nhs": "9434765919", "kind": "x",
}  # fmt: skip
RIGHT = ["K900", *_RIGHT.values()]  # a row with nothing wrong
# for each fault of a cell a column and a cell that has it
FAULTS = (
    ("whole", ""), ("whole", "1.5"), ("exact", "half"), ("exact", "0.255"), ("whole", "365"), ("share", "5"), ("gap", "5%"), ("fee", "12.345"), ("stay", "2 days"),
    ("day", "1/2/2012"), ("day", "2013-02-29"), ("moment", "2013-02-29 10:00"), ("agreed", "perhaps"), ("colour", "blue"), ("colour", "re\u200bd"), ("marks", "red|blue"),
    ("words", "a  b"), ("words", "a\u200b"), ("note", "x" * 2001), ("note", "a\tb"), ("number", "AB12.3\u200bC"), ("short", "a"), ("short", "abcdef"), ("number", "AB123 C"), ("nhs", "9434765918"),
    ("note", "e\u0301"), ("colour", "re\u0301d"), ("marks", "re\u0301d"), ("words", "a e\u0301"), ("nhs", "94347659\u0378"),
)  # fmt: skip
FAULTY = [[f"F{n}", *(cell if column == name else _RIGHT[name] for name in _RIGHT)] for n, (column, cell) in enumerate(FAULTS)]
VISITED = [
    ["K900", "2012-01-01", "s", "p"],
    ["K900", "2012-01-02", "s", "q"],  # the same service, and it differs
    ["K900", "2012-01-03", "t", ""],
    ["K900", "2012-01-03", "t", ""],  # a copy
    ["K900", "2012-01-04", "t", ""],  # the same service again
    ["K901", "2012-01-01", "s", ""],  # nobody's
]


def _cell(column: str) -> st.SearchStrategy[str]:
    if column == "id":
        return st.one_of(st.integers(1, 300).map(lambda n: f"K{n}"), st.sampled_from(["K1 ", " K2", "K\u200b3", "K\n4", "k5", "", "$&<i>"]))
    padded = st.builds("{}{}{}".format, _MAYBE, _OF.get(column, _NUMBERS), _MAYBE)
    return st.one_of(st.just(_RIGHT[column]), st.just(_RIGHT[column]), padded, NOISE)


WIDE_ROW = st.tuples(*(_cell(column.name) for column in WIDE.columns)).map(list)
VISIT = st.tuples(
    _cell("id"), st.one_of(_DATES, st.just("2012-02-29")), st.sampled_from(["s", "s", "t", "", "u"]), st.sampled_from(["p", "q", ""])
).map(list)
NUMBERED_ROW = st.tuples(st.sampled_from(["1", "01", "+1", "2", "3", "x", ""]), _cell("id")).map(list)


@contextmanager
def read(wide: list[list[str]], visits: list[list[str]], numbered: list[list[str]]) -> Iterator[Accepted]:
    """The three tables, read as they are."""
    given: list[Any] = [
        (table.name, [[column.name for column in table.columns], *rows])
        for table, rows in ((WIDE, wide), (VISITS, visits), (NUMBERED, numbered))
    ]
    with submitted(PLAN, *given) as accepted:
        yield accepted
