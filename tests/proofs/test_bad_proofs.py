"""Each bad contract is found out by one proof, exactly as printed beside it; its good neighbour, a character or a word away, is not."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from pbr.examples import run_examples
from pbr.plan.build import build
from pbr.problem import Problem, Refused
from pbr.proofs import COUNTEREXAMPLE, Proof, prove
from pbr.proofs.codes import CODES
from pbr.proofs.showing import changes, yaml_lines
from pbr.terms.loading import load_text
from tests.golden import assert_golden

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "tests" / "bad" / "proofs"
GOOD = sorted(FOLDER.glob("*.good.yaml"))
BAD = sorted(set(FOLDER.glob("*.yaml")) - set(GOOD))


@cache
def proved(case: Path) -> tuple[list[Proof], list[Problem]]:
    """What is proved, and the problems; a contract that the compiler refuses has its problems only."""
    try:
        loaded = load_text(case.read_bytes(), case.name)
        return prove(loaded, build(loaded))
    except Refused as refused:
        return [], refused.problems


def otherwise(case: Path) -> list[Proof]:
    return [proof for proof in proved(case)[0] if proof.trouble]


def printed(case: Path) -> str:
    out = []
    for proof in otherwise(case):
        if not proof.stated:
            out += [f"{proof.place}   {proof.name}: {proof.claim}", f"   {proof.answer}: {proof.why}"]
            if proof.shown is not None:
                out += [f"   {line}" for line in (*yaml_lines(proof.shown, proof.name), *changes(proof.shown))]
    return "\n".join([*out, *map(str, proved(case)[1])]) + "\n"


@pytest.mark.parametrize("case", BAD, ids=[case.stem for case in BAD])
def test_it_is_found_out(case: Path) -> None:
    assert otherwise(case) or proved(case)[1]
    assert_golden(printed(case), case.with_suffix(".txt"))


@pytest.mark.parametrize("case", GOOD, ids=[case.name.removesuffix(".good.yaml") for case in GOOD])
def test_the_good_neighbour_is_not(case: Path) -> None:
    assert otherwise(case) == [] and proved(case)[1] == []
    good, bad = (
        case.read_text(encoding="utf-8").splitlines(),
        case.with_name(case.name.replace(".good.", ".")).read_text(encoding="utf-8").splitlines(),
    )
    assert len(good) == len(bad) and sum(a != b for a, b in zip(good, bad, strict=True)) == 1


@pytest.mark.parametrize("case", [*BAD, *GOOD], ids=lambda case: case.name)
def test_rows_that_are_shown_run_and_come_out_as_said(case: Path) -> None:
    """Every counterexample is pasted into the contract's own examples, and passes there: through the reader, as a file would be."""
    text = case.read_text(encoding="utf-8")
    examples = []
    for number, proof in enumerate(proved(case)[0]):
        for side in (proof.shown, proof.shown.neighbour if proof.shown is not None else None):
            if side is not None and side.expect and proof.answer == COUNTEREXAMPLE:
                examples += yaml_lines(side, f"{number} {len(examples)}")
    if not examples:
        return
    own = "examples:\n" + "".join(f"  {line}\n" for line in examples)
    loaded = load_text(text.partition("examples:\n")[0] + own, case.name)
    assert [str(problem) for result in run_examples(loaded, build(loaded)) for problem in result.problems] == []


def test_each_bad_contract_has_a_good_neighbour() -> None:
    assert {case.name.removesuffix(".good.yaml") for case in GOOD} == {case.stem for case in BAD}


def test_every_code_has_a_bad_contract() -> None:
    shown = {problem.code for case in BAD for problem in proved(case)[1]}
    assert shown >= set(CODES)


def test_the_same_contract_gives_the_same_proofs() -> None:
    case = FOLDER / "cliff-at-a-share.yaml"
    loaded = load_text(case.read_bytes(), case.name)
    assert prove(loaded, build(loaded)) == proved(case)
