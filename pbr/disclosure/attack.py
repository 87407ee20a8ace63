"""The attacker: of each number that is protected, which values are still possible for somebody who knows all that is shown, every relation, and the rule.

What was found of one question is kept, and answers others while the rows that it rests on hold (``looking.py`` answers one that nothing answers).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations

from pbr.disclosure.amounts_together import amounts_together
from pbr.disclosure.by_days import of_its_days
from pbr.disclosure.cells import Form, Table, Unknown
from pbr.disclosure.knowledge import ALWAYS, Bound, Knowledge, Witness, known_beforehand, told
from pbr.disclosure.looking import Choice, Looked, look, within
from pbr.disclosure.repairing import near_witness
from pbr.disclosure.rule import Rule, behind, by_contract, counts_of, people_in, value_of, withheld_by_rule

NEWEST = 4  # numbers that are kept for one value of one unknown
MOVES = 8  # numbers that are kept for one unknown, whatever its value
PROOFS = 64  # proofs that are kept for one unknown


@dataclass(frozen=True)
class Target:
    """A number that is protected. ``choices``: what must stay possible; ``needs``: how many of them (all, but of a change). ``value``: the true one. ``what``: in words."""

    at: int
    choices: tuple[Choice, ...]
    needs: int
    value: int
    what: str


@dataclass
class Attack:
    """``risks``: by target, its choices that are impossible and were possible before anything was shown. ``witnesses``: of each target and choice the numbers that show it possible.
    ``helpless``: choices that are impossible whatever is withheld now. ``asked``: how often a value was looked for."""

    known: Knowledge
    targets: list[Target]
    risks: dict[int, list[int]] = field(default_factory=dict)
    witnesses: dict[tuple[int, int], dict[int, int]] = field(default_factory=dict)
    touching: dict[int, set[tuple[int, int]]] = field(default_factory=dict)  # by unknown, whose witness changes it
    helpless: set[tuple[int, int]] = field(default_factory=set)
    through: dict[tuple[int, int], tuple[int, ...]] = field(default_factory=dict)
    rough: set[tuple[int, int]] = field(default_factory=set)  # of those, the ones that may name more than is needed
    closed: dict[int, list[Looked]] = field(
        default_factory=dict
    )  # by unknown, what was proved impossible while certain rows hold, the newest first
    before: dict[tuple[int, int], dict[int, int]] = field(default_factory=dict)  # of a choice: numbers that were possible beforehand
    found: dict[tuple[int, int], list[dict[int, int]]] = field(
        default_factory=dict
    )  # by unknown and value, the newest numbers found for whatever question
    moves: dict[int, list[dict[int, int]]] = field(default_factory=dict)  # by unknown, the newest numbers found that change it
    lost: dict[int, int] = field(default_factory=dict)  # by target, the choice that was impossible when it was last found at risk
    asked: int = 0
    followed: set[int] = field(default_factory=set)  # amounts that are known exactly, and of which what they follow from was added

    def possible(self, number: int, place: int) -> bool:
        """Whether a choice of a target is possible now. A witness that is still good answers."""
        with self.known.spoken_of(self.targets[number].at):
            return self._possible(number, place)

    def _possible(self, number: int, place: int) -> bool:
        known, target = self.known, self.targets[number]
        kept = self.witnesses.get((number, place))
        if kept is not None and known.keeps(kept, known.active):
            return True
        low, high = target.choices[place]
        proofs = self.closed.setdefault(target.at, [])
        for proof in proofs:
            if within((low, high), proof.proved) and all(map(known.active.__getitem__, proof.rows)):
                self._closed(number, place, proof)
                return False
        for witness in self.found.get((target.at, low), ()) if low is not None and low == high else ():
            if known.keeps(witness, known.active):
                self._keep(number, place, witness)
                return True
        moved = self._moved(target.at, low) if low is not None and low == high else None
        if moved is not None:
            self._keep(number, place, moved)
            return True
        mend = kept is not None and target.at not in known.only_whole  # else they can seldom be mended, and the solver finds some too
        mended = near_witness(known, target.at, low, high, known.active, None, kept or {}) if mend else None
        if mended is not None:
            self._keep(number, place, mended)
            return True
        found = self._looked(target.at, target.choices[place], known.active)
        if found.witness is None:
            self._closed(number, place, found)
            return False
        self._keep(number, place, found.witness)
        return True

    def ask(self, at: int, choice: Choice, active: bytearray) -> Looked:
        """As ``look``. What was found before answers where it still holds."""
        low, high = choice
        for proof in self.closed.get(at, ()):
            if within(choice, proof.proved) and all(map(active.__getitem__, proof.rows)):
                return proof
        for witness in self.found.get((at, low), ()) if low is not None and low == high else ():
            if self.known.keeps(witness, active):
                return Looked(witness)
        return self._looked(at, choice, active)

    def _looked(self, at: int, choice: Choice, active: bytearray) -> Looked:
        """Looks, and keeps what was found."""
        self.asked += 1
        days = of_its_days(self.known, self.ask, at, choice[0], active) if choice[0] is not None and choice[0] == choice[1] else None
        found = days if days is not None else look(self.known, at, choice, active)
        if found.witness is None:
            proofs = self.closed.setdefault(at, [])
            proofs.insert(0, found)
            del proofs[PROOFS:]
            return found
        witness = Witness(found.witness)
        for which, value in witness.items():
            newest = self.found.setdefault((which, value), [])
            newest.insert(0, witness)
            del newest[NEWEST:]
            moves = self.moves.setdefault(which, [])
            moves.insert(0, witness)
            del moves[MOVES:]
        return Looked(witness)

    def _moved(self, at: int, value: int) -> dict[int, int] | None:
        """Numbers with this value of an unknown, so many times further from the true ones, or on the other side of them, as numbers that were found for another value: what adds up still does."""
        truth = self.known.truth
        for witness in self.moves.get(at, ()):
            times, rest = divmod(value - truth[at], witness[at] - truth[at])
            if rest or not times:
                continue
            tried = {which: truth[which] + times * (number - truth[which]) for which, number in witness.items()}
            if self.known.keeps(tried, self.known.active):
                return tried
        return None

    def _closed(self, number: int, place: int, proof: Looked) -> None:
        self.through[number, place] = proof.through
        if proof.rough:
            self.rough.add((number, place))
        else:
            self.rough.discard((number, place))

    def _keep(self, number: int, place: int, witness: dict[int, int]) -> None:
        self.witnesses[number, place] = witness if isinstance(witness, Witness) else Witness(witness)
        for which in witness:
            self.touching.setdefault(which, set()).add((number, place))

    def beforehand(self, number: int, place: int) -> bool:
        """Whether a choice was possible before anything of this was shown. What cannot be decided counts as possible."""
        if (number, place) in self.helpless:
            return False
        known, target = self.known, self.targets[number]
        with known.spoken_of(target.at):
            kept = self.before.get((number, place))
            if kept is not None and known.keeps(kept, known.base):
                return True
            found = look(known, target.at, target.choices[place], known.base)
        if found.witness is None and found.sure:
            self.helpless.add((number, place))
            return False
        if found.witness is not None:
            self.before[number, place] = Witness(found.witness)
        return True

    def judge(self, number: int) -> bool:
        """Looks at one target. Whether it is safe; if not it stands in ``risks``."""
        target = self.targets[number]
        self.risks.pop(number, None)
        possible, impossible = 0, []
        for place in range(len(target.choices)):
            if possible >= target.needs:
                return True
            if self.possible(number, place):
                possible += 1
            else:
                impossible.append(place)
        if possible >= target.needs:
            return True
        lost = [place for place in impossible if self.beforehand(number, place)]
        if not lost:
            return True
        self.risks[number] = lost
        return False

    def still_safe(self, number: int) -> bool:
        """As ``judge``, without a list of what is impossible: it stops at the first that decides."""
        target = self.targets[number]
        possible, impossible = 0, []
        places = list(range(len(target.choices)))
        if target.needs == len(places) and number in self.lost:  # all must be possible: first the one that was not when it was last asked
            places.sort(key=lambda place: place != self.lost[number])
        for place in places:
            if possible >= target.needs:
                return True
            if self.possible(number, place):
                possible += 1
                continue
            impossible.append(place)
            if len(target.choices) - len(impossible) < target.needs and any(self.beforehand(number, each) for each in impossible):
                self.lost[number] = place
                return False
        return True

    def judge_all(self) -> None:
        for number in range(len(self.targets)):
            self.judge(number)


def _window(rule: Rule, zero: bool, value: int) -> tuple[Choice, ...]:
    return tuple((each, each) for each in sorted(range(0 if zero else 1, rule.threshold + 1), key=lambda each: (abs(each - value), each)))


def _sum_unknown(known: Knowledge, form: Form, value: int, least: int | None) -> int:
    """The unknown that a form is: its only one, or a new one that is the sum."""
    names = [name for name, factor in form.items() if name and factor]
    if len(names) == 1 and form[names[0]] == 1 and not form.get(""):
        return known.index[names[0]]
    name = " + ".join(f"{factor}*{name}" for name, factor in sorted(form.items()) if factor)
    if name not in known.index:
        known.unknown(name, value, least, None)
        known.add(Bound({**form, name: Fraction(-1)}, Fraction(0), Fraction(0)), ALWAYS, True, name)
        if least is None:
            row = len(known.rows) - 1
            known.defines[known.index[name]] = row
            known.active[row] = known.base[row] = False
    return known.index[name]


def _amount(known: Knowledge, unknown: Unknown, people: Sequence[Unknown], rule: Rule) -> Target | None:
    """The money of few people, or that follows from few, must not be known better than to half of itself, up and down."""
    few = [each for each in people if rule.small(each.value, each.zero)]
    if not few:
        return None
    what = f"{unknown.what} (of {few[0].value}: {few[0].what})"
    return Target(known.index[unknown.name], around(unknown.value), 2 if unknown.value else 1, unknown.value, what)


def around(value: int) -> tuple[Choice, ...]:
    """What must be possible of an amount that is not to be known: half as much less, and half as much more."""
    half = -(-abs(value) // 2) or 1
    return (None, value - half), (value + half, None)


def _changes(known: Knowledge, table: Table, rule: Rule, rules: Mapping[str, Rule]) -> list[Target]:
    """The differences of one number at two days, whichever: where few people came or went, as many values must stay possible as a small number has."""
    series: dict[str, list[Unknown]] = {}
    for unknown in table.unknowns.values():
        if unknown.series and unknown.people:
            series.setdefault(unknown.series, []).append(unknown)
    found = []
    for items in series.values():
        items.sort(key=lambda unknown: (unknown.at, unknown.name))
        for before, after in combinations(items, 2):
            change = after.value - before.value
            threshold = by_contract(after.name, rule, rules).threshold
            if 0 < abs(change) <= threshold:
                at = _sum_unknown(known, {after.name: Fraction(1), before.name: Fraction(-1)}, change, None)
                choices = sorted(range(change - threshold, change + threshold + 1), key=lambda each: (abs(each - change), each))
                what = f"the change from {before.at} to {after.at} of {after.what}"
                found.append(Target(at, tuple((each, each) for each in choices), threshold, change, what))
    return found


def protected(known: Knowledge, table: Table, rule: Rule, rules: Mapping[str, Rule]) -> list[Target]:
    """Every number that an attacker must not learn: small unknowns, small counts behind cells, money of few people, small changes."""
    found: dict[int, Target] = {}
    unknowns = table.unknowns
    changes = _changes(known, table, rule, rules)
    amounts = []
    for unknown in unknowns.values():
        own = by_contract(unknown.name, rule, rules)
        if unknown.of or unknown.reveals:
            amount = _amount(known, unknown, behind(unknown, unknowns), own)
            amounts += [amount] if amount else []
        elif unknown.people and own.small(unknown.value, unknown.zero):
            at = known.index[unknown.name]
            choices = _window(own, unknown.zero, unknown.value)
            found[at] = Target(at, choices, len(choices), unknown.value, unknown.what)
    for cell in table.cells:
        own = by_contract(cell.name, rule, rules)
        for form in counts_of(cell):
            people = people_in(form, unknowns)
            value = value_of(form, unknowns)
            zero = any(unknown.zero for unknown in people)
            if not people or value < 0 or value.denominator != 1 or not own.small(value, zero):
                continue
            at = _sum_unknown(known, form, int(value), 0)
            if at not in found:
                choices = _window(own, zero, int(value))
                found[at] = Target(at, choices, len(choices), int(value), f"the people behind {cell.label}")
    for each in amounts_together(table, rule, rules):
        at = _sum_unknown(known, each.form, each.value, None)
        amounts.append(Target(at, around(each.value), 2 if each.value else 1, each.value, each.what))
    return [*found.values(), *amounts, *changes]


def begin(table: Table, rule: Rule, rules: Mapping[str, Rule], withheld: Mapping[int, str] | None = None) -> tuple[Attack, dict[int, str]]:
    """What is known when the rule alone has decided, and why it withholds what it does, by cell's index. Nothing is attacked yet."""
    known = known_beforehand(table)
    why = dict(withheld) if withheld is not None else withheld_by_rule(table, rule, rules)
    targets = protected(known, table, rule, rules)
    for number, cell in enumerate(table.cells):
        if number not in why:
            always = cell.kind == "term"
            for bound in told(cell, table.unknowns, by_contract(cell.name, rule, rules)):
                known.add(bound, ALWAYS if always else number, True, cell.name)
    return Attack(known, targets), why
