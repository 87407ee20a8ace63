"""What a statement and explanations say where rows are missing, a rate is flagged, and pounds rest on different words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from statement_golden import check_golden

from pbr.problem import Refused
from pbr.statement import found
from pbr.statement.evidence import evidence_text, graded
from pbr.statement.explain import explain
from pbr.statement.registers import said
from pbr.statement.text import statement_text
from tests.audit.covered_case import assess_covered


@pytest.fixture(scope="module")
def covered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    top = tmp_path_factory.mktemp("covered")
    assess_covered(top / "covered")
    return top


def test_statement(covered: Path) -> None:
    check_golden("covered-statement", statement_text(json.loads((covered / "covered" / "statement.json").read_text()), "covered"))


@pytest.mark.parametrize(("name", "asked"), [("line", ["placed_fee", "r5"]), ("answer", ["placed", "r5"]), ("count", ["long_hours"])])
def test_explanations(covered: Path, monkeypatch: pytest.MonkeyPatch, name: str, asked: list[str]) -> None:
    monkeypatch.chdir(covered)
    found = explain(Path("covered"), asked)
    check_golden(f"covered-{name}", found.text)
    data = found.to_json()
    assert (data["decided_by"], data["rests_on"]) == ("provider", "provider")
    assert data["registers"] == [{"table": "ends", "says": "5 of 7 referrals have a row here; 2 missing, 1 extra"}]
    assert all(value["decided_by"] and value["rests_on"] for value in data["values"])


def test_grades_in_words() -> None:
    assert graded("provider", "provider") == "decided by the provider's word alone"
    assert graded("independent", "provider") == "decided by independent records and rests also on the provider's word"
    assert graded("", "provider") == "rests on the provider's word"
    assert graded("independent", "") == "decided by independent records"
    assert graded("", "") == ""


@pytest.mark.parametrize(
    ("evidence", "says"),
    [
        ({"a": ("provider", "provider")}, "every payment is decided by the provider's word alone"),
        ({"a": ("independent", "provider"), "b": ("independent", "provider")},
         "every payment is decided by independent records and rests also on the provider's word"),
        ({"a": ("provider", "provider"), "b": ("independent", "independent"), "c": ("provider", "provider")},
         "£1,240.50 (a and c) is decided by the provider's word alone; -£3.00 (b) is decided by independent records alone"),
        ({"a": ("provider", "provider"), "f": ("commissioner", "provider")},
         "£1,234.50 (a) is decided by the provider's word alone; f is decided by the commissioner's records and rests also on the provider's word"),
        ({"a": ("", "")}, ""),
    ],
)  # fmt: skip
def test_every_pound_in_one_sentence(evidence: dict[str, tuple[str, str]], says: str) -> None:
    payments = {"a": {"paid": "1234.50"}, "b": {"paid": "-3.00"}, "c": {"paid": "6.00"}, "f": {}}
    told = {name: {"decided_by": pair[0], "rests_on": pair[1]} for name, pair in evidence.items()}
    assert evidence_text({"evidence": told, "totals": {"payments": payments}, "currency": "GBP"}) == says


def test_match_rates_in_words() -> None:
    rate = {"table": "releases", "by": "matched_to", "matched": 5120, "strangers": 4292, "others_matched": 2100, "others": 2902}
    assert said(rate, {}) == "5,120 match releases, 4,292 are strangers; 2,100 of 2,902 releases have one"
    assert (
        said({**rate, "matched": 1, "strangers": 1, "others_matched": 1}, {})
        == "1 matches releases, 1 is a stranger; 1 of 2,902 releases has one"
    )
    covers = {**rate, "by": "must_cover"}
    assert said(covers, {"missing": 802, "extra": 0}) == "2,100 of 2,902 releases have a row here; 802 missing, 0 extra"
    assert said(covers, {"missing": 0, "extra": 0}) == "2,100 of 2,902 releases have a row here"


@pytest.mark.parametrize("code", ["E1", "E2", "E3", "PBR490", "PBR491"])
def test_the_rows_of_a_code(covered: Path, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    monkeypatch.chdir(covered)
    found = explain(Path("covered"), [code])
    check_golden(f"covered-code-{code}", found.text)
    assert json.loads(json.dumps(found.to_json()))["code"] == code
    assert explain(Path("covered"), [code.lower()]).text == found.text


def test_a_code_without_rows_and_a_word_that_is_no_code(covered: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(covered)
    assert explain(Path("covered"), ["PBR448"]).text.endswith("Nothing was found with this code in this assessment.\n")
    with pytest.raises(Refused, match="PBR751") as refused:
        explain(Path("covered"), ["PBR999"])
    assert "Codes of what was found: E1, E2, E3, R1, PBR" in str(refused.value)
    for words, answer in ((["E2", "e1"], None), (["E2"], "yes")):
        with pytest.raises(Refused, match="PBR755"):
            explain(Path("covered"), words, answer)


def test_only_the_first_rows_of_a_code_are_listed(covered: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(covered)
    monkeypatch.setattr(found, "MOST_LISTED", 1)
    text = explain(Path("covered"), ["PBR490"]).text
    assert "2 rows of ends are missing:" in text and "and 1 more: all of them are in rejected.csv" in text


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (
            ["placed_fee", "r8"],
            "Line 9 of referrals.csv holds `r8` and was rejected: It is before the term (R1). Such a row has no values.",
        ),
        (["placed", "r88"], "there is no row `r88`"),
    ],
)
def test_a_row_that_was_rejected_is_found_by_its_key(covered: Path, monkeypatch: pytest.MonkeyPatch, asked: list[str], says: str) -> None:
    monkeypatch.chdir(covered)
    with pytest.raises(Refused, match="PBR754") as refused:
        explain(Path("covered"), asked)
    assert says in str(refused.value)


def test_a_rejected_row_is_not_looked_for_where_the_data_is_not(tmp_path: Path) -> None:
    assess_covered(tmp_path / "by-reference", by_reference=True)
    with pytest.raises(Refused, match="there is no row `r8`"):
        explain(tmp_path / "by-reference", ["placed", "r8"])
