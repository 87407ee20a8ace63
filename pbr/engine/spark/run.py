"""The Spark engine: a plan as Spark SQL, its trace as frames that nothing has been asked of yet."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pbr.engine.spark.bases import Given, bases
from pbr.engine.spark.building import advance
from pbr.engine.spark.frames import Frames
from pbr.engine.spark.session import check_settings, first_line
from pbr.engine.spark.trace import trace_query
from pbr.plan.plan import Plan
from pbr.problem import refuse

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

# What Spark says of such a number, wherever it stands in the chain of its errors; a worker's Python says it in its own words.
_TOO_WIDE = re.compile(
    r"\[(ARITHMETIC_OVERFLOW|NUMERIC_VALUE_OUT_OF_RANGE|CAST_OVERFLOW|BINARY_ARITHMETIC_OVERFLOW)[^\n]*|OverflowError: [^\n]*"
)


@dataclass(frozen=True)
class Ran:
    """``traces``: by grain, with the columns of ``pbr.plan.columns`` and the rows in any order. ``asked``: by table, the rows for which a check
    says yes (``bases.Bases``). Both are to be read while the run is open, inside ``bounded``. ``rejected``: rejected rows per table, those
    that checks took away and those that are missing included. ``queries``: as text."""

    traces: Mapping[str, DataFrame]
    asked: Mapping[str, DataFrame]
    rejected: Mapping[str, int]
    queries: tuple[str, ...] = field(default=(), repr=False)


@contextmanager
def run(session: SparkSession, plan: Plan, given: Given, folder: str) -> Iterator[Ran]:
    """Every step of every row. ``folder``: where Spark and its workers can write what is worked out on the way. One run at a time in a session, for it makes views there; they are gone afterwards.

    Raises Refused: PBR522 for a session whose settings would lose something silently; PBR520 where a number of the data grows past the bounds that the plan was proved with.
    ValueError for a plan that no builder makes.
    """
    check_settings(session)
    frames = Frames(session, folder)
    try:
        with bounded():
            start = bases(plan, frames, given)
            relations = advance(plan, frames, start.facts, start.relations, plan.steps)
            traces = {
                grain: frames.sql(trace_query(plan, start.relations, relation))
                for grain, relation in relations.items()
                if grain != "contract" or relation.steps
            }
            asked = {table: session.table(view) for table, view in start.asked.items()}
        yield Ran(traces, asked, start.facts.rejected, tuple(frames.queries))
    finally:
        frames.close()


@contextmanager
def bounded() -> Iterator[None]:
    """Raises Refused in the place of Spark's errors: PBR520 about a number that is too wide, PBR526 where Spark could not finish. What a
    query of ours got wrong stays an error."""
    from py4j.protocol import Py4JError
    from pyspark.errors import AnalysisException, ParseException, PySparkException

    try:
        yield
    except (AnalysisException, ParseException):
        raise
    except (PySparkException, Py4JError) as error:
        if found := _TOO_WIDE.search(str(error)):
            raise refuse(
                "PBR520",
                f"A number grew past the bounds this contract was checked for: {found[0].strip()}",
                "Declare at_least and at_most on the columns that are added up, as wide as the data really is, and check the contract again.",
            ) from error
        raise refuse(
            "PBR526",
            f"Spark stopped before the work was done: {_why(error)}",
            "Nothing was written. See that every worker can reach the folder of --out under the same path, has room on its disk and "
            "memory, and has this package installed; Spark's own log says more.",
        ) from error


def _why(error: BaseException) -> str:
    """What failed: of a chain of errors the last cause, where the chain is in the text."""
    causes = [line.removeprefix("Caused by: ") for line in str(error).splitlines() if line.startswith("Caused by: ")]
    python = [line for line in str(error).splitlines() if re.match(r"\w+Error: ", line)]
    return ([first_line(error), *causes[-1:], *python[-1:]][-1])[:500]
