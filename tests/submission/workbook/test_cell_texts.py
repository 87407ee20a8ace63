"""What a cell's text is: exact, never as it is shown, and never a guess."""

from __future__ import annotations

import io
import tempfile
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pbr.problem import Refused
from pbr.submission.raw import BLANKS
from pbr.submission.workbook_book import meaning_of
from pbr.submission.workbook_faults import MARK, shown
from tests.submission.workbook.making import header, opened, parts_of, said, styles_of, write

CODES = ("0%", "yyyy\\-mm\\-dd", "h:mm", "[h]:mm:ss", "0.00", "dd/mm/yyyy\\ hh:mm", "00000", "0" * 60, "000\\-00")
PERCENT, DAY, CLOCK, SPAN, PLACES, MOMENT, ZEROS, SIXTY, PARTED = range(1, 10)


def one_cell(tmp_path: Path, xml: str, strings: str = "", system: str = "") -> str | None:
    """The text of cell A2 with these attributes and content."""
    parts = parts_of(header("a", "b") + f'<row r="2"><c r="A2" {xml}</c>{said("B2", "x")}</row>', strings, styles_of(*CODES), system=system)
    with opened(write(tmp_path / "book.xlsx", parts)) as (_, rows):
        assert len(rows) == 1
        text: str | None = rows[0][1]
        return text or None


@pytest.mark.parametrize(
    ("xml", "text"),
    [
        ("><v>12</v>", "12"),
        ("><v>-0</v>", "0"),
        ("><v>0.1</v>", "0.1"),
        ("><v>0.10000000000000001</v>", "0.1"),
        ("><v>0.30000000000000004</v>", "0.30000000000000004"),
        ("><v>7.9000000000000001E-5</v>", "7.9e-05"),
        ("><v>999999999999999</v>", "999999999999999"),
        (f's="{PLACES}"><v>1.005</v>', "1.005"),
        (f's="{PERCENT}"><v>0.05</v>', "5%"),
        (f's="{PERCENT}"><v>0.07</v>', "7%"),
        (f's="{PERCENT}"><v>-1.125</v>', "-112.5%"),
        (f's="{PERCENT}"><v>1E-7</v>', "0.00001%"),
        (f's="{PERCENT}"><v>0</v>', "0%"),
        ('t="b"><v>1</v>', "yes"),
        ('t="b"><v>false</v>', "no"),
        ('t="str"><f>x</f><v>done</v>', "done"),
        ('t="str"><f>x</f><v></v>', None),
        ("><f>1+1</f><v>2</v>", "2"),
        ('t="inlineStr"><is><r><t xml:space="preserve">a </t></r><r><t>b</t></r></is>', "a b"),
        ('t="inlineStr"><is><t>0012</t></is>', "0012"),
        ('t="inlineStr"><is><t>a\nb</t></is>', "a\nb"),
        ('t="inlineStr"><is><t>a_x000D_b</t></is>', "a\nb"),
        ('t="inlineStr"><is><t>a_x005F_x000D_b</t></is>', "a_x000D_b"),
        ('t="d"><v>2020-02-29</v>', "2020-02-29"),
        ('t="d"><v>2020-02-29T10:11:12</v>', "2020-02-29 10:11:12"),
        (f's="{DAY}"><v>45000</v>', "2023-03-15"),
        (f's="{DAY}"><v>61</v>', "1900-03-01"),
        (f's="{DAY}"><v>2958465</v>', "9999-12-31"),
        (f's="{MOMENT}"><v>45000.5</v>', "2023-03-15 12:00:00"),
        (f's="{MOMENT}"><v>45000</v>', "2023-03-15"),
        (f's="{MOMENT}"><v>45000.999999999</v>', "2023-03-16"),
        (f's="{CLOCK}"><v>0.75</v>', "18:00:00"),
        (f's="{SPAN}"><v>1.5</v>', "36:00:00"),
        (f's="{ZEROS}"><v>412</v>', "00412"),
        (f's="{ZEROS}"><v>0</v>', "00000"),
        (f's="{ZEROS}"><v>-0</v>', "00000"),
        (f's="{ZEROS}"><v>-412</v>', "-00412"),
        (f's="{ZEROS}"><v>1234567</v>', "1234567"),
        (f's="{ZEROS}"><v>12.5</v>', "12.5"),
        (f's="{ZEROS}"><f>x</f><v>7</v>', "00007"),
        (f's="{SIXTY}"><v>999999999999999</v>', "0" * 45 + "9" * 15),
        (f's="{PARTED}"><v>12</v>', "12"),
        ("><v></v>", None),
        (f's="{DAY}">', None),
        ('t="inlineStr"><is><t> </t></is>', None),
    ],
)
def test_a_cell(tmp_path: Path, xml: str, text: str | None) -> None:
    assert one_cell(tmp_path, xml) == text


def test_days_counted_from_1904(tmp_path: Path) -> None:
    since = '<workbookPr date1904="1"/>'
    assert one_cell(tmp_path, f's="{DAY}"><v>1</v>', system=since) == "1904-01-02"
    assert one_cell(tmp_path, f's="{DAY}"><v>43538</v>', system=since) == "2023-03-15"


def test_a_shared_text(tmp_path: Path) -> None:
    rich = "<si><t>no</t></si><si><r><t>ri</t></r><r><rPr/><t>ch</t></r><rPh sb='0' eb='1'><t>SAID</t></rPh></si>"
    assert one_cell(tmp_path, 't="s"><v>1</v>', rich) == "rich"


@pytest.mark.parametrize(
    ("xml", "code", "value"),
    [
        ("><f>1+1</f>", "PBR433", ""),
        ("><f>1+1</f><v></v>", "PBR433", ""),
        ('t="str"><f>1+1</f>', "PBR433", ""),
        ('t="e"><v>#N/A</v>', "PBR434", "#N/A"),
        ('t="e"><f>1/0</f><v>#DIV/0!</v>', "PBR434", "#DIV/0!"),
        ("><v>1000000000000000</v>", "PBR436", "1000000000000000"),
        ("><v>1.23457E+17</v>", "PBR436", "123457000000000000"),
        (f's="{DAY}"><v>60</v>', "PBR437", "60"),
        (f's="{DAY}"><v>0</v>', "PBR437", "0"),
        (f's="{DAY}"><v>-1</v>', "PBR437", "-1"),
        (f's="{DAY}"><v>2958466</v>', "PBR437", "2958466"),
        (f's="{CLOCK}"><v>-0.5</v>', "PBR437", "-0.5"),
        (f's="{SPAN}"><v>-0.5</v>', "PBR437", "-0.5"),
        ('t="d"><v>31/02/2020</v>', "PBR437", "31/02/2020"),
        ('t="inlineStr"><is><t>a_x0000_b</t></is>', "PBR431", "ab"),
        ('t="inlineStr"><is><t>_x001A_PBR999</t></is>', "PBR431", "PBR999"),
    ],
)
def test_a_cell_without_a_value_is_not_blank(tmp_path: Path, xml: str, code: str, value: str) -> None:
    text = one_cell(tmp_path, xml)
    assert text is not None and text.startswith(MARK + code)
    assert shown(text) == value


@pytest.mark.parametrize(
    ("code", "meaning"),
    [
        ("General", "number"),
        ("0.00", "number"),
        ("0.0%", "percent"),
        ('0.0"%"', "number"),
        ("0\\%", "number"),
        ("[=0]&quot;-&quot;;0.0%".replace("&quot;", '"'), "percent"),
        ("[Red]0.00;[Blue]-0.00", "number"),
        ("#,##0.00\\ [$USD]", "number"),
        ("_-* #,##0.00\\ [$kr.-406]_-", "number"),
        ('"Day" 0', "number"),
        ("_d0", "number"),
        ("*d0", "number"),
        ("0.00E+00", "number"),
        ("0", "number"),
        ("00", "00"),
        ("00000", "00000"),
        ("00000;-00000", "number"),
        ("0" * 61, "number"),
        ("[$-409]d-mmm;@", "date"),
        ("mmm", "date"),
        ("dd/mm/yyyy hh:mm", "date"),
        ("h:mm AM/PM", "time"),
        ("mm:ss.0", "time"),
        ("[mm]:ss", "duration"),
        ("@", "number"),
    ],
)
def test_what_a_number_format_means(code: str, meaning: str) -> None:
    assert meaning_of(code) == meaning


CELLS = st.one_of(
    st.integers(-(10**15) + 1, 10**15 - 1),
    st.floats(-1e14, 1e14, allow_nan=False),
    st.booleans(),
    st.dates(date(1900, 3, 1), date(9999, 12, 31)),
    st.text(st.characters(min_codepoint=32, max_codepoint=0x2FFF, exclude_categories=("Cs", "Cc")), max_size=30),
    st.sampled_from([None, " 007 ", "é£€", "1e5", "TRUE", "=1+1", "#N/A", "_x000D_", "_x0041_b", "a_x", "\n", "a\tb"]),
)


def _expected(cell: Any) -> Any:
    if cell is None or (isinstance(cell, str) and not cell.strip(BLANKS)):
        return None
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, (int, float)):
        return cell
    return cell.strip(BLANKS)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=8))
def test_what_openpyxl_writes_is_read_as_it_was(table: list[list[Any]]) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for column, name in enumerate("abc", 1):
        sheet.cell(1, column, name)
    for number, row in enumerate(table, 2):
        for column, value in enumerate(row, 1):
            cell = sheet.cell(number, column)
            if isinstance(value, str):
                cell.value, cell.data_type = value, "s"
            else:
                cell.value = value
    data = io.BytesIO()
    book.save(data)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.xlsx"
        path.write_bytes(data.getvalue())
        expected = [[_expected(cell) for cell in row] for row in table]
        filled = [(row, cells) for row, cells in enumerate(expected, 2) if any(cell is not None for cell in cells)]
        with opened(path) as (raw, rows):
            assert raw.records == len(filled)
            assert raw.lines is not None and raw.lines(set(range(1, len(filled) + 1))) == {n: row for n, (row, _) in enumerate(filled, 1)}
            for (_, *texts), (_, cells) in zip(rows, filled, strict=True):
                for text, cell in zip(texts, cells, strict=True):
                    text = (text or "").strip(BLANKS) or None
                    if isinstance(cell, int):
                        assert text == str(cell)
                    elif isinstance(cell, float):
                        assert text is not None and float(text) == float(f"{cell:.16g}")  # all that openpyxl writes
                    elif isinstance(cell, str) and "_x" in cell:
                        continue  # an escape: perhaps of nothing but a blank
                    else:
                        assert text == cell


def test_moments_and_lengths_of_openpyxl(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["a", "b", "c"])
    book.active.append([datetime(2024, 2, 29, 23, 59, 59), time(8, 30), timedelta(hours=30, minutes=5)])
    book.save(tmp_path / "book.xlsx")
    with opened(tmp_path / "book.xlsx") as (_, rows):
        assert rows == [(1, "2024-02-29 23:59:59", "08:30:00", "30:05:00")]


def test_a_number_that_the_two_readers_read_differently_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="PBR417"):
        one_cell(tmp_path, "><v>1<!-- -->2</v>")
