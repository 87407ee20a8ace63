"""``--answer yes|no|held``: the rows that have an answer, by key."""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass
from typing import Any

from pbr.plan.plan import Step
from pbr.platform.sqltext import quote_name as quote
from pbr.problem import refuse
from pbr.statement import words
from pbr.statement.asking import readings
from pbr.statement.evidence import answered
from pbr.statement.opening import Opened

MOST_PRINTED = 10_000
WORDS = ("yes", "no", "held")


@dataclass(frozen=True)
class Answered:
    """``asks``: the name that was asked about. ``within``: the group the rows are in, or "". ``total`` counts beyond what is listed."""

    asks: str
    answer: str
    grain: str
    within: str
    keys: list[tuple[str, ...]]
    total: int

    def text(self, how: str) -> str:
        where = f" in {self.within}" if self.within else ""
        out = [f"{self.asks}{where}: {words.counted(self.total, 'row')} of {self.grain} {'are' if self.total != 1 else 'is'} {self.answer}"]
        out += [f"  {words.key(key)}" for key in self.keys]
        if self.total > len(self.keys):
            out.append(f"  and {words.count(self.total - len(self.keys))} more: they are in trace/{self.grain}.parquet")
        if self.keys:
            out.append(f"One of them, wholly: {how} {' '.join(shlex.quote(part) for part in self.keys[0])}")
        return "\n".join(out) + "\n"

    def to_json(self) -> dict[str, Any]:
        out: dict[str, Any] = {"name": self.asks, "answer": self.answer, "grain": self.grain, "within": self.within}
        return out | {"total": self.total, "keys": [list(key) for key in self.keys]}


def answers(opened: Opened, name: str, group: list[str], answer: str) -> Answered:
    """Rows whose stored answer is ``answer``: those in the cohorts of their table, or in one group of them where ``group`` names it.

    A payment is asked about by its condition, and without one by what its lines came to. Raises Refused PBR754, PBR755.
    """
    if answer not in WORDS:
        raise refuse("PBR755", f"`{answer}` is not an answer.", "Answers are yes, no and held.")
    payment = next((payment for payment in opened.plan.payments if payment.name == name), None)
    if payment is not None and payment.condition is None:
        return _by_lines(opened, name, group, answer)
    return _by_step(opened, name, opened.plan.step(payment.condition if payment is not None and payment.condition else name), group, answer)


def _by_step(opened: Opened, name: str, step: Step, group: list[str], answer: str) -> Answered:
    trail, grain = opened.trail, step.grain
    columns = trail.columns(grain)
    if step.name not in columns:
        raise refuse("PBR755", f"The trace holds no answers for `{name}`.", "Run `pbr verify` on the folder.")
    if answer != "held" and step.type.kind != "truth" and step.kind != "outcome":
        raise refuse("PBR755", f"`{name}` is {step.type.phrase}, so it is never {answer}.", "Ask --answer held, or give a key.")
    held = f"{quote(step.name + '.why')} <> 0" if f"{step.name}.why" in columns else "false"
    yes, no = answered(trail, step, held)
    where = [{"yes": yes, "no": no, "held": held}[answer]]
    values: tuple[str, ...] = ()
    if group:
        tests, values = _group(opened, name, grain, group)
        where += tests
    elif "_place" in columns:
        where.append("_place = 'used'")
    keys = trail.key_text(grain)
    total = trail.how_many(grain, where, values)
    order = ", ".join(quote(part) for part in opened.plan.key_of(grain))
    sql = f"SELECT {', '.join(keys) or '1'} FROM {trail.view(grain)} WHERE {' AND '.join(where)}" + (f" ORDER BY {order}" if order else "")
    rows = trail.select(f"{sql} LIMIT {MOST_PRINTED}", values)
    return Answered(
        name, answer, grain, words.key(values) if group else "", [tuple(str(part) for part in row) if keys else () for row in rows], total
    )


def _group(opened: Opened, name: str, grain: str, group: list[str]) -> tuple[list[str], tuple[str, ...]]:
    """Conditions that keep the members of one group of a cohort of ``grain``, and the group's key."""
    for cohort in opened.plan.cohorts:
        if cohort.of != grain or not cohort.groups:
            continue
        for reading in readings(group, len(cohort.parts)):
            if reading in {each.key for each in cohort.groups}:
                tests = [f"CAST({quote(key)} AS VARCHAR) = ?" for key in cohort.keys]
                return [*tests, quote(cohort.member)], reading
    groups = [words.key(each.key) for cohort in opened.plan.cohorts if cohort.of == grain for each in cohort.groups]
    hint = f"Groups of {grain}: {', '.join(groups[:12])}." if groups else "Leave the key out: this table is in no groups."
    raise refuse(
        "PBR754", f"With --answer, the words after `{name}` name a group of {grain}; there is none called `{words.key(group)}`.", hint
    )


def _by_lines(opened: Opened, name: str, group: list[str], answer: str) -> Answered:
    """A payment without a condition: yes pays or sets, no pays nothing or deducts."""
    if group:
        raise refuse("PBR755", f"`{name}` has no condition, so its answers are not listed by group.", f"Leave out `{words.key(group)}`.")
    results = {"yes": ("pays", "sets"), "no": ("pays_nothing", "deducts"), "held": ("held",)}[answer]
    where = f"payment = ? AND result IN ({', '.join('?' for _ in results)})"
    values = [name, *results]
    total = int(opened.trail.select(f"SELECT count(*) FROM payments WHERE {where}", values)[0][0])
    rows = opened.trail.select(f"SELECT key FROM payments WHERE {where} ORDER BY line LIMIT {MOST_PRINTED}", values)
    grain = next(payment.grain for payment in opened.plan.payments if payment.name == name)
    return Answered(name, answer, grain, "", [tuple(json.loads(key)) for (key,) in rows], total)
