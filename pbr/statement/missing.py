"""What a held value waits for: from the bits of its stored mask down to the blank field, the unsettled day or the rejected rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from pbr.plan.node import Node
from pbr.plan.plan import Reason, Step
from pbr.platform.sqltext import quote_name as quote
from pbr.statement import words
from pbr.statement.claims import open_claims, open_in_words
from pbr.statement.lines import reasons
from pbr.statement.reached import counted_leaves, leaf_value, lost_in_words, missing_rows, reach, rejected_rows
from pbr.statement.saying import say
from pbr.statement.stored import Row, Trail
from pbr.values.value import RANGE, UNKNOWN

MOST_NAMED = 5
COUNTED = " held:"
DEEPEST = 10


@dataclass
class Chase:
    """One walk down the reasons; ``seen`` keeps it from telling the same thing twice."""

    trail: Trail
    complete_to: dict[str, str | None]
    seen: set[tuple[str, tuple[str, ...], str]] = field(default_factory=set)

    def why(self, row: Row, step: Step, mask: int, depth: int = 0) -> Iterator[tuple[int, str]]:
        """(depth, sentence) for each reason of a stored mask, the deeper ones under the one they explain."""
        here = (row.grain, row.key, step.name)
        if here in self.seen or depth > DEEPEST:
            return
        self.seen.add(here)
        for bit, reason in enumerate(step.reasons):
            if mask >> bit & 1:
                around = [node for node in step.node.walk() if "aggregate" in node.params and _counts(node, bit)]
                if not around:
                    yield from self._reason(row, step, bit, reason, depth)
                elif not any(mask >> node.params["aggregate"]["reasons"]["held"] & 1 for node in around):
                    # what a counted row reads is told at that row, and once: by the aggregate's own reason where that is set
                    yield depth, f"answers are held because {next(iter(reasons(step, 1 << bit)))}"
                    for node in around:
                        yield from self._under(row, node, depth + 1)

    def _reason(self, row: Row, step: Step, bit: int, reason: Reason, depth: int) -> Iterator[tuple[int, str]]:
        causes = [node for node in step.node.walk() if bit in _bits(node)]
        if reason.kind == "missing":
            yield from self._blank(row, causes, reason, depth)
        elif reason.kind == "item":
            yield from self._item(row, causes, reason, depth)
        elif reason.kind == "held":
            yield depth, f"answers are held in: {reason.what}"
            for node in causes:
                if "aggregate" in node.params:
                    yield from self._under(row, node, depth + 1)
        elif reason.kind == "rejected":
            number = rejected_rows(self.trail, reason.what) + missing_rows(self.trail, reason.what)
            of = f" ({words.count(number)} in the whole table)" if number else ""
            yield depth, f"{lost_in_words(self.trail, reason.what)} and could belong here{of}"
        elif reason.kind == "immature":
            yield depth, self._immature(row, step)
        else:
            yield depth, next(iter(reasons(step, 1 << bit)))

    def _blank(self, row: Row, causes: list[Node], reason: Reason, depth: int) -> Iterator[tuple[int, str]]:
        for node in causes:
            claims, code = open_claims(self.trail, row, node)
            if claims:
                yield depth, open_in_words(self.trail, claims, code)
                counts = self.trail.plan.step(node.args[0].params["step"])
                for claim in claims[:MOST_NAMED]:
                    yield from self.why(claim, counts, int(claim.cells[f"{counts.name}.why"]), depth + 1)
                return
            if node.op == "column" and node.params["row"] == "own":
                there = self.trail.reached(row, node.params.get("via", []))
                if there is None:
                    yield depth, f"{reason.what} cannot be reached: the row is in no group"
                elif there.cells.get(node.params["column"]) is None:
                    told = depth > 0 and there == row  # the line above names the row
                    where = "" if told else f" in {there.grain} {words.key(there.key)}{_line(there)}"
                    yield depth, f"{node.params['column']} is blank{where}"
                return
        yield depth, f"{reason.what} is blank"

    def _item(self, row: Row, causes: list[Node], reason: Reason, depth: int) -> Iterator[tuple[int, str]]:
        for node in causes:
            if node.op != "item" or node.params["row"] != "own":
                continue
            there = self.trail.reached(row, node.params.get("via", []))
            step = self.trail.plan.step(node.params["step"])
            found = self.trail.of_step(there, step) if there is not None else None
            if there is None or found is None:
                yield depth, f"{reason.what} cannot be reached: the row is in no group"
                continue
            hidden = "." in step.name
            if not hidden:
                at = f" ({there.grain} {words.key(there.key)})" if (there.grain, there.key) != (row.grain, row.key) and there.key else ""
                yield depth, f"{step.name}{at} is {say(found, self.trail.plan.currency)}"
            yield from self.why(there, step, found.value.why, depth if hidden else depth + 1)
            return

    def _under(self, row: Row, node: Node, depth: int) -> Iterator[tuple[int, str]]:
        """The rows under an aggregate of which something it reads is not known, a few by name."""
        rows = reach(self.trail, row, node)
        if rows is None:
            return
        tests = [f"({test})" for test in _unknowns(self.trail, rows.table, node)]
        if rows.cohort is not None and rows.cohort.member in self.trail.columns(rows.table):
            tests.append(f"{quote(rows.cohort.member)} IS NULL")
        if not tests:
            return
        where = (*rows.where, f"({' OR '.join(tests)})")
        number = self.trail.how_many(rows.table, where, rows.values)
        if number:
            yield depth, f"{words.counted(number, 'row')} of {rows.table}{COUNTED}"
        for held in self.trail.rows(rows.table, where, rows.values, MOST_NAMED):
            yield depth + 1, f"{rows.table} {words.key(held.key)}{_line(held)}"
            for leaf in counted_leaves(node):
                value = leaf_value(self.trail, held, leaf)
                if value is None or value.value.state not in (UNKNOWN, RANGE):
                    continue
                if leaf.op == "column":
                    yield depth + 2, f"{leaf.params['column']} is blank"
                else:
                    there = self.trail.reached(held, leaf.params.get("via", []))
                    if there is not None:
                        yield from self.why(there, self.trail.plan.step(leaf.params["step"]), value.value.why, depth + 2)
        if number > MOST_NAMED:
            yield depth + 1, f"and {words.count(number - MOST_NAMED)} more"

    def _immature(self, row: Row, step: Step) -> str:
        if step.settles is None:
            return f"{step.name} is not settled yet"
        day = self.trail.of_step(row, self.trail.plan.step(step.settles.day))
        when = say(day, self.trail.plan.currency) if day is not None and day.value.is_known else "a day that is not known"
        given = [
            f"{table} {f'is complete to {words.day(found)}' if (found := self.complete_to.get(table)) else 'has no day it is complete to'}"
            for table in step.settles.tables
        ]
        return f"{step.name} is settled on {when}; {words.listed(given)}"


@dataclass
class _Told:
    text: str
    below: list[_Told] = field(default_factory=list)


def told_once(found: Iterable[tuple[int, str]]) -> list[tuple[int, str]]:
    """Without what already stands at the same place; what was under it comes under the first. Rows that are counted stay with their count."""
    above = [_Told("")]
    for depth, text in found:
        del above[depth + 1 :]
        same = next((told for told in above[-1].below if told.text == text and not text.endswith(COUNTED)), None)
        if same is None:
            same = _Told(text)
            above[-1].below.append(same)
        above.append(same)
    return list(_flat(above[0], 0))


def _flat(told: _Told, depth: int) -> Iterator[tuple[int, str]]:
    for n, each in enumerate(told.below):
        if each not in told.below[:n]:
            yield depth, each.text
            yield from _flat(each, depth if each.text.endswith(COUNTED) else depth + 1)


def _line(row: Row) -> str:
    return f" (row {words.count(int(row.cells['_row']))} of its file)" if row.cells.get("_row") is not None else ""


def _bits(node: Node) -> set[int]:
    """The reason bits that a node can itself set."""
    found = {node.params["reason"]} if isinstance(node.params.get("reason"), int) else set()
    return found | set(node.params["aggregate"]["reasons"].values()) if "aggregate" in node.params else found


def _counts(node: Node, bit: int) -> bool:
    """Whether a reason bit belongs to something an aggregate reads of the rows it counts."""
    return any(bit in _bits(leaf) for arg in node.args for leaf in arg.walk())


def _unknowns(trail: Trail, table: str, node: Node) -> list[str]:
    """SQL tests for a stored value that is not known among what the aggregate reads of a counted row itself."""
    out = []
    for leaf in counted_leaves(node):
        if leaf.params.get("via"):
            continue
        name = leaf.params.get("column") or leaf.params["step"]
        if leaf.op == "item" and f"{name}.why" in trail.columns(table):
            out.append(f"{quote(name + '.why')} <> 0")
        elif leaf.op == "column" and "unknown" in leaf.type.absent:
            out.append(f"{quote(name)} IS NULL")
    return out
