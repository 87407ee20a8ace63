"""Whether the rows, and the lines they earn, stay the same ones when something grows: else no law of its growing is proved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pbr.plan.bounding.directions import STILL, Directions
from pbr.plan.plan import Plan
from pbr.plan.then import StatementStep


def deciding(plan: Plan) -> set[tuple[str, str]]:
    """The columns (table, column) that decide which rows there are or which count for which, read by no formula: keys, links, what a list must
    cover, what rows are rejected by when held against each other, what is charged once, and the date by which ``counts_once`` picks."""
    found: set[tuple[str, str]] = set()
    for table in plan.every_table:
        own: list[str] = list(table.key)
        for link in (table.parent, table.matched, table.cover):
            if link is not None:
                own += link.columns
                found |= {(link.table, column) for column in link.onto}
        for rule in table.rules:
            own += (*rule.columns, rule.milestone, rule.day)
        if table.once:  # rows of one service must be alike
            own += (column.name for column in table.columns)
        found |= {(table.name, column) for column in own}
    for step in plan.steps:
        for node in step.node.walk():
            once = node.params.get("aggregate", {}).get("once")
            if once:
                found.add((step.grain, once["by"]))
    return found


def rows_stand(plan: Plan, ways: Directions, target: tuple[str, object]) -> bool:
    """Whether raising ``target`` (an item, or a column) leaves every row, cohort and group as it was."""
    if target[0] == "column" and target[1] in deciding(plan):
        return False
    steps = [step.name for step in plan.steps if step.kind == "check"]
    steps += [name for cohort in plan.cohorts for name in (cohort.member, *cohort.keys)]
    steps += [made.rows for made in plan.made]
    return _still(ways, target, steps)


def sum_moves_with_lines(plan: Plan, ways: Directions, target: tuple[str, object], names: Sequence[str]) -> bool:
    """Whether the sum of these payments, after the steps that cut lines, moves as the lines do.

    A cap in part leaves the lesser of its sum and what its group comes to, whichever line is cut. So each must be over these payments alone,
    its groups must stand, and each group of a later one must hold groups of an earlier one whole: else it sees how the earlier one cut the lines.
    """
    before: list[StatementStep] = []
    for cap in plan.then:
        if cap.name or not set(cap.over) & set(names):
            continue  # it has a line of its own and cuts none, or cuts others
        if not cap.one_sum or cap.last_line != "in part" or not set(cap.over) <= set(names):
            return False
        if not _still(ways, target, [per for _, per in cap.per]) or not all(_holds(plan, cap, one) for one in before):
            return False
        before.append(cap)
    return True


def _still(ways: Directions, target: tuple[str, object], steps: Iterable[str]) -> bool:
    return all(target != ("item", step) and ways.step(step) == STILL for step in steps)


def _holds(plan: Plan, cap: StatementStep, earlier: StatementStep) -> bool:
    """Whether every group of the earlier step is whole within one group of this one, or shares no payment with it."""
    if not set(cap.over) & set(earlier.over):
        return True
    if not set(earlier.over) <= set(cap.over):
        return False
    now, then = dict(cap.per), dict(earlier.per)
    if not now:
        return True
    return all(name in now and name in then and plan.step(now[name]).node == plan.step(then[name]).node for name in earlier.over)
