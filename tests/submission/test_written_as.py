"""Lengths, pictures and check digits of identifiers: what is refused, and what is said about it."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.gb import nhs

from pbr.plan.checkdigits import SCHEMES
from pbr.plan.plan import Table
from pbr.plan.writing import fits
from pbr.platform.duck import connect
from pbr.submission.checkdigits import DIGIT, FORM, MARKS, judge_of, sure_sql
from pbr.submission.rejected import rejected_rows
from tests.golden import assert_golden
from tests.submission.submitting import accepted, accounted, found, number, plan_of, submitted, text
from tests.submission.test_typed_values import read_cells

GOLDEN = Path(__file__).parent / "golden"
NHS = "9434765919"
UPN = "H801200001001"


def test_lengths_count_characters_after_trimming() -> None:
    column = text("x", shortest=2, longest=3)
    cells = [" ab ", "abc", "éé", "a", "abcd", "é", ""]
    assert read_cells(column, cells) == [("ab", None), ("abc", None), ("éé", None), *[(None, "PBR457")] * 3, (None, "PBR440")]
    assert read_cells(text("x", "text", longest=3, blank="none"), ["", "abcd"]) == [(None, None), (None, "PBR457")]


@settings(max_examples=30, deadline=None)
@given(
    picture=st.text("A9-/.\\*é ", min_size=1, max_size=5),
    cells=st.lists(st.text("ABZaz059-/.\\*é ", min_size=1, max_size=5), min_size=1, max_size=20),
)
def test_a_picture_means_what_the_contract_means_by_it(picture: str, cells: list[str]) -> None:
    got = read_cells(text("x", written_as=picture), cells)
    for cell, (value, code) in zip(cells, got, strict=True):
        given = cell.strip()
        expected = (None, "PBR440") if not given else (given, None) if fits(picture, given) else (None, "PBR458")
        assert (value, code) == expected, (picture, cell)


def test_check_digits_are_asked_of_cells_as_they_are_written() -> None:
    column = text("x", check_digit="NHS number", blank="unknown")
    good, bad = [NHS, f" {NHS} ", ""], ["9434765918", "943 476 5919", "943-476-5919", "943476591", "n/k", "٩434765919", "94347659190"]
    assert read_cells(column, good) == [(NHS, None), (NHS, None), (None, None)]
    assert read_cells(column, bad) == [(None, "PBR459")] * len(bad)


def test_pupils_of_new_authorities_have_numbers_too() -> None:
    judge = judge_of("UPN")
    assert (judge(UPN), judge("B801200001001")) == ("", DIGIT)
    new = [letter + "941200001001" for letter in "ABCDEFGHJKLMNPQRTUVWXYZ"]  # an authority of 2021, which the library does not know
    assert [judge(number) for number in new].count("") == 1
    assert (judge("A941I00001001"), judge(UPN.lower())) == (FORM, MARKS)


@pytest.mark.parametrize("scheme", SCHEMES)
@settings(max_examples=150, deadline=None)
@given(cell=st.text(min_size=1, max_size=30) | st.text("0123456789ABCXYZ -./+", min_size=1, max_size=24))
def test_no_text_breaks_the_library(scheme: str, cell: str) -> None:
    assert judge_of(scheme)(cell) in ("", FORM, DIGIT, MARKS)


def test_the_quick_test_of_nhs_numbers_is_the_librarys() -> None:
    chance = random.Random(3)
    numbers = [f"{chance.randrange(10**10):010d}" for _ in range(20_000)] + [f"{10**9 * k + j:010d}" for k in range(10) for j in range(200)]
    with tempfile.TemporaryDirectory() as folder:
        con = connect(Path(folder), [], threads=1)
        try:
            got = con.execute(
                f"SELECT {sure_sql('NHS number', 'v')} FROM (SELECT unnest(CAST(? AS BIGINT[])) AS v)", [[int(n) for n in numbers]]
            ).fetchall()
        finally:
            con.close()
    assert [sure for (sure,) in got] == [nhs.is_valid(number) for number in numbers]
    assert any(sure for (sure,) in got)


@pytest.mark.parametrize(
    "scheme, good, bad", [("UPN", UPN, "B801200001001"), ("Luhn", "78949", "78948"), ("NHS number", NHS, "9434765918")]
)
def test_whatever_way_a_row_is_read_its_check_digit_is_asked(scheme: str, good: str, bad: str) -> None:
    """Rows that are plain otherwise, and rows with another cell that is not."""
    table = Table("t", ("id",), (text("id"), text("x", check_digit=scheme), number("n", "whole")), "provider")
    rows = [
        ["id", "x", "n"],
        ["1", good, "1"],
        ["2", bad, "2"],
        ["3", good, "+3"],
        ["4", bad, "+4"],
        ["5", bad, "five"],
        ["2", bad, "2"],
        ["6", bad, "1"],
        ["6", good, "1"],
    ]
    with submitted(plan_of(table), ("t", rows)) as result:
        assert [row[:3] for row in accepted(result, "t")] == [(1, "1", good), (3, "3", good)]
        assert [(row, code) for _, row, _, code in found(result)] == [
            (2, "PBR459"), (4, "PBR459"), (5, "PBR441"), (5, "PBR459"), (6, "PBR459"), (7, "PBR459"), (7, "PBR460"), (8, "PBR460"),
        ]  # fmt: skip
        assert accounted(result, "t")


def test_a_key_with_a_wrong_check_digit_cannot_be_read() -> None:
    people = Table("people", ("nhs",), (text("nhs", check_digit="UPN"), number("n", "whole")), "provider")
    with submitted(plan_of(people), ("people", [["nhs", "n"], [UPN, "1"], ["B801200001001", "1"], ["B801200001001", "2"]])) as result:
        assert [(row, code) for _, row, _, code in found(result)] == [(2, "PBR459"), (3, "PBR459")]
        assert accounted(result, "people")


def test_what_is_said_about_each() -> None:
    columns = (
        text("id"),
        text("exact", shortest=3, longest=3, blank="none"),
        text("range", shortest=2, longest=4, blank="none"),
        text("few", longest=4, blank="none"),
        text("picture", written_as="AA-99", blank="none"),
        text("nhs_number", check_digit="NHS number", blank="none"),
        text("upn", check_digit="UPN", blank="none"),
    )
    rows = [
        [column.name for column in columns],
        ["1", "ab", "a", "abcde", "AB-1", "9434765918", "B801200001001"],
        ["2", "abcd", "abcde", "abcd", "ab-12", "943 476 5919", "h801200001001"],
        ["3", "", "", "", "A B", "12345", "H80120000100"],
        ["4", "x" * 2001, "a\tb", "a\u200bb", "AB-12", "", ""],
    ]
    plan = plan_of(Table("people", ("id",), columns, "provider"))
    with submitted(plan, ("people", rows)) as result:
        lines = [
            f"row {row} {column} {value[:20]!r} {code} {reason}; {what}"
            for _, row, _, column, value, code, reason, what in rejected_rows(result.con, plan)
        ]
    assert_golden("\n".join(lines) + "\n", GOLDEN / "written_as.txt")
