"""``make breaks``: applies every deliberate break to a copy of the package, and writes which value gave it away into docs/agreement.md.

Names of operations after the command: only their breaks are made, and the other rows of the table stay.
Exits with 1 when a break stays green: then the generator is too weak for that operation.
"""

from __future__ import annotations

import json
import os
import pickle
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

from both import compare
from breaks import BREAKS, Break
from page import ROOT, cell, section, write_section
from random_contracts import FIXED, Case, make_case

HERE = Path(__file__).resolve().parent
HEAD = [
    "| operation | engine | deliberate break | red: seed | first value that differs | columns engine | reference engine |",
    "|---|---|---|---|---|---|---|",
]


def main(only: list[str]) -> int:
    chosen = [one for one in BREAKS if not only or one.op in only]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        cases = [make_case(seed) for seed in FIXED]
        with ThreadPoolExecutor(2) as pool:
            results = list(pool.map(lambda one: broken(one, cases, folder), chosen))
    green = [one.op for one, result in zip(chosen, results, strict=True) if result["seed"] is None]
    for one, result in zip(chosen, results, strict=True):
        print(one.op, one.engine, "GREEN" if result["seed"] is None else f"seed {result['seed']}: {result['where']}")
    if not green:
        rows = {one.op: _row(one, result) for one, result in zip(chosen, results, strict=True)}
        kept = {line.split("`")[1]: line for line in section("breaks").splitlines() if line.startswith("| `")}
        told = {**kept, **rows}
        write_section("breaks", [*HEAD, *(told[one.op] for one in BREAKS if one.op in told)])
        write_section("fixed", _baseline(cases))
    return 1 if green else 0


def patched(one: Break, folder: Path) -> Path:
    """A copy of the package with the break applied. Raises ValueError where the text to break is not there exactly once."""
    copy = folder / one.op
    shutil.copytree(ROOT / "pbr", copy / "pbr", ignore=shutil.ignore_patterns("__pycache__"))
    target = copy / one.path
    text = target.read_text(encoding="utf-8")
    if text.count(one.old) != 1:
        raise ValueError(f"{one.op}: the text to break stands {text.count(one.old)} times in {one.path}")
    target.write_text(text.replace(one.old, one.new), encoding="utf-8")
    return copy


def broken(one: Break, cases: list[Case], folder: Path) -> dict[str, Any]:
    """The cases whose favourite it is come first: there the operation works hardest."""
    copy = patched(one, folder)
    ordered = sorted(cases, key=lambda case: (one.op not in case.favourites, case.seed))
    stored = copy / "cases.pickle"
    stored.write_bytes(pickle.dumps([replace(case, loaded=None) for case in ordered]))  # type: ignore[arg-type]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(copy), str(HERE)]), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, str(HERE / "probe.py"), str(copy), str(stored), one.op]
    done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)
    shutil.rmtree(copy)
    if done.returncode:
        raise RuntimeError(f"{one.op}: the probe failed\n{done.stderr}")
    result: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return result


def _row(one: Break, result: dict[str, Any]) -> str:
    cells = [
        f"`{one.op}`",
        one.engine,
        cell(one.says),
        str(result["seed"]),
        cell(result["where"]),
        cell(result["columns"]),
        cell(result["record"]),
    ]
    return f"| {' | '.join(cells)} |"


def _baseline(cases: list[Case]) -> list[str]:
    found = [compare(case) for case in cases]
    values, differences = sum(one.values for one in found), sum(len(one.differences) for one in found)
    items = sum(case.accepted for case in cases)
    seeds = ", ".join(str(seed) for seed in FIXED)
    return [
        f"The fixed seeds ({seeds}): {len(cases)} contracts with {items} random items, {values:,} values compared, {differences} differences."
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
