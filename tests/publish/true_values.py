"""What the site would say if nothing were withheld or rounded: for tests of what is read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

from pbr.disclosure.cells import DAY, MONEY, POINTS, SHARE, Cell, Table
from pbr.publish.site import Slot, Text
from pbr.statement import words

NO_TEXT = ("key", "inputs", "rules", "unverified", "parties", "term", "about", "sentences")  # words beside each other, and no sentence


def told(cell: Cell) -> str:
    """The true value of a cell, in words."""
    if cell.text:
        return cell.text
    if cell.kind == MONEY:
        return words.money(cell.value, cell.unit)
    if cell.kind == SHARE:
        return words.percent(cell.value, cell.places)
    if cell.kind == POINTS:
        return words.bare_points(cell.value, cell.places)
    if cell.kind == DAY:
        return words.day(date.fromordinal(int(cell.value)))
    return words.decimals(cell.value, cell.places)


def said(text: Text, table: Table) -> str:
    cells = {cell.name: cell for cell in table.cells}
    return "".join(told(cells[piece.cell]) if isinstance(piece, Slot) else piece for piece in text)


def texts(thing: Any) -> Iterator[Text]:
    """Every text with slots in a part of a site."""
    if isinstance(thing, tuple) and thing and all(isinstance(piece, (str, Slot)) for piece in thing):
        yield thing
    elif isinstance(thing, tuple):
        for one in thing:
            yield from texts(one)
    elif is_dataclass(thing) and not isinstance(thing, Slot):
        for field in fields(thing):
            if field.name not in NO_TEXT:
                yield from texts(getattr(thing, field.name))


def slots(thing: Any) -> Iterator[Slot]:
    """Every slot in a part of a site."""
    if isinstance(thing, Slot):
        yield thing
    elif isinstance(thing, tuple):
        for one in thing:
            yield from slots(one)
    elif is_dataclass(thing):
        for field in fields(thing):
            yield from slots(getattr(thing, field.name))
