"""Runs commands of pbr, each in a fork of this process, which has imported everything: most of a command's time is imports, which write nothing.

Each line of stdin is one command: ``{"words": [...], "said": PATH, "stopped": BOOL}``. ``said``: where stdout and stderr go. ``stopped``: the fork
stops itself, and its number is printed, until somebody (strace, attached by then) lets it go on. Then its exit code is printed.
"""

from __future__ import annotations

import ctypes
import importlib
import json
import os
import pkgutil
import runpy
import signal
import sys

HEAVY = ("duckdb", "cryptography.hazmat.primitives.asymmetric.ed25519", "cryptography.hazmat.primitives.asymmetric.mldsa")
ELSEWHERE = ("pbr.engine_spark", "pbr.platform.windows", "pbr.__main__")
PR_SET_PTRACER, ANYBODY = 0x59616D61, -1


def import_everything() -> None:
    import pbr

    for found in pkgutil.walk_packages(pbr.__path__, "pbr."):
        if not found.name.startswith(ELSEWHERE):
            importlib.import_module(found.name)
    for name in HEAVY:
        importlib.import_module(name)


def main() -> None:
    import_everything()
    for line in sys.stdin:
        wanted = json.loads(line)
        forked = os.fork()
        if not forked:
            break
        if wanted["stopped"]:
            os.waitpid(forked, os.WUNTRACED)
            print(forked, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(forked, 0)[1]), flush=True)
    else:
        return
    # the fork
    said = os.open(wanted["said"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for old, new in ((nothing, 0), (said, 1), (said, 2)):
        os.dup2(old, new)
    os.closerange(3, 64)
    sys.argv = ["pbr", *wanted["words"]]
    if wanted["stopped"]:
        # where a process may be traced by its parents only
        ctypes.CDLL(None).prctl(PR_SET_PTRACER, ctypes.c_ulong(ANYBODY), 0, 0, 0)
        os.kill(os.getpid(), signal.SIGSTOP)
    runpy.run_module("pbr", run_name="__main__", alter_sys=True)


main()
