"""Rwanda's health centres: the published fees and weights, and the synthetic submission against a recount without pbr."""

from __future__ import annotations

from pathlib import Path

from pbr.audit.verify import verify
from tests.contracts import oracle_rwanda as oracle
from tests.contracts.catalogue import assessed
from tests.contracts.figures_rwanda_pbf import fees, francs


def test_fees_are_the_published_ones_and_weights_add_up_to_one() -> None:
    assert fees() == "14 of 14 equal"
    assert francs() == oracle.FEES
    assert sum(oracle.WEIGHTS.values()) == 1000


def test_centres_are_paid_as_counted_by_hand(tmp_path: Path) -> None:
    statement = assessed("contracts/health/rwanda-pbf", tmp_path / "out")
    lines = {(line["for"]["centre"], line["for"]["quarter"]): line["amount"] for line in statement["payments"]}
    counted = oracle.recount()
    assert lines == {key: None if francs is None else f"{francs}.00" for key, francs in counted.items()}
    assert [key for key, francs in counted.items() if francs is None] == [
        ("mushishiro", "2007 Q2"),
        ("nyarubuye", "2007 Q1"),
        ("nyarubuye", "2007 Q2"),
    ]
    assert counted["rugarama", "2007 Q1"] == 0
    declared = statement["rows"]["declared"]
    assert (declared["rejected"], declared["unused"]) == (1, 1)
    assert not verify(tmp_path / "out").differences
