"""Rikers Island: what it states of itself, and the width of what it counts."""

from __future__ import annotations

from pbr.proofs import prove
from tests.contracts.catalogue import compiled

NAME = "contracts/justice/rikers-island"


def test_what_is_stated_of_the_contract_holds() -> None:
    assert prove(*compiled(NAME))[1] == []


def test_days_in_a_window_are_no_more_than_the_window_has() -> None:
    _, plan = compiled(NAME)
    days = next(node for node in plan.step("bed_days").node.walk() if node.op == "days_in")
    assert days.shape is not None and days.shape.top == 12 * 31
