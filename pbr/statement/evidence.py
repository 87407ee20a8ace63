"""Whose word decides each pound and each answer, and whose they rest on: the two grades, with sums and counts of what was stored."""

from __future__ import annotations

from typing import Any

from pbr.plan.plan import Payment, Plan, Step
from pbr.platform.sqltext import quote_name as quote
from pbr.statement import words
from pbr.statement.stored import Trail

GRADES = ("decided_by", "rests_on")
SOURCES = {"provider": "the provider's word", "commissioner": "the commissioner's records", "independent": "independent records"}


def grades(plan: Plan, payment: Payment) -> dict[str, str]:
    """Of a payment: those of its sum, or where that reads no data, of its condition."""
    step = plan.step(payment.amount)
    condition = plan.step(payment.condition) if payment.condition else step
    return {"decided_by": step.decided_by or condition.decided_by, "rests_on": step.rests_on or condition.rests_on}


def evidence_totals(trail: Trail) -> dict[str, Any]:
    """Per grade the lines and, of money, the sum paid (held lines add nothing); per outcome its grades and the answers of used rows."""
    plan = trail.plan
    out: dict[str, Any] = {}
    sums = {name: (int(paid), int(lines), int(held)) for name, paid, lines, held in trail.select(
        "SELECT payment, CAST(coalesce(sum(amount), 0) AS VARCHAR), count(*), count(*) FILTER (result = 'held') FROM payments GROUP BY payment"
    )}  # fmt: skip
    for which in GRADES:
        by_grade: dict[str, dict[str, Any]] = {}
        for payment in plan.payments:
            grade = grades(plan, payment)[which]
            if not grade:
                continue
            paid, lines, held = sums.get(payment.name, (0, 0, 0))
            so_far = by_grade.setdefault(grade, {"lines": 0, "held": 0})
            so_far["lines"] += lines
            so_far["held"] += held
            if payment.form != "factor":
                so_far["paid"] = words.amount_text(words.minor_units(so_far.get("paid", "0.00")) + paid)
        out[which] = {grade: by_grade[grade] for grade in SOURCES if grade in by_grade}
    out["outcomes"] = {step.name: _answers(trail, step) for step in plan.steps if step.kind == "outcome"}
    return out


def _answers(trail: Trail, step: Step) -> dict[str, Any]:
    columns = trail.columns(step.grain)
    held = f"{quote(step.name + '.why')} <> 0" if f"{step.name}.why" in columns else "false"
    yes, no = answered(trail, step, held)
    counted = f"count(*) FILTER ({yes}), count(*) FILTER ({no}), count(*) FILTER ({held})"
    used = " WHERE _place = 'used'" if "_place" in columns else ""
    found = trail.select(f"SELECT {counted} FROM {trail.view(step.grain)}{used}")[0] if step.name in columns else (0, 0, 0)
    answers = dict(zip(("yes", "no", "held"), map(int, found), strict=True))
    return {"table": step.grain, "decided_by": step.decided_by, "rests_on": step.rests_on, **answers}


def answered(trail: Trail, step: Step, held: str) -> tuple[str, str]:
    """When a stored answer is yes and when it is no. An outcome with a day is yes where the day is there; rows that are outside its
    ``within`` have no answer."""
    name = quote(step.name)
    if step.type.kind == "truth":
        return name, f"NOT {name}"
    cohort = trail.plan.cohort(step.within) if step.within is not None else None
    inside = f" AND {quote(cohort.member)} IS DISTINCT FROM FALSE" if cohort is not None and cohort.of == step.grain else ""
    return f"{name} IS NOT NULL", f"{name} IS NULL AND NOT ({held}){inside}"


def graded(decided: str, rests: str, rest: str = "rests") -> str:
    """decided by independent records and rests also on the provider's word; "" where nothing of the data decides it."""
    if not decided:
        return f"{rest} on {SOURCES.get(rests, rests)}" if rests else ""
    text = f"decided by {SOURCES.get(decided, decided)}"
    if not rests:
        return text
    return f"{text} alone" if decided == rests else f"{text} and {rest} also on {SOURCES.get(rests, rests)}"


def evidence_text(statement: dict[str, Any]) -> str:
    """Both grades of every pound in one sentence; payments alike are added up."""
    alike: dict[tuple[str, str], list[str]] = {}
    for name, found in statement["evidence"].items():
        if found["decided_by"] or found["rests_on"]:
            alike.setdefault((found["decided_by"], found["rests_on"]), []).append(name)
    return "; ".join(_sentence(statement, pair, names, len(alike) == 1) for pair, names in alike.items())


def _sentence(statement: dict[str, Any], pair: tuple[str, str], names: list[str], alone: bool) -> str:
    who, one = words.listed([words.plural(name) for name in names]), len(names) == 1
    sums = [statement["totals"]["payments"].get(name, {}) for name in names]
    if alone:
        who, one = "every payment", True
    elif all("paid" in each for each in sums):
        who, one = f"{words.money(sum(words.minor_units(each['paid']) for each in sums), statement['currency'])} ({who})", True
    text = graded(*pair, "rests" if one else "rest")
    return f"{who} {text}" if not pair[0] else f"{who} {'is' if one else 'are'} {text}"
