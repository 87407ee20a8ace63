"""A contract's file to its model: bounds first, then YAML, then its rules, then the closed vocabulary. All problems together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from pbr.problem import Place, Refused, refuse
from pbr.terms.bounds import MOST_BYTES
from pbr.terms.models import Contract
from pbr.terms.rulebook import frame
from pbr.terms.rulebook.expanding import expand
from pbr.terms.rulebook.files import LOCK_NAME, Library, RuleFile, above, read_lock, shipped
from pbr.terms.rulebook.models import Asked
from pbr.terms.rules import rule_problems
from pbr.terms.shape import shape_problems
from pbr.terms.source import Source
from pbr.terms.texts import ordered, read_text

__all__ = ["FILE_NAME", "Loaded", "Source", "load_contract", "load_text"]

FILE_NAME: Final = "contract.yaml"


@dataclass(frozen=True)
class Loaded:
    """``contract``: with all that its rules give written out in it. ``rules``: the rules it uses, by name. ``asked``: what it gave them."""

    contract: Contract
    source: Source
    rules: tuple[RuleFile, ...] = ()
    asked: tuple[Asked, ...] = ()


def load_contract(path: Path, rules: Sequence[Path] = (), locked: bool = True) -> Loaded:
    """Loads a contract from its file, or from ``contract.yaml`` in its folder. Raises Refused with every problem found.

    ``rules``: folders in which rules are looked for first; then come those beside the contract and above it, and those that come with the
    program. ``locked``: each must have the digest that ``rules.lock`` beside the contract holds. A rule's own file is read as its frame.
    """
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
    lock = lock_of(file)
    folders = [*rules, *above(file.resolve().parent), shipped()]
    return load_text(data, str(file), Library(folders, read_lock(lock) if locked else None, str(lock)))


def lock_of(path: Path) -> Path:
    """Where the digests of a contract's rules stand: beside its file."""
    return path / LOCK_NAME if path.is_dir() else path.with_name(LOCK_NAME)


def load_text(text: str | bytes, file: str, library: Library | None = None) -> Loaded:
    """Loads a contract from its text; ``file`` is what places say. ``library``: where its rules are; those that come with the program when
    left out. Raises Refused with every problem found, in order of place."""
    tree, source, problems = read_text(text, file)
    library = library or Library([shipped()])
    if frame.KEY in tree:
        if problems:
            raise Refused(ordered(problems))
        tree, source, rule = frame.framed(tree, source)
        library = Library(library.folders, this=rule)
    expanded = expand(tree, source, library)
    problems += shape_problems(expanded.tree, expanded.source)
    problems += rule_problems(expanded.tree, expanded.source)
    if problems:
        raise Refused(ordered(problems))
    try:
        return Loaded(Contract.model_validate(expanded.tree), expanded.source, expanded.rules, expanded.asked)
    except ValidationError as error:  # pragma: no cover - shape_problems has read the same errors
        raise AssertionError("a shape problem without a message") from error
