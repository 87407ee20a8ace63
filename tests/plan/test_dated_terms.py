"""A variation from a day on changes nothing of groups that began before it; a suspended item is none, and pays nothing."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pbr.engine.record.machine import Machine
from pbr.engine.record.rows import Rows
from pbr.plan.build import build
from pbr.plan.plan import Plan
from pbr.terms.loading import load_text

TEXT = """
pbr: 1
contract: dated
title: Dated
version: "1"
parties: {commissioner: C, provider: P}
currency: GBP
term: {from: 2020-04-01, to: 2022-03-31}
parameters:
  fee: {value: £10.00}
  rates:
    by: people.site
    columns: [site, price]
    versions: [{from: 2020-04-01, rows: [[a, £1.00], [b, £2.00]]}]
VARIATIONS
data:
  people:
    one_row_per: person_id
    supplied_by: provider
    columns:
      person_id: {type: identifier, identifies: person}
      started_on: {type: date}
      site: {type: code, one_of: [a, b]}
      ok: {type: yes or no, blank: unknown}
cohorts:
  quarter: {of: people, each: "quarter from 1 April, by started_on", by: [site]}
measures:
  n: {per: quarter, equals: count of people where ok, when_held: take as no}
outcomes:
  good: {per: people, yes_when: ok, settles: started_on + 1 month}
payments:
  by_group: {per: quarter, pays: "fee * n + rates[site].price"}
  by_row: {per: people, only_if: good, pays: "rates[site].price on started_on"}
statement:
  then: []
"""
FIRST = date(2020, 4, 1)
ROWS = st.lists(st.tuples(st.integers(0, 729), st.sampled_from("ab"), st.sampled_from([True, False, None])), max_size=10)
DAYS = st.integers(1, 729).map(lambda n: FIRST + timedelta(days=n))


def plan(variations: str, text: str = TEXT) -> Plan:
    return build(load_text(text.replace("VARIATIONS", variations), "dated.yaml"))


def machine(plan: Plan, rows: list[tuple[int, str, bool | None]]) -> Machine:
    people: list[dict[str, Any]] = [
        {"person_id": f"p{i}", "started_on": FIRST + timedelta(days=day), "site": site, "ok": ok} for i, (day, site, ok) in enumerate(rows)
    ]
    return Machine(plan, Rows.by_hand(plan, {"people": people}, complete_to={"people": date(2023, 1, 1)}))


@settings(max_examples=25, deadline=None, database=None)
@given(ROWS, DAYS)
def test_a_variation_changes_nothing_that_began_before_it_and_all_that_began_since(
    rows: list[tuple[int, str, bool | None]], day: date
) -> None:
    varied = plan(f"variations:\n  - {{from: {day}, replaces: {{fee: £11.00, rates: [[a, £3.00], [b, £4.00]]}}}}")
    before, after = machine(plan(""), rows), machine(varied, rows)
    for key in before.keys("quarter"):
        began = next(group.first_day for group in varied.cohort("quarter").groups if group.key == key)
        same = before.value("by_group", key) == after.value("by_group", key)
        assert same == (began < day.isoformat())
    for number, (days, _, ok) in enumerate(rows):
        same = before.value("by_row", (f"p{number}",)) == after.value("by_row", (f"p{number}",))
        assert same == (FIRST + timedelta(days=days) < day or not ok)


@settings(max_examples=25, deadline=None, database=None)
@given(ROWS, DAYS, st.integers(0, 300))
def test_what_is_not_used_is_none_and_pays_nothing_and_all_else_is_as_it_was(
    rows: list[tuple[int, str, bool | None]], first: date, days: int
) -> None:
    last = first + timedelta(days=days)
    pause = f"dated_by: started_on, not_used: [{{from: {first}, to: {last}}}]"
    text = TEXT.replace("settles: started_on + 1 month}", f"settles: started_on + 1 month, {pause}}}")
    text = text.replace("only_if: good, pays", f"{pause}, only_if: (if exists(good) then good else ok), pays")
    before, after = machine(plan(""), rows), machine(plan("", text), rows)
    for number, (days_in, _, _) in enumerate(rows):
        key, started = (f"p{number}",), FIRST + timedelta(days=days_in)
        if first <= started <= last:
            assert after.value("good", key).state == "none"
            assert after.value("by_row", key).low == 0
        else:
            assert after.value("good", key).state == before.value("good", key).state
            assert after.value("by_row", key).low == before.value("by_row", key).low


def test_a_dated_value_and_a_version_without_a_mark_have_their_parameters() -> None:
    text = TEXT.replace(
        "fee: {value: £10.00}",
        "fee: {values: [{from: 2020-04-01, value: £10.00}, {from: 2021-04-01, value: £11.00, clause: C2, mark: S}], clause: C1, source: S1, mark: M}",
    )
    text = text.replace("  rates:\n", "  rates:\n    mark: M\n")
    terms = plan("", text).terms
    assert [(t.name, t.value, t.clause, t.source) for t in terms if t.mark == "M"] == [
        ("fee", "£10.00 from 2020-04-01", "C1", "S1"),
        ("rates", "a card of 2 lines from 2020-04-01", "", ""),
    ]
    assert [(t.value, t.clause, t.source) for t in terms if t.mark == "S"] == [("£11.00 from 2021-04-01", "C2", "")]
