"""``pbr explain DIR CODE``: the rows that a check or a finding names, each with its line, what stands in it and why."""

from __future__ import annotations

from collections import Counter
from typing import Any

from pbr.plan.plan import Plan
from pbr.statement import words
from pbr.statement.opening import Opened
from pbr.submission.codes import FINDINGS, in_short

MOST_LISTED = 20
WIDEST_VALUE = 60
BECAME = {
    "reject": ("is rejected", "are rejected", "rejected.csv, each with its reason"),
    "missing": ("is missing", "are missing", "rejected.csv, each with its reason"),
    "flag": ("is to look at, and stays where it is", "are to look at, and stay where they are", "findings.parquet"),
    "unused": ("is not used", "are not used", "findings.parquet"),
}


def codes_found(opened: Opened) -> list[str]:
    """The codes of this assessment's findings, those of the contract's own checks first."""
    if not opened.trail.columns_of("findings"):
        return []
    found = [str(code) for (code,) in opened.trail.select("SELECT DISTINCT CODE FROM findings ORDER BY 1")]
    return sorted(found, key=lambda code: (code in FINDINGS, code))


def code_asked(opened: Opened, word: str) -> str | None:
    """The code that a word means, large or small letters alike: of a check of the contract, or of what was found; else None."""
    known = dict.fromkeys([*_checks(opened.plan), *codes_found(opened), *FINDINGS])
    if word in known:
        return word
    alike = [code for code in known if code.casefold() == word.casefold()]
    return alike[0] if len(alike) == 1 else None


def rows_found(opened: Opened, code: str) -> tuple[str, dict[str, Any]]:
    """What ``pbr explain`` prints of a code, and the same as JSON values. The first rows are listed, the others counted."""
    head = "; ".join(dict.fromkeys(_checks(opened.plan).get(code, [])) or [in_short(code)])
    out, told = [f"{code}: {head}"], []
    counted = opened.trail.select(
        "SELECT TABLE_NAME, SEVERITY, count(DISTINCT \"ROW\") + count(*) FILTER (\"ROW\" IS NULL AND SEVERITY = 'missing') FROM findings "
        "WHERE CODE = ? GROUP BY ALL ORDER BY ALL",
        [code],
    ) if opened.trail.columns_of("findings") else []  # fmt: skip
    for table, severity, number in counted:
        listed = _listed(opened, code, str(table), str(severity)) if number else []
        if number:
            one, many, where = BECAME.get(str(severity), BECAME["flag"])
            out += ["", f"{words.counted(number, 'row')} of {table} {one if number == 1 else many}:", *_side_by_side(listed)]
            rest = int(number) - len({(each["row"], each["value"] if each["row"] is None else "") for each in listed})
            if rest:
                out.append(f"  and {words.count(rest)} more: all of them are in {where}")
        notes = [note["says"] for note in opened.statement.get("notes", []) if (note["table"], note["code"]) == (table, code)]
        if severity == "flag":
            out += ["", *(f"{table}: {text}" for text in notes)] if notes else []
        told.append({"table": table, "severity": severity, "rows": number, "listed": listed, "notes": notes if severity == "flag" else []})
    if len(out) == 1:
        out += ["", "Nothing was found with this code in this assessment."]
    return "\n".join(out) + "\n", {"code": code, "found": told}


def _place(found: dict[str, Any]) -> str:
    if found["line"] is not None:
        return f"line {words.count(found['line'])}"
    return f"row {words.count(found['row'])}" if found["row"] is not None else "no row"


def _checks(plan: Plan) -> dict[str, list[str]]:
    """By code, how each check of the contract with that code is written."""
    out: dict[str, list[str]] = {}
    for table in plan.tables:
        for rule in table.rules:
            out.setdefault(rule.code, []).append(
                _with_clause(rule.says.rstrip(".") or f"{rule.kind}: {', '.join(rule.columns)}", rule.clause)
            )
    for step in plan.steps:
        if step.kind in ("check", "flag"):
            out.setdefault(step.name.split(".", 2)[2], []).append(_with_clause(step.text, step.clause))
    return out


def _with_clause(text: str, clause: str) -> str:
    return f"{text}  ({clause})" if clause else text


def _listed(opened: Opened, code: str, table: str, severity: str) -> list[dict[str, Any]]:
    where = "CODE = ? AND TABLE_NAME = ? AND SEVERITY = ? AND (\"ROW\" IS NOT NULL OR SEVERITY = 'missing')"
    return _read(opened, where, [code, table, severity], MOST_LISTED)


def _read(opened: Opened, where: str, values: list[str], most: int) -> list[dict[str, Any]]:
    rows = opened.trail.select(
        f'SELECT "ROW", LINE, COLUMN_NAME, VALUE, CODE, SAYS FROM findings WHERE {where} '
        f'ORDER BY "ROW" NULLS LAST, COLUMN_NAME NULLS FIRST, VALUE, CODE, SAYS LIMIT {most}',
        values,
    )
    names = ("row", "line", "column", "value", "code", "says")
    return [
        dict(zip(names, (row, line, column or "", value or "", code, says or in_short(code)), strict=True))
        for row, line, column, value, code, says in rows
    ]


def _side_by_side(listed: list[dict[str, Any]]) -> list[str]:
    """Line, column, value and sentence in columns. A sentence that all of them share is said once, above them."""
    same = Counter(each["says"] for each in listed)
    shared = next(iter(same)) if len(same) == 1 and len(listed) > 1 else ""
    cells = [
        (_place(each) if each["row"] is not None else "", each["column"], _short(each["value"]), "" if shared else each["says"])
        for each in listed
    ]
    widths = [max(len(cell[n]) for cell in cells) for n in range(3)]
    rows = ["  " + "   ".join(cell[n].ljust(widths[n]) for n in range(3) if widths[n]) + f"   {cell[3]}" for cell in cells]
    return [*([f"  {shared}"] if shared else []), *(row.rstrip() for row in rows)]


def _short(text: str) -> str:
    return text if len(text) <= WIDEST_VALUE else text[: WIDEST_VALUE - 3] + "..."
