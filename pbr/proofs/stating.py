"""What a contract states of itself, read: sums, names, days. Everything that cannot be read is a problem with its place."""

from __future__ import annotations

from pbr.language.literals import parse_literal
from pbr.language.trouble import Trouble
from pbr.plan.naming import World
from pbr.plan.parameters import value_of
from pbr.plan.plan import Plan
from pbr.plan.quantities import SIGNS
from pbr.plan.trouble import Mistake
from pbr.problem import Problem, Refused
from pbr.terms.models import Scalar
from pbr.terms.source import Source


def world_of(plan: Plan) -> World:
    """The tables and cohorts of a plan, those that it makes too, for finding the way from a row to another."""
    world = World(plan.currency, SIGNS[plan.currency], plan.first_day, plan.last_day)
    world.tables = {table.name: table for table in plan.every_table}
    world.cohorts = {cohort.name: cohort for cohort in plan.cohorts}
    return world


def stated_sum(plan: Plan, text: str) -> int:
    """A sum of money in minor units. Raises Refused (PBR934)."""
    found = _money(plan, text)
    if found is None:
        raise Refused([Problem("PBR934", f"`{text}` is not a sum of money.", f"Write it as {SIGNS[plan.currency]}10,000.00.")])
    return found


def sum_of(plan: Plan, source: Source, leaf: Scalar, problems: list[Problem]) -> int | None:
    """The sum of a leaf, or None after saying what is wrong with it."""
    found = _money(plan, leaf.text)
    if found is None:
        problems.append(
            source.problem("PBR934", f"`{leaf.text}` is not a sum of money.", f"Write it as {SIGNS[plan.currency]}10,000.00.", leaf.place)
        )
    return found


def _money(plan: Plan, text: str) -> int | None:
    try:
        type_, value = value_of(world_of(plan), parse_literal(text))
    except (Trouble, Mistake):
        return None
    return int(value) if type_.kind == "money" and value.denominator == 1 else None
