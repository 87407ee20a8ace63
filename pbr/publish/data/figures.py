"""Slots become figures, for files: the one way by which a number that follows from data reaches open data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any, Final

from pbr.disclosure.cells import ANSWER, DAY
from pbr.disclosure.released import WITHHELD, Figure, Released
from pbr.publish.data.csv_files import NONE, WORDS
from pbr.publish.site import Slot, Text

CONFIDENTIAL: Final = "[c]"
NOT_AVAILABLE: Final = "[x]"
UNITS: Final = {"share": "ratio (1 is 100%)", "points": "percentage points"}  # of figures that say no unit of their own


class Shown:
    """What is shown of each cell."""

    def __init__(self, released: Released) -> None:
        self._figures = released.figures

    def of(self, slot: Slot) -> Figure:
        """Raises LookupError where there is none: a number that nobody decided about is a defect, and no file is made."""
        try:
            return self._figures[slot.cell]
        except KeyError:
            raise LookupError(f"no figure was released for the cell {slot.cell}") from None

    def number(self, slot: Slot | None) -> str:
        """The published value as a plain decimal, or the sign that stands in its place."""
        return NONE if slot is None else decimal_of(self.of(slot))

    def high(self, slot: Slot | None) -> str:
        figure = self.of(slot) if slot is not None else None
        return NONE if figure is None or figure.high is None or figure.kind == DAY else figure.high

    def written(self, slot: Slot | None) -> str:
        """As it stands on a page."""
        return NONE if slot is None else self.of(slot).text

    def how(self, slot: Slot) -> str:
        return self.of(slot).how

    def unit(self, slot: Slot) -> str:
        return unit_of(self.of(slot))

    def sentence(self, text: Text) -> str:
        return "".join(self.of(piece).text if isinstance(piece, Slot) else piece for piece in text)


def decimal_of(figure: Figure) -> str:
    if figure.how == WITHHELD:
        return CONFIDENTIAL
    if figure.kind not in (ANSWER, DAY) and figure.value is not None and is_decimal(figure.value):
        return figure.value
    return figure.text if figure.text in WORDS else NONE


def day_of(figure: Figure) -> str:
    """The day that a figure is, or the sign in its place."""
    if figure.kind != DAY:
        return NONE
    return CONFIDENTIAL if figure.how == WITHHELD else figure.value or NOT_AVAILABLE


def unit_of(figure: Figure) -> str:
    return figure.unit or UNITS.get(figure.kind, NONE)


def is_decimal(text: str) -> bool:
    """Whether it is a plain decimal: digits, at most one point among them, perhaps a minus before them."""
    whole, point, rest = text.removeprefix("-").partition(".")
    return all(part.isascii() and part.isdigit() for part in ([whole, rest] if point else [whole]))


def slots_in(thing: Any) -> Iterator[Slot]:
    """Every slot in a part of a site, in its order."""
    if isinstance(thing, Slot):
        yield thing
    elif isinstance(thing, tuple):
        for one in thing:
            yield from slots_in(one)
    elif is_dataclass(thing) and not isinstance(thing, type):
        for field in fields(thing):
            yield from slots_in(getattr(thing, field.name))
