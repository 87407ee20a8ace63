"""Runs a case through both engines and names the values on which they differ."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any
from unittest import mock

from random_contracts import Case

from pbr.engine.columns import database
from pbr.engine.columns.run import Ran, run
from pbr.engine.record.machine import Machine
from pbr.engine.record.rows import Row, load
from pbr.engine.record.tracing import trace
from pbr.plan.columns import node_at, read_value
from pbr.plan.plan import Column, Plan, Step, Table
from pbr.platform.duck import connect
from pbr.submission.accepted import Accepted
from pbr.submission.reading import Input, read_submission
from pbr.values.value import Value

Records = list[dict[str, Any]]

AS_MANY = 10  # every tenth case is run as many rows are: stages are views over views, not tables


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
            accepted = read_submission(case.plan, {}, inputs, case.complete_to, con, folder)
            for table, whose in case.missing.items():
                _miss(accepted, case.plan.table(table), whose)
            yield accepted, folder
        finally:
            con.close()


def _miss(accepted: Accepted, table: Table, whose: list[str | None]) -> None:
    """Rows that are missing, as ``accepted`` describes them: what leaves a failure out must not fare better than what spoils it."""
    name = f"rejected_{table.name}"
    link = table.parent or table.matched
    columns = ["_row", *(link.columns if link is not None else ())]
    accepted.con.execute(f'CREATE TABLE "missed {name}" AS SELECT * FROM "{name}"')
    for person in whose:
        accepted.con.execute(f'INSERT INTO "missed {name}" VALUES ({", ".join("?" * len(columns))})', [None, person][: len(columns)])
    accepted.con.execute(f'CREATE OR REPLACE VIEW "{name}" AS SELECT * FROM "missed {name}"')
    accepted.missing[table.name] = len(whose)


def with_rates(plan: Plan) -> Plan:
    """The plan with a flag (``per:``) for each truth that it has at a cohort's groups or at the contract."""
    grains = {"contract", *(cohort.name for cohort in plan.cohorts if cohort.parts)}
    asked = [step for step in plan.steps if step.kind == "measure" and step.grain in grains and step.type.kind == "truth"]
    flags = [
        replace(step, number=len(plan.steps) + n, name=f"check.people.R.{step.name}", kind="flag", parts=(), says="")
        for n, step in enumerate(asked)
    ]
    return replace(plan, steps=(*plan.steps, *flags))


def machine_of(case: Case) -> Machine:
    """The reference engine on a case, without rows that are missing."""
    with read(replace(case, missing={})) as (accepted, _):
        return Machine(case.plan, load(accepted, case.plan))


def compare(case: Case) -> Compared:
    """Every value of every row, every part, place, check, count and line."""
    found = Compared()
    case = replace(case, plan=with_rates(case.plan))
    with read(case) as (accepted, folder):
        machine = Machine(case.plan, load(accepted, case.plan))
        before = _findings(accepted)
        out = folder / "out"
        out.mkdir()
        with mock.patch.object(database, "FEW", -1 if case.seed % AS_MANY == 5 else database.FEW):
            ran = run(case.plan, accepted, out)
        for grain, rows in trace(machine).items():
            compare_grain(case.plan, grain, _fetch(accepted.con, out / "trace" / f"{grain}.parquet"), rows, found)
        _compare_findings(case.plan, _findings(accepted) - before, machine, found)
        _compare_counts(case.plan, accepted, ran, machine, found)
        _compare_lines(case.plan, _fetch(accepted.con, out / "payments.parquet"), machine, found)
    return found


def _fetch(con: Any, path: Path) -> Records:
    cursor = con.execute(f"SELECT * FROM read_parquet('{path}')")
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


Told = Counter[tuple[str, int | None, str, str, str | None, str]]


def _findings(accepted: Accepted) -> Told:
    found = accepted.con.execute('SELECT TABLE_NAME, "ROW", CODE, SEVERITY, COLUMN_NAME, VALUE FROM findings').fetchall()
    return Counter(found)


def compare_grain(plan: Plan, grain: str, written: Records, rows: Records, found: Compared) -> None:
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


def _compare_findings(plan: Plan, fresh: Told, machine: Machine, found: Compared) -> None:
    """What checks reject, the orphans they make, and what flags name: each with the columns its condition reads and what stands there."""
    wanted: Told = Counter()
    for table, number, name in machine.checks():
        row = next(row for row in machine.rows.tables[table] if row.number == number)
        found.words["check"] += 1
        wanted[(table, number, name.split(".", 2)[2], "reject", *_read(plan, plan.step(name), row, machine))] += 1
    for step in plan.steps:
        if step.kind != "flag":
            continue
        _, table, code = step.name.split(".", 2)
        for key in machine.keys(step.grain):
            if machine.value(step.name, key) != Value.known(True):
                continue
            if step.grain != table:
                found.words["flag on a rate"] += 1
                wanted[table, None, code, "flag", None, " | ".join(key)] += 1
            else:
                found.words["flag"] += 1
                row = next(row for row in machine.standing(table) if row.key == key)
                wanted[(table, row.number, code, "flag", *_read(plan, step, row, machine))] += 1
    for name, number, code in machine.out_of_order():
        row = next(row for row in machine.rows.tables[name] if row.number == number)
        rule = next(rule for rule in plan.table(name).rules if rule.code == code)
        asked = (*rule.columns, rule.milestone, rule.day)
        found.words["out of order"] += 1
        wanted[name, number, code, "reject", ", ".join(asked), ", ".join(_shown(plan.table(name).column(one), row.values[one]) for one in asked)] += 1  # fmt: skip
    for table_ in plan.tables:
        link = table_.parent
        above = {row.key for row in machine.standing(link.table)} if link is not None else set()
        for row in machine.rows.tables[table_.name]:
            if link is not None and tuple(row.values[name].low for name in link.columns) not in above:
                found.words["orphan of a check"] += 1
                shown = " | ".join(_shown(table_.column(name), row.values[name]) for name in link.columns)
                wanted[table_.name, row.number, "PBR462", "reject", ", ".join(link.columns), shown] += 1
    found.check("findings of checks and flags", fresh, wanted)


def _read(plan: Plan, step: Step, row: Row, machine: Machine) -> tuple[str, str]:
    """The columns that a condition reads of its row and of its parent, and what stands in them, from the rows alone."""
    names, values = [], []
    for node in step.node.walk():
        if node.op != "column":
            continue
        table, at, column = plan.table(step.grain), row, node.params["column"]
        for _ in node.params["via"]:
            assert table.parent is not None
            key = tuple(at.values[name].low for name in table.parent.columns)
            table = plan.table(table.parent.table)
            at = next(row for row in machine.rows.tables[table.name] if row.key == key)
        name = f"{table.name}.{column}" if node.params["via"] else column
        if name not in names:
            names.append(name)
            values.append(_shown(table.column(column), at.values[column]))
    return ", ".join(names), ", ".join(values)


def _shown(column: Column, value: Value) -> str:
    """A cell as somebody would write it."""
    if value.low is None:
        return ""
    if not isinstance(value.low, Fraction):
        return {True: "yes", False: "no"}.get(value.low, str(value.low))
    number = value.low * {"money": Fraction(1, 100), "percent": 100, "points": 100}.get(column.type.kind, 1)
    text = f"{Decimal(number.numerator) / Decimal(number.denominator):f}"
    if column.type.kind == "money":
        text = f"{Decimal(text):.2f}"
    return text + ("%" if column.type.kind == "percent" else "")


def _compare_counts(plan: Plan, accepted: Accepted, ran: Ran, machine: Machine, found: Compared) -> None:
    """Row accounting: every submitted row has one place, in both engines."""
    for table in plan.tables:
        places = machine.place_of(table.name)
        excluded = dict(Counter(code for _, place, code in places if place == "excluded"))
        used, unused = (sum(place == word for _, place, _ in places) for word in ("used", "unused"))
        mine = ran.tables[table.name]
        missing = accepted.missing.get(table.name, 0)
        found.words["missing"] += missing
        rejected = len(machine.rejected(table.name)) - missing
        record = (accepted.submitted[table.name], used, excluded, rejected, unused + accepted.unused[table.name])
        found.words["rejected"] += record[3]
        found.check(f"{table.name}: counts", (mine.submitted, mine.used, mine.excluded, mine.rejected, mine.unused), record)
        found.check(f"{table.name}: rows add up", mine.used + sum(mine.excluded.values()) + mine.rejected + mine.unused, mine.submitted)


def _compare_lines(plan: Plan, written: Records, machine: Machine, found: Compared) -> None:
    lines = machine.lines()
    found.check("number of lines", len(written), len(lines))
    for mine, line in zip(written, lines, strict=False):
        caps = tuple((mine[f"low_{cap.number}"], mine[f"high_{cap.number}"]) for cap in plan.then)
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
