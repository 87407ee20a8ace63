"""Slots become figures: the one way by which a number that follows from data reaches a page or a chart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Final

from pbr.disclosure.released import Figure, Released
from pbr.publish.addresses import FIGURES, link
from pbr.publish.pages.html import Element, Node, el
from pbr.publish.site import Slot, Text

# Shorthand in square brackets: its word, and what it means.
SIGNS: Final = {
    "c": ("confidential", "It is known and not shown, so that nobody can be identified."),
    "z": ("not applicable", "There can be no such figure here."),
    "x": ("not available", "There should be a figure here, and there is none."),
    "low": ("low", "It is not zero, and rounds to zero."),
    "p": ("provisional", "It can still change: not everything that it depends on is known yet."),
    "r": ("revised", "It has changed since it was first published."),
}
NO_SUM: Final = {"c": "Not shown", "z": "No sum of money", "x": "Not known yet"}
WRITTEN: Final = re.compile(r"(?P<minus>-)?[^\d-]{0,4}(?P<number>\d[\d,]*(?:\.\d+)?)(?P<percent>%)?")
SIGN: Final = re.compile(r"\[(c|z|x|low|p|r)\]")


class Figures:
    """What is shown of each cell, for one page. ``page``: its address, from which signs link to their meaning."""

    def __init__(self, released: Released, page: str) -> None:
        self._figures = released.figures
        self._page = page

    def of(self, slot: Slot) -> Figure:
        """The figure of a slot. Raises LookupError where there is none: a number that nobody decided about is a defect, and no page is made."""
        try:
            return self._figures[slot.cell]
        except KeyError:
            raise LookupError(f"no figure was released for the cell {slot.cell}") from None

    def text(self, slot: Slot) -> str:
        """The figure as text alone, for charts and titles."""
        return self.of(slot).text

    def number(self, slot: Slot | None) -> Fraction | None:
        """The number as it is written on the page, a percentage as a ratio; None where it is not shown, where nothing is left of it by rounding, or where there is no such slot. What a chart draws is what its labels say."""
        found = WRITTEN.search(self.of(slot).text) if slot is not None and not self.of(slot).nothing_left else None
        if found is None:
            return None
        value = Fraction(found["number"].replace(",", "")) / (100 if found["percent"] else 1)
        return -value if found["minus"] else value

    def show(self, slot: Slot, *, in_table: bool = False) -> tuple[Node, ...]:
        """The figure as it stands on a page. In a table signs stay short, as the key above it explains them; elsewhere each leads to its meaning."""
        figure = self.of(slot)
        return tuple(self._signed(figure.text, None if figure.nothing_left else figure.value, in_table))

    def headline(self, slot: Slot) -> tuple[Node, ...]:
        """A sum set large: where there is none to show, that is said in words."""
        return *((el("span", NO_SUM[name], class_="none"), " ") if (name := self.of(slot).text.strip("[]")) in NO_SUM else ()), *self.show(
            slot
        )

    def say(self, text: Text, *, in_table: bool = False) -> tuple[Node, ...]:
        """A sentence with its figures."""
        found: list[Node] = []
        for piece in text:
            found += self.show(piece, in_table=in_table) if isinstance(piece, Slot) else [piece]
        return tuple(found)

    def plain(self, text: Text) -> str:
        """The same as text alone."""
        return "".join(self.text(piece) if isinstance(piece, Slot) else piece for piece in text)

    def sign(self, name: str, *, in_table: bool = False) -> Element:
        word = SIGNS[name][0]
        if in_table:
            return el("abbr", f"[{name}]", class_="sign", title=word)
        return el("a", f"[{name}]", el("span", f" {word}", class_="unseen"), class_="sign", href=link(self._page, f"{FIGURES}#sign-{name}"))

    def _signed(self, text: str, value: str | None, in_table: bool) -> Iterator[Node]:
        at = 0
        for found in SIGN.finditer(text):
            yield from self._data(text[at : found.start()], value)
            yield self.sign(found.group(1), in_table=in_table)
            at = found.end()
        yield from self._data(text[at:], value)

    def _data(self, text: str, value: str | None) -> Iterator[Node]:
        if text.strip():
            yield el("data", text, value=value) if value is not None else el("span", text, class_="figure")
        elif text:
            yield text


def signs_in(nodes: Iterator[Node] | tuple[Node, ...] | list[Node]) -> list[str]:
    """Which signs stand in some nodes, in the order of ``SIGNS``."""
    found: set[str] = set()
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        if isinstance(node, Element):
            if ("class", "sign") in node.attributes:
                found.update(SIGN.findall("".join(child for child in node.children if isinstance(child, str))))
            waiting += node.children
    return [name for name in SIGNS if name in found]
