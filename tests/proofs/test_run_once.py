"""What `pbr check` reads or runs is not read or run a second time, and comes to the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from pbr.examples import run_examples
from pbr.examples.starting import Starting
from pbr.plan.build import build
from pbr.proofs import prove
from pbr.proofs.search import Search
from pbr.proofs.steps import Steps
from pbr.terms.loading import load_contract

CONTRACTS = Path(__file__).resolve().parents[2] / "contracts"
AMAZON = CONTRACTS / "environment" / "amazon-fund"


def test_rows_of_examples_that_were_run_are_not_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = load_contract(AMAZON, ())
    plan = build(loaded)
    ran = run_examples(loaded, plan)
    assert any(result.rows is not None for result in ran)
    afresh = prove(loaded, plan)
    read: list[Starting] = []
    monkeypatch.setattr(Starting, "read", read.append)
    assert prove(loaded, plan, ran=ran) == afresh
    assert read == []


def test_tables_with_one_cell_changed_are_run_once_and_counted_twice() -> None:
    plan = build(load_contract(AMAZON, ()))
    payment = next(payment for payment in plan.payments if payment.form != "factor")
    steps = Steps(Search(plan, runs=12), [], payment, 0, None)
    base, (table, column) = steps.bases[-1], steps.columns[0]
    record = base.tables.records[table][0]
    values = list(dict.fromkeys(steps._values(table, column)))[:2]
    one, other = (steps._run(base.tables, table, 0, {**record, column: value}) for value in values)
    again = steps._run(one.tables, table, 0, {**record, column: values[1]})  # from where a step led to, the same row is the same tables
    assert again is other and again is not one
    assert other.tables.records[table][0][column] == values[1]
    assert steps.runs == 3
