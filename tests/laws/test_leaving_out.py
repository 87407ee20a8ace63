"""Leaving failures out, or spoiling them, never pays: what ``must_cover`` and ``when_rejected`` are for, and what happens without them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from random_cases import lines_of  # it knows where the next two modules are

from both import compare, read  # isort: skip
from random_contracts import Case  # isort: skip

from pbr.engine.record.machine import Machine
from pbr.engine.record.rows import load
from pbr.engine.record.statement import Line
from pbr.plan.build import build
from pbr.terms.loading import load_text

CONTRACT = """\
pbr: 1
contract: leaving-out
title: Leaving out
version: "1"
parties: {commissioner: C, provider: P}
currency: GBP
term: {from: 2020-01-01, to: 2021-12-31}
data:
  referrals:
    one_row_per: person_id
    supplied_by: commissioner
    columns:
      person_id: {type: identifier, identifies: person}
  people:
    one_row_per: person_id
    supplied_by: provider
    must_cover: referrals by person_id
    columns:
      person_id: {type: identifier, identifies: person}
      started_on: {type: date}
      moved: {type: yes or no, blank: unknown}
  visits:
    one_row_per: visit_id
    belongs_to: people by person_id
    supplied_by: provider
    columns:
      visit_id: {type: identifier}
      outcome: {type: code, one_of: [kept, broken]}
cohorts:
  year: {of: people, each: "year from 1 January, by started_on"}
outcomes:
  housed:
    per: people
    yes_when: moved
    settles: started_on + 6 months
measures:
  rate: {per: year, equals: share of people where housed, better: higher, when_rejected: WHEN}
  everybody: {per: year, equals: count of people, better: higher, when_rejected: hold}
payments:
  each: {per: people in year, pays: £100.00, only_if: housed}
  bonus: {per: year, pays: "£1,000.00", only_if: rate >= 50%, if_empty: nothing}
  fee: {per: year, at_risk: {share: 10%, of: "£5,000.00", already_paid: yes, keep_if: rate >= 60%}, round: "1 penny, half up", if_empty: as missed}
statement:
  then:
    - {cap: "£250.00", per: contract, over: [each], allocate: by started_on, last_line: in part}
"""
DAY = date(2023, 1, 1)
PEOPLE = "abcdef"
MOST = {"each": 10_000, "bonus": 100_000, "fee": 0}  # pence that a line can come to
ALL = tuple(MOST)
HOW = ("hold", "count against the supplier")
WITHOUT = CONTRACT.replace("    must_cover: referrals by person_id\n", "")


def case_of(people: list[list[str]], how: str = "hold", text: str = CONTRACT, visits: list[list[str]] | None = None) -> Case:
    loaded = load_text(text.replace("WHEN", how), "leaving_out.yaml")
    plan = build(loaded)
    rows = {
        "referrals": [["person_id"], *([person] for person in PEOPLE)],
        "people": [["person_id", "started_on", "moved"], *people],
        "visits": [["visit_id", "person_id", "outcome"], *(visits or [])],
    }
    return Case(0, text, loaded, plan, rows, {table.name: DAY for table in plan.tables})


@dataclass(frozen=True)
class Result:
    """``bad``: rows that are rejected or missing."""

    lines: dict[tuple[str, tuple[str, ...]], Line]
    bad: int
    findings: list[tuple[Any, ...]]

    def most(self, *payments: str) -> int:
        """What these payments can still come to: the higher end of lines that are held."""
        return sum(self.most_of(place) for place in self.lines if place[0] in payments)

    def most_of(self, place: tuple[str, tuple[str, ...]]) -> int:
        line = self.lines[place]
        high = line.after[-1][1] if line.after else line.high
        return MOST[place[0]] if high is None else high

    def sure(self, *payments: str) -> int:
        return sum(line.amount for place, line in self.lines.items() if place[0] in payments and line.amount is not None)

    @property
    def held(self) -> set[tuple[str, tuple[str, ...]]]:
        return {place for place, line in self.lines.items() if line.amount is None}


def result_of(case: Case) -> Result:
    with read(case) as (accepted, _):
        machine = Machine(case.plan, load(accepted, case.plan))
        found = accepted.con.execute("SELECT CODE, VALUE FROM findings WHERE SEVERITY IN ('reject', 'missing') ORDER BY ALL").fetchall()
        bad = sum(accepted.rejected.values()) + sum(accepted.missing.values())
        return Result(lines_of(machine), bad, found)


def agreed(case: Case) -> None:
    found = compare(case)
    assert not found.differences, "\n".join(map(str, found.differences[:5]))


# What a provider can do to a row: leave it out, or see to it that nobody can read it.
LEAVE_OUT = "left out"
SPOIL: dict[str, Any] = {
    "blank date": lambda row: [[row[0], "", row[2]]],
    "no such day": lambda row: [[row[0], "2020-02-30", row[2]]],
    "not yes or no": lambda row: [[row[0], row[1], "perhaps"]],
    "no identifier": lambda row: [["", row[1], row[2]]],
    "ragged": lambda row: [[row[0], row[1]]],
    "said twice, differently": lambda row: [row, [row[0], row[1], "no" if row[2] == "yes" else "yes"]],
    "copied and damaged": lambda row: [row, [row[0], "x", row[2]]],
    "under another name": lambda row: [[row[0] + "x", row[1], row[2]]],
    LEAVE_OUT: lambda row: [],
}

ROW = st.tuples(st.sampled_from(["2020-03-01", "2021-03-01"]), st.sampled_from(["yes", "no", "no", ""]))
SUBMITTED = st.lists(ROW, min_size=len(PEOPLE), max_size=len(PEOPLE))
CHEATS = st.dictionaries(st.integers(0, len(PEOPLE) - 1), st.sampled_from(sorted(SPOIL)), min_size=1)


def examples(number: int) -> settings:
    return settings(
        max_examples=number, deadline=None, database=None, derandomize=True, phases=[Phase.explicit, Phase.generate],
        suppress_health_check=[HealthCheck.too_slow],
    )  # fmt: skip


def cheat(rows: list[tuple[str, str]], cheats: dict[int, str]) -> tuple[list[list[str]], list[list[str]]]:
    """The rows of people as an honest provider submits them, and as another does."""
    honest = [[person, *row] for person, row in zip(PEOPLE, rows, strict=True)]
    return honest, [made for index, row in enumerate(honest) for made in (SPOIL[cheats[index]](row) if index in cheats else [row])]


@examples(12)
@given(rows=SUBMITTED, cheats=CHEATS, how=st.sampled_from(HOW))
@example(rows=[("2020-03-01", word) for word in ("yes", "", "yes", "no", "no", "no")], cheats={1: LEAVE_OUT}, how="hold")
def test_leaving_out_or_spoiling_rows_never_pays_more_and_always_shows(
    rows: list[tuple[str, str]], cheats: dict[int, str], how: str
) -> None:
    honest, cheated = cheat(rows, cheats)
    before, after = result_of(case_of(honest, how)), result_of(case_of(cheated, how))
    assert before.bad == 0 and after.bad > 0 and after.findings, "it always shows"
    # a sum that is paid is never more than what honesty could have come to, whatever is held beside it
    assert after.sure("each", "bonus") <= before.most("each", "bonus"), cheats
    # a fee is deducted: to have it held is better than to lose it, and so it is said
    assert after.sure(*ALL) <= before.most(*ALL) or after.held, cheats
    for place, line in after.lines.items():
        if line.amount is not None and place[0] != "each":
            assert line.amount <= before.most_of(place), f"{place}: {before.lines[place]} became {line} by {cheats}"


@examples(6)
@given(rows=SUBMITTED, cheats=CHEATS, how=st.sampled_from((*HOW, "leave out up to 40%")), visited=st.booleans())
def test_both_engines_say_the_same_of_what_is_missing(rows: list[tuple[str, str]], cheats: dict[int, str], how: str, visited: bool) -> None:
    visits = [[f"v{person}", person, "kept"] for person in PEOPLE] if visited else []
    agreed(case_of(cheat(rows, cheats)[1], how, visits=visits))


# three of six housed in one year: half, and not the 60% that keeps the fee; without its failures the year looks perfect
FAILING = [[person, "2020-03-01", "yes" if person in "abc" else "no"] for person in PEOPLE]
HIDDEN = FAILING[:3]


@pytest.mark.parametrize("how", HOW)
def test_a_year_without_its_failures_is_held_or_worse(how: str) -> None:
    honest, hiding = result_of(case_of(FAILING, how)), result_of(case_of(HIDDEN, how))
    fee = ("fee", ("2020",))
    assert honest.lines[fee].amount == -50_000
    assert hiding.findings == [("PBR490", person) for person in "def"]
    assert fee in hiding.held if how == "hold" else hiding.lines[fee].amount == -50_000
    agreed(case_of(HIDDEN, how))


@pytest.mark.parametrize("how", HOW)
def test_without_must_cover_a_contract_can_be_cheated(how: str) -> None:
    """The contrast: the same rows under a contract that compares with no list. Nothing is held, nothing shows, and more is paid."""
    honest, hiding = (result_of(case_of(rows, how, WITHOUT)) for rows in (FAILING, HIDDEN))
    assert (hiding.held, hiding.bad, hiding.findings) == (set(), 0, [])
    assert hiding.sure(*ALL) == honest.sure(*ALL) + 50_000
    agreed(case_of(HIDDEN, how, WITHOUT))


def test_without_must_cover_spoiling_shows_all_the_same() -> None:
    """Rejected rows are no free exclusions with or without it: only what was never sent is invisible."""
    spoilt = [*HIDDEN, *([person, "2020-02-30", "no"] for person in "def")]
    result = result_of(case_of(spoilt, "hold", WITHOUT))
    assert result.bad == 3 and ("fee", ("2020",)) in result.held


def test_leaving_out_is_no_better_than_spoiling() -> None:
    """A missing row counts as a rejected one, in the limits of what may be left out too."""
    for limit, within in (("50%", True), ("49%", False)):
        text = f"leave out up to {limit}"
        spoilt = [*HIDDEN, *([person, "2020-02-30", "no"] for person in "def")]
        lines = [result_of(case_of(rows, text)).lines for rows in (HIDDEN, spoilt)]
        amounts = [{place: line.amount for place, line in one.items()} for one in lines]
        assert amounts[0] == amounts[1]
        assert (amounts[0]["fee", ("2020",)] == 0) == within
        agreed(case_of(HIDDEN, text))


def test_checks_that_come_later_neither_add_nor_take_missing_rows() -> None:
    text = CONTRACT.replace("      moved: {type: yes or no, blank: unknown}\n", "      moved: {type: yes or no, blank: unknown}\n    checks:\n"
                            "      - {code: C1, reject: started_on < 2020-01-01, says: before the term}\n")  # fmt: skip
    rows = [[person, "2019-03-01" if person == "a" else "2020-03-01", "yes"] for person in "abcde"]
    case = case_of(rows, "hold", text)
    with read(case) as (accepted, folder):
        from pbr.engine.columns.run import run

        ran = run(case.plan, accepted, folder)
        assert accepted.missing == {"people": 1}
        assert (ran.tables["people"].rejected, accepted.expected("people")) == (1, 6)
        assert accepted.con.execute("SELECT count(*) FROM rejected_people").fetchone() == (2,)
    agreed(case)
    agreed(replace(case, rows={**case.rows, "people": case.rows["people"][:1]}))
