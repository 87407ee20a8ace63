"""``pbr explain`` for the lines that a step of the statement has of its own."""

from __future__ import annotations

from typing import Any

from pbr.plan.then import StatementStep
from pbr.problem import refuse
from pbr.statement import words
from pbr.statement.adjusting import in_words
from pbr.statement.lines import read_lines
from pbr.statement.making import statement_line
from pbr.statement.opening import Opened
from pbr.statement.text import line_rows

MOST_LISTED = 50


def explain_own(opened: Opened, step: StatementStep, key: list[str]) -> tuple[str, dict[str, Any]]:
    """The text and the data of ``pbr explain`` for a step's own lines, or for one of them. Raises Refused PBR754."""
    trail = opened.trail
    asked = words.key([part.strip() for part in " ".join(key).split("|")]) if key else ""
    where, values = (
        ("payment = ?", [step.name]) if not key else ("payment = ? AND json_extract_string(key, '$[0]') = ?", [step.name, asked])
    )
    told = [statement_line(trail, line, None) for line in read_lines(trail, where, values, limit=MOST_LISTED)]
    if not told:
        says = f"`{step.name}` has no line{f' for {asked}' if asked else ''}."
        raise refuse("PBR754", says, f"It has one for each {step.per_name} that has a line under it.")
    clause = f"  ({step.clause})" if step.clause else ""
    out = [f"{step.name}: {in_words(step, trail.plan.currency)}{clause}", *([step.says] if step.says else [])]
    out += [
        f"It reads {words.listed(list(step.over))}, as {'they stand' if step.number == 1 else f'step {step.number - 1} of the statement left them'}."
    ]
    total = int(trail.select("SELECT count(*) FROM payments WHERE payment = ?", [step.name])[0][0])
    out += ["", *line_rows(told, step.kind, trail.plan.currency)]
    if not key and total > len(told):
        out.append(f"  and {words.count(total - len(told))} more: all of them are in payments.parquet")
    return "\n".join(out) + "\n", {"payment": step.name, "lines": len(told) if key else total, "payments": told}
