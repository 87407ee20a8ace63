"""Workbooks made to exhaust the reader: each is read or refused in bounded memory, in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.submission.workbook.making import header, parts_of, said, write

ROOT = Path(__file__).parents[3]
MOST_MEMORY = 450  # MB above what the program has before it begins
MOST_SECONDS = 60  # of the processor; the machine that runs tests may be busy with others

CHILD = """
import json, resource, sys, time
from pathlib import Path
from pbr.problem import Refused
from tests.submission.workbook.making import opened
def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
before, start = peak(), time.process_time()
try:
    with opened(Path(sys.argv[1])) as (raw, rows):
        said = [raw.records, len(raw.header)]
except Refused as refused:
    said = refused.problems[0].code
print(json.dumps([said, peak() - before, time.process_time() - start]))
"""


def outcome(path: Path) -> object:
    done = subprocess.run([sys.executable, "-c", CHILD, str(path)], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    said, memory, seconds = json.loads(done.stdout)
    assert memory < MOST_MEMORY and seconds < MOST_SECONDS, (said, memory, seconds)
    return said


def flood(path: Path, part: str, piece: bytes, times: int, tail: bytes = b"") -> Path:
    """A workbook whose ``part`` goes on with ``piece`` again and again, and ends without its end."""
    parts = parts_of(header("a", "b"))
    text = str(parts.pop(part))
    opening = text.partition("</sheetData>")[0] if "sheetData" in text else text.partition("</sst>")[0]
    write(path, parts)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive, archive.open(part, "w", force_zip64=True) as out:
        out.write(opening.encode())
        block = piece * 1000
        for _ in range(times // 1000):
            out.write(block)
        out.write(tail)
    return path


SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"


@pytest.mark.parametrize(
    ("part", "piece", "times", "code"),
    [
        pytest.param(SHEET, b'<row><c t="str"><v>aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa</v></c></row>', 4_000_000, "PBR425", id="a bomb"),
        pytest.param(SHEET, b"<x/>", 30_000_000, "PBR425", id="tags without end"),
        pytest.param(SHEET, b"<x>", 3_000_000, "PBR424", id="elements within elements"),
        pytest.param(SHEET, b"          ", 3_000_000, "PBR424", id="blanks without end"),
        pytest.param(STRINGS, b"<si/>", 4_500_000, "PBR425", id="shared texts without end"),
        pytest.param(STRINGS, b"<si><t>" + b"a" * 30_000 + b"</t></si>", 8_000, "PBR425", id="long shared texts"),
    ],
)
def test_a_flood(tmp_path: Path, part: str, piece: bytes, times: int, code: str) -> None:
    assert outcome(flood(tmp_path / "people.xlsx", part, piece, times)) == code


def test_one_long_text_in_every_cell(tmp_path: Path) -> None:
    rows = "".join(f'<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>' for row in range(2, 20_000))
    path = write(tmp_path / "people.xlsx", parts_of(header("a") + rows, f"<si><t>{'long ' * 6_000}</t></si>"))
    assert path.stat().st_size < 300_000
    assert outcome(path) == "PBR425"


def test_a_tag_with_a_great_many_attributes(tmp_path: Path) -> None:
    rows = "<row " + " ".join(f'a{n}="1"' for n in range(400_000)) + "/>"
    assert outcome(write(tmp_path / "people.xlsx", parts_of(header("a") + rows))) in ("PBR424", "PBR425", [0, 1])


def test_ten_thousand_overlapping_merges(tmp_path: Path) -> None:
    rows = "".join(f'<row r="{row}">{said(f"A{row}", "x")}</row>' for row in range(2, 3_000))
    merges = "<mergeCells>" + '<mergeCell ref="A2:XFD1048576"/>' * 10_000 + "</mergeCells>"
    assert outcome(write(tmp_path / "people.xlsx", parts_of(header("a") + rows, after=merges))) == "PBR424"


def test_members_without_end(tmp_path: Path) -> None:
    path = tmp_path / "people.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(50_000):
            archive.writestr(f"xl/a-part-with-a-name-of-some-length-so-that-the-directory-grows/{number}", b"")
    assert outcome(path) == "PBR425"


def test_a_thousand_columns(tmp_path: Path) -> None:
    from pbr.submission.workbook_scan import letters

    def row(number: int) -> str:
        return (
            f'<row r="{number}">' + "".join(f'<c r="{letters(column)}{number}"><v>{column}.5</v></c>' for column in range(1_000)) + "</row>"
        )

    assert outcome(write(tmp_path / "people.xlsx", parts_of("".join(map(row, range(1, 102)))))) == [100, 1_000]


def test_a_dimension_that_is_wrong_and_cells_without_names(tmp_path: Path) -> None:
    rows = header("a", "b") + "<row><c><v>1</v></c><c><v>2</v></c></row>" * 3
    path = write(tmp_path / "people.xlsx", parts_of(rows, before='<dimension ref="A1:XFD1048576"/>'))
    assert outcome(path) == [3, 2]
