"""The file system of Windows: what it does otherwise than POSIX, behind the same interface.

Differences that matter here (Microsoft, "Naming Files, Paths, and Namespaces" and "MoveFileEx"):

- a folder cannot be opened, so its list of names cannot be forced to the disk; a file is forced only through a handle that may write
- a file that a virus scanner or the search index holds open for a moment cannot be renamed or removed: it is tried again
- a path of 260 characters or more needs the prefix ``\\\\?\\``
- some names are devices, whatever their ending; some letters and a point or blank at the end are not allowed
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from pbr.platform.files import RealFiles

T = TypeVar("T")
TRIES = 8
FIRST_WAIT = 20  # milliseconds; doubled each time, so that all of them come to about five seconds
LONGEST_PLAIN = 247  # a folder's limit: 260 less room for a name of 8.3 letters in it
HELD_OPEN = (5, 32, 33)  # ERROR_ACCESS_DENIED, ERROR_SHARING_VIOLATION, ERROR_LOCK_VIOLATION
DEVICES = frozenset({"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", *(f"{d}{n}" for d in ("COM", "LPT") for n in "123456789¹²³")})
FORBIDDEN = frozenset('<>:"|?*/\\')


def name_trouble(name: str) -> str | None:
    """Why a file or folder cannot bear this name on Windows; None where it can."""
    if name.partition(".")[0].rstrip(" ").upper() in DEVICES:
        return f"{name.partition('.')[0]} is the name of a device on Windows"
    wrong = sorted({letter for letter in name if letter in FORBIDDEN or ord(letter) < 32})
    if wrong:
        return f"{', '.join(repr(letter) for letter in wrong)} cannot stand in a file's name on Windows"
    if name.endswith((".", " ")):
        return "a file's name cannot end with a point or a blank on Windows"
    return None


def long_path(path: Path | str) -> str:
    """The path as Windows takes it, however long: absolute, and with the prefix where it is needed."""
    text = os.path.abspath(path)
    if len(text) <= LONGEST_PLAIN or text.startswith("\\\\?\\"):
        return text
    return "\\\\?\\UNC\\" + text[2:] if text.startswith("\\\\") else "\\\\?\\" + text


class WindowsFiles(RealFiles):
    """``system``: the calls of ``os`` that Windows answers in its own way; injected in tests. ``wait``: sleeps for milliseconds."""

    def __init__(self, system: Any = os, wait: Callable[[int], None] | None = None) -> None:
        self._os = system
        self._wait = wait or (lambda milliseconds: time.sleep(milliseconds / 1000))

    def read_bytes(self, path: Path) -> bytes:
        with self.open_read(path) as file:
            return file.read()

    def open_read(self, path: Path) -> BinaryIO:
        return open(long_path(path), "rb")

    def named(self, path: Path) -> str:
        return long_path(path)

    def remove(self, path: Path) -> None:
        self._patiently(lambda: self._os.unlink(long_path(path)))

    def remove_folder(self, path: Path) -> None:
        self._patiently(lambda: self._os.rmdir(long_path(path)))

    def open_to(self, path: Path) -> int:
        return 0  # the mode that Windows makes up says nothing

    def make_folder(self, path: Path, *, private: bool = True) -> None:
        self._os.mkdir(long_path(path))  # who may read it follows from the folder above, as everywhere on Windows

    def rename(self, old: Path, new: Path) -> None:
        # os.rename raises FileExistsError by itself here, for an empty folder too
        self._patiently(lambda: self._os.rename(long_path(old), long_path(new)))

    def replace(self, old: Path, new: Path) -> None:
        self._patiently(lambda: self._os.replace(long_path(old), long_path(new)))

    def fsync(self, path: Path) -> None:
        if self.is_folder(path):
            return  # there is no such thing: NTFS journals its names
        handle = self._os.open(long_path(path), os.O_RDWR | getattr(os, "O_BINARY", 0))
        try:
            self._os.fsync(handle)
        finally:
            self._os.close(handle)

    def remove_tree(self, path: Path) -> None:
        self._patiently(lambda: shutil.rmtree(long_path(path)))

    def _patiently(self, work: Callable[[], T]) -> T:
        wait = FIRST_WAIT
        for _ in range(TRIES):
            try:
                return work()
            except PermissionError as error:
                if getattr(error, "winerror", None) not in HELD_OPEN:
                    raise
            self._wait(wait)
            wait *= 2
        return work()
