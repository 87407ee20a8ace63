"""Checks between rows of one table: one service charged once, repeated rows, milestones out of order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pbr.plan.plan import Table

if TYPE_CHECKING:
    import duckdb


def charge_once(con: duckdb.DuckDBPyConnection, table: Table, typed: str, out: str) -> None:
    """``charged_once_per``: adds to ``out`` (_row, _how) and to ``findings``."""


def apply_row_rules(con: duckdb.DuckDBPyConnection, table: Table, typed: str, out: str) -> None:
    """The table's ``rules``: adds to ``out`` (_row, _how) and to ``findings``."""
