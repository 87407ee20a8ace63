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


def made_rows(plan: Plan, frames: Frames, relations: Mapping[str, Relation], grain: str) -> Relation:
    """The rows of a table that the plan makes: one for each period that there may be, of which the first are surely there."""
    made = plan.made_table(grain)
    if made is None or made.table.parent is None:
        raise ValueError(f"a plan has steps of {grain}, which is no grain")
    parent = relations[made.table.parent.table]
    step = plan.step(made.rows)
    keys = [f"{parent.column(name)} AS k{i}" for i, name in enumerate(made.table.parent.columns)]
    rows = f"SELECT {', '.join(keys)}, s{step.number} AS low, posexplode(s{step.number}_hi) AS (place, perhaps) FROM {parent.view}"
    width = len(keys)
    names = [*(f"k{i} AS c{i}" for i in range(width)), f"CAST(place + 1 AS BIGINT) AS c{width}"]
    for number, end in ((width + 1, "f"), (width + 2, "l")):
        names.append(f"CASE WHEN get(low, place) = perhaps THEN perhaps.{end} END AS c{number}")
    names.append(f"CASE WHEN place < size(low) THEN TRUE END AS c{width + 3}")
    # numbers that are only different, so they must be written down: nobody may work them out a second time
    query = f"SELECT monotonically_increasing_id() AS _row, {', '.join(names)} FROM ({rows}) AS m"
    return Relation(grain, frames.kept(query), made.table.columns)


def advance(plan: Plan, frames: Frames, facts: Facts, relations: Mapping[str, Relation], steps: Iterable[Step]) -> dict[str, Relation]:
    """``relations`` with the steps in them."""
    out = dict(relations)
    waiting = list(steps)
    provide(frames, waiting)
    for grain, now in stages(plan, waiting):
        if grain not in out:
            out[grain] = made_rows(plan, frames, out, grain)
        made = stage(plan, facts, out, grain, now, frames.view)
        keep = made.scans > MOST_SCANS
        name = frames.kept(made.query) if keep else frames.view(made.query)
        out[grain] = out[grain].having(now, name, 1 if keep else made.scans)
    return out
