"""What a contract asks of the rows submitted: how cells are written, what is judged between rows, what must be there, and rates."""

from __future__ import annotations

import json
import re
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plans import HEAD, PAYMENTS, SHIPPED, compiled, machines

from pbr.plan.build import build
from pbr.plan.plan import Cover, Plan, RowRule, Table
from pbr.plan.writing import fits
from pbr.statement.reading_copy import reading_copy
from pbr.terms.loading import load_contract, load_text
from tests.golden import assert_golden

FOLDER = SHIPPED[0].parents[3] / "tests" / "plan"
REFERRALS = """\
  referrals:
    one_row_per: person_id
    supplied_by: independent
    columns:
      person_id: {type: identifier, identifies: person}
"""
ASKED = """\
    supplied_by: provider
    clause: Schedule 4
    charged_once_per: [area_id, started_on]
    must_cover: referrals by person_id
    control_totals: {rows: rows, areas: count different area_id, all_amounts: sum of amount, parts: sum of part}
    refused_over: 0.5%
    checks:
      - {code: C1, reject: n > 90, says: too many, correct: count again, clause: "4.1"}
      - {code: C2, flag: {repeated: [group, started_on]}, says: alike, correct: look, clause: "4.2"}
      - {code: C3, reject: {out_of_order: {milestones: [young, adult], of: group, by: started_on, per: area_id}}}
      - {code: R1, per: year, flag: later_share > 20%, says: a rate, correct: explain it}
      - {code: R2, per: contract, flag: sum of n over people > 5 or paid_share = 100%}
"""
ITEMS = """\
outcomes:
  jobbed: {per: people, yes_when: "any events where (kind = job and on_day within 12 months from started_on)", settles: started_on + 12 months}
measures:
  later_share: {per: year, equals: share of people where (group = adult)}
  paid_share: {per: contract, equals: share of people where jobbed}
"""
FULL = HEAD.replace("data:\n", "data:\n" + REFERRALS).replace("    supplied_by: provider\n", ASKED)
FULL = FULL.replace(
    "      n: {", "      ref: {type: identifier, length: 2 to 9, written_as: AA-999, check_digit: Luhn, blank: none}\n      n: {"
)


@pytest.fixture(scope="module")
def plan() -> Plan:
    return compiled(ITEMS, head=FULL)[0]


@pytest.fixture(scope="module")
def people(plan: Plan) -> Table:
    return plan.table("people")


def test_what_is_said_of_a_table_is_in_its_plan(people: Table) -> None:
    assert people.once == ("area_id", "started_on")
    assert people.cover == Cover("referrals", ("person_id",), ("person_id",), "Schedule 4", people.cover.line if people.cover else 0)
    assert [(t.name, t.what, t.column) for t in people.control_totals] == [
        ("rows", "rows", ""), ("areas", "different", "area_id"), ("all_amounts", "sum", "amount"), ("parts", "sum", "part"),
    ]  # fmt: skip
    assert Fraction(people.refused_over) == Fraction(1, 200)


def test_checks_between_rows_belong_to_the_table_and_are_no_steps(plan: Plan, people: Table) -> None:
    repeated, order = people.rules
    assert repeated == RowRule(
        "repeated", "C2", "flag", ("group", "started_on"), says="alike", correct="look", clause="4.2", line=repeated.line
    )
    assert order == RowRule("out of order", "C3", "reject", ("area_id",), "group", "started_on", ("young", "adult"), line=order.line)
    source = FULL.split("\n")
    assert "C2" in source[repeated.line - 1] and "C3" in source[order.line - 1]
    assert [step.name for step in plan.steps if step.kind in ("check", "flag")] == [
        "check.people.C1", "check.people.R1", "check.people.R2",
    ]  # fmt: skip


def test_how_a_cell_is_written_is_in_its_column(people: Table) -> None:
    ref = people.column("ref")
    assert (ref.shortest, ref.longest, ref.written_as, ref.check_digit) == (2, 9, "AA-999", "Luhn")
    assert all((c.shortest, c.longest, c.written_as, c.check_digit) == (None, None, "", "") for c in people.columns if c.name != "ref")


def test_a_link_column_is_written_as_it_declares() -> None:
    declared = HEAD.replace("      started_on:", "      area_id: {type: identifier, length: 4}\n      started_on:", 1)
    column = compiled(head=declared)[0].table("people").column("area_id")
    assert column.link and column.longest == 4 and column.type.names == "organisation"


def test_what_to_do_is_kept_with_the_check(plan: Plan) -> None:
    assert plan.step("check.people.C1").correct == "count again"
    assert plan.step("check.people.R1").correct == "explain it"
    assert plan.step("check.people.R2").correct == plan.step("later_share").correct == ""


def test_a_rate_is_a_flag_after_everything_it_reads(plan: Plan) -> None:
    for name, grain in (("check.people.R1", "year"), ("check.people.R2", "contract")):
        step = plan.step(name)
        assert (step.kind, step.grain, step.type.kind) == ("flag", grain, "truth")
        assert all(plan.step(read).number < step.number for read in step.reads)
    added = [node.params["aggregate"] for node in plan.step("check.people.R2").node.walk() if "aggregate" in node.params]
    assert [(one["when_held"], one["when_rejected"]) for one in added] == [("leave out", {"how": "leave out", "up_to": None})]


def test_the_plan_comes_back_from_its_json(plan: Plan) -> None:
    again = Plan.from_json(json.loads(json.dumps(plan.to_json())))
    assert again == plan and again.digest == plan.digest


@pytest.mark.parametrize("word", ["charged_once_per", "must_cover", "control_totals", "refused_over", "checks", "length", "written_as"])
def test_each_word_changes_the_plan(plan: Plan, word: str) -> None:
    lines = FULL.split("\n")
    without = "\n".join(re.sub(rf", {word}: [^,}}]*", "", line) for line in lines if not re.match(rf" *{word}:", line))
    if word == "checks":
        without = re.sub(r"(?m)^      - \{code.*\n", "", without)
    assert without != FULL
    assert compiled(ITEMS, head=without)[0].digest != plan.digest


NEW = {"once", "rules", "cover", "control_totals", "refused_over", "shortest", "longest", "written_as", "check_digit", "correct"}


def keys(data: Any) -> set[str]:
    inner = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    return (set(data) if isinstance(data, dict) else set()).union(*(keys(value) for value in inner))


def test_a_contract_that_says_none_of_it_has_none_of_it_in_its_plan(plan: Plan) -> None:
    assert keys(plan.to_json()) >= NEW
    assert not keys(compiled(ITEMS)[0].to_json()) & NEW  # so its digest is what it was before there were these words


def test_a_flag_uses_no_row_up() -> None:
    """Rows outside every cohort of their table are excluded, and a flag that counts the table does not change that."""
    rate = HEAD.replace(
        "    supplied_by: provider\n",
        "    supplied_by: provider\n    checks:\n      - {code: R, per: contract, flag: count of people > 3}\n",
    )
    payments = PAYMENTS.replace("per: people", "per: year").replace("pays: fee", "pays: fee")
    without, flagged = (compiled(head=head, payments=payments)[0].table("people").use for head in (HEAD, rate))
    assert without == flagged == "cohorts"


PEOPLE = ["person_id", "area_id", "started_on", "ended_on", "group", "score", "amount", "gain", "part", "n"]


def flagged(condition: str, per: str, rows: list[list[str]]) -> dict[str, str]:
    """What the reference engine says of a rate, by group."""
    check = f'    checks:\n      - {{code: R, per: {per}, flag: "{condition}"}}\n'
    head = HEAD.replace("    supplied_by: provider\n", "    supplied_by: provider\n" + check)
    plan, _ = compiled(head=head.replace("group: {type: code, one_of: [adult, young]}", "group: {type: code, one_of: [adult, young], blank: unknown}")
                       .replace("  bands: {of: people, by: [group, areas.band]}\n", ""))  # fmt: skip
    given = {"areas": [["area_id", "opened_on", "band"], ["a", "2011-01-01", "low"]], "people": [PEOPLE, *rows]}
    given["events"] = [["event_id", "person_id", "on_day", "done_on", "kind", "size"]]
    complete: dict[str, date | None] = dict.fromkeys(("areas", "people", "events"), date(2014, 1, 1))
    for machine in machines(plan, given, complete):
        values = {"/".join(key): machine.value("check.people.R", key) for key in machine.keys(per)}
        return {key: ("yes" if value.low else "no") if value.is_known else value.state for key, value in values.items()}
    raise AssertionError


def person(name: str, group: str, n: str = "1", day: str = "2011-11-01") -> list[str]:
    return [name, "a", day, "", group, "", "£1.00", "£1.00", "1.0%", n]


SHARE = "share of people where (group = adult) > 50%"
HALF = [person("p1", "adult"), person("p2", "adult"), person("p3", "young"), person("p4", "young", day="2012-11-01")]

UNREADABLE = person("p9", "adult", day="2011-13-01")


@pytest.mark.parametrize(
    ("condition", "per", "rows", "found"),
    [
        (SHARE, "year", HALF, {"2011/12": "yes", "2012/13": "no"}),
        (SHARE, "contract", HALF, {"": "no"}),
        (SHARE, "contract", [*HALF, person("p5", "adult")], {"": "yes"}),
        (SHARE, "contract", [*HALF, person("p5", "adult"), person("p6", "")], {"": "yes"}),  # 3 of 5: who is not known is left out
        (SHARE, "contract", [*HALF, person("p5", "adult"), UNREADABLE], {"": "yes"}),  # and who is rejected
        (SHARE, "contract", [*HALF, UNREADABLE], {"": "no"}),
        (SHARE, "contract", [], {"": "unknown"}),
        ("sum of n over people > 3", "contract", [*HALF, UNREADABLE], {"": "yes"}),  # a sum is not silenced by a bad row
        ("count of people < 1", "year", HALF[:1], {"2011/12": "no", "2012/13": "yes"}),
    ],
)
def test_a_rate_says_what_the_rows_that_stand_show(condition: str, per: str, rows: list[list[str]], found: dict[str, str]) -> None:
    assert flagged(condition, per, rows) == found


def test_the_reading_copy_says_each_word() -> None:
    loaded = load_text(FULL + ITEMS + "layout:\n" + LAYOUT + PAYMENTS, "small.yaml")
    assert_golden(reading_copy(loaded, build(loaded)).split("## Cohorts")[0], FOLDER / "reading-copy.txt")


LAYOUT = """\
  people: {sheet: Cases, delimiter: semicolon, encoding: utf-16, allow: [hidden rows, error cells], header_row: 3, footer_rows: 1, missing: [n/a]}
"""


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.parent.name)
def test_each_check_is_a_step_or_a_rule_of_its_table(path: Any) -> None:
    loaded = load_contract(path)
    plan = build(loaded)
    for table in plan.tables:
        written = [check.code.text for check in loaded.contract.data[table.name].checks]
        steps = [
            step.name.rpartition(".")[2] for step in plan.steps if step.kind in ("check", "flag") and step.name.split(".")[1] == table.name
        ]
        assert sorted([*steps, *(rule.code for rule in table.rules)]) == sorted(written)


@given(st.text("A9a-X 0", min_size=1, max_size=6), st.text("ABZa-X 059é٣", max_size=6))
def test_a_picture_is_a_regular_expression(picture: str, text: str) -> None:
    signs = {"A": "[A-Z]", "9": "[0-9]"}
    pattern = "".join(signs.get(sign, re.escape(sign)) for sign in picture)
    assert fits(picture, text) == (re.fullmatch(pattern, text) is not None)
