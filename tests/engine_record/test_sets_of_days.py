"""Sets of days against plain Python sets, day by day; and the laws of spans: what is deleted never pays more, what is filled in never unsettles."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pbr.engine.record.call import Call
from pbr.engine.record.spells import DAYS, both, days, either, less, runs_of
from pbr.language.types import Type
from pbr.values.value import KNOWN, NO_SUCH, Value

FIRST = date(2020, 1, 30)  # near a month's end, and in a leap year
SPAN = 70
DAYSET, TRUTH = Type("dayset", ranged=True), Type("truth")
Spells = list[tuple[date, date]]

day = st.integers(0, SPAN - 1).map(lambda n: FIRST + timedelta(days=n))
spells = st.lists(st.tuples(day, day), max_size=6)
lengths = st.integers(1, 40)
modes = st.sampled_from(["from", "after", "before"])


def every(given_: Spells) -> set[date]:
    """The days of spells, one by one."""
    return {first + timedelta(days=n) for first, last in given_ for n in range((last - first).days + 1)}


def listed(runs: Iterable[tuple[date, date]]) -> set[date]:
    return every(list(runs))


def well_made(runs: tuple[tuple[date, date], ...]) -> bool:
    return all(a <= b for a, b in runs) and all((b[0] - a[1]).days > 1 for a, b in pairwise(runs))


def ask(op: str, *args: Value, **params: Any) -> Value:
    return DAYS[op](Call(DAYSET, {"unit": "days", "reason": 0, **params}, args))


def known(found: Spells) -> Value:
    return Value.known(runs_of(found))


def window(mode: str, size: int, start: date) -> set[date]:
    begin = {"from": 0, "after": 1, "before": -size}[mode]
    return {start + timedelta(days=begin + n) for n in range(size)}


def chains(found: set[date]) -> list[list[date]]:
    out: list[list[date]] = []
    for one in sorted(found):
        if out and (one - out[-1][-1]).days == 1:
            out[-1].append(one)
        else:
            out.append([one])
    return out


@given(spells, spells)
def test_sets_are_put_together_day_by_day(a: Spells, b: Spells) -> None:
    one, other = runs_of(a), runs_of(b)
    for found, wanted in (
        (either(one, other), every(a) | every(b)),
        (both(one, other), every(a) & every(b)),
        (less(one, other), every(a) - every(b)),
    ):
        assert well_made(found)
        assert listed(found) == wanted


@given(spells, spells)
def test_a_union_is_idempotent_and_has_no_order(a: Spells, b: Spells) -> None:
    one, other = runs_of(a), runs_of(b)
    assert either(one, one) == one
    assert either(one, other) == either(other, one) == runs_of([*b, *a])


@given(spells, st.data())
def test_a_spell_cut_into_two_that_touch_is_the_same(a: Spells, data: st.DataObject) -> None:
    cut: Spells = []
    for first, last in a:
        if first < last:
            at = data.draw(st.integers(0, (last - first).days - 1))
            cut += [(first, first + timedelta(days=at)), (first + timedelta(days=at + 1), last)]
        else:
            cut.append((first, last))
    assert runs_of(cut) == runs_of(a)


@given(spells, st.integers(0, 20))
def test_gaps_are_filled_that_are_short_enough(a: Spells, gap: int) -> None:
    wanted = every(a)
    for before, after in pairwise(chains(every(a))):
        if (after[0] - before[-1]).days - 1 <= gap:
            wanted |= {before[-1] + timedelta(days=n) for n in range((after[0] - before[-1]).days)}
    assert listed(ask("days_joined", known(a), Value.known(gap)).low) == wanted


@given(spells, lengths, modes, day)
def test_windows_and_what_they_cover(a: Spells, size: int, mode: str, start: date) -> None:
    args, inside = (known(a), Value.known(size), Value.known(start)), window(mode, size, start)
    assert listed(ask("days_within", *args, mode=mode).low) == every(a) & inside
    assert ask("covers", *args, mode=mode).low is (inside <= every(a))
    begun = {one for chain in chains(every(a)) if chain[0] in inside for one in chain}
    assert listed(ask("days_begin", *args, mode=mode).low) == begun


@given(spells, lengths)
def test_days_that_are_reached(a: Spells, size: int) -> None:
    inorder = sorted(every(a))
    assert ask("day_reaches", known(a), Value.known(size)) == (Value.known(inorder[size - 1]) if len(inorder) >= size else NO_SUCH)
    long = [chain for chain in chains(every(a)) if len(chain) >= size]
    assert ask("day_lasted", known(a), Value.known(size)) == (Value.known(long[0][size - 1]) if long else NO_SUCH)
    assert ask("days_in", known(a)).low == len(inorder)


@given(spells, day, st.integers(1, 20), st.integers(0, 5), st.booleans())
def test_the_steps_a_span_is_cut_into(a: Spells, after: date, size: int, most: int, unbroken: bool) -> None:
    left = [one for one in sorted(every(a)) if one > after]
    parts = chains(set(left)) if unbroken else [left]
    wanted = [(part[n], part[n + size - 1]) for part in parts for n in range(0, len(part) - size + 1, size)][:most]
    args = (known(a), Value.known(after), Value.known(size), Value.known(most))
    assert ask("days_cut", *args, unbroken=unbroken, limit=5).low == tuple(wanted)


@given(spells, st.integers(1, 3), st.integers(1, 4))
def test_a_step_in_months_is_there_exactly_if_the_run_has_lasted_so_long(a: Spells, size: int, most: int) -> None:
    for run in runs_of(a):
        one, before = Value.known((run,)), Value.known(date(2000, 1, 1))
        lasted = [ask("day_lasted", one, Value.known(k * size), unit="months") for k in range(1, most + 1)]
        found = ask("days_cut", one, before, Value.known(size), Value.known(most), unit="months", unbroken=True, limit=4).low
        assert [last for _, last in found] == [reached.low for reached in lasted if reached != NO_SUCH]
        assert [first for first, _ in found] == [run[0], *(last + timedelta(days=1) for _, last in found)][: len(found)]


QUESTIONS = ("days_begin", "days_within", "covers", "day_reaches", "day_lasted", "days_in", "days_joined")


@settings(max_examples=300)
@given(spells, spells, spells, st.sampled_from(QUESTIONS), lengths, modes, day)
def test_what_is_answered_stays_so_whatever_the_open_days_turn_out_to_be(
    sure: Spells, maybe: Spells, turned_out: Spells, op: str, size: int, mode: str, start: date
) -> None:
    """``turned_out``: any days between those surely there and those perhaps there."""
    low, high = runs_of(sure), runs_of([*sure, *maybe])
    real = either(low, both(high, runs_of(turned_out)))
    rest = (
        ()
        if op == "days_in"
        else (Value.known(size),)
        if op in ("day_reaches", "day_lasted", "days_joined")
        else (Value.known(size), Value.known(start))
    )
    before, after = ask(op, days(low, high, 1), *rest, mode=mode), ask(op, Value.known(real), *rest, mode=mode)
    if before.state in (KNOWN, "none"):
        assert before == after
    elif op == "days_in":
        assert before.low <= after.low <= before.high
    elif op in ("days_begin", "days_within", "days_joined"):
        assert listed(before.low) <= listed(after.low) <= listed(before.high)


@settings(max_examples=200)
@given(spells, spells, day, st.integers(1, 15), st.booleans(), spells)
def test_steps_that_are_surely_there_stay_and_no_others_come_than_perhaps_there(
    sure: Spells, maybe: Spells, after: date, size: int, unbroken: bool, turned_out: Spells
) -> None:
    low, high = runs_of(sure), runs_of([*sure, *maybe])
    real = either(low, both(high, runs_of(turned_out)))
    rest = (Value.known(after), Value.known(size), Value.known(4))
    open_ = ask("days_cut", days(low, high, 1), *rest, unbroken=unbroken, limit=4)
    found = ask("days_cut", Value.known(real), *rest, unbroken=unbroken, limit=4).low
    assert len(open_.low) <= len(found) <= len(open_.high)
    for one, agreed, most in zip(found, open_.low, open_.high, strict=False):
        assert agreed != most or one == agreed
