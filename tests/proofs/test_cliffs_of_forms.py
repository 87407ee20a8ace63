"""The cliff of each form of payment at a quantity of a row, with its sum; and that joined lines have none."""

from __future__ import annotations

import pytest

from pbr.examples import run_examples
from pbr.plan.build import build
from pbr.proofs import COUNTEREXAMPLE, PROVED, Proof, prove
from pbr.proofs.showing import yaml_lines
from pbr.terms.loading import load_text

HEAD = """\
pbr: 1
contract: forms
title: Forms
version: "1"
parties: {commissioner: C, provider: P}
currency: GBP
term: {from: 2020-04-01, to: 2021-03-31}
data:
  sites:
    one_row_per: site
    supplied_by: commissioner
    columns:
      site: {type: identifier}
      rate: {type: percent, decimals: 1, at_least: 0%, at_most: 100%}
      nights: {type: whole number, at_least: 0, at_most: 500}
      spent: {type: money, at_least: £0.00, at_most: "£2,000,000.00"}
      began_on: {type: date}
      ended_on: {type: date}
      ok: {type: yes or no}
  people:
    one_row_per: person_id
    belongs_to: sites by site
    supplied_by: commissioner
    columns: {person_id: {type: identifier, identifies: person}, site: {type: identifier}, cost: {type: money, at_least: £0.00, at_most: "£90,000.00"}}
facts:
  much: {per: sites, equals: rate >= 50%}
  twice: {per: sites, equals: rate + rate}
  part: {per: sites, equals: share of people where (cost > £5.00)}
  result: {per: sites, equals: "verdict(part, against: 50%, z: 1, better: higher)"}
  dear: {per: people, equals: "if cost >= £50,000.00 then £60,000.00 else £0.00"}
measures:
  all_over: {per: contract, equals: sum of dear over people}
  all_spent: {per: contract, equals: sum of spent over sites}
  all_from: {per: contract, equals: "sum of spent over sites where (spent >= £20,000.00)"}
payments:
  fee: {FEE}
statement:
  then: []
"""
FORMS = {  # the payment, and how far its threshold moves it: None where that is not one sum, 0 for none
    "a column": ("per: sites, pays: if rate >= 50% then £60000.00 else £0.00", 60_000_00),
    "a whole number": ("per: sites, pays: if nights >= 50 then £60000.00 else £0.00", 60_000_00),
    "a fact given": ("per: sites, pays: if twice >= 50% then £60000.00 else £0.00", 60_000_00),
    "a yes or no made of a column": ("per: sites, only_if: much, pays: £60000.00", 60_000_00),
    "the days between two dates": ("per: sites, pays: if ended_on - began_on >= 182 days then £60000.00 else £0.00", 60_000_00),
    "a ladder of parts of a sum": (
        "per: sites, round: '1 penny, half up', ladder: {on: rate, takes: whole, of: £600000.00, below: £0.00, rungs: [{from: 50%, pays: 10%}]}",
        60_000_00,
    ),
    "a ladder, point by point": (
        "per: sites, round: '1 penny, half up', "
        "ladder: {on: rate, takes: per_point, below: £0.00, rungs: [{from: 10%, pays: £100.00 per point}, {from: 50%, pays: £2000.00 per point}]}",
        0,
    ),
    "a ladder, marginal": (
        "per: sites, ladder: {on: nights, takes: marginal, below: £0.00, rungs: [{from: 10, pays: £5.00}, {from: 90, pays: £9.00}]}",
        0,
    ),
    "a ladder, whole": (
        "per: sites, ladder: {on: rate, takes: whole, below: £0.00, rungs: [{from: 8.5%, pays: £20000.00}, {from: 10%, pays: £75000.00}]}",
        None,
    ),
    "linear": ('per: sites, linear: {on: rate, from: 40%, to: 70%, pays: £60000.00}, round: "1 penny, half up"', 0),
    "choose, by a verdict": ("per: sites, choose: {by: result, cases: {better: £60000.00, no_change: £0.00, worse: £0.00}}", 60_000_00),
    "a share, from the first pound": (
        "per: sites, share: {of: £2000000.00 - spent, above: 2%, benchmark: £2000000.00, share: 50%, takes: whole}, round: '1 penny, half up'",
        20_000_00,
    ),
    "a share, beyond the band": (
        "per: sites, share: {of: £2000000.00 - spent, above: 2%, benchmark: £2000000.00, share: 50%, takes: beyond}, round: '1 penny, half up'",
        0,
    ),
    "one of": ("per: sites, one_of: [{name: a, when: nights >= 90, pays: £60000.00}, {otherwise: £0.00}]", 60_000_00),
    "at risk": (
        "per: sites, at_risk: {of: £600000.00, share: 10%, keep_if: nights >= 90, already_paid: yes}, round: '1 penny, half up'",
        60_000_00,
    ),
    "a difference": ("per: sites, difference: {actual: nights, benchmark: 90, better: higher, each_better: £20.00, each_worse: £20.00}", 0),
    "the worth of each row of a sum": ("per: contract, pays: all_over", 60_000_00),
    "rows of a sum from a threshold on": ("per: contract, pays: all_from", None),
    "a sum": ("per: contract, pays: all_spent", 0),
    "a deadline and an outcome": ("per: sites, only_if: ok and began_on <= 2020-09-30, pays: £60000.00", 0),
}


def proved(fee: str) -> Proof:
    loaded = load_text(HEAD.replace("{FEE}", "{" + fee + "}"), "forms.yaml")
    return next(proof for proof in prove(loaded, build(loaded))[0] if proof.name == "cliffs")


@pytest.mark.parametrize("name", FORMS)
def test_the_cliff_of(name: str) -> None:
    fee, leap = FORMS[name]
    proof = proved(fee)
    assert proof.sum is not None
    if leap == 0:
        assert proof.answer == PROVED and proof.sum <= 1
        return
    assert proof.answer == COUNTEREXAMPLE and proof.sum > 10_000_00, proof
    assert leap is None or leap - 1 <= proof.sum <= leap + 1, proof
    assert proof.shown is not None and proof.shown.neighbour is not None
    shown = [line for side in (proof.shown, proof.shown.neighbour) for line in yaml_lines(side, f"one {id(side)}")]
    loaded = load_text(HEAD.replace("{FEE}", "{" + fee + "}") + "examples:\n" + "".join(f"  {line}\n" for line in shown), "forms.yaml")
    assert [str(problem) for result in run_examples(loaded, build(loaded)) for problem in result.problems] == []
