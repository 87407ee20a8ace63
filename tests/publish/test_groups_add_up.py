"""Planted leaks: groups of people that add up. The people of each provider are all people, the quarters of a year are the year, and a line that is held adds nothing to its total.

Each has its twin, without what was added against it: then somebody who adds up finds a small number.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from pbr.publish import reading_groups
from pbr.publish.reading_forms import Lineage
from pbr.publish.reading_lines import Lines
from tests.publish.families import HEAD, PEOPLE_HEAD, Rows, family, near, pounds, shown

SMALL = set(range(8))
PROVIDERS = f"""{HEAD}
data:
  providers:
    one_row_per: provider_id
    supplied_by: commissioner
    columns: {{provider_id: {{type: identifier, identifies: organisation}}}}
  people:
    one_row_per: person_id
    belongs_to: providers by provider_id
    supplied_by: provider
    register: yes
    columns:
      person_id:  {{type: identifier, identifies: person}}
      started_on: {{type: date}}
      is_housed:  {{type: yes or no}}
outcomes:
  housed: {{per: people, yes_when: is_housed, settles: started_on}}
measures:
  rate: {{per: providers, equals: share of people where housed, if_none: 0%, settles: 2023-03-31}}
payments:
  bonus: {{per: providers, only_if: rate >= 40%, pays: "£10,000.00"}}
statement: {{then: []}}
"""
OTHERS = {"A": (60, 42), "B": (40, 32)}  # housed, and not


def of_providers(yes: int) -> dict[str, Rows]:
    """Nine people are C's, of whom so many are housed."""
    each = {**OTHERS, "C": (yes, 9 - yes)}
    people = [(f"{name}{n}", name, "2022-05-01", "yes" if n < sum_[0] else "no") for name, sum_ in each.items() for n in range(sum(sum_))]
    return {
        "providers": [("provider_id",), *((name,) for name in each)],
        "people": [("person_id", "provider_id", "started_on", "is_housed"), *people],
    }


def at_c(found: dict[str, str]) -> set[int]:
    """How many of C's people can be housed: all who are, less those of the others, of whom the site shows a share of an exact number."""
    others: set[int] = {0}
    for name in OTHERS:
        share, of = found.get(f"providers/{name}/rate", "[c]"), found.get(f"providers/{name}/rate/0.0", "[c]")
        if share == "[c]" or not of.isdigit():
            return SMALL
        others = {one + yes for one in others for yes in range(int(of) + 1) if f"{100 * yes / int(of):.1f}%" == share}
    return {yes for yes in range(20) for one in others if near(found["outcomes/housed/yes"], one + yes)}


@pytest.mark.parametrize("yes", [0, 1, 2])
def test_who_is_not_with_the_other_providers_cannot_be_counted(yes: int, tmp_path: Path) -> None:
    (site,) = family(tmp_path, PROVIDERS, of_providers, [yes]).values()
    assert at_c(shown(site)) >= SMALL


def test_where_providers_are_taken_to_have_nothing_to_do_with_each_other_they_can(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_groups, "EQUALS", "no condition ends so")
    (site,) = family(tmp_path, PROVIDERS, of_providers, [1]).values()
    assert at_c(shown(site)) <= {0, 1, 2}


YEARS = f"""{PEOPLE_HEAD}
      is_housed:  {{type: yes or no}}
cohorts:
  year:    {{of: people, each: "year from 1 April, by started_on"}}
  quarter: {{of: people, each: "quarter from 1 April, by started_on"}}
outcomes:
  housed: {{per: people, yes_when: is_housed, settles: started_on}}
measures:
  in_year:    {{per: year, equals: count of people where housed}}
  in_quarter: {{per: quarter, equals: count of people where housed}}
payments:
  a: {{per: year, pays: "in_year * £100.00"}}
  b: {{per: quarter, pays: "in_quarter * £10.00"}}
statement: {{then: []}}
"""
OVER = {"2022-05-01": (60, 42), "2022-08-01": (40, 32), "2022-11-01": (50, 40)}


def of_quarters(each: dict[str, tuple[int, int]]) -> dict[str, Rows]:
    """By a day of each quarter, how many of it are housed, and how many are not."""
    people = [(f"{day}-{n}", day, "yes" if n < sum_[0] else "no") for day, sum_ in each.items() for n in range(sum(sum_))]
    return {"people": [("person_id", "started_on", "is_housed"), *people]}


def two_small(yes: int) -> dict[str, Rows]:
    """So many in the first quarter of 2023/24, and three in the last of the year before."""
    return of_quarters({**OVER, "2023-02-01": (3, 40), "2023-05-01": (yes, 31), "2023-08-01": (16, 50)})


def of_its_year(found: dict[str, str]) -> set[int]:
    """How many can be housed in that quarter: what its year comes to, less the quarter beside it."""
    year, beside = (pounds(found[f"{name}/sum"]) for name in ("a/2023-24", "b/2023-24-Q2"))
    return SMALL if year is None or beside is None else {year // 100 - beside // 10}


@pytest.mark.parametrize("yes", [0, 2, 4])
def test_a_quarter_is_not_what_its_year_leaves(yes: int, tmp_path: Path) -> None:
    (site,) = family(tmp_path, YEARS, two_small, [yes], "2023-09-30").values()
    assert of_its_year(shown(site)) >= SMALL


def test_where_quarters_are_taken_to_have_nothing_to_do_with_years_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_groups, "_within", lambda texts, table, inner, outer: None)
    (site,) = family(tmp_path, YEARS, two_small, [4], "2023-09-30").values()
    assert of_its_year(shown(site)) == {4}


def one_held(yes: int) -> dict[str, Rows]:
    """The second quarter of 2023/24 is after the day that the data is complete to: it is held, and so is its year."""
    return of_quarters({**OVER, "2023-02-01": (30, 8), "2023-05-01": (yes, 31), "2023-08-01": (16, 50)})


def beside_what_is_held(found: dict[str, str]) -> set[int]:
    """How many can be housed in the first: what the quarters come to, less what the years do, where what is held is seen to add nothing to either."""
    held = ("a/2023-24/result", "b/2023-24-Q2/result")
    years, quarters = pounds(found["a/total"]), pounds(found["b/total"])
    if any(found[name] != "held" for name in held) or years is None or quarters is None:
        return SMALL
    return {quarters // 10 - years // 100}


@pytest.mark.parametrize("yes", [0, 2, 4])
def test_what_is_held_adds_nothing_and_everybody_knows(yes: int, tmp_path: Path) -> None:
    (site,) = family(tmp_path, YEARS, one_held, [yes]).values()
    assert beside_what_is_held(shown(site)) >= SMALL


def test_taken_to_add_anything_it_gives_the_quarter_beside_it_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Lines, "_nothing", lambda self, held: Lineage())
    (site,) = family(tmp_path, YEARS, one_held, [4]).values()
    assert beside_what_is_held(shown(site)) == {4}
