"""Runs a case through both engines and names the first values on which they differ."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from random_contracts import Case

from pbr.engine.columns.run import run
from pbr.engine.record.machine import Machine
from pbr.engine.record.rows import load
from pbr.engine.record.tracing import trace
from pbr.plan.columns import node_at, read_value
from pbr.plan.plan import Plan
from pbr.platform.duck import connect
from pbr.submission.reading import Input, read_submission
from pbr.values.value import Value


@dataclass
class Difference:
    where: str
    columns: Any
    record: Any

    def __str__(self) -> str:
        return f"{self.where}\n   columns: {self.columns}\n   record:  {self.record}"


@dataclass
class Compared:
    """``values``: how many values were compared. ``states``: which states they had. ``words``: result words, places."""

    differences: list[Difference]
    values: int
    states: set[tuple[str, str]]
    words: set[str]


def compare(case: Case) -> Compared:
    """Every value of every row, every part, place, check and line."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        con = connect(folder, [])
        try:
            inputs = [Input(table, None, None, rows, table) for table, rows in case.rows.items()]
            accepted = read_submission(case.plan, {}, inputs, case.complete_to, con, folder)
            rows = load(accepted, case.plan)
            (folder / "out").mkdir()
            run(case.plan, accepted, folder / "out")
            machine = Machine(case.plan, rows)
            return _compare(case.plan, con, folder / "out", machine)
        finally:
            con.close()


def _fetch(con: Any, path: Path) -> list[dict[str, Any]]:
    cursor = con.execute(f"SELECT * FROM read_parquet('{path}')")
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _compare(plan: Plan, con: Any, out: Path, machine: Machine) -> Compared:
    found = Compared([], 0, set(), set())
    for grain, rows in trace(machine).items():
        written = {tuple(_text(row[name]) for name in plan.key_of(grain)): row for row in _fetch(con, out / "trace" / f"{grain}.parquet")}
        if len(written) != len(rows):
            found.differences.append(Difference(f"{grain}: rows", sorted(written), [row["key"] for row in rows]))
            continue
        for row in rows:
            key = tuple(_text(part) for part in row["key"])
            mine = written.get(key)
            if mine is None:
                found.differences.append(Difference(f"{grain}{key}", "no such row", row["key"]))
                continue
            _compare_row(plan, grain, key, mine, row, found)
    _compare_lines(plan, _fetch(con, out / "payments.parquet"), machine, found)
    return found


def _compare_row(plan: Plan, grain: str, key: tuple[str, ...], mine: dict[str, Any], row: dict[str, Any], found: Compared) -> None:
    for step in plan.steps:
        if step.grain != grain:
            continue
        nodes = [(f"{step.name}.{part.number}", node_at(step.node, part.path)) for part in step.parts]
        for name, node, type_ in [(step.name, step.node, step.type), *((name, node, node.type) for name, node in nodes)]:
            written = read_value(mine, name, type_, node.shape)
            value: Value = row["values"][name]
            found.values += 1
            found.states.add((node.op, value.state))
            if written != value:
                found.differences.append(Difference(f"{grain}{key} {name} [{step.text}] {node.op}", written, value))
    if "place" in row:
        found.words.add(row["place"])
        if (mine["_place"], mine["_code"] or "") != (row["place"], row["code"] or ""):
            found.differences.append(Difference(f"{grain}{key} place", (mine["_place"], mine["_code"]), (row["place"], row["code"])))


def _compare_lines(plan: Plan, written: list[dict[str, Any]], machine: Machine, found: Compared) -> None:
    lines = machine.lines()
    if len(lines) != len(written):
        found.differences.append(Difference("lines", len(written), len(lines)))
        return
    import json

    for mine, line in zip(written, lines, strict=True):
        caps = tuple((mine[f"low_{cap.number}"], mine[f"high_{cap.number}"]) for cap in plan.caps)
        columns = (
            mine["line"],
            mine["payment"],
            mine["grain"],
            tuple(json.loads(mine["key"])),
            mine["low"],
            mine["high"],
            mine["of"],
            caps,
            mine["amount"],
            mine["result"],
            mine["why"],
        )
        record = (
            line.number,
            line.payment,
            line.grain,
            line.key,
            line.low,
            line.high,
            line.of,
            tuple(line.after),
            line.amount,
            line.result,
            line.why,
        )
        found.words.add(line.result)
        found.values += 1
        if columns != record:
            found.differences.append(Difference(f"line {line.number} {line.payment}{line.key}", columns, record))


def _text(part: Any) -> str:
    return part.isoformat() if hasattr(part, "isoformat") else str(part)
