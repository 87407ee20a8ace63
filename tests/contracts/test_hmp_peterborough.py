"""HMP Peterborough: the published falls and decisions, and that a cohort and all cohorts together are never both paid."""

from __future__ import annotations

from fractions import Fraction

from pbr.proofs import COUNTEREXAMPLE, prove
from tests.contracts.catalogue import compiled, ours, published

NAME = "contracts/justice/hmp-peterborough"


def test_the_published_fall_of_the_first_cohort_and_that_it_is_not_paid_for() -> None:
    fall, alone, together = (ours(NAME, figure) for figure in published(NAME).figures)
    assert round((1 - Fraction(142, 155)) * 100, 1) == Fraction(fall.removesuffix("%")) == Fraction(84, 10)
    assert (alone, together) == ("£0.00", "£837,000.00")


def test_what_is_stated_of_the_contract_holds() -> None:
    proofs, problems = prove(*compiled(NAME))
    assert problems == []
    assert not [proof for proof in proofs if proof.name == "laws" and proof.answer == COUNTEREXAMPLE]
