"""Great Expectations and our own reading find the same rows: one run of GX on many dirty tables made at random."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pbr.expectations.frame import table_frame
from pbr.expectations.mapping import Expected, expected
from pbr.expectations.running import run_child
from pbr.expectations.suite import identity_of, suites
from pbr.plan.plan import Table
from tests.expectations.wide import FAULTY, NUMBERED, NUMBERED_ROW, PLAN, RIGHT, VISIT, VISITED, VISITS, WIDE, WIDE_ROW, read

TABLES = 60
Rows = list[list[str]]


@dataclass
class Both:
    """Per table: what GX says of each expectation by its identity, our findings (row, code, column), and the frame's rows."""

    results: dict[str, dict[str, Any]]
    findings: dict[str, list[tuple[int, str, str]]]
    frames: dict[str, Any]

    def failing(self, table: Table, one: Expected) -> set[int]:
        return set(self.results[table.name][identity_of(PLAN, table, one)]["rows"])

    def found(self, table: Table, codes: tuple[str, ...], columns: tuple[str, ...] = ()) -> set[int]:
        return {row for row, code, column in self.findings[table.name] if code in codes and (not columns or column == ", ".join(columns))}


def _dirty(strategy: st.SearchStrategy[list[str]], tables: int = TABLES) -> Rows:
    """Many tables at random, one under the other."""
    rows: Rows = []

    @settings(max_examples=tables, phases=[Phase.generate], database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(strategy, min_size=1, max_size=10))
    def collect(one: Rows) -> None:
        rows.extend(one)

    collect()
    return rows


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    wide = [
        ["K1", "12"],
        *_dirty(WIDE_ROW),
        *FAULTY,
        RIGHT,
        RIGHT,
        ["k900", *RIGHT[1:]],  # looks like another
        ["K902", *RIGHT[1:-2], "9434765918", "x"],
    ]  # the first is ragged: not in the frame
    visits = [
        *_dirty(VISIT, 12),
        *VISITED,
        ["K904", "2012-01-03", "t", "p"],
        ["F1", "2012-02-01", "t", "p"],
        ["F1", "2012-02-01", "t", "q"],
    ]
    numbered = [*_dirty(NUMBERED_ROW, 12), ["8", "K900"], ["08", "K900"], ["9", "K905"], ["09", "K904"]]
    with read(wide, visits, numbered) as accepted:
        frames = {table.name: table_frame(PLAN, accepted, table.name) for table in PLAN.tables}
        findings: dict[str, list[tuple[int, str, str]]] = {table.name: [] for table in PLAN.tables}
        for name, row, code, column in accepted.con.execute(
            'SELECT TABLE_NAME, "ROW", CODE, coalesce(COLUMN_NAME, \'\') FROM findings WHERE "ROW" IS NOT NULL'
        ).fetchall():
            findings[name].append((row, code, column))
        work: Path = tmp_path_factory.mktemp("gx")
        done = run_child(work, suites(PLAN), frames, rows=True, limit=120)
    results = {table["name"]: {result["id"]: result for result in table["results"]} for table in done["tables"]}
    yield Both(results, findings, frames)


@pytest.mark.parametrize("table", PLAN.tables, ids=lambda table: table.name)
def test_a_mapped_expectation_fails_exactly_the_rows_we_find(both: Both, table: Table) -> None:
    differing = []
    for column in table.columns:
        judged: set[int] = set()
        for one in expected(PLAN, table):
            if one.told or one.columns != (column.name,) or one.kind in ("expect_column_to_exist", "expect_column_values_to_be_unique"):
                continue
            failing = both.failing(table, one) - judged  # a cell is judged by the first expectation that it fails
            judged |= failing
            for row in sorted(failing ^ both.found(table, one.codes, (column.name,))):
                cell = both.frames[table.name].set_index("_row").loc[row, column.name]
                differing.append(f"{column.name} {cell!r}: {one.kind} {one.codes} {'GX alone' if row in failing else 'pbr alone'}")
    assert differing == []


@pytest.mark.parametrize("table", PLAN.tables, ids=lambda table: table.name)
def test_a_told_expectation_fails_exactly_the_rows_we_find(both: Both, table: Table) -> None:
    for one in expected(PLAN, table):
        if one.told and one.codes:
            about = one.columns if len(one.findings) == 1 and next(iter(one.findings))[1] else ()
            frame = set(both.frames[table.name]["_row"])
            assert both.failing(table, one) == both.found(table, one.codes, about) & frame, one.told


def test_every_code_that_is_mapped_or_told_was_found(both: Both) -> None:
    """So that the equalities above say something."""
    asked = {code for table in PLAN.tables for one in expected(PLAN, table) for code in one.codes} - {"PBR406"}
    assert asked - {code for found in both.findings.values() for _, code, _ in found} == set()


@pytest.mark.parametrize("table", [WIDE, VISITS], ids=lambda table: table.name)
def test_a_key_fails_with_all_rows_that_have_it(both: Both, table: Table) -> None:
    (unique,) = (one for one in expected(PLAN, table) if "unique" in one.kind)
    cells = {code for one in expected(PLAN, table) if not one.told for code in one.codes} - set(unique.codes)
    unreadable = {row for row, code, column in both.findings[table.name] if column in table.key and code in cells}
    failing = both.failing(table, unique) - unreadable
    frame = both.frames[table.name]
    keys = {row: key for row, *key in frame[["_row", *table.key]].itertuples(index=False, name=None) if row not in unreadable}
    times = Counter(map(tuple, keys.values()))
    assert failing == {row for row, key in keys.items() if times[tuple(key)] > 1}
    found = both.found(table, unique.codes)
    assert found and found <= failing
    # beyond our findings: the first of rows that are the same in everything, which is used, and rows rejected for another fault
    others = {row for row, code, _ in both.findings[table.name] if code not in unique.codes}
    first = {min(row for row, one in keys.items() if one == key) for key in keys.values()}
    assert failing - found <= first | others


def test_a_key_of_numbers_is_told_and_not_mapped(both: Both) -> None:
    """01 and 1 are one number and two texts."""
    assert [one.kind for one in expected(PLAN, NUMBERED) if "unique" in one.kind] == []
    assert both.found(NUMBERED, ("PBR460", "PBR470"))


def test_every_rejected_row_that_is_there_is_told(both: Both) -> None:
    for table in PLAN.tables:
        (accepted,) = (one for one in expected(PLAN, table) if one.told and not one.codes)
        whole = [one for one in expected(PLAN, table) if one.severity == "critical" and one.codes]
        some = set().union(*(both.failing(table, one) for one in whole))
        assert both.failing(table, accepted) == some
    assert 1 not in set(both.frames["wide"]["_row"])
