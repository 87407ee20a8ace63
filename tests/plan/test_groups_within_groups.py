"""Groups of one cohort within groups of another: what lies in what, and that quarters add up to the year in both engines."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from pbr.engine.record.machine import Machine
from pbr.engine.record.rows import Rows
from pbr.plan.build import build
from pbr.plan.enclosing import enclosed
from pbr.plan.plan import Plan
from pbr.terms.loading import load_text

TEXT = """
pbr: 1
contract: groups
title: Groups in groups
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
  year: {of: stays, each: "year from 1 April, by on_day"}
  site_year: {of: stays, each: "year from 1 April, by on_day", by: [site]}
  quarter: {of: stays, each: "quarter from 1 April, by on_day"}
  site_quarter: {of: stays, each: "quarter from 1 April, by on_day", by: [site]}
  month: {of: stays, each: "month, by on_day"}
measures:
  of_month: {per: month, equals: sum of n over stays}
  of_quarter: {per: quarter, equals: sum of n over stays}
  of_site_quarter: {per: site_quarter, equals: sum of n over stays}
  by_month: {per: year, equals: sum of of_month over month}
  by_quarter: {per: year, equals: sum of of_quarter over quarter}
  by_site: {per: quarter, equals: sum of of_site_quarter over site_quarter}
  by_site_year: {per: site_year, equals: sum of of_site_quarter over site_quarter}
  straight: {per: year, equals: sum of n over stays}
  straight_site: {per: site_year, equals: sum of n over stays}
  around: {per: month, equals: by_quarter}
payments:
  fee: {per: year, pays: £1.00 * by_quarter}
statement:
  then: []
"""


def plan() -> Plan:
    return build(load_text(TEXT, "groups.yaml"))


FIRST = date(2020, 6, 15)
ROWS = st.lists(st.tuples(st.integers(-40, 700), st.sampled_from(["a", "b"]), st.integers(0, 9)), max_size=12)


@settings(max_examples=30, deadline=None, database=None)
@given(ROWS)
def test_what_lies_within_a_year_adds_up_to_the_year_whatever_the_rows(rows: list[tuple[int, str, int]]) -> None:
    stays = [{"stay_id": f"s{i}", "on_day": FIRST + timedelta(days=day), "site": site, "n": n} for i, (day, site, n) in enumerate(rows)]
    whole = plan()
    machine = Machine(whole, Rows.by_hand(whole, {"stays": stays}))
    other = Machine(whole, Rows.by_hand(whole, {"stays": list(reversed(stays))}))
    assert machine.keys("year") == [("2020/21",), ("2021/22",)], "the years come from the contract, with rows or without"
    for key in machine.keys("year"):
        straight = machine.value("straight", key)
        assert straight == machine.value("by_quarter", key) == machine.value("by_month", key) == other.value("by_quarter", key)
    for key in machine.keys("site_year"):
        assert machine.value("straight_site", key) == machine.value("by_site_year", key)
    for key in machine.keys("quarter"):
        assert machine.value("of_quarter", key) == machine.value("by_site", key)
    for key in machine.keys("month"):
        year = "2020/21" if key[0] < "2021-04" else "2021/22"
        assert machine.value("around", key) == machine.value("straight", (year,))


def test_which_groups_lie_within_which() -> None:
    whole = plan()
    steps = {step.name: step for step in whole.steps}

    def lies(inner: str, outer: str) -> tuple[tuple[str, ...], int, bool, bool] | None:
        found = enclosed(whole.cohort(inner), whole.cohort(outer), steps)
        return None if found is None else (found.parts, found.most, found.single, found.torn is None)

    assert lies("quarter", "year") == ((), 4, True, True)
    assert lies("site_quarter", "year") == ((), 8, True, True)
    assert lies("site_quarter", "site_year") == (("site",), 4, True, True)
    assert lies("quarter", "site_year") is None, "a quarter of all sites is no part of one site's year"
    assert lies("year", "quarter") is None
    assert lies("year", "year") is None
    assert lies("month", "quarter") == ((), 3, True, True)
