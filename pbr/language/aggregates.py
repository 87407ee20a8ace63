"""Operations over the rows of a table, and over the days of a span: ``count of T where (c)``, ``day S reaches 26 weeks``."""

from __future__ import annotations

from pbr.language.cursor import ARITHMETIC_SIGNS, OPERATORS, TESTS, Cursor, Steps
from pbr.language.literals import NUMERIC, literal
from pbr.language.tokens import RESERVED, UNITS
from pbr.language.tree import Aggregate, Name, Number, Syntax
from pbr.language.trouble import Trouble

SUMMING = ("sum", "mean", "median", "smallest", "largest")
MODES = ("from", "after", "before")
_AFTER_ARGUMENT = frozenset((*OPERATORS, *TESTS, "[", "on", "and", "or"))


def aggregate(c: Cursor) -> Steps | None:
    """The rule for the aggregate that begins here, or None when none does."""
    word = c.look().text
    if _takes_a_row(c):
        return _of_a_row(c)
    if c.sees("count", "of"):
        return _count(c)
    if c.sees("count", "different"):
        return _count_different(c)
    if c.sees("share", "of"):
        return _share(c)
    if word in SUMMING and c.sees(word, "of"):
        return _summing(c, word)
    if c.sees("any"):
        return _any(c)
    if c.sees("every"):
        return _every(c)
    if c.sees("weigh") and c.look(1).kind == "word" and c.look(1).text not in RESERVED:
        return _weigh(c)
    if c.sees("day", "sum", "of"):
        return _day_sum(c)
    if c.sees("day") and c.look(1).kind == "word" and c.look(1).text not in RESERVED and _day_of_span(c):
        return _day(c)
    if c.sees("days", "in") and c.look(2).kind == "word":
        return _days_in(c)
    return None


def span(c: Cursor, where: str) -> Steps:
    """A span: a name, a whole number with its unit, or either in brackets."""
    token = c.look()
    if token.kind == "word" and token.text in UNITS and c.look(1).text not in (".", "["):
        hint = f"Write for example 12 {UNITS[token.text]}; a name that is spelt like a unit stands in brackets."
        raise Trouble("PBR208", f"`{token.text}` has no number before it.", hint, token.at, token.end)
    if token.kind in NUMERIC or (token.kind == "op" and token.text in "+-"):
        value = literal(c)
        if not isinstance(value, Number) or value.kind != "span":
            hint = "Write a whole number with its unit: 12 months."
            raise Trouble("PBR208", f"Found `{token.text}` where a span was expected after {where}.", hint, token.at, c.last.end)
        return value
    if token.kind == "word" or c.sees("("):
        return (yield "reference" if token.kind == "word" else "bracket")
    raise c.unexpected(f"a span, such as 12 months, after {where},")


def mode(c: Cursor) -> str:
    """``from``, ``after`` or ``before``."""
    if c.look().text not in MODES or c.look().kind != "word":
        raise c.unexpected("`from`, `after` or `before`")
    return c.take().text


# ---- arguments: one name, or an expression in brackets ----------------------------------------------------------


def argument(c: Cursor, before: str) -> Steps:
    """A name, or brackets. ``before`` is what was just read, for the message: "where", "sum of"."""
    if c.sees("("):
        return (yield "bracket")
    first = c.look()
    if first.kind != "word" or c.sees(first.text, "(") or c.sees(first.text, "of") or first.text in ("not", "if", "any", "every"):
        if first.kind in ("end",):
            raise c.unexpected(f"a name or brackets after {before}")
        hint = f"Write {before} ( ... ) with the brackets."
        raise Trouble("PBR212", f"After `{before}` stands one name, or an expression in brackets.", hint, first.at, first.end)
    name = c.dotted(f"a name or brackets after {before}")
    if c.sees_any(_AFTER_ARGUMENT):
        token = c.look()
        said = f"`{before} {'.'.join(name.parts)} {token.text}` can be read in two ways."
        hint = f"Put brackets round all that belongs to it: {before} ({'.'.join(name.parts)} {token.text} ...)."
        raise Trouble("PBR212", said, hint, first.at, token.end)
    return name


def _where(c: Cursor) -> Steps:
    c.need("where")
    return (yield from argument(c, "where"))


def _table(c: Cursor) -> Name:
    return c.dotted("the name of a table")


def _rows(c: Cursor) -> tuple[Name, bool, Number | None]:
    """The table or cohort that is gone over; whether only its earlier groups are; and how far back, where that is said. A table may be called
    ``earlier``: it is the word only where a name follows."""
    if not (c.sees("earlier") and c.look(1).kind == "word" and c.look(1).text not in RESERVED):
        return _table(c), False, None
    c.take()
    table = _table(c)
    if not c.takes("within"):
        return table, True, None
    at = c.look().at
    back = literal(c) if c.look().kind in NUMERIC else None
    if not isinstance(back, Number) or back.kind != "span":
        hint = "Write a whole number with its unit: over earlier year within 3 years. A test of the result stands outside brackets round it all."
        raise Trouble("PBR208", "After `earlier ... within` stands how far back the earlier groups go.", hint, at, c.last.end)
    return table, True, back


# ---- over tables ------------------------------------------------------------------------------------------------


def _count(c: Cursor) -> Steps:
    at = c.take().at
    c.take()
    table, earlier, back = _rows(c)
    where = (yield from _where(c)) if c.sees("where") else None
    return c.make(Aggregate("count", table, None, where, earlier=earlier, back=back), at, table, where)


def _count_different(c: Cursor) -> Steps:
    at = c.take().at
    c.take()
    value = yield from argument(c, "count different")
    if not isinstance(value, Name) or value.keys is not None or value.on is not None:
        raise Trouble("PBR212", "`count different` counts the values of one column.", "Write count different x over T.", at, c.last.end)
    c.need("over")
    table, earlier, back = _rows(c)
    where = (yield from _where(c)) if c.sees("where") else None
    return c.make(Aggregate("count_different", table, value, where, earlier=earlier, back=back), at, value, table, where)


def _share(c: Cursor) -> Steps:
    at = c.take().at
    c.take()
    table, earlier, back = _rows(c)
    if not c.sees("where"):
        raise Trouble("PBR202", "A share says of what: `where` is missing.", "Write share of T where (c).", at, c.last.end)
    where = yield from _where(c)
    return c.make(Aggregate("share", table, None, where, earlier=earlier, back=back), at, table, where)


def _summing(c: Cursor, op: str) -> Steps:
    at = c.take().at
    c.take()
    value = yield from argument(c, f"{op} of")
    if not c.sees("over"):
        raise c.unexpected(f"`over` and the table whose rows give the {op}")
    c.take()
    table, earlier, back = _rows(c)
    where = (yield from _where(c)) if c.sees("where") else None
    return c.make(Aggregate(op, table, value, where, earlier=earlier, back=back), at, value, table, where)


def _any(c: Cursor) -> Steps:
    at = c.take().at
    table, earlier, back = _rows(c)
    where = yield from _where(c)
    return c.make(Aggregate("any", table, None, where, earlier=earlier, back=back), at, table, where)


def _every(c: Cursor) -> Steps:
    at = c.take().at
    table, earlier, back = _rows(c)
    where = (yield from _where(c)) if c.sees("where") else None
    c.need("satisfies")
    value = yield from argument(c, "satisfies")
    if not c.sees(",", "if", "none"):
        token = c.look()
        hint = "Write , if none yes (or no, or hold) at its end."
        raise Trouble(
            "PBR202", "What holds when there are no rows must be said.", hint, at, token.end if token.kind != "end" else c.last.end
        )
    for _ in range(3):
        c.take()
    if c.look().text not in ("yes", "no", "hold") or c.look().kind != "word":
        raise c.unexpected("`yes`, `no` or `hold`")
    none = c.take().text
    return c.make(Aggregate("every", table, value, where, (none,), earlier=earlier, back=back), at, value, table, where)


def _takes_a_row(c: Cursor) -> bool:
    """``x of first T by d``, with a dotted x; not ``rest of first day of C``."""
    if c.look().kind != "word" or c.look().text in ("first", "last"):
        return False
    k = 1
    while c.look(k).text == "." and c.look(k + 1).kind == "word":
        k += 2
    ahead = [c.look(k + n) for n in range(4)]
    if ahead[0].text != "of" or ahead[1].text not in ("first", "last") or ahead[1].kind != "word":
        return False
    return not (ahead[2].text == "day" and ahead[3].text == "of")


def _of_a_row(c: Cursor) -> Steps:
    at = c.look().at
    value = c.dotted("the name of a column")
    c.need("of")
    which = c.take().text
    table, earlier, back = _rows(c)
    c.need("by")
    by = c.dotted("the name of a date")
    where = (yield from _where(c)) if c.sees("where") else None
    if where is None:
        c.ends_open(f"a of {which} T by b", ARITHMETIC_SIGNS)
    return c.make(Aggregate(f"{which}_of", table, value, where, (".".join(by.parts),), earlier=earlier, back=back), at, value, table, where)


def _weigh(c: Cursor) -> Steps:
    at = c.take().at
    family = c.dotted("the name of a family of columns")
    c.need("by")
    table = _table(c)
    if not c.sees("["):  # one list of coefficients for all
        return c.make(Aggregate("weigh", table, family), at, family, table)
    opened = c.open("[")
    key = yield "atom"
    c.close(opened, "]")
    return c.make(Aggregate("weigh", table, family, extra=(key,)), at, family, table, key)


# ---- over days --------------------------------------------------------------------------------------------------


def _day_sum(c: Cursor) -> Steps:
    at = c.take().at
    c.take()
    c.take()
    value = yield from argument(c, "day sum of")
    c.need("over")
    table = _table(c)
    c.need("by")
    by = c.dotted("the name of a date")
    c.need("reaches")
    limit = yield "atom"
    where = (yield from _where(c)) if c.sees("where") else None
    if where is None:
        c.ends_open("day sum of (a) over T by d reaches b", ARITHMETIC_SIGNS)
    return c.make(Aggregate("day_sum", table, value, where, (".".join(by.parts),), (limit,)), at, value, table, limit, where)


def _day_of_span(c: Cursor) -> bool:
    k = 2
    while c.look(k).text == "." and c.look(k + 1).kind == "word":
        k += 2
    return c.look(k).text == "reaches" or (c.look(k).text == "has" and c.look(k + 1).text == "lasted")


def _day(c: Cursor) -> Steps:
    at = c.take().at
    days = c.dotted("the name of a span of days")
    value: Syntax
    if c.takes("reaches"):
        value = yield "atom"
        c.ends_open("day S reaches a", ARITHMETIC_SIGNS)
        return c.make(Aggregate("day_reaches", days, extra=(value,)), at, days, value)
    c.need("has", "lasted")
    value = yield from span(c, "has lasted")
    c.need("unbroken")
    return c.make(Aggregate("day_lasted", days, extra=(value,)), at, days, value)


def _days_in(c: Cursor) -> Steps:
    at = c.take().at
    c.take()
    days = c.dotted("the name of a span of days")
    if not c.takes("within"):
        return c.make(Aggregate("days_in", days), at, days)
    length = yield from span(c, "within")
    how = mode(c)
    day = yield "atom"
    c.ends_open(f"days in S within W {how} a")
    return c.make(Aggregate("days_in", days, words=(how,), extra=(length, day)), at, days, length, day)
