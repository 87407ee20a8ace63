"""The working paper says of each line what the statement says, and of the recomputation no more than what it found."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest

from pbr.audit.difference import Difference
from pbr.audit.verify import verify
from pbr.audit.working_paper import COLUMNS, chosen, money_lines, paper_csv, working_paper
from pbr.problem import Refused

SAMPLE = Path(__file__).parents[1] / "samples" / "pbr-trail-1"


def test_it_has_clause_inputs_evidence_and_the_second_engines_word() -> None:
    lines = chosen(money_lines(SAMPLE), ["fee_at_risk[2012/13]"])
    found = verify(SAMPLE)
    row = working_paper(SAMPLE, lines, found)[0]
    assert (row["amount"], row["clause"], row["decided_by"], row["recomputed"]) == ("-1660000.00", "Sch 5 para 3", "independent", "agrees")
    assert "reconvicted 42 yes, 31 no" in row["counted"] and "offences.csv SHA-256 508130ad" in row["inputs"]
    assert row["conclusion"] == ""

    differs = replace(found, state="broken", differences=(Difference("payments.parquet", "", "fee_at_risk 2012/13", "amount", "1", "2"),))
    assert "differs: payments.parquet, fee_at_risk 2012/13" in working_paper(SAMPLE, lines, differs)[0]["recomputed"]
    other = chosen(money_lines(SAMPLE), ["1"])
    assert working_paper(SAMPLE, other, differs)[0]["recomputed"] == "the folder is broken elsewhere"
    assert working_paper(SAMPLE, lines, None)[0]["recomputed"] == "not recomputed"
    assert working_paper(SAMPLE, lines, verify(SAMPLE, digests_only=True))[0]["recomputed"] == "not recomputed"


def test_a_spreadsheet_runs_nothing_of_it() -> None:
    row = dict.fromkeys(COLUMNS, "") | {"because": "=HYPERLINK(1)", "amount": "-1660000.00"}
    read = list(csv.DictReader(io.StringIO(paper_csv([row]).decode())))
    assert (read[0]["because"], read[0]["amount"]) == ("'=HYPERLINK(1)", "-1660000.00")


def test_a_line_that_is_not_there_is_refused() -> None:
    with pytest.raises(Refused, match="PBR591") as refused:
        chosen(money_lines(SAMPLE), ["fee_at_risk[1999]"])
    assert "fee_at_risk[2011/12]" in str(refused.value)
