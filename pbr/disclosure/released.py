"""What is shown of each cell: the one list of published numbers. It holds no value that is not public."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from pbr.disclosure.cells import MONEY

EXACT: Final = "exact"
ROUNDED: Final = "rounded"
WITHHELD: Final = "withheld"
CONFIDENTIAL: Final = "[c]"  # what stands in the place of anything that is not shown


@dataclass(frozen=True)
class Figure:
    """``cell``: whose. ``text``: as it stands on a page: 1,445 or 54.7% or £1,660,000.00, or a shorthand in square brackets ([c] confidential, [z] not applicable, [x] not available).
    ``value``: the same as a plain decimal for open data ("1445", "0.547", "-1660000.00"), None where it is not shown. ``high``: of a range, its other end.
    ``how``: exact, rounded or withheld; ``base``: what it was rounded to ("5", "0.001"). ``kind``, ``unit``: of the cell. ``why``: where it is withheld, in words that give nothing away."""

    cell: str
    kind: str
    how: str
    text: str
    value: str | None
    unit: str = ""
    high: str | None = None
    base: str = ""
    why: str = ""

    @property
    def nothing_left(self) -> bool:
        """Whether it is a sum that was rounded so far that nothing is left of it: £0 to the nearest £50,000. No 0 stands for it where that would be read as one."""
        return self.kind == MONEY and self.how == ROUNDED and self.value is not None and not self.value.strip("-0.")


@dataclass(frozen=True)
class Released:
    """``figures``: by cell. ``shown``, ``withheld``: how many cells of those that are no terms. ``checked``: what the attacker tried, in sentences; ``unchecked``: what was not checked, and why."""

    figures: Mapping[str, Figure]
    shown: int
    withheld: int
    checked: tuple[str, ...] = ()
    unchecked: tuple[str, ...] = ()
    threshold: int = 7  # of the rule that decided it
    base: int = 5
    rules: Mapping[str, tuple[int, int]] = field(
        default_factory=dict
    )  # of contracts that have a rule of their own: threshold and base, by the first part of the names of their cells
