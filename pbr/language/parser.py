"""From text to the syntax tree of one expression: everything is consumed, nothing is repaired.

The grammar is in ``docs/language.md``; calls and aggregates have modules of their own. Whatever reads two ways to a
person is refused, even where the grammar alone would decide it.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import replace
from functools import lru_cache

from pbr.language.aggregates import aggregate, mode, span
from pbr.language.calls import call
from pbr.language.cursor import TESTS, Cursor, Steps
from pbr.language.literals import code, literal
from pbr.language.tokens import Token
from pbr.language.tree import Name, Operation, Syntax
from pbr.language.trouble import Trouble

COMPARE = {"=": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}
ARITHMETIC = {"+": "add", "-": "sub", "*": "mul", "/": "div"}


@lru_cache(maxsize=4096)  # an expression is read to find its order, and again to give it types
def parse(text: str) -> Syntax:
    """The tree of the expression ``text``. Raises ``Trouble``."""
    c = Cursor.over(text)
    tree = run(c, "expression")
    c.finish()
    return tree


def run(c: Cursor, rule: str) -> Syntax:
    """Parse one rule: keeps the rules under way on a list of its own, so that depth costs no Python stack."""
    under_way = [RULES[rule](c)]
    answer: Syntax | None = None
    while True:
        try:
            asked = next(under_way[-1]) if answer is None else under_way[-1].send(answer)
        except StopIteration as done:
            under_way.pop()
            answer = done.value
            assert answer is not None
            if not under_way:
                return answer
        else:
            under_way.append(RULES[asked](c))
            answer = None


def _expression(c: Cursor) -> Steps:
    if not c.sees("if"):
        return (yield "or")
    at = c.take().at
    condition, then = yield from _if_then(c, at)
    if not c.takes("if"):
        other = yield "or"
    else:
        inner = c.last.at
        condition_2, then_2 = yield from _if_then(c, inner)
        if c.sees("if"):
            hint = "Use a choose table, which shows that every case is covered."
            raise Trouble("PBR213", "There is more than one `else if`.", hint, c.last.at, c.look().end)
        other_2 = yield "or"
        other = c.make(Operation("if", (condition_2, then_2, other_2)), inner, condition_2, then_2, other_2)
    tree = c.make(Operation("if", (condition, then, other)), at, condition, then, other)
    c.loosest = "if"
    return tree


def _if_then(c: Cursor, at: int) -> Generator[str, Syntax, tuple[Syntax, Syntax]]:
    """The condition and what follows `then`, and the `else` after them."""
    condition = yield "or"
    c.need("then")
    then = yield "or"
    if c.look().kind == "end" or c.sees(")"):
        raise Trouble("PBR213", "This `if` has no `else`.", "Say what holds otherwise: if c then x else y.", at, at + 2)
    c.need("else")
    return condition, then


def _or(c: Cursor) -> Steps:
    at = c.look().at
    parts = [(yield "and")]
    joined = c.loosest == "and"
    sign = c.look()
    while c.takes("or"):
        if joined:
            raise _mixed(sign.at, sign.end)
        parts.append((yield "and"))
        joined = c.loosest == "and"
        if joined:
            raise _mixed(sign.at, sign.end)
    if len(parts) == 1:
        return parts[0]
    tree = c.make(Operation("or", tuple(parts)), at, *parts)
    c.loosest = "or"
    return tree


def _mixed(at: int, end: int) -> Trouble:
    hint = "Write (a and b) or c, or a and (b or c)."
    return Trouble("PBR209", "`and` and `or` stand side by side, which reads two ways.", hint, at, end)


def _and(c: Cursor) -> Steps:
    at = c.look().at
    parts = [(yield "not")]
    while c.takes("and"):
        parts.append((yield "not"))
    if len(parts) == 1:
        return parts[0]
    tree = c.make(Operation("and", tuple(parts)), at, *parts)
    c.loosest = "and"
    return tree


def _not(c: Cursor) -> Steps:
    if not c.sees("not"):
        return (yield "test")
    at = c.take().at
    if c.sees("not"):
        raise Trouble("PBR202", "Two `not` stand together.", "Leave out both, or write not (not a).", at, c.look().end)
    x = yield "test"
    tree = c.make(Operation("not", (x,)), at, x)
    c.loosest = "not"
    return tree


def _test(c: Cursor) -> Steps:
    at = c.look().at
    left = yield "sum"
    if not c.sees_any(TESTS):
        return left
    sign = c.take()
    if sign.text in COMPARE:
        right = yield "sum"
        tree = c.make(Operation(COMPARE[sign.text], (left, right)), at, left, right)
    elif sign.text == "in":
        tree = _in(c, at, left)
    elif sign.text == "has":
        item = code(c)
        tree = c.make(Operation("has", (left, item)), at, left, item)
    elif sign.text == "between":
        low = yield "sum"
        c.need("and")
        high = yield "sum"
        tree = c.make(Operation("between", (left, low, high)), at, left, low, high)
    else:
        length = yield from span(c, sign.text)
        how = mode(c)
        day = yield "sum"
        tree = c.make(Operation(sign.text, (left, length, day), (how,)), at, left, length, day)
    if c.sees_any(TESTS):
        again = c.look()
        raise Trouble("PBR210", "Comparisons do not chain.", "Write a < b and b < c.", again.at, again.end)
    c.loosest = "test"
    return tree


def _in(c: Cursor, at: int, left: Syntax) -> Operation:
    if not c.sees("("):
        token = c.look()
        raise Trouble("PBR202", f"Found {token.said} where a list in brackets was expected.", "Write x in (a, b).", token.at, token.end)
    opened = c.open()
    items = [code(c)]
    while c.takes(","):
        items.append(code(c))
    c.close(opened)
    return c.make(Operation("in", (left, *items)), at, left, *items)


def _sum(c: Cursor) -> Steps:
    at = c.look().at
    tree = yield "product"
    while c.sees("+") or c.sees("-"):
        c.refuse_swallowed()
        sign = c.take().text
        right = yield "product"
        tree = c.make(Operation(ARITHMETIC[sign], (tree, right)), at, tree, right)
        c.chained_at = c.i
    c.loosest = ""
    return tree


def _product(c: Cursor) -> Steps:
    at = c.look().at
    tree = yield "atom"
    signs = ""
    while c.sees("*") or c.sees("/"):
        c.refuse_swallowed()
        sign = c.take()
        signs += sign.text
        if "/" in signs and len(signs) > 1:
            hint = f"Write (a {signs[-2]} b) {signs[-1]} c, or a {signs[-2]} (b {signs[-1]} c)."
            raise Trouble("PBR211", f"`a {signs[-2]} b {signs[-1]} c` reads two ways.", hint, sign.at, sign.end)
        if sign.text == "/" and (c.tokens[c.i - 2].end == sign.at or c.look().at == sign.end):
            raise Trouble("PBR203", "A division has a space on each side of its sign.", "Write a / b.", sign.at, sign.end)
        right = yield "atom"
        tree = c.make(Operation(ARITHMETIC[sign.text], (tree, right)), at, tree, right)
        c.chained_at = c.i
    return tree


def _bracket(c: Cursor) -> Steps:
    opened = c.open()
    tree = yield "inside"
    c.close(opened)
    return c.widened(tree, opened.at)


def _inside(c: Cursor) -> Steps:
    at = c.look().at
    tree = yield "expression"
    if not c.sees("else"):
        return tree
    if c.loosest:
        hint = "Write ((a) else b)." if c.loosest != "if" else "Write if c then x else (y else z)."
        raise Trouble("PBR213", "`else` follows something that is not a plain value.", hint, c.look().at, c.look().end)
    c.refuse_swallowed()
    if c.chained_at == c.i:
        raise _two_ways_else("(a + b) else c", "a + (b else c)", c.look())
    sign = c.take()
    other = yield "sum"
    if c.chained_at == c.i:
        raise _two_ways_else("a else (b + c)", "(a else b) + c", sign)
    if c.sees("else"):
        hint = "Write ((x else y) else z)."
        raise Trouble("PBR213", "More than one `else` follows a value.", hint, c.look().at, c.look().end)
    if c.sees_any(TESTS) or c.sees("and") or c.sees("or"):
        hint = "Put brackets round it: (x else y) > z."
        raise Trouble("PBR213", "A condition follows `x else y`.", hint, c.look().at, c.look().end)
    return c.make(Operation("else", (tree, other)), at, tree, other)


def _two_ways_else(one: str, other: str, sign: Token) -> Trouble:
    return Trouble("PBR221", "`else` beside a sum or a product reads two ways.", f"Write ({one}), or {other}.", sign.at, sign.end)


def _atom(c: Cursor) -> Steps:
    value = literal(c)
    if value is not None:
        return value
    if c.sees("("):
        return (yield "bracket")
    token = c.look()
    if token.kind != "word":
        raise c.unexpected("a value")
    rule = aggregate(c) or call(c)
    if rule is not None:
        return (yield from rule)
    if token.text in ("if", "not"):
        hint = f"Put brackets round it: ({token.text} ...)."
        raise Trouble(
            "PBR213" if token.text == "if" else "PBR202", f"`{token.text}` stands where a value was expected.", hint, token.at, token.end
        )
    return (yield "reference")


def _reference(c: Cursor) -> Steps:
    """A name with all that may follow it: ``by_group[group].fee on started_on``."""
    name = c.dotted("a value")
    keys: list[Syntax] = []
    if c.sees("["):
        opened = c.open("[")
        keys.append((yield "atom"))
        while c.takes(","):
            keys.append((yield "atom"))
        c.close(opened, "]")
        name = c.make(replace(name, keys=tuple(keys)), name.at, *keys)
        if c.takes("."):
            rest = c.dotted("the name of a column")
            name = c.make(replace(name, rest=rest.parts), name.at, *keys)
    if not c.takes("on"):
        return name
    bracketed = c.sees("(")
    on = yield "atom"
    if isinstance(on, Name) and on.on is not None and not bracketed:
        raise Trouble("PBR202", "`on` follows `on`.", "Write a on (b on c).", name.at, c.last.end)
    c.ends_open("a on b", frozenset(("+", "-")))  # a day may be moved by a span; it is never multiplied
    return c.make(replace(name, on=on), name.at, *keys, on)


def _span(c: Cursor) -> Steps:
    return (yield from span(c, "within"))


RULES: dict[str, Callable[[Cursor], Steps]] = {
    "expression": _expression,
    "or": _or,
    "and": _and,
    "not": _not,
    "test": _test,
    "sum": _sum,
    "product": _product,
    "atom": _atom,
    "bracket": _bracket,
    "inside": _inside,
    "reference": _reference,
    "span": _span,
}
