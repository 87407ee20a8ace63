"""The figure of the London contract that no worked example is large enough to reach: four hundred people and more, a home for each."""

from __future__ import annotations

from pbr.examples.showing import show
from pbr.language.types import Type
from pbr.values.value import Value
from tests.contracts.catalogue import compiled


def limit() -> str:
    """The sum of the last step of the statement, as the plan has it."""
    _, plan = compiled("contracts/housing/london-rough-sleepers")
    return show(Value.known(plan.then[-1].amount), Type("money"), "£")
