"""Assessments of one contract, opened one after another in one database: for whoever asks hundreds of small questions of each.

Opening a database takes longer than reading one assessment's files. The rows of small files are held as tables in memory, and are let go when the next assessment is opened.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pbr.plan.plan import Plan
from pbr.platform.duck import connect
from pbr.statement.by_group import ByGroup
from pbr.statement.opening import Opened, json_of, plan_of, views


@dataclass
class AtHand:
    """``con``: a database that may read these folders, with one thread. ``last``: the plan read last, and its file: that of a contract's next assessment mostly has the same bytes, and is then the same object."""

    con: Any
    last: tuple[bytes, Plan] | None = field(default=None, repr=False)

    @contextmanager
    def opened(self, folder: Path) -> Iterator[Opened]:
        """The folder as ``open_folder`` gives it, until the block ends. Raises Refused as that does."""
        plan, statement = self._plan(folder), json_of(folder, "statement.json")
        self.con.execute("BEGIN")
        try:
            near = views(self.con, folder, at_hand=True)
            yield Opened(str(folder), ByGroup(plan, self.con, named=self._columns(plan), near=near), statement)
        finally:
            self.con.execute("ROLLBACK")  # nothing of it was to be kept: with it all its tables and views are gone

    def _plan(self, folder: Path) -> Plan:
        path = folder / "plan.json"
        data = path.read_bytes() if path.is_file() else b""
        if self.last is None or self.last[0] != data:
            self.last = data, plan_of(folder)
        return self.last[1]

    def _columns(self, plan: Plan) -> dict[str, list[str]]:
        """The columns of every view, asked for once. A grain without a file has none."""
        grains = (*(table.name for table in plan.every_table), *(one.name for one in plan.cohorts), "contract")
        named: dict[str, list[str]] = {view: [] for view in (*(f"trace_{grain}" for grain in grains), "payments", "findings")}
        # information_schema is a view over all of the database's own tables too: ten times as long
        sql = "SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal ORDER BY table_name, column_index"
        for view, column in self.con.execute(sql).fetchall():
            named.setdefault(view, []).append(column)
        return named


@contextmanager
def at_hand(folders: Sequence[Path]) -> Iterator[AtHand]:
    """Where these folders can be opened one after another, and nothing else be read."""
    with tempfile.TemporaryDirectory(prefix="pbr-publish-") as temp:
        con = connect(Path(temp), list(folders), threads=1)
        try:
            yield AtHand(con)
        finally:
            con.close()
