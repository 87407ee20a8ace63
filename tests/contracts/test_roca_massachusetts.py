"""Roca: what it states of itself, and that the trial alone counts from the 929th man on."""

from __future__ import annotations

from fractions import Fraction

from pbr.proofs import prove
from tests.contracts.catalogue import compiled, ours, published

NAME = "contracts/justice/roca-massachusetts"


def test_what_is_stated_of_the_contract_holds() -> None:
    assert prove(*compiled(NAME))[1] == []


def test_the_published_weights_give_the_estimate_of_a_short_sample() -> None:
    figure = published(NAME).figures[0]
    trial, places = Fraction(0), Fraction(1)
    assert Fraction(80, 100) * trial + Fraction(20, 100) * places == Fraction(20, 100)
    assert ours(NAME, figure) == "20%"
