"""Random statements of every kind of step: each line as a plain rule has it, nothing decided that could come out otherwise, both engines alike."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import product
from typing import Any

from both import compare, machine_of
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from random_statements import Statement, make_statement, settle

from pbr.plan.then import KINDS

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


@settings(max_examples=150, **SETTINGS)
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
            assert line.amount is None or line.amount == amount, f"seed {seed}: {place} {line} could be {amount}"
            if len(told) == 1:
                assert line.amount == amount, f"seed {seed}: {place} {line} is {amount}"
    for rows in told[:1]:
        assert set(settle(statement, rows)) == set(lines), f"seed {seed}"


@settings(max_examples=12, **SETTINGS)
@given(SEEDS)
def test_both_engines_agree_on_every_line_after_every_step(seed: int) -> None:
    found = compare(make_statement(seed, 12).case)
    assert not found.differences, f"seed {seed}: " + "\n".join(map(str, found.differences[:5]))


@settings(max_examples=40, **SETTINGS)
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


@settings(max_examples=40, **SETTINGS)
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
