"""Withholding until nobody is at risk: what the rule withholds, then, while the attacker learns something, the cell that is worth least of those that give it away.

To withhold a cell never gives anything away (one sign stands for all), so a number that is safe stays safe, and each is looked at until it is. At the end each cell that was withheld for another's sake is
given back where that harms nobody. The same table gives the same answer: no chance and no clock in it but the one that refuses.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from fractions import Fraction
from typing import Final

from pbr.disclosure.attack import Attack, begin
from pbr.disclosure.attack_solver import NotFoundOut
from pbr.disclosure.cells import COUNT, MONEY, Table
from pbr.disclosure.exact_amounts import follow, newly_known
from pbr.disclosure.knowledge import ALWAYS, TOLD, Bound, check_cell
from pbr.disclosure.looking import look
from pbr.disclosure.narrowing import reached
from pbr.disclosure.protection import Protection, units_of
from pbr.disclosure.rounding_sums import can_round, finest, steps, tells
from pbr.disclosure.rule import LAST, Rule, by_contract, people_in
from pbr.problem import Refused, refuse

RESULTS: Final = 50  # results and sums of lines: not withheld against guesses
KEPT: Final = 200  # answers to who is to blame
LISTED: Final = 10  # numbers at risk that a refusal names


def protect(table: Table, rule: Rule, rules: Mapping[str, Rule], also: Callable[[Attack], None] | None = None) -> Protection:
    """Decides of each cell whether it is withheld. ``also``: adds what is known besides, before the attack. ValueError: the table contradicts itself. Refused: PBR665, PBR666."""
    names = set()
    for cell in table.cells:
        check_cell(cell, table.unknowns)
        if cell.name in names:
            raise ValueError(f"two cells are called {cell.name}")
        names.add(cell.name)
    attack, own = begin(table, rule, rules)
    if also is not None:
        also(attack)
    found = Protection(table, rule, attack, own, rules)
    found.units = units_of(table, own)
    found.unit_of = {cell: unit for unit, cells in enumerate(found.units) for cell in cells}
    try:
        attack.judge_all()
        stuck = [number for number in sorted(attack.risks) if not _make_safe(found, number)]
        if stuck:
            raise _refusal(found, stuck)
        _give_back(found)
        while amounts := newly_known(attack, table):
            stuck = [number for number in follow(attack, table, amounts) if not _make_safe(found, number)]
            if stuck:
                raise _refusal(found, stuck)
            _give_back(found)
        found.gone, found.known_anyway = _beyond_help(attack)
        _against_guesses(found)
    except NotFoundOut as error:
        raise _no_answer(found, error) from error
    return found


def _beyond_help(attack: Attack) -> tuple[list[str], list[str]]:
    """Whose number what was shown earlier gives away by itself; and whose is known without it, as what everybody knows leaves one value at most of those that must stay possible."""
    known = attack.known
    before = bytearray(row.owner == ALWAYS for row in known.rows)
    same = all(before[row] for row, holds in enumerate(known.base) if holds)
    gone, impossible = list[str](), Counter[int]()
    for number, place in sorted(attack.helpless):
        target = attack.targets[number]
        if same or look(known, target.at, target.choices[place], before).witness is None:
            impossible[number] += 1
        else:
            gone.append(_named(attack, number))
    anyway = [_named(attack, number) for number, times in impossible.items() if len(attack.targets[number].choices) - times <= 1]
    return list(dict.fromkeys(gone)), list(dict.fromkeys(anyway))


def _named(attack: Attack, number: int) -> str:
    """Whose number a target is, without a number of people in it."""
    return attack.targets[number].what.partition(" (of ")[0]


def _against_guesses(protection: Protection) -> None:
    """One sign stands for small numbers and for what is withheld with them, but who knows how we choose may guess which are which. So everything is attacked once more by somebody who is told. What is worth
    little is withheld against him too; where only results and sums are left he is let be: he does not exist."""
    attack, table = protection.attack, protection.table
    before = set(protection.secondary)
    for number, cell in enumerate(table.cells):
        people = (
            people_in(cell.form, table.unknowns) if cell.kind == COUNT and cell.form is not None and protection.withheld(number) else []
        )
        rule, zero = by_contract(cell.name, protection.rule, protection.rules), any(unknown.zero for unknown in people)
        if people and cell.form is not None:
            if cell.value > rule.threshold:
                attack.known.add(Bound(cell.form, Fraction(rule.threshold + 1), None), TOLD, True, cell.name)
            elif cell.value >= 0 and rule.small(cell.value, zero):
                attack.known.add(Bound(cell.form, Fraction(0 if zero else 1), Fraction(rule.threshold)), TOLD, True, cell.name)
    attack.judge_all()
    for number in sorted(attack.risks):
        if not _make_safe(protection, number, RESULTS):
            protection.guessed.append(_named(attack, number))
            attack.risks.pop(number, None)
    _give_back(protection, before)


def blamed(protection: Protection, number: int, place: int) -> list[int]:
    """The units of cells through which a choice is impossible, those first that are worth least. Each other cell may be shown without harm to it as long as one of these is not."""
    attack, known = protection.attack, protection.attack.known
    asked = number, place, bytes(known.active)
    if asked in protection.blamed:
        return protection.blamed[asked]
    through: Sequence[int] = attack.through.get((number, place), ())
    if not through or (number, place) in attack.rough:
        with known.spoken_of(attack.targets[number].at):
            through = _minimal(protection, number, place, through)
    units = {protection.unit_of[known.rows[row].owner] for row in through if known.rows[row].owner in protection.unit_of}
    if len(protection.blamed) >= KEPT:
        protection.blamed.clear()
    protection.blamed[asked] = sorted(units, key=protection.order)
    return protection.blamed[asked]


def _minimal(protection: Protection, number: int, place: int, through: Sequence[int]) -> list[int]:
    """The same where only the solver says that a choice is impossible: the cells of its proof, or where there is none the nearest cells through which it is already, and of these one after the other is left out, the most
    valuable first, as long as it stays impossible."""
    attack = protection.attack
    known, target = attack.known, attack.targets[number]
    active = bytearray(known.active)
    rows = list(through) or reached(known, target.at, active)
    owner = {row: protection.unit_of.get(known.rows[row].owner, -1) for row in rows}
    near = [unit for unit in dict.fromkeys(owner.values()) if unit >= 0]

    def put(units: Sequence[int], shown: bool) -> None:
        for cell in (cell for unit in units for cell in protection.units[unit]):
            for row in known.of_owner.get(cell, ()):
                active[row] = shown and known.active[row]

    def impossible() -> bool:
        return attack.ask(target.at, target.choices[place], active).witness is None

    if through:
        for row in range(len(active)):
            active[row] = active[row] and known.rows[row].owner < 0
        put(near, True)
    else:
        size = 6
        put(near[size:], False)
        while size < len(near) and not impossible():
            put(near[size : 2 * size], True)
            size *= 2
        near = near[:size]
    needed = set(near)

    def leave_out(units: list[int]) -> None:
        """As many of them as can be: all at once, or those of each half."""
        nonlocal needed
        units = [unit for unit in units if unit in needed]
        if not units:
            return
        put(units, False)
        found = attack.ask(target.at, target.choices[place], active)
        if found.witness is None:
            needed -= set(units)
            if found.through:
                through = {protection.unit_of.get(known.rows[row].owner, -1) for row in found.through}
                put([unit for unit in needed if unit not in through], False)
                needed &= through
            return
        put(units, True)
        if len(units) > 1:
            leave_out(units[: len(units) // 2])
            leave_out(units[len(units) // 2 :])

    leave_out(sorted(near, key=protection.order, reverse=True))
    return [row for unit in sorted(needed) for cell in protection.units[unit] for row in known.of_owner.get(cell, ()) if active[row]]


def _make_safe(protection: Protection, number: int, below: int = LAST) -> bool:
    """Withholds what is worth less than ``below`` until one target is safe; when nothing else is left headlines are rounded, and where that does not help withheld. False when that does not help either."""
    attack = protection.attack
    while not attack.judge(number):
        places = attack.risks[number]
        units: list[int] = []
        for place in places:
            units = _cheaper(protection, number, place, min(below, RESULTS)) or _cheaper(protection, number, place, below)
            if units:
                _withhold(protection, _best(protection, units, number, place), number, place)
                break
        if not units:
            # asked before anything is rounded: then another figure that says the same gives it away, and would be blamed
            left_over = [(unit, place) for place in places for unit in blamed(protection, number, place)] if below == LAST else []
            ways = (_round, _round_and_withhold, _withhold_at_last)
            if not any(helps(protection, unit, number, place) for helps in ways for unit, place in left_over):
                return False
    return True


def _cheaper(protection: Protection, number: int, place: int, below: int) -> list[int]:
    """Units worth less than ``below`` through which a choice is impossible. Where those that are worth more say it already, whether others do too is asked as if they were not there."""
    units, hidden = blamed(protection, number, place), []
    try:
        while units and protection.worth(units[0]) >= below:
            for unit in units:
                hidden += [cell for cell in protection.units[unit] if protection.attack.known.shown(cell)]
                protection.show(unit, False)
            units = [] if protection.attack.possible(number, place) else blamed(protection, number, place)
    finally:
        for cell in hidden:
            protection.attack.known.show(cell, True)
    return [unit for unit in units if protection.worth(unit) < below]


def _best(protection: Protection, units: list[int], number: int, place: int) -> int:
    """The unit worth least that helps alone, of several that are worth as much the one that makes most possible; where none helps alone, the one worth least."""
    attack = protection.attack
    best: tuple[int, int] | None = None  # how much it helps, unit
    for unit in units:
        if best is not None and protection.worth(unit) > protection.worth(best[1]):
            break
        protection.show(unit, False)
        helps = sum(attack.possible(number, each) for each in attack.risks[number]) if attack.possible(number, place) else 0
        protection.show(unit, True)
        if helps and (best is None or helps > best[0]):
            best = helps, unit
    return best[1] if best is not None else units[0]


def _withhold(protection: Protection, unit: int, number: int, place: int) -> None:
    protection.show(unit, False)
    for cell in protection.units[unit]:
        protection.secondary[cell] = number, place


def _exactly(protection: Protection, unit: int) -> None:
    """The sums of a unit as they are."""
    for cell in protection.units[unit]:
        if cell in protection.steps:
            protection.attack.known.restore(cell, protection.exact.pop(cell), True)
            del protection.steps[cell]


def _roughly(protection: Protection, unit: int, step: int) -> None:
    """The sums of a unit to the nearest ``step``, the rest of it as it is."""
    known, cells = protection.attack.known, protection.table.cells
    protection.show(unit, True)
    for cell in protection.units[unit]:
        if can_round(cells[cell]):
            before = known.instead(cell, step, tells(cells[cell], step), cells[cell].name)
            protection.exact.setdefault(cell, before)
            protection.steps[cell] = step


def _steps(protection: Protection, unit: int) -> list[int]:
    """What the sums of a unit may be rounded to."""
    cells = [cell for cell in (protection.table.cells[number] for number in protection.units[unit]) if can_round(cell)]
    sums = [set(steps(cell, protection.table.unknowns, by_contract(cell.name, protection.rule, protection.rules))) for cell in cells]
    return sorted(set.intersection(*sums)) if sums else []


def _as_finely(protection: Protection, unit: int, steps_: Sequence[int], well: Callable[[], bool]) -> bool:
    """Rounds the sums of a unit to the finest of some steps with which all is ``well``. Whether there is one; if not, they are left as they were tried last."""

    def good(step: int) -> bool:
        _roughly(protection, unit, step)
        return well()

    cells = [cell for cell in (protection.table.cells[number] for number in protection.units[unit]) if can_round(cell)]
    step = finest(cells, steps_, good)
    if step is not None:
        _roughly(protection, unit, step)
    return step is not None


def _round(protection: Protection, unit: int, number: int, place: int) -> bool:
    """Rounds the sums of a unit as finely as makes all choices of a target possible that were at risk, or this one. Whether that helps."""
    attack = protection.attack
    coarser = [
        step
        for step in _steps(protection, unit)
        if step > max((protection.steps.get(cell, 0) for cell in protection.units[unit]), default=0)
    ]
    for places in (attack.risks[number], [place]):
        if _as_finely(protection, unit, coarser, lambda places=places: all(attack.possible(number, each) for each in places)):  # type: ignore[misc]
            for cell in protection.units[unit]:
                protection.secondary[cell] = number, place
            return True
    if coarser:
        _exactly(protection, unit)
    return False


def _round_and_withhold(protection: Protection, unit: int, number: int, place: int) -> bool:
    """Where other figures say the same as a sum that is never withheld: while it is as rough as it can be, what else gives a choice away is withheld; then it is rounded as finely as helps. Whether that helps."""
    attack = protection.attack
    if protection.worth(unit) < LAST or not _steps(protection, unit) or any(cell in protection.steps for cell in protection.units[unit]):
        return False
    _roughly(protection, unit, _steps(protection, unit)[-1])
    while not attack.possible(number, place):
        units = [other for other in blamed(protection, number, place) if protection.worth(other) < LAST]
        if not units:
            _exactly(protection, unit)
            return False
        _withhold(protection, _best(protection, units, number, place), number, place)
    _exactly(protection, unit)
    return _round(protection, unit, number, place)


def _withhold_at_last(protection: Protection, unit: int, number: int, place: int) -> bool:
    """Withholds a headline, when nothing else helps. Whether it is one: of what is no sum, what is worth as much is never withheld."""
    if any(protection.table.cells[cell].kind != MONEY for cell in protection.units[unit]):
        return False
    _exactly(protection, unit)
    _withhold(protection, unit, number, place)
    return True


def _give_back(protection: Protection, but: Collection[int] = ()) -> None:
    """Shows again what was withheld for another's sake and need not be, the most valuable first; sums, where they cannot be shown exactly, rounded as finely as can be. ``but``: cells to leave as they are."""
    units = sorted({protection.unit_of[cell] for cell in protection.secondary if cell not in but}, key=protection.order, reverse=True)
    for unit in units:
        _exactly(protection, unit)
        protection.show(unit, True)
        if _nobody_harmed(protection, unit):
            for cell in protection.units[unit]:
                del protection.secondary[cell]
            continue
        if not _as_finely(protection, unit, _steps(protection, unit), lambda unit=unit: _nobody_harmed(protection, unit)):  # type: ignore[misc]
            _exactly(protection, unit)
            protection.show(unit, False)


def _nobody_harmed(protection: Protection, unit: int) -> bool:
    """Whether all are still safe whose witnesses change what this unit tells of."""
    attack, known = protection.attack, protection.attack.known
    unknowns = {at for cell in protection.units[unit] for row in known.of_owner.get(cell, ()) for at in known.rows[row].at}
    touched = {number for at in unknowns for number, _ in attack.touching.get(at, ())}
    # those first for whom it was withheld, and who was harmed last: they are likely to be harmed again, and then nobody else need be asked
    likely = {
        protection.harmed.get(unit),
        *(protection.secondary[cell][0] for cell in protection.units[unit] if cell in protection.secondary),
    }
    for number in sorted(touched, key=lambda number: (number not in likely, number)):
        try:
            if attack.still_safe(number):
                continue
        except NotFoundOut as error:
            if error.by_clock:
                raise  # what is published must not hang on how fast a machine is
        protection.harmed[unit] = number
        return False
    return True


def left(protection: Protection, number: int) -> str:
    """What the attacker would be left with of a target, in words."""
    attack = protection.attack
    target = attack.targets[number]
    possible = sorted(
        low
        for place, (low, high) in enumerate(target.choices)
        if low is not None and low == high and place not in attack.risks.get(number, ()) and (number, place) not in attack.helpless
    )
    if not possible:
        return "its size would be known to within half of itself"
    return (
        f"only {', '.join(str(each) for each in possible)} would stay possible"
        if len(possible) > 1
        else f"it would be known to be {possible[0]}"
    )


def _refusal(protection: Protection, stuck: list[int]) -> Refused:
    attack, cells = protection.attack, protection.table.cells
    lines = []
    for number in stuck[:LISTED]:
        target = attack.targets[number]
        units = blamed(protection, number, attack.risks[number][0])
        by = " and ".join(cells[cell].label for unit in units for cell in protection.units[unit][:1]) or "what was published earlier"
        lines.append(f"- {target.what} ({target.value}): {left(protection, number)}, from {by}")
    more = f"\n- and {len(stuck) - LISTED} more" if len(stuck) > LISTED else ""
    many = "1 number of people" if len(stuck) == 1 else f"{len(stuck)} numbers of people"
    return refuse(
        "PBR665",
        f"{many} could be worked out, and nothing is left that could be withheld:\n" + "\n".join(lines) + more,
        "publish coarser groups (a year instead of a quarter, providers together), or agree a rule with a higher threshold; nothing was published",
    )


def _no_answer(protection: Protection, error: NotFoundOut) -> Refused:
    attack = protection.attack
    inside = set(error.unknowns)
    named = [target.what for target in attack.targets if target.at in inside][:LISTED] or ["a number of people"]
    return refuse(
        "PBR666",
        f"whether somebody could be found is not known: the search was stopped before it had an answer about {', '.join(named)} ({len(inside)} unknown numbers hang together there)",
        "publish fewer figures that hang together, or coarser groups; nothing was published",
    )
