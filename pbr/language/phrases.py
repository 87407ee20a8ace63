"""Phrases that are not expressions: links, groupings by time, order, rounding, and what to do with held or rejected rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from pbr.language.aggregates import mode
from pbr.language.calls import rounding_mode, rounding_unit
from pbr.language.cursor import Cursor
from pbr.language.parser import parse, run
from pbr.language.tree import Name, Syntax
from pbr.language.trouble import Trouble
from pbr.language.vocabulary import WHEN_HELD

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
EVERY_YEAR = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)  # days that each year has
PERIODS = ("year", "quarter", "month", "week", "period")
WHEN_REJECTED = ("hold", "count against the supplier", "leave out")
MOST_CHARACTERS = 2000  # of one cell of text


@dataclass(frozen=True)
class LinkPhrase:
    """``releases by person_id``: the table, and the columns in the order of its key."""

    table: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class PerPhrase:
    """``families`` or ``families in claims``."""

    table: str
    cohort: str | None = None


@dataclass(frozen=True)
class EachPhrase:
    """``year from 1 October, by released_on``. Months and weeks have no first day of their own."""

    unit: str  # year | quarter | month | week | period (those that the cohort lists)
    day: int | None
    month: int | None
    by: tuple[str, ...]  # a dotted name


@dataclass(frozen=True)
class AllocatePhrase:
    """``by achieved_on then claim_id``: dotted names, the first deciding first."""

    names: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class RoundingPhrase:
    unit: str  # "1 penny" or "4 decimals"
    mode: str  # "half up"


@dataclass(frozen=True)
class RejectedPhrase:
    how: str  # one of WHEN_REJECTED
    up_to: Fraction | None = None  # a ratio: 1/200 for 0.5%; only with "leave out"


@dataclass(frozen=True)
class LengthPhrase:
    """``10`` or ``2 to 10``: the least and the most characters, 1 <= shortest <= longest <= MOST_CHARACTERS."""

    shortest: int
    longest: int


@dataclass(frozen=True)
class TotalPhrase:
    """``rows``, ``count different person_id`` or ``sum of hours``. ``what``: rows | different | sum; ``column`` of the last two."""

    what: str
    column: str = ""


@dataclass(frozen=True)
class DaysPhrase:
    """``jobs from began_on to ended_on where (c)``: dotted names of two dates of the table, and which rows (None: all)."""

    table: str
    first: Name
    last: Name
    where: Syntax | None = None


@dataclass(frozen=True)
class RunsPhrase:
    """``104 weeks from attached_on``. ``mode``: from | after | before."""

    span: Syntax
    start: Syntax
    mode: str = "from"


def parse_link(text: str) -> LinkPhrase:
    """``table by column, column``. Raises ``Trouble``."""
    c = Cursor.over(text, "a table and its columns, such as people by person_id,")
    table = c.word("the name of a table").text
    if not c.sees("by"):
        found = c.look()
        hint = f"Name the columns that link the two tables: {table} by COLUMN, or {table} by COLUMN, COLUMN."
        raise Trouble("PBR202", f"Found {found.said} where `by` was expected.", hint, found.at, found.end)
    c.need("by")
    columns = [c.word("the name of a column").text]
    while c.takes(","):
        _once(c, columns, "column")
        columns.append(c.word("the name of a column").text)
    c.finish()
    return LinkPhrase(table, tuple(columns))


def parse_per(text: str) -> PerPhrase:
    """``table`` or ``table in cohort``. Raises ``Trouble``."""
    c = Cursor.over(text, "the name of a table")
    table = c.word("the name of a table").text
    cohort = c.word("the name of a cohort").text if c.takes("in") else None
    c.finish()
    return PerPhrase(table, cohort)


def parse_each(text: str) -> EachPhrase:
    """``year from 1 October, by d``, ``quarter from 1 April, by d``, ``month, by d``, ``week, by d``, ``period, by d``. Raises ``Trouble``."""
    c = Cursor.over(text, "a period, such as year from 1 October, by released_on,")
    unit = c.look()
    if unit.text not in PERIODS:
        one = unit.text[:-1] if unit.text[:-1] in PERIODS else ""
        hint = f"Write {one}." if one else ""
        raise Trouble(
            "PBR220", f"Found {unit.said} where `year`, `quarter`, `month`, `week` or `period` was expected.", hint, unit.at, unit.end
        )
    c.take()
    day = month = None
    if unit.text in ("year", "quarter"):
        if not c.sees("from"):
            said = f"The day on which the first {unit.text} of a year begins is missing."
            raise Trouble("PBR220", said, f"Write {unit.text} from 1 January, by d, with its own day.", unit.at, unit.end)
        c.take()
        day, month = _day_of_year(c, unit.text)
    elif c.sees("from"):
        hint = f"Write {unit.text}, by d." + (" Weeks are counted from the term's first day." if unit.text == "week" else "")
        said = "The periods are those that the cohort lists." if unit.text == "period" else f"A {unit.text} begins where the calendar says."
        raise Trouble("PBR220", said, hint, c.look().at, c.look().end)
    c.need(",")
    c.need("by")
    by = c.dotted("the name of a date").parts
    c.finish()
    return EachPhrase(unit.text, day, month, by)


def _day_of_year(c: Cursor, unit: str) -> tuple[int, int]:
    number, name = c.look(), c.look(1)
    if number.kind != "whole" or name.kind != "word":
        raise Trouble("PBR220", f"Found {number.said} where a day such as 1 October was expected.", "", number.at, number.end)
    if name.text not in MONTHS:
        near = [month for month in MONTHS if len(name.text) > 2 and month.lower().startswith(name.text.lower())]
        hint = f"Write {near[0]}." if len(near) == 1 else "Write the month's full name: October."
        raise Trouble("PBR220", f"`{name.text}` is not a month.", hint, name.at, name.end)
    month, day = MONTHS.index(name.text) + 1, int(number.text)
    if not 1 <= day <= EVERY_YEAR[month - 1]:
        raise Trouble("PBR220", f"Not every year has {day} {name.text}.", "", number.at, name.end)
    if unit == "quarter" and day > 28:
        hint = "Write a day from 1 to 28."
        raise Trouble("PBR220", f"Quarters cannot begin on day {day}: not every month has it.", hint, number.at, name.end)
    c.take()
    c.take()
    return day, month


def parse_allocate(text: str) -> AllocatePhrase:
    """``by achieved_on then claim_id``. Raises ``Trouble``."""
    c = Cursor.over(text, "an order, such as by achieved_on then claim_id,")
    c.need("by")
    names = [c.dotted("the name of a column").parts]
    while c.takes("then"):
        start = c.look()
        name = c.dotted("the name of a column").parts
        if name in names:
            raise Trouble("PBR220", f"`{'.'.join(name)}` stands here twice.", "", start.at, c.last.end)
        names.append(name)
    c.finish()
    return AllocatePhrase(tuple(names))


def parse_rounding(text: str) -> RoundingPhrase:
    """``1 penny, half up``. Raises ``Trouble``."""
    c = Cursor.over(text, "a rounding, such as 1 penny, half up,")
    unit = rounding_unit(c)
    c.need(",")
    mode = rounding_mode(c)
    c.finish()
    return RoundingPhrase(unit, mode)


def parse_total_of(text: str) -> str:
    """``total of contract`` or ``total of person_id``: the name after it. Raises ``Trouble``."""
    c = Cursor.over(text, "a total, such as total of contract,")
    c.need("total")
    c.need("of")
    parts = c.dotted("contract, or the name of a column").parts
    c.finish()
    return ".".join(parts)


def parse_held(text: str) -> str:
    """One of ``WHEN_HELD``, with single spaces. Raises ``Trouble``."""
    c = Cursor.over(text, "what to do with held rows")
    how = _one_of(c, WHEN_HELD, "with held rows")
    c.finish()
    return how


def parse_once(text: str) -> str | None:
    """``first by released_on``: the name of the date; ``no``: None. Raises ``Trouble``."""
    c = Cursor.over(text, "which row an event counts for")
    if c.takes("no"):
        c.finish()
        return None
    if not c.takes("first", "by"):
        raise Trouble(
            "PBR220",
            f"Found {c.look().said} where `first by` was expected.",
            "Write `first by DATE`, the date column by which the rows are put in order, or `no` where an event may count for each of them.",
            c.look().at,
            c.look().end,
        )
    name = c.word("the name of a date column,").text
    c.finish()
    return name


def parse_rejected(text: str) -> RejectedPhrase:
    """``hold``, ``count against the supplier``, ``leave out`` or ``leave out up to 0.5%``. Raises ``Trouble``."""
    c = Cursor.over(text, "what to do with rejected rows")
    how = _one_of(c, WHEN_REJECTED, "with rejected rows")
    limit = None
    if how == "leave out" and c.takes("up", "to"):
        number = c.look()
        if number.kind != "percent":
            hint = "Write a percentage of the rows submitted: leave out up to 0.5%."
            raise Trouble("PBR220", f"Found {number.said} where a percentage was expected.", hint, number.at, number.end)
        c.take()
        limit = Fraction(number.text[:-1]) / 100
        if limit > 1:
            raise Trouble("PBR220", "More than 100% of the rows cannot be left out.", "", number.at, number.end)
    c.finish()
    return RejectedPhrase(how, limit)


def parse_length(text: str) -> LengthPhrase:
    """``10`` or ``2 to 10``, in characters. Raises ``Trouble``."""
    c = Cursor.over(text, "a number of characters, such as 10 or 2 to 10,")
    start = c.look()
    shortest = longest = _characters(c)
    if c.takes("to"):
        longest = _characters(c)
    c.finish()
    if shortest > longest:
        hint = f"Write {longest} to {shortest}."
        raise Trouble("PBR220", f"{shortest} to {longest} goes backwards, and no text is so long.", hint, start.at, c.last.end)
    return LengthPhrase(shortest, longest)


def _characters(c: Cursor) -> int:
    token = c.look()
    if token.kind != "whole":
        hint = "Write 10, or 2 to 10."
        raise Trouble("PBR220", f"Found {token.said} where a number of characters was expected.", hint, token.at, token.end)
    if not 1 <= int(token.text) <= MOST_CHARACTERS:
        hint = "An empty cell is a blank: `blank` says what it means." if int(token.text) == 0 else "Longer texts are not read."
        raise Trouble("PBR220", f"A cell has from 1 to {MOST_CHARACTERS:,} characters, not {token.text}.", hint, token.at, token.end)
    c.take()
    return int(token.text)


def parse_total(text: str) -> TotalPhrase:
    """``rows``, ``count different person_id`` or ``sum of hours``. Raises ``Trouble``."""
    c = Cursor.over(text, "a total, such as rows, count different person_id or sum of hours,")
    if c.takes("rows"):
        found = TotalPhrase("rows")
    elif c.takes("count", "different"):
        found = TotalPhrase("different", c.word("the name of a column").text)
    elif c.takes("sum", "of"):
        found = TotalPhrase("sum", c.word("the name of a column").text)
    else:
        token = c.look()
        hint = "Write rows, count different COLUMN or sum of COLUMN."
        raise Trouble("PBR220", f"Found {token.said} where a total was expected.", hint, token.at, token.end)
    c.finish()
    return found


def parse_refused_over(text: str) -> Fraction:
    """``5%``: a ratio of the rows, from 0 up to but not 1. Raises ``Trouble``."""
    c = Cursor.over(text, "a percentage of the rows, such as 5%,")
    number = c.look()
    if number.kind != "percent":
        hint = "Write a percentage of the rows submitted: 5%."
        raise Trouble("PBR220", f"Found {number.said} where a percentage was expected.", hint, number.at, number.end)
    c.take()
    c.finish()
    share = Fraction(number.text[:-1]) / 100
    if share >= 1:
        hint = "Write less than 100%; 0% refuses a submission with any rejected row."
        raise Trouble("PBR220", "Never more than 100% of the rows are rejected, so nothing would be refused.", hint, number.at, number.end)
    return share


def parse_days_of(text: str) -> DaysPhrase:
    """``jobs from began_on to ended_on``, perhaps with ``where (c)``. Raises ``Trouble``."""
    c = Cursor.over(text, "a table and two dates, such as jobs from began_on to ended_on,")
    table = c.word("the name of a table").text
    c.need("from")
    first = c.dotted("the name of a date")
    c.need("to")
    last = c.dotted("the name of a date")
    where = (run(c, "bracket") if c.sees("(") else c.dotted("a name or brackets after where")) if c.takes("where") else None
    c.finish()
    return DaysPhrase(table, first, last, where)


def parse_runs_begin(text: str) -> RunsPhrase:
    """``within 104 weeks from attached_on``. Raises ``Trouble``."""
    c = Cursor.over(text, "a window, such as within 104 weeks from attached_on,")
    c.need("within")
    return _window(c)


def parse_window(text: str) -> RunsPhrase:
    """``12 months from started_on``. Raises ``Trouble``."""
    return _window(Cursor.over(text, "a window, such as 12 months from started_on,"))


def _window(c: Cursor) -> RunsPhrase:
    length = run(c, "span")
    how = mode(c)
    start = run(c, "sum")
    c.finish()
    return RunsPhrase(length, start, how)


def parse_settles(text: str) -> Syntax | None:
    """None for ``when seen``; otherwise the tree of the date. Raises ``Trouble``."""
    return None if text.split() == ["when", "seen"] else parse(text)


def _one_of(c: Cursor, phrases: Sequence[str], about: str) -> str:
    for phrase in phrases:
        if c.takes(*phrase.split()):
            return phrase
    token = c.look()
    hint = f"Write one of: {', '.join(phrases)}."
    raise Trouble("PBR220", f"Found {token.said} where what to do {about} was expected.", hint, token.at, token.end)


def _once(c: Cursor, columns: list[str], what: str) -> None:
    token = c.look()
    if token.text in columns:
        raise Trouble("PBR220", f"The {what} `{token.text}` stands here twice.", "", token.at, token.end)
