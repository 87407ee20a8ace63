"""The marked copy of a workbook: two columns, coloured cells with words, everything else as it was."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment

from pbr.problem import Place, Refused
from pbr.terms.models import Scalar, TableLayout
from pbr.validation import marking_xlsx
from pbr.validation.marking import Mark
from pbr.validation.marking_xlsx import marked_workbook
from tests.golden import assert_golden
from tests.validation.validating_making import GOLDEN, GOOD, HEADER, marked, validated

MARKS = {
    2: Mark(),
    3: Mark("rejected", ["PBR448 began_on: expected a date"], {"began_on": ["PBR448 began_on: expected a date"]}),
    4: Mark("look", ["=F1 more than 60 hours"], {"hours": ["F1 more than 60 hours"]}),
    5: Mark("rejected", ["PBR460 line 5 differs from line 6"], {"a column of another table": ["?"]}),
}


def workbook(tmp_path: Path, change: Any = None, first: int = 1) -> Path:
    """The provider's rows in a sheet beside another, the header on row ``first``."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Mentoring"
    for row in range(1, first):
        sheet.cell(row, 1).value = f"preamble {row}"
    for row, line in enumerate([HEADER, *(f"{person},{text}" for person, text in GOOD.items())], first):
        for column, text in enumerate(line.split(","), 1):
            sheet.cell(row, column).value = text
    other = book.create_sheet("Notes")
    other["A1"] = "=SUM(1,2)"
    other.sheet_state = "hidden"
    if change is not None:
        change(book)
    path = tmp_path / "mentoring.xlsx"
    book.save(path)
    return path


def again(data: bytes) -> Workbook:
    return load_workbook(io.BytesIO(data))


def cells(sheet: Any) -> dict[str, Any]:
    return {cell.coordinate: cell.value for row in sheet.iter_rows() for cell in row if cell.value is not None}


def test_two_columns_and_nothing_else_changes(tmp_path: Path) -> None:
    def change(book: Workbook) -> None:
        book["Mentoring"]["C2"] = "=1+1"
        book["Mentoring"]["B4"] = "-x"

    path = workbook(tmp_path, change)
    before, after = load_workbook(path), again(marked_workbook(path, "mentoring.xlsx", TableLayout(), MARKS))
    assert after.sheetnames == before.sheetnames and after["Notes"].sheet_state == "hidden"
    assert cells(after["Notes"]) == cells(before["Notes"])
    new = {name: value for name, value in cells(after["Mentoring"]).items() if name[0] in "EF"}
    assert {name: value for name, value in cells(after["Mentoring"]).items() if name not in new} == cells(before["Mentoring"])
    assert new == {
        "E1": "pbr result", "F1": "pbr problems", "E2": "accepted", "E3": "rejected", "E4": "look", "E5": "rejected",
        "F3": "PBR448 began_on: expected a date", "F4": "'=F1 more than 60 hours", "F5": "PBR460 line 5 differs from line 6",
    }  # fmt: skip
    assert all(cell.data_type == "s" for cell in after["Mentoring"]["F"] if cell.value is not None)
    assert after["Mentoring"]["C2"].data_type == "f", "their own formula is kept"


def test_a_problem_has_a_colour_and_words(tmp_path: Path) -> None:
    def change(book: Workbook) -> None:
        book["Mentoring"]["B3"].comment = Comment("ask Ann", "Bo")

    path = workbook(tmp_path, change)
    sheet = again(marked_workbook(path, "mentoring.xlsx", TableLayout(), MARKS))["Mentoring"]
    assert sheet["B3"].fill.fgColor.rgb.endswith(marking_xlsx.COLOURS["rejected"])
    assert sheet["B3"].comment.text.splitlines() == ["ask Ann", "pbr: PBR448 began_on: expected a date"]
    assert sheet["C4"].fill.fgColor.rgb.endswith(marking_xlsx.COLOURS["look"]) and "F1" in sheet["C4"].comment.text
    coloured = {cell.coordinate for row in sheet.iter_rows() for cell in row if cell.fill.fill_type == "solid"}
    assert coloured == {"B3", "C4", "E3", "E4", "E5"}
    assert all(sheet[name].value or sheet[name].comment for name in coloured), "never a colour alone"


def test_marking_a_marked_workbook_replaces_the_marks(tmp_path: Path) -> None:
    path = workbook(tmp_path)
    first = marked_workbook(path, "mentoring.xlsx", TableLayout(), MARKS)
    (tmp_path / "first.xlsx").write_bytes(first)
    second = again(marked_workbook(tmp_path / "first.xlsx", "first.xlsx", TableLayout(), {2: Mark(), 3: Mark()}))["Mentoring"]
    assert second.max_column == 6 and second["F3"].value is None and second["E3"].value == "accepted"
    assert second["E5"].value is None


def test_the_sheet_and_the_header_of_the_layout(tmp_path: Path) -> None:
    def change(book: Workbook) -> None:
        book["Notes"].sheet_state = "visible"
        book["Mentoring"]["H9"] = "beyond the header"

    path = workbook(tmp_path, change, first=3)
    place = Place("contract.yaml", 1, 1)
    layout = TableLayout(sheet=Scalar("Mentoring", place), header_row=Scalar("3", place))
    sheet = again(marked_workbook(path, "mentoring.xlsx", layout, {4: Mark()}))["Mentoring"]
    assert sheet["I3"].value == "pbr result" and sheet["I4"].value == "accepted" and sheet["H9"].value == "beyond the header"


def test_a_cell_at_the_end_of_the_sheet_costs_nothing(tmp_path: Path) -> None:
    path = workbook(tmp_path, lambda book: book["Mentoring"].cell(1_048_576, 1, "x"))
    sheet = again(marked_workbook(path, "mentoring.xlsx", TableLayout(), MARKS))["Mentoring"]
    assert sheet["E1"].value == "pbr result"


def test_what_cannot_be_copied_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = workbook(tmp_path)
    large = tmp_path / "large.xlsx"
    with zipfile.ZipFile(large, "w") as archive:
        archive.writestr("xl/worksheets/sheet1.xml", "x" * 1_001)
    with monkeypatch.context() as small:
        small.setattr(marking_xlsx, "MOST_BYTES", 1_000)
        with pytest.raises(Refused) as refused:
            marked_workbook(large, "large.xlsx", TableLayout(), MARKS)
    said = [str(refused.value)]
    broken = tmp_path / "broken.xlsx"
    with zipfile.ZipFile(path) as whole, zipfile.ZipFile(broken, "w") as part:
        for name in whole.namelist():
            if name != "xl/workbook.xml":
                part.writestr(name, whole.read(name))
    with pytest.raises(Refused) as refused:
        marked_workbook(broken, "broken.xlsx", TableLayout(), MARKS)
    said.append(str(refused.value))
    assert_golden("\n\n".join(said) + "\n", GOLDEN / "workbook-not-copied.txt")


def test_read_and_marked_in_one_go(tmp_path: Path) -> None:
    def change(book: Workbook) -> None:
        book["Mentoring"]["B3"] = "n/k"
        book["Mentoring"]["C6"] = "88"

    path = workbook(tmp_path, change)
    first, data = marked(path, tmp_path, "marked.xlsx")
    sheet = again(data)["Mentoring"]
    assert [sheet.cell(row, 5).value for row in (3, 4, 6)] == ["rejected", "accepted", "look"]
    assert "PBR448" in sheet["B3"].comment.text and "PBR448" in sheet["F3"].value
    assert 'row 3 "n/k"' in first.text()
    (tmp_path / "again.xlsx").write_bytes(data)
    assert validated(tmp_path / "again.xlsx", tmp_path).report["tables"] == first.report["tables"]
