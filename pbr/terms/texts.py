"""From the bytes of a contract's or a rule's file to its tree: bounds first, then YAML."""

from __future__ import annotations

from typing import Any, Final

from pbr.problem import Place, Problem, Refused, refuse
from pbr.terms.bounds import check_characters, check_nesting, decode
from pbr.terms.reading import Reader
from pbr.terms.source import Lines, Source

_MOST_REPORTED: Final = 100


def read_text(
    text: str | bytes, file: str, begins: str = "a contract begins with `pbr: 1`"
) -> tuple[dict[str, Any], Source, list[Problem]]:
    """The tree of a file, its source, and the problems that leave the rest readable. ``file`` is what places say. Raises Refused."""
    try:
        data = text.encode("utf-8") if isinstance(text, str) else text
    except UnicodeEncodeError:
        raise refuse(
            "PBR103", "the text holds half of a character pair, which UTF-8 cannot write", "save the file as UTF-8", Place(file)
        ) from None
    characters = decode(data, file)
    lines = Lines.of(characters)
    check_characters(characters, file, lines)
    check_nesting(characters, file, lines)
    _check_directives(characters, file, lines)
    reader = Reader(data, characters, file, lines)
    try:
        tree = reader.read()
    except Refused as refused:
        raise Refused(ordered(refused.problems)) from None
    problems = list(reader.problems)
    if not isinstance(tree, dict) or not tree:
        if not problems:
            found = "the file is empty" if tree is None else "the file is not a map of keys and values"
            problems = [reader.source.problem("PBR109", found, begins, Place(file, 1, 1))]
        raise Refused(ordered(problems))
    return tree, reader.source, problems


def _check_directives(text: str, file: str, lines: Lines) -> None:
    """Raises Refused PBR114. YAML knows directives only before the first line of content, and skips those it does not know."""
    for number, line in enumerate(lines.texts, start=1):
        if line.startswith("%"):
            place = Place(file, number, 1, len(line))
            raise Refused(
                [Problem("PBR114", "a YAML directive stands here, which a contract may not hold", "delete the line", place, line)]
            )
        if line.strip() and not line.lstrip().startswith("#"):
            return


def ordered(problems: list[Problem]) -> list[Problem]:
    """By place, then code; the same thing said once; after a hundred only their number."""
    unique = sorted(set(problems), key=lambda problem: (problem.place or Place(""), problem.code, problem.says))
    if len(unique) <= _MOST_REPORTED:
        return unique
    rest = len(unique) - _MOST_REPORTED
    last = unique[_MOST_REPORTED - 1]
    return [
        *unique[: _MOST_REPORTED - 1],
        Problem(last.code, last.says, f"{last.hint}\n... and at least {rest:,} more problems", last.place, last.excerpt),
    ]
