"""The derivation of one stored value: each named value it depends on, as written, with the stored values, and how it was counted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from pbr.plan.node import Node
from pbr.plan.plan import Step
from pbr.statement import words
from pbr.statement.choosing import choices
from pbr.statement.marks import unmarked
from pbr.statement.missing import Chase, told_once
from pbr.statement.reached import answered_yes, condition_item, population
from pbr.statement.saying import Reader, say, say_with_counts
from pbr.statement.stored import Row, Trail
from pbr.statement.sums import sum_in_words, told, worked_out
from pbr.statement.truth import findings, telling

MOST_VALUES = 40
DEEPEST = 10


@dataclass(frozen=True)
class Derived:
    """A named value. ``at``: its row, where that is not the row asked about. ``values``: the formula with the stored values, and what it
    came to. ``notes``: (label, text) of what was counted and what not. ``waits``: (depth, text) of what a held value waits for."""

    name: str
    grain: str
    key: tuple[str, ...]
    at: str
    written: str
    values: str
    value: str
    clause: str
    says: str
    notes: tuple[tuple[str, str], ...] = ()
    waits: tuple[tuple[int, str], ...] = ()
    asks: tuple[str, str] = ("", "")  # a truth that was counted here, and how many were yes: its rows can be listed
    decided_by: str = ""
    rests_on: str = ""

    def to_json(self) -> dict[str, Any]:
        out: dict[str, Any] = {"name": self.name, "grain": self.grain, "key": list(self.key), "written": self.written}
        out |= {"with_values": self.values, "value": self.value, "clause": self.clause, "says": self.says}
        out["rows"] = [{"what": label, "says": text} for label, text in self.notes]
        out["waits_for"] = [text for _, text in self.waits]
        return out | {"decided_by": self.decided_by, "rests_on": self.rests_on}


@dataclass
class Derivation:
    """Walks from a step at a row to everything named that it reads, each once."""

    trail: Trail
    top: Row
    chase: Chase  # shared, so that what is waited for is told once
    seen: set[tuple[str, tuple[str, ...], str]] = field(default_factory=set)

    def of(self, row: Row, step: Step, depth: int = 0, show: bool = True) -> Iterator[Derived]:
        """``show``: whether the step itself is told, or only what it reads. Steps the compiler made are looked through."""
        here = (row.grain, row.key, step.name)
        if here in self.seen or depth > DEEPEST or len(self.seen) > MOST_VALUES:
            return
        self.seen.add(here)
        if show and ("." not in step.name or (step.kind == "hidden" and step.type.numeric and not step.name.endswith(".rows"))):
            yield self.one(row, step)
        for leaf in leaves(step.node):
            there = self.trail.reached(row, leaf.params.get("via", []))
            if there is not None:
                yield from self.of(there, self.trail.plan.step(leaf.params["step"]), depth + 1)

    def one(self, row: Row, step: Step) -> Derived:
        """The step alone."""
        reader = Reader(self.trail, row, step)
        found = reader.value()
        value = say_with_counts(found, reader.currency) if found is not None else "not stored"
        notes: list[tuple[str, str]] = []
        asks = ("", "")
        for node in aggregates(step.node):
            notes += population(self.trail, row, node)
            name = condition_item(node)
            if name and not asks[0]:
                asks = (name, answered_yes(self.trail, row, node))
        if step.settles is not None and found is not None and found.value.is_known:
            notes.append(("final on", of_value(self.trail, row, self.trail.plan.step(step.settles.day))))
        waits: tuple[tuple[int, str], ...] = ()
        if found is not None and found.value.why:
            waits = tuple(told_once(self.chase.why(row, step, found.value.why)))
        made = "." in step.name  # by the compiler: it carries the payment's clause, which is told already
        elsewhere = (row.grain, row.key) != (self.top.grain, self.top.key)
        return Derived(
            step.name.replace(".", " "),
            row.grain,
            row.key,
            f"{row.grain} {words.key(row.key)}" if elsewhere and row.key else "",
            step.text or reader.written(),
            with_values(reader),
            value,
            "" if made else step.clause,
            "" if made else step.says,
            tuple(notes),
            waits,
            asks,
            step.decided_by,
            step.rests_on,
        )


def with_values(reader: Reader, why: bool = True) -> str:
    """The line under a formula: 58.0% - 54.7% = 3.3 percentage points; for a condition, what decided it. ``why``: of a choice, too."""
    node, found = reader.step.node, reader.value()
    if found is None:
        return "not stored in the trace"
    value = say_with_counts(found, reader.currency)
    if "aggregate" in node.params or not node.args:
        return value
    if found.type.kind == "truth":
        answer = bool(found.value.low) if found.value.is_known else None
        return ("" if answer is None else f"{value}: ") + "; ".join(str(finding) for finding in telling(findings(reader, (), answer)))
    if sentence := told(reader):
        return sentence if unmarked(sentence).endswith(unmarked(value)) else f"{sentence} = {value}"
    if node.op == "if":
        return _branch(reader, (), value, why)
    return worked_out(reader, (), value)


def _branch(reader: Reader, path: tuple[int, ...], value: str, why: bool) -> str:
    """A choice: why, then the branch taken with its values."""
    found = choices(reader, path)
    if found is None:
        return worked_out(reader, path, value)
    reasons, last = found
    text = sum_in_words(reader, last, value)
    return f"{'; '.join(reasons)}, so {text}" if why and reasons else text


def leaves(node: Node) -> list[Node]:
    """The named items that a node reads at its own row or at a row it leads to, in the order written; not those of counted rows."""
    if node.op == "item":
        return [node] if node.params.get("row") == "own" else []
    return [leaf for arg in node.args for leaf in leaves(arg)]


def aggregates(node: Node) -> list[Node]:
    """The aggregates in a node, in the order written."""
    if "aggregate" in node.params:
        return [node]
    return [found for arg in node.args for found in aggregates(arg)]


def layout(values: list[Derived], first: Sequence[tuple[str, str]] = (), last: Sequence[tuple[str, str]] = ()) -> list[str]:
    """The derivation as aligned lines: name, formula; under it the values, the clause to the right; then the rows.

    ``first`` and ``last``: labels and texts above it and below it.
    """
    margin = "    "
    labels = (
        [label for label, _ in (*first, *last)] + [value.name for value in values] + [label for value in values for label, _ in value.notes]
    )
    width = min(max((len(label) for label in labels), default=0), 28)
    right = 78
    out = [f"{margin}{label:<{width}}  {text}" for label, text in first]
    for value in values:
        name = value.name
        formula = f"{value.written}" + (f"   [{value.at}]" if value.at else "")
        under = f"{margin}{'':<{width}}  {value.values}"
        if value.clause:
            under = f"{under:<{right}}   {value.clause}"
        out += [f"{margin}{name:<{width}}  {formula}", under]
        if value.says:
            out.append(f"{margin}{'':<{width}}  {value.says}")
        out += [f"{margin}{label:<{width}}  {text}" for label, text in value.notes]
        out += [f"{margin}{'still open' if n == 0 else '':<{width}}  {'  ' * depth}{text}" for n, (depth, text) in enumerate(value.waits)]
    return out + [f"{margin}{label:<{width}}  {text}" for label, text in last]


def of_value(trail: Trail, row: Row, step: Step) -> str:
    """A stored value in words, with the counts behind a share."""
    found = trail.of_step(row, step)
    return say(found, trail.plan.currency) if found is not None else "not stored in the trace"
