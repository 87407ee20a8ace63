"""Shared savings PY2023 against the public use file, and its synthetic submission against a recount without pbr."""

from __future__ import annotations

from pathlib import Path

import pbr
from pbr.audit.verify import verify
from tests.contracts import oracle_shared_savings as oracle
from tests.contracts.catalogue import ROOT
from tests.contracts.figures_shared_savings_py2023 import end_to_end, organisations, savings, total

HOME = ROOT / "contracts/health/shared-savings-py2023"


def test_every_published_payment_of_savings_is_within_what_rounded_inputs_allow() -> None:
    earning = [one for one in organisations().values() if one.published > 0]
    assert all(one.agrees and abs(one.earned - one.published) <= 1 for one in earning)
    assert savings() == "313 of 313; 263 to the dollar"
    assert sum(one.published for one in earning) == 3_094_455_061
    assert total() == "$3,094,455,073"


def test_who_earns_nothing_and_owes_nothing_is_exactly_as_published() -> None:
    nothing = [one for one in organisations().values() if one.published == 0]
    assert len(nothing) == 120
    assert all(one.earned == one.owed == 0 for one in nothing)


def test_the_three_whose_limits_are_not_published_are_the_only_ones_that_do_not_follow() -> None:
    assert end_to_end() == "450 of 453"
    left = {name: one for name, one in organisations().items() if not one.agrees}
    assert set(left) == {"A1241", "A4627", "A5293"}
    assert all(one.owed < one.published < 0 for one in left.values())  # each owes less than its share: a limit, never a mistake upwards


def test_the_synthetic_submission_is_paid_as_counted_by_hand(tmp_path: Path) -> None:
    done = pbr.assess(HOME, {"organisations": HOME / "submission/organisations.csv"}, out=tmp_path / "out")
    counted = oracle.recount()
    lines = {(line["payment"], line["for"]["aco"]): line["amount"] for line in done.statement["payments"]}
    assert lines == {(payment, name): f"{amount}.00" for (payment, name), amount in counted.lines.items()}
    assert done.statement["rows"]["organisations"]["rejected"] == counted.rejected == 2
    assert not verify(tmp_path / "out").differences
