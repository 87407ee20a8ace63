"""If nothing is corrected: what an assessment of these very files would hold or not pay, read from the values it stores."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pbr.plan.plan import Plan, Reason, Step
from pbr.statement.lines import because, payment_of, read_lines
from pbr.statement.making import totals
from pbr.statement.missing import Chase
from pbr.statement.stored import Row, Trail
from pbr.statement.words import key

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_CHASED = 200  # held lines whose reasons are followed down to the rows


@dataclass
class _Roots(Chase):
    """Goes down the reasons of a held value and remembers the tables whose rejected or missing rows are at the bottom of it."""

    tables: set[str] = field(default_factory=set)

    def _reason(self, row: Row, step: Step, bit: int, reason: Reason, depth: int) -> Iterator[tuple[int, str]]:
        if reason.kind == "rejected":
            self.tables.add(reason.what)
        yield from super()._reason(row, step, bit, reason, depth)

    def rejected(self, row: Row, step: Step, why: int) -> list[str]:
        for _ in self.why(row, step, why):
            pass
        return sorted(self.tables)


def predicted(plan: Plan, con: Any, complete_to: dict[str, str | None], gone: dict[str, int]) -> dict[str, Any]:
    """{lines, held, held_because_of_rows, not_paid_for, paid}. ``con``: with the views of a run. ``gone``: rows rejected or missing, per table.

    ``held_because_of_rows``: the lines that are held and would not wait for these rows if they were there, {id, payment, for, because,
    tables}; the first MOST_CHASED held lines are followed. ``not_paid_for``: rows that have a payment of their own, and get none."""
    trail = Trail(plan, con)
    held = int(trail.select("SELECT count(*) FROM payments WHERE result = 'held'")[0][0])
    lines = []
    for line in read_lines(trail, "result = 'held'", limit=MOST_CHASED) if any(gone.values()) else []:
        payment = payment_of(plan, line.payment)
        row = trail.row(payment.grain, line.key)
        if row is None:
            continue
        steps = [name for name in (payment.condition, payment.amount) if name]
        tables: set[str] = set()
        for name in steps:
            found = trail.of_step(row, plan.step(name))
            if found is not None and found.value.why:
                tables |= set(_Roots(trail, complete_to).rejected(row, plan.step(name), found.value.why))
        if tables:
            lines.append(
                {
                    "id": f"{line.payment}[{key(line.key)}]",
                    "payment": line.payment,
                    "for": dict(zip(plan.key_of(line.grain), line.key, strict=True)),
                    "because": because(trail, payment, line, row),
                    "tables": sorted(tables),
                }
            )
    sums = totals(trail)
    return {
        "tried": True,
        "lines": sum(payment["lines"] for payment in sums["payments"].values()),
        "held": held,
        "held_because_of_rows": lines,
        "not_paid_for": [
            {"payment": payment.name, "table": payment.grain, "rows": gone[payment.grain]}
            for payment in plan.payments
            if gone.get(payment.grain)
        ],
        "paid": sums.get("paid"),
    }


def not_tried(why: str, do: str) -> dict[str, Any]:
    return {"tried": False, "why": why, "do": do}
