"""The report of ``pbr validate``, format ``pbr-validation/1``: JSON values, described by docs/schema/validation.json."""

from __future__ import annotations

from typing import Any

from pbr.plan.plan import Plan, Table
from pbr.problem import Problem
from pbr.statement.making import table_and_code
from pbr.submission.accepted import Accepted
from pbr.submission.completeness import over_limit
from pbr.submission.reading import fill_lines
from pbr.validation.causes import STRUCTURAL, causes_of, missing_keys, shortened
from pbr.validation.rates import rate_steps, rates_of
from pbr.validation.suspicions import suspicions_of

FORMAT = "pbr-validation/1"


def make_report(
    plan: Plan, accepted: Accepted, rejected: dict[str, int], prediction: dict[str, Any], totals: list[Problem] | None
) -> dict[str, Any]:
    """``rejected``: rows per table, those that checks took away included. ``prediction``: as ``prediction.predicted`` gives it. ``totals``: what
    is wrong with the control totals that were given; None: none was given. ``ok``: nothing is rejected, missing or refused."""
    fill_lines(accepted)
    causes = causes_of(plan, accepted)
    tables = {table.name: _table(accepted, table, rejected[table.name]) for table in plan.tables}
    suspicions = suspicions_of(plan, accepted, rejected)
    clean = not any(one["rejected"] or one["missing"] for one in tables.values())
    return {
        "format": FORMAT,
        "contract": plan.contract,
        "title": plan.title,
        "version": plan.version,
        "ok": clean and not suspicions and not totals,
        "complete_to": {name: day.isoformat() if day else None for name, day in sorted(accepted.complete_to.items())},
        "files": [
            {"name": one.name, "tables": list(one.tables), "sha256": one.sha256, "size": one.size, "records": one.records}
            for one in accepted.sources
        ],
        "tables": tables,
        "suspicions": suspicions,
        "causes": [one for one in causes if one["rows"]],
        "rates": rates_of(plan, accepted, prediction["tried"]),
        "notes": _notes(plan, accepted),
        "missing": {name: missing_keys(accepted, name) for name, one in tables.items() if one["missing"]},
        "control_totals": _totals(plan, accepted, totals),
        "prediction": _over(tables, prediction),
    }


def _table(accepted: Accepted, table: Table, rejected: int) -> dict[str, Any]:
    name = table.name
    (look,) = accepted.con.execute(
        "SELECT count(DISTINCT \"ROW\") FROM findings WHERE TABLE_NAME = ? AND SEVERITY = 'flag'", [name]
    ).fetchone()
    (torn,) = accepted.con.execute(
        'SELECT count(DISTINCT "ROW") FROM findings WHERE TABLE_NAME = ? AND list_contains(?, CODE)', [name, list(STRUCTURAL)]
    ).fetchone()
    submitted, unused, missing = accepted.submitted[name], accepted.unused[name], accepted.missing.get(name, 0)
    return {
        "submitted": submitted,
        "accepted": submitted - rejected - unused,
        "rejected": rejected,
        "unused": unused,
        "torn": int(torn),
        "flagged": int(look),
        "missing": missing,
        "extra": accepted.extra.get(name, 0),
        "covers": table.cover.table if table.cover is not None else None,
        "refused_over": table.refused_over or None,
        "refused": over_limit(table, accepted.expected(name), rejected + missing),
    }


def _notes(plan: Plan, accepted: Accepted) -> list[dict[str, str]]:
    """What was noticed about a file or a table: nothing that belongs to one row. Columns nobody reads are one note per file."""
    rates = {table_and_code(step) for step in rate_steps(plan)}
    found = accepted.con.execute(
        "SELECT TABLE_NAME, CODE, coalesce(COLUMN_NAME, ''), coalesce(VALUE, ''), SAYS FROM findings "
        "WHERE SEVERITY = 'flag' AND \"ROW\" IS NULL ORDER BY ALL"
    ).fetchall()
    unread: dict[str, list[str]] = {}
    out = []
    for table, code, column, value, says in found:
        if code == "PBR481":
            unread.setdefault(table, []).append(shortened(column))
        elif (table, code) not in rates:
            says = says.removeprefix(f"{table}: ")
            out.append({"table": table, "code": code, "says": says + (f": {shortened(value)}" if value else "")})
    for table, columns in unread.items():
        shown = ", ".join(columns[:8]) + (f" and {len(columns) - 8:,} more" if len(columns) > 8 else "")
        says = f"not in the contract, so not read: the column{'' if len(columns) == 1 else 's'} {shown}"
        out.append({"table": table, "code": "PBR481", "says": says})
    return out


def _totals(plan: Plan, accepted: Accepted, totals: list[Problem] | None) -> dict[str, Any]:
    asked = [f"{table.name}.{total.name}" for table in plan.tables for total in table.control_totals]
    (open_,) = accepted.con.execute("SELECT count(*) FROM findings WHERE CODE = 'PBR484'").fetchone()
    problems = [
        {"code": one.code, "says": one.says, "do": one.hint, "file": one.place.file if one.place is not None else None}
        for one in totals or []
    ]
    return {"asked": asked, "compared": totals is not None and bool(asked or totals), "unconfirmed": int(open_), "problems": problems}


def _over(tables: dict[str, dict[str, Any]], prediction: dict[str, Any]) -> dict[str, Any]:
    return {**prediction, "refused": [name for name, one in tables.items() if one["refused"]]}
