"""Hidden rows and columns, merged cells, errors: what a workbook holds and does not show."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pbr.problem import Refused
from pbr.submission.accepted import Accepted
from tests.submission.submitting import EVENTS, PEOPLE, accepted, accounted, found, plan_of, submitted
from tests.submission.workbook.making import header, layout_of, opened, parts_of, relations, said, styles_of, write

PLAN = plan_of(PEOPLE)
DAY = styles_of("yyyy\\-mm\\-dd")


def person(row: int, name: str, day: str = "<v>41000</v>", more: str = "", attributes: str = "") -> str:
    return f'<row r="{row}"{attributes}>{said(f"A{row}", name)}<c r="B{row}" s="1">{day}</c>{more}</row>'


def people(tmp_path: Path, rows: str, **more: Any) -> Path:
    return write(tmp_path / "people.xlsx", parts_of(header("person", "started", "notes") + rows, styles=DAY, **more))


def reasons(result: Accepted) -> list[tuple[Any, ...]]:
    return found(result, '"ROW", LINE, COLUMN_NAME, CODE, VALUE, SAYS')


def test_a_faulty_cell_rejects_its_row_and_says_where(tmp_path: Path) -> None:
    rows = person(3, "p1") + person(4, "p2", "<f>B3+1</f>") + f'<row r="7"><c r="A7" t="e"><v>#REF!</v></c>{said("B7", "2012-01-01")}</row>'
    with submitted(PLAN, people(tmp_path, rows)) as result:
        assert result.submitted == {"people": 3} and result.rejected == {"people": 2} and accounted(result, "people")
        assert [row[1] for row in accepted(result, "people")] == ["p1"]
        assert reasons(result) == [
            (2, 4, "started", "PBR433", "", "cell B4 holds a formula, and the file does not hold its result"),
            (3, 7, "person", "PBR434", "#REF!", "cell A7 holds the error #REF!"),
        ]


def test_a_faulty_cell_of_a_column_that_is_not_read_rejects_nothing(tmp_path: Path) -> None:
    rows = person(2, "p1", more='<c r="C2" t="e"><v>#N/A</v></c>') + person(3, "p2", more='<c r="F3"><f>1</f></c>')
    with submitted(PLAN, people(tmp_path, rows)) as result:
        assert result.rejected == {"people": 0} and result.submitted == {"people": 2}
        notes = result.con.execute("SELECT CODE, COLUMN_NAME FROM findings ORDER BY COLUMN_NAME").fetchall()
        assert notes == [("PBR481", "column 4"), ("PBR481", "notes")]


def test_errors_are_blank_where_the_layout_allows_them(tmp_path: Path) -> None:
    rows = person(2, "p1") + f'<row r="3">{said("A3", "p2")}<c r="B3" t="e"><v>#N/A</v></c></row>'
    layout = {"people": layout_of(allow=["error cells"])}
    with submitted(PLAN, people(tmp_path, rows), layout=layout) as result:
        assert reasons(result)[0][3] == "PBR440" and accounted(result, "people")  # blank, which this column may not be


@pytest.mark.parametrize("how", [' hidden="1"', ' hidden="true"', ' ht="0" customHeight="1"'])
def test_hidden_rows(tmp_path: Path, how: str) -> None:
    path = people(tmp_path, person(2, "p1") + person(3, "p2", attributes=how) + person(4, "p3"))
    with pytest.raises(Refused, match=r"PBR427\n.*\(row 3\)"), submitted(PLAN, path):
        pass
    with submitted(PLAN, path, layout={"people": layout_of(allow="hidden rows")}) as result:
        assert result.submitted == {"people": 3} and result.rejected == {"people": 0}


def test_rows_hidden_by_default(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="PBR427"), opened(people(tmp_path, person(2, "p1"), before='<sheetFormatPr zeroHeight="1"/>')):
        pass


def test_hidden_rows_that_are_blank_or_no_records_are_nothing(tmp_path: Path) -> None:
    rows = (
        person(2, "p1")
        + '<row r="3" hidden="1"/><row r="4" hidden="1"><c r="A4" s="1"/></row>'
        + person(5, "sum", attributes=' hidden="1"')
    )
    with opened(people(tmp_path, rows), footer_rows="1") as (raw, _):
        assert raw.records == 1


def test_hidden_columns_are_read_and_reported(tmp_path: Path) -> None:
    hidden = '<cols><col min="2" max="2" width="0" customWidth="1"/><col min="9" max="99" hidden="1"/></cols>'
    with opened(people(tmp_path, person(2, "p1"), before=hidden)) as (raw, rows):
        assert [(note.code, note.column) for note in raw.notes] == [("PBR439", "started")]
        assert [row[:3] for row in rows] == [(1, "p1", "2012-04-01")]


MERGED = '<mergeCells count="1"><mergeCell ref="{}"/></mergeCells>'


def test_merged_cells(tmp_path: Path) -> None:
    blank = f'<row r="3">{said("A3", "p2")}</row>'
    path = people(tmp_path, person(2, "p1") + blank + person(4, "p3"), after=MERGED.format("B2:B3"))
    with submitted(PLAN, path) as result:
        assert [row[1] for row in accepted(result, "people")] == ["p1", "p3"] and accounted(result, "people")
        says = "cell B3 is one of the merged cells B2:B3: it is not clear whether their value is for it too"
        assert reasons(result) == [(2, 3, "started", "PBR435", "", says)]
    with submitted(PLAN, path, layout={"people": layout_of(allow="merged cells")}) as result:
        assert [reason[3] for reason in reasons(result)] == ["PBR440"]


def test_merged_cells_after_a_text_of_its_own(tmp_path: Path) -> None:
    """The list of merged cells comes right after the last cell: what that cell is must not hide it."""
    last = f'<row r="3">{said("A3", "p2")}{said("B3", "2012-01-01")}</row>'
    with submitted(PLAN, people(tmp_path, person(2, "p1") + last, after=MERGED.format("B2:B3"))) as result:
        assert [reason[3] for reason in reasons(result)] == ["PBR435"]


def test_a_value_under_a_merged_cell_is_never_read(tmp_path: Path) -> None:
    path = people(tmp_path, person(2, "p1") + person(3, "p2"), after=MERGED.format("B2:C3"))
    with submitted(PLAN, path, layout={"people": layout_of(allow="merged cells")}) as result:
        says = "cell B3 holds a value that a merged cell hides"
        assert reasons(result) == [(2, 3, "started", "PBR435", "2012-04-01", says)]


def test_merged_cells_beside_the_table_are_nothing(tmp_path: Path) -> None:
    far = '<mergeCells><mergeCell ref="F1000:XFD1048576"/><mergeCell ref="F2:G3"/></mergeCells>'
    with opened(people(tmp_path, person(2, "p1"), after=far)) as (raw, _):
        assert raw.records == 1


def test_a_wide_title_over_the_header(tmp_path: Path) -> None:
    title = f'<row r="1">{said("A1", "Releases")}</row><row r="2">{said("A2", " person ")}{said("B2", "started")}</row>'
    path = write(tmp_path / "people.xlsx", parts_of(title + person(3, "p1"), styles=DAY, after=MERGED.format("A1:C1")))
    with submitted(PLAN, path, layout={"people": layout_of(header_row="2")}) as result:
        assert [row[1] for row in accepted(result, "people")] == ["p1"]


def test_blank_rows_and_columns_are_no_records_and_no_columns(tmp_path: Path) -> None:
    styled = "".join(f'<row r="{row}"><c r="A{row}" s="1"/><c r="Z{row}" t="str"><f>x</f><v></v></c></row>' for row in range(4, 300))
    with opened(people(tmp_path, person(2, "p1") + styled + '<row r="1048576"><c r="XFD1048576" s="1"/></row>')) as (raw, _):
        assert raw.records == 1 and raw.header == ["person", "started", "notes"]


def test_rows_to_skip_and_a_footer(tmp_path: Path) -> None:
    rows = person(2, "p1") + person(3, "end of table") + person(5, "p2") + f'<row r="9">{said("A9", "2 people")}</row>'
    layout = {
        "people": layout_of(footer_rows="1").model_copy(update={"skip_rows_where": {"person": layout_of(sheet="end of table").sheet}})
    }
    with submitted(PLAN, people(tmp_path, rows), layout=layout) as result:
        assert result.submitted == {"people": 2} and accounted(result, "people")
        assert [(row[0], row[1]) for row in accepted(result, "people")] == [(1, "p1"), (3, "p2")]
        assert result.sources[0].records == 2


def test_a_record_in_the_place_of_the_footer_is_reported(tmp_path: Path) -> None:
    with opened(people(tmp_path, person(2, "p1") + person(3, "p2")), footer_rows="1") as (raw, _):
        says = "row 3 of people.xlsx (p2, 2012-04-01) was taken for its footer and looks like a record"
        assert [(note.code, note.line, note.says) for note in raw.notes] == [("PBR483", 3, says)]
    rows = person(2, "p1") + person(5, "p2") + f'<row r="6">{said("A6", "2 people")}</row>' + person(8, "p3", "<v>1</v>")
    with opened(people(tmp_path, rows), footer_rows="3") as (raw, _):
        says = "rows 5 and 8 of people.xlsx (p2, 2012-04-01; p3, 1) were taken for its footer and look like records"
        assert [(note.code, note.line, note.says) for note in raw.notes] == [("PBR483", 5, says)]


def test_a_day_that_is_written_as_a_moment_or_a_number(tmp_path: Path) -> None:
    rows = person(2, "p1", "<v>41000.75</v>") + f'<row r="3">{said("A3", "p2")}<c r="B3"><v>41000</v></c></row>'
    with submitted(PLAN, people(tmp_path, rows)) as result:
        says = [
            "started: expected a date; found a moment, with a time of day: leave the time out, or let the contract say `take: date part`",
            "started: expected a date; found a number, which may be how a spreadsheet counts days: format the cell as a date",
        ]
        assert reasons(result) == [
            (1, 2, "started", "PBR448", "2012-04-01 18:00:00", says[0]),
            (2, 3, "started", "PBR448", "41000", says[1]),
        ]


def test_zeros_before_a_number_are_part_of_who_it_names(tmp_path: Path) -> None:
    """412 shown as 00412 links to the person 00412 of another file."""
    row = f'<row r="2"><c r="A2" s="1"><v>412</v></c>{said("B2", "2012-01-01")}</row>'
    path = write(tmp_path / "people.xlsx", parts_of(header("person", "started") + row, styles=styles_of("00000")))
    with submitted(plan_of(PEOPLE, EVENTS), path, ("events", [["person", "day", "amount"], ["00412", "2012-01-02", "1"]])) as result:
        assert found(result) == [] and accepted(result, "people")[0][1] == "00412"


def test_each_table_its_sheet(tmp_path: Path) -> None:
    parts = parts_of("", styles=DAY)
    book = str(parts["xl/workbook.xml"]).replace('name="S"', 'name="People"')
    parts["xl/workbook.xml"] = book.replace(
        "</sheets>", '<sheet name="Events" sheetId="2" r:id="rId2"/><sheet name="Notes" sheetId="3" r:id="rId3"/></sheets>'
    )
    parts["xl/_rels/workbook.xml.rels"] = relations(
        *(("worksheet", f"worksheets/{part}.xml") for part in ("p", "e", "n")), ("styles", "styles.xml")
    )
    sheet = str(parts.pop("xl/worksheets/sheet1.xml"))
    parts["xl/worksheets/p.xml"] = sheet.replace("<sheetData>", "<sheetData>" + header("person", "started") + person(2, "p1"))
    event = f'<row r="2">{said("A2", "p1")}<c r="B2" s="1"><v>41001</v></c><c r="C2"><v>12.5</v></c></row>'
    parts["xl/worksheets/e.xml"] = sheet.replace("<sheetData>", "<sheetData>" + header("who", "day", "amount") + event)
    parts["xl/worksheets/n.xml"] = sheet
    path = write(tmp_path / "all.xlsx", parts)
    columns = {"person": layout_of(sheet="who").sheet}
    layout = {
        "all_from_one_file": layout_of(missing="n/k"),
        "people": layout_of(sheet="People"),
        "events": layout_of(sheet="Events").model_copy(update={"columns": columns}),
    }
    with submitted(plan_of(PEOPLE, EVENTS), path, layout=layout) as result:
        assert result.submitted == {"people": 1, "events": 1} and result.rejected == {"people": 0, "events": 0}
        assert accepted(result, "events")[0][3] == 1250
        assert [(one.tables, one.records) for one in result.sources] == [(("people",), 1), (("events",), 1)]


@pytest.mark.parametrize("key", ["delimiter", "encoding"])
def test_what_only_a_text_file_can_have(tmp_path: Path, key: str) -> None:
    with pytest.raises(Refused, match="PBR408"), opened(people(tmp_path, person(2, "p1")), **{key: "comma"}):
        pass
