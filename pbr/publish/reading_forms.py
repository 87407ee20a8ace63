"""How a number follows from unknown counts: a linear form, a quotient of two, or something that is taken to give them away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from math import lcm

from pbr.disclosure.cells import Form, Relation, Unknown

CONSTANT = ""


@dataclass(frozen=True)
class Lineage:
    """``num`` over ``den`` (None: 1). ``num`` None: no form is known, and ``reveals`` says what whoever sees the value is taken to know. ``implies``: what
    is known to whoever sees it, because a choice went this way. ``side``: of a sum, 1 where it is never below nothing, -1 where it is never above it, however its conditions had gone; 0: not known."""

    num: Form | None = None
    den: Form | None = None
    reveals: frozenset[str] = frozenset()
    implies: tuple[Relation, ...] = ()
    side: int = 0

    @property
    def names(self) -> frozenset[str]:
        """Every unknown in it."""
        return frozenset(name for form in (self.num, self.den) for name in form or () if name) | self.reveals

    @property
    def constant(self) -> Fraction | None:
        if self.num is not None and self.den is None and not any(self.num.get(name) for name in self.num if name):
            return self.num.get(CONSTANT, Fraction(0))
        return None

    def hidden(self) -> Lineage:
        """Without a form: whoever sees the value is taken to know every unknown in it."""
        return Lineage(None, None, self.names, self.implies)

    def scaled(self, factor: Fraction) -> Lineage:
        if self.num is None:
            return self
        return replace(self, num={name: part * factor for name, part in self.num.items()}, side=self.side if factor > 0 else -self.side)

    def as_answer(self) -> Lineage:
        """A word has no form: it gives away what it implies, and what a formula behind it would."""
        return replace(self, num=None, den=None)

    def checked(self, value: Fraction, unknowns: Mapping[str, Unknown]) -> Lineage:
        """The same, without a form that does not come to the value (it was rounded, or rows were lost on the way)."""
        if self.num is None:
            return self
        above, below = value_of(self.num, unknowns), Fraction(1) if self.den is None else value_of(self.den, unknowns)
        return self if below and above / below == value else self.hidden()


def known(value: Fraction | int) -> Lineage:
    """What stands in the contract, or is no matter of people."""
    return Lineage({CONSTANT: Fraction(value)})


def of(name: str) -> Lineage:
    return Lineage({name: Fraction(1)})


def value_of(form: Form, unknowns: Mapping[str, Unknown]) -> Fraction:
    return sum((part * (unknowns[name].value if name else 1) for name, part in form.items()), Fraction(0))


def plus(one: Lineage, other: Lineage) -> Lineage:
    implies = both(one, other)
    if one.num is None or other.num is None:
        return Lineage(None, None, one.names | other.names, implies)
    if one.den == other.den:
        return Lineage(_sum(one.num, other.num), one.den, one.reveals | other.reveals, implies)
    for a, b in ((one, other), (other, one)):
        constant = a.constant
        if constant is not None and b.den is not None:
            assert b.num is not None
            shifted = {name: part * constant for name, part in b.den.items()}
            return Lineage(_sum(b.num, shifted), b.den, one.reveals | other.reveals, implies)
    return Lineage(None, None, one.names | other.names, implies)


def minus(one: Lineage, other: Lineage) -> Lineage:
    return plus(one, other.scaled(Fraction(-1)))


def times(one: Lineage, other: Lineage) -> Lineage:
    for a, b in ((one, other), (other, one)):
        constant = a.constant
        if constant is not None:
            return replace(b.scaled(constant), reveals=one.reveals | other.reveals, implies=both(one, other))
    return Lineage(None, None, one.names | other.names, both(one, other))


def over(one: Lineage, other: Lineage) -> Lineage:
    constant = other.constant
    if constant:
        return replace(one.scaled(1 / constant), reveals=one.reveals | other.reveals, implies=both(one, other))
    if one.num is not None and other.num is not None and one.den is None and other.den is None:
        return Lineage(one.num, other.num, one.reveals | other.reveals, both(one, other))
    return mixed([one, other])


def mixed(found: Iterable[Lineage]) -> Lineage:
    """A formula that is not modelled over these."""
    each = list(found)
    names = frozenset(name for one in each for name in one.names)
    return Lineage(None, None, names, tuple(relation for one in each for relation in one.implies))


def summed(lineages: Iterable[Lineage]) -> Lineage:
    """What sums come to together. Whoever sees the total is taken to know how each was chosen: with other totals, and as there are few ways, he often does."""
    return total(lineages)


def total(found: Iterable[Lineage]) -> Lineage:
    out = known(0)
    for one in found:
        out = plus(out, one)
    return out


def at_least(one: Lineage, other: Lineage, strictly: bool = False) -> Lineage | None:
    """What is known where one is at least the other, as a relation of whole numbers; None where it is no linear one."""
    apart = minus(one, other)
    if apart.num is None:
        return None
    if any(part < 0 for part in (apart.den or {}).values()):
        return None  # a denominator of which it is not known that it is positive
    form = dict(apart.num)
    if not any(name and part for name, part in form.items()):
        return Lineage(implies=apart.implies, reveals=apart.reveals)
    scale = lcm(*(part.denominator for part in form.values()))
    whole = {name: part * scale for name, part in form.items() if name}
    constant = form.get(CONSTANT, Fraction(0)) * scale
    relation = Relation(whole, (1 if strictly else 0) - constant, None)
    return Lineage(None, None, apart.reveals, (*apart.implies, relation))


def _sum(one: Form, other: Form) -> Form:
    return {name: one.get(name, Fraction(0)) + other.get(name, Fraction(0)) for name in dict.fromkeys((*one, *other))}


def both(one: Lineage, other: Lineage) -> tuple[Relation, ...]:
    """What is known to whoever sees either."""
    return one.implies + tuple(relation for relation in other.implies if relation not in one.implies)
