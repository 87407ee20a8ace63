"""Some contracts without a submission of their own: the rows of their first worked example that has any, as files, through both engines."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

import pbr
from pbr.audit.verify import verify
from tests.contracts.catalogue import ROOT, compiled

# What the whole example pays, typed here.
PAID = {
    "contracts/environment/forest-carbon": "14400.00",
}


def _written(path: Path, rows: list[list[str]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return path


@pytest.mark.parametrize("name", PAID)
def test_both_engines_pay_what_the_example_says(name: str, tmp_path: Path) -> None:
    loaded, plan = compiled(name)
    example = next(example for example in loaded.contract.examples if example.rows is not None)
    assert example.rows is not None and example.complete_to is not None and not isinstance(example.complete_to, dict)
    files, totals = {}, {}
    for table in plan.tables:
        written = example.rows.get(table.name)
        rows = [[cell.text for cell in row] for row in written] if written else [[column.name for column in table.columns]]
        files[table.name] = _written(tmp_path / f"{table.name}.csv", rows)
        told = loaded.contract.data[table.name].control_totals if table.name in loaded.contract.data else None
        totals |= {table.name: {key: str(_total(rows, what.text)) for key, what in told.items()}} if told else {}
    out = tmp_path / "out"
    done = pbr.assess(ROOT / name, files, complete_to=example.complete_to.text, out=out, control_totals=totals, first=True)
    assert done.statement["totals"]["paid"] == PAID[name]
    assert not verify(out).differences


def _total(rows: list[list[str]], what: str) -> int:
    if what == "rows":
        return len(rows) - 1
    column = rows[0].index(what.split()[-1])
    return len({row[column] for row in rows[1:]})


def test_the_road_is_read_from_a_sheet_with_a_column_for_each_year(tmp_path: Path) -> None:
    head = [
        "Stretch",
        "Length in metres",
        *(f"{what} {year}" for year in (2019, 2020, 2021) for what in ("Vehicles a day", "Accidents", "Under repair")),
    ]
    sheet = [
        ["Roads"],
        [""],
        head,
        ["s1", "10000", "40000", "45", "no", "40000", "46", "no", "40000", "-", "no"],
        ["All", "10000", "-", "-", "-", "-", "-", "-", "-", "-", "-"],
    ]
    files = {table: _written(tmp_path / f"{table}.csv", sheet) for table in ("stretches", "counts")}
    files["nights"] = _written(tmp_path / "nights.csv", [["stretch", "night", "cleared"]])
    out = tmp_path / "out"
    done = pbr.assess(ROOT / "contracts/transport/road-safety", files, complete_to="2021-12-31", out=out)
    paid = {(line["payment"], line["for"].get("year_no")): line["amount"] for line in done.statement["payments"]}
    assert paid["safety", "2019"] == "191158.80" and paid["safety", "2020"] == "0.00" and paid["safety", "2021"] is None
    assert not verify(out).differences
