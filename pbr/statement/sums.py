"""A sum in few words: its formula with stored values, where a person can read that; else the values it was worked out from.

Nothing is worked out here. Of a choice only the branch that was taken is printed, of a least or greatest only the one that counted: which one
that was follows from stored values that lie side by side. Where that is not stored, the values themselves are listed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from pbr.language.types import Type
from pbr.plan.node import Node
from pbr.plan.plan import Step, Told
from pbr.statement import words
from pbr.statement.marks import MINUS, length, unmarked, unsigned
from pbr.statement.reached import leaf_value
from pbr.statement.saying import Reader, fill, in_a_sum, say
from pbr.statement.stored import Stored
from pbr.statement.truth import verdict
from pbr.values.value import NONE, Value

LONGEST = 100  # characters of a formula
MOST_LISTED = 4  # values that a sum was worked out from
_CHOSEN = ("if", "least", "greatest", "else")
_PLACE = re.compile(r"\{(\d+)(?::([a-z]+))?\}")
Path = tuple[int, ...]


def sum_in_words(reader: Reader, path: Path, value: str) -> str:
    """What a node came to, without a full stop: its sentence, or its formula = value. ``value``: what the line comes to; "" where it is not known."""
    whole, (path, rounded) = path, _to(reader, path)
    rounded = rounded or any(reader.node(whole[:end]).op == "round" for end in range(len(whole)))
    text = told(reader, path) or _given_back(reader, path, value)
    if text:
        return text
    if reader.node(path).op == "lookup" and value:  # the price of a code
        return f"the {reader.called(path, reader.node(path))}, {value}"
    formula = _formula(reader, path)
    if not formula or length(formula) > LONGEST:
        return _listed(reader, path)
    if _bare(reader, path, formula, value):
        return _named(reader, path) or (formula if whole == path else _listed(reader, whole) or formula)
    return f"{formula} = {value}{' (rounded)' if rounded and length(formula) > length(value) else ''}" if value else formula


def worked_out(reader: Reader, path: Path, value: str) -> str:
    """The formula with its stored values = value; the values it was worked out from where that is no formula to read."""
    inside, rounded = _to(reader, path)
    text = _formula(reader, inside)
    if unmarked(text) in (unmarked(value), unmarked(reader.written(inside))):
        return value
    return (
        f"{text} = {value}{' (rounded)' if rounded else ''}" if text and length(text) <= LONGEST else f"{value}, {_listed(reader, inside)}"
    )


# ---- what the form of payment says --------------------------------------------------------------------------------------


def told(reader: Reader, path: Path = ()) -> str:
    """The sentence that the form of payment gives the step, with stored values; "" where it gives none, or not for these values."""
    node = reader.node(path)
    if node.op == "item" and "." in node.params["step"] and node.params["row"] == "own" and not node.params.get("via"):
        return told(Reader(reader.trail, reader.row, reader.trail.plan.step(node.params["step"])))
    for sentence in reader.step.told if not path else ():
        holds = sentence.when is None or verdict(Reader(reader.trail, reader.row, alone(sentence.when)), ())
        if holds is None:
            return ""
        if holds:
            return _filled(reader, sentence)
    return ""


def _given_back(reader: Reader, path: Path, value: str) -> str:
    """Of a sum that is taken back (nothing less what the compiler made a step of): how that step came to it."""
    node = reader.node(path)
    if node.op != "sub" or not _zero(node.args[0]) or node.args[1].op != "item" or "." not in node.args[1].params["step"]:
        return ""
    inner = Reader(reader.trail, reader.row, reader.trail.plan.step(node.args[1].params["step"]))
    return sum_in_words(inner, (), unsigned(value)) if inner.value() is not None else ""


def _filled(reader: Reader, sentence: Told) -> str:
    """A sentence with its places filled; "" where one of them has no value to print."""
    parts: dict[str, str] = {}
    for index, how in _PLACE.findall(sentence.says):
        parts[f"{index}:{how}"] = _said(reader, sentence.of[int(index)], how)
    if not all(parts.values()):
        return ""
    return _PLACE.sub(lambda place: parts[f"{place[1]}:{place[2] or ''}"], sentence.says)


def _said(reader: Reader, node: Node, how: str) -> str:
    own = Reader(reader.trail, reader.row, alone(node))
    found = own.value()
    if how == "told":
        return told(own)
    if found is None or (not found.value.is_known and (how in ("percent", "minus") or found.value.low is None)):
        return ""
    if how == "percent":
        return in_a_sum(replace(found, type=Type("percent")), reader.currency)
    if how == "minus":
        return say(replace(found, value=Value.known(-found.value.low), how=MINUS), reader.currency)
    if node.op == "literal":
        return own.label(()) if how == "label" else own.with_values((), top=False)
    return own.label(()) if how == "label" else say(found, reader.currency)


def of_leaf(reader: Reader, node: Node) -> Stored | None:
    """The stored value of a leaf at the reader's row, wherever its hops lead."""
    if node.op in ("item", "column"):
        return leaf_value(reader.trail, reader.row, node)
    return Reader(reader.trail, reader.row, alone(node)).value()


def alone(node: Node) -> Step:
    """A node as a step of its own that nothing stores: its leaves are read where they are stored."""
    return Step(0, "", "hidden", "", node, "")


# ---- formulas ------------------------------------------------------------------------------------------------------------


def _to(reader: Reader, path: Path) -> tuple[Path, bool]:
    """Down to what makes the sum: past roundings, and into what was chosen. Whether a rounding was passed."""
    rounded = False
    while True:
        node = reader.node(path)
        if node.op == "round":
            path, rounded = (*path, 0), True
        elif node.op == "certain":
            path = (*path, 0)
        elif node.op in _CHOSEN and (chosen := _chosen(reader, path, node)) is not None:
            path = chosen
        else:
            return path, rounded


def _chosen(reader: Reader, path: Path, node: Node) -> Path | None:
    """The argument that gave a choice its value; None where stored values do not say."""
    if node.op == "if":
        answer = verdict(reader, (*path, 0))
        return None if answer is None else (*path, 1 if answer else 2)
    found = [reader.value((*path, index)) for index in range(len(node.args))]
    first = found[0]
    if node.op == "else":
        if first is None or not (first.value.is_known or first.value.state == NONE):
            return None
        return (*path, 0 if first.value.is_known else 1)
    sides = [each.value.low for each in found if each is not None and each.value.is_known]
    if len(sides) != len(node.args):
        return None
    return (*path, sides.index(min(sides) if node.op == "least" else max(sides)))


def _formula(reader: Reader, path: Path, top: bool = True) -> str:
    """The formula with values; "" where a choice in it is not decided by what is stored."""
    path, _ = _to(reader, path)
    node = reader.node(path)
    if node.op in _CHOSEN and (top or reader.value(path) is None):
        return ""
    if node.op == "sub" and _zero(node.args[0]):
        inside = _to(reader, (*path, 1))[0]
        found = reader.value(inside)
        if found is not None and found.value.is_known and found.type.kind == "money":
            return say(replace(found, value=Value.known(-found.value.low), how=MINUS), reader.currency)
    if not _opened(reader, path, node, top):
        return reader.with_values(path, top)
    parts = [_formula(reader, (*path, index), top=False) for index in range(len(node.args))]
    if not all(parts):
        return ""
    phrase = node.phrase.replace(" * ", " × ") if node.op == "mul" else node.phrase

    def whole(index: int) -> bool:
        below = _to(reader, (*path, index))[0]
        inner = reader.node(below)
        return _opened(reader, below, inner, False) and not (node.op in ("mul", "add") and inner.op in ("mul", node.op))

    return fill(Node(node.op, node.type, node.args, node.params, node.shape, phrase), lambda index: parts[index], whole)


def _opened(reader: Reader, path: Path, node: Node, top: bool) -> bool:
    """Whether a node is written out by its arguments, and not as one value."""
    if not node.args or "aggregate" in node.params or node.op in ("lookup", "dated", "period"):
        return False
    return top or reader.value(path) is None


def _zero(node: Node) -> bool:
    return node.op == "literal" and node.type.numeric and node.params["value"]["n"] == "0"


def _bare(reader: Reader, path: Path, formula: str, value: str) -> bool:
    """Whether the formula is one value, which says no more than the line itself."""
    node = reader.node(path)
    return (
        unmarked(formula).removeprefix("-") == unmarked(value).removeprefix("-")
        or node.op in ("item", "literal", "column")
        or (node.op == "sub" and _zero(node.args[0]))
    )


def _named(reader: Reader, path: Path) -> str:
    """What stands alone by its name and value: withheld_from ($5,440,909.09)."""
    node = reader.node(path)
    if node.op == "sub" and _zero(node.args[0]):
        path = _to(reader, (*path, 1))[0]
        node = reader.node(path)
    if node.op in ("dated", "lookup"):
        found = reader.value(path)
        return f"{reader.called(path, node)} is {say(found, reader.currency)}" if found is not None else ""
    return reader.label(path) if node.op in ("item", "column") else ""


def _listed(reader: Reader, path: Path) -> str:
    """Worked out from minutes_charged (125 minutes) and price (£12.50 per minute)."""
    found: dict[str, None] = {}
    for leaf in leaves(reader.node(path)):
        stored = of_leaf(reader, leaf)
        if stored is not None and leaf.type.kind not in ("truth", "code", "identifier", "text"):
            name = leaf.params.get("column") or reader.called((), leaf)
            found[f"{name} ({say(stored, reader.currency)})"] = None
    shown = list(found)
    if not shown:
        return ""
    more = [f"{reader.trail.figure(words.count(len(shown) - MOST_LISTED))} more"] if len(shown) > MOST_LISTED else []
    return f"worked out from {words.listed([*shown[:MOST_LISTED], *more])}"


def leaves(node: Node) -> Iterator[Node]:
    """The columns and named items of the same row, or of one that it leads to; not those of rows that are counted."""
    if node.op in ("item", "column"):
        if node.params.get("row") == "own":
            yield node
    elif "aggregate" not in node.params:
        for arg in node.args:
            yield from leaves(arg)
