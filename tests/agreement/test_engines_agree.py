"""The two engines agree on random contracts and random data: every value of every row, its presence and its reason."""

from __future__ import annotations

from collections import Counter

import pytest
from both import Compared, compare
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from random_contracts import FIXED, Case, make_case

from pbr.plan.operations import OPERATIONS, ROUNDING, WHEN_HELD

MODES = {"from", "after", "before"}
LINKS = {"all", "children", "matched", "group", "groups", "inside", "earlier"}
REASONS = {"missing", "item", "zero", "not yet", "held", "rejected", "empty", "immature", "domain"}

# What an operation of the fixed seeds must have given, besides a known value.
# a set of days is a range of two sets where something is not known
DAYSETS = {"spells", "days_both", "days_either", "days_less", "days_joined", "days_begin", "days_within", "days_cut"}
NEVER_UNKNOWN = {*DAYSETS, "days_in", "literal", "known", "period"}
RANGES = {*DAYSETS, "days_in", "item", "if", "add", "sub", "mul", "div", "fall", "rise", "rest", "as_percent", "as_number", "least", "greatest", "round", "exp", "ln", "sqrt", "logistic", "count", "count_different",
          "share", "sum", "place"}  # fmt: skip
NONES = {"day_reaches", "day_lasted", "literal", "column", "item", "period", "if", "smallest", "largest", "first_of", "last_of", "day_sum"}
# A card is by a day and a subject that are never blank in these contracts: a place that is not known cannot come about.
NOT_HERE = {("place", "unknown")}


@pytest.fixture(scope="module")
def campaign() -> list[tuple[Case, Compared]]:
    return [(case, compare(case)) for case in map(make_case, FIXED)]


def test_every_value_of_every_row_is_the_same_in_both_engines(campaign: list[tuple[Case, Compared]]) -> None:
    said = [f"seed {case.seed}: {difference}" for case, found in campaign for difference in found.differences[:3]]
    assert not said, "\n".join(said[:20])
    assert sum(found.values for _, found in campaign) > 20_000


@settings(
    max_examples=8, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow], phases=[Phase.explicit, Phase.generate]
)
@given(st.integers(10_000, 2**40))
def test_contracts_that_nobody_has_seen_before(seed: int) -> None:
    found = compare(make_case(seed))
    assert not found.differences, f"seed {seed}: " + "\n".join(map(str, found.differences[:5]))


def test_every_operation_was_generated(campaign: list[tuple[Case, Compared]]) -> None:
    made = {node.op for case, _ in campaign for step in case.plan.steps for node in step.node.walk()}
    assert made == set(OPERATIONS)


def test_every_operation_gave_a_value_and_an_unknown_and_a_range_and_none_where_it_can(campaign: list[tuple[Case, Compared]]) -> None:
    given_ = Counter[tuple[str, str]]()
    for _, found in campaign:
        given_ += found.states
    wanted = {(op, "known") for op in OPERATIONS} | {(op, "unknown") for op in OPERATIONS if op not in NEVER_UNKNOWN}
    wanted |= {(op, "range") for op in RANGES} | {(op, "none") for op in NONES} | {("column", "not yet")}
    assert wanted - NOT_HERE - set(given_) == set()


def test_every_rounding_mode_window_and_way_with_held_and_rejected_rows_was_generated(campaign: list[tuple[Case, Compared]]) -> None:
    nodes = [node for case, _ in campaign for step in case.plan.steps for node in step.node.walk()]
    assert {node.params["mode"] for node in nodes if node.op == "round"} == set(ROUNDING)
    assert {node.params["mode"] for node in nodes if node.op == "within"} == MODES
    assert {node.params["unit"] for node in nodes if node.op == "within"} == {"days", "months"}
    told = [node.params["aggregate"] for node in nodes if "aggregate" in node.params]
    assert {one["when_held"] for one in told} == set(WHEN_HELD)
    assert {(one["when_rejected"]["how"], one["when_rejected"]["up_to"] is None) for one in told} == {
        ("hold", True), ("leave out", True), ("leave out", False), ("count as yes", True), ("count as no", True)}  # fmt: skip
    assert {one["link"]["kind"] for one in told} == LINKS


def test_rows_of_a_cohort_of_their_parent_and_items_of_the_enclosing_group_were_generated(campaign: list[tuple[Case, Compared]]) -> None:
    steps = [step for case, _ in campaign for step in case.plan.steps]
    assert any(step.grain == "events" and step.within in ("claimed", "older") for step in steps)
    hops = {tuple(hop) for step in steps for node in step.node.walk() for hop in node.params.get("via", ()) if hop[0] == "inside"}
    assert {("inside", "year"), ("inside", "quarter"), ("inside", "kinds", "kind", "grp")} <= hops


def test_every_kind_of_reason_was_the_reason_of_something(campaign: list[tuple[Case, Compared]]) -> None:
    said = {reason.kind for case, _ in campaign for step in case.plan.steps for reason in step.reasons}
    assert said == REASONS


def test_every_result_word_and_place_was_generated(campaign: list[tuple[Case, Compared]]) -> None:
    words = Counter[str]()
    for _, found in campaign:
        words += found.words
    assert set(+words) == {
        "pays",
        "pays_nothing",
        "deducts",
        "sets",
        "held",
        "used",
        "excluded",
        "unused",
        "rejected",
        "check",
        "orphan of a check",
        "flag",
        "flag on a rate",
        "missing",
    }


def test_empty_tables_duplicates_conflicts_and_caps_of_both_kinds_were_generated(campaign: list[tuple[Case, Compared]]) -> None:
    plans = [case.plan for case, _ in campaign]
    assert {cap.last_line for plan in plans for cap in plan.then} == {"in part", "not at all"}
    assert {cap.amount == 0 for plan in plans for cap in plan.then} == {True, False}
    assert any(len(rows) == 1 for case, _ in campaign for rows in case.rows.values())
    keys = [[row[0] for row in rows[1:]] for case, _ in campaign for rows in case.rows.values()]
    assert any(len(set(one)) < len(one) for one in keys)
    assert {settles.how for plan in plans for step in plan.steps if (settles := step.settles)} == {"day", "when seen"}
    assert {step.kind for plan in plans for step in plan.steps if step.settles is not None} == {"outcome", "fact", "measure"}
