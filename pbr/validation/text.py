"""The report as a terminal shows it: what can be used first, then each cause with examples and what to do, then what it comes to."""

from __future__ import annotations

from typing import Any

from pbr.statement import words
from pbr.validation.causes import MOST_EXAMPLES, shortened
from pbr.validation.text_outlook import prediction_block

MOST_MISSING = 20  # keys of missing rows shown
WIDE = 46  # a headline up to this width has its examples beside it
WIDEST = 110  # examples that come to more have a line each


def report_text(report: dict[str, Any]) -> str:
    """``report``: as ``make_report`` gives it."""
    blocks = [[f"{report['title']}  ·  version {report['version']}"], _files(report), *_loud(report), _disagreeing(report)]
    for severity in ("reject", "missing", "flag", "unused"):
        blocks += _causes(report, severity)
    blocks += [_missing(report), _notes(report), prediction_block(report), _after(report)]
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


def _disagreeing(report: dict[str, Any]) -> list[str]:
    found = report["control_totals"]["problems"]
    out = [f"THE CONTROL TOTALS DO NOT AGREE ({', '.join(sorted({one['code'] for one in found}))})"] if found else []
    for one in found:
        out += [f"  {one['says']}", f"    {_sentence(one['do'])}"]
    return out


def _causes(report: dict[str, Any], severity: str) -> list[list[str]]:
    """A block for each table: rows, what was found, examples; then what to do."""
    where = {table: file["name"] for file in report["files"] for table in file["tables"]}
    heads = {"reject": "cannot be used", "missing": "missing", "flag": "to look at", "unused": "set aside"}
    out = []
    for table in report["tables"]:
        found = [one for one in report["causes"] if one["table"] == table and one["severity"] == severity]
        rates = [one for one in report["rates"] if one["table"] == table] if severity == "flag" else []
        if not found and not rates:
            continue
        number = max((len(words.count(one["rows"])) for one in found), default=1)
        indent = " " * (number + 9)
        block = [f"{words.plural(table)}: {heads[severity]}"]
        for one in found:
            code = "" if one["code"].startswith("PBR") else f"{one['code']}  "
            head = f"  {words.count(one['rows']):>{number}} {'row ' if one['rows'] == 1 else 'rows'}  {code}{one['says']}"
            examples = _examples(one, where.get(table, ""))
            beside = len(examples) == 1 and len(head) <= WIDE + number + 9
            block.append(f"{head:<{WIDE + number + 9}}   {examples[0]}" if beside else head)
            block += [] if beside else [f"{indent}{text}" for text in examples]
            if one["do"]:
                block.append(f"{indent}{_sentence(one['do'])}")
        for one in rates:
            block.append(f"  {'rate':<{number + 5}}  {one['code']}  {one['says']}")
            block += [f"{indent}{text}" for text in _groups(one)]
            block.append(f"{indent}{_sentence(one['do'])}")
        if severity == "missing":
            block += _perhaps_torn(report["tables"][table])
        out.append(block)
    return out


def _groups(rate: dict[str, Any]) -> list[str]:
    """The figures of a flag on a rate, one for each group it names."""
    out = [": ".join(text for text in (group["for"], group["figure"]) if text) for group in rate["groups"]]
    more = rate["found"] - len(rate["groups"])
    return [*(text for text in out if text), *([f"and {words.count(more)} more"] if more else [])]


def _perhaps_torn(one: dict[str, Any]) -> list[str]:
    """A record that could not be taken apart is rejected, and whose row it was is not known: it may be one that is missing."""
    both = min(one["torn"], one["missing"])
    if not both:
        return []
    which = "The row that is missing" if one["missing"] == 1 else f"{words.count(both)} of the missing"
    whose = "the record" if one["torn"] == 1 else f"among the {words.count(one['torn'])} records"
    return [f"  {which} may be {whose} whose fields could not be told apart."]


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}" + ("" if text.endswith((".", "?", "!")) else ".")


def _examples(one: dict[str, Any], file: str) -> list[str]:
    """The examples as lines of text: one line, or one for each example where they are long."""
    line = "row" if file.lower().endswith(".xlsx") else "line"
    shown, named = [], 0
    for example in one["examples"]:
        places, what = (example["lines"], line) if example["lines"] else (example["rows"], "row")
        more = example["places"] - len(places) if places else 0
        listed = [*(words.count(number) for number in places), *([f"{words.count(more)} more"] if more else [])]
        place = f"{what}{'s' if len(listed) > 1 else ''} {words.listed(listed)}" if places else ""
        value = f'"{example["value"]}"' if example["value"] else ""
        if example["cells"]:
            value = f"({', '.join(f'{name} {cell}' if cell else f'{name} blank' for name, cell in example['cells'].items())})"
        shown.append(" ".join(text for text in (place, value) if text))
        named += example["places"]
    lead = "e.g. " if one["rows"] > named else ""
    text = lead + ", ".join(shown)
    if len(text) <= WIDEST or len(shown) < 2:
        return [text] if shown else []
    return [f"{lead if n == 0 else ' ' * len(lead)}{each}" for n, each in enumerate(shown)]


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
    if totals["compared"] and not totals["problems"]:
        as_far = " as far as they can be compared" if totals["unconfirmed"] else " with what was read"
        out.append(f"  note   the control totals agree{as_far}")
    elif totals["asked"] and not totals["compared"]:
        asked = " ".join(f"--control {name}=..." for name in totals["asked"])
        out.append(f"  note   the contract asks for control totals, and none was compared here; with them: {asked}")
    return out


def _after(report: dict[str, Any]) -> list[str]:
    out = [f"Written: {path}" for path in report["written"]]
    out += [f"Not written: {one['says']} ({one['code']}); {one['do']}" for one in report["not_written"]]
    if not report["ok"] and not report["written"]:
        out.append("The same beside your own rows: --mark FILE")
    return out
