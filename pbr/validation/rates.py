"""Rates and counts that a contract flags for a group or as a whole: nothing about one row, and to be looked at all the same."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pbr.plan.plan import Plan, Step
from pbr.platform.sqltext import quote_name
from pbr.statement import words
from pbr.statement.lines import joined
from pbr.statement.making import table_and_code
from pbr.statement.saying import Reader
from pbr.statement.stored import Trail
from pbr.statement.truth import findings
from pbr.submission.accepted import Accepted

MOST_GROUPS = 3


def rate_steps(plan: Plan) -> list[Step]:
    """The flags that are asked of a group, or of all, and not of a row."""
    return [step for step in plan.steps if step.kind == "flag" and step.grain != table_and_code(step)[0]]


def rates_of(plan: Plan, accepted: Accepted, traced: bool) -> list[dict[str, Any]]:
    """{table, code, clause, says, do, found, groups} for each flag that says yes; ``found``: of how many groups; ``groups``: the first of
    them, {for, figure}. ``traced``: the connection has the views of a run; without them there is no figure."""
    out = []
    for step in rate_steps(plan):
        table, code = table_and_code(step)
        groups, found = _traced(plan, accepted, step) if traced else _told(accepted, table, code)
        if found:
            where = f"check {code}{', clause ' + step.clause if step.clause else ''}"
            do = step.correct or f"look at it; no row is rejected for it ({where})"
            says = (step.says or step.text).rstrip(".")
            out.append({"table": table, "code": code, "clause": step.clause, "says": says, "do": do, "found": found, "groups": groups})
    return out


def _traced(plan: Plan, accepted: Accepted, step: Step) -> tuple[list[dict[str, str]], int]:
    trail = Trail(plan, accepted.con)
    where = [quote_name(step.name)]
    groups = []
    for row in trail.rows(step.grain, where, limit=MOST_GROUPS):
        # how far it is over is no matter of "to spare": nothing was to be met
        figure = joined([replace(one, by="") for one in findings(Reader(trail, row, step), (), True)], trail)
        groups.append({"for": words.key(row.key) if row.key else "", "figure": figure})
    return groups, trail.how_many(step.grain, where)


def _told(accepted: Accepted, table: str, code: str) -> tuple[list[dict[str, str]], int]:
    found = accepted.con.execute(
        "SELECT DISTINCT coalesce(VALUE, '') FROM findings WHERE TABLE_NAME = ? AND CODE = ? AND SEVERITY = 'flag' AND \"ROW\" IS NULL ORDER BY 1",
        [table, code],
    ).fetchall()
    return [{"for": str(value), "figure": ""} for (value,) in found[:MOST_GROUPS]], len(found)
