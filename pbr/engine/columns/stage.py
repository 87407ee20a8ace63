"""The query of a stage: the rows of a grain with everything they had, and the columns of some more steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pbr.engine.columns.cells import Cell, kept
from pbr.engine.columns.counting import Countings
from pbr.engine.columns.layers import Layers
from pbr.engine.columns.relations import Facts, Relation, Rows, suffixes
from pbr.engine.columns.scope import Scope
from pbr.engine.columns.text import FALSE, NULL, Sql, bit, day, masks, sql
from pbr.language.types import NONE, Type
from pbr.plan.columns import node_at
from pbr.plan.node import Shape
from pbr.plan.plan import Plan, Step
from pbr.plan.schedule import day_hops

ZERO = Sql("CAST(0 AS BIGINT)")


@dataclass(frozen=True)
class Stage:
    query: str
    scans: int
    height: int


def stage(plan: Plan, facts: Facts, relations: Mapping[str, Relation], grain: str, steps: list[Step]) -> Stage:
    """``relations``: every grain's rows as they stand before this stage."""
    rows, layers = Rows(plan, relations, grain), Layers("l")
    countings = Countings(plan, facts, relations, grain)
    scope = Scope(plan, facts, rows, layers, countings)
    outputs: list[str] = []
    for step in steps:
        member = None if step.within is None else scope.let(sql("{} IS DISTINCT FROM FALSE", scope.membership("own", grain, step.within)))
        cell = _settled(scope, step, scope.lower(step.node))
        cell = scope.here[step.name] = kept(scope, step.node, _masked(cell, member), step.type)
        outputs += _columns(f"s{step.number}", step.type, step.node.shape, cell)
        for part in step.parts:
            node = node_at(step.node, part.path)
            outputs += _columns(
                f"p{step.number}_{part.number}", node.type, node.shape, kept(scope, node, _masked(scope.lower(node), member))
            )
    own = relations[grain]
    held = own.all_columns()
    source = rows.select(", ".join(f"o.{name}" for name in held), f"{own.view} AS o{countings.joins()}", countings.picked())
    ctes = ",\n".join([*countings.ctes(), *layers.ctes(source)])
    query = f"WITH {ctes}\nSELECT {', '.join([*held, *outputs])} FROM {layers.top}"
    return Stage(query, own.scans + rows.scans + countings.scans, layers.height)


def _columns(name: str, type_: Type, shape: Shape | None, cell: Cell) -> list[str]:
    """The columns of a value, all that its type and shape ask for."""
    there = {
        "": cell.v,
        "_of": cell.of or NULL,
        "_hi": cell.hi or cell.v,
        "_hi_of": cell.hi_of or cell.of or NULL,
        "_w": cell.w or ZERO,
    }
    return [f"{there[suffix].text} AS {name}{suffix}" for suffix in suffixes(type_, shape)]


def _masked(cell: Cell, member: Sql | None) -> Cell:
    """No value at all for rows that are not members."""
    if member is None:
        return cell

    def only(value: Sql | None) -> Sql | None:
        return None if value is None else sql("CASE WHEN {} THEN {} END", member, value)

    w = None if cell.w is None else sql("CASE WHEN {} THEN {} ELSE {} END", member, cell.w, ZERO)
    return Cell(cell.type, only(cell.v) or NULL, w, cell.shape, only(cell.of), only(cell.hi), only(cell.hi_of))


def _settled(scope: Scope, step: Step, cell: Cell) -> Cell:
    """A step's value, unknown until it is final."""
    rule = step.settles
    if rule is None:
        return cell
    ends = [scope.facts.complete_to.get(table) for table in rule.tables]
    there = [end for end in ends if end is not None]
    on = scope.plan.step(rule.day)
    settling, _ = scope.step("own", day_hops(scope.plan, step, on), on)
    complete = len(there) == len(ends) and there
    final = sql("coalesce({} <= {}, FALSE)", settling.v, day(min(there).isoformat())) if complete else FALSE
    if rule.how == "when seen":
        seen = sql("{} IS NOT NULL", cell.v) if cell.type.kind == "date" else cell.v
        final = sql("{} OR coalesce({}, FALSE)", final, seen)
    if NONE in cell.type.absent and cell.type.kind != "date":  # there is no such answer, and no day will bring one
        final = sql("{} OR {}", final, cell.is_none)
    final = scope.let(final)
    immature = masks(cell.w, bit(rule.reason)) or ZERO

    def only(value: Sql | None) -> Sql | None:
        return None if value is None else sql("CASE WHEN {} THEN {} END", final, value)

    w = sql("CASE WHEN {} THEN {} ELSE {} END", final, cell.w or ZERO, immature)
    return Cell(cell.type, only(cell.v) or NULL, w, cell.shape, only(cell.of), only(cell.hi), only(cell.hi_of))
