"""The Amazon Fund's synthetic years, worth what is counted without pbr."""

from __future__ import annotations

from pathlib import Path

from pbr.audit.verify import verify
from tests.contracts.catalogue import assessed
from tests.contracts.oracle_amazon_fund import recount
from tests.contracts.traces import plan_of, rows_of, step_value


def test_each_year_is_worth_and_paid_what_is_counted_by_hand(tmp_path: Path) -> None:
    out = tmp_path / "out"
    statement = assessed("contracts/environment/amazon-fund", out)
    worth, paid = recount()
    assert worth["2007/08"] == 1_228_333_330 and sum(paid.values()) == 1_000_000_000 and worth["2005/06"] == 0
    plan = plan_of(out)
    with rows_of(out, "season") as rows:
        assert {row["year"]: step_value(plan, row, "worth").low for row in rows} == {key: 100 * value for key, value in worth.items()}
    assert {line["for"]["year"]: line["amount"] for line in statement["payments"]} == {key: f"{value}.00" for key, value in paid.items()}
    assert (statement["rows"]["clearings"]["rejected"], statement["rows"]["clearings"]["unused"]) == (1, 1)
    assert not verify(out).differences
