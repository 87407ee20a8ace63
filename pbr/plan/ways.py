"""What a node reads, and that each name in it is read by a way that leads to its own kind of row.

Rows are found by their keys, and keys are text: a job whose key equals a person's key would silently read that person, were a step of people
read at a job as if it were the job's own. So every step is gone through here, whoever made it.
"""

from __future__ import annotations

from collections.abc import Iterable

from pbr.plan.naming import CONTRACT, World
from pbr.plan.node import Node


def what_it_reads(world: World, node: Node, grain: str) -> tuple[list[str], set[str]]:
    """Names of the steps a node at ``grain`` reads, and every data table it reads, through those steps too."""
    _arrives(world, node, grain, None)
    steps: dict[str, None] = {}
    cohort = world.cohorts.get(grain)
    tables = {cohort.of if cohort is not None else grain}
    for part in node.walk():
        if part.op == "item":
            steps[part.params["step"]] = None
            tables |= world.reads[part.params["step"]]
        elif part.op == "column":
            found = world.cohorts.get(part.params["table"])
            tables.add(found.of if found is not None else part.params["table"])
        if "aggregate" in part.params:
            name = part.params["aggregate"]["link"]["table"]
            tables.add(world.cohorts[name].of if name in world.cohorts else name)
            through = [part.params["aggregate"]["subset"], grain if part.params["aggregate"]["link"]["kind"] == "group" else None]
            tables |= _membership(world, (name for name in through if name))
        tables |= _membership(world, (hop[1] for hop in part.params.get("via", ()) if hop[0] == "cohort"))
    for made in [world.made[name] for name in tables if name in world.made]:  # its rows are what they are made of
        tables |= world.reads[made.rows]
    return list(steps), tables & set(world.tables) - set(world.made)


def _membership(world: World, cohorts: Iterable[str]) -> set[str]:
    """Every data table that decides who is in a cohort, and in which group of it."""
    found = [world.cohorts[name] for name in cohorts if name in world.cohorts]
    return {table for cohort in found for step in (cohort.member, *cohort.keys) for table in world.reads.get(step, ())}


def _arrives(world: World, node: Node, own: str, counted: str | None) -> None:
    """Asserts of every leaf that its ``via``, from the row it is read at, ends at a row that has it."""
    if "aggregate" in node.params:
        counted = node.params["aggregate"]["link"]["table"]
    for arg in node.args:
        _arrives(world, arg, own, counted)
    if node.op in ("item", "column"):
        here = counted if node.params["row"] == "counted" else own
        for hop in node.params["via"]:
            parent = world.tables[here].parent if hop[0] == "parent" and here in world.tables else None
            assert hop[0] != "parent" or (parent is not None and parent.table == hop[1]), f"{here} does not belong to {hop[1]}"
            assert hop[0] != "cohort" or world.cohorts[hop[1]].of == here, f"{hop[1]} is no cohort of {here}"
            here = CONTRACT if hop[0] == CONTRACT else hop[1]
        name = node.params.get("step") or node.params["column"]
        there = world.steps[name].grain if node.op == "item" else node.params["table"]
        assert here == there == node.params["table"], f"{name} is of {there}, and is read at a row of {here}"
