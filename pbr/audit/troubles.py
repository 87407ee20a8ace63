"""What DuckDB raises, named without importing it here: only ``pbr.platform.duck`` opens a database."""

from __future__ import annotations

import sys


def database_errors() -> tuple[type[BaseException], ...]:
    """The kinds to catch around a query. Empty, so that nothing is caught, before any database was opened."""
    duckdb = sys.modules.get("duckdb")
    return (duckdb.Error,) if duckdb is not None else ()
