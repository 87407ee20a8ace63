"""The report of ``pbr validate``, format ``pbr-validation/1``: JSON values, described by docs/schema/validation.json."""

from __future__ import annotations

from typing import Any

from pbr.plan.plan import Plan, Table
from pbr.submission.accepted import Accepted
from pbr.submission.completeness import over_limit
from pbr.submission.reading import fill_lines
from pbr.validation.causes import causes_of, missing_keys, shortened
from pbr.validation.suspicions import suspicions_of

FORMAT = "pbr-validation/1"


def make_report(
    plan: Plan, accepted: Accepted, rejected: dict[str, int], prediction: dict[str, Any], totals_compared: bool
) -> dict[str, Any]:
    """``rejected``: rows per table, those that checks took away included. ``prediction``: as ``prediction.predicted`` gives it.
    ``totals_compared``: control totals were given, so they agree. ``ok``: nothing is rejected, missing or refused."""
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
        "ok": clean and not suspicions,
        "complete_to": {name: day.isoformat() if day else None for name, day in sorted(accepted.complete_to.items())},
        "files": [
            {"name": one.name, "tables": list(one.tables), "sha256": one.sha256, "size": one.size, "records": one.records}
            for one in accepted.sources
        ],
        "tables": tables,
        "suspicions": suspicions,
        "causes": [one for one in causes if one["rows"]],
        "notes": _notes(accepted),
        "missing": {name: missing_keys(accepted, name) for name, one in tables.items() if one["missing"]},
        "control_totals": _totals(plan, totals_compared),
        "prediction": _over(tables, prediction),
    }


def _table(accepted: Accepted, table: Table, rejected: int) -> dict[str, Any]:
    name = table.name
    (look,) = accepted.con.execute(
        "SELECT count(DISTINCT \"ROW\") FROM findings WHERE TABLE_NAME = ? AND SEVERITY = 'flag'", [name]
    ).fetchone()
    submitted, unused, missing = accepted.submitted[name], accepted.unused[name], accepted.missing.get(name, 0)
    return {
        "submitted": submitted,
        "accepted": submitted - rejected - unused,
        "rejected": rejected,
        "unused": unused,
        "flagged": int(look),
        "missing": missing,
        "extra": accepted.extra.get(name, 0),
        "covers": table.cover.table if table.cover is not None else None,
        "refused_over": table.refused_over or None,
        "refused": over_limit(table, accepted.expected(name), rejected + missing),
    }


def _notes(accepted: Accepted) -> list[dict[str, str]]:
    """What was noticed about a file, a table or a group: nothing that belongs to one row. Columns nobody reads are one note per file."""
    found = accepted.con.execute(
        "SELECT TABLE_NAME, CODE, coalesce(COLUMN_NAME, ''), coalesce(VALUE, ''), SAYS FROM findings "
        "WHERE SEVERITY = 'flag' AND \"ROW\" IS NULL ORDER BY ALL"
    ).fetchall()
    unread: dict[str, list[str]] = {}
    out = []
    for table, code, column, value, says in found:
        if code == "PBR481":
            unread.setdefault(table, []).append(shortened(column))
        else:
            out.append({"table": table, "code": code, "says": says + (f": {shortened(value)}" if value else "")})
    for table, columns in unread.items():
        shown = ", ".join(columns[:8]) + (f" and {len(columns) - 8:,} more" if len(columns) > 8 else "")
        says = f"not in the contract, so not read: the column{'' if len(columns) == 1 else 's'} {shown}"
        out.append({"table": table, "code": "PBR481", "says": says})
    return out


def _totals(plan: Plan, compared: bool) -> dict[str, Any]:
    asked = [f"{table.name}.{total.name}" for table in plan.tables for total in table.control_totals]
    return {"asked": asked, "compared": compared and bool(asked)}


def _over(tables: dict[str, dict[str, Any]], prediction: dict[str, Any]) -> dict[str, Any]:
    return {**prediction, "refused": [name for name, one in tables.items() if one["refused"]]}
