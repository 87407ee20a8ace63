"""An independent reader: Python's csv over decoded text. It counts; what the project's readers say must add up to it."""

from __future__ import annotations

import codecs
import csv
import io
from pathlib import Path

from pbr.plan.plan import Plan, Table
from pbr.problem import Refused
from pbr.submission.inputs import Input
from pbr.terms.models import TableLayout
from tests.submission.submitting import accounted, plan_of, scalar, submitted, text


def decoded(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252")


def independent(data: bytes, delimiter: str = ",") -> tuple[list[str], list[list[str]]]:
    """The header and the records (blank lines are none)."""
    rows = csv.reader(io.StringIO(decoded(data), newline=""), delimiter=delimiter)
    header = next(rows, [])
    return header, [row for row in rows if row]


def generic(header: list[str]) -> tuple[Plan, TableLayout]:
    """A contract whose table has that header: every column is text and may be blank; the record's own first column is its key."""
    names = list(dict.fromkeys(cell.strip(" \t\r\n\u00a0") for cell in header)) or ["id"]
    columns = tuple(text(f"c{index}", "text", blank="unknown") for index in range(len(names)))
    return plan_of(Table("t", ("c0",), columns, "provider")), TableLayout(
        columns={f"c{index}": scalar(name) for index, name in enumerate(names)}
    )


def outcome(path: Path, header: list[str], **layout: object) -> str | int:
    """Rows submitted, all of them accounted for; or the codes of the refusal."""
    plan, columns = generic(header)
    try:
        with submitted(plan, Input("t", path, None, None, path.name), layout={"t": columns.model_copy(update=layout)}) as result:
            assert accounted(result, "t")
            assert result.sources[0].records == result.submitted["t"]
            return result.submitted["t"]
    except Refused as refused:
        assert all(problem.code.startswith("PBR4") and problem.says for problem in refused.problems)
        return " ".join(sorted({problem.code for problem in refused.problems}))
