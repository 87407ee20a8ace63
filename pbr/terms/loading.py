"""A contract's file to its model: bounds first, then YAML, then the closed vocabulary, then the rules. All problems together."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from pbr.problem import Place, Problem, Refused, refuse
from pbr.terms.bounds import MOST_BYTES, check_characters, check_nesting, decode
from pbr.terms.models import Contract
from pbr.terms.reading import Reader
from pbr.terms.rules import rule_problems
from pbr.terms.shape import shape_problems
from pbr.terms.source import Lines, Source

__all__ = ["FILE_NAME", "Loaded", "Source", "load_contract", "load_text"]

FILE_NAME: Final = "contract.yaml"
_MOST_REPORTED: Final = 100


@dataclass(frozen=True)
class Loaded:
    contract: Contract
    source: Source


def load_contract(path: Path) -> Loaded:
    """Loads a contract from its file, or from ``contract.yaml`` in its folder. Raises Refused with every problem found."""
    file = path / FILE_NAME if path.is_dir() else path
    place = Place(str(file))
    hint = "give the contract's file, or the folder that holds its contract.yaml"
    try:
        if not file.is_file():
            raise refuse("PBR101", "there is no such file" if not file.exists() else "this is not a file", hint, place)
        with file.open("rb") as stream:
            data = stream.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        reason = getattr(error, "strerror", None) or str(error)
        raise refuse("PBR101", f"the file cannot be read: {reason}", hint, place) from None
    return load_text(data, str(file))


def load_text(text: str | bytes, file: str) -> Loaded:
    """Loads a contract from its text; ``file`` is what places say. Raises Refused with every problem found, in order of place."""
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
        raise Refused(_ordered(refused.problems)) from None
    source = reader.source
    problems = list(reader.problems)
    if not isinstance(tree, dict) or not tree:
        if not problems:
            found = "the file is empty" if tree is None else "the file is not a map of keys and values"
            problems = [source.problem("PBR109", found, "a contract begins with `pbr: 1`", Place(file, 1, 1))]
        raise Refused(_ordered(problems))
    problems += shape_problems(tree, source)
    problems += rule_problems(tree, source)
    if problems:
        raise Refused(_ordered(problems))
    try:
        return Loaded(Contract.model_validate(tree), source)
    except ValidationError as error:  # pragma: no cover - shape_problems has read the same errors
        raise AssertionError("a shape problem without a message") from error


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


def _ordered(problems: list[Problem]) -> list[Problem]:
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
