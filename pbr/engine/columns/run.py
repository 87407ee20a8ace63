"""The columns engine: a plan as DuckDB SQL, its trace as Parquet."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pbr.engine.columns.bases import bases, with_rejected
from pbr.engine.columns.building import advance
from pbr.engine.columns.database import Database
from pbr.engine.columns.findings import write_flags
from pbr.engine.columns.relations import Facts, Relation
from pbr.engine.columns.statement import write_payments
from pbr.engine.columns.text import quote_name
from pbr.engine.columns.trace import write_trace
from pbr.plan.plan import Plan, Table
from pbr.platform.duck import overflow_errors
from pbr.problem import refuse

if TYPE_CHECKING:
    from pbr.submission.accepted import Accepted


@dataclass(frozen=True)
class Counts:
    """What became of a table's rows: used + excluded + rejected + unused = submitted. ``missing`` rows of a register were not submitted, and
    ``extra`` ones are in it although the register does not know them; None where the table need not cover another."""

    submitted: int
    used: int
    excluded: dict[str, int]  # by code
    rejected: int
    unused: int
    unattributed: int  # of the rejected: a link to another table could not be read, so they could belong to any row of it
    missing: int | None = None
    extra: int | None = None


@dataclass(frozen=True)
class Ran:
    """``tables``: the counts per data table. ``traces``: the file of each grain that has one."""

    tables: dict[str, Counts]
    traces: dict[str, Path]
    payments: Path
    statements: tuple[str, ...] = field(default=(), repr=False)


def run(plan: Plan, accepted: Accepted, folder: Path, written: Callable[[Path], None] = lambda path: None) -> Ran:
    """Computes every step of every row. Writes ``folder/trace/GRAIN.parquet`` and ``folder/payments.parquet``; leaves the views
    ``trace_GRAIN`` and ``payments`` in the connection. Rows that a check takes away join ``rejected_T`` and ``findings``; flags join the latter.
    ``written`` is told of each file when it is whole.

    Raises ``Refused`` (PBR520) where a number of the data grows past the bounds that the plan was proved with; ValueError for a
    plan that no builder makes.
    """
    (folder / "trace").mkdir(parents=True, exist_ok=True)
    facts = facts_of(plan, accepted)
    db = Database(accepted.con, sum(facts.submitted.values()))
    try:
        with bounded():
            left, traces = _all(plan, db, facts, folder, written)
    finally:
        db.clean()
    return Ran(counts_of(plan, accepted, left), traces, folder / "payments.parquet", tuple(db.statements))


def counts_of(plan: Plan, accepted: Accepted, left: Mapping[str, int]) -> dict[str, Counts]:
    """What became of the rows of each table, once the traces are written. ``left``: rows that checks took away."""
    return {table.name: _counts(accepted, table, left.get(table.name, 0)) for table in plan.tables}


@contextmanager
def bounded() -> Iterator[None]:
    """Raises Refused (PBR520) in the place of the database's error about a number that is too wide."""
    try:
        yield
    except overflow_errors() as error:
        raise refuse(
            "PBR520",
            f"A number grew past the bounds this contract was checked for: {str(error).splitlines()[0]}",
            "Declare at_least and at_most on the columns that are added up, as wide as the data really is, and check the contract again.",
        ) from error


def facts_of(plan: Plan, accepted: Accepted) -> Facts:
    """What the submission says beside its rows."""
    return Facts(accepted.complete_to, {}, {table.name: accepted.expected(table.name) for table in plan.tables})


def explain_sql(plan: Plan) -> str:
    """Every statement of a run, for reading: with one rejected row in each table, and complete_to not given."""
    db = Database(None)
    _all(plan, db, Facts({}, {}, {table.name: 1 for table in plan.tables}), Path("."), lambda path: None)
    return ";\n\n".join(db.statements) + ";\n"


def _all(plan: Plan, db: Database, facts: Facts, folder: Path, written: Callable[[Path], None]) -> tuple[dict[str, int], dict[str, Path]]:
    """Rows taken away per table, and the files written."""
    start = bases(plan, db, facts)
    facts = with_rejected(plan, db, facts)
    traces: dict[str, Path] = {}
    relations = dict(start.relations)

    def write(relation: Relation) -> Relation:
        traces[relation.grain] = folder / "trace" / f"{relation.grain}.parquet"
        relation = write_trace(plan, db, start.relations, relation, folder)
        written(traces[relation.grain])
        return relation

    relations = advance(plan, db, facts, relations, plan.steps, write)
    for grain, relation in relations.items():
        if grain not in traces and grain != "contract":
            relations[grain] = write(relation)
    write_flags(plan, db, relations)
    write_payments(plan, db, relations, folder, facts.complete_to)
    written(folder / "payments.parquet")
    return start.left, traces


def _counts(accepted: Accepted, table: Table, left: int) -> Counts:
    rows = accepted.con.execute(
        f"SELECT _place, _code, count(*) FROM {quote_name('trace_' + table.name)} GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    excluded = {str(code): int(number) for place, code, number in rows if place == "excluded"}
    used, unused = (sum(int(number) for place, _, number in rows if place == which) for which in ("used", "unused"))
    rejected = accepted.rejected.get(table.name, 0) + left
    links = dict.fromkeys(name for link in (table.parent, table.matched) if link is not None for name in link.columns)
    unread = " OR ".join(f"{quote_name(name)} IS NULL" for name in links) or "FALSE"
    relation = quote_name("rejected_" + table.name)
    found = accepted.con.execute(f"SELECT count(*) FROM {relation} WHERE _row IS NOT NULL AND ({unread})").fetchone()
    covers = (accepted.missing.get(table.name, 0), accepted.extra.get(table.name, 0)) if table.cover is not None else (None, None)
    return Counts(
        accepted.submitted[table.name], used, excluded, rejected, accepted.unused.get(table.name, 0) + unused, int(found[0]), *covers
    )
