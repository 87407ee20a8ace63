"""Sums of every currency, read from a file and shown again: with their sign, without it, and never with another's."""

from __future__ import annotations

from pathlib import Path

import pytest

import pbr
from pbr.language.currencies import CURRENCIES

CONTRACT = """pbr: 1
contract: sums
title: Sums
version: "1"
parties: {{commissioner: C, provider: P}}
currency: {code}
term: {{from: 2020-01-01, to: 2020-12-31}}
data:
  claims:
    one_row_per: claim
    supplied_by: provider
    columns: {{claim: {{type: identifier}}, sum: {{type: money, at_least: "{sign}0.00"}}}}
payments:
  paid: {{per: claims, pays: "least(sum, {sign}1,000.00)"}}
statement: {{then: []}}
"""


@pytest.mark.parametrize("code", CURRENCIES)
def test_a_sum_is_read_with_its_sign_or_without_and_not_with_another(code: str, tmp_path: Path) -> None:
    sign = CURRENCIES[code].sign
    home = tmp_path / "contract"
    home.mkdir()
    (home / "contract.yaml").write_text(CONTRACT.format(code=code, sign=sign), encoding="utf-8")
    other = "€" if code != "EUR" else "$"
    cells = [f'"{sign}1,234.50"', "12.34", f"{sign.strip()}5", "-0.00", f"{other}5.00"]
    file = tmp_path / "claims.csv"
    file.write_text("claim,sum\n" + "".join(f"c{n},{cell}\n" for n, cell in enumerate(cells)), encoding="utf-8")
    done = pbr.assess(home, {"claims": file}, out=tmp_path / "out")
    assert done.statement["totals"]["paid"] == "1017.34"
    assert done.statement["rows"]["claims"]["rejected"] == 1
    assert f"{sign}1,017.34" in (tmp_path / "out" / "statement.txt").read_text(encoding="utf-8")
