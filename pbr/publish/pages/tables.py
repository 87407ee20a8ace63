"""Tables as everybody can read them: a caption, one row of heads, units in round brackets, no blank cell, and a key above."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pbr.publish.pages.figures import SIGNS, signs_in
from pbr.publish.pages.html import Child, Element, Node, el

WIDE: Final = 3  # from so many columns a narrow phone may not have room: such a table scrolls by itself, and not the page


@dataclass(frozen=True)
class Column:
    """``unit``: in round brackets after the head. ``number``: set to the right, in figures of one width."""

    head: str
    unit: str = ""
    number: bool = False


def table(name: str, caption: Child, columns: Sequence[Column], rows: Sequence[Sequence[Child]], notes: Sequence[Child] = ()) -> list[Node]:
    """``name``: an id on its page. Each row's first cell names the row. ``notes``: what [note 1], [note 2] say. Raises ValueError for a blank cell, or a row of another length."""
    body = []
    for row in rows:
        if len(row) != len(columns):
            raise ValueError(f"a row of {name} has {len(row)} cells and not {len(columns)}")
        body.append(el("tr", [_cell(cell, column, first=at == 0) for at, (cell, column) in enumerate(zip(row, columns, strict=True))]))
    heads = [
        el("th", column.head, el("span", f" ({column.unit})", class_="unit") if column.unit else None, scope="col", class_=_class(column))
        for column in columns
    ]
    whole = el("table", el("caption", caption, id=f"{name}-caption"), el("thead", el("tr", heads)), el("tbody", body))
    found: list[Node] = []
    if signs := signs_in([whole]):
        key = ", ".join(f"[{sign}] {SIGNS[sign][0]}" for sign in signs)
        found.append(el("p", f"Key: {key}.", class_="key"))
    if len(columns) >= WIDE:
        found.append(el("div", whole, class_="scroll", role="group", tabindex="0", aria_labelledby=f"{name}-caption"))
    else:
        found.append(whole)
    if notes:
        found.append(el("ul", [el("li", f"[note {at}] ", note) for at, note in enumerate(notes, 1)], class_="notes"))
    return found


def _class(column: Column) -> str | None:
    return "number" if column.number else None


def _cell(cell: Child, column: Column, *, first: bool) -> Element:
    made = el("th", cell, scope="row") if first else el("td", cell, class_=_class(column))
    if not _says_something(made):
        raise ValueError(f"a cell under {column.head} is blank: say [z] or [x]")
    return made


def _says_something(node: Node) -> bool:
    return bool(node.strip()) if isinstance(node, str) else any(_says_something(child) for child in node.children)
