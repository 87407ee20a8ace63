"""Laws tried with random rows: a false one is found, with rows that run, for each form of payment; a true one is not refuted."""

from __future__ import annotations

import pytest

from pbr.examples import run_examples
from pbr.plan.build import build
from pbr.proofs import COUNTEREXAMPLE, PROVED, Proof, prove
from pbr.proofs.showing import yaml_lines
from pbr.terms.loading import load_text

HEAD = """\
pbr: 1
contract: laws
title: Laws
version: "1"
parties: {commissioner: C, provider: P}
currency: GBP
term: {from: 2020-04-01, to: 2021-03-31}
laws:
LAWS
data:
  sites:
    one_row_per: site
    supplied_by: commissioner
    columns:
      site: {type: identifier}
      score: {type: whole number, at_least: 0, at_most: 100}
      spent: {type: money, at_least: £0.00, at_most: £200.00}
      kind: {type: code, one_of: [low, high]}
  claims:
    one_row_per: claim_id
    belongs_to: sites by site
    supplied_by: commissioner
    columns: {claim_id: {type: identifier}, site: {type: identifier}, line: {type: code, one_of: [start, stay]}, made_on: {type: date}}
facts:
  twice: {per: sites, equals: score * 2}
measures:
  all_of_it: {per: contract, equals: sum of score over sites}
payments:
  fee: {FEE}
statement:
  then: []
"""
FORMS = {  # the payment, the most that it pays, and what it falls or never rises with
    "pays": ("per: sites, pays: £1.00 * (100 - score), may_be: negative", 100, "score"),
    "pays, of a fact": ("per: sites, pays: £1.00 * (200 - twice), may_be: negative", 200, "twice"),
    "pays, of a measure": ('per: contract, pays: "greatest(£100.00 - £1.00 * all_of_it, £0.00)"', 100, "all_of_it"),
    "under a condition": ("per: sites, only_if: score < 50, pays: £70.00", 70, "score"),
    "ladder": (
        "per: sites, ladder: {on: score, takes: whole, amounts: may fall, below: £50.00, rungs: [{from: 40, pays: £90.00}, {from: 70, pays: £20.00}]}",
        90,
        "score",
    ),
    "linear": ("per: sites, linear: {on: score, from: 80, to: 20, better: lower, pays: £60.00}, round: '1 penny, half up'", 60, "score"),
    "choose": ("per: sites, choose: {by: kind, cases: {low: £5.00, high: £80.00}}", 80, ""),
    "one of": ("per: sites, one_of: [{name: a, when: score >= 60, pays: £10.00}, {otherwise: £40.00}]", 40, "score"),
    "at risk": (
        "per: sites, at_risk: {of: £600.00, share: 10%, keep_if: score < 50, already_paid: no}, round: '1 penny, half up'",
        60,
        "score",
    ),
    "tariff": (
        "per: claims, kind: tariff, code: line, subject: site, on: made_on, "
        "card: {columns: [code, price, times], rows: [[start, £30.00, 1], [stay, £20.00, no limit]]}",
        30,
        "",
    ),
    "difference": (
        "per: sites, difference: {actual: score, benchmark: 90, better: lower, each_better: £1.00, each_worse: £1.00}",
        90,
        "score",
    ),
    "share": (
        "per: sites, share: {of: £200.00 - spent, above: 2%, benchmark: £200.00, share: 50%, takes: whole}, round: '1 penny, half up'",
        100,
        "spent",
    ),
}


def laws(fee: str, more: int, rising: str) -> tuple[str, list[Proof]]:
    told = [f"  - {{never_pays_more_than: £{more}.00, of: [fee], per: {fee.split(',')[0].removeprefix('per: ')}}}"]
    if rising:
        told.append(f"  - {{monotone_in: {rising}, direction: rising, of: [fee]}}")
    text = HEAD.replace("LAWS", "\n".join(told)).replace("{FEE}", "{" + fee + "}")
    loaded = load_text(text, "laws.yaml")
    return text, [proof for proof in prove(loaded, build(loaded))[0] if proof.name == "laws"]


@pytest.mark.parametrize("name", FORMS)
def test_a_false_law_is_found_with_rows(name: str) -> None:
    fee, most, falls = FORMS[name]
    text, proofs = laws(fee, most - 1, falls)
    assert [proof.answer for proof in proofs] == [COUNTEREXAMPLE] * len(proofs), proofs
    shown = [side for proof in proofs if proof.shown for side in (proof.shown, proof.shown.neighbour) if side is not None]
    lines = [f"  {line}\n" for number, side in enumerate(shown) for line in yaml_lines(side, f"one {number}")]
    loaded = load_text(text + "examples:\n" + "".join(lines), "laws.yaml")
    assert len(shown) == 2 * len(proofs) - 1
    assert [str(problem) for result in run_examples(loaded, build(loaded)) for problem in result.problems] == []


@pytest.mark.parametrize("name", FORMS)
def test_a_true_law_is_not_refuted(name: str) -> None:
    fee, most, _ = FORMS[name]
    assert [proof.answer for proof in laws(fee, most, "")[1]] != [COUNTEREXAMPLE]


@pytest.mark.parametrize(("most", "answer"), [("£120.00", PROVED), ("£119.99", COUNTEREXAMPLE)])
def test_what_a_cap_takes_off_a_total_is_part_of_what_is_paid(most: str, answer: str) -> None:
    text = HEAD.replace("LAWS", f"  - {{never_pays_more_than: {most}}}").replace("FEE", "per: sites, pays: spent")
    text = text.replace("  then: []", "  then:\n    - {cap: £120.00, name: over, on: total of contract}")
    loaded = load_text(text.encode(), "laws.yaml")
    found = [proof.answer for proof in prove(loaded, build(loaded))[0] if proof.name == "laws"]
    assert found == [answer]
