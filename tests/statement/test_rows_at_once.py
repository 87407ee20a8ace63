"""Looking rows of a trace up: the first by itself, then all of a grain that has few. Whichever way, it is the same row."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest

from pbr.platform.duck import connect
from pbr.statement import stored
from pbr.statement.stored import Trail


class Keys:
    """Of a plan, what a lookup asks of it."""

    def key_of(self, grain: str) -> tuple[str, ...]:
        return "on", "number"


def trail(folder: Path) -> Trail:
    con = connect(folder, [])
    con.execute(
        "CREATE TABLE trace_quarter AS SELECT DATE '2020-01-01' + CAST(i AS INTEGER) AS \"on\", i AS number, i * i AS square FROM range(4) t(i)"
    )
    return Trail(cast(Any, Keys()), con)


@pytest.mark.parametrize("few", [0, 3, 4])
def test_a_row_is_the_same_however_it_is_looked_up(few: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored, "FEW", few)
    found = trail(tmp_path)
    for number in (2, 0, 3, 1):
        row = found.row("quarter", (f"2020-01-0{number + 1}", str(number)))
        assert row is not None
        assert row.cells["square"] == number * number
    assert found.row("quarter", ("2020-01-01", "3")) is None


def test_few_rows_are_asked_for_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = trail(tmp_path)
    asked = []
    select = Trail.select
    monkeypatch.setattr(Trail, "select", lambda self, sql, values=(): asked.append(sql) or select(self, sql, values))
    for number in (2, 0, 3, 1):
        found.row("quarter", (f"2020-01-0{number + 1}", str(number)))
    assert len([sql for sql in asked if "trace_quarter" in sql and not sql.startswith("DESCRIBE")]) == 2
