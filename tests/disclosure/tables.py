"""Tables by hand, and all that somebody could know of them by trying every whole number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from itertools import product
from typing import Any

from pbr.disclosure.attack import Attack
from pbr.disclosure.cells import COUNT, MONEY, SHARE, Cell, Relation, Table, Unknown


def form(**factors: int | Fraction) -> dict[str, Fraction]:
    return {name: Fraction(factor) for name, factor in factors.items()}


def table(**people: int) -> Table:
    """Unknown numbers of people, none of them published yet."""
    return Table(unknowns={name: Unknown(name, value, f"people who are {name}") for name, value in people.items()})


def adds_up(made: Table, whole: str, *parts: str) -> None:
    made.relations.append(Relation({**{part: Fraction(1) for part in parts}, whole: Fraction(-1)}, Fraction(0), Fraction(0)))


def of(made: Table, factors: Mapping[str, Fraction]) -> Fraction:
    return sum((factor * (made.unknowns[name].value if name else 1) for name, factor in factors.items()), Fraction(0))


def count(made: Table, name: str, worth: int = 10, **more: Any) -> Cell:
    cell = Cell(f"{name}/count", COUNT, Fraction(made.unknowns[name].value), f"number {name}", form=form(**{name: 1}), worth=worth, **more)
    made.cells.append(cell)
    return cell


def counts(made: Table, *names: str) -> None:
    for name in names:
        count(made, name)


def share(made: Table, top: str, bottom: str, worth: int = 10, places: int = 1, **more: Any) -> Cell:
    value = Fraction(made.unknowns[top].value, made.unknowns[bottom].value)
    cell = Cell(
        f"{top}/{bottom}",
        SHARE,
        value,
        f"{top} of {bottom}",
        places=places,
        form=form(**{top: 1}),
        over=form(**{bottom: 1}),
        worth=worth,
        **more,
    )
    made.cells.append(cell)
    return cell


def money(made: Table, name: str, factors: Mapping[str, Fraction], worth: int = 50, **more: Any) -> Cell:
    cell = Cell(f"{name}/money", MONEY, of(made, factors), f"paid for {name}", "GBP", form=factors, worth=worth, **more)
    made.cells.append(cell)
    return cell


def every_assignment(attack: Attack, most: Mapping[str, int]) -> Iterable[tuple[int, ...]]:
    """All whole numbers for the first unknowns of an attack, up to ``most``, that satisfy the active rows; unknowns that are sums of those follow from them."""
    known = attack.known
    free = [name for name in known.names if name in most]
    for values in product(*(range(most[name] + 1) for name in free)):
        whole: dict[str, int] = dict(zip(free, values, strict=True))
        good = True
        for at, name in enumerate(known.names):
            if name in whole:
                value = whole[name]
                least, most_of = known.least[at], known.most[at]
                good = good and (least is None or value >= least) and (most_of is None or value <= most_of)
        while good and len(whole) < len(known.names):
            for row in known.rows:
                missing = [(at, by) for at, by in zip(row.at, row.by, strict=True) if known.names[at] not in whole]
                if len(missing) == 1 and row.owner < 0 and row.low == row.high and abs(missing[0][1]) == 1:
                    rest = sum(by * whole[known.names[at]] for at, by in zip(row.at, row.by, strict=True) if known.names[at] in whole)
                    assert row.low is not None
                    whole[known.names[missing[0][0]]] = (row.low - rest) * missing[0][1]
                    break
            else:
                raise AssertionError("an unknown does not follow from the others")
        if not good:
            continue
        numbers = [whole[name] for name in known.names]
        for number, row in enumerate(known.rows):
            if known.active[number]:
                value = sum(by * numbers[at] for at, by in zip(row.at, row.by, strict=True))
                if (row.low is not None and value < row.low) or (row.high is not None and value > row.high):
                    break
        else:
            yield tuple(numbers)
