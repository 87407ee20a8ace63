"""The rule: which cells are withheld for their own sake, whoever looks for them. Small numbers of people, and what follows from those.

After the rule of NHS England for Hospital Episode Statistics: counts of 1 to 7 are withheld, others rounded to the nearest 5, totals by themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from pbr.disclosure.cells import ANSWER, COUNT, MONEY, SHARE, TERM, Cell, Form, Table, Unknown
from pbr.problem import refuse

LAST: Final = 90  # cells worth this much are withheld when nothing else helps: a headline is rounded first, up to nothing; what is no sum of money never is, and publishing is refused


@dataclass(frozen=True)
class Rule:
    """Counts of people of 1 to ``threshold`` are withheld, others rounded to the nearest multiple of ``base``, a tie upwards. Refused (PBR669): a threshold below 1,
    a base below 1, and a base that would round a number that is shown to 0, which says something untrue."""

    threshold: int = 7
    base: int = 5

    def __post_init__(self) -> None:
        if self.threshold < 1 or self.base < 1 or 2 * (self.threshold + 1) < self.base:
            raise refuse(
                "PBR669",
                f"counts of 1 to {self.threshold} withheld and others rounded to the nearest {self.base}: the rule needs a threshold of at least 1, and a base of at least 1 "
                "and at most twice the smallest count that is shown",
                "the usual rule withholds 1 to 7 and rounds to the nearest 5",
            )

    def rounded(self, count: int) -> int:
        """To the nearest multiple of the base, a tie away from zero: 8 -> 10, 12 -> 10, 13 -> 15."""
        nearest: int = (2 * abs(count) + self.base) // (2 * self.base) * self.base
        return nearest if count >= 0 else -nearest

    def small(self, value: Fraction | int, zero: bool) -> bool:
        """Whether a number of people is one that is protected. Of a difference, which may be negative, its size counts."""
        size = abs(Fraction(value))
        return (zero and size == 0) or 0 < size <= self.threshold

    def words(self) -> tuple[str, ...]:
        """The rule in plain sentences, for a page about the figures."""
        return (
            f"A number of people from 1 to {self.threshold} is not shown, nor that none or all of a group have something; [c] stands in its place.",
            f"Other numbers of people are rounded to the nearest {self.base}. Totals are rounded by themselves, so parts may not add up to them.",
            "A percentage is not shown where the people it counts, or the others of its group, are such a small number. Nor is a sum of money that follows from one.",
            "Some other figures are not shown either: with them, one that is not shown could be worked out. They have the same sign.",
        )


def value_of(form: Form, unknowns: Mapping[str, Unknown]) -> Fraction:
    """What a form comes to. Raises ValueError when it names an unknown that is not there."""
    missing = [name for name in form if name and name not in unknowns]
    if missing:
        raise ValueError(f"a form names {missing[0]!r}, which is no unknown")
    return sum((Fraction(factor) * (unknowns[name].value if name else 1) for name, factor in form.items()), Fraction(0))


def people_in(form: Form, unknowns: Mapping[str, Unknown]) -> list[Unknown]:
    """The unknowns in a form that count people, and those behind the amounts in it."""
    found = {}
    for name, factor in form.items():
        if name and factor:
            for each in behind(unknowns[name], unknowns):
                found[each.name] = each
    return list(found.values())


def behind(unknown: Unknown, unknowns: Mapping[str, Unknown]) -> list[Unknown]:
    """The numbers of people behind an unknown: itself, or those that an amount belongs to or follows from."""
    names = [unknown.name] if not unknown.of and not unknown.reveals else [unknown.of] * bool(unknown.of) + sorted(unknown.reveals)
    missing = [name for name in names if name not in unknowns]
    if missing:
        raise ValueError(f"{unknown.name} names {missing[0]!r}, which is no unknown")
    return [unknowns[name] for name in names if unknowns[name].people]


def counts_of(cell: Cell) -> list[Form]:
    """The forms behind a cell that are numbers of people when their unknowns are: of a share its numerator, the rest of its denominator and the denominator; of a count the count."""
    found: list[Form] = []
    for form, over in ((cell.form, cell.over), (cell.high_form, cell.high_over)):
        if form is None:
            continue
        if over is not None:
            found.append(over)
        if cell.kind == SHARE and over is not None:
            rest = dict(over)
            for name, factor in form.items():
                rest[name] = rest.get(name, Fraction(0)) - factor
            found += [form, {name: factor for name, factor in rest.items() if factor}]
        elif cell.kind == COUNT:
            found.append(form)
    return [form for form in found if any(name and factor for name, factor in form.items())]


def _alone(cell: Cell, unknowns: Mapping[str, Unknown]) -> list[Unknown]:
    """People whose number alone decides a cell: those it reveals, and those in the form of what is no count and no share. A sum of money over several is not theirs alone: whether it gives one away
    is the attacker's question."""
    found = {unknown.name: unknown for name in sorted(cell.reveals) for unknown in people_in({name: Fraction(1)}, unknowns)}
    for form, over in ((cell.form, cell.over), (cell.high_form, cell.high_over)):
        if form is None or cell.kind in (COUNT, SHARE):
            continue
        people = people_in({**form, **(over or {})}, unknowns)
        if over is not None or cell.kind != MONEY or sum(1 for name, factor in form.items() if name and factor) == 1:
            found |= {unknown.name: unknown for unknown in people}
    return list(found.values())


def for_its_own_sake(cell: Cell, table: Table, rule: Rule) -> str:
    """Why the rule alone withholds a cell, in words with true values (for the commissioner only); empty where it does not. An ANSWER and a TERM it never does, nor a headline that can be rounded and is not of few alone:
    a sign in its place would say that few people were paid for."""
    unknowns = table.unknowns
    if cell.kind in (ANSWER, TERM):
        return ""
    if cell.kind == MONEY and cell.form is not None and cell.over is None and not cell.reveals:
        alone = _of_few_alone(cell.form, unknowns, rule)
        if alone or cell.worth >= LAST:
            return alone
    for form in counts_of(cell):
        people = people_in(form, unknowns)
        value = value_of(form, unknowns)
        if people and rule.small(value, any(unknown.zero for unknown in people)):
            what = people[0].what if form.keys() == {people[0].name} else f"in {cell.label}"
            return f"{_number(value)} ({what})"
    for unknown in _alone(cell, unknowns):
        if rule.small(unknown.value, unknown.zero):
            return f"it follows from {_number(unknown.value)} ({unknown.what})"
    return ""


def withheld_by_rule(table: Table, rule: Rule, rules: Mapping[str, Rule]) -> dict[int, str]:
    """Why each cell is withheld that the rule withholds, and those that are shown only together with one."""
    why = {}
    for number, cell in enumerate(table.cells):
        reason = for_its_own_sake(cell, table, by_contract(cell.name, rule, rules))
        if reason:
            why[number] = reason
    first: dict[str, int] = {}
    for number in why:
        first.setdefault(table.cells[number].together, number)
    for number, cell in enumerate(table.cells):
        if number not in why and cell.together and cell.together in first and cell.kind != "term":
            why[number] = (
                f"shown only together with {table.cells[first[cell.together]].label}, which is withheld: {why[first[cell.together]]}"
            )
    return why


def _of_few_alone(form: Form, unknowns: Mapping[str, Unknown], rule: Rule) -> str:
    """Of a sum: whether it is made of amounts of few people, of which it is not known how much one of them could have been, and of nothing of many that comes to something. Then no rounding can be trusted to
    hide how many they are; and it is withheld whatever the few come to, so that the sign does not tell whether that is nothing."""
    parts = {name: small_behind(name, unknowns, rule) for name, factor in form.items() if name and factor}
    few = [each for name, people in parts.items() if is_amount(unknowns[name]) for each in people]
    if not few or value_of({name: form[name] for name, people in parts.items() if not people}, unknowns):
        return ""
    return f"it follows from {_number(few[0].value)} ({few[0].what})"


def is_amount(unknown: Unknown) -> bool:
    """Whether it is a sum of money that is no linear form of counts: nobody can say how much it might have been."""
    return bool(unknown.of or unknown.reveals)


def small_behind(name: str, unknowns: Mapping[str, Unknown], rule: Rule) -> list[Unknown]:
    """The small numbers of people behind an unknown."""
    return [each for each in behind(unknowns[name], unknowns) if rule.small(each.value, each.zero)]


def _number(value: Fraction | int) -> str:
    return f"{value} people" if value != 1 else "1 person"


def by_contract(name: str, rule: Rule, rules: Mapping[str, Rule]) -> Rule:
    """The rule of the contract that stands first in a cell's or an unknown's name (contract/...), or the common one."""
    return rules.get(name.partition("/")[0], rule)
