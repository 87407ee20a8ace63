"""Aggregates: each rule by hand, and against every way in which what is unknown could turn out."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from record_making import NO, NONE, YES, D, F, K, R, U, kind

from pbr.engine.record.counted import Counted, Group
from pbr.engine.record.tables import AGGREGATE
from pbr.values.value import Value

HELD, REJECTED, EMPTY = 1, 2, 4
CANNOT = "only if it cannot matter"
Truth = bool | None


def row(member: Truth = True, where: Truth = True, *args: Value, key: int = 0) -> Counted:
    return Counted((key,), member, where, args)


def run(
    name: str, rows: list[Counted], held: str = CANNOT, rejected: int = 0, how: str = "hold", ranged: bool = True, **params: Any
) -> Value:
    type_ = kind("number", ranged=ranged)
    return AGGREGATE[name](Group(rows, rejected, held, how, HELD, REJECTED, EMPTY, type_, params))


def unknown(why: int) -> Value:
    return Value.unknown(why)


Y, N, H = row(), row(where=False), row(where=None)
MY, MN, MH = row(None), row(None, False), row(None, None)


@pytest.mark.parametrize(
    ("rows", "held", "rejected", "how", "expected"),
    [
        ([], "hold", 0, "hold", F(0)),
        ([Y, Y, N], "hold", 0, "hold", F(2)),
        ([Y, H], "hold", 0, "hold", unknown(HELD)),
        ([Y, MY], "hold", 1, "hold", unknown(HELD | REJECTED)),
        ([Y], "hold", 1, "hold", unknown(REJECTED)),
        ([Y], "hold", 2, "count as yes", F(3)),
        ([Y], "hold", 2, "count as no", F(1)),
        ([Y, H, MH], "leave out", 0, "hold", F(1)),
        ([Y, H], "leave out", 2, "hold", R(1, 3, REJECTED)),
        ([Y, H, MH], "take as yes", 0, "hold", F(3)),
        ([Y, H], "take as no", 0, "hold", F(1)),
        ([Y, H, MN], CANNOT, 0, "hold", R(1, 2, HELD)),
        ([Y, H, N], CANNOT, 2, "hold", R(1, 4, HELD | REJECTED)),
        ([Y, H], CANNOT, 2, "count as yes", R(3, 4, HELD)),
        ([Y, H], CANNOT, 2, "count as no", R(1, 2, HELD)),
    ],
)
def test_count(rows: list[Counted], held: str, rejected: int, how: str, expected: Value) -> None:
    assert run("count", rows, held, rejected, how) == expected


def test_a_range_is_unknown_where_the_plan_says_that_there_is_none() -> None:
    assert run("count", [Y, H], CANNOT, ranged=False) == unknown(HELD)


S = Fraction


@pytest.mark.parametrize(
    ("rows", "held", "rejected", "how", "expected"),
    [
        ([], CANNOT, 0, "hold", unknown(EMPTY)),
        ([], CANNOT, 2, "hold", R(0, 1, REJECTED)),
        ([Y, N, N], "hold", 0, "hold", F(1, 3)),
        ([Y, H], "hold", 0, "hold", unknown(HELD)),
        ([Y, MN], "hold", 0, "hold", unknown(HELD)),
        ([Y, N, H], "leave out", 0, "hold", F(1, 2)),
        ([H], "leave out", 0, "hold", unknown(HELD)),
        ([MY], CANNOT, 0, "hold", unknown(HELD)),
        ([Y, N, H, MY], "take as yes", 0, "hold", F(2, 3)),
        ([Y, N, H, MY], "take as no", 0, "hold", F(1, 3)),
        ([Y, N, H], "take as no", 1, "hold", R(S(1, 4), S(2, 4), REJECTED)),
        ([Y, N], "leave out", 1, "count as yes", F(2, 3)),
        ([Y, N], "hold", 1, "count as no", F(1, 3)),
        ([Y, N, H], CANNOT, 0, "hold", R(S(1, 3), S(2, 3), HELD)),
        ([Y, N, H, MY, MN, MH], CANNOT, 1, "hold", R(S(1, 6), S(5, 6), HELD | REJECTED)),
        ([Y, N, H], CANNOT, 1, "count as no", R(S(1, 4), S(2, 4), HELD)),
    ],
)
def test_share(rows: list[Counted], held: str, rejected: int, how: str, expected: Value) -> None:
    assert run("share", rows, held, rejected, how) == expected


def _x(*values: Value, where: Truth = True) -> list[Counted]:
    return [row(True, where, value) for value in values]


@pytest.mark.parametrize(
    ("rows", "held", "rejected", "expected"),
    [
        (_x(K("a"), K("a"), K("b")), "hold", 0, F(2)),
        (_x(K("a"), U), "hold", 0, unknown(HELD)),
        (_x(K("a")), "hold", 1, unknown(REJECTED)),
        (_x(K("a"), U) + _x(K("b"), where=None), "leave out", 0, F(1)),
        (_x(K("a")) + _x(K("b"), where=None), "take as yes", 0, F(2)),
        (_x(K("a")) + _x(U, where=None), "take as yes", 0, unknown(HELD)),
        (_x(K("a")) + _x(U, where=None), "take as no", 0, F(1)),
        (_x(K("a"), U), "take as no", 0, unknown(HELD)),
        (_x(K("a"), U) + _x(K("b"), K("a"), where=None), CANNOT, 1, R(1, 4, HELD | REJECTED)),
        (_x(K("a")) + _x(K("a"), where=None), CANNOT, 0, F(1)),
    ],
)
def test_count_different(rows: list[Counted], held: str, rejected: int, expected: Value) -> None:
    assert run("count_different", rows, held, rejected) == expected


HELD_ROW = _x(F(5), where=None)


@pytest.mark.parametrize(
    ("name", "rows", "held", "rejected", "expected"),
    [
        ("sum", [], "hold", 0, F(0)),
        ("sum", _x(F(1), F(2)), "hold", 0, F(3)),
        ("sum", _x(F(1), R(2, 4)), "hold", 0, R(3, 5, HELD)),
        ("sum", _x(F(1), U), "hold", 0, unknown(HELD)),
        ("sum", _x(F(1)) + HELD_ROW, CANNOT, 0, unknown(HELD)),
        ("sum", _x(F(1), U) + HELD_ROW, "leave out", 0, F(1)),
        ("sum", _x(F(1), U), "hold", 3, unknown(HELD | REJECTED)),
        ("mean", _x(F(1), F(2)), "hold", 0, F(3, 2)),
        ("mean", [N], "hold", 0, unknown(EMPTY)),
        ("mean", _x(R(1, 2)), "hold", 0, unknown(HELD)),
        ("mean", _x(U), "leave out", 0, unknown(EMPTY)),
        ("median", _x(F(9), F(1), F(2)), "hold", 0, F(2)),
        ("median", _x(F(9), F(1), F(2), F(3)), "hold", 0, F(5, 2)),
        ("median", _x(F(9)), "hold", 1, unknown(REJECTED)),
        ("smallest", _x(F(9), F(1)), "hold", 0, F(1)),
        ("smallest", [], "hold", 0, NONE),
        ("largest", _x(D("2020-01-01"), D("2021-01-01")), "hold", 0, D("2021-01-01")),
        ("largest", _x(F(1)) + HELD_ROW, "hold", 0, unknown(HELD)),
    ],
)
def test_summaries(name: str, rows: list[Counted], held: str, rejected: int, expected: Value) -> None:
    assert run(name, rows, held, rejected) == expected


@pytest.mark.parametrize(
    ("rows", "held", "rejected", "expected"),
    [
        ([], "hold", 0, NO),
        ([Y, H], "hold", 5, YES),
        ([H], "hold", 0, unknown(HELD)),
        ([H], "leave out", 0, NO),
        ([H], "take as yes", 0, YES),
        ([H], "take as no", 0, NO),
        ([N], "leave out", 1, unknown(REJECTED)),
        ([MY], CANNOT, 1, unknown(HELD | REJECTED)),
    ],
)
def test_any(rows: list[Counted], held: str, rejected: int, expected: Value) -> None:
    assert run("any", rows, held, rejected) == expected


def _d(*pairs: tuple[Truth, Value]) -> list[Counted]:
    return [row(True, where, value) for where, value in pairs]


@pytest.mark.parametrize(
    ("rows", "held", "rejected", "if_none", "expected"),
    [
        ([], "hold", 0, "yes", YES),
        ([], "hold", 0, "no", NO),
        ([], "hold", 0, "hold", unknown(EMPTY)),
        ([], "hold", 1, "yes", unknown(REJECTED)),
        (_d((True, YES)), "hold", 0, "no", YES),
        (_d((True, NO), (None, U)), "hold", 3, "yes", NO),
        (_d((True, U)), "hold", 0, "yes", unknown(HELD)),
        (_d((True, YES), (None, NO)), "hold", 0, "yes", unknown(HELD)),
        (_d((True, YES), (None, YES)), "hold", 0, "no", YES),
        (_d((None, YES)), "hold", 0, "yes", YES),
        (_d((None, YES)), "hold", 0, "no", unknown(HELD)),
        (_d((None, NO), (True, U)), "leave out", 0, "no", NO),
        (_d((None, U)), "take as yes", 0, "no", YES),
        (_d((True, U)), "take as no", 0, "yes", NO),
        (_d((None, NO)), "take as no", 0, "yes", YES),
        (_d((False, NO)), "hold", 0, "yes", YES),
    ],
)
def test_every(rows: list[Counted], held: str, rejected: int, if_none: str, expected: Value) -> None:
    assert run("every", rows, held, rejected, if_none=if_none) == expected


def test_first_and_last_break_ties_by_key() -> None:
    one, two = D("2020-01-01"), D("2020-02-01")
    rows = [row(True, True, F(n), d, key=n) for n, d in enumerate((two, one, one, two))]
    assert run("first_of", rows) == F(1)
    assert run("last_of", rows) == F(3)
    assert run("first_of", []) == NONE
    assert run("first_of", [*rows, row(True, True, F(9), U)]) == unknown(HELD)
    assert run("first_of", [*rows, row(True, None, F(9), one)]) == unknown(HELD)
    assert run("first_of", rows, rejected=1) == unknown(REJECTED)
    assert run("first_of", [row(True, True, U, one)]) == unknown(HELD)
    assert run("first_of", [row(True, True, NONE, one)]) == NONE
    assert run("first_of", [row(True, True, R(1, 2), one)]) == R(1, 2, HELD)


X = st.sampled_from([F(1), F(2), U])
ROWS = st.lists(
    st.tuples(st.sampled_from([True, None]), st.sampled_from([True, False, None]), X, st.sampled_from([YES, NO, U])), max_size=4
)
WAYS = [None, *itertools.product((True, False), (F(1), F(7)), (YES, NO))]  # a rejected row: not reached at all, or any row


def _completions(rows: list[tuple[Truth, Truth, Value, Value]], rejected: int) -> Iterator[list[tuple[bool, Value, Value]]]:
    """Every way the held rows could turn out: rows that are members, as (where, x, d)."""
    ways = []
    for member, where, x, d in rows:
        members = (True,) if member else (True, False)
        wheres = (True, False) if where is None else (where,)
        xs = (F(1), F(7)) if x.why else (x,)
        ds = (YES, NO) if d.why else (d,)
        ways.append([way if way[0] else None for way in itertools.product(members, wheres, xs, ds)])
    ways += [[None if way is None else (True, *way) for way in WAYS]] * rejected
    for chosen in itertools.product(*(list(dict.fromkeys(way)) for way in ways)):
        yield [way[1:] for way in chosen if way is not None]


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(["count", "share", "count_different", "sum", "mean", "median", "smallest", "largest", "any", "every"]),
    ROWS,
    st.integers(0, 1),
    st.sampled_from([CANNOT, "hold"]),
    st.sampled_from(["yes", "no", "hold"]),
)
def test_no_way_that_things_turn_out_contradicts_the_answer(
    name: str, rows: list[tuple[Truth, Truth, Value, Value]], rejected: int, held: str, if_none: str
) -> None:
    def argued(x: Value, d: Value) -> tuple[Value, ...]:
        return () if name in ("count", "share", "any") else (d,) if name == "every" else (x,)

    answer = run(name, [row(m, w, *argued(x, d)) for m, w, x, d in rows], held, rejected, if_none=if_none)
    assert bool(answer.why) == (answer.state in ("unknown", "range"))
    if answer.state == "unknown":
        return
    seen = []
    for completion in _completions(rows, rejected):
        exact = run(name, [row(True, where, *argued(x, d)) for where, x, d in completion], held, if_none=if_none)
        if exact.state == "unknown":
            assert exact.why == EMPTY and name == "share"  # nobody is left to have a share: no value contradicts the range
            continue
        if answer.state == "range":
            assert answer.low <= exact.low <= answer.high
            seen.append(exact.low)
        else:
            assert exact == answer
    if answer.state == "range" and name in ("count", "share"):
        assert min(seen) == answer.low and max(seen) == answer.high
