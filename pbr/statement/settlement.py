"""What is due now, as the statement says it: to date, paid before, due; and each entry that moves money or keeps it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pbr.plan.plan import Plan
from pbr.platform.duck import glob_text
from pbr.statement import words
from pbr.statement.lines import key_is

MOST_ENTRIES = 10_000
MOST_SHOWN = 20
MOST_CAUSES = 2
KINDS = ("paid", "nothing", "held", "unchanged", "kept", "reversal", "restatement")
# the entries that the statement lists; held only of a line of which something stood until now
TOLD = "kind IN ('paid', 'reversal', 'restatement', 'kept') OR (kind = 'held' AND of_line IS NOT NULL)"
# what stood before an entry's line, once for each line: a line's second entry begins at nothing
STOOD = "CASE WHEN kind = 'reversal' THEN -sum WHEN kind = 'unchanged' OR (kind = 'kept' AND sum = 0) THEN standing ELSE 0 END"


def settlement(plan: Plan, con: Any, due: Path, told: dict[str, Any] | None) -> dict[str, Any]:
    """``settlement`` of statement.json, out of due.parquet. ``told``: what is said of the assessment before; None: this is the first."""
    source = f"read_parquet({glob_text(due)}, hive_partitioning = false)"
    counted = ", ".join(f"count(*) FILTER (kind = '{kind}')" for kind in KINDS)
    kept = "CASE WHEN kind = 'kept' THEN standing ELSE 0 END"
    sums = ", ".join(f"CAST(sum({text}) AS VARCHAR)" for text in (STOOD, '"sum"', kept))
    rows = con.execute(f"SELECT payment, {sums}, {counted} FROM {source} GROUP BY payment").fetchall()
    order = {payment.name: number for number, payment in enumerate(plan.payments)}
    each: dict[str, dict[str, Any]] = {}
    total = [0, 0, 0]
    for name, *cells in sorted(rows, key=lambda row: (order.get(row[0], len(order)), row[0])):
        own = [int(cell) for cell in cells[:3]]
        total = [one + other for one, other in zip(total, own, strict=True)]
        each[str(name)] = _sums(own) | dict(zip(KINDS, map(int, cells[3:]), strict=True))
    out: dict[str, Any] = {"previous": told, **_sums(total), "payments": each}
    number = int(con.execute(f"SELECT count(*) FROM {source} WHERE {TOLD}").fetchone()[0])
    if number > MOST_ENTRIES:
        return out | {"entries_file": due.name}
    wanted = "entry, payment, grain, key, kind, line, CAST(sum AS VARCHAR), CAST(standing AS VARCHAR), of_assessment, of_line"
    found = con.execute(f"SELECT {wanted} FROM {source} WHERE {TOLD} ORDER BY entry").fetchall()
    return out | {"entries": [_entry(row) for row in found]}


def _sums(own: list[int]) -> dict[str, str]:
    before, due, kept = own
    named = {"to_date": before + due, "kept_while_held": kept, "paid_before": before, "due": due}
    return {name: words.amount_text(sum_) for name, sum_ in named.items()}


def _entry(row: tuple[Any, ...]) -> dict[str, Any]:
    entry, payment, grain, key, kind, line, sum_, standing, of_assessment, of_line = row
    out: dict[str, Any] = {"entry": int(entry), "payment": payment, "grain": grain, "key": json.loads(key), "kind": kind}
    out |= {"line": None if line is None else int(line), "sum": words.amount_text(int(sum_)), "stands": words.amount_text(int(standing))}
    return out | {"of_assessment": of_assessment, "of_line": None if of_line is None else int(of_line)}


def settlement_text(statement: dict[str, Any]) -> list[str]:
    """The block of the statement: three sums one under the other, then what changed in the past. Empty where nothing was said of before."""
    found = statement.get("settlement")
    if found is None:
        return []
    currency, before = statement["currency"], found["previous"]
    sums = {name: words.money(words.minor_units(found[name]), currency) for name in ("to_date", "paid_before", "due", "kept_while_held")}
    width = max(len(sums[name]) for name in ("to_date", "paid_before", "due"))
    kept = (
        f"   of which {sums['kept_while_held']} was paid for lines that are now held, and stays"
        if _is_not_nothing(found["kept_while_held"])
        else ""
    )
    out = [
        f"  to date       {sums['to_date']:>{width}}{kept}",
        f"  paid before   {sums['paid_before']:>{width}}   {previous_in_words(before)}",
        f"  now due       {sums['due']:>{width}}   {_made_of(found)}",
    ]
    changes = [entry for entry in found.get("entries", []) if entry["kind"] != "paid"]
    for entry in changes[:MOST_SHOWN]:
        out.append(f"    {entry_in_words(entry, currency)}")
        causes = (before or {}).get("causes", {}).get(str(entry["entry"]), [])
        out += [f"      because {cause}" for cause in causes[:MOST_CAUSES]]
    rest = len(changes) - MOST_SHOWN
    if rest > 0:
        out.append(f"    and {words.count(rest)} more, in due.parquet")
    for change in (before or {}).get("terms_changed", []):
        out.append(f"  terms changed since: {term_in_words(change)}")
    return out


def line_settled(settlement: dict[str, Any], con: Any, due: Path, payment: str, key: list[str], currency: str) -> list[str]:
    """What `pbr explain` says of one line: each of its entries, and why a sum was reversed. Empty where it has none."""
    source = f"read_parquet({glob_text(due)}, hive_partitioning = false)"
    wanted = "entry, payment, grain, key, kind, line, CAST(sum AS VARCHAR), CAST(standing AS VARCHAR), of_assessment, of_line"
    found = con.execute(
        f"SELECT {wanted} FROM {source} WHERE payment = ? AND {key_is(len(key))} ORDER BY entry", [payment, *key]
    ).fetchall()
    entries = [_entry(row) for row in found]
    out = []
    for entry in entries:
        sums = {name: words.money(words.minor_units(entry[name]), currency) for name in ("sum", "stands")}
        where = f"line {entry['of_line']} of {entry['of_assessment'][:12]}" if entry["of_assessment"] else ""
        out.append({
            "paid": f"{sums['sum']} is due now: nothing was paid for this line before",
            "nothing": "nothing is due, and nothing was paid for this line before",
            "held": "nothing is due while the line is held",
            "unchanged": f"nothing is due now: {sums['stands']} was paid before ({where})",
            "kept": f"{sums['stands']} that was paid before stays until the line is decided ({where})",
            "reversal": f"what was paid before is reversed: {sums['sum']} ({where})",
            "restatement": f"and stated again: {sums['sum']}",
        }[entry["kind"]])  # fmt: skip
        out += [f"  because {cause}" for cause in ((settlement.get("previous") or {}).get("causes") or {}).get(str(entry["entry"]), [])]
    return out


def previous_in_words(before: dict[str, Any] | None) -> str:
    if before is None:
        return "this is the first assessment"
    days = [day for day in before["complete_to"].values() if day]
    till = f" of data complete to {words.day(max(days))}" if days else ""
    return f"by the assessment{till} ({before['sha256'][:12]})"


def entry_in_words(entry: dict[str, Any], currency: str) -> str:
    """reversal  stayed_out p2  -£500.00 (line 2 of 0123456789ab)"""
    sum_ = words.money(words.minor_units(entry["sum"]), currency)
    which = f"{entry['payment']} {words.key(entry['key'])}" if entry["key"] else entry["payment"]
    where = f"line {entry['of_line']} of {entry['of_assessment'][:12]}" if entry["of_assessment"] else ""
    if entry["kind"] == "reversal":
        gone = ": it is no longer a line" if entry["line"] is None else ""
        return f"reversal      {which}   {sum_}   {where}{gone}"
    if entry["kind"] == "restatement":
        return f"restatement   {which}   {sum_}   in place of {where}"
    if entry["kind"] == "held":
        return f"held          {which}   nothing stays until it is decided: what is held does not count in the total"
    stands = words.money(words.minor_units(entry["stands"]), currency)
    return f"kept          {which}   {stands} stays: the line is held ({where})"


def term_in_words(change: dict[str, str]) -> str:
    clause = f" ({change['clause']})" if change.get("clause") else ""
    if not change["was"] or not change["now"]:
        return f"{change['what']}{clause} {'is new' if not change['was'] else 'is gone'}: {change['now'] or change['was']}"
    return f"{change['what']}{clause} was {change['was']}, is {change['now']}"


def _made_of(found: dict[str, Any]) -> str:
    numbers = {kind: sum(own[kind] for own in found["payments"].values()) for kind in KINDS}
    said = {
        "paid": "paid now",
        "reversal": "reversed",
        "restatement": "restated",
        "kept": "kept while held",
        "unchanged": "as before",
        "held": "held",
    }
    parts = [f"{words.counted(numbers[kind], 'line')} {text}" for kind, text in said.items() if numbers[kind]]
    return ", ".join(parts) or "no lines"


def _is_not_nothing(text: str) -> bool:
    return words.minor_units(text) != 0
