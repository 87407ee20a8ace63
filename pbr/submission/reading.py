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
from pbr.platform.duck import database_errors
from pbr.problem import Place, Problem, Refused
from pbr.submission.accepted import Accepted, Source
from pbr.submission.codes import FINDINGS
from pbr.submission.completeness import judge_covers
from pbr.submission.controltotals import Controls, control_problems
from pbr.submission.csvfile import find_skip, open_csv
from pbr.submission.frames import open_frame
from pbr.submission.inputs import Feed, Input, match_inputs
from pbr.submission.later_days import flag_later_days
from pbr.submission.mapping import Mapped, ignored_columns, map_table
from pbr.submission.parts import open_parts
from pbr.submission.raw import Note, Raw, insert_columns
from pbr.submission.tables import open_parquet, open_rows
from pbr.submission.texts import cell_texts
from pbr.submission.verdicts import judge
from pbr.submission.workbook_faults import name_faults
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
    controls: Controls | None = None,
) -> Accepted:
    """Makes in ``con`` the relations that ``accepted`` describes. ``temp``: a folder that outlives their use, which ``con`` may read.
    ``controls``: per table and name the text of each control total; {} is "none was given", None is "do not ask".

    Raises Refused (PBR400 to PBR419) with everything that stops the submission as a whole. Faults of single rows stop nothing: they
    are in ``findings``. One connection reads one submission.
    """
    feeds = match_inputs(plan, layout, inputs, complete_to)
    before = {one.path: _as_it_stands(one.path) for feed in feeds for one in feed.inputs if one.path is not None}
    troubles: tuple[type[BaseException], ...] = (Refused, OSError, *database_errors())
    try:
        accepted = _read(plan, layout, feeds, complete_to, con, temp, controls)
    except troubles as trouble:
        # what is wrong with a file that somebody is writing to may be right in a moment
        if problems := _changed(feeds, before):
            raise Refused(problems) from trouble
        raise
    if problems := _changed(feeds, before):
        raise Refused(problems)
    return accepted


def _read(
    plan: Plan,
    layout: dict[str, TableLayout],
    feeds: list[Feed],
    complete_to: dict[str, date | None],
    con: duckdb.DuckDBPyConnection,
    temp: Path,
    controls: Controls | None,
) -> Accepted:
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
            many = layout.get(name, TableLayout()) if feed.shared else feed.layout
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
    for each in plan.tables:
        flag_later_days(con, each, complete_to.get(each.name))
    name_faults(con, [name for name, (_, raw) in mappings.items() if raw.name.lower().endswith(".xlsx")])
    submitted = {name: count.submitted for name, count in counts.items()}
    if controls is not None:
        names = {name: raw.name for name, (_, raw) in mappings.items()}
        if problems := control_problems(con, plan, controls, submitted, names):
            raise Refused(problems)
    missing, extra = judge_covers(con, plan)
    for feed, raw in opened:
        read = frozenset().union(*(mappings[name][0].read for name in feed.tables))
        table = feed.tables[0] if len(feed.tables) == 1 else ""
        _notes(con, table, [*raw.notes, *_left_out(raw), *(_ignored(raw, column) for column in ignored_columns(raw, read))])
    accepted = Accepted(
        con=con,
        submitted=submitted,
        rejected={name: count.rejected for name, count in counts.items()},
        unused={name: count.unused for name, count in counts.items()},
        complete_to={table.name: complete_to.get(table.name) for table in plan.tables},
        sources=[
            Source(one.name, one.path, one.sha256, one.size, one.records, feed.tables) for feed, raw in opened for one in raw.parts or [raw]
        ],
        missing=missing,
        extra=extra,
        plain_lines={name: (raw.header_line, mapped.per_record) for name, (mapped, raw) in mappings.items() if raw.plain},
        locate=partial(_locate, mappings),
        texts={name: cell_texts(mapped) for name, (mapped, _) in mappings.items()},
    )
    fill_lines(accepted)
    return accepted


def fill_lines(accepted: Accepted) -> None:
    """Fills in the physical lines of findings about rows that lack them, where their input has lines. To be called again by whoever adds
    findings later."""
    con = accepted.con
    for table in accepted.submitted:
        if table in accepted.plain_lines:
            header, each = accepted.plain_lines[table]
            line = f'{header} + 1 + ("ROW" - 1) // {each}'
            con.execute(f'UPDATE findings SET LINE = {line} WHERE TABLE_NAME = ? AND "ROW" IS NOT NULL AND LINE IS NULL', [table])
            continue
        lacking = con.execute(
            'SELECT DISTINCT "ROW" FROM findings WHERE TABLE_NAME = ? AND "ROW" IS NOT NULL AND LINE IS NULL', [table]
        ).fetchall()
        lines = accepted.locate(table, {row for (row,) in lacking}) if lacking else {}
        if lines:
            con.execute("CREATE TEMP TABLE _lines (_row BIGINT, _line BIGINT)")
            insert_columns(con, "_lines", [list(lines), list(lines.values())], ["BIGINT", "BIGINT"])
            con.execute('UPDATE findings SET LINE = _line FROM _lines WHERE TABLE_NAME = ? AND "ROW" = _row AND LINE IS NULL', [table])
            con.execute("DROP TABLE _lines")


def _locate(mappings: dict[str, tuple[Mapped, Raw]], table: str, rows: set[int]) -> dict[int, int]:
    mapped, raw = mappings[table]
    if raw.lines is None or not rows:
        return {}
    lines = raw.lines({mapped.record_of(row) for row in rows})
    return {row: lines[mapped.record_of(row)] for row in sorted(rows) if mapped.record_of(row) in lines}


def _as_it_stands(path: Path) -> tuple[int, int, int] | None:
    """What changes when somebody writes to a file or puts another in its place; None: it is not there."""
    try:
        about = path.stat()
    except OSError:
        return None
    return about.st_size, about.st_mtime_ns, about.st_ino


def _changed(feeds: list[Feed], before: dict[Path, tuple[int, int, int] | None]) -> list[Problem]:
    """PBR416 for each file that is not what it was."""
    hint = "Run it again when nobody is writing to it, or on a copy"
    return [
        Problem("PBR416", f"{one.name} was changed while it was being read", hint, Place(one.name))
        for feed in feeds
        for one in feed.inputs
        if one.path is not None and _as_it_stands(one.path) != before[one.path]
    ]


def _open(con: duckdb.DuckDBPyConnection, feed: Feed, number: int, temp: Path) -> Raw:
    one: Input = feed.input
    if one.rows is not None:
        return open_rows(con, one.rows, one.name, number)
    finding = partial(find_skip, feed.layout, name=one.name, header_line=0)
    if one.frame is not None:
        return open_frame(con, one.frame, one.name, number, finding)
    if feed.parts:
        return open_parts(con, [(part.path, part.name) for part in feed.parts if part.path is not None], number, finding)
    assert one.path is not None
    if one.path.name.lower().endswith(".parquet"):
        return open_parquet(con, one.path, one.name, number, finding)
    if one.path.name.lower().endswith(".xlsx"):
        from pbr.submission.workbook import open_workbook  # its libraries are imported for workbooks only

        return open_workbook(con, one.path, one.name, feed.layout, number, temp)
    return open_csv(con, one.path, one.name, feed.layout, number, temp)


def _left_out(raw: Raw) -> list[Note]:
    """Rows that a layout leaves out are in no count: said once for the file."""
    if not raw.left_out:
        return []
    were = "1 row was" if raw.left_out == 1 else f"{raw.left_out:,} rows were"
    return [Note("PBR486", None, "", f"{were} left out of {raw.name}, as the contract's layout says (skip_rows_where)")]


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
