"""What earlier sites have shown: known now, whatever is withheld now.

A figure of an earlier site is of the same number when it is of the same assessment: whoever reads the folders knows that, and says so in ``same``. Then what was shown of it is one more row that
the attacker has. Where an assessment was replaced by another, both are among the folders, and their unknowns are a series (``Unknown.series``): the change is protected. Of figures whose true value is not
among the folders nothing can be checked, and that is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from pbr.disclosure.attack import Attack
from pbr.disclosure.cells import COUNT, MONEY, SHARE, TERM, Cell, Table
from pbr.disclosure.knowledge import EARLIER, Bound, told
from pbr.disclosure.released import WITHHELD, Figure, Released
from pbr.disclosure.rounding_sums import can_round, tells
from pbr.disclosure.rule import Rule
from pbr.disclosure.writing import roughly, shown
from pbr.problem import refuse


@dataclass(frozen=True)
class Earlier:
    """``called``: the site in words, without a path ("the site given as previous"). ``same``: names of its cells that are of the same assessments as those of the table."""

    called: str
    released: Released
    same: frozenset[str]

    def unchecked(self, table: Table) -> tuple[str, ...]:
        """What could not be checked of it, in sentences without numbers."""
        present = {cell.name for cell in table.cells}
        lost = [
            figure
            for figure in self.released.figures.values()
            if figure.how != WITHHELD and figure.kind != TERM and not (figure.cell in self.same and figure.cell in present)
        ]
        if not lost:
            return ()
        return (
            f"Some figures of {self.called} are of assessments that are not among those published now: what could be learned from the difference to them was not checked.",
        )


def recall(attack: Attack, table: Table, earlier: Sequence[Earlier]) -> None:
    """Adds what earlier sites have shown to what is always known. Refused (PBR667) where a site shows something else of a number than what it was: then it is not of the same assessment."""
    cells = {cell.name: cell for cell in table.cells}
    for site in earlier:
        for name in sorted(site.same & cells.keys()):
            figure = site.released.figures.get(name)
            if figure is None or figure.how == WITHHELD or figure.kind == TERM:
                continue
            then, bounds = _as_then(cells[name], table, figure, _threshold(site.released, name))
            if then.value != figure.value:
                raise refuse(
                    "PBR667",
                    f"{site.called} shows {figure.text} for {cells[name].label}, and the folder of the same assessment does not give that",
                    "give the site as it was published, and the folders that it was made from",
                )
            for bound in bounds:
                attack.known.add(bound, EARLIER, True, f"{name} as {site.called} shows it")


def agrees(table: Table, released: Released, names: Iterable[str]) -> bool:
    """Whether every figure among these that was shown is what the table gives, exactly or as it was rounded. Figures that the table does not have say nothing."""
    cells = {cell.name: cell for cell in table.cells}
    figures = ((name, released.figures[name]) for name in names if name in cells)
    return all(
        _as_then(cells[name], table, figure, _threshold(released, name))[0].value == figure.value
        for name, figure in figures
        if figure.how != WITHHELD and figure.kind != TERM
    )


def _threshold(released: Released, name: str) -> int:
    return released.rules.get(name.partition("/")[0], (released.threshold, 0))[0]


def _as_then(cell: Cell, table: Table, figure: Figure, threshold: int) -> tuple[Figure, list[Bound]]:
    """What would be shown of the cell now if it were rounded as it was then, and what that tells."""
    base = Fraction(figure.base.replace(",", "") or 0)
    if cell.kind == MONEY and base:
        step = int(100 * base)
        return roughly(cell, step), tells(cell, step) if can_round(cell) else told(cell, table.unknowns, Rule(threshold, 1))
    if cell.kind == COUNT:
        rule = Rule(threshold, int(base) or 1)
        return shown(cell, table.unknowns, rule), told(cell, table.unknowns, rule)
    if base:
        cell = replace(cell, places=max(len(figure.base.partition(".")[2]) - (2 if cell.kind == SHARE else 0), 0))
    return shown(cell, table.unknowns, Rule(threshold, 1)), told(cell, table.unknowns, Rule(threshold, 1))
