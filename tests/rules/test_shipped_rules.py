"""The rules that come with the program: each stands by itself, is released once, and is on the page."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from pbr.examples import run_examples, unreached
from pbr.plan.build import build
from pbr.terms.loading import load_contract
from pbr.terms.rulebook.files import Library, shipped
from tests.golden import assert_golden

ROOT = Path(__file__).parents[2]
RULES = sorted((ROOT / "rules").glob("*/*/*.yaml"))
RELEASED = Path(__file__).parent / "released.txt"


@pytest.mark.parametrize("rule", RULES, ids=lambda path: path.relative_to(ROOT / "rules").as_posix())
def test_a_rule_stands_by_itself_and_its_examples_reach_all_that_it_gives(rule: Path) -> None:
    loaded = load_contract(rule)
    plan = build(loaded)
    results = run_examples(loaded, plan)
    assert [str(problem) for result in results for problem in result.problems] == []
    assert results and [name for name in unreached(plan, results) if name != "nothing"] == []


def test_a_released_rule_never_changes() -> None:
    """A change is a new version in a new file. A new rule is added to the list with PBR_UPDATE_GOLDEN=1, and no line of the list ever goes."""
    library = Library([ROOT / "rules"])
    lines = [f"{name} sha256:{rule.source.sha256}\n" for name in library.names() if (rule := library.find(name)) is not None]
    assert_golden("".join(lines), RELEASED)


def test_every_file_among_the_rules_is_a_rule() -> None:
    names = Library([ROOT / "rules"]).names()
    assert {path.relative_to(ROOT / "rules").as_posix() for path in (ROOT / "rules").rglob("*") if path.is_file()} == {
        f"{name}.yaml" for name in names
    }


def test_the_program_finds_them_and_a_wheel_holds_them() -> None:
    assert shipped() == ROOT / "rules"
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel["force-include"]["rules"] == "pbr/rules"


def test_each_is_on_the_page() -> None:
    page = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    assert [name for name in Library([ROOT / "rules"]).names() if f"](../rules/{name}.yaml)" not in page] == []
