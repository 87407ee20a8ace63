"""``day sum``: the least day by which a sum is reached, and what open rows and rows of one day may change about it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st
from record_making import NONE, D, F, R, U, kind

from pbr.engine.record.counted import Counted, Group
from pbr.engine.record.tables import AGGREGATE
from pbr.values.value import Value

HELD, REJECTED = 1, 2
BEFORE = D("2019-12-31")
DAYS = [D(f"2020-01-0{n}") for n in range(1, 5)]
Row = tuple[bool | None, Value, Value]  # whether it counts, x, d


def ask(rows: list[Row], limit: Value, held: str = "hold", rejected: int = 0) -> Value:
    counted = [Counted((n,), True, where, (x, day, limit) if where is not False else ()) for n, (where, x, day) in enumerate(rows)]
    return AGGREGATE["day_sum"](Group(counted, rejected, held, "hold", HELD, REJECTED, 4, kind("date"), {}))


def plainly(rows: list[Row], limit: Fraction) -> Value:
    """The definition, word for word, where everything is known."""
    counts = [(day.low, x.low) for where, x, day in rows if where]
    reached = [day for day, _ in counts if sum((x for other, x in counts if other <= day), Fraction(0)) >= limit]
    return Value.known(min(reached)) if reached else NONE


KNOWN_ROWS = st.lists(
    st.tuples(st.sampled_from([True, True, False]), st.sampled_from([F(0), F(1), F(5, 2), F(4)]), st.sampled_from(DAYS)), max_size=6
)
ROWS = st.lists(
    st.tuples(st.sampled_from([True, True, None, False]), st.sampled_from([F(0), F(2), U, R(1, 3)]), st.sampled_from([*DAYS[:2], U])), max_size=3
)  # fmt: skip
LIMITS = st.sampled_from([F(1, 3), F(2), F(4), F(7)])


@given(KNOWN_ROWS, LIMITS, st.randoms())
def test_it_is_the_least_day_by_which_the_sum_is_reached_in_whatever_order_rows_come(
    rows: list[Row], limit: Value, any_order: object
) -> None:
    answer = ask(rows, limit)
    assert answer == plainly(rows, limit.low)
    any_order.shuffle(rows)  # type: ignore[attr-defined]
    assert ask(rows, limit) == answer


@given(KNOWN_ROWS, KNOWN_ROWS, LIMITS, LIMITS)
def test_a_row_more_never_makes_it_later_and_more_to_reach_never_makes_it_earlier(rows: list[Row], more: list[Row], limit: Value, other: Value) -> None:  # fmt: skip
    def place(answer: Value) -> int:
        return len(DAYS) if answer == NONE else DAYS.index(answer)

    assert place(ask([*rows, *more], limit)) <= place(ask(rows, limit))
    low, high = sorted((limit, other), key=lambda one: one.low)
    assert place(ask(rows, low)) <= place(ask(rows, high))


def _ways(rows: list[Row], rejected: int) -> Iterator[list[Row]]:
    """Every way in which what is open could turn out, a rejected row among them: not there at all, or anything."""
    each = []
    for where, x, day in rows:
        xs = [F(0), F(9)] if x.why and x.low is None else [Value.known(x.low), Value.known(x.high)]
        each.append([(w, one, at) for w in ((True, False) if where is None else (where,)) for one in xs for at in ([BEFORE, *DAYS[:2]] if day.why else [day])])  # fmt: skip
    each += [[(False, F(0), DAYS[0]), *((True, F(9), at) for at in (BEFORE, DAYS[1]))]] * rejected
    for chosen in itertools.product(*each):
        yield list(chosen)


@settings(deadline=None, max_examples=80)
@given(ROWS, st.sampled_from([F(1, 3), F(2), F(4), R(2, 4)]), st.integers(0, 1))
def test_an_answer_stands_exactly_where_nothing_that_is_open_could_change_it(rows: list[Row], limit: Value, rejected: int) -> None:
    answer = ask(rows, limit, rejected=rejected)
    limits = {limit.low, limit.high}
    could = {str(plainly(way, one)) for way in _ways(rows, rejected) for one in limits}
    if answer.state in ("known", "none"):
        assert could == {str(answer)}
    else:
        assert answer.why
        assert len(could) > 1


def test_what_is_open_and_cannot_matter_holds_nobody_up() -> None:
    reached = [(True, F(3), DAYS[0]), (True, F(1), DAYS[1])]
    assert ask([*reached, (True, U, DAYS[2]), (None, F(9), DAYS[1])], F(4)) == DAYS[1]
    assert ask([*reached, (None, F(1), DAYS[0])], F(4)) == Value.unknown(HELD)  # it could be a day earlier
    assert ask([(None, F(1), DAYS[0])], F(4)) == NONE  # and never reaches it
    assert ask(reached, F(4), rejected=1) == Value.unknown(REJECTED)
    assert ask([*reached, (True, F(1), U)], F(4)) == Value.unknown(HELD)
    assert ask([*reached, (True, F(1), U)], F(7)) == NONE  # even with it
    assert ask([*reached, (True, F(1), U), (None, F(9), DAYS[0])], F(4), "leave out") == DAYS[1]
    assert ask(reached, Value.unknown(8)) == Value.unknown(8)
    assert ask([], Value.unknown(8)) == NONE
