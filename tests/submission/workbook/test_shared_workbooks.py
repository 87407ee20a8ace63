"""Real workbooks: the published readmissions sheet, and every spreadsheet of the collections of dirty files."""

from __future__ import annotations

import io
import json
from pathlib import Path

import openpyxl
import pytest

import pbr
from pbr.platform.duck import connect
from pbr.problem import Refused
from pbr.submission.inputs import Input
from tests.shared import shared
from tests.submission.submitting import PEOPLE, plan_of, submitted
from tests.submission.workbook.making import opened

ROOT = Path(__file__).parents[3]
PUBLISHED = "data/readmissions-fy2025/FY 2025_f4.xlsx"
CODES = {"ami": "AMI", "copd": "COPD", "hf": "HF", "pneumonia": "pneumonia", "cabg": "CABG", "tha_tka": "THA/TKA"}
LAYOUT = """
layout:
  all_from_one_file: {sheet: FR FY 2025, header_row: 1, missing: ["."], skip_rows_where: {Hospital CCN: end of worksheet}}
  hospitals: {columns: {hospital_ccn: Hospital CCN, peer_group: Peer group assignment, neutrality: Neutrality modifier}}
  results:
    columns: {hospital_ccn: Hospital CCN}
    wide_to_long:
      key: condition
      columns: {discharges: "Number of eligible discharges for {condition}", excess_ratio: "ERR for {condition}", drg_ratio: "DRG payment ratio for {condition}"}
"""


def _workbook_contract(folder: Path) -> Path:
    """The shipped contract with the published sheet's own names, and without its examples."""
    text = (ROOT / "contracts/health/readmissions-fy2025/contract.yaml").read_text(encoding="utf-8")
    before, _, rest = text.partition("\nlayout:\n")
    after = rest[rest.index("\ncohorts:") : rest.index("\nexamples:")]
    before = before.replace("[ami, copd, hf, pneumonia, cabg, tha_tka]", "[AMI, COPD, HF, pneumonia, CABG, THA/TKA]")
    folder.mkdir()
    (folder / "contract.yaml").write_text(before + LAYOUT + after, encoding="utf-8")
    return folder


def _payments(folder: Path) -> list[tuple[object, ...]]:
    con = connect(folder.parent, [folder])
    try:
        names = [row[0] for row in con.execute(f"DESCRIBE SELECT * FROM read_parquet('{folder}/trace/hospitals.parquet')").fetchall()]
        wanted = [name for name in names if name.split(".")[0] in ("hospital_ccn", "adjustment_factor", "reduction")]
        listed = ", ".join(f'"{name}"' for name in wanted)
        return con.execute(f"SELECT {listed} FROM read_parquet('{folder}/trace/hospitals.parquet') ORDER BY hospital_ccn").fetchall()
    finally:
        con.close()


def test_the_published_workbook_pays_as_the_csv_beside_it(tmp_path: Path) -> None:
    workbook, text = shared(PUBLISHED), shared("data/readmissions-fy2025/hrrp_fy2025.csv")
    pbr.assess(_workbook_contract(tmp_path / "contract"), [workbook], out=tmp_path / "from-xlsx")
    pbr.assess(ROOT / "contracts/health/readmissions-fy2025", [text], out=tmp_path / "from-csv")
    ours, theirs = _payments(tmp_path / "from-xlsx"), _payments(tmp_path / "from-csv")
    assert len(ours) == 2_980
    assert ours == theirs
    manifest = json.loads((tmp_path / "from-xlsx/manifest.json").read_text(encoding="utf-8"))
    assert "FY 2025_f4.xlsx" in json.dumps(manifest)


def test_each_cell_of_the_published_workbook_is_that_of_the_csv() -> None:
    import csv

    with shared("data/readmissions-fy2025/hrrp_fy2025.csv").open(newline="", encoding="utf-8-sig") as file:
        _, *records = csv.reader(file)
    with opened(shared(PUBLISHED), sheet="FR FY 2025") as (raw, rows):
        assert raw.records == 2_980 and raw.notes == []
        ours = {row[1]: row for row in rows}
        assert len(ours) == 2_980
        for record in records:
            if record[0] in ours:
                pairs = zip(ours[record[0]][1:], record, strict=True)
                assert [(text or "") for text, _ in pairs] == [("" if cell == "." else cell) for cell in record]


def test_a_sheet_with_a_title_and_a_last_line() -> None:
    with opened(shared(PUBLISHED), sheet="FR FY 2025 Case Info", header_row="2", footer_rows="1") as (raw, rows):
        assert raw.records == 2_980 and raw.header[:2] == ["Hospital CCN", "Number of AMI cases in FY 2020"]
        assert rows[0][1:4] == ("010001", "20", "108") and raw.notes == []


# What each is: the records and columns it has, or the code it is refused with. ``sheet``: which of several.
EXPECTED: dict[str, tuple[dict[str, str], tuple[int, int] | str]] = {
    "csvlint/spreadsheet.xlsx": ({}, "PBR426"),
    "frictionless/adjust-floating-point-error.xlsx": ({}, (5, 4)),
    "frictionless/cast-int-to-string-issue-1251.xlsx": ({}, (2, 5)),
    "frictionless/issue-1024.xlsx": ({}, "PBR405"),
    "frictionless/issue-312.xlsx": ({}, (4, 5)),
    "frictionless/issue-313.xlsx": ({}, (2, 5)),
    "frictionless/issue-320.xlsx": ({}, "PBR405"),
    "frictionless/issue-870.xlsx": ({}, (9, 8)),
    "frictionless/merged-cells.xlsx": ({}, "PBR428"),
    "frictionless/multiline-headers.xlsx": ({}, "PBR428"),
    "frictionless/number-format-multicode.xlsx": ({}, (3, 1)),
    "frictionless/preserve-formatting-percentage.xlsx": ({}, (3, 2)),
    "frictionless/preserve-formatting.xlsx": ({}, (1, 11)),
    "frictionless/sheet2.xlsx": ({}, "PBR426"),
    "frictionless/sheets.xlsx": ({}, "PBR426"),
    "frictionless/skip-rows.xlsx": ({}, "PBR428"),
    "frictionless/table-infer-boolean.xlsx": ({}, (2, 3)),
    "frictionless/table-output.xlsx": ({}, (2, 2)),
    "frictionless/table.xlsx": ({}, "PBR426"),
}
CHOSEN: dict[str, tuple[dict[str, str], tuple[int, int]]] = {
    "frictionless/issue-1024.xlsx": ({"header_row": "7"}, (53, 55)),
    "frictionless/sheet2.xlsx": ({"sheet": "Sheet2"}, (2, 2)),
    "frictionless/table.xlsx": ({"sheet": "Лист1"}, (2, 2)),
    "frictionless/merged-cells.xlsx": ({"allow": "merged cells"}, (0, 1)),
    "frictionless/skip-rows.xlsx": ({"allow": "merged cells", "header_row": "2"}, (2, 2)),
}


@pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")
@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_dirty_workbook(name: str) -> None:
    layout, expected = EXPECTED[name]
    path = shared("data/dirty/" + name)
    if isinstance(expected, str):
        with pytest.raises(Refused, match=expected), opened(path, **layout):
            pass
        return
    with opened(path, **layout) as (raw, rows):
        assert (raw.records, len(raw.header)) == expected
        assert len(rows) == raw.records == _records_by_openpyxl(path)


@pytest.mark.parametrize("name", sorted(CHOSEN))
def test_a_dirty_workbook_with_a_layout(name: str) -> None:
    layout, expected = CHOSEN[name]
    with opened(shared("data/dirty/" + name), **layout) as (raw, _):
        assert (raw.records, len(raw.header)) == expected


def _records_by_openpyxl(path: Path) -> int:
    """Rows after the first with something in them: another reader's word."""
    book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()), data_only=True)
    (sheet,) = (one for one in book.worksheets if one.sheet_state == "visible")
    return sum(any(cell is not None and str(cell).strip() for cell in row) for row in sheet.iter_rows(min_row=2, values_only=True))


def test_every_spreadsheet_of_the_collections_is_expected_or_refused_by_its_kind() -> None:
    folder = shared("data/dirty")
    found = sorted(str(path.relative_to(folder)) for ending in ("xlsx", "xls", "ods") for path in folder.rglob(f"*.{ending}"))
    # workbooks of the collections that are deeper in their folders are given once, above or here
    unlisted = [name for name in found if name.endswith(".xlsx") and name not in EXPECTED]
    for name in unlisted:
        with pytest.raises(Refused, match=r"PBR4(05|2[3-8])"), opened(folder / name):
            pass
    others = [name for name in found if not name.endswith(".xlsx")]
    assert len(others) >= 10
    for name in others:
        with pytest.raises(Refused, match="PBR404"), submitted(plan_of(PEOPLE), Input("people", folder / name, None, None, name)):
            pass
        with pytest.raises(Refused, match="PBR423"), opened(folder / name):  # and when its name says that it is one
            pass
