"""Rows out of order once checks have taken rows away, in the reference engine."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from record_making import CLAIMS, PEOPLE, column, day, kind, machine, plan, steps

from pbr.engine.record.machine import Machine
from pbr.engine.record.rows import Rows
from pbr.plan.node import Node
from pbr.plan.plan import Link, Plan, RowRule, Step, Table
from pbr.values.value import Value

ORDER = RowRule("out of order", "M1", "reject", ("needs",), "code", "on", ("a", "b", "c"))
NOTES = Table("notes", ("claim_id",), CLAIMS.columns[:1], "provider", parent=Link("children", "claims", ("claim_id",), ("claim_id",)))


def check(table: str) -> Step:
    node: Node = column(table, "ok", kind("truth", "unknown"))
    return Step(0, f"check.{table}.C", "check", table, Node("not", kind("truth", "unknown"), (node,)), "")


def made(*rules: RowRule) -> Plan:
    claims = replace(CLAIMS, rules=rules or (RowRule("repeated", "R", "reject", ("on",)), ORDER))
    return plan((PEOPLE, claims, NOTES), steps(check("people"), check("claims")))


def claim(key: str, code: str | None, on: int | None, ok: bool = True, who: str = "p", needs: str | None = "x") -> dict[str, Any]:
    return {
        "claim_id": key,
        "person_id": who,
        "ok": ok,
        "code": code,
        "needs": needs,
        "on": None if on is None else day(f"2020-01-{on:02}"),
    }


def ran(*claims: dict[str, Any], of: Plan | None = None) -> Machine:
    people = [{"person_id": "p", "ok": True}, {"person_id": "gone", "ok": False}]
    return machine(of or made(), people=people, claims=claims, notes=[{"claim_id": one["claim_id"]} for one in claims])


def stand(m: Machine, table: str = "claims") -> list[str]:
    return [row.key[0] for row in m.standing(table)]


CHAIN = (claim("1", "a", 1, ok=False), claim("2", "b", 2), claim("3", "c", 2), claim("4", "a", 3))


def test_a_chain_leaves_with_its_children() -> None:
    m = ran(*CHAIN)
    assert stand(m) == ["4"] and stand(m, "notes") == ["4"]
    assert m.checks() == [("people", 2, "check.people.C"), ("claims", 1, "check.claims.C")]
    assert m.out_of_order() == [("claims", 2, "M1"), ("claims", 3, "M1")]
    assert m.rejected("claims") == [{"person_id": "p"}] * 3
    assert len(m.rejected("notes")) == 3


def test_an_orphan_stands_for_nothing() -> None:
    m = ran(claim("1", "a", 1, who="gone"), claim("2", "b", 2))
    assert stand(m) == [] and m.out_of_order() == [("claims", 2, "M1")]
    assert m.rejected("claims") == [{"person_id": "gone"}, {"person_id": "p"}]


def test_another_row_with_the_milestone_stands_for_it_in_time_and_for_the_same() -> None:
    lost, later = claim("1", "a", 1, ok=False), claim("2", "b", 2)
    assert stand(ran(lost, later, claim("3", "a", 2))) == ["2", "3"]
    assert stand(ran(lost, later, claim("3", "a", 3))) == ["3"]
    assert stand(ran(lost, later, claim("3", "a", None))) == ["3"]
    assert stand(ran(lost, later, claim("3", "a", 1, needs="y"))) == ["3"]
    assert stand(ran(lost, later, claim("3", "a", 1, needs=None))) == ["3"]


def test_rows_with_another_code_or_a_blank_are_not_asked() -> None:
    rows = [claim("2", "other", 2), claim("3", None, 2), claim("4", "b", None), claim("5", "b", 2, needs=None)]
    assert stand(ran(claim("1", "a", 1, ok=False), *rows)) == ["2", "3", "4", "5"]


def test_a_row_that_a_check_rejects_may_be_out_of_order_too() -> None:
    m = ran(claim("1", "a", 1, ok=False), claim("2", "b", 2, ok=False))
    assert [number for table, number, _ in m.checks() if table == "claims"] == [1, 2]
    assert m.out_of_order() == [("claims", 2, "M1")]
    assert len(m.rejected("claims")) == 2


def test_rules_take_from_each_other_in_any_order() -> None:
    rules = (replace(ORDER, codes=("a", "b")), replace(ORDER, code="M2", codes=("b", "c")), replace(ORDER, code="M3", codes=("c", "d")))
    rows = [claim("1", "a", 1, ok=False), claim("2", "b", 1), claim("3", "c", 1), claim("4", "d", 1)]
    for order in (rules, rules[::-1]):
        m = ran(*rows, of=made(*order))
        assert stand(m) == []
        assert {(number, code) for _, number, code in m.out_of_order()} == {(2, "M1"), (3, "M2"), (4, "M3")}


def test_a_flag_and_rows_that_a_worked_example_gives_stay() -> None:
    assert stand(ran(*CHAIN, of=made(replace(ORDER, severity="flag")))) == ["2", "3", "4"]
    given = {"claims.code": {("2",): Value.known("b")}}
    assert stand(Machine(made(), Rows({}), given)) == ["2"]
