"""Milestones out of order once checks have taken rows away: the same rows leave on Spark as on the columns engine, and the same is found of them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "engine_columns"))

from columns_making import TRUTH, accepted, col, plan, read, step, table
from test_columns_order import CHAIN, NOTES, STEPS, row

from pbr.engine.columns.run import run
from pbr.engine.on_spark import run as run_on_spark
from pbr.engine.spark.session import missing
from pbr.plan.plan import Column

if WHY := missing():
    pytest.skip(f"not compared with Spark: {WHY}", allow_module_level=True)

PEOPLE = table("p", Column("bad", TRUTH))
TABLES = (PEOPLE, STEPS, NOTES)
FOUND = ("TABLE_NAME", "ROW", "CODE", "SEVERITY", "COLUMN_NAME", "VALUE", "SAYS")
CASES: dict[str, tuple[tuple[str, ...], list[tuple[str, bool]], list[tuple[Any, ...]]]] = {
    "a chain leaves": (("t",), [("w", False), ("v", False)], [*CHAIN, row("e", "start", 1, who="v"), row("f", "it's", 1, who="v")]),
    "nothing leaves": (("t",), [("w", False), ("v", False)], [row("a", "start", 1), row("b", "it's", 2)]),
    "another row stands for it": (("t",), [("w", False), ("v", False)], [*CHAIN, row("e", "start", 2)]),
    "parents leave": (("p",), [("w", True), ("v", False)], [*CHAIN, row("e", "start", 3, who="v"), row("f", "it's", 3, who="v")]),
    "both": (("p", "t"), [("w", False), ("v", True)], [*CHAIN, row("e", "start", 3, who="v")]),
}


@pytest.mark.parametrize("name", CASES)
def test_the_same_rows_leave_and_the_same_is_found(name: str, spark: Any, tmp_path: Path) -> None:
    checked, people, rows = CASES[name]
    of_plan = plan(TABLES, [step(number, f"check.{one}.C", one, col(one, "bad", TRUTH), "check") for number, one in enumerate(checked)])
    given = {"p": people, "t": rows, "n": [(f"n{one[0]}", one[0]) for one in rows]}
    told = []
    for engine in ("columns", "spark"):
        of = accepted(TABLES, given)
        ran = run(of_plan, of, tmp_path / engine) if engine == "columns" else run_on_spark(spark, of_plan, of, tmp_path / engine)
        left = {one.name: sorted(found["_row"] for found in read(of.con, f"trace_{one.name}")) for one in TABLES}
        told.append((ran.tables, left, sorted(str([one[key] for key in FOUND]) for one in read(of.con, "findings"))))
    assert told[0] == told[1]
    leaves = {
        "a chain leaves": [4, 5, 6],
        "nothing leaves": [1, 2],
        "another row stands for it": [2, 3, 4, 5],
        "parents leave": [5, 6],
        "both": [4],
    }
    assert told[0][1]["t"] == leaves[name]
