"""Ctrl-C, and a program that asks this one to end: the work stops, also in the middle of a query, and what was begun is taken away in peace.

DuckDB looks for signals while a query runs, and ends it with an error of its own (``RuntimeError: Query interrupted``): that it was asked to stop is
therefore kept here, and not told by the kind of the exception.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import FrameType
from typing import Any

SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


class Stopping:
    """``asked``: the signal that asked to stop, 0 when none did. Only the first one counts: taking away what was begun is not stopped by the next."""

    def __init__(self) -> None:
        self.asked = 0
        self._held = 0

    def take(self, number: int, frame: FrameType | None) -> None:
        """The handler of the signals."""
        if self.asked:
            return
        self.asked = number
        if not self._held:
            raise KeyboardInterrupt

    @contextmanager
    def held(self) -> Iterator[None]:
        """What must not be cut in two: a signal takes effect when the block has ended."""
        self._held += 1
        before = self.asked
        try:
            yield
        finally:
            self._held -= 1
        if self.asked and not before and not self._held:
            raise KeyboardInterrupt


_STOPPING: ContextVar[Stopping | None] = ContextVar("pbr_stopping", default=None)


@contextmanager
def stoppable() -> Iterator[Stopping]:
    """While the block runs, Ctrl-C, SIGTERM and SIGHUP raise KeyboardInterrupt in it, once. Signals that somebody else takes, or wants ignored (nohup), are
    left alone, and all of them outside of the main thread."""
    stopping = Stopping()
    before: dict[int, Any] = {}
    for number in SIGNALS:
        if signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler):
            try:
                before[number] = signal.signal(number, stopping.take)
            except ValueError:  # not the main thread
                break
    token = _STOPPING.set(stopping)
    try:
        yield stopping
    finally:
        _STOPPING.reset(token)
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def held() -> Iterator[None]:
    """A signal takes effect when the block has ended: what is made in it is then known, and can be taken away."""
    stopping = _STOPPING.get()
    if stopping is None:
        yield
        return
    with stopping.held():
        yield
