"""The accepted rows of a submission, handed to Spark: a Parquet file for the accepted and one for the rejected rows of each table."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from pbr.engine.spark.bases import Given, links
from pbr.engine.spark.frames import this_very
from pbr.engine.spark.text import is_wide
from pbr.plan.plan import Column, Plan
from pbr.platform.sqltext import quote_name, quote_text

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

    from pbr.submission.accepted import Accepted


def write_accepted(plan: Plan, accepted: Accepted, folder: Path) -> None:
    """Writes ``folder/accepted/TABLE.parquet`` and ``folder/rejected/TABLE.parquet``. Wide numbers are DECIMAL(38,0): DuckDB would write a
    HUGEINT as a DOUBLE."""
    for name in ("accepted", "rejected"):
        (folder / name).mkdir(parents=True)
    for table in plan.tables:
        columns = {"accepted": table.columns, "rejected": tuple(table.column(name) for name in links(table))}
        for kind, written in columns.items():
            selected = ", ".join(["CAST(_row AS BIGINT) AS _row", *(_stored(column) for column in written)])
            path = quote_text(str(folder / kind / f"{table.name}.parquet"))
            accepted.con.execute(f"COPY (SELECT {selected} FROM {quote_name(f'{kind}_{table.name}')}) TO {path} (FORMAT parquet)")


def _stored(column: Column) -> str:
    name = quote_name(column.name)
    if not column.type.numeric or column.shape is None:
        return name
    return f"CAST({name} AS {'DECIMAL(38,0)' if is_wide(column.shape.top) else 'BIGINT'}) AS {name}"


def address(path: Path) -> str:
    """A file or folder here, as Spark calls it whatever its own file system is."""
    return f"file://{os.path.abspath(path)}"


def read_accepted(session: SparkSession, plan: Plan, accepted: Accepted, folder: Path) -> Given:
    """What ``write_accepted`` wrote, where Spark can reach it."""

    def frames(kind: str) -> dict[str, DataFrame]:
        return {table.name: session.read.parquet(this_very(address(folder / kind / f"{table.name}.parquet"))) for table in plan.tables}

    submitted = {table.name: accepted.expected(table.name) for table in plan.tables}
    return Given(frames("accepted"), frames("rejected"), submitted, dict(accepted.complete_to))
