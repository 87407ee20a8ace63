"""The campaign of faults: ``make faults``. Under each operation of assess, log and pack on the disk, an error and a kill; then what is left is looked at.

Writes ``build/faults.json``, from which docs/proof.md has its table.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import date
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

from injecting import Commands, Fault, faults
from scenarios import SCENARIOS, Scenario


def standing(home: Path) -> dict[str, bytes]:
    """Everything there but locks: a digest of each file, of a folder its name."""
    paths = {path.relative_to(home).as_posix(): path for path in home.rglob("*") if path.name != "lock"}
    return {name: sha256(path.read_bytes()).digest() if path.is_file() else b"" for name, path in paths.items()}


def tried(scenario: Scenario, fault: Fault, home: Path, before: dict[str, bytes], commands: Commands) -> list[str]:
    """What was wrong after this fault; nothing where all held."""
    place = home / str(fault).replace(" ", "-")
    shutil.copytree(home / "before", place, symlinks=True)
    try:
        run = commands.with_fault(scenario.command(place), fault)
        wrong = [f"{scenario.name}, {fault}: {text}" for text in scenario.wrong(place, run, fault)]
        # where all is as before, the same command does what it did without a fault
        again = scenario.again(place, commands) if standing(place) != before else []
        return wrong + [f"{scenario.name}, {fault}, tried again: {text}" for text in again]
    finally:
        shutil.rmtree(place, ignore_errors=True)


def campaign(scenario: Scenario, most: int | None) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="pbr-faults-") as temp, Commands() as commands:
        home = Path(temp)
        (home / "before").mkdir()
        scenario.prepare(home / "before", commands)
        shutil.copytree(home / "before", home / "count", symlinks=True)
        calls = commands.counted(scenario.command(home / "count"), home / "trace.txt")
        planned = faults(calls)
        if most is not None:
            planned = Random(0).sample(planned, min(most, len(planned)))
        shutil.rmtree(home / "count")
        shutil.copytree(home / "before", home / "again", symlinks=True)
        wrong = [f"{scenario.name}, without a fault: {text}" for text in scenario.again(home / "again", commands)]
        before = standing(home / "before")
        wrong += [text for fault in planned for text in tried(scenario, fault, home, before, commands)]
    return {
        "operations": {name[4:]: number for name, number in calls.items() if name.startswith("all ")},
        "errors": sum(fault.how == "error" for fault in planned),
        "kills": sum(fault.how == "kill" for fault in planned),
        "wrong": wrong,
        "ran": f"{date.today()} on {_commit()}",
    }


def _commit() -> str:
    """The commit that was tried."""
    asked = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=Path(__file__).parent, capture_output=True, text=True)
    return asked.stdout.strip() or "no commit"


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--only", action="append", choices=[scenario.name for scenario in SCENARIOS], help="may be given more than once")
    reader.add_argument("--most", type=int, help="try about so many faults of each command")
    reader.add_argument("--out", type=Path, default=Path("build/faults.json"))
    given = reader.parse_args()
    out: dict[str, Any] = {}
    for scenario in SCENARIOS:
        if not given.only or scenario.name in given.only:
            began = time.monotonic()
            found = out[scenario.name] = campaign(scenario, given.most)
            sums = f"{sum(found['operations'].values())} operations, {found['errors']} errors and {found['kills']} kills"
            print(f"{scenario.name}: {sums} in {time.monotonic() - began:.0f} s; wrong: {len(found['wrong'])}", flush=True)
            for text in found["wrong"][:20]:
                print(f"  {text}", flush=True)
            # the others keep what their last run found
            before = json.loads(given.out.read_text()) if given.out.is_file() else {}
            given.out.parent.mkdir(parents=True, exist_ok=True)
            held = {each.name: (before | out).get(each.name) for each in SCENARIOS}
            given.out.write_text(json.dumps({name: one for name, one in held.items() if one}, indent=2) + "\n")
    sys.exit(any(found["wrong"] for found in out.values()))


if __name__ == "__main__":
    main()
