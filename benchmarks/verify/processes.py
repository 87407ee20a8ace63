"""Times ``pbr verify`` with one process and with more, in turn.

    python benchmarks/verify/processes.py ASSESSMENT [--processes 1 2] [--times 1]

Prints seconds of the clock and processor seconds of all processes together, the load of the machine, and what the most memory of one of them was. Each run
is a command of its own, start included.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import time


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("assessment")
    parser.add_argument("--processes", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--times", type=int, default=1)
    asked = parser.parse_args()
    for _ in range(asked.times):
        for processes in asked.processes:
            before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
            command = [sys.executable, "-m", "pbr", "verify", asked.assessment, "--threads", str(processes)]
            code = subprocess.run(command, capture_output=True).returncode
            took, used = time.monotonic() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
            spent = used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime
            print(
                f"{processes} at most: {took:.1f} seconds, {spent:.1f} processor seconds, load {os.getloadavg()[0]:.1f}, exit code {code}; "
                f"at most {used.ru_maxrss / 1024:.0f} MiB in one process so far"
            )


if __name__ == "__main__":
    main()
