"""The Restart Scheme: the day on which earnings pass a threshold, and who is held when an amount is not known."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from pbr.audit.verify import verify
from tests.contracts.catalogue import assessed
from tests.contracts.oracle_restart_scheme import recount

NAME = "contracts/employment/restart-scheme"


def test_everybody_is_paid_what_is_counted_pay_day_by_pay_day(tmp_path: Path) -> None:
    out = tmp_path / "out"
    statement = assessed(NAME, out)
    told = recount()
    lines = {line["for"]["person_id"]: line["amount"] for line in statement["payments"]}
    assert {key: amount or "held" for key, amount in lines.items()} == told
    assert min(Counter(told.values()).values()) >= 20
    assert statement["rows"]["people"]["rejected"] == 1 and statement["rows"]["earnings"]["rejected"] == 1
    assert not verify(out).differences
