"""The two engines agree on random contracts and random data: every value of every row, its presence and its reason."""

from __future__ import annotations

import os
from collections import Counter

import pytest
from both import Compared, compare
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from random_contracts import Case, make_case

from pbr.plan.operations import OPERATIONS, ROUNDING, WHEN_HELD

# The seeds that every run takes, chosen so that together they generate everything the last tests ask for.
FIXED = range(int(os.environ.get("PBR_AGREEMENT_FROM", "0")), int(os.environ.get("PBR_AGREEMENT_TO", "40")))


@pytest.fixture(scope="module")
def campaign() -> list[tuple[Case, Compared]]:
    return [(case, compare(case)) for case in map(make_case, FIXED)]


def test_every_value_of_every_row_is_the_same_in_both_engines(campaign: list[tuple[Case, Compared]]) -> None:
    said = [f"seed {case.seed}: {difference}" for case, found in campaign for difference in found.differences[:3]]
    assert not said, "\n".join(said[:20])
    assert sum(found.values for _, found in campaign) > 5_000


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow], phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(st.integers(1_000, 2**40))
def test_contracts_that_nobody_has_seen_before(seed: int) -> None:
    found = compare(make_case(seed))
    assert not found.differences, f"seed {seed}: " + "\n".join(map(str, found.differences[:5]))


def test_every_operation_was_generated(campaign: list[tuple[Case, Compared]]) -> None:
    made = Counter(node.op for case, _ in campaign for step in case.plan.steps for node in step.node.walk())
    assert set(OPERATIONS) - set(made) == set()


def test_every_rounding_mode_and_every_way_with_held_rows_was_generated(campaign: list[tuple[Case, Compared]]) -> None:
    nodes = [node for case, _ in campaign for step in case.plan.steps for node in step.node.walk()]
    assert {node.params["mode"] for node in nodes if node.op == "round"} == set(ROUNDING)
    told = [node.params["aggregate"] for node in nodes if "aggregate" in node.params]
    assert {one["when_held"] for one in told} == set(WHEN_HELD)
    assert {one["when_rejected"]["how"] for one in told} == {"hold", "leave out"}
    assert {one["link"]["kind"] for one in told} == {"all", "children", "matched", "group", "groups"}


def test_every_result_word_place_and_state_was_generated(campaign: list[tuple[Case, Compared]]) -> None:
    words = set().union(*(found.words for _, found in campaign))
    assert words == {"pays", "pays_nothing", "deducts", "sets", "held", "used", "excluded", "unused"}
    states = {state for _, found in campaign for _, state in found.states}
    assert states == {"known", "range", "unknown", "none", "not yet"}
