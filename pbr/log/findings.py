"""What is wrong with a log, where, and what that makes of it: the findings and the verdict of docs/log-format.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pbr.log.seen import Seen

MOST: Final = 1_000  # findings that are kept

BROKEN: Final = "broken"
VERIFIED: Final = "verified"
CONSISTENT: Final = "internally consistent"
NOT_SEEN: Final = Seen()


@dataclass(frozen=True)
class Finding:
    """``kind``: its class. ``entry``: a number; ``file``: a path in the folder, with ``/``; each None where there is none. ``says``: the
    sentence for people, without a full stop."""

    kind: str
    says: str
    entry: int | None = None
    file: str | None = None

    @property
    def place(self) -> tuple[str, int | None, str | None]:
        return self.kind, self.entry, self.file

    def to_json(self) -> dict[str, Any]:
        found: dict[str, Any] = {"class": self.kind}
        if self.entry is not None:
            found["entry"] = self.entry
        if self.file is not None:
            found["file"] = self.file
        return found | {"says": self.says}


class Findings:
    """The findings in their order: by step, within it by entry, file and class; none twice; the first 1,000."""

    def __init__(self) -> None:
        self._found: list[tuple[int, Finding]] = []

    def add(self, step: int, finding: Finding) -> None:
        self._found.append((step, finding))
        # an enormous folder of strangers must not fill the memory
        if len(self._found) >= 100 * MOST:
            self._first()

    def all(self) -> tuple[Finding, ...]:
        self._first()
        return tuple(finding for _, finding in self._found)

    def of_step(self, step: int) -> bool:
        return any(at == step for at, _ in self._found)

    def _first(self) -> None:
        seen: set[tuple[str, int | None, str | None]] = set()
        kept: list[tuple[int, Finding]] = []
        for step, finding in sorted(self._found, key=_order):
            if finding.place not in seen and len(kept) < MOST:
                seen.add(finding.place)
                kept.append((step, finding))
        self._found = kept


def _order(found: tuple[int, Finding]) -> tuple[int, int, bytes, str]:
    step, finding = found
    entry = -1 if finding.entry is None else finding.entry
    return step, entry, b"" if finding.file is None else finding.file.encode(), finding.kind


@dataclass(frozen=True)
class Checked:
    """The answer about a log, a receipt or a consistency proof. ``origin``, ``size`` and ``root`` (hex) are None where the checkpoint could not
    be read, and so is ``witnessed``: up to which size the log and enough witnesses of the reader's policy stand by it, 0 where there is no such policy. ``states``: of each assessment, by its entry.
    ``anchors``: what vouches for it from outside, in words; ``lacking``: why not for all of it, in sentences. ``judged``: by a policy of the reader.
    ``seen``: by when a witness of that policy had seen which entries; ``late``: of the entries that it saw more than a day after their own times how many, the first, and its own time."""

    verdict: str
    origin: str | None
    size: int | None
    root: str | None
    findings: tuple[Finding, ...]
    states: Mapping[int, str]
    notes: tuple[str, ...]
    anchors: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    witnessed: int | None = None
    judged: bool = False
    seen: Seen = NOT_SEEN
    late: tuple[int, int, int] | None = None

    def to_json(self) -> dict[str, Any]:
        """As the page prints it."""
        return {
            "verdict": self.verdict,
            "origin": self.origin,
            "size": self.size,
            "root": self.root,
            "witnessed": self.witnessed,
            "findings": [finding.to_json() for finding in self.findings],
            "assessments": [{"entry": entry, "state": state} for entry, state in sorted(self.states.items())],
            "notes": list(self.notes),
        }


def verdict_of(findings: tuple[Finding, ...], witnessed: bool) -> str:
    """``witnessed``: the reader's own policy finds signatures of the log and of enough witnesses over all of it."""
    if findings:
        return BROKEN
    return VERIFIED if witnessed else CONSISTENT
