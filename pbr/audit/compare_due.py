"""due.parquet against the reference engine: every entry worked out again in plain Python, from its lines and from what stood before."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pbr.audit import layout
from pbr.audit.compare_trace import column_names, key_text, records, shown
from pbr.audit.difference import Difference, Found
from pbr.audit.due import Before
from pbr.engine.record.statement import Line
from pbr.plan.plan import Plan

COLUMNS = ("entry", "payment", "grain", "key", "kind", "line", "sum", "standing", "of_assessment", "of_line")
Name = tuple[str, str, tuple[str, ...]]  # payment, grain, key
Stood = tuple[int, str, int]  # sum, the assessment and the line that paid it
Entry = tuple[str, int, int]  # kind, sum, what stands after it


def compare_due(plan: Plan, lines: list[Line], before: Before, con: Any, folder: Path, found: Found) -> int:
    """Adds every difference; gives the number of entries. Raises Enough and duckdb.Error."""
    names = column_names(con, folder / layout.DUE)
    if tuple(names) != COLUMNS:
        found.add(Difference(layout.DUE, "its columns differ", "", "", ", ".join(names), ", ".join(COLUMNS)))
        return 0
    stood = _stood(con.execute(before.standing).fetchall())
    wanted = expected(plan, lines, stood)
    number = 0
    for record in records(con, folder / layout.DUE, names):
        if number >= len(wanted):
            found.add(Difference(layout.DUE, "no such entry follows from the lines", f"entry {record['entry']}"))
            return number
        want = wanted[number]
        at = f"{want['payment']} {key_text(tuple(want['key']))}".strip()
        for name in COLUMNS:
            stored = _listed(record[name]) if name == "key" else record[name]
            if stored != want[name]:
                found.add(Difference(layout.DUE, "", at, name, shown(stored), shown(want[name])))
        number += 1
    if number < len(wanted):
        found.add(
            Difference(layout.DUE, "this entry is missing", f"{wanted[number]['payment']} {key_text(tuple(wanted[number]['key']))}".strip())
        )
    return number


def expected(plan: Plan, lines: list[Line], stood: dict[Name, Stood]) -> list[dict[str, Any]]:
    """The entries, in order: those of the lines of money there are, then those of lines that are gone."""
    money = set(plan.money_lines())
    totals = {step.name: step.over for step in plan.then if step.name}  # the steps with lines of their own, and what is under each
    left = dict(stood)
    out: list[dict[str, Any]] = []
    for line in lines:
        if line.payment in money:
            name = (line.payment, line.grain, line.key)
            was = left.pop(name, None)
            _add(out, name, line.number, was, _entries(line, was[0] if was else None, totals))
    for name in sorted(left, key=lambda name: (name[0].encode(), name[1].encode(), json.dumps(name[2], ensure_ascii=False).encode())):
        _add(out, name, None, left[name], [("reversal", -left[name][0], 0)])
    return out


def _entries(line: Line, stood: int | None, totals: dict[str, tuple[str, ...]]) -> list[Entry]:
    if stood is None:
        if line.amount is None:
            return [("held", 0, 0)]
        return [("paid" if line.amount else "nothing", line.amount, line.amount)]
    stands = line.amount
    if stands is None:
        most = line.after[-1][1] if line.after else line.high
        stands = stood if most is None or most > stood else most
        of_a_total = line.payment in totals or any(line.payment in over for over in totals.values())
        if line.payment in totals or (of_a_total and stands > 0):
            return [("reversal", -stood, 0), ("held", 0, 0)]
    if stands == stood:
        return [("kept" if line.amount is None else "unchanged", 0, stood)]
    again = "kept" if line.amount is None else "restatement"
    return [("reversal", -stood, 0), *([(again, stands, stands)] if stands else [])]


def _add(out: list[dict[str, Any]], name: Name, line: int | None, was: Stood | None, entries: list[Entry]) -> None:
    for kind, sum_, standing in entries:
        cells = (
            len(out) + 1,
            name[0],
            name[1],
            list(name[2]),
            kind,
            line,
            sum_,
            standing,
            was[1] if was else None,
            was[2] if was else None,
        )
        out.append(dict(zip(COLUMNS, cells, strict=True)))


def _stood(rows: Iterable[tuple[Any, ...]]) -> dict[Name, Stood]:
    return {
        (str(payment), str(grain), tuple(json.loads(key))): (int(sum_), str(sha256), int(line))
        for payment, grain, key, sum_, sha256, line in rows
    }


def _listed(text: Any) -> Any:
    try:
        return json.loads(text)
    except (TypeError, ValueError):
        return text
