"""Runs a case through both engines and names the values on which they differ."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from random_contracts import Case

from pbr.engine.columns.run import Ran, run
from pbr.engine.record.machine import Machine
from pbr.engine.record.rows import load
from pbr.engine.record.tracing import trace
from pbr.plan.columns import node_at, read_value
from pbr.plan.plan import Plan
from pbr.platform.duck import connect
from pbr.submission.accepted import Accepted
from pbr.submission.reading import Input, read_submission
from pbr.values.value import Value

Records = list[dict[str, Any]]


@dataclass
class Difference:
    """``op``: the operation whose value differs; empty for places, findings, counts and lines."""

    where: str
    columns: Any
    record: Any
    op: str = ""

    def __str__(self) -> str:
        return f"{self.where}\n   columns: {self.columns}\n   record:  {self.record}"


@dataclass
class Compared:
    """``values``: how many values were compared. ``states``: (operation, state) of each. ``words``: result words, places, findings."""

    differences: list[Difference] = field(default_factory=list)
    values: int = 0
    states: Counter[tuple[str, str]] = field(default_factory=Counter)
    words: Counter[str] = field(default_factory=Counter)

    def check(self, where: str, columns: Any, record: Any, op: str = "") -> None:
        self.values += 1
        if columns != record:
            self.differences.append(Difference(where, columns, record, op))


@contextmanager
def read(case: Case) -> Iterator[tuple[Accepted, Path]]:
    """The case's rows, read and judged; and a folder to write to. One connection for each: an engine moves rows in it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        con = connect(folder, [], threads=1)  # tables of a few rows: more threads only wait for each other
        try:
            inputs = [Input(table, None, None, rows, table) for table, rows in case.rows.items()]
            yield read_submission(case.plan, {}, inputs, case.complete_to, con, folder), folder
        finally:
            con.close()


def machine_of(case: Case) -> Machine:
    """The reference engine on a case."""
    with read(case) as (accepted, _):
        return Machine(case.plan, load(accepted, case.plan))


def compare(case: Case) -> Compared:
    """Every value of every row, every part, place, check, count and line."""
    found = Compared()
    with read(case) as (accepted, folder):
        machine = Machine(case.plan, load(accepted, case.plan))
        before = _findings(accepted)
        out = folder / "out"
        out.mkdir()
        ran = run(case.plan, accepted, out)
        for grain, rows in trace(machine).items():
            _compare_grain(case.plan, grain, _fetch(accepted.con, out / "trace" / f"{grain}.parquet"), rows, found)
        _compare_findings(case.plan, _findings(accepted) - before, machine, found)
        _compare_counts(case.plan, accepted, ran, machine, found)
        _compare_lines(case.plan, _fetch(accepted.con, out / "payments.parquet"), machine, found)
    return found


def _fetch(con: Any, path: Path) -> Records:
    cursor = con.execute(f"SELECT * FROM read_parquet('{path}')")
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _findings(accepted: Accepted) -> Counter[tuple[str, int, str, str]]:
    return Counter(accepted.con.execute('SELECT TABLE_NAME, "ROW", CODE, SEVERITY FROM findings').fetchall())


def _compare_grain(plan: Plan, grain: str, written: Records, rows: Records, found: Compared) -> None:
    keys = [tuple(_text(row[name]) for name in plan.key_of(grain)) for row in written]
    found.check(f"{grain}: rows", keys, [tuple(_text(part) for part in row["key"]) for row in rows])
    if found.differences and found.differences[-1].where == f"{grain}: rows":
        return
    for mine, row in zip(written, rows, strict=True):
        for step in plan.steps:
            if step.grain != grain:
                continue
            nodes = [(f"{step.name}.{part.number}", node_at(step.node, part.path)) for part in step.parts]
            for name, node, type_ in [(step.name, step.node, step.type), *((name, node, node.type) for name, node in nodes)]:
                value: Value = row["values"][name]
                found.states[node.op, value.state] += 1
                found.check(
                    f"{grain}{row['key']} {name} [{step.text}] {node.op}", read_value(mine, name, type_, node.shape), value, node.op
                )
        if "place" in row:
            found.words[row["place"]] += 1
            found.check(
                f"{grain}{row['key']} place",
                (mine["_row"], mine["_place"], mine["_code"] or ""),
                (row["row"], row["place"], row["code"] or ""),
            )


def _compare_findings(plan: Plan, fresh: Counter[tuple[str, int, str, str]], machine: Machine, found: Compared) -> None:
    """What checks reject, and the orphans they make."""
    wanted = Counter((table, row, step.rsplit(".", 1)[-1], "reject") for table, row, step in machine.checks())
    found.words["check"] += sum(wanted.values())
    found.words["orphan of a check"] += sum(number for key, number in fresh.items() if key[2] == "orphan")
    found.check("findings of checks", Counter({key: number for key, number in fresh.items() if key[2] != "orphan"}), wanted)


def _compare_counts(plan: Plan, accepted: Accepted, ran: Ran, machine: Machine, found: Compared) -> None:
    """Row accounting: every submitted row has one place, in both engines."""
    for table in plan.tables:
        places = machine.place_of(table.name)
        excluded = dict(Counter(code for _, place, code in places if place == "excluded"))
        used, unused = (sum(place == word for _, place, _ in places) for word in ("used", "unused"))
        mine = ran.tables[table.name]
        record = (accepted.submitted[table.name], used, excluded, len(machine.rejected(table.name)), unused + accepted.unused[table.name])
        found.words["rejected"] += record[3]
        found.check(f"{table.name}: counts", (mine.submitted, mine.used, mine.excluded, mine.rejected, mine.unused), record)
        found.check(f"{table.name}: rows add up", mine.used + sum(mine.excluded.values()) + mine.rejected + mine.unused, mine.submitted)


def _compare_lines(plan: Plan, written: Records, machine: Machine, found: Compared) -> None:
    lines = machine.lines()
    found.check("number of lines", len(written), len(lines))
    for mine, line in zip(written, lines, strict=False):
        caps = tuple((mine[f"low_{cap.number}"], mine[f"high_{cap.number}"]) for cap in plan.caps)
        head = (mine["line"], mine["payment"], mine["grain"], tuple(json.loads(mine["key"])))
        columns = (*head, mine["low"], mine["high"], mine["of"], caps, mine["amount"], mine["result"], mine["why"])
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
        found.words[line.result] += 1
        found.check(f"line {line.number} {line.payment}{line.key}", columns, record)


def _text(part: Any) -> str:
    return part.isoformat() if hasattr(part, "isoformat") else str(part)
