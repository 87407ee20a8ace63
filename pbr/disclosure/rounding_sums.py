"""A sum of money that gives somebody away, shown less exactly instead of not at all: to the nearest 1,000, say. Of a total at different prices the last digits alone can tell how many people are behind it."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from pbr.disclosure.cells import MONEY, Cell
from pbr.disclosure.knowledge import Bound, nearest, rounds_to

FINEST = 1_00  # minor units


def can_round(cell: Cell) -> bool:
    """Whether rounding a cell tells less: of a sum that is a known form of unknowns. Of one that is taken to reveal all behind it, nothing is known of what a rounded one tells."""
    return cell.kind == MONEY and cell.form is not None and cell.over is None and cell.high is None and not cell.reveals


def steps(cell: Cell) -> Iterator[int]:
    """What a sum may be rounded to, the finest first, in minor units: 1, 2 and 5 times powers of ten, so far that it is not rounded to nothing."""
    step = FINEST
    while 2 * abs(cell.value) >= step:
        for times in (1, 2, 5):
            if 2 * abs(cell.value) >= step * times:
                yield step * times
        step *= 10


def tells(cell: Cell, step: int) -> list[Bound]:
    """What everybody knows of a sum that is shown to the nearest ``step``. What it implies is taken to be known still: how a sum was chosen often shows in its size."""
    assert cell.form is not None
    implied = [Bound(relation.form, relation.low, relation.high) for relation in cell.implies]
    return [*implied, Bound(cell.form, *rounds_to(nearest(cell.value, Fraction(step)), Fraction(step)))]
