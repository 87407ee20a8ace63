"""Every printed sum can be done again: its numbers come to what it says, and a value that was shortened has its fraction beside it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pbr.assessment import assess
from pbr.statement.explain import explain
from tests.sums_again import false_sums, value_of

CONTRACT = """pbr: 1
contract: close-call
title: Close to a rung
version: "1"
parties: {commissioner: a city, provider: a charity}
currency: GBP
term: {from: 2014-01-01, to: 2014-12-31}
data:
  sites:
    one_row_per: site
    supplied_by: independent
    columns:
      site: {type: identifier}
      good: {type: whole number, at_least: 0, at_most: 100000}
      all_: {type: whole number, at_least: 1, at_most: 100000}
      seen: {type: date, blank: none}
facts:
  rate: {per: sites, equals: as percent(good / all_)}
  visit: {per: sites, equals: seen}
payments:
  win: {per: sites, only_if: all_ > 10, ladder: {on: rate, takes: whole, below: £0.00, rungs: [{from: 5%, pays: £100.00}, {from: 15%, pays: £200.00}]}}
  flow: {per: sites, linear: {on: rate, from: 5%, to: 15%, starts_at: £10.00, pays: £100.00}, round: "1 penny, half up"}
  part: {per: sites, pays: "£100.00 * ((rate - 1%) / (30% - 0%))", round: "1 penny, half up", may_be: negative}
  kept: {per: sites, at_risk: {share: 10%, of: £10.00 * all_, already_paid: yes, keep_if: rate >= 5%}, round: "1 penny, half up"}
  went: {per: sites, only_if: exists(visit) and all_ > 10, pays: £1.00 * all_}
statement: {then: []}
"""
ROWS = """site,good,all_,seen
s1,14999,100000,2014-03-01
s2,1,3,
s3,4999,100000,2014-03-02
s4,10001,100000,2014-03-03
s5,1,2,2014-03-04
"""
SAID = {
    "win[s1]": "all_ (100,000) is above 10, 99,990 to spare; rate (14.999%) is at least 5.000%, 9.999 percentage points to spare "
    "and rate (14.999%) is below 15.000%, 0.001 percentage points short, so £100.00",
    "win[s3]": "all_ (100,000) is above 10, 99,990 to spare, but rate (4.999%) is below 5.000%, 0.001 percentage points short, so £0.00",
    "win[s2]": "all_ (3) is not above 10, 7 short",
    "flow[s4]": "rate (10.001%) is 50.01% of the way from 5% to 15%, which goes from £10.00 to £100.00",
    "part[s2]": "£100.00 × ((33.3% (1/3) - 1%) / (30% - 0%)) = £107.78 (rounded)",
    "kept[s3]": "rate (4.999%) is below 5.000%, 0.001 percentage points short, so 10% × £10.00 × 100,000 = £100,000.00 (rounded)",
    "kept[s4]": "rate (10.001%) is at least 5.000%, 5.001 percentage points to spare",
    "went[s1]": "visit is 1 March 2014 and all_ (100,000) is above 10, 99,990 to spare, so £1.00 × 100,000 = £100,000.00",
    "went[s2]": "visit has no value and all_ (3) is not above 10, 7 short",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    top = tmp_path_factory.mktemp("sums")
    (top / "contract.yaml").write_text(CONTRACT, encoding="utf-8")
    (top / "sites.csv").write_text(ROWS, encoding="utf-8")
    assess(top / "contract.yaml", [top / "sites.csv"], out=top / "out")
    return top / "out"


def test_conditions_and_sums_are_told_and_no_met_condition_for_paying_nothing(folder: Path) -> None:
    lines = json.loads((folder / "statement.json").read_text(encoding="utf-8"))["payments"]
    found = {line["id"]: line["because"] for line in lines}
    assert {name: found[name] for name in SAID} == SAID


def test_every_printed_sum_comes_to_what_it_says(folder: Path) -> None:
    number = 0
    for name in ("win", "flow", "part", "kept", "went"):
        for site in ("s1", "s2", "s3", "s4", "s5"):
            text = explain(folder, [name, site]).text
            assert not false_sums(text), text
            number += text.count(" = ")
    assert number > 40
    text = explain(folder, ["flow", "s4"]).text
    assert "5.001 percentage points / 10.0 percentage points = 0.5001" in text


def test_the_reader_of_sums_sees_a_false_one() -> None:
    assert value_of("£10.00 + (0.5001 × (£100.00 - £10.00))") * 1000 == 55009
    assert false_sums("£10.00 + (0.5001 * £100.00 - £10.00) = £55.01") and false_sums("3.2% × $716,286,592.00 = $22,777,913.6256")
    assert not false_sums("33.3% (1/3) × £100.00 = £33.33 (rounded)")


MIXED = """pbr: 1
contract: mixed
title: T
version: "1"
parties: {commissioner: a, provider: b}
currency: GBP
term: {from: 2014-01-01, to: 2014-12-31}
data:
  people:
    one_row_per: p
    supplied_by: provider
    columns: {p: {type: identifier}, ok: {type: yes or no, blank: unknown}}
payments:
  hard: {per: people, only_if: ok, pays: £100.00}
  other: {per: people, pays: £50.00}
statement:
  then: [{mix: [other], at_most: 40%, of: all paid after this step, per: contract, allocate: by p, last_line: in part}]
"""


def test_a_mix_that_holds_lines_says_how_many_and_how_much(tmp_path: Path) -> None:
    (tmp_path / "contract.yaml").write_text(MIXED, encoding="utf-8")
    (tmp_path / "people.csv").write_text("p,ok\na,yes\nb,\n", encoding="utf-8")
    statement = assess(tmp_path / "contract.yaml", [tmp_path / "people.csv"], out=tmp_path / "out").statement
    assert statement["totals"]["steps"][0]["holds"] == {"lines": 1, "sum": "50.00"}
    assert "per contract: holds 1 line, £50.00" in (tmp_path / "out" / "statement.txt").read_text(encoding="utf-8")
