"""A value as the reference engine holds it, and as the trace is read back: a state, one or two ends, and why."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, NamedTuple

KNOWN, RANGE, UNKNOWN, NONE, NOT_YET = "known", "range", "unknown", "none", "not yet"


class Value(NamedTuple):
    """``state`` as in ``plan.operations``. ``low`` and ``high`` are equal unless the state is range; None where there is no
    value. Numbers are ``Fraction`` (whole ones too), dates ``datetime.date``, truths bool, codes and text str, sets of
    codes a sorted tuple, sets of days a sorted tuple of runs (first day, last day).
    """

    state: str
    low: Any = None
    high: Any = None
    why: int = 0

    @staticmethod
    def known(value: Any) -> Value:
        if type(value) is int:  # and no truth
            value = Fraction(value)
        return Value(KNOWN, value, value)

    @staticmethod
    def range(low: Any, high: Any, why: int) -> Value:
        """A range, or a known value when its ends are equal. ``low`` and ``high`` are numbers, or sets of days of which one is in the other."""
        assert isinstance(low, tuple) or low <= high
        return Value.known(low) if low == high else Value(RANGE, low, high, why)

    @staticmethod
    def unknown(why: int) -> Value:
        assert why, "an unknown must say why"
        return Value(UNKNOWN, why=why)

    @property
    def is_known(self) -> bool:
        return self.state == KNOWN


NO_SUCH = Value(NONE)
NOT_YET_DAY = Value(NOT_YET)
