"""Readmissions from discharges: the published mock hospital, and an invented one against a recount without pbr."""

from __future__ import annotations

from fractions import Fraction as F
from pathlib import Path

import pbr
from pbr.audit.verify import verify
from tests.contracts import oracle_readmission_discharges as oracle
from tests.contracts.catalogue import assessed
from tests.contracts.figures_readmissions_discharges_fy2025 import HOME, PUBLISHED, discharges, factor, inputs, mock, ratios, reduction
from tests.contracts.traces import plan_of, rows_of, step_value


def test_the_five_published_ratios_to_twelve_decimals() -> None:
    assert {name: round(F(text), 12) for name, text in PUBLISHED.items()} == mock().ratios
    assert ratios() == "5 of 5 equal"


def test_the_published_factor_and_who_is_not_counted() -> None:
    assert (factor(), reduction()) == ("0.9993", "0.07%")
    assert discharges() == "2, 18, 25, 32, 45"
    assert mock().penalised == {"ami": False, "copd": False, "hf": False, "pneumonia": True, "tha_tka": False}


def test_the_codes_of_the_stays_that_are_not_counted(tmp_path: Path) -> None:
    statement = pbr.assess(HOME, inputs(tmp_path), out=tmp_path / "out").statement
    excluded = {name: statement["rows"][f"{name}_stays"]["excluded"] for name in PUBLISHED}
    assert excluded == {
        "ami": {},
        "copd": {"X1": 2, "X4": 1},
        "hf": {"X1": 4, "X15": 1},
        "pneumonia": {"X1": 8, "X5": 2, "X15": 3},
        "tha_tka": {"X1": 3, "X4": 1, "X9": 1, "X10": 1},
    }
    assert not verify(tmp_path / "out").differences


def test_the_synthetic_hospital_is_worked_out_as_by_hand(tmp_path: Path) -> None:
    out = tmp_path / "out"
    statement = assessed("contracts/health/readmissions-discharges-fy2025", out)
    counted, adjustment = oracle.recount()
    plan = plan_of(out)
    with rows_of(out, "conditions") as rows:
        ours = {row["condition"]: (step_value(plan, row, "excess_ratio").low, step_value(plan, row, "discharges")) for row in rows}
    for name, one in counted.items():
        ratio, stays = ours[name]
        assert ratio == (None if one.ratio is None else F(one.ratio))
        assert stays.low == one.discharges
    assert (ours["ami"][1].low, ours["ami"][1].high) == (20, 21)  # a row that cannot be read might be counted, and is still too few
    assert [name for name, one in counted.items() if one.excess] == ["copd", "pneumonia"]
    (line,) = statement["payments"]
    assert F(line["amount"] if line["amount"] is not None else line["factor"]) == F(adjustment)
    assert not verify(out).differences
