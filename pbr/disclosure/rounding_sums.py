"""A sum of money that gives somebody away, shown less exactly instead of not at all: to the nearest 1,000, say. Of a total at different prices the last digits alone can tell how many people are behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction

from pbr.disclosure.cells import MONEY, Cell, Unknown
from pbr.disclosure.knowledge import Bound, nearest, rounds_to
from pbr.disclosure.rule import LAST, Rule, is_amount

FINEST = 1_00  # minor units
FURTHER = 12  # steps beyond the first that rounds to nothing


def can_round(cell: Cell) -> bool:
    """Whether rounding a cell tells less: of a sum that is a known form of unknowns. Of one that is taken to reveal all behind it, nothing is known of what a rounded one tells."""
    return cell.kind == MONEY and cell.form is not None and cell.over is None and cell.high is None and not cell.reveals


def steps(cell: Cell, unknowns: Mapping[str, Unknown], rule: Rule) -> Iterator[int]:
    """What a sum may be rounded to, the finest first, in minor units: 1, 2 and 5 times powers of ten, so far that it is not rounded to nothing. A headline is rounded to nothing too, where
    nothing finer helps (£0 to the nearest £50,000): at once so roughly that no answer and no small number behind it could show, so that to what it is rounded does not tell what it was.

    Of an amount nobody can say how much it might have been: a headline with one in it is not rounded to nothing, whether that amount is nothing or not, but withheld where nothing finer helps."""
    assert cell.form is not None
    to_nothing = cell.worth >= LAST and not any(is_amount(unknowns[name]) for name, factor in cell.form.items() if name and factor)
    reach = 2 * sum(abs(factor) * _small(unknowns[name], rule) for name, factor in cell.form.items() if name)
    beyond = 0
    for step in _rounded_numbers():
        if 2 * abs(cell.value) >= step:
            yield step
        elif not to_nothing or beyond == FURTHER:
            return
        elif step > reach:
            beyond += 1
            yield step


def finest(cells: Sequence[Cell], tried: Sequence[int], good: Callable[[int], bool]) -> int | None:
    """The finest of some steps (in order, the finest first) with which all is well, or None. ``good`` is asked as seldom as can be: what a rougher figure tells too much, one whose every value is a value of the rougher one
    does as well. So the roughest is asked first, and then the middle of those that are open."""
    open_, found = list(tried), None
    while open_:
        step = open_[-1] if found is None else open_[len(open_) // 2]
        if good(step):
            open_, found = [each for each in open_ if each < step], step
        else:
            open_ = [each for each in open_ if each != step and not all(_within(cell.value, each, step) for cell in cells)]
    return found


def _within(value: Fraction, step: int, rougher: int) -> bool:
    """Whether all values that round as this one to the nearest ``step`` do so to the nearest ``rougher`` too."""
    (low, high, open_low, open_high), (least, most, no_least, no_most) = (
        rounds_to(nearest(value, Fraction(each)), Fraction(each)) for each in (step, rougher)
    )
    return (low > least or (low == least and (open_low or not no_least))) and (high < most or (high == most and (open_high or not no_most)))


def _small(unknown: Unknown, rule: Rule) -> int:
    """How large an unknown can be while its number is one that must not be known."""
    return rule.threshold + 1 if unknown.most is None else min(unknown.most, rule.threshold + 1)


def _rounded_numbers() -> Iterator[int]:
    step = FINEST
    while True:
        yield from (step, 2 * step, 5 * step)
        step *= 10


def tells(cell: Cell, step: int) -> list[Bound]:
    """What everybody knows of a sum that is shown to the nearest ``step``. What it implies is taken to be known still: how a sum was chosen often shows in its size."""
    assert cell.form is not None
    implied = [Bound(relation.form, relation.low, relation.high) for relation in cell.implies]
    return [*implied, Bound(cell.form, *rounds_to(nearest(cell.value, Fraction(step)), Fraction(step)))]
