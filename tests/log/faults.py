"""A file system that fails, or dies, at its n-th operation that changes something."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pbr.log.checkpoints import NotACheckpoint, read_checkpoint
from pbr.platform.files import RealFiles


class Killed(BaseException):
    """The process is gone: nobody tidies up after it."""


CHANGES = (
    "write",
    "fsync",
    "replace",
    "rename",
    "remove",
    "remove_folder",
    "remove_tree",
    "make_folder",
    "make_hidden_sibling",
    "write_atomic",
)


def error() -> BaseException:
    return OSError(28, os.strerror(28))


class Unforced(RealFiles):
    """A file system that is not made to write to the disk at once: in a test the power does not fail, and other tests keep the disk busy."""

    def fsync(self, path: Path) -> None:
        assert path.exists()

    def read_again(self, path: Path) -> bytes:
        return self.read_bytes(path)


class FaultyFiles(Unforced):
    """``n``: the operation that fails, counted from 1 (0: none does). ``fault``: what it raises. ``half``: a write does half its work first, any
    other operation all of it. ``lasting``: all after it fail too. ``roots``: the root of each size that was ever written as a checkpoint."""

    def __init__(
        self,
        n: int,
        fault: Callable[[], BaseException],
        *,
        half: bool = False,
        lasting: bool = False,
        roots: dict[int, set[bytes]] | None = None,
    ) -> None:
        self.count = 0
        self.n, self.fault, self.half, self.lasting = n, fault, half, lasting
        self.roots: dict[int, set[bytes]] = {} if roots is None else roots

    def __getattribute__(self, name: str) -> Any:
        found = super().__getattribute__(name)
        if name not in CHANGES:
            return found

        def faulty(*given: Any, **settings: Any) -> Any:
            self.count += 1
            if self.n and (self.count == self.n or (self.lasting and self.count > self.n)):
                if self.half:
                    if name == "write":
                        given = (given[0], given[1][: len(given[1]) // 2])
                    found(*given, **settings)
                raise self.fault()
            if name == "write":
                self._look(*given)
            return found(*given, **settings)

        return faulty

    def _look(self, path: Path, data: bytes) -> None:
        if "checkpoint" in path.name:
            try:
                checkpoint = read_checkpoint(data).checkpoint
            except NotACheckpoint:
                return
            self.roots.setdefault(checkpoint.size, set()).add(checkpoint.root)
