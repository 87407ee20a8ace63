"""Bounds of every node of a plan, by going through its operations: sound for every table that could be submitted.

What is said is said of the values that are known, and of both ends of a range. An operation that is not listed here is bounded by its
proved shape alone, so a new operation needs nothing here to stay sound.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from pbr.plan.bounding import intervals
from pbr.plan.bounding.intervals import Interval, point
from pbr.plan.node import Node
from pbr.plan.plan import Plan, Step

ZERO, ONE = Fraction(0), Fraction(1)
TRUTHS = frozenset({True, False})
TURNED = {"lt": "gt", "le": "ge", "gt": "lt", "ge": "le", "eq": "eq", "ne": "ne"}
OPPOSITE = {"lt": "ge", "le": "gt", "gt": "le", "ge": "lt", "eq": "ne", "ne": "eq"}
_AGGREGATES_OF_A_VALUE = ("mean", "median", "smallest", "largest", "first_of", "last_of")
_ATOMS = ("column", "item")
Key = tuple[Any, ...]


@dataclass(frozen=True)
class Might:
    """What a node might be where it is known: ``number`` for numeric kinds, else ``values`` (truths, codes), None: not bounded.
    ``never``: nothing at all, so what reads it is never reached."""

    number: Interval | None = None
    values: frozenset[Any] | None = None

    @property
    def never(self) -> bool:
        return (self.number is not None and self.number.empty) or (self.values is not None and not self.values)

    def meet(self, other: Might) -> Might:
        number = other.number if self.number is None else self.number if other.number is None else self.number.meet(other.number)
        values = other.values if self.values is None else self.values if other.values is None else self.values & other.values
        return Might(number, values)


Known = Mapping[Key, Might]  # what is known of nodes besides their own bounds
NOTHING: Known = {}


@dataclass
class Bounds:
    """``pins``: what is known of columns of one row, by (table, column): then everything is said of what that row, its parents and its
    children's own steps come to, and not of what other rows of its table add up to."""

    plan: Plan
    pins: Mapping[tuple[str, str], frozenset[Any]] = field(default_factory=dict)
    _steps: dict[str, Might] = field(default_factory=dict)
    _keys: dict[int, Key] = field(default_factory=dict)
    _free: Bounds | None = None
    _found: dict[tuple[int, int], tuple[Known, Might]] = field(default_factory=dict)  # by the two ids; what is known is kept alive

    def step(self, name: str) -> Might:
        """Bounds of a step at any row."""
        if name not in self._steps:
            step = self.plan.step(name)
            self._steps[name] = shaped(step.node)  # while it is worked out
            self._steps[name] = self.node(step.node)
        return self._steps[name]

    def node(self, node: Node, known: Known = NOTHING) -> Might:
        """Bounds of a node, where ``known`` holds of the same row."""
        place = (id(known), id(node))
        if place not in self._found:
            self._found[place] = (known, self._node(node, known))
        return self._found[place][1]

    def _node(self, node: Node, known: Known) -> Might:
        found = shaped(node)
        rule = _RULES.get(node.op)
        if "aggregate" in node.params:
            found = found.meet(self._aggregate(node))
        elif node.op in _ATOMS:
            found = found.meet(self._read(node, known))
        elif node.op == "if":
            found = found.meet(self._if(node, known))
        elif node.op in ("and", "or", "not"):
            found = found.meet(self._logic(node, known))
        elif node.op in TURNED:
            found = found.meet(self._compare(node, known))
        elif node.op == "lookup":
            found = found.meet(_listed(node, [value for _, value in self.rows_reached(node, known)]))
        elif node.op == "in":
            found = found.meet(self._in(node, known))
        elif rule is not None:
            number = rule([self._number(arg, known) for arg in node.args], node.params)
            found = found.meet(Might(number))
        if node.type.kind == "whole" and found.number is not None:
            found = replace(found, number=found.number.whole())
        told = known.get(self.key(node))
        return found if told is None else found.meet(told)

    def rows_reached(self, node: Node, known: Known) -> list[tuple[tuple[str, ...], Any]]:
        """The rows of a card that a lookup might read: key and value."""
        args = [self.node(arg, known).values for arg in node.args]
        rows = [(tuple(key), value) for key, value in node.params["rows"]]
        return [row for row in rows if all(values is None or part in values for part, values in zip(row[0], args, strict=True))]

    def same_row(self, node: Node) -> Step | None:
        """The step whose value on this very row an item reads; None for anything else."""
        if node.op == "item" and node.params.get("row") == "own" and not node.params.get("via"):
            step = self.plan.step(node.params["step"])
            return step if step.grain == node.params["table"] else None
        return None

    def key(self, node: Node) -> Key:
        """Equal for nodes with one value on one row: reasons and phrases do not count, and a named item is what it names."""
        found = self._keys.get(id(node))
        if found is None:
            step = self.same_row(node)
            if step is not None and step.node.op == "item" and step.within is None and step.settles is None:
                found = self.key(step.node)
            else:
                said = {name: told for name, told in node.params.items() if name not in ("reason", "name")}
                if "aggregate" in said:
                    said["aggregate"] = {name: told for name, told in said["aggregate"].items() if name != "reasons"}
                found = (node.op, repr(sorted(said.items())), tuple(self.key(arg) for arg in node.args))
            self._keys[id(node)] = found
        return found

    # ---- what a condition says -----------------------------------------------------------------------------------
    def given(self, condition: Node, answer: bool, known: Known) -> Known | None:
        """What is known besides where a condition has an answer; None where it cannot have it."""
        if answer not in (self.node(condition, known).values or TRUTHS):
            return None
        op = condition.op
        found: Known | None = {**known, self.key(condition): Might(values=frozenset({answer}))}
        step = self.same_row(condition)
        if step is not None and step.within is None:
            inner = self.given(step.node, answer, known)
            return None if inner is None else {**inner, self.key(condition): Might(values=frozenset({answer}))}
        if op == "not":
            return self.given(condition.args[0], not answer, known)
        if (op == "and" and answer) or (op == "or" and not answer):
            for _ in range(2):  # once more, so that what the last one says is heard by the first
                for arg in condition.args:
                    found = self.given(arg, answer, found) if found is not None else None
            return found
        if op in TURNED and condition.args[0].type.numeric:
            a, b = condition.args
            sign = op if answer else OPPOSITE[op]
            for this, other, way in ((a, b, sign), (b, a, TURNED[sign])):
                if found is not None:
                    found = self._narrowed(this, way, self._number(other, found), found)
            return found
        if op in ("eq", "in") or (op == "ne"):
            return self._of_codes(condition, answer, found or {})
        return found

    def _narrowed(self, node: Node, sign: str, other: Interval, known: Known) -> Known | None:
        if sign in ("lt", "le"):
            room = Interval(None, other.high, False, sign == "lt" or other.high_open)
        elif sign in ("gt", "ge"):
            room = Interval(other.low, None, sign == "gt" or other.low_open, False)
        elif sign == "eq":
            room = other
        else:
            return known
        return self.within(node, room, known)

    def within(self, node: Node, room: Interval, known: Known) -> Known | None:
        """What is known besides where a number lies in ``room``; None where it cannot."""
        both = known.get(self.key(node), Might(Interval())).meet(Might(room))
        found = {**known, self.key(node): both}
        return None if both.never or self.node(node, found).never else found

    def _of_codes(self, condition: Node, answer: bool, known: Known) -> Known | None:
        args = condition.args
        if condition.op == "in":
            wanted, node = frozenset(_plain(item) for item in condition.params["items"]), args[0]
        else:
            literal = next((arg for arg in args if arg.op == "literal"), None)
            if literal is None or literal.type.kind not in ("code", "truth") or len(args) != 2:
                return known
            wanted, node = frozenset({_plain(literal.params["value"])}), args[0] if args[1] is literal else args[1]
        values = self.node(node, known).values
        if values is None:
            return known
        left = values & wanted if answer == (condition.op != "ne") else values - wanted
        return None if not left else {**known, self.key(node): Might(values=left)}

    # ---- operations ----------------------------------------------------------------------------------------------
    def _number(self, node: Node, known: Known) -> Interval:
        return self.node(node, known).number or Interval()

    def _read(self, node: Node, known: Known) -> Might:
        if node.op == "column":
            pinned = self.pins.get((node.params["table"], node.params["column"])) if node.params["row"] == "own" else None
            found = Might(values=pinned) if pinned is not None else Might()
            table = next((table for table in self.plan.tables if table.name == node.params["table"]), None)
            if table is None or not node.type.numeric:
                return found
            column = table.column(node.params["column"])
            low, high = column.at_least, column.at_most
            return found.meet(Might(Interval(None if low is None else Fraction(low), None if high is None else Fraction(high))))
        step = self.same_row(node)
        if step is None:
            return self.step(node.params["step"])
        return self.node(step.node, known)

    def _if(self, node: Node, known: Known) -> Might:
        condition, yes, no = node.args
        sides = [(self.given(condition, True, known), yes), (self.given(condition, False, known), no)]
        if all(told is None for told, _ in sides):  # it is never answered, and then equal sides still have a value
            sides = [(known, yes), (known, no)]
        found = [self.node(side, told) for told, side in sides if told is not None]
        found = [one for one in found if not one.never]
        if not node.type.numeric:
            values = [one.values for one in found]
            return Might() if any(one is None for one in values) else Might(values=frozenset().union(*(one or () for one in values)))
        return Might(intervals.hull(one.number or Interval() for one in found) or Interval(ONE, ZERO))

    def _logic(self, node: Node, known: Known) -> Might:
        if node.op == "not":
            return Might(values=frozenset(not value for value in self.node(node.args[0], known).values or TRUTHS))
        stop = node.op == "or"  # the answer of one that is the answer of all
        told = known
        found: set[bool] = set()
        for arg in node.args:
            values = self.node(arg, told).values or TRUTHS
            if stop in values:
                found.add(stop)
            further = self.given(arg, not stop, told)
            if further is None:
                return Might(values=frozenset(found or {stop}))
            told = further
        return Might(values=frozenset(found | {not stop}))

    def _compare(self, node: Node, known: Known) -> Might:
        a, b = node.args
        if a.type.numeric and b.type.numeric:
            x, y = self._number(a, known), self._number(b, known)
            return Might(values=frozenset(answer for answer in TRUTHS if _can(node.op if answer else OPPOSITE[node.op], x, y)))
        left, right = self._values(a, known), self._values(b, known)
        if left is None or right is None or node.op not in ("eq", "ne"):
            return Might()
        found = set()
        if left & right:
            found.add(node.op == "eq")
        if len(left | right) > 1:
            found.add(node.op == "ne")
        return Might(values=frozenset(found))

    def _values(self, node: Node, known: Known) -> frozenset[Any] | None:
        return self.node(node, known).values

    def _in(self, node: Node, known: Known) -> Might:
        values, items = self._values(node.args[0], known), frozenset(_plain(item) for item in node.params["items"])
        if values is None:
            return Might()
        return Might(values=frozenset(answer for answer in TRUTHS if (values & items if answer else values - items)))

    def _aggregate(self, node: Node) -> Might:
        """Other rows add up here, so nothing that is known of this row helps."""
        if self.pins and self._free is None:
            self._free = Bounds(self.plan)
        free = self._free if self._free is not None else self
        if node.op == "share":
            return Might(Interval(ZERO, ONE))
        if node.op in ("count", "count_different"):
            return Might(Interval(ZERO, self._most_rows(node)))
        if node.op == "sum":
            number, rows = free._number(node.args[0], NOTHING), self._most_rows(node)
            count = Interval(ZERO, rows)
            return Might(intervals.hull([point(ZERO), intervals.times(number, count)]))
        if node.op in _AGGREGATES_OF_A_VALUE and node.type.numeric:
            return Might(free._number(node.args[0], NOTHING).closed)
        return Might()

    def _most_rows(self, node: Node) -> Fraction | None:
        """Groups of a cohort are as many as the contract says; rows of a table are as many as come."""
        link = node.params["aggregate"]["link"]
        if link["kind"] in ("groups", "earlier"):
            return Fraction(len(self.plan.cohort(link["table"]).groups))
        return None


def shaped(node: Node) -> Might:
    """What the type and the proved shape say."""
    if node.type.numeric:
        if node.shape is None:
            return Might(Interval())
        end = Fraction(node.shape.top, node.shape.den or 1)
        return Might(Interval(-end, end))
    if node.type.kind == "truth":
        if node.op == "literal" and node.params["value"] is not None:
            return Might(values=frozenset({bool(node.params["value"])}))
        return Might(values=TRUTHS)
    if node.type.kind == "code" and node.type.codes:
        if node.op == "literal" and node.params["value"] is not None:
            return Might(values=frozenset({node.params["value"]}))
        return Might(values=frozenset(node.type.codes))
    return Might()


def _plain(value: Any) -> Any:
    """A literal's value as a plan writes it; numbers as fractions."""
    return Fraction(int(value["n"]), int(value["d"])) if isinstance(value, Mapping) else value


def _listed(node: Node, values: list[Any]) -> Might:
    plain = [_plain(value) for value in values if value is not None]
    if node.type.numeric:
        return Might(intervals.hull(point(value) for value in plain) or Interval(ONE, ZERO))
    return Might(values=frozenset(plain)) if node.type.kind in ("truth", "code") else Might()


def _can(sign: str, a: Interval, b: Interval) -> bool:
    """Whether some value of ``a`` and some value of ``b`` compare so."""
    if a.empty or b.empty:
        return False
    if sign in ("gt", "ge"):
        return _can("lt" if sign == "gt" else "le", b, a)
    if sign == "eq":
        return not a.meet(b).empty
    if sign == "ne":
        return a.width != 0 or b.width != 0 or a.low != b.low
    if a.low is None or b.high is None or a.low < b.high:
        return True
    return sign == "le" and a.low == b.high and not a.low_open and not b.high_open


def _change(fall: bool) -> Any:
    def rule(args: list[Interval], params: Mapping[str, Any]) -> Interval:
        start, end = args
        ratio = intervals.over(end, start)
        return intervals.add(point(ONE), intervals.negative(ratio)) if fall else intervals.add(ratio, point(-ONE))

    return rule


_RULES: dict[str, Any] = {
    "literal": lambda args, params: point(_plain(params["value"])) if isinstance(params["value"], Mapping) else Interval(),
    "dated": lambda args, params: _numbers(params["entries"]),
    "add": lambda args, params: intervals.add(*args),
    "sub": lambda args, params: intervals.add(args[0], intervals.negative(args[1])),
    "mul": lambda args, params: intervals.times(*args),
    "div": lambda args, params: intervals.over(*args),
    "fall": _change(True),
    "rise": _change(False),
    "rest": lambda args, params: intervals.add(point(ONE), intervals.negative(args[0])),
    "as_percent": lambda args, params: args[0].closed,
    "as_number": lambda args, params: args[0].closed,
    "least": lambda args, params: intervals.least(args),
    "greatest": lambda args, params: intervals.greatest(args),
    "else": lambda args, params: intervals.hull(args),
    "round": lambda args, params: intervals.rounding(args[0], _plain(params["quantum"]), params["mode"]),
    "place": lambda args, params: Interval(ONE, None),
    "divide": lambda args, params: Interval(ZERO, args[1].high),
    "whole_months": lambda args, params: Interval(ZERO, None),
    "whole_years": lambda args, params: Interval(ZERO, None),
}


def _numbers(entries: list[Any]) -> Interval:
    values = [_plain(value) for _, value in entries]
    if not all(isinstance(value, Fraction) for value in values):
        return Interval()
    return intervals.hull(point(value) for value in values) or Interval()
