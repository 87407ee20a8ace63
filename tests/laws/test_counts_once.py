"""An event that lies in the windows of several rows counts for the first of them, in both engines, as plain Python counts it."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pbr
from pbr.audit.verify import verify
from pbr.problem import Refused
from tests.contracts.traces import plan_of, rows_of, step_value

CONTRACT = """pbr: 1
contract: once
title: Events counted once
version: "1"
parties: {{commissioner: C, provider: P}}
currency: GBP
term: {{from: 2020-01-01, to: 2020-12-31}}
data:
  releases:
    one_row_per: release_id
    supplied_by: commissioner
    columns:
      release_id:  {{type: identifier}}
      person_id:   {{type: identifier}}
      released_on: {{type: date}}
      local:       {{type: yes or no, blank: unknown}}
  offences:
    one_row_per: offence_id
    matched_to: releases by person_id
    supplied_by: independent
    columns:
      offence_id:   {{type: identifier}}
      committed_on: {{type: date, blank: unknown}}
cohorts:
  ours: {{of: releases, only: local}}
facts:
  offended:
    per: {per}
    equals: count of offences where (committed_on within 3 months from released_on)
    counts_once: {once}
    settles: released_on + 3 months
payments:
  paid: {{per: {per}, pays: offended * £1.00}}
statement: {{then: []}}
"""
START = date(2020, 1, 1)
days = st.integers(0, 300).map(lambda number: START + timedelta(days=number))
releases = st.lists(st.tuples(st.sampled_from("pq"), days, st.sampled_from(["yes", "no", ""])), max_size=7)
offences = st.lists(st.tuples(st.sampled_from("pqs"), st.one_of(days, st.none())), max_size=9)


def _inside(release: date, offence: date) -> bool:
    month = release.month - 1 + 3
    last = date(release.year + month // 12, month % 12 + 1, 1)
    end_of = (last.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return release <= offence < last.replace(day=min(release.day, end_of.day))


def _recount(people: list[tuple[str, date, str]], events: list[tuple[str, date | None]], within: bool) -> dict[str, tuple[int, int] | None]:
    """The least and the most that each release can have, over everything that is not known; None where it may not be one of ours."""
    order = sorted(range(len(people)), key=lambda number: (people[number][1], f"r{number}"))
    found: dict[str, list[int]] = {f"r{number}": [] for number in range(len(people))}
    open_members = [number for number in range(len(people)) if within and people[number][2] == ""]
    blanks = [number for number, (_, day) in enumerate(events) if day is None]
    choices = [START + timedelta(days=number) for number in range(-10, 420, 7)]
    for members in itertools.product((True, False), repeat=len(open_members)):
        ours = {n for n in range(len(people)) if not within or people[n][2] == "yes"} | {
            n for n, member in zip(open_members, members, strict=True) if member
        }
        for filled in itertools.product(choices, repeat=len(blanks)):
            at = {number: day for number, (_, day) in enumerate(events) if day is not None} | dict(zip(blanks, filled, strict=True))
            counts = dict.fromkeys(found, 0)
            for number, (person, _) in enumerate(events):
                first = next((n for n in order if n in ours and people[n][0] == person and _inside(people[n][1], at[number])), None)
                if first is not None:
                    counts[f"r{first}"] += 1
            for name in found:
                if int(name[1:]) in ours:
                    found[name].append(counts[name])
    return {name: (min(values), max(values)) for name, values in found.items() if values}


def _assess(folder: Path, per: str, once: str, people: list[tuple[str, date, str]], events: list[tuple[str, date | None]]) -> Path:
    home, out = folder / "contract", folder / "out"
    home.mkdir()
    (home / "contract.yaml").write_text(CONTRACT.format(per=per, once=once), encoding="utf-8")
    rows = [f"r{number},{person},{day},{local}" for number, (person, day, local) in enumerate(people)]
    (folder / "releases.csv").write_text("\n".join(["release_id,person_id,released_on,local", *rows]) + "\n", encoding="utf-8")
    rows = [f"o{number},{person},{day or ''}" for number, (person, day) in enumerate(events)]
    (folder / "offences.csv").write_text("\n".join(["offence_id,person_id,committed_on", *rows]) + "\n", encoding="utf-8")
    pbr.assess(home, [folder / "releases.csv", folder / "offences.csv"], complete_to="2022-01-01", out=out)
    return out


@settings(max_examples=10, deadline=None, database=None)
@given(releases, offences, st.booleans())
def test_each_event_counts_for_the_first_row_whose_window_it_lies_in(
    people: list[tuple[str, date, str]], events: list[tuple[str, date | None]], within: bool
) -> None:
    events = [
        (person, day) for number, (person, day) in enumerate(events) if day is not None or number < 1
    ]  # one blank is enough to try all days
    with TemporaryDirectory() as folder:
        out = _assess(Path(folder), "releases in ours" if within else "releases", "first by released_on", people, events)
        plan = plan_of(out)
        with rows_of(out, "releases") as rows:
            ours = {row["release_id"]: step_value(plan, row, "offended") for row in rows}
        assert not verify(out).differences
    for name, (low, high) in _recount(people, events, within).items():
        value = ours[name]
        assert value.low is None or (value.low <= low and high <= value.high), (name, value, low, high)
        if low == high and not any(day is None for _, day in events) and not (within and any(local == "" for _, _, local in people)):
            assert (value.low, value.high) == (low, high)


def test_said_on_purpose_each_window_counts_it() -> None:
    with TemporaryDirectory() as folder:
        people = [("p", date(2020, 3, 1), "yes"), ("p", date(2020, 4, 1), "yes")]
        out = _assess(Path(folder), "releases", "no", people, [("p", date(2020, 4, 15))])
        plan = plan_of(out)
        with rows_of(out, "releases") as rows:
            assert [step_value(plan, row, "offended").low for row in rows] == [1, 1]


@pytest.mark.parametrize(
    ("once", "code"), [("first by person_id", "PBR895"), ("first by nothing", "PBR895"), ("last by released_on", "PBR220")]
)
def test_what_it_goes_by_is_a_date_of_every_row(once: str, code: str, tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        _assess(tmp_path, "releases", once, [], [])
    assert [problem.code for problem in refused.value.problems] == [code]
