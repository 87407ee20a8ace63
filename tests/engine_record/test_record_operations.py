"""Each scalar operation against its definition, every state in and out."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from record_making import LATER, NO, NONE, OWN, U2, YES, D, F, K, R, U, day, op

from pbr.engine.record.dates import add_days, add_months, months_between
from pbr.engine.record.numbers import rounded
from pbr.engine.record.tables import AGGREGATE, READ, SCALAR, WINDOW
from pbr.plan.operations import OPERATIONS, ROUNDING
from pbr.values.value import Value

BOTH = Value.unknown(3)
MINE = Value.unknown(OWN)


def test_the_tables_cover_every_operation_once() -> None:
    covered = [*SCALAR, *AGGREGATE, *WINDOW, *READ]
    assert sorted(covered) == sorted(OPERATIONS)


CASES: list[tuple[str, list[Value], dict[str, Any], Value]] = [
    ("not", [YES], {}, NO),
    ("not", [U], {}, U),
    ("and", [YES, YES, YES], {}, YES),
    ("and", [U, NO, U2], {}, NO),
    ("and", [U, YES, U2], {}, BOTH),
    ("or", [NO, NO], {}, NO),
    ("or", [U, YES], {}, YES),
    ("or", [U, NO, U2], {}, BOTH),
    ("if", [YES, F(1), U], {}, F(1)),
    ("if", [NO, F(1), R(1, 2)], {}, R(1, 2)),
    ("if", [U, F(1), F(1)], {}, F(1)),
    ("if", [U, NONE, NONE], {}, NONE),
    ("if", [U, F(1), F(2)], {}, U),
    ("if", [U, R(1, 2), R(1, 2)], {}, Value.unknown(5)),
    ("if", [U, F(1), U2], {}, BOTH),
    ("if", [U, F(1), NONE], {}, U),
    ("known", [R(1, 2)], {}, NO),
    ("known", [U], {}, NO),
    ("known", [LATER], {}, YES),
    ("known", [NONE], {}, YES),
    ("known", [F(0)], {}, YES),
    ("exists", [NONE], {}, NO),
    ("exists", [R(1, 2)], {}, YES),
    ("exists", [U], {}, U),
    ("else", [NONE, U], {}, U),
    ("else", [U2, F(1)], {}, U2),
    ("else", [R(1, 2), F(9)], {}, R(1, 2)),
    ("in", [K("a")], {"items": ["b", "a"]}, YES),
    ("in", [F(1, 2)], {"items": [{"n": "2", "d": "4"}]}, YES),
    ("in", [F(1)], {"items": [{"n": "2", "d": "4"}]}, NO),
    ("in", [D("2020-01-01")], {"items": ["2020-01-01"]}, YES),
    ("in", [U], {"items": ["a"]}, U),
    ("in", [R(1, 2)], {"items": [{"n": "9", "d": "1"}]}, Value.unknown(4)),
    ("has", [K(("a", "b"))], {"item": "b"}, YES),
    ("has", [K(())], {"item": "b"}, NO),
    ("has", [U], {"item": "b"}, U),
    ("certain", [LATER], {}, MINE),
    ("certain", [D("2020-01-01")], {}, D("2020-01-01")),
    ("certain", [U], {}, U),
    ("dated", [D("2020-01-31")], {"entries": [["2020-01-01", {"n": "1", "d": "2"}], ["2020-02-01", None]]}, F(1, 2)),
    ("dated", [D("2020-02-01")], {"entries": [["2020-01-01", {"n": "1", "d": "2"}], ["2020-02-01", None]]}, NONE),
    ("dated", [D("2019-12-31")], {"entries": [["2020-01-01", {"n": "1", "d": "2"}]]}, MINE),
    ("dated", [U], {"entries": [["2020-01-01", {"n": "1", "d": "2"}]]}, U),
    ("lookup", [K("a"), K("b")], {"rows": [[["a", "a"], None], [["a", "b"], {"n": "3", "d": "1"}]]}, F(3)),
    ("lookup", [K("a"), K("a")], {"rows": [[["a", "a"], None], [["a", "b"], {"n": "3", "d": "1"}]]}, NONE),
    ("lookup", [K("a"), U], {"rows": [[["a", "a"], None]]}, U),
    ("period", [D("2020-12-31")], {"periods": [["2020-01-01", "2020-12-31", "p"]]}, K("p")),
    ("period", [D("2021-01-01")], {"periods": [["2020-01-01", "2020-12-31", "p"]]}, NONE),
    ("period", [U], {"periods": []}, U),
    ("add", [R(1, 2), R(10, 20, 8)], {}, R(11, 22, 12)),
    ("add", [R(1, 2), U], {}, Value.unknown(5)),
    ("sub", [R(1, 2), R(10, 20, 8)], {}, R(-19, -8, 12)),
    ("mul", [R(-1, 2), R(-3, 5, 8)], {}, R(-6, 10, 12)),
    ("mul", [R(1, 2), F(0)], {}, F(0)),
    ("div", [F(1), F(3)], {}, F(1, 3)),
    ("div", [F(1), F(0)], {}, MINE),
    ("div", [R(1, 2), F(0)], {}, Value.unknown(OWN | 4)),
    ("div", [U, F(0)], {}, Value.unknown(OWN | 1)),
    ("div", [R(1, 2), F(-2)], {}, R(-1, Fraction(-1, 2))),
    ("div", [F(1), R(1, 2)], {}, Value.unknown(4)),
    ("fall", [F(10), F(8)], {}, F(1, 5)),
    ("fall", [F(-10), F(-8)], {}, F(1, 5)),
    ("fall", [F(0), F(8)], {}, MINE),
    ("fall", [F(10), R(8, 9)], {}, R(Fraction(1, 10), Fraction(1, 5))),
    ("fall", [F(-10), R(8, 9)], {}, Value.unknown(4)),
    ("fall", [R(1, 2), F(1)], {}, Value.unknown(4)),
    ("rise", [F(10), F(12)], {}, F(1, 5)),
    ("rise", [F(10), R(8, 12)], {}, R(Fraction(-1, 5), Fraction(1, 5))),
    ("rise", [F(0), R(8, 12)], {}, Value.unknown(OWN | 4)),
    ("rest", [R(Fraction(1, 4), Fraction(1, 2))], {}, R(Fraction(1, 2), Fraction(3, 4))),
    ("rest", [U], {}, U),
    ("as_percent", [R(1, 2)], {}, R(1, 2)),
    ("as_number", [U], {}, U),
    ("least", [R(1, 5), F(3)], {}, R(1, 3)),
    ("least", [R(3, 5), F(3)], {}, F(3)),
    ("least", [D("2020-01-02"), D("2020-01-01")], {}, D("2020-01-01")),
    ("greatest", [R(1, 5), F(3)], {}, R(3, 5)),
    ("greatest", [F(3), U], {}, U),
    ("greatest", [D("2020-01-02"), D("2020-01-01")], {}, D("2020-01-02")),
    ("round", [R(Fraction(14, 10), Fraction(26, 10))], {"quantum": {"n": "1", "d": "1"}, "mode": "half up"}, R(1, 3)),
    ("round", [R(Fraction(16, 10), Fraction(24, 10))], {"quantum": {"n": "1", "d": "1"}, "mode": "half up"}, F(2)),
    ("round", [U], {"quantum": {"n": "1", "d": "1"}, "mode": "half up"}, U),
    ("date_add", [D("2020-01-31"), F(1)], {"unit": "months"}, D("2020-02-29")),
    ("date_add", [D("9999-12-31"), F(1)], {"unit": "days"}, MINE),
    ("date_add", [D("2020-01-01"), F(10**12)], {"unit": "months"}, MINE),
    ("date_add", [D("2020-01-01"), U], {"unit": "days"}, U),
    ("date_sub", [D("2020-03-31"), F(1)], {"unit": "months"}, D("2020-02-29")),
    ("date_sub", [D("0001-01-01"), F(1)], {"unit": "days"}, MINE),
    ("days_between", [D("2020-01-01"), D("2020-01-31")], {}, F(-30)),
    ("days_between", [D("2020-01-01"), U], {}, U),
    ("whole_months", [D("2020-01-31"), D("2020-02-29")], {}, F(1)),
    ("whole_months", [D("2020-01-31"), D("2020-02-28")], {}, F(0)),
    ("whole_months", [D("2020-01-31"), D("2020-01-30")], {}, MINE),
    ("whole_years", [D("2020-02-29"), D("2021-02-28")], {}, F(1)),
    ("whole_years", [D("2020-02-29"), D("2024-02-28")], {}, F(3)),
    ("whole_years", [D("2020-02-29"), D("2020-02-28")], {}, MINE),
]


@pytest.mark.parametrize(("name", "args", "params", "expected"), CASES)
def test_definition(name: str, args: list[Value], params: dict[str, Any], expected: Value) -> None:
    kind = "number" if expected.low is None or isinstance(expected.low, Fraction) else "code"
    assert op(name, *args, type_=kind, **params) == expected


@pytest.mark.parametrize(
    ("kind", "raw", "expected"),
    [
        ("money", {"n": "-5", "d": "1"}, F(-5)),
        ("percent", {"n": "1", "d": "20"}, F(1, 20)),
        ("date", "2020-02-29", D("2020-02-29")),
        ("truth", True, YES),
        ("truth", False, NO),
        ("codes", ["b", "a"], K(("a", "b"))),
        ("text", "x", K("x")),
        ("date", None, NONE),
    ],
)
def test_literals(kind: str, raw: Any, expected: Value) -> None:
    assert op("literal", type_=kind, value=raw) == expected


SIGNS = {
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
    "lt": lambda a, b: a < b,
    "le": lambda a, b: a <= b,
    "gt": lambda a, b: a > b,
    "ge": lambda a, b: a >= b,
}


@pytest.mark.parametrize("sign", SIGNS)
def test_comparisons_of_ranges_agree_with_every_pair(sign: str) -> None:
    ends = [(a, b) for a in range(4) for b in range(a, 4)]
    for (a1, a2), (b1, b2) in itertools.product(ends, ends):
        # Between whole ends there are other rationals; the halves stand for them.
        pairs = itertools.product(range(2 * a1, 2 * a2 + 1), range(2 * b1, 2 * b2 + 1))
        answers = {SIGNS[sign](a, b) for a, b in pairs}
        a, b = R(a1, a2), R(b1, b2, 8)
        assert op(sign, a, b) == (K(answers.pop()) if len(answers) == 1 else Value.unknown(a.why | b.why))


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize("offset", range(-2, 4))
def test_not_yet_is_some_day_after_the_table_is_complete(sign: str, offset: int) -> None:
    complete = day("2020-06-10")
    other = complete + timedelta(days=offset)
    # Forty days stand for the endless days after: the last is later than any day compared with here.
    days = [complete + timedelta(days=n) for n in range(1, 41)]
    left = {SIGNS[sign](d, other) for d in days}
    right = {SIGNS[sign](other, d) for d in days}
    known = {"t": complete}
    assert op(sign, LATER, K(other), not_yet=["t", None], complete_to=known) == (K(left.pop()) if len(left) == 1 else MINE)
    assert op(sign, K(other), LATER, not_yet=[None, "t"], complete_to=known) == (K(right.pop()) if len(right) == 1 else MINE)
    assert op(sign, LATER, LATER, not_yet=["t", "t"], complete_to=known) == MINE
    assert op(sign, LATER, K(other), not_yet=["t", None]) == MINE
    assert op(sign, LATER, U, not_yet=["t", None], complete_to=known) == U


def test_texts_codes_and_truths_are_equal_or_not() -> None:
    assert op("eq", K("a"), K("b")) == NO
    assert op("ne", K("a"), K("b")) == YES
    assert op("eq", YES, YES) == YES
    assert op("eq", K(("a",)), K(("a",))) == YES


WINDOWS = [
    ("from", "2020-01-31", YES),
    ("from", "2020-02-28", YES),
    ("from", "2020-02-29", NO),
    ("from", "2020-01-30", NO),
    ("after", "2020-01-31", NO),
    ("after", "2020-02-29", YES),
    ("after", "2020-03-01", NO),
    ("before", "2020-01-31", NO),
    ("before", "2020-01-30", YES),
    ("before", "2019-12-31", YES),
    ("before", "2019-12-30", NO),
]


@pytest.mark.parametrize(("mode", "d", "expected"), WINDOWS)
def test_windows(mode: str, d: str, expected: Value) -> None:
    assert op("within", D(d), F(1), D("2020-01-31"), mode=mode, unit="months") == expected


def test_windows_with_days_that_are_not_yet_or_unknown() -> None:
    def within(d: Value, span: Value, e: Value, complete: str, mode: str = "from") -> Value:
        return op("within", d, span, e, mode=mode, unit="days", not_yet=["t", None, "t"], complete_to={"t": day(complete)})

    e = D("2020-01-01")
    assert within(LATER, F(10), e, "2020-01-10") == NO  # complete to the last day of the window
    assert within(LATER, F(10), e, "2020-01-09") == MINE
    assert within(D("2020-01-05"), F(10), LATER, "2020-01-05") == NO  # e is later than d
    assert within(D("2020-01-05"), F(10), LATER, "2020-01-01") == MINE
    assert within(D("2019-12-31"), U, e, "2020-01-05") == NO  # decided by the first half
    assert within(D("2020-01-05"), U, e, "2020-01-05") == U
    assert within(U, F(10), U2, "2020-01-05") == BOTH
    assert within(D("9999-12-30"), F(10), D("9999-12-29"), "2020-01-05") == MINE
    assert op("between", D("2020-01-01"), e, e) == YES
    assert op("between", D("2020-01-02"), U, e) == NO
    assert op("between", D("2020-01-01"), U, e) == U
    assert op("between", LATER, e, D("2020-01-05"), not_yet=["t", None, None], complete_to={"t": day("2020-01-05")}) == NO


DECIMAL_MODES = {
    "half up": ROUND_HALF_UP,
    "half even": ROUND_HALF_EVEN,
    "toward zero": ROUND_DOWN,
    "away from zero": ROUND_UP,
    "floor": ROUND_FLOOR,
    "ceiling": ROUND_CEILING,
}


@pytest.mark.parametrize("mode", ROUNDING)
@given(thousandths=st.integers(-(10**9), 10**9) | st.integers(-10, 10).map(lambda n: n * 5))
def test_rounding_is_the_decimal_modules(mode: str, thousandths: int) -> None:
    expected = (Decimal(thousandths) / 1000).quantize(Decimal("0.01"), rounding=DECIMAL_MODES[mode])
    assert rounded(Fraction(thousandths, 1000), Fraction(1, 100), mode) == Fraction(expected)


@pytest.mark.parametrize("mode, expected", list(zip(ROUNDING, (-1, 0, 0, -1, -1, 0), strict=True)))
def test_rounding_minus_a_half(mode: str, expected: int) -> None:
    assert rounded(Fraction(-1, 2), Fraction(1), mode) == expected


DATES = st.dates(date(1, 1, 1), date(9999, 12, 31))


@given(DATES, st.integers(-200_000, 200_000))
def test_months_clamp_to_the_end_and_go_nowhere_else(start: date, months: int) -> None:
    reached = add_months(start, months)
    index = start.year * 12 + start.month - 1 + months
    if reached is None:
        assert not 12 <= index < 120_000
        return
    assert reached.year * 12 + reached.month - 1 == index
    assert reached.day == start.day or (
        reached.day < start.day and (reached + timedelta(days=1) if reached < date.max else reached).day in (1, 31)
    )


@given(DATES, DATES)
def test_whole_months_are_the_largest_that_fit(a: date, b: date) -> None:
    months = months_between(a, b)
    if months is None:
        assert b < a
        return
    assert months >= 0
    reached, further = add_months(a, months), add_months(a, months + 1)
    assert reached is not None and reached <= b
    assert further is None or further > b


@given(DATES, st.integers(-4_000_000, 4_000_000))
def test_days_are_added_or_fall_outside(start: date, days: int) -> None:
    reached = add_days(start, days)
    if reached is None:
        assert not date.min.toordinal() <= start.toordinal() + days <= date.max.toordinal()
    else:
        assert (reached - start).days == days


NUMBERS = st.fractions(-5, 5, max_denominator=4)


@given(data=st.data(), name=st.sampled_from(["add", "sub", "mul", "div", "fall", "rise", "least", "greatest", *SIGNS]))
def test_every_value_in_a_range_gives_a_result_in_the_range(data: st.DataObject, name: str) -> None:
    """Unknown is monotone: a range stands for any value in it, an unknown for any value at all."""
    args, chosen = [], []
    for _ in range(2):
        low, high = sorted((data.draw(NUMBERS), data.draw(NUMBERS)))
        part = data.draw(st.fractions(0, 1, max_denominator=4))
        unknown = data.draw(st.integers(0, 5)) == 0
        args.append(U if unknown else Value.range(low, high, 2))
        chosen.append(K(data.draw(NUMBERS) if unknown else low + (high - low) * part))
    wide, exact = op(name, *args), op(name, *chosen)
    _refines(wide, exact)


TRUTHS = st.sampled_from([YES, NO, U, U2])


@given(st.sampled_from(["and", "or", "if"]), st.lists(TRUTHS, min_size=3, max_size=3), st.lists(st.booleans(), min_size=3, max_size=3))
def test_a_truth_that_is_decided_stays_when_unknowns_are_filled_in(name: str, args: list[Value], fill: list[bool]) -> None:
    filled = [K(value) if arg.why else arg for arg, value in zip(args, fill, strict=True)]
    _refines(op(name, *args), op(name, *filled))


def _refines(wide: Value, exact: Value) -> None:
    if wide.state == "known":
        assert exact == wide
    elif wide.state == "range" and exact.state != "unknown":
        assert wide.low <= exact.low <= exact.high <= wide.high
    if wide.state in ("known", "none"):
        assert wide.why == 0
    else:
        assert wide.why
