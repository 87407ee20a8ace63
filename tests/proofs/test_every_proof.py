"""Every claim of the table in the language page has a bad contract and a good neighbour, and gives the answers that the table says."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from pbr.plan.build import build
from pbr.problem import Refused
from pbr.proofs import COUNTEREXAMPLE, PROVED, prove
from pbr.terms.loading import load_text

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "tests" / "bad" / "proofs"
PAIRS = {  # the claim of the table: the contract for which it does not hold
    "every code has a row of a card": "card-without-a-row",
    "and only one": "card-with-two-rows-for-one-code",
    "thresholds of a ladder rise": "ladder-that-does-not-rise",
    "every value has its rung": "ladder-with-nothing-below",
    "who reaches more is never paid less": "ladder-that-pays-less-above",
    "every code has its case of a `choose`": "choice-without-a-case",
    "which lines a cap or a mix pays first is stated": "cap-in-no-order",
    "where a payment is rounded is stated": "pence-that-are-not-rounded",
    "percentages are compared with percentages, points with points": "per-cent-for-points",
    "a payment is decided by more than the provider's own word": "provider-decides-alone",
    "a line that pays is not changed by events of later days": "paid-and-still-growing",
    "what results are compared with was measured within 5 years before the term": "old-baseline",
    "an event counts for one row, or the contract means it": "",  # never more than not decided
    "no row reaches a branch, a row of a card, an exclusion, a payment": "branch-never-reached",
    "a cap never binds": "cap-never-binds",
    "a cap always binds once anything is paid": "cap-always-binds",
    "no threshold on a quantity moves a line by more than a sum": "cliff-at-a-column",
    "the contract's laws": "law-of-too-little",
    "the most that is paid for a row": "maximum-too-low",
}


@cache
def table() -> dict[str, list[str]]:
    """The rows of the table: the claim, then its proof and its three answers."""
    page = (ROOT / "docs" / "language.md").read_text(encoding="utf-8")
    part = page.partition("| claim | proof | proved |")[2].partition("\n\n")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in part.splitlines()[2:]]
    return {row[0]: row[1:] for row in rows}


def test_the_table_has_a_pair_for_each_claim() -> None:
    assert list(table()) == list(PAIRS)


@pytest.mark.parametrize("claim", [claim for claim, case in PAIRS.items() if case])
def test_the_bad_contract_is_found_out_by_that_proof(claim: str) -> None:
    proof, _, contrary, _ = table()[claim]
    text = (FOLDER / f"{PAIRS[claim]}.yaml").read_bytes()
    try:
        loaded = load_text(text, "bad.yaml")
        found = prove(loaded, build(loaded))[0]
    except Refused as refused:
        assert contrary == f"refused ({refused.problems[0].code})"
        return
    assert not contrary.startswith("refused")
    assert proof in {one.name for one in found if one.trouble}, [one for one in found if one.trouble]


@pytest.mark.parametrize("claim", [claim for claim, case in PAIRS.items() if case])
def test_the_good_neighbour_has_an_entry_that_is_as_it_should_be(claim: str) -> None:
    loaded = load_text((FOLDER / f"{PAIRS[claim]}.good.yaml").read_bytes(), "good.yaml")
    found = [one for one in prove(loaded, build(loaded))[0] if one.name == table()[claim][0]]
    assert any(one.fine and one.answer in (PROVED, COUNTEREXAMPLE) for one in found) and not any(one.trouble for one in found)
