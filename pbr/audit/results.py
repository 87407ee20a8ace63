"""Everything of an assessment that follows from contract, inputs and days: made once for the trail, and again to check it.

Nothing here knows who, when or where; two calls with the same inputs write the same tables, value for value.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from pbr.audit import layout
from pbr.audit.canonical import readable
from pbr.audit.digesting import Written, told_nobody
from pbr.audit.due import Before, write_due
from pbr.audit.measures import measures_json
from pbr.audit.why_changed import with_causes
from pbr.engine.columns.run import Counts, Ran, run
from pbr.plan.plan import Plan
from pbr.platform.files import Files
from pbr.platform.spreadsheet import harmless
from pbr.platform.sqltext import quote_name, quote_text
from pbr.problem import Refused
from pbr.statement.making import make_statement
from pbr.statement.settlement import settlement
from pbr.statement.text import statement_text
from pbr.submission.accepted import Accepted
from pbr.submission.completeness import refuse_over
from pbr.submission.reading import fill_lines
from pbr.submission.rejected import REJECTED_COLUMNS, rejected_rows

Run = Callable[[Plan, Accepted, Path, Written], Ran]
SEE_ROWS = (
    "To see every row with its reason, run `pbr validate` with the same contract and data, and --mark TABLE=FILE: it writes the table's file "
    "back with the problems beside the rows."
)


@dataclass(frozen=True)
class Results:
    """``counts``: per table submitted, used, excluded (by code), rejected, unused, unattributed; missing and extra where it must
    cover another. ``statement``: as in statement.json."""

    counts: dict[str, dict[str, Any]]
    statement: dict[str, Any]


def write_results(
    plan: Plan,
    accepted: Accepted,
    folder: Path,
    files: Files,
    before: Before | None = None,
    engine: Run = run,
    written: Written = told_nobody,
) -> Results:
    """Run the engine (the columns engine unless another is given) and write into ``folder`` the trace, payments, findings, rejected rows, measures and the statement;
    and what is due now, where it was said what was paid ``before``. ``written`` is told of each table when it is whole.

    Raises Refused PBR418 where more rows are rejected than the contract lets be; duckdb.Error and OSError when the machine will not.
    """
    (folder / layout.TRACE).mkdir(mode=0o700, exist_ok=True)
    counts = {table: places_json(places) for table, places in engine(plan, accepted, folder, written).tables.items()}
    fill_lines(accepted)
    _refuse_over(plan, accepted, counts)
    _write_findings(accepted.con, folder / layout.FINDINGS)
    written(folder / layout.FINDINGS)
    files.write_atomic(folder / layout.REJECTED, _rejected_csv(plan, accepted))
    files.write_atomic(folder / layout.MEASURES, readable(measures_json(plan, accepted.con, folder)))
    statement = make_statement(plan, accepted.con, folder, counts, days_text(accepted.complete_to))
    if before is not None:
        write_due(plan, accepted.con, folder, before)
        written(folder / layout.DUE)
        before = with_causes(before, plan, accepted.con, folder, days_text(accepted.complete_to), counts)
        statement["settlement"] = settlement(plan, accepted.con, folder / layout.DUE, before.told)
    files.write_atomic(folder / layout.STATEMENT, readable(statement))
    files.write_atomic(folder / layout.STATEMENT_TEXT, _statement_text(statement))
    return Results(counts, statement)


def _refuse_over(plan: Plan, accepted: Accepted, counts: dict[str, dict[str, Any]]) -> None:
    """Raises Refused PBR418. An assessment that is refused leaves no folder to look at, so the way to see the rows is said."""
    try:
        refuse_over(plan, accepted.submitted, {table: places["rejected"] for table, places in counts.items()}, accepted)
    except Refused as refused:
        raise Refused([replace(problem, hint=f"{problem.hint.rstrip('.')}. {SEE_ROWS}") for problem in refused.problems]) from None


def days_text(days: dict[str, date | None]) -> dict[str, str | None]:
    return {table: day.isoformat() if day else None for table, day in sorted(days.items())}


def _write_findings(con: Any, path: Path) -> None:
    columns = ", ".join(_typed(name) for name in layout.FINDINGS_COLUMNS)
    order = ", ".join(f"{quote_name(name)} NULLS FIRST" for name in layout.FINDINGS_ORDER)
    con.execute(f"COPY (SELECT {columns} FROM findings ORDER BY {order}) TO {quote_text(str(path))} (FORMAT parquet)")


def _typed(name: str) -> str:
    kind = "BIGINT" if name in ("ROW", "LINE") else "VARCHAR"
    return f"CAST({quote_name(name)} AS {kind}) AS {quote_name(name)}"


def places_json(counts: Counts) -> dict[str, Any]:
    """As the manifest has them: without what the table need not have."""
    return {name: value for name, value in asdict(counts).items() if value is not None}


def _rejected_csv(plan: Plan, accepted: Accepted) -> bytes:
    """One line per reason of each rejected row, and one for each row that is missing. A value that a spreadsheet would run as a formula is given a leading apostrophe."""
    data = io.BytesIO()  # not StringIO: it takes four bytes a character, and a file of which every row is rejected is a large one
    with io.TextIOWrapper(data, encoding="utf-8", newline="") as text:
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow(REJECTED_COLUMNS)
        for row in rejected_rows(accepted.con, plan):
            writer.writerow([harmless("" if cell is None else str(cell)) for cell in row])
        text.flush()
        return data.getvalue()


def _statement_text(statement: dict[str, Any]) -> bytes:
    """The statement as printed, for a reader who stands in the folder, without the last block, which says where it was written."""
    return (statement_text(statement, ".").rstrip("\n").rsplit("\n\n", 1)[0] + "\n").encode()
