"""What stands in a sheet, cell by cell, from its XML: what each cell is, and what the eye does not see.

The library that reads the values says nothing of hidden rows, merged cells, errors and formulas that were never worked out: it gives
blanks. So the XML is gone through once, and of each cell that is not blank eleven bytes are kept, by which the library's values are
checked afterwards one for one.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field

from pbr.problem import Refused
from pbr.submission.workbook_book import DATE, DURATION, PERCENT, TIME, Book, Strings, TextPicker, sum_of
from pbr.submission.workbook_parts import Parts
from pbr.submission.workbook_xml import DEEPEST, is_true, local, parse_flat, too_deep

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384  # of any sheet
MOST_CELLS = 5_000_000  # with a value; and the area they span, which the library holds at 32 bytes a cell
MOST_CHARACTERS = 250_000_000  # of all cells' texts, each as often as it stands there
MOST_MERGED = 100_000

# What a cell with a value is. For WRITTEN and MOMENT ``values`` holds a check sum; for SHARED the text's number; for FAULT nothing that counts.
NUMERIC, PERCENTAGE, DAY, CLOCK, SPAN, LONG, TRUTH, ERROR, UNCACHED, SHARED, WRITTEN, MOMENT = range(12)
PADDED = 100  # with the digits that a whole number is shown with at least added: ``values`` holds the number
_BY_FORMAT = {PERCENT: PERCENTAGE, DATE: DAY, TIME: CLOCK, DURATION: SPAN}
_LOST = 1e15  # a double, and Excel, keep fifteen digits surely
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_CELL = re.compile("([A-Z]{1,3})([1-9][0-9]{0,6})")
_RANGE = re.compile("([A-Z]{1,3})([1-9][0-9]{0,6})(?::([A-Z]{1,3})([1-9][0-9]{0,6}))?")
ERRORS = ("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA")  # those the library knows


@dataclass
class Scanned:
    """``rows``: numbers of the rows with a value, ascending; ``ends``: where each one's cells end in ``columns`` (from 0), ``kinds`` and
    ``values``. ``hidden_rows`` has those of ``rows``; ``hidden_columns`` and ``merged`` are ranges, first and last, columns from 0."""

    rows: array[int] = field(default_factory=lambda: array("L"))
    ends: array[int] = field(default_factory=lambda: array("L"))
    columns: array[int] = field(default_factory=lambda: array("H"))
    kinds: bytearray = field(default_factory=bytearray)
    values: array[float] = field(default_factory=lambda: array("d"))
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)  # first row, first column, last row, last column

    def cells(self, index: int) -> range:
        """Positions of the cells of ``rows[index]``."""
        return range(self.ends[index - 1] if index else 0, self.ends[index])


def letters(column: int) -> str:
    """A column's letters, counted from 0."""
    out = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        out = chr(65 + rest) + out
    return out


def number_of(name: str) -> int:
    """A column's number, from 0, by its letters."""
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - 64
    return number - 1


_LETTERS = ["", *(letters(column) for column in range(LAST_COLUMN))]  # by the column's number from 1


class _Scan:
    """One pass over a sheet's XML."""

    def __init__(self, parts: Parts, part: str, book: Book, strings: Strings | None) -> None:
        self.parts, self.part, self.book, self.strings = parts, part, book, strings
        self.out = Scanned()
        self.pick = TextPicker(parts)
        self.formats = {
            str(number): PADDED + len(kind) if kind.startswith("0") else _BY_FORMAT[kind]
            for number, kind in enumerate(book.formats)
            if kind.startswith("0") or kind in _BY_FORMAT
        }
        self.row = self.column = 0  # of the row and cell being read; the column from 1, 0 before the first
        self.in_row = self.in_cell = self.in_value = self.in_data = self.zero_height = False
        self.hidden = self.formula = self.valued = self.inline = False
        self.value: list[str] = []
        self.kind: str | None = None
        self.style: str | None = None
        self.digits = ""  # the row's number as text
        self.depth = self.characters = self.taken = 0
        self.first_column, self.last_column = LAST_COLUMN, 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self._cell(attributes)
        elif name == "v":
            if self.in_value:
                raise self._broken(f"row {self.row} lists values within one another")
            self.in_value = self.valued = self.in_cell
        elif name == "row":
            self._row(attributes)
        elif ":" in name:
            self.start(local(name), attributes)
        else:
            self._other(name, attributes)

    def _other(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise too_deep(self.parts, self.part)
        if name == "f":
            self.formula = True
        elif name == "is":
            self.inline = True
            self.pick.begin()
        elif self.inline:
            self.pick.start(name)
        elif name == "sheetData":
            if self.in_data:
                raise self._broken("its cells are listed within one another")
            self.in_data = True
        elif name == "mergeCell":
            self._merged(attributes.get("ref", ""))
        elif name == "col":
            self._columns(attributes)
        elif name == "sheetFormatPr":
            self.zero_height = is_true(attributes.get("zeroHeight"))

    def end(self, name: str) -> None:
        if name == "v":
            self.in_value = False
        elif name == "c":
            self.in_cell = False
            if self.valued or self.formula or self.inline:
                self._taken()
                self.inline = False
        elif name == "row":
            self.in_row = False
            if len(self.out.kinds) > self.taken:
                self.taken = len(self.out.kinds)
                self.out.rows.append(self.row)
                self.out.ends.append(self.taken)
                if self.hidden:
                    self.out.hidden_rows.add(self.row)
        elif ":" in name:
            self.end(local(name))
        else:
            self.depth -= 1
            if self.inline and name != "is":
                self.pick.end(name)
            elif name == "sheetData":
                self.in_data = False

    def text(self, data: str) -> None:
        if self.in_value:
            self.value.append(data)
        elif self.inline:
            self.pick.text(data)

    def _row(self, attributes: dict[str, str]) -> None:
        if self.in_row or not self.in_data:
            raise self._broken("its rows are listed within one another")
        given = attributes.get("r")
        before = self.row
        if given is None:
            self.row += 1
        elif given.isascii() and given.isdigit() and 0 < int(given[:8]) <= LAST_ROW:
            self.row = int(given)
        else:
            raise self._broken(f"it has a row with the number {given[:20]!r}")
        if self.row <= before:
            raise self._broken(f"row {self.row} stands after row {before}")
        if self.row > LAST_ROW:
            raise self._broken(f"it has more than {LAST_ROW:,} rows")
        self.in_row, self.column, self.digits = True, 0, str(self.row)
        if len(self.out.kinds) > MOST_CELLS:
            raise self.parts.too_large(f"has more than {MOST_CELLS:,} cells in one sheet")
        if not self.row % 1000:
            self.check_area()
        height = attributes.get("ht")
        flat = height is not None and not height.strip("0.")
        self.hidden = is_true(attributes.get("hidden")) or flat or (self.zero_height and height is None)

    def _cell(self, attributes: dict[str, str]) -> None:
        if self.in_cell or not self.in_row:
            raise self._broken(f"row {self.row} lists cells within one another")
        given, column = attributes.get("r"), self.column + 1
        if column > LAST_COLUMN or (given is not None and given != _LETTERS[column] + self.digits):
            column = self._jump(given or "")
        self.column = column
        self.in_cell = True
        self.formula = self.valued = self.inline = False
        self.kind = attributes.get("t")
        self.style = attributes.get("s")

    def _jump(self, given: str) -> int:
        """The column of a cell that does not stand right after the one before."""
        found = _CELL.fullmatch(given)
        column = number_of(found[1]) + 1 if found is not None else 0
        if found is None or found[2] != self.digits:
            raise self._broken(f"a cell of row {self.row} says that it is {given[:20]!r}")
        if not self.column < column <= LAST_COLUMN:
            raise self._broken(f"row {self.row} has the cell {given[:20]!r} twice or out of order")
        return column

    def _taken(self) -> None:
        """The cell just read has a value, or a formula that should give one."""
        text = "".join(self.value) if self.valued else ""
        self.value.clear()
        if self.inline:
            text = self.pick.taken()
        kind = self.kind
        if kind is None or kind == "n":
            if text:
                self._number(text)
            elif self.formula:
                self._keep(UNCACHED, 0)
        elif self.formula and not (self.valued or self.inline):
            self._keep(UNCACHED, 0)
        elif kind == "s":
            strings = self.strings
            if strings is None or not (text.isascii() and text.isdigit() and len(text) < 9 and int(text) < len(strings.sums)):
                raise self._broken(f"cell {self._name()} refers to the shared text {text[:20]!r}, and there is none")
            index = int(text)
            if strings.sums[index] != -1:
                self._characters(strings.lengths[index])
                self._keep(SHARED, index)
        elif kind in ("str", "inlineStr", "d"):
            self._characters(len(text))
            sum_ = sum_of(text)
            if sum_ != -1:
                self._keep(MOMENT if kind == "d" else WRITTEN, sum_)
        elif kind == "b":
            if text not in ("0", "1", "true", "false"):
                raise self._broken(f"cell {self._name()} is typed as yes or no and holds {text[:40]!r}")
            self._keep(TRUTH, text in ("1", "true"))
        elif kind == "e":
            if text not in ERRORS:
                raise self._broken(f"cell {self._name()} holds the error {text[:40]!r}, which is not one that is read")
            self._keep(ERROR, ERRORS.index(text))
        else:
            raise self._broken(f"cell {self._name()} is of the type {kind[:20]!r}, which cells are not")

    def _number(self, text: str) -> None:
        if len(text) > 400 or not _NUMBER.fullmatch(text):
            raise self._broken(f"cell {self._name()} is typed as a number and holds {text[:40]!r}")
        number = float(text)
        if -_LOST < number < _LOST:
            style = self.style
            self._keep(self.formats.get(style, NUMERIC) if style is not None else self.formats.get("0", NUMERIC), number)
        else:
            self._keep(LONG, number)

    def _keep(self, kind: int, value: float) -> None:
        out, column = self.out, self.column
        out.columns.append(column - 1)
        out.kinds.append(kind)
        out.values.append(value)
        if column < self.first_column:
            self.first_column = column
        if column > self.last_column:
            self.last_column = column
            self.check_area()

    def check_area(self) -> None:
        rows = self.row - (self.out.rows[0] if self.out.rows else self.row) + 1
        wide = self.last_column - self.first_column + 1
        if self.last_column and rows * wide > MOST_CELLS:
            corner = f"{letters(self.last_column - 1)}{self.row}"
            says = f"has values as far as {corner}: an area of {rows:,} rows by {wide:,} columns, of which {len(self.out.kinds):,} cells are filled"
            raise self.parts.too_large(says, "delete what stands far from the table, or give the table as CSV UTF-8")

    def _characters(self, more: int) -> None:
        self.characters += more
        if self.characters > MOST_CHARACTERS:
            raise self.parts.too_large(f"has cells with more than {MOST_CHARACTERS:,} characters in all")

    def _merged(self, given: str) -> None:
        found = _RANGE.fullmatch(given)
        if found is None:
            raise self._broken(f"it merges {given[:40]!r}, which are no cells")
        column, row = number_of(found[1]), int(found[2])
        last_column, last_row = (number_of(found[3]), int(found[4])) if found[3] else (column, row)
        if last_column < column or last_row < row or last_column >= LAST_COLUMN or last_row > LAST_ROW:
            raise self._broken(f"it merges {given[:40]!r}, which are no cells")
        self.out.merged.append((row, column, last_row, last_column))
        if len(self.out.merged) > MOST_MERGED:
            raise self.parts.too_large(f"has more than {MOST_MERGED:,} merged ranges")

    def _columns(self, attributes: dict[str, str]) -> None:
        first, last = attributes.get("min", ""), attributes.get("max", "")
        if not (first.isascii() and first.isdigit() and last.isascii() and last.isdigit() and len(first + last) < 20):
            return
        width = attributes.get("width")
        if is_true(attributes.get("hidden")) or (width is not None and width.strip() and not width.strip("0.")):
            self.out.hidden_columns.append((int(first) - 1, int(last) - 1))
            if len(self.out.hidden_columns) > LAST_COLUMN:
                raise self._broken("it describes more columns than a sheet has")

    def _name(self) -> str:
        return f"{letters(self.column - 1)}{self.row}"

    def _broken(self, what: str) -> Refused:
        return self.parts.damaged(f"in {self.part}, {what}")


def scan_sheet(parts: Parts, part: str, pieces: Iterable[bytes], book: Book, strings: Strings | None) -> Scanned:
    """Raises Refused PBR424, PBR425."""
    scan = _Scan(parts, part, book, strings)
    parse_flat(parts, part, pieces, scan.start, scan.end, scan.text)
    scan.check_area()
    return scan.out
