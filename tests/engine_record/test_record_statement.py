"""Lines, caps and the places of rows."""

from __future__ import annotations

import itertools
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from record_making import TABLES, F, K, U, column, kind, literal, machine, node, plan, steps

from pbr.engine.record.machine import Machine, NotGiven
from pbr.engine.record.rows import Rows
from pbr.engine.record.statement import Line
from pbr.plan.node import Shape
from pbr.plan.plan import Cohort, Payment, Plan, Step
from pbr.plan.then import StatementStep
from pbr.values.value import Value

MONEY = kind("money", "unknown", ranged=True)
AMOUNT = column("people", "x", MONEY, reason=3)
PAYS = Payment("pay", "pays", "people", None, "pay.amount")


def paying(*caps: StatementStep, payment: Payment = PAYS, cohorts: tuple[Cohort, ...] = (), shape: Shape | None = None) -> Plan:
    made = steps(
        ("ok", "people", column("people", "ok", kind("truth", "unknown"))),
        Step(0, "none", "exclusion", "people", literal("D1", "text"), ""),
        ("when", "people", column("people", "on", kind("date", "unknown"))),
        ("who", "people", column("people", "group", kind("code", "unknown"))),
        ("pay.amount", "people", replace(AMOUNT, shape=shape)),
    )
    return plan(TABLES, made, cohorts, payments=(payment,), caps=caps)


def lines(made: Plan, *amounts: Value, **more: list[Value]) -> list[Line]:
    people = [
        {"person_id": f"{n:02}", "x": amount, **{name: values[n] for name, values in more.items()}} for n, amount in enumerate(amounts)
    ]
    return machine(made, people=people).lines()


def cap(amount: int, last_line: str = "in part", order: tuple[str, ...] = (), per: tuple[tuple[str, str], ...] = ()) -> StatementStep:
    return StatementStep(1, amount, ("pay",), (("pay", order),), per, last_line=last_line)


def test_what_a_line_says() -> None:
    found = lines(paying(), F(5), F(0), F(-5), U, Value.range(Fraction(1), Fraction(9), 1))
    assert [(line.number, line.key, line.low, line.high, line.amount, line.result, line.why) for line in found] == [
        (1, ("00",), 5, 5, 5, "pays", 0),
        (2, ("01",), 0, 0, 0, "pays_nothing", 0),
        (3, ("02",), -5, -5, -5, "deducts", 0),
        (4, ("03",), None, None, None, "held", 8),
        (5, ("04",), 1, 9, None, "held", 8),
    ]


def test_a_factor_is_over_the_denominator_its_plan_fixed() -> None:
    made = paying(payment=Payment("pay", "factor", "people", None, "pay.amount"), shape=Shape(12, 10**6))
    found = lines(made, F(3, 4), Value.range(Fraction(1, 4), Fraction(1, 6) + 1, 1), U)
    assert [(line.low, line.high, line.of, line.result) for line in found] == [
        (9, 9, 12, "sets"),
        (3, 14, 12, "held"),
        (None, None, 12, "held"),
    ]


def test_money_that_is_not_whole_is_a_fault_of_the_plan() -> None:
    with pytest.raises(ValueError, match="whole units of 1/1"):
        lines(paying(), F(1, 2))


def test_rows_outside_have_no_line() -> None:
    made = paying(payment=Payment("pay", "pays", "people", "good", "pay.amount"), cohorts=(Cohort("good", "people", "ok", "none"),))
    found = lines(made, F(1), F(2), F(3), ok=[K(True), K(False), U])
    assert [(line.number, line.key) for line in found] == [(1, ("00",)), (2, ("02",))]


def test_a_cap_pays_in_order_and_the_last_line_in_part() -> None:
    days = [K(f"2020-01-0{n}") for n in (3, 1, 2)]
    found = lines(paying(cap(10, order=("when",))), F(6), F(5), F(4), on=days)
    assert [line.amount for line in found] == [1, 5, 4]
    assert found[0].after == ((1, 1),) and found[0].low == 6
    whole = lines(paying(cap(10, "not at all", order=("when",))), F(6), F(5), F(4), on=days)
    assert [line.amount for line in whole] == [0, 5, 4]


def test_held_lines_keep_their_room() -> None:
    found = lines(paying(cap(10)), F(4), U, F(3), Value.range(Fraction(0), Fraction(2), 1))
    assert [line.after[0] for line in found] == [(4, 4), (0, 6), (0, 3), (0, 2)]
    assert [line.result for line in found] == ["pays", "held", "held", "held"]
    ahead = lines(paying(cap(4)), F(4), U)
    assert (ahead[1].amount, ahead[1].result) == (0, "pays_nothing")  # no room is left, whatever it is


def test_caps_count_apart_per_key_and_one_after_the_other() -> None:
    per = cap(5, per=(("pay", "who"),))
    found = lines(paying(per, cap(8)), F(4), F(4), F(4), group=[K("a"), K("b"), K("a")])
    assert [line.after for line in found] == [((4, 4), (4, 4)), ((4, 4), (4, 4)), ((1, 1), (0, 0))]


AMOUNTS = st.lists(st.integers(0, 9), min_size=1, max_size=8)


@given(AMOUNTS, st.integers(0, 30))
def test_a_cap_conserves(amounts: list[int], top: int) -> None:
    in_part = [line.amount for line in lines(paying(cap(top)), *map(F, amounts))]
    assert sum(a or 0 for a in in_part) == min(top, sum(amounts))
    whole = [line.amount for line in lines(paying(cap(top, "not at all")), *map(F, amounts))]
    assert sum(a or 0 for a in whole) <= top and all(a in (0, b) for a, b in zip(whole, amounts, strict=True))


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), min_size=1, max_size=4),
    st.integers(0, 8),
    st.sampled_from(["in part", "not at all"]),
)
def test_what_is_paid_under_a_cap_never_has_to_be_undone(ends: list[tuple[int, int]], top: int, last_line: str) -> None:
    ranges = [Value.range(Fraction(low), Fraction(low + more), 1) for low, more in ends]
    held = lines(paying(cap(top, last_line)), *ranges)
    for chosen in itertools.product(*(range(low, low + more + 1) for low, more in ends)):
        exact = lines(paying(cap(top, last_line)), *map(F, chosen))
        for before, after in zip(held, exact, strict=True):
            low, high = before.after[0]
            assert low is not None and high is not None and after.amount is not None
            if last_line == "in part":
                assert low <= after.amount <= high
            else:  # a line that is not known may be too large for its room, and then pays nothing
                assert after.amount <= high and (before.amount is None or before.amount == after.amount)


def test_places() -> None:
    from dataclasses import replace

    made = paying(cohorts=(Cohort("good", "people", "ok", "none"),))
    made = replace(made, tables=(replace(made.tables[0], use="cohorts"), *made.tables[1:]))
    m = machine(made, people=[{"person_id": "1", "ok": True}, {"person_id": "2", "ok": False}, {"person_id": "3"}])
    assert [(row.key, place, code) for row, place, code in m.place_of("people")] == [
        (("1",), "used", ""),
        (("2",), "excluded", "D1"),
        (("3",), "used", ""),
    ]


def test_lines_of_a_worked_example_name_what_they_lack() -> None:
    m = Machine(paying(), Rows({}), {"pay.amount": {("a",): F(7)}, "people.ok": {("b",): K(True)}})
    lacking: list[NotGiven] = []
    assert [line.amount for line in m.lines(lacking)] == [7]
    assert [(gap.name, gap.key) for gap in lacking] == [("people.x", ("b",))]
    with pytest.raises(NotGiven, match=r"people\.x of b is needed"):
        m.lines()


def test_an_amount_can_be_an_expression_of_ranges() -> None:
    doubled = node("mul", MONEY, AMOUNT, literal(2))
    made = plan(TABLES, steps(("pay.amount", "people", doubled)), payments=(PAYS,))
    assert [(line.low, line.high) for line in lines(made, Value.range(Fraction(1), Fraction(2), 1))] == [(2, 4)]


def test_the_lines_of_one_payment_alone_are_those_among_all() -> None:
    doubled = node("mul", MONEY, AMOUNT, literal(2))
    other = replace(PAYS, name="more", amount="more.amount")
    made = plan(TABLES, steps(("pay.amount", "people", AMOUNT), ("more.amount", "people", doubled)), payments=(PAYS, other))
    rows = Rows.by_hand(made, {"people": [{"person_id": p, "x": F(n)} for n, p in enumerate("abc", 1)]})
    every, alone = Machine(made, rows).lines(), Machine(made, rows).lines(only=("more",))
    assert [(line.payment, line.key, line.amount) for line in alone] == [
        (line.payment, line.key, line.amount) for line in every if line.payment == "more"
    ]
    assert [line.amount for line in alone] == [2, 4, 6]
