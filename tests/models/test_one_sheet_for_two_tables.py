"""Coefficients in a row of the sheet that they are for: a risk model read from one file, in both engines; and the mock hospital, where its data is."""

from __future__ import annotations

import csv
import re
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from pbr.cli.main import cli
from tests.shared import shared

HEAD = """\
pbr: 1
contract: hospital
title: Hospital
version: "1"
parties: {commissioner: a payer, provider: a hospital}
currency: USD
term: {from: 2024-10-01, to: 2025-09-30}
data:
  model:
    one_row_per: condition
    supplied_by: commissioner
    columns:
      condition: {type: code, one_of: [heart]}
      own_effect: {type: number, decimals: 14, at_least: -20, at_most: 20}
      average_effect: {type: number, decimals: 14, at_least: -20, at_most: 20}
    families:
      factor: {columns: [%(columns)s], type: number, decimals: 14, at_least: -20, at_most: 20}
  stays:
    one_row_per: stay_no
    belongs_to: model by condition
    supplied_by: commissioner
    columns:
      stay_no: {type: identifier, identifies: event}
      excluded: {type: text}
    families:
      factor: {columns: [%(columns)s], type: whole number, at_least: 0, at_most: 120, blank: unknown}
layout:
  model: {only_rows_where: {"ID Number": "--"}, fixed: {condition: heart}, columns: {own_effect: HOSP_EFFECT, average_effect: AVG_EFFECT, %(named)s}}
  stays: {skip_rows_where: {"ID Number": "--"}, missing: ["N/A"], fixed: {condition: heart}, columns: {stay_no: "ID Number", excluded: "Cohort Inclusion/Exclusion Indicator", %(named)s}}
cohorts:
  counted: {of: stays, exclude: [{code: X, when: 'excluded != "0"', says: not an index stay}]}
facts:
  predicted: {per: stays, equals: "logistic(model.own_effect + (weigh factor by model[condition]), 13 decimals)"}
  expected:  {per: stays, equals: "logistic(model.average_effect + (weigh factor by model[condition]), 13 decimals)"}
measures:
  ratio: {per: model, equals: "round((sum of predicted over counted) / (sum of expected over counted), 12 decimals, half up)"}
payments:
  adjustment: {per: model, factor: "round(least(ratio, 2.0), 12 decimals, half up)"}
statement:
  then: []
"""


def ratio(sheet: Path, folder: Path) -> Decimal:
    """The ratio that an assessment of the sheet gives; the reference engine has checked every value of it."""
    import duckdb

    with sheet.open(encoding="utf-8-sig", newline="") as lines:
        header = next(csv.reader(lines))
    factors = header[header.index("Cohort Inclusion/Exclusion Indicator") + 1 : -2]
    factors = factors[factors.index("Years Over 65 (continuous)") :]
    columns = [f"f{number}_" + re.sub(r"[^a-z0-9]+", "_", name.lower())[:20] for number, name in enumerate(factors)]
    named = ", ".join(f'{ours}: "{theirs}"' for ours, theirs in zip(columns, factors, strict=True))
    contract = folder / "contract.yaml"
    contract.write_text(HEAD % {"columns": ", ".join(columns), "named": named}, encoding="utf-8")
    out = folder / "out"
    done = CliRunner().invoke(cli, ["assess", str(contract), "--data", f"model={sheet}", "--data", f"stays={sheet}", "--out", str(out)])
    assert done.exit_code == 0, done.output
    checked = CliRunner().invoke(cli, ["verify", str(out)])
    assert checked.exit_code == 0, checked.output
    (found,) = duckdb.connect().execute(f"SELECT ratio FROM '{out}/trace/model.parquet'").fetchall()
    return Decimal(found[0]).scaleb(-12)


def test_a_small_sheet(tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.csv"
    sheet.write_text(
        "ID Number,Cohort Inclusion/Exclusion Indicator,Years Over 65 (continuous),Male,HOSP_EFFECT,AVG_EFFECT\n"
        "--,--,0.1,-0.5,-1,-1\n1,0,10,1,N/A,N/A\n2,0,0,0,N/A,N/A\n3,5,N/A,N/A,N/A,N/A\n",
        encoding="utf-8",
    )
    assert ratio(sheet, tmp_path) == 1
    sheet.write_text(sheet.read_text(encoding="utf-8").replace("-1,-1", "-0.5,-1"), encoding="utf-8")
    # (logistic(0) + logistic(-0.5)) / (logistic(-0.5) + logistic(-1))
    wanted = (Decimal("0.5") + Decimal("0.3775406687981")) / (Decimal("0.3775406687981") + Decimal("0.2689414213700"))
    (tmp_path / "again").mkdir()
    assert ratio(sheet, tmp_path / "again") == round(wanted, 12)


PUBLISHED = {
    "AMI": "0.992911198096",
    "COPD": "1.00035693831461",
    "HF": "0.97089189089979",
    "PN": "1.00678435268232",
    "THA_TKA": "0.88194557229393",
}


@pytest.mark.parametrize("condition", PUBLISHED)
def test_the_mock_hospital_to_twelve_decimals(condition: str, tmp_path: Path) -> None:
    sheet = shared(f"data/readmissions-discharges-fy2025/hrrp_fy2025_{condition}.csv")
    assert ratio(sheet, tmp_path) == round(Decimal(PUBLISHED[condition]), 12)
