"""Denver's synthetic people are paid for what is counted without pbr, and the contract's proofs are what they are meant to be."""

from __future__ import annotations

from pathlib import Path

from pbr.audit.verify import verify
from pbr.proofs.proving import prove
from tests.contracts.catalogue import assessed, compiled
from tests.contracts.oracle_denver import recount

NAME = "contracts/housing/denver-supportive-housing"


def test_days_at_home_and_in_jail_are_those_counted_by_hand(tmp_path: Path) -> None:
    out = tmp_path / "out"
    statement = assessed(NAME, out)
    paid, fall, worth = recount()
    assert 20 < fall < 65 and worth > 0 and "0.00" in paid.values()
    lines = {line["for"].get("person_id", ""): line["amount"] for line in statement["payments"]}
    assert lines == {**paid, "": f"{worth}.00"}
    assert (statement["rows"]["leases"]["rejected"], statement["rows"]["leases"]["unused"], statement["rows"]["stays"]["unused"]) == (
        3,
        1,
        15,
    )
    assert not verify(out).differences


def test_what_the_contract_states_of_itself_holds() -> None:
    loaded, plan = compiled(NAME)
    proofs, problems = prove(loaded, plan)
    assert not problems and {proof.item for proof in proofs if proof.name == "maturity"} == {"days_at_home", "fewer_jail_days"}
