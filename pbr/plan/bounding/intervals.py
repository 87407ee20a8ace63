"""Intervals of exact rationals, with open and closed ends, and the least interval that holds a sum, a product, a rounding."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Interval:
    """``low`` and ``high``: None has no end. An open end is not itself a value. Empty where low > high, or equal with an open end."""

    low: Fraction | None = None
    high: Fraction | None = None
    low_open: bool = False
    high_open: bool = False

    @property
    def empty(self) -> bool:
        if self.low is None or self.high is None:
            return False
        return self.low > self.high or (self.low == self.high and (self.low_open or self.high_open))

    @property
    def closed(self) -> Interval:
        return Interval(self.low, self.high)

    @property
    def width(self) -> Fraction | None:
        """None where it has no end."""
        return None if self.low is None or self.high is None else max(Fraction(0), self.high - self.low)

    @property
    def size(self) -> Fraction | None:
        """The largest absolute value in it."""
        return None if self.low is None or self.high is None else max(abs(self.low), abs(self.high))

    def holds(self, value: Fraction) -> bool:
        above = self.low is None or value > self.low or (value == self.low and not self.low_open)
        return above and (self.high is None or value < self.high or (value == self.high and not self.high_open))

    def meet(self, other: Interval) -> Interval:
        """The values in both."""
        low, low_open = self.low, self.low_open
        if other.low is not None and (low is None or other.low > low or (other.low == low and other.low_open)):
            low, low_open = other.low, other.low_open
        high, high_open = self.high, self.high_open
        if other.high is not None and (high is None or other.high < high or (other.high == high and other.high_open)):
            high, high_open = other.high, other.high_open
        return Interval(low, high, low_open, high_open)

    def whole(self) -> Interval:
        """The least closed interval that holds its whole numbers."""
        low = None if self.low is None else Fraction(self.low.__floor__() + 1 if self.low_open else self.low.__ceil__())
        high = None if self.high is None else Fraction(self.high.__ceil__() - 1 if self.high_open else self.high.__floor__())
        return Interval(low, high)


def point(value: Fraction) -> Interval:
    return Interval(value, value)


def hull(several: Iterable[Interval]) -> Interval | None:
    """The least closed interval that holds all of them; None for none."""
    found = [one for one in several if not one.empty]
    if not found:
        return None
    lows, highs = [one.low for one in found], [one.high for one in found]
    low = None if any(end is None for end in lows) else min(end for end in lows if end is not None)
    high = None if any(end is None for end in highs) else max(end for end in highs if end is not None)
    return Interval(low, high)


def add(a: Interval, b: Interval) -> Interval:
    return Interval(
        None if a.low is None or b.low is None else a.low + b.low, None if a.high is None or b.high is None else a.high + b.high
    )


def negative(a: Interval) -> Interval:
    return Interval(None if a.high is None else -a.high, None if a.low is None else -a.low)


def times(a: Interval, b: Interval) -> Interval:
    """Products; an end that is nowhere gives one only where it meets something that is not surely zero."""
    if point(Fraction(0)) in (a.closed, b.closed):
        return point(Fraction(0))
    if None not in (a.low, a.high, b.low, b.high):
        ends = [x * y for x in (a.low, a.high) for y in (b.low, b.high) if x is not None and y is not None]
        return Interval(min(ends), max(ends))
    if a.low is not None and a.low >= 0 and b.low is not None and b.low >= 0:
        return Interval(a.low * b.low, None)
    return Interval()


def over(a: Interval, b: Interval) -> Interval:
    """Quotients by what is not 0; no bounds where 0 lies between the ends of ``b``."""
    if b.low is not None and b.low > 0:
        upside = Interval(None if b.high is None else 1 / b.high, 1 / b.low)
        return times(a, Interval(Fraction(0), upside.high) if upside.low is None else upside)
    if b.high is not None and b.high < 0:
        return negative(over(a, negative(b)))
    if b.low == 0 and a.low is not None and a.low >= 0:
        return Interval(Fraction(0), None)
    return Interval()


def least(several: Iterable[Interval]) -> Interval:
    found = list(several)
    lows, highs = [one.low for one in found], [one.high for one in found if one.high is not None]
    return Interval(None if None in lows else min(low for low in lows if low is not None), min(highs, default=None))


def greatest(several: Iterable[Interval]) -> Interval:
    return negative(least([negative(one) for one in several]))


def rounded(value: Fraction, quantum: Fraction, mode: str) -> Fraction:
    """The multiple of ``quantum`` that ``mode`` says (the definition of ``round`` in the table of operations)."""
    sign, size = (-1 if value < 0 else 1), abs(value) / quantum
    down, left = size.__floor__(), size - size.__floor__()
    up = {
        "half up": left >= Fraction(1, 2),
        "half even": left > Fraction(1, 2) or (left == Fraction(1, 2) and down % 2 == 1),
        "toward zero": False,
        "away from zero": left > 0,
        "floor": left > 0 and sign < 0,
        "ceiling": left > 0 and sign > 0,
    }[mode]
    return sign * (down + up) * quantum


def rounding(a: Interval, quantum: Fraction, mode: str) -> Interval:
    """Every mode rises with what it rounds, so the ends are rounded."""
    return Interval(None if a.low is None else rounded(a.low, quantum, mode), None if a.high is None else rounded(a.high, quantum, mode))
