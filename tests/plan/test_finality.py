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
