"""The latest day that an answer about a span reads: a span has no end of its own, so a window, or a run that must have begun, bounds it."""

from __future__ import annotations

from dataclasses import replace

from pbr.plan.naming import World
from pbr.plan.node import Node
from pbr.plan.settling import Day, Need, day_of, longest

READ_OUT = ("days_in", "day_reaches", "day_lasted", "covers")


def read_out(world: World, node: Node) -> list[Need]:
    """The latest days of the span that the answer can turn on; (None, "days of TABLE") where any later day could still change it."""
    days = node.args[0]
    gap = _gaps(world, days)
    if node.op == "covers":
        return [(_later(_end(node.params["mode"], node.args[1], node.args[2]), gap), "covers")]
    needed = None if node.op == "days_in" else node.args[1]
    return [(_later(day, gap), said) for day, said in _bounds(world, days, needed)]


def _bounds(world: World, days: Node, needed: Node | None) -> list[Need]:
    """``needed``: the length that a run that began in time may take before the answer is there; None: it may go on for ever."""
    if days.op == "item":
        return _bounds(world, world.steps[days.params["step"]].node, needed)
    if days.op == "days_within":
        return [(_end(days.params["mode"], days.args[1], days.args[2]), "within")]
    if days.op == "days_begin" and needed is not None:
        return [(_lasted(_end(days.params["mode"], days.args[1], days.args[2]), needed), "runs_begin")]
    if days.op == "spells":
        return [(None, f"days of {days.params['aggregate']['link']['table']}")]
    if days.op == "days_either":
        return [need for arg in days.args for need in _bounds(world, arg, needed)]
    if days.op == "days_both":  # one end is enough
        sides = [_bounds(world, arg, needed) for arg in days.args]
        return next((side for side in sides if all(day is not None for day, _ in side)), sides[0])
    return _bounds(world, days.args[0], needed)


def _gaps(world: World, days: Node) -> int:
    """A day may still be filled in by the days after it: by how many days later ones reach back."""
    if days.op == "item":
        return _gaps(world, world.steps[days.params["step"]].node)
    own = _length(days.args[1]) if days.op == "days_joined" else 0
    return own + max((_gaps(world, arg) for arg in days.args if arg.type.kind == "dayset"), default=0)


def _end(mode: str, span: Node, start: Node) -> Day | None:
    """The last day of a window, or the latest that it can be."""
    base = day_of(start, at_most=True)
    if base is None:
        return None
    if mode == "before":
        return replace(base, days=base.days - 1)
    months = span.type.kind == "months"
    if span.op == "literal":
        size = int(span.params["value"]["n"])
        base = base.later(size, 0, at_most=True) if months else base.later(0, size, at_most=True)
    else:
        base = _later(base, _length(span))
    return replace(base, days=base.days - 1) if base is not None and mode == "from" else base


def _lasted(begun: Day | None, length: Node) -> Day | None:
    """The last day of a run of this length that begins on that day. Months are counted from its first day as they are from every other: adding
    them never makes an earlier day later than a later one."""
    if begun is not None and length.type.kind == "months" and length.shape is not None:
        over = begun.later(length.shape.top, 0, at_most=True)
        if over is not None:
            return replace(over, days=over.days - 1)
    return _later(begun, _length(length) - 1)


def _length(span: Node) -> int:
    """The most days that a length can be."""
    assert span.shape is not None
    return longest(span.shape.top) if span.type.kind == "months" else span.shape.top


def _later(day: Day | None, days: int) -> Day | None:
    return day.later(0, days, at_most=True) if day is not None and days else day
