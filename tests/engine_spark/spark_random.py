"""A random contract, without what Spark does not run yet, through Spark and the reference engine."""

from __future__ import annotations

import random
import sys
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "agreement"))

from both import Compared, compare_grain, read
from random_contracts import Case

from pbr.engine.record.machine import Machine
from pbr.engine.record.rows import load
from pbr.engine.record.tracing import trace
from pbr.engine.spark.handing import read_accepted, write_accepted
from pbr.engine.spark.run import bounded, run
from pbr.plan.columns import node_at
from pbr.plan.plan import Plan
from pbr.plan.schedule import closure, needs, stages

DAYS = {
    "spells", "days_both", "days_either", "days_less", "days_joined", "days_begin", "days_within", "days_cut", "days_in",
    "day_reaches", "day_lasted", "covers",
}  # fmt: skip


def what_spark_runs(plan: Plan) -> Plan:
    """The plan without what Spark leaves to the columns engine: lines of payment and the steps over them."""
    return replace(plan, payments=(), then=())


def one_query(plan: Plan, grain: str) -> Plan:
    """The programs of a grain that read nothing which another query would have to work out first, and no checks: Spark has one query for them all."""
    plan = what_spark_runs(plan)
    kept: set[str] = set()
    for step in plan.steps:
        need = needs(plan, step)
        if step.grain == grain and step.kind != "check" and not need.before and need.beside <= kept:
            kept.add(step.name)
    steps = tuple(step for step in plan.steps if step.name in kept)
    out = replace(
        plan, steps=steps, made=(), cohorts=tuple(cohort for cohort in plan.cohorts if cohort.member in kept and cohort.of == grain)
    )
    assert len(stages(out, steps)) == 1
    return out


def only_days(plan: Plan) -> Plan:
    """The steps with sets of days in them, those of tables that the plan makes, and all that they and the cohorts read."""
    plan = what_spark_runs(plan)
    made = {one.table.name for one in plan.made}
    asked = {step.name for step in plan.steps if step.grain in made or any(node.op in DAYS for node in step.node.walk())}
    asked |= {name for cohort in plan.cohorts for name in (cohort.member, cohort.excluded, *cohort.keys)}
    return replace(plan, steps=tuple(closure(plan, [step for step in plan.steps if step.name in asked])))


def crowded(case: Case, people: int = 40, each: int = 8) -> Case:
    """The case with other rows: many of each person, on days so near each other that spells overlap, touch, and leave gaps of a day or two."""
    r = random.Random(case.seed)
    keys = [f"p{number}" for number in range(people)]

    def near(earliest: int, latest: int, start: date = date(2020, 2, 20)) -> date:
        return start + timedelta(days=r.randint(earliest, latest))

    rows = {}
    for table, number, days in (
        ("people", people, ("started_on", "ended_on")), ("events", people * each, ("on_day", "done_on")), ("sightings", people * each // 2, ("seen_on", "")),
    ):  # fmt: skip
        head, *known = case.rows[table]
        rows[table] = [head]
        for place in range(number):
            row = (
                dict(zip(head, r.choice(known), strict=True)) if known else {**dict.fromkeys(head, ""), "sure_of": r.choice(["yes", "no"])}
            )
            first = near(0, 60)
            row |= {head[0]: keys[place] if table == "people" else f"{table[0]}{place}", days[0]: str(first)}
            if days[1]:
                row[days[1]] = r.choice(["", *(str(near(-1, 6, first)) for _ in range(9)), str(near(30, 90, first))])
            if table != "people":
                row["person_id"] = r.choice(keys)
            rows[table].append([row[name] for name in head])
    return replace(case, rows=rows, missing={}, complete_to=dict.fromkeys(case.complete_to, date(2020, 12, 31)))


def compare_days(session: Any, case: Case) -> Compared:
    """As ``compare_spark``, of what sets of days need."""
    return compare_plan(session, replace(case, plan=only_days(case.plan)))


def compare_spark(session: Any, case: Case) -> Compared:
    """Every value of every row, every part, and the place of each row."""
    return compare_plan(session, replace(case, plan=what_spark_runs(case.plan)))


def compare_batch(session: Any, case: Case, grain: str) -> Compared:
    """As ``compare_spark``, of the programs of a grain that are one query."""
    return compare_plan(session, replace(case, plan=one_query(case.plan, grain)))


def compare_plan(session: Any, case: Case) -> Compared:
    found = Compared()
    with read(case) as (accepted, folder):
        rows = trace(Machine(case.plan, load(accepted, case.plan)))
        write_accepted(case.plan, accepted, folder / "handed")
        given = read_accepted(session, case.plan, accepted, folder / "handed")
        with run(session, case.plan, given, str(folder / "work")) as ran, bounded():
            for grain, wanted in rows.items():
                if grain not in ran.traces:
                    continue
                frame = ran.traces[grain]
                key = case.plan.key_of(grain)
                records = [as_stored(case.plan, grain, row.asDict()) for row in (frame.orderBy(*key) if key else frame).collect()]
                compare_grain(case.plan, grain, records, wanted, found)
    return found


def as_stored(plan: Plan, grain: str, record: dict[str, Any]) -> dict[str, Any]:
    """A row of Spark's with sets of days in the words of the trace's file."""
    names = set()
    for step in plan.steps:
        if step.grain == grain:
            nodes = [(f"{step.name}.{part.number}", node_at(step.node, part.path).type) for part in step.parts]
            names |= {name for name, type_ in ((step.name, step.type), *nodes) if type_.kind == "dayset"}
    days = {full for name in names for full in (name, f"{name}.hi")}

    def text(runs: Any) -> Any:
        return None if runs is None else " ".join(f"{run.f}..{run.l}" for run in runs)

    return {name: text(value) if name in days else value for name, value in record.items()}
