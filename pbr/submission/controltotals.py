"""Control totals: what whoever submits says they sent, held against what was read.

``rows`` is exact: every record is counted, those that cannot be taken apart too. The other totals are of a column, and are exact where each
of its cells was read. Where one was not, nobody can tell what it adds: a stated total that cannot be right, whatever stands there, is refused;
any other is not confirmed, which is said (PBR484). A file is not sent back for a total that its own faulty rows explain.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from pbr.language.currencies import SIGNS
from pbr.language.types import Type
from pbr.plan.node import Shape
from pbr.plan.plan import Column, ControlTotal, Plan, Table
from pbr.platform.duck import overflow_errors
from pbr.platform.sqltext import quote_name
from pbr.problem import Place, Problem
from pbr.submission.codes import FINDINGS
from pbr.submission.raw import BLANKS
from pbr.submission.typed import typed_sql
from pbr.submission.written import written_sql

if TYPE_CHECKING:
    import duckdb

Controls = Mapping[str, Mapping[str, str]]  # table -> name of the total -> its text
_GROUPED = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_MOST = 10**30  # far above any sum of a column, far below what a HUGEINT holds


# A cell that is blank or wrongly written stands for a value that the column allows. One that is out of bounds, or has more digits or decimals
# than are looked at, may stand for any.
_ANYTHING = ("PBR436", "PBR443", "PBR454")


@dataclass(frozen=True)
class _Read:
    """``value``: None where it is too large to be added up. ``unread``: rows whose cell could not be read and so takes no part.
    ``least`` and ``most``: what the total can be whatever stands in those; None: there is no limit."""

    value: int | None
    unread: int = 0
    least: int | None = None
    most: int | None = None

    def allows(self, stated: int) -> bool:
        return (self.least is None or self.least <= stated) and (self.most is None or stated <= self.most)


def control_problems(
    con: duckdb.DuckDBPyConnection, plan: Plan, controls: Controls, submitted: Mapping[str, int], names: Mapping[str, str]
) -> list[Problem]:
    """PBR419 for each total that cannot be right, is asked for and not given, is given and not asked for, or is no such number. Adds to
    ``findings`` a flag without a row (PBR484) for each that may be right and cannot be confirmed, because a cell was not read.

    Totals are of the rows as submitted: copies and rejected rows are in them. A cell that cannot be read is not, nor is one that is out of
    bounds: its value is not known to the engine. ``names``: how each table's input is called.
    """
    problems = []
    for table in plan.tables:
        asked = {total.name: total for total in table.control_totals}
        given = controls.get(table.name, {})
        place = Place(names[table.name])
        for name, total in asked.items():
            if name not in given:
                says = f"{table.name}: the contract asks for the control total {name} ({_meaning(total)}), and it was not given"
                problems.append(
                    Problem(
                        "PBR419",
                        says,
                        f"Give what whoever sent the file stated: --control {table.name}.{name}=TOTAL",
                        place,
                    )
                )
            else:
                problem = _compared(con, plan, table, total, given[name], submitted[table.name], place)
                problems += [problem] if problem is not None else []
        for name in sorted(set(given) - set(asked)):
            says = f"{table.name}: the control total {name} was given, and the contract does not ask for it"
            hint = f"It asks for {', '.join(f'{table.name}.{one}' for one in asked)}" if asked else "Leave it out"
            problems.append(Problem("PBR419", says, hint, place))
    for name in sorted(set(controls) - {table.name for table in plan.tables}):
        says = f"a control total was given for {name!r}, which is not a table of the contract"
        problems.append(Problem("PBR419", says, "Its tables are " + ", ".join(table.name for table in plan.tables)))
    return problems


def _meaning(total: ControlTotal) -> str:
    return {"rows": "rows", "different": f"different values of {total.column}", "sum": f"sum of {total.column}"}[total.what]


def _compared(
    con: duckdb.DuckDBPyConnection, plan: Plan, table: Table, total: ControlTotal, text: str, submitted: int, place: Place
) -> Problem | None:
    column = _scale_column(table, total)
    stated = _stated(con, column, text, plan.currency)
    if isinstance(stated, str):
        shown = text if len(text) <= 40 else text[:40] + "..."
        says = f"{table.name}: the control total {total.name} ({_meaning(total)}) is {shown!r}, which {stated}"
        return Problem("PBR419", says, f"Write it such as {_example(column, plan.currency)}", place)
    read = _read(con, table, total, submitted)
    if read.value is None:
        says = f"{table.name}: the values of {total.column} are too large to be added up"
        return Problem("PBR419", says, "See that the column holds what it should", place)
    if read.unread and read.allows(stated):
        _not_confirmed(con, plan, table, total, stated, read)
        return None
    if read.value == stated:
        return None
    more = read.value > stated
    first, second, apart = (_said(con, column, value, plan.currency) for value in (stated, read.value, abs(read.value - stated)))
    if total.what == "rows":
        says = f"{table.name}: {first} {'row was' if stated == 1 else 'rows were'} stated and {second} read: {apart} {'more' if more else 'fewer'}"
        hint = "See that the whole file was sent and nothing was added, or state the right number"
    else:
        less = "fewer" if total.what == "different" else "less"
        says = (
            f"{table.name}: {total.name} ({_meaning(total)}) was stated as {first} and read as {second}: {apart} {'more' if more else less}"
        )
        hint = "See that the whole file was sent and the values are right, or state the right total"
    if read.unread:
        says += f". {_unread(total, read)}, which does not explain it: " + _limits(con, plan, column, read)
    return Problem("PBR419", says, hint, place)


def _unread(total: ControlTotal, read: _Read) -> str:
    return f"{total.column} could not be read in {read.unread:,} {'row' if read.unread == 1 else 'rows'}"


def _limits(con: duckdb.DuckDBPyConnection, plan: Plan, column: Column, read: _Read) -> str:
    """What the total can be."""
    least, most = (_said(con, column, end, plan.currency) if end is not None else "" for end in (read.least, read.most))
    if least and most:
        return f"the total can be {least} to {most}"
    return f"the total is at least {least}" if least else f"the total is at most {most}"


def _not_confirmed(con: duckdb.DuckDBPyConnection, plan: Plan, table: Table, total: ControlTotal, stated: int, read: _Read) -> None:
    assert read.value is not None
    first, second = (_said(con, _scale_column(table, total), value, plan.currency) for value in (stated, read.value))
    found = f"stated as {first}, and what could be read comes to {'just that' if first == second else second}"
    says = f"the control total {total.name} ({_meaning(total)}) was {found}; {_unread(total, read)}, so the total is not confirmed"
    values = [table.name, total.column, "PBR484", FINDINGS["PBR484"][0], says]
    con.execute("INSERT INTO findings SELECT ?, NULL, NULL, ?, ?, ?, '', ?", values)


def _scale_column(table: Table, total: ControlTotal) -> Column:
    """A column that the total could stand in: the forms of a cell, without the bounds of one, and nothing is rounded."""
    if total.what != "sum":
        return Column(total.name, Type("whole"), Shape(1, _MOST))
    column = table.column(total.column)
    assert column.shape is not None
    kept = replace(column.type, absent=frozenset())
    return replace(
        column,
        type=kept,
        shape=replace(column.shape, top=_MOST),
        blank="refused",
        blank_is=None,
        at_least=None,
        at_most=None,
        round_on_reading="refuse",
    )


def _stated(con: duckdb.DuckDBPyConnection, column: Column, text: str, currency: str) -> int | str:
    """The numerator of what was stated; or what is wrong with the text, to follow "which"."""
    unreadable = f"is not {column.type.phrase} as the data writes it"
    if "\0" in text or not text.strip(BLANKS):
        return unreadable
    if _GROUPED.fullmatch(text.strip(BLANKS)):
        text = text.replace(",", "")  # as we write totals ourselves
    cell = "SELECT CAST(1 AS BIGINT) AS _row, CAST(? AS VARCHAR) AS _r0"
    sql = typed_sql((column,), frozenset(), [], currency, cell)
    row = con.execute(f"SELECT {quote_name(column.name)}, _e0 FROM ({sql})", [text]).fetchone()
    assert row is not None
    value, code = row
    if code is None:
        return int(value)
    return {"PBR443": "has more decimals than the data may have", "PBR454": "is larger than any such total"}.get(code, unreadable)


def _read(con: duckdb.DuckDBPyConnection, table: Table, total: ControlTotal, submitted: int) -> _Read:
    if total.what == "rows":
        return _Read(submitted)
    name = quote_name(total.column)
    value = f"count(DISTINCT {name})" if total.what == "different" else f"coalesce(sum(CAST({name} AS HUGEINT)), 0)"
    # a cell that is faulty has a finding; one that is blank as the contract allows has no value and no fault
    unread = (
        f"SELECT \"ROW\", CODE FROM findings WHERE TABLE_NAME = ? AND SEVERITY = 'reject' AND starts_with(CODE, 'PBR4') AND (COLUMN_NAME = ? OR COLUMN_NAME = '') "
        f'AND "ROW" NOT IN (SELECT _row FROM _typed_{table.name} WHERE {name} IS NOT NULL)'
    )
    try:
        found = con.execute(f"SELECT {value} FROM _typed_{table.name}").fetchone()
    except overflow_errors():
        return _Read(None)
    row = con.execute(
        f'SELECT count(DISTINCT "ROW"), count(*) FILTER (CODE IN {_ANYTHING}) FROM ({unread})', [table.name, total.column]
    ).fetchone()
    assert found is not None and row is not None
    known, rows = int(found[0]), int(row[0])
    if total.what == "different":
        return _Read(known, rows, known, known + rows)
    column = table.column(total.column)
    assert column.shape is not None and column.shape.den is not None
    low, high = (None if row[1] or end is None else Fraction(end) * column.shape.den for end in (column.at_least, column.at_most))
    # a cell may add nothing: who stated the total may have taken a blank for 0
    least = None if low is None else known + rows * min(0, -((-low.numerator) // low.denominator))
    most = None if high is None else known + rows * max(0, high.__floor__())
    return _Read(known, rows, least, most)


def _said(con: duckdb.DuckDBPyConnection, column: Column, value: int, currency: str) -> str:
    row = con.execute(f"SELECT {written_sql(column, 'v')} FROM (SELECT CAST(? AS HUGEINT) AS v)", [str(value)]).fetchone()
    assert row is not None
    text = re.sub(r"^(-?)([0-9]+)", lambda found: found[1] + f"{int(found[2]):,}", str(row[0]))
    sign = SIGNS[currency] if column.type.kind in ("money", "price") else ""
    return f"-{sign}{text[1:]}" if text.startswith("-") else sign + text


def _example(column: Column, currency: str) -> str:
    return {
        "money": f"{SIGNS[currency]}1,234.50",
        "price": f"{SIGNS[currency]}15.12",
        "percent": "5.0%",
        "number": "0.25",
        "points": "5.0",
    }.get(column.type.kind, "2981")
