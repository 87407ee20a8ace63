"""The currencies a contract can be in: how a sum is written, and which coins it is rounded to.

Every currency is kept to hundredths, also where no hundredth is in use (ISO 4217 gives the Rwandan franc none): a contract in such a
currency rounds its payments to the franc, and says so. Those with thousandths (the Kuwaiti dinar) are not here: a thousandth would be lost.
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
# Written with their code before the sum, as they are in contracts that several countries read: (code, hundredth, whole), names of ISO 4217's list.
_BY_CODE = (
    ("AED", "fils", "dirham"),
    ("ARS", "centavo", "peso"),
    ("BDT", "poisha", "taka"),
    ("BOB", "centavo", "boliviano"),
    ("BRL", "centavo", "real"),
    ("CDF", "centime", "franc"),
    ("CLP", "centavo", "peso"),
    ("CNY", "fen", "yuan"),
    ("COP", "centavo", "peso"),
    ("CRC", "centimo", "colon"),
    ("CZK", "haler", "koruna"),
    ("DKK", "ore", "krone"),
    ("DOP", "centavo", "peso"),
    ("EGP", "piastre", "pound"),
    ("ETB", "santim", "birr"),
    ("GHS", "pesewa", "cedi"),
    ("GTQ", "centavo", "quetzal"),
    ("HNL", "centavo", "lempira"),
    ("HUF", "filler", "forint"),
    ("IDR", "sen", "rupiah"),
    ("ILS", "agora", "shekel"),
    ("ISK", "eyrir", "krona"),
    ("JMD", "cent", "dollar"),
    ("JPY", "sen", "yen"),
    ("KES", "cent", "shilling"),
    ("KHR", "sen", "riel"),
    ("KRW", "jeon", "won"),
    ("LKR", "cent", "rupee"),
    ("MAD", "centime", "dirham"),
    ("MWK", "tambala", "kwacha"),
    ("MXN", "centavo", "peso"),
    ("MYR", "sen", "ringgit"),
    ("MZN", "centavo", "metical"),
    ("NGN", "kobo", "naira"),
    ("NPR", "paisa", "rupee"),
    ("PEN", "centimo", "sol"),
    ("PGK", "toea", "kina"),
    ("PHP", "centavo", "peso"),
    ("PKR", "paisa", "rupee"),
    ("PLN", "grosz", "zloty"),
    ("PYG", "centimo", "guarani"),
    ("RON", "ban", "leu"),
    ("SEK", "ore", "krona"),
    ("SGD", "cent", "dollar"),
    ("SLE", "cent", "leone"),
    ("THB", "satang", "baht"),
    ("TRY", "kurus", "lira"),
    ("TZS", "cent", "shilling"),
    ("UAH", "kopiyka", "hryvnia"),
    ("UGX", "cent", "shilling"),
    ("UYU", "centesimo", "peso"),
    ("VND", "hao", "dong"),
    ("XAF", "centime", "franc"),
    ("XOF", "centime", "franc"),
    ("ZAR", "cent", "rand"),
    ("ZMW", "ngwee", "kwacha"),
)
_EVERY = (*_ALL, *(Currency(code, f"{code} ", {f"1 {part}": 1, f"1 {whole}": 100}) for code, part, whole in _BY_CODE))
CURRENCIES: Final[Mapping[str, Currency]] = MappingProxyType({one.code: one for one in _EVERY})
SIGNS: Final[Mapping[str, str]] = MappingProxyType({one.code: one.sign for one in _EVERY})
COINS: Final[Mapping[str, Mapping[str, int]]] = MappingProxyType({one.sign: one.coins for one in _EVERY})
COIN_WORDS: Final = tuple(dict.fromkeys(word for one in _EVERY for word in one.coins))
# Any sign, the longest first: A$ before $.
ANY_SIGN: Final = "(?:" + "|".join(re.escape(sign) for sign in sorted(SIGNS.values(), key=len, reverse=True)) + ")"


def written_sign(currency: str) -> str:
    """The sign without its space, as a cell of a file may have it before a number, with a space or without."""
    return SIGNS[currency].strip()
