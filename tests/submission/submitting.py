"""Small plans by hand, and a submission read in one call."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from pbr.language.types import Type
from pbr.plan.node import Shape
from pbr.plan.plan import Column, Link, Plan, Table
from pbr.platform.duck import connect
from pbr.problem import Place
from pbr.submission.accepted import Accepted
from pbr.submission.inputs import Input
from pbr.submission.reading import read_submission
from pbr.terms.models import Scalar, TableLayout


def scalar(text: str) -> Scalar:
    return Scalar(text, Place("contract.yaml", 1, 1))


def number(
    name: str, kind: str = "number", decimals: int | None = None, mode: str = "refuse", blank: str = "refused", **more: Any
) -> Column:
    """A numeric column whose shape holds exactly its decimals."""
    base = {"percent": 100, "points": 100}.get(kind, 1)
    den = 1 if decimals is None or kind == "money" else base * 10**decimals
    absent = frozenset() if blank == "refused" else frozenset({blank})
    top = more.pop("top", 10**6 * den)
    return Column(name, Type(kind, absent=absent), Shape(den, top), blank, decimals=decimals, round_on_reading=mode, **more)


def text(name: str, kind: str = "identifier", blank: str = "refused", **more: Any) -> Column:
    absent = frozenset() if blank == "refused" else frozenset({blank})
    codes = more.pop("codes", ())
    return Column(name, Type(kind, codes=codes, absent=absent), None, blank, **more)


PEOPLE = Table("people", ("person",), (text("person"), text("started", "date")), "provider")
EVENTS = Table(
    "events",
    ("person", "day"),
    (text("person", link=True), text("day", "date"), number("amount", "money", blank="unknown", top=10**13)),
    "commissioner",
    parent=Link("children", "people", ("person",), ("person",)),
)


def plan_of(*tables: Table, currency: str = "GBP") -> Plan:
    return Plan("pbr-plan/1", "test", "Test", "1", currency, "2020-01-01", "2020-12-31", (), tables, (), (), (), ())


@contextmanager
def submitted(
    plan: Plan, *inputs: Any, layout: dict[str, TableLayout] | None = None, complete_to: dict[str, date | None] | None = None
) -> Iterator[Accepted]:
    """Inputs are Input, paths, or (table, rows) pairs."""
    whole = []
    for one in inputs:
        if isinstance(one, tuple):
            whole.append(Input(one[0], None, None, one[1], one[0]))
        else:
            whole.append(one if isinstance(one, Input) else Input(None, one, None, None, one.name))
    with tempfile.TemporaryDirectory() as folder:
        con = connect(Path(folder), [one.path for one in whole if one.path is not None], threads=2)
        try:
            yield read_submission(plan, layout or {}, whole, complete_to or {}, con, Path(folder))
        finally:
            con.close()


def accepted(result: Accepted, table: str) -> list[tuple[Any, ...]]:
    return result.con.execute(f'SELECT * FROM "accepted_{table}" ORDER BY _row').fetchall()


def found(result: Accepted, columns: str = 'TABLE_NAME, "ROW", COLUMN_NAME, CODE') -> list[tuple[Any, ...]]:
    """Findings about rows, in order."""
    return result.con.execute(
        f'SELECT {columns} FROM findings WHERE "ROW" IS NOT NULL ORDER BY TABLE_NAME, "ROW", CODE, COLUMN_NAME'
    ).fetchall()


def accounted(result: Accepted, table: str) -> bool:
    """Accepted, rejected and unused add up to the rows submitted, and the relations agree with the counts."""
    con = result.con
    (taken,) = con.execute(f'SELECT count(*) FROM "accepted_{table}"').fetchone()
    (lost,) = con.execute(f'SELECT count(DISTINCT _row) FROM "rejected_{table}"').fetchone()
    (said,) = con.execute(
        'SELECT count(DISTINCT "ROW") FROM findings WHERE TABLE_NAME = ? AND SEVERITY = \'reject\' AND "ROW" IS NOT NULL', [table]
    ).fetchone()
    sums = taken + result.rejected[table] + result.unused[table] == result.submitted[table]
    return bool(sums and lost == result.rejected[table] == said)
