"""A table's digest: by its definition in plain Python, the same however the file was written, different for any change."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pbr.audit.digest import BLOCK, cell_text, digest_table
from pbr.audit.merkle import EMPTY, root
from pbr.problem import Refused

COLUMNS = {"k": "BIGINT", "w": "DECIMAL(38,0)", "t": "VARCHAR", "d": "DATE", "b": "BOOLEAN", "l": "VARCHAR[]"}
Row = tuple[Any, ...]


def cell(value: Any) -> str:
    """docs/trail-format.md, word by word."""
    if value is None:
        return "n"
    if value is True or value is False:
        return "b1:y" if value else "b1:n"
    if isinstance(value, list):
        return f"l{len(value)}:" + "".join(cell(item) for item in value)
    tag = "i" if isinstance(value, int) else "d" if isinstance(value, date) else "t"
    text = value.isoformat() if isinstance(value, date) else str(value)
    return f"{tag}{len(text.encode())}:{text}"


def by_definition(rows: list[Row]) -> str:
    digests = [hashlib.sha256("".join(cell(value) for value in row).encode()).digest() for row in rows]
    return root(b"".join(digests[start : start + BLOCK]) for start in range(0, len(digests), BLOCK))


def write(path: Path, rows: list[Row], threads: int = 1, group: int = 122_880) -> Path:
    con = duckdb.connect(config={"threads": threads})
    con.execute(f"CREATE TABLE t ({', '.join(f'{name} {kind}' for name, kind in COLUMNS.items())})")
    if len(rows) < 50:
        for row in rows:
            con.execute(f"INSERT INTO t VALUES ({', '.join('?' * len(COLUMNS))})", row)
    else:  # the same row but for its number
        con.execute(f"INSERT INTO t SELECT {', '.join('?' * len(COLUMNS))} FROM range(1)", rows[0])
        con.execute(f"INSERT INTO t SELECT t.* REPLACE (n AS k, n * 10::HUGEINT AS w) FROM t, range(1, {len(rows)}) r(n)")
    con.execute(f"COPY (SELECT * FROM t) TO '{path}' (FORMAT parquet, ROW_GROUP_SIZE {group})")
    con.close()
    return path


rows_of_any_kind = st.lists(
    st.tuples(
        st.none() | st.integers(-(2**63), 2**63 - 1),
        st.none() | st.integers(-(10**37), 10**37),
        st.none() | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=5),
        st.none() | st.dates(),
        st.none() | st.booleans(),
        st.none() | st.lists(st.sampled_from(["", "a", "b", "é", "1:a"]), max_size=3),
    ),
    max_size=6,
)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows_of_any_kind)
def test_is_what_the_page_says(tmp_path: Path, rows: list[Row]) -> None:
    path = write(tmp_path / "x.parquet", rows)
    with duckdb.connect() as con:
        digest = digest_table(con, path)
    assert (digest.rows, digest.columns, digest.root) == (len(rows), tuple(COLUMNS), by_definition(rows))
    path.unlink()


def test_numbers_and_days_around_the_length_that_is_known_beforehand(tmp_path: Path) -> None:
    numbers = [None, -10, -9, -1, 0, 1, 9, 10, 99]
    days = [None, date(1, 1, 1), date(9999, 12, 31), date(2024, 2, 29)]
    rows = [(number, number, "", day, None, None) for number in numbers for day in days]
    assert digest_table(duckdb.connect(), write(tmp_path / "t.parquet", rows)).root == by_definition(rows)
    later = duckdb.sql(f"SELECT {cell_text('d', 'DATE', '')} FROM (SELECT DATE '10000-01-01' AS d)").fetchall()
    assert later == [("d11:10000-01-01",)]


def test_blocks_threads_and_row_groups_make_no_difference(tmp_path: Path) -> None:
    rows = [(n, n * 10, "r", None, True, ["a", "b"]) for n in range(2 * BLOCK + 1)]
    roots = set()
    for threads, group in ((1, 2048), (2, 2048), (2, 122_880)):
        path = write(tmp_path / f"{threads}-{group}.parquet", rows, threads, group)
        for reading in (1, 2):
            with duckdb.connect(config={"threads": reading}) as con:
                roots.add(digest_table(con, path).root)
    assert roots == {by_definition(rows)}


def test_rows_come_in_the_order_of_the_file_however_many_threads_read_it(tmp_path: Path) -> None:
    """What the digest relies on: a query without an order over one file, fetched bit by bit, gives its rows as they stand."""
    path = tmp_path / "x.parquet"
    with duckdb.connect(config={"threads": 4}) as con:
        con.execute(f"COPY (SELECT n FROM range(300000) r(n)) TO '{path}' (FORMAT parquet, ROW_GROUP_SIZE 4096)")
        for _ in range(3):
            result = con.execute(f"SELECT n FROM read_parquet('{path}') WHERE sha256(n::VARCHAR) <> ''")
            seen = 0
            while rows := result.fetchmany(1000):
                assert [n for (n,) in rows] == list(range(seen, seen + len(rows)))
                seen += len(rows)
            assert seen == 300_000


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((1, 2, None, None, None, None), (1, 2, "", None, None, None)),
        ((1, 2, "", None, None, None), (12, None, "", None, None, None)),
        ((1, 2, "n", None, None, None), (1, 2, None, None, None, None)),
        ((1, 2, "a", None, None, ["a", "b"]), (1, 2, "a", None, None, ["at1:b"])),
        ((1, 2, "a", None, None, []), (1, 2, "a", None, None, None)),
        ((1, 2, "a", None, True, None), (1, 2, "a", None, False, None)),
    ],
)
def test_rows_that_could_be_confused_are_not(one: Row, other: Row, tmp_path: Path) -> None:
    with duckdb.connect() as con:
        assert (
            digest_table(con, write(tmp_path / "a.parquet", [one])).root != digest_table(con, write(tmp_path / "b.parquet", [other])).root
        )


def test_an_empty_table_and_columns_left_out(tmp_path: Path) -> None:
    rows = [(1, 5, "a", None, None, None), (2, 6, "b", None, None, None)]
    with duckdb.connect() as con:
        assert digest_table(con, write(tmp_path / "e.parquet", [])).root == EMPTY
        left = digest_table(con, write(tmp_path / "a.parquet", rows), without=("w",))
        other = digest_table(con, write(tmp_path / "b.parquet", [(k, 99, *rest) for k, _, *rest in rows]), without=("w",))
    assert left == other and "w" not in left.columns


def test_a_column_may_bear_the_name_duckdb_numbers_rows_with(tmp_path: Path) -> None:
    with duckdb.connect() as con:
        for name in ("file_row_number", "number"):
            con.execute(f"COPY (SELECT i AS k, 7 - i AS {name} FROM range(8) t(i)) TO '{tmp_path / name}.parquet' (FORMAT parquet)")
        assert digest_table(con, tmp_path / "file_row_number.parquet").root == digest_table(con, tmp_path / "number.parquet").root


def test_a_float_is_refused(tmp_path: Path) -> None:
    with duckdb.connect() as con:
        con.execute(f"COPY (SELECT 0.5::DOUBLE AS x) TO '{tmp_path / 'f.parquet'}' (FORMAT parquet)")
        with pytest.raises(Refused) as caught:
            digest_table(con, tmp_path / "f.parquet")
    assert "DOUBLE" in str(caught.value)


def test_a_name_with_glob_letters_is_that_file(tmp_path: Path) -> None:
    path = write(tmp_path / "[t]*.parquet", [(1, None, None, None, None, None)])
    write(tmp_path / "t.parquet", [])
    with duckdb.connect() as con:
        assert digest_table(con, path).rows == 1
