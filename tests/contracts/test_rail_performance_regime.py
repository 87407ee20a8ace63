"""The synthetic trains come to what is counted without pbr, and more lateness never pays more."""

from __future__ import annotations

from pathlib import Path

from pbr.audit.verify import verify
from pbr.proofs.proving import prove
from tests.contracts.catalogue import assessed, compiled
from tests.contracts.oracle_rail import recount

NAME = "contracts/transport/rail-performance-regime"


def test_each_period_is_paid_what_is_counted_by_hand(tmp_path: Path) -> None:
    out = tmp_path / "out"
    statement = assessed(NAME, out)
    counted = recount()
    lines = {(line["for"]["period"], line["for"]["service_group"]): line["amount"] for line in statement["payments"]}
    assert lines == counted
    amounts = [amount for amount in counted.values() if amount is not None]
    assert len(counted) == 12 and len(amounts) == 10 and any(amount.startswith("-") for amount in amounts)
    assert (
        statement["rows"]["arrivals"]["rejected"],
        statement["rows"]["arrivals"]["unused"],
        statement["rows"]["delays"]["rejected"],
    ) == (2, 1, 1)
    assert not verify(out).differences


def test_what_the_contract_states_of_itself_holds() -> None:
    loaded, plan = compiled(NAME)
    proofs, problems = prove(loaded, plan)
    assert not problems and all(not proof.stated or proof.answer == "proved" for proof in proofs)
