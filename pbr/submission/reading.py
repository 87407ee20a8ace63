"""Reading a submission: inputs are matched, opened, typed and judged; engines get accepted rows and nothing else.

Cells are taken as they are written, but for the blanks around them, which are trimmed in every type (text and identifiers too).
A cell of blanks alone is blank. Nothing is guessed: not a file's table, not a column's name, not a value's unit.
"""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pbr.plan.plan import Plan
from pbr.problem import Problem, Refused
from pbr.submission.accepted import Accepted, Source
from pbr.submission.codes import FINDINGS
from pbr.submission.csvfile import find_skip, open_csv
from pbr.submission.frames import open_frame
from pbr.submission.inputs import Feed, Input, match_inputs
from pbr.submission.mapping import Mapped, ignored_columns, map_table
from pbr.submission.raw import Note, Raw, insert_columns
from pbr.submission.tables import open_parquet, open_rows
from pbr.submission.verdicts import judge
from pbr.terms.models import TableLayout

if TYPE_CHECKING:
    import duckdb


def read_submission(
    plan: Plan,
    layout: dict[str, TableLayout],
    inputs: list[Input],
    complete_to: dict[str, date | None],
    con: duckdb.DuckDBPyConnection,
    temp: Path,
) -> Accepted:
    """Makes in ``con`` the relations that ``accepted`` describes. ``temp``: a folder that outlives their use, which ``con`` may read.

    Raises Refused (PBR400 to PBR417) with everything that stops the submission as a whole. Faults of single rows stop nothing: they
    are in ``findings``. One connection reads one submission.
    """
    feeds = match_inputs(plan, layout, inputs, complete_to)
    opened: list[tuple[Feed, Raw]] = []
    problems: list[Problem] = []
    for number, feed in enumerate(feeds):
        try:
            opened.append((feed, _open(con, feed, number, temp)))
        except Refused as refused:
            problems += refused.problems
    mappings: dict[str, tuple[Mapped, Raw]] = {}
    for feed, raw in opened:
        for name in feed.tables:
            many = layout.get(name, TableLayout()) if feed.input.rows is None else TableLayout()
            mapped = map_table(plan.table(name), raw, many, feed.layout if feed.shared else None)
            if isinstance(mapped, Mapped):
                mappings[name] = (mapped, raw)
            else:
                problems += mapped
    if problems:
        raise Refused(problems)

    con.execute(
        'CREATE TABLE findings (TABLE_NAME VARCHAR, "ROW" BIGINT, LINE BIGINT, COLUMN_NAME VARCHAR, CODE VARCHAR, SEVERITY VARCHAR, '
        "VALUE VARCHAR, SAYS VARCHAR)"
    )
    counts = {table.name: judge(con, *mappings[table.name], plan.currency) for table in plan.tables}
    for feed, raw in opened:
        read = frozenset().union(*(mappings[name][0].read for name in feed.tables))
        table = feed.tables[0] if len(feed.tables) == 1 else ""
        _notes(con, table, [*raw.notes, *(_ignored(raw, column) for column in ignored_columns(raw, read))])
        for name in feed.tables:
            _lines(con, mappings[name][0], raw)
    return Accepted(
        con=con,
        submitted={name: count.submitted for name, count in counts.items()},
        rejected={name: count.rejected for name, count in counts.items()},
        unused={name: count.unused for name, count in counts.items()},
        complete_to={table.name: complete_to.get(table.name) for table in plan.tables},
        sources=[Source(raw.name, raw.path, raw.sha256, raw.size, raw.records, feed.tables) for feed, raw in opened],
    )


def _open(con: duckdb.DuckDBPyConnection, feed: Feed, number: int, temp: Path) -> Raw:
    one: Input = feed.input
    if one.rows is not None:
        return open_rows(con, one.rows, one.name, number)
    finding = partial(find_skip, feed.layout, name=one.name, header_line=0)
    if one.frame is not None:
        return open_frame(con, one.frame, one.name, number, finding)
    assert one.path is not None
    if one.path.name.lower().endswith(".parquet"):
        return open_parquet(con, one.path, one.name, number, finding)
    if one.path.name.lower().endswith(".xlsx"):
        from pbr.submission.workbook import open_workbook  # its libraries are imported for workbooks only

        return open_workbook(con, one.path, one.name, feed.layout, number, temp)
    return open_csv(con, one.path, one.name, feed.layout, number, temp)


def _ignored(raw: Raw, column: str) -> Note:
    return Note("PBR481", raw.header_line or None, column, f"the column {column!r} of {raw.name} is not in the contract and was not read")


def _notes(con: duckdb.DuckDBPyConnection, table: str, notes: list[Note]) -> None:
    if notes:
        columns: list[list[Any]] = [
            [table] * len(notes),
            [None] * len(notes),
            [note.line for note in notes],
            [note.column for note in notes],
            [note.code for note in notes],
            [FINDINGS[note.code][0] for note in notes],
            [""] * len(notes),
            [note.says for note in notes],
        ]
        insert_columns(con, "findings", columns, ["VARCHAR", "BIGINT", "BIGINT", *["VARCHAR"] * 5])


def _lines(con: duckdb.DuckDBPyConnection, mapped: Mapped, raw: Raw) -> None:
    """Fills in the physical lines of a table's findings, where its input has lines."""
    if raw.lines is None:
        return
    name = mapped.table.name
    rows = [
        row
        for (row,) in con.execute(
            'SELECT DISTINCT "ROW" FROM findings WHERE TABLE_NAME = ? AND "ROW" IS NOT NULL AND LINE IS NULL', [name]
        ).fetchall()
    ]
    if not rows:
        return
    lines = raw.lines({mapped.record_of(row) for row in rows})
    con.execute("CREATE TEMP TABLE _lines (_row BIGINT, _line BIGINT)")
    insert_columns(con, "_lines", [rows, [lines[mapped.record_of(row)] for row in rows]], ["BIGINT", "BIGINT"])
    con.execute('UPDATE findings SET LINE = _line FROM _lines WHERE TABLE_NAME = ? AND "ROW" = _row AND LINE IS NULL', [name])
    con.execute("DROP TABLE _lines")
