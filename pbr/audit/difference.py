"""What checking a folder finds: differences, each with its place, and the verdict in words that promise no more than was done."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

CONSISTENT, DIGESTS, BROKEN = "internally consistent", "digests only", "broken"
MOST_NAMED = 20


@dataclass(frozen=True)
class Difference:
    """``file`` in the folder; ``key`` of the row as text and ``column``, where there are any (in JSON: the path); ``stored`` is what the
    folder says and ``expected`` what it should say, empty when ``says`` tells it all."""

    file: str
    says: str = ""
    key: str = ""
    column: str = ""
    stored: str = ""
    expected: str = ""

    def __str__(self) -> str:
        where = ", ".join(text for text in (self.file, self.key, self.column) if text)
        values = f"the folder says {self.stored}, its inputs give {self.expected}" if self.stored or self.expected else ""
        return f"{where}: {'; '.join(text for text in (self.says, values) if text)}"

    def to_json(self) -> dict[str, str]:
        return {name: value for name, value in vars(self).items() if value}


class Enough(Exception):
    """Raised inside a comparison when so many differences were found that more would not help anybody."""


@dataclass
class Found:
    """The differences found so far, in the order they were looked for."""

    differences: list[Difference] = field(default_factory=list)

    def add(self, difference: Difference) -> None:
        """Raises Enough at the last one kept."""
        self.differences.append(difference)
        if len(self.differences) >= MOST_NAMED:
            raise Enough


@dataclass(frozen=True)
class Verification:
    """``state``: internally consistent | digests only | broken. ``done``: what was checked and what was not, one sentence each. ``unknown``:
    the version that the folder says made it, where this version (``own``) does not know how to make the same files; else empty.
    ``lacking``: what was not compared, where all else was computed again; else empty."""

    folder: str
    state: str
    done: tuple[str, ...]
    differences: tuple[Difference, ...]
    unknown: str = ""
    own: str = ""
    lacking: str = ""

    def text(self) -> str:
        """For a terminal: the verdict, what stands against it or was done for it, and what it does not mean."""
        number = len(self.differences)
        if self.state == BROKEN:
            many = f"{number} differences" if number > 1 else "1 difference"
            head = f"{self.folder} is broken: {many}{' or more' if number >= MOST_NAMED else ''}."
            end = [f"The folder says that {self.unknown} made it, which {self.own} cannot make again exactly."] if self.unknown else []
            return "\n".join([head, *(f"  {difference}" for difference in self.differences), *(f"  {text}" for text in self.done), *end])
        if self.unknown:
            head = f"{self.folder} says that {self.unknown} made it, which {self.own} cannot compute again exactly: its digests agree."
            last = f"No difference was found in what was compared. Only {self.unknown} itself could say that the folder is consistent: ask for it where the folder is from."
        elif self.lacking:
            head = f"{self.folder}: what its lines come to follows from the contract and the data it holds. What was paid before was not compared."
            last = f"{self.lacking[0].upper()}{self.lacking[1:]}."
        elif self.state == DIGESTS:
            head = f"{self.folder}: the digests agree; nothing was recomputed."
            last = "Nobody has checked that the payments follow from the data."
        else:
            head = f"{self.folder} is internally consistent: every value in it follows from the contract and the data it holds."
            last = "Nothing outside the folder was asked, so this does not say that they are the contract and the data that were agreed."
        return "\n".join([head, *(f"  {text}" for text in self.done), last])

    def to_json(self) -> dict[str, Any]:
        return {
            "folder": self.folder,
            "state": self.state,
            "done": list(self.done),
            "differences": [difference.to_json() for difference in self.differences],
            **({"not_compared": self.lacking} if self.lacking else {}),
            "made_by_unknown_version": self.unknown or None,
        }
