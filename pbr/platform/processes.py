"""Work that several processes share: how they are begun, and that none is left behind.

Each is begun anew (``spawn``): forking a process in which DuckDB has threads is not safe, and not every system can. So what they do must be a function of a module, and what they are
given and give must be what another process can take. Each holds one end of a pipe, the life line; when the process that began them closes the other, or is gone, they end at once.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, TypeVar

from pbr.problem import Refused, refuse

Made = TypeVar("Made")


class Helpers:
    """Other processes, which do what they are asked one after the other."""

    def __init__(self, pool: ProcessPoolExecutor) -> None:
        self._pool = pool

    def ask(self, work: Callable[..., Made], *given: Any) -> Future[Made]:
        """``work(*given)``, done by the first that is free. ``answer`` waits for it. It is not to be cancelled: Python 3.11 stumbles over that where a process ends."""
        with _unheard():
            try:
                return self._pool.submit(work, *given)
            except BrokenProcessPool as broken:  # one has ended before this was asked: it is said as where it ends while it works
                asked: Future[Made] = Future()
                asked.set_exception(broken)
                return asked


_GIVEN: list[Any] = []


@contextmanager
def helpers(processes: int, given: Any = None) -> Iterator[Helpers]:
    """``processes`` others, each of which has what is ``given`` (``what_was_given``); they have ended when the block has, at once where it ends with an exception."""
    context = get_context("spawn")
    theirs, ours = context.Pipe(duplex=False)
    pool = ProcessPoolExecutor(processes, mp_context=context, initializer=_begin, initargs=(theirs, given))
    try:
        yield Helpers(pool)
    except BaseException:
        ours.close()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        ours.close()
        theirs.close()


def what_was_given() -> Any:
    """In a helper."""
    return _GIVEN[0]


def answer(asked: Future[Made]) -> Made:
    """What came of it. Raises what the work raised where that is of the machine (OSError, MemoryError) or Refused; Refused PBR724 for any other trouble, and where the process is gone."""
    trouble = asked.exception()
    if trouble is None or isinstance(trouble, (OSError, MemoryError, Refused)):
        return asked.result()
    if isinstance(trouble, BrokenProcessPool):
        says = "A process that shared the work ended before it was done: the system, or somebody, ended it. Nothing was half-written."
        raise refuse("PBR724", says, "Often the memory was not enough: let one process do it all, --threads 1.") from trouble
    says = f"A process that shared the work failed: {type(trouble).__name__}: {(str(trouble).splitlines() or [''])[0][:200]}"
    raise refuse("PBR724", says, "Let one process do it all, --threads 1: it says more where it fails too.") from trouble


def _begin(life_line: Connection, given: Any) -> None:
    """The first thing that a helper does. Ctrl-C at a terminal reaches every process: the one that began them decides what comes of it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_wait_for_the_end, args=(life_line,), daemon=True).start()
    _GIVEN.append(given)


def _wait_for_the_end(life_line: Connection) -> None:
    try:
        life_line.recv_bytes()
    except (EOFError, OSError):
        os._exit(1)  # whoever would have had the result has closed the other end, or is gone


@contextmanager
def _unheard() -> Iterator[None]:
    """A process that is begun in the block does not hear Ctrl-C, from its first moment on; this one hears it when the block has ended. Where a system cannot do that, it is deaf once it is up."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
