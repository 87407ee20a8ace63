"""Operations written with a word before their operands: ``round(x, 2 decimals, half up)``, ``fall from a to b``."""

from __future__ import annotations

from pbr.language.currencies import COIN_WORDS
from pbr.language.cursor import Cursor, Steps
from pbr.language.tree import Operation, Syntax
from pbr.language.trouble import Trouble
from pbr.language.vocabulary import ROUNDING

WITH_PLACES = ("exp", "ln", "sqrt", "logistic")
MOST_PLACES = 38
_ONE = ("known", "exists")
_SEVERAL = ("least", "greatest")
_BRACKETED = (*_ONE, *_SEVERAL, *WITH_PLACES, "paid", "round", "verdict")

# What people write who know other languages.
_ELSEWHERE = {
    "min": "Write least(a, b), or smallest of (x) over T.",
    "max": "Write greatest(a, b), or largest of (x) over T.",
    "sum": "Write sum of (x) over T.",
    "count": "Write count of T where (c).",
    "mean": "Write mean of (x) over T.",
    "avg": "Write mean of (x) over T.",
    "average": "Write mean of (x) over T.",
    "median": "Write median of (x) over T.",
    "share": "Write share of T where (c).",
    "coalesce": "Write (x else y).",
    "ifnull": "Write (x else y).",
    "isnull": "Write not exists(x), or not known(x).",
    "iff": "Write if c then x else y.",
    "date": "Write the date alone: 2012-04-01.",
    "floor": "Write round(x, 0 decimals, floor).",
    "ceil": "Write round(x, 0 decimals, ceiling).",
    "ceiling": "Write round(x, 0 decimals, ceiling).",
    "abs": "Write greatest(x, 0 - x) with the unit of x.",
    "log": "Write ln(x, 14 decimals).",
    "percent": "Write as percent(x).",
    "number": "Write as number(x).",
    "rest": "Write rest of p.",
}


def call(c: Cursor) -> Steps | None:
    """The rule for the call that begins here, or None when none does. Raises ``Trouble`` for one that does not exist."""
    word = c.look().text
    if word in ("fall", "rise") and c.sees(word, "from"):
        return _from_to(c, word, 1)
    if word == "whole" and (c.sees(word, "months") or c.sees(word, "years")):
        return _from_to(c, f"whole_{c.look(1).text}", 2)
    if c.sees("rest", "of"):
        return _rest(c)
    if c.sees("first", "day", "of") or c.sees("last", "day", "of"):
        return _edge_day(c, word)
    if word == "as" and c.look(1).text in ("percent", "number") and c.sees("as", c.look(1).text, "("):
        return _one(c, f"as_{c.look(1).text}", 2)
    if not c.sees(word, "("):
        return None
    if word in _ONE:
        return _one(c, word, 1)
    if word in _SEVERAL:
        return _several(c, word)
    if word == "round":
        return _round(c)
    if word in WITH_PLACES:
        return _with_places(c, word)
    if word == "paid":
        return _paid(c)
    if word == "verdict":
        return _verdict(c)
    token = c.look()
    hint = _ELSEWHERE.get(word.lower(), f"These take brackets: {', '.join(sorted(_BRACKETED))}.")
    raise Trouble("PBR218", f"There is no operation `{word}( )`.", hint, token.at, token.end)


def _one(c: Cursor, op: str, words: int) -> Steps:
    at = c.look().at
    for _ in range(words):
        c.take()
    opened = c.open()
    x = yield "inside"
    c.close(opened)
    return c.make(Operation(op, (x,)), at, x)


def _several(c: Cursor, op: str) -> Steps:
    at = c.take().at
    opened = c.open()
    args: list[Syntax] = [(yield "inside")]
    while c.takes(","):
        args.append((yield "inside"))
    c.close(opened)
    if len(args) < 2:
        raise Trouble("PBR202", f"`{op}` compares two values or more; here is one.", f"Write {op}(a, b).", at, c.last.end)
    return c.make(Operation(op, tuple(args)), at, *args)


def _round(c: Cursor) -> Steps:
    at = c.take().at
    opened = c.open()
    x = yield "inside"
    c.need(",")
    unit = rounding_unit(c)
    c.need(",")
    mode = rounding_mode(c)
    c.close(opened)
    return c.make(Operation("round", (x,), (unit, mode)), at, x)


def _with_places(c: Cursor, op: str) -> Steps:
    at = c.take().at
    opened = c.open()
    x = yield "inside"
    c.need(",")
    places = decimals(c)
    c.close(opened)
    return c.make(Operation(op, (x,), (places,)), at, x)


def _paid(c: Cursor) -> Steps:
    at = c.take().at
    opened = c.open()
    name = c.dotted("the name of a payment")
    c.close(opened)
    return c.make(Operation("paid", (name,)), at, name)
    yield ""  # a rule like the others, which asks for no other rule


def _rest(c: Cursor) -> Steps:
    at = c.take().at
    c.take()
    x = yield "atom"
    c.ends_open("rest of a")
    return c.make(Operation("rest", (x,)), at, x)


def _from_to(c: Cursor, op: str, words: int) -> Steps:
    at = c.look().at
    for _ in range(words):
        c.take()
    c.need("from")
    a = yield "atom"
    c.need("to")
    b = yield "atom"
    c.ends_open(f"{op.replace('_', ' ')} from a to b")
    return c.make(Operation(op, (a, b)), at, a, b)


def _edge_day(c: Cursor, edge: str) -> Steps:
    at = c.take().at
    c.need("day", "of")
    name = c.dotted("the name of a cohort")
    return c.make(Operation(f"{edge}_day", (name,)), at, name)
    yield ""


def _verdict(c: Cursor) -> Steps:
    at = c.take().at
    opened = c.open()
    share = c.dotted("the name of a share")
    c.need(",")
    c.need("against", ":")
    against = yield "atom"
    c.need(",")
    c.need("z", ":")
    z = c.look()
    if z.kind not in ("decimal", "whole"):
        said = f"Found {z.said} where z, a plain number, was expected."
        raise Trouble("PBR203", said, "Write the number of standard errors: 1.96 for 95 in 100.", z.at, z.end)
    c.take()
    c.need(",")
    c.need("better", ":")
    better = c.look()
    if better.text not in ("lower", "higher"):
        raise c.unexpected("`lower` or `higher`")
    c.take()
    c.close(opened)
    return c.make(Operation("verdict", (share, against), (z.text, better.text)), at, share, against)


def decimals(c: Cursor) -> str:
    """``14 decimals``: the digits, as text."""
    number = c.look()
    if number.kind != "whole" or c.look(1).text not in ("decimals", "decimal"):
        raise Trouble(
            "PBR219",
            f"Found {number.said} where a number of decimals was expected.",
            "Write for example 4 decimals.",
            number.at,
            number.end,
        )
    if int(number.text) > MOST_PLACES:
        raise Trouble("PBR219", f"{number.text} decimals are more than the {MOST_PLACES} there can be.", "", number.at, number.end)
    c.take()
    c.take()
    return number.text


def rounding_unit(c: Cursor) -> str:
    """``18 decimals``, ``1 penny`` and so on. Raises ``Trouble``."""
    number, unit = c.look(), c.look(1)
    written = f"{number.text} {unit.text}"
    if written in COIN_WORDS:
        c.take()
        c.take()
        return written
    if unit.text in ("decimals", "decimal") and c.look(2).text not in ("place", "places"):
        return f"{decimals(c)} decimals"
    end = unit.end if unit.kind == "word" else number.end
    said = f"`{written}`" if unit.kind == "word" else number.said
    hint = "Write a number of decimals (4 decimals), or a coin: 1 penny, 1 pound, 1 cent, 1 dollar, 1 euro, 1 franc."
    raise Trouble("PBR219", f"Found {said} where the unit of a rounding was expected.", hint, number.at, end)


def rounding_mode(c: Cursor) -> str:
    """``half up`` and so on. Raises ``Trouble``."""
    for mode in ROUNDING:
        if c.takes(*mode.split()):
            return mode
    token = c.look()
    hint = f"Write one of: {', '.join(ROUNDING)}."
    raise Trouble("PBR219", f"Found {token.said} where the way of rounding was expected.", hint, token.at, token.end)
