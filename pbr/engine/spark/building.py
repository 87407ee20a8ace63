"""Stage after stage: views over views, and rows that are written down where they would be worked out too many times over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pbr.engine.spark.curves import provide
from pbr.engine.spark.frames import Frames
from pbr.engine.spark.relations import Facts, Relation
from pbr.engine.spark.stage import stage
from pbr.plan.plan import Plan, Step
from pbr.plan.schedule import stages

# A view is worked out again by each of its readers, and Spark looks through all of it with each query: beyond so many readings its rows
# are written down instead.
MOST_SCANS = 2


def advance(plan: Plan, frames: Frames, facts: Facts, relations: Mapping[str, Relation], steps: Iterable[Step]) -> dict[str, Relation]:
    """``relations`` with the steps in them."""
    out = dict(relations)
    waiting = list(steps)
    provide(frames, waiting)
    for grain, now in stages(plan, waiting):
        made = stage(plan, facts, out, grain, now, frames.view)
        keep = made.scans > MOST_SCANS
        name = frames.kept(made.query) if keep else frames.view(made.query)
        out[grain] = out[grain].having(now, name, 1 if keep else made.scans)
    return out
