"""What lines of people can come to follows from the terms alone; and what each result says of its row is so for every row there can be."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path

import pytest

from pbr.disclosure.attack import begin
from pbr.disclosure.cells import Table
from pbr.disclosure.release import USUAL
from pbr.plan.build import build
from pbr.publish.reading import read
from pbr.publish.reading_results import Results
from pbr.statement.opening import open_folder
from pbr.terms.loading import load_text
from pbr.terms.rulebook.files import Library
from tests.publish.people_housed import DAY, DAYS, HOMES, PENALTY, PRICES, assessment, contract

TRUTHS = ("a", "b", "c")
POSSIBLE = {
    '  p: {per: people, only_if: a, pays: "£5.00"}': {"pays", "pays_nothing"},
    '  p: {per: people, pays: "£5.00"}': {"pays"},
    '  p: {per: people, pays: "if a then £5.00 else £3.00"}': {"pays"},
    '  p: {per: people, pays: "if a then £5.00 else £0.00"}': {"pays", "pays_nothing"},
    '  p: {per: people, at_risk: {share: 50%, of: "£10.00", already_paid: yes, keep_if: a}, round: "1 penny, half up"}': {
        "deducts",
        "pays_nothing",
    },
    '  p: {per: people, may_be: negative, pays: "if a then £5.00 else £0.00 - £3.00"}': {"pays", "deducts"},
    "  p: {per: people, factor: if a then 1.5 else 0.5}": {"sets"},
}

LEAST = {"days * £10.00": 1000, "if a then £5.00 else £3.00": 300, "round(days * 0.5 * £1.00, 1 penny, half up)": 100}


@pytest.mark.parametrize("pays", LEAST)
def test_the_least_price_that_the_terms_name(pays: str) -> None:
    """So a sum of nothing is nobody's."""
    plan = build(load_text(contract(f'  p: {{per: people, only_if: a, pays: "{pays}"}}', TRUTHS).encode(), "contract.yaml", Library([])))
    assert Results(plan, plan.payments[0]).least_price() == LEAST[pays]


@pytest.mark.parametrize("payment", POSSIBLE)
def test_the_results_that_the_terms_make_possible(payment: str) -> None:
    plan = build(load_text(contract(payment, TRUTHS).encode(), "contract.yaml", Library([])))
    assert set(Results(plan, plan.payments[0]).possible) == POSSIBLE[payment]


def test_a_cap_can_leave_nothing_of_a_line(tmp_path: Path) -> None:
    text = contract(
        '  p: {per: people, pays: "£5.00"}',
        TRUTHS,
        '[{cap: "£20.00", over: p, per: contract, allocate: by person_id, last_line: in part, clause: 1, says: no more}]',
    )
    plan = build(load_text(text.encode(), "contract.yaml", Library([])))
    assert set(Results(plan, plan.payments[0]).possible) == {"pays", "pays_nothing"}


PAYMENTS = """
  straight: {per: people, only_if: a, pays: "£5.00"}
  both:     {per: people, only_if: a and b, pays: "£5.00"}
  either:   {per: people, only_if: a or b, pays: "£5.00"}
  neither:  {per: people, only_if: not (a or b), pays: "£5.00"}
  nested:   {per: people, only_if: a and (b or not c), pays: "£5.00"}
  inside:   {per: people, pays: "if a then £5.00 else (if b then £3.00 else £0.00)"}
  at_stake: {per: people, at_risk: {share: 50%, of: "£10.00", already_paid: yes, keep_if: a and b}, round: "1 penny, half up"}
"""


@pytest.fixture(scope="module")
def every_row(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Table]:
    """A person for each way in which three questions can be answered; more of some than of others."""
    rows = [row for n, row in enumerate(product((True, False), repeat=3)) for _ in range(10 + n)]
    folder = assessment(tmp_path_factory.mktemp("rows") / "a", contract(PAYMENTS, TRUTHS), rows, TRUTHS)
    return folder, read([folder])[1]


def test_what_a_result_says_of_its_row_is_so(every_row: tuple[Path, Table]) -> None:
    with open_folder(every_row[0]) as opened:
        answers = {
            key: dict(zip(TRUTHS, row, strict=True))
            for key, *row in opened.trail.select(f"SELECT person_id, {', '.join(TRUTHS)} FROM trace_people")
        }
        for payment in opened.plan.payments:
            terms = Results(opened.plan, payment)
            known = {nothing: terms.when(nothing) or () for nothing in (True, False)}
            assert all(known.values())
            told = [
                (answers[json.loads(key)[0]], clause)
                for key, result in opened.trail.select("SELECT key, result FROM payments WHERE payment = ?", [payment.name])
                for clause in known[result == "pays_nothing"]
                if all(name.removeprefix("step:") in TRUTHS for name, _ in clause)
            ]
            assert told
            for row, clause in told:
                assert any(row[name.removeprefix("step:")] == answer for name, answer in clause), (payment.name, row, clause)


# What everybody knows who has read the terms, as it is found among the relations: these lines are no more than those together.
TIES = [
    ("straight/pays", ("a/yes",)),
    ("straight/pays-nothing", ("a/no",)),
    ("both/pays", ("a/yes",)),
    ("both/pays", ("b/yes",)),
    ("both/pays-nothing", ("a/no", "b/no")),
    ("either/pays", ("a/yes", "b/yes")),
    ("either/pays-nothing", ("a/no",)),
    ("neither/pays", ("b/no",)),
    ("nested/pays", ("b/yes", "c/no")),
    ("inside/pays", ("a/yes", "b/yes")),
    ("inside/pays/price-1", ("a/no",)),
    ("inside/pays/price-1", ("b/yes",)),
    ("inside/pays/price-2", ("a/yes",)),
    ("at_stake/deducts", ("a/no", "b/no")),
    ("at_stake/pays-nothing", ("a/yes",)),
    ("both/pays", ("straight/pays",)),
    ("nested/pays", ("straight/pays",)),
    ("neither/pays", ("straight/pays-nothing",)),
    ("either/pays-nothing", ("neither/pays",)),
    ("neither/pays", ("either/pays-nothing",)),
]


@pytest.mark.parametrize("tie", TIES, ids=str)
def test_lines_are_tied_to_what_decides_them(tie: tuple[str, tuple[str, ...]], every_row: tuple[Path, Table]) -> None:
    table, (lines, counts) = every_row[1], tie
    form = {_named(lines): 1} | {_named(one): -1 for one in counts}
    found = [one for one in table.relations if one.form == form]
    assert [(one.low, one.high) for one in found] == [(None, 0)]


def _named(short: str) -> str:
    many = short.endswith(("/pays", "/pays-nothing", "/deducts"))
    return f"harbour/{DAY}/{short}/lines" if many else f"harbour/{DAY}/{short}"


CASES = {
    "prices": (PRICES, 12, 0),
    "all at a price": (PRICES, 12, 12),
    "days": (DAYS, 12, 0),
    "a penalty": (PENALTY, 40, 40),
    "homes": (HOMES, 40, 0),
}


@pytest.mark.parametrize("case", CASES)
def test_what_everybody_knows_leaves_every_small_number_open(case: str, tmp_path: Path) -> None:
    """Else it could not be protected, and would not be: nothing that is withheld helps then."""
    payment, people, yes = CASES[case]
    text = contract(payment, ("housed", "worked"))
    folder = assessment(tmp_path / "a", text, [(n < yes, n % 3 == 0) for n in range(people)], ("housed", "worked"))
    attack, _ = begin(read([folder])[1], USUAL, {})
    closed = [
        target.what
        for number, target in enumerate(attack.targets)
        for place in range(len(target.choices))
        if target.needs == len(target.choices) and not attack.beforehand(number, place)
    ]
    assert attack.targets and not closed
