"""The terminal's form of a statement, as golden texts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hand_made_runs import CARD_COUNTS, card, card_lines, card_rows, write_run
from statement_golden import check_golden

from pbr.statement import making as statement_making
from pbr.statement.text import statement_text


@pytest.mark.parametrize("name", ["decided", "held", "card"])
def test_statement(runs: Path, name: str) -> None:
    check_golden(f"statement-{name}", statement_text(json.loads((runs / name / "statement.json").read_text()), "assessments/2015-06"))


def test_many_lines_are_cut_and_say_where_the_rest_is(tmp_path: Path) -> None:
    found = write_run(tmp_path / "run", card(), card_rows(254), card_lines(254), CARD_COUNTS, {})
    text = statement_text(found, "my out")
    assert sum(line.startswith("  c") and not line.startswith("  cap") for line in text.splitlines()) == 20 + 1  # and the table claims
    assert "and 234 more: pbr explain 'my out' claim_payment" in text


def test_lines_that_are_only_in_the_file_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statement_making, "MOST_LINES", 2)
    text = statement_text(write_run(tmp_path / "run", card(), card_rows(), card_lines(), CARD_COUNTS, {}), "out")
    assert "  3 lines: pbr explain out claim_payment" in text
    assert "total     £3,000.00" in text
