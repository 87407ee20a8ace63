"""Planted leaks through totals, from the contract to the site: that a fee at risk was kept, or a bonus paid, must not follow from what was paid in all, where few people decided it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

import pbr
from pbr.cli.main import cli
from pbr.disclosure.released import Released
from pbr.disclosure.writing import from_json
from pbr.publish import by_contract
from tests.publish.test_planted_leaks import everything_shown

CONTRACT = """
pbr: 1
contract: harbour
title: People trained
version: 2024.1
parties: {{commissioner: a council, provider: a charity}}
currency: {currency}
term: {{from: 2023-04-01, to: 2025-03-31}}
data:
  people:
    one_row_per: person_id
    supplied_by: provider
    columns:
      person_id:  {{type: identifier, identifies: person}}
      place:      {{type: code, one_of: [east, west, north]}}
      started_on: {{type: date}}
      is_trained: {{type: yes or no}}
cohorts:
  places: {{of: people, by: [place]}}
outcomes:
  trained: {{per: people, yes_when: is_trained, settles: started_on}}
measures:
  rate: {{per: {per}, equals: share of people where trained}}
  many: {{per: {per}, equals: count of people where trained}}
payments:
  {payment}
statement: {{then: []}}
"""
PAYMENTS = {
    "a fee at risk": 'fee: {per: PER, at_risk: {share: 10%, of: "£100,000.00", already_paid: yes, keep_if: rate >= 50%}, round: "1 penny, half up"}',
    "a bonus": 'fee: {per: PER, only_if: rate >= 50%, pays: "£10,000.00"}',
    "a price for each, if enough": 'fee: {per: PER, only_if: rate >= 50%, pays: "many * £700.00"}',
    "a bonus unless too few": 'fee: {per: PER, unless: rate < 50%, pays: "£10,000.00"}',
}


def _site(home: Path, payment: str, yes: dict[str, int], no: dict[str, int], currency: str = "GBP") -> dict[str, bytes]:
    """The site of an assessment in which so many people of each place are trained, and so many are not."""
    home.mkdir()
    per = "places" if len(yes) > 1 else "contract"
    (home / "contract.yaml").write_text(CONTRACT.format(per=per, payment=payment.replace("PER", per), currency=currency), encoding="utf-8")
    who = [(place, word) for numbers, word in ((yes, "yes"), (no, "no")) for place, number in numbers.items() for _ in range(number)]
    rows = [f"p{n},{place},2023-05-01,{word}\n" for n, (place, word) in enumerate(who)]
    (home / "people.csv").write_text(f"person_id,place,started_on,is_trained\n{''.join(rows)}", encoding="utf-8")
    pbr.assess(home / "contract.yaml", {"people": home / "people.csv"}, "2023-06-30", home / "assessment")
    run = CliRunner().invoke(cli, ["publish", str(home / "assessment"), "--out", str(home / "site")])
    assert run.exit_code == 0, run.output
    return {path.relative_to(home / "site").as_posix(): path.read_bytes() for path in sorted((home / "site").rglob("*")) if path.is_file()}


def _released(site: dict[str, bytes]) -> Released:
    return from_json(site["figures.json"], "figures.json")


@pytest.fixture
def unprotected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(by_contract, "released_of", lambda protection, **_: everything_shown(protection.table))


@pytest.mark.parametrize("name", PAYMENTS)
def test_how_few_people_decided_a_line_is_told_by_no_byte(name: str, tmp_path: Path) -> None:
    """Five of nine, and four of nine: nobody may know on which side of a half they were."""
    kept, missed = (_site(tmp_path / str(yes), PAYMENTS[name], {"east": yes}, {"east": 9 - yes}) for yes in (5, 4))
    assert {path for path in kept if kept[path] != missed.get(path)} == set() and kept.keys() == missed.keys()
    figure = _released(kept).figures["harbour/2023-06-30/paid"]
    assert figure.text.startswith("£0 to the nearest £") and figure.value == "0.00"


@pytest.mark.parametrize("name", ["a fee at risk", "a price for each, if enough"])
@pytest.mark.usefixtures("unprotected")
def test_without_protection_the_total_tells(name: str, tmp_path: Path) -> None:
    kept, missed = (_site(tmp_path / str(yes), PAYMENTS[name], {"east": yes}, {"east": 9 - yes}) for yes in (5, 4))
    paid = [_released(site).figures["harbour/2023-06-30/paid"].text for site in (kept, missed)]
    assert len(set(paid)) == 2 and "£0.00" in paid


def test_a_total_over_places_tells_how_many_met_and_not_which(tmp_path: Path) -> None:
    """Three places, of which one missed: whichever it was, the total is exact, and nothing else differs."""
    sites = []
    for missed in ("east", "west"):
        yes = {place: 4 if place == missed else 5 for place in ("east", "west", "north")}
        sites.append(_site(tmp_path / missed, PAYMENTS["a bonus"], yes, {place: 9 - number for place, number in yes.items()}))
    assert sites[0] == sites[1]
    assert _released(sites[0]).figures["harbour/2023-06-30/paid"].text == "£20,000.00"


@pytest.mark.parametrize(("yes", "no", "text"), [(320, 80, "£10,000.00"), (199, 201, "£0.00")])
def test_of_many_people_a_headline_stays_exact(yes: int, no: int, text: str, tmp_path: Path) -> None:
    site = _site(tmp_path / "a", PAYMENTS["a bonus"], {"east": yes}, {"east": no})
    assert _released(site).figures["harbour/2023-06-30/paid"].text == text


def test_a_sum_of_which_nothing_is_left_is_never_written_as_a_plain_nought(tmp_path: Path) -> None:
    site = _site(tmp_path / "a", PAYMENTS["a bonus"].replace("£", "RWF "), {"east": 5}, {"east": 4}, "RWF")
    for page in (
        "index.html",
        "contracts/harbour/index.html",
        "contracts/harbour/2023-06-30/index.html",
        "contracts/harbour/over-time.html",
    ):
        text = site[page].decode()
        assert "RWF 0 to the nearest RWF 50,000" in text and not re.search(r"<data[^>]*>RWF 0 to", text)
    assert b"<rect" not in site["contracts/harbour/over-time.html"]
    row = next(line for line in site["data/cells.csv"].decode().splitlines() if line.startswith("harbour/2023-06-30/paid,"))
    assert '"RWF 0 to the nearest RWF 50,000",0.00,' in row and ",rounded,50000," in row
    assert b'"amount"' not in site["data/ocds.json"]
