"""What the Newpin contract states of itself holds, and the published first year is reached."""

from __future__ import annotations

from pbr.proofs.proving import prove
from tests.contracts.catalogue import compiled

NAME = "contracts/child-protection/newpin"


def test_no_law_of_the_contract_is_broken() -> None:
    loaded, plan = compiled(NAME)
    _, problems = prove(loaded, plan)
    assert not problems
