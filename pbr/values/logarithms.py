"""exp, ln, sqrt and logistic of an exact rational, correctly rounded to a number of decimals: nearest, ties away from zero.

The one piece of arithmetic that both engines share. exp, ln and logistic come from libmpdec (``decimal``), whose ``exp`` and ``ln`` are correctly
rounded, by Ziv's strategy: the value is worked out with an error bound, and with twice the digits until both ends of the bound round to one result. That
ends, because a tie cannot be met: of a rational argument these values are transcendental (Lindemann, 1882) but for exp(0) = 1, ln(1) = 0 and
logistic(0) = 1/2, which are handled apart. sqrt is done in whole numbers alone. No float is used.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from math import isqrt

FUNCTIONS = ("exp", "ln", "sqrt", "logistic")


def in_domain(op: str, x: Fraction) -> bool:
    """Whether ``op`` has a value at ``x``: ln from above 0, sqrt from 0, the others everywhere."""
    return x > 0 if op == "ln" else x >= 0 if op == "sqrt" else True


def places_of(op: str, x: Fraction, places: int) -> int:
    """``op`` of ``x`` in units of 10**-places. Raises ValueError outside the domain."""
    if not in_domain(op, x):
        raise ValueError(f"{op} has no value at {x}")
    if op == "sqrt":
        return _sqrt(x, places)
    if x == (1 if op == "ln" else 0):
        unit: int = 10**places
        return {"exp": unit, "ln": 0, "logistic": (unit + 1) // 2}[op]
    if op == "exp" and x < -3 * (places + 1):
        return 0  # e**3 is more than 10
    if op == "logistic" and abs(x) > 3 * (places + 1):
        return 10**places if x > 0 else 0
    return _certain({"exp": _exp, "ln": _ln, "logistic": _logistic}[op], x, places)


def _sqrt(x: Fraction, places: int) -> int:
    """The nearest whole number to the root of x * 100**places; a tie goes up."""
    n, d = x.numerator * 100**places, x.denominator
    low = isqrt(n // d)
    return low + 1 if 4 * n >= (2 * low + 1) ** 2 * d else low


def _certain(value: Callable[[Fraction, Context], tuple[Decimal, Decimal]], x: Fraction, places: int) -> int:
    digits = places + 25
    while True:
        context = Context(prec=digits, rounding=ROUND_HALF_EVEN, Emax=10**9, Emin=-(10**9))
        near, error = value(x, context)
        exact, slack = Fraction(near), Fraction(error)
        low, high = _nearest((exact - slack) * 10**places), _nearest((exact + slack) * 10**places)
        if low == high:
            return low
        digits *= 2


def _nearest(x: Fraction) -> int:
    whole = (2 * abs(x.numerator) + x.denominator) // (2 * x.denominator)
    return whole if x >= 0 else -whole


# Each gives a value and a bound of its error. ``u`` = 10**(1 - digits) is more than the relative error of one correctly rounded operation.
def _exp(x: Fraction, c: Context) -> tuple[Decimal, Decimal]:
    """The argument is off by |x| u at most, so the value by a factor exp(|x| u) < 1 + 2 |x| u, and by one rounding more."""
    near = c.exp(_decimal(x, c))
    return near, _off(c, near, 2 * abs(x) + 2)


def _ln(x: Fraction, c: Context) -> tuple[Decimal, Decimal]:
    """A relative error u of the argument is an absolute one of 2 u at most; the rounding of the result adds |ln x| u."""
    near = c.ln(_decimal(x, c))
    return near, c.add(_off(c, near, Fraction(2)), Decimal((0, (3,), 1 - c.prec)))


def _logistic(x: Fraction, c: Context) -> tuple[Decimal, Decimal]:
    """1 / (1 + exp(-x)): an error of the power moves the quotient by no larger relative error; two roundings more."""
    near = c.divide(Decimal(1), c.add(Decimal(1), c.exp(_decimal(-x, c))))
    return near, _off(c, near, 2 * abs(x) + 6)


def _decimal(x: Fraction, c: Context) -> Decimal:
    return c.divide(Decimal(x.numerator), Decimal(x.denominator))


def _off(c: Context, near: Decimal, times: Fraction) -> Decimal:
    """``times`` units u of ``near``, with room to spare: everything here is tiny, and a bound need not be sharp."""
    return c.multiply(c.multiply(abs(near), Decimal(int(times) + 2)), Decimal((0, (1,), 1 - c.prec)))
