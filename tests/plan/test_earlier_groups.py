"""Earlier groups of a cohort, against sums made by hand from the same rows."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from pbr.engine.record.machine import Machine
from pbr.engine.record.rows import Rows
from pbr.plan.build import build
from pbr.plan.enclosing import rows_before
from pbr.plan.plan import Plan
from pbr.terms.loading import load_text

TEXT = """
pbr: 1
contract: earlier
title: Earlier groups
version: "1"
parties: {commissioner: C, provider: P}
currency: GBP
term: {from: 2020-06-15, to: 2022-03-31}
data:
  stays:
    one_row_per: stay_id
    supplied_by: commissioner
    columns:
      stay_id: {type: identifier}
      on_day: {type: date}
      site: {type: code, one_of: [a, b]}
      n: {type: whole number, at_least: 0, at_most: 100}
cohorts:
  month: {of: stays, each: "month, by on_day", by: [site]}
  sites: {of: stays, by: [site]}
measures:
  seen: {per: month, equals: sum of n over stays}
  so_far: {per: month, equals: sum of seen over earlier month}
  quarter: {per: month, equals: sum of seen over earlier month within 3 months}
  best: {per: month, equals: "(largest of seen over earlier month else 7)"}
  ago: {per: month, equals: "(seen of last earlier month by first_day else 7)"}
payments:
  fee: {per: month, pays: £1.00 * seen}
statement:
  then: []
"""
FIRST = date(2020, 6, 15)
ROWS = st.lists(st.tuples(st.integers(-40, 700), st.sampled_from(["a", "b"]), st.integers(0, 9)), max_size=12)


def plan() -> Plan:
    return build(load_text(TEXT, "earlier.yaml"))


@settings(max_examples=25, deadline=None, database=None)
@given(ROWS)
def test_what_came_before_is_what_the_earlier_months_of_the_same_site_had(rows: list[tuple[int, str, int]]) -> None:
    whole = plan()
    days = [(FIRST + timedelta(days=day), site, n) for day, site, n in rows]
    machine = Machine(
        whole, Rows.by_hand(whole, {"stays": [{"stay_id": f"s{i}", "on_day": d, "site": s, "n": n} for i, (d, s, n) in enumerate(days)]})
    )
    for site in "ab":
        had: list[int] = []  # by month, from the first of the term
        for group in (group for group in whole.cohort("month").groups if group.key[1] == site):
            told = {name: machine.value(name, group.key).low for name in ("so_far", "quarter", "best", "ago")}
            assert told == {"so_far": sum(had), "quarter": sum(had[-3:]), "best": max(had, default=7), "ago": had[-1] if had else 7}
            had.append(sum(n for d, s, n in days if s == site and group.first_day <= d.isoformat() <= group.last_day))


def test_how_many_groups_can_be_earlier() -> None:
    whole = plan()
    steps = {step.name: step for step in whole.steps}
    assert rows_before(whole.cohort("month"), steps) == 21, "22 months, of each site by itself"
    assert rows_before(whole.cohort("sites"), steps) == 0
