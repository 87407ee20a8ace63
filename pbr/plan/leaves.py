"""From a YAML scalar to a syntax tree, with every problem placed in the contract's own lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from pbr.language.literals import parse_literal
from pbr.language.parser import parse
from pbr.language.tree import Syntax
from pbr.language.trouble import Trouble
from pbr.plan.trouble import Mistake, Silent
from pbr.problem import Place, Problem
from pbr.terms.loading import Source
from pbr.terms.models import Scalar

T = TypeVar("T")


class Problems:
    """Collects the problems of a contract, each in its place. ``about``: the leaf that offsets of a mistake refer to."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.found: list[Problem] = []

    def add(self, code: str, says: str, hint: str, place: Place | None) -> None:
        problem = self.source.problem(code, says, hint, place) if place is not None else Problem(code, says, hint)
        if problem not in self.found:
            self.found.append(problem)

    @contextmanager
    def about(self, leaf: Scalar | None, fallback: Place | None = None) -> Iterator[None]:
        """Turns a ``Trouble`` or ``Mistake`` into a problem placed in ``leaf``, and goes on after it as ``Silent``."""
        try:
            yield
        except Trouble as trouble:
            self.add(trouble.code, trouble.says, trouble.hint, leaf.at(trouble.at, trouble.end) if leaf is not None else fallback)
            raise Silent from None
        except Mistake as mistake:
            place = fallback
            if leaf is not None:
                place = leaf.at(mistake.at, mistake.end) if mistake.at is not None else leaf.place
            self.add(mistake.code, mistake.says, mistake.hint, place)
            raise Silent from None

    def read(self, leaf: Scalar, how: Callable[[str], T]) -> T:
        """``how(leaf.text)`` with its ``Trouble`` reported. Raises Silent after reporting."""
        with self.about(leaf):
            return how(leaf.text)
        raise AssertionError

    def tree(self, leaf: Scalar) -> Syntax:
        return self.read(leaf, parse)

    def literal(self, leaf: Scalar) -> Syntax:
        return self.read(leaf, parse_literal)
