"""What ``pbr unpack --check`` says of a pack for people: the verdict, the state and what was not done first; then what it is of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pbr.audit import layout
from pbr.audit import pack_layout as at
from pbr.audit.pack_check import BROKEN, PackChecked
from pbr.audit.pack_json import read_json_file
from pbr.platform.files import Files


def summary(pack: Path, checked: PackChecked, files: Files) -> str:
    """The answer in lines. Of a broken pack no state is said, and what it is of only as its own word."""
    broken = checked.verdict == BROKEN
    which = f"its assessment, entry {checked.entry} of the log," if checked.entry is not None else "its assessment"
    state = f"is {checked.state}" if checked.state is not None else "is in no log that is here, so its state is not known"
    lines = [f"{pack}: {checked.verdict}" + ("" if broken else f"; {which} {state}") + _redacted(checked)]
    if checked.redacted:
        lines.append("  not done here: its payments were neither computed again from the data nor added up")
    else:
        lines.append("  not done here: its payments were not computed again from the data (pbr verify PACK does)")
    if checked.says is not None:
        lines.append(f"  {'it says of itself: ' if broken else ''}{in_short(pack, checked, files)}")
    lines += [f"  {one}" for one in checked.findings[:20]]
    if len(checked.findings) > 20:
        lines.append(f"  and {len(checked.findings) - 20} more (--json lists them)")
    if not broken and checked.redacted:
        lines.append("  every file is there as it was packed; every row is one of those whose roots stand in data/redacted/disclosure.json")
    elif not broken:
        lines.append(
            "  every file is there as it was packed; every table's text gives the digest in the manifest; every line and total adds up"
        )
    lines += [
        f"  another assessment in the log, entry {one['entry']}, is {one['state']}"
        for one in checked.assessments
        if one["entry"] != checked.entry
    ]
    lines += [f"  vouched for by {anchor}" for anchor in checked.anchors]
    lines += [f"  note: {note}" for note in checked.notes]
    return "\n".join(lines)


def _redacted(checked: PackChecked) -> str:
    if not checked.redacted:
        return ""
    return "; redacted" + (f": {checked.shown[0]} of {checked.shown[1]} cells are shown" if checked.shown is not None else "")


def in_short(pack: Path, checked: PackChecked, files: Files) -> str:
    """The contract and the day of manifest.json (or of the disclosure), and the totals of statement.json, as they are written there:
    ``into-work, version 1, complete to 2024-12-31: paid 800.00 GBP (...)``."""
    says = checked.says or {}
    days = {table: str(day or "no day") for table, day in _map(says.get("complete_to")).items()}
    each = sorted(set(days.values())) if len(set(days.values())) == 1 else [f"{day} ({table})" for table, day in days.items()]
    text = f"{says['contract']['id']}, version {says['contract']['version']}" + (f", complete to {', '.join(each)}" if each else "")
    if checked.redacted:
        return _plain(f"{text}, in {says['currency']}")
    file = f"{at.ASSESSMENT}{layout.STATEMENT}"
    statement = _map((read_json_file(pack / file if file in checked.payload else None, files) or (None,))[0])
    totals, settlement = _map(statement.get("totals")), _map(statement.get("settlement"))
    if "paid" not in totals:
        return _plain(text)
    told = [f"{name} {totals[name]}" for name in ("gross", "deducted") if name in totals]
    told += [f"lines held {totals['held']}"] if "held" in totals else []
    told += [f"due after what was paid before {settlement['due']}"] if "due" in settlement else []
    return _plain(f"{text}: paid {totals['paid']} {statement.get('currency')}" + (f" ({', '.join(told)})" if told else ""))


def _map(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _plain(text: str) -> str:
    """What a pack says goes to a terminal: without what could do harm there."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)
