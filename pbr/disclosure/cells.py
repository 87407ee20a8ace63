"""What is to be published, before anything is decided: cells, the unknown numbers behind them, and what everybody knows of those.

An attacker sees what is shown of each cell, knows every ``Relation``, and knows the rule. A cell says how it follows from the unknowns: by a
linear form, as a ratio of two, or (where that is not modelled) as something that gives all of them away exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

# kinds of cells, which say how a value is written and rounded
COUNT: Final = "count"  # how many rows or people: rounded to the rule's base, or withheld where it is small
MONEY: Final = "money"  # minor units of the unit's currency: exact, or withheld
SHARE: Final = "share"  # a ratio, shown as a percentage with ``places`` decimals
POINTS: Final = "points"  # a difference of ratios, in percentage points
NUMBER: Final = "number"  # any other number: exact to ``places`` decimals
DAY: Final = "day"
ANSWER: Final = "answer"  # no number but a word that follows from numbers: pays, held, met. ``implies`` says what it gives away
TERM: Final = "term"  # stands in the contract, or is otherwise known to all: always shown

Form = Mapping[str, Fraction]  # by unknown, its coefficient; the key "" is the constant


@dataclass(frozen=True)
class Relation:
    """What everybody knows of unknowns: ``low`` <= form <= ``high`` (None: no bound). Yes, no and unknown add up to the group; groups that lie apart add up to the whole."""

    form: Form
    low: Fraction | None
    high: Fraction | None


@dataclass(frozen=True)
class Unknown:
    """A whole number that the attacker does not know. ``name``: unique. ``what``: in words, for refusals. ``people``: it counts people (or rows of whom
    each belongs to one), so that a small value is protected. ``zero``: that it is 0 is protected too (an answer that all or none of a group have).
    ``least`` and ``most``: what everybody knows of it; None: nothing.

    An amount (``people`` False, minor units) is an unknown of its own where what a line pays follows from counts in a way that is no linear form: then a total over lines is a plain sum of amounts, which gives
    away no line. (A total with ``reveals`` would be taken to give away everything behind every line, and be withheld with the first small number.) A line that is held pays nothing, and gives away nothing by that."""

    name: str
    value: int
    what: str
    people: bool = True
    zero: bool = True
    least: int | None = 0
    most: int | None = None
    of: str = ""  # an amount (people=False, minor units) that belongs to the people whom this unknown counts: protected while they are few
    reveals: frozenset[str] = (
        frozenset()
    )  # of an amount: unknowns that whoever knows it exactly is taken to know, because the formula is not modelled
    implies: tuple[
        Relation, ...
    ] = ()  # of an amount that was chosen: what whoever knows it exactly knows of the numbers that it was chosen by
    series: str = (
        ""  # the same thing at another time has the same word here; the difference of two of them that follow each other is protected too
    )
    at: str = ""  # when, of a series: they follow each other in the order of these words (2015-06-30)


@dataclass(frozen=True)
class Cell:
    """``name``: its unique address, path/like/this. ``value``: exact, of a DAY its ordinal, of a SHARE and of POINTS the ratio (0.033 is 3.3); ``high``: where it is a range, its other end.

    ``form``: the value as a linear form of unknowns; of a SHARE its numerator, and ``over`` its denominator. POINTS and NUMBERs may have ``over`` too: 0.58 - yes/group is form 0.58*group - yes,
    over group. Form and ``over`` give ``value`` exactly (ValueError otherwise); where a sum was rounded on the way, ``reveals`` says what it rests on. ``high_form``, ``high_over``: likewise of ``high``.
    ``reveals``: unknowns that whoever sees the value is taken to know exactly, because the formula between them is not modelled: the attacker is made stronger than he is, never weaker.
    ``implies``: what an ANSWER gives away. ``worth``: what is withheld last is worth most (the headline 100, a line's result and sum 50, a count beside them 10).
    ``unit``: currency, or what is counted. ``places``: decimals shown."""

    name: str
    kind: str
    value: Fraction
    label: str
    unit: str = ""
    places: int = 0
    high: Fraction | None = None
    form: Form | None = None
    over: Form | None = None
    reveals: frozenset[str] = frozenset()
    implies: tuple[Relation, ...] = ()
    text: str = ""  # of an ANSWER or a TERM: what is shown
    worth: int = 10  # 90 and more: the headline, which is withheld when nothing else helps; what is no sum of money never is, and publishing is refused
    high_form: Form | None = None
    high_over: Form | None = None
    instead: str = ""  # of an ANSWER in the place of a figure (a sum that is not known yet): the kind of that figure, so that what is withheld does not tell which it is
    together: str = ""  # cells with the same word here are shown together or not at all (a line's sum, result and sentence)


@dataclass
class Table:
    """Everything that is to be published at once. What earlier sites have shown is an input of its own (``earlier.py``)."""

    cells: list[Cell] = field(default_factory=list)
    unknowns: dict[str, Unknown] = field(default_factory=dict)
    relations: list[Relation] = field(default_factory=list)
    own: dict[str, tuple[int, int]] = field(
        default_factory=dict
    )  # threshold and base of contracts that have a rule of their own, by the first part of the names of their cells


def joined(tables: Iterable[Table]) -> Table:
    """Tables that share no unknown, as one."""
    whole = Table()
    for table in tables:
        whole.cells += table.cells
        whole.unknowns |= table.unknowns
        whole.relations += table.relations
        whole.own |= table.own
    return whole
