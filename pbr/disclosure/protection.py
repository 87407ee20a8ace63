"""What has been decided so far: why each cell is withheld, in which units cells are shown or not, and which sums are rounded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from pbr.disclosure.attack import Attack
from pbr.disclosure.cells import TERM, Table
from pbr.disclosure.rule import Rule


@dataclass
class Protection:
    """``own``: why the rule withholds a cell, by index. ``secondary``: cells withheld, or rounded, for another's sake: (target, choice) for whose."""

    table: Table
    rule: Rule
    attack: Attack
    own: dict[int, str]
    rules: Mapping[str, Rule]
    secondary: dict[int, tuple[int, int]] = field(default_factory=dict)
    units: list[tuple[int, ...]] = field(default_factory=list)  # cells that are shown together or not at all
    unit_of: dict[int, int] = field(default_factory=dict)
    steps: dict[int, int] = field(default_factory=dict)  # sums that are rounded instead of withheld: to what, in minor units
    exact: dict[int, list[int]] = field(default_factory=dict)  # the rows they had before
    harmed: dict[int, int] = field(default_factory=dict)  # of a unit, who was at risk when it was last tried to show it
    blamed: dict[tuple[int, int, bytes], list[int]] = field(
        default_factory=dict
    )  # of a target, a choice, and the rows that hold: the units through which it is impossible
    gone: list[str] = field(
        default_factory=list
    )  # numbers that what was published earlier gives away by itself: nothing that is withheld now can help
    known_anyway: list[str] = field(
        default_factory=list
    )  # numbers of which what everybody knows leaves one value, or none that would hide it: nothing that is withheld can help
    guessed: list[str] = field(default_factory=list)  # numbers that would be narrower for somebody who is told which counts are small

    def withheld(self, cell: int) -> bool:
        return cell in self.own or (cell in self.secondary and cell not in self.steps)

    def worth(self, unit: int) -> int:
        return max(self.table.cells[cell].worth for cell in self.units[unit])

    def order(self, unit: int) -> tuple[int, str]:
        """What is withheld first: worth little; then by name, so that the order is always the same."""
        return self.worth(unit), self.table.cells[self.units[unit][0]].name

    def show(self, unit: int, shown: bool) -> None:
        for cell in self.units[unit]:
            self.attack.known.show(cell, shown)

    @contextmanager
    def shown_exactly(self, unit: int) -> Iterator[None]:
        """As if a unit were shown exactly, for a time."""
        known = self.attack.known
        now = {cell: known.of_owner.get(cell, []) for cell in self.units[unit]}
        hidden = {cell: self.withheld(cell) for cell in self.units[unit]}
        for cell in self.units[unit]:
            known.restore(cell, self.exact.get(cell, now[cell]), True)
        try:
            yield
        finally:
            for cell in self.units[unit]:
                known.restore(cell, now[cell], not hidden[cell])


def units_of(table: Table, own: Mapping[int, str]) -> list[tuple[int, ...]]:
    together: dict[str, list[int]] = {}
    for number, cell in enumerate(table.cells):
        if number not in own and cell.kind != TERM:
            together.setdefault(f"={cell.together}" if cell.together else f"#{number}", []).append(number)
    return [tuple(cells) for cells in together.values()]
