"""The latest day an answer reads: derived by the compiler, checked against the calendar day by day."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from plans import compiled

from pbr.engine.record.dates import add_months as record_add_months
from pbr.language.phrases import EachPhrase, parse_each
from pbr.language.types import Type
from pbr.plan.cohorts import periods
from pbr.plan.month_ends import add_months
from pbr.plan.node import Node, Shape
from pbr.plan.settling import CALENDAR, Day, longest, shortest
from pbr.plan.settling_days import _lasted
from pbr.problem import Refused

DAYS = st.dates(date(1999, 1, 1), date(2005, 12, 31))
MONTHS, SPANS = st.integers(-30, 30), st.integers(-800, 800)


def moved(day: date, months: int, days: int) -> date:
    there = add_months(day, months)
    assert there is not None
    return there + timedelta(days=days)


@given(DAYS, MONTHS)
def test_months_have_between_28_and_31_days_and_clamp(day: date, months: int) -> None:
    assert shortest(months) <= (moved(day, months, 0) - day).days <= longest(months)
    assert add_months(day, months) == record_add_months(day, months)


@example(37, 0, 36, 28)
@example(37, -3, 36, 25)
@given(MONTHS, SPANS, MONTHS, SPANS)
def test_a_day_covers_another_only_if_it_is_as_late_from_every_anchor(m: int, d: int, other_m: int, other_d: int) -> None:
    if Day("a", m, d, "a").covers(Day("a", other_m, other_d, "a")):
        anchor = date(1999, 12, 1)
        for _ in range(31 * 5):
            assert moved(anchor, m, d) >= moved(anchor, other_m, other_d), anchor
            anchor += timedelta(days=1)


@given(DAYS, st.integers(0, 20), st.integers(-40, 0), st.integers(0, 20), st.integers(-40, 40))
def test_a_span_added_to_the_latest_day_is_as_late_as_can_be(day: date, m: int, d: int, more_m: int, more_d: int) -> None:
    sum_ = Day("a", m, d, "a").later(more_m, more_d, at_most=True)
    assert sum_ is not None
    assert moved(day, sum_.months, sum_.days) >= moved(moved(day, m, d), more_m, more_d)


def test_a_month_more_is_as_late_as_four_weeks_more() -> None:
    later = Day("a", 37, 0, "a")
    assert later.covers(Day("a", 36, 28, "a")) and not later.covers(Day("a", 36, 29, "a"))


def test_days_of_the_calendar_are_compared_as_days() -> None:
    early, late = (Day(CALENDAR, 0, date(2012, 1, day).toordinal(), "") for day in (1, 2))
    assert late.covers(early) and not early.covers(late)
    assert late.shown == "2012-01-02" and Day("a", 12, -1, "released_on").shown == "released_on + 12 months"


def settles(condition: str, day: str, per: str = "people", facts: str = "") -> bool:
    """Whether an outcome with this condition may settle on this day."""
    text = f'outcomes:\n  x: {{per: {per}, yes_when: "{condition}", settles: "{day}"}}\n'
    try:
        compiled((f"facts:\n  {facts}\n" if facts else "") + text)
    except Refused as refused:
        assert [problem.code for problem in refused.problems] == ["PBR347"]
        return False
    return True


@pytest.mark.parametrize(
    ("condition", "too_early", "just_right"),
    [
        ("any events where (on_day within 12 months from started_on)", "started_on + 11 months", "started_on + 12 months"),
        ("any events where (on_day within 5 days from started_on)", "started_on + 3 days", "started_on + 4 days"),
        ("any events where (on_day within 5 days after started_on)", "started_on + 4 days", "started_on + 5 days"),
        ("any events where (on_day within 5 days before started_on)", "started_on - 2 days", "started_on - 1 days"),
        ("any events where (on_day between 2011-01-01 and started_on)", "started_on - 1 days", "started_on"),
        ("any events where (on_day < started_on)", "started_on - 2 days", "started_on - 1 days"),
        ("any events where (started_on + 12 months >= on_day)", "started_on + 11 months", "started_on + 12 months"),
        ("any events where (on_day <= 2012-05-31)", "2012-05-30", "2012-05-31"),
        ("any events where (on_day <= 2012-05-31 + 1 month)", "2012-06-29", "2012-06-30"),
        ("any events where (on_day <= term.last_day)", "2013-09-29", "2013-09-30"),
        ("any events where (on_day within 12 months from started_on and done_on within 6 months from on_day)", "started_on + 17 months", "started_on + 18 months"),
        ("count of events where (on_day <= started_on + 30 days) > 2", "started_on + 29 days", "greatest(started_on + 30 days, 2011-01-01)"),
        ("ended_on <= started_on + 6 months", "started_on + 5 months", "started_on + 6 months"),
        ("ended_on > started_on + 6 months", "started_on + 5 months", "started_on + 6 months"),
        ("ended_on within 30 days before started_on", "started_on - 6 months", "started_on"),
    ],
)  # fmt: skip
def test_settles_is_as_late_as_the_last_day_read(condition: str, too_early: str, just_right: str) -> None:
    assert not settles(condition, too_early)
    assert settles(condition, just_right)


@pytest.mark.parametrize(
    "condition",
    [
        "any events where (kind = job)",
        "any events where (on_day >= started_on)",
        "any events where (on_day <= started_on or kind = job)",
        "any events where (not (on_day > started_on))",
        "every events satisfies (on_day <= started_on), if none yes",
        "any events where (on_day within 1 year from done_on)",
        "exists(smallest of on_day over events)",
    ],
)
def test_rows_of_any_day_never_settle(condition: str) -> None:
    assert not settles(condition, "started_on + 40 years")


def test_windows_stated_as_facts_of_the_counted_rows_are_seen() -> None:
    fact = 'late: {per: events, equals: "on_day within 12 months from people.started_on and done_on within 6 months from on_day"}'
    assert not settles("any events where late", "started_on + 17 months", facts=fact)
    assert settles("any events where late", "started_on + 18 months", facts=fact)


def test_the_day_of_a_group_is_the_latest_of_its_rows() -> None:
    assert not settles("any people where (ended_on <= started_on + 6 months)", "last day of year + 5 months", per="year")
    assert settles("any people where (ended_on <= started_on + 6 months)", "last day of year + 6 months", per="year")
    assert not settles("any people where (ended_on <= started_on + 6 months)", "last day of bands + 6 months", per="bands")


def test_what_decides_membership_must_be_complete_too() -> None:
    items = "cohorts:\n  seen: {of: people, only: any events where (on_day <= people.started_on)}\noutcomes:\n  x: {per: areas, yes_when: any seen where (started_on <= areas.opened_on), settles: opened_on}\n"
    from plans import HEAD

    head = HEAD[: HEAD.index("cohorts:")]
    with pytest.raises(Refused) as caught:
        compiled(items, head=head)
    assert "PBR347" in str(caught.value)  # the events of a person who started before are read on days up to that start


EACH = [
    "year from 1 October, by d",
    "year from 1 January, by d",
    "quarter from 1 April, by d",
    "quarter from 15 January, by d",
    "month, by d",
    "week, by d",
]


@pytest.mark.parametrize("phrase", EACH)
@given(st.dates(date(1950, 1, 1), date(2150, 1, 1)), st.integers(0, 1500))
def test_periods_cover_the_term_once_and_have_keys_of_their_own(phrase: str, first: date, length: int) -> None:
    each: EachPhrase = parse_each(phrase)
    last = first + timedelta(days=length)
    found = periods(each, first, last)
    assert found[0][0] == first and found[-1][1] == last
    assert all(start <= end for start, end, _ in found)
    assert all(before[1] + timedelta(days=1) == after[0] for before, after in itertools.pairwise(found))
    assert len({key for _, _, key in found}) == len(found)


@given(DAYS, st.integers(0, 20), st.integers(-1, 0), st.integers(1, 20), st.integers(0, 60))
def test_a_run_that_begins_by_a_day_has_lasted_whole_months_by_the_day_that_is_derived(
    day: date, m: int, d: int, months: int, before: int
) -> None:
    length = Node("literal", Type("months"), (), {"value": {"n": str(months), "d": "1"}}, Shape(1, months), "")
    derived = _lasted(Day("a", m, d, "a"), length)
    assert derived is not None
    begun = moved(day, m, d) - timedelta(days=before)
    assert moved(day, derived.months, derived.days) >= moved(begun, months, -1)


@pytest.mark.parametrize(
    ("settled", "good"), [("started_on + 12 months", True), ("started_on + 12 months - 2 days", False), ("started_on + 11 months", False)]
)
def test_a_run_of_three_months_begun_within_nine_is_over_after_twelve(settled: str, good: bool) -> None:
    spans = "spans:\n  busy: {per: people, days_of: events from on_day to done_on, runs_begin: within 9 months from started_on}\n"
    text = f'{spans}outcomes:\n  x: {{per: people, date: day busy has lasted 3 months unbroken, settles: "{settled}"}}\n'
    if good:
        compiled(text)
    else:
        with pytest.raises(Refused, match="PBR347"):
            compiled(text)
