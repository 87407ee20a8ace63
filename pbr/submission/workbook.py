"""An XLSX workbook becomes a relation of text."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pbr.problem import Place, refuse
from pbr.submission.raw import Raw
from pbr.terms.models import TableLayout

if TYPE_CHECKING:
    import duckdb


def open_workbook(con: duckdb.DuckDBPyConnection, path: Path, name: str, layout: TableLayout, number: int, temp: Path) -> Raw:
    raise refuse("PBR404", f"{name} is a workbook, and workbooks are not read yet", "save it as CSV UTF-8", Place(name))
