"""The pool of hospital payments against a division without pbr."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from pbr.audit.verify import verify
from tests.contracts.catalogue import assessed
from tests.contracts.oracle_pool import members, recount


def cents(amount: str) -> int:
    return int(100 * Fraction(amount))


def test_the_pot_is_divided_as_by_hand_and_nothing_is_left_of_it(tmp_path: Path) -> None:
    statement = assessed("contracts/health/budget-neutral-pool", tmp_path / "out")
    lines = {(line["payment"], line["for"]["hospital"]): cents(line["amount"]) for line in statement["payments"]}
    counted = recount()
    assert lines == {
        (name, key): cents_ for key, (held, paid) in counted.items() for name, cents_ in (("withheld", -held), ("returned", paid))
    }
    assert len(counted) == 38
    assert sum(lines.values()) == 0
    assert statement["rows"]["hospitals"]["unused"] == 1
    assert not verify(tmp_path / "out").differences


def test_some_hospitals_meet_the_floor_and_some_the_cap() -> None:
    counted = recount()
    assert sum(counted[name][1] == one.least for name, one in members().items()) >= 2
    assert sum(counted[name][1] == one.most for name, one in members().items()) >= 2
