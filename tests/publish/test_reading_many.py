"""Several assessments of one contract: in any order, over time, and as a log says who approved them."""

from __future__ import annotations

from pathlib import Path

import pytest

import pbr
from pbr.audit.logged import deciding
from pbr.audit.logged.recording import Recorder
from pbr.disclosure.release import release
from pbr.problem import Refused
from pbr.publish.reading import read
from pbr.publish.totals import in_all
from tests.audit.logged_case import adopted, assess_it, book
from tests.contracts.catalogue import ROOT
from tests.publish.true_values import said, told

AMAZON = ROOT / "contracts/environment/amazon-fund"


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    home = tmp_path_factory.mktemp("many")
    days = ("2009-07-31", "2010-07-31")
    for day in days:
        pbr.assess(AMAZON, {"clearings": AMAZON / "submission/clearings.csv"}, day, home / day)
    return home / days[0], home / days[1]


def test_the_order_in_which_they_are_given_does_not_matter(both: tuple[Path, Path]) -> None:
    first, second = read(both), read(reversed(both))
    assert first[0] == second[0] and first[1] == second[1]
    assert [one.complete_to for one in first[0].contracts[0].assessments] == ["2010-07-31", "2009-07-31"]


def test_over_assessments_and_in_all(both: tuple[Path, Path]) -> None:
    site, table = read(both)
    cells = {cell.name: cell for cell in table.cells}
    paid = next(series for series in site.contracts[0].series if series.name == "paid")
    assert [point.label for point in paid.points] == ["31 July 2009", "31 July 2010"]
    (total,) = in_all(site, release(table))[0].paid
    assert told(cells[total.cell]) == told(cells[site.contracts[0].assessments[0].paid.cell]) == "$1,000,000,000.00"


def test_one_thing_at_two_times_is_in_one_series(tmp_path: Path) -> None:
    name = ROOT / "contracts/justice/hmp-doncaster"
    files = {table: name / f"submission/{table}.csv" for table in ("releases", "offences")}
    for day in ("2014-06-30", "2015-06-30"):
        pbr.assess(name, files, day, tmp_path / day)
    table = read([tmp_path / "2015-06-30", tmp_path / "2014-06-30"])[1]
    found = [(one.at, one.value) for one in table.unknowns.values() if one.series == "hmp-doncaster/reconvicted/yes"]
    assert len(found) == 2 and [at for at, _ in found] == ["2014-06-30", "2015-06-30"] and found[0][1] < found[1][1]


def test_who_approved_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    adopted("{approvers: 1}")
    assess_it("a", recorder=Recorder(book(), "analyst"))
    with pytest.raises(Refused) as refused:
        read([Path("a")], log=Path("log"), only_approved=True)
    assert [problem.says for problem in refused.value.problems] == ["a is not approved: it is draft."]
    site = read([Path("a")], log=Path("log"))[0]
    (one,) = site.contracts[0].assessments
    assert (one.state, one.entry, site.log) == ("draft", 3, site.log) and site.log
    assert one.state_says.startswith("It is a draft: nobody has approved it. It was worked out by ")
    deciding.approve(book(), Path("a"), "clerk", "agrees with the invoice of p4")
    site, table = read([Path("a")], log=Path("log"), only_approved=True)
    (one,) = site.contracts[0].assessments
    assert one.state == "approved" and one.state_says.startswith("It is approved, by ") and "p4" not in one.state_says
    assert one.state_says in [said(text, table) for text in one.who_says_so]
    with pytest.raises(Refused):
        assess_it("b")
        read([Path("b")], log=Path("log"))
