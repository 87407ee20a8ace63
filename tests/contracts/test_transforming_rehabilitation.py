"""Transforming Rehabilitation: its synthetic submission is paid as counted without pbr, in both engines."""

from __future__ import annotations

from pathlib import Path

from pbr.audit.verify import verify
from pbr.proofs import prove
from tests.contracts.catalogue import assessed, compiled
from tests.contracts.oracle_transforming_rehabilitation import recount

NAME = "contracts/justice/transforming-rehabilitation"


def test_companies_are_paid_as_counted_by_hand(tmp_path: Path) -> None:
    statement = assessed(NAME, tmp_path / "out")
    lines = {(line["payment"], *line["for"].values()): line["amount"] for line in statement["payments"]}
    counted = recount()
    shown = {
        line: None if pence is None else f"{'-' if pence < 0 else ''}{abs(pence) // 100}.{abs(pence) % 100:02d}"
        for line, pence in counted.items()
    }
    assert lines == shown
    assert not verify(tmp_path / "out").differences
    by_quarter = [pence for (payment, *_), pence in counted.items() if payment == "binary_quarter"]
    known = [pence for pence in by_quarter if pence is not None]
    assert by_quarter.count(None) == 1 and min(known) < 0 < max(known) and 0 in known  # held, deducted, nothing and paid
    assert counted["binary_year", "2015/16", "crc_b"] is None


def test_what_is_stated_of_the_contract_holds() -> None:
    assert prove(*compiled(NAME))[1] == []
