"""The sentence of a line of each form of payment: what a person would say, with stored values."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pbr.assessment import assess
from pbr.statement.explain import explain

CONTRACT = """pbr: 1
contract: t
title: T
version: "1"
parties: {commissioner: a, provider: b}
currency: GBP
term: {from: 2023-04-01, to: 2025-03-31}
parameters:
  price: {value: £2.00 per minute}
data:
  rows:
    one_row_per: id
    supplied_by: provider
    columns:
      id: {type: identifier}
      late: {type: minutes, at_least: 0 minutes, at_most: 1000 minutes}
      rate: {type: percent, decimals: 4, at_least: 0%, at_most: 100%}
      saving: {type: money}
      cost: {type: money, at_least: £0.00}
      n: {type: whole number, at_least: 0, at_most: 1000}
      grade: {type: code, one_of: [good, fair, poor]}
facts:
  twice: {per: rows, equals: n * 2}
payments:
  linear: {per: rows, linear: {on: rate, from: 40%, to: 90%, pays: £100.00}, round: "1 penny, half up"}
  falling: {per: rows, linear: {on: n, from: 100, to: 0, better: lower, pays: £10.00, starts_at: £5.00}, round: "1 penny, half up"}
  lateness:
    per: rows
    difference: {actual: late, benchmark: 100 minutes, better: lower, each_better: price, each_worse: price * 2, most_repaid: £100.00}
  shared:
    per: rows
    share: {of: saving, above: 2%, benchmark: cost, share: 75% * (rest of 2%), takes: whole, most_paid: £5000.00}
    round: "1 penny, half up"
  both:
    per: rows
    share: {of: saving, above: 2%, benchmark: cost, share: 50%, takes: beyond, losses: {above: 1%, share: 40%}}
    round: "1 penny, half up"
  steps:
    per: rows
    ladder:
      on: rate
      takes: per_point
      below: £0.00
      rungs: [{from: 10%, pays: £1.00 per point}, {from: 50%, pays: £2.00 per point}, {from: 80%, pays: £3.00 per point}]
    round: "1 penny, half up"
  whole:
    per: rows
    ladder: {on: n, takes: whole, below: £0.00, rungs: [{from: 10, pays: £10.00}, {from: 50, pays: £60.00}]}
  graded:
    per: rows
    choose: {by: grade, cases: {good: n * £57.00, fair: £1.00, poor: £0.00}}
  either:
    per: rows
    one_of:
      - {name: many, when: n >= 50, pays: £500.00}
      - {name: on time, when: late <= 10 minutes, pays: £20.00}
      - {otherwise: £0.00}
  formula: {per: rows, pays: "greatest(least(n * £3.00, £100.00) + (if twice >= 100 then n * £1.00 else £2.00), £0.00)"}
statement: {then: []}
"""
ROWS = """id,late,rate,saving,cost,n,grade
a,90,68.3%,1000.00,10000.00,60,good
b,145,5%,100.00,10000.00,20,fair
c,100,95%,-1000.00,10000.00,0,poor
d,5,52%,9000.00,10000.00,100,good
"""
SAID = {
    "linear[a]": "rate (68.3%) is 56.6% of the way from 40% to 90%, of £100.00",
    "linear[b]": "rate (5.0%) has not passed 40%, where payment begins",
    "linear[c]": "rate (95.0%) has reached 90%, which pays £100.00",
    "falling[a]": "n (60) is 40.0% of the way from 100 to 0, which goes from £5.00 to £10.00",
    "falling[d]": "n (100) has not passed 100, which pays £5.00",
    "lateness[a]": "10 minutes better than 100 minutes, at £2.00 per minute",
    "lateness[b]": "45 minutes worse than 100 minutes, at £4.00 per minute, but at most £100.00",
    "lateness[c]": "neither better nor worse than 100 minutes",
    "shared[a]": "73.5% of a saving of £1,000.00; it reached 2% of £10,000.00 (£200.00)",
    "shared[b]": "a saving of £100.00 is less than 2% of £10,000.00 (£200.00)",
    "shared[c]": "a loss of £1,000.00 is no saving",
    "shared[d]": "73.5% of a saving of £9,000.00, but at most £5,000.00; it reached 2% of £10,000.00 (£200.00)",
    "both[a]": "50% of what a saving of £1,000.00 has beyond 2% of £10,000.00 (£200.00)",
    "both[c]": "40% of what a loss of £1,000.00 has beyond 1% of £10,000.00 (£100.00)",
    "steps[a]": "rate (68.3%) falls in the step 50% to 80%: £36.60 there, and £40.00 for the step below it",
    "steps[b]": "rate (5.0%) is below 10%, the first step",
    "steps[c]": "rate (95.0%) reaches 80%, the last step: £45.00 there, and £60.00 and £40.00 for the steps below it",
    "whole[a]": "n (60) is at least 50, 10 to spare, so £60.00",
    "whole[b]": "n (20) is at least 10, 10 to spare and n (20) is below 50, 30 short, so £10.00",
    "graded[a]": "grade is good, so 60 × £57.00 = £3,420.00",
    "graded[b]": "grade is fair, so £1.00",
    "either[a]": "many: n (60) is at least 50, 10 to spare, so £500.00",
    "either[d]": "many: n (100) is at least 50, 50 to spare, so £500.00",
    "either[b]": "n (20) is below 50, 30 short and late (145 minutes) is above 10 minutes, 135 minutes over, so £0.00",
    "formula[a]": "£100.00 + 60 × £1.00 = £160.00",
    "formula[b]": "£60.00 + £2.00 = £62.00",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    top = tmp_path_factory.mktemp("forms")
    (top / "contract.yaml").write_text(CONTRACT, encoding="utf-8")
    (top / "rows.csv").write_text(ROWS, encoding="utf-8")
    assess(top / "contract.yaml", [top / "rows.csv"], out=top / "out")
    return top / "out"


def test_each_form_says_what_a_person_would(folder: Path) -> None:
    lines = json.loads((folder / "statement.json").read_text(encoding="utf-8"))["payments"]
    found = {line["id"]: line["because"] for line in lines}
    assert {name: found[name] for name in SAID} == SAID


def test_the_explanation_says_the_same_of_the_sum(folder: Path) -> None:
    text = explain(folder, ["lateness", "b"]).text
    assert SAID["lateness[b]"] in text and "-£100.00" in text
