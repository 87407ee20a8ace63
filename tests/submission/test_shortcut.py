"""The short way of reading cells gives what the definition gives, on any text, and leaves everything else to it."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pbr.plan.plan import Column, Table
from pbr.platform.duck import connect
from pbr.platform.sqltext import quote_text
from pbr.submission import csvfile
from pbr.submission.inputs import Input
from pbr.submission.shortcut import shortcut_sql, type_of
from pbr.submission.typed import typed_sql
from tests.submission.submitting import accepted, number, plan_of, submitted, text

LISTED = tuple(f"Z{code:02d}" for code in range(60))
COLUMNS = [
    number("x", "whole", top=10**9),
    number("x", "whole", at_least="-5/1", at_most="52/1", blank="unknown"),
    number("x", "whole", top=10**37),
    number("x", "days", top=366),
    number("x", "number", 1, at_least="0/1", at_most="27/1"),
    number("x", "number", 4, "half up", blank="unknown"),
    number("x", "number", 0, "half up"),
    number("x", "number", 20, "half up", top=10**37),
    number("x", "percent", 1, "half up"),
    number("x", "percent", 2, at_least="0/1", at_most="1/1"),
    number("x", "points", 1, "half up", at_least="-1/20", at_most="1/20"),
    number("x", "money", top=10**7),
    number("x", "money", top=10**13, blank="unknown"),
    number("x", "money", top=200),
    text("x", "date"),
    text("x", "date", blank="not yet", take="date part"),
    text("x", "truth"),
    text("x", "truth", blank="unknown"),
    text("x", "code", codes=("ami", "J44.1", "it's", "7", "é")),
    text("x", "code", codes=LISTED, blank="none"),
    text("x", "codes", codes=("a", "b", "c"), separator=";"),
    text("x", "codes", codes=("a", "b;", "c"), separator=";;"),
    text("x", "codes", codes=("a", "b", "c"), blank="none"),
    text("x"),
    text("x", "text", blank="none"),
    text("x", link=True, blank="unknown"),
    text("x", shortest=2, longest=4),
    text("x", shortest=3, longest=3),
    text("x", longest=3, blank="unknown"),
    text("x", written_as="A9-9"),
    text("x", check_digit="NHS number"),
    Column("x", number("x", "number", 2).type, number("x", "number", 2).shape, "literal", "0.5", 2),
    Column("x", text("x", "date").type, None, "literal", "2020-02-29"),
]

WHOLE = st.integers(-(10**19), 10**19).map(str) | st.integers(-60, 400).map(str)
PARTS = st.builds(lambda whole, part: f"{whole}.{part}", st.integers(-300, 300), st.text("0123456789", max_size=20))
SPELT = st.sampled_from(
    ["", " ", ".", "n/a", "0", "-0", "+1", "-", "1.", ".5", "007", "1e3", "£1,234.50", "1,234", "-£5", "£12,34", "0,100", "01,000", "£0,100.00", "001", "£999,999,999.99", "12,345,678", "27.0", "27.1",
     "2024-02-29", "2023-02-29", "0000-01-01", "0999-12-31", "2024-12-31", "2024-13-01", "2024-11-31", "2024-06-31", "2024-01-00", "2024-01-01T10:00", "2024-01-01T10:00Z", "9999-12-31",
     "yes", "YES", "yEs", "Y", "t", "true", "False", "N", "ami", "it's", "J44.1", " ami", "é", "Z59", "Z60", "a;b;a", "c", "a;", "a; b", "b;;;a", "ab", "abc", "a c", "A1-2",
     "a1-2", "A1-22", "9434765919", "943 476 5919", "9434765918", "0000000000", "Renée", "a\u00a0", "a\u200bb", "a\tb", "b\u0300", "x" * 2000, "x" * 2001, "é" * 1500]
)  # fmt: skip
CELLS = st.one_of(
    SPELT, SPELT, WHOLE, PARTS, PARTS.map(lambda cell: cell + "%"), st.dates().map(str), st.text(max_size=6), st.text("0123456789", min_size=10, max_size=10)
).filter(lambda cell: "\0" not in cell)  # fmt: skip


def both(column: Column, cells: list[str | None], missing: list[str]) -> tuple[list[Any], list[Any]]:
    """Of each cell: (value, code) by the definition; and (value, None) or the cell as it came the short way."""
    rows = ", ".join(f"({index}, {'NULL' if cell is None else quote_text(cell)})" for index, cell in enumerate(cells))
    source = f"SELECT CAST(_row AS BIGINT) AS _row, CAST(_r0 AS VARCHAR) AS _r0 FROM (VALUES {rows}) v(_row, _r0)"
    with tempfile.TemporaryDirectory() as folder:
        con = connect(Path(folder), [], threads=1)
        con.execute(f"CREATE TABLE cells AS {source}")
        try:
            defined = (
                f"SELECT x, typeof(x), _e0 FROM ({typed_sql((column,), frozenset(), missing, 'GBP', 'SELECT * FROM cells')}) ORDER BY _row"
            )
            short = f"SELECT x, typeof(x), _raw FROM ({shortcut_sql((column,), frozenset(), missing, 'GBP', 'SELECT * FROM cells', '_row')}) ORDER BY _row"
            return con.execute(defined).fetchall(), con.execute(short).fetchall()
        finally:
            con.close()


LETTERS = Column("x", text("x").type, None, "literal", "e\u0301")  # what a blank stands for is not in the form NFC


@pytest.mark.parametrize("column", [*COLUMNS, LETTERS], ids=lambda column: f"{column.type.kind}-{column.blank}-{column.blank_is}")
def test_of_ascii_unicode_has_nothing_to_say(column: Column) -> None:
    """Every ASCII character but NUL, alone and between letters, as a key and not."""
    cells = [f"{around}{chr(byte)}{around}" for byte in range(1, 128) for around in ("", "a")] + ["", "b", "x" * 2001]
    rows = ", ".join(f"({index}, {quote_text(cell)})" for index, cell in enumerate(cells))
    with tempfile.TemporaryDirectory() as folder:
        con = connect(Path(folder), [], threads=1)
        con.execute(f"CREATE TABLE cells AS SELECT * FROM (VALUES {rows}) v(_row, _r0)")
        for keys in (frozenset[str](), frozenset({"x"})):
            asked, left = (
                con.execute(typed_sql((column,), keys, ["n"], "GBP", "SELECT * FROM cells", None, ascii)).fetchall() for ascii in ((), (0,))
            )
            assert left == asked
        con.close()


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: f"{column.type.kind}-{column.blank}-{COLUMNS.index(column)}")
@settings(max_examples=12, deadline=None)
@given(cells=st.lists(st.none() | CELLS, min_size=20, max_size=80), missing=st.sampled_from([[], ["."], ["n/a", "0", "ami", "abc"]]))
def test_what_is_read_the_short_way_is_what_is_defined(column: Column, cells: list[str | None], missing: list[str]) -> None:
    defined, short = both(column, cells, missing)
    for cell, (value, kind, code), (quick, kind_too, came) in zip(cells, defined, short, strict=True):
        assert kind == kind_too
        if came is None:
            assert (quick, None) == (value, code), cell
        else:
            assert came == [cell]


def test_the_short_way_keeps_the_order_of_the_rows() -> None:
    """A fact about DuckDB that row numbers rest on: a query over one file without a join keeps its order, and nothing here becomes a join."""
    columns = tuple(replace(column, name=f"x{index}") for index, column in enumerate(COLUMNS))
    source = f"SELECT {', '.join(f'c AS _r{index}' for index in range(len(columns)))} FROM cells"
    with tempfile.TemporaryDirectory() as folder:
        con = connect(Path(folder), [], threads=2)
        try:
            con.execute("CREATE TABLE cells AS SELECT CAST(i AS VARCHAR) AS c FROM range(1000) r(i)")
            missing = [f"m{index}" for index in range(40)]
            plan = con.execute(f"EXPLAIN CREATE TABLE t AS {shortcut_sql(columns, frozenset(), missing, 'GBP', source)}").fetchall()[0][1]
        finally:
            con.close()
    assert "SCAN" in plan.upper() and "JOIN" not in plan.upper() and "AGGREGATE" not in plan.upper(), plan


def test_rows_read_by_several_threads_have_the_numbers_of_their_records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csvfile, "_SMALL", 0)  # as a large file is read
    rows = 300_000
    table = Table("t", ("id",), (text("id"), number("n", "whole"), text("pad", "text")), "provider")
    path = tmp_path / "t.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        out.write("id,n,pad\n")
        # every 7th is not plain, every 1,000th is wrong
        out.writelines(
            f"k{row},{'x' if row % 1000 == 0 else f'+{row}' if row % 7 == 0 else row},{'pad' * 20}\n" for row in range(1, rows + 1)
        )
    with submitted(plan_of(table), Input("t", path, None, None, "t.csv")) as result:
        counted = result.con.execute(
            "SELECT count(*), count(*) FILTER (id = 'k' || _row AND n = _row), count(DISTINCT _row) FROM accepted_t"
        ).fetchone()
        assert counted == (rows - 300,) * 3
        lines = result.con.execute(
            'SELECT count(*), count(*) FILTER ("ROW" % 1000 = 0 AND LINE = "ROW" + 1 AND VALUE = \'x\') FROM findings'
        ).fetchone()
        assert lines == (300, 300)


def test_a_table_with_nothing_plain_is_read_too() -> None:
    table = Table("t", ("id",), (text("id"), number("n", "whole")), "provider")
    with submitted(plan_of(table), ("t", [["id", "n"], ["a", "+1"], ["b", " 2"], ["c", "x"]])) as result:
        assert accepted(result, "t") == [(1, "a", 1), (2, "b", 2)]
    with submitted(plan_of(table), ("t", [["id", "n"]])) as result:
        assert (accepted(result, "t"), result.submitted) == ([], {"t": 0})


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: f"{column.type.kind} {column.shape.top if column.shape else column.blank}")
def test_a_table_without_rows_has_the_types_of_one_with_rows(column: Column, tmp_path: Path) -> None:
    con = connect(tmp_path, [])
    looked = con.execute(f"DESCRIBE {typed_sql((column,), frozenset(), [], 'GBP', 'SELECT 1 AS _row, NULL AS _r0', {})}").fetchall()
    con.close()
    assert type_of(column) == next(kind for name, kind, *_ in looked if name == column.name)
