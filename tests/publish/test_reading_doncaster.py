"""HMP Doncaster, from its folder to what is published: every sentence with its true values, and what follows from which counts."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from pbr.disclosure.cells import Table
from pbr.publish.reading import read
from pbr.publish.site import Site
from tests.contracts.catalogue import assessed
from tests.publish.true_values import said, slots

ROOT = "hmp-doncaster/2015-06-30"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> tuple[Site, Table]:
    out = Path(tmp_path_factory.mktemp("reading")) / "a"
    assessed("contracts/justice/hmp-doncaster", out)
    return read([out])


def test_the_reasons_read_as_in_the_statement(published: tuple[Site, Table]) -> None:
    site, table = published
    first, second = site.contracts[0].assessments[0].payments[0].lines
    assert said(second.why, table) == (
        "change (3.3 percentage points) is below target (5.0), 1.7 short, so 10% × £16,600,000.00 = £1,660,000.00 (rounded)"
    )
    assert first.key == (("year", "2011/12"),)
    assert [said(one.values, table) for one in second.derived] == [
        "58.0% - 54.7% = 3.3 percentage points",
        "789 of 1,443 (54.7%)",
        "10% × £16,600,000.00 = £1,660,000.00 (rounded)",
    ]


def test_a_share_follows_from_its_two_counts_and_a_change_from_both(published: tuple[Site, Table]) -> None:
    table = published[1]
    cells = {cell.name: cell for cell in table.cells}
    yes, no = (f"{ROOT}/releases/2012-13/reconvicted/{word}" for word in ("yes", "no"))
    share, change = cells[f"{ROOT}/year/2012-13/reconviction_rate"], cells[f"{ROOT}/year/2012-13/change"]
    assert (share.form, share.over) == ({yes: 1}, {yes: 1, no: 1})
    assert change.over == share.over and change.form == {yes: Fraction(-21, 50), no: Fraction(29, 50)}
    assert (table.unknowns[yes].value, table.unknowns[no].value) == (789, 654)


def test_what_is_known_of_counts_is_so_and_every_slot_has_a_cell(published: tuple[Site, Table]) -> None:
    site, table = published
    values = {name: unknown.value for name, unknown in table.unknowns.items()}
    for relation in table.relations:
        value = sum(part * values[name] for name, part in relation.form.items())
        assert (relation.low is None or relation.low <= value) and (relation.high is None or value <= relation.high)
    names = [cell.name for cell in table.cells]
    assert len(names) == len(set(names)) and {slot.cell for slot in slots(site)} <= set(names)
