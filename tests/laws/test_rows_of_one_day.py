"""Rows of one day: whatever the order of the file, ``first``, ``last`` and ``day sum`` say the same, in both engines."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from random_cases import lines_of  # it knows where the next two modules are

from both import compare, machine_of  # isort: skip
from random_contracts import Case  # isort: skip

from pbr.plan.build import build
from pbr.terms.loading import load_text
from pbr.values.value import Value

CONTRACT = """\
pbr: 1
contract: one-day
title: Rows of one day
version: "1"
parties: {commissioner: C, provider: P}
currency: GBP
term: {from: 2020-01-01, to: 2021-12-31}
data:
  people:
    one_row_per: person_id
    supplied_by: commissioner
    columns: {person_id: {type: identifier, identifies: person}}
  jobs:
    one_row_per: job_id
    belongs_to: people by person_id
    supplied_by: provider
    columns: {job_id: {type: identifier}, began_on: {type: date}, pay: {type: money, at_least: £0.00}}
facts:
  first_pay: {per: people, equals: pay of first jobs by began_on}
  last_pay: {per: people, equals: pay of last jobs by began_on}
  reached: {per: people, equals: day sum of pay over jobs by began_on reaches £6.00}
payments:
  fee: {per: people, pays: £1.00}
statement:
  then: []
"""
JOBS = [["j10", "p1", "2020-02-01", "3.00"], ["j9", "p1", "2020-02-01", "4.00"], ["J1", "p1", "2020-01-01", "1.00"], ["i2", "p1", "2020-01-01", "2.00"]]  # fmt: skip


def test_the_order_of_the_file_decides_nothing() -> None:
    loaded = load_text(CONTRACT, "one-day.yaml")
    head = ["job_id", "person_id", "began_on", "pay"]
    case = Case(0, CONTRACT, loaded, build(loaded), {"people": [["person_id"], ["p1"]], "jobs": []}, {"people": date(2021, 1, 1), "jobs": date(2021, 1, 1)})  # fmt: skip
    for rows in (JOBS, JOBS[::-1], [*JOBS[1:], JOBS[0]]):
        given = replace(case, rows={**case.rows, "jobs": [head, *rows]})
        assert not compare(given).differences
        machine = machine_of(given)
        (key,) = machine.keys("people")
        assert [machine.value(name, key).low for name in ("first_pay", "last_pay")] == [100, 400]  # J1 is before i2, and j9 after j10
        assert machine.value("reached", key) == Value.known(date(2020, 2, 1))
        assert [line.amount for line in lines_of(machine).values()] == [100]
