"""The statements of a run, as they are carried out: views and tables of the engine's own, which it takes away again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pbr.engine.columns.text import quote_name
from pbr.platform.duck import catalog_errors

PREFIX = "pbr_columns_"

# A query over views over views binds all of them again, which for few rows is nearly all the time there is: three random contracts of about 150
# steps took 24.6 processor seconds with views and 5.1 with a table for each stage, the reference engine included. From here on tables cost more than they save (benchmarks/assess: 40,000
# rows the same, 400,000 rows a seventh more).
FEW = 50_000


@dataclass(frozen=True)
class Native:
    """A function of Python that SQL calls: ``takes`` HUGEINTs, none of them NULL, and gives one."""

    name: str
    function: Callable[..., int]
    takes: int


class Database:
    """``con``: a DuckDB connection, or None to write statements down without running them. ``rows``: how many a run begins with; None: many."""

    def __init__(self, con: Any, rows: int | None = None) -> None:
        self.con = con
        self._few = con is not None and rows is not None and rows <= FEW
        self.statements: list[str] = []
        self._made: list[tuple[str, str]] = []
        self._native: set[str] = set()

    def run(self, statement: str) -> None:
        self.statements.append(statement)
        if self.con is not None:
            self.con.execute(statement)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query; none when nothing is run."""
        self.statements.append(query)
        return [] if self.con is None else list(self.con.execute(query).fetchall())

    def view(self, query: str) -> str:
        """A new view, or a table where rows are few; its name, as it is written in SQL."""
        return self._make("TABLE" if self._few else "VIEW", query)

    def table(self, query: str) -> str:
        return self._make("TABLE", query)

    def _make(self, kind: str, query: str) -> str:
        name = quote_name(f"{PREFIX}{len(self._made)}")
        self.run(f"CREATE OR REPLACE {kind} {name} AS {query}")
        self._made.append((kind, name))
        return name

    def native(self, native: Native) -> None:
        """Lets queries call the function, until ``clean``."""
        if self.con is not None and native.name not in self._native:
            self.con.create_function(native.name, native.function, ["HUGEINT"] * native.takes, "HUGEINT")
            self._native.add(native.name)

    def clean(self) -> None:
        """Drops what was made, last first."""
        for kind, name in reversed(self._made):
            self.run(f"DROP {kind} IF EXISTS {name}")
        self._made.clear()
        for name in self._native:  # a connection that is never closed would hold them, and the interpreter complain of it
            self.con.remove_function(name)
        self._native.clear()

    def drop(self, name: str) -> None:
        """Drops a relation, whether it is a view or a table. It is tried, not asked: to be asked, DuckDB first makes all views of its own."""
        try:
            self.run(f"DROP VIEW {name}")
        except catalog_errors():
            self.run(f"DROP TABLE {name}")
