"""What a family decides alone: in tables that share families every value is the one that the reference engine works out by itself."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest

from pbr.engine.record.machine import Machine
from pbr.plan.build import build
from pbr.plan.plan import Plan
from pbr.proofs.kin import Kin, decided
from pbr.proofs.search import Search
from pbr.proofs.tables import Record, Tables, copies
from pbr.proofs.trying import Tried, with_record
from pbr.terms.loading import load_contract, load_text

sys.path.insert(0, str(Path(__file__).parents[1] / "agreement"))

from random_contracts import make_case

ROOT = Path(__file__).resolve().parents[2]
FAR_DAY = date(2030, 1, 1)
CONTRACTS = (
    "child-protection/newpin",  # several payments, children
    "families/troubled-families",
    "housing/london-rough-sleepers",  # checks, matched rows, spells
    "justice/hmp-peterborough",  # groups, and a count of different names
    "justice/transforming-rehabilitation",  # groups, and a limit on rejected rows
    "transport/rail-performance-regime",
)


def _tables(plan: Plan) -> Iterable[Tables]:
    """The same families alone, together, several times, beside another that is changed, and complete to another day."""
    search = Search(plan, runs=0)
    maker = search.maker
    families = [one for base in maker.bases()[:2] for one in maker.families(base, 2, blanks=0.2)]
    yield copies(plan, families[:1])
    yield copies(plan, families)
    yield copies(plan, families[:3] * 4)
    late = copies(plan, families)
    yield Tables(late.records, maker.bases()[0])
    for name, number, record in [(name, number, record) for name, rows in late.records.items() for number, record in enumerate(rows)][::9]:
        yield with_record(late, name, number, _changed(search, plan, name, record))
        yield _without(late, name, number)


def _changed(search: Search, plan: Plan, name: str, record: Record) -> Record:
    table = plan.table(name)
    columns = [column for column in table.columns if column.name not in table.key and not column.link]
    if not columns:
        return record
    column = search.maker.random.choice(columns)
    return {**record, column.name: search.maker.cell(table, column, search.maker.bases()[0], 0.2)}


def _without(tables: Tables, name: str, number: int) -> Tables:
    rows = tables.records[name]
    return Tables({**tables.records, name: (*rows[:number], *rows[number + 1 :])}, tables.complete_to)


def _same(plan: Plan) -> int:
    """How many values were compared, after each was found to be the same."""
    compared = 0
    for tables in _tables(plan):
        tried = Tried(plan, tables)
        alone = Machine(plan, tried.rows)
        try:
            alone.run()
        except (ValueError, KeyError):  # a child whose parent was taken away: no file is read like that
            continue
        machine = Kin.of(plan).machine(tried.rows, tables.complete_to)
        for step in plan.steps:
            assert machine.keys(step.grain) == alone.keys(step.grain)
            for key in alone.keys(step.grain):
                assert machine.value(step.name, key) == alone.value(step.name, key), (step.name, key, tables)
                compared += 1
        assert machine.lines([]) == alone.lines([])
        assert machine.checks() == alone.checks()
    return compared


@pytest.mark.parametrize("name", CONTRACTS)
def test_values_are_those_that_are_worked_out_afresh(name: str) -> None:
    plan = build(load_contract(ROOT / "contracts" / name, ()))
    assert decided(plan)
    assert _same(plan)


@pytest.mark.parametrize("seed", range(6))
def test_values_of_random_contracts(seed: int) -> None:
    assert _same(make_case(seed).plan)


def test_what_says_which_row_it_is_is_not_decided_by_a_family() -> None:
    plan = build(load_contract(ROOT / "contracts" / "care/care-leavers-reboot-west", ()))
    assert "cap1.outcome_payment.order.1" in decided(plan)
    assert "cap1.outcome_payment.order.2" not in decided(plan)  # an identifier, which is another in each copy of a family


FIRM = """\
pbr: 1
contract: firm
title: Firm
version: "1"
parties: {commissioner: C, provider: P}
currency: GBP
term: {from: 2020-04-01, to: 2021-03-31}
data:
  people:
    one_row_per: person_id
    supplied_by: commissioner
    columns:
      person_id: {type: identifier, identifies: person}
  jobs:
    one_row_per: job_id
    supplied_by: commissioner
    belongs_to: people by person_id
    columns:
      job_id: {type: identifier}
      person_id: {type: identifier}
  claims:
    one_row_per: claim_id
    supplied_by: commissioner
    belongs_to: jobs by job_id
    columns:
      claim_id: {type: identifier}
      job_id: {type: identifier}
facts:
  claimed: {per: jobs, equals: count of claims}
payments:
  fee: {per: jobs, pays: "£1.00 * claimed"}
statement:
  then: []
"""


def test_families_that_are_linked_otherwise_are_not_the_same() -> None:
    plan = build(load_text(FIRM, "firm.yaml"))

    def claimed(*jobs: str) -> list[int]:
        records = {
            "people": ({"person_id": "p1"},),
            "jobs": tuple({"job_id": job, "person_id": "p1"} for job in ("j1", "j2")),
            "claims": tuple({"claim_id": f"c{number}", "job_id": job} for number, job in enumerate(jobs)),
        }
        machine = Tried(plan, Tables(records, FAR_DAY)).machine
        return [machine.value("claimed", key).low for key in machine.keys("jobs")]

    assert "claimed" in decided(plan)
    assert [claimed("j1", "j2"), claimed("j1", "j1"), claimed("j2", "j2"), claimed("j2", "j1")] == [[1, 1], [2, 0], [0, 2], [1, 1]]
