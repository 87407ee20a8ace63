"""How much of the machine a run may take, and what is said when that, or the machine itself, is not enough.

Codes: PBR720 and PBR721 are about what was asked for; PBR722 (memory) and PBR723 (disk) about a run that ended for want of it.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from pbr.platform.duck import database_errors
from pbr.problem import Place, Refused, refuse

UNITS = {"MB": 10**6, "GB": 10**9, "TB": 10**12, "MIB": 2**20, "GIB": 2**30, "TIB": 2**40}
LEAST = 16 * 10**6  # bytes: below it not even a hundred rows are read
MOST_THREADS = 1024
SIZE = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,3})?) ?([A-Za-z]+)", re.ASCII)
NOT_ENOUGH = ("PBR722", "PBR723")  # the machine's, not of what was given


@dataclass(frozen=True)
class Limits:
    """``memory``: bytes that the database may hold at a time; None: four fifths of the machine's. ``threads``: None: as many as there are cores.
    No value that is computed depends on either."""

    memory: int | None = None
    threads: int | None = None

    @property
    def processes(self) -> int:
        """How many may share what is not the database's work: one for each thread."""
        return self.threads or os.cpu_count() or 1

    @property
    def beside(self) -> bool:
        """Whether a query may run beside another. Not where threads are one, nor where memory is bounded: what one query may hold, two would share."""
        return self.memory is None and self.processes > 1

    @property
    def memory_text(self) -> str | None:
        """As DuckDB takes it."""
        return None if self.memory is None else f"{self.memory}B"


NO_LIMITS = Limits()
ELSEWHERE = "With TMPDIR, choose a folder on another disk."  # of what is put aside among temporary files


def memory_of(text: str) -> int:
    """Bytes, of ``1GB``, ``1.5GB`` or ``512 MiB``. Raises Refused PBR720."""
    found = SIZE.fullmatch(text.strip())
    unit = UNITS.get(found.group(2).upper()) if found else None
    if found is None or unit is None:
        raise refuse("PBR720", f"{text!r} is not an amount of memory.", "Write a number and its unit: 512MB, 1.5GB, 4GiB.")
    size = int(Fraction(found.group(1)) * unit)
    if size < LEAST:
        raise refuse(
            "PBR720", f"{text} of memory is too little: nothing can be read in less than {LEAST // 10**6}MB.", "Give 256MB or more."
        )
    return size


def threads_of(number: int) -> int:
    """Raises Refused PBR721."""
    if not 1 <= number <= MOST_THREADS:
        raise refuse(
            "PBR721",
            f"The work cannot be done by {number} threads: 1 to {MOST_THREADS:,} can be.",
            "Leave it out for one thread for each core.",
        )
    return number


def limits_of(memory: str | None, threads: int | None) -> Limits:
    """Raises Refused PBR720, PBR721."""
    return Limits(None if memory is None else memory_of(memory), None if threads is None else threads_of(threads))


@contextmanager
def enough(limits: Limits, place: Path, elsewhere: str) -> Iterator[None]:
    """Raises Refused in the place of what Python and DuckDB raise for want of memory (PBR722) or of disk (PBR723). ``place``: the folder
    where what does not fit in memory is put aside. ``elsewhere``: how another disk is chosen for it, to begin a sentence."""
    try:
        yield
    except Refused:
        raise
    except _troubles() as trouble:
        if not_room(trouble):
            raise refuse("PBR723", *_disk(place, elsewhere), Place(os.path.abspath(place))) from trouble
        if not_memory(trouble):
            raise refuse("PBR722", *_memory(trouble, limits)) from trouble
        raise


def of_the_machine(trouble: BaseException) -> bool:
    """Whether it is the machine that was not enough, and nothing that was read."""
    return not_memory(trouble) or not_room(trouble)


def _troubles() -> tuple[type[BaseException], ...]:
    return (OSError, MemoryError, *database_errors())


def not_room(trouble: BaseException) -> bool:
    """Whether a disk was full. DuckDB says so in words: of its own limit, nine tenths of what is free, in those of an error about memory."""
    if isinstance(trouble, OSError):
        return trouble.errno in (errno.ENOSPC, errno.EDQUOT)
    text = str(trouble).lower()
    return isinstance(trouble, database_errors()) and any(
        said in text for said in ("no space left", "max_temp_directory_size", "disk quota exceeded", "not enough space on the disk")
    )


def not_memory(trouble: BaseException) -> bool:
    return isinstance(trouble, MemoryError) or type(trouble).__name__ == "OutOfMemoryException"


def _memory(trouble: BaseException, limits: Limits) -> tuple[str, str]:
    if limits.memory is None or isinstance(trouble, MemoryError):
        says = "The machine's memory was not enough. Nothing was half-written."
        more = "" if limits.memory is None else f", less than {_amount(limits.memory)},"
        return says, f"Close other programs, or let less be held at a time{more} and more put aside on the disk: --memory 1GB."
    threads = limits.threads or os.cpu_count() or 1
    says = f"{_amount(limits.memory)} of memory was not enough for {threads} thread{'' if threads == 1 else 's'}. Nothing was half-written."
    fewer = "" if threads == 1 else ", or let fewer threads work, such as --threads 1: each holds rows of its own"
    return says, f"Give more, such as --memory {_amount(max(2 * limits.memory, 256 * 10**6))}{fewer}."


def _disk(place: Path, elsewhere: str) -> tuple[str, str]:
    """``place`` may be gone by now: it is asked of the nearest folder above it that is there."""
    there = next((path for path in (place, *place.absolute().parents) if path.is_dir()), Path(os.sep))
    free = shutil.disk_usage(there).free
    says = f"The disk was full: {_amount(free)} are free on it now, when what was begun is removed. Nothing was half-written."
    return says, f"Free some space. {elsewhere} What does not fit in memory is put aside there too: with more --memory it is less."


def _amount(size: int) -> str:
    """``1.2GB``, ``256MB``: as ``memory_of`` takes whole ones."""
    for unit in ("TB", "GB", "MB"):
        if size >= UNITS[unit]:
            tenths = size * 10 // UNITS[unit]
            return f"{tenths // 10}{unit}" if tenths % 10 == 0 or tenths >= 1000 else f"{tenths // 10}.{tenths % 10}{unit}"
    return f"{size:,} bytes"
