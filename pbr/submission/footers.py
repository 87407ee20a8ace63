"""A file without the footer that its layout tells of would lose its last records without a word: those are named."""

from __future__ import annotations

from collections.abc import Sequence

from pbr.submission.raw import BLANKS, Note

_ROWS, _CELLS, _LETTERS = 3, 3, 40  # how many of them are shown


def footer_note(name: str, unit: str, footer: Sequence[tuple[int, Sequence[str]]], width: int) -> list[Note]:
    """One note about all rows of a footer that are filled in like records, or none. ``footer``: the number of each row and its cells, in
    order; ``unit``: what its number counts, "line" or "row"; ``width``: columns of the header."""
    found = [(number, cells) for number, cells in footer if 2 * sum(bool(cell.strip(BLANKS)) for cell in cells) > width]
    if not found:
        return []
    numbers = [number for number, _ in found]
    if len(found) == 1:
        says = f"{unit} {numbers[0]} of {name} ({_begins(found[0][1])}) was taken for its footer and looks like a record"
    else:
        listed = ", ".join(map(str, numbers[:-1][:9])) + (", ..." if len(numbers) > 10 else "")
        shown = "; ".join(_begins(cells) for _, cells in found[:_ROWS]) + ("; ..." if len(found) > _ROWS else "")
        says = f"{unit}s {listed} and {numbers[-1]} of {name} ({shown}) were taken for its footer and look like records"
    return [Note("PBR483", numbers[0], "", says)]


def _begins(cells: Sequence[str]) -> str:
    """The first cells that are filled in."""
    filled = [" ".join(cell.split()) for cell in cells if cell.strip(BLANKS)]
    shown = [cell if len(cell) <= _LETTERS else cell[:_LETTERS] + "..." for cell in filled[:_CELLS]]
    return ", ".join(shown) + (", ..." if len(filled) > _CELLS else "")
