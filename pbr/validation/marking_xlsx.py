"""A marked copy of an XLSX workbook: two columns at the right of its sheet, and each cell with a problem coloured and commented.

The copy is made by openpyxl: formulas, formats and other sheets stay, drawings and the values last worked out for formulas do not.
"""

from __future__ import annotations

import io
import warnings
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pbr.problem import Place, Refused, refuse
from pbr.submission.raw import BLANKS
from pbr.terms.models import TableLayout
from pbr.validation.marking import PROBLEMS, RESULT, Mark, harmless

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

MOST_BYTES = 100_000_000  # of the workbook unpacked: openpyxl holds every cell, at some fifty times its size
COLOURS = {"rejected": "F8CBAD", "look": "FFE699", "unused": "D9D9D9"}  # beside words, never instead of them
LONGEST_CELL = 32_767  # characters; a workbook's own limit


def marked_workbook(path: Path, name: str, layout: TableLayout, marks: dict[int, Mark]) -> bytes:
    """The bytes of the copy. ``marks``: by the row of the sheet. Raises Refused PBR607 and OSError."""
    from openpyxl import load_workbook

    with zipfile.ZipFile(path) as archive:
        size = sum(member.file_size for member in archive.infolist())
    if size > MOST_BYTES:
        says = f"{name} is too large to copy with marks in it: {size:,} bytes unpacked, and at most {MOST_BYTES:,} can be held"
        raise refuse("PBR607", says, "save the sheet as CSV UTF-8 and mark that", Place(name))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what a copy loses, which the documentation says
            book = load_workbook(path, rich_text=True)
            _mark(_sheet(book, layout), layout, marks)
            out = io.BytesIO()
            book.save(out)
    except (KeyError, ValueError, TypeError, AttributeError, IndexError, zipfile.BadZipFile) as error:
        # what openpyxl raises for parts of a workbook that it does not know; the rows themselves were read by another library
        raise _not_copied(name, error) from error
    return out.getvalue()


def _not_copied(name: str, error: BaseException) -> Refused:
    says = f"{name} holds something that cannot be copied: {str(error).splitlines()[0] if str(error) else type(error).__name__}"
    return refuse("PBR607", says, "save the sheet as a new workbook or as CSV UTF-8, and mark that", Place(name))


def _sheet(book: Any, layout: TableLayout) -> Worksheet:
    if layout.sheet is not None:
        return book[layout.sheet.text]
    # the reader refuses a workbook with several visible sheets and none named
    return next(sheet for sheet in book.worksheets if sheet.sheet_state == "visible")


def _mark(sheet: Worksheet, layout: TableLayout, marks: dict[int, Mark]) -> None:
    header_row = int(layout.header_row.text) if layout.header_row is not None else 1
    # only cells that are there: a sheet can claim a million rows of sixteen thousand columns
    filled = [place for place, cell in sheet._cells.items() if cell.value is not None]
    headers = {str(sheet.cell(row, column).value).strip(BLANKS): column for row, column in filled if row == header_row}
    last = max((column for row, column in filled if row >= header_row), default=0)
    before = {headers.get(RESULT, 0), headers.get(PROBLEMS, 0)} == {last - 1, last}
    result, problems = (last - 1, last) if before else (last + 1, last + 2)
    if before:
        for row, column in filled:
            if row > header_row and column in (result, problems):
                sheet.cell(row, column).value = None
    _write(sheet, header_row, result, RESULT)
    _write(sheet, header_row, problems, PROBLEMS)
    for row, mark in marks.items():
        _write(sheet, row, result, mark.result, COLOURS.get(mark.result, ""))
        _write(sheet, row, problems, " / ".join(mark.problems))
        for header, sentences in mark.cells.items():
            if header in headers:
                _point(sheet, row, headers[header], mark.result, "\n".join(sentences))
    sheet.column_dimensions[sheet.cell(header_row, problems).column_letter].width = 60


def _write(sheet: Worksheet, row: int, column: int, text: str, colour: str = "") -> None:
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, MergedCell
    from openpyxl.styles import PatternFill

    cell = sheet.cell(row, column)
    if isinstance(cell, MergedCell):
        return
    cell.value = ILLEGAL_CHARACTERS_RE.sub("?", harmless(text))[:LONGEST_CELL] or None
    if cell.value is not None:
        cell.data_type = "s"  # text, whatever it begins with
    if colour:
        cell.fill = PatternFill("solid", fgColor=colour)


def _point(sheet: Worksheet, row: int, column: int, result: str, text: str) -> None:
    """Colours a cell and says in a comment why; a comment that is there stays above ours."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, MergedCell
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    cell = sheet.cell(row, column)
    if isinstance(cell, MergedCell):
        return
    if result in COLOURS:
        cell.fill = PatternFill("solid", fgColor=COLOURS[result])
    said = ILLEGAL_CHARACTERS_RE.sub("?", text)
    old = f"{cell.comment.text}\n" if cell.comment is not None and said not in cell.comment.text else ""
    cell.comment = Comment(f"{old}pbr: {said}"[:LONGEST_CELL], "pbr")
