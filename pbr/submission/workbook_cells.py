"""The text of a workbook's cells: the library's values, each checked against what the sheet's XML says of the cell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from pbr.problem import Place, Refused, refuse
from pbr.submission.raw import BLANKS
from pbr.submission.workbook_book import Strings, sum_of
from pbr.submission.workbook_faults import MARK, fault
from pbr.submission.workbook_scan import (
    CLOCK,
    DAY,
    ERROR,
    ERRORS,
    LONG,
    MOMENT,
    NUMERIC,
    PADDED,
    PERCENTAGE,
    SHARED,
    SPAN,
    TRUTH,
    UNCACHED,
    WRITTEN,
    Scanned,
    letters,
)

_FIRST_SURE_DAY = 61  # 1900-03-01: before it days are counted wrongly, because Excel has a 29 February 1900


def texts_of(
    name: str, scanned: Scanned, strings: Strings | None, given: Iterable[list[Any]], offset: int, from_1904: bool, allow_errors: bool
) -> Iterator[tuple[int, dict[int, str]]]:
    """For each row with a value its number, and by column (from 0) the texts of its cells. ``given``: the library's rows from row 1 on,
    beginning at the column ``offset``. Raises Refused PBR417 where the two do not agree on a cell."""
    index, rows = 0, scanned.rows
    known: dict[str, int] = {}  # check sums of texts seen before
    columns, kinds, values = scanned.columns, scanned.kinds, scanned.values
    for number, cells in enumerate(given, 1):
        if index == len(rows) or number < rows[index]:
            _all_blank(name, number, cells, offset)
            continue
        texts: dict[int, str] = {}
        left = len(cells)
        for at in scanned.cells(index):
            column, kind, value = columns[at], kinds[at], values[at]
            place = column - offset
            cell = cells[place] if 0 <= place < len(cells) else ""
            text: str | None
            if kind == NUMERIC:
                if type(cell) is not float or cell != value:
                    raise _differ(name, number, column, cell, repr(value))
                text = repr(cell)  # the shortest text that reads back as the same number; below 10^15 a whole one ends in ".0"
                if text[-2:] == ".0":
                    text = str(int(cell))
            elif kind in (SHARED, WRITTEN):
                sum_ = strings.sums[int(value)] if kind == SHARED and strings is not None else value
                if type(cell) is not str or (sum_ != -2 and sum_ != (known.get(cell) or _sum(known, cell))):
                    raise _differ(name, number, column, cell, "another text")
                text = cell
                if text.startswith(MARK) or "\0" in text:
                    text = fault(
                        "PBR431", f"cell {letters(column)}{number} holds characters that no text has", text.replace("\0", "").strip(MARK)
                    )
            else:
                text = _other(name, number, column, kind, value, cell, from_1904, allow_errors)
            if text is not None:
                texts[column] = text
            if 0 <= place < len(cells):
                cells[place] = ""
        _all_blank(name, number, cells, offset)
        assert len(cells) == left
        yield number, texts
        index += 1
    if index != len(rows):
        raise _differ(name, rows[index], 0, "", "a row")


def _sum(known: dict[str, int], text: str) -> int:
    if len(known) > 10_000:
        known.clear()
    known[text] = sum_of(text)
    return known[text]


def _other(name: str, number: int, column: int, kind: int, value: float, cell: Any, from_1904: bool, allow_errors: bool) -> str | None:
    where = f"cell {letters(column)}{number}"
    if kind > PADDED:
        if type(cell) is not float or cell != value:
            raise _differ(name, number, column, cell, repr(value))
        # shown as 00412, and meant so: it is a number of something, and without its zeros another one
        return f"{int(cell):0{kind - PADDED + (cell < 0)}d}" if cell == int(cell) else repr(cell)
    if kind == PERCENTAGE:
        if type(cell) is not float or cell != value:
            raise _differ(name, number, column, cell, repr(value))
        return _plain(Decimal(repr(cell)) * 100) + "%"
    if kind == TRUTH:
        if type(cell) is not bool or cell != bool(value):
            raise _differ(name, number, column, cell, repr(bool(value)))
        return "yes" if cell else "no"
    if kind == ERROR:
        if allow_errors:
            return None
        error = ERRORS[int(value)]
        return fault("PBR434", f"{where} holds the error {error}", error)
    if kind == UNCACHED:
        return fault("PBR433", f"{where} holds a formula, and the file does not hold its result", "")
    if kind == LONG:
        says = f"{where} is a number of more than 15 digits: a spreadsheet keeps 15, so the last digits may not be what was typed"
        return fault("PBR436", says, _plain(Decimal(repr(value))))
    if kind == MOMENT:
        if isinstance(cell, (date, time)):
            return _moment(cell)
        return fault("PBR437", f"{where} is typed as a date and holds none", str(cell))
    return _dated(name, number, column, kind, value, cell, from_1904)


def _dated(name: str, number: int, column: int, kind: int, value: float, cell: Any, from_1904: bool) -> str:
    """A number shown as a day, a time or a length of time."""
    where = f"cell {letters(column)}{number}"
    plain = _plain(Decimal(repr(value)))
    if kind == SPAN and type(cell) is timedelta and value >= 0:
        seconds = cell // timedelta(seconds=1)
        return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{_part(cell.microseconds)}"
    if kind == CLOCK and 0 <= value < 1:
        return _moment(cell) if type(cell) is time else fault("PBR437", f"{where} is shown as a time and is none", plain)
    if value < (1 if from_1904 else _FIRST_SURE_DAY):
        since = "1904-01-02" if from_1904 else "1900-03-01, before which spreadsheets count days wrongly"
        return fault("PBR437", f"{where} is shown as a date and holds the number {plain}: dates begin with {since}", plain)
    if kind in (DAY, CLOCK) and isinstance(cell, date):
        return _moment(cell)
    return fault("PBR437", f"{where} is shown as a date and holds the number {plain}, which is none", plain)


def _moment(moment: date | time) -> str:
    """A day as YYYY-MM-DD, a moment as YYYY-MM-DD HH:MM:SS (midnight left out), a time as HH:MM:SS."""
    if isinstance(moment, time):
        return f"{moment:%H:%M:%S}{_part(moment.microsecond)}"
    if not isinstance(moment, datetime):
        return moment.isoformat()
    if moment.time() == time() and moment.tzinfo is None:
        return moment.date().isoformat()
    return f"{moment.date().isoformat()} {moment:%H:%M:%S}{_part(moment.microsecond)}"


def _part(microseconds: int) -> str:
    return f".{microseconds:06d}".rstrip("0") if microseconds else ""


def _plain(number: Decimal) -> str:
    """Digits without an exponent and without needless zeros."""
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def _all_blank(name: str, number: int, cells: list[Any], offset: int) -> None:
    for place, cell in enumerate(cells):
        if cell != "" and not (isinstance(cell, str) and not cell.strip(BLANKS)):
            raise _differ(name, number, offset + place, cell, "nothing")


def _differ(name: str, number: int, column: int, cell: Any, other: str) -> Refused:
    says = f"two ways of reading cell {letters(column)}{number} disagree: one finds {str(cell)[:40]!r}, the other {other}"
    return refuse("PBR417", says, "save the workbook again with another program, or give the table as CSV UTF-8", Place(name, number))
