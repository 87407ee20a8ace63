"""docs/rules.md: its contract uses the rule as it says, its tables name what the program knows, and every rule that comes with it is listed."""

from __future__ import annotations

import re
from pathlib import Path

from click.testing import CliRunner

from pbr.cli.main import cli
from pbr.plan.build import build
from pbr.terms.loading import load_contract, load_text
from pbr.terms.rulebook.models import KINDS
from tests.docs.pages import ROOT, blocks, page

AROUND = """pbr: 1
contract: my-contract
title: A contract around the page's use of a rule
version: "1"
parties: {commissioner: The county, provider: The service}
currency: GBP
term: {from: 2012-04-01, to: 2013-03-31}
parameters:
  price: {value: £100.00, clause: "1"}
data:
  releases:
    one_row_per: release_id
    supplied_by: commissioner
    columns:
      release_id:  {type: identifier}
      person_id:   {type: identifier, identifies: person}
      released_on: {type: date}
  offences:
    one_row_per: offence_id
    matched_to: releases by person_id
    supplied_by: independent
    columns:
      offence_id:   {type: identifier}
      committed_on: {type: date}
      convicted_on: {type: date, blank: not yet}
cohorts:
  year: {of: releases, each: "year from 1 April, by released_on"}
"""
PAID = """payments:
  kept: {per: releases in year, only_if: not reoffending_proven, pays: price, clause: "2"}
statement: {then: []}
"""


def used() -> str:
    return next(block.text for block in blocks(page("rules.md")) if block.text.startswith("uses:"))


def test_the_use_that_is_shown_gives_what_the_page_says() -> None:
    loaded = load_text(AROUND + used() + PAID, "contract.yaml")
    assert "reoffending_proven" in loaded.contract.outcomes and "reoffending_rate" in loaded.contract.measures
    assert [payment.name for payment in build(loaded).payments] == ["kept"]


def test_the_lock_stands_beside_the_contract_and_holds_it_to_the_file(tmp_path: Path) -> None:
    folder = tmp_path / "contracts" / "justice" / "my-contract"
    folder.mkdir(parents=True)
    (folder / "contract.yaml").write_text(AROUND + used() + PAID, encoding="utf-8")
    assert CliRunner().invoke(cli, ["lock", str(folder)]).exit_code == 0
    lock = folder / "rules.lock"
    assert "justice/proven-reoffending/1.0" in lock.read_text()
    load_contract(folder)
    lock.write_text(re.sub(r"[0-9a-f]{64}", "0" * 64, lock.read_text()))
    assert CliRunner().invoke(cli, ["check", str(folder)]).exit_code == 1


def test_the_kinds_of_things_asked_for_are_those_there_are() -> None:
    table = page("rules.md").split("| `is` |")[1].split("\n\n")[0]
    assert tuple(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == KINDS


def test_every_rule_is_listed_and_every_link_leads_to_one() -> None:
    listed = re.findall(r"\]\(\.\./(rules/[^)]*\.yaml)\)", page("rules.md"))
    assert sorted(listed) == sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("rules/*/*/*.yaml"))
