"""The rearrest trial from the study's own rows, through both engines, and its verdict against the textbook test."""

from __future__ import annotations

from fractions import Fraction

from pbr.proofs import prove
from tests.contracts.catalogue import compiled
from tests.contracts.figures_rearrest_trial import study

NAME = "contracts/justice/rearrest-trial"


def test_the_study_comes_out_as_published_in_both_engines() -> None:
    found = study()
    assert [found[item] for item in ("aided_rearrested", "aided_people", "control_rearrested", "control_people")] == [48, 216, 66, 216]
    assert (found["result"], found["fewer"], found["paid"], found["differences"]) == ("better", 18, "45000.00", 0)


def test_the_verdict_is_that_of_the_chi_square_test() -> None:
    def chi_square(with_aid: int, without: int) -> Fraction:
        """Pearson's, of two groups of 216, counted cell by cell."""
        total = Fraction(0)
        for seen, all_of_them in ((with_aid, with_aid + without), (without, with_aid + without)):
            expected = Fraction(all_of_them, 2)
            total += (seen - expected) ** 2 / expected + (seen - expected) ** 2 / (216 - expected)
        return total

    assert chi_square(48, 66) > Fraction(196, 100) ** 2 > chi_square(49, 66)


def test_what_is_stated_of_the_contract_holds() -> None:
    assert prove(*compiled(NAME))[1] == []
