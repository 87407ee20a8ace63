"""Spark and the reference engine agree on whole random contracts: several tables, cohorts, links, rows that checks take away."""

from __future__ import annotations

from typing import Any

import pytest
from spark_random import DAYS, compare_batch, compare_days, compare_spark, crowded, only_days

from pbr.engine.spark.session import missing

if WHY := missing():
    pytest.skip(f"not compared with Spark: {WHY}", allow_module_level=True)

from random_contracts import make_case


@pytest.mark.parametrize("seed", [2])
def test_whole_contracts_agree(spark: Any, seed: int) -> None:
    found = compare_spark(spark, make_case(seed))
    assert not found.differences, f"seed {seed}: " + "\n".join(map(str, found.differences[:5]))
    assert found.values > 1_000


@pytest.mark.parametrize("seed", [105, 209])
def test_sets_of_days_and_the_rows_made_of_them_agree(spark: Any, seed: int) -> None:
    case = crowded(make_case(seed))
    plan = only_days(case.plan)
    assert {node.op for step in plan.steps for node in step.node.walk()} >= DAYS
    found = compare_days(spark, case)
    assert not found.differences, "\n".join(map(str, found.differences[:5]))
    assert {state for op, state in found.states if op in DAYS} >= {"known", "unknown", "range", "none"}


@pytest.mark.parametrize(("seed", "grain"), [(3, "people"), (11, "events")])
def test_a_batch_of_random_programs_agrees_as_one_large_query(spark: Any, seed: int, grain: str) -> None:
    found = compare_batch(spark, make_case(seed, items=100), grain)
    assert not found.differences, f"seed {seed}: " + "\n".join(map(str, found.differences[:5]))
    assert found.values > 1_000
