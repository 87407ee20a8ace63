"""statement.json says what the stored lines say, and its sums are sums of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hand_made_runs import CARD_COUNTS, COMPLETE, COUNTS, card, card_lines, card_rows, doncaster, doncaster_lines, doncaster_rows, write_run

from pbr.statement import making as statement_making


def statement(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "statement.json").read_text())
    return found


def test_a_line_says_what_it_pays_why_and_on_whose_word(runs: Path) -> None:
    assert statement(runs / "decided")["payments"][1] == {
        "id": "fee_at_risk[2012/13]",
        "payment": "fee_at_risk",
        "for": {"year": "2012/13"},
        "result": "deducts",
        "amount": "-1660000.00",
        "unit": "GBP",
        "clause": "Sch 5 para 3",
        "because": "change (2.4 percentage points) is below target (5.0), 2.6 short, so 10% × £16,600,000.00 = £1,660,000.00",
        "decided_by": "independent",
        "rests_on": "provider",
    }


def test_totals_come_from_the_stored_lines(runs: Path) -> None:
    totals = statement(runs / "decided")["totals"]
    assert {name: totals[name] for name in ("gross", "deducted", "paid", "held")} == {
        "gross": "0.00",
        "deducted": "-1660000.00",
        "paid": "-1660000.00",
        "held": 0,
    }
    assert totals["payments"]["fee_at_risk"]["lines"] == 2


def test_a_step_of_the_statement_shows_the_sum_before_and_after(runs: Path) -> None:
    found = statement(runs / "card")
    (step,) = found["totals"]["steps"]
    assert (step["before"], step["after"], step["lines_cut"]) == ("3520.00", "3000.00", 1)
    assert found["totals"]["paid"] == "3000.00"
    assert found["payments"][1]["because"].endswith("the cap of £3,000.00 per contract (Contract maximum) leaves £1,240.00 of £1,760.00")
    assert found["payments"][2]["because"] == "it is claim number 3 for level_1; at most 2 are paid"


def test_a_held_line_has_no_amount_and_counts_nowhere(runs: Path) -> None:
    found = statement(runs / "held")
    line = found["payments"][1]
    assert (line["result"], line["amount"]) == ("held", None)
    assert "it is not known whether change (between -8.7 and 2.4 percentage points) >= target" in line["because"]
    assert (found["totals"]["held"], found["totals"]["paid"]) == (1, "0.00")
    assert found["held_answers"] == [
        {"name": "reconvicted", "table": "releases", "rows": 1, "reasons": [{"kind": "immature", "what": "reconvicted"}]}
    ]


def test_only_terms_from_memory_are_unverified(runs: Path) -> None:
    assert [term["name"] for term in statement(runs / "decided")["unverified_terms"]] == ["baseline"]


def test_rows_that_do_not_add_up_are_a_fault_of_ours(tmp_path: Path) -> None:
    counts = {**COUNTS, "releases": {**COUNTS["releases"], "rejected": 3}}
    with pytest.raises(AssertionError, match="rows of releases: 23 placed, 22 submitted"):
        write_run(tmp_path / "run", doncaster(), doncaster_rows(), doncaster_lines(), counts, COMPLETE)


def test_too_many_lines_leave_totals_and_a_pointer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statement_making, "MOST_LINES", 2)
    found = write_run(tmp_path / "run", card(), card_rows(), card_lines(), CARD_COUNTS, {})
    assert "payments" not in found
    assert found["payments_file"] == "payments.parquet"
    assert found["totals"]["paid"] == "3000.00"


def test_lines_read_one_by_one_say_the_same_as_lines_read_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = card_rows(30)
    few = card_lines(5)
    one = write_run(tmp_path / "one", card(), rows, few, CARD_COUNTS, {})
    monkeypatch.setattr(statement_making, "ONE_BY_ONE", 1)
    assert write_run(tmp_path / "two", card(), rows, few, CARD_COUNTS, {}) == one


def test_the_statement_does_not_depend_on_where_it_is_written(tmp_path: Path, runs: Path) -> None:
    found = write_run(tmp_path / "elsewhere" / "[x] run", doncaster(), doncaster_rows(), doncaster_lines(), COUNTS, COMPLETE)
    assert found == statement(runs / "decided")
