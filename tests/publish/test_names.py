"""What stands in the list of figures of one that is withheld: its name, its kind and its unit. They are the same whatever the figure is, and whichever result it is of."""

from __future__ import annotations

from pathlib import Path

import pbr
from pbr.disclosure.cells import TERM
from pbr.disclosure.released import Released
from pbr.disclosure.rule import Rule
from pbr.disclosure.writing import shown, withheld
from pbr.publish.only_shown import only_listed
from pbr.publish.reading import read

CONTRACT = """
pbr: 1
contract: tenancies
title: Tenancies kept
version: 2024.1
parties: {commissioner: a council, provider: a charity}
currency: GBP
term: {from: 2023-04-01, to: 2025-03-31}
data:
  people:
    one_row_per: person_id
    supplied_by: provider
    columns:
      person_id:  {type: identifier, identifies: person}
      started_on: {type: date}
      settled_on: {type: date, blank: not yet}
outcomes:
  housed: {per: people, yes_when: settled_on within 6 months from started_on, settles: started_on + 6 months}
measures:
  rate: {per: contract, equals: share of people where housed, when_held: only if it cannot matter}
payments:
  fee:
    per: contract
    at_risk: {share: 20%, of: "£1,000.00", already_paid: yes, keep_if: rate >= 60%}
    round: 1 penny, half up
statement: {then: []}
"""
# People who are housed, who are not, and of whom it is not known yet.
RESULTS = {"kept": (6, 3, 0), "deducted": (3, 6, 0), "held": (4, 2, 3)}


def with_all_withheld(home: Path, housed: int, lost: int, open_: int) -> tuple[str, Released]:
    """The true result of the line, and the list of a site that shows nothing but terms."""
    home.mkdir()
    (home / "contract.yaml").write_text(CONTRACT, encoding="utf-8")
    rows = [f"p{n},2023-05-01,2023-06-01\n" for n in range(housed)]
    rows += [f"q{n},2023-05-01,\n" for n in range(lost)] + [f"r{n},2023-12-01,\n" for n in range(open_)]
    (home / "people.csv").write_text("person_id,started_on,settled_on\n" + "".join(rows), encoding="utf-8")
    pbr.assess(home / "contract.yaml", {"people": home / "people.csv"}, "2023-12-31", home / "assessment")
    site, table = read([home / "assessment"])
    (result,) = (cell.text for cell in table.cells if cell.name.endswith("/fee/result"))
    figures = {cell.name: shown(cell, table.unknowns, Rule()) if cell.kind == TERM else withheld(cell) for cell in table.cells}
    return result, only_listed(site, Released(figures, 0, sum(cell.kind != TERM for cell in table.cells)))


def test_the_list_of_what_is_withheld_does_not_tell_what_it_is(tmp_path: Path) -> None:
    made = [with_all_withheld(tmp_path / name, *people) for name, people in RESULTS.items()]
    assert len({result for result, _ in made}) == 3
    first, *others = [[(one.cell, one.kind, one.unit, one.text) for one in released.figures.values()] for _, released in made]
    assert {cell.rpartition("tenancies/2023-12-31/")[2] for cell, *_ in first} >= {"fee/result", "fee/sum", "paid", "outcomes/housed/held"}
    for other in others:
        assert sorted(other) == sorted(first)
    assert len({released.withheld for _, released in made}) == 1
