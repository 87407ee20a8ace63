"""Random cases for the laws: the cases of ``tests/agreement`` with their rows changed, and what of a plan depends on what."""

from __future__ import annotations

import random
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "agreement"))

from both import machine_of
from random_contracts import Case, make_case

from pbr.engine.record.machine import Machine
from pbr.engine.record.statement import Line
from pbr.plan.node import Node
from pbr.plan.plan import Plan, Step
from pbr.values.value import KNOWN, NONE, RANGE, Value

__all__ = ["Answers", "Case", "answers", "blanks", "depends", "lines_of", "make_case", "plain", "refines", "with_cell"]

Where = tuple[str, tuple[Any, ...], str]  # grain, key, step


@dataclass(frozen=True)
class Answers:
    """Every value of every step at every row that stands, and every line by payment and key."""

    values: dict[Where, Value]
    lines: dict[tuple[str, tuple[str, ...]], Line]
    machine: Machine


def answers(case: Case) -> Answers:
    """By the reference engine: that the columns engine says the same is the first law."""
    machine = machine_of(case)
    machine.run()
    values = {(step.grain, key, step.name): machine.value(step.name, key) for step in case.plan.steps for key in machine.keys(step.grain)}
    return Answers(values, lines_of(machine), machine)


def lines_of(machine: Machine) -> dict[tuple[str, tuple[str, ...]], Line]:
    return {(line.payment, line.key): line for line in machine.lines()}


def refines(before: Value, after: Value) -> bool:
    """Whether ``after`` says no more than ``before`` left open."""
    if before.state in (KNOWN, NONE):
        return after == before
    if before.state == RANGE and after.state in (KNOWN, RANGE):
        return bool(before.low <= after.low and after.high <= before.high)
    return before.state != RANGE  # a range never becomes unknown; an unknown may become anything


def read_by(plan: Plan, step: Step) -> tuple[set[str], set[tuple[str, str]]]:
    """The steps and the (table, column) pairs that a step reads itself, memberships and links included."""
    steps: set[str] = set(step.reads)
    columns: set[tuple[str, str]] = set()
    cohorts = {step.within} if step.within else set()
    for node in step.node.walk():
        params = node.params
        if node.op == "column":
            columns.add((params["table"], params["column"]))
        if node.op == "item":
            steps.add(params["step"])
        cohorts |= {hop[1] for hop in params.get("via", ()) if hop[0] == "cohort"}
        aggregate = params.get("aggregate")
        if aggregate:
            cohorts |= {aggregate["subset"]} if aggregate["subset"] else set()
            cohorts |= {step.grain} if aggregate["link"]["kind"] == "group" else set()
    for name in cohorts:
        cohort = plan.cohort(name)
        steps |= {cohort.member, *cohort.keys}
    if step.settles is not None:
        steps.add(step.settles.day)
    return steps, columns


def depends(plan: Plan) -> dict[str, tuple[set[str], set[tuple[str, str]]]]:
    """For each step everything below it: steps (itself included) and columns."""
    out: dict[str, tuple[set[str], set[tuple[str, str]]]] = {}
    for step in plan.steps:
        steps, columns = read_by(plan, step)
        below = {step.name}
        for name in steps & set(out):
            below |= out[name][0]
            columns |= out[name][1]
        out[step.name] = (below, columns)
    return out


def plain(plan: Plan) -> set[str]:
    """Steps over which unknown is monotone: nothing below them asks ``known`` or says what becomes of held rows."""

    def spoils(node: Node) -> bool:
        told = node.params.get("aggregate")
        return node.op == "known" or bool(told and told["when_held"] in ("leave out", "take as yes", "take as no"))

    spoiled = {step.name for step in plan.steps if any(spoils(node) for node in step.node.walk())}
    return {name for name, (below, _) in depends(plan).items() if not below & spoiled}


def blanks(case: Case) -> list[tuple[str, int, int]]:
    """(table, row, column number) of the blanks that are unknown, in rows whose key stands once."""
    out = []
    for table in case.plan.tables:
        header, *rows = case.rows[table.name]
        unknown = {number for number, name in enumerate(header) if table.column(name).blank == "unknown"}
        keys = [row[0] for row in rows]
        for index, row in enumerate(rows, 1):
            if keys.count(row[0]) == 1:
                out += [(table.name, index, number) for number in unknown if row[number] == ""]
    return out


def with_cell(case: Case, table: str, row: int, column: int, text: str) -> Case:
    rows = [list(one) for one in case.rows[table]]
    rows[row][column] = text
    return replace(case, rows={**case.rows, table: rows})


def shuffled(case: Case, r: random.Random) -> Case:
    """The same submission with its tables, rows and columns in another order."""
    tables = list(case.rows)
    r.shuffle(tables)
    out = {}
    for name in tables:
        header, *rows = case.rows[name]
        order = list(range(len(header)))
        r.shuffle(order)
        r.shuffle(rows)
        out[name] = [[row[i] for i in order] for row in (header, *rows)]
    return replace(case, rows=out)
