"""``pbr compare``: every line of two assessments that is not the same, each with its cause; and what differs between the two in general."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pbr.comparison.causes import Causes, look_behind, payments_of
from pbr.comparison.data import data_differences
from pbr.comparison.sides import Sides, open_sides
from pbr.comparison.terms import changed_terms
from pbr.plan.then import StatementStep
from pbr.platform.limits import NO_LIMITS, Limits
from pbr.statement import words
from pbr.statement.adjusting import in_words

MOST_EXPLAINED = 300  # lines whose causes are looked for; the others are listed
MOST_LISTED = 10_000
NOT_THERE = {"line": None, "result": "not there", "amount": None}
Key = tuple[str, ...]


@dataclass(frozen=True)
class Changed:
    """A line that is not the same. ``was`` and ``now``: line, result, amount (minor units or a factor's numerator, None: held) and the ends before the
    steps of the statement; None: it is not there."""

    payment: str
    grain: str
    key: Key
    was: tuple[Any, ...] | None
    now: tuple[Any, ...] | None

    @property
    def same_before_caps(self) -> bool:
        return self.was is not None and self.now is not None and self.was[3:5] == self.now[3:5]


def compare(old: Path, new: Path, limits: Limits = NO_LIMITS) -> dict[str, Any]:
    """What ``pbr compare --json`` prints. Raises Refused PBR722, PBR723, PBR752, PBR753, PBR920, PBR921."""
    with open_sides(old, new, limits) as sides:
        return comparison(sides)


def comparison(sides: Sides) -> dict[str, Any]:
    changed, number, compared = changed_lines(sides)
    causes = Explained(sides)
    lines = [told_line(sides, one, causes if place < MOST_EXPLAINED else None) for place, one in enumerate(changed)]
    return {
        "format": "pbr-comparison/1",
        "contract": sides.plan.contract,
        "currency": sides.plan.currency,
        "old": _side(sides.old), "new": _side(sides.new),
        "terms": [change.to_json() for change in changed_terms(sides.old.plan, sides.new.plan)],
        "data": data_differences(sides),
        "lines": {"compared": compared, "same": compared - number, "different": number},
        "paid": {"old": _paid(sides, "old_"), "new": _paid(sides, "new_")},
        "differences": lines,
    }  # fmt: skip


@dataclass
class Explained:
    """Looks for causes, with the differing terms found once."""

    sides: Sides

    def __post_init__(self) -> None:
        self.terms = look_behind(self.sides)

    def behind(self, line: Changed) -> Causes:
        causes = Causes(self.sides, self.terms)
        if line.same_before_caps:
            caps = [step for step in self.sides.plan.then if line.payment in (*step.over, step.name)]
            over = sorted({payment for cap in caps for payment in (*cap.over, *cap.others)})
            others = [(one.payment, one.grain, one.key) for one in changed_before_caps(self.sides, over)]
            causes.of_caps(others, [_cap(cap, self.sides.plan.currency) for cap in caps])
            was = {cap.number: cap for cap in self.sides.old.plan.then}
            for cap in caps:
                if f"step {cap.number} of the statement" in self.terms and (cap.number not in was or was[cap.number].amount != cap.amount):
                    causes.add_term(f"step {cap.number} of the statement")
        else:
            causes.of_line(*payments_of(self.sides, line.payment), line.grain, line.key)
        return causes


def changed_lines(sides: Sides) -> tuple[list[Changed], int, int]:
    """The lines that are not the same, at most MOST_LISTED; how many there are; how many lines there are in all."""
    differ = "o.line IS NULL OR n.line IS NULL OR o.amount IS DISTINCT FROM n.amount OR o.result <> n.result OR o.of <> n.of"
    found = _lines(sides, differ)
    number, total = (int(cell) for cell in sides.con.execute(f"SELECT count(*) FILTER ({differ}), count(*) FROM {_joined()}").fetchone())
    return found, number, total


def changed_before_caps(sides: Sides, over: list[str]) -> list[Changed]:
    """Lines of these payments that are not the same before the steps of the statement."""
    listed = ", ".join("?" for _ in over)
    differ = "(o.line IS NULL OR n.line IS NULL OR o.low IS DISTINCT FROM n.low OR o.high IS DISTINCT FROM n.high)"
    return _lines(sides, f"{differ} AND coalesce(n.payment, o.payment) IN ({listed})", over) if over else []


def _joined() -> str:
    return "old_payments o FULL OUTER JOIN new_payments n ON o.payment = n.payment AND o.grain = n.grain AND o.key = n.key"


def _lines(sides: Sides, where: str, values: list[str] | None = None) -> list[Changed]:
    told = ", ".join(f"coalesce(n.{name}, o.{name})" for name in ("payment", "grain", "key"))
    cells = ", ".join(f"{side}.{name}" for side in "on" for name in ("line", "result", "amount", "low", "high", "of"))
    sql = f"SELECT {told}, {cells} FROM {_joined()} WHERE {where} ORDER BY n.line NULLS LAST, o.line LIMIT {MOST_LISTED}"
    out = []
    for payment, grain, key, *rest in sides.con.execute(sql, values or []).fetchall():
        was, now = (tuple(part) if part[0] is not None else None for part in (rest[:6], rest[6:]))
        out.append(Changed(payment, grain, tuple(json.loads(key)), was, now))
    return out


def told_line(sides: Sides, line: Changed, explained: Explained | None) -> dict[str, Any]:
    """One difference as JSON. ``explained`` None: without its causes."""
    factor = any(one is not None and one.form == "factor" for one in payments_of(sides, line.payment))
    out: dict[str, Any] = {"payment": line.payment, "grain": line.grain, "key": list(line.key)}
    for name, ends in (("was", line.was), ("now", line.now)):
        out[name] = NOT_THERE if ends is None else {"line": int(ends[0]), "result": ends[1], "amount": _amount(ends, factor)}
    if explained is None:
        return out
    causes = explained.behind(line)
    return out | {"because": [cause.to_json() for cause in causes.told()], "differs": [value.to_json() for value in causes.named]}


def _amount(ends: tuple[Any, ...], factor: bool) -> str | None:
    if ends[2] is None:
        return None
    return words.factor_text(int(ends[2]), int(ends[5])) if factor else words.amount_text(int(ends[2]))


def _cap(cap: StatementStep, currency: str) -> str:
    clause = f" ({cap.clause})" if cap.clause else ""
    return f"the {in_words(cap, currency)}{clause}"


def _side(side: Any) -> dict[str, Any]:
    return {"folder": side.folder, "version": side.plan.version, "made_by": side.engine, "complete_to": side.days}


def _paid(sides: Sides, prefix: str) -> str:
    plan = sides.old.plan if prefix == "old_" else sides.new.plan
    money = plan.money_lines()
    if not money:
        return words.amount_text(0)
    sql = f"SELECT CAST(coalesce(sum(amount), 0) AS VARCHAR) FROM {prefix}payments WHERE payment IN ({', '.join('?' for _ in money)})"
    return words.amount_text(int(sides.con.execute(sql, money).fetchone()[0]))
