"""Where the parser stands in its tokens, what it may expect next, and how high the tree under each node is.

Rules are generators: ``x = yield "value"`` asks the driver (``parser.run``) to parse that rule and send its tree back.
Nesting therefore costs no Python stack, and a leaf of any depth ends in a tree or in ``Trouble``.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field, replace
from typing import TypeVar

from pbr.language.tokens import RESERVED, UNITS, Token, tokens_of
from pbr.language.tree import Name, Syntax
from pbr.language.trouble import Trouble

Steps = Generator[str, Syntax, Syntax]
Node = TypeVar("Node", bound=Syntax)

EXPRESSION = "an expression"
DEEPEST = 200  # brackets inside brackets
TALLEST = 100  # nodes above one another: whatever walks the tree later may do so by recursion

OPERATORS = frozenset(("=", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/"))
ARITHMETIC_SIGNS = frozenset(("+", "-", "*", "/"))
SIGNS = ARITHMETIC_SIGNS | {"else"}
TESTS = frozenset(("=", "!=", "<", "<=", ">", ">=", "in", "has", "within", "between", "covers"))


@dataclass
class Cursor:
    tokens: list[Token]
    i: int = 0
    phrase: bool = False  # whether this is a phrase, in which the hints about expressions would mislead
    depth: int = 0
    loosest: str = ""  # what the rule just parsed is without brackets: if | or | and | not | test | "" (a value)
    open_at: int = -1  # the token after a form whose last operand has no brackets, and could take in an operator that follows
    open_form: tuple[str, frozenset[str]] = ("", frozenset())  # how that form is written, and the operators that read two ways after it
    chained_at: int = -1  # the token after a sum or a product without brackets
    heights: dict[int, tuple[int, Syntax]] = field(default_factory=dict)  # by id; the node is kept so that its id stays its own

    @staticmethod
    def over(text: str, what: str = EXPRESSION) -> Cursor:
        tokens = tokens_of(text)
        if len(tokens) == 1:
            raise Trouble("PBR200", f"There is nothing here; {what} was expected.", "", 0, len(text))
        return Cursor(tokens, phrase=what != EXPRESSION)

    # ---- looking ------------------------------------------------------------------------------------------------
    def look(self, ahead: int = 0) -> Token:
        return self.tokens[min(self.i + ahead, len(self.tokens) - 1)]

    @property
    def last(self) -> Token:
        return self.tokens[max(self.i - 1, 0)]

    def sees(self, *texts: str) -> bool:
        """Whether the next tokens are these words or signs."""
        return all(self.look(k).kind in ("word", "op") and self.look(k).text == text for k, text in enumerate(texts))

    def sees_any(self, texts: frozenset[str]) -> bool:
        return self.look().kind in ("word", "op") and self.look().text in texts

    # ---- moving -------------------------------------------------------------------------------------------------
    def take(self) -> Token:
        token = self.look()
        self.i = min(self.i + 1, len(self.tokens) - 1)
        return token

    def takes(self, *texts: str) -> bool:
        """Take these words or signs if they come next."""
        if not self.sees(*texts):
            return False
        for _ in texts:
            self.take()
        return True

    def need(self, *texts: str) -> Token:
        """Take these words or signs; ``Trouble`` when something else stands there."""
        for text in texts:
            if not self.sees(text):
                raise self.unexpected(f"`{' '.join(texts)}`")
            token = self.take()
        return token

    def open(self, sign: str = "(") -> Token:
        token = self.need(sign)
        self.depth += 1
        if self.depth > DEEPEST:
            hint = "Name a part of it as a fact."
            raise Trouble("PBR214", f"More than {DEEPEST} brackets stand inside one another.", hint, token.at, token.end)
        return token

    def close(self, opened: Token, sign: str = ")") -> None:
        if self.look().kind == "end":
            raise Trouble("PBR217", "This bracket is not closed.", "", opened.at, opened.end)
        self.need(sign)
        self.depth -= 1

    def finish(self) -> None:
        if self.look().kind != "end":
            raise self.unexpected("the end")

    # ---- building -----------------------------------------------------------------------------------------------
    def make(self, node: Node, at: int, *under: Syntax | None) -> Node:
        """``node`` placed from ``at`` to the last token taken. ``Trouble`` when the tree grows too tall."""
        return self.placed(node, at, 1 + max((self.heights[id(x)][0] for x in under if x is not None), default=0))

    def widened(self, node: Node, at: int) -> Node:
        """The same node with the brackets round it."""
        return self.placed(node, at, self.heights[id(node)][0])

    def placed(self, node: Node, at: int, height: int) -> Node:
        if height > TALLEST:
            hint = "Name a part of it as a fact."
            raise Trouble("PBR214", f"More than {TALLEST} operations stand inside or after one another.", hint, at, self.last.end)
        node = replace(node, at=at, end=self.last.end)
        self.heights[id(node)] = (height, node)
        return node

    def dotted(self, what: str) -> Name:
        """A name without keys: ``offences.committed_on``. ``what`` completes "... was expected"."""
        first = self.word(what)
        parts = [first.text]
        while self.sees("."):
            dot = self.take()
            if dot.at != self.tokens[self.i - 2].end or self.look().at != dot.end:
                raise Trouble("PBR202", "A space stands beside the point of a name.", "Write table.column.", first.at, self.look().end)
            parts.append(self.word("the name of a column").text)
        return self.make(Name(tuple(parts)), first.at)

    def word(self, what: str) -> Token:
        token = self.look()
        if token.kind != "word":
            raise self.unexpected(what)
        if token.text in RESERVED:
            hint = "Give what you named so another name." if self.last.text == "." else ""
            raise Trouble("PBR216", f"`{token.text}` is a word of the language; {what} was expected.", hint, token.at, token.end)
        return self.take()

    # ---- what reads two ways ------------------------------------------------------------------------------------
    def ends_open(self, form: str, signs: frozenset[str] = SIGNS) -> None:
        """Note that ``form`` ends here with an operand without brackets: ``rest of p`` before ``* 50%``."""
        if self.open_at != self.i or signs == SIGNS:
            self.open_at, self.open_form = self.i, (form, signs)

    def refuse_swallowed(self) -> None:
        """``Trouble`` when the sign that comes next could belong to the last operand of the form before it, or to the whole form."""
        form, signs = self.open_form
        sign = self.look()
        if self.open_at == self.i and self.sees_any(signs):
            last = form.rpartition(" ")[2]
            hint = f"Write ({form}) {sign.text} x, or {form.removesuffix(last)}({last} {sign.text} x)."
            raise Trouble("PBR221", f"`{form} {sign.text} x` reads two ways.", hint, sign.at, sign.end)

    # ---- what is wrong ------------------------------------------------------------------------------------------
    def unexpected(self, expected: str) -> Trouble:
        token = self.look()
        return Trouble("PBR202", f"Found {token.said} where {expected} was expected.", self._hint(token, expected), token.at, token.end)

    def _hint(self, token: Token, expected: str) -> str:
        before, word = self.last, token.text
        if self.phrase:
            return ""
        if token.kind != "word":
            if (
                token.kind == "end"
                or token.kind == "op"
                or self.i == 0
                or before.kind not in ("word", "whole", "decimal", "percent", "money")
            ):
                return ""
            return "Between two values stands a sign or a word such as and."
        if word == "is":
            return "Write = for is."
        if word == "not" and self.look(1).text == "in":
            return "Write not before the whole test: not x in (a, b)."
        if word == "contains":
            return "Write has: x has a."
        if word.lower() in RESERVED and word not in RESERVED:
            return f"Words of the language are in small letters: {word.lower()}."
        if word in UNITS and before.kind == "word":
            return f"A unit follows a whole number (12 {UNITS[word]}); a name has its unit already."
        if word == "else":
            return "Put brackets round it: (x else y)."
        if (
            word in RESERVED
            or expected != "the end"
            or before.kind not in ("word", "whole", "decimal", "percent", "money", "date", "quoted")
        ):
            return ""
        return "Between two values stands a sign or a word such as and. A name has no spaces: use _."
