"""Where in a sentence a number stands, for those who must know: each printed value wrapped in characters of private use.

A ``Trail`` may carry a mark. It is then asked for each value that is printed, with where it is stored, and gives what stands in the sentence instead. Without one
nothing is wrapped, and every sentence is as it always was. Lengths are taken and texts are compared without the marks, so that the sentence is the same one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

OPEN, BETWEEN, CLOSE = "\ue000", "\ue001", "\ue002"
_MARKED = re.compile(f"{OPEN}[0-9]*{BETWEEN}([^{OPEN}-{CLOSE}]*){CLOSE}")

# how what is printed follows from what is stored
AS_IT_IS: Final = ""
MINUS: Final = "minus"  # with the other sign
LOW: Final = "low"  # an end of a range
HIGH: Final = "high"
COUNTED: Final = "counted"  # of a share, the count above
OUT_OF: Final = "out of"  # and the one below
APART: Final = "apart"  # how far two stored values are from each other
LINE: Final = "line"  # of a line of the payments, not of the trace


@dataclass(frozen=True)
class Origin:
    """Where a value is stored: a node of a step at a row (``pbr.statement.stored.Row``). ``other``: of a distance, the side it is taken to."""

    row: Any
    step: Any
    path: tuple[int, ...]
    other: Origin | None = None


@dataclass(frozen=True)
class Printed:
    """``text``: as printed, without unit where that stands beside it. ``kind``: money, percent, points, count, number or date. ``value``: exact, in base units (a date as it is).
    ``origin``: None for a figure of the contract. ``how``: one of the words above. ``name``: of a figure, its parameter."""

    text: str
    kind: str
    value: Any
    origin: Origin | None = None
    how: str = AS_IT_IS
    name: str = ""


Mark = Callable[[Printed], str]


def wrapped(number: int, text: str) -> str:
    """``text`` as the printed value of this number."""
    return f"{OPEN}{number}{BETWEEN}{text}{CLOSE}"


def unmarked(text: str) -> str:
    """A sentence without its marks."""
    return _MARKED.sub(r"\1", text) if OPEN in text else text


def unsigned(text: str) -> str:
    """Without the minus that it begins with, inside a mark or not."""
    return re.sub(f"^({OPEN}[0-9]*{BETWEEN})?-", r"\1", text)


def length(text: str) -> int:
    """Characters of a sentence, without its marks."""
    return len(unmarked(text))
