"""The reading copy says everything the contract says, in sentences, and marks what nobody has verified."""

from __future__ import annotations

from pathlib import Path

import pytest
from statement_golden import check_golden

from pbr.plan.build import build
from pbr.statement.reading_copy import reading_copy
from pbr.terms.loading import load_contract, load_text

HERE = Path(__file__).parent
SHIPPED = sorted(path.parent for path in (HERE.parents[1] / "contracts").glob("*/*/contract.yaml"))


def copy_of(folder: Path) -> str:
    loaded = load_contract(folder)
    return reading_copy(loaded, build(loaded))


def test_reading_copy() -> None:
    check_golden("reading-copy-small", copy_of(HERE / "small"))


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda path: path.name)
def test_shipped_contracts_can_be_read_out_wholly(folder: Path) -> None:
    loaded = load_contract(folder)
    plan = build(loaded)
    text = reading_copy(loaded, plan)
    contract = loaded.contract
    for name in (
        *contract.parameters,
        *contract.data,
        *contract.cohorts,
        *contract.facts,
        *contract.outcomes,
        *contract.measures,
        *contract.payments,
    ):
        assert name in text
    for items in (contract.facts, contract.outcomes, contract.measures, contract.payments, contract.parameters):
        for item in items.values():
            assert item.clause is None or item.clause.text in text
            assert item.says is None or item.says.text in text
    for example in contract.examples:
        assert example.name.text in text
    for term in plan.terms:
        assert term.mark != "M" or f"{term.name}" in text.split("## Not verified")[1]
    assert not [line for line in text.splitlines() if line != line.rstrip()]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("approvers: 2, assessor: may not approve, clause: Sch 4", "2 approvers have signed it; who ran the assessment may not be one of them (Sch 4)."),
        ("approvers: 3", "3 approvers have signed it; who ran the assessment may be one of them."),
        ("assessor: may be one of them", "one approver has signed it, who is not who ran the assessment."),
    ],
)  # fmt: skip
def test_who_approves_is_said_and_is_no_part_of_the_plan(words: str, sentence: str) -> None:
    text = (HERE / "small" / "contract.yaml").read_text(encoding="utf-8")
    plain, with_it = load_text(text, "c"), load_text(f"{text}\napproval: {{{words}}}\n", "c")
    assert f"A statement counts as approved when {sentence}" in reading_copy(with_it, build(with_it))
    assert build(with_it).digest == build(plain).digest
