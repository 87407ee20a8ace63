"""A comparison for a terminal: the difference first, then what is not the same in general, then line by line."""

from __future__ import annotations

import shlex
from typing import Any

from pbr.statement import words

MOST_SHOWN = 40
MOST_CAUSES = 4
MOST_VALUES = 6
RESULTS = {
    "pays": "pays",
    "pays_nothing": "pays nothing",
    "deducts": "deducts",
    "sets": "sets",
    "held": "held",
    "not there": "is not there",
}


def comparison_text(found: dict[str, Any]) -> str:
    """``found``: as ``compare`` gives it."""
    currency, lines = found["currency"], found["lines"]
    paid = {name: words.minor_units(sum_) for name, sum_ in found["paid"].items()}
    apart = paid["new"] - paid["old"]
    said = "the same" if not apart else f"{words.money(abs(apart), currency)} {'more' if apart > 0 else 'less'}"
    head = [
        f"{found['old']['folder']} and {found['new']['folder']}: {_how_many(lines)}.",
        f"They come to {words.money(paid['old'], currency)} and {words.money(paid['new'], currency)}: {said}.",
    ]
    blocks = [head, _general(found), *(_line(one, currency) for one in found["differences"][:MOST_SHOWN])]
    rest = lines["different"] - min(len(found["differences"]), MOST_SHOWN)
    if rest > 0:
        where = " ".join(shlex.quote(found[side]["folder"]) for side in ("old", "new"))
        blocks.append([f"  and {words.counted(rest, 'line')} more: pbr compare {where} --json"])
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def _how_many(lines: dict[str, int]) -> str:
    if not lines["different"]:
        return f"all {words.counted(lines['compared'], 'line')} are the same" if lines["compared"] != 1 else "the line is the same"
    is_ = "is" if lines["different"] == 1 else "are"
    return f"{words.count(lines['different'])} of {words.counted(lines['compared'], 'line')} {is_} not the same"


def _general(found: dict[str, Any]) -> list[str]:
    out = []
    for table, data in found["data"].items():
        parts = [
            f"{words.count(data[name])} {text}" for name, text in (("added", "new"), ("gone", "gone"), ("changed", "changed")) if data[name]
        ]
        if data["late"]:
            parts.append(f"{words.count(data['late'])} of the new ones late")
        if data["rejected"]["was"] != data["rejected"]["now"]:
            parts.append(f"{words.count(data['rejected']['was'])} rejected then, {words.count(data['rejected']['now'])} now")
        days = data["complete_to"]
        if days["was"] != days["now"]:
            parts.append("complete to " + ", then to ".join(words.day(day) if day else "no day" for day in (days["was"], days["now"])))
        out.append((words.plural(table), "; ".join(parts) or "the same rows"))
    out += [("terms", _term(change)) for change in found["terms"]] or [("terms", "the same")]
    if found["old"]["made_by"] != found["new"]["made_by"]:
        out.append(("made by", f"{found['old']['made_by']}, then {found['new']['made_by']}"))
    width = max(len(name) for name, _ in out)
    return [f"  {name:<{width}}   {text}" for name, text in out]


def _line(one: dict[str, Any], currency: str) -> list[str]:
    which = f"{one['payment']} {words.key(one['key'])}" if one["key"] else one["payment"]
    out = [f"{which}: {_said(one['was'], currency)}, now {_said(one['now'], currency)}"]
    because = one.get("because", [])
    out += [f"  because {cause['says']}" for cause in because[:MOST_CAUSES]]
    if len(because) > MOST_CAUSES:
        out.append(f"  and {words.counted(len(because) - MOST_CAUSES, 'cause')} more")
    values = one.get("differs", [])[:MOST_VALUES]
    width = max((len(_name(value)) for value in values), default=0)
    return out + [f"    {_name(value):<{width}}   {value['was']}, now {value['now']}" for value in values]


def _name(value: dict[str, Any]) -> str:
    return f"{value['name']} {words.key(value['key'])}" if value["key"] else str(value["name"])


def _said(end: dict[str, Any], currency: str) -> str:
    if end["amount"] is None:
        return RESULTS[end["result"]]
    if end["result"] == "sets":
        return f"the factor {end['amount']}"
    return words.money(words.minor_units(end["amount"]), currency)


def _term(change: dict[str, str]) -> str:
    clause = f" ({change['clause']})" if change["clause"] else ""
    if not change["was"] or not change["now"]:
        return f"{change['what']}{clause} {'is new' if not change['was'] else 'is gone'}: {change['now'] or change['was']}"
    return f"{change['what']}{clause} was {change['was']}, is {change['now']}"
