"""What an aggregate is given: the rows it reached, the rejected rows that might belong, and its rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any, NamedTuple

from pbr.language.types import Type
from pbr.values.value import KNOWN, RANGE, Value

Truth = bool | None  # None: unknown

HOLD, LEAVE_OUT, AS_YES, AS_NO, CANNOT_MATTER = "hold", "leave out", "take as yes", "take as no", "only if it cannot matter"
COUNT_AS_YES, COUNT_AS_NO = "count as yes", "count as no"


def truth_of(value: Value) -> Truth:
    return value.low if value.state == KNOWN else None


def both(a: Truth, b: Truth) -> Truth:
    """Kleene and."""
    if a is False or b is False:
        return False
    return True if a and b else None


class Counted(NamedTuple):
    """A reached row. ``member`` is yes or unknown (rows that are not members are not reached). ``where``: its condition. ``args``: the
    operation's values on this row, without the condition; empty where ``belongs`` is no. ``key``: the row's key, for ties."""

    key: tuple[Any, ...]
    member: Truth
    where: Truth
    args: tuple[Value, ...] = ()

    @property
    def belongs(self) -> Truth:
        return both(self.member, self.where)


@dataclass(frozen=True)
class Group:
    """``rejected``: R, already 0 when left out. ``rejected_how``: hold | count as yes | count as no. ``held_bit`` and the others: masks."""

    rows: Sequence[Counted]
    rejected: int
    when_held: str
    rejected_how: str
    held_bit: int
    rejected_bit: int
    empty_bit: int
    type: Type
    params: Mapping[str, Any]
    complete_to: Mapping[str, date | None] = field(default_factory=dict)

    def why(self, held: bool, rejected: bool | None = None) -> int:
        """The mask for held rows and, unless said otherwise, for any R."""
        return (self.held_bit if held else 0) | (self.rejected_bit if (self.rejected > 0 if rejected is None else rejected) else 0)

    def empty(self) -> Value:
        return Value.unknown(self.empty_bit)

    def range(self, low: Fraction, high: Fraction, why: int) -> Value:
        """A range; unknown for the same reasons where the plan says that this value is never a range."""
        value = Value.range(low, high, why)
        return Value.unknown(why) if value.state == RANGE and not self.type.ranged else value
