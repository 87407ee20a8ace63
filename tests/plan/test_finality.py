"""What is paid for rows that are not there is refused; what further rows can only raise is not."""

from __future__ import annotations

import pytest
from plans import HEAD, compiled

from pbr.problem import Refused

PAID = HEAD.replace("size: {type: whole number}", "size: {type: whole number, at_least: 0}\n      change: {type: whole number}")

ONLY_RAISED = [
    "(sum of size over events) * £1.00",
    "(sum of size over events where (kind = job)) * amount * 1/2",
    "fee * ((count of events) / (n + 1))",
]
COULD_FALL = [
    "greatest((sum of change over events) * £1.00, £0.00)",
    "£100.00 / (1 + (sum of size over events))",
    "greatest(£100.00 - (sum of size over events) * £1.00, £0.00)",
]


def pays(expression: str) -> str:
    return f'payments:\n  x: {{per: people, pays: "{expression}", round: "1 penny, half up"}}\nstatement:\n  then: []\n'


@pytest.mark.parametrize("expression", ONLY_RAISED)
def test_a_sum_that_only_grows_needs_no_last_day(expression: str) -> None:
    compiled(payments=pays(expression), head=PAID)


@pytest.mark.parametrize("expression", COULD_FALL)
def test_a_sum_that_later_rows_could_lower_does(expression: str) -> None:
    with pytest.raises(Refused) as caught:
        compiled(payments=pays(expression), head=PAID)
    assert [problem.code for problem in caught.value.problems] == ["PBR345"]


QUARTERS = '  quarter: {of: events, each: "quarter from 1 October, by on_day"}\n'
GROUPS = {
    "count of events >= 3": False,
    "(sum of size over events) >= 10": False,
    "count of events = 0": True,
    "count of events <= 3": True,
    "not any events where (kind = job)": True,
    "(sum of size over events) < 10": True,
    "5 - (count of events) >= 0": True,
}


@pytest.mark.parametrize("per", ["quarter", "contract"])
@pytest.mark.parametrize("condition", GROUPS)
def test_fewer_rows_of_a_group_pay_only_once_there_are_no_more_to_come(condition: str, per: str) -> None:
    paid = f'payments:\n  x: {{per: {per}, only_if: "{condition}", pays: £100.00}}\nstatement:\n  then: []\n'
    if not GROUPS[condition]:
        compiled(QUARTERS, payments=paid, head=PAID)
        return
    with pytest.raises(Refused) as caught:
        compiled(QUARTERS, payments=paid, head=PAID)
    assert [problem.code for problem in caught.value.problems] == ["PBR345"]


BOTH_WAYS = [
    "share of events where (kind = job)",
    "sum of change over events",
    "mean of change over events",
    "(count of events where (kind = job)) / (count of events)",
]


@pytest.mark.parametrize("value", BOTH_WAYS)
@pytest.mark.parametrize(("settles", "refused"), [("", True), (", settles: last_day", False)])
def test_half_a_quarter_says_nothing_of_the_quarter(value: str, settles: str, refused: bool) -> None:
    text = f'{QUARTERS}measures:\n  rate: {{per: quarter, equals: "{value}"{settles}}}\n'
    zero = "0%" if "share" in value else "0"
    paid = f"payments:\n  x: {{per: quarter, only_if: rate >= {zero}, pays: £100.00}}\nstatement:\n  then: []\n"
    if not refused:
        compiled(text, payments=paid, head=PAID)
        return
    with pytest.raises(Refused) as caught:
        compiled(text, payments=paid, head=PAID)
    assert [problem.code for problem in caught.value.problems] == ["PBR345"]


@pytest.mark.parametrize(
    ("step", "refused"),
    [
        ("cap: room, name: most, on: total of contract", True),
        ("floor: room, name: least, on: total of contract", True),
        ("deduct: earned, name: less, on: total of contract", True),
        ("deduct: room, name: less, on: total of contract", False),
        ("cap: earned, name: most, on: total of contract", False),
        ("floor: final, name: least, on: total of contract", False),
    ],
)
def test_a_sum_in_a_step_of_the_statement_is_held_to_the_same(step: str, refused: bool) -> None:
    text = """measures:
  earned: {per: contract, equals: £10.00 * count of events}
  room: {per: contract, equals: "greatest(£100.00 - £10.00 * count of events, £0.00)"}
  final: {per: contract, equals: "greatest(£100.00 - £10.00 * count of events where (on_day <= 2013-09-30), £0.00)", settles: 2013-09-30}
"""
    paid = f"payments:\n  x: {{per: people, pays: £600.00}}\nstatement:\n  then:\n    - {{{step}}}\n"
    if not refused:
        compiled(text, payments=paid, head=PAID)
        return
    with pytest.raises(Refused) as caught:
        compiled(text, payments=paid, head=PAID)
    assert [problem.code for problem in caught.value.problems] == ["PBR345"]
