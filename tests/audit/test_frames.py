"""A DataFrame is assessed as it is: none of its cells becomes another row, and what a layout says of a file's form is not about it."""

from __future__ import annotations

from pathlib import Path

import pandas
import pytest

import pbr
from pbr.audit.verify import verify

CONTRACT = """
pbr: 1
contract: notes
title: Notes
version: "1"
parties: {commissioner: C, provider: P}
currency: GBP
term: {from: 2012-04-01, to: 2013-03-31}
data:
  charges:
    one_row_per: charge_id
    supplied_by: provider
    columns:
      charge_id: {type: identifier}
      note: {type: text, blank: none}
payments:
  fee: {per: charges, pays: £13.00}
LAYOUT
statement: {then: []}
"""


@pytest.mark.parametrize(
    "layout",
    [
        "",
        "layout: {charges: {footer_rows: 1, header_row: 3, delimiter: semicolon, encoding: utf-16}}",
        "layout: {charges: {sheet: Charges}}",
    ],
)
def test_a_frame_has_no_footer_and_no_delimiter(tmp_path: Path, layout: str) -> None:
    (tmp_path / "contract.yaml").write_text(CONTRACT.replace("LAYOUT", layout), encoding="utf-8")
    frame = pandas.DataFrame({"charge_id": ["c1", "c2"], "note": ["a;b", 'say "so"']})
    statement = pbr.assess(tmp_path / "contract.yaml", {"charges": frame}, out=tmp_path / "out").statement
    assert statement["totals"]["paid"] == "26.00"
    assert verify(tmp_path / "out").state == "internally consistent"


@pytest.mark.parametrize("cell", ["c1\rX", "c1\nX", "c1\r\nX", "c1\x85X", "c1\u2028X"])
def test_a_cell_with_a_line_break_is_one_cell(tmp_path: Path, cell: str) -> None:
    (tmp_path / "contract.yaml").write_text(CONTRACT.replace("LAYOUT", ""), encoding="utf-8")
    frame = pandas.DataFrame({"charge_id": [cell, "c2"], "note": ["a", "b"]})
    statement = pbr.assess(tmp_path / "contract.yaml", {"charges": frame}, out=tmp_path / "out").statement
    assert statement["rows"]["charges"]["submitted"] == 2 and statement["rows"]["charges"]["rejected"] == 1
    assert statement["totals"]["paid"] == "13.00"


def test_a_column_without_a_single_value(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow", reason="not checked: Parquet as pandas writes it (no pyarrow here)")
    (tmp_path / "contract.yaml").write_text(CONTRACT.replace("LAYOUT", ""), encoding="utf-8")
    pandas.DataFrame({"charge_id": ["c1", "c2"], "note": [None, None]}).to_parquet(tmp_path / "charges.parquet")
    statement = pbr.assess(tmp_path / "contract.yaml", {"charges": tmp_path / "charges.parquet"}, out=tmp_path / "out").statement
    assert statement["totals"]["paid"] == "26.00"
