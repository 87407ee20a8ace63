"""From a stored value back to the counts of people that it follows from: the plan's nodes are walked from it, through what was chosen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from pbr.plan.node import Node
from pbr.plan.plan import Step
from pbr.publish.reading_counts import Counts
from pbr.publish.reading_forms import Lineage, at_least, known, minus, mixed, over, plus, times, total
from pbr.publish.reading_ledger import Ledger
from pbr.publish.reading_values import Values
from pbr.statement.marks import HIGH, LOW
from pbr.statement.reached import Reach, reach
from pbr.statement.saying import Reader
from pbr.statement.stored import Row, Stored, Trail, literal
from pbr.statement.truth import VERBS, verdict
from pbr.values.value import NO_SUCH

Path = tuple[int, ...]
MOST_ROWS = 2_000  # rows under an aggregate that is looked into one by one; of more, what they give away is not told apart
ORDERED = ("ge", "gt", "le", "lt")
OPPOSITE = {"ge": "lt", "gt": "le", "le": "gt", "lt": "ge", "eq": "ne", "ne": "eq"}


@dataclass
class Lineages:
    """``people``: tables whose rows are of people. What is asked for twice is worked out once."""

    trail: Trail
    people: frozenset[str]
    ledger: Ledger
    counts: Counts
    done: dict[tuple[str, tuple[str, ...], str, Path, str], Lineage] = field(default_factory=dict)

    @property
    def values(self) -> Values:
        return Values(self.counts)

    def of(self, row: Row, step: Step, path: Path = (), end: str = LOW) -> Lineage:
        """``end``: of a value that may be a range, which end of it. Of a known one both are the same."""
        here = (row.grain, row.key, step.name, path, end)
        if here not in self.done:
            self.done[here] = Lineage()  # a value does not follow from itself
            self.done[here] = self._of(Reader(self.trail, row, step), path, end)
        return self.done[here]

    def _of(self, reader: Reader, path: Path, end: str) -> Lineage:
        node = reader.node(path)
        if "aggregate" in node.params:
            return self.aggregate(reader, path, node, end)
        each = [(*path, index) for index in range(len(node.args))]
        if node.op == "literal":
            value = literal(node.params.get("value"), node.type).low
            return known(value) if isinstance(value, Fraction) else Lineage()
        if node.op == "item":
            return self._item(reader, node, end)
        if node.op == "column":
            found = reader.value(path)
            return known(found.value.low) if found is not None and isinstance(found.value.low, Fraction) else Lineage()
        if node.op in ("certain", "as_number", "as_percent"):
            return self._of(reader, (*path, 0), end)
        if node.op == "round":
            inside = self._of(reader, (*path, 0), end)
            value = at_end(reader.value(path), end)
            return inside if inside.num is None or value is None else inside.checked(value, self.ledger.table.unknowns)
        if node.op in ("add", "sub", "mul", "div"):
            return self._sum(reader, node, each, end)
        if node.op == "if":
            return self._choice(reader, path, end)
        if node.op in ("least", "greatest"):
            return self._extreme(reader, node, each, end)
        if node.op in VERBS or node.op in ("and", "or", "not", "exists", "known"):
            return self.answer(reader, path)
        return self._all(reader, each)

    def _all(self, reader: Reader, each: Iterable[Path]) -> Lineage:
        """A formula that is not modelled: everything that is behind it."""
        found = [self._of(reader, at, end) for at in each for end in (LOW, HIGH)]
        return mixed(found) if found else Lineage()

    def _sum(self, reader: Reader, node: Node, each: list[Path], end: str) -> Lineage:
        """The other end of what is taken away, of what is divided by, and of what is multiplied by a number below zero."""
        turned = {LOW: HIGH, HIGH: LOW}[end]
        one, other = self._of(reader, each[0], end), self._of(reader, each[1], turned if node.op in ("sub", "div") else end)
        if node.op in ("mul", "div"):
            for side, at in ((one, each[1]), (other, each[0])):
                if side.constant is not None and side.constant < 0:
                    return times(side, self._of(reader, at, turned)) if node.op == "mul" else self._all(reader, each)
            if node.op == "div" and other.constant is None and self._of(reader, each[1], end) != other:
                return self._all(reader, each)
        return {"add": plus, "sub": minus, "mul": times, "div": over}[node.op](one, other)

    def _item(self, reader: Reader, node: Node, end: str) -> Lineage:
        if node.params.get("row") != "own":
            return Lineage()
        there = self.trail.reached(reader.row, node.params.get("via", []))
        return Lineage() if there is None else self.of(there, self.trail.plan.step(node.params["step"]), (), end)

    def _choice(self, reader: Reader, path: Path, end: str) -> Lineage:
        answer = verdict(reader, (*path, 0))
        if answer is None:
            return mixed([self.answer(reader, (*path, 0)), *(self._of(reader, (*path, index), end) for index in (1, 2))])
        why = self.answer(reader, (*path, 0))
        taken = self._of(reader, (*path, 1 if answer else 2), end)
        if taken.num is None:
            return mixed([why, taken])
        return Lineage(taken.num, taken.den, taken.reveals | why.reveals, (*taken.implies, *why.implies))

    def _extreme(self, reader: Reader, node: Node, each: list[Path], end: str) -> Lineage:
        """The one that counted, and that it was the least or the greatest."""
        lineages = [self._of(reader, at, end) for at in each]
        sides = [value for at in each if (value := at_end(reader.value(at), end)) is not None]
        if len(sides) != len(each):
            return self._all(reader, each)
        chosen = sides.index(min(sides) if node.op == "least" else max(sides))
        taken, out = lineages[chosen], lineages[chosen]
        for index, other in enumerate(lineages):
            if index == chosen:
                continue
            apart = at_least(other, taken) if node.op == "least" else at_least(taken, other)
            if apart is None:
                return mixed(lineages)
            out = Lineage(out.num, out.den, out.reveals | apart.reveals, (*out.implies, *apart.implies))
        return out

    # ---- answers -----------------------------------------------------------------------------------------------------------

    def answer(self, reader: Reader, path: Path, wanted: bool | None = None) -> Lineage:
        """What the answer of a condition gives away: linear relations, and where it is no linear one all the counts behind it."""
        node = reader.node(path)
        answer = verdict(reader, path) if wanted is None else wanted
        each = [(*path, index) for index in range(len(node.args))]
        if node.op == "not":
            return self.answer(reader, each[0], None if answer is None else not answer)
        if node.op in ("and", "or"):
            return self._joined(reader, node, each, answer)
        if node.op == "item":
            there = None if node.params.get("row") != "own" else self.trail.reached(reader.row, node.params.get("via", []))
            if there is None:
                return Lineage()
            inner = Reader(self.trail, there, self.trail.plan.step(node.params["step"]))
            return self.answer(inner, (), answer) if inner.step.type.kind == "truth" else self.of(there, inner.step).hidden()
        if node.op in VERBS:
            return self._compared(reader, node, each, answer)
        if "aggregate" in node.params:
            return self.aggregate(reader, path, node).hidden()
        return self._all(reader, each)

    def _joined(self, reader: Reader, node: Node, each: list[Path], answer: bool | None) -> Lineage:
        if answer is not None and answer == (node.op == "and"):  # every part is so
            return mixed([self.answer(reader, at, answer) for at in each])
        return mixed(
            [self.answer(reader, at) for at in each]
        )  # the sentence names those that decided: that it names no other tells of it too

    def _compared(self, reader: Reader, node: Node, each: list[Path], answer: bool | None) -> Lineage:
        """Which side is above the other; of what is not known, that neither is for sure."""
        op = node.op if answer is not False else OPPOSITE[node.op]
        one, other = (at_end(reader.value(at), LOW) for at in each)
        if one is None or other is None:
            return self._all(reader, each)
        if op == "ne":  # the attacker is taken to know on which side of it
            op = "gt" if one > other else "lt"
        if op == "eq" and answer is not None:
            return self._both([self.above(reader, each[0], each[1], False), self.above(reader, each[1], each[0], False)], reader, each)
        if op not in ORDERED:
            return self._all(reader, each)
        first, second = each if op in ("ge", "gt") else each[::-1]
        strictly = op in ("gt", "lt")
        if answer is not None:
            return self._both([self.above(reader, first, second, strictly)], reader, each)
        open_ends = [self.above(reader, first, second, strictly, HIGH, LOW), self.above(reader, second, first, not strictly, HIGH, LOW)]
        return self._both(open_ends, reader, each)

    def _both(self, found: list[Lineage | None], reader: Reader, each: list[Path]) -> Lineage:
        told = [one for one in found if one is not None]
        return mixed(told) if len(told) == len(found) else self._all(reader, each)

    def above(self, reader: Reader, first: Path, second: Path, strictly: bool, end: str = LOW, other: str = HIGH) -> Lineage | None:
        """That this end of one side is at least that end of the other; None where it is no linear relation of counts."""
        sides = []
        for at, which in ((first, end), (second, other)):
            lineage, value = self._of(reader, at, which), at_end(reader.value(at), which)
            if value is None or lineage.num is None or lineage.checked(value, self.ledger.table.unknowns).num is None:
                return None
            chosen = any(one.low == 1 and one.high is None for one in lineage.implies)  # with if_none there would be a line of nobody too
            if lineage.den is not None and not chosen and self.ledger.first(("of somebody", frozenset(lineage.den.items()))):
                self.ledger.known(
                    lineage.den, 1, None
                )  # a share of nobody is no number: that there is a line for a group says that somebody is in it
            sides.append(lineage)
        return at_least(sides[0], sides[1], strictly)

    # ---- counts ------------------------------------------------------------------------------------------------------------

    def aggregate(self, reader: Reader, path: Path, node: Node, end: str = LOW) -> Lineage:
        rows = reach(self.trail, reader.row, node)
        if rows is None:
            return Lineage()
        if rows.table not in self.people:
            return self._of_rows(reader, path, node, rows, end)
        found = reader.value(path)
        if found is not None and found.value == NO_SUCH:  # that there is none
            return self.values.of(
                rows, node, self.counts.counted(rows, node, None), None, (reader.row.grain, reader.row.key, reader.step.name, path, end)
            )
        if found is None or found.value.low is None:
            return self.counts.waits(rows, node)
        counted = self.counts.counted(rows, node, _stored(found, node))
        if node.op == "share" and found.counts is not None:
            return counted.share(found.counts if end == LOW else found.high_counts or found.counts, self.ledger)
        if node.op == "count":
            return counted.count(int(found.value.low if end == LOW else found.value.high), self.ledger)
        value = found.value.low if end == LOW else found.value.high
        return self.values.of(rows, node, counted, value, (reader.row.grain, reader.row.key, reader.step.name, path, end))

    def share_or_nobody(self, reader: Reader, path: Path, nobody: bool) -> Lineage | None:
        """How many of how many a share of people is of; of ``nobody`` it is no number, and follows from none of none. None where it is not known, or of no people."""
        node, found = reader.node(path), reader.value(path)
        rows = reach(self.trail, reader.row, node)
        if rows is None or rows.table not in self.people:
            return None
        stored = (0, 0) if nobody else None if found is None else _stored(found, node)
        return None if stored is None else self.counts.counted(rows, node, stored).share(stored, self.ledger)

    def _of_rows(self, reader: Reader, path: Path, node: Node, rows: Reach, end: str) -> Lineage:
        """Over rows that are of no people: of a sum of named values those of each row; else everything behind any of them."""
        below = [leaf for arg in node.args for leaf in arg.walk() if leaf.op == "item" and leaf.params.get("row") == "counted"]
        steps = [self.trail.plan.step(leaf.params["step"]) for leaf in below if not leaf.params.get("via")]
        if not self._of_people(steps):
            value = at_end(reader.value(path), end)
            return Lineage() if value is None else known(value)
        each = [
            [self.of(row, step, (), end) for step in steps] for row in self.trail.rows(rows.table, rows.members(), rows.values, MOST_ROWS)
        ]
        if node.op == "sum" and len(node.args) == 1 and node.args[0].op == "item":
            return total(found[0] for found in each)
        return mixed([lineage for found in each for lineage in found])

    def _of_people(self, steps: list[Step]) -> bool:
        """Whether any of these values follows from rows of people."""
        waiting, seen = list(steps), set()
        while waiting:
            step = waiting.pop()
            if step.name in seen:
                continue
            seen.add(step.name)
            for node in step.node.walk():
                if "aggregate" in node.params and node.params["aggregate"]["link"]["table"] in self.people:
                    return True
                if node.op == "item":
                    waiting.append(self.trail.plan.step(node.params["step"]))
        return False


def at_end(found: Stored | None, end: str) -> Fraction | None:
    """An end of a stored number; None where it is not known, or no number."""
    value = None if found is None else found.value.low if end == LOW else found.value.high
    return value if isinstance(value, Fraction) else None


def _stored(found: Stored, node: Node) -> tuple[int, int] | None:
    """Of a known share or count how many of how many, as the run stored it; -1: of all."""
    if not found.value.is_known:
        return None
    return found.counts if node.op == "share" else (int(found.value.low), -1) if node.op == "count" else None
