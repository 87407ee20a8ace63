"""The statement as a terminal shows it: the answer first, then the reason, then where every row went and what rests on whose word."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import Any

from pbr.plan.then import TAKES
from pbr.statement import words
from pbr.statement.evidence import evidence_text
from pbr.statement.registers import said
from pbr.statement.settlement import settlement_text
from pbr.submission.codes import in_short

MOST_SHOWN = 20
SAID = {"pays": "pays", "pays_nothing": "pays nothing", "deducts": "deducted", "sets": "sets", "held": "held"}
WIDEST_REASON = 220  # a reason that is longer loses whole parts


def statement_text(statement: dict[str, Any], folder: str) -> str:
    """``statement``: a statement.json. ``folder``: how the reader names the assessment, for the commands at the end."""
    head = [statement["title"], f"version {statement['version']}", _complete(statement["complete_to"])]
    blocks = [["  ·  ".join(part for part in head if part)], *_payments(statement, folder), _steps(statement)]
    blocks += [settlement_text(statement), _below(statement, folder)]
    where = shlex.quote(folder)
    blocks.append([f"Written to {folder}   ·   why: pbr explain {where}   ·   check: pbr verify {where}"])
    return "\n\n".join("\n".join(line.rstrip() for line in block) for block in blocks if block) + "\n"


def totals_text(statement: dict[str, Any], folder: str) -> list[list[str]]:
    """The blocks of lines and totals alone, as ``explain`` without a payment begins."""
    return [*_payments(statement, folder), _steps(statement), settlement_text(statement)]


def _complete(complete_to: dict[str, str | None]) -> str:
    given = {table: found for table, found in complete_to.items() if found}
    if not given:
        return ""
    if len(set(given.values())) == 1:
        return f"data complete to {words.day(next(iter(given.values())))}"
    return "data complete to " + ", ".join(f"{words.day(found)} ({table})" for table, found in given.items())


# ---- lines -------------------------------------------------------------------------------------------------------


def _payments(statement: dict[str, Any], folder: str) -> list[list[str]]:
    each = statement["totals"]["payments"]
    lines = statement.get("payments")
    out = []
    for name, sums in each.items():
        shown = [line for line in lines if line["payment"] == name] if lines is not None else []
        block = line_rows(shown[:MOST_SHOWN], sums["form"], statement["currency"])
        rest = sums["lines"] - min(len(shown), MOST_SHOWN)
        if rest:
            number = f"and {words.count(rest)} more" if block else words.counted(rest, "line")
            block.append(f"  {number}: pbr explain {shlex.quote(folder)} {name}")
        block += [f"  {text}" for text in _summary(sums, statement["currency"])]
        out.append([words.plural(name) if len(each) > 1 else "", *block] if len(each) > 1 else block)
    return out


def line_rows(lines: Sequence[dict[str, Any]], form: str, currency: str) -> list[str]:
    """Lines side by side: key, result, amount, reason."""
    cells = [(words.key(list(line["for"].values())), result_word(line, form), shown_amount(line, form, currency)) for line in lines]
    if not cells:
        return []
    widths = [max(len(cell[n]) for cell in cells) for n in range(3)]
    return [
        f"  {key:<{widths[0]}}   {result:<{widths[1]}}  {amount:>{widths[2]}}   {_short(line['because'])}"
        for (key, result, amount), line in zip(cells, lines, strict=True)
    ]


def _short(text: str) -> str:
    """A reason of many parts without its last ones. A part is never cut: half a sum is a false one."""
    parts = text.split("; ")
    shown = len(parts)
    while shown > 1 and len("; ".join(parts[:shown])) > WIDEST_REASON:
        shown -= 1
    return text if shown == len(parts) else f"{'; '.join(parts[:shown])}; and {words.count(len(parts) - shown)} more"


def result_word(line: dict[str, Any], form: str) -> str:
    return "kept" if form == "at_risk" and line["result"] == "pays_nothing" else SAID[line["result"]]


def shown_amount(line: dict[str, Any], form: str, currency: str) -> str:
    if line["amount"] is None:
        return "not decided"
    if line["unit"] == "factor":
        return str(line["amount"])
    text = words.money(words.minor_units(line["amount"]), currency)
    return f"{text} more to pay" if form == "at_risk" and line["result"] == "pays_nothing" else text


def _summary(sums: dict[str, Any], currency: str) -> list[str]:
    """The line under the lines: the total, and what it is made of when it is made of more than one thing."""
    kept = sums["form"] == "at_risk"
    many = {"pays": "pay", "pays_nothing": "kept" if kept else "pay nothing", "deducts": "deducted", "sets": "set", "held": "held"}
    one = {**many, "pays": "pays", "pays_nothing": "kept" if kept else "pays nothing", "sets": "sets"}
    made = [f"{words.count(sums[name])} {(one if sums[name] == 1 else many)[name]}" for name in many if sums[name]]
    of = f"{words.counted(sums['lines'], 'line')}: {', '.join(made)}" if made else "no lines"
    if "paid" not in sums:
        return [of]
    return ["-" * 22, f"total     {words.money(words.minor_units(sums['paid']), currency)}        {of}"]


def _steps(statement: dict[str, Any]) -> list[str]:
    sums, currency = statement["totals"], statement["currency"]
    out = []
    for step in sums["steps"]:
        before, after = (words.money(words.minor_units(step[name]), currency) for name in ("before", "after"))
        cap = f"  {_step(step, currency)}"
        clause = f" ({step['clause']})" if step["clause"] else ""
        held = sums["payments"].get(step.get("name", ""), {}).get("held", 0)
        cut = (
            f"{words.counted(held, 'line of it is', 'lines of it are')} held"
            if held
            else "it changes no line"
            if not step["lines_cut"]
            else f"{before} before, {after} after"
            if step.get("name")
            else f"{words.counted(step['lines_cut'], 'line')} cut: {before} before, {after} after"
        )
        if "holds" in step and not held:
            holds = step["holds"]
            text = f"holds {words.counted(holds['lines'], 'line')}, {words.money(words.minor_units(holds['sum']), currency)}"
            cut = f"{cut}; {text}" if step["lines_cut"] else text
        out.append(f"{cap}{clause}: {cut}")
    if len(sums["payments"]) > 1 and "paid" in sums:
        gross, deducted, paid = (words.money(words.minor_units(sums[name]), currency) for name in ("gross", "deducted", "paid"))
        out.append(f"  total of all payments     {paid}        {gross} paid, {deducted} deducted")
    if sums["held"]:
        out.append(
            f"  {words.counted(sums['held'], 'line is', 'lines are')} held and in no total{', but for what is taken now' if _taken(sums['payments']) else ''}"
        )
    return out


def _taken(payments: dict[str, Any]) -> bool:
    """Whether a step of the statement takes something now though its line is held."""
    return any(
        sums["form"] in TAKES and sums["held"] and sums["deducts"] == 0 and sums.get("paid", "0.00") != "0.00" for sums in payments.values()
    )


def _step(step: dict[str, Any], currency: str) -> str:
    """A step in words; a statement of before 0.3 names the sum of its cap alone."""
    return str(step["says"]) if "says" in step else f"cap of {words.money(words.minor_units(step['cap']), currency)} per {step['per']}"


# ---- rows, evidence, what is not verified --------------------------------------------------------------------------


def _below(statement: dict[str, Any], folder: str) -> list[str]:
    pairs: list[tuple[str, str]] = []
    for table, counts in statement["rows"].items():
        pairs.append((words.plural(table), _rows(counts)))
        if counts.get("unattributed"):
            one = counts["unattributed"] == 1
            whose = "does not say readably whose it is: it could be" if one else "do not say readably whose they are: they could be"
            pairs.append(("", f"{words.counted(counts['unattributed'], 'rejected row')} {whose} anybody's"))
        pairs += [("", said(rate, counts)) for rate in counts.get("registers", [])]
        pairs += [("", text) for text in _held(statement, table)]
    if any(counts["rejected"] or counts.get("missing") for counts in statement["rows"].values()):
        pairs.append(("rejected", "each row with its reason: rejected.csv"))
    codes = list(dict.fromkeys(code for counts in statement["rows"].values() for code in counts.get("flagged", {})))
    if codes:
        more = f"; and {words.listed(codes[1:])} likewise" if codes[1:] else ""
        pairs.append(("to look at", f"each row with its values: pbr explain {shlex.quote(folder)} {codes[0]}{more}"))
    pairs += [("note", f"{note['table']}: {note['says']}" if note["table"] else note["says"]) for note in statement.get("notes", [])]
    evidence = evidence_text(statement)
    if evidence:
        pairs.append(("evidence", evidence))
    terms = statement["unverified_terms"]
    if terms:
        pairs.append(
            ("unverified terms:", ", ".join(f"{term['name']} ({term['value']})" if term["value"] else term["name"] for term in terms))
        )
    width = max((len(name) for name, _ in pairs if not name.endswith(":")), default=0)
    return [f"  {name:<{0 if name.endswith(':') else width}}{' ' if name.endswith(':') else '   '}{text}" for name, text in pairs]


def _rows(counts: dict[str, Any]) -> str:
    excluded = sum(counts["excluded"].values())
    codes = ", ".join(
        code if len(counts["excluded"]) == 1 else f"{words.count(number)} {code}" for code, number in counts["excluded"].items()
    )
    parts = [f"{words.count(counts['used'])} used", f"{words.count(excluded)} excluded" + (f" ({codes})" if codes else "")]
    parts += [f"{words.count(counts['rejected'])} rejected", f"{words.count(counts['unused'])} unused"]
    flags = [f"{words.count(number)} {in_short(code) or code}" for code, number in counts.get("flagged", {}).items()]
    look = f"; to look at: {', '.join(flags)}" if flags else ""
    return f"{words.count(counts['submitted'])} submitted: {', '.join(parts)}{look}"


def _held(statement: dict[str, Any], table: str) -> list[str]:
    by_name: dict[str, list[dict[str, Any]]] = {}
    for held in statement["held_answers"]:
        if held["table"] == table:
            by_name.setdefault(held["name"], []).append(held)
    out = []
    for name, found in by_name.items():
        number = sum(held["rows"] for held in found)
        missing = list(dict.fromkeys(_reason(reason) for held in found for reason in held["reasons"]))
        matter = "they cannot change any line" if not statement["totals"]["held"] else "some lines are held"
        if number == 1:
            matter = matter.replace("they", "it")
        out.append(f"{words.counted(number, 'answer is', 'answers are')} held: {words.plural(name)} ({', '.join(missing)}); {matter}")
    return out


def _reason(reason: dict[str, str]) -> str:
    """deported unknown; not settled; answers under offences held."""
    what = reason["what"]
    return {
        "missing": f"{what} unknown",
        "item": f"{what} unknown",
        "not yet": f"{what} had not happened",
        "immature": "not settled yet",
        "held": f"held: {what}",
        "rejected": f"rows rejected: {what}",
    }.get(reason["kind"], what)
