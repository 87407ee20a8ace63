"""Demand without deep recursion: what is missing is named, made first, and then the work is done again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

Wanted = tuple[str, tuple[Any, ...]]  # a step's name and a row's key
T = TypeVar("T")


class Missing(Exception):
    """Values of other steps that must be made first. Never leaves the machine."""

    def __init__(self, wanted: list[Wanted]) -> None:
        super().__init__(wanted)
        self.wanted = wanted


class NotGiven(Exception):
    """A worked example that gives values needs one more: it is neither given nor computable. ``name``: an item, or "table.column";
    ``key``: the row's key as canonical text."""

    def __init__(self, name: str, key: tuple[str, ...]) -> None:
        super().__init__(f"{name} of {' | '.join(key) or 'the contract'} is needed, but it is not given and cannot be computed")
        self.name = name
        self.key = key


def gather(items: Iterable[T], work: Callable[[T], Any]) -> list[Any]:
    """``work`` for each item. Everything that is missing is collected before ``Missing`` is raised: so the work over many rows is done
    again once, not once for each row."""
    out, wanted = [], []
    for item in items:
        try:
            out.append(work(item))
        except Missing as missing:
            wanted += missing.wanted
    if wanted:
        raise Missing(wanted)
    return out
