"""What stops a workbook: each message beside what provokes it, in ``refused/``."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pbr.problem import Refused
from pbr.submission.codes import FINDINGS, STOPS
from tests.golden import assert_golden
from tests.submission.workbook.making import MAIN, OFFICE, header, opened, parts_of, relations, said, write

GOLDEN = Path(__file__).parent / "refused"
ROWS = header("id", "amount") + f'<row r="2">{said("A2", "x")}<c r="B2"><v>1</v></c></row>'
SHEET = "xl/worksheets/sheet1.xml"


def packed(parts: dict[str, str | bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return data.getvalue()


def sheet(rows: str, **more: Any) -> bytes:
    return packed(parts_of(rows, **more))


def with_parts(**changed: str | None) -> bytes:
    """A good workbook, with parts changed (None: left out)."""
    parts = parts_of(ROWS)
    for short, content in changed.items():
        name = {"sheet": SHEET, "book": "xl/workbook.xml", "rels": "xl/_rels/workbook.xml.rels", "root": "_rels/.rels"}[short]
        if content is None:
            del parts[name]
        else:
            parts[name] = content
    return packed(parts)


def sheets(*about: tuple[str, str]) -> bytes:
    listed = "".join(f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}"{state}/>' for n, (name, state) in enumerate(about, 1))
    parts = parts_of(ROWS)
    parts["xl/workbook.xml"] = f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>'
    parts["xl/_rels/workbook.xml.rels"] = relations(*(("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(about) + 1)))
    return packed(parts)


def twice() -> bytes:
    data = io.BytesIO(packed(parts_of(ROWS)))
    with pytest.warns(UserWarning), zipfile.ZipFile(data, "a") as archive:
        archive.writestr(SHEET, "<worksheet/>")
    return data.getvalue()


def lying() -> bytes:
    """A sheet of 60 MB whose directory says that it has 1,000 bytes."""
    parts = parts_of(ROWS)
    parts[SHEET] = str(parts[SHEET]).replace("<sheetData>", "<sheetData>" + "<row/>" * 10_000_000)
    data = bytearray(packed(parts))
    size = len(str(parts[SHEET]))
    return bytes(data.replace(struct.pack("<I", size), struct.pack("<I", 1_000)))


def sized(data: bytes) -> bytes:
    return data.replace(struct.pack("<I", len(str(parts_of(ROWS)[SHEET]))), struct.pack("<I", 370))


def encrypted() -> bytes:
    data = bytearray(packed(parts_of(ROWS)))
    at = data.find(b"PK\x01\x02")
    data[at + 8] |= 1
    return bytes(data)


def corrupt() -> bytes:
    data = bytearray(packed(parts_of(ROWS)))
    check = struct.pack("<I", zlib.crc32(str(parts_of(ROWS)[SHEET]).encode()))
    return bytes(data.replace(check, b"\0\0\0\0"))


def row(*cells: str) -> str:
    return header("id", "amount") + f'<row r="2">{"".join(cells)}</row>'


LAUGHS = '<!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
NAMED = parts_of(ROWS)
CASES: dict[str, tuple[Callable[[], bytes], dict[str, str]]] = {
    "empty file": (lambda: b"", {}),
    "text": (lambda: b"id,amount\n1,2\n" * 10, {}),
    "old excel": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, {}),
    "open document": (lambda: packed({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<x/>"}), {}),
    "another archive": (lambda: packed({"people.csv": "id\n1\n"}), {}),
    "a text document": (
        lambda: packed({"_rels/.rels": relations(("officeDocument", "word/document.xml")), "word/_rels/document.xml.rels": relations(), "word/document.xml": "<document/>"}),
        {},
    ),
    "password": (encrypted, {}),
    "cut off": (lambda: packed(parts_of(ROWS))[:-30], {}),
    "checksum": (corrupt, {}),
    "part twice": (twice, {}),
    "part outside": (lambda: packed({**NAMED, "../../etc/passwd": "x"}), {}),
    "part absolute": (lambda: packed({**NAMED, "/etc/passwd": "x"}), {}),
    "no sheet part": (lambda: with_parts(sheet=None), {}),
    "no relations": (lambda: with_parts(rels=None), {}),
    "sheet without relation": (lambda: with_parts(rels=relations(("styles", "styles.xml"))), {}),
    "relation to itself": (lambda: with_parts(root=relations(("officeDocument", "_rels/.rels"))), {}),
    "sheet that is the workbook": (lambda: with_parts(rels=relations(("worksheet", "workbook.xml"))), {}),
    "broken xml": (lambda: with_parts(sheet=f'<worksheet xmlns="{MAIN}"><sheetData><row></sheetData>'), {}),
    "document type": (lambda: with_parts(sheet=LAUGHS + f'<worksheet xmlns="{MAIN}"><sheetData>&b;</sheetData></worksheet>'), {}),
    "utf-16": (lambda: with_parts(sheet='<?xml version="1.0" encoding="UTF-16"?><worksheet/>'), {}),
    "too deep": (lambda: with_parts(sheet="<x>" * 100 + "</x>" * 100), {}),
    "rows out of order": (lambda: sheet('<row r="3"/><row r="2"/>'), {}),
    "row twice": (lambda: sheet('<row r="3"/><row r="3"/>'), {}),
    "negative row": (lambda: sheet('<row r="-3"/>'), {}),
    "row past the end": (lambda: sheet('<row r="1048577"/>'), {}),
    "cells out of order": (lambda: sheet(row('<c r="B2"><v>1</v></c>', '<c r="A2"><v>1</v></c>')), {}),
    "cell twice": (lambda: sheet(row('<c r="B2"><v>1</v></c>', '<c r="B2"><v>2</v></c>')), {}),
    "cell of another row": (lambda: sheet(row('<c r="A9"><v>1</v></c>')), {}),
    "column past the end": (lambda: sheet(row('<c r="XFE2"><v>1</v></c>')), {}),
    "number that is none": (lambda: sheet(row('<c r="A2"><v>1x</v></c>')), {}),
    "infinity": (lambda: sheet(row('<c r="A2"><v>INF</v></c>')), {}),
    "type that is none": (lambda: sheet(row('<c r="A2" t="zz"><v>1</v></c>')), {}),
    "no shared text": (lambda: sheet(row('<c r="A2" t="s"><v>7</v></c>')), {}),
    "unknown error": (lambda: sheet(row('<c r="A2" t="e"><v>#SPILL!</v></c>')), {}),
    "two readers": (lambda: sheet(row("<c r='A2'><v>1<!-- -->2</v></c>")), {}),
    "lying sizes": (lying, {}),
    "size that is not so": (lambda: sized(packed(parts_of(ROWS))), {}),
    "far away": (lambda: sheet(ROWS + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'), {}),
    "long text": (lambda: sheet(row(f'<c r="A2" t="str"><v>{"a" * 40_000}</v></c>', f'<c r="B2" t="inlineStr"><is><t>{"b" * 1_000_001}</t></is></c>')), {}),
    "two sheets": (lambda: sheets(("People", ""), ("Notes", ""), ("Old", ' state="hidden"')), {}),
    "no sheet seen": (lambda: sheets(("People", ' state="veryHidden"')), {}),
    "no sheet": (lambda: sheets(), {}),
    "sheet misspelt": (lambda: sheets(("People 2024", ""), ("Notes", "")), {"sheet": "people 2024"}),
    "hidden rows": (lambda: sheet(header("id") + "".join(f'<row r="{n}"{h}>{said(f"A{n}", "x")}</row>' for n, h in ((2, ""), (5, ' hidden="1"'), (6, ' hidden="1"'), (9, ' hidden="1"')))), {}),
    "blank header": (lambda: sheet(f'<row r="3">{said("A3", "id")}</row>'), {"header_row": "2"}),
    "empty sheet": (lambda: sheet(""), {}),
    "header past the end": (lambda: sheet(ROWS), {"header_row": "7"}),
    "header error": (lambda: sheet('<row r="1"><c r="A1" t="e"><v>#NAME?</v></c></row>'), {}),
    "header merged": (lambda: sheet(ROWS, after='<mergeCells><mergeCell ref="A1:B1"/></mergeCells>'), {}),
    "merged what": (lambda: sheet(ROWS, after='<mergeCells><mergeCell ref="B2:A1"/></mergeCells>'), {}),
    "footer": (lambda: sheet(ROWS), {"footer_rows": "3"}),
    "delimiter": (lambda: sheet(ROWS), {"delimiter": "tab"}),
    "allow": (lambda: sheet(ROWS), {"allow": "everything"}),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(CASES))
def test_the_message(name: str, tmp_path: Path) -> None:
    make, layout = CASES[name]
    path = tmp_path / "people.xlsx"
    path.write_bytes(make())
    with pytest.raises(Refused) as refused, opened(path, **layout):
        pass
    printed = str(refused.value)
    assert str(tmp_path) not in printed
    assert {problem.code for problem in refused.value.problems} <= set(STOPS)
    assert_golden(printed + "\n", GOLDEN / f"{name.replace(' ', '_')}.txt")


def test_every_code_of_workbooks_is_provoked() -> None:
    printed = "".join(path.read_text(encoding="utf-8") for path in GOLDEN.glob("*.txt"))
    assert [code for code in STOPS if "PBR423" <= code <= "PBR428" and code not in printed] == []
    assert [code for code in FINDINGS if "PBR433" <= code <= "PBR439"] == ["PBR433", "PBR434", "PBR435", "PBR436", "PBR437", "PBR439"]
    assert {path.stem for path in GOLDEN.glob("*.txt")} == {name.replace(" ", "_") for name in CASES}


def test_a_good_workbook_is_not_refused(tmp_path: Path) -> None:
    with opened(write(tmp_path / "people.xlsx", NAMED)) as (_, rows):
        assert rows == [(1, "x", "1")]
