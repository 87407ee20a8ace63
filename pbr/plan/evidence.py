"""Whose word an answer rests on: the two grades of every step (language page, "evidence")."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pbr.plan.leaves import Problems
from pbr.plan.naming import World
from pbr.plan.node import Node
from pbr.plan.trouble import Mistake
from pbr.terms.payments import Evidence

GRADES = ("provider", "commissioner", "independent")  # weakest first


def weakest(grades: Iterable[str]) -> str:
    return min((grade for grade in grades if grade), key=GRADES.index, default="")


def _supplier(world: World, name: str) -> str:
    cohort = world.cohorts.get(name)
    table = world.tables.get(cohort.of if cohort is not None else name)
    return table.supplied_by if table is not None else ""


def decided_by(world: World, node: Node, grain: str, *, counted: bool = False) -> str:
    """The weakest source of the rows whose existence or values decide it.

    What decides an expression is, where it has any, its aggregates and the named items it reads; otherwise its own row. An
    aggregate is decided by the items its condition reads (they are answers about the counted rows), otherwise by the table it counts.
    """
    found = list(_deciders(world, node))
    if found:
        return weakest(found)
    return "" if counted else _supplier(world, grain)


def _deciders(world: World, node: Node) -> Iterator[str]:
    if "aggregate" in node.params:
        inner = [grade for arg in node.args for grade in _items(world, arg)]
        yield from inner
        if not inner or any(_reads_counted(arg) for arg in node.args):
            yield _supplier(world, node.params["aggregate"]["link"]["table"])
    elif node.op == "item":
        yield world.steps[node.params["step"]].decided_by
    else:
        for arg in node.args:
            yield from _deciders(world, arg)


def _items(world: World, node: Node) -> Iterator[str]:
    for part in node.walk():
        if part.op == "item":
            yield world.steps[part.params["step"]].decided_by


def _reads_counted(node: Node) -> bool:
    return any(part.op == "column" and part.params["row"] == "counted" for part in node.walk())


def rests_on(world: World, node: Node, grain: str, within: str | None) -> str:
    """The weakest source of everything it reads: values, dates, exclusions, price keys, and the cohorts it goes through."""
    grades = [_supplier(world, grain)]
    through = [grain, within or ""]
    for part in node.walk():
        if part.op == "column":
            grades.append(_supplier(world, part.params["table"]))
            through.append(part.params["table"])
        elif part.op == "item":
            grades.append(world.steps[part.params["step"]].rests_on)
        if "aggregate" in part.params:
            grades.append(_supplier(world, part.params["aggregate"]["link"]["table"]))
            through += [part.params["aggregate"]["subset"] or "", grain if part.params["aggregate"]["link"]["kind"] == "group" else ""]
        through += [hop[1] for hop in part.params.get("via", ()) if hop[0] == "cohort"]
    for name in through:
        if name in world.cohorts:
            cohort = world.cohorts[name]
            grades += [world.steps[step].rests_on for step in (cohort.member, *cohort.keys) if step in world.steps]
    return weakest(grades)


def demand(problems: Problems, name: str, decided_by: str, rests_on: str, wanted: Evidence) -> None:
    """Refuses what rests on a weaker word than the contract asks for. Reports PBR346."""
    for grade, leaf in wanted.items():
        actual = decided_by if grade == "decided_by" else rests_on
        with problems.about(leaf):
            if actual and GRADES.index(actual) < GRADES.index(leaf.text):
                verb = "is decided by" if grade == "decided_by" else "rests on"
                raise Mistake(
                    "PBR346",
                    f"`{name}` {verb} records of the {actual}; the contract asks for {leaf.text} ones.",
                    "Decide it from a table with the evidence asked for, or ask for less.",
                )
