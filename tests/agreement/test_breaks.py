"""The committed table of deliberate breaks: whole, of today's code, and made by machinery that works."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import pytest
from breaks import BREAKS, COLUMNS, RECORD, Break
from page import ROOT, cell, section
from random_contracts import FIXED, make_case
from run_breaks import HEAD, broken, patched

from pbr.plan.operations import OPERATIONS


def test_every_operation_has_exactly_one_break() -> None:
    assert sorted(one.op for one in BREAKS) == sorted(OPERATIONS)
    assert {one.engine for one in BREAKS} == {COLUMNS, RECORD}


@pytest.mark.parametrize("one", BREAKS, ids=lambda one: one.op)
def test_the_text_to_break_stands_once_in_its_file(one: Break) -> None:
    assert (ROOT / one.path).read_text(encoding="utf-8").count(one.old) == 1, (
        f"put {one.path} of the break of {one.op} right, and run make breaks"
    )


def test_the_committed_table_lists_each_operation_once_with_the_seed_that_turned_red() -> None:
    lines = section("breaks").splitlines()
    assert lines[:2] == HEAD
    rows = [[part.strip() for part in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines[2:]]
    assert [row[:3] for row in rows] == [[f"`{one.op}`", one.engine, cell(one.says)] for one in BREAKS], "run make breaks"
    for row in rows:
        assert int(row[3]) in FIXED
        assert row[4]
        assert row[5] != row[6], f"{row[0]}: the values do not differ"


def test_a_break_whose_text_is_gone_is_refused() -> None:
    with tempfile.TemporaryDirectory() as name, pytest.raises(ValueError, match="stands 0 times"):
        patched(Break("not", RECORD, "truth", "no such text", "", ""), Path(name))


def test_one_break_is_red_today_and_no_break_is_green() -> None:
    """The machinery itself: the same case with a harmless change and with a harmful one."""
    case = make_case(0)
    harmful = next(one for one in BREAKS if one.op == "dated")
    harmless = Break("dated", RECORD, "leaves", harmful.old, harmful.old.replace("]", " ]"), "nothing")
    with tempfile.TemporaryDirectory() as name:
        assert broken(harmless, [case], Path(name))["seed"] is None
        assert broken(harmful, [case], Path(name))["seed"] == 0
