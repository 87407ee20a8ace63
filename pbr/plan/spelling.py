"""What somebody probably meant: the nearest names to one that is not there, or what there is."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

MOST_SHOWN = 12


def closest(name: str, names: Iterable[str], otherwise: str = "") -> str:
    """A sentence: the names spelt most like ``name``; else ``otherwise``, or the names there are."""
    known = list(dict.fromkeys(names))
    near = get_close_matches(name, sorted(known), 3)
    if near:
        return f"Did you mean {' or '.join(f'`{other}`' for other in near)}?"
    if otherwise or not known:
        return otherwise
    return f"There {'is' if len(known) == 1 else 'are'}: {', '.join(known[:MOST_SHOWN])}{' and others' if len(known) > MOST_SHOWN else ''}."
