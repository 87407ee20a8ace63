"""The registers of atrial fibrillation, paid as counted without pbr; the first practice comes to the published example from its patients."""

from __future__ import annotations

from pathlib import Path

from pbr.audit.verify import verify
from tests.contracts.catalogue import assessed
from tests.contracts.oracle_qof import recount


def test_practices_are_paid_as_counted_by_hand(tmp_path: Path) -> None:
    statement = assessed("contracts/health/qof-atrial-fibrillation", tmp_path / "out")
    lines = {(line["payment"], line["for"]["practice"]): line["amount"] for line in statement["payments"]}
    counted = recount()
    assert lines == {key: None if pence is None else f"{pence // 100}.{pence % 100:02d}" for key, pence in counted.items()}
    assert sum(pence for (_, practice), pence in counted.items() if practice == "gp1" and pence is not None) == 1_492_471
    assert None in counted.values()
    assert not verify(tmp_path / "out").differences
