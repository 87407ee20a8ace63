"""The arithmetic of a statement from texts alone: good folders break no rule, and a penny more or less anywhere breaks one."""

from __future__ import annotations

import copy
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pbr.audit import layout
from pbr.audit.arithmetic import DUE, Table, check_arithmetic
from pbr.audit.canonical_text import Reading, Unreadable, digest_of, text_pieces, value_of
from pbr.platform.duck import connect
from tests.audit.quarters_case import JUNE, settle

SAMPLES = sorted((Path(__file__).parents[1] / "samples").glob("pbr-trail-1*"))
SUM = re.compile(r"-?[0-9]+\.[0-9]{2}")

# two payments, a factor, a cap on both and a step with a line of its own; one line is held
COLUMNS = ("line", "payment", "grain", "key", "low", "high", "of", "low_1", "high_1", "low_2", "high_2", "amount", "result", "why")
ROWS: list[tuple[Any, ...]] = [
    (1, "job", "people", '["a"]', 500, 500, 1, 400, 400, 400, 400, 400, "pays", 0),
    (2, "job", "people", '["b"]', 0, 500, 1, 0, 400, 0, 400, None, "held", 1),
    (3, "fault", "contract", "[]", -50, -50, 1, -50, -50, -50, -50, -50, "deducts", 0),
    (4, "weight", "contract", "[]", 15, 15, 10, 15, 15, 15, 15, 15, "sets", 0),
    (5, "least", "contract", "[]", 0, 0, 1, 0, 0, -10, 0, -10, "held", 0),
]
STATEMENT: dict[str, Any] = {
    "lines": 5,
    "payments": [
        {"payment": "job", "for": {"person": "a"}, "result": "pays", "amount": "4.00"},
        {"payment": "job", "for": {"person": "b"}, "result": "held", "amount": None},
        {"payment": "fault", "for": {}, "result": "deducts", "amount": "-0.50"},
        {"payment": "weight", "for": {}, "result": "sets", "amount": "1.5"},
        {"payment": "least", "for": {}, "result": "held", "amount": "-0.10"},
    ],
    "totals": {
        "gross": "4.00", "deducted": "-0.60", "paid": "3.40", "held": 2,
        "payments": {
            "job": {"form": "pays", "lines": 2, "pays": 1, "pays_nothing": 0, "deducts": 0, "sets": 0, "held": 1, "gross": "4.00", "deducted": "0.00", "paid": "4.00"},
            "fault": {"form": "pays", "lines": 1, "pays": 0, "pays_nothing": 0, "deducts": 1, "sets": 0, "held": 0, "gross": "0.00", "deducted": "-0.50", "paid": "-0.50"},
            "weight": {"form": "factor", "lines": 1, "pays": 0, "pays_nothing": 0, "deducts": 0, "sets": 1, "held": 0},
            "least": {"form": "floor", "lines": 1, "pays": 0, "pays_nothing": 0, "deducts": 0, "sets": 0, "held": 1, "gross": "0.00", "deducted": "-0.10", "paid": "-0.10"},
        },
        "steps": [
            {"step": 1, "kind": "cap", "over": ["job"], "before": "5.00", "after": "4.00", "lines_cut": 1},
            {"step": 2, "kind": "floor", "name": "least", "over": ["job", "fault"], "before": "3.50", "after": "3.40", "lines_cut": 0, "holds": {"lines": 1, "sum": "0.00"}},
        ],
    },
}  # fmt: skip


def table(folder: Path, file: str) -> Table:
    with connect(folder, [folder]) as con:
        data = b"".join(text_pieces(con, folder / file, layout.left_out(file)))
    reading = Reading(io.BytesIO(data))
    rows = list(reading)
    said = json.loads((folder / layout.MANIFEST).read_bytes())["tables"][file]
    assert digest_of(reading.columns, (row.text for row in rows)).to_json() == said
    return reading.columns, [tuple(value_of(cell) for cell in row.cells) for row in rows]


def changed_by_a_penny(rows: list[tuple[Any, ...]], names: tuple[str, ...], which: set[str]) -> Iterator[tuple[str, list[tuple[Any, ...]]]]:
    for at, row in enumerate(rows):
        for name in which:
            place = names.index(name)
            if row[place] is not None:
                for by in (1, -1):
                    yield f"{name} of row {at}", [*rows[:at], (*row[:place], row[place] + by, *row[place + 1 :]), *rows[at + 1 :]]


def other_sums(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """The statement with one sum a penny off, for each sum in it."""
    for key, item in list(value.items()) if isinstance(value, dict) else list(enumerate(value)):
        if isinstance(item, (dict, list)):
            yield from other_sums(item, f"{path}.{key}")
        elif isinstance(item, str) and SUM.fullmatch(item):
            for by in (1, -1):
                minor = int(item.replace(".", "")) + by
                value[key] = f"{'-' if minor < 0 else ''}{abs(minor) // 100}.{abs(minor) % 100:02d}"
                yield f"{path}.{key}", None
            value[key] = item


def assert_every_penny_counts(payments: Table, due: Table | None, statement: dict[str, Any], ends: set[str]) -> None:
    assert check_arithmetic(payments, due, statement) == {}
    for what, rows in changed_by_a_penny(list(payments[1]), payments[0], {"amount", *ends}):
        assert check_arithmetic((payments[0], rows), due, statement), what
    if due is not None:
        for what, rows in changed_by_a_penny(list(due[1]), DUE, {"sum", "standing"}):
            assert check_arithmetic(payments, (DUE, rows), statement), what
    mutable = copy.deepcopy(statement)
    for what, _ in other_sums(mutable):
        if "says" not in what and "unverified_terms" not in what and not what.endswith(".cap"):  # the contract's own figures
            assert check_arithmetic(payments, due, mutable), what
    assert mutable == statement


@pytest.mark.parametrize("folder", SAMPLES, ids=lambda folder: folder.name)
def test_a_penny_more_or_less_in_a_sample_is_found(folder: Path) -> None:
    statement = json.loads((folder / layout.STATEMENT).read_bytes())
    assert_every_penny_counts(table(folder, layout.PAYMENTS), None, statement, {"low", "high"})


def test_a_penny_more_or_less_is_found_in_steps_and_lines_of_their_own() -> None:
    # the high ends of lines that are held bear no money
    assert_every_penny_counts((COLUMNS, ROWS), None, STATEMENT, {"low", "low_1", "low_2"})


def test_a_penny_more_or_less_is_found_in_what_is_due(tmp_path: Path) -> None:
    first = settle(tmp_path / "q1", "2023-06-30", JUNE, first=True)
    corrected = ("j1,p1,2023-05-01,", "j2,p2,2023-08-02,yes", "j3,p3,2023-06-25,yes")
    for done in (first, settle(tmp_path / "q2", "2023-09-30", corrected, previous=first.folder)):
        due = table(done.folder, layout.DUE)
        assert_every_penny_counts(table(done.folder, layout.PAYMENTS), due, done.statement, set())
        for at in range(len(list(due[1]))):  # and each entry that is left out, or there twice
            rows = list(due[1])
            assert check_arithmetic(table(done.folder, layout.PAYMENTS), (DUE, rows[:at] + rows[at + 1 :]), done.statement)
            assert check_arithmetic(table(done.folder, layout.PAYMENTS), (DUE, [*rows, rows[at]]), done.statement)


def with_(path: str, value: Any) -> dict[str, Any]:
    """STATEMENT with another value at a path; None: without it."""
    changed = copy.deepcopy(STATEMENT)
    *above, last = path.split(".")
    inner: Any = changed
    for name in above:
        inner = inner[name]
    if value is None:
        del inner[last]
    else:
        inner[last] = value
    return changed


@pytest.mark.parametrize(
    ("statement", "keys"),
    [
        (with_("lines", "5"), {"lines"}),
        (with_("payments", None), {"payments"}),
        (with_("payments", {}), {"payments"}),
        (with_("payments", [{}]), {"payments", "payments 1"}),
        (with_("totals.steps", {}), {"totals.steps", "totals.steps 1", "totals.steps 2", "line 1", "line 2", "line 5"}),
        (with_("totals.held", None), {"totals.held"}),
        (with_("totals.payments.weight", None), {"line 4"}),
        (with_("settlement", {}), {"settlement"}),
        (with_("evidence_totals", {}), set()),
        (with_("evidence_totals", {"decided_by": {"x": {}}}), {"evidence_totals.decided_by.x"}),
    ],
)
def test_what_a_statement_lacks_or_has_otherwise_is_said(statement: dict[str, Any], keys: set[str]) -> None:
    """Cases in which verifiers that were written apart from each other once disagreed."""
    assert set(check_arithmetic((COLUMNS, ROWS), None, statement)) == keys


@pytest.mark.parametrize("cell", [("why", "x"), ("of", None), ("amount", True), ("payment", 7), ("line", None)])
def test_a_row_with_a_cell_of_another_type_counts_in_nothing_but_the_number_of_lines(cell: tuple[str, Any]) -> None:
    rows = [*ROWS[:3], tuple(cell[1] if name == cell[0] else old for name, old in zip(COLUMNS, ROWS[3], strict=True)), ROWS[4]]
    assert set(check_arithmetic((COLUMNS, rows), None, STATEMENT)) == {"line 4", "totals.weight.lines", "totals.weight.sets"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"", "no first line"),
        (b'{"a":1}\n', "not the list of its columns"),
        (b'["a","a"]\n', "not the list of its columns"),
        (b'["a", "b"]\n', "not canonical JSON"),
        (b'["a"]\ni1:7', "row 1: it ends within a row"),
        (b'["a"]\ni1:7\ni1:x\n', "row 2: 'x' is not what its cell says"),
        (b'["a"]\ni2:07\n', "is not what its cell says"),
        (b'["a"]\nt01:x\n', "does not begin with what it is"),
        (b'["a"]\nt5:x\n', "ends within a row"),
        (b'["a"]\nt1:xn\n', "more stands in it than its columns"),
        (b'["a"]\nt1:\xff\n', "not UTF-8"),
        (b'["a"]\nb1:j\n', "is not what its cell says"),
        (b'["a"]\nd10:2020/01/01\n', "is not what its cell says"),
        (b'["a"]\nl1:l1:t1:x\n', "is not what its cell says|does not begin"),
        (b'["a"]\nt999999999999:x\n', "longer than any"),
        (b'["a"]\nl999999999999:t1:x\n', "row 1"),
    ],
)
def test_a_text_that_is_not_one_is_said_to_be_none(text: bytes, says: str) -> None:
    with pytest.raises(Unreadable, match=says):
        list(Reading(io.BytesIO(text)))


def test_cells_are_taken_by_their_lengths() -> None:
    text = '["a","b","c"]\nt3:a\nbnl2:t1:\nn\nt2:£i2:-5b1:y\n'.encode()
    rows = [tuple(value_of(cell) for cell in row.cells) for row in Reading(io.BytesIO(text))]
    assert rows == [("a\nb", None, ("\n", None)), ("£", -5, True)]
