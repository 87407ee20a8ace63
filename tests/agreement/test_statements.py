"""Random statements of every kind of step: each line as a plain rule has it, nothing decided that could come out otherwise, both engines alike."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from itertools import product
from typing import Any

from both import compare, machine_of
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from random_contracts import Case
from random_statements import Statement, make_statement, settle

from pbr.plan.build import build
from pbr.plan.then import KINDS
from pbr.terms.loading import load_text

SETTINGS: dict[str, Any] = {
    "deadline": None,
    "database": None,
    "suppress_health_check": [HealthCheck.too_slow],
    "phases": [Phase.explicit, Phase.generate],
}
SEEDS = st.integers(0, 2**40)


def readings(statement: Statement) -> list[tuple[dict[str, Any], ...]]:
    """The rows with each value that could stand where one is not known."""
    options = [[row] if row["won"] is not None else [{**row, "won": True}, {**row, "won": False}] for row in statement.rows]
    return [tuple(rows) for rows in product(*options)]


def lines_of(statement: Statement) -> dict[tuple[str, str], Any]:
    return {(line.payment, line.key[0] if line.key else ""): line for line in machine_of(statement.case).lines()}


@settings(max_examples=60, **SETTINGS)
@given(SEEDS)
def test_each_line_lies_where_a_plain_rule_has_it_and_no_decided_line_can_change(seed: int) -> None:
    """Unknown is monotone: whatever stands where a value is missing, a decided line is what it was, and a held one lies between its ends."""
    statement = make_statement(seed)
    lines, told = lines_of(statement), readings(statement)
    for rows in told:
        for place, amount in settle(statement, rows).items():
            line = lines[place]
            low, high = line.after[-1]
            assert (low is None or low <= amount) and (high is None or amount <= high), f"seed {seed}: {place} {line} could be {amount}"
            assert line.result == "held" or line.amount == amount, f"seed {seed}: {place} {line} could be {amount}"
            if len(told) == 1:
                assert line.amount == amount, f"seed {seed}: {place} {line} is {amount}"
    for rows in told[:1]:
        assert set(settle(statement, rows)) == set(lines), f"seed {seed}"


@settings(max_examples=30, **SETTINGS)
@given(SEEDS)
def test_what_is_paid_now_is_never_more_than_what_could_be_due_at_the_end(seed: int) -> None:
    """Whatever is open: what lines pay, less what the steps take now, is at most what some completion comes to, and at most a cap that is the last step.
    A share rounded to a pound may fall by a pound where the total grows by a penny. A held payment takes nothing back before it is decided."""
    statement = make_statement(seed, chain=True)
    if any(row["won"] is None and row["swing"] < 0 for row in statement.rows):
        return
    paid = sum(line.amount or 0 for line in lines_of(statement).values())
    slack = sum(step.unit - 1 for step in statement.steps if step.kind == "deduct" and step.share is not None)
    most = max(sum(settle(statement, rows).values()) for rows in readings(statement))
    assert paid <= most + slack, f"seed {seed}: {paid} is paid, and at most {most} could be due"
    last = statement.steps[-1]
    if last.kind == "cap":
        assert paid <= (last.amount or 0), f"seed {seed}: {paid} is paid under a cap of {last.amount}"


def test_a_cap_on_a_total_takes_what_is_certain_while_a_line_is_held() -> None:
    """£900.00 is decided and £901.00 open: under a cap of £500.00 on the total £500.00 is paid, and the cap's line stays held."""
    text = """\
pbr: 1
contract: held-cap
title: A cap while a line is held
version: "1"
parties: {commissioner: a, provider: b}
currency: GBP
term: {from: 2024-01-01, to: 2024-12-31}
data:
  people:
    one_row_per: person_id
    supplied_by: commissioner
    columns: {person_id: {type: identifier}, a: {type: yes or no, blank: unknown}, b: {type: yes or no, blank: unknown}}
payments:
  one: {per: people, only_if: a, pays: £900.00}
  two: {per: people, only_if: b, pays: £901.00}
statement:
  then:
    - {deduct: 1/6, on: total of contract, round: "1 penny, half up"}
    - {cap: £500.00, name: most, on: total of contract}
"""
    loaded = load_text(text.encode(), "held.yaml")
    rows = {"people": [["person_id", "a", "b"], ["p1", "yes", ""]]}
    case = Case(0, text, loaded, build(loaded), rows, {"people": date(2024, 12, 31)})
    lines = {line.payment: line for line in machine_of(case).lines()}
    assert {name: (line.amount, line.result) for name, line in lines.items()} == {
        "one": (90000, "pays"),
        "two": (None, "held"),
        "deduct": (-15000, "held"),
        "most": (-25000, "held"),
    }
    assert not compare(case).differences


@settings(max_examples=12, **SETTINGS)
@given(SEEDS)
def test_both_engines_agree_on_every_line_after_every_step(seed: int) -> None:
    found = compare(make_statement(seed, 12).case)
    assert not found.differences, f"seed {seed}: " + "\n".join(map(str, found.differences[:5]))


@settings(max_examples=20, **SETTINGS)
@given(SEEDS)
def test_lines_add_up_to_totals_and_no_cap_raises_one(seed: int) -> None:
    """Conservation: of known rows, the lines of each group after a step on its total come to what the step makes of that total."""
    statement = make_statement(seed)
    known = tuple({**row, "won": bool(row["won"])} for row in statement.rows)
    for number, step in enumerate(statement.steps, 1):
        before = sum(settle(replace(statement, steps=statement.steps[: number - 1]), known).values())
        after = sum(settle(replace(statement, steps=statement.steps[:number]), known).values())
        if step.kind in ("cap", "mix", "deduct"):
            assert after <= before, f"seed {seed}"
        if step.kind in ("floor", "net"):
            assert after >= before, f"seed {seed}"


@settings(max_examples=20, **SETTINGS)
@given(SEEDS)
def test_the_order_of_rows_is_meaningless(seed: int) -> None:
    statement = make_statement(seed)
    header, *body = statement.case.rows["rows"]
    random.Random(seed).shuffle(body)
    turned = replace(statement, case=replace(statement.case, rows={"rows": [header, *body]}))
    first, second = lines_of(statement), lines_of(turned)
    assert {place: (line.after, line.amount) for place, line in first.items()} == {
        place: (line.after, line.amount) for place, line in second.items()
    }


def test_every_kind_of_step_was_generated() -> None:
    steps = [step for seed in range(200) for step in make_statement(seed).case.plan.then]
    assert {step.kind for step in steps} == set(KINDS)
    assert {(step.kind, bool(step.name)) for step in steps} >= {("cap", True), ("cap", False)}
    assert any(step.limit for step in steps) and any(step.share for step in steps if step.kind == "deduct")
