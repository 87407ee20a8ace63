"""One thing found wrong with a pack: a class and a place that every verifier gives alike, and words of our own (``docs/pack-format.md``)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

MOST = 1000


@dataclass(frozen=True)
class Finding:
    """``kind``: its class. ``says``: a sentence without its full stop. ``file``: a path in the pack; ``entry``: of the log; ``key``: which line or
    total."""

    kind: str
    says: str
    file: str | None = None
    entry: int | None = None
    key: str | None = None

    def to_json(self) -> dict[str, Any]:
        where = {"entry": self.entry, "file": self.file, "key": self.key}
        return {"class": self.kind, **{name: value for name, value in where.items() if value is not None}, "says": self.says}

    def __str__(self) -> str:
        where = [self.file or "", f"entry {self.entry}" if self.entry is not None else "", self.key or ""]
        return f"{', '.join(one for one in where if one) or self.kind}: {self.says}"


class Steps:
    """The findings of one step after the other: within a step by entry, file, class and key, those without first; each place once in all."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, int | None, str | None, str | None], Finding] = {}

    def add(self, step: Iterable[Finding]) -> None:
        once: dict[tuple[str, int | None, str | None, str | None], Finding] = {}
        for one in step:
            once.setdefault((one.kind, one.entry, one.file, one.key), one)
        for at in sorted(once, key=lambda at: (-1 if at[1] is None else at[1], _bytes(at[2]), at[0], _bytes(at[3]))):
            self._found.setdefault(at, once[at])

    def kept(self) -> tuple[Finding, ...]:
        return tuple(self._found.values())[:MOST]


def _bytes(text: str | None) -> bytes:
    return (text or "").encode("utf-8", "replace")
