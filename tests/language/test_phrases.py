"""Each phrase that is not an expression, right and wrong."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from pbr.language.parser import parse
from pbr.language.phrases import (
    AllocatePhrase,
    DaysPhrase,
    EachPhrase,
    LengthPhrase,
    LinkPhrase,
    PerPhrase,
    RejectedPhrase,
    RoundingPhrase,
    RunsPhrase,
    TotalPhrase,
    parse_allocate,
    parse_days_of,
    parse_each,
    parse_held,
    parse_length,
    parse_link,
    parse_per,
    parse_refused_over,
    parse_rejected,
    parse_rounding,
    parse_runs_begin,
    parse_settles,
    parse_total,
)
from pbr.language.tree import Name
from pbr.language.trouble import Trouble
from pbr.plan.operations import ROUNDING, WHEN_HELD

RIGHT: list[tuple[Callable[[str], Any], str, Any]] = [
    (parse_link, "releases by person_id", LinkPhrase("releases", ("person_id",))),
    (parse_link, "results by hospital_ccn , condition", LinkPhrase("results", ("hospital_ccn", "condition"))),
    (parse_per, "contract", PerPhrase("contract")),
    (parse_per, "members in claims", PerPhrase("members", "claims")),
    (parse_each, "year from 1 October, by released_on", EachPhrase("year", 1, 10, ("released_on",))),
    (parse_each, "year from 31 December, by releases.released_on", EachPhrase("year", 31, 12, ("releases", "released_on"))),
    (parse_each, "quarter from 1 April, by d", EachPhrase("quarter", 1, 4, ("d",))),
    (parse_each, "month, by d", EachPhrase("month", None, None, ("d",))),
    (parse_each, "week, by d", EachPhrase("week", None, None, ("d",))),
    (parse_allocate, "by achieved_on then claim_id", AllocatePhrase((("achieved_on",), ("claim_id",)))),
    (parse_allocate, "by people.name", AllocatePhrase((("people", "name"),))),
    (parse_rounding, "1 penny, half up", RoundingPhrase("1 penny", "half up")),
    *((parse_rounding, f"4 decimals, {mode}", RoundingPhrase("4 decimals", mode)) for mode in ROUNDING),
    *((parse_held, words, words) for words in WHEN_HELD),
    (parse_held, "  leave   out ", "leave out"),
    (parse_rejected, "hold", RejectedPhrase("hold")),
    (parse_rejected, "count against the supplier", RejectedPhrase("count against the supplier")),
    (parse_rejected, "leave out", RejectedPhrase("leave out")),
    (parse_rejected, "leave out up to 0.5%", RejectedPhrase("leave out", Fraction(1, 200))),
    (parse_rejected, "leave out up to 0%", RejectedPhrase("leave out", Fraction(0))),
    (parse_length, "10", LengthPhrase(10, 10)),
    (parse_length, " 2  to 10", LengthPhrase(2, 10)),
    (parse_length, "1 to 2000", LengthPhrase(1, 2000)),
    (parse_total, "rows", TotalPhrase("rows")),
    (parse_total, "count different person_id", TotalPhrase("different", "person_id")),
    (parse_total, "sum of hours", TotalPhrase("sum", "hours")),
    (parse_total, "sum of rows", TotalPhrase("sum", "rows")),
    (parse_refused_over, "5%", Fraction(1, 20)),
    (parse_refused_over, "0%", Fraction(0)),
    (parse_refused_over, "99.99%", Fraction(9999, 10000)),
    (parse_days_of, "jobs from began_on to ended_on", DaysPhrase("jobs", Name(("began_on",)), Name(("ended_on",)))),
    (
        parse_days_of,
        "jobs from began_on to people.ended_on where (paid)",
        DaysPhrase("jobs", Name(("began_on",)), Name(("people", "ended_on")), Name(("paid",))),
    ),
    (parse_runs_begin, "within 104 weeks from attached_on", RunsPhrase(parse("104 weeks"), parse("attached_on"))),
    (parse_settles, "when seen", None),
    (parse_settles, "released_on + 18 months", parse("released_on + 18 months")),
]


@pytest.mark.parametrize(("read", "text", "phrase"), RIGHT, ids=[text for _, text, _ in RIGHT])
def test_a_phrase_is_read(read: Callable[[str], Any], text: str, phrase: Any) -> None:
    assert read(text) == phrase


PERIODS = "where `year`, `quarter`, `month`, `week` or `period` was expected."
HELD = "Write one of: hold, leave out, take as yes, take as no, only if it cannot matter."
REJECTED = "Write one of: hold, count against the supplier, leave out."
WRONG: list[tuple[Callable[[str], Any], str, str, str]] = [
    (parse_link, "", "", "There is nothing here; a table and its columns, such as people by person_id, was expected."),
    (
        parse_link,
        "releases",
        "",
        "Found the end where `by` was expected. Name the columns that link the two tables: releases by COLUMN, or releases by COLUMN, COLUMN.",
    ),
    (parse_link, "releases by", "", "Found the end where the name of a column was expected."),
    (parse_link, "releases by a,", "", "Found the end where the name of a column was expected."),
    (parse_link, "releases by a, a", "a", "The column `a` stands here twice."),
    (parse_link, "releases by a.b", ".", "Found `.` where the end was expected."),
    (parse_link, "releases by first", "first", "`first` is a word of the language; the name of a column was expected."),
    (parse_per, "members of claims", "of", "Found `of` where the end was expected."),
    (parse_per, "members in", "", "Found the end where the name of a cohort was expected."),
    (parse_each, "years from 1 October, by d", "years", f"Found `years` {PERIODS} Write year."),
    (parse_each, "day, by d", "day", f"Found `day` {PERIODS}"),
    (
        parse_each,
        "year, by d",
        "year",
        "The day on which the first year of a year begins is missing. Write year from 1 January, by d, with its own day.",
    ),
    (parse_each, "month from 1 April, by d", "from", "A month begins where the calendar says. Write month, by d."),
    (
        parse_each,
        "week from 1 April, by d",
        "from",
        "A week begins where the calendar says. Write week, by d. Weeks are counted from the term's first day.",
    ),
    (parse_each, "year from 29 February, by d", "29 February", "Not every year has 29 February."),
    (parse_each, "year from 0 May, by d", "0 May", "Not every year has 0 May."),
    (
        parse_each,
        "quarter from 31 January, by d",
        "31 January",
        "Quarters cannot begin on day 31: not every month has it. Write a day from 1 to 28.",
    ),
    (parse_each, "year from 1 Oct, by d", "Oct", "`Oct` is not a month. Write October."),
    (parse_each, "year from 1 Foo, by d", "Foo", "`Foo` is not a month. Write the month's full name: October."),
    (parse_each, "year from October, by d", "October", "Found `October` where a day such as 1 October was expected."),
    (parse_each, "year from 1 October by d", "by", "Found `by` where `,` was expected."),
    (parse_each, "year from 1 October, by", "", "Found the end where the name of a date was expected."),
    (parse_allocate, "achieved_on", "achieved_on", "Found `achieved_on` where `by` was expected."),
    (parse_allocate, "by a, b", ",", "Found `,` where the end was expected."),
    (parse_allocate, "by a then a", "a", "`a` stands here twice."),
    (
        parse_rounding,
        "penny, half up",
        "penny",
        "Found `penny` where the unit of a rounding was expected. "
        "Write a number of decimals (4 decimals), or a coin: 1 penny, 1 pound, 1 cent, 1 dollar, 1 euro, 1 franc.",
    ),
    (parse_rounding, "1 penny half up", "half", "Found `half` where `,` was expected."),
    (
        parse_rounding,
        "1 penny, up",
        "up",
        "Found `up` where the way of rounding was expected. Write one of: half up, half even, toward zero, away from zero, floor, ceiling.",
    ),
    (parse_held, "take as maybe", "take", f"Found `take` where what to do with held rows was expected. {HELD}"),
    (parse_held, "leave out up to 1%", "up", "Found `up` where the end was expected."),
    (parse_rejected, "ignore", "ignore", f"Found `ignore` where what to do with rejected rows was expected. {REJECTED}"),
    (parse_rejected, "hold up to 5%", "up", "Found `up` where the end was expected."),
    (
        parse_rejected,
        "leave out up to 0.005",
        "0.005",
        "Found `0.005` where a percentage was expected. Write a percentage of the rows submitted: leave out up to 0.5%.",
    ),
    (parse_rejected, "leave out up to 101%", "101%", "More than 100% of the rows cannot be left out."),
    (parse_length, "", "", "There is nothing here; a number of characters, such as 10 or 2 to 10, was expected."),
    (parse_length, "2 to", "", "Found the end where a number of characters was expected. Write 10, or 2 to 10."),
    (parse_length, "10 characters", "characters", "Found `characters` where the end was expected."),
    (parse_length, "2.5", "2.5", "Found `2.5` where a number of characters was expected. Write 10, or 2 to 10."),
    (parse_length, "5 to 2", "5 to 2", "5 to 2 goes backwards, and no text is so long. Write 2 to 5."),
    (parse_length, "0", "0", "A cell has from 1 to 2,000 characters, not 0. An empty cell is a blank: `blank` says what it means."),
    (parse_length, "2001", "2001", "A cell has from 1 to 2,000 characters, not 2001. Longer texts are not read."),
    (
        parse_total,
        "count of people",
        "count",
        "Found `count` where a total was expected. Write rows, count different COLUMN or sum of COLUMN.",
    ),
    (parse_total, "sum of", "", "Found the end where the name of a column was expected."),
    (parse_total, "rows of people", "of", "Found `of` where the end was expected."),
    (parse_refused_over, "0.05", "0.05", "Found `0.05` where a percentage was expected. Write a percentage of the rows submitted: 5%."),
    (parse_refused_over, "5% of rows", "of", "Found `of` where the end was expected."),
    (
        parse_refused_over,
        "100%",
        "100%",
        "Never more than 100% of the rows are rejected, so nothing would be refused. Write less than 100%; 0% refuses a submission with any rejected row.",
    ),
    (parse_days_of, "jobs from began_on", "", "Found the end where `to` was expected."),
    (
        parse_runs_begin,
        "within 104 from d",
        "104",
        "Found `104` where a span was expected after within. Write a whole number with its unit: 12 months.",
    ),
]


@pytest.mark.parametrize(("read", "text", "marked", "message"), WRONG, ids=[f"{read.__name__} {text}" for read, text, _, _ in WRONG])
def test_a_wrong_phrase_gets_its_message(read: Callable[[str], Any], text: str, marked: str, message: str) -> None:
    with pytest.raises(Trouble) as caught:
        read(text)
    trouble = caught.value
    assert str(trouble) == message
    assert text[trouble.at : trouble.end] == marked
