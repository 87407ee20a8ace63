"""The text of a contract and where everything in it stands."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from pbr.problem import Place, Problem

Path = tuple[str | int, ...]  # keys are strings, positions in lists are whole numbers from 0
_LONGEST_EXCERPT: Final = 400  # characters
_LINE_BREAK: Final = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True)
class Lines:
    """A text cut into lines as YAML cuts it; turns a position in the text into line and column, both from 1."""

    texts: tuple[str, ...]
    starts: tuple[int, ...]

    @classmethod
    def of(cls, text: str) -> Lines:
        starts = (0, *(found.end() for found in _LINE_BREAK.finditer(text)))
        return cls(tuple(_LINE_BREAK.split(text)), starts)

    def at(self, index: int) -> tuple[int, int]:
        line = bisect_right(self.starts, index)
        return line, index - self.starts[line - 1] + 1

    def place(self, file: str, start: int, end: int) -> Place:
        """The place of characters [start, end); what goes over the end of its first line is underlined to there."""
        line, column = self.at(start)
        left = len(self.texts[line - 1]) - column + 1
        return Place(file, line, column, max(1, min(end - start, left)))

    def excerpt(self, place: Place) -> str | None:
        """The line of a place; of a line longer than any message the beginning, or nothing where the place is further on."""
        line = self.texts[place.line - 1] if 0 < place.line <= len(self.texts) else None
        if line is None or len(line) <= _LONGEST_EXCERPT:
            return line
        return line[:_LONGEST_EXCERPT] if place.column <= _LONGEST_EXCERPT else None


@dataclass(frozen=True)
class Source:
    """A contract's file: its bytes, its text without a byte order mark, the SHA-256 (hex) of the bytes, and its places.

    ``places``: for each path the place of its key and of its value; for a list entry both are the entry's. ``others``: the other files in
    which places stand, by name, each with a sentence that says how this one comes to read it.
    """

    file: str
    data: bytes
    text: str
    sha256: str
    lines: Lines
    places: Mapping[Path, tuple[Place, Place]]
    others: Mapping[str, tuple[Source, str]] = field(default_factory=dict)

    def place(self, *path: str | int) -> Place:
        """The place of the key at the path; where there is no such key, of the nearest key above it."""
        return self._known(path)[0]

    def value_place(self, *path: str | int) -> Place:
        """The place of the value at the path; where there is none, of the nearest value above it."""
        return self._known(path)[1]

    def _known(self, path: Path) -> tuple[Place, Place]:
        for length in range(len(path), -1, -1):
            if path[:length] in self.places:
                return self.places[path[:length]]
        top = Place(self.file, 1, 1)
        return top, top

    def line_text(self, line: int) -> str:
        """The text of a line (from 1) without its line break; empty for a line that is not there."""
        return self.lines.texts[line - 1] if 0 < line <= len(self.lines.texts) else ""

    def problem(self, code: str, says: str, hint: str, place: Place) -> Problem:
        """A problem with the line of the file it stands on."""
        if place.file in self.others:
            other, how = self.others[place.file]
            return Problem(code, says, f"{hint}\n{how}" if hint else how, place, other.lines.excerpt(place))
        return Problem(code, says, hint, place, self.lines.excerpt(place))
