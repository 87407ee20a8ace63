"""When an answer is final: the latest day an expression reads, and the refusal of a `settles` that is earlier.

A day is written as an anchor (a column, an item or a date) and what is added to it. Only windows that can be compared are
proved; where the compiler cannot see it, the contract is refused with the day it needs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pbr.language.types import NOT_YET
from pbr.plan.naming import World
from pbr.plan.node import Node


@dataclass(frozen=True)
class Day:
    """``anchor`` + ``months`` (first) + ``days``; ``shown`` as a person would write it."""

    anchor: str
    months: int
    days: int
    shown: str

    def covers(self, other: Day) -> bool:
        """Is this day certainly as late as the other? A month has 28 to 31 days; m months have at least 30 m - 2."""
        if self.anchor != other.anchor:
            return False
        if self.months >= other.months and self.days >= other.days:
            return True
        least = self.days + (30 * self.months - 2 if self.months > 0 else 0)
        return least >= 31 * other.months + other.days


def day_of(node: Node, counted: dict[str, Day] | None = None) -> Day | None:
    """The day a date expression stands for, or None when it is not an anchor with something added. ``counted``: the latest day
    proved for columns of the row being counted; another column of that row has none."""
    if node.op == "certain":
        return day_of(node.args[0], counted)
    if node.op == "literal":
        return Day(str(node.params["value"]), 0, 0, node.phrase)
    if node.op == "column":
        name = f"{node.params['table']}.{node.params['column']}"
        if node.params["row"] == "counted" and not node.params["via"]:
            return (counted or {}).get(name)
        return Day(name, 0, 0, node.phrase)
    if node.op == "item":
        return Day(node.params["step"], 0, 0, node.phrase) if node.params["row"] == "own" else None
    if node.op in ("date_add", "date_sub") and node.args[1].op == "literal":
        base = day_of(node.args[0], counted)
        return _move(base, node.args[1], -1 if node.op == "date_sub" else 1)
    return None


def _move(base: Day | None, span: Node, sign: int) -> Day | None:
    if base is None or span.op != "literal":
        return None
    size = sign * int(span.params["value"]["n"])
    shown = f"{base.shown} {'+' if sign > 0 else '-'} {span.phrase}"
    if span.type.kind == "months":
        return Day(base.anchor, base.months + size, 0, shown) if base.days == 0 else None
    return Day(base.anchor, base.months, base.days + size, shown)


def latest(world: World, node: Node) -> list[tuple[Day | None, str]]:
    """Every latest day the expression reads: (the day, or None where it cannot be seen, and the window it comes from)."""
    return list(_latest(world, node, {}))


def _latest(world: World, node: Node, counted: dict[str, Day]) -> Iterator[tuple[Day | None, str]]:
    if "aggregate" in node.params:
        bounds = dict(counted)
        for _ in range(3):  # a window may begin at an event that another window bounds
            for part in _conjuncts(node):
                name, day = _bound(part, bounds)
                if name is not None and day is not None:
                    bounds[name] = day
        for arg in node.args:
            yield from _latest(world, arg, bounds)
        return
    if node.op == "item":
        yield from world.needs.get(node.params["step"], [])
        return
    if node.op in ("within", "between", "lt", "le", "eq", "gt", "ge", "ne"):
        read = node.args[0]
        event = node.op in ("within", "between") or NOT_YET in read.type.absent or read.params.get("row") == "counted"
        if event and read.op == "column" and read.type.kind == "date":
            _, day = _bound(node, counted)
            if day is not None or node.op in ("within", "between"):
                yield day, node.op
    for arg in node.args:
        yield from _latest(world, arg, counted)


def _conjuncts(node: Node) -> Iterator[Node]:
    for arg in node.args:
        if arg.type.kind == "truth":
            yield from (part for part in ([arg] if arg.op != "and" else arg.args))


def _bound(node: Node, counted: dict[str, Day]) -> tuple[str | None, Day | None]:
    """The column a window bounds from above, and the latest day it lets through."""
    if node.op not in ("within", "between", "lt", "le", "eq") or node.args[0].op != "column":
        return None, None
    read = node.args[0]
    name = f"{read.params['table']}.{read.params['column']}" if read.params["row"] == "counted" else None
    if node.op == "within":
        end = day_of(node.args[2], counted)
        mode = node.params["mode"]
        if mode != "before":
            end = _move(end, node.args[1], 1)
        if end is not None and mode != "after":
            end = Day(end.anchor, end.months, end.days - 1, end.shown)
        return name, end
    end = day_of(node.args[2] if node.op == "between" else node.args[1], counted)
    if end is not None and node.op == "lt":
        end = Day(end.anchor, end.months, end.days - 1, end.shown)
    return name, end
