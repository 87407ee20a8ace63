"""A blank that stands for a value (``blank: £0.00``): checked like any other value, and kept as the file would have written it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction

from pbr.language.tree import Syntax
from pbr.language.types import Type
from pbr.plan.naming import World
from pbr.plan.node import Shape
from pbr.plan.parameters import value_of
from pbr.plan.quantities import price_base, same
from pbr.plan.trouble import Mistake
from pbr.terms.models import Scalar

_WORDS = "Write refused, unknown, none, not yet (dates), or a value of the column's own type."


def blank_text(
    world: World, type_: Type, shape: Shape | None, decimals: int | None, separator: str, low: str | None, high: str | None,
    literal: Callable[[Scalar], Syntax], leaf: Scalar, priced_per: str = "",
) -> str:  # fmt: skip
    """The text that is read where the field is blank. Raises Mistake when a field of this column could not hold it."""
    text = leaf.text
    if type_.kind in ("code", "codes"):
        parts = [text] if type_.kind == "code" else [part.strip() for part in text.split(separator)]
        strange = [part for part in parts if part not in type_.codes]
        if strange:
            raise _misfit(text, f"`{strange[0]}` is not one of its codes")
        return text
    if type_.kind == "truth" and text not in ("yes", "no"):
        raise _misfit(text, "the column is yes or no")
    if type_.kind == "date":
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError:
            raise _misfit(text, "the column is a date") from None
    if not type_.numeric:
        return text
    found, number = value_of(world, literal(leaf))
    if not found.numeric or same(found, type_) is None or (type_.kind == "whole" and found.kind != "whole"):
        raise _misfit(text, f"the column is {type_.phrase}, and this is {found.phrase}")
    value = Fraction(number)
    assert shape is not None and shape.den is not None
    if (value * shape.den).denominator != 1:
        raise _misfit(text, "it has more decimals than the column")
    outside = (low is not None and value < Fraction(low)) or (high is not None and value > Fraction(high))
    if outside or abs(value * shape.den) > shape.top:
        raise _misfit(text, "it lies outside the column's bounds")
    if type_.kind == "money":
        return _decimal(value / 100, 2)
    if priced_per:
        return _decimal(value / price_base(priced_per), decimals or 0)
    if type_.kind == "percent":
        return _decimal(value * 100, decimals or 0) + "%"
    if type_.kind == "points":
        return _decimal(value * 100, decimals or 0)
    return _decimal(value, decimals or 0)


def _misfit(text: str, why: str) -> Mistake:
    return Mistake("PBR309", f"`blank: {text}` is not a value this column can hold: {why}.", _WORDS)


def _decimal(value: Fraction, places: int) -> str:
    digits = f"{abs((value * 10**places).numerator):0{places + 1}d}"
    return ("-" if value < 0 else "") + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)
