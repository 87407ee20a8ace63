"""The last part of the report as a terminal shows it: what it would come to if nothing is corrected."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from pbr.statement import words

MOST_HELD = 10
MOST_REASONS = 5


def prediction_block(report: dict[str, Any]) -> list[str]:
    """The lines of text. A submission that would be refused holds and pays nothing: then that alone is said."""
    found = report["prediction"]
    gone = any(one["rejected"] or one["missing"] for one in report["tables"].values())
    totals = report["control_totals"]["problems"]
    lead = "If nothing is corrected: " if gone or totals else "As it stands: "
    out = [f"{lead}the whole submission would be refused: {_too_many(table, report['tables'][table])}" for table in found["refused"]]
    if totals:
        out.append(f"{lead}the whole submission would be refused: the control totals do not agree.")
    if out:
        return out
    if not found["tried"]:
        return [f"What the payments would be was not tried: {found['why']}.", f"  {found['do'][:1].upper()}{found['do'][1:]}."]
    held = found["held_because_of_rows"]
    for line in held[:MOST_HELD]:
        out.append(f"  {words.plural(line['payment'])} {words.key(list(line['for'].values()))} would be held: {line['because']}")
    if len(held) > MOST_HELD:
        out.append(f"  and {words.count(len(held) - MOST_HELD)} more lines")
    if held:
        head = f"{lead}{words.counted(len(held), 'line', 'lines')} of {words.count(found['lines'])} would be held because of such rows."
    elif gone:
        head = f"{lead}no line would be held because of such rows; {words.counted(found['lines'], 'line')} in all."
    else:
        head = f"{lead}{words.counted(found['lines'], 'line')}" + (
            f", {words.count(found['held'])} held." if found["held"] else ", none held."
        )
    return [head, *out, *_others(found), *(f"  {_unpaid(one)}" for one in found["not_paid_for"])]


def _too_many(table: str, one: dict[str, Any]) -> str:
    """Rejected and missing rows are said apart: a record that cannot be taken apart may be one that is missing, and is in both."""
    rows = one["rejected"] + one["missing"]
    expected = one["submitted"] - one["unused"] + one["missing"]  # copies count nowhere
    name = f" of {words.plural(table)}"
    parts = [f"{words.counted(one['rejected'], 'row')}{name} cannot be used"] if one["rejected"] else []
    if one["missing"]:
        rows_of = "" if parts else f"{' row' if one['missing'] == 1 else ' rows'}{name}"
        parts.append(f"{words.count(one['missing'])}{rows_of} {'is' if one['missing'] == 1 else 'are'} missing")
    both = "" if not min(one["torn"], one["missing"]) else " (a record whose fields could not be told apart may be in both)"
    share = f"{words.percent(Fraction(rows, expected))} of {words.count(expected)}"
    return f"{' and '.join(parts)}{both}, {share}; the contract allows {words.percent(Fraction(one['refused_over']))}."


def _others(found: dict[str, Any]) -> list[str]:
    """Held lines that wait for something other than rows, one line for each reason."""
    reasons, left = found["held_for_other_reasons"], found["held_not_followed"]
    out = []
    for one in reasons[:MOST_REASONS]:
        out.append(f"  {words.counted(one['lines'], 'line is', 'lines are')} held for another reason: {one['because']}")
    rest = sum(one["lines"] for one in reasons[MOST_REASONS:])
    if rest:
        out.append(f"  {words.counted(rest, 'more line is', 'more lines are')} held for other reasons")
    if left:
        out.append(f"  {words.counted(left, 'more line is', 'more lines are')} held; whether because of such rows was not looked at")
    return out


def _unpaid(one: dict[str, Any]) -> str:
    name = f" of {words.plural(one['table'])}"
    parts = [f"{words.counted(one['rejected'], 'row')}{name} {'is' if one['rejected'] == 1 else 'are'} rejected"] if one["rejected"] else []
    if one["missing"]:
        rows_of = "" if parts else f"{' row' if one['missing'] == 1 else ' rows'}{name}"
        parts.append(f"{words.count(one['missing'])}{rows_of} {'is' if one['missing'] == 1 else 'are'} missing")
    return f"{' and '.join(parts)}: no {words.plural(one['payment'])} for {'it' if one['rows'] == 1 else 'them'}"
