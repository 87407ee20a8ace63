"""Payments `per: CHILD in SUBSET` where the cohort is of a table above and a row is only perhaps in it: both engines, and the lines by hand.

A job has here the key of a person who is not its own: what is read of the person must be that of its own.
"""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest
from both import compare, machine_of
from random_contracts import Case

from pbr.plan.build import build
from pbr.plan.naming import World
from pbr.plan.node import Node
from pbr.plan.ways import what_it_reads
from pbr.terms.loading import load_text

CONTRACT = """\
pbr: 1
contract: doubtful
title: Perhaps in it
version: "1"
parties: {commissioner: C, provider: P}
currency: GBP
term: {from: 2023-04-01, to: 2025-03-31}
data:
  people:
    one_row_per: person
    supplied_by: provider
    columns: {person: {type: identifier}, ok: {type: yes or no, blank: unknown}}
  jobs:
    one_row_per: job
    belongs_to: people by person
    supplied_by: provider
    columns: {job: {type: identifier}, size: {type: whole number, at_least: 0, at_most: 9}, what: {type: code, one_of: pay.card.code}, day: {type: date}}
  weeks:
    one_row_per: week
    belongs_to: jobs by job
    supplied_by: provider
    columns: {week: {type: identifier}, fine: {type: yes or no, blank: unknown}}
cohorts:
  good: {of: people, only: ok}
payments:
  pay: %s
statement: {then: []}
examples: []
"""
TARIFF = (
    "{per: jobs in good, kind: tariff, code: what, subject: person, on: day, card: {columns: [code, price, times], rows: [[a, £7.00, 9]]}}"
)
PEOPLE = [["p1", "yes"], ["p2", ""], ["p3", "no"]]
JOBS = [["p2", "p1", "2", "a", "2023-05-01"], ["p3", "p2", "3", "a", "2023-05-02"], ["p1", "p3", "4", "a", "2023-05-03"]]
WEEKS = [[person + fine, job, fine] for (job, person, *_), fine in product(JOBS, ("yes", "no", ""))]


def _case(pay: str, people: list[list[str]]) -> Case:
    text = CONTRACT % pay
    if "card" not in pay:
        text = text.replace("pay.card.code", "[a]")
    loaded = load_text(text.encode(), "doubtful.yaml")
    sheets = {
        "people": [["person", "ok"], *people],
        "jobs": [["job", "person", "size", "what", "day"], *JOBS],
        "weeks": [["week", "job", "fine"], *WEEKS],
    }
    return Case(0, text, loaded, build(loaded), sheets, dict.fromkeys(sheets, date(2025, 3, 31)))


@pytest.mark.parametrize(
    ("pay", "wanted"),
    [
        ("{per: jobs in good, pays: £5.00}", {"p2": 500, "p3": None}),
        ("{per: jobs in good, pays: size * £1.00, only_if: size < 3}", {"p2": 200, "p3": 0}),
        ("{per: weeks in good, pays: £5.00, only_if: fine}",
         {"p1yes": 500, "p1no": 0, "p1": None, "p2yes": None, "p2no": 0, "p2": None}),
        (TARIFF, {"p2": 700, "p3": None}),
        ("{per: jobs in good, divide: {pot: £9.00, by: size}}", {"p2": None, "p3": None}),
    ],
)  # fmt: skip
def test_a_row_under_one_that_is_perhaps_in_the_cohort_is_held(pay: str, wanted: dict[str, int | None]) -> None:
    case = _case(pay, PEOPLE)
    found = compare(case)
    assert not found.differences, "\n".join(map(str, found.differences[:5]))
    assert {line.key[0]: line.amount for line in machine_of(case).lines()} == wanted


def test_a_pot_is_divided_once_everybody_is_decided() -> None:
    case = _case("{per: jobs in good, divide: {pot: £9.00, by: size}}", [["p1", "yes"], ["p2", "yes"], ["p3", "no"]])
    assert not compare(case).differences
    assert {line.key[0]: line.amount for line in machine_of(case).lines()} == {"p2": 360, "p3": 540}
    case.rows["jobs"].append(["p4", "p1", "99", "a", "2023-05-04"])  # rejected: nobody knows what it would have taken of the pot
    assert not compare(case).differences
    assert {line.key[0]: line.amount for line in machine_of(case).lines()} == {"p2": None, "p3": None}


def test_a_step_of_people_is_never_read_as_if_it_were_the_jobs_own() -> None:
    plan = _case("{per: jobs in good, pays: £5.00}", PEOPLE).plan
    world = World("GBP", "£", plan.first_day, plan.last_day)
    world.tables = {table.name: table for table in plan.tables}
    world.steps = {step.name: step for step in plan.steps}
    world.reads = dict.fromkeys(world.steps, frozenset({"people"}))
    member = plan.step("good.member")
    way = {"step": member.name, "table": "people", "row": "own", "via": [["parent", "people"]]}
    assert what_it_reads(world, Node("item", member.type, (), way), "jobs") == (["good.member"], {"people", "jobs"})
    for via, grain in (([], "jobs"), ([["parent", "people"]], "weeks"), ([["parent", "jobs"]], "weeks"), ([["contract"]], "jobs")):
        with pytest.raises(AssertionError):
            what_it_reads(world, Node("item", member.type, (), {**way, "via": via}), grain)
