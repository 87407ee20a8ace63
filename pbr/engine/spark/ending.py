"""How Spark begins and ends with us: whatever happens, no process of it stays, nobody else can read what it puts aside, and nothing writes into a folder that is gone."""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from pbr.platform.stopping import held

if TYPE_CHECKING:
    from pyspark import SparkConf
    from pyspark.sql import SparkSession

PATIENCE = 60  # seconds for what still runs to end: each task looks, row by row, whether it was asked to
# What py4j says of Ctrl-C, each with a traceback: through the root of all loggers, and through one of its own where it then cannot tell Java that it leaves.
_LOUD = ("while sending command.", "while shutting down connection")
_LOGGERS = ("", "py4j.clientserver")


def start_java(conf: SparkConf) -> None:
    """Java, with the settings of ``conf``, where this program has not started it yet. Ctrl-C waits until Java has answered: one that was left before finds the
    file gone in which it was to answer, and then stays for ever. What it puts aside (rows that are sorted or joined) only this user can read."""
    from pyspark import SparkContext

    with held():
        before = os.umask(0o077)
        try:
            SparkContext._ensure_initialized(conf=conf)
        finally:
            os.umask(before)


@contextmanager
def signals_kept() -> Iterator[None]:
    """Spark takes Ctrl-C for itself in the block; afterwards it is whose it was: otherwise a second one would cut the clearing away."""
    before = signal.getsignal(signal.SIGINT)
    try:
        yield
    finally:
        if before is not None:
            with suppress(ValueError):  # not the main thread: there Spark took nothing
                signal.signal(signal.SIGINT, before)


@contextmanager
def quiet() -> Iterator[None]:
    """In the block py4j does not print a traceback of Ctrl-C: what was stopped is said once, by who was asked to stop."""
    loggers = [logging.getLogger(name) for name in _LOGGERS]

    def others(record: logging.LogRecord) -> bool:
        return not str(record.msg).endswith(_LOUD)

    for logger in loggers:
        logger.addFilter(others)
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeFilter(others)


def end_session(session: SparkSession) -> None:
    """Cancels what runs, waits until no task does, and stops. Where Java is gone, there is nothing to stop. In a thread of its own, with its own connection to
    Java: that of a thread which was interrupted may be in the middle of an answer."""
    with held():
        thread = threading.Thread(target=_end, args=(session,), daemon=True)
        thread.start()
        thread.join(2 * PATIENCE)


def _end(session: SparkSession) -> None:
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    context = session.sparkContext
    if context._jsc is None:
        return  # it was ended before
    with suppress(Py4JError, PySparkException, OSError):
        context.setLogLevel("OFF")  # Spark would print a stack of Java for each task that is cancelled
        context.cancelAllJobs()
        tracker = context._jsc.sc().statusTracker()
        for _ in range(PATIENCE):
            if not any(executor.numRunningTasks() for executor in tracker.getExecutorInfos()):
                break
            time.sleep(1)
    with suppress(Py4JError, PySparkException, OSError):
        session.stop()
