"""The table that a suite is run on: what was submitted, as text, and what we found, as yes and no."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, TextIO

from pbr.expectations.mapping import ACCEPTED, Expected, expected
from pbr.plan.plan import Plan
from pbr.submission.accepted import Accepted

if TYPE_CHECKING:
    import pandas

_AT_ONCE = 50_000  # rows turned into Python's own values at a time


def table_frame(plan: Plan, accepted: Accepted, table: str) -> pandas.DataFrame:
    """``_row``, the contract's columns as text (trimmed; null where blank or a missing marker) and the yes/no columns: one row for each
    record whose fields could be told apart, rejected ones included, in the order of the file.

    Run the contract's checks first (``pbr.engine.columns.checking.check_rows``): what is not in ``findings`` is told as yes.
    """
    frame: pandas.DataFrame = accepted.con.execute(f"SELECT * FROM ({accepted.texts[table]}) ORDER BY _row").df()
    found = accepted.con.execute(
        'SELECT "ROW", CODE, coalesce(COLUMN_NAME, \'\'), SEVERITY FROM findings WHERE TABLE_NAME = ? AND "ROW" IS NOT NULL', [table]
    ).fetchall()
    for one in expected(plan, plan.table(table)):
        if one.told:
            bad = {row for row, code, column, severity in found if _holds(one, code, column, severity)}
            frame[one.told] = ["no" if row in bad else "yes" for row in frame["_row"]]
    return frame


def _holds(one: Expected, code: str, column: str, severity: str) -> bool:
    if one.told == ACCEPTED:
        return severity == "reject"
    return (code, column) in one.findings or (code, "") in one.findings


def write_rows(frame: pandas.DataFrame, out: TextIO) -> None:
    """The frame as CSV, an empty cell for null. Values stand as they are: it is read back by programs."""
    writer = csv.writer(out, lineterminator="\r\n")  # a cell with either in it is quoted then, and only then
    writer.writerow(frame.columns)
    for start in range(0, len(frame), _AT_ONCE):
        part = frame.iloc[start : start + _AT_ONCE]
        writer.writerows(part.astype(object).where(part.notna(), "").itertuples(index=False, name=None))


def rows_csv(frame: pandas.DataFrame) -> bytes:
    """As ``write_rows``, in UTF-8."""
    text = io.StringIO()
    write_rows(frame, text)
    return text.getvalue().encode()
