"""Statements and explanations of real runs: a small scheme with blanks, cards and a cap, and the Doncaster contract."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from statement_golden import check_golden

from pbr.assessment import assess
from pbr.statement.explain import explain
from pbr.statement.text import statement_text

HERE = Path(__file__).parent
DONCASTER = HERE.parents[1] / "contracts" / "justice" / "hmp-doncaster"


@pytest.fixture(scope="module")
def assessed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    top = tmp_path_factory.mktemp("assessed")
    assess(HERE / "small", [HERE / "small" / "people.csv", HERE / "small" / "visits.csv"], out=top / "small")
    data = DONCASTER / "submission"
    assess(DONCASTER, [data / "releases.csv", data / "offences.csv"], complete_to="2015-06-30", out=top / "doncaster")
    return top


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("payment-without-key", ["bonus"]),
        ("paid", ["start_fee", "a"]),
        ("cut", ["start_fee", "b"]),
        ("nothing-whatever-the-answer", ["start_fee", "c"]),
        ("not-met", ["start_fee", "e"]),
        ("held-contract", ["bonus", "contract"]),
        ("unknown-fact", ["engaged", "c"]),
        ("unknown-sum", ["visit_minutes", "d"]),
    ],
)
def test_explanations(assessed: Path, monkeypatch: pytest.MonkeyPatch, name: str, asked: list[str]) -> None:
    monkeypatch.chdir(assessed)
    check_golden(f"small-{name}", explain(Path("small"), asked).text)


def test_statement(assessed: Path) -> None:
    check_golden("small-statement", statement_text(json.loads((assessed / "small" / "statement.json").read_text()), "small"))


def test_every_line_and_every_named_value_can_be_explained(assessed: Path) -> None:
    for folder in ("small", "doncaster"):
        data = explain(assessed / folder, []).to_json()
        for name in data["names"]:
            assert explain(assessed / folder, [name]).text
        for line in json.loads((assessed / folder / "statement.json").read_text())["payments"]:
            found = explain(assessed / folder, [line["payment"], *line["for"].values()])
            assert found.to_json()["because"] == line["because"]
            assert line["because"] in found.text


def test_the_published_falls_decide(assessed: Path) -> None:
    lines = json.loads((assessed / "doncaster" / "statement.json").read_text())["payments"]
    assert [(line["result"], line["amount"]) for line in lines] == [("pays_nothing", "0.00"), ("deducts", "-1660000.00")]
    assert "is below target (5.0)" in lines[1]["because"] and "1.7 short" in lines[1]["because"]
    text = explain(assessed / "doncaster", ["fee_at_risk", "2012/13"]).text
    assert "10% × £16,600,000.00 = £1,660,000.00 (rounded)" in text
    assert "£1,660,000.00 is repaid." in text
