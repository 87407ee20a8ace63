"""Planted leaks: means and sums at the end of what the terms make possible. A number that is written without "about" is exact, and the list says so: a mean of the most that there can be is everybody's.

Each has its twin, in which a number is taken to be rounded to the decimals that it has.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from pbr.disclosure import knowledge
from tests.publish.families import PEOPLE_HEAD, Rows, differences, family, shown

MOST = 300
PEOPLE = 202
CONTRACT = f"""{PEOPLE_HEAD}
      days:       {{type: number, decimals: 0, at_least: 0, at_most: {MOST}}}
measures:
  m: {{per: contract, equals: mean of days over people, if_none: 0}}
payments:
  p: {{per: contract, only_if: m >= 200, pays: "£10,000.00"}}
statement: {{then: []}}
"""


def short(number: int) -> dict[str, Rows]:
    """So many have fewer days than there can be."""
    people = [(f"p{n}", "2022-05-01", 100 if n < number else MOST) for n in range(PEOPLE)]
    return {"people": [("person_id", "started_on", "days"), *people]}


def test_that_everybody_has_the_most_is_not_told_by_their_mean(tmp_path: Path) -> None:
    nobody, *others = family(tmp_path, CONTRACT, short, [0, 1, 3]).values()
    assert shown(nobody).get("contract/m") in (None, "[c]")
    assert nobody is not None
    assert [differences(nobody, other) for other in others] == [[], []]


def test_taken_for_rounded_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(knowledge, "exact", lambda cell: False)
    assert shown(family(tmp_path, CONTRACT, short, [0])[0])["contract/m"] == str(MOST)
