"""A line of a card that must follow another within a span, against a plain rule, in both engines."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from both import compare, machine_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_contracts import Case

from pbr.plan.build import build
from pbr.terms.loading import load_text

TEXT = """\
pbr: 1
contract: windows
title: Windows
version: "1"
parties: {commissioner: C, provider: P}
currency: GBP
term: {from: 2020-01-01, to: 2021-12-31}
data:
  people: {one_row_per: person, supplied_by: provider, columns: {person: {type: identifier}}}
  claims:
    one_row_per: claim
    belongs_to: people by person
    supplied_by: provider
    columns:
      claim: {type: identifier}
      what: {type: code, one_of: card.card.code}
      on_day: {type: date}
      fine: {type: yes or no, blank: unknown}
payments:
  card:
    per: claims
    kind: tariff
    code: what
    subject: person
    on: on_day
    only_if: fine
    card:
      columns: [code, price, after_achieved, window]
      rows: [[a, £1.00, none, none], ["{b}", £2.00, a, 1 month], [c, £4.00, a, 2 weeks], [d, £8.00, "{b}", none]]
statement: {then: []}
"""
LOADED = load_text(TEXT.encode(), "windows.yaml")
PLAN = build(LOADED)
PRICES = {"a": 100, "{b}": 200, "c": 400, "d": 800}
AFTER = {"{b}": "a", "c": "a", "d": "{b}"}
DAYS = [
    date(2020, 1, 30),
    date(2020, 1, 31),
    date(2020, 2, 13),
    date(2020, 2, 14),
    date(2020, 2, 28),
    date(2020, 2, 29),
    date(2020, 3, 1),
    date(2020, 3, 30),
]
CLAIMS = st.lists(
    st.tuples(st.sampled_from("pq"), st.sampled_from([*PRICES]), st.sampled_from(DAYS), st.sampled_from(["yes", "yes", "no", ""])),
    max_size=12,
)


def end_of_window(code: str, day: date) -> date:
    if code == "c":
        return day + timedelta(days=14)
    year, month = (day.year, day.month + 1) if day.month < 12 else (day.year + 1, 1)
    return date(year, month, min(day.day, monthrange(year, month)[1])) if code == "{b}" else date.max


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(CLAIMS)
def test_a_claim_follows_in_time(claims: list[tuple[str, str, date, str]]) -> None:
    cells = [[f"c{n:02d}", person, code, day.isoformat(), fine] for n, (person, code, day, fine) in enumerate(claims)]
    rows = {"people": [["person"], ["p"], ["q"]], "claims": [["claim", "person", "what", "on_day", "fine"], *cells]}
    case = Case(0, TEXT, LOADED, PLAN, rows, dict.fromkeys(("people", "claims"), date(2022, 1, 1)))
    compared = compare(case)
    assert not compared.differences, "\n".join(map(str, compared.differences[:3]))
    lines = {line.key[0]: line.amount for line in machine_of(case).lines()}
    for n, (person, code, day, fine) in enumerate(claims):
        found = {
            other[3]
            for other in claims
            if other[0] == person and other[1] == AFTER.get(code) and other[2] <= day < end_of_window(code, other[2])
        }
        follows = "yes" if code not in AFTER or "yes" in found else "" if "" in found else "no"
        due = 0 if "no" in (fine, follows) else None if "" in (fine, follows) else PRICES[code]
        assert lines[f"c{n:02d}"] == due, claims[n]
