"""A contract with rules from the command to the folder: the lock, what an assessment keeps, and what a checker reads."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

import pbr
from pbr.audit.verify import verify
from pbr.cli.main import cli
from pbr.plan.build import build
from pbr.problem import Refused
from pbr.terms.loading import load_contract, load_text
from pbr.terms.rulebook.files import Library

GOOD = Path(__file__).parents[1] / "bad" / "rules" / "good"
NAME = "work/stayed/1.0"
KEPT = f"contract/rules/{NAME}.yaml"
CLIENTS = """client_id,came_on,left_on,seen_last,age,higher
c1,2024-04-01,2024-10-01,2024-04-01,30,yes
c2,2024-04-01,2024-09-30,2024-04-01,30,yes
c3,2024-04-01,,2024-04-01,17,no
"""


@pytest.fixture
def contract(tmp_path: Path) -> Path:
    folder = tmp_path / "contracts" / "mine"
    folder.mkdir(parents=True)
    shutil.copy(GOOD / "contract.yaml", folder)
    shutil.copytree(GOOD / "rules", tmp_path / "rules")  # beside the folder that holds the contracts
    assert pbr_(["lock", str(folder)]).exit_code == 0
    return folder


def pbr_(arguments: list[str]):  # type: ignore[no-untyped-def]
    return CliRunner().invoke(cli, arguments)


def assessed(contract: Path, tmp_path: Path) -> Path:
    data = tmp_path / "data"
    data.mkdir()
    (data / "clients.csv").write_text(CLIENTS)
    (data / "visits.csv").write_text("visit_id,client_id,seen_on\nv1,c1,2024-09-30\n")
    (data / "shops.csv").write_text("shop_id,seen_on\ns1,2024-09-30\n")
    pbr.assess(contract, sorted(data.iterdir()), out=tmp_path / "out", complete_to="2025-03-31")
    return tmp_path / "out"


def test_the_lock_says_what_is_new_what_changed_and_what_is_as_before(contract: Path, tmp_path: Path) -> None:
    digest = load_contract(contract).rules[0].source.sha256
    assert (contract / "rules.lock").read_text().splitlines()[1:] == [f"{NAME} sha256:{digest}"]
    again = pbr_(["lock", str(contract)])
    assert again.output.endswith("as before\n")
    rule = tmp_path / "rules" / f"{NAME}.yaml"
    rule.write_text(rule.read_text() + "# one more word\n")
    refused = pbr_(["check", str(contract)])
    assert refused.exit_code == 1 and "PBR163" in refused.output
    assert pbr_(["lock", str(contract)]).output.endswith("changed\n")
    assert pbr_(["check", str(contract)]).exit_code == 0
    (contract / "contract.yaml").write_text(Path(contract / "contract.yaml").read_text().replace(NAME, "work/none/1.0"))
    assert "PBR161" in pbr_(["lock", str(contract)]).output


def test_a_folder_of_rules_may_be_given(contract: Path, tmp_path: Path) -> None:
    (tmp_path / "rules").rename(tmp_path / "elsewhere")
    assert "PBR161" in pbr_(["check", str(contract)]).output
    assert pbr_(["check", str(contract), "--rules", str(tmp_path / "elsewhere")]).exit_code == 0
    assert pbr_(["show", str(contract), "--rules", str(tmp_path / "elsewhere")]).exit_code == 0


def test_steps_say_the_clause_of_the_use_and_the_line_of_the_rule(contract: Path) -> None:
    plan = build(load_contract(contract))
    step = plan.step("half_a_year_rate")
    line = (GOOD / "rules" / f"{NAME}.yaml").read_text().splitlines().index(
        "    rate: {per: cohort, equals: share of people where stayed}"
    ) + 1
    assert (step.clause, step.source, step.line) == ("Schedule 2", f"rule {NAME}, line {line}", line)
    assert {term.name: (term.value, term.clause) for term in plan.terms}["half_a_year_time"] == ("6 months", "Schedule 2")


def test_an_assessment_keeps_its_rules_and_a_checker_reads_those_alone(contract: Path, tmp_path: Path) -> None:
    out = assessed(contract, tmp_path)
    assert (out / KEPT).read_bytes() == (tmp_path / "rules" / f"{NAME}.yaml").read_bytes()
    manifest = json.loads((out / "manifest.json").read_text())
    assert [(one["rule"], one["file"]) for one in manifest["rules"]] == [(NAME, KEPT)]
    shutil.rmtree(tmp_path / "rules")
    done = verify(out)
    assert (done.state, done.differences) == ("internally consistent", ())


@pytest.mark.parametrize("change", ["changed", "gone", "another"])
def test_a_rule_changed_in_the_folder_is_found(change: str, contract: Path, tmp_path: Path) -> None:
    out = assessed(contract, tmp_path)
    if change == "changed":
        (out / KEPT).write_text((out / KEPT).read_text() + "# one more word\n")
    elif change == "gone":
        (out / KEPT).unlink()
    else:
        shutil.copy(out / KEPT, (out / KEPT).with_name("1.1.yaml"))
    assert verify(out).differences


def test_the_same_contract_without_the_rule_pays_the_same(contract: Path) -> None:
    """A rule is written out in the contract: nothing after that knows of it."""
    plan = build(load_contract(contract))
    text = (contract / "contract.yaml").read_text()
    head, _, rest = text.partition("uses:\n")
    own = """  half_a_year_time: {value: 6 months}
"""
    items = """
facts:
  half_a_year_counts: {per: clients, equals: age >= 18}
  half_a_year_stayed: {per: clients, equals: half_a_year_counts and (not exists(left_on) or left_on >= came_on + half_a_year_time)}
  half_a_year_visited_in_time: {per: clients, equals: any visits where (seen_on within half_a_year_time from came_on)}
measures:
  half_a_year_rate: {per: year, equals: share of clients where half_a_year_stayed}
  half_a_year_visited: {per: year, equals: count of clients where half_a_year_visited_in_time}
payments:
"""
    rest = rest[rest.index("parameters:\n") :].replace("\ndata:", f"{own}\ndata:", 1)
    rest = rest.replace("payments:\n", items, 1).replace(
        "\nstatement:",
        '  half_a_year_bonus: {per: clients, only_if: half_a_year_stayed, pays: bonus / 3, round: "1 penny, half up"}\n\nstatement:',
        1,
    )
    written = build(load_text(head + rest, "contract.yaml", Library()))
    assert [(step.name, step.node, step.reasons) for step in plan.steps] == [(step.name, step.node, step.reasons) for step in written.steps]
    assert [payment.name for payment in plan.payments] == [payment.name for payment in written.payments]


def test_two_uses_of_one_rule_do_not_meet(contract: Path) -> None:
    text = (contract / "contract.yaml").read_text()
    use = text[text.index("  half_a_year:\n") : text.index("parameters:")]
    text = text.replace(use, use + use.replace("  half_a_year:", "  a_year:").replace("6 months", "12 months"))
    (contract / "contract.yaml").write_text(text)
    plan = build(load_contract(contract))
    times = {term.name: term.value for term in plan.terms}
    assert (times["half_a_year_time"], times["a_year_time"]) == ("6 months", "12 months")
    assert plan.step("a_year_rate").reads == ("a_year_stayed",)


def test_a_rule_may_use_rules(contract: Path, tmp_path: Path) -> None:
    outer = tmp_path / "rules" / "work" / "twice"
    outer.mkdir()
    inner = (GOOD / "rules" / f"{NAME}.yaml").read_text()
    asks = inner[inner.index("asks:\n") : inner.index("gives:\n")]
    frame = inner[inner.index("frame:\n") : inner.index("examples:\n")]
    names = ("people", "visits", "cohort", "time", "counts", "fee", "rounds")
    given = ", ".join(f"{name}: {name}" for name in names if name != "people")
    (outer / "1.0.yaml").write_text(
        f"""pbr_rule: 1
rule: work/twice
version: 1.0
title: A rule of a rule
{asks}uses:
  base: {{rule: {NAME}, with: {{people: {{table: people, came_on: came_on, went_on: went_on}}, {given}}}}}
gives:
  measures:
    doubled: {{per: cohort, equals: as number(base_rate) * 2}}
{frame}examples:
  - name: twice the rate
    given: {{half_a_year_base_rate: {{2024/25: 50%}}}}
    expect: {{half_a_year_doubled: {{2024/25: 1}}}}
"""
    )
    alone = pbr_(["check", str(outer / "1.0.yaml")])
    assert alone.exit_code == 0, alone.output
    text = (contract / "contract.yaml").read_text().replace(NAME, "work/twice/1.0").replace("half_a_year_rate", "half_a_year_base_rate")
    (contract / "contract.yaml").write_text(text)
    assert pbr_(["lock", str(contract)]).exit_code == 0
    loaded = load_contract(contract)
    assert [rule.name for rule in loaded.rules] == [NAME, "work/twice/1.0"]
    assert build(loaded).step("half_a_year_doubled").reads == ("half_a_year_base_rate",)


def test_a_file_without_rules_needs_no_lock(contract: Path) -> None:
    (contract / "rules.lock").unlink()
    with pytest.raises(Refused) as caught:
        load_contract(contract)
    assert [problem.code for problem in caught.value.problems] == ["PBR162"]
