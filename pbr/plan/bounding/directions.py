"""Which way a value moves when something it reads grows: proved from the operations, or not known.

Of a truth, up is from no to yes. What is asked about is a column of a table or a named item, wherever it is read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction

from pbr.plan.bounding.bounds import NOTHING, Bounds, Known
from pbr.plan.bounding.intervals import Interval
from pbr.plan.node import Node

STILL, UP, DOWN = "still", "up", "down"
Direction = str | None  # None: not known
_ALONG = ("round", "as_percent", "as_number", "least", "greatest", "add", "and", "or")
_SUMS = ("sum", "mean", "median", "smallest", "largest")


@dataclass
class Directions:
    """``moves``: whether a leaf is what grows."""

    bounds: Bounds
    moves: Callable[[Node], bool]
    _steps: dict[str, Direction] = field(default_factory=dict)

    def of(self, node: Node, known: Known = NOTHING) -> Direction:
        if self.moves(node):
            return UP
        op, args = node.op, node.args
        if op == "item":
            name = node.params["step"]
            if self.bounds.same_row(node) is not None and known and self._settles_still(name):
                return self.of(self.bounds.plan.step(name).node, known)
            return self.step(name)
        if all(self.of(arg, known) == STILL for arg in args) and self._same_rows(node):
            return STILL
        if "aggregate" in node.params:
            return self._aggregate(node)
        if op in _ALONG:
            return joined(self.of(arg, known) for arg in args)
        if op == "not" or op == "rest":
            return turned(self.of(args[0], known))
        if op == "sub":
            return joined([self.of(args[0], known), turned(self.of(args[1], known))])
        if op in ("gt", "ge"):
            return joined([self.of(args[0], known), turned(self.of(args[1], known))])
        if op in ("lt", "le"):
            return joined([turned(self.of(args[0], known)), self.of(args[1], known)])
        if op in ("mul", "div"):
            return self._product(node, known)
        if op in ("fall", "rise"):
            return self._change(node, known)
        if op == "if":
            return self._if(node, known)
        return None

    def _number(self, node: Node, known: Known) -> Interval:
        return self.bounds.node(node, known).number or Interval()

    def _product(self, node: Node, known: Known) -> Direction:
        a, b = node.args
        out: list[Direction] = []
        for this, other, upside in ((a, b, False), (b, a, node.op == "div")):
            way = self.of(this, known)
            if way == STILL:
                continue
            beside = self._number(other, known)
            sign = UP if beside.low is not None and beside.low >= 0 else DOWN if beside.high is not None and beside.high <= 0 else None
            if upside and not _one_sign(self._number(this, known)):
                return None  # dividing by what may change its sign
            way = turned(way) if upside else way
            out.append(None if sign is None else way if sign == UP else turned(way))
        return joined(out)

    def _change(self, node: Node, known: Known) -> Direction:
        """``fall from a to b`` where a stands still and is more than nothing."""
        start, end = node.args
        low = self._number(start, known).low
        if self.of(start, known) != STILL or low is None or low < 0:
            return None
        way = self.of(end, known)
        return turned(way) if node.op == "fall" else way

    def _if(self, node: Node, known: Known) -> Direction:
        asked, yes, no = node.args
        told = self.bounds.given(asked, True, known), self.bounds.given(asked, False, known)
        ways = [self.of(side, one) for side, one in zip((yes, no), told, strict=True) if one is not None]
        if None in told:
            return joined(ways)
        assert told[0] is not None and told[1] is not None
        way = self.of(asked, known)
        if way == STILL:
            return joined(ways)
        if not node.type.numeric or way is None:
            return None
        a, b = self._number(yes, told[0]), self._number(no, told[1])
        if a.low is not None and b.high is not None and a.low >= b.high:
            return joined([*ways, way])
        if a.high is not None and b.low is not None and a.high <= b.low:
            return joined([*ways, turned(way)])
        return None

    def _aggregate(self, node: Node) -> Direction:
        told = node.params["aggregate"]
        if not self._same_rows(node) or told.get("once"):  # an event that counts once is another row's loss
            return None
        where = self.of(node.args[-1]) if told["has_where"] else STILL
        if node.op in ("count", "share", "any"):
            return where
        if node.op in _SUMS and where == STILL and node.type.numeric:
            return self.of(node.args[0])
        return None

    def _same_rows(self, node: Node) -> bool:
        """Whether the rows that are added up, or reached, stay the same ones."""
        names = [hop[1] for hop in node.params.get("via", ()) if hop[0] == "cohort"]
        told = node.params.get("aggregate")
        if told is not None:
            names += [told["subset"]] if told["subset"] else []
            if told["link"]["kind"] == "group":
                names += [cohort.name for cohort in self.bounds.plan.cohorts if cohort.of == told["link"]["table"]]
        cohorts = [cohort for cohort in self.bounds.plan.cohorts if cohort.name in names]
        return all(self.step(step) == STILL for cohort in cohorts for step in (cohort.member, *cohort.keys))

    def step(self, name: str) -> Direction:
        """The way of a step's value; not known where the day on which it is settled moves."""
        if name not in self._steps:
            self._steps[name] = None
            self._steps[name] = self.of(self.bounds.plan.step(name).node) if self._settles_still(name) else None
        return self._steps[name]

    def _settles_still(self, name: str) -> bool:
        settles = self.bounds.plan.step(name).settles
        return settles is None or self.step(settles.day) == STILL


def joined(ways: object) -> Direction:
    """The way of something that moves with each of these."""
    found = {way for way in ways if way != STILL}  # type: ignore[attr-defined]
    if not found:
        return STILL
    return found.pop() if len(found) == 1 else None


def turned(way: Direction) -> Direction:
    return {UP: DOWN, DOWN: UP, STILL: STILL, None: None}[way]


def _one_sign(number: Interval) -> bool:
    zero = Fraction(0)
    return (number.low is not None and number.low >= zero) or (number.high is not None and number.high <= zero)
