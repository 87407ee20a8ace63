"""An assessment whose values Spark works out: here, or on the machines of a cluster.

Spark decides: checks, cohorts, facts, outcomes, measures and amounts of every row. What comes before and after goes over files, in DuckDB,
as in the columns engine: the accepted rows written for Spark, what a finding says of a row, the trace as one file in the order of its
key, the lines of payment and the steps over them. Rows never stand in this program's memory.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pbr.engine.columns.bases import Ask, bases, with_rejected
from pbr.engine.columns.database import Database
from pbr.engine.columns.findings import write_flags
from pbr.engine.columns.relations import Relation
from pbr.engine.columns.run import Ran, bounded, counts_of, facts_of
from pbr.engine.columns.statement import write_payments
from pbr.engine.columns.trace import copy_trace
from pbr.engine.spark.ending import end_session, quiet
from pbr.engine.spark.handing import address, read_accepted, write_accepted
from pbr.engine.spark.run import bounded as bounded_spark
from pbr.engine.spark.run import run as run_spark
from pbr.engine.spark.session import HERE, open_session
from pbr.plan.plan import Plan, Step, Table
from pbr.platform.duck import glob_text

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from pbr.submission.accepted import Accepted

WORK = ".spark"  # in the folder of the assessment, while it is being made: workers read and write there


@contextmanager
def on_spark(master: str | None = None) -> Iterator[Callable[[Plan, Accepted, Path, Callable[[Path], None]], Ran]]:
    """What runs plans as ``columns.run`` does, on a session that ends with the block. ``master``: as Spark calls it; None: this machine.

    Raises Refused as ``open_session``, before anything is read.
    """
    with quiet():
        session = open_session(master or HERE)
        try:
            yield lambda plan, accepted, folder, written: run(session, plan, accepted, folder, written)
        finally:
            end_session(session)


def run(session: SparkSession, plan: Plan, accepted: Accepted, folder: Path, written: Callable[[Path], None] = lambda path: None) -> Ran:
    """As ``pbr.engine.columns.run.run``, and the same files. ``folder``: workers must reach it under the same path. When it cannot be done, or is
    stopped, the session is ended too, before anybody removes the folder: who still works would write rows there again.

    Raises Refused as that, and PBR522, PBR526 as Spark's own run; RuntimeError where the two engines disagree on which rows stand.
    """
    try:
        return _run(session, plan, accepted, folder, written)
    except BaseException:
        end_session(session)
        raise


def _run(session: SparkSession, plan: Plan, accepted: Accepted, folder: Path, written: Callable[[Path], None]) -> Ran:
    (folder / "trace").mkdir(parents=True, exist_ok=True)
    work = folder / WORK
    work.mkdir(mode=0o700)
    grains, rejected = _values(session, plan, accepted, work)
    db, facts = Database(accepted.con), facts_of(plan, accepted)
    try:
        with bounded():
            start = bases(plan, db, facts, _asked(db, work))
            if (here := with_rejected(plan, db, facts).rejected) != rejected:
                raise RuntimeError(f"Spark rejects {rejected} rows, and what its checks said makes {here}")
            relations = dict(start.relations)
            for grain in grains:
                relation = _worked_out(plan, relations.get(grain) or _made(plan, grain))
                relations[grain] = copy_trace(plan, db, relation, _parts(work / "values" / grain), folder)
                written(folder / "trace" / f"{grain}.parquet")
            write_flags(plan, db, relations)
            write_payments(plan, db, relations, folder, facts.complete_to)
            written(folder / "payments.parquet")
    finally:
        db.clean()
    shutil.rmtree(work)
    traces = {grain: folder / "trace" / f"{grain}.parquet" for grain in grains}
    return Ran(counts_of(plan, accepted, start.left), traces, folder / "payments.parquet", tuple(db.statements))


def _values(session: SparkSession, plan: Plan, accepted: Accepted, work: Path) -> tuple[list[str], dict[str, int]]:
    """Writes the trace of each grain to ``work/values/GRAIN``, and what checks said to ``work/asked/TABLE``. The grains, and the rejected
    rows of each table."""
    write_accepted(plan, accepted, work / "handed")
    with bounded_spark():
        given = read_accepted(session, plan, accepted, work / "handed")
        with run_spark(session, plan, given, address(work / "kept")) as ran:
            for table, frame in ran.asked.items():
                frame.write.parquet(address(work / "asked" / table))
            for grain, frame in ran.traces.items():
                frame.write.parquet(address(work / "values" / grain))
    return list(ran.traces), dict(ran.rejected)


def _asked(db: Database, work: Path) -> Ask:
    def ask(table: Table, checks: list[Step], relations: dict[str, Relation]) -> dict[str, Relation]:
        own = relations[table.name]
        said = ", ".join(f"x.s{step.number}" for step in checks)
        source = _parts(work / "asked" / table.name)
        view = db.view(f"SELECT o.*, {said} FROM {own.view} AS o JOIN {source} AS x ON o._row = x._row")
        return {**relations, table.name: own.having(checks, view, own.scans + 1)}

    return ask


def _worked_out(plan: Plan, relation: Relation) -> Relation:
    return relation.having([step for step in plan.steps if step.grain == relation.grain], relation.view, relation.scans)


def _made(plan: Plan, grain: str) -> Relation:
    """A table of which the plan makes the rows, and Spark has made them."""
    made = plan.made_table(grain)
    assert made is not None, grain
    return Relation(grain, "", made.table.columns)


def _parts(folder: Path) -> str:
    """SQL: the rows of the files that Spark wrote into a folder."""
    pattern = glob_text(folder).removesuffix("'") + "/part-*.parquet'"
    return f"read_parquet({pattern}, hive_partitioning = false)"
