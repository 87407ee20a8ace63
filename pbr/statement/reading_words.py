"""What every item of a contract carries, in words: its clause, source and mark, what it says, and a card as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pbr.terms.models import Approval, Item, Publish, Scalar

MARKS = {"S": "seen in its source", "D": "derived", "M": "from memory: not verified"}


def reference(item: Item) -> str:
    """(Sch 2 para 6; source; from memory: not verified), or nothing."""
    parts = [leaf.text for leaf in (item.clause, item.source) if leaf is not None]
    if item.mark is not None:
        parts.append(MARKS.get(item.mark.text, item.mark.text))
    return f" ({'; '.join(parts)})" if parts else ""


def says(item: Item | Approval | Publish) -> list[str]:
    return [f"  {item.says.text}"] if item.says is not None else []


def grid(columns: list[str], rows: list[list[Scalar]]) -> list[str]:
    """A table with its columns aligned."""
    cells = [columns, *([leaf.text for leaf in row] for row in rows)]
    widths = [max(len(row[n]) for row in cells if n < len(row)) for n in range(len(columns))]
    return ["  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=False)).rstrip() for row in cells]
