"""Every contract with one mistake gives exactly the message beside it, and the same contract without it compiles."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from pbr.examples import run_examples
from pbr.plan.build import build
from pbr.plan.codes import CODES
from pbr.problem import Problem, Refused
from pbr.terms.loading import load_text
from tests.golden import assert_golden

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "tests" / "bad" / "plan"
GOOD = sorted(FOLDER.glob("*.good.yaml"))
BAD = sorted(set(FOLDER.glob("*.yaml")) - set(GOOD))
MOST_LINES_CHANGED = 6


@cache
def problems(case: Path) -> list[Problem]:
    """What is wrong with a contract: its terms, or else its worked examples."""
    loaded = load_text(case.read_bytes(), case.name)
    try:
        plan = build(loaded)
    except Refused as refused:
        return refused.problems
    return [problem for result in run_examples(loaded, plan) for problem in result.problems]


@pytest.mark.parametrize("case", BAD, ids=[case.stem for case in BAD])
def test_message(case: Path) -> None:
    found = problems(case)
    assert found
    assert_golden("\n".join(map(str, found)) + "\n", case.with_suffix(".txt"))
    lines = case.read_text(encoding="utf-8").split("\n")
    for problem in found:
        assert problem.place is not None and problem.says and problem.hint
        assert 1 <= problem.place.line <= len(lines)
        assert 1 <= problem.place.column <= len(lines[problem.place.line - 1])


@pytest.mark.parametrize("case", GOOD, ids=[case.name.removesuffix(".good.yaml") for case in GOOD])
def test_the_good_neighbour_compiles(case: Path) -> None:
    assert problems(case) == []
    good = case.read_text(encoding="utf-8").splitlines()
    bad = case.with_name(case.name.replace(".good.", ".")).read_text(encoding="utf-8").splitlines()
    assert 1 <= len(set(good) ^ set(bad)) <= MOST_LINES_CHANGED


def test_each_bad_contract_has_a_good_neighbour_and_one_mistake() -> None:
    names = {case.stem for case in BAD}
    assert {case.name.removesuffix(".good.yaml") for case in GOOD} == names == {text.stem for text in FOLDER.glob("*.txt")}
    assert {case.stem: len(problems(case)) for case in BAD if len(problems(case)) != 1} == {}


def raised() -> set[str]:
    """Every code that stands in the compiler's and the example runner's source."""
    examples = ROOT / "pbr" / "examples"
    paths = [path for path in (ROOT / "pbr" / "plan").rglob("*.py") if path.name != "codes.py"] + sorted(examples.glob("*.py"))
    constants = (node for path in paths for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Constant))
    return {node.value for node in constants if isinstance(node.value, str) and re.fullmatch(r"PBR[0-9]{3}", node.value)}


def test_every_code_is_in_the_table_and_has_a_bad_contract() -> None:
    shown = {
        code for case in BAD for code in re.findall(r"^.*   (PBR[0-9]{3})$", case.with_suffix(".txt").read_text(encoding="utf-8"), re.M)
    }
    assert raised() == set(CODES)
    assert set(CODES) - shown == set()
