"""``python -m tests.docs.proof_tables``: the campaigns' last results, from ``build/``, into docs/proof.md. What was not run keeps the table it has."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
BUILD = ROOT / "build"
PAGE = ROOT / "docs" / "proof.md"
BEGIN, END = "<!-- {0} -->\n", "<!-- end of {0} -->"


def tampered(found: dict[str, Any], of_what: str, command: str) -> str:
    tallies = found["tallies"]
    rows = [
        f"| {name} | {tally['tried']:,} | {tally['found']:,} | {tally['located']:,} | |"
        for name, tally in tallies.items()
        if name != "untouched" and not name.startswith(UNASKED)
    ]
    unasked = [f"| {name} | {tally['tried']:,} | | | |" for name, tally in tallies.items() if name.startswith(UNASKED)]
    untouched = tallies.get("untouched", {"tried": 0, "alarms": 0})
    attacked = [tally for name, tally in tallies.items() if name != "untouched" and not name.startswith(UNASKED)]
    sums = {name: sum(tally[name] for tally in attacked) for name in ("tried", "found", "located")}
    rows.append(f"| untouched | {untouched['tried']:,} | | | {untouched['alarms']:,} |")
    rows.append(f"| **all that were attacked** | {sums['tried']:,} | {sums['found']:,} | {sums['located']:,} | |")
    rows += unasked
    disagreed = sum(tally["disagreed"] for tally in tallies.values())
    head = f"{found['cases']:,} {of_what} (`{command}`); verifiers differed on {disagreed:,} of them.\n\n"
    return head + "| class | tried | found | located where planted | false alarms |\n|---|---|---|---|---|\n" + "\n".join(rows) + "\n"


# how far the adversary went: the end of the name of a class
HOW_FAR = re.compile(
    "(:|,) (on the disk|the bag made again(: never called verified)?|every digest made again|every digest, text and the bag made again|"
    "every digest made again, the log signed again|everything made again, log and receipts signed again|the log signed again|log and receipts signed again)$"
)
UNASKED = ("nothing to hold it against: ", "no evidence, so nobody asks: ")


def tampered_folders(found: dict[str, Any]) -> str:
    """One line for a class, whatever the adversary mended afterwards; then what nobody can find, and why; then untouched ones."""
    grouped: dict[str, dict[str, int]] = {}
    unasked: dict[str, int] = {}
    alarms = untouched = disagreed = 0
    for name, tally in found["tallies"].items():
        of, what = name.split(": ", 1)
        disagreed += tally["disagreed"]
        if what == "untouched":
            untouched, alarms = untouched + tally["tried"], alarms + tally["alarms"]
        elif what.startswith(UNASKED):
            unasked[name] = tally["tried"]
        else:
            kind = "its log is tampered with, as in the table above" if what.startswith("its log: ") else HOW_FAR.sub("", what)
            line = grouped.setdefault(kind, dict.fromkeys(("folder", "pack", "redacted", "found", "located"), 0))
            line[of] += tally["tried"]
            line["found"] += tally["found"]
            line["located"] += tally["located"]
    rows = [
        f"| {kind} | {one['folder']:,} | {one['pack']:,} | {one['redacted']:,} | {one['found']:,} | {one['located']:,} |"
        for kind, one in sorted(grouped.items())
    ]
    sums = {name: sum(one[name] for one in grouped.values()) for name in ("folder", "pack", "redacted", "found", "located")}
    rows.append("| **all that were attacked** | " + " | ".join(f"{number:,}" for number in sums.values()) + " |")
    text = (
        f"{found['cases']:,} folders and packs (`python tests/tamper/run_folders.py`). A class counts a change that is left as it is on the disk, one after which every digest is made again, "
        "and one after which the log is signed again too, with every key but the witness's. Folders are given to `pbr verify` with the log and a policy, half of them with a kept view; packs to all three verifiers, "
        f"which differed on {disagreed:,} of them. {untouched:,} were left untouched: {alarms:,} false alarms.\n\n"
        "| class | folders | packs | redacted packs | found | located where planted |\n|---|---|---|---|---|---|\n" + "\n".join(rows) + "\n"
    )
    if unasked:
        told = "\n".join(f"| {name.replace(': ', ', ', 1)} | {number:,} |" for name, number in sorted(unasked.items()))
        text += "\nTried too, and found by nobody, since nothing in them is evidence or nothing from elsewhere was given. No answer said more than it knew.\n\n| what | tried |\n|---|---|\n"
        text += told + "\n"
    return text


def faulted(found: dict[str, Any]) -> str:
    rows = []
    for name, each in found.items():
        operations = ", ".join(f"{number} {call}" for call, number in each["operations"].items())
        rows.append(f"| `pbr {name}` | {operations} | {each['errors']:,} | {each['kills']:,} | {len(each['wrong']):,} |")
    head = "`make faults`: operations as strace counts them, then an error and a SIGKILL at each; afterwards the folder is whole or absent, the log is not broken, goes on from the kept view and its earlier receipt is good, and the same command succeeds, doing its work once. "
    head += f"Last run {'; '.join(sorted({each['ran'] for each in found.values()}))}.\n\n"
    return (
        head + "| command | operations on the disk | errors | kills | what did not hold |\n|---|---|---|---|---|\n" + "\n".join(rows) + "\n"
    )


TABLES = {
    "tamper-logs": lambda found: tampered(found, "logs of 1, 2, 255, 256, 257 and 65,537 entries", "python tests/tamper/run_logs.py"),
    "tamper-folders": tampered_folders,
    "faults": faulted,
}


def main() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for name, table in TABLES.items():
        path = BUILD / f"{name}.json"
        if path.is_file():
            begin, end = BEGIN.format(name), END.format(name)
            made = begin + table(json.loads(path.read_text(encoding="utf-8"))) + end
            text = re.sub(re.escape(begin) + ".*?" + re.escape(end), lambda _, made=made: made, text, flags=re.DOTALL)
    PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
