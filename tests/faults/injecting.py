"""A command run under strace, so that one of its operations on the file system fails, or the process is killed in it.

strace counts an operation for each thread; the commands are run on one core, where DuckDB works in few threads, and the count of every thread is
gone through, so each operation is reached at least once.
"""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

# every call that changes what is on the disk. An open that makes a file is followed by a write to it, where a full disk shows.
WRITES = ("write", "pwrite64", "writev", "ftruncate", "fallocate")
FORCES = ("fsync", "fdatasync")
NAMES = ("rename", "renameat", "renameat2", "link", "linkat", "symlink", "symlinkat")
REMOVES = ("unlink", "unlinkat", "rmdir")
MAKES = ("mkdir", "mkdirat")
CALLS = (*WRITES, *FORCES, *NAMES, *REMOVES, *MAKES)
ERRORS = dict.fromkeys(WRITES, "ENOSPC") | dict.fromkeys(FORCES, "EIO") | dict.fromkeys((*NAMES, *REMOVES, *MAKES), "EACCES")
_CALL = re.compile(r"^([0-9]+) +([a-z0-9_]+)\(")


@dataclass(frozen=True)
class Run:
    """``code``: the exit code, negative for a signal. ``said``: what it wrote to stderr and stdout."""

    code: int
    said: str


@dataclass(frozen=True)
class Fault:
    """``how``: error or kill; at the ``number``-th ``call`` of a thread."""

    call: str
    number: int
    how: str

    def __str__(self) -> str:
        return f"{self.how} at {self.call} {self.number}"

    @property
    def inject(self) -> str:
        what = f"error={ERRORS[self.call]}" if self.how == "error" else "signal=SIGKILL"
        return f"inject={self.call}:{what}:when={self.number}"


def counted(command: list[str], trace: Path) -> dict[str, int]:
    """How often the command makes each call: the most that one of its threads makes, and under ``all CALL`` the sum of all threads."""
    run = _run(["strace", "-f", "-qq", "-o", str(trace), "-e", f"trace={','.join(CALLS)}", *_on_one_core(command)])
    if run.code:
        raise RuntimeError(f"{command} ends with {run.code} without any fault:\n{run.said}")
    made: Counter[tuple[str, str]] = Counter()
    for text in trace.read_text(errors="replace").splitlines():
        if found := _CALL.match(text):
            made[found[1], found[2]] += 1
    out = {call: max((number for (_, name), number in made.items() if name == call), default=0) for call in CALLS}
    out |= {f"all {call}": sum(number for (_, name), number in made.items() if name == call) for call in CALLS}
    return {name: number for name, number in out.items() if number}


def faults(calls: dict[str, int]) -> list[Fault]:
    """Every fault there can be: an error and a kill at each call."""
    return [Fault(call, number, how) for call in CALLS for number in range(1, calls.get(call, 0) + 1) for how in ("error", "kill")]


def with_fault(command: list[str], fault: Fault) -> Run:
    return _run(["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={fault.call}", "-e", fault.inject, *_on_one_core(command)])


def _on_one_core(command: list[str]) -> list[str]:
    return ["taskset", "-c", "0", *command]


def _run(command: list[str]) -> Run:
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=120)
    return Run(done.returncode, done.stderr + done.stdout)
