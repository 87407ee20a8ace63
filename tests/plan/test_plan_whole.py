"""Whole plans: any contract compiles or is refused, the order of a file means nothing, and a plan survives its own JSON."""

from __future__ import annotations

import json
import random
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plans import HEAD, PAYMENTS, SHIPPED, compiled, fact
from random_contracts import make_case

from pbr.examples import run_examples
from pbr.language.types import NUMERIC, Type
from pbr.plan import quantities
from pbr.plan.build import build
from pbr.plan.plan import Plan
from pbr.problem import Refused
from pbr.terms.loading import load_text
from tests.golden import assert_golden

WORD = re.compile(r'[A-Za-z_0-9.£%"-]+')
STRANGE = (
    "none", "unknown", "0", "5%", "£0.00", "2012-01-01", "term.last_day", "12 months", "(1)", "yes", "not yet", "1/6", "-3", "people", "contract", "year",
    "99999999999999999999999999999999999999", "first day of year", "100000000 months", "£1.00 per day", "count of people", "held", "[a, b]", "{}",
)  # fmt: skip
SEEDS = range(500, 504)


@pytest.fixture(scope="module")
def texts() -> list[str]:
    return [path.read_text(encoding="utf-8") for path in SHIPPED] + [make_case(seed).text for seed in SEEDS]


def mutated(text: str, rng: random.Random) -> str:
    """The text with a few words put in each other's places."""
    lines = text.split("\n")
    for _ in range(rng.choice((1, 1, 2, 3))):
        at = rng.randrange(len(lines))
        words = list(WORD.finditer(lines[at]))
        if words:
            word = rng.choice(words)
            other = rng.choice(WORD.findall(rng.choice(lines)) or ["x"])
            new = other if rng.random() < 0.7 else rng.choice(STRANGE)
            lines[at] = lines[at][: word.start()] + new + lines[at][word.end() :]
    return "\n".join(lines)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**40))
def test_a_contract_compiles_or_is_refused_and_nothing_else(texts: list[str], seed: int) -> None:
    rng = random.Random(seed)
    try:
        plan = build(load_text(mutated(rng.choice(texts), rng), "mutated.yaml"))
    except Refused as refused:
        assert refused.problems and all(problem.says and problem.place for problem in refused.problems)
    else:
        assert isinstance(plan, Plan)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**40))
def test_a_worked_example_says_what_is_wrong_with_it_and_nothing_else(seed: int) -> None:
    rng = random.Random(seed)
    text = rng.choice(SHIPPED).read_text(encoding="utf-8")
    at = text.index("examples:")
    try:
        loaded = load_text(text[:at] + mutated(text[at:], rng), "mutated.yaml")
    except Refused:
        return
    for result in run_examples(loaded, build(loaded)):
        assert all(problem.hint or problem.says for problem in result.problems)


@pytest.mark.parametrize("word", ["unknown", "held"])
def test_what_can_never_be_unknown_is_not_given_as_unknown(word: str) -> None:
    text = """
pbr: 1
contract: unknown-given
title: Given
version: "1"
parties: {commissioner: C, provider: P}
currency: GBP
term: {from: 2020-01-01, to: 2020-12-31}
data:
  people: {one_row_per: id, supplied_by: provider, columns: {id: {type: identifier}, sure: {type: yes or no}}}
payments:
  fee: {per: people, only_if: sure, pays: £5.00}
statement: {then: []}
examples:
  - {name: given, given: {sure: {p1: WORD}}, expect: {fee: {p1: £5.00}}}
""".lstrip().replace("WORD", word)
    loaded = load_text(text.encode(), "given.yaml")
    (result,) = run_examples(loaded, build(loaded))
    assert [problem.code for problem in result.problems] == ["PBR503"] and "never be unknown" in result.problems[0].says


def test_a_plan_comes_back_from_its_json_with_the_same_digest(texts: list[str]) -> None:
    for text in texts:
        plan = build(load_text(text, "contract.yaml"))
        again = Plan.from_json(json.loads(json.dumps(plan.to_json())))
        assert again == plan and again.digest == plan.digest
        assert build(load_text(text, "contract.yaml")).digest == plan.digest


@pytest.mark.parametrize("seed", SEEDS)
def test_the_order_of_items_in_the_file_changes_no_expression(seed: int) -> None:
    text = make_case(seed).text
    blocks = re.split(r"(?m)^(?=\w)", text)
    rng = random.Random(seed)
    shuffled = []
    for block in blocks:
        head, *lines = block.splitlines(keepends=True) or [""]
        if re.match(r"(facts|outcomes|measures|cohorts):", head):
            rng.shuffle(lines)
        shuffled.append(head + "".join(lines))
    one, other = (build(load_text(each, "contract.yaml")) for each in (text, "".join(shuffled)))
    assert {step.name: (step.node, step.reasons, step.parts, step.settles, step.decided_by, step.rests_on) for step in one.steps} == {
        step.name: (step.node, step.reasons, step.parts, step.settles, step.decided_by, step.rests_on) for step in other.steps
    }


def test_every_pair_of_units_has_its_result_or_none() -> None:
    types = [Type(kind) for kind in NUMERIC if kind != "price"] + [Type("price", per=per) for per in ("day", "person")]
    rows = []
    for a in types:
        for b in types:
            results = [
                quantities.add(a, b, False),
                quantities.add(a, b, True),
                quantities.mul(a, b),
                quantities.div(a, b),
                quantities.same(a, b),
            ]
            names = [type_.phrase if type_ is not None else "-" for type_ in results]
            rows.append(
                f"{a.phrase} and {b.phrase}: + {names[0]}; - {names[1]}; * {names[2]}; / {names[3]}; compared {'yes' if results[4] else '-'}\n"
            )
            assert quantities.mul(a, b) == quantities.mul(b, a) and quantities.add(a, b, False) == quantities.add(b, a, False)
    assert_golden("".join(rows), (SHIPPED[0].parents[3] / "tests" / "plan" / "units.txt"))


GRADES = {
    "n > 1": ("provider", "provider"),
    "any events where (kind = job)": ("independent", "provider"),
    "areas.band = low": ("provider", "provider"),
    "any events where late": ("independent", "provider"),
    "count of events where (people.n > 1) > 0": ("independent", "provider"),
}


@pytest.mark.parametrize("expression", GRADES)
def test_the_grade_of_evidence_is_the_weakest_that_decides_and_that_is_read(expression: str) -> None:
    plan, _ = compiled(fact(expression) + "  late: {per: events, equals: done_on > on_day}\n")
    assert (plan.step("x").decided_by, plan.step("x").rests_on) == GRADES[expression]


def test_parts_are_aggregates_sides_and_what_is_read_elsewhere_from_outside_in() -> None:
    plan, _ = compiled(fact("count of events where (kind = job) + n >= 2 and areas.band = low"))
    assert [(part.role, part.path) for part in plan.step("x").parts] == [("side", (0, 0)), ("aggregate", (0, 0, 0)), ("read", (1, 0))]


SUPPORTED = [
    "cohorts:\n  quarters: {of: events, each: 'quarter from 1 April, by people.started_on', by: [kind, people.group]}\nmeasures:\n  m: {per: quarters, equals: share of events where (done_on > on_day)}\n",
    "facts:\n  late: {per: people in year, equals: n > 1}\nmeasures:\n  m: {per: year, equals: share of people where late}\n",
    "facts:\n  twice: {per: people in scored, equals: score * 2}\nmeasures:\n  m: {per: contract, equals: sum of twice over scored}\n",
    "measures:\n  m: {per: year, equals: count of people where (group = adult) / count of people}\n",
    "measures:\n  m: {per: contract, equals: '£1.00 per person * count of people'}\n",
    'facts:\n  newest: {per: people, equals: "(size of last events by on_day where (kind = job) else 0)"}\n',
    "facts:\n  spell: {per: people, equals: 'if exists(score) and score > 1.00 then £1.00 else £0.00'}\n",
    "measures:\n  m: {per: bands, equals: fall from sum of n over people to count of people}\n",
]


@pytest.mark.parametrize("items", SUPPORTED)
def test_what_the_language_page_promises_compiles(items: str) -> None:
    head = HEAD + items.removeprefix("cohorts:\n") if items.startswith("cohorts:") else HEAD
    assert compiled("" if items.startswith("cohorts:") else items, PAYMENTS, head)


REFUSED = {
    "basic + £1.00 per day": "PBR332", "group = high": "PBR325", "person_id = area_id": "PBR327", "sum of part over areas": "PBR337",
    "started_on < amount": "PBR327", "n in (1, 5%)": "PBR327", "year.group": "PBR319", "bands": "PBR319", "people": "PBR319",
}  # fmt: skip


@pytest.mark.parametrize("expression", REFUSED)
def test_what_has_no_meaning_is_refused_by_its_own_code(expression: str) -> None:
    with pytest.raises(Refused) as caught:
        compiled(fact(expression))
    assert [problem.code for problem in caught.value.problems] == [REFUSED[expression]]


def test_a_row_that_may_not_be_in_the_cohort_is_held_by_that() -> None:
    doubtful = HEAD.replace(
        "part: {type: percent, decimals: 1}", "part: {type: percent, decimals: 1}\n      leaving: {type: yes or no, blank: unknown}"
    )
    head = doubtful + "  staying: {of: people, only: not leaving}\n"
    plan, _ = compiled(payments="payments:\n  basic: {per: people in staying, pays: fee}\nstatement:\n  then: []\n", head=head)
    assert "staying.member" in plan.step("basic").reads and plan.step("basic").type.may_be("unknown")
