"""From a stored value back to the counts of people that it follows from: the plan's nodes are walked from it, through what was chosen."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from pbr.plan.node import Node
from pbr.plan.plan import Step
from pbr.platform.sqltext import quote_name as quote
from pbr.publish.reading_forms import Lineage, at_least, known, minus, mixed, of, over, plus, times, total
from pbr.publish.reading_ledger import Ledger
from pbr.statement.reached import Reach, condition_item, reach
from pbr.statement.saying import Reader
from pbr.statement.stored import Row, Trail, literal
from pbr.statement.truth import VERBS, verdict

Path = tuple[int, ...]
MOST_ROWS = 2_000  # rows under an aggregate that is looked into one by one; of more, what they give away is not told apart
OPPOSITE = {"ge": "lt", "gt": "le", "le": "gt", "lt": "ge"}


@dataclass(frozen=True)
class Counted:
    """The unknowns of rows of people under an aggregate: all of them, and of a condition the answers."""

    rows: str
    yes: str = ""
    no: str = ""
    open: str = ""

    @property
    def names(self) -> frozenset[str]:
        return frozenset(name for name in (self.rows, self.yes, self.no, self.open) if name)


@dataclass
class Lineages:
    """``people``: tables whose rows are of people. What is asked for twice is worked out once."""

    trail: Trail
    people: frozenset[str]
    ledger: Ledger
    done: dict[tuple[str, tuple[str, ...], str, Path], Lineage] = field(default_factory=dict)
    populations: dict[str, list[tuple[Reach, str]]] = field(default_factory=dict)  # table -> what was counted in it, and its unknown

    def of(self, row: Row, step: Step, path: Path = ()) -> Lineage:
        here = (row.grain, row.key, step.name, path)
        if here not in self.done:
            self.done[here] = Lineage()  # a value does not follow from itself
            self.done[here] = self._of(Reader(self.trail, row, step), path)
        return self.done[here]

    def _of(self, reader: Reader, path: Path) -> Lineage:
        node = reader.node(path)
        if "aggregate" in node.params:
            return self.aggregate(reader, path, node)
        each = [(*path, index) for index in range(len(node.args))]
        if node.op == "literal":
            value = literal(node.params.get("value"), node.type).low
            return known(value) if isinstance(value, Fraction) else Lineage()
        if node.op == "item":
            return self._item(reader, node)
        if node.op == "column":
            found = reader.value(path)
            return known(found.value.low) if found is not None and isinstance(found.value.low, Fraction) else Lineage()
        if node.op in ("certain", "as_number", "as_percent"):
            return self._of(reader, (*path, 0))
        if node.op == "round":
            inside = self._of(reader, (*path, 0))
            found = reader.value(path)
            value = found.value.low if found is not None and found.value.is_known else None
            return inside if inside.num is None or value is None else inside.checked(value, self.ledger.table.unknowns)
        if node.op in ("add", "sub", "mul", "div"):
            one, other = (self._of(reader, at) for at in each)
            return {"add": plus, "sub": minus, "mul": times, "div": over}[node.op](one, other)
        if node.op == "if":
            return self._choice(reader, path)
        if node.op in ("least", "greatest"):
            return self._extreme(reader, node, each)
        if node.op in VERBS or node.op in ("and", "or", "not", "exists", "known"):
            return self.answer(reader, path)
        return mixed([self._of(reader, at) for at in each]) if each else Lineage()

    def _item(self, reader: Reader, node: Node) -> Lineage:
        if node.params.get("row") != "own":
            return Lineage()
        there = self.trail.reached(reader.row, node.params.get("via", []))
        return Lineage() if there is None else self.of(there, self.trail.plan.step(node.params["step"]))

    def _choice(self, reader: Reader, path: Path) -> Lineage:
        answer = verdict(reader, (*path, 0))
        if answer is None:
            return mixed([self._of(reader, (*path, index)) for index in range(3)])
        why = self.answer(reader, (*path, 0))
        taken = self._of(reader, (*path, 1 if answer else 2))
        if taken.num is None:
            return mixed([why, taken])
        return Lineage(taken.num, taken.den, taken.reveals | why.reveals, (*taken.implies, *why.implies))

    def _extreme(self, reader: Reader, node: Node, each: list[Path]) -> Lineage:
        """The one that counted, and that it was the least or the greatest."""
        found = [reader.value(at) for at in each]
        lineages = [self._of(reader, at) for at in each]
        sides = [one.value.low for one in found if one is not None and one.value.is_known]
        if len(sides) != len(each):
            return mixed(lineages)
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
        if node.op in VERBS and answer is not None:
            return self._compared(reader, node, each, answer)
        if "aggregate" in node.params:
            return self.aggregate(reader, path, node).hidden()
        return mixed([self._of(reader, at) for at in each]).as_answer() if each else Lineage()

    def _joined(self, reader: Reader, node: Node, each: list[Path], answer: bool | None) -> Lineage:
        if answer is not None and answer == (node.op == "and"):  # every part is so
            return mixed([self.answer(reader, at, answer) for at in each])
        parts = [verdict(reader, at) for at in each]
        told = [at for at, part in zip(each, parts, strict=True) if part == answer] or each
        return mixed([self.answer(reader, at) for at in told])  # the sentence names those that decided

    def _compared(self, reader: Reader, node: Node, each: list[Path], answer: bool) -> Lineage:
        one, other = (self._of(reader, at) for at in each)
        op = node.op if answer else OPPOSITE.get(node.op, {"eq": "ne", "ne": "eq"}.get(node.op, node.op))
        for at, side in zip(each, (one, other), strict=True):
            found = reader.value(at)
            if side.num is not None and not (found is not None and found.value.is_known and isinstance(found.value.low, Fraction)):
                return mixed([one, other])
            if found is not None and side.num is not None and side.checked(found.value.low, self.ledger.table.unknowns).num is None:
                return mixed([one, other])
        if op == "eq":
            both = [at_least(one, other), at_least(other, one)]
            return mixed([one, other]) if None in both else mixed([part for part in both if part is not None])
        if op not in OPPOSITE:
            return mixed([one, other])
        first, second = (one, other) if op in ("ge", "gt") else (other, one)
        return at_least(first, second, strictly=op in ("gt", "lt")) or mixed([one, other])

    # ---- counts ------------------------------------------------------------------------------------------------------------

    def aggregate(self, reader: Reader, path: Path, node: Node) -> Lineage:
        rows = reach(self.trail, reader.row, node)
        if rows is None:
            return Lineage()
        if rows.table not in self.people:
            return self._of_rows(reader, path, node, rows)
        counted = self.counted(rows, node, self._shares(reader, path, node))
        if node.op == "count":
            form = of(counted.yes or counted.rows)
        elif node.op == "share" and counted.yes:
            form = over(of(counted.yes), plus(of(counted.yes), of(counted.no)))
        else:
            return Lineage(None, None, counted.names)
        found = reader.value(path)
        if found is None or not found.value.is_known or found.value.why:
            return Lineage(None, None, counted.names)
        return form.checked(found.value.low, self.ledger.table.unknowns)

    def _shares(self, reader: Reader, path: Path, node: Node) -> tuple[int, int] | None:
        """How many of how many, as the run stored it."""
        found = reader.value(path)
        if found is None or not found.value.is_known:
            return None
        if node.op == "share":
            return found.counts
        return (int(found.value.low), -1) if node.op == "count" else None

    def counted(self, rows: Reach, node: Node, shares: tuple[int, int] | None) -> Counted:
        """The unknowns of rows of people, made when they are first asked for."""
        members, values = rows.members(), tuple(str(value) for value in rows.values)
        where = self._where(rows)
        whole = self.trail.how_many(rows.table, members, rows.values)
        identity = (rows.table, members, values)
        fresh = identity not in self.ledger.unknowns
        name = self.ledger.unknown(identity, (rows.table, *where), whole, f"rows of {rows.table}{_said(where)}", zero=False)
        if fresh:
            self.populations.setdefault(rows.table, []).append((rows, name))
        if not node.params["aggregate"].get("has_where"):
            return Counted(name)
        item = condition_item(node)
        if item is not None and item in self.trail.columns(rows.table) and self.trail.plan.step(item).type.kind == "truth":
            tests = (f"{quote(item)}", f"NOT {quote(item)}", f"{quote(item)} IS NULL")
            yes, no, left = (self.trail.how_many(rows.table, (*members, test), rows.values) for test in tests)
            about: Any = item
        elif shares is not None:
            yes, no = shares[0], (whole if shares[1] < 0 else shares[1]) - shares[0]
            left, about = whole - yes - no, node.args[-1].identity
        else:
            return Counted(name)
        if min(yes, no, left) < 0:
            return Counted(name)  # rows that were lost were counted too: the share is of no rows that are here
        label = item or "condition"
        names = []
        for word, number in (("yes", yes), ("no", no), ("open", left)):
            what = f"{rows.table}{_said(where)} where {label} is {'not known' if word == 'open' else word}"
            names.append(
                self.ledger.unknown((*identity, about, word), (rows.table, *where, label, word), number, what, zero=word != "open")
            )
        if self.ledger.first((*identity, about)):
            self.ledger.known({**dict.fromkeys(names, 1), name: -1}, 0, 0)
        return Counted(name, *names)

    def _where(self, rows: Reach) -> list[str]:
        subset = [rows.cohort.name] if rows.cohort is not None and not rows.cohort.groups else []
        return [*map(str, rows.values), *subset]

    def _of_rows(self, reader: Reader, path: Path, node: Node, rows: Reach) -> Lineage:
        """Over rows that are of no people: of a sum of named values those of each row; else everything behind any of them."""
        below = [leaf for arg in node.args for leaf in arg.walk() if leaf.op == "item" and leaf.params.get("row") == "counted"]
        steps = [self.trail.plan.step(leaf.params["step"]) for leaf in below if not leaf.params.get("via")]
        if not self._of_people(steps):
            found = reader.value(path)
            known_now = found is not None and found.value.is_known and isinstance(found.value.low, Fraction)
            return known(found.value.low) if known_now and found is not None else Lineage()
        each = [[self.of(row, step) for step in steps] for row in self.trail.rows(rows.table, rows.members(), rows.values, MOST_ROWS)]
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


def _said(where: list[str]) -> str:
    return f" ({', '.join(where)})" if where else ""
