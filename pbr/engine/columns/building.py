"""Stage after stage: views over views, a table where one would be read too many times over, a file when a grain is finished."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from pbr.engine.columns.curves import provide
from pbr.engine.columns.database import Database
from pbr.engine.columns.relations import Facts, Relation
from pbr.engine.columns.stage import stage
from pbr.plan.plan import Plan, Step
from pbr.plan.schedule import stages

# A view is computed again by each of its readers: beyond so many readings of files, or layers, its rows are kept instead.
MOST_SCANS, MOST_LAYERS = 8, 120

Write = Callable[[Relation], Relation]


def made_rows(plan: Plan, db: Database, relations: Mapping[str, Relation], grain: str) -> Relation:
    """The rows of a table that the plan makes: one for each period that there may be, of which the first are surely there."""
    made = plan.made_table(grain)
    if made is None or made.table.parent is None:
        raise ValueError(f"a plan has steps of {grain}, which is no grain")
    parent = relations[made.table.parent.table]
    step = plan.step(made.rows)
    keys = [f"{parent.column(name)} AS k{i}" for i, name in enumerate(made.table.parent.columns)]
    rows = (
        f"SELECT {', '.join(keys)}, s{step.number} AS low, s{step.number}_hi AS high, "
        f"unnest(range(1, len(s{step.number}_hi) + 1)) AS step_no FROM {parent.view} WHERE s{step.number} IS NOT NULL"
    )
    width = len(keys)
    names = [f"k{i} AS c{i}" for i in range(width)]
    names.append(f"CAST(step_no AS BIGINT) AS c{width}")
    for place, end in ((width + 1, "f"), (width + 2, "l")):
        names.append(f"CASE WHEN low[step_no] = high[step_no] THEN high[step_no].{end} END AS c{place}")
    names.append(f"CASE WHEN step_no <= len(low) THEN TRUE END AS c{width + 3}")
    order = ", ".join([*(f"k{i}" for i in range(width)), "step_no"])
    query = f"SELECT CAST(row_number() OVER (ORDER BY {order}) AS BIGINT) AS _row, {', '.join(names)} FROM ({rows}) AS m"
    return Relation(grain, db.table(query), made.table.columns)


def advance(
    plan: Plan, db: Database, facts: Facts, relations: dict[str, Relation], steps: Iterable[Step], write: Write | None
) -> dict[str, Relation]:
    """``relations`` with the steps in them. ``write`` is given each grain when it is finished, and gives what to read from then on."""
    relations = dict(relations)
    waiting = list(steps)
    order = stages(plan, waiting)
    last = {grain: number for number, (grain, _) in enumerate(order)}
    layers = dict.fromkeys(relations, 0)
    for number, (grain, now) in enumerate(order):
        if grain not in relations:
            relations[grain] = made_rows(plan, db, relations, grain)
            layers[grain] = 0
        made = stage(plan, facts, relations, grain, now)
        provide(db, made.query)
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
