"""Formulas as written and with the stored values in them. Reads a node's ``phrase``; knows no operation by what it computes."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

from pbr.language.types import Type
from pbr.plan.columns import node_at
from pbr.plan.node import Node
from pbr.plan.plan import Step
from pbr.statement import words
from pbr.statement.marks import APART, COUNTED, HIGH, LOW, OUT_OF
from pbr.statement.stored import Row, Stored, Trail, literal
from pbr.values.value import NONE, NOT_YET, RANGE, UNKNOWN, Value

# a place in brackets of its own, which is not a call such as known({0}); or a place as it stands
_PLACE = re.compile(r"(?<![A-Za-z_])\((?:\{(?P<bracketed>\d+)\})\)|\{(?P<bare>\d+)\}")


MOST_IN_A_SUM = 6  # decimals of a value in a printed sum
LONGEST_FRACTION = 24  # characters
EVERY_DAY = ((date.min, date.max),)
_UNIT = re.compile(r" (per .*|[a-z]+)$")


def say(found: Stored, currency: str, places: int | None = None) -> str:
    """A stored value in words. ``places`` fixes the decimals of percentages, so that two side by side read alike."""
    value = found.value
    if value.state == UNKNOWN:
        return "not known"
    if value.state == NONE:
        return "none"
    if value.state == NOT_YET:
        return "not yet"
    if value.state == RANGE:
        if found.type.kind in ("percent", "points"):
            return _between(found, places or 1)
        if found.type.kind == "dayset":
            perhaps = "any day" if value.high == EVERY_DAY else words.days(value.high)
            return f"surely {words.days(value.low)}, perhaps {perhaps}"
        return f"between {_known(value.low, found, currency, places, LOW)} and {_known(value.high, found, currency, places, HIGH)}"
    return _known(value.low, found, currency, places)


def _between(found: Stored, places: int) -> str:
    """3.3 percentage points, between 3.25 and 3.32; without the first part where the ends do not read alike at ``places``."""
    low, high = found.value.low, found.value.high
    unit = " percentage points" if found.type.kind == "points" else ""
    apart = words.places_apart(low, high)
    if apart > places and found.mark is not None:  # to be published: the ends are one figure, whoever holds the folder sees both
        return f"{_ratio(found, low, places, LOW)}{unit}"
    if apart > places:
        return f"{_ratio(found, low, places, LOW)}{unit}, between {_ratio(found, low, apart, LOW)} and {_ratio(found, high, apart, HIGH)}"
    return f"between {_ratio(found, low, places, LOW)} and {_ratio(found, high, places, HIGH)}{unit}"


def _ratio(found: Stored, value: Fraction, places: int | None, how: str = "") -> str:
    """54.7%, or 3.3 of percentage points."""
    return found.shown((words.bare_points if found.type.kind == "points" else words.percent)(value, places), found.type.kind, value, how)


def say_with_counts(found: Stored, currency: str) -> str:
    """As ``say``, and for a share the two counts behind it first: 788 of 1,441 (54.7%)."""
    text = say(found, currency)
    if found.counts is None:
        return text
    if found.value.state == RANGE and found.high_counts is not None and (found.mark is None or text.startswith("between")):
        return f"between {_counts(found, found.counts, LOW)} and {_counts(found, found.high_counts, HIGH)} ({text})"
    return f"{_counts(found, found.counts)} ({text})"


def _counts(found: Stored, counts: tuple[int, int], end: str = "") -> str:
    """788 of 1,441."""
    above, below = (
        found.shown(words.count(n), "count", n, f"{end} {how}".strip()) for n, how in zip(counts, (COUNTED, OUT_OF), strict=True)
    )
    return f"{above} of {below}"


def in_a_sum(found: Stored, currency: str) -> str:
    """A value as it stands in a printed sum: with every decimal, or as the fraction that it is beside a short decimal, so that the sum can be done again."""
    value, kind = found.value, found.type.kind
    if not value.is_known or not found.type.numeric:
        return say(found, currency)
    ratio = kind in ("percent", "points")
    needed = words.places_needed(value.low * 100 if ratio else value.low)
    if needed is not None and needed <= MOST_IN_A_SUM:
        return say(found, currency, max(needed, 1) if ratio else None)
    exact = f"{words.count(value.low.numerator)}/{words.count(value.low.denominator)}"
    if len(exact) > LONGEST_FRACTION or kind not in ("percent", "points", "number"):
        return say(found, currency, MOST_IN_A_SUM if ratio else None)
    if found.mark is not None:  # a figure is written as a decimal: the fraction is for those who hold the folder
        return say(found, currency) if ratio else "about " + found.shown(words.decimals(value.low, 4), "number", value.low)
    return f"{say(found, currency) if ratio else 'about ' + words.decimals(value.low, 4)} ({exact})"


def _known(value: Any, found: Stored, currency: str, places: int | None, how: str = "") -> str:
    kind = found.type.kind
    if kind in ("percent", "points"):
        if places is None:
            needed = words.exact_places(value)
            places = needed if found.exact or (needed is not None and needed <= words.SHORT) else None
        return _ratio(found, value, places, how) + (" percentage points" if kind == "points" else "")
    if kind == "truth":
        return "yes" if value else "no"
    text = (
        words.money(value, currency) if kind == "money"
        else words.price(value, found.type.per or "", currency) if kind == "price"
        else words.span(value, kind) if kind in ("days", "months", "minutes")
        else words.plain(value) if found.type.numeric
        else words.day(value) if kind == "date"
        else words.days(value) if kind == "dayset" else ""
    )  # fmt: skip
    if text:
        unit = _UNIT.search(text) if kind in ("price", "days", "months", "minutes") else None
        about, end = ("about " if text.startswith("about ") else ""), unit.start() if unit else len(text)
        return f"{about}{found.shown(text[len(about) : end], kind, value, how)}{text[end:]}"
    if kind == "codes":
        return ", ".join(value) or "no codes"
    return str(value)


@dataclass(frozen=True)
class Reader:
    """A step of the plan at one row of its trace: what explanations are written about."""

    trail: Trail
    row: Row
    step: Step

    @property
    def currency(self) -> str:
        return self.trail.plan.currency

    def node(self, path: tuple[int, ...]) -> Node:
        return node_at(self.step.node, path)

    def value(self, path: tuple[int, ...] = ()) -> Stored | None:
        return self.trail.of_node(self.row, self.step, path)

    def written(self, path: tuple[int, ...] = ()) -> str:
        """The node as the contract writes it."""
        return written(self.node(path), self.currency)

    def with_values(self, path: tuple[int, ...] = (), top: bool = True) -> str:
        """The node with stored values in the place of its operands. What was not stored is written out by its own operands."""
        node = self.node(path)
        if node.op == "literal":
            return self._figure(path)
        if not top or not node.args:
            found = self.value(path)
            if found is not None:
                text = say(found, self.currency) if top else in_a_sum(found, self.currency)
                return f"({text})" if found.value.state == RANGE and not top else text
        if node.op == "lookup":
            return self.called(path, node)
        if not node.args or "aggregate" in node.params or node.op in ("dated", "period"):
            return written(node, self.currency)
        return fill(
            node,
            lambda index: self.with_values((*path, index), top=False),
            lambda index: bool(self.node((*path, index)).args) and self.value((*path, index)) is None,
        )

    def called(self, path: tuple[int, ...], node: Node) -> str:
        """A node as it is called in a sentence: a step the compiler made by its text, what is read off a card by its keys."""
        if node.op == "item" and "." in node.params["step"]:
            return self.trail.plan.step(node.params["step"]).text
        if node.op == "lookup":
            return fill(node, lambda index: self.with_values((*path, index), top=False), lambda index: False)
        return written(node, self.currency)

    def _figure(self, path: tuple[int, ...]) -> str:
        """A figure of the contract. A quotient by a figure is planned as a product with its inverse: what is shown is what was written."""
        node = self.node(path)
        above = self.node(path[:-1]) if path else node
        name = node.params.get("name")
        inverse = bool(path) and above.op == "mul" and " / " in above.phrase and path[-1] == 1
        if name and node.type.numeric:
            stated = next((term.value for term in self.trail.plan.terms if term.name == name), "")
            if stated or inverse:
                return self._term(path, stated or node.phrase)
        if inverse and above.type.kind == "number" and above.args[0].type.kind != "number":  # like by like: the divisor in the unit of both
            unit = above.args[0].type
            inverted = Value.known(1 / literal(node.params["value"], node.type).low)
            return say(Stored(inverted, unit, exact=True, name=name or "", mark=self.trail.mark), self.currency)
        if node.type.numeric and not node.params.get("name") and node.phrase:
            made = bool(path) and re.search(r" [-+*/] ", node.phrase)  # a sum of figures that was folded into one
            return f"({node.phrase})" if made else self._term(path, node.phrase)
        stated_here = literal(node.params.get("value"), node.type)
        return say(Stored(stated_here, node.type, exact=True, name=name or "", mark=self.trail.mark), self.currency)

    def _term(self, path: tuple[int, ...], text: str) -> str:
        """A figure in the contract's own words."""
        found = self.value(path)
        return text if found is None else found.shown(text, "term", found.value.low)

    def label(self, path: tuple[int, ...], places: int | None = None, bare: bool = False) -> str:
        """The node by name with its stored value in brackets: change (3.3 percentage points); a bare figure as it is.

        ``bare``: percentage points without their unit, because it has just been said."""
        node, found = self.node(path), self.value(path)
        if found is None:
            return self.with_values(path)
        bare = bare and found.type.kind == "points" and found.value.is_known
        text = _ratio(found, found.value.low, places) if bare else say(found, self.currency, places)
        if node.op == "literal":
            figure = text if places is not None or bare else self._figure(path)
            return f"{found.name} ({figure})" if found.name else figure
        name = self.called(path, node)
        if found.value.state in (UNKNOWN, NOT_YET, NONE):
            return name
        return f"{name} ({text})"


def written(node: Node, currency: str) -> str:
    """A node as the contract writes it: its phrase, with the phrases of its operands in their places."""
    if node.op == "literal":
        name = node.params.get("name")
        if name:
            return str(name)
        if node.phrase and not node.args:
            return node.phrase
        return say(Stored(literal(node.params.get("value"), node.type), node.type, exact=True), currency)
    if node.phrase:
        return fill(node, lambda index: written(node.args[index], currency), lambda index: bool(node.args[index].args))
    if node.op == "item":
        return str(node.params["step"])
    if node.op == "column":
        return ".".join([*(hop[-1] for hop in node.params.get("via", [])[-1:]), str(node.params["column"])])
    return f"{node.op.replace('_', ' ')}({', '.join(written(arg, currency) for arg in node.args)})"


def fill(node: Node, text: Callable[[int], str], whole: Callable[[int], bool]) -> str:
    """The phrase with its places filled. Phrases carry the brackets they need; those around a plain value (not ``whole``) go."""
    phrase = node.phrase or f"{node.op.replace('_', ' ')}({', '.join(f'{{{n}}}' for n in range(len(node.args)))})"

    def put(match: re.Match[str]) -> str:
        index = int(match["bare"] or match["bracketed"])
        if index >= len(node.args):
            return match[0]
        return f"({text(index)})" if match["bracketed"] and whole(index) else text(index)

    # codes may hold braces of their own: where a phrase spells them out, only its first place, which stands before them, is one
    return _PLACE.sub(put, phrase, count=1 if node.op in ("in", "has") else 0)


def difference(one: Stored, other: Stored, ends: tuple[Any, Any], currency: str, places: int | None) -> str:
    """How far apart two stored sides of a comparison are, in their unit: the one subtraction made for display, from stored values only. ``ends``: those of them that are compared."""
    a, b = ends
    type_ = one.type
    if type_.kind == "date":
        gap = abs((a - b).days)
        text = words.counted(gap, "day")
        return text.replace(words.count(gap), _apart(one, other).shown(words.count(gap), "days", gap), 1)
    apart = abs(a - b)
    if type_.kind in ("points", "percent"):
        text = _apart(one, other).shown(words.bare_points(apart, places), "points", apart)
        return text if type_.kind == "points" else f"{text} percentage points"
    return _known(
        Fraction(apart), replace(_apart(one, other), value=Value.known(apart), type=Type(type_.kind, per=type_.per)), currency, None
    )


def _apart(one: Stored, other: Stored) -> Stored:
    """What is told of the distance between two sides."""
    if one.mark is None and other.mark is None:
        return Stored(one.value, one.type)
    side, to = (one, other) if one.origin is not None else (other, one)  # the side that is stored; both may be
    origin = None if side.origin is None else replace(side.origin, other=to.origin)
    figure = to.value.low if to.origin is None else None
    return Stored(
        one.value,
        one.type,
        mark=one.mark or other.mark,
        origin=origin,
        how=APART,
        name=words.plain(figure) if isinstance(figure, Fraction) else "",
    )
