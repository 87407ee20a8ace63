"""What an attacker knows, as rows of whole numbers: each says that a sum of unknowns, each times a whole factor, lies between two whole numbers.

Fractions are cleared and common factors taken out, exactly: 100,000 pence for each of some people, 1,600,000,000 pence in all, is the row "people = 16,000". So no coefficient is larger than it must be, and
bounds are rounded inwards to what whole numbers can reach. A row belongs to a cell, and holds while that cell is shown; or to a relation, and always holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from math import gcd, lcm
from typing import TYPE_CHECKING, Final

from pbr.disclosure.cells import ANSWER, COUNT, DAY, MONEY, NUMBER, POINTS, SHARE, TERM, Cell, Form, Relation, Table, Unknown
from pbr.disclosure.rule import Rule, people_in, value_of

if TYPE_CHECKING:
    from pbr.disclosure.attack_solver import Solved
    from pbr.disclosure.left_of_sums import LeftOfSums
    from pbr.disclosure.narrowing import Narrowing

ALWAYS: Final = -1  # the owner of a row that holds whatever is withheld
EARLIER: Final = -2  # likewise, because an earlier site has shown it
FOLLOWS: Final = -3  # of a row that holds because an amount is known exactly
SELDOM: Final = 2  # times that numbers are asked whether they keep the rows that hold, before all that they break are noted
TOLD: Final = -4  # of a row that says which counts are small: what somebody may guess who knows how we withhold
COMBINED: Final = -5  # of a row that is left of other rows, and holds while they do

# Rows, unknowns, and from where to where each can be.
Asked = tuple[tuple[int, ...], tuple[int, ...], tuple[tuple[int | None, int | None], ...]]


@dataclass(frozen=True)
class Row:
    """``low`` <= sum of ``by``[i] * unknown ``at``[i] <= ``high``; None: no bound. ``owner``: the index of the cell that says it, or ALWAYS or EARLIER."""

    at: tuple[int, ...]
    by: tuple[int, ...]
    low: int | None
    high: int | None
    owner: int


@dataclass(frozen=True)
class Bound:
    """A form and what is known of it, before it is made a row. ``open_low``, ``open_high``: the bound itself is not reached."""

    form: Form
    low: Fraction | None
    high: Fraction | None
    open_low: bool = False
    open_high: bool = False


def _up(value: Fraction) -> int:
    return -(-value.numerator // value.denominator)


def whole_row(bound: Bound, index: Mapping[str, int], owner: int) -> Row | None:
    """The row of a bound, or None where no unknown is left in it. Exact: the same whole numbers keep the row and the bound."""
    factors = {name: Fraction(factor) for name, factor in bound.form.items() if name and factor}
    if not factors:
        return None
    scale = lcm(*(factor.denominator for factor in factors.values()))
    whole = {name: int(factor * scale) for name, factor in factors.items()}
    common = gcd(*whole.values())
    times = Fraction(scale, common)
    constant = Fraction(bound.form.get("", 0))
    low = high = None
    if bound.low is not None:
        reach = (bound.low - constant) * times
        low = reach.numerator // reach.denominator + 1 if bound.open_low else _up(reach)
    if bound.high is not None:
        reach = (bound.high - constant) * times
        high = _up(reach) - 1 if bound.open_high else reach.numerator // reach.denominator
    return Row(tuple(index[name] for name in factors), tuple(factor // common for factor in whole.values()), low, high, owner)


def nearest(value: Fraction, step: Fraction) -> Fraction:
    """To the nearest multiple of ``step``, a tie away from zero."""
    count = (abs(value) / step + Fraction(1, 2)).__floor__()
    return step * count if value >= 0 else -step * count


def rounds_to(shown: Fraction, step: Fraction) -> tuple[Fraction, Fraction, bool, bool]:
    """All values that round to ``shown``: low, high, and whether each end is left out."""
    half = step / 2
    return shown - half, shown + half, shown <= 0, shown >= 0


def _about(form: Form, over: Form | None, low: Fraction, high: Fraction, open_low: bool, open_high: bool) -> list[Bound]:
    """form, or form / over with a denominator above 0, between two values."""
    if over is None:
        return [Bound(form, low, high, open_low, open_high)]
    above = dict(form)
    below = dict(form)
    for name, factor in over.items():
        above[name] = above.get(name, Fraction(0)) - low * factor
        below[name] = below.get(name, Fraction(0)) - high * factor
    return [
        Bound(above, Fraction(0), None, open_low),
        Bound(below, None, Fraction(0), False, open_high),
        Bound(over, Fraction(0), None, True),
    ]


def step_of(cell: Cell) -> Fraction:
    """What a cell that is no count is rounded to: a SHARE of one decimal to 0.001."""
    return Fraction(1, 10 ** (cell.places + (2 if cell.kind in (SHARE, POINTS) else 0)))


def exact(cell: Cell) -> bool:
    """Whether a cell that is no count of people, no percentage and no points is written exactly: a number that needs more decimals is rounded, and the list says to what."""
    return cell.kind in (MONEY, DAY, COUNT, TERM) or all(
        nearest(value, step_of(cell)) == value for value in (cell.value, cell.high) if value is not None
    )


def told(cell: Cell, unknowns: Mapping[str, Unknown], rule: Rule) -> list[Bound]:
    """What everybody knows once a cell is shown: how it was rounded, that it is not small, what it reveals and implies."""
    reveals, implies = set(cell.reveals), cell.implies
    alone = [name for name, factor in (cell.form or {}).items() if name and factor]
    if len(alone) == 1 and cell.over is None:
        reveals |= unknowns[alone[0]].reveals
        implies += unknowns[alone[0]].implies
    found = [exactly(name, unknowns[name].value) for name in sorted(reveals)]
    found += [Bound(relation.form, relation.low, relation.high) for relation in implies]
    for form, over, value in ((cell.form, cell.over, cell.value), (cell.high_form, cell.high_over, cell.high)):
        if form is None or value is None:
            continue
        if cell.kind == COUNT and people_in(form, unknowns):
            found.append(count_told(form, value, rule))
        elif cell.kind in (SHARE, POINTS) or (cell.kind == NUMBER and not exact(cell)):
            step = step_of(cell)
            found += _about(form, over, *rounds_to(nearest(value, step), step))
        elif over is not None:
            found += _about(form, over, value, value, False, False)
        else:
            found.append(Bound(form, value, value))
    return found


def exactly(name: str, value: int) -> Bound:
    return Bound({name: Fraction(1)}, Fraction(value), Fraction(value))


def count_told(form: Form, value: Fraction, rule: Rule) -> Bound:
    """What a rounded count tells; one that is shown is 0 exactly, or above the threshold."""
    shown = Fraction(rule.rounded(int(value)))
    if shown == 0 and value == 0:
        return Bound(form, Fraction(0), Fraction(0))
    low, high, open_low, open_high = rounds_to(shown, Fraction(rule.base))
    if shown > 0 and low <= rule.threshold:
        low, open_low = Fraction(rule.threshold), True
    if shown < 0 and high >= -rule.threshold:
        high, open_high = Fraction(-rule.threshold), True
    return Bound(form, low, high, open_low, open_high)


class Witness(dict[int, int]):
    """Whole numbers for unknowns, those that are not the true ones, within their bounds. They are asked again and again whether they keep the rows that hold; so the rows that they do not keep, whether these hold or not, are noted.
    Nobody changes them."""

    def __init__(self, numbers: Mapping[int, int]) -> None:
        super().__init__(numbers)
        self.broken: list[int] = []
        self.looked_at = 0  # so many rows
        self.asked = 0


@dataclass
class Knowledge:
    """Unknowns by number, and rows over them. ``truth``, ``least``, ``most``: of each unknown. ``rows_of``: of each unknown, the rows it stands in with its factor.
    ``active``: of each row whether it holds now. ``base``: whether it holds whatever is withheld."""

    names: list[str] = field(default_factory=list)
    index: dict[str, int] = field(default_factory=dict)
    truth: list[int] = field(default_factory=list)
    least: list[int | None] = field(default_factory=list)
    most: list[int | None] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    ends: list[tuple[int | None, int | None]] = field(default_factory=list)  # of each row, its low and high, where they are quickly at hand
    at_truth: list[int] = field(default_factory=list)
    rows_of: list[list[tuple[int, int]]] = field(default_factory=list)
    active: bytearray = field(default_factory=bytearray)
    base: bytearray = field(default_factory=bytearray)
    of_owner: dict[int, list[int]] = field(default_factory=dict)
    rougher: dict[tuple[int, int], list[int]] = field(default_factory=dict)  # of a cell and a step, its rows when it is rounded to that
    defines: dict[int, int] = field(default_factory=dict)  # of an unknown that is only a word for a form, and has no bounds: its row
    only_whole: set[int] = field(default_factory=set)  # unknowns about which only whole numbers contradict each other, as far as was seen
    closed_last: set[int] = field(default_factory=set)  # unknowns of which a value was asked for and none was found, when it was last asked
    in_vain: dict[int, int] = field(default_factory=dict)  # of an unknown, how many searches by hand were given up since one was not
    solved: dict[Asked, Solved] = field(default_factory=dict)  # by rows and the bounds of the unknowns in them, what the solver found
    left_of_sums: LeftOfSums | None = None  # formed from when on only whole numbers have contradicted each other
    narrowings: dict[str, Narrowing] = field(default_factory=dict)  # what follows from the rows, kept by ``narrowing_of``

    def unknown(self, name: str, value: int, least: int | None, most: int | None) -> int:
        """A new unknown, and its number. Raises ValueError where its true value is not what is known of it."""
        if (least is not None and value < least) or (most is not None and value > most):
            raise ValueError(f"{name} is {value}, which is not between {least} and {most}")
        number = len(self.names)
        self.names.append(name)
        self.index[name] = number
        self.truth.append(value)
        self.least.append(least)
        self.most.append(most)
        self.rows_of.append([])
        return number

    def add(self, bound: Bound, owner: int, active: bool, whose: str) -> None:
        """A row. Raises ValueError where the true values do not keep it: then whoever made the table made a mistake, and no attack on it would mean anything."""
        row = whole_row(bound, self.index, owner)
        if row is None:
            return
        value = sum(self.truth[at] * by for at, by in zip(row.at, row.by, strict=True))
        if (row.low is not None and value < row.low) or (row.high is not None and value > row.high):
            raise ValueError(f"{whose} does not hold of the true values: {dict(bound.form)} between {bound.low} and {bound.high}")
        number = len(self.rows)
        self.rows.append(row)
        self.ends.append((row.low, row.high))
        self.at_truth.append(value)
        self.active.append(active)
        self.base.append(owner in (ALWAYS, EARLIER, TOLD))
        self.of_owner.setdefault(owner, []).append(number)
        for at, by in zip(row.at, row.by, strict=True):
            self.rows_of[at].append((number, by))

    def show(self, owner: int, shown: bool) -> None:
        """The cell is shown, or it is withheld: its rows hold or not."""
        for number in self.of_owner.get(owner, ()):
            self.active[number] = shown

    def shown(self, owner: int) -> bool:
        """Whether the rows of a cell hold."""
        return any(self.active[number] for number in self.of_owner.get(owner, ()))

    @contextmanager
    def spoken_of(self, at: int) -> Iterator[None]:
        """While unknown ``at`` is asked about. One that is only a word for a form (a change from one day to another), and has no bounds, tells nothing of the numbers behind it: its row can always be kept, and it
        holds only while it is asked about itself. Else all quarters would hang together through it."""
        row = self.defines.get(at)
        if row is None or self.active[row]:
            yield
            return
        self.active[row] = self.base[row] = True
        try:
            yield
        finally:
            self.active[row] = self.base[row] = False

    def instead(self, owner: int, step: int, bounds: Sequence[Bound], whose: str) -> list[int]:
        """Other rows for a shown cell: what it tells when it is shown less exactly, to the nearest ``step``. Gives back the rows it had, for ``restore``."""
        before = self.of_owner.pop(owner, [])
        for number in before:
            self.active[number] = False
        rougher = self.rougher.get((owner, step))
        if rougher is None:
            for bound in bounds:
                self.add(bound, owner, True, whose)
            self.rougher[owner, step] = self.of_owner.get(owner, [])
        else:
            self.restore(owner, rougher, True)
        return before

    def restore(self, owner: int, rows: list[int], shown: bool) -> None:
        """The rows that a cell had before."""
        self.show(owner, False)
        self.of_owner[owner] = rows
        self.show(owner, shown)

    def keeps(self, changed: Mapping[int, int], active: Sequence[int]) -> bool:
        """Whether whole numbers (those that are not the true ones) satisfy every active row and every bound. Exact: this, and nothing else, proves that something is possible."""
        if isinstance(changed, Witness):
            changed.asked += 1
            if changed.asked > SELDOM:
                if changed.looked_at < len(self.rows):
                    self._look_at(changed)
                return not any(map(active.__getitem__, changed.broken))
        sums: dict[int, int] = {}
        at_truth, ends = self.at_truth, self.ends
        for at, value in changed.items():
            least, most = self.least[at], self.most[at]
            if (least is not None and value < least) or (most is not None and value > most):
                return False
            step = value - self.truth[at]
            for number, by in self.rows_of[at]:
                if active[number]:
                    sums[number] = (sums[number] if number in sums else at_truth[number]) + by * step
        for number, value in sums.items():
            low, high = ends[number]
            if (low is not None and value < low) or (high is not None and value > high):
                return False
        return True

    def _look_at(self, witness: Witness) -> None:
        """Notes the rows that numbers do not keep, of all that have come since they were last looked at."""
        truth, ends, first = self.truth, self.ends, witness.looked_at
        sums: dict[int, int] = {}
        for at, value in witness.items():
            step = value - truth[at]
            for number, by in reversed(self.rows_of[at]):
                if number < first:
                    break
                sums[number] = (sums[number] if number in sums else self.at_truth[number]) + by * step
        for number, total in sums.items():
            low, high = ends[number]
            if (low is not None and total < low) or (high is not None and total > high):
                witness.broken.append(number)
        witness.looked_at = len(self.rows)


def check_cell(cell: Cell, unknowns: Mapping[str, Unknown]) -> None:
    """Raises ValueError where a cell's form does not give its value."""
    for form, over, value in ((cell.form, cell.over, cell.value), (cell.high_form, cell.high_over, cell.high)):
        if form is None:
            continue
        if value is None:
            raise ValueError(f"{cell.name} has a form of its other end, and no other end")
        top = value_of(form, unknowns)
        bottom = value_of(over, unknowns) if over is not None else Fraction(1)
        if bottom <= 0 or top / bottom != value:
            raise ValueError(f"{cell.name} is {value}, and its form gives {top} over {bottom}")
    missing = [name for name in cell.reveals if name not in unknowns]
    if missing:
        raise ValueError(f"{cell.name} reveals {missing[0]!r}, which is no unknown")
    if cell.kind == ANSWER and cell.form is not None:
        raise ValueError(f"{cell.name} is an answer: what it gives away stands in `implies` or `reveals`")
    if cell.kind == MONEY and cell.form is None and cell.high_form is not None:
        raise ValueError(f"{cell.name} has a form of its other end only")


def known_beforehand(table: Table) -> Knowledge:
    """The unknowns and relations of a table."""
    found = Knowledge()
    for unknown in table.unknowns.values():
        found.unknown(unknown.name, unknown.value, unknown.least, unknown.most)
    for number, relation in enumerate(table.relations):
        value_of(relation.form, table.unknowns)
        found.add(Bound(relation.form, relation.low, relation.high), ALWAYS, True, f"relation {number}")
    return found


def sum_of(form: Form, value: Fraction | int) -> Relation:
    """The relation that a form comes to a value."""
    return Relation(form, Fraction(value), Fraction(value))
