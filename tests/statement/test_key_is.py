"""A line is found by the text of its key, whatever stands in it: as the columns engine writes keys, a table of them."""

from __future__ import annotations

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from pbr.statement.lines import key_is

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6) | st.sampled_from(
    ['O"Brien', "a\\b", "é/\x7f\t\n", "", "[]", '["a"]', "'"]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=6, unique=True))
def test_each_key_finds_its_line_and_no_other(keys: list[tuple[str, str]]) -> None:
    with duckdb.connect() as con:
        con.execute("CREATE TABLE rows (line BIGINT, a VARCHAR, b VARCHAR)")
        con.executemany("INSERT INTO rows VALUES (?, ?, ?)", [(line, *key) for line, key in enumerate(keys)])
        con.execute("CREATE TABLE payments AS SELECT line, CAST(to_json(CAST([a, b] AS VARCHAR[])) AS VARCHAR) AS key FROM rows")
        for line, key in enumerate(keys):
            assert con.execute(f"SELECT line FROM payments WHERE {key_is(2)}", list(key)).fetchall() == [(line,)]


def test_the_key_of_the_contract_has_no_parts() -> None:
    with duckdb.connect() as con:
        con.execute("CREATE TABLE payments AS SELECT '[]' AS key UNION ALL SELECT '[\"\"]'")
        assert con.execute(f"SELECT key FROM payments WHERE {key_is(0)}").fetchall() == [("[]",)]
