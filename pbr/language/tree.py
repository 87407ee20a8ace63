"""The syntax tree of a leaf expression: what was written, before names and types are known.

Every node carries ``at`` and ``end``, offsets into the text of the leaf, and takes no part in equality, so that
``parse(print(tree)) == tree`` can be said as it stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields, is_dataclass
from fractions import Fraction
from typing import Any


@dataclass(frozen=True)
class Syntax:
    at: int = field(default=0, compare=False, kw_only=True)
    end: int = field(default=0, compare=False, kw_only=True)


@dataclass(frozen=True)
class Number(Syntax):
    """``12``, ``0.03``, ``1/6``, ``10%``, ``5.0 percentage points``, ``£15.12``, ``£15.12 per day``, ``13 weeks``."""

    kind: str  # whole | number | percent | points | money | price | span
    value: Fraction  # as written: 10 for 10%, 15.12 for £15.12, 13 for 13 weeks
    places: int = 0  # decimals written (0 for whole numbers); a fraction literal has places -1
    unit: str = ""  # money: the currency sign; price: "£ per day" is unit "£", per "day"; span: days | weeks | ...
    per: str = ""  # price only


@dataclass(frozen=True)
class Date(Syntax):
    text: str  # ISO, checked to exist


@dataclass(frozen=True)
class YesNo(Syntax):
    value: bool


@dataclass(frozen=True)
class Quoted(Syntax):
    """A quoted code or key: ``"J44.1"``."""

    text: str


@dataclass(frozen=True)
class Name(Syntax):
    """``discharges``, ``offences.committed_on``, ``by_group[group].fee on started_on``; a bare one may be a code."""

    parts: tuple[str, ...]  # dotted names before any [ ]
    keys: tuple[Syntax, ...] | None = None  # inside [ ]; None when there are none
    rest: tuple[str, ...] = ()  # dotted names after [ ]
    on: Syntax | None = None


@dataclass(frozen=True)
class Operation(Syntax):
    """A scalar operation; ``op`` is a key of the operations table, ``args`` its operands in the order written.

    ``and`` and ``or`` are flat: two or more operands. ``if`` has three operands; an ``else if`` is an ``if`` third.
    Polymorphic spellings keep one key here (``add``, ``sub``, ``mul``, ``div``); the plan's builder resolves them.
    Words that are not operands (mode of a window, unit and mode of a rounding) stand in ``words``.

    op        operands                words
    not       x
    and or    two or more
    if        c, x, y
    eq ne lt le gt ge   a, b
    in        x, then the items
    has       x, item
    within    d, span, e              ("from",) or ("after",) or ("before",)
    between   d, e, f
    covers    s, span, d              ("from",) ...
    add sub mul div     a, b
    known exists        x
    else      x, y
    fall rise a, b
    rest      p
    as_percent as_number  x
    least greatest      two or more
    round     x                       (unit, mode), for example ("18 decimals", "half up"), ("1 penny", "floor")
    exp ln sqrt logistic  x           (decimals,) as text
    whole_months whole_years  a, b
    first_day last_day  name
    verdict   share, against          (z, better)
    paid      name
    """

    op: str
    args: tuple[Syntax, ...]
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Aggregate(Syntax):
    """``count of T where (c)`` and its family.

    op             over   value            where   words
    count          T      None             c|None
    count_different T     Name             c|None
    share          T      None             c
    sum mean median smallest largest  T  x  c|None
    any            T      None             c
    every          T      satisfies        c|None  ("yes",) | ("no",) | ("hold",)
    first_of last_of T    Name(column)     c|None  (by,)   the name after ``by``
    weigh          T(by)  Name(family)     None    key in ``extra``, or ()
    day_sum        T      x                c|None  (by,), reaches in ``extra``
    day_reaches    span   None             None    reaches in ``extra``
    day_lasted     span   None             None    span in ``extra``
    days_in        span   None             None    ("from"|"after"|"before",) with span and day in ``extra``, or ()

    ``earlier``: of the groups of cohort T, those before the one it is asked for; ``back``: a span, those within it before. Of all that go over a T
    but ``weigh`` and ``day_sum``.
    """

    op: str
    over: Name
    value: Syntax | None = None
    where: Syntax | None = None
    words: tuple[str, ...] = ()
    extra: tuple[Syntax, ...] = ()
    earlier: bool = False
    back: Syntax | None = None


def names_in(syntax: Any) -> Iterator[str]:
    """Every name a tree mentions, dotted names by their first part."""
    return (part.parts[0] for part in parts_of(syntax) if isinstance(part, Name))


def parts_of(syntax: Any) -> Iterator[Syntax]:
    """A tree and all that it is made of, without recursion into Python's stack."""
    stack = [syntax]
    while stack:
        here = stack.pop()
        if isinstance(here, Syntax):
            yield here
        if is_dataclass(here):
            stack += [getattr(here, f.name) for f in fields(here)]
        elif isinstance(here, (tuple, list)):
            stack += [item for item in here if isinstance(item, (Syntax, tuple))]
