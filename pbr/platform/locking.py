"""One process at a time: an exclusive lock on a file, which the system gives up when the process ends, however it ends."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

TRIES = 50
BETWEEN = 100  # milliseconds: five seconds in all


class Locked(Exception):
    """Another process kept the lock for as long as we waited."""


def _sleep(milliseconds: int) -> None:
    time.sleep(milliseconds / 1000)


@contextmanager
def locked(path: Path, tries: int = TRIES, wait: Callable[[int], None] = _sleep) -> Iterator[None]:
    """Holds the lock on the file ``path``, made if it is not there, while the block runs. ``wait``: sleeps for milliseconds. Raises Locked, and
    OSError where the file cannot be opened."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
    try:
        for attempt in range(tries):
            if _take(handle):
                break
            if attempt + 1 == tries:
                raise Locked(str(path))
            wait(BETWEEN)
        yield
    finally:
        os.close(handle)  # gives the lock up too


if sys.platform == "win32":
    import msvcrt

    def _take(handle: int) -> bool:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _take(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
