"""The one connection: what it may touch, and text that stays text."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pbr.platform.duck import connect, glob_text
from pbr.platform.sqltext import quote_name, quote_text


def test_only_what_is_allowed_is_touched(tmp_path: Path) -> None:
    work, data = tmp_path / "work", tmp_path / "data"
    work.mkdir()
    data.mkdir()
    for name in ("a.csv", "b.csv", "[a].csv"):
        (data / name).write_text(f"x\n{name}\n")
    con = connect(work, [data / "a.csv", data / "[a].csv"], threads=1, memory="500MB")
    assert con.execute(f"SELECT * FROM read_csv({glob_text(data / 'a.csv')})").fetchall() == [("a.csv",)]
    assert con.execute(f"SELECT * FROM read_csv({glob_text(data / '[a].csv')})").fetchall() == [("[a].csv",)]
    con.execute(f"COPY (SELECT 1) TO {quote_text(str(work / 'out.parquet'))}")
    for text in (
        f"SELECT * FROM read_csv({glob_text(data / 'b.csv')})",
        f"SELECT * FROM read_csv('{data}/*.csv')",
        f"SELECT * FROM read_text('{work}/../data/b.csv')",
        f"COPY (SELECT 1) TO '{tmp_path}/out.csv'",
        f"ATTACH '{tmp_path}/x.db'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET threads = 8",
    ):
        with pytest.raises(duckdb.Error):
            con.execute(text)
    assert con.execute("SELECT current_setting('threads'), current_setting('preserve_insertion_order')").fetchone() == (1, True)


def test_python_variables_are_not_tables(tmp_path: Path) -> None:
    import pandas

    hidden = pandas.DataFrame({"x": [1]})
    with pytest.raises(duckdb.CatalogException):
        connect(tmp_path, []).execute("SELECT * FROM hidden")
    assert len(hidden) == 1


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=20))
def test_names_and_text_are_never_code(text: str) -> None:
    with duckdb.connect() as con:
        result = con.execute(f"SELECT {quote_text(text)} AS {quote_name(text)}")
        assert result.fetchall() == [(text,)] and [column[0] for column in result.description] == [text]


def test_what_cannot_be_quoted_is_refused() -> None:
    for wrong in ("", "a\0"):
        with pytest.raises(ValueError, match="SQL"):
            quote_name(wrong)
    with pytest.raises(ValueError, match="NUL"):
        quote_text("\0")


@pytest.mark.parametrize("name", ["a[b]", "a*b", "a?b", "[1-2]*"])
def test_a_folder_may_have_the_letters_of_a_pattern(name: str, tmp_path: Path) -> None:
    folder, work = tmp_path / name, tmp_path / name / "work"
    for place in (folder, work, tmp_path / "axb", tmp_path / "1"):
        place.mkdir(exist_ok=True)
        (place / "t.csv").write_text(f"x\n{place.name}\n")
    con = connect(work, [folder])
    for place in (folder, work):
        assert con.execute(f"SELECT * FROM read_csv({glob_text(place / 't.csv')}, delim=',', header=true)").fetchall() == [(place.name,)]
    for other in (tmp_path / "axb", tmp_path / "1"):
        with pytest.raises(duckdb.Error):
            con.execute(f"SELECT * FROM read_csv({glob_text(other / 't.csv')})")
    with pytest.raises(duckdb.Error):
        con.execute(f"SELECT * FROM read_csv('{folder}/t.csv/../../1/t.csv')")
