"""Laws of assessments that follow one another, on random contracts and random submissions, cut at quarter ends.

What each assessment comes to is worked out by the reference engine; what is due by both: ``write_due`` in SQL, ``expected`` in plain Python.
"""

from __future__ import annotations

import json
import random
import tempfile
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st
from random_cases import Case, make_case

from pbr.audit import layout
from pbr.audit.compare_due import Name, Stood, compare_due, expected
from pbr.audit.difference import Found
from pbr.audit.due import FIRST, Before, standing_after, standing_before, write_due
from pbr.engine.record.statement import Line
from pbr.plan.build import build
from pbr.plan.plan import Plan
from pbr.platform.duck import connect
from pbr.terms.loading import Loaded, load_text
from tests.agreement.both import machine_of
from tests.audit.quarters_case import settle

QUARTERS = tuple(date(year, month, day) for year in (2019, 2020, 2021) for month, day in ((3, 31), (6, 30), (9, 30), (12, 31)))
DATED = {"people": "started_on", "events": "on_day", "sightings": "seen_on"}
SEEDS = st.integers(0, 400)


def cut(case: Case, day: date) -> Case:
    """What would have been submitted on a day: the rows whose day had come, complete to it."""
    rows = {}
    for table, (header, *records) in case.rows.items():
        at = header.index(DATED[table]) if DATED.get(table) in header else None
        rows[table] = [header, *(record for record in records if at is None or not record[at] or record[at] <= day.isoformat())]
    return replace(case, rows=rows, complete_to={table: day if found else found for table, found in case.complete_to.items()})


def lines_of(case: Case) -> list[Line]:
    return machine_of(case).lines()


class Chain:
    """Assessments one after another: what stands, and what was due each time."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.stood, self.number = plan, dict[Name, Stood](), 0
        self.due: list[int] = []

    def settle(self, lines: list[Line]) -> list[dict[str, Any]]:
        entries = expected(self.plan, lines, self.stood)
        self.number += 1
        self.due.append(sum(entry["sum"] for entry in entries))
        stood: dict[Name, Stood] = {}
        for entry in entries:
            name = (entry["payment"], entry["grain"], tuple(entry["key"]))
            stood.pop(name, None)
            if entry["standing"]:
                stood[name] = (entry["standing"], str(self.number), entry["line"])
        self.stood = stood
        return entries

    def stands(self, line: Line) -> int:
        return self.stood.get((line.payment, line.grain, line.key), (0, "", 0))[0]

    def holds(self, lines: list[Line]) -> None:
        """What was due in all is what stands; of decided lines their sums, of held ones never more than they can come to, and of others nothing."""
        money = {payment.name for payment in self.plan.payments if payment.form != "factor"}
        own = [line for line in lines if line.payment in money]
        assert sum(self.due) == sum(sum_ for sum_, _, _ in self.stood.values()) == sum(self.stands(line) for line in own)
        for line in own:
            most = line.after[-1][1] if line.after else line.high
            if line.amount is not None:
                assert self.stands(line) == line.amount
            elif self.stands(line) and most is not None:
                assert self.stands(line) <= most


@settings(max_examples=8, deadline=None)
@given(SEEDS)
def test_quarter_by_quarter_pays_in_total_what_one_assessment_pays(seed: int) -> None:
    case = make_case(seed)
    chain = Chain(case.plan)
    for day in QUARTERS[::2]:
        lines = lines_of(cut(case, day))
        chain.settle(lines)
        chain.holds(lines)
    whole = lines_of(case)
    chain.settle(whole)
    chain.holds(whole)


@settings(max_examples=6, deadline=None)
@given(SEEDS, st.integers(0, 10_000))
def test_original_and_correction_are_a_fresh_run_and_the_order_of_corrections_is_nothing(seed: int, how: int) -> None:
    case, r = make_case(seed), random.Random(how)
    versions = [lines_of(_spoilt(case, r)) for _ in range(2)]
    right = lines_of(case)
    ends = []
    for order in (versions, versions[::-1], []):
        chain = Chain(case.plan)
        for lines in (*order, right):
            chain.settle(lines)
        chain.holds(right)
        ends.append({name: stood[0] for name, stood in chain.stood.items()})
    held = {(line.payment, line.grain, line.key) for line in right if line.amount is None}
    decided = [{name: sum_ for name, sum_ in end.items() if name not in held} for end in ends]
    assert decided[0] == decided[1] == decided[2]


@settings(max_examples=6, deadline=None)
@given(SEEDS, st.integers(1, 4))
def test_a_chain_with_nothing_new_pays_nothing(seed: int, times: int) -> None:
    case = make_case(seed)
    lines = lines_of(case)
    chain = Chain(case.plan)
    chain.settle(lines)
    for _ in range(times):
        entries = chain.settle(lines)
        assert chain.due[-1] == 0 and {entry["kind"] for entry in entries} <= {"unchanged", "nothing", "held"}


@settings(max_examples=5, deadline=None)
@given(SEEDS, st.integers(0, 10_000))
def test_sql_and_plain_python_say_the_same_is_due(seed: int, how: int) -> None:
    case, r = make_case(seed), random.Random(how)
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        con = connect(home, [], threads=1)
        before: Before | None = None
        for number, part in enumerate((cut(case, QUARTERS[r.randrange(4, 8)]), _spoilt(case, r), case)):
            folder = home / f"a{number}"
            folder.mkdir()
            lines = lines_of(part)
            _write(con, case.plan, lines, folder)
            if before is not None:
                write_due(case.plan, con, folder, before)
                for stood in (before, Before(standing_before(folder))):
                    found = Found()
                    compare_due(case.plan, lines, stood, con, folder, found)
                    assert found.differences == []
            before = Before(standing_after(folder, f"{number:064x}", case.plan))
        con.close()


def _write(con: Any, plan: Plan, lines: list[Line], folder: Path) -> None:
    """payments.parquet with these lines."""
    ends = [f"{end}_{cap.number}" for cap in plan.then for end in ("low", "high")]
    kinds = "line BIGINT, payment VARCHAR, grain VARCHAR, key VARCHAR, low BIGINT, high BIGINT, amount BIGINT"
    con.execute(f"CREATE OR REPLACE TABLE written ({kinds}{''.join(f', {end} BIGINT' for end in ends)})")
    for line in lines:
        after = [end for pair in line.after for end in pair]
        cells = [line.number, line.payment, line.grain, json.dumps(list(line.key)), line.low, line.high, line.amount, *after]
        con.execute(f"INSERT INTO written VALUES ({', '.join('?' for _ in cells)})", cells)
    con.execute(f"COPY written TO '{folder / layout.PAYMENTS}' (FORMAT parquet)")


def _spoilt(case: Case, r: random.Random) -> Case:
    """The same submission with some cells and rows not as they should be: the first version, before it was corrected."""
    rows = {}
    for table, (header, *records) in case.rows.items():
        kept = [list(record) for record in records if r.random() < 0.85]
        for record in kept:
            if r.random() < 0.3 and len(records) > 1:
                at = r.randrange(1, len(header))
                record[at] = r.choice(records)[at]
        rows[table] = [header, *kept]
    return replace(case, rows=rows)


TOTALS = """\
pbr: 1
contract: totals
title: Totals
version: "1"
parties: {commissioner: a, provider: b}
currency: GBP
term: {from: 2023-04-01, to: 2025-03-31}
data:
  people:
    one_row_per: person_id
    supplied_by: provider
    columns:
      person_id: {type: identifier, identifies: person}
      area: {type: text}
      ok: {type: yes or no, blank: unknown}
payments:
  a: {per: people, pays: £600.00, only_if: ok}
  b: {per: people, may_be: negative, pays: "if ok then £70.00 else -£50.00"}
statement:
  then:
"""
AREAS = """\
    - {deduct: 1/6, from: a, on: total of contract, round: "1 penny, half up"}
    - {floor: £20.00, name: least, on: total of people.area}
    - {net: nothing below zero, on: total of contract}
    - {cap: £500.00, name: area_most, on: total of people.area}
    - {cap: £800.00, name: most, on: total of contract}
"""
MOST = "    - {cap: £500.00, name: most, on: total of contract}\n"
FILES = st.lists(st.lists(st.sampled_from(("yes", "yes", "no", "")), max_size=4), min_size=2, max_size=5)
BLANKED = [[*([""] * number), "yes"] for number in range(4)]  # the cells of the quarters before are blanked each time


@cache
def _built(then: str) -> tuple[Loaded, Plan]:
    loaded = load_text(TOTALS + then, "totals.yaml")
    return loaded, build(loaded)


def totals(then: str, answers: list[str]) -> Case:
    rows = [["person_id", "area", "ok"], *([f"p{number}", "nm"[number % 2], ok] for number, ok in enumerate(answers))]
    return Case(0, "", *_built(then), {"people": rows}, {"people": date(2024, 3, 31)})


@settings(max_examples=8, deadline=None)
@given(FILES)
@example(BLANKED)
def test_what_stands_is_never_more_than_a_cap_on_a_total(files: list[list[str]]) -> None:
    for then, most in ((MOST, 50_000), (AREAS, 80_000)):
        chain = Chain(_built(then)[1])
        for answers in files:
            entries = chain.settle(lines_of(totals(then, answers)))
            assert sum(chain.due) == sum(sum_ for sum_, _, _ in chain.stood.values()) <= most
            assert all(entry["sum"] == entry["standing"] == 0 for entry in entries if entry["kind"] == "held")


def test_a_blank_pays_no_money_back_out_and_both_say_so(tmp_path: Path) -> None:
    """Blanked: the £600.00 and the £100.00 taken off are reversed; the £50.00 that was taken back from p1 stays."""
    con = connect(tmp_path, [], threads=1)
    before: Before | None = None
    due, entries = [], []
    for number, answers in enumerate((["yes", "no"], ["", ""], ["", "", "yes"], ["yes", "no", "yes"])):
        case, folder = totals(MOST, answers), tmp_path / f"a{number}"
        folder.mkdir()
        lines = lines_of(case)
        _write(con, case.plan, lines, folder)
        write_due(case.plan, con, folder, before or FIRST)
        for stood in (before or FIRST, Before(standing_before(folder))):
            found = Found()
            compare_due(case.plan, lines, stood, con, folder, found)
            assert found.differences == []
        rows = con.execute(f"SELECT payment, key, kind, sum, standing FROM '{folder / layout.DUE}' ORDER BY entry").fetchall()
        due.append(sum(int(row[3]) for row in rows))
        entries.append([row for row in rows if row[2] not in ("unchanged", "nothing")])
        before = Before(standing_after(folder, f"{number:064x}", case.plan))
    con.close()
    assert due == [50_000, -55_000, 50_000, 5_000]
    assert entries[1] == [
        ("a", '["p0"]', "reversal", -60_000, 0), ("a", '["p0"]', "held", 0, 0), ("a", '["p1"]', "held", 0, 0),
        ("b", '["p0"]', "reversal", -7_000, 0), ("b", '["p0"]', "held", 0, 0), ("b", '["p1"]', "kept", 0, -5_000),
        ("most", "[]", "reversal", 12_000, 0), ("most", "[]", "held", 0, 0),
    ]  # fmt: skip


JOBS = st.lists(
    st.tuples(
        st.integers(1, 3), st.sampled_from(("2023-05-01", "2023-06-30", "2023-07-01", "2023-09-30")), st.sampled_from(("yes", "no", ""))
    ),
    max_size=5,
)


@settings(max_examples=2, deadline=None)
@given(JOBS, JOBS)
def test_whole_assessments_keep_the_laws_too(early: list[tuple[int, str, str]], right: list[tuple[int, str, str]]) -> None:
    """From files to folders: what was said first, then what is right, twice."""

    def rows(jobs: list[tuple[int, str, str]]) -> tuple[str, ...]:
        return tuple(f"j{number},p{person},{day},{checked}" for number, (person, day, checked) in enumerate(jobs))

    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        found = [settle(home / "q1", "2023-06-30", rows(early), first=True)]
        for number, day in enumerate(("2023-12-31", "2024-01-31", "2024-02-29")):
            found.append(settle(home / f"q{number + 2}", day, rows(right), previous=found[-1].folder))
        fresh = settle(home / "fresh", "2024-02-29", rows(right), first=True)
        due = sum(int(one.due["sum"].sum()) for one in found)
        assert due == int(found[-1].due.drop_duplicates("key", keep="last")["standing"].sum())
        assert [int(one.due["sum"].sum()) for one in found[2:]] == [0, 0]
        stands = dict(zip(found[-1].due["key"], found[-1].due["standing"], strict=True))
        decided = fresh.payments[fresh.payments["result"] != "held"]
        assert all(stands[key] == amount for key, amount in zip(decided["key"], decided["amount"], strict=True))
