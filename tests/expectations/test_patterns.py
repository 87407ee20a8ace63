"""Patterns of a suite mean the same to Python's re, to RE2 and to pandas; and they are what our reading means."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.util import find_spec

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pbr.expectations import patterns
from pbr.expectations.mapping import expected
from pbr.submission.raw import BLANKS
from pbr.submission.typed import INVISIBLE
from tests.expectations.wide import NOISE, PLAN, WIDE_ROW
from tests.submission.submitting import text

PATTERNS = sorted({one.arguments["regex"] for table in PLAN.tables for one in expected(PLAN, table) if "regex" in one.arguments})


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    con = duckdb.connect()
    yield con
    con.close()


@pytest.mark.parametrize("pattern", PATTERNS)
def test_no_pattern_uses_what_engines_read_differently(pattern: str) -> None:
    assert re.search(r"\(\?[^:]|\\[A-Zbdpswuz]|\\x(?![0-9a-f]{2})", pattern) is None


@settings(max_examples=40, deadline=None)
@given(cells=st.lists(st.one_of(NOISE, WIDE_ROW.flatmap(st.sampled_from)), min_size=1, max_size=60))
@example(cells=["0000-01-01", "0000-02-29", "0400-02-29", "1900-02-29", "2000-02-29", "9999-12-31", "0001-01-01", "2012-02-30"])
def test_engines_agree(con: duckdb.DuckDBPyConnection, cells: list[str]) -> None:
    import pandas

    trimmed = [cell.strip(BLANKS) for cell in cells]
    kinds = ["python", *(["pyarrow"] if find_spec("pyarrow") else [])]  # with pyarrow pandas asks another engine
    several = [pandas.Series(trimmed, dtype=pandas.StringDtype(kind)) for kind in kinds]  # type: ignore[arg-type]
    for pattern in PATTERNS:
        ours = [re.search(pattern, cell) is not None for cell in trimmed]
        asked = "SELECT list_transform(CAST(? AS VARCHAR[]), lambda cell: regexp_matches(cell, ?))"
        assert con.execute(asked, [trimmed, pattern]).fetchone() == (ours,), pattern
        assert [series.str.contains(pattern).tolist() for series in several] == [ours] * len(kinds), pattern


def test_what_cannot_be_seen_is_what_our_reading_refuses(con: duckdb.DuckDBPyConnection) -> None:
    letters = "SELECT chr(CAST(n AS INTEGER)) AS letter FROM range(1, 1114112) t(n) WHERE n NOT BETWEEN 55296 AND 57343"
    theirs = {row[0] for row in con.execute(f"SELECT letter FROM ({letters}) WHERE regexp_matches(letter, ?)", [INVISIBLE]).fetchall()}
    control = {row[0] for row in con.execute(f"SELECT letter FROM ({letters}) WHERE regexp_matches(letter, '\\p{{Cc}}')").fetchall()}
    everything = "".join(chr(n) for n in range(1, 0x110000) if not 0xD800 <= n < 0xE000)
    assert set(re.findall(patterns.INVISIBLE, everything)) == theirs
    assert set(re.findall(patterns.CONTROL, everything)) == control


def test_codes_that_no_pattern_can_say_are_told() -> None:
    assert patterns.codes_of_list(text("c", "codes", codes=("a",), separator=" ")) is None
    assert patterns.codes_of_list(text("c", "codes", codes=("a",), separator=", ")) is None
    assert patterns.codes_of_list(text("c", "codes", codes=("a|b", " a"), separator="|")) is None
    pattern = patterns.codes_of_list(text("c", "codes", codes=("a", "a|b", "b "), separator="|"))
    assert pattern is not None and re.search(pattern, "a| a") and not re.search(pattern, "a|b")
