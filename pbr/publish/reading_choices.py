"""Sums that depend on a condition, so that a total tells of it what it tells, and no more: each condition is an unknown of its own, 0 or 1, tied to the counts that decide it.

£10,000 if at least 50 of a group are in work is 10,000 * z, and everybody knows: z is 1 where the group's number is at least 50, and 0 where it is not. A total over ten cohorts at one price is then known to
tell how many of them met, and not which. A price for each of some people, if a target is met, is a price times a number that is theirs where it is met, and 0 where it is not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from pbr.disclosure.cells import Form, Relation
from pbr.plan.plan import Step
from pbr.publish.reading_forms import CONSTANT, Lineage, at_least, both, known, minus, of, plus, value_of
from pbr.publish.reading_ledger import Ledger
from pbr.publish.reading_lineage import Lineages, Path, at_end
from pbr.statement.marks import HIGH, LOW
from pbr.statement.saying import Reader
from pbr.statement.stored import Row
from pbr.statement.truth import VERBS, verdict

ROOM: Final = 10  # times as many people as there are: what everybody is taken to know that a group is not larger than, so that a choice is a linear relation
LEAST_ROOM: Final = 1_000  # and at least this many
ONE: Final = known(1)


@dataclass(frozen=True)
class Choices:
    lineages: Lineages

    @property
    def ledger(self) -> Ledger:
        return self.lineages.ledger

    def sum_of(self, row: Row, step: Step, value: Fraction) -> Lineage | None:
        """What a sum follows from, whichever way its conditions had gone; None where that is no linear form. ``side``: whether it can be above or below nothing."""
        found = self._sum(Reader(self.lineages.trail, row, step), ())
        return None if found is None or found.checked(value, self.ledger.table.unknowns).num is None else found

    def held(self, row: Row, step: Step) -> Lineage | None:
        """What a line that is held adds, which is nothing now: what it would pay if its condition were certainly so, and if it certainly were not. None where that is no linear form."""
        found = self._held(Reader(self.lineages.trail, row, step), ())
        return None if found is None or found.num is None or value_of(found.num, self.ledger.table.unknowns) else found

    def decided(self, row: Row, condition: Step) -> Lineage:
        """What it gives away that a line is not held: that its condition is certainly so, or certainly not. Nothing where nothing is open that it could wait for, or it is no linear relation."""
        surely = self._surely(Reader(self.lineages.trail, row, condition), ())
        both_ends = None if surely is None else plus(*surely)
        if both_ends is None or both_ends.num is None or both_ends.constant is not None:
            return Lineage()
        if value_of(both_ends.num, self.ledger.table.unknowns) != 1:  # a share of nobody: what it is then does not follow from counts
            return Lineage()
        return Lineage(implies=(self.ledger.relation(both_ends.num, 1, 1),))

    def _held(self, reader: Reader, path: Path) -> Lineage | None:
        node = reader.node(path)
        if node.op == "item" and node.params.get("row") == "own":
            there = self.lineages.trail.reached(reader.row, node.params.get("via", []))
            return (
                None
                if there is None
                else self._held(Reader(self.lineages.trail, there, self.lineages.trail.plan.step(node.params["step"])), ())
            )
        if node.op != "if":
            return None
        surely = self._surely(reader, (*path, 0))
        sums = [self._sum(reader, (*path, index)) for index in (1, 2)]
        if surely is None or sums[0] is None or sums[1] is None:
            return None
        parts = [self._times(answer, one) for answer, one in zip(surely, sums, strict=True) if one is not None]
        if parts[0] is None or parts[1] is None:
            return None
        signs = {one.side for one in sums if one is not None and one.constant != 0}
        return replace(plus(parts[0], parts[1]), side=signs.pop() if len(signs) == 1 else 0)

    def _surely(self, reader: Reader, path: Path) -> tuple[Lineage, Lineage] | None:
        """Of a condition that is not known: whether it is certainly so, and whether it is certainly not."""
        node = reader.node(path)
        if node.op == "not":
            found = self._surely(reader, (*path, 0))
            return None if found is None else found[::-1]
        if node.op == "item":
            there = None if node.params.get("row") != "own" else self.lineages.trail.reached(reader.row, node.params.get("via", []))
            step = self.lineages.trail.plan.step(node.params["step"])
            return None if there is None or step.type.kind != "truth" else self._surely(Reader(reader.trail, there, step), ())
        if node.op not in ("ge", "gt", "le", "lt"):
            return None
        told = [self.lineages.answer(reader, path, wanted) for wanted in (True, False)]
        if any(one.names or not one.implies for one in told):
            return None
        parts = (reader.row.grain, *reader.row.key, reader.step.name, "certainly")
        one, other = (self._switch(each.implies[-1], parts, f"whether {reader.step.name} is certain") for each in told)
        return None if one is None or other is None else (one, other)

    def _sum(self, reader: Reader, path: Path) -> Lineage | None:
        node = reader.node(path)
        if node.op == "if":
            return self._chosen(reader, path)
        if node.op in ("least", "greatest") and len(node.args) == 2:
            found = self._extreme(reader, path, least=node.op == "least")
            if found is not None:
                return found
        if node.op == "item" and node.params.get("row") == "own":
            there = self.lineages.trail.reached(reader.row, node.params.get("via", []))
            step = self.lineages.trail.plan.step(node.params["step"])
            if there is not None and step.node.op == "if":
                return self._sum(Reader(self.lineages.trail, there, step), ())
        found = self.lineages.of(reader.row, reader.step, path)
        constant = self._constant(reader, path)
        if constant is not None:
            return replace(known(constant), implies=found.implies, side=_sign(constant))
        if found.num is None or found.den is not None or found.reveals:
            return None
        stored = at_end(reader.value(path), LOW)
        if stored is not None and found.checked(stored, self.ledger.table.unknowns).num is None:
            return None
        signs = {_sign(part) for part in found.num.values() if part}
        return replace(found, side=signs.pop() if len(signs) == 1 and self._counts(found.num) else 0)

    def _chosen(self, reader: Reader, path: Path) -> Lineage | None:
        """One sum or another, times the answer and times its opposite. Where the answer is no linear relation, it is told with the sum."""
        answer = self._answer(reader, (*path, 0))
        if answer is None:
            taken, why = verdict(reader, (*path, 0)), self.lineages.answer(reader, (*path, 0))
            found = None if taken is None or why.names else self._sum(reader, (*path, 1 if taken else 2))
            return None if found is None else replace(found, implies=both(self._beyond_doubt(why), found))
        if answer.constant is not None:
            return self._sum(reader, (*path, 1 if answer.constant else 2))
        yes, no = self._sum(reader, (*path, 1)), self._sum(reader, (*path, 2))
        if yes is None or no is None:
            return None
        more = self._times(answer, minus(yes, no))
        signs = {one.side for one in (yes, no) if one.constant != 0}
        return None if more is None else replace(plus(no, more), side=signs.pop() if len(signs) == 1 else 0)

    def _extreme(self, reader: Reader, path: Path, least: bool) -> Lineage | None:
        one, other = (self._sum(reader, (*path, index)) for index in (0, 1))
        parts = (reader.row.grain, *reader.row.key, reader.step.name, "more")
        return None if one is None or other is None else self.extreme(one, other, least, parts, f"which is more in {reader.step.name}")

    def extreme(self, one: Lineage, other: Lineage, least: bool, parts: tuple[str, ...], what: str) -> Lineage | None:
        """The lesser of two sums, or the greater: one of them, or the other times whether it is that. ``parts``, ``what``: the name of that answer, and what it is."""
        if one.constant is not None and other.constant is not None:
            return one if (one.constant <= other.constant) == least else other
        told = at_least(one, other)
        if told is None or told.names or not told.implies:
            return None
        switch = self._switch(told.implies[-1], parts, what)
        apart = minus(other, one) if least else minus(one, other)
        more = None if switch is None else self._times(switch, apart)
        base = one if least else other
        return (
            None
            if more is None
            else replace(plus(base, more), implies=both(plus(base, more), Lineage(implies=told.implies[:-1])), side=base.side)
        )

    def _beyond_doubt(self, why: Lineage) -> Lineage:
        """Without that somebody is in a group: everybody knows that of a group that has a line which was decided."""
        left = []
        for relation in why.implies:
            names = [name for name in relation.form if name]
            unknown = self.ledger.table.unknowns[names[0]] if len(names) == 1 else None
            somebody = relation.high is None and relation.low == 1 and all(part == 1 for part in relation.form.values())
            if unknown is not None and unknown.people and not unknown.zero and somebody:
                if self.ledger.first(("of somebody", frozenset(relation.form.items()))):
                    self.ledger.known(relation.form, 1, None)
            else:
                left.append(relation)
        return replace(why, implies=tuple(left))

    def _constant(self, reader: Reader, path: Path) -> Fraction | None:
        """A sum that follows from no people, whether it was chosen or not."""
        node, found = reader.node(path), self.lineages.of(reader.row, reader.step, path)
        if found.constant is not None or found.names:
            return found.constant if not found.reveals else None
        stored = at_end(reader.value(path), LOW)
        if stored is not None:
            return stored
        if node.op not in ("add", "sub", "mul", "div"):
            return None
        one, other = (self._constant(reader, (*path, index)) for index in (0, 1))
        if one is None or other is None or (node.op == "div" and not other):
            return None
        return {"add": one + other, "sub": one - other, "mul": one * other}[node.op] if node.op != "div" else one / other

    def _counts(self, form: Form) -> bool:
        return all(not name or self.ledger.table.unknowns[name].least == 0 for name in form)

    # ---- answers: 1 or 0 -----------------------------------------------------------------------------------------------------

    def _answer(self, reader: Reader, path: Path) -> Lineage | None:
        """A condition as a number: 1 where it is so, 0 where it is not. None where it is not known, or no linear relation."""
        node = reader.node(path)
        if verdict(reader, path) is None:
            return None
        each = [(*path, index) for index in range(len(node.args))]
        if node.op == "not":
            found = self._answer(reader, each[0])
            return None if found is None else minus(ONE, found)
        if node.op in ("and", "or"):
            return self._joined([self._answer(reader, at) for at in each], every=node.op == "and")
        if node.op == "item":
            there = None if node.params.get("row") != "own" else self.lineages.trail.reached(reader.row, node.params.get("via", []))
            step = self.lineages.trail.plan.step(node.params["step"])
            return None if there is None or step.type.kind != "truth" else self._answer(Reader(reader.trail, there, step), ())
        if node.op in ("any", "every"):
            return self._any(reader, path)
        return self._compared(reader, path) if node.op in VERBS else None

    def _any(self, reader: Reader, path: Path) -> Lineage | None:
        """Whether there is one that is so; for every: that there is none that is not."""
        told = self.lineages.answer(reader, path)
        if told.names or len(told.implies) != 1 or len(told.implies[0].form) != 1:
            return None
        (name,) = told.implies[0].form
        parts = (reader.row.grain, *reader.row.key, reader.step.name, "answer")
        found = self._switch(Relation({name: Fraction(1)}, Fraction(1), None), parts, f"whether {reader.step.name} is so")
        return found if found is None or reader.node(path).op == "any" else minus(ONE, found)

    def _joined(self, found: Sequence[Lineage | None], every: bool) -> Lineage | None:
        """All of them, or one of them at least: not that all are not so."""
        out: Lineage | None = ONE
        for one in found:
            out = None if one is None or out is None else self._times(out, one if every else minus(ONE, one))
        return out if every or out is None else minus(ONE, out)

    def _compared(self, reader: Reader, path: Path) -> Lineage | None:
        node, parts, what = (
            reader.node(path),
            (reader.row.grain, *reader.row.key, reader.step.name, "answer"),
            f"whether {reader.step.name} is so",
        )
        split = self._with_if_none(reader, path, parts, what)
        if split is not None:
            return split
        if node.op in ("eq", "ne"):
            sides = ((*path, 0), (*path, 1))
            equal = self._joined([self._at_least(reader, *each, parts, what) for each in (sides, sides[::-1])], every=True)
            return equal if equal is None or node.op == "eq" else minus(ONE, equal)
        yes, no = (self.lineages.answer(reader, path, wanted) for wanted in (True, False))
        if yes.names or no.names:
            return None
        if not yes.implies and not no.implies:  # it follows from no people
            return known(int(bool(verdict(reader, path))))
        always = tuple(relation for relation in yes.implies if relation in no.implies)  # so whichever way it went
        apart = [relation for told in (yes, no) for relation in told.implies if relation not in always]
        if len(apart) != 2 or apart[0] not in yes.implies or apart[1] not in no.implies:
            return None
        one, other = (self._switch(relation, parts, what) for relation in apart)
        if one is None or other is None or one.num is None:
            return None
        if minus(ONE, one).num != other.num:  # of two ends of what is known only within bounds: where neither is so, a line is held
            decided = plus(one, other)
            assert decided.num is not None
            always += (Relation(decided.num, Fraction(1), Fraction(1)),)
        return replace(one, implies=always)

    def _with_if_none(self, reader: Reader, path: Path, parts: tuple[str, ...], what: str) -> Lineage | None:
        """Whether a share with ``if_none`` is beyond a number: where there is nobody what stands there decides, else how many of how many. The same form for both, so that it does not tell which it is."""
        node, trail = reader.node(path), self.lineages.trail
        for index, side in enumerate(node.args):
            if node.op not in ("ge", "gt", "le", "lt") or side.op != "item" or side.params.get("row") != "own":
                continue
            there = trail.reached(reader.row, side.params.get("via", []))
            if there is None:
                continue
            inner = Reader(trail, there, trail.plan.step(side.params["step"]))
            bound = self.lineages.of(reader.row, reader.step, (*path, 1 - index)).constant
            if bound is None or inner.step.node.op != "if" or [one.op for one in inner.step.node.args[1:]] != ["literal", "share"]:
                continue
            nobody, instead = verdict(inner, (0,)), self.lineages.of(there, inner.step, (1,)).constant
            share = None if nobody is None else self.lineages.share_or_nobody(inner, (2,), nobody)
            if instead is None or share is None or share.den is None:
                continue
            above, strictly = (node.op in ("ge", "gt")) == (index == 0), node.op in ("gt", "lt")
            told = at_least(share, known(bound), strictly) if above else at_least(known(bound), share, strictly)
            somebody = self._switch(
                Relation(share.den, Fraction(1), None), (*parts, "somebody"), f"whether anybody is counted in {inner.step.name}"
            )
            beyond = None if told is None or told.names or not told.implies else self._switch(told.implies[-1], parts, what)
            met = None if somebody is None or beyond is None else self._times(somebody, beyond)
            if met is None or somebody is None:
                continue
            low, high = (bound, instead) if above else (instead, bound)
            return plus(met, minus(ONE, somebody)) if high > low or (high == low and not strictly) else met
        return None

    def _at_least(self, reader: Reader, first: Path, second: Path, parts: tuple[str, ...], what: str) -> Lineage | None:
        """Whether one number is at least another, of which both are known."""
        values = [at_end(reader.value(at), end) for at in (first, second) for end in (LOW, HIGH)]
        one, low, other, high = values
        if one is None or other is None or one != low or other != high:
            return None
        found = self.lineages.above(reader, first, second, False)
        if found is None or found.names:
            return None
        sides = [self.lineages.of(reader.row, reader.step, at) for at in (first, second)]
        if all(side.constant is not None for side in sides):
            return replace(known(int(one >= other)), implies=found.implies)
        *always, relation = found.implies
        switch = self._switch(relation, parts, what)
        return None if switch is None else replace(switch, implies=tuple(always))

    def _switch(self, relation: Relation, parts: tuple[str, ...], what: str) -> Lineage | None:
        """An unknown that is 1 where a relation holds, and 0 where it does not; None where it is none of numbers that are never below nothing. Everybody knows that; what is known of either stays so as long as nobody is ten times as many as there are."""
        ledger, unknowns = self.ledger, self.ledger.table.unknowns
        form, low = relation.form, relation.low
        if low is None or relation.high is not None or not self._counts(form):
            return None
        opposite = ("switch", frozenset((name, -part) for name, part in form.items()), 1 - low)
        if opposite in ledger.unknowns:
            return minus(ONE, of(ledger.unknowns[opposite]))
        identity = ("switch", frozenset(form.items()), low)
        new = identity not in ledger.unknowns
        name = ledger.switch(identity, parts, value_of(form, unknowns) >= low, what)
        if new:
            self._known(tied(form, low, name, {each: self._room(each) for each in form}))
        return of(name)

    def _known(self, relations: Sequence[Relation]) -> None:
        for one in relations:
            self.ledger.known(one.form, one.low, one.high)

    def _room(self, name: str) -> int:
        return max(LEAST_ROOM, ROOM * self.ledger.table.unknowns[name].value)

    # ---- products ------------------------------------------------------------------------------------------------------------

    def _times(self, answer: Lineage, other: Lineage) -> Lineage | None:
        """A number of answers times a sum."""
        assert answer.num is not None and other.num is not None
        out = Lineage({}, None, frozenset(), both(answer, other))
        for one, factor in answer.num.items():
            for two, part in other.num.items():
                found = self._product(one, two)
                if found is None:
                    return None
                out = plus(out, found.scaled(factor * part))
        return out

    def _product(self, one: str, two: str) -> Lineage | None:
        """Of an answer and an answer, or of an answer and a number of people: an unknown of its own, and what everybody knows of it."""
        if CONSTANT in (one, two) or one == two:
            return of(one or two) if one or two else ONE
        ledger = self.ledger
        first, second = sorted((ledger.table.unknowns[name] for name in (one, two)), key=lambda each: each.most is None)
        if first.most != 1 or second.least != 0 or (second.most is None and not second.people):
            return None
        identity = ("both", *sorted((one, two)))
        if identity in ledger.unknowns:
            return of(ledger.unknowns[identity])
        if second.most == 1:
            what = f"{first.what}, and {second.what}"
            name, room = ledger.switch(identity, (ledger.tail(first.name), "and others"), bool(first.value and second.value), what), 1
        else:
            name, room = ledger.paid_for(identity, first.name, second.name), self._room(second.name)
        self._known(multiplied(name, first.name, second.name, room))
        return of(name)


def tied(form: Form, low: Fraction, answer: str, room: Mapping[str, int]) -> tuple[Relation, Relation]:
    """That an unknown is 1 where a form of whole numbers is at least ``low``, and 0 where it is less; for numbers up to ``room``."""
    least = sum((part * room[name] for name, part in form.items() if part < 0), Fraction(0))
    most = sum((part * room[name] for name, part in form.items() if part > 0), Fraction(0))
    return (
        Relation({**form, answer: least - low}, least, None),  # 1: at least low; 0: at least the least that it can be
        Relation({**form, answer: low - 1 - most}, None, low - 1),  # 0: less than low; 1: at most the most that it can be
    )


def multiplied(product: str, answer: str, other: str, room: int) -> tuple[Relation, ...]:
    """That an unknown is another one where an answer is 1, and 0 where it is 0; for numbers up to ``room``."""
    one = Fraction(1)
    return (
        Relation({product: one, answer: Fraction(-room)}, None, Fraction(0)),
        Relation({product: one, other: -one}, None, Fraction(0)),
        Relation({product: one, other: -one, answer: Fraction(-room)}, Fraction(-room), None),
    )


def _sign(value: Fraction) -> int:
    return (value > 0) - (value < 0)
