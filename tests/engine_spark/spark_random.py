"""A random contract, without what Spark does not run yet, through Spark and the reference engine."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "agreement"))

from both import Compared, compare_grain, read
from random_contracts import Case

from pbr.engine.record.machine import Machine
from pbr.engine.record.rows import load
from pbr.engine.record.tracing import trace
from pbr.engine.spark.handing import read_accepted, write_accepted
from pbr.engine.spark.lowering import AGGREGATES, LOWERING, refused
from pbr.engine.spark.run import bounded, run
from pbr.plan.plan import Plan
from pbr.plan.schedule import needs, stages


def what_spark_runs(plan: Plan) -> Plan:
    """The plan without the steps that need an operation or a table which Spark lacks, and without what is made of its values."""
    made = {table.table.name for table in plan.made}
    gone: set[str] = set()
    for step in plan.steps:  # each reads only earlier ones
        need = needs(plan, step)
        lacking = any(node.op not in LOWERING and node.op not in AGGREGATES for node in step.node.walk())
        if lacking or step.grain in made or (need.beside | need.before) & gone:
            gone.add(step.name)
    cohorts = tuple(cohort for cohort in plan.cohorts if cohort.of not in made)
    assert not gone & {cohort.member for cohort in cohorts}
    tables = tuple(replace(table, rules=tuple(rule for rule in table.rules if rule.kind != "out of order")) for table in plan.tables)
    steps = tuple(step for step in plan.steps if step.name not in gone)
    return replace(plan, tables=tables, cohorts=cohorts, steps=steps, made=(), payments=(), then=())


def one_query(plan: Plan, grain: str) -> Plan:
    """The programs of a grain that read nothing which another query would have to work out first, and no checks: Spark has one query for them all."""
    plan = what_spark_runs(plan)
    kept: set[str] = set()
    for step in plan.steps:
        need = needs(plan, step)
        if step.grain == grain and step.kind != "check" and not need.before and need.beside <= kept:
            kept.add(step.name)
    steps = tuple(step for step in plan.steps if step.name in kept)
    out = replace(plan, steps=steps, cohorts=tuple(cohort for cohort in plan.cohorts if cohort.member in kept and cohort.of == grain))
    assert len(stages(out, steps)) == 1
    return out


def compare_spark(session: Any, case: Case) -> Compared:
    """Every value of every row, every part, and the place of each row."""
    return compare_plan(session, replace(case, plan=what_spark_runs(case.plan)))


def compare_batch(session: Any, case: Case, grain: str) -> Compared:
    """As ``compare_spark``, of the programs of a grain that are one query."""
    return compare_plan(session, replace(case, plan=one_query(case.plan, grain)))


def compare_plan(session: Any, case: Case) -> Compared:
    assert refused(case.plan) == []
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
                compare_grain(case.plan, grain, [row.asDict() for row in (frame.orderBy(*key) if key else frame).collect()], wanted, found)
    return found
