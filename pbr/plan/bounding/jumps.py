"""How far a value can jump at a threshold: a bound on what it moves by, however little the quantity moves that is compared.

A figure is a quantity that moves by small steps: something added up over rows (a count, a share, a sum, a mean), a column that holds a
number, or the days between two dates. While nothing is compared, a payment follows its figures, and one row more moves it by one row's
worth. At a comparison it may leap. ``jump`` bounds the leap: 0 where both sides meet at the threshold, as in a straight line that is clipped
at its ends. A deadline, a code, and a yes or no of one row are no figures: what is paid for them is a price.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from pbr.plan.bounding.bounds import NOTHING, TURNED, Bounds, Known
from pbr.plan.bounding.intervals import Interval
from pbr.plan.node import Node

ZERO = Fraction(0)
TINY = Fraction(1, 10**40)  # either side of a threshold; what it adds to a sum of money is below any coin
_ANSWERS = ("any", "every")
ELAPSED = ("days_between", "whole_months", "whole_years")  # numbers out of dates: they move as the dates do
_OF_A_VALUE = ("sum", "mean", "median", "smallest", "largest", "first_of", "last_of")
_SMOOTH = ("fall", "rise", "weigh")  # no leap where what they are made of has none
Jump = Fraction | None  # None: no bound


@dataclass
class Jumps:
    """``bounds`` of the same plan. ``answers``: whether a yes or no over rows (``any``, ``every``) is a figure too; on a row of data it is
    the outcome that is paid for, and its price is no leap. ``shared``: only what several rows of one kind have a part in is a figure.
    ``row``: what nodes call the row they are worked out for, "own", or inside something added up "counted"."""

    bounds: Bounds
    answers: bool
    where: list[tuple[Fraction | None, Node, Node]] = field(default_factory=list)  # leap, condition, the ``if``: what was found
    shared: bool = False
    row: str = "own"
    _others: dict[tuple[bool, bool, str], Jumps] = field(default_factory=dict)
    _moves: dict[int, bool] = field(default_factory=dict)

    def jump(self, node: Node, known: Known = NOTHING) -> Jump:
        """A bound on the leaps of a number; for a truth or a code 0 if it depends on no figure, else none."""
        if not self.moves(node) or node.op == "column" or node.op in ELAPSED:
            return ZERO
        if "aggregate" in node.params:
            return self._added_up(node, known)
        if node.op == "item":
            step = self.bounds.same_row(node)
            found = self.bounds.plan.step(node.params["step"])
            return self._inside(node).jump(found.node, known if step is not None else NOTHING) if node.type.numeric else None
        if not node.type.numeric:
            return None
        if node.op == "if":
            return self._if(node, known)
        if node.op in ("lookup", "dated"):
            return self._width(node, known) if any(self.moves(arg) for arg in node.args) else ZERO
        parts = [self.jump(arg, known) if arg.type.numeric else (None if self.moves(arg) else ZERO) for arg in node.args]
        if any(part is None for part in parts):
            return self._width(node, known)
        leaps = [part for part in parts if part is not None]
        return self._of(node, leaps, known)

    def _added_up(self, node: Node, known: Known) -> Jump:
        """One row more is one row's worth, and no leap. But the worth of a row may leap at a threshold of its own, and what the rows share may
        move many of them at once."""
        together, one = self._like(True, True, "counted"), self._like(False, False, "counted")
        if node.op not in _OF_A_VALUE or not node.type.numeric:
            return self._width(node, known) if any(together.moves(arg) for arg in node.args) else ZERO
        value, asked = node.args[0], node.args[1:]
        if any(together.moves(arg) for arg in asked) or together.jump(value):
            return self._width(node, known)
        leap = one.jump(value)
        if leap is None or together.jump(value) is None:
            return self._width(node, known)
        if not any(one.moves(arg) for arg in asked):
            return leap
        worth = (self.bounds.node(value).number or Interval()).size  # all that a row is worth comes and goes with a threshold
        return None if worth is None else max(leap, worth)

    def _of(self, node: Node, leaps: list[Fraction], known: Known) -> Jump:
        op = node.op
        if op in ("add", "sub"):
            return sum(leaps, ZERO)
        if op in ("least", "greatest", "else"):
            return max(leaps)
        if op in ("rest", "as_percent", "as_number"):
            return leaps[0]
        if op == "round":
            quantum = Fraction(int(node.params["quantum"]["n"]), int(node.params["quantum"]["d"]))
            return min(leaps[0] + quantum, self._width(node, known) or leaps[0] + quantum)
        if op == "mul":
            sizes = [(self.bounds.node(arg, known).number or Interval()).size for arg in node.args]
            if any(size is None for size in sizes):
                return ZERO if not any(leaps) else None
            a, b = (size or ZERO for size in sizes)
            return leaps[0] * b + a * leaps[1] + leaps[0] * leaps[1]
        if op == "div":
            low = (self.bounds.node(node.args[1], known).number or Interval()).low
            if not any(leaps):
                return ZERO
            return leaps[0] / low if low is not None and low > 0 and not leaps[1] else self._width(node, known)
        return ZERO if not any(leaps) and op in _SMOOTH else self._width(node, known)

    def _width(self, node: Node, known: Known) -> Jump:
        return (self.bounds.node(node, known).number or Interval()).width

    def _if(self, node: Node, known: Known) -> Jump:
        condition, yes, no = node.args
        sides = [(self.bounds.given(condition, True, known), yes), (self.bounds.given(condition, False, known), no)]
        leaps = [self.jump(side, told) for told, side in sides if told is not None]
        if any(leap is None for leap in leaps):
            return self._width(node, known)
        most = max((leap for leap in leaps if leap is not None), default=ZERO)
        if not self.moves(condition) or any(told is None for told, _ in sides):
            return most
        gap = self._gap(condition, condition, yes, no, known)
        if gap is None or gap > 0:
            self.where.append((gap, condition, node))
        if gap is None:
            return self._width(node, known)
        width = self._width(node, known)
        return most + gap if width is None else min(width, most + gap)

    def _gap(self, asked: Node, part: Node, yes: Node, no: Node, known: Known) -> Jump:
        """How far the two sides are apart where ``part``, one of the comparisons of the condition, changes its answer."""
        bounds = self.bounds
        step = bounds.same_row(part)
        if step is not None:
            return self._gap(asked, step.node, yes, no, known)
        if not self.moves(part):
            return ZERO
        if part.op in ("and", "or", "not"):
            gaps = [self._gap(asked, arg, yes, no, known) for arg in part.args]
            return None if any(gap is None for gap in gaps) else max(gap for gap in gaps if gap is not None)
        near: Known | None = known
        if part.op in TURNED and part.args[0].type.numeric:
            near = self._near(part, known)
        if near is None:
            return ZERO
        left, right = bounds.given(asked, True, near), bounds.given(asked, False, near)
        if left is None or right is None:
            return ZERO
        a, b = bounds.node(yes, left).number or Interval(), bounds.node(no, right).number or Interval()
        if None in (a.low, a.high, b.low, b.high):
            return None
        assert a.low is not None and a.high is not None and b.low is not None and b.high is not None
        return max(ZERO, a.high - b.low, b.high - a.low)

    def _near(self, part: Node, known: Known) -> Known | None:
        """The neighbourhood of a threshold: within a hair of it, or for whole numbers the last on one side and the first on the other."""
        found: Known | None = known
        for this, other, op in ((part.args[0], part.args[1], part.op), (part.args[1], part.args[0], TURNED[part.op])):
            at = self.bounds.node(other, known).number or Interval()
            if this.op == "literal" or found is None:
                continue
            if this.type.kind == "whole" and other.type.kind == "whole":
                below, above = {"ge": (1, 0), "lt": (1, 0), "gt": (0, 1), "le": (0, 1)}.get(op, (1, 1))
            else:
                below = above = 0
            low = None if at.low is None else at.low - (below or TINY)
            high = None if at.high is None else at.high + (above or TINY)
            found = self.bounds.within(this, Interval(low, high), found)
        return found

    # ---- what moves with a figure --------------------------------------------------------------------------------
    def moves(self, node: Node) -> bool:
        """Whether a value depends on a figure."""
        if id(node) not in self._moves:
            self._moves[id(node)] = self._moving(node)
        return self._moves[id(node)]

    def _moving(self, node: Node) -> bool:
        if "aggregate" in node.params:
            if self.shared and node.params["aggregate"]["link"]["kind"] in ("children", "group"):
                return any(self._like(True, True, "counted").moves(arg) for arg in node.args)  # rows of its own
            return node.op not in _ANSWERS or self.answers
        if node.op == "column":
            return node.type.numeric and (self._far(node) or not self.shared)
        if node.op == "item":
            return self._inside(node).moves(self.bounds.plan.step(node.params["step"]).node)
        if node.op in ELAPSED:
            leaves = [leaf for leaf in node.walk() if leaf.op in ("column", "item")]
            return any(self._far(leaf) or not self.shared for leaf in leaves)
        return any(self.moves(arg) for arg in node.args)

    def _far(self, node: Node) -> bool:
        """Whether it stands on another row, which several rows may lead to."""
        return node.params["row"] != self.row or bool(node.params.get("via"))

    def _inside(self, node: Node) -> Jumps:
        """For the step that an item reads, on the row where that is worked out."""
        if self._far(node):
            return self._like(self.answers or self._grouped(self.bounds.plan.step(node.params["step"]).grain), False, "own")
        return self._like(self.answers, self.shared, "own")

    def _like(self, answers: bool, shared: bool, row: str) -> Jumps:
        if (answers, shared, row) == (self.answers, self.shared, self.row):
            return self
        found = self._others.get((answers, shared, row))
        if found is None:
            found = Jumps(self.bounds, answers, self.where, shared, row, self._others)
            self._others[answers, shared, row] = found
        return found

    def _grouped(self, grain: str) -> bool:
        return all(table.name != grain for table in self.bounds.plan.tables)
