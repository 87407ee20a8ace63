"""The report as a terminal shows it: what can be used first, then each cause with examples and what to do, then what it comes to."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from pbr.statement import words
from pbr.validation.causes import MOST_EXAMPLES, shortened

MOST_MISSING = 20  # keys of missing rows shown
MOST_HELD = 10
WIDE = 46  # a headline up to this width has its examples beside it


def report_text(report: dict[str, Any]) -> str:
    """``report``: as ``make_report`` gives it."""
    blocks = [[f"{report['title']}  ·  version {report['version']}"], _files(report), *_loud(report)]
    for severity in ("reject", "missing", "flag", "unused"):
        blocks += _causes(report, severity)
    blocks += [_missing(report), _notes(report), _prediction(report), _after(report)]
    text = "\n\n".join("\n".join(line.rstrip() for line in block) for block in blocks if block) + "\n"
    # names of files and values of others are in it: nothing that a terminal would obey
    return "".join(letter if letter.isprintable() or letter == "\n" else "?" for letter in text)


def _files(report: dict[str, Any]) -> list[str]:
    names = []
    for file in report["files"]:
        for table in file["tables"]:
            alone = len(file["tables"]) == 1
            names.append((file["name"] if alone else f"{file['name']} ({table})", table))
    width = max((len(name) for name, _ in names), default=0)
    return [f"{name:<{width}}   {_counts(report['tables'][table])}" for name, table in names]


def _counts(one: dict[str, Any]) -> str:
    parts = []
    if one["rejected"]:
        parts.append(f"{words.count(one['rejected'])} cannot be used")
    if one["flagged"]:
        parts.append(f"{words.count(one['flagged'])} {'has' if one['flagged'] == 1 else 'have'} something to look at")
    if one["missing"]:
        parts.append(f"{words.count(one['missing'])} of {words.plural(one['covers'])} {'is' if one['missing'] == 1 else 'are'} missing")
    if one["extra"]:
        parts.append(f"{words.count(one['extra'])} not in {words.plural(one['covers'])}")
    if one["unused"]:
        parts.append(f"{words.counted(one['unused'], 'copy is', 'copies are')} set aside")
    return f"{words.counted(one['submitted'], 'row')}: {', '.join(parts) or 'all can be used'}"


def _loud(report: dict[str, Any]) -> list[list[str]]:
    return [[f"LOOK AT THIS FIRST: {one['says']}.", f"  {_sentence(one['do'])}"] for one in report["suspicions"]]


def _causes(report: dict[str, Any], severity: str) -> list[list[str]]:
    """A block for each table: rows, what was found, examples; then what to do."""
    where = {table: file["name"] for file in report["files"] for table in file["tables"]}
    heads = {"reject": "cannot be used", "missing": "missing", "flag": "to look at", "unused": "set aside"}
    out = []
    for table in report["tables"]:
        found = [one for one in report["causes"] if one["table"] == table and one["severity"] == severity]
        if not found:
            continue
        number = max(len(words.count(one["rows"])) for one in found)
        block = [f"{words.plural(table)}: {heads[severity]}"]
        for one in found:
            code = "" if one["code"].startswith("PBR") else f"{one['code']}  "
            head = f"  {words.count(one['rows']):>{number}} {'row ' if one['rows'] == 1 else 'rows'}  {code}{one['says']}"
            examples = _examples(one, where.get(table, ""))
            indent = " " * (number + 9)
            beside = examples and len(head) <= WIDE + number + 9
            block.append(f"{head:<{WIDE + number + 9}}   {examples}" if beside else head)
            if examples and not beside:
                block.append(f"{indent}{examples}")
            if one["do"]:
                block.append(f"{indent}{_sentence(one['do'])}")
        out.append(block)
    return out


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}" + ("" if text.endswith((".", "?", "!")) else ".")


def _examples(one: dict[str, Any], file: str) -> str:
    line = "row" if file.lower().endswith(".xlsx") else "line"
    shown, named = [], 0
    for example in one["examples"]:
        places, what = (example["lines"], line) if example["lines"] else (example["rows"], "row")
        place = f"{what}{'s' if len(places) > 1 else ''} {words.listed([words.count(number) for number in places])}" if places else ""
        value = f'"{example["value"]}"' if example["value"] else ""
        shown.append(" ".join(text for text in (place, value) if text))
        named += max(len(places), 1)
    return ("e.g. " if one["rows"] > named else "") + ", ".join(shown) if shown else ""


def _missing(report: dict[str, Any]) -> list[str]:
    out = []
    for table, keys in report["missing"].items():
        one = report["tables"][table]
        if one["missing"] <= MOST_EXAMPLES:  # the examples are all of them
            continue
        shown = ", ".join(shortened(key) for key in keys[:MOST_MISSING])
        rest = one["missing"] - min(len(keys), MOST_MISSING)
        more = f" and {words.count(rest)} more (--json lists them)" if rest else ""
        out.append(f"In {words.plural(one['covers'])} and not in {words.plural(table)}: {shown}{more}")
    return out


def _notes(report: dict[str, Any]) -> list[str]:
    out = [f"  note   {note['table'] + ': ' if note['table'] else ''}{note['says']}" for note in report["notes"]]
    totals = report["control_totals"]
    if totals["compared"]:
        out.append("  note   the control totals agree with what was read")
    elif totals["asked"]:
        asked = " ".join(f"--control {name}=..." for name in totals["asked"])
        out.append(f"  note   the contract asks for control totals, and none was compared here; with them: {asked}")
    return out


def _prediction(report: dict[str, Any]) -> list[str]:
    found = report["prediction"]
    gone = any(one["rejected"] or one["missing"] for one in report["tables"].values())
    lead = "If nothing is corrected: " if gone else "As it stands: "
    out = []
    for table in found["refused"]:
        one = report["tables"][table]
        rows, expected = one["rejected"] + one["missing"], one["submitted"] + one["missing"]
        out.append(
            f"{lead}the whole submission would be refused: {words.count(rows)} of {words.count(expected)} rows of {words.plural(table)} "
            f"({words.percent(Fraction(rows, expected))}) cannot be used or are missing, and the contract allows "
            f"{words.percent(Fraction(one['refused_over']))}."
        )
    if out:
        return out
    if not found["tried"]:
        return [f"What the payments would be was not tried: {found['why']}.", f"  {_sentence(found['do'])}"]
    held = found["held_because_of_rows"]
    said = [
        f"{words.count(one['rows'])} of {words.plural(one['table'])} get no {words.plural(one['payment'])}" for one in found["not_paid_for"]
    ]
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
    return [head, *out, *(f"  {text}" for text in said)]


def _after(report: dict[str, Any]) -> list[str]:
    out = [f"Written: {path}" for path in report["written"]]
    out += [f"Not written: {one['says']} ({one['code']}); {one['do']}" for one in report["not_written"]]
    if not report["ok"] and not report["written"]:
        out.append("The same beside your own rows: --mark FILE")
    return out
