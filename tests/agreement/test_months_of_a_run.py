"""Steps in months of runs that begin near a month's end: both engines, and the days counted by hand."""

from __future__ import annotations

from collections import Counter
from datetime import date

from both import compare, machine_of
from random_contracts import Case

from pbr.plan.build import build
from pbr.terms.loading import load_text

CONTRACT = """\
pbr: 1
contract: months
title: Months of a run
version: "1"
parties: {commissioner: C, provider: P}
currency: GBP
term: {from: 2016-01-01, to: 2018-12-31}
data:
  people: {one_row_per: person_id, supplied_by: commissioner, columns: {person_id: {type: identifier}}}
  homes:
    one_row_per: home_id
    belongs_to: people by person_id
    supplied_by: commissioner
    columns: {home_id: {type: identifier}, moved_in: {type: date}, moved_out: {type: date}}
spans:
  housed: {per: people, days_of: homes from moved_in to moved_out, within: 3 years from term.first_day}
steps:
  month: {per: people, of: housed, every: 1 month, unbroken: yes, at_most: 24}
payments:
  monthly: {per: month, pays: £900.00}
statement: {then: []}
examples: []
"""
HOMES = [["home_id", "person_id", "moved_in", "moved_out"], ["h1", "p1", "2017-01-31", "2017-03-28"], ["h2", "p2", "2017-01-31", "2017-03-30"],
         ["h3", "p3", "2017-01-31", "2018-01-29"], ["h4", "p4", "2017-01-31", "2018-01-30"]]  # fmt: skip


def test_a_short_month_moves_no_later_step() -> None:
    loaded = load_text(CONTRACT.encode(), "months.yaml")
    sheets = {"people": [["person_id"], ["p1"], ["p2"], ["p3"], ["p4"]], "homes": HOMES}
    case = Case(0, CONTRACT, loaded, build(loaded), sheets, dict.fromkeys(("people", "homes"), date(2018, 12, 31)))
    assert not compare(case).differences
    paid = Counter(line.key[0] for line in machine_of(case).lines() if line.amount)
    assert paid == {"p1": 1, "p2": 2, "p3": 11, "p4": 12}  # the second month of each ends on 30 March, the twelfth on 30 January


def test_days_that_are_only_said_to_come_are_not_paid() -> None:
    """A home that is to be left in a year's time: the months up to the day the table is complete to are paid, the others held."""
    loaded = load_text(CONTRACT.encode(), "months.yaml")
    homes = [
        HOMES[0],
        ["h1", "p1", "2017-01-01", "2017-12-31"],
        ["h2", "p2", "2017-07-01", "2017-12-31"],
        ["h3", "p3", "2017-01-01", "2017-02-28"],
    ]
    sheets = {"people": [["person_id"], ["p1"], ["p2"], ["p3"]], "homes": homes}
    case = Case(0, CONTRACT, loaded, build(loaded), sheets, {"people": date(2018, 12, 31), "homes": date(2017, 3, 31)})
    assert not compare(case).differences
    lines = machine_of(case).lines()
    assert Counter(line.key[0] for line in lines if line.amount) == {"p1": 3, "p3": 2}
    assert Counter(line.key[0] for line in lines if line.result == "held") == {"p1": 9, "p2": 6}
