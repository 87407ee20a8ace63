"""A stranger, a row of a matched_to table that matches nobody, is in no total: not of a group of a cohort, nor of the contract."""

from __future__ import annotations

from datetime import date

from random_cases import lines_of  # it knows where the next two modules are

from both import compare, machine_of  # isort: skip
from random_contracts import Case  # isort: skip

from pbr.plan.build import build
from pbr.terms.loading import load_text

CONTRACT = """
pbr: 1
contract: sightings
title: People seen in a quarter
version: "1"
parties: {commissioner: a, provider: b}
currency: GBP
term: {from: 2024-01-01, to: 2024-12-31}
data:
  people:
    one_row_per: person_id
    supplied_by: commissioner
    columns: {person_id: {type: identifier}}
  sightings:
    one_row_per: sighting_id
    matched_to: people by person_id
    supplied_by: commissioner
    columns: {sighting_id: {type: identifier}, person_id: {type: identifier}, seen_on: {type: date}}
cohorts:
  quarterly: {of: sightings, each: "quarter from 1 January, by seen_on"}
facts:
  people_seen: {per: quarterly, equals: count different person_id over sightings}
  times: {per: quarterly, equals: count of sightings}
  all_times: {per: contract, equals: count of sightings}
  all_people: {per: contract, equals: count different person_id over sightings}
payments:
  paid: {per: quarterly, pays: £10.00 * people_seen}
statement:
  then: []
"""
ROWS = {
    "people": [["person_id"], ["p1"], ["p2"]],
    "sightings": [
        ["sighting_id", "person_id", "seen_on"],
        ["s1", "p1", "2024-02-01"],
        ["s2", "p1", "2024-02-02"],
        ["s3", "stranger", "2024-02-02"],
        ["s4", "stranger", "2024-05-02"],
        ["s5", "p2", "2024-05-02"],
    ],
}


def test_strangers_are_in_no_total() -> None:
    loaded = load_text(CONTRACT, "sightings.yaml")
    case = Case(0, CONTRACT, loaded, build(loaded), ROWS, dict.fromkeys(ROWS, date(2024, 12, 31)))
    assert compare(case).differences == []
    machine = machine_of(case)
    first, second = machine.keys("quarterly")[:2]
    seen = [[machine.value(name, key).low for name in ("people_seen", "times")] for key in (first, second)]
    assert seen == [[1, 2], [1, 1]]
    assert [line.amount for line in lines_of(machine).values() if line.amount] == [1000, 1000]
    assert [machine.value(name, ()).low for name in ("all_times", "all_people")] == [3, 2]
