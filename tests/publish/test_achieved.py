"""What was achieved, where no target was compared and no outcome answered: which value of each line says it. On shipped contracts, by their own words."""

from __future__ import annotations

from pathlib import Path

import pytest

from pbr.publish.reading import read
from tests.contracts.catalogue import assessed
from tests.publish.true_values import said

FIRST = {
    "health/qof-atrial-fibrillation": ("patients on the register, of all patients", "gp1: patients whose risk of stroke was assessed: 100.0%."),
    "transport/rail-performance-regime": ("what was to be expected of as many trains", "P01, main_line: minutes of the network in the period: 187.89 minutes."),
    "health/budget-neutral-pool": ("everything withheld, and so everything paid out", "Everything withheld, and so everything paid out: $116,671,078.32."),
    "health/shared-savings-py2023": ("", "S0001: saving: $28,684,059.00."),
}  # fmt: skip


@pytest.mark.parametrize("name", FIRST)
def test_the_first_sentence_is_a_result_and_no_sum_where_there_is_one(name: str, tmp_path: Path) -> None:
    assessed(f"contracts/{name}", tmp_path / "a")
    site, table = read([tmp_path / "a"])
    (one,) = site.contracts[0].assessments
    bought, achieved = FIRST[name]
    assert said(one.bought, table).partition(" What counts: ")[2].rstrip(".") == bought
    assert said(one.achieved[0], table) == achieved
    assert len(set(one.achieved)) == len(one.achieved)
    assert not any("_" in said(text, table).replace("main_line", "") for text in (*one.achieved, *one.why_not_more))
