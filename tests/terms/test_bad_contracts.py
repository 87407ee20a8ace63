"""Every bad contract gives exactly the message beside it. PBR_UPDATE_GOLDEN=1 writes the messages anew: read the difference."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pbr.problem import Refused
from pbr.terms.codes import CODES
from pbr.terms.loading import load_text

FOLDER = Path(__file__).parent.parent / "bad" / "terms"
CASES = sorted(FOLDER.glob("*.yaml"))


def refusal(case: Path) -> Refused:
    with pytest.raises(Refused) as caught:
        load_text(case.read_bytes(), case.name)
    return caught.value


@pytest.mark.parametrize("case", CASES, ids=[case.stem for case in CASES])
def test_message(case: Path) -> None:
    golden = case.with_suffix(".txt")
    printed = str(refusal(case)) + "\n"
    if os.environ.get("PBR_UPDATE_GOLDEN") == "1":
        golden.write_bytes(printed.encode("utf-8"))
    assert printed == golden.read_bytes().decode("utf-8")


@pytest.mark.parametrize("case", CASES, ids=[case.stem for case in CASES])
def test_problems_are_in_order_and_inside_the_file(case: Path) -> None:
    problems = refusal(case).problems
    lines = case.read_bytes().decode("utf-8", "replace").split("\n")
    places = [problem.place for problem in problems]
    assert places == sorted(places, key=str) or places == sorted(place for place in places if place is not None)
    for problem in problems:
        assert problem.place is not None
        assert problem.place.line <= len(lines)
        assert problem.place.column <= len(lines[max(problem.place.line - 1, 0)]) + 1


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 30


def test_every_code_of_a_file_s_text_has_a_bad_contract() -> None:
    printed = {problem.code for case in CASES for problem in refusal(case).problems}
    without_a_small_file = {"PBR101", "PBR102", "PBR107"}  # no file, a large file, very many values: tested in test_bounds.py
    assert printed <= set(CODES)
    assert set(CODES) - printed == without_a_small_file


def test_no_stray_golden_texts() -> None:
    assert {golden.stem for golden in FOLDER.glob("*.txt")} == {case.stem for case in CASES}
