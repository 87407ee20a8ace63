"""Times ``pbr verify --digests-only`` against SHA-256 of the same bytes, in turn, in one run.

    python benchmarks/verify/digests.py ASSESSMENT [--times 5]

Prints processor seconds, medians: of hashing every file of the folder, of the check itself, and of the whole command, each in a process of its own.
What a start of Python and of DuckDB takes is told apart from the rest by the first two lines, which both begin after it.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
from pathlib import Path

HASH = """
import hashlib, sys, time
from pathlib import Path
begun, size = time.process_time(), 0
for path in sorted(Path(sys.argv[1]).rglob("*")):
    if path.is_file():
        with path.open("rb") as file:
            hashlib.file_digest(file, "sha256").hexdigest()
        size += path.stat().st_size
print(time.process_time() - begun, size)
"""
CHECK = """
import sys, time
from pathlib import Path
from pbr.audit.verify import verify
import duckdb
begun = time.process_time()
found = verify(Path(sys.argv[1]), digests_only=True)
assert found.state == "digests only", found.text()
print(time.process_time() - begun, 0)
"""
COMMAND = """
import resource, subprocess, sys
done = subprocess.run([sys.executable, "-m", "pbr", "verify", "--digests-only", sys.argv[1]], capture_output=True, text=True)
assert "the digests agree" in done.stdout, done.stdout + done.stderr  # that nothing was recomputed has an exit code of its own
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime, 0)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("assessment", type=Path)
    parser.add_argument("--times", type=int, default=5)
    asked = parser.parse_args()
    seconds: dict[str, list[float]] = {"hashed": [], "checked": [], "the command": []}
    size = 0
    for _ in range(asked.times):
        for name, program in (("hashed", HASH), ("checked", CHECK), ("the command", COMMAND)):
            ran = subprocess.run([sys.executable, "-c", program, str(asked.assessment)], capture_output=True, text=True, check=True)
            took, of = ran.stdout.splitlines()[-1].split()  # before it stands how far the check is, where it takes longer
            seconds[name].append(float(took))
            size = max(size, int(of))
    base = statistics.median(seconds["hashed"])
    print(f"{size / 1e6:.1f} MB")
    for name, found in seconds.items():
        middle = statistics.median(found)
        print(f"{name}: {middle:.3f} processor seconds, {middle / base:.1f} times hashing")


if __name__ == "__main__":
    main()
