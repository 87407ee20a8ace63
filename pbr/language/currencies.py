"""The currencies a contract can be in: how a sum is written, and which coins it is rounded to.

Every currency is kept to hundredths, also where no hundredth is in use (ISO 4217 gives the Rwandan franc none): a contract in such a
currency rounds its payments to the franc, and says so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True)
class Currency:
    """``sign``: what stands right before the amount, its space included where it has one. ``coins``: the words of ``round``, in hundredths."""

    code: str
    sign: str
    coins: Mapping[str, int]


_CENTS = {"1 cent": 1, "1 dollar": 100}
_ALL = (
    Currency("GBP", "£", {"1 penny": 1, "1 pound": 100}),
    Currency("USD", "$", _CENTS),
    Currency("EUR", "€", {"1 cent": 1, "1 euro": 100}),
    Currency("AUD", "A$", _CENTS),
    Currency("CAD", "C$", _CENTS),
    Currency("NZD", "NZ$", _CENTS),
    Currency("CHF", "CHF ", {"1 centime": 1, "1 franc": 100}),
    Currency("INR", "₹", {"1 paisa": 1, "1 rupee": 100}),
    Currency("NOK", "NOK ", {"1 ore": 1, "1 krone": 100}),
    Currency("RWF", "RWF ", {"1 centime": 1, "1 franc": 100}),
)
CURRENCIES: Final[Mapping[str, Currency]] = MappingProxyType({one.code: one for one in _ALL})
SIGNS: Final[Mapping[str, str]] = MappingProxyType({one.code: one.sign for one in _ALL})
COINS: Final[Mapping[str, Mapping[str, int]]] = MappingProxyType({one.sign: one.coins for one in _ALL})
COIN_WORDS: Final = tuple(dict.fromkeys(word for one in _ALL for word in one.coins))
# Any sign, the longest first: A$ before $.
ANY_SIGN: Final = "(?:" + "|".join(re.escape(sign) for sign in sorted(SIGNS.values(), key=len, reverse=True)) + ")"


def written_sign(currency: str) -> str:
    """The sign without its space, as a cell of a file may have it before a number, with a space or without."""
    return SIGNS[currency].strip()
