"""Workbooks made by hand, part by part: what no spreadsheet program would write can be written here."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pbr.platform.duck import connect
from pbr.submission.raw import Raw
from pbr.submission.workbook import open_workbook
from pbr.terms.models import TableLayout
from tests.submission.submitting import scalar

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def relations(*pairs: tuple[str, str]) -> str:
    """Kind and target of each."""
    listed = "".join(
        f'<Relationship Id="rId{number}" Type="{OFFICE}/{kind}" Target="{target}"/>' for number, (kind, target) in enumerate(pairs, 1)
    )
    return f'<Relationships xmlns="{PACKAGE}">{listed}</Relationships>'


def styles_of(*codes: str) -> str:
    """Style 0 is General, style n the n-th code."""
    formats = "".join(f'<numFmt numFmtId="{163 + n}" formatCode="{code}"/>' for n, code in enumerate(codes, 1))
    cells = "".join(f'<xf numFmtId="{163 + n if n else 0}"/>' for n in range(len(codes) + 1))
    return f'<styleSheet xmlns="{MAIN}"><numFmts>{formats}</numFmts><cellXfs>{cells}</cellXfs></styleSheet>'


def parts_of(
    rows: str, strings: str | None = None, styles: str | None = None, before: str = "", after: str = "", system: str = ""
) -> dict[str, str | bytes]:
    """The parts of a workbook of one sheet, ``S``. ``before`` and ``after``: XML beside the cells."""
    parts: dict[str, str | bytes] = {
        "_rels/.rels": relations(("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{system}<sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relations(
            ("worksheet", "worksheets/sheet1.xml"), ("sharedStrings", "sharedStrings.xml"), ("styles", "/xl/styles.xml")
        ),
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{strings or ""}</sst>',
        "xl/styles.xml": styles or styles_of(),
    }
    return parts


def write(path: Path, parts: dict[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


def said(cell: str, text: str) -> str:
    """A cell with a text of its own."""
    return f'<c r="{cell}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def header(*names: str) -> str:
    return '<row r="1">' + "".join(said(f"{chr(65 + index)}1", name) for index, name in enumerate(names)) + "</row>"


def layout_of(**more: Any) -> TableLayout:
    return TableLayout(**{key: [scalar(one) for one in value] if isinstance(value, list) else scalar(value) for key, value in more.items()})


@contextmanager
def opened(path: Path, **layout: Any) -> Iterator[tuple[Raw, list[tuple[Any, ...]]]]:
    """The workbook as it was opened, and its rows."""
    with tempfile.TemporaryDirectory() as folder:
        con = connect(Path(folder), [path], threads=2)
        try:
            raw = open_workbook(con, path, path.name, layout_of(**layout), 0, Path(folder))
            yield raw, con.execute(f"SELECT * FROM {raw.relation} ORDER BY _row").fetchall()
        finally:
            con.close()
