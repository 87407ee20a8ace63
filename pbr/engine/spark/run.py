"""The Spark engine: a plan as Spark SQL, its trace as frames that nothing has been asked of yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pbr.engine.spark.bases import Given, bases
from pbr.engine.spark.building import advance
from pbr.engine.spark.frames import Frames
from pbr.engine.spark.lowering import refused
from pbr.engine.spark.session import check_settings
from pbr.engine.spark.trace import trace_query
from pbr.plan.plan import Plan
from pbr.problem import Refused, refuse

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession


@dataclass(frozen=True)
class Ran:
    """``traces``: by grain, with the columns of ``pbr.plan.columns``, to be read while the run is open, inside ``bounded``. ``queries``: as text."""

    traces: Mapping[str, DataFrame]
    queries: tuple[str, ...] = field(default=(), repr=False)


@contextmanager
def run(session: SparkSession, plan: Plan, given: Given, folder: str) -> Iterator[Ran]:
    """Every step of every row. ``folder``: where Spark and its workers can write what is worked out on the way. One run at a time in a session, for it makes views there; they are gone afterwards.

    Raises Refused: PBR523 for each thing of the plan that Spark does not run, by name, before the session is touched; PBR522 for a session
    whose settings would lose something silently; PBR520 where a number of the data grows past the bounds that the plan was proved with.
    ValueError for a plan that no builder makes.
    """
    problems = refused(plan)
    if problems:
        raise Refused(problems)
    check_settings(session)
    frames = Frames(session, folder)
    try:
        with bounded():
            start, facts = bases(plan, frames, given)
            relations = advance(plan, frames, facts, start, (step for step in plan.steps))
            traces = {
                grain: frames.sql(trace_query(plan, start, relation))
                for grain, relation in relations.items()
                if grain != "contract" or relation.steps
            }
        yield Ran(traces, tuple(frames.queries))
    finally:
        frames.close()


@contextmanager
def bounded() -> Iterator[None]:
    """Raises Refused (PBR520) in the place of Spark's error about a number that is too wide."""
    from pyspark.errors import ArithmeticException, NumberFormatException

    try:
        yield
    except (ArithmeticException, NumberFormatException) as error:
        raise refuse(
            "PBR520",
            f"A number grew past the bounds this contract was checked for: {str(error).splitlines()[0]}",
            "Declare at_least and at_most on the columns that are added up, as wide as the data really is, and check the contract again.",
        ) from error
