"""If nothing is corrected: what an assessment of these very files would hold or not pay, read from the values it stores."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pbr.plan.plan import Payment, Plan, Reason, Step
from pbr.platform.sqltext import quote_name
from pbr.statement.lines import Line, because, read_lines, reasons
from pbr.statement.making import totals
from pbr.statement.missing import Chase
from pbr.statement.stored import Row, Trail
from pbr.statement.words import day, key

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


def predicted(
    plan: Plan, con: Any, complete_to: dict[str, str | None], rejected: dict[str, int], missing: dict[str, int]
) -> dict[str, Any]:
    """{lines, held, held_because_of_rows, held_for_other_reasons, held_not_followed, not_paid_for, paid}. ``con``: with the views of a run.
    ``rejected`` and ``missing``: rows, per table.

    ``held_because_of_rows``: the lines that are held and would not wait for these rows if they were there, {id, payment, for, because,
    tables}. ``held_for_other_reasons``: {lines, because} for each reason. A held line whose own reasons do not tell which it is has them
    followed down to the rows, MOST_CHASED of them at most; ``held_not_followed`` is how many were not. ``not_paid_for``: rows that have a
    payment of their own, and get none."""
    trail = Trail(plan, con)
    gone = {name: rejected[name] + missing.get(name, 0) for name in rejected}
    followed = _followed(trail, complete_to, any(gone.values()))
    sums = totals(trail)
    return {
        "tried": True,
        "lines": sum(payment["lines"] for payment in sums["payments"].values()),
        "held": int(trail.select("SELECT count(*) FROM payments WHERE result = 'held'")[0][0]),
        "held_because_of_rows": followed.because_of_rows,
        "held_for_other_reasons": [{"lines": number, "because": why} for why, number in followed.others.most_common()],
        "held_not_followed": followed.left,
        "not_paid_for": [
            {
                "payment": payment.name,
                "table": payment.grain,
                "rows": gone[payment.grain],
                "rejected": rejected[payment.grain],
                "missing": missing.get(payment.grain, 0),
            }
            for payment in plan.payments
            if gone.get(payment.grain)
        ],
        "paid": sums.get("paid"),
    }


@dataclass
class _Followed:
    """Held lines by what they wait for. ``left``: those that were not followed."""

    because_of_rows: list[dict[str, Any]] = field(default_factory=list)
    others: Counter[str] = field(default_factory=Counter)
    left: int = 0


def _followed(trail: Trail, complete_to: dict[str, str | None], chase: bool) -> _Followed:
    """``chase``: there are rows that lines may wait for."""
    out, to_follow = _Followed(), MOST_CHASED
    for payment in trail.plan.payments:
        steps = _own_steps(trail, payment)
        for masks, number, lines in _groups(trail, payment, steps):
            named = [(step, bit, step.reasons[bit]) for step, mask in zip(steps, masks, strict=True) for bit in _bits(mask, step)]
            plain = [one for one in named if one[2].kind != "item"]
            names = {step.name for step in steps}
            own = all(reason.kind != "item" or reason.what in names for _, _, reason in named)
            if plain and own and not any(reason.kind in ("held", "rejected") for _, _, reason in named):
                out.others[_in_words(plain, complete_to)] += number
                continue
            if not chase:
                out.others["answers they rest on are not known yet"] += number
                continue
            taken = lines[:to_follow]
            to_follow -= len(taken)
            out.left += number - len(taken)
            for line in read_lines(trail, f"line IN ({', '.join(str(int(one)) for one in taken)})") if taken else []:
                _follow(trail, payment, line, complete_to, out)
    out.because_of_rows.sort(key=lambda one: one["line"])
    for one in out.because_of_rows:
        del one["line"]
    return out


def _follow(trail: Trail, payment: Payment, line: Line, complete_to: dict[str, str | None], out: _Followed) -> None:
    plan, row = trail.plan, trail.row(payment.grain, line.key)
    tables: set[str] = set()
    for name in [name for name in (payment.condition, payment.amount) if name] if row is not None else []:
        assert row is not None
        found = trail.of_step(row, plan.step(name))
        if found is not None and found.value.why:
            tables |= set(_Roots(trail, complete_to).rejected(row, plan.step(name), found.value.why))
    if not tables:
        out.others[because(trail, payment, line, row)] += 1
        return
    out.because_of_rows.append(
        {
            "line": line.number,
            "id": f"{line.payment}[{key(line.key)}]",
            "payment": line.payment,
            "for": dict(zip(plan.key_of(line.grain), line.key, strict=True)),
            "because": because(trail, payment, line, row),
            "tables": sorted(tables),
        }
    )


def _own_steps(trail: Trail, payment: Payment) -> list[Step]:
    """The named items of its own row that a payment's condition and amount wait for, themselves included; those that can be held."""
    stored = set(trail.columns(payment.grain))
    out: dict[str, Step] = {}
    wanted = [name for name in (payment.condition, payment.amount) if name]
    while wanted:
        name = wanted.pop(0)
        if name in out or f"{name}.why" not in stored:
            continue
        out[name] = step = trail.plan.step(name)
        for leaf in step.node.walk():
            if leaf.op == "item" and leaf.params["row"] == "own" and not leaf.params.get("via"):
                wanted.append(leaf.params["step"])
    return list(out.values())


def _groups(trail: Trail, payment: Payment, steps: list[Step]) -> list[tuple[list[int], int, list[int]]]:
    """The held lines of a payment by the reasons stored in their row: the masks of ``steps``, how many lines, and the first of them."""
    masks = "".join(f", coalesce(t.{quote_name(step.name + '.why')}, 0)" for step in steps)
    texts = trail.key_text(payment.grain, "t.")
    same = " AND ".join(f"{text} = json_extract_string(p.key, '$[{n}]')" for n, text in enumerate(texts)) or "true"
    found = trail.select(
        f"SELECT count(*), list(p.line ORDER BY p.line)[:{MOST_CHASED}]{masks} FROM payments p JOIN {trail.view(payment.grain)} t ON {same} "
        f"WHERE p.payment = ? AND p.result = 'held' GROUP BY {', '.join(str(n + 3) for n in range(len(steps))) or '()'} ORDER BY min(p.line)",
        [payment.name],
    )
    return [([int(mask) for mask in row[2:]], int(row[0]), list(row[1])) for row in found if row[0]]


def _bits(mask: int, step: Step) -> list[int]:
    return [bit for bit in range(len(step.reasons)) if mask >> bit & 1]


def _in_words(named: list[tuple[Step, int, Reason]], complete_to: dict[str, str | None]) -> str:
    """What a group of lines waits for, and up to which day the data is complete where it is that."""
    texts = []
    for step, bit, reason in named:
        if reason.kind == "immature" and step.settles is not None:
            days = sorted({str(complete_to.get(table) or "") for table in step.settles.tables} - {""})
            texts.append(f"the data is complete only to {day(days[0])}, and {reason.what} is not settled by then" if days else "")
        else:
            texts += reasons(step, 1 << bit)
    return "; ".join(dict.fromkeys(text for text in texts if text)) or "a value is not known"


def not_tried(why: str, do: str) -> dict[str, Any]:
    return {"tried": False, "why": why, "do": do}
