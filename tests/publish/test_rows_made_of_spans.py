"""Planted leaks: a line for each month that somebody was housed, at most three. Their number, or what is paid for all of them, may not tell that everybody had all three, or how few had not.

It has its twin, in which these lines have nothing to do with the number of people.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from pbr.publish import reading_people_lines
from tests.publish.families import PEOPLE_HEAD, Rows, family, near, pounds, shown

PEOPLE, MOST, DAYS = 202, 3, 40
CONTRACT = f"""{PEOPLE_HEAD}
  stays:
    one_row_per: stay_id
    belongs_to: people by person_id
    supplied_by: provider
    columns:
      stay_id: {{type: identifier}}
      from_on: {{type: date}}
      to_on:   {{type: date}}
spans:
  housed: {{per: people, days_of: stays from from_on to to_on, within: 6 months from started_on}}
steps:
  months: {{per: people, of: housed, every: 30 days, unbroken: yes, at_most: {MOST}}}
payments:
  p: {{per: months, pays: £50.00}}
statement: {{then: []}}
"""


def left_early(number: int) -> dict[str, Rows]:
    """So many were housed for one month alone, all others for all three."""
    people = [(f"p{n}", "2022-05-01") for n in range(PEOPLE)]
    stays = [(f"s{n}", f"p{n}", "2022-05-01", "2022-05-30" if n < number else "2022-08-28") for n in range(PEOPLE)]
    return {"people": [("person_id", "started_on"), *people], "stays": [("stay_id", "person_id", "from_on", "to_on"), *stays]}


def had_fewer(found: dict[str, str], most: int = MOST) -> set[int]:
    """How many people can have had fewer months than there can be: what is paid says how many months there were, and so many people had at most three."""
    paid = pounds(found["paid"])
    assert paid is not None
    lacking = [most * people - paid // 50 for people in range(3 * PEOPLE) if near(found["data/people/used"], people)]
    return {few for months in lacking if months >= 0 for few in range(-(-months // most), months + 1)}


@pytest.mark.parametrize("number", [0, 1, 2])
def test_how_few_had_not_all_months_is_not_told(number: int, tmp_path: Path) -> None:
    (site,) = family(tmp_path, CONTRACT, left_early, [number]).values()
    assert had_fewer(shown(site)) >= set(range(1, 8))  # of 604 months it is plain that somebody lacks one


@pytest.mark.parametrize("number", [0, 1])
def test_of_many_rows_each_it_is_not_told_who_has_all(number: int, tmp_path: Path) -> None:
    """Forty days at the most: more than are gone through one by one. Nobody, or one, was there for thirty days alone."""
    text = CONTRACT.replace("every: 30 days", "every: 1 day").replace(f"at_most: {MOST}", f"at_most: {DAYS}")
    (site,) = family(tmp_path, text, left_early, [number]).values()
    found = shown(site)
    assert pounds(found["paid"]) is None or had_fewer(found, DAYS) >= set(range(1, 8))


def test_of_many_rows_each_it_is_not_told_who_has_any(tmp_path: Path) -> None:
    text = CONTRACT.replace("every: 30 days", "every: 1 day").replace(f"at_most: {MOST}", f"at_most: {DAYS}")

    def stayed(number: int) -> dict[str, Rows]:
        """So many were housed for one day, the others never."""
        given = left_early(number)
        return {**given, "stays": [given["stays"][0], *((f"s{n}", f"p{n}", "2022-05-01", "2022-05-01") for n in range(number))]}

    nobody, one = (shown(site) for site in family(tmp_path, text, stayed, [0, 1]).values())
    assert nobody["paid"] == one["paid"]


def test_where_months_have_nothing_to_do_with_people_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_people_lines, "tie_made", lambda texts, payment, lines: None)
    (site,) = family(tmp_path, CONTRACT, left_early, [0]).values()
    assert had_fewer(shown(site)) == {0}
