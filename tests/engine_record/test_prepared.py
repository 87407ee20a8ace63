"""What is kept beside a plan for the next machine of the same plan."""

from __future__ import annotations

import copy
import pickle

from record_making import TABLES, F, column, kind, literal, node, plan, steps

from pbr.engine.record.machine import Machine
from pbr.engine.record.prepared import Prepared
from pbr.engine.record.rows import Rows
from pbr.plan.plan import Plan

WHOLE = kind("whole", "unknown", ranged=True)


def of(number: int) -> Plan:
    return plan(TABLES, steps(("more", "people", node("add", WHOLE, column("people", "x", WHOLE, reason=3), literal(number)))))


def value(made: Plan) -> object:
    return Machine(made, Rows.by_hand(made, {"people": [{"person_id": "a", "x": F(1).low}]})).value("more", ("a",))


def test_it_is_made_once_for_a_plan_and_not_shared_with_another() -> None:
    one, other = of(1), of(2)
    assert Prepared.of(one) is Prepared.of(one)
    assert value(one) == value(one) == F(2)
    assert value(other) == F(3)


def test_it_does_not_go_with_a_copy_whose_nodes_are_others() -> None:
    made = of(1)
    assert value(made) == F(2)
    for again in (pickle.loads(pickle.dumps(made)), copy.deepcopy(made)):
        assert again == made
        assert "_prepared" not in vars(again)
        assert value(again) == F(2)
