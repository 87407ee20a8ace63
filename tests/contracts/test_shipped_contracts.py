"""Every contract that is shipped compiles, says where its figures come from, and comes out as its worked examples say."""

from __future__ import annotations

import pytest

from pbr.examples import run_examples
from pbr.plan.build import build
from pbr.proofs import stated
from pbr.terms.loading import load_contract
from pbr.terms.models import Item
from tests.contracts.catalogue import ROOT, SHIPPED, published

each = pytest.mark.parametrize("name", SHIPPED)


def test_each_contract_says_where_it_is_from_and_what_was_published() -> None:
    silent = [name for name in SHIPPED if not published(name).figures]
    assert [name for name in silent if "made up" not in published(name).about] == []  # a contract that was never published says so
    assert len(silent) <= 6
    assert {figure.mark for name in SHIPPED for figure in published(name).figures} <= {"S", "D"}  # a remembered figure is no golden value


def _unsaid(item: Item, above: Item | None = None) -> list[str]:
    return [word for word in ("clause", "source", "mark") if getattr(item, word) is None and getattr(above, word, None) is None]


@each
def test_every_figure_has_its_clause_its_source_and_its_mark(name: str) -> None:
    contract = load_contract(ROOT / name).contract
    unsaid = {key: _unsaid(item) for key, item in contract.parameters.items() if item.values is None}
    unsaid |= {key: _unsaid(value, item) for key, item in contract.parameters.items() for value in item.values or []}
    unsaid |= {key: _unsaid(item) for key, item in contract.payments.items() if item.card is not None}
    unsaid |= {f"step {number}": _unsaid(step) for number, step in enumerate(contract.statement.then, 1)}
    assert {key: words for key, words in unsaid.items() if words} == {}


@each
def test_every_decision_names_its_clause(name: str) -> None:
    contract = load_contract(ROOT / name).contract
    decided: dict[str, Item] = {**contract.facts, **contract.outcomes, **contract.measures, **contract.payments}
    assert [key for key, item in decided.items() if item.clause is None] == []


@each
def test_it_compiles_and_its_worked_examples_come_out(name: str) -> None:
    loaded = load_contract(ROOT / name)
    results = run_examples(loaded, build(loaded))
    assert len(results) >= 4
    assert [str(problem) for result in results for problem in result.problems] == []


@each
def test_what_it_states_of_itself_is_so(name: str) -> None:
    """Laws, cliffs, baselines, and the most that is paid (`expect_maximum`): none is shown to be otherwise."""
    loaded = load_contract(ROOT / name)
    assert [str(problem) for problem in stated(loaded, build(loaded), tables=10)] == []
