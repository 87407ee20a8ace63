"""Which steps are computed together: a stage is some steps of one grain that need nothing of other rows but earlier stages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pbr.plan.node import Node
from pbr.plan.plan import Plan, Step


@dataclass(frozen=True)
class Needs:
    """``beside``: steps of the same row, which may stand in the same stage. ``before``: steps read from other rows, or where
    rows are joined."""

    beside: frozenset[str]
    before: frozenset[str]


def needs(plan: Plan, step: Step) -> Needs:
    beside: set[str] = set()
    before: set[str] = set()

    def hops(grain: str, via: Iterable[Iterable[str]], far: set[str]) -> None:
        for hop in via:
            kind, *names = hop
            if kind == "cohort":
                cohort = plan.cohort(names[0])
                far.update((cohort.member, *cohort.keys))

    def visit(node: Node, inside: bool) -> None:
        via = node.params.get("via", ())
        hops(step.grain, via, before)
        if node.op == "item":
            (before if inside or via or node.params["row"] == "counted" else beside).add(node.params["step"])
        aggregate = node.params.get("aggregate")
        if aggregate is not None:
            if aggregate["subset"] is not None:
                before.add(plan.cohort(aggregate["subset"]).member)
            if aggregate["link"]["kind"] == "group":
                cohort = plan.cohort(step.grain)
                before.update((cohort.member, *cohort.keys))
            if aggregate.get("once", {}).get("within") is not None:
                before.add(plan.cohort(aggregate["once"]["within"]).member)
        for arg in node.args:
            visit(arg, inside or aggregate is not None)

    visit(step.node, False)
    made = plan.made_table(step.grain)
    if made is not None:
        before.add(made.rows)
    if step.within is not None:
        cohort = plan.cohort(step.within)
        (beside if cohort.of == step.grain else before).add(cohort.member)
    if step.settles is not None:
        day = plan.step(step.settles.day)
        (beside if day.grain == step.grain else before).add(day.name)
        hops(step.grain, day_hops(plan, step, day), before)
    return Needs(frozenset(beside - before), frozenset(before))


def counted_table(plan: Plan, aggregate: Mapping[str, Any]) -> str:
    """The relation that is counted: a data table, or a cohort's table of groups."""
    over = str(aggregate["over"])
    if (
        any(table.name == over for table in plan.tables)
        or plan.made_table(over) is not None
        or aggregate["link"]["kind"] in ("groups", "inside", "earlier")
    ):
        return over
    return plan.cohort(over).of


def upwards(plan: Plan, grain: str, goal: str) -> tuple[tuple[str, ...], ...]:
    """The parent hops from a row of ``grain`` to its row of ``goal``. Raises ValueError where there is no such way."""
    hops: list[tuple[str, ...]] = []
    while grain != goal:
        parent = next((table.parent for table in plan.every_table if table.name == grain), None)
        if parent is None:
            raise ValueError(f"a plan asks of {grain} whether it is in a cohort of {goal}")
        grain = parent.table
        hops.append(("parent", grain))
    return tuple(hops)


def day_hops(plan: Plan, step: Step, day: Step) -> tuple[tuple[str, ...], ...]:
    """The way from a step's row to the row of the day it settles on. Raises ValueError where there is none."""
    if day.grain == step.grain:
        return ()
    if day.grain == "contract":
        return (("contract",),)
    for cohort in plan.cohorts:
        if cohort.name == day.grain and cohort.parts:
            return (*upwards(plan, step.grain, cohort.of), ("cohort", cohort.name))
    return upwards(plan, step.grain, day.grain)


def stages(plan: Plan, steps: Iterable[Step]) -> list[tuple[str, list[Step]]]:
    """The stages in order: the grain, and its steps in plan order. A grain that can be finished goes first, else the one
    with most steps. Raises ValueError for a plan whose steps wait for one another."""
    waiting = {step.name: step for step in steps}
    order = {step.name: needs(plan, step) for step in waiting.values()}
    done: set[str] = set()
    out: list[tuple[str, list[Step]]] = []
    grains = list(dict.fromkeys(step.grain for step in waiting.values()))
    outside = {name for need in order.values() for name in need.beside | need.before} - set(waiting)
    if outside:
        raise ValueError(f"steps are read that are not computed: {sorted(outside)}")
    while waiting:
        best: tuple[bool, int, str, list[Step]] | None = None
        for grain in grains:
            mine = [step for step in waiting.values() if step.grain == grain]
            ready: set[str] = set()
            for step in mine:
                if order[step.name].before <= done and order[step.name].beside <= done | ready:
                    ready.add(step.name)
            chosen = [step for step in mine if step.name in ready]
            candidate = (bool(chosen) and len(chosen) == len(mine), len(chosen), grain, chosen)
            if chosen and (best is None or candidate[:2] > best[:2]):
                best = candidate
        if best is None:
            raise ValueError(f"steps wait for one another: {sorted(waiting)}")
        out.append((best[2], best[3]))
        for step in best[3]:
            done.add(step.name)
            del waiting[step.name]
    return out


def closure(plan: Plan, steps: Iterable[Step]) -> list[Step]:
    """The steps and all they read, in plan order."""
    found: set[str] = set()
    queue = [step.name for step in steps]
    while queue:
        name = queue.pop()
        if name not in found:
            found.add(name)
            need = needs(plan, plan.step(name))
            queue += [*need.beside, *need.before]
    return [step for step in plan.steps if step.name in found]
