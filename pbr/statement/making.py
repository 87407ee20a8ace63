"""``statement.json``: what each line pays and why, the totals, where every row went, and what is not verified."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from pbr.plan.plan import Payment, Plan, Step
from pbr.platform.sqltext import quote_name as quote
from pbr.statement import words
from pbr.statement.adjusting import because_of_step, in_words
from pbr.statement.evidence import evidence_totals, grades
from pbr.statement.lines import RESULTS, Line, because, joined, payment_of, read_lines
from pbr.statement.registers import match_rates
from pbr.statement.saying import Reader
from pbr.statement.stored import Row, Trail
from pbr.statement.truth import findings

FORMAT = "pbr-trail/1"
MOST_LINES = 10_000
MOST_NOTED = 20  # groups of one flag on a rate
ONE_BY_ONE = 60  # lines of one payment whose rows are looked up one by one


def make_statement(
    plan: Plan, con: Any, folder: Path, counts: dict[str, dict[str, Any]], complete_to: dict[str, str | None]
) -> dict[str, Any]:
    """The statement of a run as JSON values.

    ``con``: a DuckDB connection with the views ``payments`` and ``trace_GRAIN``. ``folder``: where the run is written; the statement names
    files relative to it and never its place, so the same run gives the same bytes anywhere. ``counts``: per table submitted, used, excluded
    (by code), rejected, unused. ``complete_to``: per table an ISO day, or None where it was not given. Sums are text in whole minor units.
    """
    trail = Trail(plan, con)
    total = int(trail.select("SELECT count(*) FROM payments")[0][0])
    out: dict[str, Any] = {
        "format": FORMAT,
        "contract": plan.contract,
        "title": plan.title,
        "version": plan.version,
        "currency": plan.currency,
        "complete_to": {table: complete_to.get(table) for table in sorted(complete_to)},
        "status": "draft",
        "lines": total,
    }
    if total <= MOST_LINES:
        out["payments"] = [statement_line(trail, line, row) for line, row in with_rows(trail, read_lines(trail))]
    else:
        out["payments_file"] = "payments.parquet"
    out["totals"] = totals(trail)
    out["rows"] = {table.name: _rows(trail, table.name, counts[table.name]) for table in plan.tables if table.name in counts}
    out["held_answers"] = _held_answers(trail)
    out["evidence"] = {payment.name: grades(plan, payment) for payment in plan.payments}
    out["evidence_totals"] = evidence_totals(trail)
    out["notes"] = _notes(trail)
    out["unverified_terms"] = [
        {"name": term.name, "value": term.value, "clause": term.clause, "source": term.source} for term in plan.terms if term.mark == "M"
    ]
    return out


def with_rows(trail: Trail, lines: list[Line]) -> list[tuple[Line, Row | None]]:
    """Each line with its row of the trace. Many lines of a payment are looked up together, in one scan of its grain."""
    found: dict[tuple[str, tuple[str, ...]], Row | None] = {}
    for payment in trail.plan.payments:  # a step's own lines have no row
        keys = [line.key for line in lines if line.payment == payment.name]
        if len(keys) > ONE_BY_ONE and trail.plan.key_of(payment.grain):
            found |= {(row.grain, row.key): row for row in _rows_of_lines(trail, payment)}
        else:
            found |= {(payment.grain, key): trail.row(payment.grain, key) for key in keys}
    return [(line, found.get((line.grain, line.key))) for line in lines]


def _rows_of_lines(trail: Trail, payment: Payment) -> list[Row]:
    keys = trail.key_text(payment.grain, "t.")
    wanted = ", ".join(f"json_extract_string(key, '$[{n}]') AS k{n}" for n in range(len(keys)))
    same = " AND ".join(f"{text} = p.k{n}" for n, text in enumerate(keys))
    sql = f"SELECT t.* FROM {trail.view(payment.grain)} t SEMI JOIN (SELECT {wanted} FROM payments WHERE payment = ?) p ON {same}"
    return [trail.as_row(payment.grain, cells) for cells in trail.select(sql, [payment.name])]


def statement_line(trail: Trail, line: Line, row: Row | None) -> dict[str, Any]:
    """One line as statement.json shows it."""
    plan = trail.plan
    own = plan.adjustment(line.payment)
    if own is not None:
        return {
            "id": f"{line.payment}[{words.key(line.key)}]",
            "payment": line.payment,
            "for": dict(zip(own.key, line.key, strict=True)),
            "result": line.result,
            "amount": None if line.amount is None else words.amount_text(line.amount),
            "unit": plan.currency,
            "clause": own.clause,
            "because": because_of_step(trail, own, line),
            "decided_by": "",
            "rests_on": "",
        }
    payment = payment_of(plan, line.payment)
    step = plan.step(payment.amount)
    factor = payment.form == "factor"
    amount = None if line.amount is None else words.factor_text(line.amount, line.of) if factor else words.amount_text(line.amount)
    evidence = grades(plan, payment)
    return {
        "id": f"{line.payment}[{words.key(line.key)}]",
        "payment": line.payment,
        "for": dict(zip(plan.key_of(line.grain), line.key, strict=True)),
        "result": line.result,
        "amount": amount,
        "unit": "factor" if factor else plan.currency,
        "clause": payment.clause or step.clause,
        "because": because(trail, payment, line, row),
        **evidence,
    }


def totals(trail: Trail) -> dict[str, Any]:
    """Sums of stored lines: of money only. A held line adds nothing to any of them and is counted."""
    plan = trail.plan
    each = {payment.name: _sums(trail, payment.name, payment.form) for payment in plan.payments}
    each |= {step.name: _sums(trail, step.name, step.kind) for step in plan.then if step.name}
    money = [sums for sums in each.values() if "paid" in sums]
    out: dict[str, Any] = {}
    if money:
        for name in ("gross", "deducted", "paid"):
            out[name] = words.amount_text(sum(words.minor_units(sums[name]) for sums in money))
    out["held"] = sum(sums["held"] for sums in each.values())
    out["payments"] = each
    out["steps"] = _steps(trail)
    return out


def _sums(trail: Trail, name: str, form: str) -> dict[str, Any]:
    counted = [f"count(*) FILTER (result = '{name}')" for name in RESULTS]
    summed = [f"CAST(coalesce(sum(amount){which}, 0) AS VARCHAR)" for which in (" FILTER (amount > 0)", " FILTER (amount < 0)", "")]
    row = trail.select(f"SELECT {', '.join(counted + summed)} FROM payments WHERE payment = ?", [name])[0]
    out: dict[str, Any] = {"form": form, "lines": sum(row[:5])}
    out |= dict(zip(RESULTS, row[:5], strict=True))
    if form != "factor":
        out |= {total: words.amount_text(int(text)) for total, text in zip(("gross", "deducted", "paid"), row[5:], strict=True)}
    return out


def _steps(trail: Trail) -> list[dict[str, Any]]:
    """Per step of ``statement: then:`` the sums of what is certain (the low ends) of the lines it reads, before it and after it."""
    out = []
    before = "low"
    for step in trail.plan.then:
        after = f"low_{step.number}"
        over = [*step.over, *([step.name] if step.name else [])]
        where = f"payment IN ({', '.join('?' for _ in over)})"
        high = ("high" + before[3:], "high" + after[3:])
        held = f"FILTER ({quote(before)} = {quote(high[0])} AND {quote(after)} <> {quote(high[1])})"  # known before it, and not after it
        sums = trail.select(
            f"SELECT {', '.join(f'CAST(coalesce(sum({quote(name)}), 0) AS VARCHAR)' for name in (before, after))}, "
            f"count(*) FILTER ({quote(before)} <> {quote(after)} AND {quote(after)} = {quote(high[1])}), "
            f"count(*) {held}, CAST(coalesce(sum({quote(before)}) {held}, 0) AS VARCHAR) FROM payments WHERE {where}",
            over,
        )[0]
        told = {"step": step.number, "kind": step.kind} | ({"name": step.name} if step.name else {})
        if step.kind == "cap" and not step.limit and not step.amount_step:
            told["cap"] = words.amount_text(step.amount)
        told |= {
            "says": in_words(step, trail.plan.currency),
            "per": step.per_name,
            "over": list(step.over),
            "clause": step.clause,
            "before": words.amount_text(int(sums[0])),
            "after": words.amount_text(int(sums[1])),
            "lines_cut": int(sums[2]),
        }
        if sums[3]:
            told["holds"] = {"lines": int(sums[3]), "sum": words.amount_text(int(sums[4]))}
        out.append(told)
        before = after
    return out


def _rows(trail: Trail, table: str, counts: dict[str, Any]) -> dict[str, Any]:
    excluded = {code: int(number) for code, number in sorted(dict(counts.get("excluded") or {}).items())}
    submitted, used, rejected, unused = (int(counts[name]) for name in ("submitted", "used", "rejected", "unused"))
    placed = used + sum(excluded.values()) + rejected + unused
    assert placed == submitted, f"rows of {table}: {placed} placed, {submitted} submitted"
    out = {
        "submitted": submitted, "used": used, "excluded": excluded, "rejected": rejected, "unused": unused,
        "unattributed": int(counts.get("unattributed", 0)), "flagged": _flagged(trail, table),
    }  # fmt: skip
    declared = trail.plan.table(table)
    if declared.cover is not None:
        out |= {"covers": declared.cover.table, "missing": int(counts.get("missing") or 0), "extra": int(counts.get("extra") or 0)}
    rates = match_rates(trail, declared)
    return out | ({"registers": rates} if rates else {})


def _flagged(trail: Trail, table: str) -> dict[str, int]:
    """Rows of a table that a flag names, by its code: reported, and counted wherever else they are."""
    sql = 'SELECT CODE, count(DISTINCT "ROW") FROM findings WHERE TABLE_NAME = ? AND SEVERITY = \'flag\' AND "ROW" IS NOT NULL GROUP BY 1 ORDER BY 1'
    return {str(code): int(number) for code, number in trail.select(sql, [table])}


def _notes(trail: Trail) -> list[dict[str, str]]:
    """What was noticed about a file as a whole: columns that nobody reads, a character set that was guessed; and rates that a flag names."""
    rates = [step for step in trail.plan.steps if step.kind == "flag" and step.grain != table_and_code(step)[0]]
    own = {table_and_code(step) for step in rates}
    found = trail.select("SELECT DISTINCT TABLE_NAME, CODE, SAYS FROM findings WHERE SEVERITY = 'flag' AND ROW IS NULL ORDER BY ALL")
    out = [{"table": str(table), "code": str(code), "says": str(says)} for table, code, says in found if (table, code) not in own]
    return out + [note for step in rates for note in _rate_notes(trail, step)]


def _rate_notes(trail: Trail, step: Step) -> list[dict[str, str]]:
    """A flag on a rate, for each group it names, with the figure that made it so."""
    table, code = table_and_code(step)
    where = [quote(step.name)]
    out = []
    for row in trail.rows(step.grain, where, limit=MOST_NOTED):
        # how far it is over is no matter of "to spare": nothing was to be met
        why = joined([replace(found, by="") for found in findings(Reader(trail, row, step), (), True)], trail)
        group = f"{words.key(row.key)}: " if row.key else ""
        out.append({"table": table, "code": code, "says": f"{group}{why}" + (f" ({step.says.rstrip('.')})" if step.says else "")})
    number = trail.how_many(step.grain, where)
    if number > len(out):
        out.append({"table": table, "code": code, "says": f"and {words.count(number - len(out))} more, in trace/{step.grain}.parquet"})
    return out


def table_and_code(step: Step) -> tuple[str, str]:
    """Of a check or flag, by its name check.TABLE.CODE."""
    _, table, code = step.name.split(".", 2)
    return table, code


def _held_answers(trail: Trail) -> list[dict[str, Any]]:
    """Outcomes of used rows that are held: how many, and what is missing, one count for each set of reasons."""
    out: list[dict[str, Any]] = []
    for step in trail.plan.steps:
        why = f"{step.name}.why"
        if step.kind != "outcome" or why not in trail.columns(step.grain):
            continue
        used = f" AND {quote('_place')} = 'used'" if "_place" in trail.columns(step.grain) else ""
        found = trail.select(
            f"SELECT {quote(why)}, count(*) FROM {trail.view(step.grain)} WHERE {quote(why)} <> 0{used} GROUP BY 1 ORDER BY 1"
        )
        for mask, number in found:
            named = [reason for bit, reason in enumerate(step.reasons) if int(mask) >> bit & 1]
            out.append(
                {
                    "name": step.name,
                    "table": step.grain,
                    "rows": int(number),
                    "reasons": [{"kind": reason.kind, "what": reason.what} for reason in named],
                }
            )
    return out
