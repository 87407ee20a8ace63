"""Stage after stage: views over views, a table where one would be read too many times over, a file when a grain is finished."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from pbr.engine.columns.curves import provide
from pbr.engine.columns.database import Database
from pbr.engine.columns.relations import Facts, Relation
from pbr.engine.columns.schedule import stages
from pbr.engine.columns.stage import stage
from pbr.plan.plan import Plan, Step

# A view is computed again by each of its readers: beyond so many readings of files, or layers, its rows are kept instead.
MOST_SCANS, MOST_LAYERS = 8, 120

Write = Callable[[Relation], Relation]


def advance(
    plan: Plan, db: Database, facts: Facts, relations: dict[str, Relation], steps: Iterable[Step], write: Write | None
) -> dict[str, Relation]:
    """``relations`` with the steps in them. ``write`` is given each grain when it is finished, and gives what to read from then on."""
    relations = dict(relations)
    waiting = list(steps)
    provide(db, waiting)
    order = stages(plan, waiting)
    last = {grain: number for number, (grain, _) in enumerate(order)}
    layers = dict.fromkeys(relations, 0)
    for number, (grain, now) in enumerate(order):
        made = stage(plan, facts, relations, grain, now)
        layers[grain] += made.height
        final = last[grain] == number and write is not None
        keep = not final and (made.scans > MOST_SCANS or layers[grain] > MOST_LAYERS)
        name = db.table(made.query) if keep else db.view(made.query)
        if keep:
            layers[grain] = 0
        relations[grain] = relations[grain].having(now, name, 1 if keep else made.scans)
        if final and write is not None:
            relations[grain] = write(relations[grain])
            layers[grain] = 0
    return relations
