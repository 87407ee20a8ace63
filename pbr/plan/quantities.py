"""Numbers with units: literals into base units, and the type of each sum, product and quotient (language page, "units")."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from pbr.language import printer
from pbr.language.currencies import COINS, SIGNS
from pbr.language.tree import Number
from pbr.language.types import Type
from pbr.plan.trouble import Mistake

__all__ = ["COINS", "SIGNS"]

_SPANS = {
    "day": ("days", 1), "days": ("days", 1), "week": ("days", 7), "weeks": ("days", 7),
    "month": ("months", 1), "months": ("months", 1), "year": ("months", 12), "years": ("months", 12),
    "minute": ("minutes", 1), "minutes": ("minutes", 1), "hour": ("minutes", 60), "hours": ("minutes", 60),
}  # fmt: skip
_PRICES = {
    "day": ("day", 1),
    "week": ("day", 7),
    "month": ("month", 1),
    "year": ("month", 12),
    "minute": ("minute", 1),
    "hour": ("minute", 60),
}
QUANTITY = {"day": "days", "month": "months", "minute": "minutes", "point": "points"}
PLAIN = ("whole", "number")


def of_number(number: Number, currency_sign: str) -> tuple[Type, Fraction]:
    """Type and value in base units of a numeric literal. Raises Mistake for another currency."""
    kind, value = number.kind, number.value
    if kind in ("money", "price") and number.unit != currency_sign:
        code = next(code for code, sign in SIGNS.items() if sign == currency_sign)
        meant = printer.show(replace(number, unit=currency_sign))
        raise Mistake(
            "PBR310",
            f"This is in {number.unit.strip()}, but the contract's currency is {currency_sign.strip()} (`currency: {code}`).",
            f"Write `{meant}`; one contract has one currency.",
            number,
        )
    if kind in ("percent", "points"):
        return Type(kind), value / 100
    if kind == "money":
        return Type("money"), value * 100
    if kind == "price":
        return price_type(number.per), value * price_base(number.per)
    if kind == "span":
        unit, size = _SPANS[number.unit]
        return Type(unit), value * size
    return Type(kind), value


def price_type(word: str) -> Type:
    """The type of a price written ``per word``: a price per week is one per day."""
    return Type("price", per=_PRICES.get(word, (word, 1))[0])


def price_base(word: str) -> Fraction:
    """A price of one pound, dollar ... ``per word`` in base units: minor units for one unit of the quantity that is kept."""
    if word == "point":  # one percentage point is 1/100 in base units
        return Fraction(100 * 100)
    return Fraction(100, _PRICES.get(word, (word, 1))[1])


def written_base(kind: str, priced_per: str = "") -> Fraction:
    """What a 1 that is written in a column of this kind is in base units."""
    if kind == "price":
        return price_base(priced_per)
    return {"percent": Fraction(1, 100), "points": Fraction(1, 100), "money": Fraction(100)}.get(kind, Fraction(1))


def same(a: Type, b: Type) -> Type | None:
    """The kind that holds both, for sums, comparisons and branches; None when they do not mix."""
    if a.kind == b.kind:
        if a.kind == "price" and a.per != b.per:
            return None
        if a.kind == "identifier" and a.names and b.names and a.names != b.names:
            return None
        if a.kind in ("code", "codes"):
            return Type(a.kind, codes=a.codes if set(b.codes) <= set(a.codes) else (*a.codes, *(c for c in b.codes if c not in a.codes)))
        return Type(a.kind, per=a.per, names=a.names or b.names)
    if a.kind in PLAIN and b.kind in PLAIN:
        return Type("number")
    return None


def add(a: Type, b: Type, minus: bool) -> Type | None:
    if a.kind == b.kind == "percent":
        return Type("points") if minus else Type("percent")
    if a.kind == "percent" and b.kind == "points":
        return Type("percent")
    if a.kind == "points" and b.kind == "percent":
        return None if minus else Type("percent")
    return same(a, b) if a.numeric and b.numeric else None


def mul(a: Type, b: Type) -> Type | None:
    for x, y in ((a, b), (b, a)):
        if x.kind == "price":
            wanted = QUANTITY.get(x.per)
            if y.kind == wanted or (wanted is None and y.kind in PLAIN):
                return Type("money")
    for x, y in ((a, b), (b, a)):
        if x.kind == "percent":
            return Type("number") if y.kind == "whole" else Type(y.kind, per=y.per)
    for x, y in ((a, b), (b, a)):
        if x.kind == "whole":
            return Type(y.kind, per=y.per)
        if x.kind == "number":
            return Type("number") if y.kind == "whole" else Type(y.kind, per=y.per)
    return None


def div(a: Type, b: Type) -> Type | None:
    if a.kind in PLAIN and b.kind in PLAIN:
        return Type("number")
    if b.kind in PLAIN:
        return Type(a.kind, per=a.per)
    if a.kind == b.kind and a.per == b.per:
        return Type("number")
    for per, kind in QUANTITY.items():
        if a.kind == "money" and b.kind == kind:
            return Type("price", per=per)
    return None


def quantum(unit: str, type_: Type, sign: str) -> Fraction | None:
    """The step of ``round(x, unit, mode)`` in base units; None when the unit does not suit the type or the contract's currency."""
    if not unit.endswith("decimals"):
        size = COINS[sign].get(unit)
        return Fraction(size) if size is not None and type_.kind == "money" else None
    places = int(unit.split()[0])
    if places > 30:
        return None
    if type_.kind in ("whole", "number", "days", "months", "minutes"):  # spans in days, months or minutes
        return Fraction(1, 10**places)
    if type_.kind in ("percent", "points"):
        return Fraction(1, 10 ** (places + 2))
    if type_.kind == "price":
        return Fraction(100, 10**places)
    return None
