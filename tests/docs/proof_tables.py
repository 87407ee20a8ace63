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
        if name != "untouched"
    ]
    untouched = tallies.get("untouched", {"tried": 0, "alarms": 0})
    attacked = [tally for name, tally in tallies.items() if name != "untouched"]
    sums = {name: sum(tally[name] for tally in attacked) for name in ("tried", "found", "located")}
    rows.append(f"| untouched | {untouched['tried']:,} | | | {untouched['alarms']:,} |")
    rows.append(f"| **all that were attacked** | {sums['tried']:,} | {sums['found']:,} | {sums['located']:,} | |")
    disagreed = sum(tally["disagreed"] for tally in tallies.values())
    head = f"{found['cases']:,} {of_what} (`{command}`); verifiers differed on {disagreed:,} of them.\n\n"
    return head + "| class | tried | found | located where planted | false alarms |\n|---|---|---|---|---|\n" + "\n".join(rows) + "\n"


def faulted(found: dict[str, Any]) -> str:
    rows = []
    for name, each in found.items():
        operations = ", ".join(f"{number} {call}" for call, number in each["operations"].items())
        rows.append(f"| `pbr {name}` | {operations} | {each['errors']:,} | {each['kills']:,} | {len(each['wrong']):,} |")
    head = "`make faults`: operations as strace counts them, then an error and a SIGKILL at each; afterwards the folder is whole or absent, the log is not broken, goes on from the kept view and its earlier receipt is good, and the same command succeeds, doing its work once.\n\n"
    return (
        head + "| command | operations on the disk | errors | kills | what did not hold |\n|---|---|---|---|---|\n" + "\n".join(rows) + "\n"
    )


TABLES = {
    "tamper-logs": lambda found: tampered(found, "logs of 1, 2, 255, 256, 257 and 65,537 entries", "python tests/tamper/run_logs.py"),
    "tamper-folders": lambda found: tampered(found, "folders and packs", "python tests/tamper/run_folders.py"),
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
