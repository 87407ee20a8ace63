"""The shipped contracts against published figures, through both engines: columns to the trace, the reference engine by ``verify``.

Needs the shared data for the two public files; those tests skip with one line where it is absent.
"""

from __future__ import annotations

import csv
from fractions import Fraction
from pathlib import Path

import pytest

import pbr
from pbr.audit.verify import verify
from tests.contracts.traces import plan_of, rows_of, step_value
from tests.shared import shared

ROOT = Path(__file__).parents[2]


def recomputed(folder: Path) -> bool:
    verification = verify(folder)
    assert not verification.differences, verification.text()
    return verification.state == "internally consistent"


@pytest.fixture(scope="module")
def readmissions(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, str]]]:
    source = shared("data/readmissions-fy2025/hrrp_fy2025.csv")
    folder = tmp_path_factory.mktemp("readmissions") / "assessment"
    pbr.assess(ROOT / "contracts/health/readmissions-fy2025", [source], out=folder)
    with source.open(newline="", encoding="utf-8-sig") as file:
        published = [row for row in csv.DictReader(file) if row["hospital_ccn"] != "end of worksheet"]
    return folder, published


def test_all_2980_published_payment_factors(readmissions: tuple[Path, list[dict[str, str]]]) -> None:
    folder, published = readmissions
    plan = plan_of(folder)
    # one factor is published as the text 0.9742999999999999: compared at 4 decimals
    expected = {row["hospital_ccn"]: Fraction(round(Fraction(row["payment_adjustment_factor"]) * 10_000), 10_000) for row in published}
    with rows_of(folder, "hospitals") as rows:
        ours = {row["hospital_ccn"]: step_value(plan, row, "adjustment_factor").low for row in rows}
    assert len(expected) == 2_980
    assert ours == expected


def test_all_17880_published_penalty_flags(readmissions: tuple[Path, list[dict[str, str]]]) -> None:
    folder, published = readmissions
    plan = plan_of(folder)
    conditions = plan.table("results").column("condition").type.codes
    expected = {(row["hospital_ccn"], c): row[f"penalty_ind_{c}"] == "Y" for row in published for c in conditions}
    with rows_of(folder, "results") as rows:
        ours = {(row["hospital_ccn"], row["condition"]): step_value(plan, row, "penalised").low for row in rows}
    assert len(expected) == 17_880
    assert ours == expected


def test_all_30_published_medians_at_12_decimals(readmissions: tuple[Path, list[dict[str, str]]]) -> None:
    folder, published = readmissions
    plan = plan_of(folder)
    conditions = plan.table("results").column("condition").type.codes
    expected = {(c, row["peer_group_assignment"]): round(Fraction(row[f"median_err_{c}"]), 12) for row in published for c in conditions}
    with rows_of(folder, "peers") as rows:
        ours = {(row["condition"], row["peer_group"]): round(step_value(plan, row, "peer_median").low, 12) for row in rows}
    assert len(expected) == 30
    assert ours == expected


def test_the_reference_engine_derives_every_readmissions_value_again(readmissions: tuple[Path, list[dict[str, str]]]) -> None:
    assert recomputed(readmissions[0])


@pytest.fixture(scope="module")
def broward(tmp_path_factory: pytest.TempPathFactory) -> Path:
    source = shared("data/reoffending-broward/releases.csv")
    folder = tmp_path_factory.mktemp("broward") / "assessment"
    pbr.assess(ROOT / "contracts/justice/two-year-reoffending", {"people": source}, complete_to="2016-04-01", out=folder)
    return folder


def test_two_year_reoffending_as_flagged_and_as_decided_from_dates(broward: Path) -> None:
    plan = plan_of(broward)
    with rows_of(broward, "contract") as rows:
        (row,) = rows
    shares = {
        name: (row[name], row[f"{name}.of"])
        for name in ("as_flagged_all", "as_flagged_filtered", "as_flagged_mature", "as_dated_filtered", "as_dated_mature")
    }
    assert shares == {
        "as_flagged_all": (3_251, 7_214),
        "as_flagged_filtered": (2_809, 6_172),
        "as_flagged_mature": (2_253, 6_216),
        "as_dated_filtered": (2_769, 6_172),
        "as_dated_mature": (2_208, 6_216),
    }
    assert step_value(plan, row, "immature").low == 998


def test_46_people_are_flagged_whose_offence_lies_beyond_the_two_years(broward: Path) -> None:
    plan = plan_of(broward)
    with rows_of(broward, "people") as rows:
        late = [
            (row["r_offense_date"] - row["compas_screening_date"]).days
            for row in rows
            if step_value(plan, row, "flagged_beyond_window").low
        ]
    assert len(late) == 46
    assert (min(late), max(late)) == (732, 1_083)


def test_the_reference_engine_derives_every_reoffending_value_again(broward: Path) -> None:
    assert recomputed(broward)


def test_doncaster_keeps_one_year_and_repays_the_other(tmp_path: Path) -> None:
    home = ROOT / "contracts/justice/hmp-doncaster"
    folder = tmp_path / "assessment"
    done = pbr.assess(home, [home / "submission/releases.csv", home / "submission/offences.csv"], complete_to="2015-06-30", out=folder)
    lines = {line["for"]["year"]: (line["result"], line["amount"]) for line in done.statement["payments"]}
    assert lines == {"2011/12": ("pays_nothing", "0.00"), "2012/13": ("deducts", "-1660000.00")}
    plan = plan_of(folder)
    with rows_of(folder, "year") as rows:
        falls = {row["year"]: step_value(plan, row, "change") for row in rows}
    # the published falls, in percentage points to one decimal; held answers leave a range that rounds to them at both ends
    assert {year: {round(fall.low * 100, 1), round(fall.high * 100, 1)} for year, fall in falls.items()} == {
        "2011/12": {Fraction(57, 10)},
        "2012/13": {Fraction(33, 10)},
    }
    assert recomputed(folder)


def test_care_leavers_pays_the_published_total(tmp_path: Path) -> None:
    home = ROOT / "contracts/care/care-leavers-reboot-west"
    folder = tmp_path / "assessment"
    done = pbr.assess(home, [home / "submission/people.csv", home / "submission/achievements.csv"], out=folder)
    assert done.statement["totals"]["paid"] == "1871540.00"
    assert recomputed(folder)
