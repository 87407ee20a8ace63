"""Parquet files and DataFrames that nobody should send."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pbr.problem import Refused
from pbr.submission import tables
from pbr.submission.frames import cell_text
from pbr.submission.inputs import Input
from tests.submission.hostile.independent import generic, outcome
from tests.submission.submitting import accepted, submitted

HEADER = ["id", "x"]


def made(folder: Path, select: str, name: str = "t.parquet") -> Path:
    import duckdb

    path = folder / name
    duckdb.connect().execute(f"COPY ({select}) TO '{path}' (FORMAT parquet)")
    return path


@pytest.mark.parametrize(
    ("select", "expected"),
    [
        ("SELECT i AS id, 'a' AS x FROM range(3) t(i)", 3),
        ("SELECT 1 AS id, 2 AS x WHERE false", 0),
        ("SELECT '1' AS id, [1, 2] AS x", "PBR413"),
        ("SELECT '1' AS id, {'id': 1, 'x': {'id': [1]}} AS x", "PBR413"),
        ("SELECT '1' AS id, [CAST(1 AS DECIMAL(10,2))] AS x", "PBR413"),
        ("SELECT '1' AS id, CAST('\\x00' AS BLOB) AS x", "PBR413"),
        ("SELECT '1' AS id, TIMESTAMPTZ '2020-01-01 00:00:00+00' AS x", "PBR413"),
        ("SELECT '1' AS id, {'id': 1} AS s", "PBR406"),
        (f"SELECT '1' AS id, 2 AS x, 3 AS {'y' * 10_000}", 1),
        ("SELECT i AS id, " + ", ".join(f"i AS c{n}" for n in range(400)) + ", 1 AS x FROM range(10) t(i)", 10),
    ],
)
def test_kinds_of_parquet(tmp_path: Path, select: str, expected: int | str) -> None:
    assert outcome(made(tmp_path, select), HEADER) == expected


def test_every_number_and_moment_is_written_exactly(tmp_path: Path) -> None:
    select = (
        "SELECT * FROM (VALUES (1, CAST('12345678901234567890123456789012345.678' AS DECIMAL(38,3)), TIMESTAMP_NS '1677-09-21 00:12:44', "
        "'nan'::DOUBLE, TIMESTAMP 'infinity'), (2, 0.5, TIMESTAMP_NS '2020-01-02 00:00:00', 'inf'::DOUBLE, TIMESTAMP '2020-01-02')) v(id, d, n, f, t)"
    )
    plan, layout = generic(["id", "d", "n", "f", "t"])
    with submitted(plan, Input("t", made(tmp_path, select), None, None, "t.parquet"), layout={"t": layout}) as result:
        assert accepted(result, "t") == [
            (1, "1", "12345678901234567890123456789012345.678", "1677-09-21 00:12:44", None, "infinity"),
            (2, "2", "0.500", "2020-01-02", "inf", "2020-01-02"),
        ]


def test_two_columns_of_one_name_in_parquet(tmp_path: Path) -> None:
    path = made(tmp_path, "SELECT 1 AS id, 2 AS yy, 3 AS x")
    path.write_bytes(path.read_bytes().replace(b"yy", b"id"))
    assert outcome(path, HEADER) == "PBR407"


@pytest.mark.parametrize("left", [0, 3, 4, 11, 60, 200, -1, -9])
def test_truncated_parquet(tmp_path: Path, left: int) -> None:
    path = made(tmp_path, "SELECT i AS id, i AS x FROM range(1000) t(i)")
    path.write_bytes(path.read_bytes()[:left])
    assert outcome(path, HEADER) == "PBR414"


def test_parquet_that_unpacks_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = made(tmp_path, "SELECT i AS id, repeat('y', 100000) AS x FROM range(5000) t(i)")
    assert path.stat().st_size < 1_000_000
    assert outcome(path, HEADER) == "PBR420"
    monkeypatch.setattr(tables, "MOST_ROWS", 1000)
    assert outcome(made(tmp_path, "SELECT 1 AS id, 1 AS x FROM range(1000000) t(i)"), HEADER) == "PBR420"


def frame_outcome(frame: Any, header: list[str]) -> str | int:
    plan, layout = generic(header)
    try:
        with submitted(plan, Input("t", None, frame, None, "t"), layout={"t": layout}) as result:
            return result.submitted["t"]
    except Refused as refused:
        return " ".join(sorted({problem.code for problem in refused.problems}))


def test_frames() -> None:
    import pandas

    assert frame_outcome(pandas.DataFrame(), HEADER) == "PBR405"
    assert frame_outcome(pandas.DataFrame(index=[1, 2]), HEADER) == "PBR405"
    assert frame_outcome(pandas.DataFrame({"id": [], "x": []}), HEADER) == 0
    assert frame_outcome(pandas.DataFrame([[1, 2, 3]], columns=["id", "x", "x"]), HEADER) == "PBR407"
    labels = pandas.MultiIndex.from_tuples([("id", "a"), ("x", "b")])
    assert frame_outcome(pandas.DataFrame([[1, 2]], columns=labels), HEADER) == "PBR406"
    assert frame_outcome(pandas.DataFrame({"id": [10**5000], "x": ["a"]}), HEADER) == "PBR413"
    assert frame_outcome(pandas.DataFrame({"id": [Decimal("1E+999999999")], "x": [float("inf")]}, dtype=object), HEADER) == 1
    assert frame_outcome(pandas.DataFrame({"id": ["a\0b"], "x": [b"bytes"]}), HEADER) == "PBR413"


def test_a_number_that_would_fill_the_memory_stays_short() -> None:
    assert cell_text(Decimal("1E+999999999")) == "1E+999999999"
    with pytest.raises(TypeError):
        cell_text(10**5000)
