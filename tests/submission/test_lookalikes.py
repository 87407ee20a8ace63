"""Values that look like one another are flagged, whatever way they differ in; what is one value, or plainly two, is not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pbr.plan.plan import Cover, RowRule, Table
from pbr.submission import lookalikes
from pbr.submission.lookalikes import PLAIN, compared, folded
from tests.submission.submitting import found, number, plan_of, submitted, text

PERSON = text("person", blank="none")
TABLE = Table("t", ("id",), (number("id", "whole"), replace(PERSON, type=replace(PERSON.type, names="person"))), "provider")


def _flags(values: list[str], table: Table = TABLE) -> list[tuple[Any, ...]]:
    rows = [["id", table.columns[1].name], *([str(n), value] for n, value in enumerate(values, 1))]
    with submitted(plan_of(table), ("t", rows)) as result:
        assert result.rejected["t"] == 0
        return found(result, '"ROW", COLUMN_NAME, CODE, SEVERITY, VALUE, SAYS')


ALIKE = [
    ("P1", "p1"),
    ("p1", "р1"),
    ("B7", "В7"),
    ("7", "07"),
    ("0", "000"),
    ("7", "\uff17"),
    ("07", "\uff17"),
    ("É1", "é1"),
    ("ÉlA", "Éla"),
    ("Straße", "STRASSE"),
    ("A-1", "A\u20131"),
    ("O'Neil", "O\u2019Neil"),
    ("Ν1", "ν1"),
    ("v1", "ν1"),
    ("Ŀ", "ŀ"),
    ("ﬁ", "fi"),
    ("P1", "Р1"),
]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_each_of_two_that_are_alike_but_the_first_is_flagged(one: str, other: str) -> None:
    first, second = sorted((one, other))
    flags = _flags([second, first, "plain", second, ""])
    assert [flag[:5] for flag in flags] == [(row, "person", "PBR485", "flag", second) for row in (1, 4)]
    assert all(f" looks like {first}" in flag[5] for flag in flags)


@pytest.mark.parametrize(("one", "other"), [("A0", "AO"), ("P01", "P1"), ("e", "é"), ("l1", "11"), ("70", "7"), ("a b", "ab"), ("1", "1")])
def test_two_that_are_plainly_two_are_not(one: str, other: str) -> None:
    assert _flags([one, other]) == []


def test_sentences_name_the_others_and_what_cannot_be_told_by_sight() -> None:
    says = [flag[5] for flag in _flags(["PA", "pA", "Pa", "pa", "ра"])]
    assert says == [
        "person: pA looks like PA, Pa, pa and others, and is another value here",
        "person: Pa looks like PA, pA, pa and others, and is another value here",
        "person: pa looks like PA, Pa, pA and others, and is another value here",
        "person: ра (U+0440, U+0430) looks like PA, Pa, pA and others, and is another value here",
    ]


def test_what_cannot_be_seen_in_a_text_is_left_out() -> None:
    table = replace(TABLE, columns=(TABLE.columns[0], text("note", "text")), once=("note",))
    assert [flag[4] for flag in _flags(["a b", "a\u200b b", "a\u2003b"], table)] == ["a\u200b b", "a\u2003b"]


def test_copies_are_not_asked_and_rejected_rows_are() -> None:
    rows = [["id", "person"], ["1", "p"], ["2", "P"], ["1", "p"], ["x", "p"]]
    with submitted(plan_of(TABLE), ("t", rows)) as result:
        assert [row for row, code in found(result, '"ROW", CODE') if code == "PBR485"] == [1, 4]
        assert result.rejected["t"] == result.unused["t"] == 1


def test_no_more_are_listed_than_may_be_and_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookalikes, "MOST", 2)
    rows = [["id", "person"], *([str(n), f"{'pP'[n % 2]}{n // 2}"] for n in range(10))]
    with submitted(plan_of(TABLE), ("t", rows)) as result:
        listed = result.con.execute(
            'SELECT "ROW", SEVERITY, SAYS FROM findings WHERE CODE = \'PBR485\' ORDER BY "ROW" NULLS LAST'
        ).fetchall()
    assert [row for row, *_ in listed] == [1, 3, None]
    assert listed[2][1:] == ("flag", "person: 5 rows have a value that looks like another; the first 2 are listed")


def test_columns_that_tell_things_apart_are_compared() -> None:
    columns = (
        text("key"),
        text("link", link=True),
        text("once"),
        text("again"),
        text("order"),
        text("cover"),
        text("other"),
        text("note", "text"),
        text("fixed", written_as="AA99", link=True),
        text("fixed_odd", written_as="É9", link=True),
        number("count", "whole"),
    )
    table = Table("t", ("key", "count"), columns, "provider", once=("once",), cover=Cover("r", ("cover",), ("r",)))
    rules = (RowRule("repeated", "A1", "flag", ("again",)), RowRule("out of order", "A2", "flag", ("order",)))
    names = [column.name for column in compared(replace(table, rules=rules))]
    assert names == ["key", "link", "once", "again", "order", "cover", "fixed_odd"]


def test_plain_letters_fold_as_small_ones_do() -> None:
    con = duckdb.connect()
    letters = con.execute(
        "SELECT chr(CAST(n AS INTEGER)) AS c, lower(c), upper(c) FROM range(32, 1000) t(n) WHERE regexp_full_match(c, ?)", [PLAIN]
    ).fetchall()
    con.close()
    assert len(letters) > 200
    assert all(folded(letter) == {"" if letter == "0" else small} for letter, small, _ in letters)
    # two that fold alike are a capital and a small letter to upper() and lower() too: those are asked first
    assert all(letter in (small, capital) for letter, small, capital in letters)
    assert len({small for _, small, _ in letters}) == sum(letter == small for letter, small, _ in letters)


ODD = st.text(st.sampled_from("aA0pPрРΡνΝvéÉß７"), min_size=1, max_size=3)


@settings(max_examples=60, deadline=None)
@given(values=st.lists(ODD, min_size=1, max_size=40))
def test_what_is_flagged_is_what_the_definition_says(values: list[str]) -> None:
    keys = {value: folded(value) for value in values}
    expected = [value for value in values if any(other < value and keys[other] & keys[value] for other in keys)]
    assert [flag[4] for flag in _flags(values)] == expected
