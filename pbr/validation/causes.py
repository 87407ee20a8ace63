"""The findings of a submission, those with one cause together: how many rows, a few examples, and what to do."""

from __future__ import annotations

import re
from typing import Any

from pbr.plan.plan import Plan
from pbr.submission.accepted import Accepted
from pbr.submission.codes import FINDINGS, in_short, what_to_do
from pbr.submission.rejected import corrections

MOST_EXAMPLES = 3
LONGEST_VALUE = 40
MOST_MISSING = 10_000  # keys of missing rows that a report lists; their number is always said
# codes of which the sentence says more than the reason in short: the codes of a list, the bounds, the length, the picture
DETAILED = ("PBR451", "PBR454", "PBR457", "PBR458", "PBR459", "PBR461", "PBR462", "PBR480")
STRUCTURAL = ("PBR430", "PBR431", "PBR432")  # the record's fields could not be told apart
MOST_PLACES = 4  # rows named of one value
ORDER = {"reject": 0, "missing": 1, "flag": 2, "unused": 3}


def causes_of(plan: Plan, accepted: Accepted) -> list[dict[str, Any]]:
    """One entry for each table, severity, code and column that something was found with: {table, severity, code, column, clause, rows, says,
    do, examples}. What is wrong comes before what is to be looked at, and much before little. ``rows`` counts rows, each once; of
    findings about a file as a whole it is 0. The findings must have their lines."""
    ours, to_do = own_checks(plan), corrections(plan)
    out = []
    for table, severity, code, column, rows, found, kinds, says in accepted.con.execute(
        "SELECT TABLE_NAME, SEVERITY, CODE, coalesce(COLUMN_NAME, '') AS c, count(DISTINCT \"ROW\"), count(*), count(DISTINCT SAYS), "
        "min(SAYS) FROM findings GROUP BY ALL ORDER BY ALL"
    ).fetchall():
        about, clause, correct = ours.get((table, code), ("", "", ""))
        out.append(
            {
                "table": table,
                "severity": severity,
                "code": code,
                "column": column,
                "clause": clause,
                "rows": int(found) if severity == "missing" else int(rows),
                "says": about or _missing(plan, table, severity) or _headline(code, column, str(says or ""), int(kinds)),
                "do": correct or what_to_do(code) or _look(code, clause, severity) or to_do.get((table, code), ""),
                "examples": _examples(accepted, table, severity, code, column),
            }
        )
    return sorted(out, key=lambda one: (ORDER.get(one["severity"], 9), -one["rows"], one["table"], one["code"], one["column"]))


def missing_keys(accepted: Accepted, table: str) -> list[str]:
    """The keys of the register that have no row in ``table``, in their order; at most MOST_MISSING of them."""
    found = accepted.con.execute(
        "SELECT VALUE FROM findings WHERE SEVERITY = 'missing' AND TABLE_NAME = ? ORDER BY VALUE LIMIT ?", [table, MOST_MISSING]
    ).fetchall()
    return [str(value) for (value,) in found]


def shortened(value: str) -> str:
    """A value on one line, at most LONGEST_VALUE characters. What a terminal would obey is shown as a question mark."""
    flat = "".join(letter if letter.isprintable() else "?" for letter in re.sub(r"\s+", " ", value))
    return flat if len(flat) <= LONGEST_VALUE else flat[: LONGEST_VALUE - 1] + "…"


def own_checks(plan: Plan) -> dict[tuple[str, str], tuple[str, str, str]]:
    """Of the contract's own checks, by table and code: what they say, their clause, and what to do where the contract says it."""
    out = {(table.name, rule.code): (rule.says, rule.clause, rule.correct) for table in plan.tables for rule in table.rules}
    for step in plan.steps:
        if step.kind in ("check", "flag"):
            _, table_name, code = step.name.split(".", 2)
            out[table_name, code] = (step.says or step.text, step.clause, step.correct)
    return out


def _missing(plan: Plan, table: str, severity: str) -> str:
    cover = plan.table(table).cover if severity == "missing" else None
    return f"in {cover.table}, and no row here" if cover is not None else ""


def _headline(code: str, column: str, says: str, kinds: int) -> str:
    if code not in FINDINGS or (kinds == 1 and (code in DETAILED or "; found a " in says)):
        return says or in_short(code)
    return f"{column}: {in_short(code)}" if column else in_short(code)


def _look(code: str, clause: str, severity: str) -> str:
    """What to do about a row that the contract only wants looked at."""
    return f"look at it; as it is, it is used (check {code}{', ' + clause if clause else ''})" if severity == "flag" else ""


def _examples(accepted: Accepted, table: str, severity: str, code: str, column: str) -> list[dict[str, Any]]:
    """The most frequent values, in the order of the file: {lines, rows, places, value, cells}. ``lines`` (as far as known) and ``rows`` are the
    first that have the value, ``places`` how many have it. ``cells``: what stands in each column, where there are several."""
    found = accepted.con.execute(
        'SELECT (list(DISTINCT LINE ORDER BY LINE) FILTER (LINE IS NOT NULL))[:?], (list(DISTINCT "ROW" ORDER BY "ROW") FILTER ("ROW" IS NOT NULL))[:?], '
        'greatest(count(DISTINCT "ROW"), 1), VALUE FROM findings WHERE TABLE_NAME = ? AND SEVERITY = ? AND CODE = ? '
        "AND coalesce(COLUMN_NAME, '') = ? GROUP BY VALUE ORDER BY count(*) DESC, min(\"ROW\"), VALUE LIMIT ?",
        [MOST_PLACES, MOST_PLACES, table, severity, code, column, MOST_EXAMPLES],
    ).fetchall()
    out = []
    for lines, rows, places, value in found:
        text = str(value or "")
        out.append(
            {
                "lines": lines or [],
                "rows": rows or [],
                "places": int(places),
                "value": shortened(text),
                "cells": {name: shortened(cell) for name, cell in cells_of(column, text).items()},
            }
        )
    return sorted((one for one in out if one["rows"] or one["value"]), key=lambda one: (one["rows"], one["value"]))


def cells_of(column: str, value: str) -> dict[str, str]:
    """Of a finding about several columns, what stands in each; {} about one column, or where a value holds what separates them."""
    names = column.split(", ")
    for between in (" | ", ", "):
        parts = value.split(between)
        if len(parts) == len(names) > 1:
            return dict(zip(names, parts, strict=True))
    return {}
