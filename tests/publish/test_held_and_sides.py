"""Planted leaks: whether a line is held, and on which side of nothing a sum is, where few people decide it. One, two, three or none: the site may not tell.

Each has its twin, without what was added against it: then the same comparison finds it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from pbr.publish import reading
from pbr.publish.reading_choices import Choices
from pbr.publish.reading_forms import Lineage, summed
from pbr.publish.reading_lines import Lines
from tests.publish.families import PEOPLE_HEAD, Rows, family, shown

PEOPLE, OPEN = 200, 2
BESIDE = ("data", "outcomes")  # the numbers of rows and of outcomes are rounded by themselves
CONTRACT = f"""{PEOPLE_HEAD}
      is_housed:  {{type: yes or no, blank: unknown}}
outcomes:
  housed: {{per: people, yes_when: is_housed, settles: started_on}}
measures:
  m: {{per: contract, equals: count of people where housed}}
payments:
  p: PAYS
statement: {{then: []}}
"""
TARGET = '{per: contract, only_if: m >= 3, pays: "£10,000.00"}'
SIDE = '{per: contract, pays: "m * £1,000.00 - £2,500.00", may_be: negative}'


def people(yes: int, unknown: int) -> dict[str, Rows]:
    answers = ["yes"] * yes + [""] * unknown + ["no"] * (PEOPLE - yes - unknown)
    return {"people": [("person_id", "started_on", "is_housed"), *((f"p{n}", "2022-05-01", one) for n, one in enumerate(answers))]}


def sites(home: Path, pays: str, unknown: int, each: list[int]) -> list[dict[str, str]]:
    made = family(home, CONTRACT.replace("PAYS", pays), lambda yes: people(yes, unknown), each)
    return [{name: text for name, text in shown(site).items() if name.split("/")[0] not in BESIDE} for site in made.values()]


def test_whether_a_line_is_held_for_few_is_not_told(tmp_path: Path) -> None:
    """Two are not known yet. Where one or two are housed, three may be, and the line waits; where none is, or three are, it does not."""
    first, *others = sites(tmp_path, TARGET, OPEN, [1, 2, 3, 0])
    assert first["held"] == first["p/result"] == "[c]"
    assert all(other == first for other in others)


def test_by_the_number_of_lines_that_are_held_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Choices, "decided", lambda self, row, condition: Lineage())
    held, decided = sites(tmp_path, TARGET, OPEN, [1, 3])
    assert (held["held"], decided["held"]) == ("[c]", "0")


def test_where_it_is_taken_to_add_nothing_whatever_happens_it_is_told_by_the_sum(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Lines, "_while_held", lambda self, line, row, why: None)
    held, decided = sites(tmp_path, TARGET, OPEN, [1, 3])
    assert held != decided


def test_on_which_side_of_nothing_a_sum_of_few_is_is_not_told(tmp_path: Path) -> None:
    first, *others = sites(tmp_path, SIDE, 0, [1, 3, 5, 0])
    assert first["gross"] == first["deducted"] == "[c]"
    assert all(other == first for other in others)


def test_by_what_is_paid_and_what_is_taken_back_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_on_side", lambda ledger, each, side: summed(one for minor, one in each if minor * side > 0))
    below, above = sites(tmp_path, SIDE, 0, [1, 3])
    assert below != above
