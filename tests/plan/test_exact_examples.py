"""What a worked example may assert of a value that is not rounded, and how a message shows it: the one can be written as the other."""

from __future__ import annotations

from fractions import Fraction

import pytest
from plans import HEAD

from pbr.examples.exact import taken_apart
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


@pytest.mark.parametrize(
    "text, expected",
    [
        ("-£1,000.5 per bed", ("£1.00 per bed", Fraction(-2001, 2))),
        ("£100/3", ("£1.00", Fraction(100, 3))),
        ("-£100/3", ("£1.00", Fraction(-100, 3))),
        ("-7/3 points", ("1 points", Fraction(-7, 3))),
        ("-133/3%", ("1%", Fraction(-133, 3))),
        ("300.5 days", ("1 days", Fraction(601, 2))),
        ("--1 day", None),
        ("1/0 days", None),
        ("1/2", None),
    ],
)
def test_a_size_is_taken_from_its_unit_with_its_sign(text: str, expected: tuple[str, Fraction] | None) -> None:
    assert taken_apart(text) == expected
