"""What the compiler proves about numbers holds for the values the reference engine finds: widths, denominators and signs."""

from __future__ import annotations

import pytest
from plans import HEAD, compiled, fact, machines
from random_contracts import make_case

from pbr.engine.record.tracing import trace
from pbr.plan.build import Builder
from pbr.plan.columns import node_at
from pbr.plan.node import Shape
from pbr.plan.shapes import LIMIT
from pbr.problem import Refused
from pbr.values.value import Value

SEEDS = range(300, 308)


def within(value: Value, shape: Shape) -> bool:
    """Whether both ends of a value fit the columns that the shape describes."""
    for end in (value.low, value.high):
        if shape.den is not None:
            if (end * shape.den).denominator != 1 or abs(end * shape.den) > shape.top:
                return False
        elif abs(end.numerator) > shape.top or end.denominator > shape.bottom:
            return False
    return max(shape.top, shape.bottom, shape.den or 1) < LIMIT


@pytest.mark.parametrize("seed", SEEDS)
def test_no_value_leaves_its_bounds_and_none_is_negative_that_cannot_be(seed: int) -> None:
    case = make_case(seed)
    builder = Builder(case.loaded)
    plan = builder.build()
    assert plan == case.plan
    checked = 0
    for machine in machines(plan, case.rows, case.complete_to):
        for grain, rows in trace(machine).items():
            for step in (step for step in plan.steps if step.grain == grain):
                nodes = [(step.name, step.node), *((f"{step.name}.{part.number}", node_at(step.node, part.path)) for part in step.parts)]
                for name, node in nodes:
                    for value in (row["values"][name] for row in rows):
                        if node.shape is not None and value.low is not None:
                            assert within(value, node.shape), (name, step.text, value, node.shape)
                            checked += 1
                            if name in builder.world.nonnegative:
                                assert value.low >= 0, (name, step.text, value)
    assert checked or not any(len(rows) > 1 for rows in case.rows.values())


SIGNS = {
    "n": True, "n + 1": True, "n - 1": False, "n * 2": True, "n * (-2)": False, "gain": False, "amount": True, "(score else 0)": False,
    "greatest(gain, £0.00)": True, "least(gain, £0.00)": False, "greatest(n - 5, 0)": True, "round(amount / 3, 1 penny, floor)": True,
    "if n > 1 then £1.00 else gain": False, "if n > 1 then £1.00 else amount": True, "count of events": True, "share of events where (kind = job)": True,
    "sum of size over events": False, "rest of part": False, "rest of 2%": True, "rest of 102%": False, "rest of (share of events where (kind = job))": True, "fall from n to 5": False, "whole months from started_on to 2013-01-01": True,
    "started_on - 2011-01-01": False, "-1": False, "(n - 1) * (n - 1)": False,
    "exp(n / 10000000000, 4 decimals)": True, "sqrt(n, 4 decimals)": True, "logistic(as number(part) - 3, 4 decimals)": True, "ln(n + 1, 4 decimals)": False,
}  # fmt: skip


@pytest.mark.parametrize("expression", SIGNS)
def test_what_is_proved_never_negative(expression: str) -> None:
    _, world = compiled(fact(expression))
    assert ("x" in world.nonnegative) == SIGNS[expression]


def test_facts_that_read_each_other_twice_over_and_over_compile_at_once() -> None:
    chain = "facts:\n  f0: {per: people, equals: n > 1}\n  g0: {per: people, equals: n}\n"
    for i in range(1, 400):
        chain += f"  f{i}: {{per: people, equals: f{i - 1} and f{i - 1}}}\n"
        chain += f'  g{i}: {{per: people, equals: "greatest(g{i - 1}, g{i - 1})"}}\n'
    _, world = compiled(chain)
    assert "g399" in world.nonnegative


def test_the_two_branches_of_a_doubtful_condition_are_compared_within_the_bounds() -> None:
    head = "(amount / (n + 1)) / (1 + n)"
    assert compiled(fact(f"if n > 1 then {head} else amount / (n + 1)"))
    wide = "as number(part) / (gain / £1.00) / 1"
    with pytest.raises(Refused):
        compiled(fact(wide))  # a / b / c is written with brackets


def test_a_card_of_many_keys_is_refused_for_its_gap_without_listing_every_key() -> None:
    codes = ", ".join(f"c{i}" for i in range(60))
    columns = "".join(f"      k{i}: {{type: code, one_of: [{codes}]}}\n" for i in range(6))
    head = f"""\
pbr: 1
contract: many
title: Many
version: "1"
parties: {{commissioner: C, provider: P}}
currency: GBP
term: {{from: 2011-10-01, to: 2013-09-30}}
parameters:
  card: {{by: [{", ".join(f"t.k{i}" for i in range(6))}], columns: [{", ".join(f"k{i}" for i in range(6))}, fee], rows: [[c0, c0, c0, c0, c0, c0, £1.00]]}}
data:
  t:
    one_row_per: id
    supplied_by: provider
    columns:
      id: {{type: identifier}}
{columns}"""
    with pytest.raises(Refused) as caught:
        compiled(payments="payments:\n  basic: {per: t, pays: £1.00}\nstatement:\n  then: []\n", head=head)
    assert [problem.code for problem in caught.value.problems] == ["PBR356"]


def test_the_least_of_what_is_not_negative_is_as_narrow_as_the_narrowest() -> None:
    plan, _ = compiled(fact("least(amount / £1.00 + n, 5)") + '  y: {per: people, equals: "least(gain, £5.00)"}\n')
    narrow, wide = plan.step("x").node.shape, plan.step("y").node.shape
    assert narrow is not None and wide is not None and narrow.den is not None
    assert narrow.top == 5 * narrow.den
    assert wide.top > 10**12  # a gain may be a loss of any size


def test_a_sum_over_the_one_row_whose_key_is_the_link_is_no_wider_than_the_row() -> None:
    one = "  details:\n    one_row_per: person_id\n    belongs_to: people by person_id\n    supplied_by: provider\n    columns: {weight: {type: whole number, at_least: 0, at_most: 7}}\n"
    plan, _ = compiled(fact("sum of weight over details"), head=HEAD.replace("cohorts:\n", one + "cohorts:\n"))
    shape = plan.step("x").node.shape
    assert shape is not None and shape.top == 7
