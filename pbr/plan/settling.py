"""When an answer is final: the latest day an expression reads, so that a `settles` that is earlier can be refused.

A day is written as an anchor (a column, an item or a day of the calendar) and what is added to it. Only what can be compared is
proved; a day that depends on each event, or rows of which any day counts, are reported as not to be seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from pbr.language.types import NOT_YET
from pbr.plan.month_ends import add_months
from pbr.plan.naming import World
from pbr.plan.node import Node

CALENDAR = ""  # the anchor of a day of the calendar: ``days`` is its ordinal
_MIRROR = {"lt": "gt", "le": "ge", "gt": "lt", "ge": "le", "eq": "eq", "ne": "ne"}
_DEEPEST = 20  # facts read through facts: further down nothing is looked for, which can only refuse more


def shortest(months: int) -> int:
    """The fewest days that ``months`` (positive or negative) can move a day, clamping at a month's end."""
    return 30 * months - 2 if months > 0 else 31 * months


def longest(months: int) -> int:
    """The most days that ``months`` (positive or negative) can move a day."""
    return 31 * months if months > 0 else 30 * months + 2 if months < 0 else 0


@dataclass(frozen=True)
class Day:
    """``anchor`` + ``months`` (first) + ``days``; ``base`` is the anchor as it is written."""

    anchor: str
    months: int
    days: int
    base: str

    @property
    def shown(self) -> str:
        """As a person would write it; the day before a window's end is shown as the end."""
        if self.anchor == CALENDAR:
            return date.fromordinal(self.days).isoformat()
        days = 0 if self.days == -1 else self.days
        spans = [
            f"{'+' if n > 0 else '-'} {abs(n)} {unit}{'' if abs(n) == 1 else 's'}"
            for n, unit in ((self.months, "month"), (days, "day"))
            if n
        ]
        return " ".join([self.base, *spans])

    def covers(self, other: Day) -> bool:
        """Is this day certainly as late as the other, wherever the anchor lies?"""
        if self.anchor != other.anchor:
            return False
        if self.months >= other.months and self.days >= other.days:
            return True
        if self.months > other.months >= 0:  # d + 37 months is never before (d + 36 months) + 1 month, which has at least 28 days
            return self.days + shortest(self.months - other.months) >= other.days
        return self.days + shortest(self.months) >= other.days + longest(other.months)

    def later(self, months: int, days: int, *, at_most: bool) -> Day | None:
        """This day with a span added. Months are added before days: where days stand first, the sum has no such form, except
        as the latest it can be (``at_most``) when those days are taken away."""
        if self.anchor == CALENDAR:
            moved = add_months(date.fromordinal(self.days), months)
            ordinal = moved.toordinal() + days if moved is not None else 0
            return Day(CALENDAR, 0, ordinal, self.base) if 1 <= ordinal <= date.max.toordinal() else None
        if (months and self.days > 0) or (months and self.days and not at_most):
            return None
        return Day(self.anchor, self.months + months, (0 if months else self.days) + days, self.base)


Need = tuple[Day | None, str]  # the day, or None where it cannot be seen; the window it comes from


@dataclass
class Scope:
    """What is known about the row being counted. ``row``: the word its columns carry (counted, or own inside an item that it has).
    ``bounds``: the latest day each of its dates can be; ``home``: the first hop from it that leads to the row that is decided."""

    row: str | None = None
    bounds: dict[str, Day] = field(default_factory=dict)
    home: tuple[str, ...] | None = None

    def inside(self) -> Scope:
        return replace(self, row="own")


OUTSIDE = Scope()


def day_of(node: Node, scope: Scope = OUTSIDE, *, at_most: bool = False) -> Day | None:
    """The day a date expression stands for, or None when it is not an anchor with something added. ``at_most``: the latest that
    it can be will do."""
    if node.op == "certain":
        return day_of(node.args[0], scope, at_most=at_most)
    if node.op == "literal":
        text = node.params["value"]
        return Day(CALENDAR, 0, date.fromisoformat(text).toordinal(), node.phrase) if isinstance(text, str) else None
    if node.op in ("column", "item"):
        name = node.params["step"] if node.op == "item" else f"{node.params['table']}.{node.params['column']}"
        if node.params["row"] == scope.row:
            via = [tuple(hop) for hop in node.params["via"]]
            if not via:
                return scope.bounds.get(name) if at_most else None
            if via[0] != scope.home:
                return None
        return Day(name, 0, 0, node.phrase)
    if node.op in ("date_add", "date_sub"):
        base = day_of(node.args[0], scope, at_most=at_most)
        return _moved(base, node.args[1], -1 if node.op == "date_sub" else 1, at_most=at_most)
    return None


def _moved(base: Day | None, span: Node, sign: int, *, at_most: bool) -> Day | None:
    size = _size(span)
    if base is None or size is None:
        return None
    months, days = (sign * size, 0) if span.type.kind == "months" else (0, sign * size)
    return base.later(months, days, at_most=at_most)


def _size(span: Node) -> int | None:
    """The days or months of a span that is written, or a sum of such; None for one that depends on the row."""
    if span.op == "literal":
        return int(span.params["value"]["n"]) if span.params["value"] is not None else None
    if span.op not in ("add", "sub"):
        return None
    sizes = [_size(arg) for arg in span.args]
    if sizes[0] is None or sizes[1] is None:
        return None
    return sizes[0] + sizes[1] if span.op == "add" else sizes[0] - sizes[1]


def latest(world: World, node: Node, grain: str) -> list[Need]:
    """Every latest day the expression reads, each once."""
    return list(dict.fromkeys(_latest(world, node, grain, OUTSIDE)))


def _latest(world: World, node: Node, grain: str, scope: Scope) -> Iterator[Need]:
    if "aggregate" in node.params:
        # what a span reads is bounded where it is read out
        yield from (need for need in _counted(world, node, grain) if node.op != "spells" or need[0] is not None)
        return
    if node.type.kind != "dayset" and node.args and node.args[0].type.kind == "dayset":
        from pbr.plan.settling_days import read_out

        counted = any(part.op == "item" and part.params["row"] == "counted" for part in node.args[0].walk())
        yield from (_seen_from(world, need, grain, scope) if counted and scope.row == "counted" else need for need in read_out(world, node))
    if node.op == "item":
        needs = world.needs.get(node.params["step"], [])
        counted = node.params["row"] == "counted" and scope.row == "counted"
        yield from (_seen_from(world, need, grain, scope) for need in needs) if counted else needs
        return
    window = _window(node)
    if window is not None:
        op, read = window[0], window[1]
        event = op in ("within", "between") or NOT_YET in read.type.absent or read.params["row"] == "counted"
        if event and read.type.kind == "date":
            day = _end(window, scope)
            counted = read.params["row"] == "counted"
            if op in ("gt", "ge", "ne") and counted:
                day = None  # where it begins; whether it ends is the aggregate's question
            elif day is not None or op in ("within", "between") or not counted:
                yield day, node.op
    for arg in node.args:
        yield from _latest(world, arg, grain, scope)


def _counted(world: World, node: Node, grain: str) -> Iterator[Need]:
    """The days an aggregate reads: those of its windows, and whether any of them ends what is counted."""
    told = node.params["aggregate"]
    table = told["link"]["table"]
    home = {"children": ("parent", grain), "group": ("cohort", grain)}.get(told["link"]["kind"])
    scope = Scope("counted", {}, home)
    cohort = world.cohorts.get(grain)
    if told["link"]["kind"] == "group" and cohort is not None:
        for key in (world.steps[name].node for name in cohort.keys):
            if key.op == "period" and key.args[0].op == "column" and not key.args[0].params["via"]:
                name = f"{table}.{key.args[0].params['column']}"
                scope.bounds[name] = Day(f"{grain}.last_day", 0, 0, f"last day of {grain}")
    if table in world.cohorts:  # groups: their days lie within those of the group around them, or within the term
        whole = date.fromisoformat(world.last_day).toordinal()
        last = Day(CALENDAR, 0, whole, "term.last_day") if cohort is None else Day(f"{grain}.last_day", 0, 0, f"last day of {grain}")
        scope.bounds |= {f"{table}.{day}": last for day in ("first_day", "last_day")}
    filters = [(node.args[-1], scope)] if told["has_where"] else []
    only = world.steps.get(f"{told['subset']}.only")
    if only is not None:
        filters.append((only.node, scope.inside()))
        yield from (_seen_from(world, need, grain, scope) for need in world.needs.get(only.name, []))
    for _ in range(3):  # a window may begin at an event that another window bounds
        for condition, seen in filters:
            for part, where in _conjuncts(world, condition, seen, _DEEPEST):
                window = _window(part)
                if window is not None and window[1].params["row"] == where.row and not window[1].params["via"]:
                    day = _end(window, where) if window[0] not in ("gt", "ge", "ne") else None
                    name = f"{window[1].params['table']}.{window[1].params['column']}"
                    if day is not None and (name not in scope.bounds or scope.bounds[name].covers(day)):
                        scope.bounds[name] = day
    declared = world.tables.get(table)
    dates = [c.name for c in declared.columns if c.type.kind == "date"] if declared is not None and not declared.register else []
    if dates and not any(f"{table}.{name}" in scope.bounds for name in dates):
        yield None, f"every {table}"
    for arg in node.args:
        yield from _latest(world, arg, grain, scope)


def _seen_from(world: World, need: Need, grain: str, scope: Scope) -> Need:
    """A day that an item of a counted row reads, from the row that is decided."""
    day, window = need
    if day is None or day.anchor == CALENDAR:
        return need
    bound = scope.bounds.get(day.anchor)
    if bound is not None:
        return bound.later(day.months, day.days, at_most=True), window
    table = world.steps[day.anchor].grain if day.anchor in world.steps else day.anchor.rpartition(".")[0]
    near = scope.home is not None and (table == grain or (scope.home[0] == "parent" and world.path(grain, table) is not None))
    return (day if near else None), window


def _conjuncts(world: World, node: Node, scope: Scope, depth: int) -> Iterator[tuple[Node, Scope]]:
    """The parts that must all be yes, those of named items of the counted row included."""
    if node.op == "and":
        for arg in node.args:
            yield from _conjuncts(world, arg, scope, depth)
    elif node.op == "item" and node.params["row"] == scope.row and not node.params["via"] and depth:
        step = world.steps[node.params["step"]]
        if "aggregate" not in step.node.params:
            yield from _conjuncts(world, step.node, scope.inside(), depth - 1)
    else:
        yield node, scope


def _window(node: Node) -> tuple[str, Node, Node] | None:
    """(operation, the date column it bounds, the comparison itself), the column put first; None when it is no comparison of one."""
    if node.op in ("within", "between"):
        return (node.op, node.args[0], node) if node.args[0].op == "column" else None
    if node.op not in _MIRROR or node.args[0].type.kind != "date":
        return None
    left, right = node.args
    if left.op == "column" and (NOT_YET in left.type.absent or left.params["row"] == "counted" or right.op != "column"):
        return node.op, left, node
    if right.op == "column":
        return _MIRROR[node.op], right, node
    return None


def _end(window: tuple[str, Node, Node], scope: Scope) -> Day | None:
    """The latest day that a window lets through, or at which a comparison is decided."""
    op, read, node = window
    if op == "within":
        end = day_of(node.args[2], scope, at_most=True)
        mode = node.params["mode"]
        if mode != "before":
            end = _moved(end, node.args[1], 1, at_most=True)
        return replace(end, days=end.days - 1) if end is not None and mode != "after" else end
    other = node.args[2] if op == "between" else node.args[1] if read is node.args[0] else node.args[0]
    end = day_of(other, scope, at_most=True)
    return replace(end, days=end.days - 1) if end is not None and op == "lt" else end
