"""Formulas as written and with the stored values in them. Reads a node's ``phrase``; knows no operation by what it computes."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from pbr.language.types import Type
from pbr.plan.columns import node_at
from pbr.plan.node import Node
from pbr.plan.plan import Step
from pbr.statement import words
from pbr.statement.stored import Row, Stored, Trail, literal
from pbr.values.value import NONE, NOT_YET, RANGE, UNKNOWN, Value

# a place in brackets of its own, which is not a call such as known({0}); or a place as it stands
_PLACE = re.compile(r"(?<![A-Za-z_])\((?:\{(?P<bracketed>\d+)\})\)|\{(?P<bare>\d+)\}")


MOST_IN_A_SUM = 6  # decimals of a value in a printed sum
LONGEST_FRACTION = 24  # characters
EVERY_DAY = ((date.min, date.max),)


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
            return _between(value.low, value.high, found.type.kind, places or 1)
        if found.type.kind == "dayset":
            perhaps = "any day" if value.high == EVERY_DAY else words.days(value.high)
            return f"surely {words.days(value.low)}, perhaps {perhaps}"
        return f"between {_known(value.low, found, currency, places)} and {_known(value.high, found, currency, places)}"
    return _known(value.low, found, currency, places)


def _between(low: Fraction, high: Fraction, kind: str, places: int) -> str:
    """3.3 percentage points, between 3.25 and 3.32; without the first part where the ends do not read alike at ``places``."""
    unit, bare = (words.points, words.bare_points) if kind == "points" else (words.percent, words.percent)
    apart = words.places_apart(low, high)
    if apart > places:
        return f"{unit(low, places)}, between {bare(low, apart)} and {bare(high, apart)}"
    return f"between {bare(low, places)} and {unit(high, places)}"


def say_with_counts(found: Stored, currency: str) -> str:
    """As ``say``, and for a share the two counts behind it first: 788 of 1,441 (54.7%)."""
    text = say(found, currency)
    if found.counts is None:
        return text
    low = f"{words.count(found.counts[0])} of {words.count(found.counts[1])}"
    if found.value.state == RANGE and found.high_counts is not None:
        return f"between {low} and {words.count(found.high_counts[0])} of {words.count(found.high_counts[1])} ({text})"
    return f"{low} ({text})"


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
    return f"{say(found, currency) if ratio else 'about ' + words.decimals(value.low, 4)} ({exact})"


def _known(value: Any, found: Stored, currency: str, places: int | None) -> str:
    kind = found.type.kind
    if kind in ("percent", "points"):
        if places is None:
            needed = words.exact_places(value)
            places = needed if found.exact or (needed is not None and needed <= words.SHORT) else None
        return words.percent(value, places) if kind == "percent" else words.points(value, places)
    if kind == "money":
        return words.money(value, currency)
    if kind == "price":
        return words.price(value, found.type.per or "", currency)
    if kind in ("days", "months", "minutes"):
        return words.span(value, kind)
    if found.type.numeric:
        return words.plain(value)
    if kind == "truth":
        return "yes" if value else "no"
    if kind == "date":
        return words.day(value)
    if kind == "dayset":
        return words.days(value)
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
                return stated or node.phrase
        if inverse and above.type.kind == "number" and above.args[0].type.kind != "number":  # like by like: the divisor in the unit of both
            unit = above.args[0].type
            return say(Stored(Value.known(1 / literal(node.params["value"], node.type).low), unit, exact=True), self.currency)
        if node.type.numeric and not node.params.get("name") and node.phrase:
            made = bool(path) and re.search(r" [-+*/] ", node.phrase)  # a sum of figures that was folded into one
            return f"({node.phrase})" if made else node.phrase
        return say(Stored(literal(node.params.get("value"), node.type), node.type, exact=True), self.currency)

    def label(self, path: tuple[int, ...], places: int | None = None, bare: bool = False) -> str:
        """The node by name with its stored value in brackets: change (3.3 percentage points); a bare figure as it is.

        ``bare``: percentage points without their unit, because it has just been said."""
        node, found = self.node(path), self.value(path)
        if found is None:
            return self.with_values(path)
        bare = bare and found.type.kind == "points" and found.value.is_known
        text = words.bare_points(found.value.low, places) if bare else say(found, self.currency, places)
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


def difference(a: Any, b: Any, type_: Type, currency: str, places: int | None) -> str:
    """How far apart two stored sides of a comparison are, in their unit: the one subtraction made for display, from stored values only."""
    if type_.kind == "date":
        return words.counted(abs((a - b).days), "day")
    apart = abs(a - b)
    if type_.kind == "points":
        return words.bare_points(apart, places)
    if type_.kind == "percent":
        return words.points(apart, places)
    return _known(Fraction(apart), Stored(Value.known(apart), Type(type_.kind, per=type_.per)), currency, None)
