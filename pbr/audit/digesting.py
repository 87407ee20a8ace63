"""The digests of a folder's tables, taken beside other work: as soon as a table is written, while the queries after it run.

Which thread takes a digest, and when, changes nothing in it: a table is not written again, and its rows are read in the order in which they stand.
A digest that could not be taken beside is taken again when it is asked for, so whatever is wrong is said where it always was.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from pbr.audit import layout
from pbr.audit.digest import TableDigest, digest_table

Written = Callable[[Path], None]  # is told of each table of the folder when it is whole
PATIENCE = 0.05  # seconds between two calls to stop: one that comes between two queries is not heard


def told_nobody(path: Path) -> None:
    """Where nobody waits for a table."""


class Digests:
    """The digests of the tables of ``folder``, as the manifest has them."""

    def __init__(self, con: Any, folder: Path, beside: bool) -> None:
        """``con``: reads the tables. ``beside``: in a thread and a connection of its own; else each digest is taken when it is asked for."""
        self._con, self._folder, self._beside = con, folder, beside
        self._waiting: SimpleQueue[str | None] = SimpleQueue()
        self._begun: dict[str, threading.Event] = {}
        self._taken: dict[str, TableDigest] = {}
        self._own: Any = None
        self._thread: threading.Thread | None = None
        self._ending = False

    def written(self, path: Path) -> None:
        """That a table is whole, and will not be written again."""
        if not self._beside:
            return
        if self._thread is None:
            self._own = self._con.cursor()
            self._thread = threading.Thread(target=self._work, name="digests", daemon=True)
            self._thread.start()
        name = path.relative_to(self._folder).as_posix()
        self._begun[name] = threading.Event()
        self._waiting.put(name)

    def of(self, name: str) -> TableDigest:
        """Of the table ``folder/name``. Raises as ``digest_table``."""
        if name in self._begun:
            self._begun[name].wait()
        if name not in self._taken:
            self._taken[name] = _digest(self._con, self._folder, name)
        return self._taken[name]

    def _work(self) -> None:
        while (name := self._waiting.get()) is not None and not self._ending:
            with suppress(Exception):  # taken again by whoever asks for it, who then meets the same trouble, or none
                self._taken[name] = _digest(self._own, self._folder, name)
            self._begun[name].set()

    def end(self) -> None:
        """Stops what is not done. When it returns, nothing reads the folder any more."""
        if self._thread is None:
            return
        self._ending = True
        self._waiting.put(None)
        while self._thread.is_alive():
            self._own.interrupt()
            self._thread.join(PATIENCE)
        self._own.close()


@contextmanager
def digesting(con: Any, folder: Path, beside: bool) -> Iterator[Digests]:
    """Digests that nobody takes any more when the block has ended, however it ends."""
    digests = Digests(con, folder, beside)
    try:
        yield digests
    finally:
        digests.end()


def _digest(con: Any, folder: Path, name: str) -> TableDigest:
    return digest_table(con, folder / name, layout.left_out(name))
