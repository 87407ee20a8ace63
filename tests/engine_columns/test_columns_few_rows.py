"""Few rows are kept as tables at each stage, many are read through views over views: what is written is the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest
from columns_making import TRUTH, accepted, col, plan, step, table

from pbr.engine.columns import database
from pbr.engine.columns.run import run
from pbr.plan.plan import Column
from pbr.platform.duck import catalog_errors, connect

ROWS = 50
PEOPLE = table("p", Column("good", TRUTH))
PLAN = plan([PEOPLE], [step(0, "same", "p", col("p", "good", TRUTH)), step(1, "again", "p", col("p", "good", TRUTH))])


def stages(few: int, folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[list[Any], set[str]]:
    """What is written, and the kinds of relation that the engine's own stages were kept as."""
    monkeypatch.setattr(database, "FEW", few)
    folder.mkdir()
    of = accepted((PEOPLE,), {"p": [(f"p{number:02d}", number % 3 == 0) for number in range(ROWS)]})
    ran = run(PLAN, of, folder)
    kinds = {
        statement.split()[3] for statement in ran.statements if statement.startswith("CREATE OR REPLACE") and database.PREFIX in statement
    }
    return duckdb.sql(f"SELECT * FROM '{ran.traces['p']}'").fetchall(), kinds


def test_what_is_written_is_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few, tables = stages(ROWS, tmp_path / "few", monkeypatch)
    many, views = stages(ROWS - 1, tmp_path / "many", monkeypatch)
    assert len(few) == ROWS and few == many
    assert tables == {"TABLE"} and "VIEW" in views


def test_a_relation_is_dropped_whether_it_is_a_view_or_a_table(tmp_path: Path) -> None:
    con = connect(tmp_path, [])
    try:
        db = database.Database(con)
        con.execute("CREATE TABLE t AS SELECT 1 AS a")
        con.execute("CREATE VIEW v AS SELECT * FROM t")
        db.drop("v")
        db.drop("t")
        with pytest.raises(catalog_errors()):
            db.drop("t")
    finally:
        con.close()
