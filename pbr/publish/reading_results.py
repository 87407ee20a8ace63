"""What lines of a payment can come to, and what each result says of its row: from the plan alone, so that nothing of the data shows in it.

What is known of a row is a set of clauses: of each, at least one of its answers is so. An answer is a truth of the row (a named one, ``step:working``, or a condition as it is written) and yes or no.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import product
from math import prod

from pbr.plan.bounding import Bounds
from pbr.plan.bounding.intervals import rounded
from pbr.plan.naming import World
from pbr.plan.node import Node
from pbr.plan.plan import Payment, Plan, Step
from pbr.plan.signs import never_negative
from pbr.plan.then import LINEWISE

Answer = tuple[str, bool]
Clause = frozenset[Answer]
Known = frozenset[Clause]
NOTHING: Known = frozenset()
MOST_CLAUSES = 64  # the shortest are kept: the others say less
MOST_WAYS = 100  # different values of a list of prices; of more, each line is taken to have a sum of its own


@dataclass
class Terms:
    """Of the rows of one grain. ``within``: the cohort of which they are members all."""

    plan: Plan
    grain: str
    within: str | None = None

    def ways(self, node: Node) -> dict[Fraction, Known] | None:
        """The values that the terms make possible, where they alone make them: a price, or one of a list. Which of them it is may follow from data."""
        if node.op in ("literal", "dated", "lookup"):
            values = (
                [node.params["value"]]
                if node.op == "literal"
                else [value for _, value in node.params.get("entries", node.params.get("rows", []))]
            )
            found = {Fraction(int(value["n"]), int(value["d"])): NOTHING for value in values if value is not None}
            return found if len(found) <= MOST_WAYS else None
        if node.op == "item":
            there = self.ways(self.plan.step(node.params["step"]).node)
            return there if there is None or self._same_row(node) is not None else dict.fromkeys(there, NOTHING)
        if node.op not in ("if", "round", "mul", "add", "sub"):
            return None
        each = [self.ways(arg) for arg in node.args if arg.type.numeric]
        parts = [one for one in each if one is not None]
        if len(parts) < len(each):
            return None
        ways: list[tuple[Fraction, Known | None]] = []
        if node.op == "if":
            for answer, part in zip((True, False), parts, strict=True):
                ways += [(value, _both(self.truth(node.args[0], answer), known)) for value, known in part.items()]
        elif node.op == "round":
            quantum = Fraction(int(node.params["quantum"]["n"]), int(node.params["quantum"]["d"]))
            ways += [(rounded(value, quantum, node.params["mode"]), known) for value, known in parts[0].items()]
        else:
            for chosen in product(*(part.items() for part in parts)):
                made = prod(value for value, _ in chosen) if node.op == "mul" else _sum([value for value, _ in chosen], node.op)
                ways.append((Fraction(made), _both(*(known for _, known in chosen))))
        out: dict[Fraction, Known] = {}
        for value in dict.fromkeys(value for value, _ in ways):
            known = _either(one for each, one in ways if each == value)
            if known is not None:
                out[value] = known
        return out if len(out) <= MOST_WAYS else None

    # ---- truths ------------------------------------------------------------------------------------------------------------

    def truth(self, node: Node, answer: bool) -> Known | None:
        """What is known of a row where a condition has this answer; None where it never has."""
        own = _so(node.identity, answer)
        if node.op == "not":
            return _both(own, self.truth(node.args[0], not answer))
        if node.op in ("and", "or"):
            each = [self.truth(arg, answer) for arg in node.args]
            return _both(own, _both(*each) if answer == (node.op == "and") else _either(each))
        if node.op == "exists":
            step = self._same_row(node.args[0])
            return own if step is None else _so(key_of(step), answer)
        if node.op == "item" and (step := self._same_row(node)) is not None:
            if self._always(step):  # a row that is no member has no line
                return NOTHING if answer else None
            return _both(_so(key_of(step), answer), self.truth(step.node, answer))
        return own

    def _always(self, step: Step) -> bool:
        return self.within is not None and self.plan.cohort(self.within).member == step.name

    def _same_row(self, node: Node) -> Step | None:
        """The named value of the row's own that a node reads; None for anything else."""
        if node.op != "item" or node.params.get("row") != "own" or node.params.get("via"):
            return None
        step = self.plan.step(node.params["step"])
        return step if step.grain == self.grain else None


class Results(Terms):
    """Of the lines of one payment. ``sums``: bounds of every value. What it answers is worked out once: a contract's assessments mostly have the same terms."""

    payment: Payment
    sums: Bounds
    answered: dict[tuple[bool, bool], Known | None]

    def __init__(self, plan: Plan, payment: Payment) -> None:
        super().__init__(plan, payment.grain, payment.within)
        self.payment = payment
        self.sums = Bounds(self.plan)
        self.answered = {}

    @cached_property
    def possible(self) -> tuple[str, ...]:
        """The results that its terms make possible, but for held: of lines that are decided."""
        if self.payment.form == "factor":
            return ("sets",)
        amount = self.plan.step(self.payment.amount)
        number = self.sums.step(amount.name).number
        found = []
        if self.when(False) is not None:
            if number is None or number.high is None or number.high > 0:
                found.append("pays")
            if (number is None or number.low is None or number.low < 0) and not never_negative(_proved(self.plan), amount.node):
                found.append("deducts")
        if self.when(True) is not None or any(step.kind in LINEWISE and self.payment.name in step.over for step in self.plan.then):
            found.append("pays_nothing")
        return tuple(found)

    def when(self, nothing: bool, likely: bool = False) -> Known | None:
        """What is known of the row of a line that comes to nothing, or to something; None where no line does. ``likely``: as if what follows from numbers in the data were never nothing."""
        if (nothing, likely) not in self.answered:
            self.answered[nothing, likely] = self._amount(self.plan.step(self.payment.amount).node, nothing, likely)
        return self.answered[nothing, likely]

    @cached_property
    def prices(self) -> dict[int, Known] | None:
        """What a line can come to where the terms alone say how much, and what is known of its row then; None where a number in the data says it, or a count."""
        found = self.ways(self.plan.step(self.payment.amount).node)
        return None if found is None else {int(value): known for value, known in found.items() if value.denominator == 1}

    def one_line(self, side: int) -> tuple[int, int | None]:
        """Between what a line that comes to something must lie, in minor units without its sign, as far as the terms say. ``side``: 1 of one that pays, -1 of one that deducts."""
        number = self.sums.step(self.payment.amount).number
        ends = [] if number is None else [end * side for end in (number.low, number.high) if end is not None]
        least = min(ends) if len(ends) == 2 and min(ends) > 0 else Fraction(0)
        most = max(ends) if len(ends) == 2 and max(ends) > 0 else None
        return max(int(least), self.least_price()), None if most is None else int(most)

    def least_price(self) -> int:
        """The least sum or price above nothing that the terms name on the way to an amount, in minor units; 1 where they name none."""
        waiting, seen, found = [self.payment.amount], set(), []
        while waiting:
            name = waiting.pop()
            if name in seen:
                continue
            seen.add(name)
            for node in self.plan.step(name).node.walk():
                if node.op == "item":
                    waiting.append(str(node.params["step"]))
                elif node.op in ("literal", "dated", "lookup") and node.type.kind in ("money", "price"):
                    found += [value for value in self.ways(node) or () if value >= 1]
        return int(min(found, default=Fraction(1)))

    # ---- amounts -----------------------------------------------------------------------------------------------------------

    def _amount(self, node: Node, nothing: bool, likely: bool) -> Known | None:
        number = self.sums.node(node).number
        if number is not None and (not number.holds(Fraction(0)) if nothing else number.low == number.high == 0):
            return None
        ways = self.ways(node)
        if ways is not None:
            return _either(known for value, known in ways.items() if (value == 0) == nothing)
        if node.op == "if":
            asked, then, other = node.args
            return _either(
                _both(self.truth(asked, answer), self._amount(branch, nothing, likely)) for answer, branch in ((True, then), (False, other))
            )
        if node.op == "mul":
            each = [self._amount(arg, nothing, likely) for arg in node.args]
            return _either(each) if nothing else _both(*each)
        if node.op == "add" and not nothing:
            return _either(self._amount(arg, False, likely) for arg in node.args)
        if node.op == "round" and not nothing:
            return self._amount(node.args[0], False, likely)
        step = self._same_row(node)
        if step is not None:
            return self._amount(step.node, nothing, likely)
        return None if nothing and likely else NOTHING


def _proved(plan: Plan) -> World:
    """What the proof of a sign asks for: the tables, and the named values of which it is proved already."""
    world = World(plan.currency, "", plan.first_day, plan.last_day, tables={table.name: table for table in plan.every_table})
    for step in plan.steps:
        if step.type.numeric and never_negative(world, step.node):
            world.nonnegative.add(step.name)
    return world


def key_of(step: Step) -> str:
    return f"step:{step.name}"


def _sum(values: list[Fraction], op: str) -> Fraction:
    return sum(values, Fraction(0)) if op == "add" else values[0] - values[1]


def _so(key: str, answer: bool) -> Known:
    return frozenset({frozenset({(key, answer)})})


def decides(known: Known | None) -> Iterable[Answer]:
    """The answers that are surely so."""
    return (answer for clause in known or () if len(clause) == 1 for answer in clause)


def _both(*each: Known | None) -> Known | None:
    """All of these are so."""
    out: set[Clause] = set()
    for known in each:
        if known is None:
            return None
        out |= known
    return _shortest(out)


def _either(each: Iterable[Known | None]) -> Known | None:
    """One of these is so, and it is not known which."""
    ways = [known for known in each if known is not None]
    if not ways:
        return None
    out = ways[0]
    for known in ways[1:]:
        out = _shortest(one | other for one, other in product(out, known))
    return out


def _shortest(clauses: Iterable[Clause]) -> Known:
    """Without what says nothing (yes or no), and without what follows from a shorter one."""
    said = {clause for clause in clauses if not any((key, not answer) in clause for key, answer in clause)}
    kept: list[Clause] = []
    for clause in sorted(said, key=lambda clause: (len(clause), sorted(clause))):
        if len(kept) < MOST_CLAUSES and not any(shorter <= clause for shorter in kept):
            kept.append(clause)
    return frozenset(kept)
