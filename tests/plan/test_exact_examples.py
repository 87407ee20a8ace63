"""What a worked example may assert of a value that is not rounded, and how a message shows it: the one can be written as the other."""

from __future__ import annotations

from fractions import Fraction

import pytest
from plans import HEAD

from pbr.examples.running import run_examples
from pbr.examples.showing import show
from pbr.language.types import Type
from pbr.plan.build import build
from pbr.terms.loading import load_text
from pbr.values.value import Value

TEXT = (
    HEAD
    + """facts:
  typical: {per: people, equals: 2 days * 1/2}
measures:
  third: {per: contract, equals: £100.00 / 3}
payments:
  paid: {per: people, pays: £250.00}
statement:
  then: []
examples:
  - name: fractions
    given: {GIVEN}
    expect: {EXPECT}
"""
)


def problems(given: str, expect: str) -> list[str]:
    loaded = load_text(TEXT.replace("GIVEN", given).replace("EXPECT", expect), "c.yaml")
    return [str(problem) for result in run_examples(loaded, build(loaded)) for problem in result.problems]


@pytest.mark.parametrize("typical", ["601/2 days", "300.5 days"])
def test_a_length_may_be_a_fraction(typical: str) -> None:
    assert problems(f"typical: {{p1: {typical}}}", f"typical: {{p1: {typical}}}, third: £100/3") == []


def test_what_a_message_shows_can_be_written() -> None:
    found = problems("typical: {p1: 1 day}", "third: £33.33")
    assert "comes out as £100/3" in found[0]
    assert show(Value.known(Fraction(133, 300)), Type("percent"), "£") == "133/3% (about 44.333%)"


def test_a_cell_is_what_a_file_can_hold() -> None:
    assert "PBR" in problems("people.n: {p1: 7/2 days}", "each: £100/3")[0]
