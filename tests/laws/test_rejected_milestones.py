"""A milestone that was rejected does not stand for the next one, whatever rejected it: a cell, a check, or a parent that was rejected."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from random_cases import machine_of  # it knows where the next two modules are

from both import compare, read  # isort: skip
from random_contracts import Case  # isort: skip

from pbr.assessment import assess
from pbr.audit.difference import CONSISTENT
from pbr.audit.verify import verify
from pbr.engine.columns.checking import check_rows
from pbr.plan.build import build
from pbr.plan.plan import Plan
from pbr.terms.loading import Loaded, load_text

CONTRACT = """\
pbr: 1
contract: milestones
title: Milestones
version: "1"
parties: {commissioner: C, provider: P}
currency: GBP
term: {from: 2012-04-01, to: 2013-03-31}
data:
  register:
    one_row_per: person_id
    supplied_by: commissioner
    columns:
      person_id: {type: identifier, identifies: person}
      joined: {type: date}
    checks:
      - {code: R1, reject: joined > 2013-01-01, says: too late}
  visits:
    one_row_per: visit_id
    belongs_to: register by person_id
    supplied_by: provider
    columns:
      visit_id: {type: identifier}
      case_id: {type: identifier}
      day: {type: date, blank: not yet}
      stage: {type: code, one_of: [start, mid, end, other]}
      place: {type: code, one_of: [here, there], blank: unknown}
      ok: {type: yes or no, blank: unknown}
    checks:
      - {code: V1, reject: {out_of_order: {of: stage, by: day, per: case_id, milestones: [start, mid, end]}}}
      - {code: V2, reject: {out_of_order: {of: stage, by: day, per: [person_id, place], milestones: [other, end]}}, says: nothing came before}
      - {code: V3, reject: day < register.joined, says: before they joined}
  notes:
    one_row_per: note_id
    belongs_to: visits by visit_id
    supplied_by: provider
    columns:
      note_id: {type: identifier}
facts:
  noted: {per: visits, equals: count of notes, when_rejected: hold}
outcomes:
  done: {per: visits, yes_when: ok, settles: day}
  any_done: {per: register, yes_when: any visits where (ok and day within 3 months from joined), settles: joined + 3 months, when_rejected: hold}
measures:
  rate: {per: contract, equals: share of register where any_done, better: higher, when_rejected: hold}
payments:
  fee: {per: visits, pays: £13.00, only_if: done}
  bonus: {per: contract, pays: "£1,000.00", only_if: rate >= 50%}
statement: {then: []}
"""
SIMPLE = "\n".join(line for line in CONTRACT.split("\n") if "code: V2" not in line)
VISIT = ["visit_id", "person_id", "case_id", "day", "stage", "place", "ok"]
DAY = date(2013, 6, 30)
JOINED = (("p0", "2012-05-02"), ("p1", "2012-05-01"), ("late", "2013-02-01"))
Visit = list[str]


@cache
def compiled(text: str) -> tuple[Loaded, Plan]:
    loaded = load_text(text, "milestones.yaml")
    return loaded, build(loaded)


def case_of(visits: list[Visit], notes: list[list[str]] | None = None, text: str = CONTRACT) -> Case:
    loaded, plan = compiled(text)
    rows = {
        "register": [["person_id", "joined"], *map(list, JOINED)],
        "visits": [VISIT, *visits],
        "notes": [["note_id", "visit_id"], *(notes or [])],
    }
    return Case(0, text, loaded, plan, rows, {table.name: DAY for table in plan.tables})


def visit(number: int, case: str, day: int, stage: str, person: str = "p0", place: str = "", month: int = 5) -> Visit:
    return [f"v{number}", person, case, f"2012-{month:02}-{day:02}", stage, place, "yes"]


def agreed(case: Case) -> None:
    found = compare(case)
    assert not found.differences, "\n".join(map(str, found.differences[:5]))


def standing(case: Case, table: str = "visits") -> list[str]:
    return [row.key[0] for row in machine_of(case).standing(table)]


def said(case: Case) -> list[tuple[str, int, str, str, str, str]]:
    """The findings after the checks; asked alone, as ``pbr validate`` does."""
    with read(case) as (accepted, _):
        before = dict(accepted.rejected)
        moved = check_rows(case.plan, accepted)
        rows = accepted.con.execute("SELECT TABLE_NAME, ROW, CODE, COLUMN_NAME, VALUE, SAYS FROM findings WHERE SEVERITY = 'reject' AND TABLE_NAME <> 'register' ORDER BY 1, 2, 3").fetchall()  # fmt: skip
        for table, number in moved.items():
            assert accepted.con.execute(f"SELECT count(*) FROM rejected_{table}").fetchone() == (before[table] + number,)
    return rows


def test_a_milestone_that_a_check_rejects_pays_nobody_the_next_one(tmp_path: Path) -> None:
    """As when it is left out, and as when a cell of it is wrong."""
    mid = visit(2, "k", 20, "mid")
    starts = {"left out": [], "cell": [visit(1, "k", 32, "start")], "check": [visit(1, "k", 20, "start", month=4)]}
    results = {}
    for how, start in starts.items():
        contract, files = tmp_path / "contract.yaml", {}
        contract.write_text(SIMPLE, encoding="utf-8")
        for table, rows in case_of([*start, mid]).rows.items():
            files[table] = tmp_path / f"{table}.csv"
            files[table].write_text("".join(",".join(row) + "\n" for row in rows), encoding="utf-8")
        out = tmp_path / how
        made = assess(contract, files, DAY, out=out)
        totals, rows_ = made.statement["totals"], made.statement["rows"]["visits"]
        results[how] = (totals["paid"], totals["held"])
        assert (rows_["submitted"], rows_["used"], rows_["rejected"], rows_["unused"]) == (1 + len(start), 0, 1 + len(start), 0)
        assert verify(out).state == CONSISTENT
        manifest = json.loads((out / "manifest.json").read_text())
        assert manifest["rows"]["visits"]["rejected"] == 1 + len(start)
        lines = (out / "rejected.csv").read_text().splitlines()
        assert any(line.startswith(f"visits,{1 + len(start)},{2 + len(start)},") and ",V1," in line for line in lines)
    assert results == dict.fromkeys(starts, ("0.00", 1))


def test_a_chain_of_milestones_falls_by_one_check() -> None:
    chain = [visit(1, "k", 1, "start"), visit(2, "k", 5, "mid"), visit(3, "k", 9, "end"), visit(4, "other", 1, "other")]
    apart = [visit(5, "j", 2, "start"), visit(6, "j", 2, "mid")]
    case = case_of([*chain, *apart], [["n1", "v3"], ["n2", "v6"]], SIMPLE)
    agreed(case)
    assert standing(case) == ["v5", "v6"]
    assert standing(case, "notes") == ["n2"]
    needs = " for the same case_id on the same day or earlier: the row with visit_id "
    assert said(case) == [
        ("notes", 1, "PBR462", "visit_id", "v3", "the row of visits with this key was rejected"),
        ("visits", 1, "V3", "day, register.joined", "2012-05-01, 2012-05-02", "before they joined"),
        ("visits", 2, "V1", "case_id, stage, day", "k, mid, 2012-05-05", f"mid needs start{needs}v1 has it, and was rejected"),
        ("visits", 3, "V1", "case_id, stage, day", "k, end, 2012-05-09", f"end needs mid{needs}v2 has it, and was rejected"),
        ("visits", 4, "V3", "day, register.joined", "2012-05-01, 2012-05-02", "before they joined"),
    ]


def test_a_second_row_with_the_milestone_keeps_the_next_one_standing() -> None:
    """Whose day is the row's own, or earlier; a later one comes too late."""
    early = [visit(1, "k", 1, "start"), visit(2, "k", 5, "mid")]
    for day, left in ((5, ["v2", "v3"]), (6, ["v3"])):
        case = case_of([*early, visit(3, "k", day, "start")], text=SIMPLE)
        agreed(case)
        assert standing(case) == left


def test_a_milestone_whose_parent_a_check_rejects_stands_for_nothing() -> None:
    """A case that moved from one person to another: the start leaves as an orphan, and the others for want of it."""
    case = case_of([visit(1, "k", 1, "start", "late"), visit(2, "k", 5, "mid", "p1"), visit(3, "k", 6, "end", "late")], text=SIMPLE)
    agreed(case)
    assert standing(case) == []
    assert [(row, code) for table, row, code, *_ in said(case) if table == "visits"] == [(1, "PBR462"), (2, "V1"), (3, "PBR462"), (3, "V1")]


def test_what_one_rule_takes_away_is_lacking_for_the_other() -> None:
    """v1 leaves by a check, v2 for want of v1 by V2, v3 for want of v2 by V4, v4 for want of v3 by V1: whatever the order of the rules."""
    more = "      - {code: V4, reject: {out_of_order: {of: stage, by: day, per: case_id, milestones: [end, start]}}}\n"
    turned = CONTRACT.replace("milestones: [start, mid, end]", "milestones: [start, mid]").replace(
        "      - {code: V2", more + "      - {code: V2"
    )
    rows = [
        visit(1, "a", 1, "other", place="here"),
        visit(2, "b", 5, "end", place="here"),
        visit(3, "b", 6, "start"),
        visit(4, "b", 7, "mid"),
    ]
    lines = turned.split("\n")
    at = [number for number, line in enumerate(lines) if "out_of_order" in line]
    for order in (at, at[::-1], [at[1], at[2], at[0]]):
        text = "\n".join(lines[order[at.index(number)]] if number in at else line for number, line in enumerate(lines))
        case = case_of(rows, text=text)
        agreed(case)
        assert standing(case) == []
        assert [code for _, _, code, *_ in said(case)] == ["V3", "V2", "V4", "V1"]


def test_a_flag_of_milestones_rejects_nothing() -> None:
    case = case_of([visit(1, "k", 1, "start"), visit(2, "k", 5, "mid")], text=SIMPLE.replace("reject: {out", "flag: {out"))
    agreed(case)
    assert standing(case) == ["v2"]


STEP = st.tuples(
    st.sampled_from(["p0", "p0", "p1", "p1", "late"]), st.sampled_from("kkj"), st.sampled_from([1, 2, 2, 3, 4, 0]),
    st.sampled_from(["start", "mid", "end", "other"]), st.sampled_from(["here", "there", ""]),
)  # fmt: skip


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@example(steps=[("p0", "k", 1, "start", ""), ("p1", "k", 2, "mid", ""), ("p1", "k", 2, "other", "here"), ("p1", "k", 3, "end", "here")])
@given(steps=st.lists(STEP, max_size=12))
def test_whatever_stands_is_in_order_and_nothing_else_was_taken(steps: list[tuple[str, str, int, str, str]]) -> None:
    visits = [[f"v{n:02}", who, case, f"2012-05-0{day}" if day else "", stage, place, "yes"] for n, (who, case, day, stage, place) in enumerate(steps)]  # fmt: skip
    case = case_of(visits, [[f"n{n}", row[0]] for n, row in enumerate(visits)])
    agreed(case)
    joined = {"p0": 2, "p1": 1}

    def stands(index: int) -> bool:
        """By the definition: it passes the checks of its own, and every milestone that it needs stands in time."""
        who, own, day, stage, place = steps[index]
        if who not in joined or 0 < day < joined[who]:
            return False
        before = {"mid": "start", "end": "mid"}.get(stage)
        if day and before and not any(
            one[1] == own and one[3] == before and 0 < one[2] <= day and stands(n) for n, one in enumerate(steps)
        ):  # fmt: skip
            return False
        return not (day and place and stage == "end") or any(
            (one[0], one[4], one[3]) == (who, place, "other") and 0 < one[2] <= day and stands(n) for n, one in enumerate(steps)
        )

    wanted = [f"v{n:02}" for n in range(len(steps)) if stands(n)]
    machine = machine_of(case)
    assert [row.key[0] for row in machine.standing("visits")] == wanted
    assert len(machine.standing("notes")) == len(wanted)


@pytest.mark.parametrize("days", [("2012-05-03", ""), ("", "2012-05-03"), ("", "")])
def test_a_milestone_without_a_day_is_not_asked_and_stands_for_nothing(days: tuple[str, str]) -> None:
    rows = [visit(1, "k", 1, "start"), *([f"v{n}", "p1", "k", day, stage, "", "yes"] for n, (day, stage) in enumerate(zip(days, ("start", "mid"), strict=True), 2))]  # fmt: skip
    case = case_of(rows, text=SIMPLE)
    agreed(case)
    assert standing(case) == (["v2"] if days == ("", "2012-05-03") else ["v2", "v3"])
