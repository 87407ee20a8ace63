"""A command run under strace, so that one of its operations on the file system fails, or the process is killed in it.

strace counts an operation for each thread; the commands are run on one core, where DuckDB works in few threads, and the count of every thread is
gone through, so each operation is reached at least once.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
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
Words = Sequence[str | Path]
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


class Commands:
    """Runs commands of pbr in forks of one process (preloaded.py) on one core, one after another. ``words`` are those after ``pbr``."""

    def __init__(self) -> None:
        self._home = Path(tempfile.mkdtemp(prefix="pbr-faults-said-"))
        self._said = self._home / "said"
        cores = sorted(os.sched_getaffinity(0))
        core = str(cores[os.getpid() % len(cores)])  # campaigns that run at the same time need not share one
        command = ["taskset", "-c", core, sys.executable, "-P", str(Path(__file__).with_name("preloaded.py"))]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __enter__(self) -> Commands:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()
        shutil.rmtree(self._home)

    def run(self, words: Words) -> Run:
        self._ask(words, stopped=False)
        return self._ended()

    def counted(self, words: Words, trace: Path) -> dict[str, int]:
        """How often the command makes each call: the most that one of its threads makes, and under ``all CALL`` the sum of all threads."""
        run = self._traced(words, ["-o", str(trace), "-e", f"trace={','.join(CALLS)}"])
        if run.code:
            raise RuntimeError(f"{words} ends with {run.code} without any fault:\n{run.said}")
        made: Counter[tuple[str, str]] = Counter()
        for text in trace.read_text(errors="replace").splitlines():
            if found := _CALL.match(text):
                made[found[1], found[2]] += 1
        out = {call: max((number for (_, name), number in made.items() if name == call), default=0) for call in CALLS}
        out |= {f"all {call}": sum(number for (_, name), number in made.items() if name == call) for call in CALLS}
        return {name: number for name, number in out.items() if number}

    def with_fault(self, words: Words, fault: Fault) -> Run:
        return self._traced(words, ["-o", os.devnull, "-e", f"trace={fault.call}", "-e", fault.inject])

    def _traced(self, words: Words, how: list[str]) -> Run:
        self._ask(words, stopped=True)
        forked = int(self._line())
        strace = subprocess.Popen(["strace", "-f", *how, "-p", str(forked)], stderr=subprocess.PIPE, text=True)
        assert strace.stderr is not None
        told = strace.stderr.readline()
        if "attached" not in told:
            os.kill(forked, signal.SIGKILL)
            raise RuntimeError(f"strace cannot look at a process here: {told}")
        os.kill(forked, signal.SIGCONT)
        strace.communicate()  # it ends when the last process that it follows has
        return self._ended()

    def _ask(self, words: Words, stopped: bool) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"words": [str(word) for word in words], "said": str(self._said), "stopped": stopped}) + "\n")
        self._process.stdin.flush()

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()

    def _ended(self) -> Run:
        code = int(self._line())
        return Run(code, self._said.read_text(errors="replace"))


def faults(calls: dict[str, int]) -> list[Fault]:
    """Every fault there can be: an error and a kill at each call."""
    return [Fault(call, number, how) for call in CALLS for number in range(1, calls.get(call, 0) + 1) for how in ("error", "kill")]
