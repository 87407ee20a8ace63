"""A day that nobody has seen yet is flagged, and moves nothing."""

from __future__ import annotations

from datetime import date

import pytest

from pbr.submission import later_days
from tests.submission.submitting import PEOPLE, accepted, found, plan_of, submitted

ROWS = [["person", "started"], ["p1", "2020-06-30"], ["p2", "2020-07-01"], ["p3", "2021-01-01"]]
COLUMNS = '"ROW", COLUMN_NAME, CODE, SEVERITY, VALUE, SAYS'


def test_each_row_with_a_later_day_is_named() -> None:
    with submitted(plan_of(PEOPLE), ("people", ROWS), complete_to={"people": date(2020, 6, 30)}) as result:
        flags = found(result, COLUMNS)
        assert len(accepted(result, "people")) == 3
    assert [flag[:5] for flag in flags] == [
        (2, "started", "PBR487", "flag", "2020-07-01"),
        (3, "started", "PBR487", "flag", "2021-01-01"),
    ]
    assert flags[0][5] == "started: 2020-07-01 is after 2020-06-30, the day up to which people is complete"


def test_without_the_day_nothing_is_said() -> None:
    with submitted(plan_of(PEOPLE), ("people", ROWS)) as result:
        assert found(result) == []


def test_of_very_many_the_first_are_listed_and_all_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(later_days, "MOST", 1)
    with submitted(plan_of(PEOPLE), ("people", ROWS), complete_to={"people": date(2020, 6, 30)}) as result:
        says = [row[0] for row in result.con.execute('SELECT SAYS FROM findings ORDER BY "ROW" NULLS LAST').fetchall()]
    assert says[1] == "started: 2 rows have a day after 2020-06-30; the first 1 are listed"
