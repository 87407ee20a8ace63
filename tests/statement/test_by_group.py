"""What is asked of one group's rows is answered for all groups by one query: the answers are those of the question as it is."""

from __future__ import annotations

from datetime import date
from itertools import product
from pathlib import Path
from typing import Any, cast

import pytest

from pbr.platform.duck import connect
from pbr.statement import by_group
from pbr.statement.by_group import ByGroup
from pbr.statement.stored import Trail

PROVIDER, DAY = 'CAST("provider" AS VARCHAR) = ?', 'CAST("first_day" AS VARCHAR) = ?'
SOME = """
    CREATE TABLE trace_quarter AS SELECT
        CASE i % 4 WHEN 0 THEN 'north' WHEN 1 THEN 'so?uth' WHEN 2 THEN NULL ELSE 'nobody' END AS provider,
        DATE '2020-01-01' + CAST((i % 3) * 91 AS INTEGER) AS first_day,
        CASE WHEN i = 5 THEN NULL ELSE DATE '2020-01-01' + CAST((i % 3) * 91 + 90 AS INTEGER) END AS last_day,
        CASE i % 5 WHEN 0 THEN NULL ELSE i % 5 < 3 END AS "member?",
        i AS number, CAST(CASE WHEN i % 6 = 0 THEN NULL ELSE (i % 4) * 10 - 10 END AS DECIMAL(38, 0)) AS fee
    FROM range(40) t(i)
"""
PLACES: list[tuple[tuple[str, ...], tuple[str, ...]]] = [
    ((), ()),
    (('"member?"',), ()),
    ((PROVIDER,), ("north",)),
    ((PROVIDER,), ("so?uth",)),
    ((PROVIDER,), ("west",)),
    ((PROVIDER, DAY, '"member?"'), ("north", "2020-04-01")),
    ((DAY, '"member?" IS NULL', PROVIDER), ("2020-07-01", "nobody")),
    (('"first_day" >= CAST(? AS DATE)', '"last_day" <= CAST(? AS DATE)'), ("2020-01-02", "2020-06-29")),
    (('"last_day" < CAST(? AS DATE)', PROVIDER), ("2020-06-30", "so?uth")),
    ((PROVIDER, '"last_day" < CAST(? AS DATE)'), ("so?uth", "2020-06-30")),
    (('"number" > CAST(? AS BIGINT)',), ("12",)),
]
TESTS = ("fee > 0", "NOT fee > 0", "fee IS NULL")


class Quarters:
    """Of a plan, what these questions ask of it."""

    def key_of(self, grain: str) -> tuple[str, ...]:
        return ("number",)


@pytest.fixture(params=[0, 39, 40], ids=lambda few: f"few {few}")
def both(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Trail, ByGroup]:
    monkeypatch.setattr(by_group, "FEW", request.param)
    con = connect(tmp_path, [])
    con.execute(SOME)
    return Trail(cast(Any, Quarters()), con), ByGroup(cast(Any, Quarters()), con, near=frozenset({"trace_quarter"}))


def test_the_answers_are_the_same(both: tuple[Trail, ByGroup]) -> None:
    plain, grouped = both
    for _, (where, values) in product(range(2), PLACES):
        assert grouped.how_many("quarter", where, values) == plain.how_many("quarter", where, values)
        assert grouped.how_many_each("quarter", TESTS, where, values) == plain.how_many_each("quarter", TESTS, where, values)
        for limit in (None, 1, 3):
            assert grouped.rows("quarter", where, values, limit) == plain.rows("quarter", where, values, limit)
        one, other = (trail.spread("quarter", "fee", (*where, "fee <> 0"), values) for trail in (plain, grouped))
        assert [one.common(most) for most in (0, 1, 9)] == [other.common(most) for most in (0, 1, 9)]
        assert (one.rows(), one.ends()) == (other.rows(), other.ends())
    for key in ("0", "39", "40", "7"):
        assert grouped.row("quarter", (key,)) == plain.row("quarter", (key,))
    assert grouped.how_many("month") == 0


def test_as_frequent_values_stand_in_the_order_of_their_text(tmp_path: Path) -> None:
    con = connect(tmp_path, [])
    con.execute("CREATE TABLE trace_quarter AS SELECT unnest([9, -10, 100, 9, -2, 30]) AS fee")
    trails = (Trail(cast(Any, Quarters()), con), ByGroup(cast(Any, Quarters()), con, near=frozenset({"trace_quarter"})))
    assert [trail.spread("quarter", "fee").common(4) for trail in trails] == [[("9", 2), ("-10", 1), ("-2", 1), ("100", 1)]] * 2
    assert [trail.spread("quarter", "fee").ends() for trail in trails] == [(136, -10, 100)] * 2


def test_all_groups_are_asked_for_once(both: tuple[Trail, ByGroup], monkeypatch: pytest.MonkeyPatch) -> None:
    _, grouped = both
    grouped.columns("quarter")
    asked: list[str] = []
    select = Trail.select
    monkeypatch.setattr(Trail, "select", lambda self, sql, values=(): asked.append(sql) or select(self, sql, values))
    for provider in ("north", "so?uth", "nobody", "west"):
        grouped.how_many_each("quarter", TESTS, (PROVIDER,), (provider,))
        grouped.spread("quarter", "fee", (PROVIDER, "fee <> 0"), (provider,))
    assert len(asked) == 2


def test_what_is_not_in_memory_is_asked_for_as_it_is(both: tuple[Trail, ByGroup]) -> None:
    plain, grouped = both
    grouped.near = frozenset()
    for where, values in PLACES:
        assert grouped.how_many_each("quarter", TESTS, where, values) == plain.how_many_each("quarter", TESTS, where, values)
        assert grouped.rows("quarter", where, values) == plain.rows("quarter", where, values)
        assert grouped.spread("quarter", "fee", where, values).rows() == plain.spread("quarter", "fee", where, values).rows()
    assert not (grouped.counted or grouped.spreads or grouped.read)


def test_the_days_that_are_compared_are_days(both: tuple[Trail, ByGroup]) -> None:
    rows = both[1].rows("quarter", ('"first_day" >= CAST(? AS DATE)',), ("2020-04-01",))
    assert {row.cells["first_day"] for row in rows} == {date(2020, 4, 1), date(2020, 7, 1)}
