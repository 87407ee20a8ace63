"""The commands that write, each with what must hold whatever happens under it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from injecting import Fault, Run

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "tests" / "samples" / "pbr-trail-1"
PBR = [sys.executable, "-P", "-m", "pbr"]


@dataclass(frozen=True)
class Scenario:
    """``prepare`` makes what stands before; ``command`` is run in a copy of it with a fault; ``wrong`` says what does not hold then, ``again``
    what does not hold after the same command once more without one."""

    name: str
    prepare: Callable[[Path], None]
    command: Callable[[Path], list[str]]
    wrong: Callable[[Path, Run, Fault], list[str]]
    again: Callable[[Path], list[str]]


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*PBR, *map(str, words)], capture_output=True, text=True, timeout=120)


def _spoken(result: Run, fault: Fault) -> list[str]:
    """An error is told in words and with an exit code; nobody sees a traceback."""
    wrong = ["a traceback"] if "Traceback" in result.said else []
    return wrong


# assess -------------------------------------------------------------------------------------------------------------------------


def _assess(home: Path) -> list[str]:
    data = [f"--data={SAMPLE / 'inputs' / name}" for name in ("offences.csv", "releases.csv")]
    return [*PBR, "assess", str(SAMPLE / "contract" / "contract.yaml"), *data, "--complete-to", "2015-06-30", "--out", str(home / "out")]


def _assessed(home: Path, result: Run, fault: Fault) -> list[str]:
    wrong = _spoken(result, fault)
    out = home / "out"
    if out.exists():
        checked = run("verify", out, "--digests-only")
        wrong += [f"the folder is there and not whole: {checked.stdout.splitlines()[:1]}"] if checked.returncode != 4 else []
    if fault.how == "error":
        wrong += [
            f"left behind: {path.name}"
            for path in home.iterdir()
            if path.name.endswith(".part") and fault.call not in ("unlink", "unlinkat", "rmdir")
        ]
    return wrong


def _assess_again(home: Path) -> list[str]:
    if (home / "out").exists():
        return []
    done = subprocess.run(_assess(home), capture_output=True, text=True, timeout=120)
    return [f"it ends with {done.returncode}: {done.stderr[:200]}"] if done.returncode else []


SCENARIOS = (Scenario("assess", lambda home: None, _assess, _assessed, _assess_again),)
