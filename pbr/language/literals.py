"""Values written out: numbers with their units, dates, yes and no, codes. In a leaf, and alone in YAML."""

from __future__ import annotations

import re
from fractions import Fraction

from pbr.language.currencies import SIGNS
from pbr.language.cursor import Cursor
from pbr.language.tokens import RESERVED, UNITS, Token
from pbr.language.tree import Date, Name, Number, Quoted, Syntax, YesNo
from pbr.language.trouble import Trouble

NUMERIC = ("whole", "decimal", "fraction", "percent", "money")
CURRENCY_WORDS = frozenset(("GBP", "USD", "EUR", "pounds", "dollars", "euros", "pence", "cents"))
_ARITHMETIC = frozenset("+-*/")
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_CODE = re.compile(r"[A-Za-z_][A-Za-z0-9_./:\-]*")
_CODE_OF_DIGITS = re.compile(r"0[0-9]+|[0-9]+-[0-9]+|[0-9]+:[0-9]+(?::[0-9]+)?|(?![0-9]+[eE][0-9]*$)[0-9]+[A-Za-z][A-Za-z0-9_\-]*")


def parse_literal(text: str) -> Syntax:
    """A value written in YAML: ``58.0%``, ``-£1,660,000.00``, ``26 weeks``, ``2011-10-01``, ``yes``; else a code.

    Gives ``Number``, ``Date``, ``YesNo``, ``Name`` of one part (a bare code) or ``Quoted`` (a code that is not an
    identifier: ``J44.1``, ``010``, ``18-24``). Raises ``Trouble`` for what is nearly a number, money or a date, and for
    several words.
    """
    bare, shift = text.strip(" \t\r\n"), len(text) - len(text.lstrip(" \t\r\n"))
    if bare not in ("yes", "no") and _CODE.fullmatch(bare):
        if _IDENTIFIER.fullmatch(bare):
            return Name((bare,), at=shift, end=shift + len(bare))
        return Quoted(bare, at=shift, end=shift + len(bare))
    try:
        c = Cursor.over(text, "a value")
        value = literal(c)
        if value is None or c.look().kind != "end":
            token = c.look()
            hint = 'Write a number, money, a date, yes or no, or a code; a code with spaces is quoted: "a b".'
            raise Trouble(
                "PBR202", f"Found {token.said} where {'a value' if value is None else 'the end'} was expected.", hint, token.at, token.end
            )
        return value
    except Trouble:
        if _CODE_OF_DIGITS.fullmatch(bare) and not _unit_touches(bare):
            return Quoted(bare, at=shift, end=shift + len(bare))
        raise


def _unit_touches(text: str) -> bool:
    tail = text.lstrip("0123456789")
    return tail in UNITS or tail in ("p", "k", "m", "bn", "pc", "pct", "pp")


def literal(c: Cursor) -> Number | Date | YesNo | Quoted | None:
    """The literal that comes next, or None when none does. Raises ``Trouble`` for one badly written."""
    token = c.look()
    if token.kind == "op" and token.text in "+-":
        return _signed(c)
    if token.kind in NUMERIC:
        return _number(c, token.at, 1)
    if token.kind == "date":
        c.take()
        return c.make(Date(token.text), token.at)
    if token.kind == "quoted":
        c.take()
        return c.make(Quoted(token.text), token.at)
    if c.sees("yes") or c.sees("no"):
        c.take()
        return c.make(YesNo(token.text == "yes"), token.at)
    return None


def _signed(c: Cursor) -> Number:
    sign, number = c.look(), c.look(1)
    if sign.text == "+":
        raise Trouble("PBR215", "A plus sign stands before a value.", "Leave it out.", sign.at, sign.end)
    if number.kind not in NUMERIC:
        hint = "Write the subtraction with its unit: 0 - x, £0.00 - x, 0% - x."
        raise Trouble("PBR215", "A minus sign belongs to a number, never to a name or a bracket.", hint, sign.at, sign.end)
    if c.i and c.last.kind == "op" and c.last.text in _ARITHMETIC:
        hint = f"Put brackets round it: (-{number.text})."
        raise Trouble("PBR215", f"Two signs stand together: {c.last.text} and -.", hint, sign.at, number.end)
    if number.at != sign.end:
        raise Trouble("PBR215", "A space stands between the sign and its number.", f"Write -{number.text}.", sign.at, number.end)
    c.take()
    return _number(c, sign.at, -1)


def _number(c: Cursor, at: int, sign: int) -> Number:
    token = c.take()
    if token.kind == "money":
        return _money(c, token, at, sign)
    if token.kind == "percent":
        if c.sees("points") or c.sees("percentage"):
            hint = f"Write {token.text[:-1]} percentage points."
            raise Trouble("PBR205", "Percentage points are written in words.", hint, at, c.look(int(c.sees("percentage"))).end)
        return c.make(Number("percent", sign * Fraction(token.text[:-1]), _places(token.text[:-1])), at)
    if token.kind == "fraction":
        over, under = token.text.split("/")
        number = c.make(Number("number", sign * Fraction(int(over), int(under)), -1), at)
    else:
        value, places = sign * Fraction(token.text), _places(token.text)
        if c.takes("percentage", "points") or (token.text == "1" and c.takes("percentage", "point")):
            return c.make(Number("points", value, places), at)
        number = c.make(Number("whole" if token.kind == "whole" else "number", value, places), at)
    unit = c.look()
    if unit.kind == "word":
        if unit.text in UNITS:
            if token.kind != "whole":
                raise Trouble("PBR208", f"`{token.text} {unit.text}` is not a whole number of {UNITS[unit.text]}.", "", at, unit.end)
            c.take()
            return c.make(Number("span", number.value, unit=UNITS[unit.text]), at)
        _nearly_a_unit(c, token, at, unit)
    elif c.look().kind == "money":
        raise Trouble("PBR204", "The currency sign stands before the amount.", "Write it like this: £5.00.", at, unit.end)
    return number


def _nearly_a_unit(c: Cursor, token: Token, at: int, unit: Token) -> None:
    written, word = token.text, unit.text
    if (word == "per" and c.look(1).text in ("cent", "hundred")) or word in ("percent", "pc", "pct"):
        end = c.look(1).end if word == "per" else unit.end
        raise Trouble("PBR205", "A percentage has its sign.", f"Write {written}%.", at, end)
    if word in ("points", "point", "pp", "percentage", "ppt", "ppts"):
        raise Trouble("PBR205", f"`{written} {word}` is not a unit.", f"Write {written} percentage points.", at, unit.end)
    if word in CURRENCY_WORDS:
        raise Trouble("PBR204", "Money has its sign, £ $ or €, and two decimals.", "Write it like this: £5.00.", at, unit.end)
    if word.lower() in UNITS and word not in RESERVED:
        raise Trouble("PBR208", f"`{written} {word}` is not a span.", f"Write {written} {UNITS[word.lower()]}.", at, unit.end)


def _money(c: Cursor, token: Token, at: int, sign: int) -> Number:
    currency = next(mark for mark in sorted(SIGNS.values(), key=len, reverse=True) if token.text.startswith(mark))
    value = sign * Fraction(token.text.removeprefix(currency).replace(",", ""))
    if c.takes("per"):
        return c.make(Number("price", value, 2, currency, c.word("a unit, such as day or person,").text), at)
    return c.make(Number("money", value, 2, currency), at)


def _places(digits: str) -> int:
    return len(digits.partition(".")[2])


def code(c: Cursor) -> Syntax:
    """A literal, or a bare code: what stands in ``in ( )`` and after ``has``. Raises ``Trouble``."""
    value = literal(c)
    if value is not None:
        return value
    token = c.look()
    if token.kind != "word":
        raise c.unexpected("a value or a code")
    if token.text in RESERVED:
        raise Trouble(
            "PBR216", f"`{token.text}` is a word of the language.", f'If it is a code, quote it: "{token.text}".', token.at, token.end
        )
    c.take()
    if c.sees("."):
        raise Trouble("PBR202", "A name stands where a value or a code was expected.", "Compare with a name by =.", token.at, c.look(1).end)
    return c.make(Name((token.text,)), token.at)
