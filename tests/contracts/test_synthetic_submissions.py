"""The submissions shipped beside contracts: made again they are the same bytes, and counted without pbr they give the published results."""

from __future__ import annotations

import re
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest

import pbr
from tests.contracts import oracle_care_leavers, oracle_doncaster, oracle_monitoring
from tests.contracts.catalogue import ROOT, SHIPPED, published

MADE = [(told.generator, name) for name in SHIPPED if (told := published(name)).generator]


def test_every_shipped_submission_has_its_generator() -> None:
    assert {name for _, name in MADE} == {name for name in SHIPPED if (ROOT / name / "submission").is_dir()}


@pytest.mark.parametrize(("script", "folder"), MADE)
def test_the_generator_makes_the_shipped_files(script: str, folder: str, tmp_path: Path) -> None:
    subprocess.run([sys.executable, ROOT / "benchmarks" / "synthetic" / script, tmp_path], check=True, timeout=60)
    shipped = ROOT / folder / "submission"
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(path.name for path in shipped.iterdir())
    for path in shipped.iterdir():
        assert (tmp_path / path.name).read_bytes() == path.read_bytes(), path.name


def test_doncaster_gives_the_published_falls_whatever_the_unknown_turns_out_to_be() -> None:
    count = oracle_doncaster.recount()
    shown = {
        name: {
            (oracle_doncaster.one_decimal(rate), oracle_doncaster.one_decimal(oracle_doncaster.BASELINE - rate))
            for rate in (year.low, year.high)
        }
        for name, year in count.years.items()
    }
    assert shown == {"2011/12": {("52.3", "5.7")}, "2012/13": {("54.7", "3.3")}}
    assert {name: year.definite for name, year in count.years.items()} == {"2011/12": (764, 1461), "2012/13": (789, 1442)}
    assert {name: (year.unknown_membership, year.held) for name, year in count.years.items()} == {"2011/12": (2, 0), "2012/13": (0, 1)}
    target = Fraction(5, 100)
    assert oracle_doncaster.BASELINE - count.years["2011/12"].high >= target > oracle_doncaster.BASELINE - count.years["2012/13"].low


def test_doncaster_is_as_untidy_as_a_real_submission() -> None:
    count = oracle_doncaster.recount()
    assert count.submitted == {"releases": 2987, "offences": 9765}
    assert count.rejected == {"releases": 9, "offences": 4}
    assert count.repeated == {"releases": 3, "offences": 5}
    assert (count.deported, count.outside, count.twice, count.strangers) == (61, 8, 122, 4200)
    assert Fraction(count.rejected["releases"], count.submitted["releases"]) <= Fraction(5, 1000)


def test_the_care_leavers_claims_are_the_published_units_and_come_to_the_published_total() -> None:
    amounts, units, total = oracle_care_leavers.recount()
    assert units == {line: published for line, (published, *_) in oracle_care_leavers.CARD.items()}
    assert 0 not in amounts.values()
    assert (total, len(amounts), oracle_care_leavers.level_1_people()) == (1_871_540, 3118, 41)


def test_the_card_of_the_contract_is_the_card_of_the_oracle() -> None:
    text = (ROOT / "contracts" / "care" / "care-leavers-reboot-west" / "contract.yaml").read_text(encoding="utf-8")
    rows = re.findall(r'^ +- \[(\w+), +"£([\d,]+)\.00", +(no limit|\d), (\w+)\]', text, re.MULTILINE)
    card = {
        line: (int(price.replace(",", "")), None if times == "no limit" else int(times), None if needs == "none" else needs)
        for line, price, times, needs in rows
    }
    assert card == {line: tuple(rest) for line, (_, *rest) in oracle_care_leavers.CARD.items()}


def test_monitoring_pays_what_is_counted_by_hand_and_every_charge_is_accounted_for(tmp_path: Path) -> None:
    counted = oracle_monitoring.recount()
    folder = ROOT / "contracts/justice/electronic-monitoring"
    tables = {name: folder / "submission" / f"{name}.csv" for name in ("orders", "fittings", "charges", "custody")}
    totals = {"charges": {"rows": "2236", "people": "60"}}
    statement = pbr.assess(folder, tables, complete_to="2013-06-30", out=tmp_path / "out", control_totals=totals).statement
    by_payment = statement["totals"]["payments"]
    assert (
        by_payment["monitoring"]["paid"] == f"{counted.pence // 100}.{counted.pence % 100:02}"
        and by_payment["monitoring"]["pays"] == counted.charges["paid"]
    )
    rows = statement["rows"]["charges"]
    assert rows["used"] == counted.charges["paid"] + counted.charges["in prison"]
    assert rows["rejected"] == counted.charges["outside the order"] + counted.charges["no day"]
    assert rows["unused"] == counted.charges["charged already"] + counted.charges["sent twice"]
    assert rows["submitted"] == counted.charges.total() == 2236
    # 68 of 74 orders were fitted in time, and the provider left three late ones out: of what it sent, more than 95% were in time
    in_time, late, spoilt, missing = counted.in_time
    assert statement["rows"]["fittings"]["missing"] == missing == 3
    assert Fraction(in_time, in_time + late + spoilt) > Fraction(95, 100) > Fraction(in_time, in_time + late + spoilt + missing)
    assert by_payment["fitting"]["held"] == 1
