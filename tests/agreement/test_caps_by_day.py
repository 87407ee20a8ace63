"""Caps in the order in which lines were earned, for each year of days, and for each group of a cohort: every completion of what is open, by a plain rule."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import date, timedelta
from itertools import product
from typing import Any

from both import compare, machine_of
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from random_contracts import Case

from pbr.plan.build import build
from pbr.terms.loading import load_text

HEAD = """\
pbr: 1
contract: days
title: Days
version: "1"
parties: {commissioner: C, provider: P}
currency: GBP
term: {from: 2020-01-01, to: 2021-12-31}
data:
  rows:
    one_row_per: id
    supplied_by: provider
    columns:
      id: {type: identifier}
      place: {type: code, one_of: [north, south]}
      began_on: {type: date}
      done_on: {type: date, blank: BLANK}
      left_on: {type: date, blank: none}
      won: {type: yes or no, blank: unknown}
      out: {type: yes or no, blank: unknown}
      fee: {type: money, at_least: £0.00, at_most: £20.00}
cohorts:
  years: {of: rows, each: "year from 1 July, by began_on", by: [place], exclude: [{code: X, when: out}]}
payments:
  done: {per: rows in years, only_if: won, pays: fee, dated_by: done_on}
  left: {per: rows in years, only_if: exists(left_on), pays: £7.77, dated_by: left_on}
statement:
  then:
    - {STEP}
"""
COMPLETE = date(2020, 12, 1)  # some of the days are after it
DAYS = [date(2020, 6, 30), date(2020, 7, 1), date(2020, 12, 24), date(2021, 7, 1)]
Line = tuple[str, str]


def case_of(seed: int) -> tuple[Case, dict[str, Any], list[dict[str, Any]]]:
    r = random.Random(seed)
    rows = [
        {"id": f"r{number}", "place": r.choice(["north", "south"]), "began_on": r.choice(DAYS), "done_on": r.choice([*DAYS, None]),
         "left_on": r.choice([*DAYS, None]), "won": r.choice([True, True, False, None]), "out": r.choice([False, False, False, True, None]),
         "fee": r.choice([0, 333, 800, 2000])}
        for number in range(r.randint(1, 5))
    ]  # fmt: skip
    step: dict[str, Any] = {
        "per": r.choice(["contract", "place", "year from 1 July, by dated_by", "years"]),
        "order": r.choice(["dated_by", "dated_by", "began_on", "dated_by then place"]),
        "whole": r.random() < 0.3,
        "most": r.choice([0, 777, 1500, 4000]),
    }
    step["later"] = r.random() < 0.4  # a blank is a day after the data
    text = HEAD.replace("BLANK", "not yet" if step["later"] else "unknown").replace(
        "STEP",
        f'cap: "£{step["most"] // 100}.{step["most"] % 100:02d}", per: "{step["per"]}", allocate: by {step["order"]}, '
        f"last_line: {'not at all' if step['whole'] else 'in part'}",
    )
    if "dated_by" not in step["per"] + step["order"]:  # then a day of its own would change nothing
        text = text.replace(", dated_by: done_on", "").replace(", dated_by: left_on", "")
    loaded = load_text(text.encode(), "days.yaml")
    header = ["id", "place", "began_on", "done_on", "left_on", "won", "out", "fee"]
    cells = [
        [row["id"], row["place"], *(row[name].isoformat() if row[name] else "" for name in ("began_on", "done_on", "left_on")),
         *("" if row[name] is None else "yes" if row[name] else "no" for name in ("won", "out")), f"£{row['fee'] // 100}.{row['fee'] % 100:02d}"]
        for row in rows
    ]  # fmt: skip
    return (
        Case(seed, text, loaded, build(loaded), {"rows": [header, *cells]}, {"rows": COMPLETE if step["later"] else date(2022, 1, 31)}),
        step,
        rows,
    )


def year(day: date) -> int:
    return day.year if day.month >= 7 else day.year - 1


def settle(step: dict[str, Any], rows: list[dict[str, Any]]) -> dict[Line, int]:
    """What each line is paid when everything is known."""
    lines = []
    for payment, row in [(payment, row) for payment in ("done", "left") for row in rows if not row["out"]]:
        day = row["done_on"] if payment == "done" else row["left_on"]
        sum_ = row["fee"] * row["won"] if payment == "done" else 777 * (day is not None)
        day = day or date(2020, 1, 1)  # a line that pays nothing needs no place
        group = {"contract": 0, "place": row["place"], "years": (row["place"], year(row["began_on"]))}.get(step["per"], year(day))
        order = {"began_on": (row["began_on"],), "dated_by": (day,)}.get(step["order"], (day, row["place"]))
        lines.append((order, payment, row["id"], group, sum_))
    room: dict[Any, int] = defaultdict(lambda: step["most"])
    out = {}
    for _, payment, key, group, sum_ in sorted(lines, key=lambda line: line[:3]):
        fits = sum_ if sum_ <= room[group] else 0 if step["whole"] else max(0, room[group])
        out[payment, key] = fits
        room[group] -= sum_
    return out


def completions(step: dict[str, Any], rows: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    def told(row: dict[str, Any]) -> list[dict[str, Any]]:
        options = {
            "won": [True, False],
            "out": [True, False],
            "done_on": [COMPLETE + timedelta(days=1), DAYS[-1]] if step["later"] else [DAYS[0] - timedelta(days=400), *DAYS],
        }
        open_ = [name for name in options if row[name] is None]
        return [{**row, **dict(zip(open_, found, strict=True))} for found in product(*(options[name] for name in open_))]

    return [list(found) for found in product(*map(told, rows))]


@settings(
    max_examples=30, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow], phases=[Phase.explicit, Phase.generate]
)
@given(st.integers(0, 2**40))
def test_no_decided_line_can_change_and_each_group_keeps_its_limit(seed: int) -> None:
    case, step, rows = case_of(seed)
    lines = {(line.payment, line.key[0]): line for line in machine_of(case).lines()}
    told = completions(step, rows)
    for found in told[:400]:
        for place, amount in settle(step, found).items():
            low, high = lines[place].after[-1]
            assert (low or 0) <= amount and (high is None or amount <= high), f"seed {seed}: {place} {lines[place]} could be {amount}"
            assert lines[place].amount in (None, amount), f"seed {seed}: {place} {lines[place]} could be {amount}"
            if len(told) == 1:
                assert lines[place].amount == amount, f"seed {seed}: {place} {lines[place]} is {amount}"


@settings(
    max_examples=8, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow], phases=[Phase.explicit, Phase.generate]
)
@given(st.integers(0, 2**40))
def test_both_engines_agree(seed: int) -> None:
    found = compare(case_of(seed)[0])
    assert not found.differences, f"seed {seed}: " + "\n".join(map(str, found.differences[:5]))


def test_a_line_that_is_earned_after_the_data_holds_none_before_it() -> None:
    """£7.77 of room, one line earned in July, and one that may be: the first is paid, unless the day of the other is merely not known."""
    for blank, paid in (("not yet", 777), ("unknown", None)):
        text = HEAD.replace("BLANK", blank).replace("STEP", "cap: £7.77, per: contract, allocate: by dated_by, last_line: in part")
        loaded = load_text(text.encode(), "days.yaml")
        header = ["id", "place", "began_on", "done_on", "left_on", "won", "out", "fee"]
        rows = [
            ["a", "north", "2020-07-01", "", "", "yes", "no", "£8.00"],
            ["b", "north", "2020-07-01", "2020-07-01", "2020-07-02", "no", "no", "£8.00"],
        ]
        case = Case(0, text, loaded, build(loaded), {"rows": [header, *rows]}, {"rows": COMPLETE})
        assert [line.amount for line in machine_of(case).lines()] == [None, 0, 0, paid], blank
        assert not compare(case).differences
