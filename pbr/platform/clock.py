"""The time of day, injected: nothing that is computed reads it, only what is signed and logged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """The present moment, with the zone UTC."""
        ...


class RealClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass(frozen=True)
class FixedClock:
    """A clock that stands still. ``moment`` must carry a zone, or ValueError is raised."""

    moment: datetime

    def __post_init__(self) -> None:
        if self.moment.tzinfo is None:
            raise ValueError("a moment without a zone is not a moment")

    def now(self) -> datetime:
        return self.moment.astimezone(UTC)
