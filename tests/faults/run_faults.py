"""The campaign of faults: ``make faults``. Under each operation of assess, log and pack on the disk, an error and a kill; then what is left is looked at.

Writes ``build/faults.json``, from which docs/proof.md has its table.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from typing import Any

from injecting import Fault, counted, faults, with_fault
from scenarios import SCENARIOS, Scenario


def tried(scenario: Scenario, fault: Fault, home: Path) -> list[str]:
    """What was wrong after this fault; nothing where all held."""
    place = home / str(fault).replace(" ", "-")
    shutil.copytree(home / "before", place, symlinks=True)
    try:
        run = with_fault(scenario.command(place), fault)
        wrong = [f"{scenario.name}, {fault}: {text}" for text in scenario.wrong(place, run, fault)]
        again = scenario.again(place)
        return wrong + [f"{scenario.name}, {fault}, tried again: {text}" for text in again]
    finally:
        shutil.rmtree(place, ignore_errors=True)


def campaign(scenario: Scenario, workers: int, most: int | None) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="pbr-faults-") as temp:
        home = Path(temp)
        (home / "before").mkdir()
        scenario.prepare(home / "before")
        shutil.copytree(home / "before", home / "count", symlinks=True)
        calls = counted(scenario.command(home / "count"), home / "trace.txt")
        planned = faults(calls)
        if most is not None:
            planned = Random(0).sample(planned, min(most, len(planned)))
        with ThreadPoolExecutor(workers) as pool:
            wrong = [text for found in pool.map(lambda fault: tried(scenario, fault, home), planned) for text in found]
    return {
        "operations": {name[4:]: number for name, number in calls.items() if name.startswith("all ")},
        "errors": sum(fault.how == "error" for fault in planned),
        "kills": sum(fault.how == "kill" for fault in planned),
        "wrong": wrong,
    }


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--only", choices=[scenario.name for scenario in SCENARIOS])
    reader.add_argument("--most", type=int, help="try about so many faults of each command")
    reader.add_argument("--workers", type=int, default=2)
    reader.add_argument("--out", type=Path, default=Path("build/faults.json"))
    given = reader.parse_args()
    out: dict[str, Any] = {}
    for scenario in SCENARIOS:
        if given.only in (None, scenario.name):
            began = time.monotonic()
            found = out[scenario.name] = campaign(scenario, given.workers, given.most)
            sums = f"{sum(found['operations'].values())} operations, {found['errors']} errors and {found['kills']} kills"
            print(f"{scenario.name}: {sums} in {time.monotonic() - began:.0f} s; wrong: {len(found['wrong'])}")
            for text in found["wrong"][:20]:
                print(f"  {text}")
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(json.dumps(out, indent=2) + "\n")
    sys.exit(any(found["wrong"] for found in out.values()))


if __name__ == "__main__":
    main()
