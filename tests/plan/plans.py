"""Small contracts for the compiler's tests, and what comes out of them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from pbr.engine.record.machine import Machine
from pbr.engine.record.rows import load
from pbr.plan.build import Builder
from pbr.plan.naming import World
from pbr.plan.plan import Plan
from pbr.platform.duck import connect
from pbr.submission.inputs import Input
from pbr.submission.reading import read_submission
from pbr.terms.loading import load_text

ROOT = Path(__file__).parents[2]
SHIPPED = sorted((ROOT / "contracts").rglob("contract.yaml"))

HEAD = """\
pbr: 1
contract: small
title: Small
version: "1"
parties: {commissioner: C, provider: P}
currency: GBP
term: {from: 2011-10-01, to: 2013-09-30}
parameters:
  fee: {value: "£250.00"}
data:
  areas:
    one_row_per: area_id
    supplied_by: commissioner
    columns:
      area_id: {type: identifier, identifies: organisation}
      opened_on: {type: date}
      band: {type: code, one_of: [low, high]}
  people:
    one_row_per: person_id
    belongs_to: areas by area_id
    supplied_by: provider
    columns:
      person_id: {type: identifier, identifies: person}
      started_on: {type: date}
      ended_on: {type: date, blank: not yet}
      group: {type: code, one_of: [adult, young]}
      score: {type: number, decimals: 2, blank: none}
      amount: {type: money, at_least: £0.00}
      gain: {type: money}
      part: {type: percent, decimals: 1}
      n: {type: whole number, at_least: 0}
  events:
    one_row_per: event_id
    belongs_to: people by person_id
    supplied_by: independent
    columns:
      event_id: {type: identifier}
      on_day: {type: date}
      done_on: {type: date, blank: not yet}
      kind: {type: code, one_of: [job, home]}
      size: {type: whole number}
cohorts:
  year: {of: people, each: "year from 1 October, by started_on"}
  bands: {of: people, by: [group, areas.band]}
  scored: {of: people, only: exists(score)}
"""
PAYMENTS = "payments:\n  basic: {per: people, pays: fee}\nstatement:\n  then: []\n"


def compiled(items: str = "", payments: str = PAYMENTS, head: str = HEAD) -> tuple[Plan, World]:
    """The plan of a small contract with these items. Raises Refused."""
    builder = Builder(load_text(head + items + payments, "small.yaml"))
    return builder.build(), builder.world


def fact(expression: str, per: str = "people") -> str:
    return f'facts:\n  x: {{per: {per}, equals: "{expression}"}}\n'


def machines(plan: Plan, rows: dict[str, list[list[str]]], complete_to: dict[str, date | None]) -> Iterator[Machine]:
    """The reference engine over a submission."""
    with tempfile.TemporaryDirectory() as name:
        con = connect(Path(name), [])
        try:
            inputs = [Input(table, None, None, lines, table) for table, lines in rows.items()]
            yield Machine(plan, load(read_submission(plan, {}, inputs, complete_to, con, Path(name)), plan))
        finally:
            con.close()
