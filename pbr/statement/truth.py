"""Why a condition came out as it did, and for a comparison by how much it was met or missed.

The answer itself is always the stored one. From it and the two stored sides of each comparison follows which part of the
condition decided: that reading, and the distance between two stored sides, are all that is worked out here, for display.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from pbr.plan.node import Node
from pbr.statement import words
from pbr.statement.marks import unmarked
from pbr.statement.saying import Reader, difference, fill, say, say_with_counts
from pbr.statement.stored import Stored
from pbr.values.value import NONE, NOT_YET, RANGE, UNKNOWN

VERBS = {
    "ge": ("is at least", "is below"),
    "gt": ("is above", "is not above"),
    "le": ("is at most", "is above"),
    "lt": ("is below", "is not below"),
    "eq": ("is", "is not"),
    "ne": ("is not", "is"),
}
DAYS = {
    "ge": ("is on or after", "is before"),
    "gt": ("is after", "is not after"),
    "le": ("is on or before", "is after"),
    "lt": ("is before", "is not before"),
    "eq": ("is", "is not"),
    "ne": ("is not", "is"),
}


@dataclass(frozen=True)
class Finding:
    """One deciding part of a condition: a sentence without its full stop, the answer (None: not known), and how far from it (or "").

    ``weak``: true of most rows and told only where nothing else is: that a value is given, that a card's line has no prerequisite."""

    says: str
    answer: bool | None
    by: str = ""
    weak: bool = False
    at: tuple[Reader, tuple[int, ...]] | None = field(default=None, compare=False, repr=False)  # of a comparison: where it stands

    def __str__(self) -> str:
        return f"{self.says}, {self.by}" if self.by else self.says


def telling(found: list[Finding]) -> list[Finding]:
    """Without the weak ones, unless there is nothing else; nothing twice."""
    strong = [finding for finding in found if not finding.weak] or found
    return list({str(finding): finding for finding in strong}.values())


def findings(reader: Reader, path: tuple[int, ...] = (), wanted: bool | None = None) -> list[Finding]:
    """The parts of a truth that decided it. ``wanted``: its answer where that is already known from what stands above it."""
    node = reader.node(path)
    answer = verdict(reader, path) if wanted is None else wanted
    if node.op in ("and", "or"):
        return _joined(reader, path, node, answer)
    if node.op == "not":
        return findings(reader, (*path, 0), None if answer is None else not answer)
    if node.op == "item" and "." in node.params["step"]:
        inner = _hidden(reader, node)
        if inner is not None:
            return findings(inner, (), answer)
    return [_simple(reader, path, node, answer)]


def verdict(reader: Reader, path: tuple[int, ...]) -> bool | None:
    """The answer of a part of a condition: stored, or read off two stored sides; None where it is unknown or not stored."""
    node = reader.node(path)
    found = reader.value(path)
    if found is not None and found.type.kind == "truth":
        return bool(found.value.low) if found.value.is_known else None
    if node.op in VERBS:
        one, other = reader.value((*path, 0)), reader.value((*path, 1))
        return None if one is None or other is None else _sides(node.op, one, other)
    if node.op in ("exists", "known"):
        of = reader.value((*path, 0))
        if of is None or (node.op == "exists" and of.value.state == UNKNOWN):
            return None
        return of.value.state != NONE if node.op == "exists" else of.value.state not in (UNKNOWN, RANGE)
    if node.op == "lookup" and node.type.kind == "truth":  # what the contract's table says for the stored keys
        keys = [reader.value((*path, index)) for index in range(len(node.args))]
        rows = {tuple(key): value for key, value in node.params["rows"]}
        said = rows.get(tuple(None if key is None else key.value.low for key in keys))
        return None if said is None else bool(said)
    if node.op == "not":
        inner = verdict(reader, (*path, 0))
        return None if inner is None else not inner
    if node.op in ("and", "or"):
        each = [verdict(reader, (*path, index)) for index in range(len(node.args))]
        decides = node.op == "or"
        return decides if decides in each else None if None in each else not decides
    return None


def _sides(op: str, one: Stored, other: Stored) -> bool | None:
    """Whether the comparison holds for every pair of the stored ends; None where they do not agree or an end is missing."""
    if NOT_YET in (one.value.state, other.value.state):
        return None
    ends = [(a, b) for a in (one.value.low, one.value.high) for b in (other.value.low, other.value.high)]
    if any(a is None or b is None for a, b in ends):
        return None
    if op in ("eq", "ne"):
        found = {(a == b) == (op == "eq") for a, b in ends}
    else:
        found = {(a > b) if op == "gt" else (a >= b) if op == "ge" else (a < b) if op == "lt" else (a <= b) for a, b in ends}
    return found.pop() if len(found) == 1 else None


def _joined(reader: Reader, path: tuple[int, ...], node: Node, answer: bool | None) -> list[Finding]:
    """All parts where all had to hold; else those that decided, or, if the answer is not known, those that are not known."""
    parts = [(*path, index) for index in range(len(node.args))]
    settles = node.op == "or"  # the answer that one part alone can give
    if answer is not None and answer != settles:
        return [finding for part in parts for finding in findings(reader, part, answer)]
    each = [verdict(reader, part) for part in parts]
    if answer is not None and answer not in each and each.count(None) == 1:
        each[each.index(None)] = answer
    chosen = [part for part, found in zip(parts, each, strict=True) if found == answer]
    if not chosen:
        return [Finding(f"it is {'so' if answer else 'not so'} that {reader.with_values(path)}", answer)]
    return [finding for part in chosen for finding in findings(reader, part, answer)]


def _hidden(reader: Reader, node: Node) -> Reader | None:
    """A step the compiler made is looked through: the reader of it at the same row."""
    if node.params.get("via") or node.params.get("row") != "own":
        return None
    return Reader(reader.trail, reader.row, reader.trail.plan.step(node.params["step"]))


def _simple(reader: Reader, path: tuple[int, ...], node: Node, answer: bool | None) -> Finding:
    if node.op in VERBS:
        return replace(_compared(reader, path, node, answer), at=(reader, path))
    if answer is None and node.op in ("item", "column"):
        return Finding(f"{reader.written(path)} is not known", None)
    if answer is None and node.op == "exists":
        return Finding(f"it is not known whether there is {reader.label((*path, 0))}", None)
    if answer is None:
        return Finding(f"it is not known whether {_label_of(reader, path, node)}", None)
    if node.op == "achieved":
        needs = reader.value((*path, 1))
        if answer and needs is not None and needs.value.state == NONE:
            return Finding("nothing has to come first", True, weak=True)
        if not answer:
            node = replace(node, phrase=node.phrase.replace(" was achieved", " was not achieved"))
        return Finding(_label_of(reader, path, node), answer)
    if node.op == "lookup":
        if not answer and node.phrase.endswith(" has no limit"):  # the finding on its place says which limit
            return Finding(reader.called(path, replace(node, phrase="{0} has a limit")), False, weak=True)
        return Finding(reader.called(path, node) if answer else f"it is not so that {reader.called(path, node)}", answer)
    if node.op == "literal":
        return Finding(f"the contract says {'yes' if answer else 'no'}", answer)
    if node.op == "exists":
        return _there(reader, (*path, 0), answer)
    if node.op == "known":
        return Finding(f"{reader.label((*path, 0))} is {'' if answer else 'not '}known", answer)
    if node.op in ("in", "has", "within", "between"):
        # the sentence is the phrase itself, with "is" or "is not" where the two sides meet
        text = _label_of(reader, path, node)
        first = reader.label((*path, 0))
        rest = text[len(first) :].strip() if text.startswith(first) else text
        verb = {"has": "does not have" if not answer else "has"}.get(node.op) or ("is" if answer else "is not")
        return Finding(f"{first} {verb} {rest.removeprefix('has ') if node.op == 'has' else rest}", answer)
    if "aggregate" in node.params:
        return Finding(f"{_aggregate(node, answer)}{reader.written(path)}", answer)
    if node.op in ("item", "column"):
        return Finding(f"{reader.written(path)} is {'yes' if answer else 'no'}", answer)
    return Finding(f"{_label_of(reader, path, node)}: {'yes' if answer else 'no'}", answer)


def _there(reader: Reader, path: tuple[int, ...], answer: bool) -> Finding:
    """That something is there, by its value; that it is not. That a cell is filled is told only where nothing else is."""
    node, found = reader.node(path), reader.value(path)
    name = reader.called(path, node)
    if not answer:
        return Finding(f"{name} is blank" if node.op == "column" else f"{name} has no value", False)
    if found is None:
        return Finding(f"{name} has a value", True, weak=node.op == "column")
    return Finding(f"{name} is {say(found, reader.currency)}", True, weak=node.op == "column")


def _aggregate(node: Node, answer: bool) -> str:
    if node.op == "any":
        return "there is " if answer else "there is not one: "
    return "it is so that " if answer else "it is not so that "


def _label_of(reader: Reader, path: tuple[int, ...], node: Node) -> str:
    """A formula with its operands by name and value."""
    if not node.args or "aggregate" in node.params:
        return reader.written(path)
    if node.op == "achieved":
        return fill(node, lambda index: reader.with_values((*path, index), top=False), lambda index: False)
    whole = [bool(arg.args) and reader.value((*path, index)) is None for index, arg in enumerate(node.args)]
    return fill(node, lambda index: reader.label((*path, index)), lambda index: whole[index])


def _compared(reader: Reader, path: tuple[int, ...], node: Node, answer: bool | None) -> Finding:
    """left is below right, by the distance between them; or which side is not known."""
    left, right = (*path, 0), (*path, 1)
    one, other = reader.value(left), reader.value(right)
    if one is None or other is None:
        word = "so" if answer else "not so" if answer is False else "not known"
        return Finding(f"it is {word} that {reader.with_values(path)}", answer)
    claim = _claim(reader, path, one, other)
    if claim:
        return Finding(claim, answer)
    if answer is None:
        return _undecided(reader, path, node, one, other)
    places = None
    near = nearest(one, other)
    if near is not None and one.type.kind in ("percent", "points"):
        exact = [found for side in near if (found := words.exact_places(side)) is not None and found <= words.SHORT]
        places = max(words.places_apart(*near), *exact, 1)
    verb = (DAYS if one.type.kind == "date" else VERBS)[node.op][0 if answer else 1]
    by = ""
    if near is not None and near[0] != near[1] and node.op not in ("eq", "ne"):
        least = "" if one.value.is_known and other.value.is_known else "at least "
        by = least + _by(node.op, answer, one, difference(one, other, near, reader.currency, places))
    shown = _right(reader, right, other, places)
    if NOT_YET in (one.value.state, other.value.state):
        waiting = reader.written(left if one.value.state == NOT_YET else right)
        return Finding(f"{waiting} had not happened by the day the data is complete to", answer)
    text = f"{reader.written(left)} {verb} {'yes' if other.value.low else 'no'}" if other.type.kind == "truth" else ""
    return Finding(text or f"{_left(reader, left, one, places)} {verb} {shown}", answer, by)


def _claim(reader: Reader, path: tuple[int, ...], one: Stored, other: Stored) -> str:
    """A place on a rate card against its limit, in the words of the card."""
    left, right = reader.node((*path, 0)), reader.node((*path, 1))
    if left.op != "item" or right.op != "lookup" or one.value.low is None or not other.value.is_known:
        return ""
    if reader.trail.plan.step(left.params["step"]).node.op != "place":
        return ""
    code = words.listed([reader.with_values((*path, 1, index), top=False) for index in range(len(right.args))])
    most = say(other, reader.currency)
    limit = f"at most {most} {'is' if unmarked(most) == '1' else 'are'} paid"
    if one.value.is_known:
        return f"it is claim number {say(one, reader.currency)} for {code}; {limit}"
    return f"it is not known which number it is among the claims for {code} ({say(one, reader.currency)}); {limit}"


def nearest(one: Stored, other: Stored) -> tuple[Any, Any] | None:
    """The two stored ends, one of each side, that lie closest together; None where the sides have no distance."""
    if not (one.type.numeric or one.type.kind == "date") or any(side.value.low is None for side in (one, other)):
        return None
    ends = [(a, b) for a in (one.value.low, one.value.high) for b in (other.value.low, other.value.high)]
    return min(ends, key=lambda pair: abs(pair[0] - pair[1]))


def _by(op: str, answer: bool, one: Stored, apart: str) -> str:
    """In the words of the test: 1.7 short; 2 over; 3 to spare; of days, how many lie between."""
    if one.type.kind == "date":
        return f"by {apart}"
    return f"{apart} to spare" if answer else f"{apart} short" if op in ("ge", "gt") else f"{apart} over"


def _left(reader: Reader, path: tuple[int, ...], found: Stored, places: int | None) -> str:
    if found.counts is not None and places is None:
        return f"{reader.written(path)} ({say_with_counts(found, reader.currency)})"
    return reader.label(path, places)


def _right(reader: Reader, path: tuple[int, ...], found: Stored, places: int | None) -> str:
    if found.exact and places is not None and not found.name and found.type.kind != "points":
        return say(found, reader.currency, places)
    return reader.label(path, places, bare=True)


def _undecided(reader: Reader, path: tuple[int, ...], node: Node, one: Stored, other: Stored) -> Finding:
    sides = [(reader.written((*path, n)), side) for n, side in enumerate((one, other))]
    missing = [f"{name} is not known" for name, side in sides if side.value.state == UNKNOWN]
    if missing:
        return Finding(words.listed(missing), None)
    between = " whether " + _label_of(reader, path, node)
    return Finding(f"it is not known{between}", None)
