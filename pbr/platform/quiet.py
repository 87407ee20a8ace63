"""Libraries that write to the process's standard output by themselves: what pbr prints for programs must stay readable by them."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def quiet() -> Iterator[None]:
    """What compiled libraries write to standard output meanwhile goes nowhere (HiGHS says "Iteration limit reached" there, whatever it was told). Python's own output does too, so nothing is printed inside.
    Without a standard output, or on a system without its C library's ``fflush``, everything stays as it is."""
    try:
        kept = os.dup(1)
    except OSError:
        yield
        return
    _flush()
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    try:
        yield
    finally:
        _flush()  # while it still goes nowhere
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


def _flush() -> None:
    sys.stdout.flush()
    if os.name == "posix":
        ctypes.CDLL(None).fflush(None)
