"""Looking into a tree that may be misshapen: what is not there, or not of the kind asked for, is simply not seen."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from pbr.terms.models import Scalar
from pbr.terms.reading import broken

_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def leaf(node: Any, key: str | int) -> Scalar | None:
    """The scalar under a key, unless it is missing, of another shape or already reported."""
    found = child(node, key)
    return found if isinstance(found, Scalar) and not broken(found) else None


def child(node: Any, key: str | int) -> Any:
    if isinstance(node, dict):
        return node.get(key)
    if isinstance(node, list) and isinstance(key, int) and key < len(node):
        return node[key]
    return None


def keys_of(node: Any, key: str) -> tuple[str, ...]:
    """The keys of the map under a key, in their order."""
    found = child(node, key)
    return tuple(found) if isinstance(found, dict) else ()


def maps(node: Any, key: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The maps under a key that holds a map of maps, with their names."""
    items = child(node, key)
    for name, item in items.items() if isinstance(items, dict) else ():
        if isinstance(item, dict):
            yield name, item


def entries(node: Any, key: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """The maps under a key that holds a list of maps, with their positions."""
    items = child(node, key)
    for position, item in enumerate(items) if isinstance(items, list) else ():
        if isinstance(item, dict):
            yield position, item


def scalars(node: Any, key: str) -> list[Scalar]:
    """The scalars of a list, or the one scalar that stands for it."""
    found = child(node, key)
    several = [found] if isinstance(found, Scalar) else found if isinstance(found, list) else []
    return [item for item in several if isinstance(item, Scalar) and not broken(item)]


def every_map(node: Any) -> Iterator[Mapping[str, Any]]:
    """Every map in the tree, from the top."""
    if isinstance(node, dict):
        yield node
    for inner in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from every_map(inner)


def day(text: str) -> date | None:
    """The date that is written year-month-day with four, two and two digits; None for anything else."""
    if not _DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
