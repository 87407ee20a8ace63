"""The checks and flags of a contract alone: what ``pbr validate`` asks, without a trace and without payments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pbr.engine.columns.bases import bases, with_rejected
from pbr.engine.columns.building import advance
from pbr.engine.columns.database import Database
from pbr.engine.columns.findings import write_flags
from pbr.engine.columns.run import bounded, facts_of
from pbr.plan.plan import Plan
from pbr.plan.schedule import closure

if TYPE_CHECKING:
    from pbr.submission.accepted import Accepted


def check_rows(plan: Plan, accepted: Accepted) -> dict[str, int]:
    """Rows that the contract's checks take away, per table (0 where none), those that go with a parent included.

    They join ``rejected_T`` and ``findings``, and what flags name joins ``findings``, as in a run. A flag on a rate is asked too, with what
    it reads; where that waits for a day the data is not complete to, it is unknown and nothing is found. Raises Refused (PBR520) as ``run``.
    ``pbr.submission.reading.fill_lines`` gives the findings their lines.
    """
    facts = facts_of(plan, accepted)
    db = Database(accepted.con, sum(facts.submitted.values()))
    try:
        with bounded():
            start = bases(plan, db, facts)
            flags = [step for step in plan.steps if step.kind == "flag"]
            relations = advance(plan, db, with_rejected(plan, db, facts), start.relations, closure(plan, flags), write=None)
            write_flags(plan, db, relations)
    finally:
        db.clean()
    return {table.name: start.left.get(table.name, 0) for table in plan.tables}
