"""Reads one file in a process of its own and says what came of it, how long it took and the most memory it had: ``measured.py FILE HEADER``."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True)
class Measured:
    """``grown``: bytes of memory beyond what the process had before it opened the file."""

    outcome: str | int
    seconds: int
    grown: int


def measure(path: Path, header: str = "id,x", limit: int = 60) -> Measured:
    """Raises subprocess.TimeoutExpired."""
    command = [sys.executable, "-m", "tests.submission.hostile.measured", str(path), header]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=limit)
    assert done.returncode == 0, done.stderr
    return Measured(**json.loads(done.stdout))


def main() -> None:
    import duckdb

    from tests.submission.hostile.independent import outcome

    path, header = Path(sys.argv[1]), sys.argv[2].split(",")
    duckdb.connect().execute("SELECT count(*) FROM range(1000)").fetchall()
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    result = outcome(path, header)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(json.dumps({"outcome": result, "seconds": round(time.monotonic() - began), "grown": grown * 1024}))


if __name__ == "__main__":
    main()
