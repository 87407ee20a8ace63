"""What can be wrong with what a person gave us: the bottom of everything.

A ``Problem`` is a value: a stable code, a place, a sentence and a hint. Problems are collected and shown together;
``Refused`` carries them to the command. Programming faults are ordinary exceptions and never become problems.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, order=True)
class Place:
    """Where something stands. ``line`` and ``column`` count from 1; 0 means "not known" and is not printed."""

    file: str
    line: int = 0
    column: int = 0
    length: int = 1  # characters to underline; only when line and column are known

    def __str__(self) -> str:
        return ":".join([self.file, *(str(n) for n in (self.line, self.column) if n)])


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, said to the person who can put it right.

    ``code``  stable, ``PBR`` and three digits (``docs/errors.md``).
    ``says``  what was found and what was expected, one or more sentences.
    ``hint``  what to do; empty when ``says`` has already said it.
    ``excerpt``  the offending line of the file, without its newline, when the place is in a text file.
    """

    code: str
    says: str
    hint: str = ""
    place: Place | None = None
    excerpt: str | None = None

    def lines(self) -> list[str]:
        """The message as printed: place and code first, the excerpt with a marker under it, then the sentences."""
        head = f"{self.place}   {self.code}" if self.place else self.code
        out = [head]
        if self.place and self.excerpt is not None and self.place.line:
            number = str(self.place.line)
            out.append(f"   {number} | {self.excerpt}")
            if self.place.column:
                width = max(1, min(self.place.length, len(self.excerpt) - self.place.column + 1))
                out.append(" " * (3 + len(number)) + " | " + " " * (self.place.column - 1) + "^" * width)
        out += [f"   {line}" for text in (self.says, self.hint) if text for line in text.splitlines()]
        return out

    def __str__(self) -> str:
        return "\n".join(self.lines())


@dataclass
class Refused(Exception):
    """Raised when work cannot go on: carries every problem found so far. Never a programming fault."""

    problems: list[Problem] = field(default_factory=list)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


def refuse(code: str, says: str, hint: str = "", place: Place | None = None, excerpt: str | None = None) -> Refused:
    """A ``Refused`` with a single problem, ready to raise."""
    return Refused([Problem(code, says, hint, place, excerpt)])
