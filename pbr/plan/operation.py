"""What an entry of the table of operations says."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Operation:
    """``name``: the key. ``group``: leaf, truth, compare, date, days, number, aggregate, window. ``phrase``: how it is written in the
    language, for the documentation's table. ``means``: the definition engines are written from. ``params``: the names a
    node of it carries. ``empty``: what it gives for unknowns or for no rows, in the table's words."""

    name: str
    group: str
    phrase: str
    means: str
    params: tuple[str, ...] = ()
    empty: str = "S"
