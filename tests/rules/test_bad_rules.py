"""Every mistake in a rule, or in the use of one, gives exactly the message beside it. Each is a small change to files that are right."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from pbr.examples import run_examples
from pbr.plan.build import build
from pbr.problem import Problem, Refused
from pbr.terms.loading import load_contract, lock_of
from pbr.terms.rulebook.codes import CODES
from pbr.terms.rulebook.files import lock_text
from tests.golden import assert_golden

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "tests" / "bad" / "rules"
GOOD = FOLDER / "good"
CONTRACT, RULE, LOCK = "contract.yaml", "rules/work/stayed/1.0.yaml", "rules.lock"
INNER = "rules/work/inner/1.0.yaml"
Change = tuple[str, str, str]  # file, what stands there, what stands there instead

# The lock is written after the changes, but for those in which it is itself changed.
CASES: dict[str, list[Change]] = {
    "name-of-a-rule-without-version": [(CONTRACT, "work/stayed/1.0", "work/stayed")],
    "name-of-a-rule-that-leads-away": [(CONTRACT, "work/stayed/1.0", "../../work/stayed/1.0")],
    "no-such-version": [(CONTRACT, "work/stayed/1.0", "work/stayed/1.1")],
    "no-such-rule": [(CONTRACT, "work/stayed/1.0", "work/staid/1.0")],
    "rule-not-in-the-lock": [(LOCK, "work/stayed/1.0", "work/other/1.0")],
    "rule-changed-since": [(LOCK, "# The rules", "# Rules"), (RULE, "title: People", "title: Those")],
    "lock-that-cannot-be-read": [(LOCK, "sha256:", "sha:")],
    "rule-at-another-place": [(RULE, "rule: work/stayed", "rule: work/staid")],
    "rule-of-another-version": [(RULE, "version: 1.0", "version: 1.1")],
    "rule-of-another-language": [(RULE, "pbr_rule: 1", "pbr_rule: 2")],
    "circle-of-rules": [(RULE, "gives:\n  facts:", "uses:\n  again: {rule: work/stayed/1.0, with: {}}\n\ngives:\n  facts:")],
    "argument-missing": [(CONTRACT, "      time: 6 months\n", "")],
    "argument-too-many": [(CONTRACT, "      time: 6 months\n", "      time: 6 months\n      tyme: 6 months\n")],
    "column-too-many": [(CONTRACT, "went_on: left_on", "gone_on: left_on")],
    "table-that-is-a-list": [(CONTRACT, "visits: visits", "visits: [visits]")],
    "value-for-the-whole-contract": [(CONTRACT, "fee: bonus", "fee: bonus * 2")],
    "group-that-is-an-expression": [(CONTRACT, "cohort: year", "cohort: year.first_day")],
    "name-taken": [(CONTRACT, "cohorts:\n", "facts:\n  half_a_year_stayed: {per: clients, equals: age > 3}\n\ncohorts:\n")],
    "name-of-a-use": [(CONTRACT, "  half_a_year:", "  by:"), (CONTRACT, "half_a_year_rate", "by_rate")],
    "no-such-table": [(CONTRACT, "visits: visits", "visits: visit")],
    "table-that-is-not-linked": [(CONTRACT, "visits: visits", "visits: shops")],
    "no-such-column": [(CONTRACT, "went_on: left_on", "went_on: leaves_on")],
    "column-of-another-type": [(CONTRACT, "went_on: left_on", "went_on: higher")],
    "column-that-is-always-there": [(CONTRACT, "went_on: left_on", "went_on: seen_last")],
    "column-that-may-be-none": [(CONTRACT, "{table: clients, went_on: left_on}", "{table: clients, came_on: left_on, went_on: left_on}")],
    "no-such-cohort": [(CONTRACT, "cohort: year", "cohort: yeer")],
    "cohort-of-another-table": [(CONTRACT, "cohort: year", "cohort: shop")],
    "cohort-without-groups": [(CONTRACT, "cohort: year", "cohort: adults")],
    "rows-that-there-are-not": [
        (RULE, "  rounds: {is: part}", "  rounds: {is: part}\n  lines: {is: rows}"),
        (CONTRACT, "      fee: bonus", "      fee: bonus\n      lines: clients in adult"),
    ],
    "rows-that-are-an-expression": [
        (RULE, "  rounds: {is: part}", "  rounds: {is: part}\n  lines: {is: rows}"),
        (CONTRACT, "      fee: bonus", "      fee: bonus\n      lines: clients where adult"),
    ],
    "value-in-another-unit": [(CONTRACT, "time: 6 months", "time: 180 days")],
    "value-of-no-name": [(CONTRACT, "fee: bonus", "fee: bonuss")],
    "expression-of-another-type": [(CONTRACT, "counts: age >= 18", "counts: age + 18")],
    "sum-of-money-in-a-rule": [(RULE, "pays: fee / 3", "pays: £100.00")],
    "name-that-nobody-gave": [(RULE, "equals: counts and", "equals: adult and")],
    "code-without-marks": [(RULE, "not exists(went_on)", "grade = 1")],
    "word-that-the-contract-has": [(RULE, "round: rounds", "round: 1 age")],
    "name-that-is-a-word": [(RULE, "    stayed:", "    higher:"), (RULE, "where stayed", "where higher"), (RULE, "only_if: stayed", "only_if: higher")],
    "name-for-two-things": [(RULE, "rounds: {is: part}", "stayed: {is: part}"), (RULE, ", round: rounds", "")],
    "kind-that-there-is-not": [(RULE, "rounds: {is: part}", "rounds: {is: text}")],
    "cohort-of-nothing": [(RULE, "{is: groups, of: people}", "{is: groups}")],
    "cohort-of-a-value": [(RULE, "{is: groups, of: people}", "{is: groups, of: time}")],
    "key-of-another-kind": [(RULE, "{is: groups, of: people}", "{is: groups, of: people, type: code}")],
    "block-that-a-rule-cannot-give": [(RULE, "gives:\n", "gives:\n  data: {}\n")],
    "key-of-a-rule-misspelt": [(RULE, "frame:", "frames:")],
    "mistake-in-a-rule": [(RULE, "count of people where", "count of peoples where")],
    "unit-wrong-in-a-rule": [(RULE, "pays: fee / 3", "pays: fee / 3 + (5% * 2)")],
    "misspelt-in-an-item": [(RULE, "only_if: stayed", "only_when: stayed")],
}  # fmt: skip


def problems(folder: Path) -> list[Problem]:
    try:
        loaded = load_contract(folder)
        return [problem for result in run_examples(loaded, build(loaded)) for problem in result.problems]
    except Refused as refused:
        return refused.problems


def prepared(folder: Path, changes: list[Change]) -> Path:
    shutil.copytree(GOOD, folder)
    written = False
    for file, old, new in changes:
        if file == LOCK and not written:
            lock(folder)
            written = True
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new), encoding="utf-8")
    if not written:
        lock(folder)
    return folder


def lock(folder: Path) -> None:
    """What `pbr lock` would write, also where the contract is wrong and it would refuse."""
    from pbr.terms.rulebook.files import Library

    library = Library([folder / "rules"])
    lock_of(folder).write_text(lock_text(rule for name in library.names() if (rule := library.find(name)) is not None), encoding="utf-8")


def test_the_good_neighbour_is_right(tmp_path: Path) -> None:
    assert problems(prepared(tmp_path / "good", [])) == []
    assert problems(GOOD / RULE) == []


@pytest.mark.parametrize("case", CASES)
def test_message(case: str, tmp_path: Path) -> None:
    folder = prepared(tmp_path / "case", CASES[case])
    found = problems(folder)
    assert len(found) == 1, found
    assert found[0].place is not None and found[0].place.line and found[0].says and found[0].hint
    told = "\n".join(map(str, found)).replace(f"{folder}/", "") + "\n"
    assert_golden(told, FOLDER / f"{case}.txt")


def test_each_message_has_a_case_and_each_code_a_message() -> None:
    assert {path.stem for path in FOLDER.glob("*.txt")} == set(CASES)
    shown = {code for path in FOLDER.glob("*.txt") for code in re.findall(r"   (PBR[0-9]{3})$", path.read_text(encoding="utf-8"), re.M)}
    assert set(CODES) - shown == set()
